//! A body of events is taken in by turns, some of it in each transaction: between them others write, too.
//!
//! Where the platform stops meanwhile, what is on disk is known again when the body comes once more: its number in the lane is used up
//! with the last of it.

use super::ingest::{self, Sent, Taken};
use super::quota;
use crate::auth::Caller;
use crate::node::Node;
use crate::problem::Problem;
use crate::producer::{Producer, Turn};
use crate::storage::key;

/// The most events of a turn, and about the most bytes.
const EVENTS: usize = 250;
const BYTES: usize = 1 << 20;

/// Takes a body in; `None` where the request was here before.
///
/// Errors: `rate_limited` where nothing of it is kept today, `not_found`, `session_revoked`, and those of [`Producer::turn`].
pub(crate) async fn take(
    node: &Node,
    caller: &Caller,
    producer: Option<Producer>,
    sent: Vec<Sent>,
) -> Result<Option<Taken>, Problem> {
    let (per_day, mut taken) = (node.config.vehicle_day, Taken::default());
    let lane = producer.map(|producer| {
        let place = key(&["ingest", &caller.who.org, &caller.who.sub, &producer.id]);
        (producer, place)
    });
    let by = caller;
    let (mut rest, mut is_first) = (sent.into_iter().peekable(), true);
    loop {
        let (mut part, mut size) = (Vec::new(), 0);
        while part.len() < EVENTS
            && size < BYTES
            && let Some(sent) = rest.next()
        {
            size += sent.size();
            part.push(sent);
        }
        let is_last = rest.peek().is_none();
        let (caller, lane) = (caller.clone(), lane.clone());
        let turn = move |edit: &mut dyn crate::storage::Edit| {
            let is_copy = match &lane {
                Some((producer, place)) => matches!(producer.turn(edit, place)?, Turn::Duplicate { .. }),
                None => false,
            };
            if is_copy && is_first {
                return Ok(None);
            }
            let taken = ingest::take(edit, &caller, part, per_day, taken)?;
            if is_last && taken.is_all_limited() {
                return Err(quota::tomorrow(per_day));
            }
            if let Some((producer, place)) = lane.filter(|_| is_last && !is_copy) {
                producer.done_of(edit, &caller, &place)?;
            }
            Ok(Some(taken))
        };
        let Some(by_now) = node.commit_of(by, turn).await? else { return Ok(None) };
        if is_last {
            return Ok(Some(by_now));
        }
        (taken, is_first) = (by_now, false);
    }
}
