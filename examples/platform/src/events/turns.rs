//! A body of events is taken in by turns, some of it in each transaction: between them others write, too.
//!
//! Where the platform stops meanwhile, what is on disk is known again when the body comes once more: its number in the lane is used up
//! with the last of it.

use super::ingest::{self, Sent, Taken};
use super::quota;
use crate::auth::Caller;
use crate::node::Node;
use crate::pace::Pace;
use crate::problem::Problem;
use crate::producer::{Producer, Turn};
use crate::storage::key;

/// The most events of a turn.
const EVENTS: usize = 250;

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
    let (mut rest, mut is_first) = (sent.into_iter(), true);
    loop {
        let (caller, lane) = (caller.clone(), lane.clone());
        let turn = move |edit: &mut dyn crate::storage::Edit| {
            let is_copy = match &lane {
                Some((producer, place)) => matches!(producer.turn(edit, place)?, Turn::Duplicate { .. }),
                None => false,
            };
            if is_copy && is_first {
                return Ok(None);
            }
            let mut pace = Pace::of(EVENTS);
            // The next is looked for once the one before is done: some are more work than others.
            let part = std::iter::from_fn(|| {
                let next = if pace.is_over() { None } else { rest.next() };
                pace.did(next.as_ref().map_or(0, Sent::size));
                next
            });
            let taken = ingest::take(edit, &caller, part, per_day, taken)?;
            let is_last = rest.len() == 0;
            if is_last && taken.is_all_limited() {
                return Err(quota::tomorrow(per_day));
            }
            if let Some((producer, place)) = lane.filter(|_| is_last && !is_copy) {
                producer.done_of(edit, &caller, &place)?;
            }
            Ok(Some((taken, rest)))
        };
        let Some(by_now) = node.commit_of(by, turn).await? else { return Ok(None) };
        ((taken, rest), is_first) = (by_now, false);
        if rest.len() == 0 {
            return Ok(Some(taken));
        }
    }
}
