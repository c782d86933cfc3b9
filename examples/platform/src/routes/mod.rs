//! Every endpoint of the protocol, one file a resource.

pub mod auth;
pub mod changes;
pub mod collections;
pub mod config;
pub mod feeds;
pub mod history;
pub mod ingest;
pub(crate) mod parameters;
pub mod run;
pub mod streams;
pub mod webhooks;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn;
use axum::routing::{MethodRouter, delete, get, post, put};

use crate::node::Node;
use crate::problem::Problem;

/// How much of a listing, a history or a feed one page has, bytes: the item of a listing that goes beyond is its last.
pub const PAGE: usize = 1 << 20;

macro_rules! routes {
    ($($path:literal => { $($method:ident $handler:path),+ $(,)? })*) => {
        /// Every path with its methods; `openapi.yaml` lists the same.
        pub const ROUTES: &[(&str, &[&str])] = &[$(($path, &[$(stringify!($method)),+])),*];

        fn table() -> Router<Arc<Node>> {
            let router = Router::new();
            $(let router = router.route($path, {
                let route: MethodRouter<Arc<Node>> = MethodRouter::new();
                $(let route = route.merge($method($handler));)+
                if WITH_QUERY.contains(&$path) { route } else { route.route_layer(from_fn(parameters::none)) }
            });)*
            router
        }
    };
}

routes! {
    "/.well-known/jwks.json" => { get auth::key_set }
    "/healthz" => { get run::health }
    "/metrics" => { get run::metrics }
    "/openapi.yaml" => { get run::openapi }
    "/readyz" => { get run::ready }
    "/v1/auth/password" => { post auth::password }
    "/v1/auth/service-account" => { post auth::service_account }
    "/v1/auth/session" => { delete auth::sign_out }
    "/v1/auth/sessions" => { delete auth::sign_out_everywhere }
    "/v1/auth/token" => { post auth::token }
    "/v1/changes" => { post changes::write }
    "/v1/collections/{collection}" => { get collections::list }
    "/v1/collections/{collection}/{*key}" => { get collections::one }
    "/v1/config" => { get config::read }
    "/v1/config/layers/{level}" => { put config::put_layer, delete config::remove_layer }
    "/v1/feeds/me" => { get feeds::me }
    "/v1/feeds/organizations/{organization}" => { get feeds::organization }
    "/v1/feeds/vehicles/{organization}/{number}" => { get feeds::vehicle }
    "/v1/ingest" => { post ingest::take }
    "/v1/ingest/quarantine" => { get ingest::quarantine }
    "/v1/streams/{*name}" => { put streams::create, post streams::append, get streams::read, delete streams::remove }
    "/v1/vehicles/{organization}/{number}/events" => { get history::events }
    "/v1/webhooks" => { get webhooks::list }
    "/v1/webhooks/{id}" => { put webhooks::set, get webhooks::read, delete webhooks::remove }
    "/v1/webhooks/{id}/failures" => { get webhooks::failures }
}

/// Those that read a query; the others take none.
const WITH_QUERY: [&str; 9] = [
    "/v1/collections/{collection}",
    "/v1/config",
    "/v1/config/layers/{level}",
    "/v1/feeds/me",
    "/v1/feeds/organizations/{organization}",
    "/v1/feeds/vehicles/{organization}/{number}",
    "/v1/ingest/quarantine",
    "/v1/streams/{*name}",
    "/v1/vehicles/{organization}/{number}/events",
];

/// All of it.
pub fn router(node: Arc<Node>) -> Router {
    table()
        .fallback(|| async { Problem::not_found() })
        .method_not_allowed_fallback(|| async { Problem::method_not_allowed() })
        .layer(axum::middleware::from_fn_with_state(node.clone(), crate::guard::guard))
        .with_state(node)
}

/// Figures alone, for an address that only those see who run it.
pub fn metrics_router(node: Arc<Node>) -> Router {
    Router::new()
        .route("/metrics", get(run::all_metrics))
        .fallback(|| async { Problem::not_found() })
        .method_not_allowed_fallback(|| async { Problem::method_not_allowed() })
        .layer(axum::middleware::from_fn_with_state(node.clone(), crate::guard::guard))
        .with_state(node)
}
