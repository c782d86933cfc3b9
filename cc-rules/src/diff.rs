//! What differs between two packs, in meaning: places of files, order and comments do not count.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;

use crate::pack::{Pack, written};

/// Everything that differs between two packs.
///
/// Its `Display` is a text for people: one part after the other, each with its fields.
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "source")] {
/// let text = "
/// pack: {id: demo, version: 1.0.0, language: 1, min_engine: 0.1.0}
/// signals: {engine_coolant_temperature: {max_age: 10 min}}
/// rules:
/// - id: overheat
///   when: engine_coolant_temperature > 115 °C
///   recommend: {action: stop_safely, urgency: critical, message: overheat}
/// ";
/// let pack = |text: &str| cc_rules::source::compile("pack.yaml", &[("pack.yaml", text)]).map(|it| it.pack);
/// let old = pack(text)?;
/// let new = pack(&text.replace("  when", "  for: 10 s\n  when"))?;
/// let diff = cc_rules::PackDiff::between(&old, &new);
/// assert_eq!(diff.to_string(), "changed rule overheat (its timers start again)\n  for: not there → 10 s\n");
/// assert!(cc_rules::PackDiff::between(&old, &old).is_empty());
/// # }
/// # Ok::<(), cc_rules::Diagnostics>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct PackDiff {
    /// The parts that differ: the pack itself, then signals, codes, parameters, rules and messages, each by name.
    pub parts: Vec<PartDiff>,
}

/// One part that differs.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct PartDiff {
    /// What kind of part it is.
    pub kind: PartKind,
    /// Its name; a message's is `language.key`, the pack's own is empty.
    pub name: Box<str>,
    /// Whether it is new, gone or another one.
    pub change: PartChange,
    /// What differs in it; of a part that is new or gone, all it has.
    pub fields: Vec<FieldDiff>,
    /// Whether the state of vehicles no longer fits: a rule whose layout changed starts again on every vehicle. Else its
    /// timers, counts and open recommendations go on.
    pub starts_again: bool,
}

/// One field that differs.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct FieldDiff {
    /// The field's path in its part, such as `recommend.urgency`.
    pub field: Box<str>,
    /// What it was, as a person would write it.
    pub old: Option<Box<str>>,
    /// What it is.
    pub new: Option<Box<str>>,
}

/// A kind of part.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum PartKind {
    /// The pack's own name, version and language.
    Pack,
    /// An entry of `signals`.
    Signal,
    /// An entry of `codes`.
    Code,
    /// An entry of `params`.
    Parameter,
    /// A rule.
    Rule,
    /// A message in one language.
    Message,
    /// Something that this version of the crate has no word for.
    Other,
}

/// How a part differs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PartChange {
    /// Only the new pack has it.
    Added,
    /// Both have it, and it is not the same.
    Changed,
    /// Only the old pack has it.
    Removed,
}

impl PackDiff {
    /// What `new` has otherwise than `old`.
    pub fn between(old: &Pack, new: &Pack) -> Self {
        let (before, after) = (parts(old), parts(new));
        let keys: BTreeSet<_> = before.keys().chain(after.keys()).collect();
        let layout = |pack: &Pack, name: &str| {
            pack.0.rule_index(name).and_then(|index| pack.0.rules.get(index)).map(|rule| rule.layout)
        };
        let mut found = Vec::new();
        for key in keys {
            let (was, is) = (before.get(key), after.get(key));
            if was == is {
                continue;
            }
            let (kind, name) = key;
            found.push(PartDiff {
                kind: *kind,
                name: name.as_str().into(),
                change: match (was, is) {
                    (None, _) => PartChange::Added,
                    (_, None) => PartChange::Removed,
                    _ => PartChange::Changed,
                },
                fields: fields(was, is),
                starts_again: *kind == PartKind::Rule
                    && was.is_some()
                    && is.is_some()
                    && layout(old, name) != layout(new, name),
            });
        }
        Self { parts: found }
    }

    /// Whether the packs mean the same.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }
}

impl PartDiff {
    /// Canonical JSON: `{change, fields: [{field, new, old}], kind, name, starts_again}`.
    pub fn to_canonical_json(&self) -> String {
        let fields: Vec<_> = self.fields.iter().map(FieldDiff::to_json).collect();
        let value = serde_json::json!({
            "change": self.change.word(), "fields": fields, "kind": self.kind.word(), "name": self.name,
            "starts_again": self.starts_again,
        });
        let mut text = String::new();
        crate::pack::write_canonical(&value, &mut text);
        text
    }
}

impl FieldDiff {
    fn to_json(&self) -> Value {
        serde_json::json!({"field": self.field, "new": self.new, "old": self.old})
    }
}

impl PartKind {
    /// The word for it: `rule`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pack => "pack",
            Self::Signal => "signal",
            Self::Code => "code",
            Self::Parameter => "parameter",
            Self::Rule => "rule",
            Self::Message => "message",
            Self::Other => "part",
        }
    }
}

impl PartChange {
    /// The word for it: `added`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Removed => "removed",
        }
    }
}

impl fmt::Display for PackDiff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.iter().try_for_each(|part| write!(f, "{part}"))
    }
}

impl fmt::Display for PartDiff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.change.word(), self.kind.word())?;
        if !self.name.is_empty() {
            write!(f, " {}", self.name)?;
        }
        f.write_str(if self.starts_again { " (its timers start again)\n" } else { "\n" })?;
        for FieldDiff { field, old, new } in &self.fields {
            let text =
                |side: &Option<Box<str>>| side.as_deref().map_or("not there".to_owned(), str::to_owned);
            match self.change {
                PartChange::Added => writeln!(f, "  {field}: {}", text(new))?,
                PartChange::Removed => writeln!(f, "  {field}: {}", text(old))?,
                PartChange::Changed => writeln!(f, "  {field}: {} → {}", text(old), text(new))?,
            }
        }
        Ok(())
    }
}

/// The parts of a pack by kind and name, each as field and text.
fn parts(pack: &Pack) -> BTreeMap<(PartKind, String), BTreeMap<String, String>> {
    let mut parts = BTreeMap::new();
    let canonical: Value = serde_json::from_str(pack.to_canonical_json()).unwrap_or_default();
    for (section, value) in canonical.as_object().into_iter().flatten() {
        let mut add = |kind, name: &str, value: &Value| {
            let mut fields = BTreeMap::new();
            flatten("", value, &mut fields);
            parts.insert((kind, name.to_owned()), fields);
        };
        let entries = || value.as_object().into_iter().flatten();
        match section.as_str() {
            "pack" => add(PartKind::Pack, "", value),
            "signals" => entries().for_each(|(name, value)| add(PartKind::Signal, name, value)),
            "codes" => entries().for_each(|(name, value)| add(PartKind::Code, name, value)),
            "params" => entries().for_each(|(name, value)| add(PartKind::Parameter, name, value)),
            "rules" => {
                for rule in value.as_array().into_iter().flatten() {
                    add(PartKind::Rule, rule["id"].as_str().unwrap_or_default(), rule);
                }
            }
            "messages" => {
                for (language, messages) in entries() {
                    for (key, message) in messages.as_object().into_iter().flatten() {
                        add(PartKind::Message, &format!("{language}.{key}"), message);
                    }
                }
            }
            _ => add(PartKind::Other, section, value),
        }
    }
    parts
}

/// Every value with its path; the depth of a pack is small, as its form is fixed.
fn flatten(path: &str, value: &Value, into: &mut BTreeMap<String, String>) {
    let key = path.rsplit('.').next().unwrap_or_default();
    if let Some(text) = written(key, value) {
        into.insert(path.to_owned(), text);
        return;
    }
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        Value::Object(entries) => entries.iter().for_each(|(name, value)| flatten(&below(name), value, into)),
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, value)| flatten(&below(&index.to_string()), value, into));
        }
        _ => {}
    }
}

fn fields(old: Option<&BTreeMap<String, String>>, new: Option<&BTreeMap<String, String>>) -> Vec<FieldDiff> {
    let names: BTreeSet<_> = old.into_iter().chain(new).flat_map(BTreeMap::keys).collect();
    let of = |side: Option<&BTreeMap<String, String>>, name: &str| {
        side.and_then(|side| side.get(name)).map(|text| Box::from(text.as_str()))
    };
    names
        .into_iter()
        .map(|name| FieldDiff { field: name.as_str().into(), old: of(old, name), new: of(new, name) })
        .filter(|field| field.old != field.new && *field.field != *"id")
        .collect()
}
