//! Spans of opening hours, and days that have their own.

use alloc::vec::Vec;

use chrono::NaiveDate;

use crate::UnknownFields;
use crate::event::codec::Leftovers;
use crate::platform::ClockTime;
use crate::platform::json::{Fault, entity_json};
use crate::platform::values::TextLine;

/// From when to when it is open: on one day, or past midnight into the next where it closes no later than it opens.
///
/// # Examples
///
/// ```
/// use cc_core::platform::OpeningSpan;
///
/// let span = OpeningSpan::new("18:00".parse()?, "02:00".parse()?).ok_or("a span")?;
/// assert!(span.passes_midnight());
/// let error = OpeningSpan::from_json(r#"{"opens":"08:00","closes":"08:00"}"#).unwrap_err();
/// assert_eq!(error.to_string(), "closes: expected another time than opens at byte 26");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct OpeningSpan {
    opens: ClockTime,
    closes: ClockTime,
    /// Fields this version does not know.
    pub unknown: UnknownFields,
    kept: Leftovers,
}

impl OpeningSpan {
    /// A span; `None` if it opens as it closes, or only at the end of the day.
    pub fn new(opens: ClockTime, closes: ClockTime) -> Option<Self> {
        let span = Self { opens, closes, unknown: UnknownFields::default(), kept: Leftovers::default() };
        span.check().is_ok().then_some(span)
    }

    /// When it opens.
    pub fn opens(&self) -> ClockTime {
        self.opens
    }

    /// When it closes.
    pub fn closes(&self) -> ClockTime {
        self.closes
    }

    /// Whether it closes on the next day.
    pub fn passes_midnight(&self) -> bool {
        self.closes <= self.opens
    }

    fn check(&self) -> Result<(), Fault> {
        if self.opens == ClockTime::END_OF_DAY {
            return Err(("opens", "a time from 00:00 to 23:59"));
        }
        if self.opens == self.closes {
            return Err(("closes", "another time than opens"));
        }
        Ok(())
    }
}

entity_json! {
    OpeningSpan {
        required "opens" => opens: ClockTime, "when it opens, by the clock on the wall";
        required "closes" => closes: ClockTime, "when it closes; on the next day if not after opens; 24:00 is the end of the day";
    }
    shows [opens, closes]
    check Self::check
}

/// One day with hours of its own: a holiday, a Sunday before Christmas.
#[derive(Clone, Eq, PartialEq)]
pub struct HoursException {
    /// The day, by the calendar on the wall.
    pub date: NaiveDate,
    /// Why, in words.
    pub reason: Option<TextLine>,
    hours: Vec<OpeningSpan>,
    /// Fields this version does not know.
    pub unknown: UnknownFields,
    kept: Leftovers,
}

impl HoursException {
    /// A day with these hours; closed, if there are none. `None` if they overlap or are out of order.
    pub fn new(date: NaiveDate, reason: Option<TextLine>, hours: Vec<OpeningSpan>) -> Option<Self> {
        let (unknown, kept) = (UnknownFields::default(), Leftovers::default());
        are_apart(&hours).then_some(Self { date, reason, hours, unknown, kept })
    }

    /// Its hours; none if it is closed all day.
    pub fn hours(&self) -> &[OpeningSpan] {
        &self.hours
    }
}

entity_json! {
    HoursException {
        required "date" => date: NaiveDate, "the day";
        optional "reason" => reason: TextLine, "why, in words";
        required "hours" => hours: Vec<OpeningSpan>, "`OpeningSpan`: its hours; empty if it is closed all day";
    }
    shows [date, hours]
    check |day| if are_apart(&day.hours) { Ok(()) } else { Err(("hours", APART)) }
}

pub(super) const APART: &str = "spans in order that do not overlap";

/// Whether spans of one day stand in order and apart; only the last may pass midnight. A break is what lies between.
pub(super) fn are_apart(spans: &[OpeningSpan]) -> bool {
    spans.windows(2).all(|pair| !pair[0].passes_midnight() && pair[0].closes <= pair[1].opens)
}
