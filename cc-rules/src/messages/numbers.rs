//! Numbers as a language writes them: its decimal sign, and what stands between thousands.

/// How a language writes numbers (CLDR, `decimal`, `group` and `minimumGroupingDigits`).
struct Marks {
    decimal: &'static str,
    group: &'static str,
    /// Whole parts of fewer digits are not grouped.
    grouped_from: usize,
}

const NO_BREAK_SPACE: &str = "\u{a0}";
const NARROW_SPACE: &str = "\u{202f}";

fn marks(language: &str) -> Marks {
    let first = language.split('-').next().unwrap_or_default();
    let (decimal, group, grouped_from) = match first {
        "en" | "ja" | "ko" | "zh" | "th" => (".", ",", 4),
        "nb" | "no" | "nn" | "sv" | "fi" | "cs" | "sk" | "ru" | "uk" => (",", NO_BREAK_SPACE, 4),
        "hu" => (",", NO_BREAK_SPACE, 5),
        "pl" | "bg" | "et" | "lv" => (",", NO_BREAK_SPACE, 5),
        "lt" => (",", NO_BREAK_SPACE, 4),
        "fr" => (",", NARROW_SPACE, 4),
        "es" | "pt" => (",", ".", 5),
        _ => (",", ".", 4),
    };
    Marks { decimal, group, grouped_from }
}

/// Digits with a decimal point, and no more: with so many decimals, or one at most where none are given.
pub(super) fn digits(value: f64, decimals: Option<u8>) -> String {
    let written = match decimals {
        Some(decimals) => format!("{value:.*}", usize::from(decimals)),
        None => {
            let written = format!("{value:.1}");
            written.strip_suffix(".0").map(str::to_owned).unwrap_or(written)
        }
    };
    let is_zero = written.bytes().all(|byte| matches!(byte, b'-' | b'0' | b'.'));
    if is_zero { written.trim_start_matches('-').to_owned() } else { written }
}

/// Digits with a decimal point, in the language's own writing.
pub(super) fn localised(written: &str, language: &str) -> String {
    let Marks { decimal, group, grouped_from } = marks(language);
    let (sign, written) = written.strip_prefix('-').map_or(("", written), |rest| ("-", rest));
    let (whole, decimals) = written.split_once('.').map_or((written, None), |(w, d)| (w, Some(d)));
    let mut out = sign.to_owned();
    for (index, digit) in whole.char_indices() {
        let left = whole.len() - index;
        if index > 0 && left % 3 == 0 && whole.len() >= grouped_from {
            out.push_str(group);
        }
        out.push(digit);
    }
    if let Some(decimals) = decimals {
        out.extend([decimal, decimals]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_written_as_the_language_writes_it() {
        for (value, decimals, language, expected) in [
            (1234.56, None, "en", "1,234.6"),
            (1234.56, None, "da", "1.234,6"),
            (1234.56, Some(2), "de-AT", "1.234,56"),
            (1234.0, None, "sv", "1\u{a0}234"),
            (1234.0, None, "nb", "1\u{a0}234"),
            (1234.0, None, "es", "1234"),
            (12345.0, None, "es", "12.345"),
            (-1_234_567.0, Some(0), "fr", "-1\u{202f}234\u{202f}567"),
            (-0.04, None, "en", "0"),
            (-0.04, Some(1), "en", "0.0"),
            (3.0, Some(1), "da", "3,0"),
            (999.0, None, "en", "999"),
        ] {
            assert_eq!(localised(&digits(value, decimals), language), expected, "{value} {language}");
        }
    }
}
