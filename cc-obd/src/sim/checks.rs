//! What a scenario may hold, checked where it stands in the text.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use cc_core::catalogue;
use serde::de::{Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::text::{bytes_of, hex_byte};
use super::{AdapterSpec, EcuSpec, FreezeFrameSpec, MonitorResult, ScenarioError};
use crate::j1979::ScalingId;

/// The most codes of one list: on CAN their number is one byte.
pub(super) const MOST_CODES: usize = 255;
/// The longest name of an ECU (SAE J1979, info type 0A).
pub(super) const NAME: usize = 20;
/// The longest name of a calibration (info type 04).
pub(super) const CALIBRATION: usize = 16;

/// The longest name that is compared with those of the catalogue.
const LONGEST: usize = 64;

/// The protocol's number.
pub(super) fn protocol<'de, D: Deserializer<'de>>(from: D) -> Result<u8, D::Error> {
    let found = u8::deserialize(from)?;
    if (1..=9).contains(&found) {
        return Ok(found);
    }
    Err(D::Error::custom(ScenarioError::Protocol { found }))
}

/// The ECUs, each with an address of its own.
pub(super) fn ecus<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<EcuSpec>, D::Error> {
    struct Ecus;

    impl<'de> Visitor<'de> for Ecus {
        type Value = Vec<EcuSpec>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list of ecus")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
            let (mut ecus, mut addresses) = (Vec::new(), BTreeSet::new());
            while let Some(ecu) = items.next_element::<EcuSpec>()? {
                if !addresses.insert(ecu.address) {
                    return Err(A::Error::custom(ScenarioError::SameAddress { address: ecu.address }));
                }
                ecus.push(ecu);
            }
            let found = ecus.len();
            if (1..=8).contains(&found) {
                return Ok(ecus);
            }
            Err(A::Error::custom(ScenarioError::EcuCount { found }))
        }
    }

    from.deserialize_seq(Ecus)
}

/// The name of an ECU.
pub(super) fn name<'de, D: Deserializer<'de>>(from: D) -> Result<Box<str>, D::Error> {
    text(from, NAME)
}

/// The name of a calibration.
pub(super) fn calibration<'de, D: Deserializer<'de>>(from: D) -> Result<Box<str>, D::Error> {
    text(from, CALIBRATION)
}

fn text<'de, D: Deserializer<'de>>(from: D, most: usize) -> Result<Box<str>, D::Error> {
    let text = Box::<str>::deserialize(from)?;
    if is_text(&text, most) {
        return Ok(text);
    }
    if let Some(found) = text.chars().find(|c| !matches!(c, ' '..='~')) {
        return Err(D::Error::custom(format_args!(
            "expected printable characters of ascii, found {found:?}"
        )));
    }
    let found = text.chars().count();
    Err(D::Error::custom(format_args!(
        "expected {most} printable characters of ascii at the most, found {found} characters"
    )))
}

/// Whether an answer can hold the text.
pub(super) fn is_text(text: &str, most: usize) -> bool {
    text.len() <= most && text.bytes().all(|c| matches!(c, 0x20..=0x7E))
}

/// The longest data of an identifier: an answer has 4,095 bytes, and service and identifier stand before them.
const MOST_DATA: usize = 4_092;
/// The most freeze frames: their number is one byte.
const MOST_FRAMES: usize = 255;
/// The most at a plug, in millivolts: that of a truck while it is charged, and some more.
const MOST_VOLTAGE: u32 = 36_000;
/// The tester's address.
const TESTER: u8 = 0xF1;

/// Whether the adapter can say what it shall say.
pub(super) fn adapter(spec: &AdapterSpec) -> Result<(), ScenarioError> {
    if spec.identity.is_empty() || !is_line(&spec.identity) {
        return Err(ScenarioError::AdapterText { member: "identity" });
    }
    if !is_line(&spec.description) {
        return Err(ScenarioError::AdapterText { member: "description" });
    }
    if !spec.stn.as_deref().is_none_or(is_line) {
        return Err(ScenarioError::AdapterText { member: "stn" });
    }
    has_voltage(spec.voltage_mv)
}

/// Whether an ECU can say what it shall say, signals and codes aside.
pub(super) fn ecu(spec: &EcuSpec) -> Result<(), ScenarioError> {
    is_ecu(spec.address)?;
    for result in &spec.monitors {
        is_monitor(result.monitor)?;
        is_scaling(result.scaling)?;
    }
    for (&identifier, data) in &spec.identifiers {
        has_data(identifier, data)?;
    }
    has_frames(&spec.freeze_frames)
}

/// One line of an adapter, without its prompt.
fn is_line(text: &str) -> bool {
    text.bytes().all(|c| matches!(c, 0x20..=0x7E) && c != b'>')
}

fn has_voltage(found: u32) -> Result<(), ScenarioError> {
    if found <= MOST_VOLTAGE { Ok(()) } else { Err(ScenarioError::Voltage { found }) }
}

fn is_ecu(address: u8) -> Result<(), ScenarioError> {
    if address == TESTER { Err(ScenarioError::Address { address }) } else { Ok(()) }
}

fn is_monitor(monitor: u8) -> Result<(), ScenarioError> {
    if monitor.is_multiple_of(0x20) { Err(ScenarioError::Monitor { monitor }) } else { Ok(()) }
}

fn is_scaling(scaling: u8) -> Result<(), ScenarioError> {
    if ScalingId(scaling).row().is_some() { Ok(()) } else { Err(ScenarioError::Scaling { scaling }) }
}

fn has_data(identifier: u16, data: &[u8]) -> Result<(), ScenarioError> {
    let found = data.len();
    if found <= MOST_DATA { Ok(()) } else { Err(ScenarioError::IdentifierLength { identifier, found }) }
}

fn has_frames(frames: &[FreezeFrameSpec]) -> Result<(), ScenarioError> {
    let found = frames.len();
    if found <= MOST_FRAMES { Ok(()) } else { Err(ScenarioError::FrameCount { found }) }
}

pub(super) fn description<'de, D: Deserializer<'de>>(from: D) -> Result<Box<str>, D::Error> {
    line(from, "description", 0)
}

pub(super) fn identity<'de, D: Deserializer<'de>>(from: D) -> Result<Box<str>, D::Error> {
    line(from, "identity", 1)
}

pub(super) fn stn<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Box<str>>, D::Error> {
    let text = Option::<Box<str>>::deserialize(from)?;
    let is_good = text.as_deref().is_none_or(is_line);
    if is_good { Ok(text) } else { Err(D::Error::custom(ScenarioError::AdapterText { member: "stn" })) }
}

fn line<'de, D: Deserializer<'de>>(
    from: D,
    member: &'static str,
    least: usize,
) -> Result<Box<str>, D::Error> {
    let text = Box::<str>::deserialize(from)?;
    let is_good = is_line(&text) && text.len() >= least;
    if is_good { Ok(text) } else { Err(D::Error::custom(ScenarioError::AdapterText { member })) }
}

pub(super) fn voltage<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    let found = u32::deserialize(from)?;
    has_voltage(found).map(|()| found).map_err(D::Error::custom)
}

pub(super) fn address<'de, D: Deserializer<'de>>(from: D) -> Result<u8, D::Error> {
    let found = hex_byte(from)?;
    is_ecu(found).map(|()| found).map_err(D::Error::custom)
}

pub(super) fn monitor<'de, D: Deserializer<'de>>(from: D) -> Result<u8, D::Error> {
    let found = hex_byte(from)?;
    is_monitor(found).map(|()| found).map_err(D::Error::custom)
}

pub(super) fn scaling<'de, D: Deserializer<'de>>(from: D) -> Result<u8, D::Error> {
    let found = hex_byte(from)?;
    is_scaling(found).map(|()| found).map_err(D::Error::custom)
}

pub(super) fn frames<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<FreezeFrameSpec>, D::Error> {
    let found = Vec::deserialize(from)?;
    has_frames(&found).map(|()| found).map_err(D::Error::custom)
}

/// The identifiers of service 22 and their data, each checked where it stands.
pub(super) fn identifiers<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<u16, Vec<u8>>, D::Error> {
    struct Identifiers;

    impl<'de> Visitor<'de> for Identifiers {
        type Value = BTreeMap<u16, Vec<u8>>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("identifiers and their data")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
            let mut found = BTreeMap::new();
            while let Some(key) = members.next_key::<String>()? {
                let Some(identifier) = bytes_of(&key).and_then(|bytes| <[u8; 2]>::try_from(bytes).ok())
                else {
                    return Err(A::Error::custom(format_args!(
                        "identifier `{key}`: expected 2 bytes in hexadecimal"
                    )));
                };
                let identifier = u16::from_be_bytes(identifier);
                let Some(data) = bytes_of(&members.next_value::<String>()?) else {
                    return Err(A::Error::custom(format_args!(
                        "identifier {identifier:04X}: expected bytes in hexadecimal"
                    )));
                };
                has_data(identifier, &data).map_err(A::Error::custom)?;
                if found.insert(identifier, data).is_some() {
                    return Err(A::Error::custom(format_args!("identifier {identifier:04X} stands twice")));
                }
            }
            Ok(found)
        }
    }

    from.deserialize_map(Identifiers)
}

/// The test results, each with limits that a value can lie between.
pub(super) fn monitors<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<MonitorResult>, D::Error> {
    let found = Vec::<MonitorResult>::deserialize(from)?;
    match found.iter().find(|result| !has_room(result)) {
        Some(result) => Err(D::Error::custom(format_args!(
            "monitor {:02X}, test {:02X}: least {} is above most {}",
            result.monitor, result.test, result.least, result.most
        ))),
        None => Ok(found),
    }
}

/// Whether a value can lie between the limits; the scaling says whether they have a sign.
pub(super) fn has_room(result: &MonitorResult) -> bool {
    let scaling = ScalingId(result.scaling);
    scaling.number(result.least) <= scaling.number(result.most)
}

/// A signal that service 01 does not have, with the nearest that it has.
pub(super) fn unknown(signal: &str) -> Box<str> {
    let rows = catalogue().iter().filter(|row| row.obd.is_some_and(|source| source.service == 0x01));
    let is_short = signal.len() <= LONGEST;
    let near = rows.filter(|_| is_short).map(|row| (distance(row.id, signal), row.id)).min();
    let advice = match near {
        Some((slips, id)) if slips <= 3 => alloc::format!("; did you mean {id}?"),
        _ => String::new(),
    };
    alloc::format!("signal `{signal}` is not in service 01 of the catalogue{advice}").into()
}

/// How many characters are to be put in, taken out or replaced to make one text of the other (Levenshtein's distance).
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (place, a) in a.chars().enumerate() {
        let mut diagonal = place;
        let mut left = place + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (cell, b) in row.iter_mut().skip(1).zip(b.chars()) {
            let replaced = diagonal + usize::from(a != b);
            diagonal = *cell;
            left = replaced.min(diagonal + 1).min(left + 1);
            *cell = left;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_counted() {
        for (a, b, slips) in
            [("", "", 0), ("abc", "", 3), ("", "ab", 2), ("kitten", "sitting", 3), ("speed", "sped", 1)]
        {
            assert_eq!(distance(a, b), slips, "{a} {b}");
        }
    }
}
