//! What the program itself says, in each language.

use cc_core::{Action, Timestamp};
use chrono::{SecondsFormat, TimeDelta};
use clap::ValueEnum;

/// The languages of the standard pack.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
pub(crate) enum Language {
    /// Dansk
    Da,
    /// English
    #[default]
    En,
}

impl Language {
    pub(crate) fn tag(self) -> &'static str {
        self.core().tag()
    }

    /// The same language as cc-core knows it.
    pub(crate) fn core(self) -> cc_core::Language {
        match self {
            Self::Da => cc_core::Language::Danish,
            Self::En => cc_core::Language::English,
        }
    }

    /// One text of two.
    pub(crate) fn of(self, english: &'static str, danish: &'static str) -> &'static str {
        match self {
            Self::Da => danish,
            Self::En => english,
        }
    }

    pub(crate) fn action(self, action: Action) -> &'static str {
        match action {
            Action::BatteryTest => self.of("Have the battery tested", "Få batteriet testet"),
            Action::Book => self.of("Book a workshop", "Bestil tid på værkstedet"),
            Action::CallAssistance => self.of("Call roadside assistance", "Ring til vejhjælpen"),
            Action::CheckYourself => self.of("Check it yourself", "Se selv efter"),
            Action::None => self.of("Nothing to do", "Intet at gøre"),
            Action::StopSafely => self.of("Stop safely", "Stands sikkert"),
            Action::TextWorkshop => self.of("Write to your workshop", "Skriv til værkstedet"),
        }
    }

    /// `now`, `within 3 days`.
    pub(crate) fn within(self, time: TimeDelta) -> String {
        let (number, unit) = match (time.num_days(), time.num_hours()) {
            (0, 0) => return self.of("now", "nu").to_owned(),
            (0, 1) => (1, self.of("hour", "time")),
            (0, hours) => (hours, self.of("hours", "timer")),
            (1, _) => (1, self.of("day", "dag")),
            (days, _) => (days, self.of("days", "dage")),
        };
        format!("{} {number} {unit}", self.of("within", "inden for"))
    }
}

/// How instants are shown.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Times {
    /// As date and time, in UTC.
    Calendar,
    /// As the time since the capture began.
    SinceStart,
}

impl Times {
    pub(crate) fn show(self, at: Timestamp) -> String {
        match self {
            Self::Calendar => at
                .to_rfc3339_opts(SecondsFormat::Secs, true)
                .replace('T', " ")
                .trim_end_matches('Z')
                .to_owned(),
            Self::SinceStart => {
                let seconds = at.timestamp();
                format!("+{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
            }
        }
    }
}
