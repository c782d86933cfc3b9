//! A car as tables.

use std::fmt::Write;

use anstyle::Style;
use cc_core::Language;
use cc_obd::j1979::{MonitorTest, TestOutcome};
use cc_obd::session::Knowledge;
use example_terminal::{Cell, Palette, Table, printable};

use super::summary::{NOBODY, Part, State, Summary, list_name};

/// Adapter, protocol, number and ECUs.
pub(super) fn head(known: &Knowledge, summary: &Summary, vin: Option<&str>, palette: Palette) -> String {
    let mut table = Table::new(&["", ""], palette.dim);
    let mut row = |name: &str, text: String| {
        table.row([Cell::styled(name, palette.dim), printable(&text).into_owned().into()]);
    };
    if let Some(adapter) = &known.adapter {
        row("adapter", adapter.to_string());
    }
    if let Some(protocol) = known.protocol {
        row("protocol", protocol.to_string());
    }
    row("VIN", vin.map_or_else(|| summary.words(Part::Vin, known), str::to_owned));
    for (id, ecu) in &known.ecus {
        let name = ecu.name.as_deref().unwrap_or(match summary.state(Part::Names, known) {
            State::NotAsked => "name not asked",
            State::Given | State::Incomplete | State::NotGiven => "no name",
        });
        let id = if id.is_empty() { NOBODY } else { id };
        row("ECU", format!("{id}  {name}, {} parameters", ecu.parameters.len()));
    }
    if known.is_partial {
        row("ECU", "others may be missing: an answer came damaged each time".to_owned());
    }
    table.render(0)
}

/// The codes in words.
pub(super) fn codes(known: &Knowledge, summary: &Summary, language: Language, palette: Palette) -> String {
    if summary.codes.is_empty() && !summary.codes_read {
        let state = summary.words(Part::Codes, known);
        return format!("{0}trouble codes: {state}{0:#}\n", palette.dim);
    }
    let is_partial = summary.state(Part::Codes, known) == State::Incomplete;
    if summary.codes.is_empty() {
        return if is_partial {
            format!(
                "{0}no trouble codes as far as they could be read, and more may be there{0:#}\n",
                palette.notice
            )
        } else {
            format!("{0}no trouble codes{0:#}\n", palette.good)
        };
    }
    let mut table = Table::new(&["code", "ecu", "listed as", "meaning"], palette.dim);
    for ((ecu, dtc), (services, _)) in &summary.codes {
        let words = dtc.describe(language);
        let lists: Vec<_> = services.iter().map(|&service| list_name(service)).collect();
        let style = palette.urgency(words.urgency);
        table.row([
            Cell::styled(dtc.to_string(), style),
            ecu.as_str().into(),
            lists.join(", ").into(),
            Cell::styled(words.to_string(), style),
        ]);
    }
    let mut text = table.render(0);
    text.push_str(&remark(Part::Codes, "codes", known, summary, palette));
    text
}

/// That more of a part may be there, and why.
fn remark(part: Part, what: &str, known: &Knowledge, summary: &Summary, palette: Palette) -> String {
    match summary.lack(part, known) {
        Some(lack) => format!("{0}more {what} may be there: {1}{0:#}\n", palette.notice, lack.text()),
        None => String::new(),
    }
}

/// The lamp, and the monitors that are not ready.
pub(super) fn readiness(known: &Knowledge, summary: &Summary, palette: Palette) -> String {
    let mut text = String::new();
    let (style, lamp) = match summary.indicator() {
        Some(true) => (palette.alarm, "on".to_owned()),
        Some(false) => (palette.good, "off".to_owned()),
        None => (palette.dim, summary.words(Part::Readiness, known)),
    };
    // Writing to a String cannot fail.
    let _ = writeln!(text, "malfunction indicator: {style}{lamp}{style:#}");
    for (ecu, readiness) in &summary.readiness {
        let open: Vec<_> = readiness
            .monitors
            .iter()
            .filter(|(_, ready)| !ready)
            .map(|(monitor, _)| monitor.name().replace('_', " "))
            .collect();
        let all = readiness.monitors.len();
        let _ = if open.is_empty() {
            writeln!(text, "monitors of {ecu}: {0}all {all} ready{0:#}", palette.good)
        } else {
            writeln!(
                text,
                "monitors of {ecu}: {} of {all} ready; not yet: {}",
                all - open.len(),
                open.join(", ")
            )
        };
    }
    text
}

/// How many tests passed, and those that did not.
pub(super) fn tests(known: &Knowledge, summary: &Summary, palette: Palette) -> String {
    let mut text = String::new();
    if summary.tests.is_empty() {
        let state = summary.words(Part::Tests, known);
        return format!("{0}tests of the car's own: {state}{0:#}\n", palette.dim);
    }
    for (ecu, tests) in &summary.tests {
        let is_good = |test: &&MonitorTest| test.outcome() == TestOutcome::Passed;
        let passed = tests.iter().filter(is_good).count();
        let not_run = tests.iter().filter(|test| test.outcome() == TestOutcome::NotRun).count();
        let not_run = if not_run > 0 { format!(", {not_run} not run yet") } else { String::new() };
        let _ = writeln!(text, "tests of {ecu}: {passed} of {} passed{not_run}", tests.len());
        let mut table = Table::new(&["", ""], Style::new());
        for failed in tests.iter().filter(|test| test.outcome() == TestOutcome::Failed) {
            let name = failed.monitor.name().unwrap_or("a monitor of the maker's own".into());
            let text = format!("test {:02X} failed: {}", failed.test, range(failed));
            table.row([Cell::styled(name, palette.warning), text.into()]);
        }
        text.push_str(&table.render(2));
    }
    text.push_str(&remark(Part::Tests, "tests", known, summary, palette));
    text
}

fn range(test: &MonitorTest) -> String {
    match (test.scaled(test.value), test.scaled(test.minimum), test.scaled(test.maximum)) {
        (Some(value), Some(minimum), Some(maximum)) => {
            format!("{value} is not within {minimum} to {maximum}")
        }
        _ => format!("raw {} is not within {} to {}", test.value, test.minimum, test.maximum),
    }
}

/// Each signal's last value.
pub(super) fn values(known: &Knowledge, summary: &Summary, palette: Palette) -> String {
    let mut table = Table::new(&["signal", "value", "ecu"], palette.dim);
    for ((signal, ecu), seen) in &summary.values {
        table.row([
            signal.as_str().replace('_', " ").into(),
            Cell::styled(seen.text(), palette.bold),
            Cell::styled(ecu.as_str(), palette.dim),
        ]);
    }
    table.render(0) + &remark(Part::Values, "values", known, summary, palette)
}

/// What was frozen when a code was stored.
pub(super) fn frames(known: &Knowledge, summary: &Summary, palette: Palette) -> String {
    let mut text = String::new();
    if summary.frames.is_empty() {
        if summary.has_no_frames() && summary.lack(Part::FreezeFrames, known).is_none() {
            return "freeze frames: none stored\n".to_owned();
        }
        let state = summary.words(Part::FreezeFrames, known);
        return format!("{0}freeze frames: {state}{0:#}\n", palette.dim);
    }
    for ((ecu, number), (code, values)) in &summary.frames {
        let code = code.map_or_else(|| "no code".to_owned(), |code| code.to_string());
        let _ = writeln!(text, "freeze frame {number} of {ecu}, stored by {code}");
        let mut table = Table::new(&["", ""], Style::new());
        for (signal, seen) in values {
            table.row([Cell::styled(signal.as_str().replace('_', " "), palette.dim), seen.text().into()]);
        }
        text.push_str(&table.render(2));
        if let Some(lack) = summary.lack(Part::FreezeFrames, known).filter(|_| values.is_empty()) {
            let _ = writeln!(text, "  {0}none of its values was read: {1}{0:#}", palette.notice, lack.text());
        }
    }
    text.push_str(&remark(Part::FreezeFrames, "freeze frames", known, summary, palette));
    text
}
