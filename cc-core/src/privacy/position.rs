//! How precisely a place is told.

use alloc::string::String;
use core::fmt;
use core::fmt::Write as _;
use core::str::FromStr;

use super::PolicyError;
use crate::Number;

/// How precisely positions are kept. A coarser one is the centre of the cell that the position lies in, so that no
/// rounding gives away on which side of a street a car stands.
///
/// In a policy: `exact`, `1000 m` (10 to 100,000), `3 decimals` (0 to 6).
///
/// - **Metres**: rows of equal height from pole to pole (a degree is 111,195 m), each divided into as many equal cells
///   as have the row's height for their width. So cells are about square everywhere; the row at a pole has three, or
///   one. The cosine that the width needs is Bhaskara's approximation in whole numbers, which is the same on every
///   machine and wrong by at most 0.0017.
/// - **Decimals**: cells of a tenth, hundredth … of a degree. Simple and well known, but near the poles they are slivers.
///
/// All is worked out in whole ten-millionths of a degree (about a centimetre). Longitude 180 is −180.
///
/// # Examples
///
/// ```
/// use cc_core::privacy::PositionPrecision;
///
/// let grid: PositionPrecision = "1000 m".parse()?;
/// let (latitude, longitude) = grid.coarsen(&"0.0012".parse().unwrap(), &"-150.00421".parse().unwrap()).unwrap();
/// assert_eq!((latitude.to_string(), longitude.to_string()), ("-0.000551".to_owned(), "-150.0029978".to_owned()));
///
/// let error = "5 m".parse::<PositionPrecision>().unwrap_err();
/// assert_eq!(error.to_string(), "expected exact, 10 m to 100000 m, or 0 to 6 decimals");
/// # Ok::<(), cc_core::privacy::PolicyError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum PositionPrecision {
    /// Cells of so many decimals of a degree, 0 to 6.
    Decimals(u8),
    /// As it came.
    Exact,
    /// Cells of about so many metres, 10 to 100,000.
    Meters(u32),
}

impl PositionPrecision {
    /// The centre of the cell that a place lies in; the place itself where precision is exact. `None` where there is no
    /// such place on Earth.
    pub fn coarsen(self, latitude: &Number, longitude: &Number) -> Option<(Number, Number)> {
        let north = units(latitude, 90)?;
        let east = units(longitude, 180)?;
        let (north, east) = match self {
            Self::Exact => return Some((latitude.clone(), longitude.clone())),
            Self::Decimals(decimals) => {
                let step = 10_i64.pow(7_u32.saturating_sub(decimals.into()).max(1));
                let centre = |units: i64| units / step * step + step / 2;
                (centre(north), centre(east))
            }
            Self::Meters(meters) => cell(north, east, meters),
        };
        Some((degrees(north - 90 * DEGREE)?, degrees(east - 180 * DEGREE)?))
    }
}

/// Ten-millionths of a degree.
const DEGREE: i64 = 10_000_000;

/// A coordinate as units above the lowest it can have; the highest lies in the last cell of a latitude, and is the lowest
/// of a longitude.
fn units(degrees: &Number, most: i64) -> Option<i64> {
    // Both operations are exact to the bit by IEEE 754, on every machine.
    let scaled = degrees.as_f64() * DEGREE as f64;
    if scaled.is_nan() || scaled.abs() > (most * DEGREE) as f64 {
        return None;
    }
    let rounded = if scaled < 0.0 { scaled - 0.5 } else { scaled + 0.5 } as i64;
    let above = rounded + most * DEGREE;
    let span = 2 * most * DEGREE;
    Some(if above < span {
        above
    } else if most == 90 {
        span - 1
    } else {
        0
    })
}

/// The centre of a cell of about so many metres.
fn cell(north: i64, east: i64, meters: u32) -> (i64, i64) {
    let (height, around) = (180 * DEGREE, 360 * DEGREE);
    let row_height = (i64::from(meters) * DEGREE / 111_195).max(1);
    let start = north / row_height * row_height;
    let centre = start.midpoint((start + row_height).min(height));
    // Bhaskara: cos x° ≈ (32,400 − 4x²) / (32,400 + x²).
    let square = i128::from(centre - 90 * DEGREE).pow(2);
    let right = 32_400 * i128::from(DEGREE).pow(2);
    let width = i128::from(around) * (right - 4 * square) / (right + square);
    let columns = (width / i128::from(row_height)).max(1);
    let column = i128::from(east) * columns / i128::from(around);
    let middle = (2 * column + 1) * i128::from(around) / (2 * columns);
    (centre, middle as i64)
}

/// Units as a number of degrees.
fn degrees(units: i64) -> Option<Number> {
    let (whole, part) = (units.unsigned_abs() / DEGREE as u64, units.unsigned_abs() % DEGREE as u64);
    let mut text = String::new();
    let sign = if units < 0 { "-" } else { "" };
    // Writing to a String cannot fail.
    let _ = write!(text, "{sign}{whole}.{part:07}");
    text.trim_end_matches('0').trim_end_matches('.').parse().ok()
}

impl FromStr for PositionPrecision {
    type Err = PolicyError;

    fn from_str(text: &str) -> Result<Self, PolicyError> {
        let number = |text: &str| {
            let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            if digits { text.parse::<u32>().ok() } else { None }
        };
        let found = match (text.strip_suffix(" m"), text.strip_suffix(" decimals")) {
            (Some(meters), _) => number(meters).filter(|m| (10..=100_000).contains(m)).map(Self::Meters),
            (_, Some(decimals)) => number(decimals).filter(|d| *d <= 6).map(|d| Self::Decimals(d as u8)),
            _ if text == "exact" => Some(Self::Exact),
            _ => None,
        };
        found.ok_or(PolicyError::Word { expected: "exact, 10 m to 100000 m, or 0 to 6 decimals" })
    }
}

impl fmt::Display for PositionPrecision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Decimals(decimals) => write!(f, "{decimals} decimals"),
            Self::Exact => f.write_str("exact"),
            Self::Meters(meters) => write!(f, "{meters} m"),
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;
    use std::println;

    use proptest::prelude::*;

    use super::*;

    fn coarse(precision: &str, latitude: &str, longitude: &str) -> Option<(String, String)> {
        let precision: PositionPrecision = precision.parse().unwrap();
        let (north, east) = precision.coarsen(&latitude.parse().unwrap(), &longitude.parse().unwrap())?;
        Some((north.to_string(), east.to_string()))
    }

    #[test]
    fn a_place_becomes_the_centre_of_its_cell() {
        for (precision, place, centre) in [
            ("exact", ("12.50", "-180"), ("12.50", "-180")),
            ("2 decimals", ("12.3456789", "-150.0001"), ("12.345", "-150.005")),
            ("0 decimals", ("-89.99", "179.99"), ("-89.5", "179.5")),
            ("6 decimals", ("0.0000004", "-0.0000004"), ("0.0000005", "-0.0000005")),
            ("3 decimals", ("90", "180"), ("89.9995", "-179.9995")),
            ("3 decimals", ("-90", "-180"), ("-89.9995", "-179.9995")),
        ] {
            let found = coarse(precision, place.0, place.1).unwrap();
            assert_eq!((found.0.as_str(), found.1.as_str()), centre, "{precision}");
        }
        for (latitude, longitude) in
            [("90.1", "0"), ("0", "180.0000001"), ("-91", "0"), ("1e400", "0"), ("0", "-1e400")]
        {
            assert_eq!(coarse("1000 m", latitude, longitude), None);
            assert_eq!(coarse("exact", latitude, longitude), None);
        }
    }

    /// Made with a program of its own in another language, not with this crate.
    #[test]
    fn cells_are_those_of_another_implementation() {
        for (precision, place, centre) in VECTORS {
            let found = coarse(precision, place.0, place.1).unwrap();
            assert_eq!((found.0.as_str(), found.1.as_str()), *centre, "{precision} {place:?}");
        }
    }

    type Row = (&'static str, (&'static str, &'static str), (&'static str, &'static str));
    const VECTORS: &[Row] = &[
        ("1000 m", ("0.0012", "-150.00421"), ("-0.000551", "-150.0029978")),
        ("1000 m", ("-89.99999", "12.5"), ("-89.9955034", "0")),
        ("1000 m", ("90", "0"), ("89.999449", "0")),
        ("1000 m", ("89.99", "-179.9"), ("89.9944014", "-120")),
        ("100 m", ("-35.5012345", "-179.9999999"), ("-35.5010711", "-179.9994468")),
        ("25000 m", ("12.3456", "-140.65"), ("12.4101561", "-140.7293667")),
        ("10 m", ("0", "180"), ("0.0000137", "-179.9999551")),
    ];

    #[test]
    fn words_print_as_they_read() {
        for text in ["exact", "10 m", "100000 m", "0 decimals", "6 decimals"] {
            assert_eq!(text.parse::<PositionPrecision>().unwrap().to_string(), text);
        }
        for text in ["", "9 m", "100001 m", "7 decimals", "+10 m", "10m", "m", " m", "1e3 m", "-1 decimals"] {
            assert!(text.parse::<PositionPrecision>().is_err(), "{text}");
        }
    }

    /// Great-circle distance in metres.
    fn distance(a: (f64, f64), b: (f64, f64)) -> f64 {
        let (north, east) = ((b.0 - a.0).to_radians(), (b.1 - a.1).to_radians());
        let h = (north / 2.0).sin().powi(2)
            + a.0.to_radians().cos() * b.0.to_radians().cos() * (east / 2.0).sin().powi(2);
        2.0 * 6_371_008.8 * h.sqrt().min(1.0).asin()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn a_cell_is_as_small_as_it_says_and_its_centre_stays(
            north in prop_oneof![-90.0..=90.0_f64, 89.9..=90.0_f64, -90.0..=-89.9_f64],
            east in -180.0..=180.0_f64, meters in prop_oneof![10_u32..=100_000, 10_u32..=1_000],
        ) {
            let grid = PositionPrecision::Meters(meters);
            let place = (Number::from_f64(north).unwrap(), Number::from_f64(east).unwrap());
            let centre = grid.coarsen(&place.0, &place.1).unwrap();
            let away = distance((north, east), (centre.0.as_f64(), centre.1.as_f64()));
            if away > f64::from(meters) * 0.99 { println!("{away} of {meters}"); }
            prop_assert!(away <= f64::from(meters) * 1.05 + 1.0, "{} m", away);
            prop_assert_eq!(grid.coarsen(&centre.0, &centre.1), Some(centre));
        }

        #[test]
        fn decimals_move_a_place_by_half_a_cell_at_most(
            north in -90.0..=90.0_f64, east in -180.0..=180.0_f64, decimals in 0_u8..=6,
        ) {
            let precision = PositionPrecision::Decimals(decimals);
            let place = (Number::from_f64(north).unwrap(), Number::from_f64(east).unwrap());
            let centre = precision.coarsen(&place.0, &place.1).unwrap();
            let half = 0.5 * 0.1_f64.powi(decimals.into()) + 1e-7;
            prop_assert!((centre.0.as_f64() - north).abs() <= half);
            prop_assert!((centre.1.as_f64() - east).abs() <= half || east > 179.9);
            prop_assert_eq!(precision.coarsen(&centre.0, &centre.1), Some(centre));
        }
    }
}
