//! Which word form goes with a number: "1 tyre", "2 tyres"; Polish has three forms, Japanese one.
//!
//! The rules are the cardinal ones of Unicode's CLDR (version 46, `plurals.xml`), for the languages of Europe and some of
//! Asia. A language that is not here has one form, `other`.

use std::str::FromStr;

/// A form, as CLDR names them.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Category {
    Zero,
    One,
    Two,
    Few,
    Many,
    Other,
}

impl Category {
    const WORDS: [(&'static str, Self); 6] = [
        ("zero", Self::Zero),
        ("one", Self::One),
        ("two", Self::Two),
        ("few", Self::Few),
        ("many", Self::Many),
        ("other", Self::Other),
    ];
}

impl FromStr for Category {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::WORDS.iter().find(|(word, _)| *word == text).map(|(_, category)| *category).ok_or(())
    }
}

/// A number as it is written: CLDR's operands.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Operands {
    /// The whole part, without sign; far beyond any plural rule it keeps its last digits only.
    i: u64,
    /// How many decimals are written.
    v: usize,
    /// The decimals, and the same without trailing zeros.
    f: u64,
    t: u64,
}

impl Operands {
    /// Of digits with a decimal point, such as `-12.50`.
    fn of(written: &str) -> Self {
        let (whole, decimals) = written.trim_start_matches('-').split_once('.').unwrap_or((written, ""));
        let whole = whole.trim_start_matches('-');
        let tail = whole.get(whole.len().saturating_sub(18)..).unwrap_or_default();
        let significant = decimals.trim_end_matches('0');
        let number = |digits: &str| digits.parse().unwrap_or(0);
        Self { i: number(tail), v: decimals.len(), f: number(decimals), t: number(significant) }
    }

    fn is_whole(self, number: u64) -> bool {
        self.i == number && self.t == 0
    }
}

type Rule = fn(Operands) -> Category;

/// Language tags, the forms beside `other`, and the rule.
static RULES: &[(&[&str], &[Category], Rule)] = &[
    (&["ja", "ko", "zh", "vi", "th", "id", "ms"], &[], |_| Category::Other),
    (&["en", "de", "nl", "sv", "fi", "et"], &[Category::One], |n| one(n.i == 1 && n.v == 0)),
    (&["nb", "no", "nn", "hu", "el", "bg", "tr", "fo", "sq", "eu"], &[Category::One], |n| one(n.is_whole(1))),
    (&["da"], &[Category::One], |n| one(n.is_whole(1) || (n.t != 0 && n.i <= 1))),
    (&["is"], &[Category::One], |n| {
        one((n.t == 0 && n.i % 10 == 1 && n.i % 100 != 11) || (n.t % 10 == 1 && n.t % 100 != 11))
    }),
    (&["es"], &[Category::One, Category::Many], |n| {
        if n.is_whole(1) { Category::One } else { many(is_millions(n)) }
    }),
    (&["it", "ca", "pt-PT"], &[Category::One, Category::Many], |n| {
        if n.i == 1 && n.v == 0 { Category::One } else { many(is_millions(n)) }
    }),
    (&["fr", "pt"], &[Category::One, Category::Many], |n| {
        if n.i <= 1 { Category::One } else { many(is_millions(n)) }
    }),
    (&["pl"], &[Category::One, Category::Few, Category::Many], |n| match n {
        Operands { i: 1, v: 0, .. } => Category::One,
        Operands { v: 0, .. } if is_few(n.i) => Category::Few,
        Operands { v: 0, .. } => Category::Many,
        _ => Category::Other,
    }),
    (&["cs", "sk"], &[Category::One, Category::Few, Category::Many], |n| match n {
        Operands { i: 1, v: 0, .. } => Category::One,
        Operands { i: 2..=4, v: 0, .. } => Category::Few,
        Operands { v: 0, .. } => Category::Other,
        _ => Category::Many,
    }),
    (&["ru", "uk"], &[Category::One, Category::Few, Category::Many], |n| match n {
        Operands { v: 1.., .. } => Category::Other,
        _ if n.i % 10 == 1 && n.i % 100 != 11 => Category::One,
        _ if is_few(n.i) => Category::Few,
        _ => Category::Many,
    }),
    (&["hr", "sr", "bs"], &[Category::One, Category::Few], |n| {
        let last = if n.v == 0 { n.i } else { n.f };
        if last % 10 == 1 && last % 100 != 11 {
            Category::One
        } else if is_few(last) {
            Category::Few
        } else {
            Category::Other
        }
    }),
    (&["sl"], &[Category::One, Category::Two, Category::Few], |n| match (n.v, n.i % 100) {
        (0, 1) => Category::One,
        (0, 2) => Category::Two,
        (0, 3 | 4) | (1.., _) => Category::Few,
        _ => Category::Other,
    }),
    (&["lt"], &[Category::One, Category::Few, Category::Many], |n| {
        let teens = (11..=19).contains(&(n.i % 100));
        match n.i % 10 {
            _ if n.t != 0 => Category::Many,
            1 if !teens => Category::One,
            2..=9 if !teens => Category::Few,
            _ => Category::Other,
        }
    }),
    (&["lv"], &[Category::Zero, Category::One], |n| {
        let teens = |number: u64| (11..=19).contains(&(number % 100));
        if (n.t == 0 && (n.i.is_multiple_of(10) || teens(n.i))) || (n.v == 2 && teens(n.f)) {
            Category::Zero
        } else {
            let last = if n.v == 0 || n.t == 0 { n.i } else { n.f };
            let by_decimals = n.t != 0 && n.v != 2 && n.f % 10 == 1;
            one(by_decimals || (last % 10 == 1 && last % 100 != 11))
        }
    }),
    (&["ro"], &[Category::One, Category::Few], |n| match n {
        Operands { i: 1, v: 0, .. } => Category::One,
        Operands { v: 1.., .. } | Operands { i: 0, .. } => Category::Few,
        _ if (1..=19).contains(&(n.i % 100)) => Category::Few,
        _ => Category::Other,
    }),
];

fn one(is_one: bool) -> Category {
    if is_one { Category::One } else { Category::Other }
}

fn many(is_many: bool) -> Category {
    if is_many { Category::Many } else { Category::Other }
}

fn is_few(number: u64) -> bool {
    (2..=4).contains(&(number % 10)) && !(12..=14).contains(&(number % 100))
}

fn is_millions(n: Operands) -> bool {
    n.v == 0 && n.i != 0 && n.i.is_multiple_of(1_000_000)
}

fn rule(language: &str) -> Option<&'static (&'static [&'static str], &'static [Category], Rule)> {
    let first = language.split('-').next().unwrap_or_default();
    let find =
        |tag: &str| RULES.iter().find(|(tags, ..)| tags.iter().any(|known| known.eq_ignore_ascii_case(tag)));
    find(language).or_else(|| find(first))
}

/// The form for a number, given as digits with a decimal point.
pub(crate) fn category(language: &str, written: &str) -> Category {
    rule(language).map_or(Category::Other, |(.., rule)| rule(Operands::of(written)))
}

/// Whether the language uses a form; one that is not known here may have any.
pub(crate) fn uses(language: &str, category: Category) -> bool {
    category == Category::Other || rule(language).is_none_or(|(_, forms, _)| forms.contains(&category))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_forms_of_cldr() {
        use Category::{Few, Many, One, Other, Two, Zero};
        for (language, samples) in [
            ("en", &[("0", Other), ("1", One), ("1.0", Other), ("2", Other), ("-1", One)][..]),
            ("en-GB", &[("1", One)]),
            ("da", &[("0", Other), ("1", One), ("0.5", One), ("1.5", One), ("1.0", One), ("2.5", Other)]),
            ("de", &[("1", One), ("1.5", Other)]),
            ("nb", &[("1", One), ("1.0", One), ("0.5", Other)]),
            ("sv", &[("1", One), ("1.0", Other)]),
            ("es", &[("1", One), ("1000000", Many), ("1000001", Other), ("1.5", Other)]),
            ("fr", &[("0", One), ("1.5", One), ("2", Other), ("2000000", Many)]),
            ("pt", &[("0", One), ("2", Other)]),
            ("pt-PT", &[("0", Other), ("1", One)]),
            ("it", &[("1", One), ("0", Other)]),
            (
                "pl",
                &[
                    ("1", One),
                    ("2", Few),
                    ("5", Many),
                    ("12", Many),
                    ("22", Few),
                    ("0", Many),
                    ("1.5", Other),
                ],
            ),
            ("cs", &[("1", One), ("3", Few), ("5", Other), ("1.5", Many)]),
            ("ru", &[("1", One), ("21", One), ("11", Many), ("2", Few), ("12", Many), ("1.5", Other)]),
            ("hr", &[("1", One), ("11", Other), ("2", Few), ("0.1", One)]),
            ("sl", &[("1", One), ("101", One), ("2", Two), ("3", Few), ("5", Other), ("0.5", Few)]),
            ("lt", &[("1", One), ("11", Other), ("2", Few), ("10", Other), ("1.5", Many)]),
            (
                "lv",
                &[
                    ("0", Zero),
                    ("10", Zero),
                    ("11", Zero),
                    ("1", One),
                    ("21", One),
                    ("2", Other),
                    ("0.1", One),
                ],
            ),
            ("ro", &[("1", One), ("0", Few), ("2", Few), ("19", Few), ("20", Other), ("101", Few)]),
            ("is", &[("1", One), ("21", One), ("11", Other), ("0.1", One)]),
            ("ja", &[("1", Other)]),
            ("xx", &[("1", Other)]),
        ] {
            for (written, expected) in samples {
                assert_eq!(category(language, written), *expected, "{language} {written}");
                assert!(uses(language, *expected), "{language} {expected:?}");
            }
        }
        assert!(!uses("en", Few) && uses("xx", Few) && !uses("ja", One));
    }
}
