//! What a test came to, and how it is shown.

use std::fmt::{self, Write as _};

use cc_core::{Argument, Change, MeasureUnit};

use super::{Expected, PackTest};
use crate::explain::Explanation;

/// What a test came to. Its `Display` is one line when it passed, and a timeline when it did not.
#[derive(Clone, Debug)]
pub struct TestOutcome {
    /// The test's name.
    pub name: Box<str>,
    lines: Vec<Line>,
}

/// One line of the timeline, in the order of time.
#[derive(Clone, Debug)]
struct Line {
    at: u64,
    kind: Kind,
    text: String,
    explanation: Option<String>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    Different(&'static str),
    Met,
    Missing,
    Unexpected,
}

impl TestOutcome {
    pub(super) fn new(test: &PackTest, changes: Vec<(Change, Option<Explanation>)>) -> Self {
        let mut expected: Vec<Option<&Expected>> = test.expect.iter().map(Some).collect();
        let mut lines = Vec::new();
        for (change, explanation) in changes {
            let at = test.after_start(change.at).unwrap_or(0);
            let exact =
                expected.iter().position(|e| e.is_some_and(|e| e.difference(test, &change).is_none()));
            let near = || {
                expected.iter().position(|e| {
                    e.is_some_and(|e| e.at == at && e.rule == change.rule && e.change == change.change)
                })
            };
            let place = exact.or_else(near);
            let kind = match place.and_then(|place| expected[place].take()) {
                None => Kind::Unexpected,
                Some(wanted) => wanted.difference(test, &change).map_or(Kind::Met, Kind::Different),
            };
            let explanation = explanation.filter(|_| kind != Kind::Met).map(|e| e.to_string());
            lines.push(Line { at, kind, text: describe(&change), explanation });
        }
        lines.extend(expected.into_iter().flatten().map(|missing| Line {
            at: missing.at,
            kind: Kind::Missing,
            text: format!("{} {}", missing.change, missing.rule),
            explanation: None,
        }));
        lines.sort_by_key(|line| line.at);
        Self { name: test.name.clone(), lines }
    }

    /// Whether exactly the expected changes came.
    pub fn passed(&self) -> bool {
        self.lines.iter().all(|line| line.kind == Kind::Met)
    }
}

impl fmt::Display for TestOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", if self.passed() { "ok  " } else { "FAIL" }, self.name)?;
        if self.passed() {
            return Ok(());
        }
        for line in &self.lines {
            let (mark, note) = match line.kind {
                Kind::Met => (' ', ""),
                Kind::Different(what) => ('!', what),
                Kind::Missing => ('-', "expected, did not come"),
                Kind::Unexpected => ('+', "came, not expected"),
            };
            write!(f, "\n  {mark} {:>10}  {}", elapsed(line.at), line.text)?;
            if !note.is_empty() {
                write!(f, "  ({note})")?;
            }
            for detail in line.explanation.iter().flat_map(|text| text.lines()) {
                write!(f, "\n      {detail}")?;
            }
        }
        Ok(())
    }
}

fn describe(change: &Change) -> String {
    let mut text = format!("{} {} {} {}", change.change, change.rule, change.urgency, change.action);
    for (name, value) in &change.args {
        // Writing to a text cannot fail.
        let _ = match value {
            Argument::Bool(value) => write!(text, " {name}={value}"),
            Argument::Text(value) => write!(text, " {name}={value}"),
            Argument::Number { value, unit: MeasureUnit::One } => write!(text, " {name}={value}"),
            Argument::Number { value, unit } => write!(text, " {name}={value} {unit}"),
        };
    }
    text
}

/// `1d 2h 3min 4s`, without the parts that are zero.
pub(super) fn elapsed(ms: u64) -> String {
    let mut parts = Vec::new();
    let mut rest = ms;
    for (size, unit) in [(86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1_000, "s"), (1, "ms")] {
        if rest >= size {
            parts.push(format!("{}{unit}", rest / size));
            rest %= size;
        }
    }
    if parts.is_empty() { "0s".to_owned() } else { parts.join(" ") }
}
