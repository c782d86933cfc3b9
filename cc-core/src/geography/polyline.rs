//! Encoded polylines: a line on a map as a short text.
//!
//! Google's *Encoded Polyline Algorithm Format* is what routing services and map views pass round: each point is the
//! difference from the one before, in hundred-thousandths of a degree (some servers: millionths), latitude first,
//! five bits a character. A point of a drive takes five or six characters.

use alloc::string::String;
use alloc::vec::Vec;

use geo_types::Point;

use super::track::check_track;
use super::{PointError, TrackError, point};

/// How fine a polyline is. The text does not say: sender and receiver must agree.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum PolylinePrecision {
    /// Hundred-thousandths of a degree, 1.1 m: Google Maps, OSRM and most others.
    Five,
    /// Millionths of a degree, 0.1 m: Valhalla, and others where they say "polyline6".
    Six,
}

impl PolylinePrecision {
    fn steps_per_degree(self) -> f64 {
        match self {
            Self::Five => 1e5,
            Self::Six => 1e6,
        }
    }
}

/// Writes points as a polyline. Halves of a step are rounded away from zero, as in the format's description.
///
/// # Examples
///
/// ```
/// use cc_core::geography::{PolylinePrecision, encode_polyline, point};
///
/// let line = [point(38.5, -120.2)?, point(40.7, -120.95)?, point(43.252, -126.453)?];
/// assert_eq!(encode_polyline(&line, PolylinePrecision::Five)?, "_p~iF~ps|U_ulLnnqC_mqNvxq`@");
///
/// let error = encode_polyline(&[geo_types::Point::new(0.0, 91.0)], PolylinePrecision::Five).unwrap_err();
/// assert_eq!(error.to_string(), "point 0: latitude is not a number from -90 to 90");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn encode_polyline(points: &[Point], precision: PolylinePrecision) -> Result<String, TrackError> {
    check_track(points)?;
    let steps = |degrees: f64| libm::round(degrees * precision.steps_per_degree()) as i32;
    let mut text = String::with_capacity(points.len().saturating_mul(8));
    let (mut latitude, mut longitude) = (0, 0);
    for place in points {
        let (next_latitude, next_longitude) = (steps(place.y()), steps(place.x()));
        push_number(next_latitude - latitude, &mut text);
        push_number(next_longitude - longitude, &mut text);
        (latitude, longitude) = (next_latitude, next_longitude);
    }
    Ok(text)
}

/// A whole number as the format writes it: the sign in the lowest bit, then five bits a character, the lowest first.
fn push_number(number: i32, text: &mut String) {
    let mut rest = (number << 1 ^ number >> 31) as u32;
    while rest >= MORE {
        text.push(char::from(((rest % MORE) | MORE) as u8 + FIRST));
        rest >>= BITS;
    }
    text.push(char::from(rest as u8 + FIRST));
}

/// Reads a polyline: at most one point for two bytes of text.
///
/// Texts that another encoder would not write are refused, so a polyline that is read is written the same again. A
/// polyline of the wrong precision mostly says so too: ten times the degrees are seldom on the Earth.
///
/// # Examples
///
/// ```
/// use cc_core::geography::{PolylineError, PolylinePrecision, decode_polyline, point};
///
/// let line = decode_polyline("_p~iF~ps|U_ulLnnqC", PolylinePrecision::Five)?;
/// assert_eq!(line, [point(38.5, -120.2)?, point(40.7, -120.95)?]);
///
/// let error = decode_polyline("_p~iF~ps|U_ul", PolylinePrecision::Five).unwrap_err();
/// assert_eq!(error, PolylineError::Unfinished { offset: 13 });
/// assert_eq!(error.to_string(), "the text ends within a number, at byte 13");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn decode_polyline(text: &str, precision: PolylinePrecision) -> Result<Vec<Point>, PolylineError> {
    let bytes = text.as_bytes();
    let mut points = Vec::new();
    let (mut offset, mut latitude, mut longitude) = (0, 0_i32, 0_i32);
    while offset < bytes.len() {
        let start = offset;
        // Numbers have 30 bits and places fewer, so the sums fit.
        latitude += read_number(bytes, &mut offset)?;
        let middle = offset;
        if middle == bytes.len() {
            return Err(PolylineError::LongitudeMissing { offset });
        }
        longitude += read_number(bytes, &mut offset)?;
        let degrees = |steps: i32| f64::from(steps) / precision.steps_per_degree();
        let place = point(degrees(latitude), degrees(longitude)).map_err(|error| match error {
            PointError::Longitude => PolylineError::Longitude { offset: middle },
            PointError::Latitude | PointError::NoFix => PolylineError::Latitude { offset: start },
        })?;
        points.push(place);
    }
    Ok(points)
}

fn read_number(bytes: &[u8], offset: &mut usize) -> Result<i32, PolylineError> {
    let start = *offset;
    let (mut number, mut shift) = (0_u32, 0);
    loop {
        let Some(byte) = bytes.get(*offset) else {
            return Err(PolylineError::Unfinished { offset: *offset });
        };
        let bits = match byte.checked_sub(FIRST) {
            Some(bits) if u32::from(bits) < 2 * MORE => u32::from(bits),
            _ => return Err(PolylineError::Character { offset: *offset }),
        };
        *offset += 1;
        number |= (bits % MORE) << shift;
        shift += BITS;
        let ends = bits < MORE;
        if (!ends && shift == MOST_BITS) || (ends && bits == 0 && shift > BITS) {
            return Err(PolylineError::TooLong { offset: start });
        }
        if ends {
            return Ok((number >> 1) as i32 ^ -((number & 1) as i32));
        }
    }
}

/// Bits a character.
const BITS: u32 = 5;
/// The bit that says that the number goes on.
const MORE: u32 = 1 << BITS;
/// 360 degrees of millionths, with a sign, need 30 bits.
const MOST_BITS: u32 = 30;
/// The character of zero, `?`.
const FIRST: u8 = b'?';

/// Why a text is not a polyline. Offsets are bytes from the start of the text.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum PolylineError {
    /// A character that is not from `?` to `~`.
    #[error("byte {offset} is no character of a polyline")]
    Character {
        /// Where it is.
        offset: usize,
    },
    /// The latitude leaves the Earth; perhaps the precision is another.
    #[error("the latitude at byte {offset} is not from -90 to 90")]
    Latitude {
        /// Where the difference starts that leads there.
        offset: usize,
    },
    /// The longitude leaves the map; perhaps the precision is another.
    #[error("the longitude at byte {offset} is not from -180 to 180")]
    Longitude {
        /// Where the difference starts that leads there.
        offset: usize,
    },
    /// The text ends after a latitude.
    #[error("the longitude is missing, at byte {offset}")]
    LongitudeMissing {
        /// The length of the text.
        offset: usize,
    },
    /// A number with more characters than it needs, or than a place needs.
    #[error("the number at byte {offset} is longer than a place needs")]
    TooLong {
        /// Where it starts.
        offset: usize,
    },
    /// The last character says that the number goes on.
    #[error("the text ends within a number, at byte {offset}")]
    Unfinished {
        /// The length of the text.
        offset: usize,
    },
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;
    use alloc::vec;

    use proptest::prelude::*;

    use super::super::samples::{anywhere, at};
    use super::PolylinePrecision::{Five, Six};
    use super::*;

    #[test]
    fn lines_are_written_as_the_format_describes() {
        for (points, precision, text) in [
            (vec![], Five, ""),
            (vec![at(0.0, 0.0)], Five, "??"),
            (vec![at(0.0, -179.983_210_4)], Five, "?`~oia@"),
            (
                vec![at(38.5, -120.2), at(40.7, -120.95), at(43.252, -126.453)],
                Five,
                "_p~iF~ps|U_ulLnnqC_mqNvxq`@",
            ),
            (
                vec![at(38.5, -120.2), at(40.7, -120.95), at(43.252, -126.453)],
                Six,
                "_izlhA~rlgdF_{geC~ywl@_kwzCn`{nI",
            ),
            // The same place again costs two characters.
            (vec![at(1.0, 2.0), at(1.0, 2.0)], Five, "_ibE_seK??"),
            // Halves go away from zero: 0.5, 1.5 and -0.5 steps are 1, 2 and -1.
            (vec![at(0.000_005, 0.000_015), at(-0.000_005, 0.000_015)], Five, "ACB?"),
            (
                vec![at(-90.0, -180.0), at(90.0, 180.0), at(0.0, 0.0)],
                Six,
                "~fdtjD~niivI_oiivI__tsmT~fdtjD~niivI",
            ),
        ] {
            let written = encode_polyline(&points, precision).unwrap();
            assert_eq!(written, text);
            let read = decode_polyline(text, precision).unwrap();
            assert_eq!(encode_polyline(&read, precision).unwrap(), text);
        }
    }

    #[test]
    fn what_is_no_polyline_says_where() {
        let tall = "~".repeat(1_000);
        for (text, error, words) in [
            ("??!?", PolylineError::Character { offset: 2 }, "byte 2 is no character of a polyline"),
            ("?\u{7f}", PolylineError::Character { offset: 1 }, "byte 1 is no character of a polyline"),
            ("??ø?", PolylineError::Character { offset: 2 }, "byte 2 is no character of a polyline"),
            ("_p~iF", PolylineError::LongitudeMissing { offset: 5 }, "the longitude is missing, at byte 5"),
            ("??_", PolylineError::Unfinished { offset: 3 }, "the text ends within a number, at byte 3"),
            (
                "??_??",
                PolylineError::TooLong { offset: 2 },
                "the number at byte 2 is longer than a place needs",
            ),
            (
                "~~~~~~?",
                PolylineError::TooLong { offset: 0 },
                "the number at byte 0 is longer than a place needs",
            ),
            (
                &tall,
                PolylineError::TooLong { offset: 0 },
                "the number at byte 0 is longer than a place needs",
            ),
            (
                "~~~~~^?",
                PolylineError::Latitude { offset: 0 },
                "the latitude at byte 0 is not from -90 to 90",
            ),
            (
                "??_p~iF_~~~~^",
                PolylineError::Longitude { offset: 7 },
                "the longitude at byte 7 is not from -180 to 180",
            ),
        ] {
            assert_eq!(decode_polyline(text, Five), Err(error), "{text}");
            assert_eq!(error.to_string(), words);
        }
        // Read with the wrong precision, most places are off the Earth.
        let six = encode_polyline(&[at(55.5, 5.0)], Six).unwrap();
        assert_eq!(decode_polyline(&six, Five), Err(PolylineError::Latitude { offset: 0 }));
    }

    proptest! {
        #[test]
        fn points_come_back_within_half_a_step(points in proptest::collection::vec(anywhere(), 0..50), six: bool) {
            let (precision, half) = if six { (Six, 0.5e-6) } else { (Five, 0.5e-5) };
            let text = encode_polyline(&points, precision).unwrap();
            let read = decode_polyline(&text, precision).unwrap();
            prop_assert_eq!(read.len(), points.len());
            for (read, point) in read.iter().zip(&points) {
                prop_assert!((read.x() - point.x()).abs() <= half * 1.000_001);
                prop_assert!((read.y() - point.y()).abs() <= half * 1.000_001);
            }
            prop_assert_eq!(encode_polyline(&read, precision).unwrap(), text);
        }

        #[test]
        fn what_is_read_is_written_the_same_again(text in "([?-^]|[_-~]{1,4}[@-^]){0,12}", six: bool) {
            let precision = if six { Six } else { Five };
            if let Ok(points) = decode_polyline(&text, precision) {
                prop_assert_eq!(encode_polyline(&points, precision).unwrap(), text);
            }
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
            match decode_polyline(&text, Five) {
                Ok(points) => prop_assert!(points.len() <= text.len() / 2),
                Err(error) => prop_assert!(!error.to_string().is_empty()),
            }
        }
    }
}
