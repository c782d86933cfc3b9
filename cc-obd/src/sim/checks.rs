//! What a scenario may hold, checked where it stands in the text.

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use cc_core::catalogue;
use serde::de::{Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::{EcuSpec, MonitorResult, ScenarioError};
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
    let found = text.chars().count();
    Err(D::Error::custom(format_args!(
        "expected {most} printable characters of ascii at the most, found {found} characters"
    )))
}

/// Whether an answer can hold the text.
pub(super) fn is_text(text: &str, most: usize) -> bool {
    text.len() <= most && text.bytes().all(|c| matches!(c, 0x20..=0x7E))
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
