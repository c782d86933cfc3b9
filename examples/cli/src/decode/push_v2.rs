//! Decoding the data stream: each event becomes a line of the same form as a car's own answers.

use cc_core::json::ObjectWriter;
use cc_core::{Body, DtcDiff, Event};
use example_terminal::{Failure, Input, JsonEvents, Output, Piece, Verdict};

use super::{Target, line};

pub(super) fn run(input: Input, to: Target) -> Result<Verdict, Failure> {
    let mut events = JsonEvents::new(input);
    let mut out = Output::stdout();
    let mut text = String::new();
    let mut bad = 0;
    loop {
        if events.is_drained() {
            out.flush()?;
        }
        let decoded = match events.next()? {
            None => break,
            Some(Piece::ArrayStart | Piece::ArrayEnd) => continue,
            Some(Piece::Bad(reason)) => Err(reason.to_owned()),
            Some(Piece::Text(text)) => Event::from_json(text).map_err(|error| error.to_string()),
        };
        text.clear();
        match decoded {
            Ok(event) if to == Target::PushV2 => {
                text.push_str(&event.to_json());
                text.push('\n');
            }
            Ok(event) => write(&mut text, events.line(), &event),
            Err(reason) => {
                bad += 1;
                line::write_error(&mut text, events.line(), &reason);
            }
        }
        out.text(&text)?;
    }
    out.flush()?;
    Ok(Verdict::from_bad(bad))
}

fn write(out: &mut String, number: u64, event: &Event) {
    match &event.body {
        Body::Reading(reading) => line::write(out, number, None, |object| {
            envelope(object, event);
            object.string("signal", reading.signal.as_str());
            line::value(object.key("value"), &reading.value);
            line::unit(object, Some(reading.unit()));
        }),
        Body::TroubleCode(code) if code.dtc().is_some() => {
            line::write(out, number, code.ecu.as_deref(), |object| {
                envelope(object, event);
                let dtc = code.dtc().map(|dtc| dtc.to_string());
                let status = code.status().map(|status| status.to_string());
                object.optional_string("dtc", dtc.as_deref());
                object.optional_string("status", status.as_deref().or(code.status.as_deref()));
                object.optional_string("diff", code.diff.map(diff));
            });
        }
        _ => line::write(out, number, None, |object| object.key("event").push_str(&event.to_json())),
    }
}

fn envelope(object: &mut ObjectWriter<'_>, event: &Event) {
    object.string("at", &line::instant(event.at));
    if let Some(vehicle) = event.vehicle_ref() {
        object.string("vehicle", &vehicle.to_string());
    }
}

fn diff(diff: DtcDiff) -> &'static str {
    match diff {
        DtcDiff::Add => "add",
        DtcDiff::Change => "change",
        DtcDiff::Remove => "remove",
    }
}
