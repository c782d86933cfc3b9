//! The lines that `ccars decode` writes.

use cc_core::json::{ObjectWriter, write_string};
use cc_core::{MeasureUnit, Timestamp, Value};
use chrono::SecondsFormat;

/// Writes one line: where it came from, then what `fill` adds.
pub(super) fn write(
    out: &mut String,
    number: u64,
    ecu: Option<&str>,
    fill: impl FnOnce(&mut ObjectWriter<'_>),
) {
    let mut object = ObjectWriter::new(out);
    object.number("line", number as f64);
    if let Some(ecu) = ecu {
        object.string("ecu", ecu);
    }
    fill(&mut object);
    object.end();
    out.push('\n');
}

/// Writes a line for something unreadable.
pub(super) fn write_error(out: &mut String, number: u64, reason: &str) {
    write(out, number, None, |object| object.string("error", reason));
}

/// An instant as RFC 3339 in UTC, with only the digits after the second that are needed.
pub(super) fn instant(at: Timestamp) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// Writes a value as JSON: numbers with the digits they came with.
pub(super) fn value(out: &mut String, value: &Value) {
    match value {
        Value::Number(number) => out.push_str(&number.to_string()),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Text(text) => write_string(out, text),
        Value::Date(date) => write_string(out, &date.to_string()),
        Value::Instant(at) => write_string(out, &instant(*at)),
    }
}

/// Adds the unit of a value; null where it has none.
pub(super) fn unit(object: &mut ObjectWriter<'_>, unit: Option<MeasureUnit>) {
    let unit = unit.filter(|unit| *unit != MeasureUnit::One);
    object.optional_string("unit", unit.map(MeasureUnit::symbol));
}
