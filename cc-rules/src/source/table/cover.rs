//! All combinations of parts of the inputs: is one forgotten, claimed twice, or a row never reached?

use super::column::{Part, Rows};
use super::{Hit, MAX_CELLS};

/// What is wrong with a table as a whole; examples are one part's number for each input.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Coverage {
    /// Where no row holds.
    pub(super) gap: Option<Vec<usize>>,
    /// Two rows that both hold: the later one, the earlier one, where. One for each later row.
    pub(super) overlaps: Vec<(usize, usize, Vec<usize>)>,
    /// Rows that never speak: the row, and where it holds the row that speaks instead.
    pub(super) unreachable: Vec<(usize, Option<Shadow>)>,
}

/// An earlier row, and where it holds.
type Shadow = (usize, Vec<usize>);

/// `None` where there are more than [`MAX_CELLS`] combinations.
pub(super) fn check(columns: &[Vec<Part>], rows: usize, hit: Hit) -> Option<Coverage> {
    let cells = columns.iter().try_fold(1_usize, |cells, parts| cells.checked_mul(parts.len()));
    if cells.is_none_or(|cells| cells > MAX_CELLS) {
        return None;
    }
    let mut walk = Walk {
        columns,
        hit,
        at: Vec::new(),
        coverage: Coverage::default(),
        reached: vec![false; rows],
        shadows: vec![None; rows],
    };
    walk.go(Rows::first(rows), Rows::first(rows));
    let Walk { mut coverage, reached, shadows, .. } = walk;
    for (row, shadow) in shadows.into_iter().enumerate() {
        if !reached[row] {
            coverage.unreachable.push((row, shadow));
        }
    }
    coverage.overlaps.sort();
    Some(coverage)
}

struct Walk<'a> {
    columns: &'a [Vec<Part>],
    hit: Hit,
    /// The parts chosen so far.
    at: Vec<usize>,
    coverage: Coverage,
    reached: Vec<bool>,
    shadows: Vec<Option<Shadow>>,
}

impl Walk<'_> {
    /// As deep as there are inputs.
    fn go(&mut self, holds: Rows, may_hold: Rows) {
        let Some(parts) = self.columns.get(self.at.len()) else { return self.look(holds, may_hold) };
        for (index, part) in parts.iter().enumerate() {
            self.at.push(index);
            self.go(holds.and(part.holds), may_hold.and(part.may_hold));
            self.at.pop();
        }
    }

    fn look(&mut self, holds: Rows, may_hold: Rows) {
        let first = holds.iter().next();
        match first {
            None if self.coverage.gap.is_none() => self.coverage.gap = Some(self.at.clone()),
            _ => {}
        }
        for row in may_hold.iter() {
            match first {
                Some(first) if self.hit == Hit::First && first < row => {
                    if self.shadows[row].is_none() {
                        self.shadows[row] = Some((first, self.at.clone()));
                    }
                }
                _ => self.reached[row] = true,
            }
        }
        if self.hit == Hit::Unique
            && let Some(first) = first
        {
            for row in holds.iter().skip(1) {
                if self.coverage.overlaps.iter().all(|(later, ..)| *later != row) {
                    self.coverage.overlaps.push((row, first, self.at.clone()));
                }
            }
        }
    }
}

/// Whether one input alone keeps two rows from holding together.
pub(super) fn are_apart(columns: &[Vec<Part>], one: usize, other: usize) -> bool {
    columns.iter().any(|parts| !parts.iter().any(|part| part.may_hold.has(one) && part.may_hold.has(other)))
}
