//! `GET /v1/vehicles/…/events`.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;

use super::parameters::{self, Parameters};
use crate::auth::Caller;
use crate::clock;
use crate::events::history::{Question, page};
use crate::events::lens;
use crate::feed::room;
use crate::items::audience::EventSight;
use crate::kinds::is_json;
use crate::node::Node;
use crate::problem::Problem;
use crate::storage::View;

/// Stored events, newest first.
pub async fn events(
    State(node): State<Arc<Node>>,
    caller: Caller,
    Path((organization, number)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let number = parameters::vehicle(&number)?;
    let query = Parameters::parse(query.as_deref(), &["type", "from", "to", "cursor", "limit"])?;
    let question = Question {
        type_name: query.one("type")?.map(str::to_owned),
        from: query.instant("from")?,
        to: query.instant("to")?,
        cursor: query.cursor()?.map(str::to_owned),
        limit: query.limit()?,
    };
    let (known, asks) = (node.clone(), caller.who.clone());
    let look = move |view: &dyn View| {
        let mut question = question.clone();
        let sight = lens::vehicle_sight(view, &caller.who, &organization, number)?;
        if sight != EventSight::ALL
            && let EventSight { whole_from: Some(since), part: None } = sight
        {
            // Nothing of before is seen, nor looked through.
            question.from = question.from.max(Some(clock::instant_of(since)));
        }
        let (mut events, cursor) = page(view, &organization, number, &question)?;
        events.retain(|event| {
            let reads = is_json(event);
            if !reads {
                known.metrics.message_unreadable();
            }
            reads
        });
        let events = lens::seen_of_history(view, sight, (&organization, number), events)?;
        let events =
            String::from_utf8(crate::feed::frames::array(&events)).map_err(|_| Problem::internal())?;
        let more = cursor.is_some();
        let cursor = serde_json::Value::from(cursor);
        Ok(format!(r#"{{"events":{events},"cursor":{cursor},"more":{more}}}"#))
    };
    room::json(&node, &asks, look).await
}
