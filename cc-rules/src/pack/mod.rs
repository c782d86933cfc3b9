//! A pack as the engine runs it: checked, with every name turned into a place in an array.

mod blocks;
mod canonical;
mod check_blocks;
mod codes;
mod cuts;
mod info;
mod keys;
pub mod limits;
mod link;
pub(crate) mod model;
mod names;
mod quick;
mod rule;
mod stages;
mod words;
mod written;

use std::fmt;
use std::sync::Arc;

use cc_core::{Body, Event, MeasureUnit, SignalId, ValueKind};

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::expr::{Program, Ty};
use crate::messages::Catalogues;
pub(crate) use blocks::{
    AVERAGE, Absence, Age, Blocks, CHANGE, COUNT, Ear, Last, Listeners, MAXIMUM, MINIMUM, Numbers,
    Occurrence, Part, Per, SLOPE, SUM, Sequence, WINDOW_FIELDS, is_window, window_field,
};
pub(crate) use canonical::write as write_canonical;
pub(crate) use codes::{Pattern, StatusFilter};
pub(crate) use cuts::Cuts;
pub use info::{CountInfo, NumbersInfo, OccurrenceInfo, RuleInfo, SequenceInfo, StageInfo, WindowInfo};
pub(crate) use keys::{Beginning, Keys};
use limits::MAX_PACK_BYTES;
pub(crate) use limits::MAX_WINDOWS;
pub(crate) use link::Problem;
use model::RawPack;
pub(crate) use names::key_of;
#[cfg(feature = "source")]
pub(crate) use names::{Scope, constant};
pub(crate) use quick::Quick;
pub(crate) use stages::{Advice, Stage};
pub(crate) use words::DIMENSIONS;
pub use words::Profile;
pub(crate) use written::written;
#[cfg(feature = "source")]
pub(crate) use written::{duration_text, one_line};

/// A checked pack, ready to run. Cheap to clone and to share between threads.
///
/// # Examples
///
/// ```
/// let pack = cc_rules::standard_pack();
/// let again = cc_rules::Pack::load(pack.to_canonical_json().as_bytes())?;
/// assert_eq!(again.hash(), pack.hash());
///
/// let error = cc_rules::Pack::load(b"{}").unwrap_err();
/// assert_eq!(error.0[0].code, "not-a-pack");
/// # Ok::<(), cc_rules::Diagnostics>(())
/// ```
#[derive(Clone)]
pub struct Pack(
    pub(crate) Arc<Linked>,
    /// Messages added at run time.
    pub(crate) Arc<Catalogues>,
);

impl Pack {
    /// Loads a pack from its canonical form, checking all of it again: a pack is untrusted input.
    ///
    /// The bytes must be the canonical form exactly, because its hash names the pack.
    pub fn load(bytes: &[u8]) -> Result<Self, Diagnostics> {
        let fail = |code, text: &str| Diagnostics(vec![Problem::new("", code, text).into_diagnostic()]);
        if bytes.len() > MAX_PACK_BYTES {
            return Err(fail("too-big", "the pack is larger than a pack may be"));
        }
        if bytes.starts_with(br#"{"format":"cc-rules-signed-pack""#) {
            let problem = Problem::new(
                "",
                "signed-pack",
                "the pack is signed, and is not loaded without a look at who signed it",
            );
            let hint = "`ccars rules verify` checks the signature, and with `--canonical` writes the pack without it";
            return Err(Diagnostics(vec![problem.hint(Some(hint.into())).into_diagnostic()]));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| fail("not-a-pack", "not UTF-8"))?;
        let raw: RawPack = serde_json::from_str(text).map_err(|error| {
            let text = format!(
                "not the canonical form of a pack, at line {} column {}",
                error.line(),
                error.column()
            );
            fail("not-a-pack", &text)
        })?;
        if canonical_text(&raw) != text {
            return Err(fail("not-canonical", "the spelling is not canonical"));
        }
        Self::link(raw)
            .map_err(|found| Diagnostics(found.into_iter().map(Problem::into_diagnostic).collect()))
    }

    /// The canonical form: JSON with sorted keys and no spaces, expressions as text.
    pub fn to_canonical_json(&self) -> &str {
        &self.0.canonical
    }

    /// SHA-256 of the canonical form.
    pub fn hash(&self) -> [u8; 32] {
        self.0.hash
    }

    /// The pack's name.
    pub fn id(&self) -> &str {
        &self.0.raw.pack.id
    }

    /// The pack's own version.
    pub fn version(&self) -> &str {
        &self.0.raw.pack.version
    }

    /// The ids of all rules, sorted.
    pub fn rule_ids(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.rules.iter().map(|rule| &*rule.id)
    }

    /// A pack without rules.
    pub(crate) fn empty() -> Self {
        Self(Arc::default(), Arc::default())
    }
}

impl fmt::Debug for Pack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pack").field("rules", &self.0.rules.len()).finish_non_exhaustive()
    }
}

/// Marks a slot number as a field of a code; the rest is `code * 4 + field`.
pub(crate) const CODE_SLOT: u16 = 0x8000;

/// Presence, since, count, clean drives.
pub(crate) const CODE_FIELDS: usize = 4;

/// The slot of `today`, the beginning of the current day in UTC.
pub(crate) const TODAY_SLOT: u16 = 0x7FFF;

/// Everything resolved.
#[derive(Default)]
pub(crate) struct Linked {
    pub(crate) raw: RawPack,
    pub(crate) canonical: String,
    pub(crate) hash: [u8; 32],
    /// The signals that some expression reads; a slot number is an index here.
    pub(crate) signals: Vec<SignalSlot>,
    /// For each row of the catalogue, what the engine does with it.
    pub(crate) rows: Vec<Roles>,
    /// The same for signals that the catalogue lacks, sorted by id.
    pub(crate) customs: Vec<(SignalId, Roles)>,
    pub(crate) codes: Vec<CodeSlot>,
    pub(crate) params: Vec<ParamSlot>,
    pub(crate) rules: Vec<Rule>,
    /// Members of each group, as rule numbers; a rule without a group has one of its own.
    pub(crate) groups: Vec<Vec<u16>>,
    /// How many `u64` a set of rules takes.
    pub(crate) words: usize,
    /// Rules without a count or another block: while at rest, only their becoming true matters.
    pub(crate) plain: Vec<u64>,
    /// `words` numbers a signal slot: the rules that read it.
    pub(crate) signal_readers: Vec<u64>,
    /// `words` numbers a field of a code, as in its slot: the rules that read it.
    pub(crate) code_readers: Vec<u64>,
    /// `words` numbers a signal slot, and a code: the rules that wait, and may do so only as long as they hear of it.
    pub(crate) signal_waiters: Vec<u64>,
    pub(crate) code_waiters: Vec<u64>,
    /// Rules whose window moves with the odometer, with the metres of a bucket; and with drives.
    pub(crate) distance_readers: Vec<(u16, i64)>,
    pub(crate) drive_readers: Vec<u16>,
    /// Rules that read `today`.
    pub(crate) today_readers: Vec<u16>,
    /// Rules that time alone can move, whatever their phase.
    pub(crate) timed: Vec<u64>,
    /// The blocks that hear of single events, and of readings that change nothing.
    pub(crate) listeners: Listeners,
    /// Signals whose mere arrival matters: those with a rule in `signal_waiters`.
    pub(crate) arrival_matters: Vec<bool>,
    /// Which new values of a signal can matter to whom.
    pub(crate) cuts: Cuts,
    /// Which readings are nothing but a number that rules compare.
    pub(crate) quick: Quick,
    pub(crate) signal_keys: Keys,
    pub(crate) code_keys: Keys,
    /// Those of the rules in the order of `by_layout`.
    pub(crate) rule_keys: Keys,
    /// The rules by layout, then number: the order in which their states are written.
    pub(crate) by_layout: Vec<u16>,
    /// For each rule, its place in `by_layout`.
    pub(crate) layout_places: Vec<u16>,
    /// Rules of whose state some follows from the instant reached.
    pub(crate) ripens: Vec<u16>,
    /// How many bytes of a name's hash tell all rules, signals and codes apart.
    pub(crate) key_bytes: u8,
}

impl Linked {
    /// What the engine does with a signal; `None` where that is nothing.
    pub(crate) fn roles(&self, signal: &SignalId) -> Option<Roles> {
        let roles = match signal.position() {
            Some(row) => *self.rows.get(row)?,
            None => self.customs[self.customs.binary_search_by(|(id, _)| id.cmp(signal)).ok()?].1,
        };
        roles.any().then_some(roles)
    }

    /// The place of the event's type among the types of the catalogue, by name; `None` where the type is another one.
    #[inline]
    pub(crate) fn type_order(&self, event: &Event) -> Option<u16> {
        let Body::Reading(reading) = &event.body else { return None };
        let row = self.rows.get(reading.signal.position()?)?;
        // In another kind or unit it has the type of custom signals.
        (reading.unit.is_none() && row.kind == Some(reading.value.kind())).then_some(row.type_order)
    }

    pub(crate) fn rule_index(&self, id: &str) -> Option<usize> {
        self.rules.binary_search_by(|rule| (*rule.id).cmp(id)).ok()
    }
}

/// What the engine does with a signal.
#[allow(clippy::struct_excessive_bools, reason = "four independent roles, most signals have none")]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Roles {
    pub(crate) slot: Option<u16>,
    pub(crate) ignition: bool,
    pub(crate) speed: bool,
    pub(crate) odometer: bool,
    pub(crate) service_date: bool,
    /// The kind of value of a row of the catalogue.
    pub(crate) kind: Option<ValueKind>,
    /// The place of the row's type among all of them, by name.
    pub(crate) type_order: u16,
}

impl Roles {
    fn any(self) -> bool {
        self.slot.is_some() || self.ignition || self.speed || self.odometer || self.service_date
    }
}

#[derive(Clone, Debug)]
pub(crate) struct SignalSlot {
    pub(crate) id: SignalId,
    pub(crate) kind: ValueKind,
    pub(crate) unit: MeasureUnit,
    /// The unit of readings that name none.
    pub(crate) usual_unit: MeasureUnit,
    pub(crate) range: Option<(f64, f64)>,
    /// Nanoseconds; `i64::MAX` where a value never grows old.
    pub(crate) max_age: i64,
    pub(crate) monotonic: bool,
    pub(crate) key: Key,
}

#[derive(Clone, Debug)]
pub(crate) struct CodeSlot {
    pub(crate) patterns: Vec<Pattern>,
    pub(crate) status: StatusFilter,
    pub(crate) ecu: Option<Box<str>>,
    pub(crate) clean_drives: u8,
    /// Whether exactly one fault can match.
    pub(crate) single: bool,
    pub(crate) key: Key,
}

/// A name's hash: the first [`Linked::key_bytes`] bytes tell it from the others of its kind.
pub(crate) type Key = [u8; 8];

#[derive(Clone, Debug)]
pub(crate) struct ParamSlot {
    pub(crate) ty: Ty,
    pub(crate) default: Constant,
    /// Index in [`DIMENSIONS`], the vehicle's value there, the parameter's value; in the order they are tried.
    pub(crate) by: Vec<(usize, Box<str>, Constant)>,
}

/// A value that stands in the pack.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Constant {
    Bool(bool),
    Int(i64),
    Double(f64),
    Text(Box<str>),
    Time(i64),
    Duration(i64),
}

pub(crate) struct Rule {
    pub(crate) id: Box<str>,
    pub(crate) when: Option<Program>,
    pub(crate) count: Option<Count>,
    /// Blocks that look back over time, if there are any.
    pub(crate) blocks: Option<Box<Blocks>>,
    pub(crate) clear: Option<Program>,
    /// Nanoseconds; 0 where the rule opens at once.
    pub(crate) wait: i64,
    pub(crate) gap: Gap,
    pub(crate) clear_on_unknown: bool,
    /// Nanoseconds.
    pub(crate) cooldown: i64,
    pub(crate) group: u16,
    /// What it says before its first stage.
    pub(crate) advice: Advice,
    pub(crate) stages: Vec<Stage>,
    /// Nanoseconds after the opening at which it ends; `i64::MAX` for never.
    pub(crate) valid_for: i64,
    /// Rules that keep it silent while they are open.
    pub(crate) suppressed_by: Vec<u16>,
    /// Groups with a rule that this one keeps silent.
    pub(crate) silences: Vec<u16>,
    /// Slots that the condition reads.
    pub(crate) reads: Vec<u16>,
    pub(crate) key: Key,
    /// Changes whenever the rule's state would mean something else; thresholds leave it alone.
    pub(crate) layout: u16,
}

/// When a pending `for` starts again.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Gap {
    /// No sample of anything the condition reads came for longer than this (nothing read grows old).
    Silence(i64),
    /// The condition was unknown for longer than this.
    Unknown(i64),
}

pub(crate) struct Count {
    pub(crate) of: Counted,
    pub(crate) at_least: u32,
    pub(crate) window: Window,
}

pub(crate) enum Counted {
    /// Index in [`Linked::codes`].
    Code(u16),
    /// A type of event.
    Event(Box<str>),
    When(Program),
}

/// Whole buckets: the current one and the `buckets - 1` before it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Window {
    pub(crate) by: WindowBy,
    pub(crate) buckets: u32,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum WindowBy {
    /// Metres a bucket, from odometer zero.
    Distance(i64),
    /// One drive a bucket.
    Drives,
    /// Nanoseconds a bucket, from the epoch.
    Duration(i64),
}

impl Window {
    /// The oldest bucket of the window while `bucket` is the current one.
    pub(crate) fn from(self, bucket: i64) -> i64 {
        bucket.saturating_sub(i64::from(self.buckets) - 1)
    }
}

pub(crate) fn canonical_text(raw: &RawPack) -> String {
    let mut text = String::new();
    if let Ok(value) = serde_json::to_value(raw) {
        canonical::write(&value, &mut text);
    }
    text
}

impl Problem {
    /// Names the part by numbers, so that no name of the pack reaches a log.
    pub(crate) fn into_diagnostic(self) -> Diagnostic {
        let numbered = self.path.starts_with("rules[");
        let end = if numbered {
            [".args.", ".windows."].iter().find_map(|list| Some(self.path.find(list)? + list.len() - 1))
        } else {
            self.path.find('.')
        };
        let path = &self.path[..end.unwrap_or(self.path.len())];
        Diagnostic {
            file: "".into(),
            line: 0,
            column: 0,
            path: path.into(),
            code: self.code,
            text: self.text,
            suggestion: self.suggestion,
        }
    }
}
