//! Text literals with CEL's escapes, text of numbers as CEL prints it, and names that look alike.

use super::diagnostic::{Code, Sink, Span};

/// The value of a text literal between its quotes; `start` is where it stands in the expression.
pub(super) fn unescape(body: &str, start: usize, sink: &mut Sink) -> String {
    let mut value = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = rest.find('\\') {
        value.push_str(&rest[..at]);
        let from = start + (body.len() - rest.len()) + at;
        let escape = &rest[at + 1..];
        let (character, length) = escape_sequence(escape);
        match character {
            Some(character) => value.push(character),
            None => sink.report(
                Code::BadEscape,
                Span::new(from, from + 1 + length),
                "this is not an escape of a text literal",
                Some("write `\\\\` for a backslash, or `r\"…\"` for text without escapes".to_owned()),
            ),
        }
        rest = &escape[length..];
    }
    value.push_str(rest);
    value
}

/// The character of the escape after the backslash, if it is one, and how many bytes it takes.
fn escape_sequence(escape: &str) -> (Option<char>, usize) {
    let Some(letter) = escape.chars().next() else { return (None, 0) };
    let simple = |c: char| (Some(c), 1);
    let code = |skip: usize, digits: usize, radix: u32| {
        let text =
            escape.get(skip..skip + digits).filter(|text| text.bytes().all(|b| (b as char).is_digit(radix)));
        match text.and_then(|text| u32::from_str_radix(text, radix).ok()) {
            Some(number) => (char::from_u32(number), skip + digits),
            None => (None, letter.len_utf8()),
        }
    };
    match letter {
        'a' => simple('\x07'),
        'b' => simple('\x08'),
        'f' => simple('\x0c'),
        'n' => simple('\n'),
        'r' => simple('\r'),
        't' => simple('\t'),
        'v' => simple('\x0b'),
        '\\' | '?' | '"' | '\'' | '`' => simple(letter),
        'x' | 'X' => code(1, 2, 16),
        'u' => code(1, 4, 16),
        'U' => code(1, 8, 16),
        '0'..='3' => code(0, 3, 8),
        _ => (None, letter.len_utf8()),
    }
}

/// A double as CEL's reference prints it: the shortest digits that read back the same, with an exponent below 1e-4
/// and from 1e6 on.
pub(super) fn double_text(value: f64) -> String {
    let scientific = format!("{value:e}");
    match scientific.split_once('e').map(|(digits, exponent)| (digits, exponent.parse::<i32>())) {
        Some((digits, Ok(exponent))) if !(-4..6).contains(&exponent) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", exponent.abs())
        }
        _ => format!("{value}"),
    }
}

/// The candidate nearest to `name`, if it is near: a third of its letters may differ, at least one and at most three.
pub(super) fn closest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name: Vec<char> = name.chars().take(MAX_NAME).collect();
    let limit = (name.len() / 3).clamp(1, 3).min(name.len().saturating_sub(1));
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let distance = distance(&name, candidate, limit)?;
            Some((distance, candidate))
        })
        .min()
        .map(|(_, candidate)| candidate)
}

/// How many letters to insert, remove, replace or swap with their neighbour, if at most `limit`.
fn distance(name: &[char], candidate: &str, limit: usize) -> Option<usize> {
    let candidate: Vec<char> = candidate.chars().take(MAX_NAME).collect();
    if name.len().abs_diff(candidate.len()) > limit {
        return None;
    }
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=candidate.len()).collect();
    for (i, letter) in name.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, other) in candidate.iter().enumerate() {
            let replaced = last[j] + usize::from(letter != other);
            let mut best = replaced.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *letter == candidate[j - 1] && name[i - 1] == *other {
                best = best.min(before_last[j - 1] + 1);
            }
            row.push(best);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last.last().copied().filter(|distance| *distance <= limit)
}

/// Names are compared up to this many letters.
const MAX_NAME: usize = 64;
