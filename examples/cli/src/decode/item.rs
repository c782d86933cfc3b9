//! Items of a capture as lines.

use cc_core::json::{ObjectWriter, write_string};
use cc_core::{Event, MeasureUnit, Timestamp};
use cc_obd::capture::{CaptureReading, Decoded, Item, NoValue};
use cc_obd::service::{InfoItem, Supported};

use super::line;

/// Writes one item; `event` is what it is in the data stream, where it is anything there.
pub(super) fn write(out: &mut String, decoded: &Decoded, at: Option<Timestamp>, event: Option<&Event>) {
    line::write(out, decoded.line, decoded.ecu.as_deref(), |object| {
        if let Some(at) = at {
            object.string("at", &line::instant(at));
        }
        fill(object, &decoded.item, event);
    });
}

fn fill(object: &mut ObjectWriter<'_>, item: &Item, event: Option<&Event>) {
    match item {
        Item::Reading(found) => reading(object, found),
        Item::Vin(vin) => {
            object.string("signal", cc_core::SignalId::VIN.as_str());
            object.string("value", vin.as_str());
            line::unit(object, None);
        }
        Item::NoValue(NoValue { signal, unlisted }) => {
            object.string("signal", signal.as_str());
            object.key("value").push_str("null");
            if let Some(raw) = unlisted {
                object.number("unlisted", *raw as f64);
            }
        }
        Item::TroubleCode(code) => {
            object.string("dtc", &code.dtc.to_string());
            object.optional_string("status", code.status.map(|status| status.to_string()).as_deref());
            object.string("service", &hex(code.service));
            frame(object, code.freeze_frame);
        }
        Item::Negative(negative) => {
            object.string("negative_response", &hex(negative.code.0));
            object.string("service", &hex(negative.service));
            object.optional_string("reason", negative.code.name());
            if negative.is_pending() {
                object.boolean("pending", true);
            }
        }
        Item::Error(error) => object.string("error", &error.to_string()),
        Item::Info(info) => self::info(object, info),
        Item::Supported(report) => {
            object.string("service", &hex(report.service));
            supported(object, report.ids);
        }
        Item::DtcCount(count) => {
            object.number("dtc_count", f64::from(count.count));
            object.string("service", "19");
        }
        Item::Other(answer) => {
            object.string("answer", &hex(answer.service));
            if let Some(identifier) = answer.identifier {
                object.string("identifier", &format!("{identifier:02X}"));
            }
            object.number("length", answer.length as f64);
        }
        // Whole scans and readiness, and what later versions find.
        _ => match event {
            Some(event) => object.key("event").push_str(&event.to_json()),
            None => object.key("event").push_str("null"),
        },
    }
}

fn reading(object: &mut ObjectWriter<'_>, reading: &CaptureReading) {
    object.string("signal", reading.signal.as_str());
    line::value(object.key("value"), &reading.value);
    line::unit(object, reading.unit.filter(|unit| *unit != MeasureUnit::One));
    frame(object, reading.freeze_frame);
}

fn frame(object: &mut ObjectWriter<'_>, frame: Option<u8>) {
    if let Some(frame) = frame {
        object.number("freeze_frame", f64::from(frame));
    }
}

fn info(object: &mut ObjectWriter<'_>, info: &InfoItem) {
    match info {
        InfoItem::CalibrationId(id) => object.string("calibration_id", id),
        InfoItem::CalibrationVerification(bytes) => {
            object.string("calibration_verification", &bytes.map(hex).concat());
        }
        InfoItem::EcuName(name) => object.string("ecu_name", name),
        InfoItem::Supported(ids) => {
            object.string("service", "09");
            supported(object, *ids);
        }
        InfoItem::Vin(vin) => object.string("vin", vin.as_str()),
        InfoItem::Other { info_type, length } => {
            object.string("answer", "09");
            object.string("identifier", &hex(*info_type));
            object.number("length", *length as f64);
        }
        _ => object.key("event").push_str("null"),
    }
}

fn supported(object: &mut ObjectWriter<'_>, ids: Supported) {
    let list = object.key("supported");
    list.push('[');
    for (i, id) in ids.iter().enumerate() {
        if i > 0 {
            list.push(',');
        }
        write_string(list, &hex(id));
    }
    list.push(']');
}

fn hex(byte: u8) -> String {
    format!("{byte:02X}")
}
