//! Vehicle identification numbers (ISO 3779), hidden in logs.

mod country;
mod wmi;

use core::fmt;
use core::str::FromStr;

pub use country::{VinCountry, WorldRegion};

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

    /// The country that gave out the identifier, by the first two characters (ISO 3780); makers also build elsewhere.
    ///
    /// ```
    /// let vin: cc_core::Vin = "WVWZZZ1KZAW000001".parse()?;
    /// assert_eq!(vin.country().map(|country| country.code), Some("DE"));
    /// let nowhere: cc_core::Vin = "0VWZZZ1KZAW000001".parse()?;
    /// assert_eq!(nowhere.country(), None);
    /// # Ok::<(), cc_core::VinParseError>(())
    /// ```
    pub fn country(&self) -> Option<VinCountry> {
        country::country_of(self.0[0], self.0[1])
    }

    /// The part of the world that the first two characters stand for (ISO 3780); none for a first `0`.
    ///
    /// ```
    /// let vin: cc_core::Vin = "WVWZZZ1KZAW000001".parse()?;
    /// assert_eq!(vin.region(), Some(cc_core::WorldRegion::Europe));
    /// # Ok::<(), cc_core::VinParseError>(())
    /// ```
    pub fn region(&self) -> Option<WorldRegion> {
        country::region_of(self.0[0], self.0[1])
    }

    /// Whether the identifier is one of North America, where the check digit and the model year are law
    /// (49 CFR 565.15).
    pub fn is_north_american(&self) -> bool {
        self.region() == Some(WorldRegion::NorthAmerica)
    }

    /// The maker's name by the first three characters, for the 560 identifiers of about 200 makers this crate knows,
    /// Europe first. A brand is named where it has an identifier of its own; a small maker has none
    /// ([`is_of_small_maker`](Self::is_of_small_maker)).
    ///
    /// ```
    /// let vin: cc_core::Vin = "WVWZZZ1KZAW000001".parse()?;
    /// assert_eq!(vin.manufacturer(), Some("Volkswagen"));
    /// # Ok::<(), cc_core::VinParseError>(())
    /// ```
    pub fn manufacturer(&self) -> Option<&'static str> {
        let maker =
            |wmi: &str| wmi::MAKERS.binary_search_by_key(&wmi, |(wmi, _)| wmi).ok().map(|i| wmi::MAKERS[i].1);
        if self.is_of_small_maker() { None } else { maker(self.wmi()).or_else(|| maker(&self.wmi()[..2])) }
    }

    /// Whether the maker builds few vehicles a year: the third character is 9, and characters 12 to 14 name the maker
    /// together with the first three.
    pub fn is_of_small_maker(&self) -> bool {
        self.0[2] == b'9'
    }

    /// The model years the tenth character can stand for, the later first: the code starts over after 30 years.
    ///
    /// Cars of North America tell the two apart in the seventh character (49 CFR 565.15), and get one. Other makers
    /// need not use the character for the year at all.
    ///
    /// ```
    /// let vin: cc_core::Vin = "1HGCM82633A004352".parse()?;
    /// assert_eq!(vin.model_years().collect::<Vec<_>>(), [2003]);
    /// let european: cc_core::Vin = "WVWZZZ1KZAW000001".parse()?;
    /// assert_eq!(european.model_years().collect::<Vec<_>>(), [2010, 1980]);
    /// # Ok::<(), cc_core::VinParseError>(())
    /// ```
    pub fn model_years(&self) -> impl Iterator<Item = u16> + use<> {
        const CODES: &[u8; 30] = b"ABCDEFGHJKLMNPRSTVWXY123456789";
        let offset = CODES.iter().position(|code| *code == self.0[9]);
        let north_american = self.is_north_american();
        let since_2010 = self.0[6].is_ascii_alphabetic();
        let cycles = [(2010, since_2010), (1980, !since_2010)];
        cycles.into_iter().filter_map(move |(start, fits)| {
            let fits = fits || !north_american;
            offset.filter(|_| fits).map(|offset| start + offset as u16)
        })
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
    use alloc::format;
    use alloc::vec::Vec;

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

    /// A made-up number with this beginning.
    fn vin(start: &str) -> Vin {
        format!("{start:Z<17}").parse().unwrap()
    }

    #[test]
    fn the_first_two_characters_name_region_and_country() {
        use WorldRegion as R;
        for (start, region, code) in [
            ("AH", R::Africa, Some("ZA")),
            ("AZ", R::Africa, Some("CY")),
            ("A1", R::Africa, Some("CY")),
            ("DA", R::Africa, None),
            ("JT", R::Asia, Some("JP")),
            ("KM", R::Asia, Some("KR")),
            ("L0", R::Asia, Some("CN")),
            ("M0", R::Asia, Some("IN")),
            ("NM", R::Asia, Some("TR")),
            ("SM", R::Europe, Some("GB")),
            ("SN", R::Europe, Some("DE")),
            ("SU", R::Europe, Some("PL")),
            ("TM", R::Europe, Some("CZ")),
            ("TR", R::Europe, Some("HU")),
            ("T1", R::Europe, Some("PT")),
            ("UH", R::Europe, Some("DK")),
            ("UU", R::Europe, Some("RO")),
            ("U5", R::Europe, Some("SK")),
            ("VB", R::Europe, Some("AT")),
            ("VF", R::Europe, Some("FR")),
            ("VS", R::Europe, Some("ES")),
            ("V0", R::Europe, Some("EE")),
            ("WV", R::Europe, Some("DE")),
            ("W0", R::Europe, Some("DE")),
            ("XL", R::Europe, Some("NL")),
            ("XT", R::Europe, Some("RU")),
            ("YK", R::Europe, Some("FI")),
            ("YV", R::Europe, Some("SE")),
            ("Y1", R::Europe, Some("NO")),
            ("ZF", R::Europe, Some("IT")),
            ("1H", R::NorthAmerica, Some("US")),
            ("20", R::NorthAmerica, Some("CA")),
            ("3V", R::NorthAmerica, Some("MX")),
            ("39", R::NorthAmerica, Some("PR")),
            ("3Y", R::NorthAmerica, None),
            ("5Y", R::NorthAmerica, Some("US")),
            ("6F", R::Oceania, Some("AU")),
            ("7A", R::Oceania, Some("NZ")),
            ("7S", R::NorthAmerica, Some("US")),
            ("8A", R::SouthAmerica, Some("AR")),
            ("9B", R::SouthAmerica, Some("BR")),
        ] {
            let vin = vin(start);
            assert_eq!(
                (vin.region(), vin.country().map(|country| country.code)),
                (Some(region), code),
                "{start}"
            );
            assert_eq!(vin.is_north_american(), region == R::NorthAmerica, "{start}");
        }
        assert_eq!((vin("00").region(), vin("00").country()), (None, None));
    }

    #[test]
    fn the_identifier_names_the_maker() {
        assert!(wmi::MAKERS.is_sorted_by(|(a, _), (b, _)| a < b));
        for (start, maker) in [
            ("WVW", Some("Volkswagen")),
            ("WAU", Some("Audi")),
            ("TRU", Some("Audi")),
            ("WBA", Some("BMW")),
            ("W1K", Some("Mercedes-Benz")),
            ("W0L", Some("Opel")),
            ("WF0", Some("Ford")),
            ("WP0", Some("Porsche")),
            ("TMB", Some("Škoda")),
            ("VSS", Some("SEAT")),
            ("VF1", Some("Renault")),
            ("VF3", Some("Peugeot")),
            ("VF7", Some("Citroën")),
            ("UU1", Some("Dacia")),
            ("ZFA", Some("Fiat")),
            ("YV1", Some("Volvo")),
            ("SAL", Some("Land Rover")),
            ("U5Y", Some("Kia")),
            ("KMH", Some("Hyundai")),
            ("JTD", Some("Toyota")),
            ("JTH", Some("Lexus")),
            ("JMB", Some("Mitsubishi")),
            ("JMZ", Some("Mazda")),
            ("1FA", Some("Ford")),
            ("1FU", Some("Freightliner")),
            ("5YJ", Some("Tesla")),
            ("XP7", Some("Tesla")),
            ("WZZ", None),
            ("VF9", None), // shared by small makers
            ("1F9", None),
        ] {
            assert_eq!(vin(start).manufacturer(), maker, "{start}");
        }
    }

    #[test]
    fn origin_and_model_year_are_read_from_the_first_characters_and_the_tenth() {
        for (text, country, maker, years) in [
            ("1HGCM82633A004352", Some("US"), Some("Honda"), &[2003][..]),
            ("WP0ZZZ99ZTS390000", Some("DE"), Some("Porsche"), &[2026, 1996]),
            ("5YJSA1E26HF000337", Some("US"), Some("Tesla"), &[2017]),
            ("TMBZZZ00Z00000000", Some("CZ"), Some("Škoda"), &[]),
            ("WVWZZZ1KZ9W000000", Some("DE"), Some("Volkswagen"), &[2039, 2009]),
            ("WDB2030041A000000", Some("DE"), Some("Mercedes-Benz"), &[2031, 2001]),
            ("WVWZZZ1KZ0W000000", Some("DE"), Some("Volkswagen"), &[]),
            ("WVWZZZ1KZUW000000", Some("DE"), Some("Volkswagen"), &[]),
            ("VSSZZZ00ZG0000000", Some("ES"), Some("SEAT"), &[2016, 1986]),
            ("ZZZZZZ00ZG0000000", Some("SI"), None, &[2016, 1986]),
            ("00000000000000000", None, None, &[]),
        ] {
            let vin: Vin = text.parse().unwrap();
            assert_eq!(vin.country().map(|country| country.code), country, "{text}");
            assert_eq!(
                (vin.manufacturer(), vin.model_years().collect::<Vec<_>>()),
                (maker, years.to_vec()),
                "{text}"
            );
        }
    }

    #[test]
    fn letters_are_upper_cased() {
        assert_eq!("wp0zzz99zts390000".parse::<Vin>().unwrap().as_str(), "WP0ZZZ99ZTS390000");
    }
}
