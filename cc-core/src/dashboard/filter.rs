//! Which rows a page shows.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

use super::{Row, RowKind};
use crate::{Timestamp, Urgency, VehicleRef, Vin};

/// Which rows are wanted: those that every part lets through. The default is all rows.
///
/// `Debug` does not show the text, which may be a VIN.
///
/// # Examples
///
/// ```
/// use cc_core::dashboard::{RowFilter, RowKind};
///
/// let lamps = RowFilter { open: Some(true), kinds: vec![RowKind::WarningLight], ..RowFilter::default() };
/// assert_eq!(lamps.text, None);
/// ```
#[derive(Clone, Default, Eq, PartialEq)]
pub struct RowFilter {
    /// Only open, or only closed rows.
    pub open: Option<bool>,
    /// Only these kinds; empty for all.
    pub kinds: Vec<RowKind>,
    /// Only rows at least this urgent: open ones that an open recommendation is about.
    pub urgency_at_least: Option<Urgency>,
    /// Only these cars: what a workshop or a user may see. An empty list is no car, not all.
    pub vehicles: Option<Vec<VehicleRef>>,
    /// Only rows whose name, ECU or VIN contains this text, in capital or small letters.
    pub text: Option<Box<str>>,
    /// Only rows that last occurred at this instant or later.
    pub since: Option<Timestamp>,
    /// Only rows that last occurred before this instant.
    pub until: Option<Timestamp>,
}

impl RowFilter {
    /// Whether a row passes.
    pub fn matches(&self, row: &Row) -> bool {
        self.open.is_none_or(|open| open == row.open)
            && (self.kinds.is_empty() || self.kinds.contains(&row.kind))
            && self.urgency_at_least.is_none_or(|least| row.urgency >= Some(least))
            && self.vehicles.as_ref().is_none_or(|vehicles| vehicles.contains(&row.vehicle))
            && self.finds(&row.name, row.ecu.as_deref(), row.vin.as_ref())
            && self.spans(row.last_occurred)
    }

    pub(super) fn spans(&self, at: Timestamp) -> bool {
        self.since.is_none_or(|since| since <= at) && self.until.is_none_or(|until| at < until)
    }

    /// Whether the text is part of a row's name, ECU or VIN; without a text every row has it.
    pub(super) fn finds(&self, name: &str, ecu: Option<&str>, vin: Option<&Vin>) -> bool {
        self.text.as_deref().is_none_or(|text| {
            contains(name, text)
                || ecu.is_some_and(|ecu| contains(ecu, text))
                || vin.is_some_and(|vin| contains(vin.as_str(), text))
        })
    }
}

impl fmt::Debug for RowFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RowFilter")
            .field("open", &self.open)
            .field("kinds", &self.kinds)
            .field("urgency_at_least", &self.urgency_at_least)
            .field("vehicles", &self.vehicles.as_ref().map(Vec::len))
            .field("text", &self.text.as_ref().map(|_| "…"))
            .field("since", &self.since)
            .field("until", &self.until)
            .finish()
    }
}

/// Whether a text contains another, the case of ASCII letters aside.
fn contains(text: &str, part: &str) -> bool {
    part.is_empty()
        || text.as_bytes().windows(part.len()).any(|window| window.eq_ignore_ascii_case(part.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_in_any_case() {
        for (text, part, found) in [
            ("malfunction_indicator", "INDICATOR", true),
            ("P0301", "p03", true),
            ("P0301", "", true),
            ("P0301", "P0301x", false),
            ("", "x", false),
            ("kædehjul", "ædeh", true),
        ] {
            assert_eq!(contains(text, part), found, "{text} {part}");
        }
    }

    #[test]
    fn a_text_that_may_be_a_vin_is_not_in_debug() {
        let filter = RowFilter { text: Some("WVWZZZ1KZAM000001".into()), ..RowFilter::default() };
        assert!(!alloc::format!("{filter:?}").contains("WVWZZZ"));
    }
}
