//! Units and scalings of test results (SAE J1979, annex E).

use core::fmt;

use cc_core::MeasureUnit;

/// How the numbers of a test result are to be read: the unit-and-scaling id.
///
/// Ids from 0x80 on read their numbers as two's complement, whether the standard has given them or not.
///
/// # Examples
///
/// ```
/// use cc_core::MeasureUnit;
/// use cc_obd::j1979::ScalingId;
///
/// assert_eq!(ScalingId(0x16).scaled(0x0190), Some(0.0));
/// assert_eq!(ScalingId(0x16).row().unwrap().unit, Some(MeasureUnit::Celsius));
/// assert_eq!(ScalingId(0x8C).scaled(0xFFFF), Some(-0.01));
/// assert_eq!(ScalingId(0x99).to_string(), "0.1 kPa per bit, signed");
/// assert_eq!(ScalingId(0x70).scaled(1), None);
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ScalingId(pub u8);

/// One unit and scaling.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScalingRow {
    /// Its id.
    pub id: ScalingId,
    /// What is measured.
    pub quantity: &'static str,
    /// The unit as the standard writes it; empty where there is none.
    pub symbol: &'static str,
    /// The same unit, where it is one of [`MeasureUnit`]'s.
    pub unit: Option<MeasureUnit>,
    numerator: u32,
    denominator: u32,
    offset_hundredths: i32,
}

impl ScalingId {
    /// Whether the numbers are in two's complement.
    pub const fn is_signed(self) -> bool {
        self.0 >= 0x80
    }

    /// The number of two bytes.
    pub const fn number(self, raw: u16) -> i32 {
        if self.is_signed() { raw.cast_signed() as i32 } else { raw as i32 }
    }

    /// The line of the table; `None` for ids that the standard has not given.
    pub fn row(self) -> Option<&'static ScalingRow> {
        SCALINGS.binary_search_by_key(&self, |row| row.id).ok().and_then(|place| SCALINGS.get(place))
    }

    /// A number of two bytes in the unit; `None` for ids that the standard has not given.
    pub fn scaled(self, raw: u16) -> Option<f64> {
        self.row().map(|row| row.scaled(raw))
    }
}

impl ScalingRow {
    /// A number of two bytes in the unit.
    pub fn scaled(&self, raw: u16) -> f64 {
        // Whole numbers until the division: the result is the nearest one to the decimal number meant.
        let number = f64::from(self.id.number(raw)) * f64::from(self.numerator);
        let scaled = number / f64::from(self.denominator);
        if self.offset_hundredths == 0 { scaled } else { scaled + self.offset() }
    }

    /// How much one bit is.
    pub fn factor(&self) -> f64 {
        f64::from(self.numerator) / f64::from(self.denominator)
    }

    /// What is added to a scaled number.
    pub fn offset(&self) -> f64 {
        f64::from(self.offset_hundredths) / 100.0
    }
}

impl fmt::Display for ScalingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(row) = self.row() else { return write!(f, "unknown ({:02X})", self.0) };
        write!(f, "{}", row.factor())?;
        if !row.symbol.is_empty() {
            write!(f, " {}", row.symbol)?;
        }
        f.write_str(" per bit")?;
        if row.offset_hundredths != 0 {
            write!(f, ", from {}", row.offset())?;
        }
        f.write_str(if self.is_signed() { ", signed" } else { "" })
    }
}

macro_rules! scalings {
    ($($id:literal $quantity:literal $numerator:literal / $denominator:literal $symbol:literal
        $(= $unit:ident)? $(from $offset:literal)?;)*) => {
        /// Every unit and scaling that the standard has given, by id.
        pub const SCALINGS: &[ScalingRow] = &[$(ScalingRow {
            id: ScalingId($id),
            quantity: $quantity,
            symbol: $symbol,
            unit: scalings!(@unit $($unit)?),
            numerator: $numerator,
            denominator: $denominator,
            offset_hundredths: 0 $(+ $offset)?,
        }),*];
    };
    (@unit) => { None };
    (@unit $unit:ident) => { Some(MeasureUnit::$unit) };
}

scalings! {
    0x01 "raw value" 1/1 "" = One;
    0x02 "raw value" 1/10 "" = One;
    0x03 "raw value" 1/100 "" = One;
    0x04 "raw value" 1/1000 "" = One;
    0x05 "raw value" 305/10_000_000 "" = One;
    0x06 "raw value" 305/1_000_000 "" = One;
    0x07 "rotational speed" 1/4 "rpm" = RevolutionsPerMinute;
    0x08 "speed" 1/100 "km/h" = KilometerPerHour;
    0x09 "speed" 1/1 "km/h" = KilometerPerHour;
    0x0A "voltage" 122/1000 "mV" = Millivolt;
    0x0B "voltage" 1/1000 "V" = Volt;
    0x0C "voltage" 1/100 "V" = Volt;
    0x0D "current" 1/256 "mA" = Milliampere;
    0x0E "current" 1/1000 "A" = Ampere;
    0x0F "current" 1/100 "A" = Ampere;
    0x10 "time" 1/1 "ms" = Millisecond;
    0x11 "time" 100/1 "ms" = Millisecond;
    0x12 "time" 1/1 "s" = Second;
    0x13 "resistance" 1/1 "mΩ";
    0x14 "resistance" 1/1 "Ω" = Ohm;
    0x15 "resistance" 1/1 "kΩ" = Kiloohm;
    0x16 "temperature" 1/10 "°C" = Celsius from -4000;
    0x17 "gauge pressure" 1/100 "kPa" = Kilopascal;
    0x18 "air pressure" 117/10_000 "kPa" = Kilopascal;
    0x19 "fuel pressure" 79/1000 "kPa" = Kilopascal;
    0x1A "gauge pressure" 1/1 "kPa" = Kilopascal;
    0x1B "diesel pressure" 10/1 "kPa" = Kilopascal;
    0x1C "angle" 1/100 "°" = Degree;
    0x1D "angle" 1/2 "°" = Degree;
    0x1E "equivalence ratio" 305/10_000_000 "λ" = One;
    0x1F "air to fuel ratio" 5/100 "" = One;
    0x20 "ratio" 1/256 "" = One;
    0x21 "frequency" 1/1 "mHz";
    0x22 "frequency" 1/1 "Hz" = Hertz;
    0x23 "frequency" 1/1 "kHz";
    0x24 "count" 1/1 "" = One;
    0x25 "distance" 1/1 "km" = Kilometer;
    0x26 "voltage per time" 1/10 "mV/ms";
    0x27 "mass per time" 1/100 "g/s" = GramPerSecond;
    0x28 "mass per time" 1/1 "g/s" = GramPerSecond;
    0x29 "pressure per time" 1/4 "Pa/s";
    0x2A "mass per time" 1/1000 "kg/h" = KilogramPerHour;
    0x2B "switches" 1/1 "" = One;
    0x2C "mass per cylinder" 1/100 "g/cyl";
    0x2D "mass per stroke" 1/100 "mg/stroke" = MilligramPerStroke;
    0x2E "true or false" 1/1 "" = One;
    0x2F "percentage" 1/100 "%" = Percent;
    0x30 "percentage" 1526/1_000_000 "%" = Percent;
    0x31 "volume" 1/1000 "L" = Liter;
    0x32 "length" 305/10_000_000 "in";
    0x33 "equivalence ratio" 24_414/100_000_000 "λ" = One;
    0x34 "time" 1/1 "min" = Minute;
    0x35 "time" 10/1 "ms" = Millisecond;
    0x36 "mass" 1/100 "g" = Gram;
    0x37 "mass" 1/10 "g" = Gram;
    0x38 "mass" 1/1 "g" = Gram;
    0x39 "percentage" 1/100 "%" = Percent from -32_768;
    0x3A "mass" 1/1000 "g" = Gram;
    0x3B "mass" 1/10_000 "g" = Gram;
    0x3C "time" 1/10 "µs";
    0x3D "current" 1/100 "mA" = Milliampere;
    0x3E "area" 1/16_384 "mm²";
    0x3F "volume" 1/100 "L" = Liter;
    0x40 "concentration" 1/1 "ppm" = PartsPerMillion;
    0x41 "current" 1/100 "µA";
    0x81 "raw value" 1/1 "" = One;
    0x82 "raw value" 1/10 "" = One;
    0x83 "raw value" 1/100 "" = One;
    0x84 "raw value" 1/1000 "" = One;
    0x85 "raw value" 305/10_000_000 "" = One;
    0x86 "raw value" 305/1_000_000 "" = One;
    0x87 "concentration" 1/1 "ppm" = PartsPerMillion;
    0x8A "voltage" 122/1000 "mV" = Millivolt;
    0x8B "voltage" 1/1000 "V" = Volt;
    0x8C "voltage" 1/100 "V" = Volt;
    0x8D "current" 1/256 "mA" = Milliampere;
    0x8E "current" 1/1000 "A" = Ampere;
    0x90 "time" 1/1 "ms" = Millisecond;
    0x96 "temperature" 1/10 "°C" = Celsius;
    0x99 "pressure" 1/10 "kPa" = Kilopascal;
    0x9C "angle" 1/100 "°" = Degree;
    0x9D "angle" 1/2 "°" = Degree;
    0xA8 "mass per time" 1/1 "g/s" = GramPerSecond;
    0xA9 "pressure per time" 1/4 "Pa/s";
    0xAD "mass per stroke" 1/100 "mg/stroke" = MilligramPerStroke;
    0xAE "mass per stroke" 1/10 "mg/stroke" = MilligramPerStroke;
    0xAF "percentage" 1/100 "%" = Percent;
    0xB0 "percentage" 3052/1_000_000 "%" = Percent;
    0xB1 "voltage per time" 2/1 "mV/s";
    0xFC "pressure" 1/100 "kPa" = Kilopascal;
    0xFD "pressure" 1/1000 "kPa" = Kilopascal;
    0xFE "pressure" 1/4 "Pa" = Pascal;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(SCALINGS.is_sorted_by(|a, b| a.id < b.id));
    }

    #[test]
    fn numbers_are_scaled_to_the_decimal_number_meant() {
        for (id, raw, value) in [
            (0x02, 3, 0.3),
            (0x05, 0xFFFF, 1.998_817_5),
            (0x07, 0x1AF8, 1726.0),
            (0x0A, 0xFFFF, 7995.27),
            (0x0D, 0x8000, 128.0),
            (0x16, 0xFFFF, 6513.5),
            (0x18, 0xFFFF, 766.7595),
            (0x19, 0xFFFF, 5177.265),
            (0x1B, 0xFFFF, 655_350.0),
            (0x30, 0xFFFF, 100.006_41),
            (0x39, 0x8000, 0.0),
            (0x39, 0x0000, -327.68),
            (0x3E, 0x4000, 1.0),
            (0x81, 0x8000, -32_768.0),
            (0x84, 0xFFFF, -0.001),
            (0x8A, 0x8000, -3997.696),
            (0x96, 0xFE70, -40.0),
            (0x9D, 0x7FFF, 16_383.5),
            (0xA9, 0x8000, -8192.0),
            (0xB1, 0x8000, -65_536.0),
            (0xFC, 0x8000, -327.68),
            (0xFE, 0xFFFF, -0.25),
        ] {
            assert_eq!(ScalingId(id).scaled(raw), Some(value), "{id:02X}");
        }
        assert_eq!(ScalingId(0x00).scaled(1), None);
        assert_eq!(ScalingId(0x80).scaled(1), None);
        assert_eq!(ScalingId(0x80).number(0xFFFF), -1);
    }
}
