//! `ccars scan` and `ccars live` where something goes wrong on the way.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot run its program has failed"
)]

mod common;

use common::ccars;
use common::sim::Sim;
use serde_json::Value;

#[test]
fn a_scan_misses_no_ecu_where_the_first_answers_are_damaged() {
    for (fault, said) in [("buffer_full@0+4", ""), ("can_error@0+10", "no ecu answers on any protocol; turn")]
    {
        let sim = Sim::start(&["--tcp", "127.0.0.1:0", "--fault", fault]);
        let run = ccars(&["scan", &sim.address, "--json"], "");
        let scan: Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(scan["ecus"].as_array().unwrap().len(), 2, "{fault}: {run:?}");
        assert_eq!((&scan["states"]["codes"], &scan["vin"]), (&"given".into(), &"WVW…".into()), "{fault}");
        assert_eq!(scan["codes"].as_array().unwrap().len(), 7, "{fault}");
        assert_eq!(run.code, 0, "all was read in the end: {fault}");
        assert!(run.stderr.contains(said), "{fault}: {}", run.stderr);
    }
}

#[test]
fn what_stays_damaged_is_incomplete() {
    let sim = Sim::start(&["--tcp", "127.0.0.1:0", "--fault", "buffer_full@0+600"]);
    let run = ccars(&["scan", &sim.address, "--json", "--within", "20s"], "");
    let scan: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        (run.code, &scan["states"]["codes"], &scan["codes_read"]),
        (1, &"incomplete".into(), &false.into())
    );
    let run = ccars(&["scan", &sim.address, "--within", "20s"], "");
    assert!(
        run.stdout.contains("others may be missing: an answer came damaged each time\n"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_car_without_freeze_frames_says_so() {
    let sim = Sim::start(&["--tcp", "127.0.0.1:0"]);
    let run = ccars(&["scan", &sim.address, "--clear-codes", "i-understand-that-evidence-is-erased"], "");
    assert!(run.stdout.contains("freeze frames: none stored\n"), "{}", run.stdout);
    let run = ccars(&["scan", &sim.address, "--json"], "");
    let scan: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        (&scan["states"]["freeze_frames"], &scan["freeze_frames"]),
        (&"given".into(), &serde_json::json!([]))
    );
    let voltage =
        scan["values"].as_array().unwrap().iter().find(|value| value["signal"] == "battery_voltage");
    assert_eq!(voltage.unwrap()["ecu"], Value::Null, "it is the adapter's own");
}

#[test]
fn a_recording_is_not_written_over_another() {
    let sim = Sim::start(&["--tcp", "127.0.0.1:0"]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("kept.log");
    let name = file.to_str().unwrap();
    std::fs::write(&file, "a drive").unwrap();
    let run = ccars(&["live", &sim.address, "--once", "--record", name], "");
    assert_eq!((run.code, std::fs::read_to_string(&file).unwrap().as_str()), (2, "a drive"));
    assert!(run.stderr.contains("holds a recording already; choose another name, or delete it"), "{run:?}");
    // An empty one holds nothing that could be lost.
    std::fs::write(&file, "").unwrap();
    let run = ccars(&["live", &sim.address, "--once", "--record", name], "");
    assert_eq!(run.code, 0, "{run:?}");
}

#[test]
fn live_says_that_the_car_is_silent_and_that_it_answers_again() {
    let sim = Sim::start(&["--tcp", "127.0.0.1:0", "--fault", "no_data@8+6"]);
    let run = ccars(&["live", &sim.address, "--signal", "engine_speed@200ms", "--for", "25s"], "");
    assert_eq!(run.code, 0, "{run:?}");
    let (silent, again) =
        (run.stderr.find("the car answers no more; wait"), run.stderr.find("the car answers\n"));
    assert!(silent.is_some() && silent < again, "{}", run.stderr);
}

#[test]
fn live_says_in_words_that_answers_came_damaged() {
    let sim = Sim::start(&["--tcp", "127.0.0.1:0", "--fault", "buffer_full@6+40"]);
    let run = ccars(&["live", &sim.address, "--signal", "engine_speed@200ms", "--for", "16s"], "");
    assert!(
        run.stderr
            .contains("the adapter says: buffer full; watch fewer signals at once, or use a faster line\n"),
        "{run:?}"
    );
    assert!(run.stderr.contains("the adapter says: buffer full, "), "{run:?}");
    assert!(run.stdout.contains("7E8 P0301 stored: Cylinder 1"), "{run:?}");
    assert!(run.stdout.contains("7E8 P0301 permanent: Cylinder 1"), "{run:?}");
}

#[test]
fn a_signal_that_the_car_does_not_give_is_an_exit_code() {
    let sim = Sim::start(&["--tcp", "127.0.0.1:0"]);
    let signals = ["--signal", "engine_speed", "--signal", "odometer"];
    let run = ccars(&[&["live", &sim.address, "--for", "8s"], &signals[..]].concat(), "");
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.stdout.contains(" engine_speed "), "{run:?}");
    assert!(run.stderr.contains("the car does not give odometer"), "{run:?}");
}

/// A scan of the usual car behind an adapter that does not know a command.
fn scan_without(command: &str) -> (common::Run, Value) {
    let mut scenario: Value = serde_json::from_str(&ccars(&["sim", "--print-scenario"], "").stdout).unwrap();
    scenario["adapter"]["unknown_commands"] = serde_json::json!([command]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("lacks.json");
    std::fs::write(&file, scenario.to_string()).unwrap();
    let sim = Sim::start(&["--tcp", "127.0.0.1:0", "--scenario", file.to_str().unwrap()]);
    let run = ccars(&["scan", &sim.address, "--json"], "");
    let scan = serde_json::from_str(&run.stdout).unwrap();
    (run, scan)
}

#[test]
fn what_the_adapter_lacks_is_named_and_what_it_hides_is_incomplete() {
    let (run, scan) = scan_without("ATSH");
    assert_eq!((run.code, &scan["states"]["codes"]), (1, &"incomplete".into()), "{run:?}");
    assert!(scan["problems"][0].as_str().unwrap().starts_with("the adapter cannot set headers"), "{scan}");

    let (run, scan) = scan_without("ATH1");
    assert_eq!((run.code, &scan["ecus"][0]["ecu"]), (1, &Value::Null), "{run:?}");
    assert!(run.stderr.contains("the adapter shows no headers (command ATH1); replace"), "{run:?}");

    let (run, scan) = scan_without("ATRV");
    assert_eq!((run.code, &scan["states"]["codes"]), (0, &"given".into()), "{run:?}");
    assert!(
        run.stderr.contains("the adapter does not give the voltage (command ATRV); nothing: only"),
        "{run:?}"
    );
}

#[test]
fn a_port_that_says_nothing_ends_a_scan_and_is_named_by_live() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("tcp://{}", listener.local_addr().unwrap());
    let run = ccars(&["live", &address, "--for", "2s"], "");
    assert_eq!(run.code, 1);
    assert!(
        run.stderr.contains("nothing answered by the end; see that nothing else is connected"),
        "{run:?}"
    );
    let run = ccars(&["scan", &address, "--within", "2s"], "");
    assert_eq!(run.code, 1, "{run:?}");
    assert!(
        run.stderr.contains("nothing answered by the end; see that nothing else is connected"),
        "{run:?}"
    );
    let run = ccars(&["scan", &address, "--within", "30s"], "");
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("the adapter does not answer; see that"), "{}", run.stderr);
}

#[test]
fn a_protocol_is_a_number_of_adapters() {
    let run = ccars(&["scan", "tcp://127.0.0.1:1", "--protocol", "A"], "");
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("expected 1 to 9, such as 6"), "{}", run.stderr);
}

/// The recipe of the guide, as it stands there, with the simulator's port instead of an adapter's.
#[cfg(unix)]
#[test]
fn what_the_guide_records_is_read_whole() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/guides/decode-a-car.md");
    let guide = std::fs::read_to_string(path).unwrap();
    let recipe = guide.split("```bash\n").nth(1).unwrap().split("```").next().unwrap();
    let is_there = std::process::Command::new("bash").arg("-c").arg("true").status();
    if !is_there.is_ok_and(|status| status.success()) {
        eprintln!("skipped: there is no bash");
        return;
    }
    let sim = Sim::start(&["--tcp", "127.0.0.1:0"]);
    let address = sim.address.strip_prefix("tcp://").unwrap().replace(':', "/");
    let folder = tempfile::tempdir().unwrap();
    let recipe = recipe.replace("192.168.0.10/35000", &address);
    assert!(recipe.contains(&address), "{recipe}");
    let status = std::process::Command::new("bash").arg("-c").arg(recipe).current_dir(folder.path()).status();
    assert!(status.unwrap().success());
    let log = folder.path().join("my-car.log");
    let decoded = ccars(&["decode", "--from", "elm327", log.to_str().unwrap()], "");
    assert_eq!((decoded.code, decoded.stderr.as_str()), (0, ""), "{}", decoded.stdout);
    for text in [r#""signal":"vin""#, r#""dtc":"P0301""#, r#""signal":"engine_speed""#] {
        assert!(decoded.stdout.contains(text), "{text} in {}", decoded.stdout);
    }
    assert!(!decoded.stdout.contains(r#""error""#), "{}", decoded.stdout);
}
