//! How far all rules are: most are at rest with nothing to remember, and take two bytes.

use std::ops::{Index, IndexMut};

use super::RuleState;

/// The state of each rule, by number. Room is taken by those only that have something to remember.
#[derive(Clone, Debug)]
pub(crate) struct Standings {
    /// For each rule, 0 or 1 + its place in `kept`.
    places: Box<[u16]>,
    /// In no particular order.
    kept: Vec<Kept>,
}

/// A rule with something to remember. The state comes first, so that it lies in memory as it does alone, and moves in
/// whole words; the number is one, too: half a word that was just written is slow to move.
#[derive(Clone, Debug)]
#[repr(C)]
struct Kept {
    state: RuleState,
    rule: usize,
}

static IDLE: RuleState = RuleState::IDLE;

impl Standings {
    /// So many rules, all at rest.
    pub(crate) fn new(rules: usize) -> Self {
        Self { places: vec![0; rules].into(), kept: Vec::new() }
    }

    pub(crate) fn get(&self, rule: usize) -> Option<&RuleState> {
        let place = usize::from(*self.places.get(rule)?);
        Some(place.checked_sub(1).and_then(|place| self.kept.get(place)).map_or(&IDLE, |kept| &kept.state))
    }

    /// The state of a rule that may have something to remember.
    #[inline]
    pub(crate) fn kept_one(&self, rule: usize) -> Option<&RuleState> {
        let place = usize::from(*self.places.get(rule)?).checked_sub(1)?;
        self.kept.get(place).map(|kept| &kept.state)
    }

    /// The same in no particular order.
    pub(crate) fn kept_anyhow(&self) -> impl Iterator<Item = (usize, &RuleState)> {
        self.kept.iter().map(|kept| (kept.rule, &kept.state))
    }

    /// Takes room for so many more at once.
    pub(crate) fn reserve(&mut self, rules: usize) {
        self.kept.reserve_exact(rules.min(self.places.len()));
    }

    /// Those that may have something to remember, in order of their numbers.
    pub(crate) fn kept(&self) -> impl Iterator<Item = (usize, &RuleState)> {
        let placed = self.places.iter().enumerate().filter(|(_, place)| **place > 0);
        placed.filter_map(|(rule, place)| Some((rule, &self.kept.get(usize::from(*place) - 1)?.state)))
    }

    /// Gives back the room of a rule that has nothing to remember any more.
    pub(crate) fn forget_idle(&mut self, rule: usize) {
        let Some(place) = usize::from(self.places[rule]).checked_sub(1) else { return };
        if self.kept[place].state != IDLE {
            return;
        }
        self.kept.swap_remove(place);
        self.places[rule] = 0;
        if let Some(moved) = self.kept.get(place) {
            self.places[moved.rule] = place as u16 + 1;
        }
    }
}

impl Index<usize> for Standings {
    type Output = RuleState;

    fn index(&self, rule: usize) -> &RuleState {
        match self.places[rule] {
            0 => &IDLE,
            place => &self.kept[usize::from(place) - 1].state,
        }
    }
}

impl Standings {
    /// The state of a rule, instead of the one that it had.
    pub(crate) fn put(&mut self, rule: usize, state: RuleState) {
        match self.places.get_mut(rule) {
            Some(place @ 0) => {
                self.kept.push(Kept { state, rule });
                *place = self.kept.len() as u16;
            }
            Some(_) => self[rule] = state,
            None => {}
        }
    }
}

impl Standings {
    /// A rule at rest of which two instants are remembered. It is written where it stays: reading back what was written
    /// in parts, to move it, takes longer than all else.
    #[inline]
    pub(crate) fn put_resting(&mut self, rule: usize, unknown: i64, cleared: i64) {
        if self.places.get(rule) != Some(&0) {
            return self.put(rule, RuleState { unknown, cleared, ..RuleState::IDLE });
        }
        let state = &mut self[rule];
        (state.unknown, state.cleared) = (unknown, cleared);
    }
}

/// Makes room for the rule.
impl IndexMut<usize> for Standings {
    fn index_mut(&mut self, rule: usize) -> &mut RuleState {
        if self.places[rule] == 0 {
            self.kept.push(Kept { state: RuleState::IDLE, rule });
            self.places[rule] = self.kept.len() as u16;
        }
        let place = usize::from(self.places[rule]) - 1;
        &mut self.kept[place].state
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Phase;

    #[test]
    fn only_what_remembers_something_takes_room() {
        let mut rules = Standings::new(5);
        for rule in [3, 1, 4] {
            rules[rule].phase = Phase::Pending;
            rules[rule].since = rule as i64;
        }
        let numbers = |rules: &Standings| rules.kept().map(|(rule, _)| rule).collect::<Vec<_>>();
        assert_eq!(numbers(&rules), [1, 3, 4]);
        rules[3].rest();
        rules.forget_idle(3);
        rules.forget_idle(1);
        rules.forget_idle(0);
        assert_eq!(numbers(&rules), [1, 4]);
        assert_eq!((0..5).map(|rule| rules[rule].since.max(-1)).collect::<Vec<_>>(), [-1, 1, -1, -1, 4]);
        assert!(rules.get(5).is_none());
    }
}
