//! The results of an ECU's tests of the car, as canonical JSON.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use cc_core::MeasureUnit;
use cc_core::json::ObjectWriter;

use crate::j1979::{ComponentTest, MonitorTest, OxygenSensorTest, OxygenTestData};
use crate::service::PerformanceCounters;

/// Numbers are in the unit of their scaling, or raw where that is not known: then `unit` is null, as it is of a count.
pub(super) fn monitor_test(test: MonitorTest) -> String {
    let row = test.scaling.row();
    let number = |raw| row.map_or(f64::from(test.scaling.number(raw)), |row| row.scaled(raw));
    let mut out = String::new();
    let mut object = ObjectWriter::new(&mut out);
    object.number("maximum", number(test.maximum));
    object.number("minimum", number(test.minimum));
    object.string("monitor", &format!("{:02X}", test.monitor.0));
    object.optional_string("name", test.monitor.name().as_deref());
    object.string("outcome", test.outcome().name());
    object.string("scaling", &format!("{:02X}", test.scaling.0));
    object.string("test", &format!("{:02X}", test.test));
    object.optional_string("test_name", test.name());
    object.optional_string("unit", row.map(|row| row.symbol).filter(|symbol| !symbol.is_empty()));
    object.number("value", number(test.value));
    object.end();
    out
}

pub(super) fn component_test(test: ComponentTest) -> String {
    let mut out = String::new();
    let mut object = ObjectWriter::new(&mut out);
    object.string("component", &format!("{:02X}", test.component));
    object.number(if test.is_minimum { "minimum" } else { "maximum" }, f64::from(test.limit));
    object.string("outcome", if test.passed() { "passed" } else { "failed" });
    object.string("test", &format!("{:02X}", test.test));
    object.optional_string("unit", None);
    object.number("value", f64::from(test.value));
    object.end();
    out
}

pub(super) fn oxygen_sensor_test(test: OxygenSensorTest) -> String {
    let number = |raw| test.scaled(raw).map_or(f64::from(raw), |(value, _)| value);
    let mut out = String::new();
    let mut object = ObjectWriter::new(&mut out);
    let limits = match test.data {
        OxygenTestData::Measured { minimum, maximum, .. } => Some((minimum, maximum)),
        _ => None,
    };
    if let Some((minimum, maximum)) = limits {
        object.number("maximum", number(maximum));
        object.number("minimum", number(minimum));
    }
    object.optional_string("name", test.name());
    if let Some(passed) = test.passed() {
        object.string("outcome", if passed { "passed" } else { "failed" });
    }
    object.string("sensor", &format!("{:02X}", test.sensor.0));
    object.string("test", &format!("{:02X}", test.test));
    let unit = test.scaled(0).map(|(_, unit)| unit).filter(|unit| *unit != MeasureUnit::One);
    object.optional_string("unit", unit.map(MeasureUnit::symbol));
    if let OxygenTestData::Constant(value) | OxygenTestData::Measured { value, .. } = test.data {
        object.number("value", number(value));
    }
    object.end();
    out
}

/// The counters by their names, sorted.
pub(super) fn performance(counters: &PerformanceCounters) -> String {
    let mut sorted: Vec<_> = counters.iter().collect();
    sorted.sort_unstable();
    let mut out = String::new();
    let mut object = ObjectWriter::new(&mut out);
    for (name, value) in sorted {
        object.number(name, f64::from(value));
    }
    object.end();
    out
}
