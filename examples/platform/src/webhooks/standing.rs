//! How a receiver answers, which decides by which line it is spoken to, and how many places there are for it.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// While a request by the line of those that answer has had no answer for so long, the next go by the other.
const SLOW: Duration = Duration::from_secs(1);
/// For so long a receiver that did not answer goes by the other: at first, and at most where it does so again and again.
const RESTS: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(3_600));

/// What is known of a receiver.
#[derive(Debug, Default)]
pub(super) struct Standing(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    /// It did when it was spoken to last.
    answered: bool,
    rest: Option<Rest>,
    /// When the requests by the line of those that answer began.
    under_way: BTreeMap<u64, Instant>,
    last: u64,
}

#[derive(Clone, Copy, Debug)]
struct Rest {
    since: Instant,
    length: Duration,
}

/// A request under way.
pub(super) struct Request<'a> {
    standing: &'a Standing,
    began: Instant,
    /// Its number, by the line of those that answer.
    number: Option<u64>,
}

impl Standing {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a request would go by the line of those that answer.
    pub(super) fn is_sound(&self, now: Instant) -> bool {
        self.known().is_sound(now)
    }

    /// A request begins.
    pub(super) fn begin(&self, now: Instant) -> Request<'_> {
        let mut known = self.known();
        let number = known.is_sound(now).then(|| {
            known.last += 1;
            let number = known.last;
            known.under_way.insert(number, now);
            number
        });
        Request { standing: self, began: now, number }
    }
}

impl Known {
    fn is_sound(&self, now: Instant) -> bool {
        let rests = self.rest.is_some_and(|rest| now < rest.since + rest.length);
        let is_slow = self.under_way.values().any(|began| now.saturating_duration_since(*began) >= SLOW);
        self.answered && !rests && !is_slow
    }
}

impl Request<'_> {
    /// Whether it goes by the line of those that answer.
    pub(super) fn is_sound(&self) -> bool {
        self.number.is_some()
    }

    /// It has come to an end.
    pub(super) fn ended(self, answered: bool, now: Instant) {
        let mut known = self.standing.known();
        known.answered = answered;
        known.rest = match known.rest {
            // It has answered for as long again.
            Some(rest) if answered && now >= rest.since + rest.length * 2 => None,
            rest if answered => rest,
            // What was begun before is of the same time as what did not come to an answer then.
            Some(rest) if self.began < rest.since => Some(rest),
            Some(rest) => Some(Rest { since: now, length: (rest.length * 2).min(RESTS.1) }),
            None => Some(Rest { since: now, length: RESTS.0 }),
        };
    }
}

impl Drop for Request<'_> {
    fn drop(&mut self) {
        if let Some(number) = self.number {
            self.standing.known().under_way.remove(&number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    #[test]
    fn who_does_not_answer_goes_by_the_other_line_for_a_time_that_grows() {
        let (standing, start) = (Standing::default(), clock::instant());
        let at = |seconds: u64| start + Duration::from_secs(seconds);
        let speak = |seconds, answered| {
            let request = standing.begin(at(seconds));
            let is_sound = request.is_sound();
            request.ended(answered, at(seconds));
            is_sound
        };
        // Nobody knows at first.
        assert_eq!([(0, true), (1, true)].map(|(at, answered)| speak(at, answered)), [false, true]);
        // Many that were under way at once fail as one.
        let many: Vec<Request<'_>> = (0..16).map(|_| standing.begin(at(2))).collect();
        assert!(many.iter().all(Request::is_sound));
        for request in many {
            request.ended(false, at(12));
        }
        // Answers in between change nothing.
        for (seconds, answered, expected) in [
            (13, true, false),
            (71, true, false),
            (72, true, true),
            (73, false, true),
            (192, true, false),
            (193, false, true),
            (432, true, false),
            (433, true, true),
            // After as long again it begins with a minute.
            (673, true, true),
            (674, false, true),
            (733, true, false),
            (734, true, true),
        ] {
            assert_eq!(speak(seconds, answered), expected, "{seconds}");
        }
        // Nor is it ever longer than an hour.
        for hours in 1..20 {
            speak(hours * 3_600, false);
        }
        assert!(!speak(20 * 3_600 - 1, true) && speak(20 * 3_600, true));
    }

    #[test]
    fn while_one_has_no_answer_the_next_go_by_the_other_line() {
        let (standing, start) = (Standing::default(), clock::instant());
        standing.begin(start).ended(true, start);
        let waits = standing.begin(start);
        let at = |millis| start + Duration::from_millis(millis);
        assert!(waits.is_sound() && standing.begin(at(999)).is_sound());
        assert!(!standing.begin(at(1_000)).is_sound());
        waits.ended(true, at(1_500));
        assert!(standing.begin(at(1_500)).is_sound());
        // What nobody waits for any more is not under way.
        drop(standing.begin(at(1_600)));
        assert!(standing.begin(at(9_000)).is_sound());
    }
}
