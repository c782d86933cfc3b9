//! The JSON Schema of a pack's files: for editors, which complete and explain while a rule is written.
//!
//! It says which keys there are and what their values look like; the compiler checks names, types, units and limits.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use cc_core::{Action, Urgency};
use serde_json::{Value, json};

/// The JSON Schema (2020-12) of a pack's YAML files, as a text that ends with a line end.
///
/// A copy stands in `docs/reference/pack.schema.json`; `ccars rules schema` writes it.
///
/// # Examples
///
/// ```
/// let schema = cc_rules::source::json_schema();
/// assert!(schema.contains("\"$schema\": \"https://json-schema.org/draft/2020-12/schema\""));
/// ```
pub fn json_schema() -> String {
    let mut text = String::new();
    pretty(&file(), 0, &mut text);
    text.push('\n');
    text
}

/// A mapping with these keys and no others: key, schema, what it means.
fn object<const N: usize>(required: &[&str], keys: [(&str, Value, &str); N]) -> Value {
    let properties: serde_json::Map<String, Value> =
        keys.into_iter().map(|(key, schema, about)| (key.to_owned(), described(schema, about))).collect();
    let mut schema = json!({"type": "object", "additionalProperties": false, "properties": properties});
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

fn described(mut schema: Value, about: &str) -> Value {
    if !about.is_empty() {
        schema["description"] = about.into();
    }
    schema
}

/// Names, each with a value of the same kind.
fn named(of: &Value) -> Value {
    json!({"type": "object", "additionalProperties": of})
}

fn list(of: &Value) -> Value {
    json!({"type": "array", "items": of})
}

/// What YAML calls a number or a truth is a text here.
fn text() -> Value {
    json!({"type": ["string", "number", "boolean"]})
}

fn words(words: &[&str]) -> Value {
    json!({"enum": words})
}

fn actions() -> Value {
    words(&Action::ALL.iter().map(|action| action.as_str()).collect::<Vec<_>>())
}

fn urgencies() -> Value {
    words(&Urgency::ALL.iter().map(|urgency| urgency.as_str()).collect::<Vec<_>>())
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/$defs/{name}")})
}

fn file() -> Value {
    let mut schema = object(
        &[],
        [
            (
                "pack",
                object(
                    &["id", "version", "language", "min_engine"],
                    [
                        ("id", text(), "The pack's name."),
                        ("version", text(), "The pack's own version."),
                        ("language", json!({"const": 1}), "The version of the rule language."),
                        ("min_engine", text(), "The oldest engine that can run it."),
                    ],
                ),
                "What the pack is; in the first file only.",
            ),
            ("include", list(&text()), "Files by name, relative to the folder of this one."),
            ("signals", named(&signal()), "How long values count, and signals that the catalogue lacks."),
            ("codes", named(&code()), "Trouble codes that rules read, by a name of their own."),
            ("params", named(&param()), "Figures that rules read as $name."),
            ("rules", list(&reference("rule")), "The rules; their order decides nothing."),
            ("messages", named(&named(&message())), "Language, then key, then what people read."),
            ("tests", list(&test()), "What cars send, and the changes that must follow."),
        ],
    );
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
    schema["title"] = "A file of a rule pack".into();
    schema["$defs"] = json!({
        "duration": {
            "type": "string",
            "pattern": "^ *[0-9]+(\\.[0-9]+)? *(ms|s|seconds?|min|minutes?|h|hours?|d|days?|w|weeks?) *$",
            "description": "A number and a unit: ms, s, min, h, d or weeks.",
        },
        "expression": described(text(), "An expression, see docs/reference/rule-expressions.md."),
        "occurrence": occurrence(),
        "recommend": recommend(),
        "rule": rule(),
        "window": window(),
    });
    schema
}

fn signal() -> Value {
    object(
        &[],
        [
            ("max_age", reference("duration"), "How long a value is known; for ever where it is left out."),
            ("monotonic", json!({"type": "boolean"}), "A counter that does not go down."),
            (
                "kind",
                words(&["number", "boolean", "text", "date", "instant"]),
                "Only for a signal that the catalogue lacks.",
            ),
            ("unit", text(), "Only for a signal that the catalogue lacks."),
        ],
    )
}

fn code() -> Value {
    object(
        &["match"],
        [
            ("match", list(&text()), "P0301, P0300..P0312, P03*, *, or a code of another family."),
            (
                "status",
                words(&["any", "confirmed", "pending", "warning"]),
                "Reports with this status are heard.",
            ),
            ("ecu", text(), "Reports of another ECU are not heard."),
            (
                "clean_drives",
                json!({"type": "integer", "minimum": 1}),
                "Drives without it after which it is gone.",
            ),
        ],
    )
}

fn param() -> Value {
    let cases = || named(&text());
    let by = object(
        &[],
        [
            ("engine_family", cases(), ""),
            ("model", cases(), ""),
            ("market", cases(), ""),
            ("fleet", cases(), ""),
        ],
    );
    let whole = object(
        &["default"],
        [
            ("default", text(), "The value where nothing else fits."),
            ("by", by, "Values by what the vehicle is; the first dimension that lists it decides."),
        ],
    );
    json!({"anyOf": [text(), whole]})
}

fn message() -> Value {
    let whole = object(
        &["text"],
        [("title", text(), "A few words."), ("text", text(), "What to do; {name} stands for an argument.")],
    );
    json!({"anyOf": [text(), whole]})
}

fn rule() -> Value {
    let duration = || reference("duration");
    let expression = || reference("expression");
    let source = object(
        &["document"],
        [
            ("document", text(), "A maker's manual with model and year, or a regulation."),
            ("section", text(), "Where in it."),
        ],
    );
    let count = object(
        &["at_least"],
        [
            ("when", expression(), "Counts how often this becomes true."),
            ("code", text(), "Counts the events that report this code."),
            ("event", text(), "Counts events of this type."),
            ("at_least", json!({"type": "integer", "minimum": 1}), "So many are enough."),
            ("window", reference("window"), "How far back they count."),
            (
                "of_last",
                json!({"type": "integer", "minimum": 1, "maximum": 64}),
                "Of so many drives or samples.",
            ),
            ("per", words(&["drive", "sample"]), "What is counted with of_last."),
            ("held", words(&["once", "whole"]), "What makes a drive a hit."),
        ],
    );
    let sequence = object(
        &["steps", "within"],
        [
            ("steps", list(&reference("occurrence")), "Two to four, in their order."),
            ("within", duration(), "From the first to the last."),
        ],
    );
    let absence = object(
        &["of", "for"],
        [("of", reference("occurrence"), "What must not happen."), ("for", duration(), "For so long.")],
    );
    let age = object(
        &["of", "over"],
        [("of", text(), "A signal or a code."), ("over", duration(), "Its last word is older than this.")],
    );
    let windowed = object(
        &["of", "window"],
        [
            ("of", expression(), "The number that is looked at."),
            ("while", expression(), "Samples count only while this holds."),
            ("window", reference("window"), "How far back."),
            ("at_least", json!({"type": "integer", "minimum": 1}), "Fewer samples are unknown."),
        ],
    );
    let stage = object(
        &[],
        [
            ("after", duration(), "So long after the opening."),
            ("when", expression(), "While open, once this holds."),
            ("urgency", urgencies(), ""),
            ("action", actions(), ""),
            ("due", due(), ""),
            ("message", text(), ""),
            ("args", args(), ""),
        ],
    );
    let source = json!({"anyOf": [{"const": "product choice"}, source]});
    let row = object(
        &["id"],
        [
            ("id", text(), "The row's name; its rule is TABLE-ROW."),
            ("if", named(&text()), "Input, then its cell."),
            ("recommend", reference("recommend"), ""),
            ("escalate", json!({"type": "array"}), ""),
            ("group", text(), ""),
            ("what", text(), "What it finds, if not what the table says."),
            ("why", text(), "Why that matters, if not what the table says."),
            ("source", source.clone(), "Where its figures come from, if not what the table says."),
        ],
    );
    let table = object(
        &["inputs", "rows"],
        [
            ("hit", words(&["first", "unique", "collect"]), "Which rows count where several fit."),
            ("inputs", named(&expression()), "The columns."),
            ("rows", list(&row), "The rows, in order."),
            (
                "otherwise",
                json!({"type": ["string", "object"]}),
                "none, or what to recommend where no row fits.",
            ),
        ],
    );
    let mut rule = object(
        &["id"],
        [
            ("id", text(), "Letters, digits, _ and -; the rule's name for ever."),
            ("what", text(), "What it finds, in a sentence."),
            ("why", text(), "Why that matters, in a sentence."),
            ("source", source, "Where its figures come from."),
            ("when", expression(), "The condition."),
            ("count", count, "How often something must have happened."),
            ("sequence", sequence, "One thing, then another."),
            ("absence", absence, "Something that should have happened."),
            ("age", age, "Something that was not heard of for long."),
            ("windows", named(&windowed), "Numbers over a window, by name."),
            ("table", table, "A decision table instead of a condition."),
            ("for", duration(), "How long the condition must hold."),
            ("max_gap", duration(), "How long nothing may be known meanwhile."),
            ("clear", expression(), "What ends it, where that is not the end of the condition."),
            ("on_unknown", words(&["hold", "clear"]), "What happens while open when nothing is known."),
            ("cooldown", duration(), "How long it stays away after it ended."),
            ("valid_for", duration(), "How long it stays open at the most."),
            ("group", text(), "Rules of a group make one recommendation."),
            ("suppressed_by", list(&text()), "Rules, or group:NAME, that silence it while they are open."),
            ("recommend", reference("recommend"), "What to do."),
            ("escalate", list(&stage), "What changes while it stays open."),
        ],
    );
    rule["anyOf"] = json!([{"required": ["recommend"]}, {"required": ["table"]}]);
    rule
}

fn due() -> Value {
    json!({"anyOf": [{"const": "now"}, reference("duration")]})
}

fn args() -> Value {
    json!({"anyOf": [list(&text()), named(&reference("expression"))]})
}

fn recommend() -> Value {
    object(
        &["action", "urgency", "message"],
        [
            ("action", actions(), "What the driver should do."),
            ("urgency", urgencies(), "How pressing that is."),
            ("due", due(), "now, or a duration after the opening."),
            ("message", text(), "A key of messages."),
            ("args", args(), "Names, or name: expression, for the message."),
        ],
    )
}

fn occurrence() -> Value {
    object(
        &[],
        [
            ("when", reference("expression"), "This becomes true."),
            ("code", text(), "This code is reported."),
            ("event", text(), "An event of this type comes."),
            ("signal", text(), "This signal is read."),
        ],
    )
}

fn window() -> Value {
    let whole = object(
        &[],
        [
            ("duration", reference("duration"), "By time."),
            ("distance", text(), "By the odometer, such as 500 km."),
            ("drives", json!({"type": "integer", "minimum": 1}), "By drives."),
            ("buckets", json!({"type": "integer", "minimum": 1, "maximum": 64}), "How finely."),
        ],
    );
    json!({
        "anyOf": [{"type": "string", "pattern": "^ *[0-9]+(\\.[0-9]+)? *[a-z]+ *$"}, whole],
        "description": "A duration (7 d), a distance (500 km) or drives (5 drives).",
    })
}

fn test() -> Value {
    let duration = || reference("duration");
    let report = object(
        &["at"],
        [
            ("at", duration(), "After the start."),
            ("add", text(), "A code is reported."),
            ("change", text(), "A code is reported as changed."),
            ("remove", text(), "A code is reported as gone."),
            ("scan", list(&text()), "A complete list of codes."),
            ("partial_scan", list(&text()), "A list that is not complete."),
            ("service", words(&["stored", "pending", "permanent", "uds"]), "What the list was asked by."),
            ("ready", json!({"type": "boolean"}), "The monitors are ready, or not."),
            ("json", text(), "Fields of an event in the data stream's format."),
            ("status", text(), "confirmed, pending, warning, or two hex digits."),
            ("ecu", text(), "The ECU that reports."),
        ],
    );
    let expected = object(
        &["at"],
        [
            ("at", duration(), "After the start."),
            ("raised", text(), "This rule raises a recommendation."),
            ("updated", text(), "This rule changes it."),
            ("cleared", text(), "This rule ends it."),
            ("urgency", urgencies(), ""),
            ("action", actions(), ""),
            ("due", due(), "After the change."),
            ("args", named(&text()), "Argument, then its value."),
        ],
    );
    object(
        &["name"],
        [
            ("name", text(), "What it shows, as a sentence."),
            ("rule", text(), "Only changes of this rule are compared."),
            ("profile", named(&text()), "What the vehicle is: engine_family, model, market, fleet."),
            ("start", text(), "The first instant; midnight of 2026-01-01 in UTC where it is left out."),
            ("events", named(&text()), "Signal, then samples such as 118x11@1s _x60@1s 118."),
            ("codes", list(&report), "Trouble codes and other events."),
            ("until", duration(), "Time passes until then."),
            ("expect", list(&expected), "The changes, and no others."),
        ],
    )
}

/// JSON over several lines, keys sorted: the same whatever features `serde_json` has in the program.
fn pretty(value: &Value, indent: usize, out: &mut String) {
    let (inner, outer) = (" ".repeat(indent + 2), " ".repeat(indent));
    match value {
        Value::Object(entries) if !entries.is_empty() => {
            let sorted: BTreeMap<_, _> = entries.iter().collect();
            for (index, (key, value)) in sorted.into_iter().enumerate() {
                // Writing to a String cannot fail.
                let _ = write!(out, "{}\n{inner}{}: ", if index > 0 { "," } else { "{" }, json!(key));
                pretty(value, indent + 2, out);
            }
            let _ = write!(out, "\n{outer}}}");
        }
        Value::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            for (index, item) in items.iter().enumerate() {
                let _ = write!(out, "{}\n{inner}", if index > 0 { "," } else { "[" });
                pretty(item, indent + 2, out);
            }
            let _ = write!(out, "\n{outer}]");
        }
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(ToString::to_string).collect();
            let _ = write!(out, "[{}]", items.join(", "));
        }
        other => {
            let _ = write!(out, "{other}");
        }
    }
}

#[cfg(test)]
mod tests;
