//! Checks a written pack and resolves its names. Every finding of a run is reported, not only the first.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cc_core::{SignalId, catalogue};
use sha2::{Digest, Sha256};

use super::limits::{
    MAX_CODES, MAX_FINDINGS, MAX_NAME, MAX_PACK_BYTES, MAX_PARAM_VALUES, MAX_PARAMS, MAX_PATTERNS, MAX_RULES,
    MAX_SIGNALS,
};
use super::model::{RawPack, RawRule};
use super::names::{Scope, key_of};
use super::rule::RuleCheck;
use super::stages;
use super::{
    Blocks, CODE_FIELDS, CODE_SLOT, CodeSlot, Cuts, DIMENSIONS, Gap, Key, Keys, Linked, Listeners, Pack,
    Pattern, Quick, Roles, Rule, StatusFilter, TODAY_SLOT, WindowBy, canonical_text, is_window,
};
use crate::diagnostic::did_you_mean;
use crate::expr::{Program, Ty};
use crate::messages::{Use, check_language};

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

    /// At this byte of the part's text.
    pub(crate) fn at(mut self, offset: u32) -> Self {
        self.offset = Some(offset);
        self
    }

    pub(crate) fn hint(mut self, suggestion: Option<Box<str>>) -> Self {
        self.suggestion = suggestion;
        self
    }
}

/// The version of the rule language that this engine runs.
const LANGUAGE: u32 = 1;
/// The version of this engine: what `min_engine` is compared with.
const ENGINE: &str = env!("CARGO_PKG_VERSION");

impl Pack {
    pub(crate) fn link(raw: RawPack) -> Result<Self, Vec<Problem>> {
        let mut found = Vec::new();
        match link(&raw, &mut found) {
            Some(mut linked) if found.is_empty() => {
                linked.canonical = canonical_text(&raw);
                if linked.canonical.len() > MAX_PACK_BYTES {
                    found.push(Problem::new("", "too-big", "the pack is larger than a pack may be"));
                    return Err(found);
                }
                linked.hash = Sha256::digest(linked.canonical.as_bytes()).into();
                linked.raw = raw;
                Ok(Self(Arc::new(linked), Arc::default()))
            }
            _ => {
                found.truncate(MAX_FINDINGS);
                Err(found)
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
    for (index, rule) in raw.rules.iter().enumerate() {
        let path = || format!("rules[{index}].id");
        match Some(&rule.id).cmp(&last_id) {
            Ordering::Greater => {}
            Ordering::Equal => {
                found.push(Problem::new(path(), "duplicate-rule", "another rule has this id"));
            }
            Ordering::Less => {
                found.push(Problem::new(path(), "not-canonical", "the rules are not in order of id"));
            }
        }
        last_id = Some(&rule.id);
        let mut checker = RuleCheck { raw, rule, index, scope: &scope, found, windows: Vec::new() };
        rules.extend(checker.rule(groups.of(rule, index as u16)));
    }
    let suppressors = stages::suppressors(raw, found);
    messages(raw, &rules, found);
    if !found.is_empty() || rules.len() != raw.rules.len() {
        return None;
    }
    let (signals, params) = scope.into_slots();
    let key_bytes = key_bytes(&[
        signals.iter().map(|slot| slot.key).collect(),
        codes.iter().map(|code| code.key).collect(),
        rules.iter().map(|rule| rule.key).collect(),
    ]);
    silence(&mut rules, suppressors);
    let words = rules.len().div_ceil(64);
    let by_layout = by_layout(&rules);
    let mut linked = Linked {
        raw: RawPack::default(),
        canonical: String::new(),
        hash: [0; 32],
        rows: rows(),
        customs: Vec::new(),
        plain: vec![0; words],
        signal_readers: vec![0; words * signals.len()],
        code_readers: vec![0; words * codes.len() * CODE_FIELDS],
        signal_waiters: vec![0; words * signals.len()],
        code_waiters: vec![0; words * codes.len()],
        arrival_matters: vec![false; signals.len()],
        cuts: Cuts::default(),
        quick: Quick::default(),
        signal_keys: Keys::of(signals.iter().map(|slot| &slot.key)),
        code_keys: Keys::of(codes.iter().map(|code| &code.key)),
        rule_keys: Keys::of(
            by_layout.iter().filter_map(|number| Some(&rules.get(usize::from(*number))?.key)),
        ),
        layout_places: places(&by_layout),
        by_layout,
        ripens: Vec::new(),
        signals,
        codes,
        params,
        rules,
        groups: groups.members,
        words,
        distance_readers: Vec::new(),
        drive_readers: Vec::new(),
        today_readers: Vec::new(),
        timed: vec![0; words],
        listeners: Listeners::default(),
        key_bytes,
    };
    index(&mut linked);
    Some(linked)
}

fn by_layout(rules: &[Rule]) -> Vec<u16> {
    let mut numbers: Vec<u16> = (0..rules.len()).map(|number| number as u16).collect();
    numbers.sort_by_key(|number| rules.get(usize::from(*number)).map(|rule| rule.layout));
    numbers
}

/// For each number, its place in the list of all of them.
fn places(numbers: &[u16]) -> Vec<u16> {
    let mut places = vec![0; numbers.len()];
    for (place, number) in numbers.iter().enumerate() {
        places[usize::from(*number)] = place as u16;
    }
    places
}

/// Who keeps whom silent.
fn silence(rules: &mut [Rule], suppressors: Vec<Vec<u16>>) {
    for (number, list) in suppressors.into_iter().enumerate() {
        let group = rules[number].group;
        for other in &list {
            rules[usize::from(*other)].silences.push(group);
        }
        rules[number].suppressed_by = list;
    }
    for rule in rules {
        rule.silences.sort_unstable();
        rule.silences.dedup();
    }
}

/// Who reads what.
fn index(linked: &mut Linked) {
    let words = linked.words;
    for (number, rule) in linked.rules.iter().enumerate() {
        let (word, bit) = (number / 64, 1u64 << (number % 64));
        if rule.count.is_none() && rule.blocks.is_none() {
            linked.plain[word] |= bit;
        }
        let clear = rule.clear.iter().flat_map(Program::reads);
        let watches = rule.blocks.iter().flat_map(|blocks| &blocks.watches);
        let slots: BTreeSet<u16> =
            rule.reads.iter().chain(clear).chain(watches).chain(rule.stage_reads()).copied().collect();
        for slot in slots.into_iter().filter(|slot| !is_window(*slot)) {
            if slot == TODAY_SLOT {
                linked.today_readers.push(number as u16);
            } else if slot & CODE_SLOT == 0 {
                linked.signal_readers[usize::from(slot) * words + word] |= bit;
            } else {
                linked.code_readers[usize::from(slot & !CODE_SLOT) * words + word] |= bit;
            }
        }
        if matches!(rule.gap, Gap::Silence(_)) && rule.wait > 0 {
            for slot in rule.reads.iter().filter(|slot| **slot != TODAY_SLOT) {
                if slot & CODE_SLOT == 0 {
                    linked.arrival_matters[usize::from(*slot)] = true;
                    linked.signal_waiters[usize::from(*slot) * words + word] |= bit;
                } else {
                    linked.code_waiters[usize::from(slot & !CODE_SLOT) / CODE_FIELDS * words + word] |= bit;
                }
            }
        }
        let counted = rule.count.iter().map(|count| count.window.by);
        let divisions = rule.blocks.iter().flat_map(|blocks| blocks.divisions());
        for by in counted.chain(divisions) {
            match by {
                WindowBy::Distance(size) => linked.distance_readers.push((number as u16, size)),
                WindowBy::Drives => linked.drive_readers.push(number as u16),
                WindowBy::Duration(_) => {}
            }
        }
        let ripens = |blocks: &Blocks| blocks.absence.is_some() || blocks.age.is_some();
        if !rule.stages.is_empty() || rule.blocks.as_deref().is_some_and(ripens) {
            linked.ripens.push(number as u16);
        }
        if rule.blocks.as_ref().is_some_and(|blocks| blocks.are_timed()) {
            linked.timed[word] |= bit;
        }
    }
    linked.cuts = Cuts::of(linked);
    linked.drive_readers.dedup();
    linked.distance_readers.dedup();
    linked.listeners = Listeners::of(linked);
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
    linked.quick = Quick::of(linked);
}

/// The rows of the catalogue, before any of them has a role.
fn rows() -> Vec<Roles> {
    let mut by_type: Vec<usize> = (0..catalogue().len()).collect();
    by_type.sort_by_key(|row| catalogue()[*row].stream);
    let mut rows: Vec<Roles> =
        catalogue().iter().map(|row| Roles { kind: Some(row.kind), ..Roles::default() }).collect();
    for (order, row) in by_type.into_iter().enumerate() {
        rows[row].type_order = order as u16;
    }
    rows
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
        Some(wanted) if Some(wanted) > version(ENGINE) => {
            let text = format!("the pack needs a newer engine than {ENGINE}");
            found.push(Problem::new("pack.min_engine", "engine-too-old", text));
        }
        Some(wanted) if Some(wanted) < version(needed(raw)) => {
            let text = "an older engine does not know all blocks of the rules";
            let problem = Problem::new("pack.min_engine", "engine-too-low", text);
            found.push(problem.hint(Some(format!("write `min_engine: {}`", needed(raw)).into())));
        }
        Some(_) => {}
    }
}

/// The oldest engine that knows all that the rules use.
fn needed(raw: &RawPack) -> &'static str {
    let looks_back = |rule: &RawRule| {
        let RawRule { absence, age, sequence, windows, count, .. } = rule;
        let counts_units = count.as_ref().is_some_and(|count| count.of_last.is_some());
        let speaks_in_stages = !rule.escalate.is_empty() || !rule.suppressed_by.is_empty();
        let ends = rule.valid_for.is_some();
        speaks_in_stages
            || ends
            || absence.is_some()
            || age.is_some()
            || sequence.is_some()
            || !windows.is_empty()
            || counts_units
    };
    let texts = raw.messages.values().flat_map(BTreeMap::values);
    let mut texts = texts.flat_map(|message| [Some(&message.text), message.title.as_ref()]).flatten();
    if raw.rules.iter().any(looks_back) || texts.any(|text| crate::messages::needs_newer(text)) {
        "0.2.0"
    } else {
        "0.1.0"
    }
}

/// `1.0` or `1.0.2`.
fn version(text: &str) -> Option<(u32, u32, u32)> {
    let mut parts = text.split('.').map(|part| part.parse::<u32>().ok());
    let version = (parts.next()??, parts.next()??, parts.next().unwrap_or(Some(0))?);
    parts.next().is_none().then_some(version)
}

pub(crate) fn name(text: &str, path: &str, found: &mut Vec<Problem>) {
    let valid = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if text.is_empty() {
        found.push(Problem::new(path, "missing-key", "a name is missing"));
    } else if text.len() > MAX_NAME || !text.chars().all(valid) {
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

/// Every rule's message exists in every language of the pack, and its text fits the rule.
fn messages(raw: &RawPack, rules: &[Rule], found: &mut Vec<Problem>) {
    let mut uses = uses(raw, rules);
    for spoken in &mut uses {
        let rule = spoken.path.split_once(']').map_or("", |(rule, _)| rule);
        let is_of_rule = |problem: &Problem| {
            problem
                .path
                .strip_prefix(rule)
                .is_some_and(|rest| rest.starts_with(']') && rest.contains(".args."))
        };
        spoken.misspelt = found.iter().any(is_of_rule);
    }
    for (number, (language, catalogue)) in raw.messages.iter().enumerate() {
        check_language(language, &format!("messages.{language}"), found);
        for spoken in uses.iter().filter(|spoken| !catalogue.contains_key(spoken.message)) {
            // Longer tags may be anything, and names do not reach a log.
            let shown = if language.len() == 2 {
                format!("`{language}`")
            } else {
                format!("language {}", number + 1)
            };
            let text = format!("the message has no text in {shown}");
            let has_it = |other: &BTreeMap<String, _>| other.contains_key(spoken.message);
            let hint = if raw.messages.values().any(has_it) {
                // Spelt well, for another language has it: what is missing is the translation.
                Some(format!("add it under {shown}").into())
            } else {
                did_you_mean(spoken.message, catalogue.keys().map(String::as_str))
            };
            found.push(Problem::new(spoken.path.as_str(), "missing-message", text).hint(hint));
        }
        crate::messages::check(language, catalogue, &uses, found);
    }
}

/// Who speaks which message with which arguments.
fn uses<'a>(raw: &'a RawPack, rules: &[Rule]) -> Vec<Use<'a>> {
    let mut uses = Vec::new();
    for (index, rule) in raw.rules.iter().enumerate() {
        let linked = rules.iter().find(|linked| *linked.id == *rule.id);
        let recommend = &rule.recommend;
        if !recommend.message.is_empty() {
            let args = args_of(&recommend.args, linked.map(|linked| &linked.advice.args));
            let path = format!("rules[{index}].recommend.message");
            uses.push(Use { path, message: &recommend.message, rule: &rule.id, args, misspelt: false });
        }
        let mut message = &recommend.message;
        let mut args = &recommend.args;
        for (number, stage) in rule.escalate.iter().enumerate() {
            message = stage.message.as_ref().unwrap_or(message);
            args = if stage.args.is_empty() { args } else { &stage.args };
            if message.is_empty() || (stage.message.is_none() && stage.args.is_empty()) {
                continue;
            }
            let part = if stage.message.is_some() { "message" } else { "args" };
            let path = format!("rules[{index}].escalate[{number}].{part}");
            let linked = linked.and_then(|linked| linked.stages.get(number));
            let args = args_of(args, linked.map(|stage| &stage.advice.args));
            uses.push(Use { path, message, rule: &rule.id, args, misspelt: false });
        }
    }
    uses
}

fn args_of<'a>(
    written: &'a BTreeMap<String, String>,
    linked: Option<&Vec<(Box<str>, Program)>>,
) -> BTreeMap<&'a str, Option<Ty>> {
    let ty = |name: &str| {
        let (_, program) = linked?.iter().find(|(known, _)| **known == *name)?;
        Some(program.ty())
    };
    written.keys().map(|name| (name.as_str(), ty(name))).collect()
}

impl Linked {
    /// Who speaks which message with which arguments.
    pub(crate) fn uses(&self) -> Vec<Use<'_>> {
        uses(&self.raw, &self.rules)
    }
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
