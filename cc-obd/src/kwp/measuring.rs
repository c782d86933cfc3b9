//! Measuring blocks of the Volkswagen group: what service 21 answers there.

use cc_core::MeasureUnit;

use super::ReadDataByLocalIdentifierAnswer;

/// A measuring block: up to eight values, each of three bytes: how it is to be read, and two numbers.
///
/// The formulas are those that workshops know from the blocks of these cars; the group has published none.
///
/// # Examples
///
/// ```
/// use cc_core::MeasureUnit;
/// use cc_obd::kwp::{MeasuringBlock, ReadDataByLocalIdentifierAnswer};
/// use cc_obd::service::AnswerError;
///
/// let answer = [0x61, 0x01, 0x01, 0xC8, 0x15, 0x05, 0x0A, 0xBC, 0x25, 0x00, 0x00];
/// let answer = ReadDataByLocalIdentifierAnswer::parse(&answer)?;
/// let block = MeasuringBlock::of(&answer).unwrap();
/// let values: Vec<_> = block.iter().map(|value| value.scaled()).collect();
/// assert_eq!(values[0], Some((840.0, MeasureUnit::RevolutionsPerMinute)));
/// assert_eq!(values[1], Some((88.0, MeasureUnit::Celsius)));
/// assert_eq!(values[2], None);
/// # Ok::<(), AnswerError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct MeasuringBlock<'a> {
    /// The number of the block.
    pub number: u8,
    values: &'a [[u8; 3]],
}

/// One value of a measuring block.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Measurement {
    /// How the numbers are to be read.
    pub formula: u8,
    /// The first number: most often a scale.
    pub a: u8,
    /// The second number.
    pub b: u8,
}

impl<'a> MeasuringBlock<'a> {
    /// The block of an answer; `None` where its data are no values of three bytes.
    pub fn of(answer: &ReadDataByLocalIdentifierAnswer<'a>) -> Option<Self> {
        let (values, rest) = answer.data.0.as_chunks::<3>();
        (rest.is_empty() && !values.is_empty()).then_some(Self { number: answer.identifier, values })
    }

    /// The values, in the order of the block.
    pub fn iter(&self) -> impl Iterator<Item = Measurement> + use<'a> {
        self.values.iter().map(|&[formula, a, b]| Measurement { formula, a, b })
    }
}

impl Measurement {
    /// The value and its unit; `None` for bits, texts and formulas that are not known.
    pub fn scaled(&self) -> Option<(f64, MeasureUnit)> {
        let (a, b) = (f64::from(self.a), f64::from(self.b));
        Some(match self.formula {
            1 => (a * b / 5.0, MeasureUnit::RevolutionsPerMinute),
            2 => (a * b / 500.0, MeasureUnit::Percent),
            3 => (a * b / 500.0, MeasureUnit::Degree),
            5 => (a * (b - 100.0) / 10.0, MeasureUnit::Celsius),
            6 | 21 => (a * b / 1000.0, MeasureUnit::Volt),
            7 => (a * b / 100.0, MeasureUnit::KilometerPerHour),
            9 => (a * (b - 127.0) / 50.0, MeasureUnit::Degree),
            12 => (a * b / 1000.0, MeasureUnit::Ohm),
            13 => (a * (b - 127.0) / 1000.0, MeasureUnit::Millimeter),
            14 => (a * b / 200.0, MeasureUnit::Bar),
            15 => (a * b / 100.0, MeasureUnit::Millisecond),
            // Millibars.
            18 => (a * b / 25_000.0, MeasureUnit::Bar),
            19 => (a * b / 100.0, MeasureUnit::Liter),
            20 => (a * (b - 128.0) / 128.0, MeasureUnit::Percent),
            22 => (a * b / 1000.0, MeasureUnit::Millisecond),
            23 => (a * b / 256.0, MeasureUnit::Percent),
            24 => (a * b / 1000.0, MeasureUnit::Ampere),
            26 => (b - a, MeasureUnit::Celsius),
            34 => (a * (b - 128.0) / 100.0, MeasureUnit::Kilowatt),
            35 => (a * b / 100.0, MeasureUnit::LiterPerHour),
            36 => (a * 2560.0 + b * 10.0, MeasureUnit::Kilometer),
            _ => return None,
        })
    }
}
