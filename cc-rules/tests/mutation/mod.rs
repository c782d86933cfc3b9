//! Rules with one small mistake each: a comparison turned round, a limit moved, a wait too long.

use serde_json::{Map, Value};

/// A pack with one mistake in it.
pub(crate) struct Mutant {
    /// Rule, place in it, and what was changed.
    pub(crate) name: String,
    /// The rule whose tests should notice.
    pub(crate) rule: String,
    /// The pack with the mistake.
    pub(crate) pack: Value,
}

/// The numbers of a rule that are moved up and down: where they stand, and by what.
const NUMBERS: &[(&str, Step)] = &[
    ("/absence/for", Step::Tenth),
    ("/age/over", Step::Tenth),
    ("/cooldown", Step::Tenth),
    ("/count/at_least", Step::One),
    ("/count/of_last", Step::One),
    ("/for", Step::Tenth),
    ("/recommend/due", Step::Tenth),
    ("/sequence/within", Step::Tenth),
    ("/valid_for", Step::Tenth),
];

#[derive(Clone, Copy)]
enum Step {
    One,
    Tenth,
}

/// Every mistake that is tried in a rule of the pack.
pub(crate) fn mutants(pack: &Value, index: usize) -> Vec<Mutant> {
    let rule = &pack["rules"][index];
    let id = rule["id"].as_str().unwrap().to_owned();
    let base = format!("/rules/{index}");
    let mut list = Vec::new();
    let mut add = |place: &str, what: &str, changed: Value| {
        list.push(Mutant { name: format!("{id} {place}: {what}"), rule: id.clone(), pack: changed });
    };
    let mut params: Vec<&str> = Vec::new();
    for place in expressions(rule) {
        let text = rule.pointer(&place).and_then(Value::as_str).unwrap();
        for (what, changed) in expression_mutants(text) {
            add(&place, &what, with(pack, &format!("{base}{place}"), changed.into()));
        }
        params.extend(names_of_params(text));
    }
    params.sort_unstable();
    params.dedup();
    for name in params {
        let place = format!("/params/{name}/default");
        let text = pack.pointer(&place).and_then(Value::as_str).unwrap();
        for (what, changed) in expression_mutants(text) {
            add(&format!("${name}"), &what, with(pack, &place, changed.into()));
        }
    }
    for (place, step) in NUMBERS {
        if let Some(number) = rule.pointer(place).and_then(Value::as_u64).filter(|number| *number > 0) {
            for moved in moved(number, *step) {
                add(
                    place,
                    &format!("{number} to {moved}"),
                    with(pack, &format!("{base}{place}"), moved.into()),
                );
            }
        }
    }
    for stage in 0..rule["escalate"].as_array().map_or(0, Vec::len) {
        for (key, step) in [("after", Step::Tenth), ("due", Step::Tenth)] {
            let place = format!("/escalate/{stage}/{key}");
            if let Some(number) = rule.pointer(&place).and_then(Value::as_u64).filter(|number| *number > 0) {
                for moved in moved(number, step) {
                    let changed = with(pack, &format!("{base}{place}"), moved.into());
                    add(&place, &format!("{number} to {moved}"), changed);
                }
            }
        }
    }
    for place in windows(rule) {
        for bucket in [-1_i64, 1] {
            let full = format!("{base}{place}");
            let window = pack.pointer(&full).unwrap();
            let (size, buckets) = (window["size"].as_i64().unwrap(), window["buckets"].as_i64().unwrap());
            if buckets + bucket > 0 {
                let mut changed = window.clone();
                changed["size"] = (size / buckets * (buckets + bucket)).into();
                changed["buckets"] = (buckets + bucket).into();
                add(&place, &format!("{bucket:+} bucket"), with(pack, &full, changed));
            }
        }
    }
    for name in names(rule, "windows") {
        let place = format!("/windows/{name}/at_least");
        if let Some(number) = rule.pointer(&place).and_then(Value::as_u64) {
            for moved in moved(number, Step::One) {
                let changed = with(pack, &format!("{base}{place}"), moved.into());
                add(&place, &format!("{number} to {moved}"), changed);
            }
        }
    }
    if has_gaps(pack, rule) {
        // As if samples that lie a year apart were one stretch of time.
        let year = 365 * 86_400_000_u64;
        add("/max_gap", "a year", with(pack, &format!("{base}/max_gap"), year.into()));
    }
    for key in ["suppressed_by", "clear"] {
        if rule.get(key).is_some() {
            let mut changed = pack.clone();
            changed["rules"][index].as_object_mut().unwrap().remove(key);
            add(&format!("/{key}"), "left out", changed);
        }
    }
    list
}

/// Whether silence can come in between while the rule waits: one of its values grows too old, or `max_gap` is the shorter.
fn has_gaps(pack: &Value, rule: &Value) -> bool {
    let Some(wait) = rule["for"].as_u64() else { return false };
    let grows_old = |name: &str| pack["signals"][name]["max_age"].as_u64().is_some_and(|age| age < wait);
    let when = rule["when"].as_str().unwrap_or_default();
    let names = when.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    rule["max_gap"].as_u64().is_none_or(|gap| gap < wait) || names.into_iter().any(grows_old)
}

/// The mistakes in what a parameter is for some vehicles, each to be noticed by the rules that read it.
pub(crate) fn params_by_vehicle(pack: &Value) -> Vec<Mutant> {
    let mut list = Vec::new();
    for (name, param) in pack["params"].as_object().unwrap() {
        for (dimension, cases) in param["by"].as_object().into_iter().flatten() {
            for (case, text) in cases.as_object().unwrap() {
                let place = format!("/params/{name}/by/{dimension}/{case}");
                for (what, changed) in expression_mutants(text.as_str().unwrap()) {
                    let reads = |rule: &&Value| {
                        expressions(rule).iter().any(|place| {
                            names_of_params(rule.pointer(place).and_then(Value::as_str).unwrap())
                                .any(|param| param == name)
                        })
                    };
                    let rule = pack["rules"].as_array().unwrap().iter().find(reads).unwrap();
                    list.push(Mutant {
                        name: format!("${name} {dimension} {case}: {what}"),
                        rule: rule["id"].as_str().unwrap().to_owned(),
                        pack: with(pack, &place, changed.into()),
                    });
                }
            }
        }
    }
    list
}

/// Where expressions stand in a rule, but for the arguments of its message.
pub(crate) fn expressions(rule: &Value) -> Vec<String> {
    let mut places: Vec<String> =
        ["/when", "/clear", "/count/when", "/absence/of/when"].map(str::to_owned).into();
    places.extend((0..4).map(|step| format!("/sequence/steps/{step}/when")));
    places.extend((0..4).map(|stage| format!("/escalate/{stage}/when")));
    for name in names(rule, "windows") {
        places.extend(["of", "while"].map(|key| format!("/windows/{name}/{key}")));
    }
    places.retain(|place| rule.pointer(place).is_some_and(Value::is_string));
    places
}

fn windows(rule: &Value) -> Vec<String> {
    let mut places = vec!["/count/window".to_owned()];
    places.extend(names(rule, "windows").map(|name| format!("/windows/{name}/window")));
    places.retain(|place| rule.pointer(place).is_some());
    places
}

fn names<'v>(rule: &'v Value, key: &str) -> impl Iterator<Item = &'v String> {
    rule.get(key).and_then(Value::as_object).into_iter().flat_map(Map::keys)
}

fn with(pack: &Value, place: &str, value: Value) -> Value {
    let mut changed = pack.clone();
    // A key that was left out is written: `max_gap` has a default.
    let (parent, key) = place.rsplit_once('/').unwrap();
    match changed.pointer_mut(parent).unwrap() {
        Value::Array(list) => list[key.parse::<usize>().unwrap()] = value,
        parent => parent[key] = value,
    }
    changed
}

fn moved(number: u64, step: Step) -> Vec<u64> {
    let by = match step {
        Step::One => 1,
        Step::Tenth => (number / 10).max(1),
    };
    [number - by, number + by].into_iter().filter(|moved| *moved > 0).collect()
}

/// The operators, longer ones first, and what stands for each in a mutant.
const OPERATORS: &[(&str, &str)] = &[
    ("&&", "||"),
    ("||", "&&"),
    ("==", "!="),
    ("!=", "=="),
    ("<=", ">"),
    (">=", "<"),
    ("<", ">="),
    (">", "<="),
];

/// The text with one operator exchanged, or one number moved, and what was done where.
pub(crate) fn expression_mutants(text: &str) -> Vec<(String, String)> {
    let mut list = Vec::new();
    let mut at = 0;
    let mut change = |from: &str, to: String, at: usize| {
        let changed = format!("{}{to}{}", &text[..at], &text[at + from.len()..]);
        list.push((format!("{from} to {to} at {at}"), changed));
    };
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        if first == '"' || first == '\'' {
            at += rest[1..].find(first).unwrap() + 2;
        } else if let Some((from, to)) = OPERATORS.iter().find(|(sign, _)| rest.starts_with(sign)) {
            change(from, (*to).to_owned(), at);
            at += from.len();
        } else if first.is_ascii_digit() {
            let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
            for to in moved_number(&rest[..end]) {
                change(&rest[..end], to, at);
            }
            at += end;
        } else if first.is_alphabetic() || matches!(first, '_' | '$') {
            let word = |c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '$'));
            at += rest.find(word).unwrap_or(rest.len());
        } else {
            at += first.len_utf8();
        }
    }
    list
}

/// A twentieth more and less; of zero, one more and less.
fn moved_number(text: &str) -> Vec<String> {
    let number: f64 = text.parse().unwrap();
    let by = if number == 0.0 { 1.0 } else { number / 20.0 };
    [number - by, number + by]
        .into_iter()
        .map(|moved| {
            let moved = format!("{moved:.5}");
            if number == 0.0 { moved.trim_end_matches('0').trim_end_matches('.').to_owned() } else { moved }
        })
        .collect()
}

fn names_of_params(text: &str) -> impl Iterator<Item = &str> {
    let end = |rest: &str| rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
    text.split('$').skip(1).map(move |rest| &rest[..end(rest)])
}

/// The text of an expression without its numbers and parameters: what it asks, not where it draws the line.
pub(crate) fn without_numbers(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    let mut in_word = false;
    while let Some(c) = chars.next() {
        let number = !in_word && (c.is_ascii_digit() || c == '$');
        in_word = c.is_alphanumeric() || c == '_';
        if number {
            while chars.next_if(|c| c.is_alphanumeric() || matches!(c, '.' | '_')).is_some() {}
            out.push('#');
        } else {
            out.push(c);
        }
    }
    out
}
