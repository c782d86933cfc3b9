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
}

/// Reads one document. `None` when the text holds none.
pub(crate) fn parse(file: u16, text: &str) -> Result<Option<Node>, YamlError> {
    let limits = options! { flow_nesting_limit: DEEPEST, block_nesting_limit: DEEPEST };
    let mut builder = Builder { file, open: Vec::new(), root: None };
    for next in Parser::new_from_str_with_options(text, limits) {
        let (event, span) = next.map_err(|error| {
            let at = error.marker().byte_offset().map_or(0, |offset| offset.min(text.len())) as u32;
            let place = Place { file, start: at, end: at };
            YamlError { place, code: "yaml", text: error.kind().to_string() }
        })?;
        let range = span.byte_range().unwrap_or(0..0);
        builder.take(event, Place { file, start: range.start as u32, end: range.end as u32 })?;
    }
    Ok(builder.root)
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
        let refuse = |code, text: &str| Err(YamlError { place, code, text: text.to_owned() });
        if event.anchor_id().is_some() || event.is_alias() {
            return refuse("yaml-anchor", "anchors and aliases are not part of the pack language");
        }
        if event.tag().is_some() {
            return refuse("yaml-tag", "tags are not part of the pack language");
        }
        match event {
            Event::DocumentStart(..) if self.root.is_some() => {
                refuse("yaml-documents", "a file holds one document")
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
                            return Err(YamlError { place: node.place, code: "duplicate-key", text });
                        }
                        *key = Some((text, node.place));
                    }
                    _ => {
                        let text = "a key must be a word".to_owned();
                        return Err(YamlError { place: node.place, code: "yaml-key", text });
                    }
                },
            },
        }
        Ok(())
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
        let deep = "[".repeat(100_000);
        assert_eq!(parse(0, &deep).unwrap_err().code, "yaml");
    }
}
