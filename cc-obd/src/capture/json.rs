//! Items as canonical JSON: the one text that the command line and all language bindings print.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use alloc::{format, vec};

use cc_core::json::{ObjectWriter, write_number, write_string};
use cc_core::{
    CodeScan, IgnitionType, MeasureUnit, Monitor, MonitorReadiness, ScanService, SignalId, Timestamp, Value,
    Vin,
};
use chrono::SecondsFormat;

use super::tests_json::{component_test, monitor_test, oxygen_sensor_test, performance};
use super::{CodeCount, CodeDetail, CodeReport, CodeSeverity, Decoded, Detail, Item};
use crate::j1939::Lamps;
use crate::service::{CycleReadiness, InfoItem};
use crate::signals::dbc::Quality;
use crate::uds::DtcReport;

impl Decoded {
    /// The item as canonical JSON (RFC 8785), one line without a line end.
    ///
    /// `line` is always there; `ecu`, `at` and `freeze_frame` where they are known. Protocol bytes are hexadecimal texts.
    /// What else there is says what it is: `signal` (with `value` and `unit`, and `quality` where it is out of range),
    /// `dtc` (null where no freeze frame is stored; with `service` and `status`, and `severity` and `functional_unit`
    /// where a report has them; of KWP2000 with `kwp_status` and `state`, of a truck with `message` and `occurrences`),
    /// `code_report` and `code_detail` (other reports of service 19, and what they say of codes: data as hexadecimal
    /// text), `monitor_test`, `component_test`, `oxygen_sensor_test`, `performance`, `cleared`, `lamps` (with `message`),
    /// `negative_response` (with `service` and `reason`, and `pending` where the answer follows), `error`, `scan`,
    /// `padding`, `readiness`, `supported`, `calibration_id`, `calibration_verification`, `ecu_name`, `dtc_count` (with
    /// `report`, `availability` and `format`) or `answer` (of unknown meaning).
    ///
    /// The text holds what the car said, a VIN included: it is output, not a log line.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_obd::capture::{CaptureFormat, Decoder};
    ///
    /// let mut decoder = Decoder::new(CaptureFormat::Pairs);
    /// decoder.push(b"010C>410C1AF8\n010C>7F0112\n010C>41\n");
    /// decoder.finish();
    /// let lines: Vec<_> = core::iter::from_fn(|| decoder.next_item()).map(|item| item.to_canonical_json()).collect();
    /// assert_eq!(lines, [
    ///     r#"{"line":1,"signal":"engine_speed","unit":"rpm","value":1726}"#,
    ///     r#"{"line":2,"negative_response":"12","reason":"sub-function not supported","service":"01"}"#,
    ///     r#"{"error":"parameter id cut short or invalid at offset 1","line":3}"#,
    /// ]);
    /// ```
    pub fn to_canonical_json(&self) -> String {
        let Self { line, answer: _, ecu, at, item } = self;
        let mut members = Members(vec![("line", line.to_string())]);
        if let Some(at) = at {
            members.text("at", &instant(*at));
        }
        if let Some(ecu) = ecu {
            members.text("ecu", ecu);
        }
        members.item(item);
        members.into_object()
    }
}

/// The members of an object, in any order until it is written.
struct Members(Vec<(&'static str, String)>);

impl Members {
    fn json(&mut self, key: &'static str, json: String) {
        self.0.push((key, json));
    }

    fn text(&mut self, key: &'static str, text: &str) {
        let mut json = String::new();
        write_string(&mut json, text);
        self.json(key, json);
    }

    fn byte(&mut self, key: &'static str, byte: u8) {
        self.text(key, &format!("{byte:02X}"));
    }

    fn known_byte(&mut self, key: &'static str, byte: Option<u8>) {
        if let Some(byte) = byte {
            self.byte(key, byte);
        }
    }

    /// Data as hexadecimal text, and whether their end is not known.
    fn data(&mut self, data: &[u8], is_bounded: bool) {
        let mut text = String::with_capacity(2 * data.len());
        for byte in data {
            for nibble in [byte >> 4, byte & 0x0F] {
                text.extend(char::from_digit(u32::from(nibble), 16).map(|digit| digit.to_ascii_uppercase()));
            }
        }
        self.text("data", &text);
        if !is_bounded {
            self.json("open_end", "true".to_string());
        }
    }

    fn optional_text(&mut self, key: &'static str, text: Option<&str>) {
        match text {
            Some(text) => self.text(key, text),
            None => self.json(key, "null".to_string()),
        }
    }

    fn freeze_frame(&mut self, frame: Option<u8>) {
        if let Some(frame) = frame {
            self.json("freeze_frame", frame.to_string());
        }
    }

    /// Sorted by key: all keys are ASCII, so the order of their bytes is that of RFC 8785.
    fn into_object(mut self) -> String {
        self.0.sort_unstable_by_key(|(key, _)| *key);
        let mut out = String::with_capacity(96);
        let mut object = ObjectWriter::new(&mut out);
        for (key, json) in &self.0 {
            object.key(key).push_str(json);
        }
        object.end();
        out
    }

    fn item(&mut self, item: &Item) {
        match item {
            Item::Cleared(report) => self.byte("cleared", report.service),
            Item::CodeCount(CodeCount { report, count }) => {
                self.byte("availability", count.availability);
                self.json("dtc_count", count.count.to_string());
                self.byte("format", count.format.0);
                self.byte("report", *report);
                self.byte("service", 0x19);
            }
            Item::CodeDetail(detail) => self.json("code_detail", code_detail(detail)),
            Item::CodeReport(report) => self.json("code_report", code_report(report)),
            Item::ComponentTest(test) => self.json("component_test", component_test(*test)),
            Item::Error(error) => self.text("error", &error.to_string()),
            Item::Info(info) => self.info(info),
            Item::Lamps(report) => {
                self.json("lamps", lamps(report.lamps));
                self.text("message", &report.message.to_string());
            }
            Item::MonitorTest(test) => self.json("monitor_test", monitor_test(*test)),
            Item::Negative(negative) => {
                self.byte("negative_response", negative.code.0);
                self.optional_text("reason", negative.code.name());
                if negative.is_pending() {
                    self.json("pending", "true".to_string());
                }
                self.byte("service", negative.service);
            }
            Item::NoFreezeFrame(frame) => {
                self.json("dtc", "null".to_string());
                self.byte("service", 0x02);
                self.freeze_frame(Some(*frame));
            }
            Item::NoValue(missing) => {
                self.text("signal", missing.signal.as_str());
                self.json("value", "null".to_string());
                if let Some(raw) = missing.unlisted {
                    self.json("unlisted", raw.to_string());
                }
            }
            Item::Other(other) => self.unknown(other.service, other.identifier, other.length),
            Item::OxygenSensorTest(test) => self.json("oxygen_sensor_test", oxygen_sensor_test(*test)),
            Item::Padding(report) => {
                self.json("padding", report.length.to_string());
                self.byte("service", report.service);
            }
            Item::CycleReadiness(CycleReadiness { ignition, monitors }) => {
                self.json("readiness", readiness(None, *ignition, monitors));
            }
            Item::Readiness(MonitorReadiness { mil, dtc_count, ignition, monitors }) => {
                self.json("readiness", readiness(Some((*mil, *dtc_count)), *ignition, monitors));
            }
            Item::Reading(reading) => {
                self.text("signal", reading.signal.as_str());
                self.json("value", value(&reading.value));
                let unit = reading.unit.filter(|unit| *unit != MeasureUnit::One);
                self.optional_text("unit", unit.map(MeasureUnit::symbol).or(reading.unit_text.as_deref()));
                if reading.quality == Quality::OutOfRange {
                    self.text("quality", "out_of_range");
                }
                self.freeze_frame(reading.freeze_frame);
            }
            Item::Scan(found) => self.json("scan", scan(found)),
            Item::Supported(report) => {
                let ids: Vec<_> = report.ids.iter().map(|id| format!("\"{id:02X}\"")).collect();
                self.json("supported", format!("[{}]", ids.join(",")));
                self.byte("service", report.service);
            }
            Item::TroubleCode(code) => {
                self.text("dtc", &code.dtc.to_string());
                if let Some(service) = code.service {
                    self.byte("service", service);
                }
                if let Some(truck) = code.truck {
                    self.text("message", &truck.message.to_string());
                    if let Some(occurrences) = truck.occurrences {
                        self.json("occurrences", occurrences.to_string());
                    }
                }
                if let Some(status) = code.kwp_status {
                    self.byte("kwp_status", status.0);
                    self.text("state", status.storage().name());
                }
                if let Some(CodeSeverity { severity, functional_unit }) = code.severity {
                    self.byte("severity", severity.0);
                    if let Some(unit) = functional_unit {
                        self.byte("functional_unit", unit);
                    }
                }
                let status = code.status.map(|status| status.to_string());
                self.optional_text("status", status.as_deref());
                self.freeze_frame(code.freeze_frame);
            }
            Item::Vin(vin) => self.vin(vin),
        }
    }

    fn vin(&mut self, vin: &Vin) {
        self.text("signal", SignalId::VIN.as_str());
        self.text("value", vin.as_str());
        self.optional_text("unit", None);
    }

    fn unknown(&mut self, service: u8, identifier: Option<u16>, length: usize) {
        self.byte("answer", service);
        if let Some(identifier) = identifier {
            self.text("identifier", &format!("{identifier:02X}"));
        }
        self.json("length", length.to_string());
    }

    fn info(&mut self, info: &InfoItem) {
        match info {
            InfoItem::CalibrationId(text) => self.text("calibration_id", text),
            InfoItem::CalibrationVerification([a, b, c, d]) => {
                self.text("calibration_verification", &format!("{a:02X}{b:02X}{c:02X}{d:02X}"));
            }
            InfoItem::EcuName(name) => self.text("ecu_name", name),
            InfoItem::EngineFamily(text) => self.text("engine_family", text),
            InfoItem::EngineSerialNumber(text) => self.text("engine_serial_number", text),
            InfoItem::EvaporativeDistance(count) => self.json("evaporative_distance", count.to_string()),
            InfoItem::ExhaustRegulation(text) => self.text("exhaust_regulation", text),
            InfoItem::GlobalTechnicalRegulation(text) => self.text("global_technical_regulation", text),
            InfoItem::IgnitionCycles(count) => self.json("ignition_cycles", count.to_string()),
            InfoItem::MessageCount { info_type, count } => {
                self.byte("info_type", *info_type);
                self.json("message_count", count.to_string());
            }
            InfoItem::Performance(counters) => self.json("performance", performance(counters)),
            InfoItem::ProtocolIdentification(protocol) => self.byte("protocol_identification", *protocol),
            InfoItem::Supported(ids) => {
                let ids: Vec<_> = ids.iter().map(|id| format!("\"{id:02X}\"")).collect();
                self.json("supported", format!("[{}]", ids.join(",")));
                self.byte("service", 0x09);
            }
            InfoItem::Vin(vin) => self.vin(vin),
            InfoItem::Other { info_type, length } => {
                self.unknown(0x09, Some(u16::from(*info_type)), *length);
            }
        }
    }
}

/// What a report says of one code; data as hexadecimal text.
fn code_detail(detail: &CodeDetail) -> String {
    let CodeDetail { report, memory, dtc, status, detail } = detail;
    let mut members = Members(vec![]);
    members.text("dtc", &dtc.to_string());
    members.byte("report", *report);
    members.known_byte("memory", *memory);
    members.known_byte("status", status.map(|status| status.0));
    match detail {
        Detail::ExtendedData { record_number, data, is_bounded } => {
            members.data(data, *is_bounded);
            members.byte("record_number", *record_number);
        }
        Detail::FaultCounter(counter) => members.json("fault_counter", counter.to_string()),
        Detail::Listed => {}
        Detail::Snapshot { record_number, identifier, data, is_bounded } => {
            members.data(data, *is_bounded);
            members.text("identifier", &format!("{identifier:04X}"));
            members.byte("record_number", *record_number);
        }
        Detail::SnapshotRecord(record_number) => members.byte("record_number", *record_number),
    }
    members.into_object()
}

fn code_report(report: &CodeReport) -> String {
    let mut members = Members(vec![]);
    members.byte("report", report.report);
    let name = DtcReport::NAMES.iter().find(|(known, _)| *known == report.report);
    members.optional_text("name", name.map(|(_, name)| *name));
    members.known_byte("availability", report.availability);
    members.known_byte("severity_availability", report.severity_availability.map(|severity| severity.0));
    members.known_byte("format", report.format.map(|format| format.0));
    members.known_byte("functional_group", report.functional_group);
    members.known_byte("readiness_group", report.readiness_group);
    members.known_byte("memory", report.memory);
    members.known_byte("record_number", report.record_number);
    if let Some(dtc) = report.dtc {
        members.text("dtc", &dtc.to_string());
    }
    members.known_byte("status", report.status.map(|status| status.0));
    members.into_object()
}

fn lamps(lamps: Lamps) -> String {
    let mut out = String::new();
    let mut object = ObjectWriter::new(&mut out);
    object.string("amber_warning", &lamps.amber_warning().to_string());
    object.string("malfunction_indicator", &lamps.malfunction_indicator().to_string());
    object.string("protect", &lamps.protect().to_string());
    object.string("red_stop", &lamps.red_stop().to_string());
    object.end();
    out
}

fn scan(scan: &CodeScan) -> String {
    let CodeScan { ecu: _, service, status_mask, complete, codes } = scan;
    let mut out = String::new();
    let mut object = ObjectWriter::new(&mut out);
    let list = object.key("codes");
    list.push('[');
    for (index, code) in codes.iter().enumerate() {
        if index > 0 {
            list.push(',');
        }
        let mut object = ObjectWriter::new(list);
        object.string("dtc", &code.dtc.to_string());
        object.optional_string("status", code.status.map(|status| status.to_string()).as_deref());
        object.end();
    }
    list.push(']');
    object.boolean("complete", *complete);
    object.string(
        "service",
        match service {
            ScanService::Pending => "pending",
            ScanService::Permanent => "permanent",
            ScanService::Stored => "stored",
            ScanService::Uds => "uds",
        },
    );
    if let Some(mask) = status_mask {
        object.string("status_mask", &mask.to_string());
    }
    object.end();
    out
}

/// Lamp and number of codes belong to the monitors since codes were cleared alone.
fn readiness(
    since_clear: Option<(bool, u8)>,
    ignition: IgnitionType,
    monitors: &[(Monitor, bool)],
) -> String {
    let mut out = String::new();
    let mut object = ObjectWriter::new(&mut out);
    if let Some((_, dtc_count)) = since_clear {
        object.number("dtc_count", f64::from(dtc_count));
    }
    object.string(
        "ignition",
        match ignition {
            IgnitionType::Compression => "compression",
            IgnitionType::Spark => "spark",
        },
    );
    if let Some((mil, _)) = since_clear {
        object.boolean("mil", mil);
    }
    let mut sorted: Vec<_> = monitors.iter().map(|(monitor, ready)| (monitor.name(), *ready)).collect();
    sorted.sort_unstable();
    let mut inner = ObjectWriter::new(object.key("monitors"));
    for (name, ready) in sorted {
        inner.boolean(name, ready);
    }
    inner.end();
    object.boolean("since_clear", since_clear.is_some());
    object.end();
    out
}

/// A value with RFC 8785's numbers: they were computed or measured, and no sender's spelling is kept.
fn value(value: &Value) -> String {
    let mut out = String::new();
    match value {
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Date(date) => write_string(&mut out, &date.to_string()),
        Value::Instant(at) => write_string(&mut out, &instant(*at)),
        Value::Number(number) => write_number(&mut out, number.as_f64()),
        Value::Text(text) => write_string(&mut out, text),
    }
    out
}

/// RFC 3339 in UTC, with three, six or nine digits after the second only where they are needed.
fn instant(at: Timestamp) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capture::{CaptureFormat, Decoder};

    fn lines(format: CaptureFormat, input: &str) -> Vec<String> {
        let mut decoder = Decoder::new(format);
        decoder.push(input.as_bytes());
        decoder.finish();
        core::iter::from_fn(|| decoder.next_item()).map(|item| item.to_canonical_json()).collect()
    }

    #[test]
    fn a_code_has_its_status_and_the_list_it_came_from() {
        assert_eq!(
            lines(CaptureFormat::Pairs, "1902FF>5902FF0133002F\n"),
            [
                r#"{"dtc":"P013300","line":1,"service":"19","status":"2F"}"#,
                r#"{"line":1,"scan":{"codes":[{"dtc":"P013300","status":"2F"}],"complete":true,"service":"uds","status_mask":"FF"}}"#,
            ]
        );
    }

    #[test]
    fn keys_are_sorted_and_time_and_ecu_are_kept() {
        assert_eq!(
            lines(CaptureFormat::Candump, "(1.5) can0 7E8#037F0111\n(2.0) can0 7E8#03410D32\n"),
            [
                r#"{"at":"1970-01-01T00:00:01.500Z","ecu":"7E8","line":1,"negative_response":"11","reason":"service not supported","service":"01"}"#,
                r#"{"at":"1970-01-01T00:00:02Z","ecu":"7E8","line":2,"signal":"vehicle_speed","unit":"km/h","value":50}"#,
            ]
        );
    }

    #[test]
    fn the_monitors_of_a_driving_cycle_have_neither_lamp_nor_number_of_codes() {
        let monitors = r#""monitors":{"catalyst":true,"components":true,"evaporative":false,"fuel_system":true,"misfire":true,"oxygen_sensor":true,"oxygen_sensor_heater":true}"#;
        let found = lines(CaptureFormat::Pairs, "0141>4141FF076504\n0101>410183076504\n");
        let of = |line: &str| found.iter().find(|found| found.contains(line)).cloned().unwrap();
        assert_eq!(
            of("\"line\":1"),
            format!(r#"{{"line":1,"readiness":{{"ignition":"spark",{monitors},"since_clear":false}}}}"#)
        );
        assert!(found.iter().all(|found| !found.contains("\"line\":1") || found.contains("readiness")));
        assert!(found.contains(&format!(
            r#"{{"line":2,"readiness":{{"dtc_count":3,"ignition":"spark","mil":true,{monitors},"since_clear":true}}}}"#
        )));
    }

    #[test]
    fn every_kind_of_item_is_sorted_json() {
        let input = "0100>4100BE3FA813\n0101>41018307A100\n020D00>420D0032\n0904>4904014142430000000000000000000000000000\n\
            0906>4906011A2B3C4D\n1901FF>5901FF010003\n221234>62123401\nzz\n0902>4902013148474D3832363333413030343335323530\n";
        let found = lines(CaptureFormat::Pairs, input);
        assert!(found.len() > 8, "{found:?}");
        for line in found {
            let value: serde_json::Value = serde_json::from_str(&line).unwrap();
            assert_eq!(value.to_string(), line);
        }
    }
}
