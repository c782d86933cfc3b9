//! When a workshop is open.

use alloc::vec::Vec;

use chrono::{Datelike, Days, NaiveDate, TimeDelta, Weekday};

use super::json::{Fault, entity_json};
use super::zone::{date_of, days_of};
use super::{ClockTime, ClockZone};
use crate::event::codec::Leftovers;
use crate::{Timestamp, UnknownFields};

mod span;

use span::{APART, are_apart};
pub use span::{HoursException, OpeningSpan};

/// The longest stretch that open time is added up over.
const MOST_DAYS: i64 = 3_660;

/// How many days may have hours of their own.
const MOST_EXCEPTIONS: usize = 1_000;

/// The hours of a week, the days that differ from it, and the clock that they are told by.
///
/// A span belongs to the day it opens on: a bar that opens on Saturday at 18:00 and closes at 02:00 does so also where
/// Sunday is closed. A day named as an exception has its own hours and none of the week's. Where clocks change, a time
/// that comes twice is its first, and a time that is skipped comes as much later as the clocks jump (RFC 5545 §3.3.5).
///
/// # Examples
///
/// ```
/// use cc_core::platform::OpeningHours;
///
/// let at = |text: &str| text.parse::<cc_core::Timestamp>().map_err(|error| error.to_string());
/// let hours = OpeningHours::from_json(r#"{
///     "timeZone": {"name": "Europe/Copenhagen", "rule": "CET-1CEST,M3.5.0,M10.5.0/3"},
///     "monday": [{"opens": "07:30", "closes": "12:00"}, {"opens": "12:30", "closes": "16:00"}],
///     "tuesday": [], "wednesday": [], "thursday": [], "friday": [], "saturday": [], "sunday": [],
///     "exceptions": [{"date": "2026-05-25", "reason": "Whit Monday", "hours": []}]
/// }"#)?;
/// let monday = at("2026-05-18T05:30:00Z")?;
/// assert!(hours.is_open(monday));
/// assert_eq!(hours.closes_at(monday), Some(at("2026-05-18T10:00:00Z")?));
/// assert_eq!(hours.next_opening(at("2026-05-19T00:00:00Z")?), Some(at("2026-06-01T05:30:00Z")?));
/// let year = hours.open_time_between(at("2026-01-01T00:00:00Z")?, at("2027-01-01T00:00:00Z")?)?;
/// assert_eq!(year.num_hours(), 51 * 8);
///
/// let error = OpeningHours::from_json(hours.to_json().replace("12:30", "11:30")).unwrap_err();
/// assert_eq!(error.to_string(), "monday: expected spans in order that do not overlap at byte 86");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct OpeningHours {
    /// The clock on the wall.
    pub zone: ClockZone,
    monday: Vec<OpeningSpan>,
    tuesday: Vec<OpeningSpan>,
    wednesday: Vec<OpeningSpan>,
    thursday: Vec<OpeningSpan>,
    friday: Vec<OpeningSpan>,
    saturday: Vec<OpeningSpan>,
    sunday: Vec<OpeningSpan>,
    exceptions: Vec<HoursException>,
    /// Fields this version does not know.
    pub unknown: UnknownFields,
    kept: Leftovers,
}

impl OpeningHours {
    /// A week that is always closed.
    pub fn closed(zone: ClockZone) -> Self {
        Self {
            zone,
            monday: Vec::new(),
            tuesday: Vec::new(),
            wednesday: Vec::new(),
            thursday: Vec::new(),
            friday: Vec::new(),
            saturday: Vec::new(),
            sunday: Vec::new(),
            exceptions: Vec::new(),
            unknown: UnknownFields::default(),
            kept: Leftovers::default(),
        }
    }

    /// The same with other hours on a day of the week.
    pub fn with_day(&self, day: Weekday, spans: Vec<OpeningSpan>) -> Result<Self, HoursError> {
        if !are_apart(&spans) {
            return Err(HoursError::Overlap);
        }
        let mut hours = self.clone();
        *match day {
            Weekday::Mon => &mut hours.monday,
            Weekday::Tue => &mut hours.tuesday,
            Weekday::Wed => &mut hours.wednesday,
            Weekday::Thu => &mut hours.thursday,
            Weekday::Fri => &mut hours.friday,
            Weekday::Sat => &mut hours.saturday,
            Weekday::Sun => &mut hours.sunday,
        } = spans;
        Ok(hours)
    }

    /// The same with hours of its own for one day, in place of those it had.
    pub fn with_exception(&self, exception: HoursException) -> Result<Self, HoursError> {
        let mut hours = self.clone();
        match hours.exceptions.binary_search_by_key(&exception.date, |other| other.date) {
            Ok(at) => hours.exceptions[at] = exception,
            Err(_) if hours.exceptions.len() >= MOST_EXCEPTIONS => return Err(HoursError::ManyExceptions),
            Err(at) => hours.exceptions.insert(at, exception),
        }
        Ok(hours)
    }

    /// The hours of a day of the week, where no exception says otherwise.
    pub fn day(&self, day: Weekday) -> &[OpeningSpan] {
        match day {
            Weekday::Mon => &self.monday,
            Weekday::Tue => &self.tuesday,
            Weekday::Wed => &self.wednesday,
            Weekday::Thu => &self.thursday,
            Weekday::Fri => &self.friday,
            Weekday::Sat => &self.saturday,
            Weekday::Sun => &self.sunday,
        }
    }

    /// The days with hours of their own, in order.
    pub fn exceptions(&self) -> &[HoursException] {
        &self.exceptions
    }

    /// The hours of one day.
    pub fn on(&self, date: NaiveDate) -> &[OpeningSpan] {
        match self.exceptions.binary_search_by_key(&date, |exception| exception.date) {
            Ok(at) => self.exceptions.get(at).map_or(&[][..], HoursException::hours),
            Err(_) => self.day(date.weekday()),
        }
    }

    /// Whether it is open at an instant. It is at the instant it opens, and not at the one it closes.
    pub fn is_open(&self, at: Timestamp) -> bool {
        let today = self.local_date(at);
        dates(today, -2, 1).any(|date| self.stretches(date).any(|(from, to)| from <= at && at < to))
    }

    /// The first instant from `at` on at which it is open: `at` itself, if it is. `None` if it never opens again.
    pub fn next_opening(&self, at: Timestamp) -> Option<Timestamp> {
        let today = self.local_date(at);
        let horizon = self.horizon();
        let later = today.checked_add_days(Days::new(horizon.unsigned_abs()));
        let beyond = self.exceptions.iter().map(|exception| exception.date);
        let beyond = beyond.filter(|date| later.is_some_and(|later| *date > later));
        let mut best: Option<(NaiveDate, Timestamp)> = None;
        for date in dates(today, -2, horizon).chain(beyond) {
            // Where clocks change, a later day's first stretch can begin a little before an earlier day's last.
            if best.is_some_and(|(found, _)| days_of(date) > days_of(found) + 2) {
                break;
            }
            let opening = self.stretches(date).filter(|(_, to)| *to > at).map(|(from, _)| from.max(at)).min();
            if let Some(opening) = opening
                && best.is_none_or(|(_, earliest)| opening < earliest)
            {
                best = Some((date, opening));
            }
        }
        best.map(|(_, opening)| opening)
    }

    /// When it next closes, if it is open at an instant; `None` if it is closed, or never closes.
    pub fn closes_at(&self, at: Timestamp) -> Option<Timestamp> {
        if !self.is_open(at) {
            return None;
        }
        let mut end = at;
        for date in dates(self.local_date(at), -2, self.horizon()) {
            if end > at && days_of(date) > days_of(self.local_date(end)) + 1 {
                return Some(end);
            }
            for (from, to) in self.joined(dates(date, 0, 1)) {
                if from <= end && end < to {
                    end = to;
                }
            }
        }
        None
    }

    /// How long it is open from one instant to another, over at most 3,660 days.
    pub fn open_time_between(&self, from: Timestamp, to: Timestamp) -> Result<TimeDelta, HoursError> {
        if to <= from {
            return Ok(TimeDelta::zero());
        }
        let first = self.local_date(from);
        let days = days_of(self.local_date(to)) - days_of(first);
        if days > MOST_DAYS {
            return Err(HoursError::Long);
        }
        let stretches = self.joined(dates(first, -2, days + 1));
        let length = |(start, end): (Timestamp, Timestamp)| {
            end.min(to).signed_duration_since(start.max(from)).max(TimeDelta::zero())
        };
        Ok(stretches.into_iter().map(length).fold(TimeDelta::zero(), |sum, length| sum + length))
    }

    /// Days after which every day of the week has come once without being an exception.
    fn horizon(&self) -> i64 {
        7 * (self.exceptions.len() as i64 + 1) + 2
    }

    fn local_date(&self, at: Timestamp) -> NaiveDate {
        date_of(at.timestamp().saturating_add(self.zone.rule.offset_at(at).into()))
    }

    /// From when to when it is open by the spans of one day; what a change of clocks leaves nothing of is left out.
    fn stretches(&self, date: NaiveDate) -> impl Iterator<Item = (Timestamp, Timestamp)> + '_ {
        let midnight = days_of(date) * 86_400;
        let instant = move |time: ClockTime, next_day: bool| {
            let local = midnight + i64::from(time.minutes()) * 60 + i64::from(next_day) * 86_400;
            Timestamp::from_timestamp(self.zone.rule.second_of_local(local), 0)
        };
        self.on(date)
            .iter()
            .filter_map(move |span| {
                Some((instant(span.opens(), false)?, instant(span.closes(), span.passes_midnight())?))
            })
            .filter(|(from, to)| from < to)
    }

    /// The stretches of several days, in order and joined where they touch.
    fn joined(&self, dates: impl Iterator<Item = NaiveDate>) -> Vec<(Timestamp, Timestamp)> {
        let mut stretches: Vec<_> = dates.flat_map(|date| self.stretches(date)).collect();
        stretches.sort_unstable();
        let mut joined: Vec<(Timestamp, Timestamp)> = Vec::with_capacity(stretches.len());
        for (from, to) in stretches {
            match joined.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => joined.push((from, to)),
            }
        }
        joined
    }

    fn check(&self) -> Result<(), Fault> {
        for (name, spans) in [
            ("monday", &self.monday),
            ("tuesday", &self.tuesday),
            ("wednesday", &self.wednesday),
            ("thursday", &self.thursday),
            ("friday", &self.friday),
            ("saturday", &self.saturday),
            ("sunday", &self.sunday),
        ] {
            if !are_apart(spans) {
                return Err((name, APART));
            }
        }
        if self.exceptions.windows(2).any(|pair| pair[0].date >= pair[1].date) {
            return Err(("exceptions", "days in order, each once"));
        }
        if self.exceptions.len() > MOST_EXCEPTIONS {
            return Err(("exceptions", "at most 1000 days"));
        }
        Ok(())
    }
}

/// The days around one, from the first to the last.
fn dates(around: NaiveDate, first: i64, last: i64) -> impl Iterator<Item = NaiveDate> {
    (first..=last).filter_map(move |days| around.checked_add_signed(TimeDelta::days(days)))
}

entity_json! {
    OpeningHours {
        required "timeZone" => zone: ClockZone, "the clock on the wall: name and rule";
        required "monday" => monday: Vec<OpeningSpan>, "`OpeningSpan`: its spans, in order; breaks lie between them";
        required "tuesday" => tuesday: Vec<OpeningSpan>, "likewise";
        required "wednesday" => wednesday: Vec<OpeningSpan>, "likewise";
        required "thursday" => thursday: Vec<OpeningSpan>, "likewise";
        required "friday" => friday: Vec<OpeningSpan>, "likewise";
        required "saturday" => saturday: Vec<OpeningSpan>, "likewise";
        required "sunday" => sunday: Vec<OpeningSpan>, "likewise";
        required "exceptions" => exceptions: Vec<HoursException>, "`HoursException`: days with hours of their own, in order";
    }
    shows [zone, exceptions]
    check Self::check
}

/// Why hours are not taken, or not added up.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum HoursError {
    /// The two instants are too far apart.
    #[error("expected at most {MOST_DAYS} days")]
    Long,
    /// There are too many days with hours of their own.
    #[error("expected at most {MOST_EXCEPTIONS} exceptions")]
    ManyExceptions,
    /// Spans of one day overlap or are out of order.
    #[error("expected spans in order that do not overlap")]
    Overlap,
}

#[cfg(test)]
mod tests;
