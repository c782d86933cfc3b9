//! Countries and regions by the first two characters of an identifier (ISO 3780).

use core::fmt;

/// A part of the world, told by the first character of a vehicle identification number (ISO 3780).
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum WorldRegion {
    /// `A` to `G`.
    Africa,
    /// `H` and `J` to `R`.
    Asia,
    /// `S` to `Z`.
    Europe,
    /// `1` to `5`, and `7F` to `70`.
    NorthAmerica,
    /// `6`, and `7A` to `7E`.
    Oceania,
    /// `8` and `9`.
    SouthAmerica,
}

impl fmt::Display for WorldRegion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Africa => "Africa",
            Self::Asia => "Asia",
            Self::Europe => "Europe",
            Self::NorthAmerica => "North America",
            Self::Oceania => "Oceania",
            Self::SouthAmerica => "South America",
        })
    }
}

/// The country that an identifier of a maker was assigned in.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct VinCountry {
    /// Its code of two letters (ISO 3166-1), such as `DE`.
    pub code: &'static str,
    /// Its short name in English.
    pub name: &'static str,
}

/// The region of the first two characters.
pub(super) fn region_of(first: u8, second: u8) -> Option<WorldRegion> {
    Some(match (first, second) {
        (b'A'..=b'G', _) => WorldRegion::Africa,
        (b'H' | b'J'..=b'R', _) => WorldRegion::Asia,
        (b'S'..=b'Z', _) => WorldRegion::Europe,
        (b'6', _) | (b'7', b'A'..=b'E') => WorldRegion::Oceania,
        (b'1'..=b'5' | b'7', _) => WorldRegion::NorthAmerica,
        (b'8' | b'9', _) => WorldRegion::SouthAmerica,
        _ => return None,
    })
}

/// The country of the first two characters.
pub(super) fn country_of(first: u8, second: u8) -> Option<VinCountry> {
    COUNTRIES
        .iter()
        .find(|(from, to, _, _)| {
            from.as_bytes()[0] == first
                && (place(from.as_bytes()[1])..=place(to.as_bytes()[1])).contains(&place(second))
        })
        .map(|(_, _, code, name)| VinCountry { code, name })
}

/// The second characters count on from A to Z, then from 1 to 9, then 0.
fn place(character: u8) -> u8 {
    match character {
        b'0' => b'Z' + 10,
        b'1'..=b'9' => b'Z' + character - b'0',
        letter => letter,
    }
}

/// From, to (of one first character), ISO 3166-1 code, name: as assigned today, and as once where nobody has it now.
const COUNTRIES: &[(&str, &str, &str, &str)] = &[
    ("AA", "AH", "ZA", "South Africa"),
    ("AJ", "AK", "CI", "Côte d'Ivoire"),
    ("AL", "AM", "LS", "Lesotho"),
    ("AN", "AP", "BW", "Botswana"),
    ("AR", "AS", "NA", "Namibia"),
    ("AT", "AU", "MG", "Madagascar"),
    ("AV", "AW", "MU", "Mauritius"),
    ("AX", "AY", "TN", "Tunisia"),
    ("AZ", "A1", "CY", "Cyprus"),
    ("A2", "A3", "ZW", "Zimbabwe"),
    ("A4", "A5", "MZ", "Mozambique"),
    ("BA", "BB", "AO", "Angola"),
    ("BC", "BC", "ET", "Ethiopia"),
    ("BF", "BG", "KE", "Kenya"),
    ("BH", "BH", "RW", "Rwanda"),
    ("BL", "BL", "NG", "Nigeria"),
    ("BR", "BR", "DZ", "Algeria"),
    ("BT", "BT", "SZ", "Eswatini"),
    ("BU", "BU", "UG", "Uganda"),
    ("B3", "B4", "LY", "Libya"),
    ("CA", "CB", "EG", "Egypt"),
    ("CF", "CG", "MA", "Morocco"),
    ("CL", "CM", "ZM", "Zambia"),
    ("HA", "H0", "CN", "China"),
    ("JA", "J0", "JP", "Japan"),
    ("KA", "KE", "LK", "Sri Lanka"),
    ("KF", "KK", "IL", "Israel"),
    ("KL", "KR", "KR", "South Korea"),
    ("KS", "KT", "JO", "Jordan"),
    ("K1", "K3", "KR", "South Korea"),
    ("K5", "K5", "KG", "Kyrgyzstan"),
    ("LA", "L0", "CN", "China"),
    ("MA", "ME", "IN", "India"),
    ("MF", "MK", "ID", "Indonesia"),
    ("ML", "MR", "TH", "Thailand"),
    ("MS", "MS", "MM", "Myanmar"),
    ("MU", "MU", "MN", "Mongolia"),
    ("MX", "MX", "KZ", "Kazakhstan"),
    ("MY", "M0", "IN", "India"),
    ("NA", "NE", "IR", "Iran"),
    ("NF", "NG", "PK", "Pakistan"),
    ("NJ", "NJ", "IQ", "Iraq"),
    ("NL", "NR", "TR", "Türkiye"),
    ("NS", "NT", "UZ", "Uzbekistan"),
    ("NV", "NV", "AZ", "Azerbaijan"),
    ("NX", "NX", "TJ", "Tajikistan"),
    ("NY", "NY", "AM", "Armenia"),
    ("N1", "N5", "IR", "Iran"),
    ("N7", "N8", "TR", "Türkiye"),
    ("PA", "PC", "PH", "Philippines"),
    ("PF", "PG", "SG", "Singapore"),
    ("PL", "PR", "MY", "Malaysia"),
    ("PS", "PT", "BD", "Bangladesh"),
    ("PV", "PV", "KH", "Cambodia"),
    ("P5", "P0", "IN", "India"),
    ("RA", "RB", "AE", "United Arab Emirates"),
    ("RF", "RK", "TW", "Taiwan"),
    ("RL", "RN", "VN", "Vietnam"),
    ("RP", "RP", "LA", "Laos"),
    ("RS", "RT", "SA", "Saudi Arabia"),
    ("RU", "RW", "RU", "Russia"),
    ("R1", "R7", "HK", "Hong Kong"),
    ("SA", "SM", "GB", "United Kingdom"),
    ("SN", "ST", "DE", "Germany"),
    ("SU", "SZ", "PL", "Poland"),
    ("S1", "S2", "LV", "Latvia"),
    ("S3", "S3", "GE", "Georgia"),
    ("S4", "S4", "IS", "Iceland"),
    ("TA", "TH", "CH", "Switzerland"),
    ("TJ", "TP", "CZ", "Czechia"),
    ("TR", "TV", "HU", "Hungary"),
    ("TW", "T2", "PT", "Portugal"),
    ("T3", "T5", "RS", "Serbia"),
    ("T6", "T6", "AD", "Andorra"),
    ("UH", "UM", "DK", "Denmark"),
    ("UN", "UT", "IE", "Ireland"),
    ("UU", "UZ", "RO", "Romania"),
    ("U1", "U2", "MK", "North Macedonia"),
    ("U5", "U7", "SK", "Slovakia"),
    ("U8", "U0", "BA", "Bosnia and Herzegovina"),
    ("VA", "VE", "AT", "Austria"),
    ("VF", "VR", "FR", "France"),
    ("VS", "VW", "ES", "Spain"),
    ("VX", "V2", "FR", "France"),
    ("V3", "V5", "HR", "Croatia"),
    ("V6", "V0", "EE", "Estonia"),
    ("WA", "W0", "DE", "Germany"),
    ("XA", "XC", "BG", "Bulgaria"),
    ("XD", "XE", "RU", "Russia"),
    ("XF", "XH", "GR", "Greece"),
    ("XJ", "XK", "RU", "Russia"),
    ("XL", "XR", "NL", "Netherlands"),
    ("XS", "XW", "RU", "Russia"),
    ("XX", "XY", "LU", "Luxembourg"),
    ("XZ", "X0", "RU", "Russia"),
    ("YA", "YE", "BE", "Belgium"),
    ("YF", "YK", "FI", "Finland"),
    ("YL", "YR", "MT", "Malta"),
    ("YS", "YW", "SE", "Sweden"),
    ("YX", "Y2", "NO", "Norway"),
    ("Y3", "Y5", "BY", "Belarus"),
    ("Y6", "Y0", "UA", "Ukraine"),
    ("ZA", "ZU", "IT", "Italy"),
    ("ZX", "ZZ", "SI", "Slovenia"),
    ("Z1", "Z1", "SM", "San Marino"),
    ("Z3", "Z5", "LT", "Lithuania"),
    ("Z6", "Z0", "RU", "Russia"),
    ("1A", "10", "US", "United States"),
    ("2A", "20", "CA", "Canada"),
    ("3A", "3X", "MX", "Mexico"),
    ("34", "34", "NI", "Nicaragua"),
    ("35", "35", "DO", "Dominican Republic"),
    ("36", "36", "HN", "Honduras"),
    ("37", "37", "PA", "Panama"),
    ("38", "39", "PR", "Puerto Rico"),
    ("4A", "40", "US", "United States"),
    ("5A", "50", "US", "United States"),
    ("6A", "6X", "AU", "Australia"),
    ("6Y", "61", "NZ", "New Zealand"),
    ("7A", "7E", "NZ", "New Zealand"),
    ("7F", "70", "US", "United States"),
    ("8A", "8E", "AR", "Argentina"),
    ("8F", "8K", "CL", "Chile"),
    ("8L", "8R", "EC", "Ecuador"),
    ("8S", "8W", "PE", "Peru"),
    ("8X", "81", "VE", "Venezuela"),
    ("82", "82", "BO", "Bolivia"),
    ("84", "84", "CR", "Costa Rica"),
    ("9A", "9E", "BR", "Brazil"),
    ("9F", "9K", "CO", "Colombia"),
    ("9L", "9R", "PY", "Paraguay"),
    ("9S", "9W", "UY", "Uruguay"),
    ("9X", "92", "TT", "Trinidad and Tobago"),
    ("93", "99", "BR", "Brazil"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_whole_and_no_two_overlap() {
        for (i, (from, to, code, name)) in COUNTRIES.iter().enumerate() {
            let (from, to) = (from.as_bytes(), to.as_bytes());
            assert!(from.len() == 2 && to.len() == 2 && code.len() == 2 && !name.is_empty(), "{name}");
            assert!(from[0] == to[0] && place(from[1]) <= place(to[1]), "{name}");
            for (other, _, _, _) in &COUNTRIES[i + 1..] {
                let other = other.as_bytes();
                assert!(other[0] != from[0] || place(other[1]) > place(to[1]), "{name}");
            }
            assert!(region_of(from[0], from[1]).is_some(), "{name}");
        }
    }
}
