//! Recorded answers of four real cars through `ccars decode --signals`. The data (OBDb, CC BY-SA) is not part of the
//! project: the test says so and ends where neither `CC_OBDB_DIR` nor `../shared/data/obdb` has it.
#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(clippy::disallowed_methods, reason = "this test reads files whose place the environment may name")]

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use common::ccars;
use serde_json::Value as Json;

const CARS: [&str; 4] = ["Audi-A4", "Honda-Accord", "Hyundai-Kona-Electric", "Volkswagen-Golf"];

fn corpus() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/obdb");
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

/// The car's own signal set for a year: that with the narrowest range of years around it.
fn own_set(corpus: &Path, car: &str, year: i64) -> PathBuf {
    let files = std::fs::read_dir(corpus.join(car).join("signalsets")).unwrap();
    let width = |path: &PathBuf| {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let range =
            name.split_once('-').map(|(from, to)| (from.parse().unwrap(), to.parse::<i64>().unwrap()));
        match range {
            Some((from, to)) if (from..=to).contains(&year) => to - from,
            Some(_) => i64::MAX,
            None => i64::MAX - 1,
        }
    };
    files.map(|entry| entry.unwrap().path()).min_by_key(width).unwrap()
}

/// The frames of a case, ended by a prompt, as an adapter's log holds them.
fn as_adapter_log(case: &Json) -> Vec<String> {
    let frames = case["response"].as_array().unwrap().iter().map(|frame| frame.as_str().unwrap().to_owned());
    frames.chain([">".to_owned()]).collect()
}

/// `REQUEST>RESPONSE`, where one ECU gave one answer in normal addressing.
fn as_pair(case: &Json) -> Vec<String> {
    pair(case).into_iter().collect()
}

/// Frames put together by hand, so that the reader under test is not its own judge.
fn pair(case: &Json) -> Option<String> {
    let mut sender = None;
    let (mut answer, mut length) = (String::new(), 0);
    for frame in case["response"].as_array()? {
        let frame = frame.as_str()?;
        let (id, data) = frame.split_at_checked(if frame.len() % 2 == 1 { 3 } else { 8 })?;
        let number = |digits: &str| usize::from_str_radix(digits, 16).ok();
        match (data.get(..1)?, sender) {
            ("0", None) => {
                length = number(data.get(1..2)?)?;
                answer.push_str(&data[2..]);
            }
            ("1", None) => {
                length = number(data.get(1..4)?)?;
                answer.push_str(&data[4..]);
            }
            ("2", Some(first)) if first == id => answer.push_str(&data[2..]),
            _ => return None,
        }
        sender = Some(id);
    }
    let request = case["command"].as_str()?.split('|').next()?.rsplit('.').next()?;
    let service = u8::from_str_radix(request.get(..2)?, 16).ok()?;
    let answer = answer.get(..length * 2)?;
    answer.starts_with(&format!("{:02X}", service | 0x40)).then(|| format!("{request}>{answer}"))
}

/// Decodes many cases in one run; gives the output by case.
fn decode(
    corpus: &Path,
    car: &str,
    year: i64,
    cases: &[&Json],
    format: &str,
    lines: fn(&Json) -> Vec<String>,
) -> Vec<Vec<Json>> {
    let (mut text, mut case_of_line) = (String::new(), vec![0]);
    for (index, case) in cases.iter().enumerate() {
        for line in lines(case) {
            text.push_str(&line);
            text.push('\n');
            case_of_line.push(index);
        }
    }
    let (own, standard) = (own_set(corpus, car, year), corpus.join("SAEJ1979/default.json"));
    let sets = ["--signals", standard.to_str().unwrap(), "--signals", own.to_str().unwrap()];
    let run = ccars(&[&["decode", "--from", format, "--year", &year.to_string()][..], &sets].concat(), &text);
    assert_eq!(run.stderr, "");
    let mut output = vec![Vec::new(); cases.len()];
    for line in run.stdout.lines() {
        let object: Json = serde_json::from_str(line).unwrap();
        let number = usize::try_from(object["line"].as_u64().unwrap()).unwrap();
        output[case_of_line[number]].push(object);
    }
    output
}

fn by_year(cases: &[Json]) -> BTreeMap<i64, Vec<&Json>> {
    let mut years: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for case in cases {
        years.entry(case["year"].as_i64().unwrap()).or_default().push(case);
    }
    years
}

/// Expected values are rounded to five decimals.
fn is_same(expected: &Json, found: &Json) -> bool {
    match (expected.as_f64(), found.as_f64()) {
        (Some(expected), Some(found)) => (expected - found).abs() <= 0.000_005_1,
        _ => expected == found,
    }
}

/// Decodes all cases that have lines in this form; gives how many of their values are right, and how many there are.
fn score(corpus: &Path, format: &str, lines: fn(&Json) -> Vec<String>) -> (u32, u32) {
    let (mut values, mut right) = (0, 0);
    for car in CARS {
        let mut cases = cases(&corpus.join(car).join("cases.jsonl"));
        cases.retain(|case| !lines(case).is_empty());
        for (year, cases) in by_year(&cases) {
            for (case, output) in cases.iter().zip(decode(corpus, car, year, &cases, format, lines)) {
                // The last complete answer counts.
                let found: BTreeMap<_, _> = output
                    .iter()
                    .filter_map(|object| Some((object["signal"].as_str()?, &object["value"])))
                    .collect();
                for (signal, expected) in case["expected"].as_object().unwrap() {
                    values += 1;
                    match found.get(signal.as_str()) {
                        Some(value) if is_same(expected, value) => right += 1,
                        other => println!(
                            "miss: {car} {}: {signal}: expected {expected}, found {other:?}",
                            case["command"]
                        ),
                    }
                }
            }
        }
    }
    println!("{format}: {right} of {values} values");
    (right, values)
}

#[test]
fn recorded_cars_decode_as_their_makers_expect() {
    let Some(corpus) = corpus() else { return };
    assert_eq!(score(&corpus, "elm327", as_adapter_log), (22_728, 22_728), "each miss is listed above");
}

#[test]
fn recorded_answers_as_pairs_decode_the_same() {
    let Some(corpus) = corpus() else { return };
    let (right, values) = score(&corpus, "pairs", as_pair);
    assert!(values > 20_000, "{values}");
    assert_eq!(right, values, "each miss is listed above");
}

#[test]
fn damaged_recordings_are_errors_and_never_readings() {
    let Some(corpus) = corpus() else { return };
    let mut damaged = 0;
    for car in CARS {
        for case in &cases(&corpus.join(car).join("damaged.jsonl")) {
            let output =
                decode(&corpus, car, case["year"].as_i64().unwrap(), &[case], "elm327", as_adapter_log)
                    .remove(0);
            assert!(output.iter().any(|object| object.get("error").is_some()), "{car} {}", case["command"]);
            assert!(output.iter().all(|object| object.get("signal").is_none()), "{car} {}", case["command"]);
            damaged += 1;
        }
    }
    assert_eq!(damaged, 9);
}
