//! What stands in a cell: a condition on its column's input, in the shortest writing.

use crate::expr::Ty;
use crate::pack::Constant;

/// A condition on one input.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    /// `[low .. high)`: a round bracket leaves its end out.
    Between { low: Bound, low_in: bool, high: Bound, high_in: bool },
    /// `< x` and its like.
    Compare(Sign, Bound),
    /// `true` or `false`.
    Truth(bool),
    /// `a | b`: one of these texts.
    Words(Vec<Bound>),
}

/// A literal or a parameter, with the byte of the cell where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bound {
    /// As it goes into an expression.
    pub(super) text: String,
    pub(super) at: u32,
    /// `None` for a parameter, and before it is computed.
    pub(super) value: Option<Constant>,
}

impl Bound {
    pub(super) fn is_param(&self) -> bool {
        self.text.starts_with('$')
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Sign {
    Equal,
    Greater,
    GreaterEqual,
    Less,
    LessEqual,
    NotEqual,
}

impl Sign {
    /// Longer ones first, so that `<=` is not read as `<`.
    const ALL: [(&'static str, Self); 6] = [
        ("<=", Self::LessEqual),
        (">=", Self::GreaterEqual),
        ("==", Self::Equal),
        ("!=", Self::NotEqual),
        ("<", Self::Less),
        (">", Self::Greater),
    ];

    pub(super) fn symbol(self) -> &'static str {
        Self::ALL.iter().find(|(_, sign)| *sign == self).map_or("", |(symbol, _)| symbol)
    }
}

/// Why a text is no cell of its column: where in it, what, and what to write.
#[derive(Debug, PartialEq)]
pub(super) struct CellError {
    pub(super) at: u32,
    pub(super) text: &'static str,
    pub(super) hint: &'static str,
}

/// Reads a cell of a column of this type; `None` for `-`, which anything fits.
pub(super) fn parse(text: &str, ty: Ty) -> Result<Option<Cell>, CellError> {
    let start = offset(text, text.trim_start());
    let written = text.trim();
    let fail = |at, text, hint| Err(CellError { at, text, hint });
    if written == "-" {
        return Ok(None);
    }
    if ty == Ty::Bool {
        return match written {
            "true" => Ok(Some(Cell::Truth(true))),
            "false" => Ok(Some(Cell::Truth(false))),
            _ => fail(start, "the input is true or false", "write `true`, `false` or `-`"),
        };
    }
    for (symbol, sign) in Sign::ALL {
        let Some(rest) = written.strip_prefix(symbol) else { continue };
        if ty == Ty::String && !matches!(sign, Sign::Equal | Sign::NotEqual) {
            return fail(start, "texts have no order", "write the texts that fit, as in `a | b`");
        }
        return Ok(Some(Cell::Compare(sign, bound(text, rest, ty)?)));
    }
    if ty == Ty::String {
        let words = written.split('|').map(|word| bound(text, word, ty)).collect::<Result<_, _>>()?;
        return Ok(Some(Cell::Words(words)));
    }
    let low_in = match written.chars().next() {
        Some('[') => true,
        Some('(') => false,
        _ => return fail(start, "not a condition on the input", FORMS),
    };
    let high_in = match written.chars().next_back() {
        Some(']') => true,
        Some(')') => false,
        _ => return fail(start, "the interval does not end", "end it with `]` or `)`"),
    };
    let inside = written.get(1..written.len() - 1).unwrap_or_default();
    let Some((low, high)) = inside.split_once("..") else {
        return fail(start, "an interval has two ends", "write `..` between them, as in `[10 % .. 20 %)`");
    };
    let (low, high) = (bound(text, low, ty)?, bound(text, high, ty)?);
    Ok(Some(Cell::Between { low, low_in, high, high_in }))
}

/// What a cell may be.
const FORMS: &str = "write `< x`, `<= x`, `> x`, `>= x`, `== x`, `!= x`, `[a .. b]`, `(a .. b)` or `-`";

/// Reads `part`, which lies in `whole`.
fn bound(whole: &str, part: &str, ty: Ty) -> Result<Bound, CellError> {
    let written = part.trim();
    let at = offset(whole, part.trim_start());
    let fail = |text, hint| Err(CellError { at, text, hint });
    let is_name = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if written.is_empty() {
        return fail("a value is missing", "write a literal with its unit, or a parameter as `$name`");
    }
    if written.strip_prefix('$').is_some_and(is_name) {
        return Ok(Bound { text: written.to_owned(), at, value: None });
    }
    if ty == Ty::String {
        let quoted = written.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
        let word = quoted.unwrap_or(written);
        if word.contains(['\'', '"', '\\', '$']) || word.chars().any(char::is_control) {
            return fail("quotes, `$` and backslashes have no place in a text here", "compare it in `when`");
        }
        return Ok(Bound { text: format!("'{word}'"), at, value: None });
    }
    let is_call = ["timestamp(", "duration("].iter().any(|call| written.starts_with(call));
    if !is_call && written.contains(['+', '*', '(', ')', '?', '&', '|', '<', '>', '=', '!', '$', '\'', '"']) {
        return fail("a cell holds a literal or a parameter", "compute it in an input");
    }
    Ok(Bound { text: written.to_owned(), at, value: None })
}

/// Where `part`, the end of a text or a piece of it, begins in it.
fn offset(whole: &str, part: &str) -> u32 {
    (part.as_ptr() as usize).saturating_sub(whole.as_ptr() as usize).min(whole.len()) as u32
}

impl Cell {
    pub(super) fn bounds(&self) -> Vec<&Bound> {
        match self {
            Self::Between { low, high, .. } => vec![low, high],
            Self::Compare(_, bound) => vec![bound],
            Self::Truth(_) => Vec::new(),
            Self::Words(words) => words.iter().collect(),
        }
    }

    pub(super) fn bounds_mut(&mut self) -> Vec<&mut Bound> {
        match self {
            Self::Between { low, high, .. } => vec![low, high],
            Self::Compare(_, bound) => vec![bound],
            Self::Truth(_) => Vec::new(),
            Self::Words(words) => words.iter_mut().collect(),
        }
    }

    /// The cell as a condition on `input`, an expression.
    pub(super) fn condition(&self, input: &str) -> String {
        let input = in_parentheses(input);
        match self {
            Self::Between { low, low_in, high, high_in } => {
                let (from, to) = (if *low_in { ">=" } else { ">" }, if *high_in { "<=" } else { "<" });
                format!("{input} {from} {} && {input} {to} {}", low.text, high.text)
            }
            Self::Compare(sign, bound) => format!("{input} {} {}", sign.symbol(), bound.text),
            Self::Truth(true) => input,
            Self::Truth(false) => format!("!{input}"),
            Self::Words(words) => match words.as_slice() {
                [word] => format!("{input} == {}", word.text),
                words => {
                    let list: Vec<_> = words.iter().map(|word| word.text.as_str()).collect();
                    format!("{input} in [{}]", list.join(", "))
                }
            },
        }
    }
}

/// The expression as a part of another one.
pub(super) fn in_parentheses(expression: &str) -> String {
    let expression = expression.trim();
    let simple = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '$');
    if expression.chars().all(simple) { expression.to_owned() } else { format!("({expression})") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::UnitTy;

    #[test]
    fn a_cell_becomes_a_condition_on_its_input() {
        let number = Ty::Double(UnitTy::PLAIN);
        for (text, ty, input, expected) in [
            ("< 5 V", number, "x", "x < 5 V"),
            (" >=  -5 %", number, "x", "x >= -5 %"),
            ("!= $limit", number, "x", "x != $limit"),
            ("[-40 % .. -15 %)", number, "a - b", "(a - b) >= -40 % && (a - b) < -15 %"),
            ("(1..2.5]", number, "x", "x > 1 && x <= 2.5"),
            ("true", Ty::Bool, "misfire", "misfire"),
            ("false", Ty::Bool, "a || b", "!(a || b)"),
            ("petrol", Ty::String, "fuel", "fuel == 'petrol'"),
            ("petrol | 'e 85' | $mine", Ty::String, "fuel", "fuel in ['petrol', 'e 85', $mine]"),
            ("!= diesel", Ty::String, "fuel", "fuel != 'diesel'"),
        ] {
            let cell = parse(text, ty).unwrap().unwrap();
            assert_eq!(cell.condition(input), expected, "{text}");
        }
        assert_eq!(parse(" - ", number), Ok(None));
    }

    #[test]
    fn what_is_no_cell_says_where_and_what_to_write() {
        let number = Ty::Double(UnitTy::PLAIN);
        for (text, ty, at, expected) in [
            ("yes", Ty::Bool, 0, "the input is true or false"),
            ("15 %", number, 0, "not a condition on the input"),
            (" [1 .. 2", number, 1, "the interval does not end"),
            ("[1, 2]", number, 0, "an interval has two ends"),
            ("[1 .. ]", number, 6, "a value is missing"),
            (">", number, 1, "a value is missing"),
            ("> 1 + 2", number, 2, "a cell holds a literal or a parameter"),
            ("> a && b", number, 2, "a cell holds a literal or a parameter"),
            ("< petrol", Ty::String, 0, "texts have no order"),
            ("a | it's", Ty::String, 4, "quotes, `$` and backslashes have no place in a text here"),
            ("[", number, 0, "the interval does not end"),
            ("", number, 0, "not a condition on the input"),
        ] {
            let error = parse(text, ty).unwrap_err();
            assert_eq!((error.at, error.text), (at, expected), "{text}");
        }
    }
}
