//! Checks a written pack and resolves its names. Every finding of a run is reported, not only the first.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cc_core::{Action, SignalId, Urgency, catalogue};
use sha2::{Digest, Sha256};

use super::limits::{
    MAX_ARGS, MAX_BUCKETS, MAX_CODES, MAX_DISTANCE_M, MAX_DURATION_MS, MAX_FINDINGS, MAX_NAME,
    MAX_PACK_BYTES, MAX_PARAM_VALUES, MAX_PARAMS, MAX_PATTERNS, MAX_RULES, MAX_SIGNALS,
};
use super::model::{RawCount, RawPack, RawRule, RawWindow};
use super::names::{Scope, key_of};
use super::{
    CODE_SLOT, CodeSlot, Count, Counted, DIMENSIONS, Gap, Key, Linked, Pack, Pattern, Roles, Rule,
    StatusFilter, TODAY_SLOT, Window, WindowBy, canonical_text,
};
use crate::diagnostic::did_you_mean;
use crate::expr::{self, Expected, Program, Ty};

/// A finding in a part of the pack that is named by a path; `offset` is a byte of that part's text.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(crate) path: Box<str>,
    #[cfg_attr(not(feature = "source"), allow(dead_code, reason = "only sources have places"))]
    pub(crate) offset: Option<u32>,
    pub(crate) code: &'static str,
    pub(crate) text: Box<str>,
    pub(crate) suggestion: Option<Box<str>>,
}

impl Problem {
    pub(crate) fn new(path: impl Into<Box<str>>, code: &'static str, text: impl Into<Box<str>>) -> Self {
        Self { path: path.into(), offset: None, code, text: text.into(), suggestion: None }
    }

    fn hint(mut self, suggestion: Option<Box<str>>) -> Self {
        self.suggestion = suggestion;
        self
    }
}

/// The version of the rule language that this engine runs.
const LANGUAGE: u32 = 1;
const NANOS_PER_MS: i64 = 1_000_000;

/// A written pack with what is wrong about it.
pub(crate) type Refused = Box<(RawPack, Vec<Problem>)>;

impl Pack {
    pub(crate) fn link(raw: RawPack) -> Result<Self, Refused> {
        let mut found = Vec::new();
        match link(&raw, &mut found) {
            Some(mut linked) if found.is_empty() => {
                linked.canonical = canonical_text(&raw);
                if linked.canonical.len() > MAX_PACK_BYTES {
                    found.push(Problem::new("", "too-big", "the pack is larger than a pack may be"));
                    return Err(Box::new((raw, found)));
                }
                linked.hash = Sha256::digest(linked.canonical.as_bytes()).into();
                linked.raw = raw;
                Ok(Self(Arc::new(linked)))
            }
            _ => {
                found.truncate(MAX_FINDINGS);
                Err(Box::new((raw, found)))
            }
        }
    }
}

fn link(raw: &RawPack, found: &mut Vec<Problem>) -> Option<Linked> {
    header(raw, found);
    for (what, count, most) in [
        ("rules", raw.rules.len(), MAX_RULES),
        ("signals", raw.signals.len(), MAX_SIGNALS),
        ("codes", raw.codes.len(), MAX_CODES),
        ("params", raw.params.len(), MAX_PARAMS),
    ] {
        if count > most {
            found.push(Problem::new(what, "too-many", format!("more than {most} {what}")));
            return None;
        }
    }
    let codes = codes(raw, found);
    let scope = Scope::new(raw, found);
    let mut groups = Groups::default();
    let mut rules = Vec::new();
    let mut last_id = None;
    let mut counted_events = Vec::new();
    for (index, rule) in raw.rules.iter().enumerate() {
        if last_id >= Some(&rule.id) {
            found.push(Problem::new(
                format!("rules.{}.id", rule.id),
                "duplicate-rule",
                "rules are not in order of id, or an id appears twice",
            ));
        }
        last_id = Some(&rule.id);
        if let Some(event) = rule.count.as_ref().and_then(|count| count.event.as_deref()) {
            counted_events.push((event.into(), index as u16));
        }
        let mut checker = RuleCheck { raw, rule, scope: &scope, found };
        rules.extend(checker.rule(groups.of(rule, index as u16)));
    }
    messages(raw, found);
    if !found.is_empty() || rules.len() != raw.rules.len() {
        return None;
    }
    let (signals, params) = scope.into_slots();
    let key_bytes = key_bytes(&[
        signals.iter().map(|slot| slot.key).collect(),
        codes.iter().map(|code| code.key).collect(),
        rules.iter().map(|rule| rule.key).collect(),
    ]);
    let words = rules.len().div_ceil(64);
    let mut linked = Linked {
        raw: RawPack::default(),
        canonical: String::new(),
        hash: [0; 32],
        rows: vec![Roles::default(); catalogue().len()],
        customs: Vec::new(),
        plain: vec![0; words],
        signal_readers: vec![0; words * signals.len()],
        code_readers: vec![0; words * codes.len()],
        arrival_matters: vec![false; signals.len()],
        signals,
        codes,
        params,
        rules,
        groups: groups.members,
        words,
        distance_readers: Vec::new(),
        drive_readers: Vec::new(),
        today_readers: Vec::new(),
        counted_events,
        key_bytes,
    };
    index(&mut linked);
    Some(linked)
}

/// Who reads what.
fn index(linked: &mut Linked) {
    let words = linked.words;
    for (number, rule) in linked.rules.iter().enumerate() {
        let (word, bit) = (number / 64, 1u64 << (number % 64));
        if rule.count.is_none() {
            linked.plain[word] |= bit;
        }
        let clear = rule.clear.iter().flat_map(Program::reads);
        let mut slots: BTreeSet<u16> = rule.reads.iter().chain(clear).copied().collect();
        if let Some(Count { of: Counted::Code(code), .. }) = &rule.count {
            slots.insert(CODE_SLOT | (code * 4));
        }
        for slot in slots {
            if slot == TODAY_SLOT {
                linked.today_readers.push(number as u16);
            } else if slot & CODE_SLOT == 0 {
                linked.signal_readers[usize::from(slot) * words + word] |= bit;
            } else {
                linked.code_readers[usize::from((slot & !CODE_SLOT) / 4) * words + word] |= bit;
            }
        }
        if matches!(rule.gap, Gap::Silence(_)) && rule.wait > 0 {
            for slot in rule.reads.iter().filter(|slot| **slot < TODAY_SLOT) {
                linked.arrival_matters[usize::from(*slot)] = true;
            }
        }
        match rule.count.as_ref().map(|count| count.window.by) {
            Some(WindowBy::Distance(_)) => linked.distance_readers.push(number as u16),
            Some(WindowBy::Drives) => linked.drive_readers.push(number as u16),
            _ => {}
        }
    }
    for (slot, signal) in linked.signals.iter().enumerate() {
        let slot = Some(slot as u16);
        match signal.id.position() {
            Some(row) => linked.rows[row].slot = slot,
            None => linked.customs.push((signal.id.clone(), Roles { slot, ..Roles::default() })),
        }
    }
    linked.customs.sort_by(|a, b| a.0.cmp(&b.0));
    for (signal, mark) in BUILT_IN {
        if let Some(row) = signal.position() {
            mark(&mut linked.rows[row]);
        }
    }
}

type MarkRole = fn(&mut Roles);

/// Signals that the engine itself follows: drives, distance and services.
const BUILT_IN: &[(SignalId, MarkRole)] = &[
    (SignalId::IGNITION, |roles| roles.ignition = true),
    (SignalId::VEHICLE_SPEED, |roles| roles.speed = true),
    (SignalId::ODOMETER, |roles| roles.odometer = true),
    (SignalId::DAILY_ODOMETER, |roles| roles.odometer = true),
    (SignalId::LAST_SERVICE_DATE, |roles| roles.service_date = true),
];

fn header(raw: &RawPack, found: &mut Vec<Problem>) {
    let header = &raw.pack;
    if header.id.is_empty() && header.version.is_empty() {
        let text = "the `pack` section is missing: id, version, language and min_engine";
        found.push(Problem::new("pack", "missing-key", text));
        return;
    }
    name(&header.id, "pack.id", found);
    if header.version.is_empty() || header.version.len() > MAX_NAME {
        found.push(Problem::new("pack.version", "missing-key", "a pack has a version, such as `2026.11.1`"));
    }
    if header.language != LANGUAGE {
        let text = format!("this engine runs language {LANGUAGE}");
        found.push(Problem::new("pack.language", "unknown-language", text));
    }
    match version(&header.min_engine) {
        None => {
            let text = "expected the lowest engine version, such as `0.1.0`";
            found.push(Problem::new("pack.min_engine", "bad-version", text));
        }
        Some(wanted) if Some(wanted) > version(env!("CARGO_PKG_VERSION")) => {
            let text = format!("the pack needs a newer engine than {}", env!("CARGO_PKG_VERSION"));
            found.push(Problem::new("pack.min_engine", "engine-too-old", text));
        }
        Some(_) => {}
    }
}

/// `1.0` or `1.0.2`.
fn version(text: &str) -> Option<(u32, u32, u32)> {
    let mut parts = text.split('.').map(|part| part.parse::<u32>().ok());
    let version = (parts.next()??, parts.next()??, parts.next().unwrap_or(Some(0))?);
    parts.next().is_none().then_some(version)
}

fn name(text: &str, path: &str, found: &mut Vec<Problem>) {
    let valid = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if text.is_empty() || text.len() > MAX_NAME || !text.chars().all(valid) {
        let what = format!("a name has 1 to {MAX_NAME} letters, digits, `_` or `-`");
        found.push(Problem::new(path, "bad-name", what));
    }
}

fn codes(raw: &RawPack, found: &mut Vec<Problem>) -> Vec<CodeSlot> {
    let mut slots = Vec::new();
    for (id, code) in &raw.codes {
        let path = format!("codes.{id}");
        let mut patterns = Vec::new();
        if code.r#match.is_empty() || code.r#match.len() > MAX_PATTERNS {
            let text = format!("a code matches 1 to {MAX_PATTERNS} patterns");
            found.push(Problem::new(path.clone(), "bad-match", text));
        }
        for (index, text) in code.r#match.iter().enumerate() {
            match Pattern::parse(text) {
                Some(pattern) => patterns.push(pattern),
                None => {
                    let hint = "write `P0301`, `P0300..P0312`, `P03*`, `VAG 17978`, `SPN 1208 FMI 10` or `*`";
                    let problem = Problem::new(
                        format!("{path}.match[{index}]"),
                        "bad-code",
                        "not a code or a range of codes",
                    );
                    found.push(problem.hint(Some(hint.into())));
                }
            }
        }
        let status = StatusFilter::parse(&code.status);
        if status.is_none() {
            let words = StatusFilter::WORDS.map(|(word, _)| word);
            let problem = Problem::new(
                format!("{path}.status"),
                "unknown-word",
                "expected any, confirmed, pending or warning",
            );
            found.push(problem.hint(did_you_mean(&code.status, words)));
        }
        let clean_drives = code.clean_drives.unwrap_or(CLEAN_DRIVES);
        if !(1..=100).contains(&clean_drives) {
            found.push(Problem::new(path, "out-of-range", "clean_drives is 1 to 100"));
        }
        slots.push(CodeSlot {
            single: patterns.len() == 1 && patterns.iter().all(|pattern| pattern.is_single()),
            patterns,
            status: status.unwrap_or(StatusFilter::Any),
            ecu: code.ecu.as_deref().map(Into::into),
            clean_drives: clean_drives as u8,
            key: key_of(id),
        });
    }
    slots
}

/// Drives without the code before it counts as gone: what OBD itself asks before it turns the lamp off.
const CLEAN_DRIVES: u32 = 3;

#[derive(Default)]
struct Groups {
    members: Vec<Vec<u16>>,
    by_name: BTreeMap<String, u16>,
}

impl Groups {
    fn of(&mut self, rule: &RawRule, index: u16) -> u16 {
        let new = self.members.len() as u16;
        let number = match &rule.group {
            Some(group) => *self.by_name.entry(group.clone()).or_insert(new),
            None => new,
        };
        if number == new {
            self.members.push(Vec::new());
        }
        self.members[usize::from(number)].push(index);
        number
    }
}

struct RuleCheck<'a> {
    raw: &'a RawPack,
    rule: &'a RawRule,
    scope: &'a Scope<'a>,
    found: &'a mut Vec<Problem>,
}

impl RuleCheck<'_> {
    fn path(&self, field: &str) -> String {
        format!("rules.{}.{field}", self.rule.id)
    }

    fn report(&mut self, field: &str, code: &'static str, text: impl Into<Box<str>>) {
        let problem = Problem::new(self.path(field), code, text);
        self.found.push(problem);
    }

    fn rule(&mut self, group: u16) -> Option<Rule> {
        let rule = self.rule;
        name(&rule.id, &self.path("id"), self.found);
        if let Some(group) = &rule.group {
            name(group, &self.path("group"), self.found);
        }
        if rule.when.is_none() && rule.count.is_none() {
            self.report("id", "missing-key", "a rule needs `when` or `count`");
        }
        let when = rule.when.as_deref().and_then(|text| self.condition("when", text));
        let clear = rule.clear.as_deref().and_then(|text| self.condition("clear", text));
        let count = rule.count.as_ref().and_then(|count| self.count(count));
        let mut reads = BTreeSet::new();
        reads.extend(when.iter().flat_map(Program::reads));
        if let Some(Count { of: Counted::When(program), .. }) = &count {
            reads.extend(program.reads());
        }
        let reads: Vec<u16> = reads.into_iter().collect();
        let (wait, gap) = self.timing(&reads);
        let clear_on_unknown = match rule.on_unknown.as_deref() {
            None | Some("hold") => false,
            Some("clear") => true,
            Some(_) => {
                self.report("on_unknown", "unknown-word", "expected hold or clear");
                false
            }
        };
        let args = self.args();
        let (action, urgency) = self.words();
        if let Some(due) = rule.recommend.due
            && due > MAX_DURATION_MS
        {
            self.report("recommend.due", "out-of-range", "the duration is too long");
        }
        let key = key_of(&rule.id);
        Some(Rule {
            id: rule.id.as_str().into(),
            layout: layout(rule),
            when,
            count,
            clear,
            wait,
            gap,
            clear_on_unknown,
            cooldown: self.nanos("cooldown", rule.cooldown),
            group,
            action: action?,
            urgency: urgency?,
            due: rule.recommend.due.map(|ms| (ms.min(MAX_DURATION_MS) as i64) * NANOS_PER_MS),
            message: rule.recommend.message.as_str().into(),
            args: args?,
            reads,
            key,
        })
    }

    fn nanos(&mut self, field: &str, ms: Option<u64>) -> i64 {
        let ms = ms.unwrap_or(0);
        if ms > MAX_DURATION_MS {
            self.report(field, "out-of-range", "the duration is too long");
            return 0;
        }
        ms as i64 * NANOS_PER_MS
    }

    fn condition(&mut self, field: &str, text: &str) -> Option<Program> {
        self.program(field, text, Expected::Bool)
    }

    fn program(&mut self, field: &str, text: &str, expected: Expected) -> Option<Program> {
        match expr::compile(text, self.scope, expected) {
            Ok(program) => Some(program),
            Err(list) => {
                let path = self.path(field);
                self.found.extend(list.into_iter().map(|diagnostic| Problem {
                    path: path.as_str().into(),
                    offset: Some(diagnostic.span.start),
                    code: diagnostic.code.as_str(),
                    text: diagnostic.text.into(),
                    suggestion: diagnostic.suggestion.map(Into::into),
                }));
                None
            }
        }
    }

    fn timing(&mut self, reads: &[u16]) -> (i64, Gap) {
        let wait = self.nanos("for", self.rule.r#for);
        let max_gap = self.rule.max_gap.map(|ms| self.nanos("max_gap", Some(ms)));
        let smallest = reads.iter().filter_map(|slot| self.scope.max_age(*slot)).min();
        if self.rule.max_gap.is_some() && self.rule.r#for.is_none() {
            self.report(
                "max_gap",
                "without-for",
                "`max_gap` says when `for` starts again, and there is no `for`",
            );
        }
        let gap = match (smallest, max_gap) {
            (Some(smallest), max_gap) => Gap::Unknown(max_gap.unwrap_or(smallest)),
            (None, Some(max_gap)) => Gap::Silence(max_gap),
            (None, None) => {
                if self.rule.r#for.is_some() {
                    let text = "nothing that this rule reads has a `max_age`, so `for` needs a `max_gap`";
                    self.report("for", "max-gap-missing", text);
                }
                Gap::Silence(i64::MAX)
            }
        };
        (wait, gap)
    }

    fn count(&mut self, count: &RawCount) -> Option<Count> {
        let given = [&count.code, &count.event, &count.when].into_iter().flatten().count();
        if given != 1 {
            self.report("count", "bad-count", "`count` names one of `code`, `event` and `when`");
            return None;
        }
        if count.at_least == 0 {
            self.report("count.at_least", "out-of-range", "`at_least` is 1 or more");
        }
        let window = self.window(&count.window)?;
        let of = if let Some(code) = &count.code {
            let Some(index) = self.raw.codes.keys().position(|id| id == code) else {
                let hint = did_you_mean(code, self.raw.codes.keys().map(String::as_str));
                let problem =
                    Problem::new(self.path("count.code"), "unknown-name", "no such code is declared");
                self.found.push(problem.hint(hint));
                return None;
            };
            Counted::Code(index as u16)
        } else if let Some(event) = &count.event {
            name(event, &self.path("count.event"), self.found);
            Counted::Event
        } else {
            Counted::When(self.condition("count.when", count.when.as_deref().unwrap_or_default())?)
        };
        Some(Count { of, at_least: count.at_least, window })
    }

    fn window(&mut self, window: &RawWindow) -> Option<Window> {
        let (size, buckets) = (window.size, u64::from(window.buckets));
        if !(1..=MAX_BUCKETS).contains(&window.buckets) {
            let text = format!("a window has 1 to {MAX_BUCKETS} buckets");
            self.report("count.window", "out-of-range", text);
            return None;
        }
        let longest = match window.by.as_str() {
            "duration" => MAX_DURATION_MS,
            "distance" => MAX_DISTANCE_M,
            _ => u64::from(MAX_BUCKETS),
        };
        let by = match window.by.as_str() {
            "duration" | "distance" if size > longest => {
                self.report("count.window", "out-of-range", "the window is too long");
                return None;
            }
            // The smallest parts are nanoseconds and metres, so a bucket must be a whole number of them.
            "duration" => {
                let nanos = size as i64 * NANOS_PER_MS;
                (nanos % buckets as i64 == 0).then(|| WindowBy::Duration(nanos / buckets as i64))
            }
            "distance" => (size % buckets == 0).then(|| WindowBy::Distance((size / buckets) as i64)),
            "drives" => (size == buckets).then_some(WindowBy::Drives),
            _ => None,
        };
        match by {
            Some(WindowBy::Duration(0) | WindowBy::Distance(0)) | None => {
                let problem = Problem::new(
                    self.path("count.window"),
                    "bad-window",
                    "the window does not divide into whole buckets",
                );
                let hint =
                    "choose `buckets` so that it divides the window evenly; a drive is a bucket of its own";
                self.found.push(problem.hint(Some(hint.into())));
                None
            }
            Some(by) => Some(Window { by, buckets: window.buckets }),
        }
    }

    fn args(&mut self) -> Option<Vec<(Box<str>, Program)>> {
        let args = &self.rule.recommend.args;
        if args.len() > MAX_ARGS {
            self.report("recommend.args", "too-many", format!("more than {MAX_ARGS} arguments"));
            return None;
        }
        let mut list = Vec::new();
        for (arg, text) in args {
            name(arg, &self.path("recommend.args"), self.found);
            list.extend(
                self.program(&format!("recommend.args.{arg}"), text, Expected::Any)
                    .map(|program| (arg.as_str().into(), program)),
            );
        }
        (list.len() == args.len()).then_some(list)
    }

    fn words(&mut self) -> (Option<Action>, Option<Urgency>) {
        let recommend = &self.rule.recommend;
        let action = recommend.action.parse::<Action>();
        if let Err(error) = &action {
            let problem = Problem::new(self.path("recommend.action"), "unknown-word", error.to_string());
            let hint = did_you_mean(&recommend.action, Action::ALL.iter().map(|word| word.as_str()));
            self.found.push(problem.hint(hint));
        }
        let urgency = recommend.urgency.parse::<Urgency>();
        if let Err(error) = &urgency {
            let problem = Problem::new(self.path("recommend.urgency"), "unknown-word", error.to_string());
            let hint = did_you_mean(&recommend.urgency, Urgency::ALL.iter().map(|word| word.as_str()));
            self.found.push(problem.hint(hint));
        }
        name(&recommend.message, &self.path("recommend.message"), self.found);
        (action.ok(), urgency.ok())
    }
}

/// Every rule's message exists in every language of the pack, and asks for no argument that the rule does not give.
fn messages(raw: &RawPack, found: &mut Vec<Problem>) {
    for (language, catalogue) in &raw.messages {
        name(language, "messages", found);
        for rule in &raw.rules {
            let key = &rule.recommend.message;
            let path = format!("rules.{}.recommend.message", rule.id);
            let Some(message) = catalogue.get(key) else {
                let text = format!(
                    "the message has no text in language {}",
                    raw.messages.keys().position(|l| l == language).unwrap_or(0) + 1
                );
                let text = if language.len() == 2 {
                    format!("the message has no text in `{language}`")
                } else {
                    text
                };
                found.push(Problem::new(path, "missing-message", text));
                continue;
            };
            for text in [Some(&message.text), message.title.as_ref()].into_iter().flatten() {
                let path = format!("messages.{language}.{key}.text");
                for (placeholder, unit) in crate::messages::placeholders(text) {
                    if !rule.recommend.args.contains_key(placeholder) {
                        let text = "the text asks for an argument that its rule does not give";
                        let hint = did_you_mean(placeholder, rule.recommend.args.keys().map(String::as_str));
                        found.push(Problem::new(path.as_str(), "unknown-argument", text).hint(hint));
                    }
                    if unit.is_some_and(|unit| unit.parse::<cc_core::MeasureUnit>().is_err()) {
                        let text = "the text asks for an argument in a unit that does not exist";
                        found.push(Problem::new(path.as_str(), "unknown-unit", text));
                    }
                }
            }
        }
    }
}

/// What a rule's stored state means: kinds of operators and layout of buckets, not thresholds.
fn layout(rule: &RawRule) -> u16 {
    let mut text = format!("1|{}|", u8::from(rule.r#for.is_some()));
    if let Some(count) = &rule.count {
        let of = match (&count.code, &count.event) {
            (Some(code), _) => format!("code {code}"),
            (_, Some(event)) => format!("event {event}"),
            _ => "when".to_owned(),
        };
        let RawWindow { by, size, buckets } = &count.window;
        text.extend([of.as_str(), "|", by, &format!("|{size}|{buckets}")]);
    }
    let hash = key_of(&text);
    u16::from_be_bytes([hash[0], hash[1]])
}

/// The fewest bytes of a hash that tell apart all names of each kind.
fn key_bytes(kinds: &[Vec<Key>; 3]) -> u8 {
    let distinct = |keys: &Vec<Key>, length: usize| {
        keys.iter().map(|key| &key[..length]).collect::<BTreeSet<_>>().len() == keys.len()
    };
    (3..8).find(|length| kinds.iter().all(|keys| distinct(keys, usize::from(*length)))).unwrap_or(8)
}

/// Whether a dimension of `by` exists.
pub(super) fn dimension(name: &str) -> Option<usize> {
    DIMENSIONS.iter().position(|dimension| *dimension == name)
}

/// The most values beside the default.
pub(super) fn too_many_values(values: usize) -> bool {
    values > MAX_PARAM_VALUES
}

/// The type of a parameter, for its users.
pub(super) fn same_kind(a: Ty, b: Ty) -> bool {
    std::mem::discriminant(&a) == std::mem::discriminant(&b)
}
