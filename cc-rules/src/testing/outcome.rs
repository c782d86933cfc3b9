//! What a test came to, and how it is shown.

use std::collections::BTreeSet;
use std::fmt::{self, Write as _};

use cc_core::{Argument, Change, MeasureUnit};

use super::{Expected, PackTest, Timeline};
use crate::explain::{Explanation, number_for_people};
use crate::pack::Pack;

/// What a test came to. Its `Display` is one line when it passed; when it did not, a timeline and a list of the changes
/// follow: those that were expected and did not come (`-`), came and were not expected (`+`), or came otherwise (`!`), each
/// with what decided it.
#[derive(Clone, Debug)]
pub struct TestOutcome {
    /// The test's name.
    pub name: Box<str>,
    lines: Vec<Line>,
    timeline: Option<Timeline>,
}

/// One line of the timeline, in the order of time.
#[derive(Clone, Debug)]
struct Line {
    at: u64,
    kind: Kind,
    text: String,
    explanation: Option<String>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum Kind {
    /// With what was expected and what came.
    Different(String),
    Met,
    Missing,
    Unexpected,
}

impl TestOutcome {
    pub(super) fn new(test: &PackTest, pack: &Pack, changes: Vec<(Change, Option<Explanation>)>) -> Self {
        let came: Vec<Change> = changes.iter().map(|(change, _)| change.clone()).collect();
        let mut expected: Vec<Option<&Expected>> = test.expect.iter().map(Some).collect();
        let mut lines = Vec::new();
        for (change, explanation) in changes {
            let at = test.after_start(change.at).unwrap_or(0);
            let exact =
                expected.iter().position(|e| e.is_some_and(|e| e.differences(test, &change).is_empty()));
            let near = || {
                expected.iter().position(|e| {
                    e.is_some_and(|e| e.at == at && e.rule == change.rule && e.change == change.change)
                })
            };
            let place = exact.or_else(near);
            let kind = match place.and_then(|place| expected[place].take()) {
                None => Kind::Unexpected,
                Some(wanted) => match wanted.differences(test, &change).join("; ") {
                    none if none.is_empty() => Kind::Met,
                    differences => Kind::Different(differences),
                },
            };
            let explanation = explanation.filter(|_| kind != Kind::Met).map(|e| e.to_string());
            lines.push(Line { at, kind, text: describe(&change), explanation });
        }
        let silent: BTreeSet<&str> = expected.iter().flatten().map(|missing| &*missing.rule).collect();
        lines.extend(expected.into_iter().flatten().map(|missing| Line {
            at: missing.at,
            kind: Kind::Missing,
            text: format!("{} {}", missing.change, missing.rule),
            explanation: test.why_not(pack, missing).map(|e| e.to_string()),
        }));
        lines.sort_by_key(|line| line.at);
        let mut outcome = Self { name: test.name.clone(), lines, timeline: None };
        if !outcome.passed() {
            outcome.timeline = Some(Timeline::of(test, pack, &came, &silent));
        }
        outcome
    }

    /// Whether exactly the expected changes came.
    pub fn passed(&self) -> bool {
        self.lines.iter().all(|line| line.kind == Kind::Met)
    }

    /// The test as a picture, if it failed.
    pub fn timeline(&self) -> Option<&Timeline> {
        self.timeline.as_ref()
    }

    /// The whole as text without a final line end: in ASCII, or with blocks where a terminal shows them.
    pub fn to_text(&self, blocks: bool) -> String {
        let mut text = format!("{} {}", if self.passed() { "ok  " } else { "FAIL" }, self.name);
        let Some(timeline) = &self.timeline else { return text };
        text.push('\n');
        text.push_str(&timeline.to_text(blocks));
        for line in &self.lines {
            let (mark, note) = match &line.kind {
                Kind::Met => (' ', ""),
                Kind::Different(what) => ('!', what.as_str()),
                Kind::Missing => ('-', "expected, did not come"),
                Kind::Unexpected => ('+', "came, not expected"),
            };
            // Writing to a text cannot fail.
            let _ = write!(text, "\n  {mark} {:>10}  {}", elapsed(line.at), line.text);
            if !note.is_empty() {
                let _ = write!(text, "  ({note})");
            }
            for detail in line.explanation.iter().flat_map(|text| text.lines()) {
                let _ = write!(text, "\n      {detail}");
            }
        }
        text
    }
}

impl fmt::Display for TestOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text(false))
    }
}

fn describe(change: &Change) -> String {
    let mut text = format!("{} {} {} {}", change.change, change.rule, change.urgency, change.action);
    for (name, value) in &change.args {
        // Writing to a text cannot fail.
        let _ = write!(text, " {name}={}", argument(value));
    }
    text
}

/// The value of an argument, with its unit.
pub(super) fn argument(value: &Argument) -> String {
    match value {
        Argument::Bool(value) => value.to_string(),
        Argument::Text(value) => value.to_string(),
        Argument::Number { value, unit: MeasureUnit::One } => number_for_people(*value),
        Argument::Number { value, unit } => format!("{} {unit}", number_for_people(*value)),
    }
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
