//! What is said on standard error while a car is read: once, and not again for each time it happens.

use std::collections::BTreeMap;
use std::time::Duration;

/// Messages, each with how often it came.
///
/// The first is told at once. The same again is counted, and told with its number after a minute; then after two, and so
/// on up to an hour. What did not come for a quarter of an hour is news again.
#[derive(Debug, Default)]
pub(super) struct Notices(BTreeMap<String, Told>);

#[derive(Debug)]
struct Told {
    /// When it came last.
    came: Duration,
    /// When it may be told again.
    again: Duration,
    pause: Duration,
    /// How often it came since it was told.
    more: u32,
}

const FIRST: Duration = Duration::from_secs(60);
const LONGEST: Duration = Duration::from_secs(3_600);
const FORGOTTEN: Duration = Duration::from_secs(900);

impl Notices {
    /// Takes a message with its advice; gives the line to write now, if any.
    pub(super) fn take(&mut self, now: Duration, message: &str, advice: &str) -> Option<String> {
        let whole = || if advice.is_empty() { message.to_owned() } else { format!("{message}; {advice}") };
        let known = self.0.get_mut(message).filter(|told| now.saturating_sub(told.came) < FORGOTTEN);
        let Some(told) = known else {
            let told = Told { came: now, again: now.saturating_add(FIRST), pause: FIRST, more: 0 };
            self.0.insert(message.to_owned(), told);
            return Some(whole());
        };
        told.came = now;
        told.more += 1;
        if now < told.again {
            return None;
        }
        told.pause = told.pause.saturating_mul(2).min(LONGEST);
        told.again = now.saturating_add(told.pause);
        let more = std::mem::take(&mut told.more);
        Some(format!("still {message}, {}; {advice}", times(more)).trim_end_matches("; ").to_owned())
    }

    /// What was counted and not told.
    pub(super) fn finish(&mut self) -> Vec<String> {
        let counted = std::mem::take(&mut self.0).into_iter().filter(|(_, told)| told.more > 0);
        counted.map(|(message, told)| format!("{message}, {} more", times(told.more))).collect()
    }
}

fn times(count: u32) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_again_is_counted_and_told_now_and_then() {
        let mut notices = Notices::default();
        let mut told = Vec::new();
        for second in (0..200).step_by(5) {
            let now = Duration::from_secs(second);
            told.extend(notices.take(now, "no answer", "wait").map(|line| (second, line)));
        }
        assert_eq!(
            told,
            [
                (0, "no answer; wait".to_owned()),
                (60, "still no answer, 12 times; wait".to_owned()),
                (180, "still no answer, 24 times; wait".to_owned()),
            ]
        );
        assert_eq!(notices.finish(), ["no answer, 3 times more"]);
        assert_eq!(notices.finish(), [] as [&str; 0]);
    }

    #[test]
    fn other_messages_and_old_ones_are_news() {
        let mut notices = Notices::default();
        let at = Duration::from_secs;
        assert_eq!(notices.take(at(0), "cut", "").as_deref(), Some("cut"));
        assert_eq!(notices.take(at(1), "silent", "wait").as_deref(), Some("silent; wait"));
        assert_eq!(notices.take(at(2), "cut", ""), None);
        assert_eq!(notices.take(at(2_000), "cut", "").as_deref(), Some("cut"));
        assert_eq!(notices.finish(), [] as [&str; 0]);
    }
}
