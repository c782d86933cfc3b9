//! How much of the disk one vehicle, or one sender of what cannot be read, may fill in a day: what goes beyond waits for the next.

use serde::{Deserialize, Serialize};

use crate::clock::DAY;
use crate::problem::Problem;
use crate::storage::{Edit, StorageError, View, from_json, put_json};

/// What each event costs beside its bytes: rows and indexes.
const EACH: u64 = 256;

/// What is kept of one on the day (of UTC) of a look.
#[derive(Debug)]
pub(super) struct Quota {
    place: String,
    most: u64,
    known: Row,
    before: u64,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
struct Row {
    day: i64,
    bytes: u64,
}

impl Quota {
    /// The one of a place, with the most bytes that are kept.
    pub(super) fn of(view: &dyn View, place: String, most: u64) -> Result<Self, StorageError> {
        let day = view.at().div_euclid(DAY);
        // One that does not read counts nothing of its day, and is written over.
        let known: Option<Row> = view.get(&place)?.and_then(|row| from_json(&row).ok());
        let known = known.filter(|known| known.day == day).unwrap_or(Row { day, bytes: 0 });
        Ok(Self { place, most, known, before: known.bytes })
    }

    /// Whether nothing more is kept.
    pub(super) fn is_full(&self) -> bool {
        self.known.bytes >= self.most
    }

    /// Something of so many bytes is kept.
    pub(super) fn add(&mut self, bytes: usize) {
        self.known.bytes = self.known.bytes.saturating_add(EACH).saturating_add(bytes as u64);
    }

    /// Writes down what is kept by now.
    pub(super) fn note(&self, edit: &mut dyn Edit) -> Result<(), StorageError> {
        if self.known.bytes == self.before { Ok(()) } else { put_json(edit, &self.place, &self.known) }
    }
}

/// Why an event waits for another day.
pub(super) fn why(most: u64) -> String {
    format!("what one vehicle says in a day: at most {} MiB", most >> 20)
}

/// Nothing of a request is kept today. When that is over is not said in `Retry-After`, which would hold up everything else that the
/// sender asks for.
pub(super) fn tomorrow(most: u64) -> Problem {
    Problem::rate_limited().because(why(most))
}
