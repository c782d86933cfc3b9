//! Long work is done by turns, some of it in each transaction: between them others write, too. How much of it one turn does is told here.

use std::time::{Duration, Instant};

use crate::clock;

/// How long a turn takes, about: some things are more work than others.
const TIME: Duration = Duration::from_millis(20);
/// About the most bytes of a turn.
const BYTES: usize = 1 << 20;

/// What a turn has done so far.
#[derive(Debug)]
pub(crate) struct Pace {
    began: Instant,
    most: usize,
    count: usize,
    size: usize,
}

impl Pace {
    /// A turn that begins now, of so many things at most.
    pub(crate) fn of(most: usize) -> Self {
        Self { began: clock::instant(), most, count: 0, size: 0 }
    }

    /// One more thing is done, of so many bytes.
    pub(crate) fn did(&mut self, bytes: usize) {
        self.count += 1;
        self.size = self.size.saturating_add(bytes);
    }

    /// Whether the turn ends with what it has done. Where it does changes nothing of what comes of the work.
    pub(crate) fn is_over(&self) -> bool {
        self.is_over_after(self.began.elapsed())
    }

    fn is_over_after(&self, took: Duration) -> bool {
        self.count >= self.most || self.size >= BYTES || self.count > 0 && took >= TIME
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_ends_by_its_count_its_bytes_or_its_time_and_does_something() {
        for (count, size, millis, over) in [
            (0, 0, 0, false),
            (0, 0, 1_000, false),
            (1, 0, 19, false),
            (1, 0, 20, true),
            (99, (1 << 20) - 1, 0, false),
            (100, 0, 0, true),
            (1, 1 << 20, 0, true),
        ] {
            let pace = Pace { count, size, ..Pace::of(100) };
            assert_eq!(pace.is_over_after(Duration::from_millis(millis)), over, "{count} {size} {millis}");
        }
    }
}
