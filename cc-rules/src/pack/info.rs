//! What a pack says about its rules, for people to read.

use cc_core::dashboard::Subject;
use cc_core::{Action, Dtc, SignalId, Urgency};
use chrono::TimeDelta;

use super::model::{RawCount, RawOccurrence, RawSequence, RawWindow};
use super::{CODE_FIELDS, Pack};

/// What a rule says about itself.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct RuleInfo<'a> {
    /// Its id.
    pub id: &'a str,
    /// What it finds, in a sentence.
    pub what: Option<&'a str>,
    /// Why that matters.
    pub why: Option<&'a str>,
    /// Where its threshold comes from: document and section.
    pub source: Option<(&'a str, Option<&'a str>)>,
    /// The condition as written.
    pub when: Option<&'a str>,
    /// How long the condition must hold.
    pub wait: Option<TimeDelta>,
    /// How long nothing may be known meanwhile.
    pub max_gap: Option<TimeDelta>,
    /// What must have happened how often.
    pub count: Option<CountInfo<'a>>,
    /// What must have happened one after the other.
    pub sequence: Option<SequenceInfo<'a>>,
    /// What must not have happened, and for how long.
    pub absence: Option<(OccurrenceInfo<'a>, TimeDelta)>,
    /// The signal or code whose last word must be old, and how old.
    pub age: Option<(&'a str, TimeDelta)>,
    /// The condition that ends it, as written.
    pub clear: Option<&'a str>,
    /// Whether it also ends when its condition becomes unknown; else it holds.
    pub clears_on_unknown: bool,
    /// How long it stays away after it ended.
    pub cooldown: Option<TimeDelta>,
    /// The group it shares a recommendation with.
    pub group: Option<&'a str>,
    /// Rules, and groups as `group:NAME`, that keep it silent while they are open.
    pub suppressed_by: &'a [String],
    /// How long it stays open at most.
    pub valid_for: Option<TimeDelta>,
    /// What it recommends, before its first stage.
    pub action: Action,
    /// How pressing that is.
    pub urgency: Urgency,
    /// Until when it should be done, from the beginning on; zero for at once.
    pub due: Option<TimeDelta>,
    /// The key of its message.
    pub message: &'a str,
}

/// A count in a window.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct CountInfo<'a> {
    /// The code, the event type or the condition that is counted, as written.
    pub of: &'a str,
    /// How many are enough.
    pub at_least: u32,
    /// How far back they count.
    pub window: WindowInfo,
}

/// Something that happens, as written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum OccurrenceInfo<'a> {
    /// A report of a declared code.
    Code(&'a str),
    /// An event of a type.
    Event(&'a str),
    /// A reading of a signal.
    Signal(&'a str),
    /// A condition that becomes true; for an absence, that is true.
    When(&'a str),
}

/// Steps one after the other.
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "source")] {
/// use cc_rules::OccurrenceInfo;
///
/// let text = "
/// pack: {id: demo, version: 1.0.0, language: 1, min_engine: 0.2.0}
/// codes: {misfire: {match: [P0300..P0312]}}
/// rules:
/// - id: stalled
///   sequence: {steps: [{code: misfire}, {when: engine_speed == 0 rpm}], within: 10 min}
///   recommend: {action: call_assistance, urgency: high, message: stalled}
/// ";
/// let pack = cc_rules::source::compile("pack.yaml", &[("pack.yaml", text)])?.pack;
/// let sequence = pack.rule("stalled").unwrap().sequence.unwrap();
/// assert_eq!(sequence.steps[0], Some(OccurrenceInfo::Code("misfire")));
/// assert_eq!((sequence.steps[2], sequence.within.num_minutes()), (None, 10));
///
/// let short = text.replace(", {when: engine_speed == 0 rpm}", "");
/// let error = cc_rules::source::compile("pack.yaml", &[("pack.yaml", &short)]).unwrap_err();
/// assert_eq!(error.to_string(), "pack.yaml:6:21: a sequence has 2 to 4 steps [bad-sequence]");
/// # }
/// # Ok::<(), cc_rules::Diagnostics>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct SequenceInfo<'a> {
    /// Two to four; none behind the last.
    pub steps: [Option<OccurrenceInfo<'a>>; 4],
    /// How long after the first step the last one may come.
    pub within: TimeDelta,
}

/// Numbers over a window: what the other conditions of a rule read as `name.average` and the like.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct NumbersInfo<'a> {
    /// Its name.
    pub name: &'a str,
    /// What the numbers are of, as written.
    pub of: &'a str,
    /// The condition under which a reading counts, as written.
    pub only_while: Option<&'a str>,
    /// How far back they count.
    pub window: WindowInfo,
    /// With how many samples they are known.
    pub at_least: u32,
}

/// A step of an escalation: what an open rule says once its test holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct StageInfo<'a> {
    /// How long after the opening it comes at the earliest.
    pub after: Option<TimeDelta>,
    /// The condition that must hold, as written.
    pub when: Option<&'a str>,
    /// What it recommends.
    pub action: Action,
    /// How pressing that is.
    pub urgency: Urgency,
    /// Until when it should be done, from the opening on; zero for at once.
    pub due: Option<TimeDelta>,
    /// The key of its message.
    pub message: &'a str,
}

/// How far a window reaches back.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum WindowInfo {
    /// Metres driven.
    Distance(u64),
    /// Drives.
    Drives(u64),
    /// Time.
    Duration(TimeDelta),
    /// The last drives, each a hit or none.
    LastDrives {
        /// How many.
        drives: u32,
        /// Whether the condition must have held whenever it was known, not only once.
        whole: bool,
    },
    /// The last samples, each a hit or none.
    LastSamples(u32),
}

impl Pack {
    /// What a rule says about itself.
    ///
    /// # Examples
    ///
    /// ```
    /// let pack = cc_rules::standard_pack();
    /// let rule = pack.rule("overheat").ok_or("no such rule")?;
    /// assert_eq!((rule.urgency, rule.wait), (cc_core::Urgency::Critical, Some(chrono::TimeDelta::seconds(10))));
    /// assert_eq!(pack.rule("no-such-rule"), None);
    /// # Ok::<(), &str>(())
    /// ```
    pub fn rule(&self, id: &str) -> Option<RuleInfo<'_>> {
        let index = self.0.rule_index(id)?;
        let (rule, raw) = (&self.0.rules[index], &self.0.raw.rules[index]);
        Some(RuleInfo {
            id: &rule.id,
            what: raw.what.as_deref(),
            why: raw.why.as_deref(),
            source: raw.source.as_ref().map(|source| (&*source.document, source.section.as_deref())),
            when: raw.when.as_deref(),
            wait: raw.r#for.map(milliseconds),
            max_gap: raw.max_gap.map(milliseconds),
            count: raw.count.as_ref().map(count),
            sequence: raw.sequence.as_ref().map(sequence),
            absence: raw
                .absence
                .as_ref()
                .map(|absence| (occurrence(&absence.of), milliseconds(absence.r#for))),
            age: raw.age.as_ref().map(|age| (&*age.of, milliseconds(age.over))),
            clear: raw.clear.as_deref(),
            clears_on_unknown: rule.clear_on_unknown,
            cooldown: raw.cooldown.map(milliseconds),
            group: raw.group.as_deref(),
            suppressed_by: &raw.suppressed_by,
            valid_for: raw.valid_for.map(milliseconds),
            action: rule.advice.action,
            urgency: rule.advice.urgency,
            due: rule.advice.due.map(TimeDelta::nanoseconds),
            message: &rule.advice.message,
        })
    }

    /// The stages of a rule's escalation, in order; none where it has none, or the pack has no such rule.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[cfg(feature = "source")] {
    /// let text = "
    /// pack: {id: demo, version: 1.0.0, language: 1, min_engine: 0.2.0}
    /// rules:
    /// - id: low
    ///   when: fuel_level < 5 %
    ///   recommend: {action: none, urgency: low, message: low}
    ///   escalate: [{after: 2 d, urgency: medium}]
    /// ";
    /// let pack = cc_rules::source::compile("pack.yaml", &[("pack.yaml", text)])?.pack;
    /// let stage = pack.stages("low").next().unwrap();
    /// assert_eq!((stage.urgency, stage.action), (cc_core::Urgency::Medium, cc_core::Action::None));
    /// assert_eq!(pack.stages("no-such-rule").next(), None);
    /// # }
    /// # Ok::<(), cc_rules::Diagnostics>(())
    /// ```
    pub fn stages(&self, rule: &str) -> impl Iterator<Item = StageInfo<'_>> {
        let index = self.0.rule_index(rule);
        let pairs = index.map(|index| (&self.0.rules[index].stages, &self.0.raw.rules[index].escalate));
        pairs.into_iter().flat_map(|(stages, raw)| stages.iter().zip(raw)).map(|(stage, raw)| StageInfo {
            after: raw.after.map(milliseconds),
            when: raw.when.as_deref(),
            action: stage.advice.action,
            urgency: stage.advice.urgency,
            due: stage.advice.due.map(TimeDelta::nanoseconds),
            message: &stage.advice.message,
        })
    }

    /// The windows of a rule, by name; none where the pack has no such rule.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[cfg(feature = "source")] {
    /// let text = "
    /// pack: {id: demo, version: 1.0.0, language: 1, min_engine: 0.2.0}
    /// rules:
    /// - id: sags
    ///   windows: {week: {of: battery_voltage, while: '!ignition', window: 7 d, at_least: 5}}
    ///   when: week.average < 12.4 V
    ///   recommend: {action: battery_test, urgency: low, message: sags}
    /// ";
    /// let pack = cc_rules::source::compile("pack.yaml", &[("pack.yaml", text)])?.pack;
    /// let week = pack.windows("sags").next().unwrap();
    /// assert_eq!((week.name, week.only_while, week.at_least), ("week", Some("!ignition"), 5));
    /// assert_eq!(pack.windows("no-such-rule").next(), None);
    /// # }
    /// # Ok::<(), cc_rules::Diagnostics>(())
    /// ```
    pub fn windows(&self, rule: &str) -> impl Iterator<Item = NumbersInfo<'_>> {
        let raw = self.0.rule_index(rule).map(|index| &self.0.raw.rules[index]);
        raw.into_iter().flat_map(|raw| &raw.windows).map(|(name, raw)| NumbersInfo {
            name,
            of: &raw.of,
            only_while: raw.r#while.as_deref(),
            window: window(&raw.window),
            at_least: raw.at_least.unwrap_or(1),
        })
    }

    /// The ids of the rules that a trouble code bears on: they read, or count, codes that match it. Sorted.
    ///
    /// # Examples
    ///
    /// ```
    /// let pack = cc_rules::standard_pack();
    /// let misfire: cc_core::Dtc = "P0301".parse()?;
    /// assert!(pack.rules_about(misfire).any(|rule| rule == "misfire"));
    /// assert_eq!(pack.rules_about("SPN 1208 FMI 10".parse()?).next(), None);
    /// # Ok::<(), cc_core::DtcParseError>(())
    /// ```
    pub fn rules_about(&self, dtc: Dtc) -> impl Iterator<Item = &str> {
        let codes: Vec<usize> = (0..self.0.codes.len())
            .filter(|index| self.0.codes[*index].patterns.iter().any(|pattern| pattern.matches(dtc)))
            .collect();
        self.0.rules.iter().enumerate().filter_map(move |(index, rule)| {
            let reads = |code: &usize| {
                let mut fields = code * CODE_FIELDS..(code + 1) * CODE_FIELDS;
                let mut listeners = self.0.listeners.codes[*code].iter();
                fields.any(|field| self.reads(&self.0.code_readers, field, index))
                    || listeners.any(|(listener, _)| usize::from(*listener) == index)
            };
            codes.iter().any(reads).then_some(&*rule.id)
        })
    }

    /// The ids of the rules that read a signal. Sorted.
    ///
    /// # Examples
    ///
    /// ```
    /// let pack = cc_rules::standard_pack();
    /// let hot = cc_core::SignalId::ENGINE_COOLANT_TEMPERATURE;
    /// assert!(pack.rules_reading(&hot).any(|rule| rule == "overheat"));
    /// ```
    pub fn rules_reading(&self, signal: &SignalId) -> impl Iterator<Item = &str> {
        let slot = self.0.signals.iter().position(|slot| slot.id == *signal);
        self.0.rules.iter().enumerate().filter_map(move |(index, rule)| {
            self.reads(&self.0.signal_readers, slot?, index).then_some(&*rule.id)
        })
    }

    /// Whether a rule is about a row of the dashboard: it reads what the row is about, or shares a group with a rule that
    /// does. For [`Dashboard::with_rules`](cc_core::dashboard::Dashboard::with_rules).
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_core::dashboard::{Dashboard, Subject};
    ///
    /// let pack = cc_rules::standard_pack();
    /// let misfire = Subject::Code("P0301".parse()?);
    /// assert!(pack.is_about("misfire", &misfire));
    /// assert!(!pack.is_about("overheat", &misfire));
    /// let dashboard = Dashboard::default().with_rules(move |rule, subject| pack.is_about(rule, subject));
    /// assert_eq!(dashboard.rows(), []);
    /// # Ok::<(), cc_core::DtcParseError>(())
    /// ```
    pub fn is_about(&self, rule: &str, subject: &Subject) -> bool {
        let group = |rule: &str| self.rule(rule).and_then(|rule| rule.group);
        let is_same =
            |other: &str| other == rule || group(other).is_some_and(|other| group(rule) == Some(other));
        match subject {
            Subject::Code(dtc) => self.rules_about(*dtc).any(is_same),
            Subject::Signal(signal) => self.rules_reading(signal).any(is_same),
        }
    }

    fn reads(&self, readers: &[u64], slot: usize, rule: usize) -> bool {
        readers.get(slot * self.0.words + rule / 64).is_some_and(|word| word & (1 << (rule % 64)) != 0)
    }
}

fn count(raw: &RawCount) -> CountInfo<'_> {
    let of = [&raw.code, &raw.event, &raw.when].into_iter().flatten().next();
    let units = raw.of_last.unwrap_or_default();
    let window = match &raw.window {
        Some(raw) => window(raw),
        None if raw.per.as_deref() == Some("sample") => WindowInfo::LastSamples(units),
        None => WindowInfo::LastDrives { drives: units, whole: raw.held.as_deref() == Some("whole") },
    };
    CountInfo { of: of.map_or("", String::as_str), at_least: raw.at_least, window }
}

fn occurrence(raw: &RawOccurrence) -> OccurrenceInfo<'_> {
    match (&raw.code, &raw.event, &raw.signal) {
        (Some(code), ..) => OccurrenceInfo::Code(code),
        (_, Some(event), _) => OccurrenceInfo::Event(event),
        (.., Some(signal)) => OccurrenceInfo::Signal(signal),
        _ => OccurrenceInfo::When(raw.when.as_deref().unwrap_or_default()),
    }
}

fn sequence(raw: &RawSequence) -> SequenceInfo<'_> {
    let mut steps = [None; 4];
    for (place, step) in steps.iter_mut().zip(&raw.steps) {
        *place = Some(occurrence(step));
    }
    SequenceInfo { steps, within: milliseconds(raw.within) }
}

fn window(RawWindow { buckets: _, by, size }: &RawWindow) -> WindowInfo {
    match by.as_str() {
        "distance" => WindowInfo::Distance(*size),
        "drives" => WindowInfo::Drives(*size),
        _ => WindowInfo::Duration(milliseconds(*size)),
    }
}

/// All durations of a pack fit: they are at most ten years.
fn milliseconds(ms: u64) -> TimeDelta {
    i64::try_from(ms).ok().and_then(TimeDelta::try_milliseconds).unwrap_or(TimeDelta::MAX)
}
