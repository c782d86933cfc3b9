//! The golden corpus: a fleet's events under a pack that is frozen with them, whose outputs and states never change.

#![expect(clippy::disallowed_methods, reason = "the sources of the packs are files")]

use std::error::Error;
use std::fs;
use std::path::Path;

use cc_core::{
    Body, CodeScan, DtcDiff, Event, EventId, Number, Reading, ScanService, ScannedCode, SignalId, Timestamp,
    TroubleCode, VehicleId, VehicleRef,
};
use cc_rules::Pack;
use chrono::TimeDelta;

use crate::files::{Batch, Case, CaseFile};
use crate::rules::sources;

/// How many vehicles a corpus has.
const CARS: i64 = 16;
/// Everything may be this late, in milliseconds: later than the corpus is long.
const LATENESS: u64 = 4_000 * 86_400_000;

/// The cases of the golden corpus as they are made once; afterwards they stay, packs and all.
///
/// Under the standard pack each vehicle lives through some of the pack's own tests, one after the other; under a pack with
/// every block that looks back over time, through events at random.
pub fn identity_cases() -> Result<CaseFile, Box<dyn Error>> {
    let compiled = sources()?;
    let mut random = Random(11);
    let mut lives = Vec::new();
    for car in 0..CARS {
        let mut now: Option<Timestamp> = None;
        for _ in 0..5 {
            let test = &compiled.tests[random.below(compiled.tests.len())];
            let events = test.events(&compiled.pack);
            let Some(first) = events.iter().map(|event| event.at).min() else { continue };
            let moved = now.map_or(TimeDelta::zero(), |now| now - first);
            for mut event in events {
                event.at += moved;
                event.vehicle = Some(VehicleId(car));
                lives.push(event);
            }
            now = Some(test.end(&compiled.pack) + moved + TimeDelta::hours(1));
        }
    }
    let blocks = snapshot_pack("blocks.yaml")?;
    let mut cases = Vec::new();
    cases.extend(pair("the standard pack", &compiled.pack, lives.iter().map(Event::to_json).collect()));
    cases.extend(pair("every block that looks back", &blocks, at_random(&mut random)?));
    let about = "The golden corpus: outputs and states that never change, whatever the order and the batches. Made once; \
                 packs and events stay as they are, `identity.sha256` has the hashes.";
    Ok(CaseFile { about: about.to_owned(), cases })
}

/// The same for what stands around a condition: stages, suppression, validity, decision tables, plurals.
pub fn identity_cases_of_rule_blocks() -> Result<CaseFile, Box<dyn Error>> {
    let lines = at_random(&mut Random(23))?;
    let cases = pair("every block around a condition", &snapshot_pack("rules.yaml")?, lines).into();
    let about = "The golden corpus of what stands around a condition: stages, suppression, validity, decision tables, \
                 plurals. Made once, like `identity.json`.";
    Ok(CaseFile { about: about.to_owned(), cases })
}

fn snapshot_pack(name: &str) -> Result<Pack, Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cc-rules/tests/snapshots");
    let text = fs::read_to_string(folder.join(name))?;
    Ok(cc_rules::source::compile(name, &[(name, &text)])?.pack)
}

/// The corpus in one batch, and mixed up in seven.
fn pair(name: &str, pack: &Pack, lines: Vec<String>) -> [Case; 2] {
    let case = |name: String, batches: Vec<Batch>| Case {
        name,
        call: "run".to_owned(),
        pack: Some(pack.to_canonical_json().to_owned()),
        with_state: true,
        batches,
        ..Case::default()
    };
    let whole = Batch { events: lines.join("\n"), lateness_ms: Some(LATENESS), ..Batch::default() };
    let mut mixed = lines;
    Random(5).shuffle(&mut mixed);
    let size = mixed.len().div_ceil(7).max(1);
    let mut batches: Vec<_> = mixed
        .chunks(size)
        .map(|part| Batch {
            events: part.join("\n"),
            lateness_ms: Some(LATENESS),
            keep_waiting: Some(true),
            ..Batch::default()
        })
        .collect();
    if let Some(last) = batches.last_mut() {
        last.keep_waiting = None;
    }
    [case(format!("{name}: in one batch"), vec![whole]), case(format!("{name}: mixed up in seven"), batches)]
}

/// Readings, codes, scans and drives within six minutes.
fn at_random(random: &mut Random) -> Result<Vec<String>, Box<dyn Error>> {
    let mut lines = Vec::new();
    let number = |signal: &str, value: f64| -> Result<Body, Box<dyn Error>> {
        let value = Number::from_f64(value).ok_or("not finite")?;
        Ok(Body::Reading(Reading::new(signal.parse()?, value)))
    };
    for car in 0..CARS {
        for id in 0..150 {
            let level = random.below(12) as f64;
            let even = random.below(2) == 0;
            let body = match random.below(9) {
                0..=2 => number("engine_coolant_temperature", 88.0 + level * 4.0)?,
                3 | 4 => number("battery_voltage", 11.0 + level / 4.0)?,
                5 => Body::Reading(Reading::new(SignalId::IGNITION, even)),
                6 => number("odometer", 1_000.0 + level * 2.0)?,
                7 => {
                    let mut code = TroubleCode::new("P0301".parse()?);
                    code.diff = Some(if level < 3.0 { DtcDiff::Remove } else { DtcDiff::Add });
                    Body::TroubleCode(code)
                }
                _ => {
                    let service = ScanService::Stored;
                    let codes = if even {
                        Vec::new()
                    } else {
                        vec![ScannedCode { dtc: "P0302".parse()?, status: None }]
                    };
                    Body::CodeScan(CodeScan {
                        ecu: None,
                        service,
                        status_mask: None,
                        complete: level > 4.0,
                        codes,
                    })
                }
            };
            let at = Timestamp::UNIX_EPOCH
                + TimeDelta::days(20_000)
                + TimeDelta::seconds(random.below(360) as i64);
            let vehicle = VehicleRef { organization: "local".parse()?, vehicle: VehicleId(car) };
            lines.push(Event::new(vehicle, at, EventId(id), body).to_json());
        }
    }
    Ok(lines)
}

/// Numbers that look random and are the same everywhere.
#[derive(Debug)]
pub struct Random(pub u64);

impl Random {
    /// Below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end.max(1)
    }

    /// Another order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for end in (1..items.len()).rev() {
            items.swap(end, self.below(end + 1));
        }
    }
}
