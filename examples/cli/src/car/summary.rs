//! What was learnt of a car, in one place.

use std::collections::{BTreeMap, BTreeSet};
use std::mem::take;

use cc_core::{Dtc, Language, MeasureUnit, MonitorReadiness, SignalId, Value};
use cc_obd::capture::{Decoded, Item};
use cc_obd::j1979::MonitorTest;
use cc_obd::service::InfoItem;
use cc_obd::session::{Job, Knowledge, Report, SessionError};
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
    /// Each once, however often it came.
    pub(super) problems: Vec<SessionError>,
    /// What was asked for, to the end.
    asked: BTreeSet<Part>,
    /// What was read in part, or not at all, and why.
    partial: BTreeMap<Part, Lack>,
    /// An ECU said that no code stored a freeze frame.
    no_frames: bool,
}

/// What a report has.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Part {
    Codes,
    FreezeFrames,
    Names,
    Readiness,
    Tests,
    Values,
    Vin,
}

/// Why some of a part is not there.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Lack {
    Damaged,
    /// The adapter cannot speak to one ECU alone.
    Header,
    Late,
    Unanswered,
}

impl Lack {
    fn of(error: &SessionError) -> Self {
        match error {
            SessionError::HeaderRefused => Self::Header,
            SessionError::Unanswered { .. } => Self::Unanswered,
            _ => Self::Damaged,
        }
    }

    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Damaged => "an answer came damaged each time",
            Self::Header => "the adapter cannot ask one ecu alone",
            Self::Late => "not all was read in time",
            Self::Unanswered => "a request was not answered",
        }
    }
}

/// What came of asking for it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum State {
    Given,
    /// Some of it, and more may be there.
    Incomplete,
    NotAsked,
    NotGiven,
}

impl State {
    /// As JSON has it.
    fn name(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Incomplete => "incomplete",
            Self::NotAsked => "not_asked",
            Self::NotGiven => "not_given",
        }
    }

    /// As a person reads it, where there is nothing to show.
    fn text(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Incomplete => "incomplete",
            Self::NotAsked => "not asked",
            Self::NotGiven => "not given",
        }
    }
}

impl Summary {
    pub(super) fn take(&mut self, report: &Report) {
        match report {
            Report::Item(decoded) => self.item(decoded),
            Report::Problem(error) | Report::Finished { result: Err(error), .. }
                if !self.problems.contains(error) =>
            {
                self.problems.push(error.clone());
            }
            // What went wrong is the story of the run, all else that of the car.
            Report::CarChanged => *self = Self { problems: take(&mut self.problems), ..Self::default() },
            _ => {}
        }
    }

    /// A job is over: what it asked for was asked for, and all of it read or not.
    pub(super) fn is_over(&mut self, job: &Job, result: &Result<(), SessionError>) {
        let Some(part) = part_of(job) else { return };
        self.asked.insert(part);
        match result {
            Ok(()) => drop(self.partial.remove(&part)),
            Err(error) => drop(self.partial.insert(part, Lack::of(error))),
        }
    }

    /// Time ran out before a job was over.
    pub(super) fn is_cut_short(&mut self, job: &Job) {
        if let Some(part) = part_of(job) {
            self.partial.entry(part).or_insert(Lack::Late);
        }
    }

    /// Every watched value had its turn.
    pub(super) fn values_are_over(&mut self) {
        self.asked.insert(Part::Values);
    }

    /// Time ran out before every watched value had its turn.
    pub(super) fn values_are_cut_short(&mut self) {
        self.partial.insert(Part::Values, Lack::Late);
    }

    /// The last answer to some watched value came damaged.
    pub(super) fn values_are_damaged(&mut self) {
        self.partial.entry(Part::Values).or_insert(Lack::Damaged);
    }

    /// Whether the car does not give a signal that was asked for.
    pub(super) fn misses_a_signal(&self) -> bool {
        self.problems.iter().any(|error| matches!(error, SessionError::NotGiven { .. }))
    }

    /// What came of asking for a part.
    pub(super) fn state(&self, part: Part, known: &Knowledge) -> State {
        let is_given = match part {
            Part::Codes => self.codes_read || !self.codes.is_empty(),
            Part::FreezeFrames => self.no_frames || !self.frames.is_empty(),
            Part::Names => known.ecus.values().any(|ecu| ecu.name.is_some()) || !self.calibrations.is_empty(),
            Part::Readiness => !self.readiness.is_empty(),
            Part::Tests => !self.tests.is_empty(),
            Part::Values => !self.values.is_empty(),
            Part::Vin => known.vin.is_some(),
        };
        let is_asked = if part == Part::Vin { known.vin_asked } else { self.asked.contains(&part) };
        let lack = self.lack(part, known);
        match (is_given, is_asked) {
            (true, _) if lack.is_some() => State::Incomplete,
            (true, _) => State::Given,
            // Nobody knows whether the car has it.
            (false, true) if matches!(lack, Some(Lack::Damaged | Lack::Header)) => State::Incomplete,
            (false, true) => State::NotGiven,
            (false, false) => State::NotAsked,
        }
    }

    /// Why some of a part may not be there.
    pub(super) fn lack(&self, part: Part, known: &Knowledge) -> Option<Lack> {
        if part == Part::Vin {
            return known.is_vin_damaged.then_some(Lack::Damaged);
        }
        // An ECU may be missing, and with it what it would have said.
        self.partial.get(&part).copied().or(known.is_partial.then_some(Lack::Damaged))
    }

    /// What came of asking for a part, as a person reads it where there is nothing to show.
    pub(super) fn words(&self, part: Part, known: &Knowledge) -> String {
        let state = self.state(part, known);
        match self.lack(part, known).filter(|_| state == State::Incomplete) {
            Some(lack) => format!("{}: {}", state.text(), lack.text()),
            None => state.text().to_owned(),
        }
    }

    fn item(&mut self, decoded: &Decoded) {
        let ecu = || decoded.ecu.as_deref().unwrap_or(NOBODY).to_owned();
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
            Item::NoFreezeFrame(_) => self.no_frames = true,
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

    /// Whether an ECU said that it stores no freeze frame.
    pub(super) fn has_no_frames(&self) -> bool {
        self.no_frames
    }

    /// Whether an ECU asks for the malfunction indicator; `None` until one said so.
    pub(super) fn indicator(&self) -> Option<bool> {
        (!self.readiness.is_empty()).then(|| self.readiness.values().any(|readiness| readiness.mil))
    }

    /// All of it as one object.
    pub(super) fn to_json(&self, known: &Knowledge, vin: Option<&str>, language: Language) -> Json {
        let are_named = self.state(Part::Names, known) != State::NotAsked;
        let ecus: Vec<Json> = known
            .ecus
            .iter()
            .map(|(id, ecu)| {
                json!({
                    "ecu": sender(id),
                    "name": ecu.name.as_deref(),
                    "calibrations": are_named.then(|| self.calibrations.get(&**id).cloned().unwrap_or_default()),
                    "parameters": ecu.parameters.len(),
                })
            })
            .collect();
        let is_asked = |part| self.state(part, known) != State::NotAsked;
        // What nobody asked for is not an empty list.
        let list = |part, list: Vec<Json>| if is_asked(part) { Json::from(list) } else { Json::Null };
        let codes_read = self.state(Part::Codes, known) == State::Given;
        let codes: Vec<Json> = self
            .codes
            .iter()
            .map(|((ecu, dtc), (services, status))| {
                json!({
                    "code": dtc.to_string(),
                    "ecu": sender(ecu),
                    "lists": services.iter().map(|&service| list_name(service)).collect::<Vec<_>>(),
                    "status": status.map(|status| format!("{status:02X}")),
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
                json!({"ecu": sender(ecu), "frame": number, "code": code.map(|code| code.to_string()), "values": values})
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
                json!({"ecu": sender(ecu), "malfunction_indicator": readiness.mil, "monitors": monitors})
            })
            .collect();
        let tests: Vec<Json> = self
            .tests
            .iter()
            .flat_map(|(ecu, tests)| tests.iter().map(move |test| (ecu, test)))
            .map(|(ecu, test)| {
                json!({
                    "ecu": sender(ecu),
                    "monitor": format!("{:02X}", test.monitor.0),
                    "test": format!("{:02X}", test.test),
                    "outcome": test.outcome().name(),
                    "value": test.scaled(test.value),
                    "minimum": test.scaled(test.minimum),
                    "maximum": test.scaled(test.maximum),
                    "unit": unit(*test),
                })
            })
            .collect();
        let values: Vec<Json> = self
            .values
            .iter()
            .map(|((signal, ecu), seen)| {
                let mut value = seen.to_json();
                value["ecu"] = sender(ecu);
                value["signal"] = signal.as_str().into();
                value
            })
            .collect();
        let state = |part| self.state(part, known).name();
        json!({
            "adapter": known.adapter.as_ref().map(ToString::to_string),
            "codes": list(Part::Codes, codes),
            "codes_read": codes_read,
            "ecus": ecus,
            "freeze_frames": list(Part::FreezeFrames, frames),
            "problems": self.problems.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "protocol": known.protocol.map(|protocol| protocol.to_string()),
            "readiness": list(Part::Readiness, readiness),
            "states": {
                "codes": state(Part::Codes),
                "freeze_frames": state(Part::FreezeFrames),
                "names": state(Part::Names),
                "readiness": state(Part::Readiness),
                "tests": state(Part::Tests),
                "values": state(Part::Values),
                "vin": state(Part::Vin),
            },
            "tests": list(Part::Tests, tests),
            "values": list(Part::Values, values),
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

/// Where an ECU would stand: the adapter itself said it, or hides who did.
pub(super) const NOBODY: &str = "-";

/// The ECU, as JSON has it.
fn sender(ecu: &str) -> Json {
    if matches!(ecu, NOBODY | "") { Json::Null } else { ecu.into() }
}

/// Two digits behind the point at the most, and none that are zero.
fn shortened(number: f64) -> String {
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// What a job reads.
fn part_of(job: &Job) -> Option<Part> {
    match job {
        Job::Codes => Some(Part::Codes),
        Job::FreezeFrames => Some(Part::FreezeFrames),
        Job::Info => Some(Part::Names),
        Job::Monitors => Some(Part::Tests),
        Job::Readiness => Some(Part::Readiness),
        _ => None,
    }
}

fn service_of(service: cc_core::ScanService) -> u8 {
    match service {
        cc_core::ScanService::Stored => 0x03,
        cc_core::ScanService::Pending => 0x07,
        cc_core::ScanService::Permanent => 0x0A,
        cc_core::ScanService::Uds => 0x19,
    }
}

/// The unit of a test's numbers, where its scaling is known and has one.
fn unit(test: MonitorTest) -> Option<&'static str> {
    test.scaling.row().map(|row| row.symbol).filter(|symbol| !symbol.is_empty())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::car::view;
    use cc_obd::capture::{CaptureFormat, Decoder};
    use example_terminal::{ColorArg, Palette};

    fn plain() -> Palette {
        Palette::stdout(ColorArg::Never)
    }

    fn summary(text: &[u8]) -> Summary {
        let (mut summary, mut decoder) = (Summary::default(), Decoder::new(CaptureFormat::Elm327));
        decoder.push(text);
        while let Some(decoded) = decoder.next_item() {
            summary.take(&Report::Item(decoded));
        }
        summary
    }

    #[test]
    fn what_time_cut_short_is_incomplete() {
        let mut summary = summary(b"020200\r7E8054202000301\r\r>");
        let known = Knowledge::default();
        assert_eq!(summary.state(Part::FreezeFrames, &known), State::Given);
        summary.is_cut_short(&Job::FreezeFrames);
        assert_eq!(summary.state(Part::FreezeFrames, &known), State::Incomplete);
        assert_eq!(summary.state(Part::Tests, &known), State::NotAsked);
        assert_eq!(
            view::frames(&known, &summary, plain()),
            "freeze frame 0 of 7E8, stored by P0301\n  none of its values was read: not all was read in time\n\
             more freeze frames may be there: not all was read in time\n"
        );
    }

    #[test]
    fn what_came_damaged_each_time_is_not_what_the_car_does_not_give() {
        let known = Knowledge { vin_asked: true, ..Knowledge::default() };
        for (error, state, text) in [
            (
                SessionError::Unreadable { service: 6 },
                State::Incomplete,
                "incomplete: an answer came damaged each time",
            ),
            (SessionError::Unanswered { service: 6 }, State::NotGiven, "not given"),
        ] {
            let mut summary = Summary::default();
            summary.is_over(&Job::Monitors, &Err(error));
            assert_eq!(summary.state(Part::Tests, &known), state);
            let tests = view::tests(&known, &summary, plain());
            assert_eq!(tests, format!("tests of the car's own: {text}\n"));
        }
        let mut summary = self::summary(b"010C\r7E804410C0FA0\r\r>");
        summary.values_are_over();
        assert_eq!(summary.state(Part::Values, &known), State::Given);
        summary.values_are_damaged();
        assert_eq!(summary.state(Part::Values, &known), State::Incomplete);
        let summary = Summary::default();
        assert_eq!(summary.words(Part::Vin, &known), "not given");
        let known = Knowledge { is_vin_damaged: true, ..known };
        assert_eq!(summary.words(Part::Vin, &known), "incomplete: an answer came damaged each time");
    }
}
