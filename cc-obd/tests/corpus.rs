//! Recorded answers of four real cars, with the values their makers expect, against the whole road: lines to frames
//! to messages to readings by the cars' signal sets. The data (OBDb, CC BY-SA) is not part of the project.
//!
//! Every miss is printed with its reason; run with `--nocapture` to see the score.
#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(clippy::disallowed_methods, reason = "this test reads files whose place the environment may name")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cc_core::{MeasureUnit, Value};
use cc_obd::capture::{CaptureFormat, Decoded, Decoder, Item};
use cc_obd::signals::{SignalSet, SignalSets};
use serde_json::Value as Json;

const CARS: [&str; 4] = ["Audi-A4", "Honda-Accord", "Hyundai-Kona-Electric", "Volkswagen-Golf"];

/// The corpus, or `None` with a word of why not.
fn corpus() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/obdb");
    let path = std::env::var_os("CC_OBDB_DIR").map_or(beside, PathBuf::from);
    if path.is_dir() {
        return Some(path);
    }
    println!("skipped: no recorded answers at CC_OBDB_DIR or ../shared/data/obdb");
    None
}

fn cases(path: &Path) -> Vec<Json> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The car's set for a year (the narrowest range of years in a file name that holds it), over the standard one.
fn sets(corpus: &Path, car: &str, year: i64) -> SignalSets {
    let load = |path: &Path| SignalSet::from_json(&std::fs::read(path).unwrap()).unwrap();
    let folder = corpus.join(car).join("signalsets");
    let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort_by_key(|path| {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let range = name.split_once('-').and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
        match range {
            Some((from, to)) if (from..=to).contains(&year) => to - from,
            Some(_) => i64::MAX,
            None => i64::MAX - 1,
        }
    });
    SignalSets::new([load(&corpus.join("SAEJ1979/default.json")), load(&files[0])])
}

fn decode(case: &Json, sets: &SignalSets, year: i64) -> Vec<Decoded> {
    let mut decoder = Decoder::new(CaptureFormat::Elm327).with_signals(sets.clone());
    decoder = decoder.with_model_year(i32::try_from(year).unwrap());
    for line in case["response"].as_array().unwrap() {
        decoder.push(line.as_str().unwrap().as_bytes());
        decoder.push(b"\r");
    }
    decoder.finish();
    std::iter::from_fn(|| decoder.next_item()).collect()
}

fn is_same(expected: &Json, found: &Value) -> bool {
    match (expected, found) {
        (Json::String(expected), Value::Text(found)) => **expected == **found,
        // Expected values are rounded to five decimals.
        (Json::Number(expected), Value::Number(found)) => {
            (expected.as_f64().unwrap() - found.as_f64()).abs() <= 0.000_005_1
        }
        _ => false,
    }
}

#[test]
fn recorded_cars_read_as_their_makers_expect() {
    let Some(corpus) = corpus() else { return };
    let (mut values, mut right, mut answers) = (0_u32, 0_u32, 0_u32);
    for car in CARS {
        let (mut car_values, mut car_right) = (0_u32, 0_u32);
        let mut by_year = BTreeMap::new();
        for case in cases(&corpus.join(car).join("cases.jsonl")) {
            answers += 1;
            let year = case["year"].as_i64().unwrap();
            let sets = by_year.entry(year).or_insert_with(|| sets(&corpus, car, year));
            let decoded = decode(&case, sets, year);
            let mut found = BTreeMap::new();
            let mut errors = Vec::new();
            for decoded in &decoded {
                match &decoded.item {
                    Item::Reading(reading) => {
                        found.insert(reading.signal.as_str(), &reading.value);
                    }
                    Item::Error(error) => errors.push(error.to_string()),
                    _ => {}
                }
            }
            for (signal, expected) in case["expected"].as_object().unwrap() {
                car_values += 1;
                let value = found.get(signal.as_str());
                if value.is_some_and(|value| is_same(expected, value)) {
                    car_right += 1;
                    continue;
                }
                let reason = match value {
                    Some(value) => format!("found {value:?}"),
                    None if errors.is_empty() => "no reading".to_owned(),
                    None => errors.join("; "),
                };
                println!("miss: {car} {} {signal}: expected {expected}, {reason}", case["command"]);
            }
        }
        println!("{car}: {car_right} of {car_values} values");
        values += car_values;
        right += car_right;
    }
    println!("{right} of {values} values in {answers} answers");
    assert_eq!((answers, values), (6803, 22_728));
    assert_eq!(right, values, "a miss is listed above; none is known");
}

#[test]
fn damaged_recordings_are_errors_and_never_readings() {
    let Some(corpus) = corpus() else { return };
    let mut damaged = 0;
    for car in CARS {
        for case in cases(&corpus.join(car).join("damaged.jsonl")) {
            damaged += 1;
            let year = case["year"].as_i64().unwrap();
            let decoded = decode(&case, &sets(&corpus, car, year), year);
            let errors = decoded.iter().filter(|decoded| matches!(decoded.item, Item::Error(_))).count();
            let readings = decoded.iter().filter(|decoded| matches!(decoded.item, Item::Reading(_))).count();
            assert!(
                errors > 0 && readings == 0,
                "{car} {}: {errors} errors, {readings} readings",
                case["command"]
            );
        }
    }
    assert_eq!(damaged, 9);
}

/// The built-in catalogue and the standard signal set were written by different people from the same standard.
#[test]
fn the_catalogue_agrees_with_the_standard_set() {
    let Some(corpus) = corpus() else { return };
    let set: Json =
        serde_json::from_slice(&std::fs::read(corpus.join("SAEJ1979/default.json")).unwrap()).unwrap();
    let (mut compared, mut missing) = (0, Vec::new());
    for command in set["commands"].as_array().unwrap() {
        let pid = u8::from_str_radix(command["cmd"]["01"].as_str().unwrap(), 16).unwrap();
        for signal in command["signals"].as_array().unwrap() {
            let format = &signal["fmt"];
            let field = |name: &str, absent: f64| format[name].as_f64().unwrap_or(absent);
            let (bit, bits) = (field("bix", 0.0) as u16, field("len", 0.0) as u8);
            let row = cc_core::catalogue().iter().find(|row| {
                row.obd.is_some_and(|source| source.pid == pid && source.bit == bit && source.bits == bits)
            });
            let Some((row, source)) = row.and_then(|row| Some((row, row.obd?))) else {
                missing.push(format!("{pid:02X} {}", signal["id"]));
                continue;
            };
            // The fields of parameter 6B have two scales, chosen by a bit beside them: the catalogue has a row for each.
            if !format["map"].is_null() || bits > 32 || pid == 0x6B {
                continue;
            }
            compared += 1;
            assert_eq!(source.signed, format["sign"].as_bool().unwrap_or(false), "{}", row.id);
            let thousandfold = if row.unit == MeasureUnit::Pascal { 1000.0 } else { 1.0 };
            let (min, max) = (field("min", 0.0), field("max", f64::INFINITY));
            let highest = (1_u64 << bits) - 1;
            for raw in [0, 1, highest / 3, highest / 2, highest - highest / 4, highest] {
                let number = if source.signed && raw > highest / 2 {
                    raw as f64 - highest as f64 - 1.0
                } else {
                    raw as f64
                };
                let expected = number * field("mul", 1.0) / field("div", 1.0) + field("add", 0.0);
                if (min..=max).contains(&expected) {
                    let found = source.value_of(raw as u32);
                    // Editions round the scale of a bit (0.000122 V) differently.
                    let same = (found - expected * thousandfold).abs() <= 1e-3 * found.abs().max(1.0);
                    assert!(same, "{}: {raw} is {found}, in the set {expected}", row.id);
                }
            }
        }
    }
    println!("{compared} signals agree; the set alone has {}: {}", missing.len(), missing.join(", "));
    assert!(compared > 50, "{compared}");
}
