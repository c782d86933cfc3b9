//! YAML as a tree in which every scalar is text and knows its exact place.
//!
//! No scalar is ever guessed to be a number or a boolean, so the traps of YAML 1.1 (`NO`, `on`, `1e3`, `08`) cannot
//! spring here: whoever reads a scalar says what it must be. Anchors, aliases, tags and several documents are refused.

use granit_parser::{Event, Parser, ScalarStyle, options};

/// A place in one source file: bytes from `start` to `end`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Place {
    pub(crate) file: u16,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) place: Place,
    pub(crate) content: Content,
}

#[derive(Clone, Debug)]
pub(crate) enum Content {
    Scalar {
        text: String,
        plain: bool,
        /// Written in lines of its own, under `|` or `>`.
        block: bool,
    },
    Sequence(Vec<Node>),
    Mapping(Vec<Entry>),
}

#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_place: Place,
    pub(crate) value: Node,
}

/// Why a text could not be read as YAML of the accepted kind.
#[derive(Debug)]
pub(crate) struct YamlError {
    pub(crate) place: Place,
    pub(crate) code: &'static str,
    pub(crate) text: String,
    /// What to write instead.
    pub(crate) hint: Option<&'static str>,
}

/// Reads one document. `None` when the text holds none.
pub(crate) fn parse(file: u16, text: &str) -> Result<Option<Node>, YamlError> {
    let limits = options! { flow_nesting_limit: DEEPEST, block_nesting_limit: DEEPEST };
    let mut builder = Builder { file, open: Vec::new(), root: None };
    for next in Parser::new_from_str_with_options(text, limits) {
        let (event, span) = next.map_err(|error| {
            let at = error.marker().byte_offset().map_or(0, |offset| offset.min(text.len()));
            in_plain_words(file, text, at, error.kind().to_string())
        })?;
        let range = span.byte_range().unwrap_or(0..0);
        let place = Place { file, start: range.start as u32, end: range.end as u32 };
        builder.take(event, place).map_err(|error| at_exclamation_mark(text, error))?;
    }
    Ok(builder.root)
}

/// What a reader of YAML says, and what an author can do about it.
fn in_plain_words(file: u16, text: &str, at: usize, said: String) -> YamlError {
    let error = |at: usize, said: String, hint| {
        let place = Place { file, start: at as u32, end: at as u32 };
        YamlError { place, code: "yaml", text: said, hint: Some(hint) }
    };
    if let Some(tab) = tab_in_indentation(text, at) {
        let said = "a tab in the indentation".to_owned();
        return error(tab, said, "indent with spaces");
    }
    let about = |words: &[&str]| words.iter().any(|word| said.contains(word));
    let hint = if about(&["limit", "nest", "recursion"]) {
        "lists and mappings nest too deep: no pack needs more than 32 levels"
    } else if about(&["comment"]) {
        "a text with `#` or `{` in it stands in quotes, as in `text: \"{n, plural, one {# code} other {# codes}}\"`"
    } else if about(&["mapping values are not allowed", "mapping value"]) {
        "a text with `: ` in it stands in quotes, as in `what: \"Note: …\"`; else look at the indentation"
    } else if about(&["tag", "anchor", "alias"]) {
        SIGN_AT_START
    } else {
        "look for a bracket or a quote that is not closed, for other indentation than around it, and for a text that should \
         stand in quotes"
    };
    error(at, said, hint)
}

const SIGN_AT_START: &str =
    "an expression that begins with `!`, `&` or `*` stands in quotes, as in `when: \"!ignition\"`";

/// `when: !a && b` is a tag and then an anchor for YAML: what an author sees is the `!` that begins the value.
fn at_exclamation_mark(text: &str, error: YamlError) -> YamlError {
    let start = text
        .get(..error.place.start as usize)
        .map_or(0, |before| before.rfind('\n').map_or(0, |end| end + 1));
    let line = text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    let begins_value = |at: usize| line[..at].trim_end().ends_with([':', '-', '[', '{', ',']);
    let mark = line.match_indices('!').map(|(at, _)| start + at).find(|at| begins_value(at - start));
    match mark {
        Some(at) if ["yaml-anchor", "yaml-tag"].contains(&error.code) => YamlError {
            place: Place { start: at as u32, end: at as u32 + 1, ..error.place },
            code: "yaml-tag",
            text: "a value that begins with `!` is a tag, and tags are not part of the pack language"
                .to_owned(),
            hint: Some(SIGN_AT_START),
        },
        _ => error,
    }
}

/// A tab before the first word of the line where reading stopped, or of the next one.
fn tab_in_indentation(text: &str, at: usize) -> Option<usize> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |end| end + 1);
    let next = text.get(start..)?.find('\n').map(|end| start + end + 1);
    [Some(start), next].into_iter().flatten().find_map(|start| {
        let line = text.get(start..)?;
        let indentation = line.len() - line.trim_start_matches([' ', '\t']).len();
        line[..indentation].find('\t').map(|tab| start + tab)
    })
}

/// Deeper nesting than any pack needs.
const DEEPEST: usize = 32;

enum Open {
    Sequence(Place, Vec<Node>),
    Mapping(Place, Vec<Entry>, Option<(String, Place)>),
}

struct Builder {
    file: u16,
    open: Vec<Open>,
    root: Option<Node>,
}

impl Builder {
    fn take(&mut self, event: Event<'_>, place: Place) -> Result<(), YamlError> {
        let refuse = |code, text: &str, hint| Err(YamlError { place, code, text: text.to_owned(), hint });
        if event.anchor_id().is_some() || event.is_alias() {
            let text = "anchors and aliases are not part of the pack language";
            return refuse("yaml-anchor", text, Some(SIGN_AT_START));
        }
        if event.tag().is_some() {
            return refuse("yaml-tag", "tags are not part of the pack language", Some(SIGN_AT_START));
        }
        match event {
            Event::DocumentStart(..) if self.root.is_some() => {
                refuse("yaml-documents", "a file holds one document", None)
            }
            Event::Scalar(text, style, ..) => {
                let plain = style == ScalarStyle::Plain;
                let block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
                self.add(Node { place, content: Content::Scalar { text: text.into_owned(), plain, block } })
            }
            Event::SequenceStart(..) => {
                self.open.push(Open::Sequence(place, Vec::new()));
                Ok(())
            }
            Event::MappingStart(..) => {
                self.open.push(Open::Mapping(place, Vec::new(), None));
                Ok(())
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(open) = self.open.pop() else { return Ok(()) };
                let (start, content) = match open {
                    Open::Sequence(start, items) => (start, Content::Sequence(items)),
                    Open::Mapping(start, entries, _) => (start, Content::Mapping(entries)),
                };
                self.add(Node {
                    place: Place { file: self.file, start: start.start, end: place.end },
                    content,
                })
            }
            _ => Ok(()),
        }
    }

    fn add(&mut self, node: Node) -> Result<(), YamlError> {
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(Open::Sequence(_, items)) => items.push(node),
            Some(Open::Mapping(_, entries, key)) => match key.take() {
                Some((key, key_place)) => entries.push(Entry { key, key_place, value: node }),
                None => match node.content {
                    Content::Scalar { text, .. } => {
                        if entries.iter().any(|entry| entry.key == text) {
                            let text = "the key appears twice".to_owned();
                            return Err(YamlError {
                                place: node.place,
                                code: "duplicate-key",
                                text,
                                hint: None,
                            });
                        }
                        *key = Some((text, node.place));
                    }
                    _ => {
                        let text = "a key must be a word".to_owned();
                        return Err(YamlError { place: node.place, code: "yaml-key", text, hint: None });
                    }
                },
            },
        }
        Ok(())
    }
}

impl Node {
    /// `{when: voltage < 12,4 V}`: a flow mapping ends the value at the comma, and takes the rest for a key. Each such key is
    /// put back behind its value, with a point for the comma; `report` is given the place of the number and how to write it.
    pub(crate) fn mend_decimal_commas(&mut self, report: &mut impl FnMut(Place, String)) {
        match &mut self.content {
            Content::Scalar { .. } => {}
            Content::Sequence(items) => {
                for item in items {
                    item.mend_decimal_commas(report);
                }
            }
            Content::Mapping(entries) => {
                let mut mended: Vec<Entry> = Vec::with_capacity(entries.len());
                for mut entry in std::mem::take(entries) {
                    match mended.last_mut() {
                        Some(before) if before.goes_on_in(&entry) => before.join(&entry, report),
                        _ => {
                            entry.value.mend_decimal_commas(report);
                            mended.push(entry);
                        }
                    }
                }
                *entries = mended;
            }
        }
    }
}

impl Entry {
    fn goes_on_in(&self, next: &Self) -> bool {
        let Content::Scalar { text, plain: true, .. } = &self.value.content else { return false };
        let bare = matches!(&next.value.content, Content::Scalar { text, plain: true, .. } if text.is_empty() || text == "~");
        bare && text.ends_with(|last: char| last.is_ascii_digit())
            && next.key.starts_with(|first: char| first.is_ascii_digit())
            && next.key_place.start == self.value.place.end + 1
    }

    fn join(&mut self, next: &Self, report: &mut impl FnMut(Place, String)) {
        let Content::Scalar { text, .. } = &mut self.value.content else { return };
        let digits = text.bytes().rev().take_while(u8::is_ascii_digit).count();
        let whole = &text[text.len() - digits..];
        let start = self.value.place.end.saturating_sub(digits as u32);
        report(Place { start, end: next.key_place.end, ..self.value.place }, format!("{whole}.{}", next.key));
        text.push('.');
        text.push_str(&next.key);
        self.value.place.end = next.key_place.end;
    }
}

/// Line and column, both from 1; columns count characters.
pub(crate) fn line_and_column(text: &str, offset: u32) -> (u32, u32) {
    let mut offset = (offset as usize).min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let before = text[..offset].trim_start_matches('\u{feff}');
    let line = before.bytes().filter(|byte| *byte == b'\n').count() as u32 + 1;
    let column = before.rsplit('\n').next().map_or(0, |rest| rest.chars().count()) as u32 + 1;
    (line, column)
}

/// Where in the file a byte of a scalar's value stands: quotes, escapes and folded lines are walked through.
pub(crate) fn offset_in_source(source: &str, scalar: Place, value: &str, at: u32) -> u32 {
    let (start, end) = (scalar.start as usize, (scalar.end as usize).min(source.len()));
    let Some(raw) = source.get(start..end) else { return scalar.start };
    let quote = raw.chars().next().filter(|first| matches!(first, '"' | '\''));
    let mut rest = raw.char_indices().peekable();
    if let Some(first) = raw.chars().next()
        && matches!(first, '"' | '\'')
    {
        rest.next();
    } else if matches!(raw.chars().next(), Some('|' | '>')) {
        // The header of a block scalar ends with its line.
        while rest.next_if(|(_, c)| *c != '\n').is_some() {}
    }
    let mut last = scalar.start;
    for (value_at, wanted) in value.char_indices() {
        if value_at > at as usize {
            break;
        }
        if wanted.is_whitespace() {
            continue;
        }
        while rest.next_if(|(_, c)| c.is_whitespace()).is_some() {}
        let Some((raw_at, found)) = rest.next() else { break };
        last = (start + raw_at) as u32;
        match (quote, found) {
            (Some('"'), '\\') => skip_escape(&mut rest),
            (Some('\''), '\'') => {
                rest.next();
            }
            _ => {}
        }
    }
    last
}

fn skip_escape(rest: &mut std::iter::Peekable<std::str::CharIndices<'_>>) {
    let digits = match rest.next() {
        Some((_, 'x')) => 2,
        Some((_, 'u')) => 4,
        Some((_, 'U')) => 8,
        _ => 0,
    };
    for _ in 0..digits {
        rest.next();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value_of(text: &str) -> (Node, String) {
        let root = parse(0, text).unwrap().unwrap();
        let Content::Mapping(mut entries) = root.content else { panic!("expected a mapping") };
        let node = entries.remove(0).value;
        let Content::Scalar { text, .. } = node.content.clone() else { panic!("expected a scalar") };
        (node, text)
    }

    #[test]
    fn words_that_older_yaml_turned_into_other_things_stay_text() {
        for word in ["NO", "on", "1e3", "08", "yes", "0x1F", "12:30:00", "~", "null", "1_000", ".5"] {
            assert_eq!(value_of(&format!("key: {word}")).1, word);
        }
    }

    #[test]
    fn a_byte_of_a_scalar_is_found_in_the_file_whatever_its_style() {
        for (source, needle) in [
            ("when: coolant > 110 °C && wrong", "wrong"),
            ("when: \"coolant > \\u0031 && wrong\"", "wrong"),
            ("when: 'it''s && wrong'", "wrong"),
            ("when: coolant >\n  110 &&\n  wrong", "wrong"),
            ("when: >\n  coolant &&\n  wrong\n", "wrong"),
            ("when: |\n  coolant &&\n  wrong\n", "wrong"),
        ] {
            let (node, value) = value_of(source);
            let at = value.find(needle).unwrap() as u32;
            let expected = source.find(needle).unwrap() as u32;
            assert_eq!(offset_in_source(source, node.place, &value, at), expected, "{source:?}");
        }
    }

    #[test]
    fn columns_count_characters_not_bytes() {
        assert_eq!(line_and_column("a\n°° x", 7), (2, 4));
    }

    #[test]
    fn what_the_pack_language_leaves_out_is_refused() {
        for (text, code) in [
            ("a: &x 1\nb: *x", "yaml-anchor"),
            ("a: !!str 1", "yaml-tag"),
            ("a: 1\n---\nb: 2", "yaml-documents"),
            ("a: 1\na: 2", "duplicate-key"),
            ("[1]: 2", "yaml-key"),
            ("a: [1", "yaml"),
        ] {
            assert_eq!(parse(0, text).unwrap_err().code, code, "{text}");
        }
        let mut wrong = Vec::new();
        for (text, code, at, hint) in [
            ("when: !ignition && a", "yaml-tag", 6, "`when: \"!ignition\"`"),
            ("when: &a", "yaml-anchor", 0, "stands in quotes"),
            ("a: 1\nb:\n\tc: 1\n", "yaml", 8, "indent with spaces"),
            ("a:\n  b: 1\n \t c: 2\n", "yaml", 11, "indent with spaces"),
            ("m: {n, plural, one {# code} other {# codes}}\n", "yaml", 0, "stands in quotes, as in `text:"),
            ("what: Note: the coolant", "yaml", 10, "`what: \"Note: …\"`"),
        ] {
            let error = parse(0, text).unwrap_err();
            let is_there = at == 0 || error.place.start == at;
            if error.code != code || !error.hint.unwrap_or_default().contains(hint) || !is_there {
                wrong.push((text, error));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
        let deep = "[".repeat(100_000);
        let error = parse(0, &deep).unwrap_err();
        assert!(error.code == "yaml" && error.hint.unwrap().contains("too deep"), "{error:?}");
    }
}
