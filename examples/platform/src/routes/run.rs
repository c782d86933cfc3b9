//! What those who run a platform ask.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;

use crate::node::Node;
use crate::problem::Problem;

/// The process lives.
pub async fn health() -> &'static str {
    "ok\n"
}

/// It takes requests.
pub async fn ready(State(node): State<Arc<Node>>) -> Result<String, Problem> {
    node.ready().await?;
    // Whoever runs it should set the clock right; requests are taken all the same.
    let mut said = "ready\n".to_owned();
    if node.is_clock_behind() {
        said.push_str("the clock is before the start of every signing key\n");
    }
    // One item is no reason to leave all others: whoever runs it salvages when it suits.
    if node.has_met_damage() {
        said.push_str("something that was kept is damaged\n");
    }
    Ok(said)
}

/// Figures for Prometheus, where they are not shown elsewhere.
pub async fn metrics(State(node): State<Arc<Node>>) -> Result<impl IntoResponse, Problem> {
    if node.config.public_metrics { Ok(all_metrics(State(node)).await) } else { Err(Problem::not_found()) }
}

/// Figures for Prometheus.
pub async fn all_metrics(State(node): State<Arc<Node>>) -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4")],
        node.metrics.to_text(node.storage.trouble().is_none()),
    )
}

/// The endpoints, for machines.
pub const OPENAPI: &str = include_str!("../../../../docs/protocol/openapi.yaml");

/// The endpoints, for machines.
pub async fn openapi() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/yaml")], OPENAPI)
}
