//! `/v1/config`.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use cc_core::VehicleRef;

use super::parameters::Parameters;
use crate::auth::{Caller, Role};
use crate::body::{self, USUAL};
use crate::feed::{room, set};
use crate::items::{self, Collection};
use crate::node::Node;
use crate::problem::Problem;
use crate::settings;
use crate::storage::View;

/// Seconds after which to ask again.
const MAX_AGE: &str = "900";

/// The settings of a vehicle.
pub async fn read(
    State(node): State<Arc<Node>>,
    caller: Caller,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let query = Parameters::parse(query.as_deref(), &["vehicle", "app", "key"])?;
    let vehicle: VehicleRef = query
        .read("vehicle", "organization/number")?
        .ok_or_else(|| Problem::malformed().because("vehicle: is needed"))?;
    // A vehicle is written in one way.
    if query.one("vehicle")? != Some(&*vehicle.to_string()) {
        return Err(Problem::not_found());
    }
    let app = query.one("app")?.map(str::to_owned);
    let keys: Vec<String> = query.all("key").map(str::to_owned).collect();
    let who = caller.who.clone();
    let look = move |view: &dyn View| {
        items::seen_by(view, &caller.who, Collection::Vehicles, &vehicle.to_string())?
            .ok_or_else(Problem::not_found)?;
        let mut compiled = settings::compiled(view, &vehicle, app.as_deref())?;
        if !keys.is_empty() {
            let malformed = |error: cc_core::config::ConfigError| {
                Problem::malformed().because(format!("key: {}", settings::told(&error)))
            };
            compiled = compiled.select(keys.iter().map(String::as_str)).map_err(malformed)?;
        }
        let etag = compiled.etag();
        let quoted = if etag.starts_with('"') { etag } else { format!("\"{etag}\"") };
        Ok((compiled.to_json(), quoted))
    };
    let mut answer = room::tagged(&node, &who, &headers, look).await?;
    set(&mut answer, "config-max-age", MAX_AGE);
    Ok(answer)
}

fn of(query: Option<&str>) -> Result<String, Problem> {
    let query = Parameters::parse(query, &["of"])?;
    Ok(query.one("of")?.unwrap_or_default().to_owned())
}

async fn keep(
    node: Arc<Node>,
    caller: Caller,
    level: String,
    of: String,
    json: Option<String>,
) -> Result<(), Problem> {
    Node::to_the_end(async move { settings::put_layer(&node, caller.who.org, level, of, json).await }).await
}

/// Keeps a layer of settings.
pub async fn put_layer(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(level): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Problem> {
    caller.must_be(Role::Support)?;
    let of = of(query.as_deref())?;
    if body::media_type(&headers).as_deref() != Some("application/json") {
        return Err(Problem::unsupported_media_type().because("application/json"));
    }
    let bytes = body::read(&node, &caller.who, &headers, body, USUAL).await?;
    let json = String::from_utf8(bytes.to_vec()).map_err(|_| Problem::malformed().because("not UTF-8"))?;
    keep(node, caller, level, of, Some(json)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a layer of settings away.
pub async fn remove_layer(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path(level): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<StatusCode, Problem> {
    caller.must_be(Role::Support)?;
    let of = of(query.as_deref())?;
    keep(node, caller, level, of, None).await?;
    Ok(StatusCode::NO_CONTENT)
}
