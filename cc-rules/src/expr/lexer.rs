//! Text to tokens, each with its place. A number takes the unit behind it along.

use cc_core::MeasureUnit;

use super::diagnostic::{Code, Sink, Span};
use super::{text, units};

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum TokenKind {
    /// A whole number's magnitude; the parser knows its sign.
    Int(u64),
    Double(f64),
    /// A number and its unit.
    Quantity(f64, MeasureUnit),
    Text(String),
    /// A name, a keyword or a reserved word: the span tells which.
    Word,
    /// `$name`.
    Param,
    /// An operator or a bracket.
    Sign(&'static str),
    /// Something that was reported already.
    Error,
    End,
}

/// Operators and brackets, longer ones first.
const SIGNS: &[&str] = &[
    "&&", "||", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", ".", ",", "(", ")",
    "[", "]", "{", "}",
];

/// Signs of other languages, and what they are here.
const FOREIGN_SIGNS: &[(&str, &str)] = &[
    ("===", "=="),
    ("=>", ">="),
    ("=<", "<="),
    ("!==", "!="),
    ("<>", "!="),
    ("**", "*"),
    ("≤", "<="),
    ("≥", ">="),
    ("≠", "!="),
    ("−", "-"),
    ("×", "*"),
    ("&", "&&"),
    ("|", "||"),
    ("=", "=="),
];

/// The tokens of `source`, the last one [`TokenKind::End`].
pub(super) fn tokens(source: &str, sink: &mut Sink) -> Vec<Token> {
    let mut lexer = Lexer { source, at: 0, lists: Vec::new(), sink };
    let mut list: Vec<Token> = Vec::new();
    loop {
        let token = lexer.token();
        match token.kind {
            TokenKind::Sign("(") => {
                lexer.lists.push(list.last().is_some_and(|before| before.kind == TokenKind::Word));
            }
            TokenKind::Sign("[") => lexer.lists.push(true),
            TokenKind::Sign(")" | "]") => {
                lexer.lists.pop();
            }
            _ => {}
        }
        let ended = token.kind == TokenKind::End;
        list.push(token);
        if ended {
            return list;
        }
    }
}

struct Lexer<'a> {
    source: &'a str,
    at: usize,
    /// For each open bracket, whether a comma in it stands between values.
    lists: Vec<bool>,
    sink: &'a mut Sink,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        self.source.get(self.at..).unwrap_or_default()
    }

    fn take(&mut self, length: usize, kind: TokenKind) -> Token {
        let start = self.at;
        self.at += length;
        Token { kind, span: Span::new(start, self.at) }
    }

    /// Takes something that is wrong, and says why.
    fn take_error(&mut self, length: usize, code: Code, text: &str, suggestion: Option<String>) -> Token {
        let token = self.take(length, TokenKind::Error);
        self.sink.report(code, token.span, text, suggestion);
        token
    }

    fn token(&mut self) -> Token {
        self.at = self.source.len() - skip_space(self.rest()).len();
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return self.take(0, TokenKind::End) };
        if first.is_ascii_digit() || (first == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit())) {
            return self.number();
        }
        if let Some((prefix, quote)) = quote_at_start(rest) {
            return self.text(prefix, quote);
        }
        if is_name_start(first) {
            return self.take(name_length(rest), TokenKind::Word);
        }
        if first == '$' {
            return match name_length(&rest[1..]) {
                0 => self.take_error(
                    1,
                    Code::UnexpectedCharacter,
                    "a `$` starts the name of a parameter",
                    Some("write the name right behind it, as in `$overtemp`".to_owned()),
                ),
                length => self.take(1 + length, TokenKind::Param),
            };
        }
        let foreign = FOREIGN_SIGNS.iter().find(|(sign, _)| rest.starts_with(sign));
        let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign));
        match (foreign, sign) {
            (Some((wrong, right)), sign) if sign.is_none_or(|sign| sign.len() < wrong.len()) => {
                let suggestion = Some(format!("write `{right}`"));
                let span = Span::new(self.at, self.at + wrong.len());
                self.sink.report(Code::UnexpectedCharacter, span, "this is not an operator here", suggestion);
                let kind = SIGNS
                    .iter()
                    .find(|sign| *sign == right)
                    .map_or(TokenKind::Error, |sign| TokenKind::Sign(sign));
                self.take(wrong.len(), kind)
            }
            (_, Some(sign)) => self.take(sign.len(), TokenKind::Sign(sign)),
            _ => {
                let text = "this character means nothing here";
                self.take_error(first.len_utf8(), Code::UnexpectedCharacter, text, None)
            }
        }
    }

    fn number(&mut self) -> Token {
        let (start, rest) = (self.at, self.rest());
        let hex = rest.starts_with("0x") || rest.starts_with("0X");
        let length = if hex { 2 + digits(&rest[2..], 16) } else { decimal_length(rest) };
        let literal = &rest[..length];
        let is_double = !hex && literal.contains(['.', 'e', 'E']);
        let after = &rest[length..];

        if let Some(fraction) =
            after.strip_prefix(',').map(|after| digits(after, 10)).filter(|length| *length > 0)
            && !is_double
            && !self.lists.contains(&true)
        {
            return self.decimal_comma(literal, &after[1..=fraction]);
        }
        if after.starts_with(['u', 'U']) && name_length(after) == 1 {
            let suggestion = Some(format!("write `{literal}`"));
            return self.take_error(
                length + 1,
                Code::NotSupported,
                "unsigned numbers are left out",
                suggestion,
            );
        }
        if hex && length == 2 {
            let suggestion = Some("write digits behind `0x`, as in `0x1F`".to_owned());
            return self.take_error(2, Code::BadNumber, "a hexadecimal number needs digits", suggestion);
        }
        if after.starts_with('_') {
            let bad = length + name_length(after);
            let suggestion = Some("write the digits without separators".to_owned());
            return self.take_error(bad, Code::BadNumber, "a number holds digits only", suggestion);
        }

        let spaces = after.len() - skip_space(after).len();
        let unit = if hex { Unit::None } else { unit_after(&after[spaces..]) };
        match unit {
            Unit::None => {
                let number = if is_double {
                    literal.parse().ok().filter(|value: &f64| value.is_finite()).map(TokenKind::Double)
                } else if hex {
                    u64::from_str_radix(&literal[2..], 16).ok().map(TokenKind::Int)
                } else {
                    literal.parse().ok().map(TokenKind::Int)
                };
                match number {
                    Some(kind) => self.take(length, kind),
                    None => self.out_of_range(length),
                }
            }
            Unit::Known(unit, unit_length) => {
                let total = length + spaces + unit_length;
                match literal.parse().ok().filter(|value: &f64| value.is_finite()) {
                    Some(value) => self.take(total, TokenKind::Quantity(value, unit)),
                    None => self.out_of_range(total),
                }
            }
            Unit::Unknown(word) => {
                let at = start + length + spaces;
                let suggestion = units::similar_unit(&self.source[at..at + word]);
                let suggestion = suggestion.map(|unit| format!("write `{literal} {unit}`"));
                self.sink.report(
                    Code::UnknownUnit,
                    Span::new(at, at + word),
                    "this is not a unit",
                    suggestion,
                );
                self.take(length + spaces + word, TokenKind::Error)
            }
        }
    }

    /// `12,4 V`, as many write it.
    fn decimal_comma(&mut self, whole: &str, fraction: &str) -> Token {
        let length = whole.len() + 1 + fraction.len();
        let after = &self.rest()[length..];
        let spaces = after.len() - skip_space(after).len();
        let (unit, behind) = match unit_after(&after[spaces..]) {
            Unit::Known(unit, length) => (format!(" {unit}"), spaces + length),
            Unit::Unknown(length) => (String::new(), spaces + length),
            Unit::None => (String::new(), 0),
        };
        let suggestion = Some(format!("write `{whole}.{fraction}{unit}`"));
        self.take_error(length + behind, Code::BadNumber, "a decimal number has a point", suggestion)
    }

    fn out_of_range(&mut self, length: usize) -> Token {
        let suggestion = Some(
            "whole numbers go from -9223372036854775808 to 9223372036854775807, decimal ones to 1.8e308"
                .to_owned(),
        );
        self.take_error(length, Code::BadNumber, "this number is out of range", suggestion)
    }

    fn text(&mut self, prefix: usize, quote: &'static str) -> Token {
        let (start, rest) = (self.at, self.rest());
        let flags = &rest[..prefix];
        let raw = flags.contains(['r', 'R']);
        let body = &rest[prefix + quote.len()..];
        let Some(end) = closing_quote(body, quote, raw) else {
            let length = if quote.len() == 1 { body.find('\n').unwrap_or(body.len()) } else { body.len() };
            let suggestion = Some(format!("end it with `{quote}`"));
            let text = "this text has no closing quote";
            return self.take_error(prefix + quote.len() + length, Code::UnterminatedText, text, suggestion);
        };
        let total = prefix + quote.len() + end + quote.len();
        if flags.contains(['b', 'B']) {
            let suggestion = Some("write text without the `b`".to_owned());
            return self.take_error(total, Code::NotSupported, "byte strings are left out", suggestion);
        }
        let body = &body[..end];
        let value =
            if raw { body.to_owned() } else { text::unescape(body, start + prefix + quote.len(), self.sink) };
        self.take(total, TokenKind::Text(value))
    }
}

enum Unit {
    None,
    Known(MeasureUnit, usize),
    /// A word that is no unit, and its length.
    Unknown(usize),
}

/// What follows a number and its spaces. Everything that is CEL keeps CEL's meaning: `%` is the unit only where no
/// operand follows it, and the words of operators are never units.
fn unit_after(text: &str) -> Unit {
    if let Some(behind) = text.strip_prefix('%') {
        return if starts_operand(skip_space(behind)) {
            Unit::None
        } else {
            Unit::Known(MeasureUnit::Percent, 1)
        };
    }
    if matches!(&text[..name_length(text)], "in" | "and" | "or" | "not" | "is") {
        return Unit::None;
    }
    match units::unit_at_start(text) {
        Some((unit, length)) => Unit::Known(unit, length),
        None => match units::word_length(text) {
            0 => Unit::None,
            length => Unit::Unknown(length),
        },
    }
}

/// Whether an operand can start here, so that a `%` before it is the remainder.
fn starts_operand(text: &str) -> bool {
    let word = &text[..name_length(text)];
    match text.chars().next() {
        Some('!') => !text.starts_with("!="),
        Some('$' | '"' | '\'' | '(' | '[' | '{' | '-' | '.') => true,
        Some(c) if c.is_ascii_digit() => true,
        _ => !matches!(word, "" | "in" | "and" | "or" | "is"),
    }
}

/// `text` without the white space and comments at its start.
fn skip_space(text: &str) -> &str {
    let mut text = text;
    loop {
        let trimmed = text.trim_start_matches([' ', '\t', '\n', '\r', '\x0c']);
        match trimmed.strip_prefix("//") {
            Some(comment) => text = &comment[comment.find('\n').unwrap_or(comment.len())..],
            None => return trimmed,
        }
    }
}

/// The quote that starts a text literal here, and the length of the letters before it.
fn quote_at_start(text: &str) -> Option<(usize, &'static str)> {
    let prefix = text.find(|c: char| !matches!(c, 'r' | 'R' | 'b' | 'B')).filter(|length| *length <= 2)?;
    [r#"""""#, "'''", "\"", "'"]
        .into_iter()
        .find(|quote| text[prefix..].starts_with(quote))
        .map(|quote| (prefix, quote))
}

/// Where the closing quote stands in the body of a text literal; one with single quotes ends on its line.
fn closing_quote(body: &str, quote: &str, raw: bool) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in body.char_indices() {
        if escaped {
            escaped = false;
        } else if c == '\\' && !raw {
            escaped = true;
        } else if body[at..].starts_with(quote) {
            return Some(at);
        } else if quote.len() == 1 && matches!(c, '\n' | '\r') {
            return None;
        }
    }
    None
}

/// The length of a decimal number: `digits`, `digits.digits`, `.digits`, each with an exponent if one is complete.
fn decimal_length(text: &str) -> usize {
    let mut length = digits(text, 10);
    if text[length..].starts_with('.') {
        let fraction = digits(&text[length + 1..], 10);
        if fraction > 0 {
            length += 1 + fraction;
        }
    }
    if text[length..].starts_with(['e', 'E']) {
        let sign = usize::from(text[length + 1..].starts_with(['+', '-']));
        let exponent = digits(&text[length + 1 + sign..], 10);
        if exponent > 0 {
            length += 1 + sign + exponent;
        }
    }
    length
}

fn digits(text: &str, radix: u32) -> usize {
    text.find(|c: char| !c.is_digit(radix)).unwrap_or(text.len())
}

fn is_name_start(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}

/// The length of the name at the start of `text`, 0 if there is none.
fn name_length(text: &str) -> usize {
    if text.starts_with(is_name_start) {
        text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len())
    } else {
        0
    }
}
