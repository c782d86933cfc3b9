//! When each parameter is due.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::time::Duration;

/// Parameters of service 01, each with its own period.
#[derive(Clone, Debug, Default)]
pub(super) struct Schedule {
    polls: BTreeMap<u8, Poll>,
}

#[derive(Clone, Copy, Debug)]
struct Poll {
    every: Duration,
    due: Duration,
    /// How often in a row nobody answered.
    misses: u8,
}

/// After so many silent answers in a row a parameter is asked for less often.
const SILENT: u8 = 3;
/// How much less often.
const SLOWER: u32 = 10;

impl Schedule {
    /// Adds a parameter, or changes its period; it is due at once.
    pub(super) fn set(&mut self, parameter: u8, every: Duration) {
        let poll = Poll { every, due: Duration::ZERO, misses: 0 };
        self.polls.insert(parameter, poll);
    }

    pub(super) fn remove(&mut self, parameter: u8) {
        self.polls.remove(&parameter);
    }

    pub(super) fn contains(&self, parameter: u8) -> bool {
        self.polls.contains_key(&parameter)
    }

    /// The parameters due, the longest overdue first, at most `most`; they are then due a period later.
    pub(super) fn take(&mut self, now: Duration, most: usize, may: impl Fn(u8) -> bool) -> Vec<u8> {
        let mut due: Vec<_> = self
            .polls
            .iter()
            .filter(|&(&parameter, poll)| poll.due <= now && may(parameter))
            .map(|(&parameter, poll)| (poll.due, parameter))
            .collect();
        due.sort_unstable();
        due.truncate(most);
        for (_, parameter) in &due {
            if let Some(poll) = self.polls.get_mut(parameter) {
                let factor = if poll.misses >= SILENT { SLOWER } else { 1 };
                poll.due = now.saturating_add(poll.every.saturating_mul(factor));
            }
        }
        due.into_iter().map(|(_, parameter)| parameter).collect()
    }

    /// Takes note of whether anybody answered.
    pub(super) fn answered(&mut self, parameter: u8, is_answered: bool) {
        if let Some(poll) = self.polls.get_mut(&parameter) {
            poll.misses = if is_answered { 0 } else { poll.misses.saturating_add(1) };
        }
    }

    /// Lets a parameter be due again now: its answer was lost.
    pub(super) fn again(&mut self, parameter: u8, now: Duration) {
        if let Some(poll) = self.polls.get_mut(&parameter) {
            poll.due = poll.due.min(now);
        }
    }

    /// Lets every parameter have its first turn again: another car is to be asked.
    pub(super) fn begin_anew(&mut self) {
        for poll in self.polls.values_mut() {
            (poll.due, poll.misses) = (Duration::ZERO, 0);
        }
    }

    /// Whether each had its turn.
    pub(super) fn is_begun(&self, may: impl Fn(u8) -> bool) -> bool {
        self.polls.iter().all(|(&parameter, poll)| !may(parameter) || poll.due > Duration::ZERO)
    }

    /// When the next one is due.
    pub(super) fn next(&self, may: impl Fn(u8) -> bool) -> Option<Duration> {
        self.polls.iter().filter(|&(&parameter, _)| may(parameter)).map(|(_, poll)| poll.due).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_parameter_keeps_its_own_rate_and_the_oldest_goes_first() {
        let mut schedule = Schedule::default();
        let second = Duration::from_secs(1);
        schedule.set(0x0C, second);
        schedule.set(0x05, second * 3);
        let mut asked = [0, 0];
        for tenth in 0..300 {
            for parameter in schedule.take(second * tenth / 10, 1, |_| true) {
                asked[usize::from(parameter == 0x05)] += 1;
            }
        }
        assert_eq!(asked, [30, 10]);
    }

    #[test]
    fn a_silent_parameter_is_asked_for_less_often_until_it_answers() {
        let mut schedule = Schedule::default();
        schedule.set(0x0C, Duration::from_secs(1));
        for second in 0..3 {
            assert_eq!(schedule.take(Duration::from_secs(second), 6, |_| true), [0x0C]);
            schedule.answered(0x0C, false);
        }
        assert_eq!(schedule.take(Duration::from_secs(3), 6, |_| true), [0x0C]);
        assert_eq!(schedule.next(|_| true), Some(Duration::from_secs(13)));
        schedule.answered(0x0C, true);
        assert_eq!(schedule.take(Duration::from_secs(13), 6, |_| true), [0x0C]);
        assert_eq!(schedule.next(|_| true), Some(Duration::from_secs(14)));
    }
}
