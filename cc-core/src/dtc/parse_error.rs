//! What is wrong with a text that should be a trouble code.

/// Why a text is not a trouble code.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum DtcParseError {
    /// A digit of a VAG, SPN or FMI number is not decimal.
    #[error("expected a decimal digit at position {position}, found {found:?}")]
    Decimal {
        /// Where, counted in characters from 1.
        position: usize,
        /// What stands there.
        found: char,
    },
    /// The word before the space names no family.
    #[error("expected one of VAG, SPN, KWP, RAW before the space")]
    Family,
    /// A digit is not hexadecimal.
    #[error("expected a hex digit at position {position}, found {found:?}")]
    Hex {
        /// Where, counted in characters from 1.
        position: usize,
        /// What stands there.
        found: char,
    },
    /// A decimal number has a leading zero, which would not print back.
    #[error("expected a number without leading zeros")]
    LeadingZero,
    /// The text has too few or too many characters.
    #[error("expected {expected} characters, found {found}")]
    Length {
        /// How many characters the family has.
        expected: usize,
        /// How many characters the text has.
        found: usize,
    },
    /// A number is larger than its field.
    #[error("expected at most {largest}, found {found}")]
    Range {
        /// The largest number of the field.
        largest: u32,
        /// The number in the text.
        found: u32,
    },
    /// The first digit of a J2012 code holds two bits.
    #[error("expected 0 to 3 after the letter, found {found:?}")]
    Subsystem {
        /// What stands there.
        found: char,
    },
    /// The letter names no system.
    #[error("expected one of P, C, B, U, found {found:?}")]
    System {
        /// What stands there.
        found: char,
    },
    /// A fixed word or separator of the family is missing.
    #[error("expected {expected:?}")]
    Word {
        /// The text that should stand there.
        expected: &'static str,
    },
}

/// The value of a hex digit, or the error that names its place.
pub(super) fn hex_digit(found: char, position: usize) -> Result<u32, DtcParseError> {
    found.to_digit(16).ok_or(DtcParseError::Hex { position, found })
}

/// A decimal number without leading zeros, at most `largest`; `position` is that of its first character.
pub(super) fn decimal(digits: &str, largest: u32, position: usize) -> Result<u32, DtcParseError> {
    if digits.is_empty() {
        return Err(DtcParseError::Word { expected: "a number" });
    }
    let mut value: u32 = 0;
    for (i, found) in digits.chars().enumerate() {
        let digit = found.to_digit(10).ok_or(DtcParseError::Decimal { position: position + i, found })?;
        value = value.saturating_mul(10).saturating_add(digit);
    }
    if digits.len() > 1 && digits.starts_with('0') {
        return Err(DtcParseError::LeadingZero);
    }
    if value > largest { Err(DtcParseError::Range { largest, found: value }) } else { Ok(value) }
}

/// What follows a family's word and one space; letter case of the word is ignored.
pub(super) fn after_word<'a>(text: &'a str, word: &'static str) -> Result<&'a str, DtcParseError> {
    match text.split_at_checked(word.len()) {
        Some((head, rest)) if head.eq_ignore_ascii_case(word) => Ok(rest),
        _ => Err(DtcParseError::Word { expected: word }),
    }
}
