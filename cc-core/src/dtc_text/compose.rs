//! Puts the words of a code together.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;

use super::advice::Advice;
use super::table::{self, BANKS_BOTH, CYLINDERS, Entry};
use super::words::{self, Word, component, failure, structure};
use super::{DtcText, Origin};
use crate::Language;
use crate::{Dtc, DtcSystem, J1939Dtc, J2012Dtc};

/// The code in words.
pub(super) fn describe(dtc: Dtc, language: Language) -> DtcText {
    match dtc {
        Dtc::J2012(code) => of_code(code, None, language),
        Dtc::J2012Ftb(code) => of_code(code.base(), Some(code.failure_type()), language),
        Dtc::Vag(code) => match code.p_code() {
            Some(code) => of_code(code, None, language),
            None => maker_specific(structure::name::CODE, language),
        },
        Dtc::J1939(code) => of_truck(code, language),
        Dtc::Kwp(_) | Dtc::Raw(_) => maker_specific(structure::name::CODE, language),
    }
}

/// The words of a class of advice.
pub(super) fn what_to_do(advice: Advice, language: Language) -> &'static str {
    words::action::GROUP.get(advice as u8, language)
}

/// What the failure type byte of a code says, unless it says nothing.
pub(super) fn failure_type(byte: u8, language: Language) -> Option<String> {
    if byte == 0 {
        return None;
    }
    Some(words::failure_type::words_for(byte, language).map_or_else(
        || {
            let whose = if byte >= FIRST_MAKER_TYPE {
                structure::name::MAKER_SPECIFIC
            } else {
                structure::name::RESERVED
            };
            format!("{} {byte:02X}: {}", word(structure::name::FAILURE_TYPE, language), word(whose, language))
        },
        ToOwned::to_owned,
    ))
}

/// The failure types from here on are the maker's (SAE J2012-DA).
const FIRST_MAKER_TYPE: u8 = 0xF0;

fn of_code(code: J2012Dtc, failure_type_byte: Option<u8>, language: Language) -> DtcText {
    let entry = table::find(code.raw());
    let mut text = entry.map_or_else(|| of_structure(code, language), |entry| of_entry(*entry, language));
    if let Some(words) = failure_type_byte.and_then(|byte| failure_type(byte, language)) {
        // "Fault" says nothing that the type does not say better.
        if entry.is_some_and(|entry| entry.failure == failure::FAULT.failure_byte()) {
            text.failure = words;
        } else {
            text.failure_type = Some(words);
        }
    }
    text
}

fn of_entry(entry: Entry, language: Language) -> DtcText {
    let (group, index) = entry.component();
    let word = Word::component(group, index, language);
    let is_cylinder = (group, index) == (component::CYLINDER.group, component::CYLINDER.index);
    // A cylinder's number is its name: "Cylinder 1", not "Cylinder (cylinder 1)".
    let named_place = is_cylinder && (1..=CYLINDERS).contains(&entry.place);
    let mut name = if named_place { format!("{word} {}", entry.place) } else { word.to_owned() };
    let label = table::label(entry.label);
    if !label.is_empty() {
        name.push(' ');
        name.push_str(label);
    }
    text(Draft {
        component: name,
        location: location(entry, named_place, language),
        failure: Word::failure(entry.failure, language),
        advice: entry.advice(),
        origin: Origin::Standard,
        language,
    })
}

/// Bank, sensor and place in words.
fn location(entry: Entry, named_place: bool, language: Language) -> Option<String> {
    let word = words::place::numbered(language);
    let bank = match entry.bank() {
        0 => None,
        BANKS_BOTH => Some(word.banks.to_owned()),
        bank => Some(format!("{} {bank}", word.bank)),
    };
    let sensor = Some(entry.sensor()).filter(|sensor| *sensor > 0);
    let sensor = sensor.map(|sensor| format!("{} {sensor}", word.sensor));
    let place = match entry.place {
        0 => None,
        cylinder @ 1..=CYLINDERS => (!named_place).then(|| format!("{} {cylinder}", word.cylinder)),
        place => Some(words::place::GROUP.get(place - CYLINDERS - 1, language).to_owned()),
    };
    let mut parts = [bank, sensor, place].into_iter().flatten();
    let first = parts.next()?;
    Some(parts.fold(first, |all, part| format!("{all}, {part}")))
}

/// What the digits of a code say by themselves.
fn of_structure(code: J2012Dtc, language: Language) -> DtcText {
    let (whose, origin) = if is_reserved(code) {
        (structure::name::RESERVED, Origin::Reserved)
    } else if code.is_generic() {
        (structure::name::NOT_LISTED, Origin::Unlisted)
    } else {
        (structure::name::MAKER_SPECIFIC, Origin::MakerSpecific)
    };
    text(Draft {
        component: word(subsystem(code), language).to_owned(),
        location: None,
        failure: word(whose, language),
        advice: Advice::Visit,
        origin,
        language,
    })
}

/// Whether the standard keeps the code for later: P35 to P3F, B3 and C3 (SAE J2012 §5).
fn is_reserved(code: J2012Dtc) -> bool {
    match (code.system(), code.raw() & 0x3FFF) {
        (DtcSystem::Powertrain, digits) => digits >= 0x3500,
        (DtcSystem::Body | DtcSystem::Chassis, digits) => digits >= 0x3000,
        (DtcSystem::Network, _) => false,
    }
}

/// The part of the car that the first two digits name (SAE J2012 §5; makers keep to the same order in P1).
fn subsystem(code: J2012Dtc) -> Word {
    use structure::name::{
        BODY, CHASSIS, COMPUTER, CYLINDER_CONTROL, ELECTRIC_DRIVE, EMISSIONS, FUEL_AND_AIR, GEARBOX,
        IGNITION, INJECTION, NETWORK, POWERTRAIN, SPEED_AND_IDLE,
    };
    match code.system() {
        DtcSystem::Body => BODY,
        DtcSystem::Chassis => CHASSIS,
        DtcSystem::Network => NETWORK,
        DtcSystem::Powertrain => match code.raw() >> 8 {
            0x00 | 0x01 | 0x10 | 0x11 | 0x20..=0x22 => FUEL_AND_AIR,
            0x02 | 0x12 => INJECTION,
            0x03 | 0x13 | 0x23 => IGNITION,
            0x04 | 0x14 | 0x24 => EMISSIONS,
            0x05 | 0x15 | 0x25 => SPEED_AND_IDLE,
            0x06 | 0x16 | 0x26 => COMPUTER,
            0x07..=0x09 | 0x17..=0x19 | 0x27 | 0x28 => GEARBOX,
            0x0A..=0x0F => ELECTRIC_DRIVE,
            0x34 => CYLINDER_CONTROL,
            _ => POWERTRAIN,
        },
    }
}

fn maker_specific(part: Word, language: Language) -> DtcText {
    text(Draft {
        component: word(part, language).to_owned(),
        location: None,
        failure: word(structure::name::MAKER_SPECIFIC, language),
        advice: Advice::Visit,
        origin: Origin::MakerSpecific,
        language,
    })
}

fn of_truck(code: J1939Dtc, language: Language) -> DtcText {
    let (spn, fmi) = (code.spn(), code.fmi());
    let name = words::spn::words_for(spn, language);
    let mode = words::fmi::words_for(fmi, language);
    let reserved;
    let failure = if let Some(mode) = mode {
        mode
    } else {
        let (mode, kept) = (structure::name::FAILURE_MODE, structure::name::RESERVED);
        reserved = format!("{} {fmi}: {}", word(mode, language), word(kept, language));
        &reserved
    };
    let origin = match (name, mode) {
        (_, None) => Origin::Reserved,
        (Some(_), Some(_)) => Origin::Standard,
        (None, Some(_)) if spn >= FIRST_MAKER_SPN => Origin::MakerSpecific,
        (None, Some(_)) => Origin::Unlisted,
    };
    text(Draft {
        component: name.map_or_else(
            || format!("{} SPN {spn}", word(structure::name::PARAMETER, language)),
            ToOwned::to_owned,
        ),
        location: None,
        failure,
        advice: truck_advice(spn, fmi),
        origin,
        language,
    })
}

/// The parameters from here on are the maker's (SAE J1939).
const FIRST_MAKER_SPN: u32 = 516_096;

/// Failure modes 0 and 1 are the most severe level of a parameter's own warning (SAE J1939-73).
const fn truck_advice(spn: u32, fmi: u8) -> Advice {
    const OIL_PRESSURE: u32 = 100;
    const COOLANT_TEMPERATURE: u32 = 110;
    match (spn, fmi) {
        (OIL_PRESSURE, 1) | (COOLANT_TEMPERATURE, 0) => Advice::Stop,
        (_, 0 | 1) => Advice::Week,
        _ => Advice::Visit,
    }
}

fn word(word: Word, language: Language) -> &'static str {
    structure::GROUP.get(word.index, language)
}

/// The parts of a text before the advice is put into words.
struct Draft<'a> {
    component: String,
    location: Option<String>,
    failure: &'a str,
    advice: Advice,
    origin: Origin,
    language: Language,
}

fn text(draft: Draft<'_>) -> DtcText {
    let Draft { component, location, failure, advice, origin, language } = draft;
    DtcText {
        action: advice.action(),
        component,
        failure: failure.to_owned(),
        failure_type: None,
        language,
        location,
        origin,
        urgency: advice.urgency(),
        what_to_do: what_to_do(advice, language).to_owned(),
    }
}
