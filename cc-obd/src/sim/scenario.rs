//! What is simulated, and its JSON form.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::ToString;
use alloc::vec::Vec;
use core::fmt;

use cc_core::{J2012Dtc, J2012FtbDtc, SignalId, Vin};
use serde::Deserialize;

use super::checks::{self, CALIBRATION, MOST_CODES, NAME, is_text};
use super::course::{courses, fits, values};
use super::text::{hex_byte, hex_bytes, hex_four, hex_three, parsed, parsed_list, parsed_or_null};
use super::{Course, CourseError, FaultWindow, ScenarioError, beyond};

/// A car, the adapter at its plug, and what happens over time.
///
/// The text form is JSON; members that are left out have the values of [`Default`], and unknown ones are errors. Codes
/// are written as their texts (`P0301`), bytes in hexadecimal.
///
/// # Examples
///
/// ```
/// use cc_obd::sim::{Scenario, ScenarioError};
///
/// let scenario = Scenario::from_json(br#"{
///     "vin": "WVWZZZ1KZAM000001",
///     "ecus": [{
///         "signals": {"engine_speed": [[0, 800], [10, 3000]], "vehicle_speed": 50},
///         "stored": ["P0301"]
///     }]
/// }"#)?;
/// assert_eq!((scenario.protocol, scenario.ecus[0].stored.len()), (6, 1));
///
/// let error = Scenario::from_json(br#"{"ecus": [{"signals": {"engine_sped": 1}}]}"#).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "line 1, column 36: signal `engine_sped` is not in service 01 of the catalogue; did you mean engine_speed?"
/// );
/// # Ok::<(), ScenarioError>(())
/// ```
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct Scenario {
    /// The adapter.
    pub adapter: AdapterSpec,
    /// Whether codes can be cleared with the engine standing only, as many makers want it.
    pub clear_needs_standing_engine: bool,
    /// The ECUs. With 11-bit ids the first answers as `7E8`, the second as `7E9`, and so on.
    #[serde(deserialize_with = "checks::ecus")]
    pub ecus: Vec<EcuSpec>,
    /// When the adapter fails by itself.
    pub faults: Vec<FaultWindow>,
    /// After how many seconds the courses start again; 0 is never.
    #[serde(deserialize_with = "super::fault::seconds")]
    pub period: f64,
    /// The bus, by the number that ELM327 adapters give it: 1 and 2 are J1850, 3 is ISO 9141-2, 4 and 5 are ISO 14230-4,
    /// 6 to 9 are CAN with 11 and 29 bits at 500 and 250 kbit/s.
    #[serde(deserialize_with = "checks::protocol")]
    pub protocol: u8,
    /// The vehicle identification number that the first ECU gives.
    #[serde(deserialize_with = "parsed_or_null")]
    pub vin: Option<Vin>,
}

/// The adapter.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct AdapterSpec {
    /// How long the car takes to answer, in milliseconds.
    pub answer_ms: u32,
    /// What `AT @1` says.
    #[serde(deserialize_with = "checks::description")]
    pub description: Box<str>,
    /// Whether the answer follows the echo without a line end between them, as in some clones.
    pub echo_glued: bool,
    /// Whether the echo cannot be switched off, as in some clones.
    pub echo_stuck: bool,
    /// What `AT I` says.
    #[serde(deserialize_with = "checks::identity")]
    pub identity: Box<str>,
    /// Whether NUL bytes stand among the characters of every answer.
    pub nul_noise: bool,
    /// After how many commands one lacks its prompt; 0 is never.
    pub prompt_lost_every: u32,
    /// How long a search for the protocol takes, in milliseconds.
    pub search_ms: u32,
    /// What `ST I` says; without it the adapter is no STN.
    #[serde(deserialize_with = "checks::stn")]
    pub stn: Option<Box<str>>,
    /// Beginnings of the commands that it does not know, whatever its version says: `ATS0`, `ATAT`.
    pub unknown_commands: Vec<Box<str>>,
    /// The voltage at the plug, in millivolts, 36,000 at the most.
    #[serde(deserialize_with = "checks::voltage")]
    pub voltage_mv: u32,
}

/// One ECU.
#[derive(Clone, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct EcuSpec {
    /// Its address on a K-line and in 29-bit ids, in hexadecimal: 10 is an engine, 18 a gearbox.
    #[serde(deserialize_with = "checks::address")]
    pub address: u8,
    /// Its calibrations.
    pub calibrations: Vec<Calibration>,
    /// Its freeze frames, from number 0.
    #[serde(deserialize_with = "checks::frames")]
    pub freeze_frames: Vec<FreezeFrameSpec>,
    /// What it answers to service 22, by the identifier in hexadecimal.
    #[serde(deserialize_with = "checks::identifiers")]
    pub identifiers: BTreeMap<u16, Vec<u8>>,
    /// Whether it asks for the malfunction indicator; without it, whether a code is stored says so.
    pub mil: Option<bool>,
    /// What it answers to service 06.
    #[serde(deserialize_with = "checks::monitors")]
    pub monitors: Vec<MonitorResult>,
    /// Its name, 20 characters at the most.
    #[serde(deserialize_with = "checks::name")]
    pub name: Box<str>,
    /// The services that it answers with "response pending" first, in hexadecimal.
    #[serde(deserialize_with = "hex_bytes")]
    pub pending_services: Vec<u8>,
    /// The codes of service 07.
    #[serde(deserialize_with = "parsed_list")]
    pub pending: Vec<J2012Dtc>,
    /// The codes of service 0A.
    #[serde(deserialize_with = "parsed_list")]
    pub permanent: Vec<J2012Dtc>,
    /// Bytes B, C and D of parameter 01: which monitors there are, and which are not complete.
    #[serde(deserialize_with = "hex_three")]
    pub readiness: [u8; 3],
    /// The signals of service 01 that it knows.
    #[serde(deserialize_with = "courses")]
    pub signals: BTreeMap<Box<str>, Course>,
    /// The codes of service 03.
    #[serde(deserialize_with = "parsed_list")]
    pub stored: Vec<J2012Dtc>,
    /// The codes of service 19; without any the ECU does not know that service.
    pub uds_codes: Vec<UdsCode>,
}

/// What a calibration is called, and its verification number.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    /// Its name, 16 characters at the most.
    #[serde(deserialize_with = "checks::calibration")]
    pub id: Box<str>,
    /// Its verification number.
    #[serde(deserialize_with = "hex_four")]
    pub verification: [u8; 4],
}

/// Values that a code froze.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct FreezeFrameSpec {
    /// The code.
    #[serde(deserialize_with = "parsed")]
    pub code: J2012Dtc,
    /// The signals and their values.
    #[serde(default, deserialize_with = "values")]
    pub signals: BTreeMap<Box<str>, f64>,
}

/// One result of service 06 (SAE J1979, on CAN).
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct MonitorResult {
    /// The monitor id.
    #[serde(deserialize_with = "checks::monitor")]
    pub monitor: u8,
    /// The test id.
    #[serde(deserialize_with = "hex_byte")]
    pub test: u8,
    /// The unit-and-scaling id.
    #[serde(deserialize_with = "checks::scaling")]
    pub scaling: u8,
    /// The raw value.
    pub value: u16,
    /// The raw lowest value that passes.
    pub least: u16,
    /// The raw highest value that passes.
    pub most: u16,
}

/// A code of service 19 with its status.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct UdsCode {
    /// The code, with its failure type byte: `P030100`.
    #[serde(deserialize_with = "parsed")]
    pub code: J2012FtbDtc,
    /// The status byte.
    #[serde(deserialize_with = "hex_byte")]
    pub status: u8,
}

impl Scenario {
    /// The text of [`Scenario::standard`]: a start for your own.
    pub const STANDARD: &'static str = include_str!("scenarios/standard.json");

    /// The scenario of the examples: a petrol car with a misfire, whose engine warms up on a drive of ten minutes.
    pub fn standard() -> Self {
        // The text is part of the crate, and a test reads it.
        Self::from_json(Self::STANDARD.as_bytes()).unwrap_or_default()
    }

    /// Reads the JSON form, and checks it. A byte order mark before it is passed over.
    pub fn from_json(text: &[u8]) -> Result<Self, ScenarioError> {
        let text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
        // A list would be taken for the members in their order.
        if let Some(place) = text.iter().position(|byte| !byte.is_ascii_whitespace())
            && text.get(place) == Some(&b'[')
        {
            let before = text.get(..place).unwrap_or_default();
            let line = before.split(|&byte| byte == b'\n').count();
            let column = before.rsplit(|&byte| byte == b'\n').next().map_or(1, |rest| rest.len() + 1);
            return Err(ScenarioError::Json {
                what: "expected an object, found a list".into(),
                line,
                column,
            });
        }
        let scenario: Self = serde_json::from_slice(text).map_err(|error| placed(&error))?;
        scenario.check().map_err(|error| match error {
            ScenarioError::Course { error: CourseError::Beyond { .. }, .. } => {
                beyond::first(text, scenario.period).unwrap_or(error)
            }
            error => error,
        })?;
        Ok(scenario)
    }

    /// Whether the parts fit together.
    pub fn check(&self) -> Result<(), ScenarioError> {
        if !(1..=8).contains(&self.ecus.len()) {
            return Err(ScenarioError::EcuCount { found: self.ecus.len() });
        }
        if !(1..=9).contains(&self.protocol) {
            return Err(ScenarioError::Protocol { found: self.protocol });
        }
        for window in &self.faults {
            window.check()?;
        }
        checks::adapter(&self.adapter)?;
        let mut addresses = BTreeSet::new();
        for (ecu, spec) in self.ecus.iter().enumerate() {
            if !addresses.insert(spec.address) {
                return Err(ScenarioError::SameAddress { address: spec.address });
            }
            checks::ecu(spec)?;
            let frozen = spec.freeze_frames.iter().flat_map(|frame| frame.signals.keys());
            for signal in spec.signals.keys().chain(frozen) {
                if source(signal).is_none() {
                    return Err(ScenarioError::Signal { ecu, signal: signal.clone() });
                }
            }
            let wrong = |signal: &str, error| ScenarioError::Course { ecu, signal: signal.into(), error };
            for (signal, course) in &spec.signals {
                course.check(signal).map_err(|error| wrong(signal, error))?;
                course.ends_within(self.period).map_err(|error| wrong(signal, error))?;
            }
            for (signal, value) in spec.freeze_frames.iter().flat_map(|frame| &frame.signals) {
                fits(signal, *value).map_err(|error| wrong(signal, error))?;
            }
            let long = |member| ScenarioError::Text { ecu, member };
            for (member, codes) in
                [("stored", &spec.stored), ("pending", &spec.pending), ("permanent", &spec.permanent)]
            {
                if codes.len() > MOST_CODES {
                    return Err(ScenarioError::CodeCount { ecu, member, found: codes.len() });
                }
            }
            if let Some(result) = spec.monitors.iter().find(|result| !checks::has_room(result)) {
                return Err(ScenarioError::Limits { ecu, monitor: result.monitor, test: result.test });
            }
            if !is_text(&spec.name, NAME) {
                return Err(long("name"));
            }
            if !spec.calibrations.iter().all(|calibration| is_text(&calibration.id, CALIBRATION)) {
                return Err(long("calibrations"));
            }
        }
        Ok(())
    }
}

/// An error of JSON. The reader puts the place behind its message; ours stands before it.
pub(super) fn placed(error: &serde_json::Error) -> ScenarioError {
    let (line, column) = (error.line(), error.column());
    let what = error.to_string();
    let what = what.split(" at line ").next().unwrap_or_default().into();
    ScenarioError::Json { what, line, column }
}

/// Where the signal stands in service 01, if it does.
pub(super) fn source(signal: &str) -> Option<cc_core::ObdSource> {
    let id: SignalId = signal.parse().ok()?;
    id.signal()?.obd.filter(|source| source.service == 0x01)
}

impl Default for Scenario {
    fn default() -> Self {
        Self {
            adapter: AdapterSpec::default(),
            clear_needs_standing_engine: false,
            ecus: Vec::from([EcuSpec::default()]),
            faults: Vec::new(),
            period: 0.0,
            protocol: 6,
            vin: None,
        }
    }
}

impl Default for AdapterSpec {
    fn default() -> Self {
        Self {
            answer_ms: 20,
            description: "OBDII to RS232 Interpreter".into(),
            echo_glued: false,
            echo_stuck: false,
            identity: "ELM327 v1.5".into(),
            nul_noise: false,
            prompt_lost_every: 0,
            search_ms: 1_000,
            stn: None,
            unknown_commands: Vec::new(),
            voltage_mv: 12_600,
        }
    }
}

impl Default for EcuSpec {
    fn default() -> Self {
        Self {
            address: 0x10,
            calibrations: Vec::new(),
            freeze_frames: Vec::new(),
            identifiers: BTreeMap::new(),
            mil: None,
            monitors: Vec::new(),
            name: "".into(),
            pending_services: Vec::new(),
            pending: Vec::new(),
            permanent: Vec::new(),
            // Misfire, fuel system and components all complete; catalyst, evaporative system, oxygen sensors and their heaters
            // there, the evaporative system's test not complete.
            readiness: [0x07, 0x65, 0x04],
            signals: BTreeMap::new(),
            stored: Vec::new(),
            uds_codes: Vec::new(),
        }
    }
}

impl fmt::Debug for EcuSpec {
    /// Without the identifiers' data: it may spell a VIN.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "EcuSpec({:02X}, {} signals, {} codes)",
            self.address,
            self.signals.len(),
            self.stored.len()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;

    #[test]
    fn the_standard_scenario_is_a_scenario() {
        let scenario = Scenario::from_json(Scenario::STANDARD.as_bytes()).unwrap();
        assert_eq!(scenario, Scenario::standard());
        assert_eq!(scenario.ecus.len(), 2);
        assert!(scenario.ecus[0].signals.len() >= 20);
    }

    #[test]
    fn a_byte_order_mark_is_passed_over() {
        let scenario = Scenario::from_json(b"\xEF\xBB\xBF{\"protocol\": 7}").unwrap();
        assert_eq!(scenario.protocol, 7);
    }

    #[test]
    fn no_list_has_more_codes_than_an_answer_counts() {
        let text = |count| {
            let codes: Vec<String> = (0..count).map(|code| alloc::format!("\"P{code:04X}\"")).collect();
            alloc::format!("{{\"ecus\": [{{\"stored\": [{}]}}]}}", codes.join(", "))
        };
        let mut scenario = Scenario::from_json(text(255).as_bytes()).unwrap();
        let error = Scenario::from_json(text(300).as_bytes()).unwrap_err().to_string();
        assert!(error.ends_with(": expected 255 codes at the most, found 300"), "{error}");
        let again = scenario.ecus[0].stored[0];
        scenario.ecus[0].stored.push(again);
        let error = scenario.check().unwrap_err().to_string();
        assert_eq!(error, "ecu 0: `stored` has 256 codes, and an answer counts 255 at the most");
    }

    #[test]
    fn no_list_is_longer_than_the_bus_can_say() {
        let text = "00".repeat(4_093);
        let text = alloc::format!("{{\"ecus\": [{{\"identifiers\": {{\"F190\": \"{text}\"}}}}]}}");
        let error = Scenario::from_json(text.as_bytes()).unwrap_err().to_string();
        assert!(
            error.ends_with(": identifier F190 has 4093 bytes, and an answer holds 4092 at the most"),
            "{error}"
        );
        let frames = ["{\"code\": \"P0301\"}"; 256].join(",");
        let text = alloc::format!("{{\"ecus\": [{{\"freeze_frames\": [{frames}]}}]}}");
        let error = Scenario::from_json(text.as_bytes()).unwrap_err().to_string();
        assert!(error.ends_with(": expected 255 freeze frames at the most, found 256"), "{error}");
        let mut scenario = Scenario::default();
        scenario.ecus[0].address = 0xF1;
        assert_eq!(scenario.check(), Err(ScenarioError::Address { address: 0xF1 }));
        let mut scenario = Scenario::default();
        scenario.adapter.voltage_mv = 999_000;
        assert_eq!(scenario.check(), Err(ScenarioError::Voltage { found: 999_000 }));
    }

    #[test]
    fn what_cannot_be_simulated_is_refused_with_its_place() {
        for (text, error) in [
            ("{", "line 1, column 1: EOF while parsing an object"),
            (
                r#"{"ecu": []}"#,
                "line 1, column 6: unknown field `ecu`, expected one of `adapter`, \
                `clear_needs_standing_engine`, `ecus`, `faults`, `period`, `protocol`, `vin`",
            ),
            ("[]", "line 1, column 1: expected an object, found a list"),
            ("\n  [0]", "line 2, column 3: expected an object, found a list"),
            (r#"{"ecus": []}"#, "line 1, column 11: expected 1 to 8 ecus, found 0"),
            (r#"{"protocol": 42}"#, "line 1, column 16: protocol 42 is not one of 1 to 9"),
            (r#"{"ecus": [{}, {}]}"#, "line 1, column 17: two ecus have the address 10"),
            (
                r#"{"ecus": [{"signals": {"engine_sped": 1}}]}"#,
                "line 1, column 36: signal `engine_sped` is not in service 01 of the catalogue; did you mean engine_speed?",
            ),
            (
                r#"{"ecus": [{"signals": {"xyzzy": 1}}]}"#,
                "line 1, column 30: signal `xyzzy` is not in service 01 of the catalogue",
            ),
            (
                r#"{"ecus": [{"monitors": [{"monitor": "01", "test": "02", "scaling": "01", "value": 1, "least": 3, "most": 2}]}]}"#,
                "line 1, column 109: monitor 01, test 02: least 3 is above most 2",
            ),
            (
                r#"{"period": 600, "ecus": [{"signals": {"vehicle_speed": [[0, 50], [700, 60]]}}]}"#,
                "line 1, column 71: vehicle_speed: a point at 700 s is never reached: the courses start again after 600 s",
            ),
            (
                r#"{"faults": [{"at": 1, "for": 0, "fault": "nul"}]}"#,
                "a fault that lasts 0 s from second 1 on hits no request",
            ),
            (
                r#"{"faults": [{"at": 1e99, "for": 1, "fault": "nul"}]}"#,
                "line 1, column 23: expected 1000000000 seconds at the most",
            ),
            (
                r#"{"ecus": [{"name": "a name longer than allowed"}]}"#,
                "line 1, column 48: expected 20 printable characters of ascii at the most, found 26 characters",
            ),
            (
                "{\"ecus\": [{\"signals\": {\n\"vehicle_speed\": 9000\n}}]}",
                "line 2, column 21: vehicle_speed: 9000 is not within 0 to 255, all that a car can send",
            ),
            (
                r#"{"ecus": [{"signals": {"vehicle_speed": [[0, 50], [9, -3]]}}]}"#,
                "line 1, column 57: vehicle_speed: -3 is not within 0 to 255, all that a car can send",
            ),
            (
                "{\"ecus\": [{\"signals\": {\"vehicle_speed\": [\n[9, 50],\n[3, 60]]}}]}",
                "line 3, column 4: vehicle_speed: a point at 3 s stands behind one at 9 s",
            ),
            (
                r#"{"ecus": [{"signals": {"vehicle_speed": [[-1, 50]]}}]}"#,
                "line 1, column 46: vehicle_speed: expected seconds of 0 or more, found -1",
            ),
            (
                r#"{"ecus": [{"signals": {"vehicle_speed": []}}]}"#,
                "line 1, column 42: vehicle_speed: a course has one point at least",
            ),
            (
                r#"{"ecus": [{"signals": {"vehicle_speed": "fast"}}]}"#,
                "line 1, column 46: invalid type: string \"fast\", expected a number, true or false, or points of \
                [second, value]",
            ),
            (
                r#"{"ecus": [{"freeze_frames": [{"code": "P0301", "signals": {"engine_load": 101}}]}]}"#,
                "line 1, column 77: engine_load: 101 is not within 0 to 100, all that a car can send",
            ),
            (
                r#"{"faults": [{"at": -5, "for": 1, "fault": "nul"}]}"#,
                "line 1, column 21: expected seconds of 0 or more, found -5",
            ),
            (
                "{\"ecus\": [{\"name\": \"A\", \"signals\": {\n\"vehicle_speed\": [[0, 50],\n[700, 60]]}}], \"period\": 600}",
                "line 3, column 6: vehicle_speed: a point at 700 s is never reached: the courses start again after 600 s",
            ),
            (
                r#"{"ecus": [{"monitors": [{"monitor": "20"}]}]}"#,
                "line 1, column 41: monitor 20 is the list of those behind it, and has no result",
            ),
            (
                r#"{"ecus": [{"monitors": [{"scaling": "7D"}]}]}"#,
                "line 1, column 41: unit-and-scaling id 7D is not one of the standard",
            ),
            (
                r#"{"ecus": [{"address": "F1"}]}"#,
                "line 1, column 27: the address F1 is the tester's, not an ecu's",
            ),
            (r#"{"ecus": [{"address": "F"}]}"#, "line 1, column 26: expected 1 byte in hexadecimal"),
            (
                r#"{"adapter": {"identity": ""}}"#,
                "line 1, column 28: `identity` of the adapter is not one line of printable ascii without >",
            ),
            (
                r#"{"adapter": {"identity": "ELM327\r>"}}"#,
                "line 1, column 37: `identity` of the adapter is not one line of printable ascii without >",
            ),
            (
                r#"{"adapter": {"voltage_mv": 999000}}"#,
                "line 1, column 34: expected 36000 mV at the plug at the most, found 999000",
            ),
            (
                r#"{"ecus": [{"signals": {"vehicle_speed": 1, "vehicle_speed": 2}}]}"#,
                "line 1, column 58: vehicle_speed stands twice",
            ),
            (
                r#"{"ecus": [{"identifiers": {"F190": "00", "F1": "00"}}]}"#,
                "line 1, column 45: identifier `F1`: expected 2 bytes in hexadecimal",
            ),
            (
                r#"{"ecus": [{"identifiers": {"F190": "0", "F191": "00"}}]}"#,
                "line 1, column 38: identifier F190: expected bytes in hexadecimal",
            ),
            (
                r#"{"ecus": [{"name": "Motör"}]}"#,
                "line 1, column 28: expected printable characters of ascii, found 'ö'",
            ),
            (r#"{"ecus": [{"readiness": "07"}]}"#, "line 1, column 29: expected 3 bytes in hexadecimal"),
            (r#"{"ecus": [{"stored": ["X1"]}]}"#, "line 1, column 28: expected one of P, C, B, U, found 'X'"),
        ] {
            assert_eq!(Scenario::from_json(text.as_bytes()).unwrap_err().to_string(), error, "{text}");
        }
    }
}
