//! What the ECUs answer.

use alloc::vec::Vec;
use core::time::Duration;

use cc_core::{DtcStatus, J2012Dtc};

use super::scenario::source;
use super::{Course, EcuSpec, Scenario};
use crate::service::{
    DtcCount, DtcCountFormat, DtcRecords, DtcService, Framing, NegativeCode, NegativeResponse, Supported,
    VIN_IDENTIFIER, parameter_length,
};
use crate::uds::{DtcReport, DtcReportRequest, ReadDtcInformationAnswer, ReadDtcInformationRequest};

/// A car that answers requests: the ECUs of a [`Scenario`] and what they remember.
///
/// # Examples
///
/// ```
/// use core::time::Duration;
/// use cc_obd::service::{Framing, NegativeResponse};
/// use cc_obd::sim::{Car, Scenario, Target};
///
/// let mut car = Car::new(Scenario::standard());
/// let replies = car.answer(Duration::ZERO, Target::All, &[0x01, 0x0C], Framing::Can);
/// assert_eq!((replies[0].ecu, &replies[0].message[..]), (0, &[0x41, 0x0C, 0x0C, 0xD0][..]));
///
/// // A request to one ECU is refused aloud; one to all is passed over in silence.
/// let refused = &car.answer(Duration::ZERO, Target::Ecu(0), &[0x27, 0x01], Framing::Can)[0];
/// let refused = NegativeResponse::parse(&refused.message)?;
/// assert_eq!(refused.to_string(), "service 27 refused: service not supported (0x11)");
/// assert_eq!(car.answer(Duration::ZERO, Target::All, &[0x27, 0x01], Framing::Can), []);
/// # Ok::<(), cc_obd::service::AnswerError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Car {
    scenario: Scenario,
}

/// Whom a request is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Target {
    /// All who listen.
    All,
    /// One ECU, by its place in the scenario.
    Ecu(usize),
}

/// One message of one ECU.
///
/// `Debug` shows no data: it may spell a VIN.
#[derive(Clone, Eq, PartialEq)]
pub struct Reply {
    /// The ECU's place in the scenario.
    pub ecu: usize,
    /// The message, service byte first.
    pub message: Vec<u8>,
}

impl core::fmt::Debug for Reply {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Reply({}, {} bytes)", self.ecu, self.message.len())
    }
}

impl Car {
    /// A car as the scenario begins.
    pub fn new(scenario: Scenario) -> Self {
        Self { scenario }
    }

    /// The scenario as it is by now: clearing codes changes it.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The scenario, to change it on the way: a code that comes up, a key that is turned.
    pub fn scenario_mut(&mut self) -> &mut Scenario {
        &mut self.scenario
    }

    /// The messages that answer a request at an instant of the scenario, those of one ECU in their order. With "response
    /// pending" a message of its own comes before the answer.
    pub fn answer(&mut self, at: Duration, target: Target, request: &[u8], framing: Framing) -> Vec<Reply> {
        let at = self.instant(at);
        let Some((&service, rest)) = request.split_first() else { return Vec::new() };
        let standing = !self.scenario.clear_needs_standing_engine || !self.engine_runs(at);
        let (vin, ecus) = (self.scenario.vin, &mut self.scenario.ecus);
        let mut replies = Vec::new();
        for (ecu, spec) in ecus.iter_mut().enumerate() {
            if matches!(target, Target::Ecu(only) if only != ecu) {
                continue;
            }
            let mut messages = match service {
                0x01 => spec.live_data(at, rest, framing),
                0x02 => spec.frozen(rest),
                0x03 => codes(DtcService::Stored, &spec.stored, framing),
                0x04 => spec.clear(service, standing, rest),
                0x06 if framing == Framing::Can => spec.monitors(rest),
                0x07 => codes(DtcService::Pending, &spec.pending, framing),
                0x09 => spec.vehicle_info(vin.filter(|_| ecu == 0), rest, framing),
                0x0A if framing == Framing::Can => codes(DtcService::Permanent, &spec.permanent, framing),
                0x10 if matches!(rest, [1..=3]) => Vec::from([[&[0x50], rest, &[0, 50, 1, 0xF4]].concat()]),
                0x14 if rest.len() == 3 => spec.clear(service, standing, &[]),
                0x19 if !spec.uds_codes.is_empty() => spec.dtc_information(request),
                0x22 => spec.data(vin.filter(|_| ecu == 0), rest),
                0x3E if rest == [0x80] => continue,
                0x3E => Vec::from([Vec::from([0x7E, 0x00])]),
                _ => Vec::new(),
            };
            if messages.is_empty() && matches!(target, Target::Ecu(_)) {
                let known = matches!(service, 0x01..=0x0A | 0x19 | 0x22);
                messages.push(refusal(service, if known { 0x31 } else { 0x11 }));
            } else if !messages.is_empty() && spec.pending_services.contains(&service) {
                messages.insert(0, refusal(service, NegativeCode::PENDING.0));
            }
            replies.extend(messages.into_iter().map(|message| Reply { ecu, message }));
        }
        replies
    }

    /// The instant within the period.
    fn instant(&self, at: Duration) -> Duration {
        let period = self.scenario.period;
        let seconds = at.as_secs_f64();
        if period > 0.0 { Duration::try_from_secs_f64(seconds % period).unwrap_or_default() } else { at }
    }

    fn engine_runs(&self, at: Duration) -> bool {
        let speeds = self.scenario.ecus.iter().filter_map(|ecu| ecu.signals.get("engine_speed"));
        speeds.into_iter().any(|course| course.at(at) > 0.0)
    }
}

impl EcuSpec {
    /// The data of one parameter, or `None` where the ECU does not know it.
    fn parameter(&self, at: Duration, id: u8) -> Option<Vec<u8>> {
        if Supported::is_base(id) {
            return self.supported(id);
        }
        if matches!(id, 0x01 | 0x41) {
            let mil = self.mil.unwrap_or(!self.stored.is_empty());
            let [b, c, d] = self.readiness;
            let a = if id == 0x01 { u8::from(mil) << 7 | self.stored.len().min(0x7F) as u8 } else { 0 };
            return Some(Vec::from([a, b, c, d]));
        }
        let values = self.signals.iter().map(|(signal, course)| (&**signal, course.at(at)));
        encode(id, values)
    }

    fn knows(&self, id: u8) -> bool {
        matches!(id, 0x01 | 0x41)
            || self.signals.keys().any(|signal| source(signal).is_some_and(|s| s.pid == id))
    }

    /// The bitmap of a block of 32; `None` where neither it nor a later one has an id.
    fn supported(&self, base: u8) -> Option<Vec<u8>> {
        bitmap(base, |id| self.knows(id))
    }

    fn live_data(&self, at: Duration, ids: &[u8], framing: Framing) -> Vec<Vec<u8>> {
        // On CAN up to six parameters may be asked for; before that one was the rule (SAE J1979).
        let most = if framing == Framing::Can { 6 } else { 1 };
        if ids.is_empty() || ids.len() > most {
            return Vec::new();
        }
        let mut answer = Vec::from([0x41]);
        for &id in ids {
            if let Some(data) = self.parameter(at, id) {
                answer.push(id);
                answer.extend(data);
            }
        }
        if answer.len() > 1 { Vec::from([answer]) } else { Vec::new() }
    }

    fn frozen(&self, pairs: &[u8]) -> Vec<Vec<u8>> {
        let mut answer = Vec::from([0x42]);
        for pair in pairs.chunks(2) {
            let (&id, number) = (&pair[0], pair.get(1).copied().unwrap_or(0));
            let frame = self.freeze_frames.get(usize::from(number));
            let data = match (id, frame) {
                (0x02, None) if number == 0 => Some(Vec::from([0, 0])),
                (0x02, Some(frame)) => Some(frame.code.raw().to_be_bytes().to_vec()),
                (id, Some(frame)) if Supported::is_base(id) => bitmap(id, |id| {
                    id == 0x02
                        || frame.signals.keys().any(|signal| source(signal).is_some_and(|s| s.pid == id))
                }),
                (id, Some(frame)) => {
                    encode(id, frame.signals.iter().map(|(signal, value)| (&**signal, *value)))
                }
                _ => None,
            };
            if let Some(data) = data {
                answer.extend([id, number]);
                answer.extend(data);
            }
        }
        if answer.len() > 1 { Vec::from([answer]) } else { Vec::new() }
    }

    fn clear(&mut self, service: u8, standing: bool, rest: &[u8]) -> Vec<Vec<u8>> {
        if !rest.is_empty() {
            return Vec::new();
        }
        if !standing {
            return Vec::from([refusal(service, NegativeCode::CONDITIONS_NOT_CORRECT.0)]);
        }
        self.stored.clear();
        self.pending.clear();
        self.freeze_frames.clear();
        self.uds_codes.iter_mut().for_each(|code| code.status = 0x50);
        if self.mil == Some(true) {
            self.mil = Some(false);
        }
        // Every monitor that is there starts again.
        let [b, c, _] = self.readiness;
        self.readiness = [b & 0x0F | (b & 0x07) << 4, c, c];
        // A test that was not run since has zeros for its result and its limits (SAE J1979, service 06).
        for result in &mut self.monitors {
            (result.value, result.least, result.most) = (0, 0, 0);
        }
        for counter in SINCE_CLEAR {
            if let Some(course) = self.signals.get_mut(counter) {
                *course = Course::Steady(0.0);
            }
        }
        Vec::from([Vec::from([service | 0x40])])
    }

    fn monitors(&self, ids: &[u8]) -> Vec<Vec<u8>> {
        let &[id] = ids else { return Vec::new() };
        let mut answer = Vec::from([0x46]);
        if Supported::is_base(id) {
            let map = bitmap(id, |id| self.monitors.iter().any(|result| result.monitor == id));
            return map.map(|map| [&answer[..], &[id], &map].concat()).into_iter().collect();
        }
        for result in self.monitors.iter().filter(|result| result.monitor == id) {
            answer.extend([id, result.test, result.scaling]);
            for word in [result.value, result.least, result.most] {
                answer.extend(word.to_be_bytes());
            }
        }
        if answer.len() > 1 { Vec::from([answer]) } else { Vec::new() }
    }

    fn vehicle_info(&self, vin: Option<cc_core::Vin>, rest: &[u8], framing: Framing) -> Vec<Vec<u8>> {
        let &[id] = rest else { return Vec::new() };
        let padded = |text: &str, width: usize| {
            let mut bytes = text.as_bytes().to_vec();
            bytes.resize(width, 0);
            bytes
        };
        let values: Vec<Vec<u8>> = match id {
            0x00 => {
                let has = |id| match id {
                    0x02 => vin.is_some(),
                    0x04 | 0x06 => !self.calibrations.is_empty(),
                    0x0A => !self.name.is_empty(),
                    _ => false,
                };
                bitmap(0, has).into_iter().collect()
            }
            0x02 => vin.map(|vin| vin.as_str().as_bytes().to_vec()).into_iter().collect(),
            0x04 => self.calibrations.iter().map(|calibration| padded(&calibration.id, 16)).collect(),
            0x06 => self.calibrations.iter().map(|calibration| calibration.verification.to_vec()).collect(),
            0x0A if !self.name.is_empty() => Vec::from([padded(&self.name, 20)]),
            _ => Vec::new(),
        };
        if values.is_empty() {
            return Vec::new();
        }
        if framing == Framing::Can {
            let mut answer = Vec::from([0x49, id]);
            if id != 0 {
                answer.push(values.len() as u8);
            }
            answer.extend(values.concat());
            return Vec::from([answer]);
        }
        // The old buses carry four bytes a message, with zeros before a VIN's first character.
        let mut bytes = values.concat();
        while bytes.len() % 4 > 0 {
            bytes.insert(0, 0);
        }
        let messages = bytes.chunks(4).zip(1_u8..);
        messages.map(|(four, number)| [&[0x49, id, number], four].concat()).collect()
    }

    fn dtc_information(&self, request: &[u8]) -> Vec<Vec<u8>> {
        let Ok(ReadDtcInformationRequest { report, .. }) = ReadDtcInformationRequest::parse(request) else {
            return Vec::new();
        };
        let records = |mask: u8| -> Vec<[u8; 4]> {
            let matching = self.uds_codes.iter().filter(|code| code.status & mask != 0 || mask == 0);
            matching
                .map(|code| {
                    let [high, low, failure] = code.code.bytes();
                    [high, low, failure, code.status]
                })
                .collect()
        };
        let listed;
        let report = match report {
            DtcReportRequest::NumberOfDtcByStatusMask { status_mask: DtcStatus(mask) } => {
                DtcReport::NumberOfDtcByStatusMask {
                    count: DtcCount {
                        availability: AVAILABLE,
                        format: DtcCountFormat::SAE_J2012_00,
                        count: records(mask.max(1)).len() as u16,
                    },
                }
            }
            DtcReportRequest::DtcByStatusMask { status_mask: DtcStatus(mask) } => {
                listed = if mask == 0 { Vec::new() } else { records(mask) };
                DtcReport::DtcByStatusMask { records: DtcRecords::new(AVAILABLE, &listed) }
            }
            DtcReportRequest::SupportedDtc {} => {
                listed = records(0);
                DtcReport::SupportedDtc { records: DtcRecords::new(AVAILABLE, &listed) }
            }
            _ => return Vec::from([refusal(0x19, NegativeCode::SUB_FUNCTION_NOT_SUPPORTED.0)]),
        };
        let mut answer = Vec::new();
        ReadDtcInformationAnswer { report }.encode(&mut answer);
        Vec::from([answer])
    }

    fn data(&self, vin: Option<cc_core::Vin>, identifiers: &[u8]) -> Vec<Vec<u8>> {
        let mut answer = Vec::from([0x62]);
        let (pairs, rest) = identifiers.as_chunks::<2>();
        if !rest.is_empty() {
            return Vec::from([refusal(0x22, NegativeCode::INCORRECT_LENGTH_OR_FORMAT.0)]);
        }
        for &pair in pairs {
            let identifier = u16::from_be_bytes(pair);
            let vin =
                vin.filter(|_| identifier == VIN_IDENTIFIER).map(|vin| vin.as_str().as_bytes().to_vec());
            if let Some(data) = self.identifiers.get(&identifier).cloned().or(vin) {
                answer.extend(pair);
                answer.extend(data);
            }
        }
        if answer.len() > 1 { Vec::from([answer]) } else { Vec::new() }
    }
}

/// The counters that begin anew when codes are cleared (SAE J1979, service 04).
const SINCE_CLEAR: [&str; 5] = [
    "distance_since_clear",
    "distance_with_mil_on",
    "run_time_with_mil_on",
    "time_since_clear",
    "warm_ups_since_clear",
];

/// The status bits that the simulated ECUs know: all of them.
const AVAILABLE: u8 = 0xFF;

fn refusal(service: u8, code: u8) -> Vec<u8> {
    let mut answer = Vec::new();
    NegativeResponse { service, code: NegativeCode(code) }.encode(&mut answer);
    answer
}

/// A list of codes: with its number on CAN, three a message and filled with zeros on the older buses.
fn codes(service: DtcService, codes: &[J2012Dtc], framing: Framing) -> Vec<Vec<u8>> {
    let id = service.service() | 0x40;
    let bytes: Vec<u8> = codes.iter().take(0xFF).flat_map(|code| code.raw().to_be_bytes()).collect();
    if framing == Framing::Can {
        return Vec::from([[&[id, codes.len().min(0xFF) as u8], &bytes[..]].concat()]);
    }
    if bytes.is_empty() {
        return Vec::from([[&[id][..], &[0; 6]].concat()]);
    }
    let messages = bytes.chunks(6).map(|three| {
        let mut message = [&[id], three].concat();
        message.resize(7, 0);
        message
    });
    messages.collect()
}

/// The bitmap of the 32 ids behind `base`; its last bit says that a later block has any. `None` where there is nothing to
/// say, except for the first block, which every ECU answers.
fn bitmap(base: u8, has: impl Fn(u8) -> bool) -> Option<Vec<u8>> {
    let mut bits = 0_u32;
    for place in 1..=0x20_u8 {
        let Some(id) = base.checked_add(place) else { break };
        let is_set = if place == 0x20 { (id..=0xFF).any(&has) } else { has(id) };
        bits = bits << 1 | u32::from(is_set);
    }
    if base == 0xE0 {
        // The last block has 31 ids.
        bits <<= 1;
    }
    (bits != 0 || base == 0).then(|| bits.to_be_bytes().to_vec())
}

/// The data of a parameter with the values of its signals; `None` where none of them is of this parameter.
fn encode<'a>(id: u8, values: impl Iterator<Item = (&'a str, f64)>) -> Option<Vec<u8>> {
    let mut data: Option<Vec<u8>> = None;
    for (signal, value) in values {
        let Some(source) = source(signal).filter(|source| source.pid == id) else { continue };
        let data = data.get_or_insert_with(|| alloc::vec![0; parameter_length(id).unwrap_or(1)]);
        let end = usize::from(source.bit) + usize::from(source.bits);
        if data.len() * 8 < end {
            data.resize(end.div_ceil(8), 0);
        }
        let scaled = (value - source.add) * f64::from(source.div) / f64::from(source.mul);
        // Rounded half away from zero, without the standard library.
        let raw = (scaled + if scaled < 0.0 { -0.5 } else { 0.5 }) as i64;
        let width = u32::from(source.bits.clamp(1, 32));
        let (least, most) = if source.signed {
            (-(1_i64 << (width - 1)), (1_i64 << (width - 1)) - 1)
        } else {
            (0, (1_i64 << width) - 1)
        };
        write_bits(data, usize::from(source.bit), width, raw.clamp(least, most) as u64);
        if let Some(bit) = source.supported_by {
            write_bits(data, usize::from(bit), 1, 1);
        }
    }
    data
}

/// Writes the lowest `width` bits of a number, most significant first.
fn write_bits(data: &mut [u8], first: usize, width: u32, number: u64) {
    for place in 0..width {
        let bit = first + (width - 1 - place) as usize;
        if let Some(byte) = data.get_mut(bit / 8) {
            let mask = 0x80 >> (bit % 8);
            *byte = if number >> place & 1 == 1 { *byte | mask } else { *byte & !mask };
        }
    }
}
