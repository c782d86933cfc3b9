//! `ccars scan` and `ccars live` with the car of `ccars sim`, as a person has them: three programs.
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
    assert_eq!((&scan["tests"][0]["unit"], &scan["tests"][1]["unit"]), (&"mV".into(), &Value::Null));
    assert_eq!(
        scan["freeze_frames"][0]["values"]["engine_speed"],
        serde_json::json!({"unit": "rpm", "value": 2140})
    );
}

#[test]
fn codes_are_cleared_with_the_whole_word_of_consent() {
    let sim = Sim::start(&["--tcp", "127.0.0.1:0"]);
    let run = ccars(&["scan", &sim.address, "--clear-codes", "i-understand-that-evidence-is-erased"], "");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("malfunction indicator: off\n"), "{}", run.stdout);
    assert!(run.stdout.contains("tests of 7E8: 0 of 2 passed, 2 not run yet\n"), "{}", run.stdout);
    assert!(run.stdout.contains("monitors of 7E8: 0 of 7 ready;"), "{}", run.stdout);
    // What only the car itself can clear stays.
    assert!(run.stdout.contains("P0301  7E8  permanent"), "{}", run.stdout);
    assert!(!run.stdout.contains("P0420"), "{}", run.stdout);
}

#[test]
fn a_recording_is_what_decode_reads() {
    let sim = Sim::start(&["--tcp", "127.0.0.1:0"]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("live.log");
    let name = file.to_str().unwrap();
    let run = ccars(&["live", &sim.address, "--once", "--json", "--record", name], "");
    assert_eq!(run.code, 0, "{}", run.stderr);
    let once: Value = serde_json::from_str(&run.stdout).unwrap();
    let read = once["values"].as_array().unwrap();
    assert!(read.len() >= 24, "{}", read.len());
    assert!(run.stderr.contains("identification number (VIN)"), "{}", run.stderr);
    let decoded = ccars(&["decode", name], "");
    assert_eq!((decoded.code, decoded.stderr.as_str()), (0, ""), "{}", decoded.stdout);
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
    let run = ccars(&["live", &sim.address, "--signal", "engine_speed@100ms", "--for", "10s"], "");
    assert_eq!(run.code, 0, "{}", run.stderr);
    let readings =
        run.stdout.lines().filter(|line| line.contains(" 7E8 engine_speed ") && line.ends_with(" rpm"));
    assert!(readings.count() >= 5, "{}", run.stdout);
    assert!(run.stderr.contains("ELM327 v1.5 at serial:/dev/"), "{}", run.stderr);
}

#[test]
fn a_line_that_breaks_on_the_way_is_opened_again() {
    let sim =
        Sim::start(&["--tcp", "127.0.0.1:0", "--fault", "disconnect@0+6", "--fault", "buffer_full@6+3"]);
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
    // As far as it came by then.
    let truths = ["trouble codes: not given", "trouble codes: incomplete", "P0301"];
    assert!(truths.iter().any(|truth| run.stdout.contains(truth)), "{run:?}");
}

/// Not asked, asked and not given, given: three things.
#[test]
fn what_was_not_asked_is_not_said_to_be_missing() {
    let sim = Sim::start(&["--tcp", "127.0.0.1:0"]);
    let run = ccars(&["scan", &sim.address, "--within", "100ms"], "");
    assert_eq!(run.code, 1);
    for text in ["VIN  not asked\n", "trouble codes: not asked\n", "malfunction indicator: not asked\n"] {
        assert!(run.stdout.contains(text), "{text} in {}", run.stdout);
    }
    let run = ccars(&["scan", &sim.address, "--within", "100ms", "--json"], "");
    let scan: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        (&scan["states"]["vin"], &scan["codes"], &scan["tests"]),
        (&"not_asked".into(), &Value::Null, &Value::Null)
    );

    let run = ccars(&["live", &sim.address, "--once", "--json", "--signal", "engine_speed"], "");
    let once: Value = serde_json::from_str(&run.stdout).unwrap();
    for (part, state) in [
        ("codes", "given"),
        ("freeze_frames", "not_asked"),
        ("names", "given"),
        ("tests", "not_asked"),
        ("values", "given"),
        ("vin", "given"),
    ] {
        assert_eq!(once["states"][part], state, "{part}");
    }
    assert_eq!(once["freeze_frames"], Value::Null);

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("poor.json");
    std::fs::write(&file, r#"{"ecus": [{"signals": {"engine_speed": 800}}]}"#).unwrap();
    let sim = Sim::start(&["--tcp", "127.0.0.1:0", "--scenario", file.to_str().unwrap()]);
    let run = ccars(&["scan", &sim.address, "--json"], "");
    let scan: Value = serde_json::from_str(&run.stdout).unwrap();
    for part in ["names", "tests", "vin"] {
        assert_eq!(scan["states"][part], "not_given", "{part}: {run:?}");
    }
    // It says that no code stored one.
    assert_eq!(scan["states"]["freeze_frames"], "given", "{run:?}");
    assert_eq!((&scan["freeze_frames"], &scan["vin"]), (&serde_json::json!([]), &Value::Null));
    let run = ccars(&["scan", &sim.address], "");
    for text in
        ["VIN       not given\n", "7E8  no name, ", "no trouble codes\n", "freeze frames: none stored\n"]
    {
        assert!(run.stdout.contains(text), "{text} in {}", run.stdout);
    }
}

#[test]
fn live_has_the_words_of_decode() {
    let sim = Sim::start(&["--tcp", "127.0.0.1:0"]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("words.log");
    let name = file.to_str().unwrap();
    let run = ccars(
        &["live", &sim.address, "--json", "--for", "6s", "--signal", "engine_speed", "--record", name],
        "",
    );
    let decoded = ccars(&["decode", "--from", "elm327", name], "");
    assert_eq!((run.code, decoded.code), (0, 0), "{run:?}");
    // But for what depends on the clock and the place in the file, and the number of the car.
    let lines = |text: &str| -> Vec<Value> {
        let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).map(|mut line| {
            for key in ["at", "line"] {
                line.as_object_mut().unwrap().remove(key);
            }
            if let Some(event) = line.get_mut("event") {
                for key in ["id", "time", "vin"] {
                    event.as_object_mut().unwrap().remove(key);
                }
            }
            line
        });
        lines.filter(|line| line["signal"] != "vin" && line["error"] != "no data").collect()
    };
    let (live, decoded) = (lines(&run.stdout), lines(&decoded.stdout));
    assert!(live.iter().filter(|line| line["event"]["type"].is_string()).count() >= 5, "{}", run.stdout);
    assert!(!run.stdout.contains("WVWZZZ"), "the number is hidden");
    // The last answers may be on one side only: the program ends in the middle of a question.
    let both = live.len().min(decoded.len());
    assert!(both > 20 && live.len().abs_diff(decoded.len()) < 8, "{} {}", live.len(), decoded.len());
    assert_eq!(live[..both], decoded[..both]);
}

#[test]
fn another_car_is_read_from_the_beginning_at_once() {
    let sim = Sim::start(&["--tcp", "127.0.0.1:0"]);
    let address = sim.address.clone();
    let port = address.strip_prefix("tcp://").unwrap().to_owned();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("other.json");
    let other =
        r#"{"vin": "WVWZZZ1KZAM000777", "ecus": [{"signals": {"engine_speed": 800}, "stored": ["P0128"]}]}"#;
    std::fs::write(&file, other).unwrap();
    let scenario = file.to_str().unwrap().to_owned();
    let swap = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_secs(8));
        drop(sim);
        let sim = Sim::start(&["--tcp", &port, "--scenario", &scenario]);
        std::thread::sleep(std::time::Duration::from_secs(14));
        drop(sim);
    });
    let run = ccars(&["live", &address, "--json", "--for", "18s"], "");
    swap.join().unwrap();
    let (before, after) = run.stdout.split_once("{\"notice\":\"car_changed\"}\n").expect(&run.stderr);
    assert!(before.contains(r#""dtc":"P0301""#) && !before.contains("P0128"), "{before}");
    assert!(after.contains(r#""dtc":"P0128""#) && !after.contains("P0301"), "{after}");
    assert!(after.contains(r#""signal":"engine_speed""#) && !after.contains("coolant"), "{after}");
}

/// Not only with the next round, a minute later.
#[test]
fn codes_are_read_again_once_the_line_is_whole() {
    let sim = Sim::start(&["--tcp", "127.0.0.1:0", "--fault", "disconnect@8+2"]);
    let run = ccars(&["live", &sim.address, "--json", "--for", "22s", "--signal", "engine_speed@100ms"], "");
    assert!(run.stderr.contains("the line to the adapter was cut; wait"), "{}", run.stderr);
    assert!(!run.stdout.contains("car_changed"), "{}", run.stdout);
    let stored = |line: &&str| line.contains(r#""dtc":"P0301""#) && line.contains(r#""service":"03""#);
    assert_eq!(run.stdout.lines().filter(stored).count(), 2, "{}", run.stdout);
}

#[test]
fn what_cannot_be_is_refused_with_advice() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("set.json");
    let name = file.to_str().unwrap();
    std::fs::write(&file, "{}").unwrap();
    for (arguments, message) in [
        (&["live", "tcp://127.0.0.1:1", "--signal", "two words"][..], "expected"),
        (&["scan", "nohost:35000"], "expected tcp:// before a host and its port; write tcp://"),
        (&["scan", "can:nope"], "can:nope cannot be opened: "),
        (&["scan", "/dev/null"], "; choose a serial port, such as /dev/ttyUSB0"),
        (&["scan", "serial:/dev/ttyS0?speed=9600"], "expected ?baud=rate"),
        (
            &["decode", "--from", "pairs", "--signals", name],
            "missing field `commands`; give a set of OBDb's form",
        ),
        (&["sim", "--scenario", name, "--tcp", "127.0.0.1:0", "--fault", "no_data@inf"], "expected seconds"),
    ] {
        let run = ccars(arguments, "");
        assert_eq!(run.code, 2, "{run:?}");
        assert!(run.stderr.contains(message), "{message} in {}", run.stderr);
    }
    std::fs::write(&file, "{\"ecus\": [{\"signals\": {\n  \"vehicle_speed\": 9000\n}}]}").unwrap();
    let run = ccars(&["sim", "--scenario", name], "");
    assert!(
        run.stderr.contains("line 2, column 23: vehicle_speed: 9000 is not within 0 to 255"),
        "{}",
        run.stderr
    );
    let sim = Sim::start(&["--tcp", "127.0.0.1:0"]);
    for (signal, advice) in [
        ("engine_sped", "the catalogue has no signal engine_sped; did you mean engine_speed?"),
        ("xyzzy", "the catalogue has no signal xyzzy; choose one that"),
        ("oil_degradation", "oil_degradation is not among the values that any car can be asked for; choose"),
    ] {
        let run = ccars(&["live", &sim.address, "--signal", signal], "");
        assert_eq!(run.code, 2);
        assert!(run.stderr.contains(advice), "{}", run.stderr);
    }
}

#[test]
fn what_is_no_adapter_ends_a_scan() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("tcp://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut buffer = [0; 64];
            while matches!(std::io::Read::read(&mut stream, &mut buffer), Ok(1..)) {
                let _ = std::io::Write::write_all(&mut stream, b"ELM327 v1.5\r\r>");
            }
        }
    });
    for arguments in [&["scan"][..], &["live", "--once"]] {
        let run = ccars(&[arguments, &[&address]].concat(), "");
        assert_eq!(run.code, 2);
        assert!(
            run.stderr.contains("the same to every command, as a broken adapter does; choose"),
            "{}",
            run.stderr
        );
    }
    // Where it goes on, it says so once. Pauses of 0.25, 0.5, 1 and 2 s; the next is longer than what is left.
    let run = ccars(&["live", &address, "--for", "6s"], "");
    assert_eq!(run.stderr.matches("the same to every command, as a broken adapter does; choose").count(), 1);
    assert!(run.stderr.contains("as a broken adapter does, 4 times more\n"), "{}", run.stderr);
}

#[test]
fn the_help_of_the_simulator_lists_every_fault() {
    let run = ccars(&["sim", "--help"], "");
    for (name, fault) in cc_obd::sim::SimFault::ALL {
        assert!(run.stdout.lines().any(|line| line.trim().starts_with(name)), "{name}");
        assert!(run.stdout.contains(fault.meaning()), "{name}");
    }
}

#[test]
fn the_words_behind_the_options_are_broken_once_in_a_narrow_window() {
    for command in ["scan", "live"] {
        let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_ccars"));
        let output = program.args([command, "--help"]).env("COLUMNS", "80").output().unwrap();
        let help = String::from_utf8(output.stdout).unwrap();
        let words: Vec<&str> = help
            .lines()
            .skip_while(|line| !line.starts_with("JSON"))
            .take_while(|line| !line.is_empty())
            .collect();
        let (last, others) = words.split_last().unwrap();
        assert!(last.ends_with('.') && others.len() >= 2, "{words:?}");
        assert!(others.iter().all(|line| line.len() > 60), "{words:#?}");
    }
}
