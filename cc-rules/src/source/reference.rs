//! The reference page of a pack, in Markdown.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::sentences;
use crate::pack::{Pack, one_line, written};
use crate::testing::PackTest;

/// Writes the reference page of a pack: a table of its rules, then each rule with its condition in words, its thresholds and
/// their source, its messages and its tests as examples, then parameters, codes and ages of values.
///
/// `opening` is the first paragraph, below the heading `title`.
///
/// # Examples
///
/// ```
/// let text = "
/// pack: {id: demo, version: 1.0.0, language: 1, min_engine: 0.1.0}
/// signals: {engine_coolant_temperature: {max_age: 10 min}}
/// rules:
/// - id: overheat
///   what: The engine is too hot.
///   when: engine_coolant_temperature > 115 °C
///   recommend: {action: stop_safely, urgency: critical, due: now, message: overheat}
/// ";
/// let compiled = cc_rules::source::compile("pack.yaml", &[("pack.yaml", text)])?;
/// let page = cc_rules::source::reference(&compiled.pack, &compiled.tests, "A demo", "How it looks.");
/// assert!(page.starts_with("# A demo\n\nHow it looks.\n"));
/// assert!(page.contains("It holds when engine coolant temperature is above 115 °C."));
/// # Ok::<(), cc_rules::Diagnostics>(())
/// ```
pub fn reference(pack: &Pack, tests: &[PackTest], title: &str, opening: &str) -> String {
    let page = Page {
        canonical: serde_json::from_str(pack.to_canonical_json()).unwrap_or_default(),
        pack,
        tests,
        out: String::new(),
    };
    page.write(title, opening)
}

struct Page<'p> {
    canonical: Value,
    pack: &'p Pack,
    tests: &'p [PackTest],
    out: String,
}

/// Writes to the page; writing to a String cannot fail.
macro_rules! line {
    ($page:expr, $($text:tt)*) => { let _ = writeln!($page.out, $($text)*); };
}

impl Page<'_> {
    fn write(mut self, title: &str, opening: &str) -> String {
        let canonical = std::mem::take(&mut self.canonical);
        line!(self, "# {title}\n\n{opening}\n");
        line!(
            self,
            "| rule | the driver reads | action | urgency | within | group |\n|---|---|---|---|---|---|"
        );
        let rules = canonical["rules"].as_array().map(Vec::as_slice).unwrap_or_default();
        for rule in rules {
            let (id, recommend) = (text(rule, "id"), &rule["recommend"]);
            let title = cell(&self.title(&canonical, rule));
            let due =
                written("due", &recommend["due"]).filter(|_| !recommend["due"].is_null()).unwrap_or_default();
            let (action, urgency) = (text(recommend, "action"), text(recommend, "urgency"));
            line!(
                self,
                "| [{id}](#{id}) | {title} | {action} | {urgency} | {due} | {} |",
                text(rule, "group")
            );
        }
        line!(self, "\n## Rules");
        for rule in rules {
            self.rule(&canonical, rule);
        }
        self.silence();
        self.lists(&canonical);
        self.out
    }

    /// The first language's title, or its text where it has none: English where there is English.
    fn title(&self, canonical: &Value, rule: &Value) -> String {
        let first =
            self.pack.languages().find(|language| *language == "en").or_else(|| self.pack.languages().next());
        let message = first.map(|language| message(canonical, language, rule));
        let read = message.and_then(|message| message["title"].as_str().or_else(|| message["text"].as_str()));
        read.unwrap_or_default().to_owned()
    }

    fn rule(&mut self, canonical: &Value, rule: &Value) {
        line!(self, "\n### {}\n", text(rule, "id"));
        for key in ["what", "why"] {
            if let Some(sentence) = rule[key].as_str() {
                line!(self, "{}", one_line(sentence));
            }
        }
        if let Some(sentence) = sentences::of(rule, &canonical["codes"]) {
            line!(self, "{sentence}");
        }
        line!(self, "");
        let mut fields: Vec<_> = object(rule).iter().collect();
        fields.sort_by_key(|(key, _)| super::RULE_KEYS.iter().position(|known| known == key));
        for (key, value) in fields {
            self.field(key, value);
        }
        for name in params(rule) {
            if let Some(param) = canonical["params"].get(&name) {
                let by = by(param);
                let by = if by.is_empty() { by } else { format!("; {by}") };
                line!(self, "- `${name}`: {}{by}", text(param, "default"));
            }
        }
        match rule.get("source") {
            None => {
                line!(self, "- source: none");
            }
            Some(source) => {
                let section = source["section"]
                    .as_str()
                    .map_or_else(String::new, |section| format!("; {}", one_line(section)));
                line!(self, "- source: {}{section}", one_line(text(source, "document")));
            }
        }
        for language in object(&canonical["messages"]).keys() {
            let message = message(canonical, language, rule);
            let title = message["title"].as_str().map_or_else(String::new, |title| format!("**{title}** "));
            line!(self, "- {language}: {title}{}", one_line(text(message, "text")));
        }
        self.examples(text(rule, "id"));
    }

    /// A field of the rule as it is written; those that have a place of their own are left out.
    fn field(&mut self, key: &str, value: &Value) {
        match key {
            "group" | "id" | "recommend" | "source" | "what" | "why" => {}
            "when" | "clear" => {
                line!(self, "- {key}: `{}`", one_line(value.as_str().unwrap_or_default()));
            }
            "count" => {
                line!(self, "- count: {}", counted(value));
            }
            _ => match written(key, value) {
                Some(text) => {
                    line!(self, "- {key}: {text}");
                }
                // A block of its own: as YAML writes it in a line.
                None => {
                    line!(self, "- {key}: `{}`", flow(key, value));
                }
            },
        }
    }

    fn examples(&mut self, rule: &str) {
        let tests: Vec<_> = self.tests.iter().filter(|test| test.is_about(rule)).collect();
        if !tests.is_empty() {
            line!(self, "\nExamples, each a test:\n");
            self.tests_of(&tests);
        }
    }

    /// The tests in which no rule of the pack may speak.
    fn silence(&mut self) {
        let tests: Vec<_> = self.tests.iter().filter(|test| test.is_about_all()).collect();
        if !tests.is_empty() {
            line!(self, "\n## Where no rule speaks\n\nExamples, each a test:\n");
            self.tests_of(&tests);
        }
    }

    fn tests_of(&mut self, tests: &[&PackTest]) {
        for test in tests {
            let expected: Vec<_> = test
                .expected_after()
                .map(|(after, change)| match after.as_str() {
                    "0s" => format!("{change} at once"),
                    _ => format!("{change} after {after}"),
                })
                .collect();
            let expected = if expected.is_empty() { "nothing".to_owned() } else { expected.join(", ") };
            line!(self, "- {}: {expected}", test.name);
        }
    }

    fn lists(&mut self, canonical: &Value) {
        let params = object(&canonical["params"]).iter().map(|(name, param)| {
            format!("| `${name}` | {} | {} |", cell(text(param, "default")), cell(&by(param)))
        });
        self.list("Parameters", "| name | default | by |\n|---|---|---|", params);
        let codes = object(&canonical["codes"]).iter().map(|(name, code)| {
            let matches = written("match", &code["match"]).unwrap_or_default();
            format!("| `{name}` | {} | {} |", cell(&matches), text(code, "status"))
        });
        self.list("Codes", "| name | matches | status |\n|---|---|---|", codes);
        let ages = object(&canonical["signals"]).iter().filter_map(|(name, signal)| {
            let age = written("max_age", &signal["max_age"]).filter(|_| !signal["max_age"].is_null())?;
            Some(format!("| `{name}` | {age} |"))
        });
        self.list("How long a value counts", "| signal | at most |\n|---|---|", ages);
    }

    /// A table, if it has rows.
    fn list(&mut self, title: &str, heading: &str, rows: impl Iterator<Item = String>) {
        let mut rows = rows.peekable();
        if rows.peek().is_some() {
            line!(self, "\n## {title}\n\n{heading}");
            for row in rows {
                line!(self, "{row}");
            }
        }
    }
}

fn counted(count: &Value) -> String {
    let of = ["code", "event", "when"].iter().find_map(|kind| Some((*kind, count[*kind].as_str()?)));
    let range = match (count["of_last"].as_u64(), written("window", &count["window"])) {
        (Some(last), _) => {
            let unit = if count["per"] == "sample" { "sample" } else { "drive" };
            let held = count["held"].as_str().map_or_else(String::new, |held| format!(", held {held},"));
            Some(format!("of the last {last} {unit}{}{held}", if last == 1 { "" } else { "s" }))
        }
        (None, Some(window)) if !count["window"].is_null() => Some(format!("within {window}")),
        _ => None,
    };
    let (Some((kind, what)), Some(range)) = (of, range) else {
        return format!("`{}`", flow("count", count));
    };
    format!("at least {} {range} of {kind} `{}`", count["at_least"], one_line(what))
}

/// A block in one line: `{of: battery_voltage, over: 180 d}`. The form of a pack is not deep.
fn flow(key: &str, value: &Value) -> String {
    match (written(key, value), value) {
        (Some(text), Value::Array(_)) => format!("[{text}]"),
        (Some(text), _) => text,
        (None, Value::Array(items)) => {
            format!("[{}]", items.iter().map(|item| flow("", item)).collect::<Vec<_>>().join(", "))
        }
        (None, _) => {
            let entries = object(value).iter().map(|(key, value)| format!("{key}: {}", flow(key, value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
    }
}

/// The parameters that a rule names, each once, in order of name.
fn params(rule: &Value) -> std::collections::BTreeSet<String> {
    let text = rule.to_string();
    let names = text.split('$').skip(1).map(|rest| {
        rest.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next().unwrap_or_default().to_owned()
    });
    names.collect()
}

fn by(param: &Value) -> String {
    let mut list = Vec::new();
    for (dimension, cases) in object(&param["by"]) {
        let cases = object(cases).iter();
        list.extend(
            cases.map(|(case, value)| format!("{dimension} {case}: {}", value.as_str().unwrap_or_default())),
        );
    }
    list.join("; ")
}

fn message<'p>(canonical: &'p Value, language: &str, rule: &Value) -> &'p Value {
    &canonical["messages"][language][text(&rule["recommend"], "message")]
}

/// A text that ends no cell.
fn cell(text: &str) -> String {
    one_line(text).replace('|', "\\|")
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

/// The entries in order of their keys; none where the part is left out.
fn object(value: &Value) -> &Map<String, Value> {
    static NOTHING: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
    value.as_object().unwrap_or(&NOTHING)
}

#[cfg(test)]
mod tests {
    use crate::source::{Compiled, compile};

    fn page(rules: &str, rest: &str) -> String {
        let text = format!(
            "pack: {{id: demo, version: 1.0.0, language: 1, min_engine: 0.2.0}}\n\
             signals: {{battery_voltage: {{max_age: 10 min}}}}\nrules:\n{rules}{rest}"
        );
        let Compiled { pack, tests, .. } =
            compile("pack.yaml", &[("pack.yaml", &text)]).unwrap_or_else(|found| panic!("{found}"));
        super::reference(&pack, &tests, "A demo", "How it looks.")
    }

    #[test]
    fn every_form_of_a_count_says_of_what_it_counts() {
        let recommend = "recommend: {action: book, urgency: low, message: m}";
        for (count, expected) in [
            ("at_least: 3, window: 7 d", "at least 3 within 7 d of"),
            ("at_least: 3, of_last: 4, per: drive", "at least 3 of the last 4 drives of"),
            ("at_least: 1, of_last: 1, per: drive", "at least 1 of the last 1 drive of"),
            ("at_least: 3, of_last: 5, per: sample", "at least 3 of the last 5 samples of"),
            (
                "at_least: 3, of_last: 3, per: drive, held: whole",
                "at least 3 of the last 3 drives, held whole, of",
            ),
        ] {
            let rule =
                format!("- id: a\n  count: {{when: battery_voltage < 12 V, {count}}}\n  {recommend}\n");
            let page = page(&rule, "messages: {en: {m: Text.}}\n");
            let line = format!("- count: {expected} when `battery_voltage < 12 V`\n");
            assert!(page.contains(&line), "{line}{page}");
            assert!(!page.contains("null"), "{page}");
        }
    }

    #[test]
    fn a_message_without_title_is_shown_by_its_text_and_silent_tests_are_shown_too() {
        let page = page(
            "- id: a\n  when: battery_voltage < 12 V\n  recommend: {action: book, urgency: low, message: m}\n",
            "messages: {en: {m: The battery is low.}, da: {m: Batteriet er lavt.}}\n\
             tests:\n- name: a battery that is fine\n  events: {battery_voltage: \"12.8\"}\n  expect: []\n",
        );
        for part in [
            "| [a](#a) | The battery is low. | book | low |",
            "\n- da: Batteriet er lavt.\n- en: The battery is low.\n",
            "\n## Where no rule speaks\n\nExamples, each a test:\n\n- a battery that is fine: nothing\n",
        ] {
            assert!(page.contains(part), "{part}\n{page}");
        }
    }
}
