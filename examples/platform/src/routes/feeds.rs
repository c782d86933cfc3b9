//! `GET /v1/feeds/…`.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;

use crate::auth::Caller;
use crate::events::lens;
use crate::feed::{self, Finder, Reading};
use crate::node::Node;
use crate::problem::Problem;

/// Everything that changes for the caller.
pub async fn me(
    State(node): State<Arc<Node>>,
    caller: Caller,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let reading = Reading::parse(query.as_deref(), &headers)?;
    let who = caller.who.clone();
    let find: Finder = Arc::new(move |_| Ok(lens::own_source(&who)));
    feed::answer(&node, &caller, find, reading).await
}

/// Events of a vehicle.
pub async fn vehicle(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path((organization, number)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let number = super::parameters::vehicle(&number)?;
    let reading = Reading::parse(query.as_deref(), &headers)?;
    let who = caller.who.clone();
    let find: Finder = Arc::new(move |view| {
        let sight = lens::vehicle_sight(view, &who, &organization, number)?;
        Ok(lens::vehicle_source(sight, &organization, number))
    });
    feed::answer(&node, &caller, find, reading).await
}

/// Events of all vehicles of an organization that a partner may see.
pub async fn organization(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(organization): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let reading = Reading::parse(query.as_deref(), &headers)?;
    let who = caller.who.clone();
    let find: Finder = Arc::new(move |view| lens::organization_source(view, &who, &organization));
    feed::answer(&node, &caller, find, reading).await
}
