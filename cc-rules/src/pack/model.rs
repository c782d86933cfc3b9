//! The pack as it is written down: the canonical form, field by field, before anything is checked.
//!
//! Durations are whole milliseconds, distances whole metres; expressions, code patterns and parameter values stay
//! text and are checked again whenever a pack is loaded.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawPack {
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) codes: BTreeMap<String, RawCode>,
    /// Language, then message key.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) messages: BTreeMap<String, BTreeMap<String, RawMessage>>,
    pub(crate) pack: RawHeader,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) params: BTreeMap<String, RawParam>,
    /// Sorted by id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) rules: Vec<RawRule>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) signals: BTreeMap<String, RawSignal>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawHeader {
    pub(crate) id: String,
    pub(crate) language: u32,
    pub(crate) min_engine: String,
    pub(crate) version: String,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawSignal {
    /// Only for a signal that the catalogue does not have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) kind: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) max_age: Option<u64>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) monotonic: bool,
    /// Only for a signal that the catalogue does not have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) unit: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawCode {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) clean_drives: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) ecu: Option<String>,
    pub(crate) r#match: Vec<String>,
    pub(crate) status: String,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawParam {
    /// Dimension (`engine_family`, `model`, `market`, `fleet`), then the vehicle's value in it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) by: BTreeMap<String, BTreeMap<String, String>>,
    pub(crate) default: String,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawRule {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) absence: Option<RawAbsence>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) age: Option<RawAge>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) clear: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cooldown: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) count: Option<RawCount>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) escalate: Vec<RawStage>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) r#for: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) group: Option<String>,
    pub(crate) id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) max_gap: Option<u64>,
    /// `hold` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) on_unknown: Option<String>,
    pub(crate) recommend: RawRecommend,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sequence: Option<RawSequence>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) source: Option<RawSource>,
    /// Rules, or `group:` and a group.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) suppressed_by: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) valid_for: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) what: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) when: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) why: Option<String>,
    /// By name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) windows: BTreeMap<String, RawNumbers>,
}

/// A step of an escalation; what it does not give is as in the step before.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawStage {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) action: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) after: Option<u64>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) args: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) due: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) message: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) urgency: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) when: Option<String>,
}

/// Where a threshold comes from.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawSource {
    /// A maker's manual by name, model and year, or a regulation; `product choice` for figures of our own.
    pub(crate) document: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) section: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawCount {
    pub(crate) at_least: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) event: Option<String>,
    /// `once` when absent, or `whole`; only per drive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) held: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) of_last: Option<u32>,
    /// `drive` or `sample`; with `of_last`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) per: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) when: Option<String>,
    /// Instead of `of_last`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) window: Option<RawWindow>,
}

/// Something that happens: exactly one of the four.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawOccurrence {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) event: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) signal: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) when: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawSequence {
    pub(crate) steps: Vec<RawOccurrence>,
    pub(crate) within: u64,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawAbsence {
    pub(crate) r#for: u64,
    pub(crate) of: RawOccurrence,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawAge {
    /// A signal or a code.
    pub(crate) of: String,
    pub(crate) over: u64,
}

/// Numbers over a window.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawNumbers {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) at_least: Option<u32>,
    pub(crate) of: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) r#while: Option<String>,
    pub(crate) window: RawWindow,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawWindow {
    pub(crate) buckets: u32,
    /// `duration`, `distance` or `drives`.
    pub(crate) by: String,
    /// The whole window: milliseconds, metres or drives.
    pub(crate) size: u64,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawRecommend {
    pub(crate) action: String,
    /// Argument name, then the expression whose value it carries.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) args: BTreeMap<String, String>,
    /// `now`, or milliseconds as a whole number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) due: Option<u64>,
    pub(crate) message: String,
    pub(crate) urgency: String,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawMessage {
    pub(crate) text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) title: Option<String>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_false(value: &bool) -> bool {
    !*value
}
