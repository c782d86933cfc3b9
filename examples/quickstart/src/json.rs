//! What machines read.

use cc_core::VehicleRef;
use cc_core::json::{ObjectWriter, write_string};

use crate::report::Report;
use crate::session::Open;

/// The whole report as one JSON object on one line.
pub(crate) fn write(report: &Report<'_>) -> String {
    let mut text = String::new();
    let mut object = ObjectWriter::new(&mut text);
    object.string("format", report.format.name());
    object.key("events").push_str(&report.tally.events.to_string());
    object.key("bad_lines").push_str(&report.tally.bad.to_string());
    list(object.key("dashboard"), &report.session.rows(), |out, row| out.push_str(&row.to_json()));
    let vehicles: Vec<_> = report.session.vehicles().collect();
    list(object.key("vehicles"), &vehicles, |out, vehicle| self::vehicle(out, report, vehicle));
    object.end();
    text.push('\n');
    text
}

fn list<T>(out: &mut String, items: &[T], mut each: impl FnMut(&mut String, &T)) {
    out.push('[');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        each(out, item);
    }
    out.push(']');
}

fn vehicle(out: &mut String, report: &Report<'_>, vehicle: &VehicleRef) {
    let mut object = ObjectWriter::new(out);
    object.string("vehicle", &vehicle.to_string());
    object.string("status", &report.session.status(vehicle).line(report.language.core(), report.now));
    list(object.key("recommendations"), &report.session.recommendations(vehicle), |out, open| {
        recommendation(out, report, open);
    });
    object.end();
}

fn recommendation(out: &mut String, report: &Report<'_>, Open { change, why }: &Open) {
    let message = report.session.pack().message(report.language.tag(), &change.message, &change.args);
    let mut object = ObjectWriter::new(out);
    object.optional_string("title", message.as_ref().map(|message| message.title.as_str()));
    object.optional_string("text", message.as_ref().map(|message| message.text.as_str()));
    object.key("change").push_str(&change.to_canonical_json());
    if let Some(why) = why {
        let why = why.to_string();
        let lines: Vec<_> = why.lines().collect();
        list(object.key("why"), &lines, |out, line| write_string(out, line));
    }
    object.end();
}
