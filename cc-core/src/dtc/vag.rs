//! The five-digit codes of the Volkswagen group.

use core::fmt;
use core::str::FromStr;

use super::j2012::J2012Dtc;
use super::parse_error::{DtcParseError, after_word, decimal};

/// A five-digit trouble code of the Volkswagen group, such as `VAG 17978`.
///
/// Numbers from 16384 on are P-codes in another coat; [`VagDtc::p_code`] shows the P-code, [`VagDtc::from_p_code`]
/// goes the other way. It is a view, not equality.
///
/// # Examples
///
/// ```
/// let code: cc_core::VagDtc = "VAG 16502".parse()?;
/// assert_eq!(code.p_code().unwrap().to_string(), "P0118");
/// assert_eq!("VAG 00513".parse::<cc_core::VagDtc>()?.p_code(), None);
/// assert!("VAG 513".parse::<cc_core::VagDtc>().is_err());
/// # Ok::<(), cc_core::DtcParseError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct VagDtc(u32);

/// The largest number of five digits.
const LARGEST: u32 = 99_999;
/// The number of P0000.
const FIRST_P_CODE: u32 = 16_384;
/// From one P-code thousand to the next.
const THOUSAND: u32 = 1_024;

impl VagDtc {
    /// The code of a number of at most five digits.
    pub fn new(number: u32) -> Result<Self, DtcParseError> {
        if number > LARGEST {
            return Err(DtcParseError::Range { largest: LARGEST, found: number });
        }
        Ok(Self(number))
    }

    /// The number, 0 to 99999.
    pub const fn number(self) -> u32 {
        self.0
    }

    /// The P-code this number stands for: 16384 + 1024 · d1 + the decimal number d2d3d4.
    pub fn p_code(self) -> Option<J2012Dtc> {
        let offset = self.0.checked_sub(FIRST_P_CODE)?;
        let (thousand, rest) = (offset / THOUSAND, offset % THOUSAND);
        if thousand > 3 || rest > 999 {
            return None;
        }
        let digits = (thousand << 12) | ((rest / 100) << 8) | ((rest / 10 % 10) << 4) | (rest % 10);
        Some(J2012Dtc::from_raw(digits as u16))
    }

    /// The number that stands for a P-code of decimal digits, where there is one.
    pub fn from_p_code(code: J2012Dtc) -> Option<Self> {
        let raw = u32::from(code.raw());
        let digits = [raw >> 12, raw >> 8 & 0xF, raw >> 4 & 0xF, raw & 0xF];
        if digits[0] > 3 || digits.iter().any(|&d| d > 9) {
            return None;
        }
        Some(Self(FIRST_P_CODE + THOUSAND * digits[0] + 100 * digits[1] + 10 * digits[2] + digits[3]))
    }
}

impl FromStr for VagDtc {
    type Err = DtcParseError;

    fn from_str(text: &str) -> Result<Self, DtcParseError> {
        let digits = after_word(text, "VAG ")?;
        let found = digits.chars().count();
        if found != 5 {
            return Err(DtcParseError::Length { expected: 5, found });
        }
        let mut number = 0;
        for (i, found) in digits.chars().enumerate() {
            number = number * 10 + decimal(found.encode_utf8(&mut [0; 4]), 9, i + 5)?;
        }
        Self::new(number)
    }
}

impl fmt::Display for VagDtc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VAG {:05}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn five_digits_and_p_code_are_two_views() {
        for (number, text) in
            [(16_502, "P0118"), (17_072, "P0688"), (17_704, "P1296"), (17_978, "P1570"), (18_274, "P1866")]
        {
            let code = VagDtc::new(number).unwrap();
            assert_eq!(code.p_code().unwrap().to_string(), text);
            assert_eq!(VagDtc::from_p_code(text.parse().unwrap()), Some(code));
        }
    }

    #[test]
    fn lower_numbers_and_gaps_have_no_p_code() {
        for number in [0, 513, 16_383, FIRST_P_CODE + 1_000, FIRST_P_CODE + 4 * THOUSAND, 99_999] {
            assert_eq!(VagDtc::new(number).unwrap().p_code(), None, "{number}");
        }
    }

    #[test]
    fn every_number_prints_and_parses_back() {
        for number in 0..=LARGEST {
            let code = VagDtc::new(number).unwrap();
            assert_eq!(code.to_string().parse(), Ok(code));
            if let Some(p) = code.p_code() {
                assert_eq!(VagDtc::from_p_code(p), Some(code));
            }
        }
    }
}
