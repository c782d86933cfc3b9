//! How a text is written: plain where YAML allows it, else in quotes.

use std::fmt::Write as _;

/// Where a scalar stands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Style {
    /// In its own line or behind a key.
    Block,
    /// Between brackets.
    Flow,
}

/// Words that stand for nothing unless they are quoted.
pub(super) fn means_nothing(text: &str) -> bool {
    matches!(text, "" | "~" | "null")
}

/// The text in one line.
pub(super) fn written(text: &str, was_plain: bool, style: Style) -> String {
    let keep = !was_plain && (reads_as_something_else(text) || means_nothing(text));
    if !keep && is_plain(text, style) {
        return text.to_owned();
    }
    if text
        .chars()
        .any(|c| c.is_control() || c == '\u{feff}' || c == '\u{2028}' || c == '\u{2029}' || c == '\u{85}')
    {
        return escaped(text);
    }
    if text.contains(['"', '\\']) { format!("'{}'", text.replace('\'', "''")) } else { format!("\"{text}\"") }
}

/// Whether other tools would read the plain word as a number, a truth or nothing: quotes that say "text" stay.
fn reads_as_something_else(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let number = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && digits.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+' | '_'))
        && (digits.parse::<f64>().is_ok() || digits.starts_with("0x") || digits.starts_with("0o"));
    let word = text.to_ascii_lowercase();
    number || matches!(word.as_str(), "true" | "false" | "yes" | "no" | "on" | "off" | "null" | "~")
}

fn is_plain(text: &str, style: Style) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let second = text.chars().nth(1);
    let starts_badly = match first {
        ',' | '[' | ']' | '{' | '}' | '#' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`'
        | '=' => true,
        '-' | '?' | ':' => second.is_none_or(|c| c == ' ' || style == Style::Flow && ",[]{}".contains(c)),
        _ => false,
    };
    let bad_inside = text.contains(": ")
        || text.contains(" #")
        || text.ends_with(':')
        || text.starts_with("---")
        || text.starts_with("...")
        || text.trim() != text
        || text
            .chars()
            .any(|c| c.is_control() || matches!(c, '\u{feff}' | '\u{2028}' | '\u{2029}' | '\u{85}'))
        || style == Style::Flow && text.contains([',', '[', ']', '{', '}']);
    // In brackets a key ends at a colon that a quote or a bracket follows.
    let bad_colon = style == Style::Flow && text.contains([':', '?', '"', '\'', '#']) && text.contains(':');
    !starts_badly && !bad_inside && !bad_colon
}

fn escaped(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() || matches!(c, '\u{feff}' | '\u{2028}' | '\u{2029}') => {
                let code = u32::from(c);
                // Writing to a String cannot fail; all of these have at most four hex digits.
                let _ = write!(out, "\\u{code:04x}");
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// The lines of a text folded to a width; `None` where folding would change it.
pub(super) fn folded(text: &str, width: usize) -> Option<Vec<String>> {
    let words: Vec<&str> = text.split(' ').collect();
    if words.iter().any(|word| word.is_empty()) || text.chars().any(char::is_control) {
        return None;
    }
    let mut lines = vec![String::new()];
    for word in words {
        let line = lines.last_mut()?;
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    Some(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_stand_only_where_yaml_needs_them() {
        use Style::{Block, Flow};
        for (text, was_plain, style, expected) in [
            ("ignition", false, Block, "ignition"),
            ("!ignition", false, Block, "\"!ignition\""),
            ("a > 110 °C && b", false, Block, "a > 110 °C && b"),
            ("x in [\"a\", \"b\"]", true, Block, "x in [\"a\", \"b\"]"),
            ("x in [\"a\"]", false, Flow, "'x in [\"a\"]'"),
            ("118x11@1s", false, Block, "118x11@1s"),
            ("true", false, Block, "\"true\""),
            ("true", true, Block, "true"),
            ("12.4", false, Block, "\"12.4\""),
            ("NO", false, Block, "\"NO\""),
            ("1.0.0", false, Block, "1.0.0"),
            ("null", false, Block, "\"null\""),
            ("null", true, Block, "null"),
            ("it's: here", true, Block, "\"it's: here\""),
            ("a #1", false, Block, "\"a #1\""),
            ("-5", false, Flow, "\"-5\""),
            ("- 5", false, Block, "\"- 5\""),
            ("two\nlines", false, Block, "\"two\\nlines\""),
            ("{limit} is", false, Block, "\"{limit} is\""),
            ("is {limit}", false, Block, "is {limit}"),
        ] {
            assert_eq!(written(text, was_plain, style), expected, "{text:?} {style:?}");
        }
    }
}
