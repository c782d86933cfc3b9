//! What was kept, dropped and changed, in numbers.

use alloc::collections::BTreeMap;
use alloc::string::String;

use super::kind::words;
use super::{DataKind, PolicyError, Purpose};
use crate::json::ObjectWriter;

words! {
    /// Why an event is not kept.
    DropReason, "a reason",
    BelowThreshold = "below_threshold", "A hard acceleration that is not hard enough to be recorded.";
    NotForPurpose = "not_for_purpose", "The purpose does not need data of this kind.";
    Text = "text", "The event is nothing but a text or identifier that the purpose does not need.";
    TooOld = "too_old", "It is older than data of its kind are kept.";
    Unknown = "unknown", "Nobody here knows its type, or what makes it what it is could not be read.";
    Unreadable = "unreadable", "A position that is nowhere on Earth, or an instant outside the years 0 to 9999.";
}

words! {
    /// What was taken from an event that is kept.
    ChangeReason, "a reason",
    Identifier = "identifier", "The vehicle identification number.";
    Position = "position", "The place became the middle of its cell; course and accuracy were left out.";
    Pseudonym = "pseudonym", "Vehicle, organisation and the event's number were replaced.";
    Speed = "speed", "A speed above the cap became the cap.";
    Text = "text", "Texts, identifiers, or ids of workshops and fleets within the body.";
    Time = "time", "The event's instant, or one inside its body, became the beginning of its step.";
    Unknown = "unknown", "Fields that nobody here knows, nulls, and other spellings.";
}

/// What was taken from one event: a bit for each reason.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Changes(u8);

impl Changes {
    pub(super) fn add(&mut self, reason: ChangeReason) {
        self.0 |= 1 << reason as u8;
    }

    fn iter(self) -> impl Iterator<Item = ChangeReason> {
        ChangeReason::ALL.iter().copied().filter(move |reason| self.0 >> *reason as u8 & 1 == 1)
    }
}

/// What became of the events of one kind.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct KindReport {
    /// How many were kept.
    pub kept: u64,
    /// Of those, how many are past their time and stay as the most recent of their type.
    pub kept_as_latest: u64,
    /// How many of the kept ones lost something, by reason; one may have lost several things.
    pub changed: BTreeMap<ChangeReason, u64>,
    /// How many were dropped, by reason.
    pub dropped: BTreeMap<DropReason, u64>,
}

/// What was removed: numbers, never values.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Report {
    /// The purpose.
    pub purpose: Purpose,
    /// By kind; `None` are the events of which nobody here knows the kind.
    pub kinds: BTreeMap<Option<DataKind>, KindReport>,
}

impl Report {
    pub(super) fn new(purpose: Purpose) -> Self {
        Self { purpose, kinds: BTreeMap::new() }
    }

    pub(super) fn dropped(&mut self, kind: Option<DataKind>, reason: DropReason) {
        *self.kinds.entry(kind).or_default().dropped.entry(reason).or_default() += 1;
    }

    pub(super) fn kept(&mut self, kind: DataKind, changes: Changes, as_latest: bool) {
        let row = self.kinds.entry(Some(kind)).or_default();
        row.kept += 1;
        row.kept_as_latest += u64::from(as_latest);
        for reason in changes.iter() {
            *row.changed.entry(reason).or_default() += 1;
        }
    }

    /// The report as canonical JSON: `kinds` with the numbers of each, and `purpose`. Events of no known kind stand under
    /// `unknown`.
    pub fn to_canonical_json(&self) -> String {
        let mut rows: BTreeMap<&str, &KindReport> = BTreeMap::new();
        for (kind, row) in &self.kinds {
            rows.insert(kind.map_or("unknown", DataKind::as_str), row);
        }
        let mut out = String::new();
        let mut report = ObjectWriter::new(&mut out);
        let mut kinds = ObjectWriter::new(report.key("kinds"));
        for (kind, row) in rows {
            let mut object = ObjectWriter::new(kinds.key(kind));
            let mut counts = ObjectWriter::new(object.key("changed"));
            for (reason, count) in &row.changed {
                counts.number(reason.as_str(), *count as f64);
            }
            counts.end();
            let mut counts = ObjectWriter::new(object.key("dropped"));
            for (reason, count) in &row.dropped {
                counts.number(reason.as_str(), *count as f64);
            }
            counts.end();
            object.number("kept", row.kept as f64);
            object.number("kept_as_latest", row.kept_as_latest as f64);
            object.end();
        }
        kinds.end();
        report.string("purpose", self.purpose.as_str());
        report.end();
        out
    }
}
