//! The changes of a request are taken by turns, some of them in each transaction: between them others write, too.
//!
//! Where the platform stops meanwhile, what is on disk is known by its ids when the request comes once more: its number in the lane is
//! used up with its answer. That names the first of the changes, and not always all: the rest stays with the client, and comes again.

use std::collections::VecDeque;
use std::time::Duration;

use super::changes::{SoFar, one};
use super::sent::{Change, Changes};
use crate::allowance;
use crate::auth::Caller;
use crate::auth::account::account;
use crate::clock;
use crate::node::Node;
use crate::problem::Problem;
use crate::producer::Producer;
use crate::storage::{Edit, key};

/// The most changes of a turn, and about the most bytes: of items that it writes, and of answers.
const CHANGES: usize = 100;
const BYTES: usize = 1 << 20;
/// How long a turn takes, about: some changes are more work than others.
const TIME: Duration = Duration::from_millis(20);
/// About the most bytes of an answer: it waits in memory until its reader has taken it, whatever there is room for.
const ANSWER: usize = 4 << 20;

/// Whether a turn ends with what it has done. Where it does changes nothing of the outcomes.
fn is_over(count: usize, size: usize, took: Duration) -> bool {
    count >= CHANGES || size >= BYTES || count > 0 && took >= TIME
}

/// The changes of a request that are still to be taken, and what became of the others.
struct Course {
    rest: VecDeque<Change>,
    so_far: SoFar,
    results: Vec<String>,
    /// How many bytes these are.
    answer: usize,
    /// No more of them is taken.
    is_over: bool,
}

impl Course {
    /// Takes some.
    fn turn(&mut self, edit: &mut dyn Edit, caller: &Caller) -> Result<(), Problem> {
        let account = account(edit, &caller.who)?.ok_or_else(Problem::session_revoked)?;
        let (mut count, mut size) = (0, 0_usize);
        let began = clock::instant();
        while !is_over(count, size, began.elapsed())
            && self.answer < ANSWER
            && let Some(change) = self.rest.front()
        {
            let mut kept = 0;
            let Some(result) = one(edit, caller, &account, change, &mut self.so_far, &mut kept)? else {
                if self.results.is_empty() {
                    return Err(allowance::used_up());
                }
                self.is_over = true;
                break;
            };
            let cost = kept.max(change.size());
            // At once, so that it does not hang on where turns end what is too much.
            allowance::wrote(edit, caller, 1, cost)?;
            size = size.saturating_add(cost.max(result.len()));
            self.answer = self.answer.saturating_add(result.len());
            self.results.push(result);
            self.rest.pop_front();
            count += 1;
        }
        self.is_over |= self.rest.is_empty() || self.answer >= ANSWER;
        Ok(())
    }
}

/// Takes them, all or the first of them; gives the answer's body.
///
/// Errors: `rate_limited` where not even the first may be written; `session_revoked`, and those of [`Producer::turn_of_named`].
pub(crate) async fn take(
    node: &Node,
    caller: &Caller,
    producer: Option<Producer>,
    changes: Changes,
) -> Result<String, Problem> {
    let rest = VecDeque::from(changes.0);
    let results = Vec::with_capacity(rest.len());
    let mut course = Course { rest, so_far: SoFar::default(), results, answer: 0, is_over: false };
    let by = caller;
    loop {
        let (caller, producer) = (caller.clone(), producer.clone());
        let turn = move |edit: &mut dyn Edit| {
            let lane = producer.map(|producer| {
                let place = key(&["lane", &caller.who.org, &caller.who.sub, &producer.id]);
                (producer, place)
            });
            if let Some((producer, place)) = &lane {
                producer.turn_of_named(edit, place)?;
            }
            course.turn(edit, &caller)?;
            if let Some((producer, place)) = lane.filter(|_| course.is_over) {
                producer.done_of(edit, &caller, &place)?;
            }
            Ok(course)
        };
        course = node.commit_of(by, turn).await?;
        if course.so_far.has_met_damage {
            node.note_damage();
        }
        if course.is_over {
            return Ok(format!(r#"{{"results":[{}]}}"#, course.results.join(",")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_ends_by_its_changes_its_bytes_or_its_time_and_does_something() {
        for (count, size, millis, over) in [
            (0, 0, 0, false),
            (0, 0, 1_000, false),
            (1, 0, 19, false),
            (1, 0, 20, true),
            (99, (1 << 20) - 1, 0, false),
            (100, 0, 0, true),
            (1, 1 << 20, 0, true),
        ] {
            assert_eq!(is_over(count, size, Duration::from_millis(millis)), over, "{count} {size} {millis}");
        }
    }
}
