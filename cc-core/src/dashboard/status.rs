//! The app's status line.

use alloc::format;
use alloc::string::String;

use crate::Timestamp;

/// What the app says of a car in one line.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Status {
    /// How many recommendations are open.
    pub open: usize,
    /// When the car last said anything.
    pub heard: Option<Timestamp>,
}

impl Status {
    /// The line in a language (`en`, `da`, also with a region as in `da-DK`; any other is English), as of `now`.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_core::dashboard::Status;
    ///
    /// let status = Status { open: 0, heard: Some("2026-05-01T04:00:00Z".parse()?) };
    /// let now = "2026-05-01T10:30:00Z".parse()?;
    /// assert_eq!(status.line("en", now), "Systems checked ok, updated 6 hours ago");
    /// assert_eq!(status.line("da", now), "Systemer tjekket ok, opdateret for 6 timer siden");
    /// # Ok::<(), chrono::ParseError>(())
    /// ```
    pub fn line(self, language: &str, now: Timestamp) -> String {
        let words = if language == "da" || language.starts_with("da-") { &DANISH } else { &ENGLISH };
        let Some(heard) = self.heard else {
            return words.never.into();
        };
        let state = match self.open {
            0 => words.ok.into(),
            1 => format!("1 {}", words.recommendation.0),
            open => format!("{open} {}", words.recommendation.1),
        };
        // A car whose clock runs ahead of ours was heard just now.
        let seconds = now.signed_duration_since(heard).num_seconds();
        let (number, unit) = match seconds {
            ..60 => return format!("{state}, {} {}", words.updated, words.now),
            60..3_600 => (seconds / 60, words.minute),
            3_600..86_400 => (seconds / 3_600, words.hour),
            _ => (seconds / 86_400, words.day),
        };
        let unit = if number == 1 { unit.0 } else { unit.1 };
        format!("{state}, {} {}{number} {unit} {}", words.updated, words.before, words.ago)
    }
}

/// The words of one language; pairs are singular and plural.
struct Words {
    never: &'static str,
    ok: &'static str,
    recommendation: (&'static str, &'static str),
    updated: &'static str,
    now: &'static str,
    before: &'static str,
    minute: (&'static str, &'static str),
    hour: (&'static str, &'static str),
    day: (&'static str, &'static str),
    ago: &'static str,
}

const ENGLISH: Words = Words {
    never: "Nothing heard from the car yet",
    ok: "Systems checked ok",
    recommendation: ("open recommendation", "open recommendations"),
    updated: "updated",
    now: "just now",
    before: "",
    minute: ("minute", "minutes"),
    hour: ("hour", "hours"),
    day: ("day", "days"),
    ago: "ago",
};

const DANISH: Words = Words {
    never: "Intet hørt fra bilen endnu",
    ok: "Systemer tjekket ok",
    recommendation: ("åben anbefaling", "åbne anbefalinger"),
    updated: "opdateret",
    now: "lige nu",
    before: "for ",
    minute: ("minut", "minutter"),
    hour: ("time", "timer"),
    day: ("dag", "dage"),
    ago: "siden",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_counts_and_tells_the_time_in_both_languages() {
        let now: Timestamp = "2026-05-10T10:00:00Z".parse().unwrap();
        for (open, seconds, english, danish) in [
            (0, -300, "Systems checked ok, updated just now", "Systemer tjekket ok, opdateret lige nu"),
            (0, 59, "Systems checked ok, updated just now", "Systemer tjekket ok, opdateret lige nu"),
            (
                1,
                60,
                "1 open recommendation, updated 1 minute ago",
                "1 åben anbefaling, opdateret for 1 minut siden",
            ),
            (
                2,
                3_599,
                "2 open recommendations, updated 59 minutes ago",
                "2 åbne anbefalinger, opdateret for 59 minutter siden",
            ),
            (
                0,
                3_600,
                "Systems checked ok, updated 1 hour ago",
                "Systemer tjekket ok, opdateret for 1 time siden",
            ),
            (
                0,
                86_399,
                "Systems checked ok, updated 23 hours ago",
                "Systemer tjekket ok, opdateret for 23 timer siden",
            ),
            (
                0,
                86_400,
                "Systems checked ok, updated 1 day ago",
                "Systemer tjekket ok, opdateret for 1 dag siden",
            ),
            (
                0,
                700_000,
                "Systems checked ok, updated 8 days ago",
                "Systemer tjekket ok, opdateret for 8 dage siden",
            ),
        ] {
            let status = Status { open, heard: Some(now - chrono::TimeDelta::seconds(seconds)) };
            assert_eq!((&*status.line("en", now), &*status.line("da-DK", now)), (english, danish));
            assert_eq!(status.line("fi", now), english);
        }
        assert_eq!(Status::default().line("en", now), "Nothing heard from the car yet");
        assert_eq!(Status::default().line("da", now), "Intet hørt fra bilen endnu");
    }
}
