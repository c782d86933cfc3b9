//! What is wrong with an expression, where, and what to write instead.

use std::fmt;

/// A stretch of the expression's text, in bytes: `start..end`.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) struct Span {
    /// The first byte.
    pub(crate) start: u32,
    /// The byte after the last.
    pub(crate) end: u32,
}

impl Span {
    /// The span from `start` to `end`, in bytes; a text is at most [`super::MAX_LENGTH`] long.
    pub(crate) fn new(start: usize, end: usize) -> Self {
        Self { start: start as u32, end: end as u32 }
    }

    /// The span that covers both.
    pub(crate) fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The stretch of `text`; empty where the span does not lie in it.
    pub(crate) fn of(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}

/// One mistake in an expression.
///
/// Neither the text nor the suggestion repeats a name or a text literal that the language does not know: what an
/// author pasted by accident stays out of logs. The span shows the place.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Diagnostic {
    /// The kind of mistake; stable, for tools.
    pub(crate) code: Code,
    /// Where.
    pub(crate) span: Span,
    /// What is wrong: a lower-case fragment.
    pub(crate) text: String,
    /// What to do about it: a lower-case fragment.
    pub(crate) suggestion: Option<String>,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident $text:literal,)*) => {
        /// The kinds of mistakes. The texts are stable: tools may match them.
        #[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
        pub(crate) enum Code {
            $($(#[$doc])* $name,)*
        }

        impl Code {
            /// Every code, in the order of the enum.
            #[cfg(test)]
            pub(crate) const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stable text, such as `unknown-name`.
            pub(crate) fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

codes! {
    /// The text of a duration is not one, or is out of range.
    BadDuration "bad-duration",
    /// An escape in a text literal is not one of CEL's.
    BadEscape "bad-escape",
    /// A number is not written as CEL writes it, or is out of range.
    BadNumber "bad-number",
    /// The text of a timestamp is not one, or is out of range.
    BadTimestamp "bad-timestamp",
    /// Comparisons in a row, as in `1 < x < 5`.
    ChainedComparison "chained-comparison",
    /// `has` asks about a name, and nothing else.
    HasNeedsName "has-needs-name",
    /// A plain number meets a value with a unit.
    MissingUnit "missing-unit",
    /// Whole and decimal numbers meet in arithmetic.
    MixedNumbers "mixed-numbers",
    /// A part of CEL, or of another language, that this language leaves out.
    NotSupported "not-supported",
    /// A word that CEL keeps for itself.
    ReservedWord "reserved-word",
    /// Absolute temperatures and differences are mixed up.
    Temperature "temperature",
    /// Text is made from something that is not constant.
    TextNotConstant "text-not-constant",
    /// The expression nests too deep.
    TooDeep "too-deep",
    /// The expression is too long.
    TooLong "too-long",
    /// The expression has too many operators.
    TooManyOperators "too-many-operators",
    /// An operator meets a type it is not made for.
    TypeMismatch "type-mismatch",
    /// A character that means nothing here.
    UnexpectedCharacter "unexpected-character",
    /// The expression ends too early.
    UnexpectedEnd "unexpected-end",
    /// Something stands where something else is needed.
    UnexpectedToken "unexpected-token",
    /// Units of different dimensions meet.
    UnitMismatch "unit-mismatch",
    /// A product or quotient whose unit has no name.
    UnitProduct "unit-product",
    /// A function that does not exist.
    UnknownFunction "unknown-function",
    /// A name that is neither a signal nor a code.
    UnknownName "unknown-name",
    /// A parameter that the pack does not declare.
    UnknownParameter "unknown-parameter",
    /// A word after a number that is not a unit.
    UnknownUnit "unknown-unit",
    /// A text literal without its closing quote.
    UnterminatedText "unterminated-text",
    /// A function gets too few, too many or the wrong arguments.
    WrongArguments "wrong-arguments",
    /// The whole expression has another type than its place needs.
    WrongResult "wrong-result",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Gathers diagnostics, up to [`super::MAX_DIAGNOSTICS`].
#[derive(Debug, Default)]
pub(super) struct Sink {
    list: Vec<Diagnostic>,
}

impl Sink {
    pub(super) fn report(
        &mut self,
        code: Code,
        span: Span,
        text: impl Into<String>,
        suggestion: Option<String>,
    ) {
        if self.list.len() < super::MAX_DIAGNOSTICS {
            self.list.push(Diagnostic { code, span, text: text.into(), suggestion });
        }
    }

    /// The mistake of this kind that was found last within the span.
    pub(super) fn last_in(&mut self, span: Span, code: Code) -> Option<&mut Diagnostic> {
        let is_there = |found: &&mut Diagnostic| {
            found.code == code && span.start <= found.span.start && found.span.end <= span.end
        };
        self.list.iter_mut().rev().find(is_there)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub(super) fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.list.sort_by_key(|diagnostic| diagnostic.span);
        self.list
    }
}
