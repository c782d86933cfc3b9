//! `ccars scan` and `ccars live` with the car of `ccars sim`, as a person has them: three programs.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot run its program has failed"
)]

mod common;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use common::ccars;
use serde_json::Value;

/// A simulator that plays until the test is over.
struct Sim {
    child: Child,
    address: String,
}

impl Sim {
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_ccars"))
            .arg("sim")
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address =
            lines.map_while(Result::ok).find_map(|line| Some(line.split_once("ccars scan ")?.1.to_owned()));
        Self { child, address: address.unwrap() }
    }
}

impl Drop for Sim {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_scan_reads_the_car_and_hides_its_number() {
    let sim = Sim::start(&["--tcp", "127.0.0.1:0"]);
    let run = ccars(&["scan", &sim.address], "");
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    for text in [
        "adapter   ELM327 v1.5\n",
        "VIN       WVW…\n",
        "ECU       7E8  ECM-EngineControl, 28 parameters\n",
        "P0301    7E8  stored, permanent  Cylinder 1: misfire detected\n",
        "malfunction indicator: on\n",
        "monitors of 7E8: 6 of 7 ready; not yet: evaporative\n",
        "tests of 7E8: 1 of 2 passed\n",
        "test 0B failed: 37 is not within 0 to 20\n",
        "freeze frame 0 of 7E8, stored by P0301\n",
        "  engine speed                2140 rpm\n",
    ] {
        assert!(run.stdout.contains(text), "{text} in {}", run.stdout);
    }
    assert!(!run.stdout.contains("WVWZZZ"));
    let run = ccars(&["scan", &sim.address, "--json", "--show-vin"], "");
    let scan: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(scan["vin"], "WVWZZZ1KZAM000345");
    assert_eq!(scan["codes"].as_array().unwrap().len(), 7);
}

#[test]
fn codes_are_cleared_with_the_whole_word_of_consent() {
    let sim = Sim::start(&["--tcp", "127.0.0.1:0"]);
    let run = ccars(&["scan", &sim.address, "--clear-codes", "i-understand-that-evidence-is-erased"], "");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("malfunction indicator: off\n"), "{}", run.stdout);
    // What only the car itself can clear stays.
    assert!(run.stdout.contains("P0301  7E8  permanent"), "{}", run.stdout);
    assert!(!run.stdout.contains("P0420"), "{}", run.stdout);
}

#[test]
fn a_recording_is_what_decode_reads() {
    let sim = Sim::start(&["--tcp", "127.0.0.1:0"]);
    let file = std::env::temp_dir().join(format!("ccars-live-{}.log", std::process::id()));
    let name = file.to_str().unwrap();
    let run = ccars(&["live", &sim.address, "--once", "--json", "--record", name], "");
    assert_eq!(run.code, 0, "{}", run.stderr);
    let once: Value = serde_json::from_str(&run.stdout).unwrap();
    let read = once["values"].as_array().unwrap();
    assert!(read.len() >= 24, "{}", read.len());
    let decoded = ccars(&["decode", "--from", "elm327", name], "");
    std::fs::remove_file(&file).unwrap();
    let decoded: Vec<Value> =
        decoded.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for value in read {
        let same = |line: &&Value| ["signal", "value", "ecu"].iter().all(|key| line[*key] == value[*key]);
        assert!(decoded.iter().any(|line| same(&line)), "{value}");
    }
}

#[cfg(unix)]
#[test]
fn a_serial_port_shows_values_line_by_line() {
    let sim = Sim::start(&["--pty"]);
    let run = ccars(&["live", &sim.address, "--signal", "engine_speed@100ms", "--for", "5s"], "");
    assert_eq!(run.code, 0, "{}", run.stderr);
    let readings =
        run.stdout.lines().filter(|line| line.contains(" 7E8 engine_speed ") && line.ends_with(" rpm"));
    assert!(readings.count() >= 5, "{}", run.stdout);
    assert!(run.stderr.contains("ELM327 v1.5 at serial:/dev/"), "{}", run.stderr);
}

#[test]
fn a_line_that_breaks_on_the_way_is_opened_again() {
    let sim =
        Sim::start(&["--tcp", "127.0.0.1:0", "--fault", "disconnect@0+1.5", "--fault", "buffer_full@2+0.2"]);
    let run = ccars(&["scan", &sim.address], "");
    assert!(run.stderr.contains("the line to the adapter was cut; wait"), "{}", run.stderr);
    assert!(run.stdout.contains("P0301    7E8  stored, permanent"), "{}", run.stdout);
}

#[test]
fn the_commands_with_a_car_in_the_readme_run_as_they_stand() {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md")).unwrap();
    let sim = Sim::start(&["--tcp", "127.0.0.1:0"]);
    let mut ran = 0;
    for word in ["scan", "live"] {
        let command = readme.lines().find_map(|line| line.strip_prefix("ccars ")?.strip_prefix(word));
        let command = command.unwrap().split('#').next().unwrap_or_default();
        // The simulator of this test has a port of its own.
        let command = command.replace("tcp://127.0.0.1:35000", &sim.address);
        let mut arguments = vec![word];
        arguments.extend(command.split_whitespace());
        if word == "live" {
            arguments.push("--once");
        }
        let run = ccars(&arguments, "");
        assert_eq!(run.code, 0, "{run:?}");
        assert!(!run.stdout.is_empty(), "{word}");
        ran += 1;
    }
    assert!(readme.contains("\nccars sim ") && ran == 2);
}

#[test]
fn codes_that_were_never_read_are_not_said_to_be_none() {
    let sim = Sim::start(&["--tcp", "127.0.0.1:0", "--fault", "garbage@1.9+60"]);
    let run = ccars(&["scan", &sim.address], "");
    assert!(!run.stdout.contains("no trouble codes"), "{run:?}");
    assert!(run.stdout.contains("trouble codes: not read") || run.stdout.contains("P0301"), "{run:?}");
}
