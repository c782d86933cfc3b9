//! From the YAML tree to the written form of a pack: names of keys and kinds of values.

use std::collections::BTreeMap;

use super::quantity::{decimal, due, duration};
use super::yaml::{Content, Entry, Node, Place};
use super::{Found, Sources, blocks, stages, table};
use crate::diagnostic::{did_you_mean, nearest};
use crate::pack::model::{
    RawCode, RawHeader, RawMessage, RawPack, RawParam, RawRecommend, RawRule, RawSignal, RawSource,
};

/// Reads one file's root into `pack`; sections of several files add up.
pub(super) fn file(root: &Node, main: bool, pack: &mut RawPack, found: &mut Sources<'_>) -> Vec<Node> {
    let mut tests = Vec::new();
    let sections: &[&str] = &["pack", "include", "signals", "codes", "params", "rules", "messages", "tests"];
    for entry in fields(root, sections, found) {
        let value = &entry.value;
        match entry.key.as_str() {
            "pack" if main => pack.pack = header(value, found),
            "pack" => {
                let text = "only the first file has a `pack` section";
                found.report(entry.key_place, "unknown-key", text, None);
            }
            "signals" => named(value, "signals", &mut pack.signals, found, signal),
            "codes" => named(value, "codes", &mut pack.codes, found, code),
            "params" => named(value, "params", &mut pack.params, found, param),
            "rules" => {
                for item in items(value, found) {
                    if table::is_table(item) {
                        found.tables.push(item.clone());
                    } else {
                        pack.rules.push(rule(item, pack.rules.len(), found));
                    }
                }
            }
            "messages" => messages(value, &mut pack.messages, found),
            "tests" => tests.extend(items(value, found).iter().cloned()),
            _ => {}
        }
    }
    tests
}

/// Reads a file that has messages and nothing else.
pub(super) fn catalogue(
    root: &Node,
    into: &mut BTreeMap<String, BTreeMap<String, RawMessage>>,
    found: &mut Sources<'_>,
) {
    for entry in fields(root, &["messages"], found) {
        messages(&entry.value, into, found);
    }
}

/// The path of a part of a rule, as findings of the later checks name it: `rules[3]` and then `.when`.
pub(super) fn rule_path(number: usize, rest: &str) -> String {
    format!("rules[{number}]{rest}")
}

fn header(node: &Node, found: &mut Sources<'_>) -> RawHeader {
    let mut header = RawHeader::default();
    found.place("pack", node.place, "");
    let mut has_language = false;
    for entry in fields_of(node, &["id", "version", "language", "min_engine"], "pack", found) {
        has_language |= entry.key == "language";
        let at = format!("pack.{}", entry.key);
        match entry.key.as_str() {
            "id" => header.id = text(&entry.value, &at, found),
            "version" => header.version = text(&entry.value, &at, found),
            "language" if scalar(&entry.value).is_none_or(|text| decimal(text, 0).is_none()) => {
                let hint = "`language` is the version of the rule language: write `language: 1`";
                found.report(
                    entry.value.place,
                    "not-a-whole-number",
                    "not a whole number",
                    Some(hint.into()),
                );
                header.language = 1;
            }
            "language" => header.language = whole(&entry.value, found).unwrap_or(1),
            "min_engine" => header.min_engine = text(&entry.value, &at, found),
            _ => {}
        }
    }
    let is_empty = header.id.is_empty() && header.version.is_empty();
    if !has_language && !is_empty {
        found.missing("pack.language", node.place, "the key `language` is missing: write `language: 1`");
        header.language = 1;
    }
    header
}

fn signal(node: &Node, path: &str, found: &mut Sources<'_>) -> RawSignal {
    let mut signal = RawSignal::default();
    for entry in fields(node, &["max_age", "monotonic", "kind", "unit"], found) {
        let value = &entry.value;
        match entry.key.as_str() {
            "max_age" => signal.max_age = duration(value, found),
            "monotonic" => signal.monotonic = boolean(value, found),
            "kind" => signal.kind = Some(text(value, &format!("{path}.kind"), found)),
            "unit" => signal.unit = Some(text(value, &format!("{path}.unit"), found)),
            _ => {}
        }
    }
    signal
}

fn code(node: &Node, path: &str, found: &mut Sources<'_>) -> RawCode {
    let mut code = RawCode { status: "any".to_owned(), ..RawCode::default() };
    for entry in fields(node, &["match", "status", "ecu", "clean_drives"], found) {
        let value = &entry.value;
        match entry.key.as_str() {
            "match" => {
                for (index, item) in items(value, found).iter().enumerate() {
                    code.r#match.push(text(item, &format!("{path}.match[{index}]"), found));
                }
            }
            "status" => code.status = text(value, &format!("{path}.status"), found),
            "ecu" => code.ecu = Some(text(value, &format!("{path}.ecu"), found)),
            "clean_drives" => code.clean_drives = whole(value, found),
            _ => {}
        }
    }
    code
}

fn param(node: &Node, path: &str, found: &mut Sources<'_>) -> RawParam {
    let mut param = RawParam::default();
    if let Content::Scalar { .. } = node.content {
        param.default = text(node, &format!("{path}.default"), found);
        return param;
    }
    for entry in fields(node, &["default", "by"], found) {
        if entry.key == "default" {
            param.default = text(&entry.value, &format!("{path}.default"), found);
            continue;
        }
        for dimension in mapping(&entry.value, found) {
            let inner = format!("{path}.by.{}", dimension.key);
            found.place(&inner, dimension.key_place, &dimension.key);
            let mut values = BTreeMap::new();
            for case in mapping(&dimension.value, found) {
                let value = text(&case.value, &format!("{inner}.{}", case.key), found);
                values.insert(case.key.clone(), value);
            }
            param.by.insert(dimension.key.clone(), values);
        }
    }
    param
}

pub(super) const RULE_FIELDS: &[&str] = &[
    "id",
    "what",
    "why",
    "source",
    "when",
    "table",
    "for",
    "max_gap",
    "count",
    "sequence",
    "absence",
    "age",
    "windows",
    "clear",
    "on_unknown",
    "cooldown",
    "group",
    "suppressed_by",
    "valid_for",
    "escalate",
    "recommend",
];

/// What the rules of a table share.
pub(super) const TABLE_FIELDS: &[&str] = &[
    "id",
    "what",
    "why",
    "source",
    "when",
    "table",
    "for",
    "max_gap",
    "clear",
    "on_unknown",
    "cooldown",
    "group",
    "suppressed_by",
    "valid_for",
];

fn rule(node: &Node, number: usize, found: &mut Sources<'_>) -> RawRule {
    rule_of(node, RULE_FIELDS, &rule_path(number, ""), found)
}

/// Reads the keys of a rule, or those that the rules of a table share.
pub(super) fn rule_of(node: &Node, known: &[&str], path: &str, found: &mut Sources<'_>) -> RawRule {
    let mut rule = RawRule::default();
    found.place(path, node.place, "");
    for entry in fields_of(node, known, path, found) {
        let value = &entry.value;
        let at = format!("{path}.{}", entry.key);
        found.place(&at, value.place, "");
        match entry.key.as_str() {
            "id" => rule.id = text(value, &at, found),
            "what" => rule.what = Some(text(value, &at, found)),
            "why" => rule.why = Some(text(value, &at, found)),
            "source" => rule.source = source(value, &at, found),
            "when" => rule.when = Some(text(value, &at, found)),
            "for" => {
                rule.r#for = duration(value, found);
                if rule.r#for.is_none() {
                    found.explained(format!("{path}.max_gap"));
                }
            }
            "max_gap" => {
                rule.max_gap = duration(value, found);
                if rule.max_gap.is_none() {
                    found.explained(format!("{path}.for"));
                }
            }
            "count" => rule.count = blocks::count(value, &at, found),
            "sequence" => rule.sequence = blocks::sequence(value, &at, found),
            "absence" => rule.absence = blocks::absence(value, &at, found),
            "age" => rule.age = blocks::age(value, &at, found),
            "windows" => rule.windows = blocks::windows(value, &at, found),
            "clear" => rule.clear = Some(text(value, &at, found)),
            "on_unknown" => rule.on_unknown = Some(text(value, &at, found)),
            "cooldown" => rule.cooldown = duration(value, found),
            "group" => rule.group = Some(text(value, &at, found)),
            "suppressed_by" => rule.suppressed_by = stages::suppressed_by(value, &at, found),
            "valid_for" => rule.valid_for = duration(value, found),
            "escalate" => rule.escalate = stages::escalate(value, &at, found),
            "recommend" => rule.recommend = recommend(value, &at, found),
            _ => {}
        }
        if ["count", "sequence", "absence", "age"].contains(&entry.key.as_str()) {
            // If nothing came of it, the reason has been given.
            found.explained(format!("{path}.when"));
        }
    }
    rule
}

pub(super) fn source(node: &Node, path: &str, found: &mut Sources<'_>) -> Option<RawSource> {
    if let Content::Scalar { text: choice, .. } = &node.content {
        if choice == "product choice" {
            return Some(RawSource { document: choice.clone(), section: None });
        }
        let hint = "write `{document: …, section: …}` or `product choice`";
        found.report(node.place, "bad-source", "a source names a document and a section", Some(hint.into()));
        return None;
    }
    let mut source = RawSource::default();
    for entry in fields(node, &["document", "section"], found) {
        let value = text(&entry.value, path, found);
        if entry.key == "document" { source.document = value } else { source.section = Some(value) }
    }
    Some(source)
}

pub(super) fn recommend(node: &Node, path: &str, found: &mut Sources<'_>) -> RawRecommend {
    let mut recommend = RawRecommend::default();
    for entry in fields_of(node, &["action", "urgency", "due", "message", "args"], path, found) {
        let value = &entry.value;
        let at = format!("{path}.{}", entry.key);
        match entry.key.as_str() {
            "action" => recommend.action = text(value, &at, found),
            "urgency" => recommend.urgency = text(value, &at, found),
            "due" => recommend.due = due(value, found),
            "message" => recommend.message = text(value, &at, found),
            "args" => recommend.args = args(value, &at, found),
            _ => {}
        }
    }
    recommend
}

/// Either names of signals and parameters, or a mapping from argument to expression.
pub(super) fn args(node: &Node, path: &str, found: &mut Sources<'_>) -> BTreeMap<String, String> {
    let mut args = BTreeMap::new();
    if let Content::Sequence(names) = &node.content {
        for item in names {
            if let Some(name) = scalar(item) {
                let plain = name.trim_start_matches('$').to_owned();
                found.place(&format!("{path}.{plain}"), item.place, name);
                args.insert(plain, name.to_owned());
            }
        }
        if let Some(other) = names.iter().find(|item| scalar(item).is_none()) {
            found.report(other.place, "wrong-kind", "expected a text", as_mapping(names));
            // What the entries mean is clear, so what reads them need not be wrong as well.
            for entry in names.iter().flat_map(entries) {
                if let Some(written) = scalar(&entry.value) {
                    found.place(&format!("{path}.{}", entry.key), entry.value.place, written);
                    args.insert(entry.key.clone(), written.to_owned());
                }
            }
        }
        return args;
    }
    for entry in mapping(node, found) {
        let at = format!("{path}.{}", entry.key);
        args.insert(entry.key.clone(), text(&entry.value, &at, found));
    }
    args
}

fn entries(node: &Node) -> &[Entry] {
    match &node.content {
        Content::Mapping(entries) => entries,
        _ => &[],
    }
}

/// How a list of names and of `name: expression` is written as a mapping.
fn as_mapping(list: &[Node]) -> Option<Box<str>> {
    let mut parts = Vec::new();
    for item in list {
        match &item.content {
            Content::Scalar { text, .. } => parts.push(format!("{}: {text}", text.trim_start_matches('$'))),
            Content::Mapping(entries) => {
                for entry in entries {
                    parts.push(format!("{}: {}", entry.key, scalar(&entry.value)?));
                }
            }
            Content::Sequence(_) => return None,
        }
    }
    (!parts.is_empty()).then(|| format!("write `{{{}}}`", parts.join(", ")).into())
}

fn messages(node: &Node, into: &mut BTreeMap<String, BTreeMap<String, RawMessage>>, found: &mut Sources<'_>) {
    for language in mapping(node, found) {
        let catalogue = into.entry(language.key.clone()).or_default();
        found.place(&format!("messages.{}", language.key), language.key_place, &language.key);
        for entry in mapping(&language.value, found) {
            let path = format!("messages.{}.{}", language.key, entry.key);
            found.place(&path, entry.key_place, &entry.key);
            let mut message = RawMessage::default();
            if scalar(&entry.value).is_some() {
                message.text = text(&entry.value, &format!("{path}.text"), found);
            } else {
                for field in fields(&entry.value, &["title", "text"], found) {
                    let value = text(&field.value, &format!("{path}.{}", field.key), found);
                    if field.key == "title" { message.title = Some(value) } else { message.text = value }
                }
            }
            if catalogue.insert(entry.key.clone(), message).is_some() {
                found.report(entry.key_place, "duplicate-key", "another file has this message", None);
            }
        }
    }
}

fn named<T>(
    node: &Node,
    section: &str,
    into: &mut BTreeMap<String, T>,
    found: &mut Sources<'_>,
    read: fn(&Node, &str, &mut Sources<'_>) -> T,
) {
    for entry in mapping(node, found) {
        let path = format!("{section}.{}", entry.key);
        found.place(&path, entry.key_place, &entry.key);
        let value = read(&entry.value, &path, found);
        if into.insert(entry.key.clone(), value).is_some() {
            found.report(entry.key_place, "duplicate-key", "another file has this name", None);
        }
    }
}

/// The entries of a mapping whose keys are all known; unknown ones are reported and left out.
pub(super) fn fields<'n>(node: &'n Node, known: &[&str], found: &mut Sources<'_>) -> Vec<&'n Entry> {
    fields_of(node, known, "", found)
}

/// The same for a part of the pack that later checks know by its path: what is misspelt here is not missing there.
pub(super) fn fields_of<'n>(
    node: &'n Node,
    known: &[&str],
    path: &str,
    found: &mut Sources<'_>,
) -> Vec<&'n Entry> {
    let mut kept = Vec::new();
    if !matches!(node.content, Content::Mapping(_)) {
        found.explained(path.to_owned());
    }
    let mut last_feature = "";
    for entry in mapping(node, found) {
        let key = entry.key.as_str();
        if known.contains(&key) {
            kept.push(entry);
        } else if let Some((_, feature, instead)) = NOT_IN_LANGUAGE_1.iter().find(|(word, ..)| *word == key) {
            for missing in ["when", "window"] {
                found.explained(format!("{path}.{missing}"));
            }
            if last_feature != *feature {
                let text = format!("{feature} is not part of language 1");
                found.report(entry.key_place, "not-supported", &text, Some((*instead).into()));
            }
            last_feature = feature;
        } else {
            if let Some(meant) = nearest(key, known.iter().copied()) {
                found.explained(format!("{path}.{meant}"));
            }
            let hint =
                elsewhere(key, known, path, found).or_else(|| did_you_mean(key, known.iter().copied()));
            found.report(entry.key_place, "unknown-key", "unknown key", hint);
        }
    }
    kept
}

/// What to write for a key that is known in another place, or by another name.
fn elsewhere(key: &str, known: &[&str], path: &str, found: &mut Sources<'_>) -> Option<Box<str>> {
    let meant = match key {
        "severity" | "priority" | "level" => "urgency",
        "action" | "urgency" | "due" | "message" | "args" => key,
        _ if known.contains(&"raised") && nearest(key, known.iter().copied()).is_none() => {
            return Some("a change is raised, updated or cleared".into());
        }
        _ => return None,
    };
    let hint = if known.contains(&"recommend") {
        found.explained(format!("{path}.recommend.{meant}"));
        format!("write `{meant}` under `recommend`")
    } else if known.contains(&"urgency") && meant != key {
        found.explained(format!("{path}.{meant}"));
        format!("write `{meant}`")
    } else {
        return None;
    };
    Some(hint.into())
}

const LAST_INSTEAD: &str = "write `count: {when: …, at_least: 3, of_last: 5, per: drive}`";
const SEQUENCE_INSTEAD: &str = "write `sequence: {steps: [{code: …}, {when: …}], within: 10 min}`";
const ABSENCE_INSTEAD: &str = "write `absence: {of: {event: …}, for: 30 d}`";
const WINDOWS_INSTEAD: &str = "write `windows: {week: {of: …, window: 7 d}}`, and `week.average` in a condition; also sum, minimum, maximum, \
     change and slope";
const TABLE_INSTEAD: &str = "write a rule for each row; one `group` makes them one recommendation";

/// Words of other rule languages and of later versions: what they would mean, and what to write here.
const NOT_IN_LANGUAGE_1: &[(&str, &str, &str)] = &[
    ("n_of_m", "n of m as a key", LAST_INSTEAD),
    ("of_last", "`of_last` outside of `count`", LAST_INSTEAD),
    ("over", "`over` outside of `age`", LAST_INSTEAD),
    ("within", "`within` outside of `sequence`", SEQUENCE_INSTEAD),
    ("followed_by", "a sequence by this word", SEQUENCE_INSTEAD),
    ("absent", "absence by this word", ABSENCE_INSTEAD),
    ("slope", "the slope of a signal as a key", WINDOWS_INSTEAD),
    ("average", "an average as a key", WINDOWS_INSTEAD),
    ("avg", "an average as a key", WINDOWS_INSTEAD),
    ("mean", "an average as a key", WINDOWS_INSTEAD),
    ("minimum", "a minimum as a key", WINDOWS_INSTEAD),
    ("min", "a minimum as a key", WINDOWS_INSTEAD),
    ("maximum", "a maximum as a key", WINDOWS_INSTEAD),
    ("max", "a maximum as a key", WINDOWS_INSTEAD),
    ("table", "a decision table", TABLE_INSTEAD),
    ("tables", "a decision table", TABLE_INSTEAD),
    ("decision_table", "a decision table", TABLE_INSTEAD),
    ("rollout", "a rollout", "the platform decides which vehicles get a pack"),
    ("shadow", "a shadow pack", "run both packs over the same events and compare the changes"),
];

pub(super) fn mapping<'n>(node: &'n Node, found: &mut Sources<'_>) -> &'n [Entry] {
    match &node.content {
        Content::Mapping(entries) => entries,
        _ => {
            found.report(node.place, "wrong-kind", "expected `key: value` entries", None);
            &[]
        }
    }
}

pub(super) fn items<'n>(node: &'n Node, found: &mut Sources<'_>) -> &'n [Node] {
    match &node.content {
        Content::Sequence(items) => items,
        _ => {
            found.report(node.place, "wrong-kind", "expected a list", None);
            &[]
        }
    }
}

pub(super) fn scalar(node: &Node) -> Option<&str> {
    match &node.content {
        Content::Scalar { text, .. } => Some(text),
        _ => None,
    }
}

/// A text; nothing, and the words for nothing, are not texts.
pub(super) fn text(node: &Node, path: &str, found: &mut Sources<'_>) -> String {
    let Content::Scalar { text, plain, .. } = &node.content else {
        found.report(node.place, "wrong-kind", "expected a text", None);
        found.unreadable(path);
        return String::new();
    };
    if *plain && matches!(text.as_str(), "" | "~" | "null") {
        found.report(node.place, "empty-value", "the value is missing", None);
        found.unreadable(path);
        return String::new();
    }
    found.place(path, node.place, text);
    text.trim().to_owned()
}

pub(super) fn boolean(node: &Node, found: &mut Sources<'_>) -> bool {
    match scalar(node) {
        Some("true") => true,
        Some("false") => false,
        _ => {
            let hint = "only `true` and `false` are, not `yes`, `no`, `on` or `off`";
            found.report(node.place, "not-boolean", "not true or false", Some(hint.into()));
            false
        }
    }
}

pub(super) fn whole(node: &Node, found: &mut Sources<'_>) -> Option<u32> {
    let read = scalar(node).and_then(|text| decimal(text, 0)).and_then(|value| u32::try_from(value).ok());
    if read.is_none() {
        let hint = "write digits only, without a leading zero or an exponent";
        found.report(node.place, "not-a-whole-number", "not a whole number", Some(hint.into()));
    }
    read
}

impl Sources<'_> {
    pub(super) fn report(&mut self, place: Place, code: &'static str, text: &str, hint: Option<Box<str>>) {
        self.findings.push(Found { place, code, text: text.into(), suggestion: hint });
    }

    /// Reports that a part is missing, unless the reason is known.
    pub(super) fn missing(&mut self, path: &str, place: Place, text: &str) {
        if !self.is_explained(path) {
            self.report(place, "missing-key", text, None);
        }
    }
}
