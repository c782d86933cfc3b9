//! Idempotent producers: of copies of a request one counts, and of two processes that hold one lane the newer.

use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};

use crate::allowance;
use crate::auth::Caller;
use crate::problem::Problem;
use crate::storage::{Edit, JOINT, Scan, StorageError, View, from_json, get_json, put_json};

/// The most lanes of changes, and of events, that are known of one driver: beyond that the one goes that was silent longest.
pub const LANES: usize = 100;

/// What the three headers say.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Producer {
    /// Who, as it names itself.
    pub id: String,
    /// Which start of it.
    pub epoch: u64,
    /// Which request of that start.
    pub seq: u64,
}

#[derive(Deserialize, Serialize)]
struct Known {
    epoch: u64,
    seq: u64,
    /// When it was heard of last, seconds since 1970.
    at: u64,
}

/// Whether a row of a producer is so old that nobody will ask for it.
pub(crate) fn is_over(row: &[u8], before: u64) -> bool {
    crate::storage::from_json::<Known>(row).is_ok_and(|known| known.at < before)
}

/// What a request is among those of its lane.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Turn {
    /// It was here before; the last that was is `seq`.
    Duplicate {
        /// The last.
        seq: u64,
    },
    /// It is the next.
    Next,
}

impl Producer {
    /// Reads the headers: all three, or none.
    pub fn parse(headers: &HeaderMap) -> Result<Option<Self>, Problem> {
        let names = ["producer-id", "producer-epoch", "producer-seq"];
        let values: Vec<_> = names.iter().filter_map(|name| headers.get(*name)).collect();
        let [id, epoch, seq] = values.as_slice() else {
            let some =
                Problem::malformed().because("Producer-Id, Producer-Epoch and Producer-Seq go together");
            return if values.is_empty() { Ok(None) } else { Err(some) };
        };
        let number = |value: &axum::http::HeaderValue| {
            let text = value.to_str().unwrap_or_default();
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            // JSON numbers of other languages go so far.
            text.parse().ok().filter(|number: &u64| digits && *number < 1 << 53)
        };
        let problem = || Problem::malformed().because("Producer-Epoch and Producer-Seq are numbers from 0");
        let id = id.to_str().ok().filter(|id| (1..=200).contains(&id.len()) && !id.contains('\t'));
        let why = "Producer-Id has 1 to 200 characters, and none of control";
        let id = id.ok_or_else(|| Problem::malformed().because(why))?;
        Ok(Some(Self {
            id: id.to_owned(),
            epoch: number(epoch).ok_or_else(problem)?,
            seq: number(seq).ok_or_else(problem)?,
        }))
    }

    /// Where the request stands, by what is kept at `place`.
    ///
    /// Errors: `producer_fenced`, `sequence_gap`, and `malformed` where a new start does not begin with 0.
    pub fn turn(&self, view: &dyn View, place: &str) -> Result<Turn, Problem> {
        let known: Option<Known> = get_json(view, place)?;
        let gap = |expected: u64| {
            let problem = Problem::sequence_gap().with("producer-expected-seq", expected);
            problem.with("producer-received-seq", self.seq)
        };
        match known {
            None if self.seq == 0 => Ok(Turn::Next),
            None => Err(gap(0)),
            Some(known) if self.epoch < known.epoch => {
                Err(Problem::producer_fenced().with("producer-epoch", known.epoch))
            }
            Some(known) if self.epoch > known.epoch => {
                if self.seq == 0 {
                    Ok(Turn::Next)
                } else {
                    Err(Problem::malformed().because("a new epoch begins with sequence 0"))
                }
            }
            Some(known) if self.seq <= known.seq => Ok(Turn::Duplicate { seq: known.seq }),
            Some(known) if self.seq == known.seq + 1 => Ok(Turn::Next),
            Some(known) => Err(gap(known.seq + 1)),
        }
    }

    /// The same for lanes whose requests name each of their parts: a copy is done again, and a start may begin anywhere.
    pub fn turn_of_named(&self, view: &dyn View, place: &str) -> Result<(), Problem> {
        let known: Option<Known> = get_json(view, place)?;
        match known {
            Some(known) if self.epoch < known.epoch => {
                Err(Problem::producer_fenced().with("producer-epoch", known.epoch))
            }
            Some(known) if self.epoch == known.epoch && self.seq > known.seq + 1 => {
                Err(Problem::sequence_gap().with("producer-expected-seq", known.seq + 1))
            }
            _ => Ok(()),
        }
    }

    /// Remembers that the request was done.
    pub fn done(&self, edit: &mut dyn Edit, place: &str) -> Result<(), StorageError> {
        let known: Option<Known> = get_json(edit, place)?;
        let seq =
            known.filter(|known| known.epoch == self.epoch).map_or(self.seq, |known| known.seq.max(self.seq));
        let at = crate::storage::unix(edit);
        put_json(edit, place, &Known { epoch: self.epoch, seq, at })
    }

    /// The same for a lane of somebody: their others stand beside it, and are [`LANES`] at most with it.
    pub(crate) fn done_of(
        &self,
        edit: &mut dyn Edit,
        caller: &Caller,
        place: &str,
    ) -> Result<(), StorageError> {
        let is_new = edit.get(place)?.is_none();
        self.done(edit, place)?;
        let Some((prefix, _)) = place.rsplit_once(JOINT).filter(|_| is_new && allowance::is_counted(caller))
        else {
            return Ok(());
        };
        // Where there were more before there was a bound, they go with the next ones.
        let found = edit.scan(Scan { prefix, after: None, limit: 2 * LANES, backwards: false })?;
        let over = found.len().saturating_sub(LANES);
        let heard = |row: &[u8]| from_json::<Known>(row).map_or(0, |known| known.at);
        let mut others: Vec<(u64, String)> = found
            .into_iter()
            .filter(|(name, _)| name != place)
            .map(|(name, row)| (heard(&row), name))
            .collect();
        others.sort_unstable();
        others.iter().take(over).try_for_each(|(_, name)| edit.delete(name))
    }
}
