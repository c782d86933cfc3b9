//! The main job, as a newcomer runs it. The words of the recommendations are the standard pack's and may change; what is
//! asked for here is that the right ones are there.
#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(clippy::disallowed_methods, reason = "tests start programs")]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value as Json;

fn quickstart(arguments: &[&str], stdin: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_quickstart"))
        .args(arguments)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples"))
        .env_remove("CLICOLOR_FORCE")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let stdin = stdin.to_owned();
    let writer = std::thread::spawn(move || drop(pipe.write_all(&stdin)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    output
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn json(arguments: &[&str], stdin: &[u8]) -> Json {
    let output = quickstart(&[&["--json"], arguments].concat(), stdin);
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The rules whose recommendations are open, the most urgent first.
fn open_rules(report: &Json) -> Vec<&str> {
    let vehicles = report["vehicles"].as_array().unwrap().iter();
    vehicles
        .flat_map(|vehicle| vehicle["recommendations"].as_array().unwrap())
        .map(|recommendation| recommendation["change"]["rule"].as_str().unwrap())
        .collect()
}

#[test]
fn without_arguments_a_sample_that_says_so_tells_its_story() {
    let output = quickstart(&[], b"");
    let out = text(&output.stdout);
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), ""));
    assert!(out.contains("a sample, written by hand"), "{out}");
    assert!(out.contains("What the workshop sees") && out.contains("What the driver reads"), "{out}");
    assert!(out.contains("P0301") && out.contains("WCCDEMXTESTCAR001"), "{out}");
    assert!(out.contains("2 open recommendations, updated just now"), "{out}");
    assert!(!out.contains('\u{1b}'), "no colour outside a terminal");
    assert_eq!(open_rules(&json(&[], b"")), ["overheat", "misfire"]);
}

#[test]
fn what_a_car_says_of_the_future_is_set_aside_once_the_present_is_known() {
    let event = |id: u32, at: &str, value: u32| {
        format!(
            "{{\"id\":{id},\"vehicleId\":1,\"organizationKey\":\"demo\",\"time\":\"{at}\",\
             \"type\":\"can_engine_coolant_temperature_celsius\",\"value\":{value}}}\n"
        )
    };
    let mut stream = event(0, "2038-01-19T03:14:08Z", 90);
    for second in 0..15 {
        stream += &event(second, &format!("2026-05-01T10:00:{second:02}Z"), 119);
    }
    assert_eq!(open_rules(&json(&["-"], stream.as_bytes())), [""; 0]);
    let now = ["--now", "2026-05-01T10:01:00Z", "-"];
    assert_eq!(open_rules(&json(&now, stream.as_bytes())), ["overheat"]);
    let output = quickstart(&now, stream.as_bytes());
    assert!(text(&output.stdout).contains("1 from the future set aside"), "{output:?}");
}

#[cfg(unix)]
#[test]
fn ctrl_c_on_a_live_source_ends_with_the_report() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_quickstart"))
        .args(["--json", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    // More than the pipe and the look at its beginning hold: once it is written, the program reads and listens.
    let line = b"# a live source, which says nothing for a while and then says it again, and again\n";
    (0..4_000).for_each(|_| pipe.write_all(line).unwrap());
    pipe.write_all(b"(1436509052.249713) can0 7E8#0341056E\n").unwrap();
    let interrupted = Command::new("sh").args(["-c", &format!("kill -INT {}", child.id())]).status().unwrap();
    assert!(interrupted.success());
    std::thread::sleep(std::time::Duration::from_millis(100));
    pipe.write_all(b"(1436509053.249713) can0 7E8#0341056E\n").unwrap();
    drop(pipe);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let report: Json = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["events"].as_u64(), Some(2), "{report}");
}

#[test]
fn one_event_is_no_events() {
    let event: &[u8] = b"{\"id\":1,\"time\":\"2026-05-01T10:00:00Z\",\"vehicleId\":1,\"organizationKey\":\"local\",\"type\":\
                         \"car_ignition\",\"value\":true}\n";
    for (language, expected) in [("en", ", 1 event;"), ("da", ", 1 hændelse;")] {
        let output = quickstart(&["--lang", language, "-"], event);
        assert!(text(&output.stdout).contains(expected), "{output:?}");
    }
}

#[test]
fn a_vin_is_shown_in_the_dashboard_only() {
    let output = quickstart(&["--explain"], b"");
    let (dashboard, driver) = text(&output.stdout).split_once("What the driver reads").unwrap();
    assert!(dashboard.contains("TESTCAR001") && !driver.contains("TESTCAR001"));
}

#[test]
fn the_driver_reads_danish_and_the_reasons_when_asked() {
    let output = quickstart(&["--lang", "da", "--explain"], b"");
    let out = text(&output.stdout);
    assert!(out.contains("Det læser bilisten") && out.contains("2 åbne anbefalinger"), "{out}");
    assert!(out.contains("engine_coolant_temperature = 119 °C"), "{out}");
}

#[test]
fn every_sample_is_recognised_and_raises_what_its_story_says() {
    for (file, format, expected) in [
        ("misfire-and-overheating.elm327.log", "ELM327 log", &["overheat", "misfire"][..]),
        ("weak-alternator.candump.log", "candump", &["charging-weak", "gearbox-fault", "catalyst-worn"]),
        ("workshop.pairs", "request and answer pairs", &["catalyst-worn"]),
        ("a-week.push-v2.jsonl", "push-v2 JSON", &["misfire", "battery-weak", "adblue-low", "service-soon"]),
        ("soft-tyre.push-v2.json", "push-v2 JSON", &["tyre-pressure-low", "oil-level"]),
    ] {
        let by_name = json(&[file], b"");
        let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples");
        let by_pipe = json(&["-"], &std::fs::read(samples.join(file)).unwrap());
        assert_eq!(by_name, by_pipe, "{file}");
        assert_eq!(
            (by_name["format"].as_str(), by_name["bad_lines"].as_u64()),
            (Some(format), Some(0)),
            "{file}"
        );
        let rules = open_rules(&by_name);
        assert!(expected.iter().all(|rule| rules.contains(rule)), "{file}: {rules:?}");
    }
}

#[test]
fn bad_lines_are_reported_and_do_not_stop_the_rest() {
    let capture = b"garbage\n>010C\n7E8 04 41 0C 1A\n>03\n7E8 04 43 01 03 01\n>0105\nNO DATA\n>";
    let output = quickstart(&["-"], capture);
    assert_eq!(output.status.code(), Some(1));
    let errors = text(&output.stderr);
    assert!(
        errors.contains("line 1: ") && errors.contains("line 3: ") && errors.lines().count() == 2,
        "{errors}"
    );
    let out = text(&output.stdout);
    assert!(out.contains("P0301") && out.contains("2 lines could not be read"), "{out}");

    let stream = b"[{\"id\":1},\n{\"id\":2,\"vehicleId\":1,\"organizationKey\":\"demo\",\"time\":\"2026-05-01T10:00:00Z\",\
        \"type\":\"can_low_oil_level_lamp\",\"value\":true}";
    let output = quickstart(&[], stream);
    assert_eq!(output.status.code(), Some(0), "the sample needs no input");
    let output = quickstart(&["-"], stream);
    assert_eq!((output.status.code(), text(&output.stderr).lines().count()), (Some(1), 2));
    assert!(text(&output.stdout).contains("low oil level lamp"));
}

#[test]
fn what_cannot_be_run_ends_with_two() {
    for arguments in [
        &["no-such-file"][..],
        &["--from", "smoke"],
        &["--lang", "fi"],
        &["--vehicle", "7"],
        &["--step", "x"],
    ] {
        let output = quickstart(arguments, b"");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn nothing_to_read_is_nothing_wrong() {
    let output = quickstart(&["-"], b"");
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), ""));
    assert!(text(&output.stdout).contains("Nothing heard from the car yet"));
}

#[test]
fn no_vin_position_or_token_reaches_standard_error_or_the_driver() {
    let secrets = ["WCCDEMXTESTCAR777", "55.676098", "12.568337", "canary-token"];
    let [vin, latitude, longitude, token] = secrets;
    let stream = format!(
        "{{\"id\":1,\"vehicleId\":1,\"organizationKey\":\"demo\",\"vin\":\"{vin}\",\"time\":\"2026-05-01T10:00:00Z\",\
         \"type\":\"gps_position\",\"latitude\":{latitude},\"longitude\":{longitude},\"token\":\"{token}\"}}\n\
         {{\"id\":\"{vin}\",\"latitude\":{latitude},\"time\":\"{token}\"}}\n{vin} {latitude} {longitude} {token}\n"
    );
    for arguments in [
        &["--explain", "-"][..],
        &["--from", "elm327", "-"],
        &["--from", "candump", "-"],
        &["--from", "pairs", "-"],
    ] {
        let output = quickstart(arguments, stream.as_bytes());
        for secret in secrets {
            assert!(!text(&output.stderr).contains(secret), "{arguments:?}: {secret}");
            assert!(!text(&output.stdout).contains(secret), "{arguments:?}: {secret}");
        }
    }
}

#[test]
fn a_name_in_the_data_does_not_steer_the_terminal() {
    let stream = b"{\"id\":1,\"vehicleId\":1,\"organizationKey\":\"demo\\u001b[2J\",\"time\":\"2026-05-01T10:00:00Z\",\
        \"type\":\"can_dtc\",\"code\":\"\\u001b[31m\",\"sourceType\":\"j2012\",\"ecu\":\"\\u0007engine\"}";
    let output = quickstart(&["-"], stream);
    assert!(text(&output.stdout).contains("engine"), "{output:?}");
    assert!(!text(&output.stdout).contains(['\u{1b}', '\u{7}']));
}

/// The data (OBDb, CC BY-SA) is not part of the project.
#[test]
fn recorded_cars_are_read() {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/obdb");
    let corpus = std::env::var_os("CC_OBDB_DIR").map_or(beside, Into::into);
    if !corpus.is_dir() {
        println!("skipped: no recorded answers at CC_OBDB_DIR or ../shared/data/obdb");
        return;
    }
    for car in ["Audi-A4", "Honda-Accord", "Volkswagen-Golf"] {
        let cases = std::fs::read_to_string(corpus.join(car).join("cases.jsonl")).unwrap();
        let mut log = String::new();
        for case in cases.lines() {
            let case: Json = serde_json::from_str(case).unwrap();
            for frame in case["response"].as_array().unwrap() {
                log.push_str(frame.as_str().unwrap());
                log.push('\n');
            }
            log.push_str(">\n");
        }
        let report = json(&["-"], log.as_bytes());
        assert!(report["events"].as_u64().unwrap() > 500, "{car}: {}", report["events"]);
        // Some recordings hold the adapter's own error words.
        assert!(report["bad_lines"].as_u64().unwrap() < 10, "{car}: {}", report["bad_lines"]);
        assert_eq!(report["vehicles"].as_array().unwrap().len(), 1, "{car}");
    }
}
