//! A message's text as a tree: plain text, arguments, and choices by number or word.
//!
//! The writing is a small part of ICU's message format. `{name}` is an argument, `{name:bar}` the same in another unit,
//! `{name, number, .1 bar}` with that many decimals, `{name, plural, =0 {…} one {…} other {…}}` chooses by number (`#` in it
//! is the number), `{name, select, true {…} other {…}}` by word. `''` is an apostrophe; an apostrophe right before a brace or
//! `#` makes everything up to the next apostrophe plain text; any other apostrophe is itself.

use cc_core::MeasureUnit;

use super::plural::Category;
use crate::diagnostic::did_you_mean;

/// The longest text of a message, in bytes.
pub(crate) const MAX_TEXT: usize = 4_096;
/// How deep choices nest.
pub(crate) const MAX_NESTING: usize = 3;
/// The most decimals of a number.
const MAX_DECIMALS: u8 = 6;

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Piece {
    Argument(Argument),
    /// The number of the innermost `plural`.
    Number,
    Text(String),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Argument {
    pub(crate) name: String,
    /// Where the name stands in the text.
    pub(crate) at: u32,
    pub(crate) form: Form,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Form {
    /// As it is.
    Plain { unit: Option<MeasureUnit> },
    /// With so many decimals; with as few as needed and at most one where none are given.
    Number { decimals: Option<u8>, unit: Option<MeasureUnit> },
    /// By number; `other` is the last one.
    Plural(Vec<(Case, Vec<Piece>)>),
    /// By word.
    Select(Vec<(String, Vec<Piece>)>),
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Case {
    Category(Category),
    Exactly(u32),
}

/// What is wrong with a text, at which byte of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TemplateError {
    pub(crate) at: u32,
    pub(crate) code: &'static str,
    pub(crate) text: &'static str,
    pub(crate) hint: Option<Box<str>>,
}

/// Reads a text.
pub(crate) fn parse(text: &str) -> Result<Vec<Piece>, TemplateError> {
    if text.len() > MAX_TEXT {
        return Err(TemplateError {
            at: 0,
            code: "too-long",
            text: "the text is longer than 4,096 bytes",
            hint: None,
        });
    }
    let mut parser = Parser { text, at: 0 };
    let pieces = parser.pieces(0, false)?;
    if parser.at < text.len() {
        return parser.fail("a `}` too many", Some("write it as `'}'`"));
    }
    Ok(pieces)
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn fail<T>(&self, text: &'static str, hint: Option<&str>) -> Result<T, TemplateError> {
        Err(TemplateError { at: self.at as u32, code: "bad-message", text, hint: hint.map(Into::into) })
    }

    /// Up to the end, or to the `}` that ends a choice.
    fn pieces(&mut self, depth: usize, in_plural: bool) -> Result<Vec<Piece>, TemplateError> {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        while let Some(c) = self.rest().chars().next() {
            let special = |c: char| matches!(c, '{' | '}') || (in_plural && c == '#');
            match c {
                '}' => break,
                '{' => {
                    flush(&mut plain, &mut pieces);
                    pieces.push(Piece::Argument(self.argument(depth, in_plural)?));
                    continue;
                }
                '#' if in_plural => {
                    flush(&mut plain, &mut pieces);
                    pieces.push(Piece::Number);
                }
                '\'' => {
                    let next = self.rest().chars().nth(1);
                    if next == Some('\'') {
                        self.at += 1;
                        plain.push('\'');
                    } else if next.is_some_and(special) {
                        self.at += 1;
                        self.quoted(&mut plain);
                        continue;
                    } else {
                        plain.push('\'');
                    }
                }
                c => plain.push(c),
            }
            self.at += c.len_utf8();
        }
        flush(&mut plain, &mut pieces);
        Ok(pieces)
    }

    /// Behind the opening apostrophe, to behind the closing one or the end.
    fn quoted(&mut self, plain: &mut String) {
        while let Some(c) = self.rest().chars().next() {
            self.at += c.len_utf8();
            if c != '\'' {
                plain.push(c);
            } else if self.rest().starts_with('\'') {
                self.at += 1;
                plain.push('\'');
            } else {
                return;
            }
        }
    }

    fn argument(&mut self, depth: usize, in_plural: bool) -> Result<Argument, TemplateError> {
        self.at += 1;
        self.space();
        let at = self.at as u32;
        let name = self.word();
        if name.is_empty() {
            return self.fail("a `{` that begins no argument", Some("write `{name}`, or a brace as `'{'`"));
        }
        self.space();
        if self.take(':') {
            self.space();
            let unit = Some(self.unit()?);
            self.end()?;
            return Ok(Argument { name, at, form: Form::Plain { unit } });
        }
        if !self.take(',') {
            self.end()?;
            return Ok(Argument { name, at, form: Form::Plain { unit: None } });
        }
        self.space();
        let kind_at = self.at;
        let kind = self.word();
        self.space();
        let form = match kind.as_str() {
            "number" => self.number()?,
            "plural" | "select" if depth >= MAX_NESTING => {
                self.at = kind_at;
                return self.fail("choices nest at most three deep", None);
            }
            "plural" => self.plural(depth)?,
            "select" => self.select(depth, in_plural)?,
            _ => {
                self.at = kind_at;
                let hint = did_you_mean(&kind, ["number", "plural", "select"]);
                return self.fail("expected number, plural or select", hint.as_deref());
            }
        };
        self.end()?;
        Ok(Argument { name, at, form })
    }

    fn number(&mut self) -> Result<Form, TemplateError> {
        let (mut decimals, mut unit) = (None, None);
        if self.take(',') {
            self.space();
            if self.take('.') {
                let digits = self.word();
                decimals = digits.parse().ok().filter(|decimals| *decimals <= MAX_DECIMALS);
                if decimals.is_none() {
                    return self.fail("a number has 0 to 6 decimals", Some("write them as `.1`"));
                }
                self.space();
            }
            if !self.rest().starts_with('}') {
                unit = Some(self.unit()?);
            }
        }
        Ok(Form::Number { decimals, unit })
    }

    fn unit(&mut self) -> Result<MeasureUnit, TemplateError> {
        let end = self.rest().find('}').unwrap_or(self.rest().len());
        let symbol = self.rest().get(..end).unwrap_or_default().trim_end();
        match symbol.parse() {
            Ok(unit) => {
                self.at += end;
                Ok(unit)
            }
            Err(_) => Err(TemplateError {
                at: self.at as u32,
                code: "unknown-unit",
                text: "the text asks for an argument in a unit that does not exist",
                hint: None,
            }),
        }
    }

    fn plural(&mut self, depth: usize) -> Result<Form, TemplateError> {
        let mut cases: Vec<(Case, Vec<Piece>)> = Vec::new();
        self.comma()?;
        while !self.rest().is_empty() && !self.rest().starts_with('}') {
            let at = self.at;
            let case = if self.take('=') {
                self.word().parse().ok().map(Case::Exactly)
            } else {
                self.word().parse().ok().map(Case::Category)
            };
            let Some(case) = case else {
                self.at = at;
                return self.fail("expected =0, zero, one, two, few, many or other", None);
            };
            if cases.iter().any(|(known, _)| *known == case) {
                self.at = at;
                return self.fail("the case stands there twice", None);
            }
            cases.push((case, self.branch(depth, true)?));
        }
        if !cases.iter().any(|(case, _)| *case == Case::Category(Category::Other)) {
            return self.fail("a plural has a case `other`", Some("add `other {…}`"));
        }
        Ok(Form::Plural(cases))
    }

    fn select(&mut self, depth: usize, in_plural: bool) -> Result<Form, TemplateError> {
        let mut cases: Vec<(String, Vec<Piece>)> = Vec::new();
        self.comma()?;
        while !self.rest().is_empty() && !self.rest().starts_with('}') {
            let at = self.at;
            let word = self.word();
            if word.is_empty() || cases.iter().any(|(known, _)| *known == word) {
                self.at = at;
                return self.fail("expected a word that no other case has", None);
            }
            cases.push((word, self.branch(depth, in_plural)?));
        }
        if !["other", "true"].iter().any(|needed| cases.iter().any(|(word, _)| word == needed)) {
            return self.fail("a select has a case `other`", Some("add `other {…}`"));
        }
        Ok(Form::Select(cases))
    }

    fn branch(&mut self, depth: usize, in_plural: bool) -> Result<Vec<Piece>, TemplateError> {
        self.space();
        if !self.take('{') {
            return self.fail("expected `{` and the text of the case", None);
        }
        let pieces = self.pieces(depth + 1, in_plural)?;
        self.end()?;
        self.space();
        Ok(pieces)
    }

    fn comma(&mut self) -> Result<(), TemplateError> {
        self.space();
        if !self.take(',') {
            return self.fail("expected `,` and the cases", None);
        }
        self.space();
        Ok(())
    }

    fn end(&mut self) -> Result<(), TemplateError> {
        self.space();
        if self.take('}') {
            Ok(())
        } else {
            self.fail("expected `}`", Some("write a brace of the text as `'{'`"))
        }
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.rest().starts_with(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    fn space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn word(&mut self) -> String {
        let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
        let end = self.rest().find(|c| !is_word(c)).unwrap_or(self.rest().len());
        let word = self.rest().get(..end).unwrap_or_default().to_owned();
        self.at += end;
        word
    }
}

fn flush(plain: &mut String, pieces: &mut Vec<Piece>) {
    if !plain.is_empty() {
        pieces.push(Piece::Text(std::mem::take(plain)));
    }
}

/// Every argument of a text, inner ones included; as deep as texts nest.
pub(crate) fn arguments<'p>(pieces: &'p [Piece], into: &mut Vec<&'p Argument>) {
    for piece in pieces {
        let Piece::Argument(argument) = piece else { continue };
        into.push(argument);
        match &argument.form {
            Form::Plural(cases) => cases.iter().for_each(|(_, inner)| arguments(inner, into)),
            Form::Select(cases) => cases.iter().for_each(|(_, inner)| arguments(inner, into)),
            Form::Number { .. } | Form::Plain { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_bad_text_says_where_and_why() {
        let mut wrong = Vec::new();
        for (text, at, expected) in [
            ("open { brace", 12, "expected `}`"),
            ("{}", 1, "a `{` that begins no argument"),
            ("a } b", 2, "a `}` too many"),
            ("{n, plurl, other {x}}", 4, "expected number, plural or select"),
            ("{n, plural, one {x}}", 19, "a plural has a case `other`"),
            ("{n, plural, uno {x} other {}}", 12, "expected =0, zero, one, two, few, many or other"),
            ("{n, plural, one {x} one {y} other {}}", 20, "the case stands there twice"),
            ("{n, plural, other x}", 18, "expected `{` and the text of the case"),
            ("{n, plural}", 10, "expected `,` and the cases"),
            ("{n, select, a {x}}", 17, "a select has a case `other`"),
            ("{n, number, .7}", 14, "a number has 0 to 6 decimals"),
            ("{n, number, .1 laps}", 15, "the text asks for an argument in a unit that does not exist"),
            ("{n:laps}", 3, "the text asks for an argument in a unit that does not exist"),
            (
                "{n, plural, other {{n, plural, other {{n, plural, other {{n, plural, other {}}}}}}}}",
                61,
                "choices nest at most three deep",
            ),
            ("{n", 2, "expected `}`"),
        ] {
            let error = parse(text).unwrap_err();
            if (error.at, error.text) != (at, expected) {
                wrong.push(format!("{text}: {} {}", error.at, error.text));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert_eq!(parse(&"x".repeat(5_000)).unwrap_err().code, "too-long");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[a-z0-9 '#{},.=:å]{0,60}|(\\{n, plural, (one|other|=1) \\{[#n'{}]{0,4}\\} ?){1,5}") {
            match parse(&text) {
                Ok(pieces) => arguments(&pieces, &mut Vec::new()),
                Err(error) => prop_assert!(error.at as usize <= text.len()),
            }
        }
    }
}
