//! Service 05: what the ECU measured of its oxygen sensors. Cars on K-line and J1850 alone have it.

use alloc::vec::Vec;

use crate::service::{AnswerError, Layer, Supported};
use crate::uds::answer_reader;
use crate::uds::part::{Part, Reader};
use cc_core::MeasureUnit;

/// Which oxygen sensor: one bit of a byte.
///
/// Parameter 13 of service 01 says that the car has at most two banks of four sensors, parameter 1D that it has at most
/// four banks of two: a car supports one of the two, and the bit means what that parameter says.
///
/// # Examples
///
/// ```
/// use cc_obd::j1979::SensorLocation;
///
/// let sensor = SensorLocation(0x10);
/// assert_eq!(sensor.in_two_banks(), Some((2, 1)));
/// assert_eq!(sensor.in_four_banks(), Some((3, 1)));
/// assert_eq!(SensorLocation(0x11).in_two_banks(), None);
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct SensorLocation(pub u8);

impl SensorLocation {
    /// Bank and sensor, counted from 1, where the car has parameter 13; `None` unless one bit is set.
    pub const fn in_two_banks(self) -> Option<(u8, u8)> {
        self.place(4)
    }

    /// Bank and sensor, counted from 1, where the car has parameter 1D; `None` unless one bit is set.
    pub const fn in_four_banks(self) -> Option<(u8, u8)> {
        self.place(2)
    }

    const fn place(self, sensors: u8) -> Option<(u8, u8)> {
        if self.0.count_ones() != 1 {
            return None;
        }
        let bit = self.0.trailing_zeros() as u8;
        Some((bit / sensors + 1, bit % sensors + 1))
    }
}

impl Part<'_> for SensorLocation {
    fn read(reader: &mut Reader<'_>, layer: Layer) -> Result<Self, AnswerError> {
        reader.byte(layer).map(Self)
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(self.0);
    }
}

/// A test of an oxygen sensor, by its number: a line of the table of SAE J1979, annex C.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OxygenTestRow {
    /// Its number.
    pub test: u8,
    /// What it measures.
    pub name: &'static str,
    /// The unit of a value.
    pub unit: MeasureUnit,
    /// How many bits one unit is.
    pub bits_per_unit: u16,
}

macro_rules! tests {
    ($($test:literal $name:literal $unit:ident $bits:literal;)*) => {
        /// The tests that SAE J1979 names; others are the maker's.
        pub const OXYGEN_TESTS: &[OxygenTestRow] = &[$(OxygenTestRow {
            test: $test, name: $name, unit: MeasureUnit::$unit, bits_per_unit: $bits,
        }),*];
    };
}

tests! {
    0x01 "rich to lean sensor threshold voltage" Volt 200;
    0x02 "lean to rich sensor threshold voltage" Volt 200;
    0x03 "low sensor voltage for switch time calculation" Volt 200;
    0x04 "high sensor voltage for switch time calculation" Volt 200;
    0x05 "rich to lean sensor switch time" Second 250;
    0x06 "lean to rich sensor switch time" Second 250;
    0x07 "minimum sensor voltage for test cycle" Volt 200;
    0x08 "maximum sensor voltage for test cycle" Volt 200;
    0x09 "time between sensor transitions" Second 25;
    0x0A "sensor period" Second 25;
}

/// An answer of service 05: one test of one sensor.
///
/// # Examples
///
/// ```
/// use cc_core::MeasureUnit;
/// use cc_obd::j1979::{OxygenSensorTest, OxygenTestData};
/// use cc_obd::service::AnswerError;
///
/// let test = OxygenSensorTest::parse(&[0x45, 0x05, 0x01, 0x14, 0x00, 0x19])?;
/// assert_eq!(test.name(), Some("rich to lean sensor switch time"));
/// assert_eq!(test.scaled(0x14), Some((0.08, MeasureUnit::Second)));
/// assert_eq!(test.passed(), Some(true));
///
/// let error = OxygenSensorTest::parse(&[0x45, 0x05, 0x01]).unwrap_err();
/// assert_eq!(error.to_string(), "value cut short or invalid at offset 3");
/// # Ok::<(), AnswerError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct OxygenSensorTest {
    /// The test.
    pub test: u8,
    /// The sensor.
    pub sensor: SensorLocation,
    /// What came of it.
    pub data: OxygenTestData,
}

/// What came of a test of an oxygen sensor.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OxygenTestData {
    /// A constant of the test: a threshold.
    Constant(u8),
    /// What was measured, with its limits.
    Measured {
        /// The value.
        value: u8,
        /// The least that passes.
        minimum: u8,
        /// The most that passes.
        maximum: u8,
    },
    /// The tests that the ECU has.
    Supported(Supported),
}

impl OxygenSensorTest {
    /// The service byte of the request; the answer begins with it and 0x40.
    pub const SERVICE: u8 = 0x05;

    /// Reads an answer, service byte first.
    pub fn parse(answer: &[u8]) -> Result<Self, AnswerError> {
        let mut reader = answer_reader(answer, Self::SERVICE)?;
        let test = reader.byte(Layer::Field("test"))?;
        let sensor = SensorLocation(reader.byte(Layer::Field("sensor"))?);
        let data = if Supported::is_base(test) {
            OxygenTestData::Supported(Supported::new(test, reader.array(Layer::Field("supported_tests"))?))
        } else {
            let value = reader.byte(Layer::Field("value"))?;
            match *reader.rest() {
                [minimum, maximum, ..] if minimum != 0 || maximum != 0 => {
                    reader.take(2, Layer::Field("limits"))?;
                    OxygenTestData::Measured { value, minimum, maximum }
                }
                _ => OxygenTestData::Constant(value),
            }
        };
        crate::uds::ends(&reader, true).map(|()| Self { test, sensor, data })
    }

    /// Appends the answer, service byte first.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&[Self::SERVICE | 0x40, self.test, self.sensor.0]);
        match self.data {
            OxygenTestData::Constant(value) => out.push(value),
            OxygenTestData::Measured { value, minimum, maximum } => {
                out.extend_from_slice(&[value, minimum, maximum]);
            }
            OxygenTestData::Supported(list) => out.extend_from_slice(&list.bytes()),
        }
    }

    /// The line of the test in the table.
    pub fn row(&self) -> Option<&'static OxygenTestRow> {
        OXYGEN_TESTS.iter().find(|row| row.test == self.test)
    }

    /// What the test measures; `None` for a maker's own test.
    pub fn name(&self) -> Option<&'static str> {
        self.row().map(|row| row.name)
    }

    /// A value or limit of this test in its unit; `None` for a maker's own test.
    pub fn scaled(&self, raw: u8) -> Option<(f64, MeasureUnit)> {
        self.row().map(|row| (f64::from(raw) / f64::from(row.bits_per_unit), row.unit))
    }

    /// Whether the value is within its limits; `None` where there are none.
    pub fn passed(&self) -> Option<bool> {
        match self.data {
            OxygenTestData::Measured { value, minimum, maximum } => {
                Some((minimum..=maximum).contains(&value))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::uds::sample::{Entropy, Sample};

    impl Sample<'_> for SensorLocation {
        fn sample(from: &mut Entropy<'_>) -> Self {
            Self(from.byte())
        }
    }
}
