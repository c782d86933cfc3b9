//! The tree as text again.

use super::super::RULE_KEYS;
use super::super::yaml::{Content, Entry, Node};
use super::comments::{Above, Comments, header, is_after_blank, is_flow, trimmed_end};
use super::scalar::{Style, folded, written};

/// No line is longer, where that can be helped.
const WIDTH: usize = 120;

const TABLE_KEYS: &[&str] = &["hit", "inputs", "rows", "otherwise"];
const ROW_KEYS: &[&str] = &["id", "if", "what", "why", "source", "recommend", "escalate"];
const RECOMMEND_KEYS: &[&str] = &["action", "urgency", "due", "message", "args"];
const TEST_KEYS: &[&str] = &["name", "rule", "profile", "start", "events", "codes", "until", "expect"];

/// What a part of a pack is, as far as that decides how it is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Role {
    File,
    Rules,
    Rule,
    Table,
    Rows,
    /// Also what is said otherwise.
    Row,
    Recommend,
    Tests,
    Test,
    Other,
}

impl Role {
    fn below(self, key: &str) -> Self {
        match (self, key) {
            (Self::File, "rules") => Self::Rules,
            (Self::File, "tests") => Self::Tests,
            (Self::Rule, "table") => Self::Table,
            (Self::Table, "rows") => Self::Rows,
            (Self::Table, "otherwise") => Self::Row,
            (Self::Rule | Self::Row, "recommend") => Self::Recommend,
            _ => Self::Other,
        }
    }

    fn item(self) -> Self {
        match self {
            Self::Rules => Self::Rule,
            Self::Rows => Self::Row,
            Self::Tests => Self::Test,
            _ => Self::Other,
        }
    }

    fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Rule => RULE_KEYS,
            Self::Table => TABLE_KEYS,
            Self::Row => ROW_KEYS,
            Self::Recommend => RECOMMEND_KEYS,
            Self::Test => TEST_KEYS,
            _ => &[],
        }
    }
}

pub(super) struct Printer<'t> {
    text: &'t str,
    comments: Comments,
    out: String,
}

/// The parser bounds how deep a tree is, so these do not recurse without a bound.
impl<'t> Printer<'t> {
    pub(super) fn new(text: &'t str, comments: Comments) -> Self {
        Self { text, comments, out: String::new() }
    }

    pub(super) fn file(mut self, root: Option<&Node>) -> String {
        match root {
            None => {}
            Some(root) => match &root.content {
                Content::Mapping(entries) if !entries.is_empty() => {
                    self.entries(entries, 0, Role::File, false);
                }
                Content::Sequence(items) if !items.is_empty() => self.items(items, 0, Role::Other),
                _ => {
                    self.out.push_str(&self.flow(root, Role::Other));
                    self.end_line(root.place.end);
                }
            },
        }
        for Above { text, after_blank } in std::mem::take(&mut self.comments.last) {
            self.blank(after_blank);
            self.out.push_str(&text);
            self.out.push('\n');
        }
        self.out
    }

    /// The entries of a mapping, each from the beginning of a line, but for the first one behind a dash.
    fn entries(&mut self, entries: &[Entry], indent: usize, role: Role, behind_dash: bool) {
        for (index, entry) in in_order(entries, role).into_iter().enumerate() {
            let first = index == 0;
            if !(first && behind_dash) {
                self.above(entry.key_place.start, indent, !first && role == Role::File, first);
                self.out.push_str(&" ".repeat(indent));
            } else if self.has_above(entry.key_place.start) {
                // Comments of a key that moved up behind the dash stand above the dash's line.
                let line = self.out.rfind('\n').map_or(0, |at| at + 1);
                let dash = self.out.split_off(line);
                self.above(entry.key_place.start, indent.saturating_sub(2), false, true);
                self.out.push_str(&dash);
            }
            self.out.push_str(&written(&entry.key, is_plain_key(self.text, entry), Style::Block));
            self.out.push(':');
            self.value(entry, indent, role);
        }
    }

    fn value(&mut self, entry: &Entry, indent: usize, role: Role) {
        let (node, below) = (&entry.value, role.below(&entry.key));
        let column = self.column() + 1;
        match &node.content {
            Content::Scalar { text, plain, .. } => self.scalar(node, text, *plain, indent + 2),
            Content::Sequence(items) if !self.stays_in_line(node, below, column) => {
                if self.fill(items, node, indent) {
                    return;
                }
                self.end_key(entry);
                let indent = if matches!(below, Role::Rules | Role::Tests) { indent } else { indent + 2 };
                self.items(items, indent, below);
            }
            Content::Mapping(entries) if !self.stays_in_line(node, below, column) => {
                self.end_key(entry);
                self.entries(entries, indent + 2, below, false);
            }
            _ => {
                self.out.push(' ');
                self.out.push_str(&self.flow(node, below));
                self.end_line(node.place.end);
            }
        }
    }

    fn items(&mut self, items: &[Node], indent: usize, role: Role) {
        for (index, item) in items.iter().enumerate() {
            self.above(item.place.start, indent, index > 0 && role == Role::Rules, index == 0);
            if is_flow(self.text, item)
                && !self.stays_in_line(item, role.item(), indent + 2)
                && let Some(comment) = self.comments.behind(item.place.end)
            {
                self.line(indent, &comment);
            }
            self.out.push_str(&" ".repeat(indent));
            self.out.push_str("- ");
            match &item.content {
                Content::Scalar { text, plain, .. } => {
                    // The dash has its space already.
                    self.out.pop();
                    self.scalar(item, text, *plain, indent + 2);
                }
                Content::Mapping(entries) if !self.stays_in_line(item, role.item(), indent + 2) => {
                    self.entries(entries, indent + 2, role.item(), true);
                }
                Content::Sequence(inner) if !self.stays_in_line(item, role.item(), indent + 2) => {
                    self.out.truncate(self.out.trim_end().len());
                    self.out.push('\n');
                    self.items(inner, indent + 2, role.item());
                }
                _ => {
                    self.out.push_str(&self.flow(item, role.item()));
                    self.end_line(item.place.end);
                }
            }
        }
    }

    /// A scalar behind a key or a dash, with the space before it.
    fn scalar(&mut self, node: &Node, text: &str, plain: bool, indent: usize) {
        let end = header(self.text, node).map_or_else(|| trimmed_end(self.text, node), |(_, end)| end);
        if let Some((header, lines)) = block_scalar(self.text, node) {
            self.out.push(' ');
            self.out.push_str(header);
            self.end_line(end);
            for line in lines {
                if !line.is_empty() {
                    self.out.push_str(&" ".repeat(indent));
                    self.out.push_str(line);
                }
                self.out.push('\n');
            }
            return;
        }
        if plain && text.is_empty() {
            self.end_line(end);
            return;
        }
        let line = written(text, plain, Style::Block);
        let too_long = self.column() + 1 + line.chars().count() > WIDTH;
        if too_long && let Some(lines) = folded(text, WIDTH - indent).filter(|lines| lines.len() > 1) {
            self.out.push_str(" >-");
            self.end_line(end);
            for line in lines {
                self.out.push_str(&" ".repeat(indent));
                self.out.push_str(&line);
                self.out.push('\n');
            }
            return;
        }
        self.out.push(' ');
        self.out.push_str(&line);
        self.end_line(end);
    }

    /// A list of words in brackets that is too long for a line, as lines of words.
    fn fill(&mut self, items: &[Node], node: &Node, indent: usize) -> bool {
        let words: Option<Vec<String>> = items
            .iter()
            .map(|item| match &item.content {
                Content::Scalar { text, plain, .. } => Some(written(text, *plain, Style::Flow)),
                _ => None,
            })
            .collect();
        let has_comments = self.comments.any_between(node.place.start, node.place.end);
        let Some(words) = words.filter(|words| words.len() > 1 && is_flow(self.text, node) && !has_comments)
        else {
            return false;
        };
        self.out.push_str(" [\n");
        let mut line = String::new();
        for word in words {
            if !line.is_empty() && indent + 2 + line.chars().count() + 2 + word.chars().count() > WIDTH {
                self.line(indent + 2, &line);
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(&word);
            line.push(',');
        }
        self.line(indent + 2, &line);
        self.out.push_str(&" ".repeat(indent));
        self.out.push(']');
        self.end_line(node.place.end);
        true
    }

    /// Whether a list or a mapping is written in brackets and in one line.
    fn stays_in_line(&self, node: &Node, role: Role, column: usize) -> bool {
        let empty = match &node.content {
            Content::Mapping(entries) => entries.is_empty(),
            Content::Sequence(items) => items.is_empty(),
            Content::Scalar { .. } => true,
        };
        empty
            || is_flow(self.text, node)
                && !self.comments.any_between(node.place.start, node.place.end)
                && column + self.flow(node, role).chars().count() <= WIDTH
    }

    fn flow(&self, node: &Node, role: Role) -> String {
        match &node.content {
            Content::Scalar { text, plain, .. } if *plain && text.is_empty() => String::new(),
            Content::Scalar { text, plain, .. } => written(text, *plain, Style::Flow),
            Content::Sequence(items) => {
                let items: Vec<_> = items.iter().map(|item| self.flow(item, role.item())).collect();
                format!("[{}]", items.join(", "))
            }
            Content::Mapping(entries) => {
                let entry = |entry: &Entry| {
                    let key = written(&entry.key, is_plain_key(self.text, entry), Style::Flow);
                    format!("{key}: {}", self.flow(&entry.value, role.below(&entry.key)))
                };
                let entries: Vec<_> = in_order(entries, role).into_iter().map(entry).collect();
                format!("{{{}}}", entries.join(", "))
            }
        }
    }

    /// What stands above a part: an empty line where there was one or must be one, and its comments.
    fn above(&mut self, start: u32, indent: usize, apart: bool, first: bool) {
        let line =
            self.text.get(..start as usize).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        let after_blank = is_after_blank(self.text, line);
        let comments = self.comments.above(start);
        if comments.is_empty() {
            self.blank(apart || after_blank && !first);
            return;
        }
        for (index, Above { text, after_blank }) in comments.iter().enumerate() {
            self.blank(index == 0 && apart || *after_blank && !(first && index == 0));
            self.out.push_str(&" ".repeat(indent));
            self.out.push_str(text);
            self.out.push('\n');
        }
        self.blank(after_blank);
    }

    fn has_above(&self, start: u32) -> bool {
        self.comments.has_above(start)
    }

    fn blank(&mut self, wanted: bool) {
        if wanted && !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    /// Ends the line with the comment behind the part that ends here.
    fn end_line(&mut self, end: u32) {
        if let Some(comment) = self.comments.behind(end) {
            self.out.push(' ');
            self.out.push_str(&comment);
        }
        self.out.push('\n');
    }

    /// Ends the line of a key whose value follows in lines of its own; the comment behind its closing bracket moves here.
    fn end_key(&mut self, entry: &Entry) {
        let own = self.comments.behind(entry.key_place.end);
        let closing =
            self.comments.behind(entry.value.place.end).filter(|_| is_flow(self.text, &entry.value));
        for comment in own.into_iter().chain(closing) {
            self.out.push(' ');
            self.out.push_str(&comment);
        }
        self.out.push('\n');
    }

    fn line(&mut self, indent: usize, text: &str) {
        self.out.push_str(&" ".repeat(indent));
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn column(&self) -> usize {
        self.out.rsplit('\n').next().map_or(0, |line| line.chars().count())
    }
}

/// Known keys in their order, then the others as they are written.
fn in_order(entries: &[Entry], role: Role) -> Vec<&Entry> {
    let mut sorted: Vec<&Entry> = entries.iter().collect();
    let keys = role.keys();
    sorted.sort_by_key(|entry| keys.iter().position(|key| *key == entry.key).unwrap_or(keys.len()));
    sorted
}

fn is_plain_key(text: &str, entry: &Entry) -> bool {
    !matches!(text.as_bytes().get(entry.key_place.start as usize), Some(b'"' | b'\''))
}

/// The header and the lines of a block scalar, without their indentation; `None` for every other scalar, and for one
/// whose indentation says something.
fn block_scalar<'t>(text: &'t str, node: &Node) -> Option<(&'t str, Vec<&'t str>)> {
    let (start, end) = header(text, node)?;
    let header = text.get(start as usize..end as usize)?;
    // The body begins in the line below its header.
    let body = text.get(end as usize..node.place.end as usize)?;
    let body = body.split_once('\n')?.1;
    // Kept line ends and given indentation are written in quotes.
    if header.contains(|c: char| c.is_ascii_digit() || c == '+') || body.contains('\t') {
        return None;
    }
    let lines: Vec<&str> = body.trim_end().split('\n').collect();
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let least = lines.iter().filter(|line| !line.trim().is_empty()).map(|line| indent(line)).min()?;
    // The first line decides the indentation for a parser.
    if lines.first().map(|line| indent(line)) != Some(least) {
        return None;
    }
    Some((header, lines.into_iter().map(|line| line.get(least..).unwrap_or_default()).collect()))
}
