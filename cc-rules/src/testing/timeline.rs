//! A test as a picture: what the car sent, what the rules did, and where that is not what was expected.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use cc_core::{Change, ChangeKind, DtcDiff, Event};

use super::events::{Report, What};
use super::outcome::elapsed;
use super::{PackTest, Sample, VEHICLE};
use crate::engine::{RulePhase, Trace, advance_traced, apply, apply_traced};
use crate::pack::{Pack, TODAY_SLOT};
use crate::state::VehicleState;

/// A test as a picture, one row a signal, code, drive and rule, time from left to right.
///
/// A signal's row shows its samples, `-` as long as the value is known, nothing in a gap, and `x` for a sample that the
/// engine set aside, as out of the signal's range. The row of codes shows `+` for
/// one that was reported, `-` for one that went, `s` for a scan, and `!` for anything else. A rule's row shows whether it
/// is idle (`.`), pending (`~`) or open (`#`). Below, `R`, `U` and `C` mark what was expected and what came: raised,
/// updated and cleared; `*` where several fall together.
#[derive(Clone, Debug)]
pub struct Timeline {
    axis: String,
    rows: Vec<Row>,
}

#[derive(Clone, Debug)]
struct Row {
    name: String,
    /// One character a column, of the plain kind.
    cells: Vec<char>,
    /// How the plain characters are drawn where more than ASCII is shown.
    drawing: Drawing,
    note: String,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Drawing {
    Levels,
    Marks,
    Phases,
}

/// So many columns a timeline has.
const WIDTH: u64 = 60;
/// Levels of a number, from its lowest to its highest.
const LEVELS: [char; 8] = ['1', '2', '3', '4', '5', '6', '7', '8'];
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// From instants to columns.
#[derive(Clone, Copy, Debug)]
struct Scale {
    /// Milliseconds from the first column to behind the last.
    span: u64,
}

impl Scale {
    fn column(self, at: u64) -> usize {
        let column = u128::from(at) * u128::from(WIDTH) / u128::from(self.span.max(1));
        usize::try_from(column).unwrap_or(usize::MAX).min(WIDTH as usize - 1)
    }

    /// Marks on the axis, at round times and not too close.
    fn axis(self) -> String {
        const STEPS: [u64; 20] = [
            1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400, 172_800,
            432_000, 864_000, 2_592_000, 8_640_000,
        ];
        let step = STEPS.iter().map(|step| step * 1_000).find(|step| step * WIDTH / self.span.max(1) >= 10);
        let step = step.unwrap_or(self.span.max(1));
        let mut axis = String::new();
        for at in (0..=self.span).step_by(usize::try_from(step).unwrap_or(usize::MAX)) {
            let column = self.column(at);
            if at > 0 && column >= WIDTH as usize - 1 {
                break;
            }
            while axis.len() < column {
                axis.push(' ');
            }
            let _ = write!(axis, "|{}", elapsed(at));
        }
        axis
    }
}

impl Timeline {
    /// `silent` are the rules of which a change is missing: what they read and the test never sends has an empty row.
    pub(super) fn of(test: &PackTest, pack: &Pack, changes: &[Change], silent: &BTreeSet<&str>) -> Self {
        let end = test.after_start(test.end(pack)).unwrap_or(0);
        let scale = Scale { span: end + 1 };
        let mut rows = Vec::new();
        for (signal, samples) in &test.series {
            let set_aside = set_aside(test, signal, samples, pack);
            rows.push(series(signal, samples, &set_aside, pack, scale));
            if !set_aside.is_empty() {
                let why = why_set_aside(signal, pack).chars().collect();
                rows.push(Row::new("", why, Drawing::Marks));
            }
        }
        for signal in never_sent(test, pack, silent) {
            let note = "never sent".to_owned();
            rows.push(Row { note, ..Row::new(signal, vec![' '; WIDTH as usize], Drawing::Levels) });
        }
        if !test.reports.is_empty() {
            rows.push(reports(&test.reports, scale));
        }
        let (phases, drives) = run(test, pack, scale);
        if drives.contains(&'=') {
            rows.push(Row::new("drive", drives, Drawing::Marks));
        }
        for rule in rules(test, changes) {
            let index = pack.rule_ids().position(|id| id == rule);
            if let Some(cells) = index.and_then(|index| phases.get(index)) {
                rows.push(Row::new(rule, cells.clone(), Drawing::Phases));
            }
        }
        let mut expected = vec![' '; WIDTH as usize];
        for wanted in &test.expect {
            mark(&mut expected, scale.column(wanted.at), wanted.change);
        }
        let mut got = vec![' '; WIDTH as usize];
        for change in changes {
            mark(&mut got, scale.column(test.after_start(change.at).unwrap_or(0)), change.change);
        }
        rows.push(Row::new("expected", expected, Drawing::Marks));
        rows.push(Row::new("got", got, Drawing::Marks));
        Self { axis: scale.axis(), rows }
    }

    /// The picture as lines, each with a line end: in ASCII, or with blocks where a terminal shows them.
    pub fn to_text(&self, blocks: bool) -> String {
        let widest = self.rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0);
        let mut text = String::new();
        let mut line = |name: &str, cells: &str, note: &str| {
            let line = format!("  {name:<widest$}  {cells:<width$}  {note}", width = WIDTH as usize);
            text.push_str(line.trim_end());
            text.push('\n');
        };
        line("", &self.axis, "");
        for row in &self.rows {
            let draw = |cell: &char| if blocks { row.drawing.block(*cell) } else { *cell };
            line(&row.name, &row.cells.iter().map(draw).collect::<String>(), &row.note);
        }
        text
    }
}

impl Row {
    fn new(name: &str, cells: Vec<char>, drawing: Drawing) -> Self {
        Self { name: name.to_owned(), cells, drawing, note: String::new() }
    }
}

impl Drawing {
    fn block(self, cell: char) -> char {
        match (self, cell) {
            (Self::Levels, '-') => '·',
            (Self::Levels, level) => LEVELS
                .iter()
                .position(|plain| *plain == level)
                .and_then(|at| BARS.get(at))
                .copied()
                .unwrap_or(level),
            (Self::Phases, '.') => '·',
            (Self::Phases, '~') => '░',
            (Self::Phases, '#') => '█',
            (Self::Marks, '=') => '━',
            (_, cell) => cell,
        }
    }
}

/// One signal: its samples by height, true as `T` and false as `f`, the first letter of a text.
fn series(signal: &str, all: &[Sample], set_aside: &BTreeSet<u64>, pack: &Pack, scale: Scale) -> Row {
    let mut cells = vec![' '; WIDTH as usize];
    let samples: Vec<&Sample> = all.iter().filter(|sample| !set_aside.contains(&sample.at)).collect();
    let numbers: Vec<Option<f64>> = samples.iter().map(|sample| number(&sample.value)).collect();
    let known = || numbers.iter().flatten().copied();
    let (low, high) = (known().fold(f64::INFINITY, f64::min), known().fold(f64::NEG_INFINITY, f64::max));
    let max_age = pack.0.raw.signals.get(signal).and_then(|signal| signal.max_age);
    for (index, (sample, number)) in samples.iter().zip(&numbers).enumerate() {
        // Known until the next sample, the end of its life or the end of the test.
        let next = samples.get(index + 1).map_or(scale.span, |next| next.at);
        let until = max_age.map_or(next, |age| next.min(sample.at.saturating_add(age)));
        let (first, last) = (scale.column(sample.at), scale.column(until.max(sample.at)));
        for cell in cells.iter_mut().take(last + 1).skip(first) {
            if *cell == ' ' {
                *cell = '-';
            }
        }
        let cell = match (&*sample.value, number) {
            ("true", _) => 'T',
            ("false", _) => 'f',
            (_, Some(number)) if high > low => {
                let level = ((number - low) / (high - low) * 7.0).round();
                LEVELS.get(level as usize).copied().unwrap_or('8')
            }
            (_, Some(_)) => LEVELS[3],
            (text, None) => text.chars().next().filter(char::is_ascii_graphic).unwrap_or('?'),
        };
        if let Some(place) = cells.get_mut(first) {
            *place = cell;
        }
    }
    for at in set_aside {
        if let Some(cell) = cells.get_mut(scale.column(*at)) {
            *cell = if matches!(*cell, ' ' | '-' | 'x') { 'x' } else { '*' };
        }
    }
    let unit = super::events::unit_text(signal, pack);
    let note = if low > high {
        String::new()
    } else if low < high {
        format!("{low} to {high}{unit}")
    } else {
        format!("{low}{unit}")
    };
    Row { name: signal.to_owned(), cells, drawing: Drawing::Levels, note }
}

/// When samples come that the engine does not take, as no car can mean them: it is asked about each series by itself.
fn set_aside(test: &PackTest, signal: &str, samples: &[Sample], pack: &Pack) -> BTreeSet<u64> {
    let alone =
        PackTest { series: vec![(signal.into(), samples.to_vec())], reports: Vec::new(), ..test.clone() };
    let mut found = BTreeSet::new();
    let Ok(vehicle) = VEHICLE.parse() else { return found };
    let mut state = VehicleState::with_profile(pack, vehicle, test.profile.clone());
    for event in alone.events(pack) {
        let before = state.rejected();
        apply(pack, &mut state, std::slice::from_ref(&event));
        if state.rejected() > before {
            found.extend(test.after_start(event.at));
        }
    }
    found
}

fn why_set_aside(signal: &str, pack: &Pack) -> String {
    let slot = pack.0.signals.iter().find(|slot| slot.id.as_str() == signal);
    match slot.and_then(|slot| slot.range.filter(|_| !slot.monotonic)) {
        Some((low, high)) => {
            format!("x set aside: out of {low} to {high}{}", super::events::unit_text(signal, pack))
        }
        None => "x set aside: no value that the car can mean".to_owned(),
    }
}

fn number(text: &str) -> Option<f64> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '-' | '.'))).unwrap_or(text.len());
    text.get(..end)?.parse().ok()
}

/// Codes: `+` reported, `-` gone, `s` a scan, `!` anything else; the note says which.
fn reports(reports: &[Report], scale: Scale) -> Row {
    let mut cells = vec![' '; WIDTH as usize];
    let mut notes = BTreeSet::new();
    for report in reports {
        let (sign, what) = match &report.what {
            What::Code { dtc, diff: DtcDiff::Remove, .. } => ('-', format!("-{dtc}")),
            What::Code { dtc, .. } => ('+', format!("+{dtc}")),
            What::Scan { codes, .. } if codes.is_empty() => ('s', "s no codes".to_owned()),
            What::Scan { codes, .. } => {
                ('s', format!("s {}", codes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")))
            }
            What::Ready(ready) => ('!', format!("! {}", if *ready { "ready" } else { "not ready" })),
            What::Json(_) => ('!', "! an event".to_owned()),
        };
        if let Some(cell) = cells.get_mut(scale.column(report.at)) {
            *cell = if *cell == ' ' || *cell == sign { sign } else { '*' };
        }
        notes.insert(what);
    }
    let note = notes.into_iter().collect::<Vec<_>>().join(", ");
    Row { name: "codes".to_owned(), cells, drawing: Drawing::Marks, note }
}

/// The phases of all rules, and the drives, column by column.
fn run(test: &PackTest, pack: &Pack, scale: Scale) -> (Vec<Vec<char>>, Vec<char>) {
    let rules = pack.rule_ids().len();
    let mut phases = vec![vec!['.'; WIDTH as usize]; rules];
    let mut drives = vec![' '; WIDTH as usize];
    let Ok(vehicle) = VEHICLE.parse() else { return (phases, drives) };
    let mut state = VehicleState::with_profile(pack, vehicle, test.profile.clone());
    let mut trace = Trace::new(pack);
    let events: Vec<Event> = test.events(pack);
    let mut since = 0;
    for step in events.chunk_by(|a, b| a.at == b.at) {
        let at = step.first().and_then(|event| test.after_start(event.at)).unwrap_or(0);
        let was = state.facts.drives.driving;
        apply_traced(pack, &mut state, step, &mut trace);
        if was {
            fill(&mut drives, scale.column(since), scale.column(at), '=');
        }
        since = at;
    }
    advance_traced(pack, &mut state, test.end(pack), &mut trace);
    if state.facts.drives.driving {
        fill(&mut drives, scale.column(since), WIDTH as usize - 1, '=');
    }
    for moved in trace.take_transitions() {
        let from = scale.column(test.after_start(moved.at).unwrap_or(0));
        let sign = match moved.to {
            RulePhase::Idle => '.',
            RulePhase::Pending => '~',
            RulePhase::Open => '#',
        };
        if let Some(cells) = phases.get_mut(moved.rule) {
            fill(cells, from, WIDTH as usize - 1, sign);
        }
    }
    (phases, drives)
}

fn fill(cells: &mut [char], first: usize, last: usize, sign: char) {
    cells.iter_mut().take(last + 1).skip(first).for_each(|cell| *cell = sign);
}

/// The signals that the rules read and the test does not send.
fn never_sent<'p>(test: &PackTest, pack: &'p Pack, rules: &BTreeSet<&str>) -> BTreeSet<&'p str> {
    let slots = rules
        .iter()
        .filter_map(|rule| pack.0.rules.get(pack.0.rule_index(rule)?))
        .flat_map(|rule| &rule.reads);
    let signals = slots.filter(|slot| **slot < TODAY_SLOT);
    signals
        .filter_map(|slot| Some(pack.0.signals.get(usize::from(*slot))?.id.as_str()))
        .filter(|signal| test.series.iter().all(|(sent, _)| **sent != **signal))
        .collect()
}

/// The rules that the test is about: its own, or those that spoke or should have.
fn rules<'t>(test: &'t PackTest, changes: &'t [Change]) -> BTreeSet<&'t str> {
    let named = test.expect.iter().map(|expected| &*expected.rule);
    named.chain(changes.iter().map(|change| &*change.rule)).chain(test.rule.as_deref()).collect()
}

fn mark(cells: &mut [char], column: usize, change: ChangeKind) {
    let sign = match change {
        ChangeKind::Raised => 'R',
        ChangeKind::Updated => 'U',
        ChangeKind::Cleared => 'C',
    };
    if let Some(cell) = cells.get_mut(column) {
        *cell = if *cell == ' ' || *cell == sign { sign } else { '*' };
    }
}
