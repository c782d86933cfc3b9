//! Vehicle identification numbers (ISO 3779), hidden in logs.

use core::fmt;
use core::str::FromStr;

/// A vehicle identification number: 17 characters of ISO 3779 (no I, O or Q).
///
/// It names a person's car, so `Debug` shows only the first three characters; print it on purpose with
/// [`Vin::as_str`] or `Display`. Letters are upper-cased.
///
/// # Examples
///
/// ```
/// use cc_core::{CheckDigit, Vin};
///
/// let vin: Vin = "1HGCM82633A004352".parse()?;
/// assert_eq!(vin.wmi(), "1HG");
/// assert_eq!(vin.check_digit(), CheckDigit::Valid);
/// assert_eq!(format!("{vin:?}"), "Vin(1HG…)");
///
/// let error = "1HGCM82633A00435O".parse::<Vin>().unwrap_err();
/// assert_eq!(error.to_string(), "expected a digit or a letter but I, O, Q at position 17");
/// # Ok::<(), cc_core::VinParseError>(())
/// ```
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Vin([u8; 17]);

/// What the ninth character says. North American cars carry a check digit there, others carry anything: it is
/// reported, never a reason to reject.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CheckDigit {
    /// The ninth character is the one the other sixteen call for (49 CFR 565.15).
    Valid,
    /// It is another one: a European VIN, or a mistake.
    Different {
        /// The character the other sixteen call for.
        expected: char,
    },
}

impl Vin {
    /// The 17 characters.
    pub fn as_str(&self) -> &str {
        // All bytes were checked to be ASCII.
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The world manufacturer identifier: the first three characters (ISO 3780).
    pub fn wmi(&self) -> &str {
        &self.as_str()[..3]
    }

    /// What the ninth character says by the rule of 49 CFR 565.15.
    pub fn check_digit(&self) -> CheckDigit {
        const WEIGHTS: [u32; 17] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
        let sum: u32 = self.0.iter().zip(WEIGHTS).map(|(&c, weight)| transliterate(c) * weight).sum();
        let expected = match sum % 11 {
            10 => 'X',
            digit => char::from(b'0' + digit as u8),
        };
        if char::from(self.0[8]) == expected { CheckDigit::Valid } else { CheckDigit::Different { expected } }
    }
}

/// The number of a character in the check digit's sum (49 CFR 565.15, table III).
fn transliterate(character: u8) -> u32 {
    match character {
        b'0'..=b'9' => u32::from(character - b'0'),
        b'A'..=b'H' => u32::from(character - b'A') + 1,
        b'J'..=b'N' => u32::from(character - b'J') + 1,
        b'P' => 7,
        b'R' => 9,
        b'S'..=b'Z' => u32::from(character - b'S') + 2,
        _ => 0,
    }
}

impl FromStr for Vin {
    type Err = VinParseError;

    fn from_str(text: &str) -> Result<Self, VinParseError> {
        let found = text.chars().count();
        if found != 17 {
            return Err(VinParseError::Length { found });
        }
        let mut bytes = [0; 17];
        for (i, (place, character)) in bytes.iter_mut().zip(text.chars()).enumerate() {
            let upper = character.to_ascii_uppercase();
            if !upper.is_ascii_alphanumeric() || matches!(upper, 'I' | 'O' | 'Q') {
                return Err(VinParseError::Character { position: i + 1 });
            }
            *place = upper as u8;
        }
        Ok(Self(bytes))
    }
}

impl fmt::Display for Vin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Vin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Vin({}…)", self.wmi())
    }
}

/// Why a text is not a VIN. It never holds the text.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum VinParseError {
    /// A character that ISO 3779 does not allow.
    #[error("expected a digit or a letter but I, O, Q at position {position}")]
    Character {
        /// Where, counted from 1.
        position: usize,
    },
    /// The text has too few or too many characters.
    #[error("expected 17 characters, found {found}")]
    Length {
        /// How many characters the text has.
        found: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_digit_is_reported() {
        for (text, check) in [
            ("1HGCM82633A004352", CheckDigit::Valid),
            ("WP0ZZZ99ZTS390000", CheckDigit::Different { expected: '2' }),
            ("5YJSA1E26HF000337", CheckDigit::Different { expected: '7' }),
        ] {
            assert_eq!(text.parse::<Vin>().unwrap().check_digit(), check, "{text}");
        }
    }

    #[test]
    fn letters_are_upper_cased() {
        assert_eq!("wp0zzz99zts390000".parse::<Vin>().unwrap().as_str(), "WP0ZZZ99ZTS390000");
    }
}
