//! The unit texts of DBC files, which nothing standardises.

use alloc::string::String;

use cc_core::MeasureUnit as U;

/// The unit behind a text: a symbol or synonym of [`MeasureUnit`](U), or one of the spellings that many files use.
/// `C` is left alone: it may be the coulomb.
pub(super) fn unit(text: &str) -> Option<U> {
    let text = text.trim();
    if let Ok(unit) = text.parse() {
        return Some(unit);
    }
    if text.len() > 24 {
        return None;
    }
    let text: String = text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
    Some(match text.as_str() {
        "amp" | "amps" | "ampere" | "amperes" => U::Ampere,
        "bar" => U::Bar,
        "degc" | "°c" | "deg.c" | "deg_c" | "degcelsius" | "celsius" | "grad_c" => U::Celsius,
        "degf" | "°f" | "deg_f" | "fahrenheit" => U::Fahrenheit,
        "deg" | "degree" | "degrees" | "grad" | "°" => U::Degree,
        "g/s" => U::GramPerSecond,
        "hz" => U::Hertz,
        "h" | "hr" | "hrs" => U::Hour,
        "kg/h" => U::KilogramPerHour,
        "km" => U::Kilometer,
        "km/h" | "kmh" | "kph" | "kmph" => U::KilometerPerHour,
        "kpa" => U::Kilopascal,
        "kw" => U::Kilowatt,
        "kwh" => U::KilowattHour,
        "l" | "ltr" | "litre" | "litres" | "liter" | "liters" => U::Liter,
        "l/h" => U::LiterPerHour,
        "m/s" => U::MeterPerSecond,
        "m/s2" | "m/s^2" | "m/s²" | "m/(s^2)" | "m/s/s" => U::MeterPerSecondSquared,
        "mph" => U::MilePerHour,
        "msec" => U::Millisecond,
        "mins" | "minutes" => U::Minute,
        "nm" | "n.m" | "n*m" | "n·m" => U::NewtonMeter,
        "ohm" | "ohms" => U::Ohm,
        "percent" | "pct" | "%" => U::Percent,
        "rpm" | "u/min" | "1/min" | "min^-1" | "r/min" | "rev/min" => U::RevolutionsPerMinute,
        "sec" | "secs" | "seconds" => U::Second,
        "volt" | "volts" => U::Volt,
        "watt" | "watts" => U::Watt,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_spellings_are_known_and_doubtful_ones_are_not() {
        for (text, known) in [
            ("km/h", Some(U::KilometerPerHour)),
            ("KPH", Some(U::KilometerPerHour)),
            ("deg C", Some(U::Celsius)),
            ("°C", Some(U::Celsius)),
            (" rpm ", Some(U::RevolutionsPerMinute)),
            ("mV", Some(U::Millivolt)),
            // Not the millivolt, perhaps the megavolt.
            ("MV", None),
            ("C", None),
            ("counts", None),
            ("", None),
        ] {
            assert_eq!(unit(text), known, "{text}");
        }
    }
}
