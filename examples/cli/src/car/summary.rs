//! What was learnt of a car, in one place.

use std::collections::BTreeMap;

use cc_core::{Dtc, Language, MeasureUnit, MonitorReadiness, SignalId, Value};
use cc_obd::capture::{Decoded, Item};
use cc_obd::j1979::{MonitorTest, TestOutcome};
use cc_obd::service::InfoItem;
use cc_obd::session::{Knowledge, Report, SessionError};
use serde_json::{Value as Json, json};

/// One signal's last value.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) value: Value,
    pub(super) unit: Option<MeasureUnit>,
}

/// A freeze frame: the code that stored it, and its values.
pub(super) type Frozen = (Option<Dtc>, BTreeMap<SignalId, Seen>);

/// What was said by now.
#[derive(Debug, Default)]
pub(super) struct Summary {
    /// By signal and ECU.
    pub(super) values: BTreeMap<(SignalId, String), Seen>,
    /// By ECU and code: the services that list it, and its status byte.
    pub(super) codes: BTreeMap<(String, Dtc), (Vec<u8>, Option<u8>)>,
    /// Some ECU's whole list of stored codes was read: without it, no code here does not mean none in the car.
    pub(super) codes_read: bool,
    /// By ECU and number of the frame: its code, and its values.
    pub(super) frames: BTreeMap<(String, u8), Frozen>,
    /// By ECU, since codes were cleared.
    pub(super) readiness: BTreeMap<String, MonitorReadiness>,
    /// By ECU.
    pub(super) calibrations: BTreeMap<String, Vec<String>>,
    /// By ECU, in the order in which it gives them.
    pub(super) tests: BTreeMap<String, Vec<MonitorTest>>,
    pub(super) problems: Vec<SessionError>,
}

impl Summary {
    pub(super) fn take(&mut self, report: &Report) {
        match report {
            Report::Item(decoded) => self.item(decoded),
            Report::Problem(error) => self.problems.push(error.clone()),
            Report::Finished { result: Err(error), .. } => self.problems.push(error.clone()),
            Report::CarChanged => *self = Self::default(),
            _ => {}
        }
    }

    fn item(&mut self, decoded: &Decoded) {
        let ecu = || decoded.ecu.as_deref().unwrap_or("?").to_owned();
        match &decoded.item {
            Item::Reading(reading) => {
                let seen = Seen { value: reading.value.clone(), unit: reading.unit };
                match reading.freeze_frame {
                    None => drop(self.values.insert((reading.signal.clone(), ecu()), seen)),
                    Some(number) => {
                        let frame = self.frames.entry((ecu(), number)).or_default();
                        frame.1.insert(reading.signal.clone(), seen);
                    }
                }
            }
            Item::TroubleCode(code) => match (code.freeze_frame, code.service) {
                (Some(number), _) => self.frames.entry((ecu(), number)).or_default().0 = Some(code.dtc),
                (None, Some(service)) => {
                    let known = self.codes.entry((ecu(), code.dtc)).or_default();
                    if !known.0.contains(&service) {
                        known.0.push(service);
                    }
                    known.1 = code.status.map(|status| status.0).or(known.1);
                }
                _ => {}
            },
            // A whole list: what it no longer holds is gone.
            Item::Scan(scan) if scan.complete => {
                let (ecu, service) = (ecu(), service_of(scan.service));
                self.codes_read |= matches!(service, 0x03 | 0x19);
                self.codes.retain(|(of, dtc), (services, _)| {
                    if *of == ecu && !scan.codes.iter().any(|code| code.dtc == *dtc) {
                        services.retain(|listed| *listed != service);
                    }
                    !services.is_empty()
                });
            }
            Item::Readiness(readiness) => {
                self.readiness.insert(ecu(), readiness.clone());
            }
            Item::MonitorTest(test) => {
                let known = self.tests.entry(ecu()).or_default();
                known.retain(|known| (known.monitor, known.test) != (test.monitor, test.test));
                known.push(*test);
            }
            Item::Info(InfoItem::CalibrationId(name)) => {
                let known = self.calibrations.entry(ecu()).or_default();
                if !known.contains(name) {
                    known.push(name.clone());
                }
            }
            _ => {}
        }
    }

    /// Whether an ECU asks for the malfunction indicator; `None` until one said so.
    pub(super) fn indicator(&self) -> Option<bool> {
        (!self.readiness.is_empty()).then(|| self.readiness.values().any(|readiness| readiness.mil))
    }

    /// All of it as one object.
    pub(super) fn to_json(&self, known: &Knowledge, vin: Option<&str>, language: Language) -> Json {
        let ecus: Vec<Json> = known
            .ecus
            .iter()
            .map(|(id, ecu)| {
                json!({
                    "ecu": &**id,
                    "name": ecu.name.as_deref(),
                    "calibrations": self.calibrations.get(&**id).cloned().unwrap_or_default(),
                    "parameters": ecu.parameters.len(),
                })
            })
            .collect();
        let codes_read = self.codes_read || !self.codes.is_empty();
        let codes: Vec<Json> = self
            .codes
            .iter()
            .map(|((ecu, dtc), (services, status))| {
                json!({
                    "code": dtc.to_string(),
                    "ecu": ecu,
                    "lists": services.iter().map(|&service| list_name(service)).collect::<Vec<_>>(),
                    "status": status.map(|status| format!("{status:02x}")),
                    "text": dtc.describe(language).to_string(),
                })
            })
            .collect();
        let frames: Vec<Json> = self
            .frames
            .iter()
            .map(|((ecu, number), (code, values))| {
                let values: serde_json::Map<String, Json> =
                    values.iter().map(|(signal, seen)| (signal.to_string(), seen.to_json())).collect();
                json!({"ecu": ecu, "frame": number, "code": code.map(|code| code.to_string()), "values": values})
            })
            .collect();
        let readiness: Vec<Json> = self
            .readiness
            .iter()
            .map(|(ecu, readiness)| {
                let monitors: serde_json::Map<String, Json> = readiness
                    .monitors
                    .iter()
                    .map(|(monitor, ready)| (monitor.name().to_owned(), (*ready).into()))
                    .collect();
                json!({"ecu": ecu, "malfunction_indicator": readiness.mil, "monitors": monitors})
            })
            .collect();
        let tests: Vec<Json> = self
            .tests
            .iter()
            .flat_map(|(ecu, tests)| tests.iter().map(move |test| (ecu, test)))
            .map(|(ecu, test)| {
                json!({
                    "ecu": ecu,
                    "monitor": format!("{:02X}", test.monitor.0),
                    "test": format!("{:02X}", test.test),
                    "outcome": outcome(*test),
                    "value": test.scaled(test.value),
                    "minimum": test.scaled(test.minimum),
                    "maximum": test.scaled(test.maximum),
                })
            })
            .collect();
        let values: Vec<Json> = self
            .values
            .iter()
            .map(|((signal, ecu), seen)| {
                let mut value = seen.to_json();
                value["ecu"] = ecu.as_str().into();
                value["signal"] = signal.as_str().into();
                value
            })
            .collect();
        json!({
            "adapter": known.adapter.as_ref().map(ToString::to_string),
            "codes": codes,
            "codes_read": codes_read,
            "ecus": ecus,
            "freeze_frames": frames,
            "problems": self.problems.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "protocol": known.protocol.map(|protocol| protocol.to_string()),
            "readiness": readiness,
            "tests": tests,
            "values": values,
            "vin": vin,
        })
    }
}

impl Seen {
    pub(super) fn text(&self) -> String {
        match &self.value {
            Value::Bool(on) => if *on { "on" } else { "off" }.to_owned(),
            Value::Number(number) => {
                let unit = self.unit.map(MeasureUnit::symbol).filter(|symbol| !matches!(*symbol, "" | "1"));
                let number = shortened(number.as_f64());
                unit.map_or_else(|| number.clone(), |unit| format!("{number} {unit}"))
            }
            Value::Text(text) => example_terminal::printable(text).into_owned(),
            other => format!("{other:?}"),
        }
    }

    fn to_json(&self) -> Json {
        let value = match &self.value {
            Value::Bool(on) => Json::from(*on),
            Value::Number(number) => number.as_i64().map_or_else(|| number.as_f64().into(), Json::from),
            Value::Text(text) => Json::from(&**text),
            _ => Json::Null,
        };
        let unit = self.unit.map(MeasureUnit::symbol).filter(|symbol| !matches!(*symbol, "" | "1"));
        json!({"value": value, "unit": unit})
    }
}

/// Two digits behind the point at the most, and none that are zero.
fn shortened(number: f64) -> String {
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn service_of(service: cc_core::ScanService) -> u8 {
    match service {
        cc_core::ScanService::Stored => 0x03,
        cc_core::ScanService::Pending => 0x07,
        cc_core::ScanService::Permanent => 0x0A,
        cc_core::ScanService::Uds => 0x19,
    }
}

/// What came of a test.
pub(super) fn outcome(test: MonitorTest) -> &'static str {
    match test.outcome() {
        TestOutcome::Passed => "passed",
        TestOutcome::Failed => "failed",
        TestOutcome::NotRun => "not run",
    }
}

/// What the list of a service is called.
pub(super) fn list_name(service: u8) -> &'static str {
    match service {
        0x03 => "stored",
        0x07 => "pending",
        0x0A => "permanent",
        _ => "uds",
    }
}
