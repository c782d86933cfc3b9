//! Decision tables: many situations, one advice each, written as rows and checked as a whole.
//!
//! A workshop's fault finding chart is such a table: the columns are what was measured, each row says what it means. A table
//! is a form of writing only: it becomes one ordinary rule a row, and nothing of it is left in the canonical form. What a
//! table can do and separate rules cannot is to be checked: that no situation was forgotten, that no two rows contradict
//! each other, and that every row is of use. [`cell`] reads what stands in a row, [`column`] splits what an input may be
//! into the parts between which the rows differ, [`cover`] goes through all combinations of parts.

mod cell;
mod column;
mod cover;
mod expand;

use super::read::{self, fields_of, scalar, text};
use super::yaml::{Content, Node, Place};
use super::{Sources, yaml};
use cell::Cell;
pub(super) use expand::expand;

/// The most rows of one table.
pub(super) const MAX_ROWS: usize = 256;
/// The most inputs of one table.
pub(super) const MAX_INPUTS: usize = 16;
/// The most combinations of parts of inputs that are looked at; a table with more is refused.
pub(super) const MAX_CELLS: usize = 100_000;

/// What happens where several rows hold.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Hit {
    /// All of them speak.
    Collect,
    /// The first one speaks.
    First,
    /// That never happens.
    Unique,
}

impl Hit {
    const WORDS: [(&'static str, Self); 3] =
        [("collect", Self::Collect), ("first", Self::First), ("unique", Self::Unique)];
}

/// What a table is asked about: a name for messages, and an expression.
struct Input {
    name: String,
    place: Place,
    text: String,
}

/// One row as written; the places are those of its cells.
struct Row<'n> {
    node: &'n Node,
    id: String,
    cells: Vec<Option<(Cell, Place)>>,
}

/// What is to happen where no row holds.
enum Otherwise<'n> {
    /// Nothing was said.
    Missing,
    /// Nothing is to happen.
    Nothing,
    /// This recommendation is made.
    Recommend(&'n Node),
}

/// Whether an entry of `rules` is a table.
pub(super) fn is_table(node: &Node) -> bool {
    entry(node, "table").is_some()
}

fn entry<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    let Content::Mapping(entries) = &node.content else { return None };
    entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
}

/// Inputs in the order written.
fn inputs(node: &Node, found: &mut Sources<'_>) -> Vec<Input> {
    let mut inputs = Vec::new();
    for entry in read::mapping(node, found) {
        let text = text(&entry.value, "", found);
        inputs.push(Input { name: entry.key.clone(), place: entry.value.place, text });
    }
    if inputs.is_empty() || inputs.len() > MAX_INPUTS {
        let text = format!("a table has 1 to {MAX_INPUTS} inputs");
        found.report(node.place, "bad-table", &text, None);
        inputs.clear();
    }
    inputs
}

fn hit(node: &Node, found: &mut Sources<'_>) -> Option<Hit> {
    let word = scalar(node).unwrap_or_default();
    let hit = Hit::WORDS.iter().find(|(known, _)| *known == word).map(|(_, hit)| *hit);
    if hit.is_none() {
        let near = crate::diagnostic::did_you_mean(word, Hit::WORDS.map(|(known, _)| known));
        found.report(node.place, "unknown-word", "expected first, unique or collect", near);
    }
    hit
}

impl Sources<'_> {
    /// Reports a finding at a byte of a scalar's value.
    fn report_in(
        &mut self,
        scalar: Place,
        value: &str,
        at: u32,
        code: &'static str,
        text: &str,
        hint: Option<Box<str>>,
    ) {
        let source = self.files.get(usize::from(scalar.file)).map_or("", |(_, text)| *text);
        let start = yaml::offset_in_source(source, scalar, value, at);
        self.report(Place { file: scalar.file, start, end: start }, code, text, hint);
    }
}

/// The entries of a table, in the order of its keys.
struct Parts<'n> {
    hit: Option<Hit>,
    inputs: Vec<Input>,
    rows: &'n [Node],
    otherwise: Otherwise<'n>,
}

fn parts<'n>(node: &'n Node, found: &mut Sources<'_>) -> Parts<'n> {
    let mut parts = Parts { hit: None, inputs: Vec::new(), rows: &[], otherwise: Otherwise::Missing };
    let mut seen = Vec::new();
    for entry in fields_of(node, &["hit", "inputs", "rows", "otherwise"], "", found) {
        seen.push(entry.key.as_str());
        match entry.key.as_str() {
            "hit" => parts.hit = hit(&entry.value, found),
            "inputs" => parts.inputs = inputs(&entry.value, found),
            "rows" => parts.rows = rows(&entry.value, found),
            _ => parts.otherwise = otherwise(&entry.value, found),
        }
    }
    for key in ["hit", "inputs", "rows"] {
        if !seen.contains(&key) {
            found.report(node.place, "missing-key", &format!("a table needs `{key}`"), None);
        }
    }
    parts
}

fn rows<'n>(node: &'n Node, found: &mut Sources<'_>) -> &'n [Node] {
    let rows = read::items(node, found);
    if rows.is_empty() || rows.len() > MAX_ROWS {
        found.report(node.place, "bad-table", &format!("a table has 1 to {MAX_ROWS} rows"), None);
        return &[];
    }
    rows
}

fn otherwise<'n>(node: &'n Node, found: &mut Sources<'_>) -> Otherwise<'n> {
    if scalar(node) == Some("none") {
        return Otherwise::Nothing;
    }
    if entry(node, "recommend").is_some() {
        return Otherwise::Recommend(node);
    }
    let hint = "write `otherwise: none`, or `otherwise: {recommend: …}`";
    found.report(
        node.place,
        "bad-table",
        "`otherwise` says what happens where no row holds",
        Some(hint.into()),
    );
    Otherwise::Nothing
}
