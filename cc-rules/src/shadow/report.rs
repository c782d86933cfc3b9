//! What a shadow found out: differences, and their counts a rule.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use cc_core::json::ObjectWriter;
use cc_core::{Timestamp, VehicleRef};
use chrono::SecondsFormat;

use super::Episode;

/// Two recommendations about the same, or one that the other side lacks.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Difference {
    /// The vehicle.
    pub vehicle: VehicleRef,
    /// The group, or the rule where it has none.
    pub group: Box<str>,
    /// What the live pack said.
    pub live: Option<Episode>,
    /// What the candidate would have said.
    pub candidate: Option<Episode>,
    /// In what they differ; empty where one side is missing, or where they are alike.
    pub fields: Vec<DifferentField>,
}

/// In what two recommendations about the same differ.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum DifferentField {
    /// What they ask for.
    Action,
    /// When they end, or whether they do.
    Cleared,
    /// Until when it should be done.
    Due,
    /// The key of the message.
    Message,
    /// When they begin.
    Raised,
    /// Which rule spoke last.
    Rule,
    /// How pressing they are at most.
    Urgency,
}

impl DifferentField {
    /// The field's name, as in a change.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Action => "action",
            Self::Cleared => "cleared",
            Self::Due => "due",
            Self::Message => "message",
            Self::Raised => "raised",
            Self::Rule => "rule",
            Self::Urgency => "urgency",
        }
    }
}

impl Difference {
    pub(super) fn new(
        vehicle: &VehicleRef,
        group: &str,
        live: Option<Episode>,
        candidate: Option<Episode>,
    ) -> Self {
        let mut fields = Vec::new();
        if let (Some(a), Some(b)) = (&live, &candidate) {
            for (field, differs) in [
                (DifferentField::Action, a.action != b.action),
                (DifferentField::Cleared, a.cleared != b.cleared),
                (DifferentField::Due, a.due != b.due),
                (DifferentField::Message, a.message != b.message),
                (DifferentField::Raised, a.raised != b.raised),
                (DifferentField::Rule, a.rule != b.rule),
                (DifferentField::Urgency, a.urgency != b.urgency),
            ] {
                if differs {
                    fields.push(field);
                }
            }
        }
        Self { vehicle: vehicle.clone(), group: group.into(), live, candidate, fields }
    }

    /// `only_live`, `only_candidate`, `differs` or `same`.
    pub fn kind(&self) -> &'static str {
        match (&self.live, &self.candidate) {
            (Some(_), None) => "only_live",
            (None, _) => "only_candidate",
            _ if self.fields.is_empty() => "same",
            _ => "differs",
        }
    }

    /// One line of JSON, keys sorted.
    pub fn to_canonical_json(&self) -> String {
        let mut text = String::new();
        let mut object = ObjectWriter::new(&mut text);
        if let Some(episode) = &self.candidate {
            episode.write(object.key("candidate"));
        }
        if !self.fields.is_empty() {
            let names: Vec<_> = self.fields.iter().map(|field| format!("\"{}\"", field.as_str())).collect();
            object.key("fields").extend(["[", &names.join(","), "]"]);
        }
        object.string("group", &self.group);
        object.string("kind", self.kind());
        if let Some(episode) = &self.live {
            episode.write(object.key("live"));
        }
        object.string("vehicle", &self.vehicle.to_string());
        object.end();
        text
    }
}

impl Episode {
    fn write(&self, text: &mut String) {
        let at = |at: Option<Timestamp>| at.map(|at| at.to_rfc3339_opts(SecondsFormat::AutoSi, true));
        let mut object = ObjectWriter::new(text);
        object.string("action", self.action.as_str());
        object.optional_string("cleared", at(self.cleared).as_deref());
        object.optional_string("due", at(self.due).as_deref());
        object.string("id", &self.id.to_string());
        object.string("message", &self.message);
        object.optional_string("raised", at(self.raised).as_deref());
        object.string("rule", &self.rule);
        object.string("urgency", self.urgency.as_str());
        object.end();
    }
}

/// What a shadow found out.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ShadowReport {
    /// Each recommendation that one side lacks, or that differs; sorted as they were decided, by vehicle and group.
    pub differences: Vec<Difference>,
    /// For each rule that spoke, what its recommendations came to.
    pub rules: BTreeMap<Box<str>, RuleDifference>,
}

/// What the recommendations of one rule came to. A pair counts for the rule of the live side.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct RuleDifference {
    /// How many the live pack made.
    pub live: u64,
    /// How many the candidate made.
    pub candidate: u64,
    /// Pairs that are alike.
    pub same: u64,
    /// Pairs that differ in something.
    pub differs: u64,
    /// Those that the candidate lacks.
    pub only_live: u64,
    /// Those that the live pack lacks.
    pub only_candidate: u64,
    /// Pairs that the candidate began earlier.
    pub earlier: u64,
    /// Pairs that the candidate began later.
    pub later: u64,
    /// The vehicles on which anything differs.
    pub vehicles: BTreeSet<VehicleRef>,
}

impl ShadowReport {
    pub(super) fn add(&mut self, difference: Difference) {
        for (rule, live) in [(&difference.live, true), (&difference.candidate, false)] {
            let Some(rule) = rule else { continue };
            let counts = self.rules.entry(rule.rule.clone()).or_default();
            *(if live { &mut counts.live } else { &mut counts.candidate }) += 1;
        }
        let Some(speaker) = difference.live.as_ref().or(difference.candidate.as_ref()) else { return };
        let counts = self.rules.entry(speaker.rule.clone()).or_default();
        match difference.kind() {
            "only_live" => counts.only_live += 1,
            "only_candidate" => counts.only_candidate += 1,
            "same" => {
                counts.same += 1;
                return;
            }
            _ => counts.differs += 1,
        }
        if let (Some(live), Some(candidate)) = (&difference.live, &difference.candidate) {
            counts.earlier += u64::from(candidate.raised < live.raised);
            counts.later += u64::from(candidate.raised > live.raised);
        }
        counts.vehicles.insert(difference.vehicle.clone());
        self.differences.push(difference);
    }
}

impl fmt::Display for ShadowReport {
    /// A line for each rule.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (rule, counts)) in self.rules.iter().enumerate() {
            let RuleDifference {
                live,
                candidate,
                same,
                differs,
                only_live,
                only_candidate,
                earlier,
                later,
                ..
            } = counts;
            let line = if index > 0 { "\n" } else { "" };
            write!(f, "{line}{rule}: {live} live, {candidate} candidate")?;
            let mut separator = "; ";
            for (count, what) in [
                (same, "the same"),
                (differs, "different"),
                (only_live, "only live"),
                (only_candidate, "only candidate"),
                (earlier, "earlier"),
                (later, "later"),
            ] {
                if *count > 0 {
                    write!(f, "{separator}{count} {what}")?;
                    separator = ", ";
                }
            }
        }
        Ok(())
    }
}
