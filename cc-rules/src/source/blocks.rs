//! The blocks of a rule that look back over time, from the YAML tree to their written form.

use std::collections::BTreeMap;

use super::Sources;
use super::quantity::{decimal, duration, parse_duration, split_quantity, too_big};
use super::read::{fields, fields_of, items, mapping, scalar, text, whole};
use super::yaml::Node;
use crate::pack::limits::MAX_DISTANCE_M;
use crate::pack::model::{RawAbsence, RawAge, RawCount, RawNumbers, RawOccurrence, RawSequence, RawWindow};

pub(super) fn count(node: &Node, path: &str, found: &mut Sources<'_>) -> Option<RawCount> {
    let mut count = RawCount::default();
    let mut window_seen = false;
    let known = ["code", "event", "when", "at_least", "window", "of_last", "per", "held"];
    for entry in fields_of(node, &known, path, found) {
        let value = &entry.value;
        let at = format!("{path}.{}", entry.key);
        match entry.key.as_str() {
            "code" => count.code = Some(text(value, &at, found)),
            "event" => count.event = Some(text(value, &at, found)),
            "when" => count.when = Some(text(value, &at, found)),
            "at_least" => {
                found.place(&at, value.place, "");
                count.at_least = whole(value, found).unwrap_or(1);
            }
            "window" => {
                window_seen = true;
                found.place(&at, value.place, "");
                count.window = Some(window(value, found)?);
            }
            "of_last" => {
                window_seen = true;
                found.place(&at, value.place, "");
                count.of_last = Some(whole(value, found)?);
            }
            "per" => count.per = Some(text(value, &at, found)),
            "held" => count.held = Some(text(value, &at, found)),
            _ => {}
        }
    }
    if !window_seen {
        found.missing(&format!("{path}.window"), node.place, "`count` needs a `window` or `of_last`");
        return None;
    }
    Some(count)
}

pub(super) fn sequence(node: &Node, path: &str, found: &mut Sources<'_>) -> Option<RawSequence> {
    let (mut steps, mut within) = (None, None);
    for entry in fields_of(node, &["steps", "within"], path, found) {
        let at = format!("{path}.{}", entry.key);
        found.place(&at, entry.value.place, "");
        if entry.key == "within" {
            within = Some(duration(&entry.value, found)?);
            continue;
        }
        let list = items(&entry.value, found).iter().enumerate();
        steps =
            Some(list.map(|(number, step)| occurrence(step, &format!("{at}[{number}]"), found)).collect());
    }
    if found.is_explained(path) {
        return None;
    }
    if steps.is_none() {
        found.missing(&format!("{path}.steps"), node.place, "`sequence` needs `steps`");
    }
    if within.is_none() {
        found.missing(&format!("{path}.within"), node.place, "`sequence` needs `within`, a duration");
    }
    Some(RawSequence { steps: steps?, within: within? })
}

pub(super) fn absence(node: &Node, path: &str, found: &mut Sources<'_>) -> Option<RawAbsence> {
    let (mut of, mut wait) = (None, None);
    for entry in fields_of(node, &["of", "for"], path, found) {
        let at = format!("{path}.{}", entry.key);
        found.place(&at, entry.value.place, "");
        if entry.key == "of" {
            of = Some(occurrence(&entry.value, &at, found));
        } else {
            wait = Some(duration(&entry.value, found)?);
        }
    }
    if found.is_explained(path) {
        return None;
    }
    if of.is_none() {
        found.missing(&format!("{path}.of"), node.place, "`absence` needs `of`: what does not happen");
    }
    if wait.is_none() {
        found.missing(&format!("{path}.for"), node.place, "`absence` needs `for`, a duration");
    }
    Some(RawAbsence { of: of?, r#for: wait? })
}

pub(super) fn age(node: &Node, path: &str, found: &mut Sources<'_>) -> Option<RawAge> {
    let (mut of, mut over) = (None, None);
    for entry in fields_of(node, &["of", "over"], path, found) {
        let at = format!("{path}.{}", entry.key);
        found.place(&at, entry.value.place, "");
        if entry.key == "of" {
            of = Some(text(&entry.value, &at, found));
        } else {
            over = Some(duration(&entry.value, found)?);
        }
    }
    if found.is_explained(path) {
        return None;
    }
    if of.is_none() {
        found.missing(&format!("{path}.of"), node.place, "`age` needs `of`: a signal or a code");
    }
    if over.is_none() {
        found.missing(&format!("{path}.over"), node.place, "`age` needs `over`, a duration");
    }
    Some(RawAge { of: of?, over: over? })
}

pub(super) fn windows(node: &Node, path: &str, found: &mut Sources<'_>) -> BTreeMap<String, RawNumbers> {
    let mut list = BTreeMap::new();
    for entry in mapping(node, found) {
        let at = format!("{path}.{}", entry.key);
        found.place(&at, entry.key_place, "");
        list.insert(entry.key.clone(), numbers(&entry.value, &at, found));
    }
    list
}

/// A window that is not understood stays, so that its name is known; why it is not has been said.
fn numbers(node: &Node, path: &str, found: &mut Sources<'_>) -> RawNumbers {
    let mut numbers = RawNumbers::default();
    let (mut has_of, mut size) = (false, None);
    let before = found.findings.len();
    for entry in fields_of(node, &["of", "while", "window", "at_least"], path, found) {
        let value = &entry.value;
        let at = format!("{path}.{}", entry.key);
        found.place(&at, value.place, "");
        match entry.key.as_str() {
            "of" => {
                has_of = true;
                numbers.of = text(value, &at, found);
            }
            "while" => numbers.r#while = Some(text(value, &at, found)),
            "window" => size = window(value, found),
            "at_least" => numbers.at_least = whole(value, found),
            _ => {}
        }
    }
    if found.findings.len() == before && !has_of {
        found.missing(&format!("{path}.of"), node.place, "a window needs `of`: what its numbers are of");
    }
    if found.findings.len() == before && size.is_none() {
        let text = "a window needs `window`: how far it reaches back";
        found.missing(&format!("{path}.window"), node.place, text);
    }
    if found.findings.len() > before {
        found.explained(path.to_owned());
    }
    numbers.window = size.unwrap_or_default();
    numbers
}

fn occurrence(node: &Node, path: &str, found: &mut Sources<'_>) -> RawOccurrence {
    let mut occurrence = RawOccurrence::default();
    found.place(path, node.place, "");
    for entry in fields_of(node, &["code", "event", "signal", "when"], path, found) {
        let written = Some(text(&entry.value, &format!("{path}.{}", entry.key), found));
        match entry.key.as_str() {
            "code" => occurrence.code = written,
            "event" => occurrence.event = written,
            "signal" => occurrence.signal = written,
            _ => occurrence.when = written,
        }
    }
    occurrence
}

/// The default number of buckets of a window by duration.
const TIME_BUCKETS: u32 = 60;
/// The default number of buckets of a window by distance.
const DISTANCE_BUCKETS: u32 = 50;

fn window(node: &Node, found: &mut Sources<'_>) -> Option<RawWindow> {
    if let Some(written) = scalar(node) {
        return match parse_window(written) {
            Some(window) => Some(window),
            None if too_big(node, found) => None,
            None => {
                let hint = "write a duration such as `7 d`, a distance such as `500 km`, or `5 drives`";
                found.report(node.place, "bad-window", "not a window", Some(hint.into()));
                None
            }
        };
    }
    let mut window = None;
    let mut buckets = None;
    for entry in fields(node, &["duration", "distance", "drives", "buckets"], found) {
        let written = scalar(&entry.value).unwrap_or_default();
        let read = match entry.key.as_str() {
            "buckets" => {
                buckets = whole(&entry.value, found);
                continue;
            }
            "drives" => parse_window(&format!("{written} drives")),
            _ => parse_window(written).filter(|window| window.by == entry.key),
        };
        if read.is_none() && !too_big(&entry.value, found) {
            let hint = "write `duration: 7 d`, `distance: 500 km` or `drives: 5`";
            found.report(entry.value.place, "bad-window", "not a window", Some(hint.into()));
        }
        window = read;
    }
    let mut window = window?;
    window.buckets = buckets.unwrap_or(window.buckets);
    Some(window)
}

fn parse_window(written: &str) -> Option<RawWindow> {
    if let Some(size) = parse_duration(written) {
        return Some(RawWindow { by: "duration".to_owned(), size, buckets: TIME_BUCKETS });
    }
    let (number, unit) = split_quantity(written)?;
    if matches!(unit, "drive" | "drives") {
        let size: u32 = decimal(number, 0)?.try_into().ok()?;
        return Some(RawWindow { by: "drives".to_owned(), size: u64::from(size), buckets: size });
    }
    let metres_per_unit: u64 = match unit {
        "m" => 1,
        "km" => 1_000,
        _ => return None,
    };
    let size = decimal(number, 3)?.checked_mul(metres_per_unit)?;
    let size = (size % 1_000 == 0).then_some(size / 1_000).filter(|size| *size <= MAX_DISTANCE_M)?;
    Some(RawWindow { by: "distance".to_owned(), size, buckets: DISTANCE_BUCKETS })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_a_duration_a_distance_or_drives() {
        for (text, by, size, buckets) in [
            ("7 d", "duration", 604_800_000, 60),
            ("500 km", "distance", 500_000, 50),
            ("5 drives", "drives", 5, 5),
        ] {
            let window = parse_window(text).unwrap();
            assert_eq!((window.by.as_str(), window.size, window.buckets), (by, size, buckets));
        }
        for text in ["7", "5 laps", "0x5 km", "-5 drives", "1.5 drives"] {
            assert!(parse_window(text).is_none(), "{text}");
        }
    }
}
