//! Writes `docs/reference/standard-pack.md` from the pack itself, and proves that the page in the repository is the
//! one it writes. `CC_UPDATE_REFERENCE=1 cargo test -p cc-rules --test standard_pack_reference` rewrites it.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test writes the page, and its functions may fail"
)]

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Map, Value};

/// The page, seen from this crate.
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/reference/standard-pack.md");

#[test]
fn the_reference_page_is_the_one_that_the_pack_writes() {
    let pack: Value = serde_json::from_str(cc_rules::standard_pack().to_canonical_json()).unwrap();
    let page = page(&pack);
    if std::env::var_os("CC_UPDATE_REFERENCE").is_some() {
        std::fs::write(PAGE, &page).unwrap();
    }
    let written = std::fs::read_to_string(Path::new(PAGE)).unwrap_or_default();
    assert!(
        written == page,
        "run `CC_UPDATE_REFERENCE=1 cargo test -p cc-rules --test standard_pack_reference`"
    );
}

fn page(pack: &Value) -> String {
    let rules = pack["rules"].as_array().unwrap();
    let mut out = format!(
        "# The standard pack\n\n<!-- Written by cc-rules/tests/standard_pack_reference.rs; do not edit. -->\n\n\
         Version {}, {} rules. How rules are evaluated is in [rules.md](rules.md). `product choice` marks figures that \
         no document gives: trade practice, or a time span of ours.\n\n\
         | rule | the driver reads | action | urgency | within | group |\n|---|---|---|---|---|---|\n",
        text(&pack["pack"], "version"),
        rules.len(),
    );
    for rule in rules {
        let (id, recommend) = (text(rule, "id"), &rule["recommend"]);
        let title = text(message(pack, "en", rule), "title");
        let due = recommend["due"].as_u64().map_or_else(String::new, due);
        let (action, urgency, group) =
            (text(recommend, "action"), text(recommend, "urgency"), text(rule, "group"));
        writeln!(out, "| [{id}](#{id}) | {title} | {action} | {urgency} | {due} | {group} |").unwrap();
    }
    out.push_str("\n## Rules\n");
    for rule in rules {
        write_rule(&mut out, pack, rule);
    }
    out.push_str("\n## Parameters\n\n| name | default | by |\n|---|---|---|\n");
    for (name, param) in object(&pack["params"]) {
        writeln!(out, "| `${name}` | {} | {} |", text(param, "default"), by(param)).unwrap();
    }
    out.push_str("\n## Codes\n\n| name | matches | status |\n|---|---|---|\n");
    for (name, code) in object(&pack["codes"]) {
        let matches: Vec<_> = code["match"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        writeln!(out, "| `{name}` | {} | {} |", matches.join(", "), text(code, "status")).unwrap();
    }
    out.push_str("\n## How long a value counts\n\n| signal | at most |\n|---|---|\n");
    for (name, signal) in object(&pack["signals"]) {
        if let Some(age) = signal["max_age"].as_u64() {
            writeln!(out, "| `{name}` | {} |", duration(age)).unwrap();
        }
    }
    out
}

fn write_rule(out: &mut String, pack: &Value, rule: &Value) {
    writeln!(out, "\n### {}\n\n{}\n{}\n", text(rule, "id"), text(rule, "what"), text(rule, "why")).unwrap();
    for field in ["when", "clear"] {
        if let Some(condition) = rule[field].as_str() {
            writeln!(out, "- {field}: `{}`", one_line(condition)).unwrap();
        }
    }
    if let Some(count) = rule.get("count") {
        writeln!(out, "- count: {}", counted(count)).unwrap();
    }
    for field in ["for", "max_gap", "cooldown"] {
        if let Some(ms) = rule[field].as_u64() {
            writeln!(out, "- {field}: {}", duration(ms)).unwrap();
        }
    }
    match rule.get("source") {
        None => out.push_str("- source: none, this rule is about the device\n"),
        Some(source) => {
            let section =
                source["section"].as_str().map_or_else(String::new, |section| format!("; {section}"));
            writeln!(out, "- source: {}{section}", text(source, "document")).unwrap();
        }
    }
    for language in object(&pack["messages"]).keys() {
        let message = message(pack, language, rule);
        writeln!(out, "- {language}: **{}** {}", text(message, "title"), text(message, "text")).unwrap();
    }
}

fn counted(count: &Value) -> String {
    let window = &count["window"];
    let size = window["size"].as_u64().unwrap();
    let span = match text(window, "by") {
        "duration" => duration(size),
        "distance" => format!("{} km", size / 1_000),
        _ => format!("{size} drives"),
    };
    let of = ["code", "event", "when"].iter().find_map(|kind| Some((kind, count[*kind].as_str()?)));
    let (kind, what) = of.unwrap();
    format!("at least {} within {span} of {kind} `{}`", count["at_least"], one_line(what))
}

fn by(param: &Value) -> String {
    let mut list = Vec::new();
    for (dimension, cases) in object(&param["by"]) {
        list.extend(
            object(cases)
                .iter()
                .map(|(case, value)| format!("{dimension} {case}: {}", value.as_str().unwrap())),
        );
    }
    list.join("; ")
}

fn message<'p>(pack: &'p Value, language: &str, rule: &Value) -> &'p Value {
    &pack["messages"][language][text(&rule["recommend"], "message")]
}

fn due(ms: u64) -> String {
    if ms == 0 { "now".to_owned() } else { duration(ms) }
}

/// In the largest unit that divides it.
fn duration(ms: u64) -> String {
    let units = [(86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1_000, "s")];
    match units.iter().find(|(size, _)| ms >= *size && ms.is_multiple_of(*size)) {
        Some((size, unit)) => format!("{} {unit}", ms / size),
        None => format!("{ms} ms"),
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

/// The entries in order of their keys; none where the part is left out.
fn object(value: &Value) -> &Map<String, Value> {
    static NOTHING: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
    value.as_object().unwrap_or(&NOTHING)
}
