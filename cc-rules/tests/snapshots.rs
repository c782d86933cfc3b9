//! States that older versions of this crate wrote go on: a phone that is updated forgets nothing.
//!
//! `tests/snapshots/v2-everything.state` and its like are what [`Runner::save`] gave, with the version of the form in the
//! name; `v2-everything.changes` is what the engine that wrote them said next. `CC_WRITE_SNAPSHOTS=1 cargo test -p
//! cc-rules --test snapshots` writes the files of the present version, up to its release; those of older ones stay as they
//! are.
#![cfg(feature = "source")]
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads and writes the snapshots")]

mod common;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use cc_core::{Body, Change, DtcDiff, Event, EventId, Reading, SignalId, Value, VehicleRef};
use cc_rules::{Pack, Profile, Runner, why_not};
use chrono::TimeDelta;
use common::{at, boolean, code, number, ready, scan, service};

/// How many cars a snapshot holds.
const CARS: u64 = 24;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots")
}

/// The pack of some snapshots: `everything`; `blocks`, which look back over time; `voices`, with stages, suppression and
/// rules that end by themselves.
fn pack_of(name: &str) -> Pack {
    let text = std::fs::read_to_string(folder().join(format!("{name}.yaml"))).unwrap();
    cc_rules::source::compile(name, &[(name, &text)]).unwrap().pack
}

/// A generator of numbers that is the same for ever: the constants are those of Knuth's MMIX.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// Seconds `from` to `to` of all cars, in order of time.
fn story(seed: u64, from: u64, to: u64) -> Vec<Event> {
    let mut dice = Dice(seed);
    let mut events = Vec::new();
    for half_second in from * 2..to * 2 {
        for car in 0..CARS {
            if dice.below(3) != 0 {
                continue;
            }
            let t = half_second as f64 / 2.0;
            let (kind, value) = (dice.below(13), dice.below(12));
            let level = value as f64;
            let name = if value % 2 == 0 { "P0301" } else { "P0302" };
            let mut event = match kind {
                0..=2 => number(t, "engine_coolant_temperature", 90.0 + level * 4.0),
                3 | 4 => number(t, "battery_voltage", 11.0 + level / 4.0),
                5 => boolean(t, "ignition", value % 2 == 0),
                6 => code(t, name, if value % 3 == 0 { DtcDiff::Remove } else { DtcDiff::Add }),
                7 => scan(t, if value % 3 == 0 { &[] } else { &["P0301", "U0100"] }, value % 4 != 1),
                8 => number(t, "odometer", 1000.0 + t / 5.0 + level * 2.0),
                9 => ready(t, value % 2 == 0),
                10 => number(t, "engine_oil_level", level * 9.0),
                11 => {
                    let row = &cc_core::catalogue()[dice.below(cc_core::catalogue().len() as u64) as usize];
                    let (low, high) = row.range.unwrap_or((0.0, 100.0));
                    match row.kind {
                        cc_core::ValueKind::Number => {
                            let span = (high - low).clamp(1.0, 400.0);
                            number(t, row.id, (low + span * level / 12.0).round())
                        }
                        cc_core::ValueKind::Bool => boolean(t, row.id, value % 2 == 0),
                        _ => number(t, "vehicle_speed", level),
                    }
                }
                _ => service(t, if value < 6 { "2026-01-01" } else { "2026-02-01" }),
            };
            event.id = EventId(1 + dice.below(3) as i64);
            event.vehicle = Some(vehicle(car).vehicle);
            events.push(event);
        }
    }
    events
}

fn vehicle(number: u64) -> VehicleRef {
    format!("local/{number}").parse().unwrap()
}

const LATENESS: TimeDelta = TimeDelta::seconds(3);

/// All cars after a minute and a half, the last seconds of which still wait.
fn before(pack: &Pack) -> Runner {
    let mut runner = Runner::new(pack.clone(), LATENESS);
    let profile = Profile::default().with("engine_family", "LS").unwrap();
    runner.set_profile(vehicle(1), profile.with("market", "DK").unwrap());
    runner.feed(story(7, 0, 90));
    // One more that has begun, and one that has only waiting events.
    let mut waits = Event::new(
        vehicle(CARS),
        at(88.5),
        EventId(1),
        Body::Reading(Reading::new(SignalId::IGNITION, true)),
    );
    runner.feed([waits.clone()]);
    waits.body = Body::Reading(Reading::new(
        SignalId::ROADWORTHY_INSPECTION_DUE,
        Value::Date("2026-02-01".parse().unwrap()),
    ));
    runner.feed([waits]);
    runner.take_changes();
    runner
}

/// What comes after a snapshot.
fn after(mut runner: Runner) -> String {
    runner.feed(story(8, 91, 130));
    runner.advance(at(4_000.0));
    let text = |changes: Vec<Change>| {
        changes.iter().fold(String::new(), |mut text, change| {
            writeln!(text, "{}", change.to_canonical_json()).unwrap();
            text
        })
    };
    text(runner.take_changes())
}

/// The files of a kind, sorted.
fn snapshots(end: &str) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = files.filter(|path| path.to_string_lossy().ends_with(end)).collect();
    files.sort();
    files
}

fn heading(text: &str, key: &str) -> String {
    let heading: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    heading[key].to_string().trim_matches('"').to_owned()
}

#[test]
fn the_same_events_give_the_bytes_of_the_snapshot_of_the_present_version() {
    let standard = cc_rules::standard_pack();
    for (name, pack) in [
        ("blocks", pack_of("blocks")),
        ("everything", pack_of("everything")),
        ("standard", standard),
        ("voices", pack_of("voices")),
    ] {
        let runner = before(&pack);
        let saved = runner.save();
        let path = folder().join(format!("v{}-{name}.state", heading(&saved, "version")));
        if std::env::var_os("CC_WRITE_SNAPSHOTS").is_some() {
            std::fs::write(&path, &saved).unwrap();
            std::fs::write(path.with_extension("changes"), after(runner)).unwrap();
        }
        let written = std::fs::read_to_string(&path).unwrap();
        if heading(&written, "pack") == hex(&pack.hash()) {
            assert_eq!(written, saved, "{}", path.display());
        }
    }
}

#[test]
fn a_state_of_an_older_version_goes_on_as_if_nothing_had_happened() {
    for name in ["blocks", "everything", "voices"] {
        goes_on(&pack_of(name), &snapshots(&format!("-{name}.state")));
    }
}

#[test]
fn the_snapshot_of_voices_holds_rules_in_stages_and_silent_ones() {
    let pack = pack_of("voices");
    for path in snapshots("-voices.state") {
        let saved = std::fs::read_to_string(&path).unwrap();
        let runner = Runner::restore(pack.clone(), LATENESS, &saved).unwrap().0;
        let (mut in_stages, mut silent) = (0, 0);
        for car in runner.vehicles() {
            for (rule, _) in car.open_rules(&pack) {
                let why = why_not(&pack, car, rule, at(90.0)).unwrap();
                in_stages += usize::from(why.stage.is_some());
                silent += usize::from(!why.suppressed_by.is_empty());
            }
        }
        assert!(in_stages > 5 && silent > 5, "{}: {in_stages} in stages, {silent} silent", path.display());
    }
}

fn goes_on(pack: &Pack, files: &[PathBuf]) {
    assert!(!files.is_empty());
    for path in files {
        let saved = std::fs::read_to_string(path).unwrap();
        let (runner, lost) = Runner::restore(pack.clone(), LATENESS, &saved).unwrap();
        assert!(lost.is_empty(), "{}", path.display());
        assert_eq!(runner.vehicles().len() as u64, CARS + 1);
        let expected = std::fs::read_to_string(path.with_extension("changes")).unwrap();
        assert!(expected.lines().count() > 50);
        assert_eq!(after(runner.clone()), expected, "{}", path.display());
        // Written anew and read again it is the same.
        let again = Runner::restore(pack.clone(), LATENESS, &runner.save()).unwrap().0;
        assert_eq!(again.save(), runner.save());
    }
}

#[test]
fn a_state_of_an_older_standard_pack_is_read_under_the_present_one() {
    let pack = cc_rules::standard_pack();
    for path in snapshots("-standard.state") {
        let saved = std::fs::read_to_string(&path).unwrap();
        let (mut runner, lost) = Runner::restore(pack.clone(), LATENESS, &saved).unwrap();
        let same = heading(&saved, "pack") == hex(&pack.hash());
        assert!(!same || lost.is_empty(), "{}", path.display());
        assert!(lost.iter().all(|(_, lost)| lost.kept().len() + 5 > lost.reset.len()), "{}", path.display());
        runner.advance(at(4_000.0));
        let open: usize = runner.vehicles().map(|car| car.open_rules(&pack).count()).sum();
        assert!(open > 20, "{open} rules are open");
        if same {
            let (runner, _) = Runner::restore(pack.clone(), LATENESS, &saved).unwrap();
            assert_eq!(after(runner), std::fs::read_to_string(path.with_extension("changes")).unwrap());
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}
