//! The changes of a request are taken by turns, some of them in each transaction: between them others write, too.
//!
//! Where the platform stops meanwhile, what is on disk is known by its ids when the request comes once more: its number in the lane is
//! used up with its answer. That names the first of the changes, and not always all: the rest stays with the client, and comes again.

use std::collections::VecDeque;

use super::changes::{SoFar, one};
use super::sent::{Change, Changes};
use crate::allowance;
use crate::auth::Caller;
use crate::auth::account::account;
use crate::node::Node;
use crate::pace::Pace;
use crate::problem::Problem;
use crate::producer::Producer;
use crate::storage::{Edit, key};

/// The most changes of a turn.
const CHANGES: usize = 100;
/// About the most bytes of an answer: it waits in memory until its reader has taken it, whatever there is room for.
const ANSWER: usize = 4 << 20;

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
        let mut pace = Pace::of(CHANGES);
        while !pace.is_over()
            && self.answer < ANSWER
            && let Some(change) = self.rest.front()
        {
            let mut written = 0;
            let Some(result) = one(edit, caller, &account, change, &mut self.so_far, &mut written)? else {
                if self.results.is_empty() {
                    return Err(allowance::used_up(caller));
                }
                self.is_over = true;
                break;
            };
            let cost = written.max(change.size());
            // At once, so that it does not hang on where turns end what is too much.
            allowance::wrote(edit, caller, 1, cost)?;
            pace.did(cost.max(result.len()));
            self.answer = self.answer.saturating_add(result.len());
            self.results.push(result);
            self.rest.pop_front();
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
