//! The section `tests`.

use std::collections::BTreeSet;

use cc_core::{ChangeKind, Dtc, DtcDiff, MeasureUnit, ScanService, Timestamp};

use super::Sources;
use super::quantity::{self, duration};
use super::read::{boolean, fields, items, mapping, scalar, text};
use super::warnings::Warning;
use super::yaml::{Node, Place};
use crate::diagnostic::did_you_mean;
use crate::expr::Ty;
use crate::pack::{Pack, Profile, Rule};
use crate::testing::{Expected, PackTest, Report, What, parse_series, quantity as number_and_unit, refused};

/// A test with the places that later checks speak of.
pub(super) struct Located {
    pub(super) test: PackTest,
    name: Place,
    /// Rules by name, where they are named.
    rules: Vec<(Box<str>, Place)>,
    /// The place of each series.
    series: Vec<Place>,
    /// The place of the arguments of each expected change.
    args: Vec<Place>,
}

/// The start of a test that names none: midnight, so that days and hours are easy to count.
const START: &str = "2026-01-01T00:00:00Z";

pub(super) fn test(node: &Node, found: &mut Sources<'_>) -> Option<Located> {
    let known = ["name", "rule", "profile", "start", "events", "codes", "until", "expect"];
    let mut test = PackTest {
        name: Box::default(),
        rule: None,
        profile: Profile::default(),
        start: START.parse().unwrap_or_default(),
        series: Vec::new(),
        reports: Vec::new(),
        until: None,
        expect: Vec::new(),
    };
    let (mut rules, mut series, mut args) = (Vec::new(), Vec::new(), Vec::new());
    let mut name = node.place;
    for entry in fields(node, &known, found) {
        let value = &entry.value;
        match entry.key.as_str() {
            "name" => {
                name = value.place;
                test.name = text(value, "", found).into();
            }
            "rule" => {
                let rule: Box<str> = text(value, "", found).into();
                rules.push((rule.clone(), value.place));
                test.rule = Some(rule);
            }
            "profile" => {
                for dimension in mapping(value, found) {
                    let case = text(&dimension.value, "", found);
                    match test.profile.clone().with(&dimension.key, &case) {
                        Some(profile) => test.profile = profile,
                        None => {
                            let words = "expected engine_family, model, market or fleet";
                            found.report(dimension.key_place, "unknown-word", words, None);
                        }
                    }
                }
            }
            "start" => match scalar(value).and_then(|text| text.parse::<Timestamp>().ok()) {
                Some(start) => test.start = start,
                None => {
                    found.report(value.place, "bad-timestamp", "expected an instant as in RFC 3339", None);
                }
            },
            "events" => {
                for entry in mapping(value, found) {
                    let written = text(&entry.value, "", found);
                    match parse_series(&written) {
                        Ok(samples) => {
                            test.series.push((entry.key.as_str().into(), samples));
                            series.push(entry.key_place);
                        }
                        Err(_) => {
                            let hint = "write samples such as `118x11@1s _x60@1s 118`";
                            found.report(entry.value.place, "bad-series", "not a series", Some(hint.into()));
                        }
                    }
                }
            }
            "codes" => {
                for item in items(value, found) {
                    test.reports.extend(report(item, found));
                }
            }
            "until" => test.until = duration(value, found),
            "expect" => {
                for item in items(value, found) {
                    if let Some((expected, place, args_at)) = expected(item, found) {
                        rules.push((expected.rule.clone(), place));
                        args.push(args_at);
                        test.expect.push(expected);
                    }
                }
            }
            _ => {}
        }
    }
    if test.name.is_empty() {
        found.report(node.place, "missing-key", "a test needs a `name`", None);
        return None;
    }
    Some(Located { test, name, rules, series, args })
}

/// Two tests of one name: who reads that one failed does not know which.
pub(super) fn warnings(tests: &[Located], found: &mut Sources<'_>) {
    let mut seen = BTreeSet::new();
    for Located { test, name, .. } in tests {
        if !seen.insert(&*test.name) {
            found.report(*name, Warning::DuplicateName.code(), "another test has this name", None);
        }
    }
}

/// Checks what only the pack can tell: rules exist, and samples are values of their signals.
pub(super) fn check(tests: &[Located], pack: &Pack, found: &mut Sources<'_>) {
    for located in tests {
        for (rule, place) in &located.rules {
            if pack.rule(rule).is_none() {
                let (text, hint) = match found.about_table(rule) {
                    Some((text, hint)) => (text, Some(hint)),
                    None => ("no such rule", did_you_mean(rule, pack.rule_ids())),
                };
                found.report(*place, "unknown-rule", text, hint);
            }
        }
        for ((signal, samples), place) in located.test.series.iter().zip(&located.series) {
            if !pack.knows_signal(signal) {
                let hint = did_you_mean(signal, cc_core::catalogue().iter().map(|row| row.id));
                found.report(*place, "unknown-signal", "no such signal", hint);
            } else if let Some(hint) = samples.iter().find_map(|s| refused(signal, &s.value, pack)) {
                let text = "a sample is no value of this signal";
                found.report(*place, "bad-sample", text, Some(hint.into()));
            }
        }
        for (expected, place) in located.test.expect.iter().zip(&located.args) {
            if let Some(rule) = pack.0.rule_index(&expected.rule) {
                arguments(expected, &pack.0.rules[rule], *place, pack, found);
            }
        }
    }
}

/// An expected argument is one that the rule passes.
fn arguments(expected: &Expected, rule: &Rule, place: Place, pack: &Pack, found: &mut Sources<'_>) {
    if expected.args.is_empty() {
        return;
    }
    if expected.change == ChangeKind::Cleared {
        found.report(place, "unknown-argument", "a clearing has no arguments", None);
        return;
    }
    let of_stages = || rule.stages.iter().flat_map(|stage| &stage.advice.args);
    let all = || rule.advice.args.iter().chain(of_stages());
    let passed = || all().map(|(name, _)| &**name);
    for (name, wanted) in &expected.args {
        let mut types = all().filter(|(known, _)| known == name).map(|(_, program)| program.ty()).peekable();
        if let Some(first) = types.peek().copied() {
            if !types.any(|ty| may_be(ty, wanted)) {
                let text = format!("`{name}` is never such a value");
                found.report(place, "bad-argument", &text, Some(written_as(first).into()));
            }
            continue;
        }
        let hint = did_you_mean(name, passed()).unwrap_or_else(|| {
            let example = if pack.knows_signal(name) { name } else { "name: expression" };
            let (open, close) = if pack.knows_signal(name) { ('[', ']') } else { ('{', '}') };
            format!("the rule's `recommend` passes it by `args: {open}{example}{close}`").into()
        });
        found.report(place, "unknown-argument", "the rule does not pass such an argument", Some(hint));
    }
}

/// Whether an argument of the type may show as the text.
fn may_be(ty: Ty, wanted: &str) -> bool {
    let number = number_and_unit(wanted);
    let in_unit = |unit: MeasureUnit| {
        number.is_some_and(|(_, written)| written.is_none_or(|written| written.convert(1.0, unit).is_ok()))
    };
    match ty {
        Ty::Bool => matches!(wanted, "true" | "false"),
        Ty::Int => in_unit(MeasureUnit::One),
        Ty::Double(of) => in_unit(of.unit),
        Ty::Duration => in_unit(MeasureUnit::Second),
        Ty::String | Ty::Timestamp => true,
    }
}

fn written_as(ty: Ty) -> String {
    match ty {
        Ty::Bool => "write `true` or `false`".to_owned(),
        Ty::Double(of) if of.unit != MeasureUnit::One => format!("write a number in {0}: `12 {0}`", of.unit),
        Ty::Int | Ty::Double(_) => "write a number without a unit".to_owned(),
        Ty::Duration => "write a length of time: `12 h`".to_owned(),
        Ty::String | Ty::Timestamp => "write a text".to_owned(),
    }
}

fn report(node: &Node, found: &mut Sources<'_>) -> Option<Report> {
    let known = [
        "at",
        "add",
        "change",
        "remove",
        "scan",
        "partial_scan",
        "service",
        "ready",
        "json",
        "status",
        "ecu",
    ];
    let (mut at, mut what, mut status, mut ecu) = (None, None, None, None);
    let mut service = ScanService::Stored;
    for entry in fields(node, &known, found) {
        let value = &entry.value;
        match entry.key.as_str() {
            "at" => at = duration(value, found),
            "add" => what = code(value, DtcDiff::Add, found),
            "change" => what = code(value, DtcDiff::Change, found),
            "remove" => what = code(value, DtcDiff::Remove, found),
            "scan" | "partial_scan" => {
                let codes = items(value, found).iter().filter_map(|item| dtc(item, found)).collect();
                let complete = entry.key == "scan";
                what = Some(What::Scan { codes, service: ScanService::Stored, ecu: None, complete });
            }
            "service" => {
                service = match scalar(value) {
                    Some("stored") => ScanService::Stored,
                    Some("pending") => ScanService::Pending,
                    Some("permanent") => ScanService::Permanent,
                    Some("uds") => ScanService::Uds,
                    _ => {
                        let text = "expected stored, pending, permanent or uds";
                        found.report(value.place, "unknown-word", text, None);
                        service
                    }
                };
            }
            "ready" => what = Some(What::Ready(boolean(value, found))),
            "json" => what = Some(What::Json(text(value, "", found).into())),
            "status" => status = status_byte(value, found),
            "ecu" => ecu = Some(Box::from(text(value, "", found))),
            _ => {}
        }
    }
    let (Some(at), Some(mut what)) = (at, what) else {
        let text = "expected `at` and one of add, change, remove, scan, partial_scan, ready and json";
        found.report(node.place, "missing-key", text, None);
        return None;
    };
    match &mut what {
        What::Code { status: own, ecu: from, .. } => {
            *own = status;
            *from = ecu;
        }
        What::Scan { service: own, ecu: from, .. } => {
            *own = service;
            *from = ecu;
        }
        What::Json(_) | What::Ready(_) => {}
    }
    Some(Report { at, what })
}

/// `confirmed`, `pending`, `warning`, or the byte in hex.
fn status_byte(node: &Node, found: &mut Sources<'_>) -> Option<Box<str>> {
    let byte = match scalar(node) {
        Some("confirmed") => "08",
        Some("pending") => "04",
        Some("warning") => "88",
        Some(hex) if hex.len() == 2 && hex.bytes().all(|b| b.is_ascii_hexdigit()) => hex,
        _ => {
            let text = "expected confirmed, pending, warning, or two hex digits";
            found.report(node.place, "unknown-word", text, None);
            return None;
        }
    };
    Some(byte.into())
}

fn code(node: &Node, diff: DtcDiff, found: &mut Sources<'_>) -> Option<What> {
    Some(What::Code { dtc: dtc(node, found)?, diff, status: None, ecu: None })
}

fn dtc(node: &Node, found: &mut Sources<'_>) -> Option<Dtc> {
    let dtc = scalar(node).and_then(|text| text.parse().ok());
    if dtc.is_none() {
        found.report(node.place, "bad-code", "not a trouble code", None);
    }
    dtc
}

/// An expected change, the place of its rule and that of its arguments.
fn expected(node: &Node, found: &mut Sources<'_>) -> Option<(Expected, Place, Place)> {
    let known = ["at", "raised", "updated", "cleared", "urgency", "action", "due", "args"];
    let (mut at, mut change) = (None, None);
    let (mut urgency, mut action, mut due) = (None, None, None);
    let mut args = Vec::new();
    let mut args_at = node.place;
    let reported = found.findings.len();
    for entry in fields(node, &known, found) {
        let value = &entry.value;
        match entry.key.as_str() {
            "at" => at = duration(value, found),
            "urgency" => urgency = Some(text(value, "", found).into()),
            "action" => action = Some(text(value, "", found).into()),
            "due" => due = quantity::due(value, found),
            "args" => {
                args_at = value.place;
                for arg in mapping(value, found) {
                    args.push((arg.key.as_str().into(), text(&arg.value, "", found).into()));
                }
            }
            kind => {
                change =
                    kind.parse::<ChangeKind>().ok().map(|kind| (kind, text(value, "", found), value.place));
            }
        }
    }
    let (Some(at), Some((change, rule, place))) = (at, change) else {
        if found.findings.len() == reported {
            let text = "expected `at` and one of raised, updated and cleared";
            found.report(node.place, "missing-key", text, None);
        }
        return None;
    };
    Some((Expected { at, change, rule: rule.into(), urgency, action, due, args }, place, args_at))
}
