//! Units of measure with their dimensions, and exact conversions between them.

use core::fmt;
use core::str::FromStr;

/// What a unit measures. Only values of one dimension can be compared, added or converted.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Dimension {
    /// Change of speed per time.
    Acceleration,
    /// Plane angle.
    Angle,
    /// Electric charge.
    Charge,
    /// Mass per volume.
    Density,
    /// Electric current.
    Current,
    /// A count or a ratio: a number without a unit, percent, parts per million.
    Dimensionless,
    /// Energy.
    Energy,
    /// Force at a lever.
    Torque,
    /// Events per time.
    Frequency,
    /// Length or distance.
    Length,
    /// Mass.
    Mass,
    /// Mass per time.
    MassFlow,
    /// Mass per working stroke of an engine.
    MassPerStroke,
    /// Power.
    Power,
    /// Force per area.
    Pressure,
    /// Electric resistance.
    Resistance,
    /// Turns per time.
    RotationalSpeed,
    /// Distance per time.
    Speed,
    /// Temperature, absolute or a difference of two.
    Temperature,
    /// Duration.
    Time,
    /// Electric potential.
    Voltage,
    /// Volume.
    Volume,
    /// Volume per time.
    VolumeFlow,
}

/// One row of the unit table: how a unit is written and how it becomes the first unit of its dimension.
struct Row {
    unit: MeasureUnit,
    symbol: &'static str,
    synonyms: &'static [&'static str],
    dimension: Dimension,
    /// Added to a value before scaling; only temperatures have one.
    shift: f64,
    /// One unit is `numerator / denominator` of the dimension's base.
    numerator: u64,
    denominator: u64,
}

macro_rules! units {
    ($($(#[$doc:meta])* $name:ident $symbol:literal [$($synonym:literal),*] $dimension:ident $numerator:literal / $denominator:literal $(shift $shift:literal)?;)*) => {
        /// A unit of measure. `Display` and `FromStr` use its symbol, such as `km/h`, `°C` or `kPa`.
        ///
        /// # Examples
        ///
        /// ```
        /// use cc_core::MeasureUnit;
        ///
        /// let unit: MeasureUnit = "degC".parse()?;
        /// assert_eq!((unit, unit.to_string()), (MeasureUnit::Celsius, "°C".to_owned()));
        /// assert_eq!(MeasureUnit::Mile.convert(10.0, MeasureUnit::Kilometer)?, 16.09344);
        ///
        /// let error = MeasureUnit::Meter.convert(1.0, MeasureUnit::Liter).unwrap_err();
        /// assert_eq!(error.to_string(), "cannot turn m (length) into L (volume)");
        /// # Ok::<(), Box<dyn std::error::Error>>(())
        /// ```
        #[non_exhaustive]
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum MeasureUnit {
            $($(#[$doc])* $name,)*
        }

        impl MeasureUnit {
            /// Every unit, in the order of the enum.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            fn row(self) -> &'static Row {
                &ROWS[self as usize]
            }
        }

        static ROWS: &[Row] = &[$(Row {
            unit: MeasureUnit::$name,
            symbol: $symbol,
            synonyms: &[$($synonym),*],
            dimension: Dimension::$dimension,
            shift: 0.0 $(+ $shift)?,
            numerator: $numerator,
            denominator: $denominator,
        },)*];
    };
}

units! {
    /// Ampere.
    Ampere "A" [] Current 1/1;
    /// Ampere hour.
    AmpereHour "Ah" [] Charge 3600/1;
    /// Bar, 100 kPa.
    Bar "bar" [] Pressure 100_000/1;
    /// Degree Celsius.
    Celsius "°C" ["degC", "celsius"] Temperature 1/1;
    /// Cubic metre per hour.
    CubicMeterPerHour "m³/h" ["m3/h"] VolumeFlow 1000/1;
    /// Day of 24 hours.
    Day "d" ["day", "days"] Time 86_400/1;
    /// Degree of angle.
    Degree "deg" ["°", "degrees"] Angle 1/1;
    /// Degree Fahrenheit.
    Fahrenheit "°F" ["degF", "fahrenheit"] Temperature 5/9 shift -32.0;
    /// Foot, 0.3048 m.
    Foot "ft" [] Length 3048/10_000;
    /// Gallon of the United States.
    Gallon "gal" [] Volume 3_785_411_784/1_000_000_000;
    /// Gram.
    Gram "g" [] Mass 1/1000;
    /// Gram per second.
    GramPerSecond "g/s" [] MassFlow 1/1000;
    /// Hertz.
    Hertz "Hz" [] Frequency 1/1;
    /// Hour.
    Hour "h" ["hour", "hours"] Time 3600/1;
    /// Kelvin.
    Kelvin "K" [] Temperature 1/1 shift -273.15;
    /// Kilogram.
    Kilogram "kg" [] Mass 1/1;
    /// Kilogram per hour.
    KilogramPerHour "kg/h" [] MassFlow 1/3600;
    /// Kilometre.
    Kilometer "km" [] Length 1000/1;
    /// Kilometre per hour.
    KilometerPerHour "km/h" ["kph", "kmh"] Speed 10/36;
    /// Kiloohm.
    Kiloohm "kΩ" ["kohm"] Resistance 1000/1;
    /// Kilopascal.
    Kilopascal "kPa" [] Pressure 1000/1;
    /// Kilowatt.
    Kilowatt "kW" [] Power 1000/1;
    /// Kilowatt hour.
    KilowattHour "kWh" [] Energy 3_600_000/1;
    /// Litre.
    Liter "L" ["l", "liter", "liters", "litre", "litres"] Volume 1/1;
    /// Litre per hour.
    LiterPerHour "L/h" ["l/h"] VolumeFlow 1/1;
    /// Metre.
    Meter "m" [] Length 1/1;
    /// Metre per second.
    MeterPerSecond "m/s" [] Speed 1/1;
    /// Metre per second squared.
    MeterPerSecondSquared "m/s²" ["m/s2"] Acceleration 1/1;
    /// Mile of 1609.344 m.
    Mile "mi" ["mile", "miles"] Length 1_609_344/1000;
    /// Mile per hour.
    MilePerHour "mi/h" ["mph"] Speed 44_704/100_000;
    /// Milliampere.
    Milliampere "mA" [] Current 1/1000;
    /// Milligram per cubic metre.
    MilligramPerCubicMeter "mg/m³" ["mg/m3"] Density 1/1_000_000;
    /// Milligram per working stroke of an engine.
    MilligramPerStroke "mg/stroke" [] MassPerStroke 1/1_000_000;
    /// Millimetre.
    Millimeter "mm" [] Length 1/1000;
    /// Millisecond.
    Millisecond "ms" [] Time 1/1000;
    /// Millivolt.
    Millivolt "mV" [] Voltage 1/1000;
    /// Minute.
    Minute "min" ["minute", "minutes"] Time 60/1;
    /// Newton metre.
    NewtonMeter "Nm" ["N·m"] Torque 1/1;
    /// A number without a unit.
    One "1" [] Dimensionless 1/1;
    /// Ohm.
    Ohm "Ω" ["ohm"] Resistance 1/1;
    /// Parts per million.
    PartsPerMillion "ppm" [] Dimensionless 1/1_000_000;
    /// Pascal.
    Pascal "Pa" [] Pressure 1/1;
    /// Percent, a hundredth.
    Percent "%" ["percent"] Dimensionless 1/100;
    /// Pound-force per square inch.
    PoundPerSquareInch "psi" [] Pressure 8_896_443_230_521/1_290_320_000;
    /// Turns per minute.
    RevolutionsPerMinute "rpm" ["1/min", "r/min"] RotationalSpeed 1/1;
    /// Second.
    Second "s" ["second", "seconds"] Time 1/1;
    /// Acceleration of free fall, 9.80665 m/s²; its symbol is spelled out because `g` is the gram.
    StandardGravity "gn" ["g-force"] Acceleration 980_665/100_000;
    /// Volt.
    Volt "V" [] Voltage 1/1;
    /// Watt.
    Watt "W" [] Power 1/1;
    /// Watt hour.
    WattHour "Wh" [] Energy 3600/1;
    /// Week of seven days.
    Week "wk" ["week", "weeks"] Time 604_800/1;
}

impl MeasureUnit {
    /// What the unit measures.
    pub fn dimension(self) -> Dimension {
        self.row().dimension
    }

    /// The symbol, such as `km/h`.
    pub fn symbol(self) -> &'static str {
        self.row().symbol
    }

    /// Other spellings that are read, such as `degC` for `°C`.
    pub fn synonyms(self) -> &'static [&'static str] {
        self.row().synonyms
    }

    /// Turns a value of this unit into one of another unit of the same dimension.
    ///
    /// The factor is a ratio of whole numbers, so that each conversion rounds once or twice and not more:
    /// 10 mi are 16.09344 km to the last digit.
    pub fn convert(self, value: f64, to: Self) -> Result<f64, UnitMismatch> {
        let (from_row, to_row) = (self.row(), to.row());
        let scaled = self.convert_difference(value + from_row.shift, to)?;
        Ok(if self == to { value } else { scaled - to_row.shift })
    }

    /// Turns a *difference* of two values: a rise of 9 °F is one of 5 °C.
    pub fn convert_difference(self, value: f64, to: Self) -> Result<f64, UnitMismatch> {
        let (from_row, to_row) = (self.row(), to.row());
        if from_row.dimension != to_row.dimension {
            return Err(UnitMismatch { from: self, to });
        }
        let up = u128::from(from_row.numerator) * u128::from(to_row.denominator);
        let down = u128::from(from_row.denominator) * u128::from(to_row.numerator);
        let shared = greatest_common_divisor(up, down);
        Ok(value * (up / shared) as f64 / (down / shared) as f64)
    }
}

fn greatest_common_divisor(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

impl fmt::Display for MeasureUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.symbol())
    }
}

impl FromStr for MeasureUnit {
    type Err = UnitParseError;

    fn from_str(text: &str) -> Result<Self, UnitParseError> {
        ROWS.iter()
            .find(|row| row.symbol == text || row.synonyms.contains(&text))
            .map(|row| row.unit)
            .ok_or(UnitParseError)
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Acceleration => "acceleration",
            Self::Angle => "angle",
            Self::Charge => "electric charge",
            Self::Current => "electric current",
            Self::Density => "density",
            Self::Dimensionless => "number",
            Self::Energy => "energy",
            Self::Torque => "torque",
            Self::Frequency => "frequency",
            Self::Length => "length",
            Self::Mass => "mass",
            Self::MassFlow => "mass flow",
            Self::MassPerStroke => "mass per stroke",
            Self::Power => "power",
            Self::Pressure => "pressure",
            Self::Resistance => "resistance",
            Self::RotationalSpeed => "rotational speed",
            Self::Speed => "speed",
            Self::Temperature => "temperature",
            Self::Time => "time",
            Self::Voltage => "voltage",
            Self::Volume => "volume",
            Self::VolumeFlow => "volume flow",
        })
    }
}

/// A number with its unit.
///
/// # Examples
///
/// ```
/// use cc_core::{MeasureUnit, Quantity};
///
/// let trip = Quantity { value: 1.0, unit: MeasureUnit::Kilometer };
/// let more = trip.checked_add(Quantity { value: 500.0, unit: MeasureUnit::Meter })?;
/// assert_eq!(more.to_string(), "1.5 km");
/// // Metres and litres do not add up.
/// assert!(trip.checked_add(Quantity { value: 1.0, unit: MeasureUnit::Liter }).is_err());
/// # Ok::<(), cc_core::UnitMismatch>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantity {
    /// The number.
    pub value: f64,
    /// Its unit.
    pub unit: MeasureUnit,
}

impl Quantity {
    /// The sum, in this quantity's unit; the other is taken as a difference (25 °C + 5 K are 30 °C).
    pub fn checked_add(self, other: Self) -> Result<Self, UnitMismatch> {
        let difference = other.unit.convert_difference(other.value, self.unit)?;
        Ok(Self { value: self.value + difference, unit: self.unit })
    }

    /// The same quantity in another unit.
    pub fn to(self, unit: MeasureUnit) -> Result<Self, UnitMismatch> {
        Ok(Self { value: self.unit.convert(self.value, unit)?, unit })
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.unit {
            MeasureUnit::One => write!(f, "{}", self.value),
            unit => write!(f, "{} {unit}", self.value),
        }
    }
}

/// Two units that measure different things.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("cannot turn {from} ({}) into {to} ({})", from.dimension(), to.dimension())]
pub struct UnitMismatch {
    /// The unit of the value.
    pub from: MeasureUnit,
    /// The unit asked for.
    pub to: MeasureUnit,
}

/// A text that names no unit.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("expected the symbol of a unit, such as km/h or °C")]
pub struct UnitParseError;

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn conversions_come_out_to_the_last_digit() {
        use MeasureUnit as U;
        for (value, from, to, expected) in [
            (212.0, U::Fahrenheit, U::Celsius, 100.0),
            (-40.0, U::Celsius, U::Fahrenheit, -40.0),
            (0.0, U::Celsius, U::Kelvin, 273.15),
            (1.0, U::Mile, U::Kilometer, 1.609_344),
            (60.0, U::MilePerHour, U::KilometerPerHour, 96.560_64),
            (36.0, U::PoundPerSquareInch, U::Kilopascal, 248.211_262_554_061),
            (2.5, U::Bar, U::Kilopascal, 250.0),
            (12_400.0, U::Millivolt, U::Volt, 12.4),
            (14.0, U::Day, U::Hour, 336.0),
            (25.0, U::Percent, U::One, 0.25),
        ] {
            assert_eq!(from.convert(value, to), Ok(expected), "{value} {from} in {to}");
        }
        assert_eq!(U::Fahrenheit.convert_difference(9.0, U::Celsius), Ok(5.0));
    }

    #[test]
    fn symbols_and_synonyms_name_one_unit_each() {
        let mut seen = alloc::collections::BTreeMap::new();
        for unit in MeasureUnit::ALL {
            assert_eq!(unit.symbol().parse(), Ok(*unit));
            for name in core::iter::once(&unit.symbol()).chain(unit.synonyms()) {
                assert_eq!(seen.insert(name.to_string(), *unit), None, "{name} names two units");
            }
        }
        assert_eq!("furlong".parse::<MeasureUnit>(), Err(UnitParseError));
    }

    proptest! {
        #[test]
        fn there_and_back_is_the_same(value in -1e6..1e6f64, a in 0..MeasureUnit::ALL.len(), b in 0..MeasureUnit::ALL.len()) {
            let (a, b) = (MeasureUnit::ALL[a], MeasureUnit::ALL[b]);
            match a.convert(value, b) {
                Ok(there) => {
                    let back = b.convert(there, a).unwrap();
                    prop_assert!((back - value).abs() <= 1e-9 * value.abs().max(1.0), "{value} {a} {there} {b} {back}");
                }
                Err(error) => prop_assert!(a.dimension() != b.dimension(), "{error}"),
            }
        }
    }
}
