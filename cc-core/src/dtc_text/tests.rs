//! Every text there is: complete, distinct, of its own language, and in the right part of the car.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use proptest::prelude::*;

use super::words::{GROUPS, Group, action, failure_type, fmi, place, spn, structure};
use super::*;
use crate::{DtcSystem, J1939Dtc, J2012FtbDtc};

/// All blocks of words.
fn groups() -> Vec<&'static Group> {
    let others = [
        &action::GROUP,
        &super::words::failure_type::GROUP,
        &fmi::GROUP,
        &place::GROUP,
        &spn::GROUP,
        &structure::GROUP,
    ];
    GROUPS.into_iter().chain(others).collect()
}

fn english(code: &str) -> String {
    code.parse::<Dtc>().unwrap().describe(Language::English).to_string()
}

#[test]
fn no_language_misses_a_word_and_no_word_has_stray_space() {
    for group in groups() {
        assert!(group.len() > 0);
        for index in 0..group.len() {
            for language in Language::ALL {
                let word = group.get(index, *language);
                assert!(!word.is_empty() && word.trim() == word && !word.contains("  "), "{word:?}");
                assert!(!word.chars().any(char::is_control), "{word:?}");
            }
        }
        assert_eq!(group.get(group.len(), Language::English), "");
    }
}

/// Words that two languages share by right: names, and words of the same root.
const SHARED: &[&str] = &[
    "ABS active",
    "AdBlue",
    "Clutch",
    "Computer",
    "Cylinder",
    "Gateway",
    "Gear",
    "Parameter",
    "Radio",
    "Retarder torque",
    "Starter",
    "Thermostat",
];

#[test]
fn no_word_is_left_in_english() {
    for group in groups() {
        for index in 0..group.len() {
            let english = group.get(index, Language::English);
            for language in Language::ALL.iter().filter(|language| **language != Language::English) {
                let word = group.get(index, *language);
                assert!(word != english || SHARED.contains(&word), "{language}: {word}");
            }
        }
    }
}

#[test]
fn no_two_codes_read_the_same_in_any_language() {
    for language in Language::ALL {
        let mut seen = BTreeMap::new();
        for code in codes() {
            let sentence = Dtc::from(code).describe(*language).to_string().to_lowercase();
            let before = seen.insert(sentence.clone(), code);
            assert_eq!(before, None, "{language}: {code} reads {sentence:?} too");
        }
        assert!(seen.len() >= 3_000);
    }
}

/// A code whose words are "fault" reads as its failure type; all others keep their own words before the dash, which no
/// word has: so it is the first kind that could read like another code.
#[test]
fn no_two_codes_with_any_failure_types_read_the_same_in_any_language() {
    let fault = super::words::failure::FAULT.failure_byte();
    for language in Language::ALL {
        for group in groups() {
            assert!((0..group.len()).all(|index| !group.get(index, *language).contains('–')), "{language}");
        }
        let mut seen = BTreeMap::new();
        let mut types = BTreeSet::new();
        for byte in 1..=u8::MAX {
            let words = super::compose::failure_type(byte, *language).unwrap();
            assert!(types.insert(words.to_lowercase()), "{language}: {byte:02X} {words}");
        }
        for code in codes() {
            let is_fault = super::table::find(code.raw()).is_some_and(|entry| entry.failure == fault);
            let [high, low] = code.raw().to_be_bytes();
            for byte in 0..=(if is_fault { u8::MAX } else { 0 }) {
                let dtc = Dtc::from(J2012FtbDtc::from_bytes([high, low, byte]));
                let text = dtc.describe(*language);
                assert_eq!(text.failure_type, None);
                let sentence = text.to_string().to_lowercase();
                let before = seen.insert(sentence.clone(), dtc);
                assert_eq!(before, None, "{language}: {dtc} reads {sentence:?} too");
            }
        }
        assert!(seen.len() > 70_000, "{}", seen.len());
    }
}

#[test]
fn failure_types_and_modes_are_distinct_in_every_language() {
    for language in Language::ALL {
        for group in [&failure_type::GROUP, &fmi::GROUP, &spn::GROUP, &place::GROUP, &action::GROUP] {
            let words: BTreeSet<_> = (0..group.len()).map(|index| group.get(index, *language)).collect();
            assert_eq!(words.len(), usize::from(group.len()), "{language}");
        }
    }
}

/// What the standard's structure says a code is about (SAE J2012 §5 and its ranges), told apart from the tables:
/// first and last code, and words of which the English component or failure has one.
const RANGES: &[(&str, &str, &[&str])] = &[
    ("P0001", "P0004", &["Fuel volume"]),
    ("P0010", "P0015", &["Camshaft"]),
    ("P0016", "P0019", &["Crankshaft and camshaft"]),
    ("P0030", "P0032", &["Oxygen sensor heater"]),
    ("P0070", "P0074", &["Outside temperature"]),
    ("P0075", "P0079", &["valve solenoid"]),
    ("P0100", "P0104", &["Air flow"]),
    ("P0105", "P0109", &["manifold pressure"]),
    ("P0110", "P0114", &["Intake air temperature"]),
    ("P0115", "P0119", &["Coolant temperature"]),
    ("P0120", "P0124", &["Throttle"]),
    ("P0130", "P0167", &["Oxygen sensor", "Fuel delivery", "Injection timing"]),
    ("P0170", "P0175", &["ixture"]),
    ("P0180", "P0189", &["Fuel temperature", "Fuel pressure"]),
    ("P0190", "P0194", &["Fuel rail pressure"]),
    ("P0195", "P0199", &["Oil temperature"]),
    ("P0200", "P0212", &["Fuel injector"]),
    ("P0235", "P0242", &["Boost pressure", "boost"]),
    ("P0261", "P0296", &["Fuel injector", "Cylinder"]),
    ("P0300", "P0312", &["misfire"]),
    ("P0325", "P0334", &["Knock"]),
    ("P0335", "P0339", &["Crankshaft"]),
    ("P0340", "P0349", &["Camshaft"]),
    ("P0350", "P0362", &["Ignition coil"]),
    ("P0400", "P0409", &["xhaust gas recirculation"]),
    ("P0410", "P0419", &["Secondary air"]),
    ("P0420", "P0439", &["atalyst", "atalytic"]),
    ("P0440", "P0459", &["Fuel vapour", "Fuel tank", "Fuel cap"]),
    ("P0460", "P0464", &["Fuel level"]),
    ("P0470", "P0479", &["Exhaust pressure"]),
    ("P0480", "P0485", &["fan"]),
    ("P0500", "P0503", &["Vehicle speed"]),
    ("P0505", "P0509", &["dle"]),
    ("P0520", "P0524", &["il pressure", "oil"]),
    ("P0530", "P0534", &["Air conditioning", "Refrigerant"]),
    ("P0560", "P0563", &["electrical system"]),
    ("P0601", "P0607", &["Engine control unit"]),
    ("P0615", "P0617", &["Starter"]),
    ("P0620", "P0626", &["lternator", "Charge lamp"]),
    ("P0641", "P0643", &["Sensor supply"]),
    ("P0671", "P0679", &["Glow plug"]),
    ("P0700", "P0702", &["Transmission"]),
    ("P0705", "P0709", &["Gear selector"]),
    ("P0710", "P0714", &["Transmission fluid temperature"]),
    ("P0715", "P0718", &["Input shaft"]),
    ("P0720", "P0723", &["Output shaft"]),
    ("P0730", "P0736", &["gear ratio"]),
    ("P0740", "P0744", &["Torque converter"]),
    ("P0750", "P0774", &["Shift valve", "Gear", "Transmission fluid"]),
    ("P0840", "P0849", &["Transmission fluid pressure"]),
    ("P0A0A", "P0A0D", &["High-voltage interlock"]),
    ("P0A7E", "P0A80", &["High-voltage battery"]),
    ("P0AA6", "P0AA6", &["insulation"]),
    ("P2002", "P2003", &["Particulate filter"]),
    ("P2096", "P2099", &["Mixture control after"]),
    ("P2100", "P2103", &["Throttle motor"]),
    ("P2120", "P2134", &["Throttle or pedal"]),
    ("P2187", "P2190", &["at idle"]),
    ("P2195", "P2198", &["Oxygen sensor"]),
    ("P2200", "P2225", &["NOx"]),
    ("P2300", "P2335", &["Ignition coil"]),
    ("P2336", "P2347", &["knocks"]),
    ("P2430", "P2439", &["Secondary air"]),
    ("P2452", "P2456", &["Particulate filter"]),
    ("P3401", "P3496", &["Cylinder shut-off", "Exhaust valve"]),
    ("B0001", "B0003", &["Front airbag"]),
    ("B0070", "B007F", &["pretensioner"]),
    ("C0030", "C003E", &["heel"]),
    ("C0500", "C051B", &["Wheel speed"]),
    ("U0001", "U0027", &["CAN bus"]),
    ("U0028", "U0072", &["data bus"]),
    ("U0100", "U02FF", &["no communication"]),
    ("U0301", "U03FF", &["software"]),
    ("U0401", "U05FF", &["invalid data"]),
    ("U0600", "U06FF", &["no communication"]),
];

#[test]
fn a_hundred_codes_drawn_by_seed_are_where_the_standards_structure_puts_them() {
    let in_ranges: Vec<(J2012Dtc, &[&str])> = codes()
        .filter_map(|code| {
            let text = code.to_string();
            // The ranges are those of the standard's first editions, which counted powertrain codes in decimal.
            let decimal = text.bytes().skip(1).all(|digit| digit.is_ascii_digit());
            if code.system() == DtcSystem::Powertrain && !decimal {
                return None;
            }
            let range = RANGES.iter().find(|(first, last, _)| (*first..=*last).contains(&text.as_str()))?;
            Some((code, range.2))
        })
        .collect();
    assert!(in_ranges.len() > 1_000, "{}", in_ranges.len());
    // A linear congruential generator (Knuth's MMIX): the same hundred everywhere.
    let mut seed = 2_012_u64;
    for _ in 0..100 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (code, words) = in_ranges[(seed >> 33) as usize % in_ranges.len()];
        let text = Dtc::from(code).describe(Language::English);
        assert_eq!(text.origin, Origin::Standard);
        let sentence = text.to_string();
        assert!(words.iter().any(|word| sentence.contains(word)), "{code}: {sentence}, expected {words:?}");
    }
}

#[test]
fn every_code_of_the_table_is_the_standards_and_of_its_system() {
    for code in codes() {
        assert!(code.is_generic(), "{code}");
        let block = super::table::find(code.raw()).map(|entry| entry.component().0);
        let expected: &[u8] = match (code.system(), code.raw() >> 8) {
            (DtcSystem::Body, _) => &[8],
            (DtcSystem::Chassis, _) => &[7],
            (DtcSystem::Network, 0xC6) => &[0, 1, 2, 3, 4, 5, 6, 9],
            (DtcSystem::Network, _) => &[9],
            (DtcSystem::Powertrain, _) => &[0, 1, 2, 3, 4, 5, 6, 9],
        };
        assert!(block.is_some_and(|block| expected.contains(&block)), "{code} {block:?}");
    }
}

#[test]
fn well_known_codes_read_as_a_mechanic_expects() {
    for (code, sentence) in [
        ("P0011", "Camshaft timing A (bank 1): timing too early"),
        ("P0016", "Crankshaft and camshaft position A (bank 1): values disagree"),
        ("P0030", "Oxygen sensor heater (bank 1, sensor 1): control circuit fault"),
        ("P0087", "Fuel rail: pressure too low"),
        ("P0101", "Air flow sensor A: implausible signal"),
        ("P0113", "Intake air temperature sensor 1 (bank 1): signal too high"),
        ("P0118", "Coolant temperature sensor 1: signal too high"),
        ("P0122", "Throttle or pedal position sensor A: signal too low"),
        ("P0128", "Thermostat: coolant does not get warm enough"),
        ("P0133", "Oxygen sensor (bank 1, sensor 1): responds too slowly"),
        ("P0141", "Oxygen sensor heater (bank 1, sensor 2): circuit fault"),
        ("P0171", "Fuel and air mixture (bank 1): too lean"),
        ("P0175", "Fuel and air mixture (bank 2): too rich"),
        ("P0193", "Fuel rail pressure sensor A (bank 1): signal too high"),
        ("P0201", "Fuel injector (cylinder 1): circuit fault"),
        ("P0217", "Coolant: too hot"),
        ("P0234", "Turbocharger A: boost pressure too high"),
        ("P0299", "Turbocharger A: boost pressure too low"),
        ("P0300", "Several cylinders: misfire detected"),
        ("P0304", "Cylinder 4: misfire detected"),
        ("P0312", "Cylinder 12: misfire detected"),
        ("P0325", "Knock sensor 1 (bank 1): circuit fault"),
        ("P0335", "Crankshaft position sensor A: circuit fault"),
        ("P0340", "Camshaft position sensor A (bank 1): circuit fault"),
        ("P0351", "Ignition coil A: circuit fault"),
        ("P0401", "Exhaust gas recirculation A: flow too low"),
        ("P0411", "Secondary air system: flow incorrect"),
        ("P0420", "Catalytic converter (bank 1): efficiency too low"),
        ("P0430", "Catalytic converter (bank 2): efficiency too low"),
        ("P0442", "Fuel vapour system: small leak"),
        ("P0455", "Fuel vapour system: large leak"),
        ("P0456", "Fuel vapour system: very small leak"),
        ("P0457", "Fuel cap: leak"),
        ("P0480", "Cooling fan 1: control circuit fault"),
        ("P0500", "Vehicle speed sensor A: circuit fault"),
        ("P0506", "Idle speed: value too low"),
        ("P0524", "Engine oil: pressure too low"),
        ("P0562", "Vehicle electrical system: voltage too low"),
        ("P0601", "Engine control unit, memory checksum: fault"),
        ("P0606", "Engine control unit: processor fault"),
        ("P0612", "Relay of the injector control unit: control circuit fault"),
        ("P0638", "Throttle actuator (bank 1): does not work as expected"),
        ("P0700", "Transmission control: fault"),
        ("P0715", "Input shaft speed sensor A: circuit fault"),
        ("P0731", "Gear 1: gear ratio incorrect"),
        ("P0741", "Torque converter clutch: stays off or works too weakly"),
        ("P0755", "Shift valve B: fault"),
        ("P0801", "Reverse inhibit: control circuit fault"),
        ("P0810", "Clutch position control: fault"),
        ("P0820", "Gear lever position sensor X-Y: circuit fault"),
        ("P0867", "Transmission fluid: pressure out of range"),
        ("P0A01", "Motor electronics coolant temperature sensor A: implausible signal"),
        ("P0A80", "High-voltage battery: worn out, to be replaced"),
        ("P0A8D", "14-volt supply: voltage too low"),
        ("P0A95", "High-voltage fuse: fault"),
        ("P0AA1", "High-voltage positive contactor: stuck closed"),
        ("P0AA4", "High-voltage negative contactor: stuck closed"),
        ("P0AA6", "High-voltage insulation: insulation too weak"),
        ("P0BBD", "High-voltage battery: voltage variation too large"),
        ("P0BFF", "Drive motor phase current A: fault"),
        ("P0C00", "Drive motor phase current A: signal too low"),
        ("P0C01", "Drive motor phase current A: signal too high"),
        ("P0C73", "Motor electronics coolant pump A: does not work as expected"),
        ("P2002", "Particulate filter (bank 1): efficiency too low"),
        ("P203F", "AdBlue: level too low"),
        ("P20BA", "AdBlue heater A: control circuit signal out of range"),
        ("P20EE", "SCR catalyst (bank 1): efficiency too low"),
        ("P2119", "Throttle actuator: does not work as expected"),
        ("P2138", "Throttle or pedal position sensors D/E: values disagree"),
        ("P2187", "Fuel and air mixture (bank 1): too lean at idle"),
        ("P2195", "Oxygen sensor (bank 1, sensor 1): signal stays at lean"),
        ("P2262", "Turbocharger: no boost pressure, mechanical cause"),
        ("P2263", "Turbocharger: does not work as expected"),
        ("P2300", "Ignition coil primary side A: control circuit signal too low"),
        ("P2458", "Particulate filter regeneration: regeneration takes too long"),
        ("P2463", "Particulate filter: too much soot"),
        ("P2563", "Boost control position sensor A: implausible signal"),
        ("P3401", "Cylinder shut-off or intake valve (cylinder 1): control circuit open"),
        ("B0001", "Front airbag, stage 1 (driver): firing circuit fault"),
        ("B0002", "Front airbag, stage 2 (driver): firing circuit fault"),
        ("B0010", "Front airbag, stage 1 (front passenger): firing circuit fault"),
        ("C0034", "Wheel speed sensor (front right): fault"),
        ("C0049", "Brake fluid: fault"),
        ("U0001", "High-speed CAN bus: fault"),
        ("U0073", "Control unit data bus A: communication stopped"),
        ("U0100", "Engine control module A: no communication"),
        ("U0121", "Anti-lock brake module: no communication"),
        ("U0155", "Instrument cluster: no communication"),
        ("U0301", "Engine control module A: software does not match"),
        ("U0400", "Received data: invalid"),
        ("U0401", "Engine control module A: sends invalid data"),
        ("U3006", "Control unit supply input A: fault"),
        ("U3007", "Control unit supply input B: fault"),
    ] {
        assert_eq!(english(code), sentence, "{code}");
    }
}

#[test]
fn one_code_reads_well_in_six_languages() {
    for (code, sentences) in [
        (
            "P0301",
            [
                "Cylinder 1: fejltænding registreret",
                "Cylinder 1: misfire detected",
                "Zylinder 1: Zündaussetzer erkannt",
                "Sylinder 1: feiltenning oppdaget",
                "Cilindro 1: fallo de encendido detectado",
                "Cylinder 1: misständning upptäckt",
            ],
        ),
        (
            "P0087",
            [
                "Brændstofskinne: tryk for lavt",
                "Fuel rail: pressure too low",
                "Kraftstoffverteilerrohr: Druck zu niedrig",
                "Drivstoffskinne: trykk for lavt",
                "Rampa de combustible: presión demasiado baja",
                "Bränslefördelningsrör: tryck för lågt",
            ],
        ),
        (
            "P0128",
            [
                "Termostat: kølevæske bliver ikke varm nok",
                "Thermostat: coolant does not get warm enough",
                "Thermostat: Kühlmittel wird nicht warm genug",
                "Termostat: kjølevæske blir ikke varm nok",
                "Termostato: el refrigerante no se calienta lo suficiente",
                "Termostat: kylvätska blir inte varm nog",
            ],
        ),
        (
            "P0171",
            [
                "Brændstof-luft-blanding (bank 1): for mager",
                "Fuel and air mixture (bank 1): too lean",
                "Kraftstoff-Luft-Gemisch (Bank 1): zu mager",
                "Drivstoff-luft-blanding (bank 1): for mager",
                "Mezcla de aire y combustible (bancada 1): demasiado pobre",
                "Bränsle-luftblandning (bank 1): för mager",
            ],
        ),
        (
            "C0063",
            [
                "Drejningsføler (yaw): fejl",
                "Yaw rate sensor: fault",
                "Gierratensensor: Fehler",
                "Dreiingsføler (yaw): feil",
                "Sensor de guiñada: fallo",
                "Girhastighetsgivare: fel",
            ],
        ),
        (
            "P0420",
            [
                "Katalysator (bank 1): virkningsgrad for lav",
                "Catalytic converter (bank 1): efficiency too low",
                "Katalysator (Bank 1): Wirkungsgrad zu gering",
                "Katalysator (bank 1): virkningsgrad for lav",
                "Catalizador (bancada 1): eficacia demasiado baja",
                "Katalysator (bank 1): verkningsgrad för låg",
            ],
        ),
    ] {
        for (language, sentence) in Language::ALL.iter().zip(sentences) {
            assert_eq!(code.parse::<Dtc>().unwrap().describe(*language).to_string(), sentence);
        }
    }
}

#[test]
fn codes_without_words_say_what_their_digits_do_and_no_more() {
    for (code, sentence, origin) in [
        ("P1351", "Ignition and misfire: meaning given by the maker", Origin::MakerSpecific),
        ("P1570", "Speed, idle and auxiliary inputs: meaning given by the maker", Origin::MakerSpecific),
        ("P1780", "Transmission system: meaning given by the maker", Origin::MakerSpecific),
        ("P3000", "Powertrain: meaning given by the maker", Origin::MakerSpecific),
        ("B1234", "Body system: meaning given by the maker", Origin::MakerSpecific),
        ("C2100", "Chassis system: meaning given by the maker", Origin::MakerSpecific),
        ("U1000", "Network between control units: meaning given by the maker", Origin::MakerSpecific),
        ("P3FFF", "Powertrain: reserved, no meaning given yet", Origin::Reserved),
        ("B3000", "Body system: reserved, no meaning given yet", Origin::Reserved),
        ("P0FFF", "Electric drive: standard code without words here", Origin::Unlisted),
        ("VAG 17978", "Speed, idle and auxiliary inputs: meaning given by the maker", Origin::MakerSpecific),
        ("VAG 01314", "Trouble code: meaning given by the maker", Origin::MakerSpecific),
        ("RAW 43-21", "Trouble code: meaning given by the maker", Origin::MakerSpecific),
        ("KWP 4321", "Trouble code: meaning given by the maker", Origin::MakerSpecific),
    ] {
        let text = code.parse::<Dtc>().unwrap().describe(Language::English);
        assert_eq!((text.to_string().as_str(), text.origin), (sentence, origin), "{code}");
    }
}

#[test]
fn a_failure_type_adds_its_words_or_is_the_failure() {
    for (code, sentence) in [
        ("P011812", "Coolant temperature sensor 1: signal too high – shorted to battery"),
        ("P011800", "Coolant temperature sensor 1: signal too high"),
        ("C003113", "Wheel speed sensor (front left): line open"),
        ("C00497B", "Brake fluid: fluid level too low"),
        ("P070064", "Transmission control: plausibility check failed"),
        ("B000111", "Front airbag, stage 1 (driver): firing circuit fault – shorted to ground"),
        ("B1A8913", "Body system: meaning given by the maker – line open"),
        (
            "P011859",
            "Coolant temperature sensor 1: signal too high – failure type 59: reserved, no meaning given yet",
        ),
        (
            "P0118F1",
            "Coolant temperature sensor 1: signal too high – failure type F1: meaning given by the maker",
        ),
    ] {
        assert_eq!(english(code), sentence, "{code}");
    }
}

#[test]
fn trucks_have_parameter_and_failure_mode() {
    for (code, sentence, origin) in [
        ("SPN 1208 FMI 10", "Engine oil pressure before the filter: changes abnormally", Origin::Standard),
        ("SPN 100 FMI 1", "Engine oil pressure: valid but far below normal", Origin::Standard),
        ("SPN 5 FMI 3", "Parameter SPN 5: voltage too high or shorted high", Origin::Unlisted),
        ("SPN 520192 FMI 31", "Parameter SPN 520192: the condition exists", Origin::MakerSpecific),
        (
            "SPN 100 FMI 25",
            "Engine oil pressure: failure mode 25: reserved, no meaning given yet",
            Origin::Reserved,
        ),
    ] {
        let text = code.parse::<Dtc>().unwrap().describe(Language::English);
        assert_eq!((text.to_string().as_str(), text.origin), (sentence, origin), "{code}");
    }
}

#[test]
fn advice_follows_the_danger() {
    for (code, urgency, action) in [
        ("P0217", Urgency::Critical, Action::StopSafely),
        ("P0524", Urgency::Critical, Action::StopSafely),
        ("P0AA6", Urgency::Critical, Action::StopSafely),
        ("C0049", Urgency::Critical, Action::StopSafely),
        ("SPN 100 FMI 1", Urgency::Critical, Action::StopSafely),
        ("P0230", Urgency::High, Action::CallAssistance),
        ("P0301", Urgency::High, Action::Book),
        ("P0420", Urgency::Medium, Action::Book),
        ("P0562", Urgency::Medium, Action::BatteryTest),
        ("P0457", Urgency::Medium, Action::CheckYourself),
        ("P0442", Urgency::Low, Action::TextWorkshop),
        ("U0184", Urgency::Info, Action::None),
        ("U0100", Urgency::High, Action::CallAssistance),
        ("U0121", Urgency::High, Action::Book),
        ("U0301", Urgency::High, Action::Book),
        ("U0401", Urgency::High, Action::Book),
    ] {
        let text = code.parse::<Dtc>().unwrap().describe(Language::English);
        assert_eq!((text.urgency, text.action), (urgency, action), "{code}");
    }
}

#[test]
fn a_control_unit_that_still_talks_needs_no_roadside_assistance() {
    let asked = [super::words::failure::INVALID_DATA, super::words::failure::SOFTWARE]
        .map(super::words::Word::failure_byte);
    let codes = codes().filter_map(|code| super::table::find(code.raw()).map(|entry| (code, entry)));
    let talking: Vec<_> = codes.filter(|(_, entry)| asked.contains(&entry.failure)).collect();
    assert!(talking.len() > 100, "{}", talking.len());
    for (code, _) in talking {
        assert_ne!(Dtc::from(code).describe(Language::English).action, Action::CallAssistance, "{code}");
    }
}

#[test]
fn all_the_words_and_codes_cost_less_than_300_kilobytes() {
    let words: usize = groups().iter().map(|group| group.text.len() + size_of_val(group.ends)).sum();
    let codes = codes().count() * 8;
    assert!(words + codes < 290_000, "{words} + {codes}");
}

proptest! {
    #[test]
    fn any_code_has_a_sentence(raw: u16, byte: u8, spn in 0_u32..0x8_0000, fmi in 0_u8..32, language in 0_usize..6) {
        let language = Language::ALL[language];
        let [high, low] = raw.to_be_bytes();
        for dtc in [
            Dtc::from(J2012Dtc::from_raw(raw)),
            Dtc::from(J2012FtbDtc::from_bytes([high, low, byte])),
            Dtc::J1939(J1939Dtc::new(spn, fmi).unwrap()),
        ] {
            let text = dtc.describe(language);
            prop_assert!(!text.component.is_empty() && !text.failure.is_empty() && !text.what_to_do.is_empty());
            prop_assert_eq!(text.language, language);
            let sentence = text.to_string();
            prop_assert!(sentence.starts_with(&text.component));
            let behind = text.failure_type.unwrap_or(text.failure);
            prop_assert!(sentence.ends_with(&behind), "{}", sentence);
        }
    }

    #[test]
    fn the_failure_type_of_a_code_never_changes_its_component(raw: u16, byte: u8) {
        let [high, low] = raw.to_be_bytes();
        let two = Dtc::from(J2012Dtc::from_raw(raw)).describe(Language::English);
        let three = Dtc::from(J2012FtbDtc::from_bytes([high, low, byte])).describe(Language::English);
        prop_assert_eq!((&two.component, &two.location), (&three.component, &three.location));
        prop_assert_eq!(byte == 0, format!("{two}") == format!("{three}"));
    }
}
