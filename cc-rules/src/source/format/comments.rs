//! Comments of a YAML text, and what each is about.

use std::collections::BTreeMap;

use super::super::yaml::{Content, Node};

/// The comments of a file, by the byte of the part that they are about.
pub(super) struct Comments {
    /// Where a part begins; the comments in the lines above it.
    above: BTreeMap<u32, Vec<Above>>,
    /// Where a part ends; the comment behind it in its line.
    behind: BTreeMap<u32, String>,
    /// The places of all comments.
    places: Vec<u32>,
    /// Comments after everything.
    pub(super) last: Vec<Above>,
}

/// A comment in a line of its own.
#[derive(Clone, Debug)]
pub(super) struct Above {
    pub(super) text: String,
    /// Whether an empty line stands before it.
    pub(super) after_blank: bool,
}

/// Where parts begin and end.
#[derive(Default)]
struct Parts {
    starts: Vec<u32>,
    ends: Vec<u32>,
    scalars: Vec<(u32, u32)>,
}

impl Comments {
    pub(super) fn of(text: &str, root: Option<&Node>) -> Self {
        let mut parts = Parts::default();
        if let Some(root) = root {
            parts.node(text, root);
        }
        parts.starts.sort_unstable();
        parts.ends.sort_unstable();
        parts.scalars.sort_unstable();
        let mut comments =
            Self { above: BTreeMap::new(), behind: BTreeMap::new(), places: Vec::new(), last: Vec::new() };
        let mut begin = 0;
        for line in text.split_inclusive('\n') {
            if let Some(at) = hash(line, begin as u32, &parts.scalars) {
                comments.add(text, begin, at, &parts);
            }
            begin += line.len();
        }
        comments
    }

    fn add(&mut self, text: &str, line: usize, at: usize, parts: &Parts) {
        let place = (line + at) as u32;
        let rest = text.get(line + at..).unwrap_or_default();
        let words = rest.lines().next().unwrap_or_default().trim_end().to_owned();
        let before = text.get(line..line + at).unwrap_or_default();
        self.places.push(place);
        // A dash alone says nothing: what it introduces comes below.
        let alone = before.chars().all(|c| c.is_whitespace() || c == '-');
        let part = parts.ends.partition_point(|end| *end <= place);
        if !alone && let Some(end) = part.checked_sub(1).and_then(|index| parts.ends.get(index)) {
            self.behind.insert(*end, words);
            return;
        }
        let above = Above { text: words, after_blank: is_after_blank(text, line) };
        match parts.starts.get(parts.starts.partition_point(|start| *start < place)) {
            Some(start) => self.above.entry(*start).or_default().push(above),
            None => self.last.push(above),
        }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.places.len()
    }

    /// Takes the comments above the part that begins here.
    pub(super) fn above(&mut self, start: u32) -> Vec<Above> {
        self.above.remove(&start).unwrap_or_default()
    }

    /// Whether there are comments above the part that begins here.
    pub(super) fn has_above(&self, start: u32) -> bool {
        self.above.contains_key(&start)
    }

    /// Takes the comment behind the part that ends here.
    pub(super) fn behind(&mut self, end: u32) -> Option<String> {
        self.behind.remove(&end)
    }

    /// Whether a comment stands between two places.
    pub(super) fn any_between(&self, start: u32, end: u32) -> bool {
        let first = self.places.partition_point(|place| *place < start);
        self.places.get(first).is_some_and(|place| *place < end)
    }
}

/// Where in a line a comment begins: a `#` at the line's beginning or after a space, and in no scalar.
fn hash(line: &str, begin: u32, scalars: &[(u32, u32)]) -> Option<usize> {
    let bytes = line.as_bytes();
    let scalar_of = |place: u32| {
        let near = scalars.partition_point(|(start, _)| *start <= place);
        near.checked_sub(1).and_then(|near| scalars.get(near))
    };
    (0..bytes.len()).filter(|at| bytes[*at] == b'#').find(|at| {
        let place = begin + *at as u32;
        let inside = scalar_of(place).is_some_and(|(_, end)| place < *end);
        let apart = *at == 0 || matches!(bytes[*at - 1], b' ' | b'\t');
        !inside && apart
    })
}

/// Whether the line before is empty.
pub(super) fn is_after_blank(text: &str, line: usize) -> bool {
    let before = text.get(..line).unwrap_or_default();
    before.lines().next_back().is_some_and(|line| line.trim().is_empty())
}

impl Parts {
    /// The parser bounds how deep a tree is.
    fn node(&mut self, text: &str, node: &Node) {
        match &node.content {
            Content::Scalar { .. } => {
                // A comment may stand behind the header of a block scalar, and none inside it.
                self.scalars.push((node.place.start, node.place.end));
                self.ends.push(header(text, node).map_or_else(|| trimmed_end(text, node), |(_, end)| end));
            }
            Content::Sequence(items) => {
                for item in items {
                    self.starts.push(item.place.start);
                    self.node(text, item);
                }
            }
            Content::Mapping(entries) => {
                for entry in entries {
                    self.starts.push(entry.key_place.start);
                    self.ends.push(entry.key_place.end);
                    self.scalars.push((entry.key_place.start, entry.key_place.end));
                    self.node(text, &entry.value);
                }
            }
        }
        if is_flow(text, node) {
            self.ends.push(node.place.end);
        }
    }
}

/// Whether a list or a mapping is written in brackets.
pub(super) fn is_flow(text: &str, node: &Node) -> bool {
    let first = text.as_bytes().get(node.place.start as usize);
    !matches!(node.content, Content::Scalar { .. }) && matches!(first, Some(b'[' | b'{'))
}

/// Where the header of a block scalar (`>-`) begins and ends; `None` for every other scalar. Its body begins in a line
/// below, and is the node's place.
pub(super) fn header(text: &str, node: &Node) -> Option<(u32, u32)> {
    if !matches!(node.content, Content::Scalar { block: true, .. }) {
        return None;
    }
    let mut before = text.get(..node.place.start as usize)?;
    before = before.get(..before.rfind('\n')?)?;
    let line = before.trim_end().rfind('\n').map_or(0, |at| at + 1);
    let line_text = before.get(line..)?.trim_end();
    // The header is the last word but for a comment.
    let mut starts = line_text.char_indices().filter(|(at, c)| {
        let apart = *at == 0 || line_text.as_bytes().get(at - 1).is_some_and(|b| matches!(b, b' ' | b'\t'));
        matches!(c, '|' | '>') && apart
    });
    starts.find_map(|(at, _)| {
        let rest = &line_text[at + 1..];
        let signs = rest.find(|c: char| !matches!(c, '-' | '+' | '0'..='9')).unwrap_or(rest.len());
        let after = &rest[signs..];
        let ends = after.is_empty() || after.starts_with([' ', '\t']) && after.trim_start().starts_with('#');
        ends.then_some(((line + at) as u32, (line + at + 1 + signs) as u32))
    })
}

/// Where a scalar ends, without the line ends after it.
pub(super) fn trimmed_end(text: &str, node: &Node) -> u32 {
    let raw = text.get(node.place.start as usize..node.place.end as usize).unwrap_or_default();
    node.place.start + raw.trim_end().len() as u32
}
