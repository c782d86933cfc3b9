//! What several test programs share: an item of a capture as one line of text.
#![allow(clippy::unwrap_used, dead_code, reason = "tests")]

use cc_core::Value;
use cc_obd::capture::{CaptureFormat, Decoded, Decoder, Item};
use cc_obd::service::{Framing, InfoItem};

/// Decodes a whole input.
pub(crate) fn decode(mut decoder: Decoder, input: &[u8]) -> Vec<Decoded> {
    decoder.push(input);
    decoder.finish();
    std::iter::from_fn(|| decoder.next_item()).collect()
}

/// A decoder by the words of the data files.
pub(crate) fn decoder(format: &str, framing: Option<&str>) -> Decoder {
    let decoder = Decoder::new(match format {
        "asc" => CaptureFormat::Asc,
        "csv" => CaptureFormat::Csv,
        "elm327" => CaptureFormat::Elm327,
        "candump" => CaptureFormat::Candump,
        "pairs" => CaptureFormat::Pairs,
        other => panic!("unknown format {other}"),
    });
    match framing {
        Some("kline") => decoder.with_framing(Framing::Kline),
        Some("can") => decoder.with_framing(Framing::Can),
        _ => decoder,
    }
}

/// `LINE ECU what`, with `-` for an unknown ECU.
pub(crate) fn show(decoded: &Decoded) -> String {
    let Decoded { line, ecu, item, .. } = decoded;
    let what = match item {
        Item::Reading(reading) => {
            let value = match &reading.value {
                Value::Number(number) => number.to_string(),
                Value::Bool(value) => value.to_string(),
                Value::Text(text) => format!("{text:?}"),
                other => format!("{other:?}"),
            };
            let unit = reading.unit.map(|unit| format!(" {unit}")).unwrap_or_default();
            let frame = reading.freeze_frame.map(|frame| format!(" in frame {frame}")).unwrap_or_default();
            format!("{} = {value}{}{frame}", reading.signal, if unit == " 1" { "" } else { &unit })
        }
        Item::TroubleCode(code) => {
            let status = code.status.map(|status| format!(" status {status}")).unwrap_or_default();
            let frame = code.freeze_frame.map(|frame| format!(" froze frame {frame}")).unwrap_or_default();
            let by = match (code.service, code.truck) {
                (_, Some(truck)) => match truck.occurrences {
                    Some(occurrences) => format!("{} {occurrences} times", truck.message),
                    None => truck.message.to_string(),
                },
                (service, None) => format!("{:02X}", service.unwrap()),
            };
            let severity = code.severity.map(|severity| {
                let unit = severity.functional_unit.map(|unit| format!(" of unit {unit:02X}"));
                format!(" severity {:02X}{}", severity.severity.0, unit.unwrap_or_default())
            });
            let severity = severity.unwrap_or_default();
            format!("code {}{status}{severity}{frame} by {by}", code.dtc)
        }
        Item::CodeCount(found) => format!("{} codes by {:02X}", found.count.count, found.report),
        // Those without a short form of their own.
        Item::CodeReport(_) | Item::CodeDetail(_) => {
            let json = decoded.to_canonical_json();
            let (_, rest) = json.split_once(r#""code_"#).unwrap();
            let (rest, _) = rest.split_once('}').unwrap();
            rest.replace('"', "").replace(":{", " ").replace([',', ':'], " ")
        }
        Item::Scan(scan) => {
            let complete = if scan.complete { "complete" } else { "partial" };
            assert_eq!(scan.ecu, *ecu);
            let mask = scan.status_mask.map(|mask| format!(" within {mask}")).unwrap_or_default();
            format!("scan {:?} {} {complete}{mask}", scan.service, scan.codes.len())
        }
        Item::Lamps(report) => {
            let lamps = report.lamps;
            let states =
                [lamps.malfunction_indicator(), lamps.red_stop(), lamps.amber_warning(), lamps.protect()];
            format!("lamps {} by {}", states.map(|state| state.to_string()).join(", "), report.message)
        }
        Item::NoFreezeFrame(frame) => format!("no freeze frame {frame}"),
        Item::NoValue(missing) => match missing.unlisted {
            Some(raw) => format!("{} unlisted {raw}", missing.signal),
            None => format!("{} without value", missing.signal),
        },
        Item::Negative(negative) => {
            let word = if negative.is_pending() { "pending" } else { "refused" };
            format!("{word} {:02X} {:02X}", negative.service, negative.code.0)
        }
        Item::Vin(vin) => format!("vin {}", vin.as_str()),
        Item::Info(InfoItem::CalibrationId(text)) => format!("calibration {text}"),
        Item::Info(InfoItem::EcuName(text)) => format!("name {text}"),
        Item::Supported(report) => {
            let ids: Vec<_> = report.ids.iter().map(|id| format!("{id:02X}")).collect();
            format!("supports {:02X} {}", report.service, ids.join(","))
        }
        Item::Readiness(readiness) => {
            let ready = readiness.monitors.iter().filter(|(_, ready)| *ready).count();
            let (all, mil, count) = (readiness.monitors.len(), readiness.mil, readiness.dtc_count);
            let ignition = readiness.ignition;
            format!("monitors since clear: {ready} of {all} ready, lamp {mil}, {count} codes, {ignition:?}")
        }
        Item::CycleReadiness(readiness) => {
            let ready = readiness.monitors.iter().filter(|(_, ready)| *ready).count();
            let (all, ignition) = (readiness.monitors.len(), readiness.ignition);
            format!("monitors this cycle: {ready} of {all} ready, {ignition:?}")
        }
        Item::Other(other) => match other.identifier {
            Some(identifier) => format!("other {:02X} {identifier:02X}", other.service),
            None => format!("other {:02X}", other.service),
        },
        Item::Padding(report) => format!("padding {} by {:02X}", report.length, report.service),
        Item::Error(error) => format!("error {error}"),
        other => format!("{other:?}"),
    };
    format!("{line} {} {what}", ecu.as_deref().unwrap_or("-"))
}
