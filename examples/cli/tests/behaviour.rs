//! Exit codes, pipes, colour and secrets.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests start programs")]

mod common;

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use common::{ccars, ccars_between_bytes, ccars_with_bytes, samples};

#[test]
fn the_exit_code_says_good_some_bad_or_not_run() {
    for (arguments, stdin, code) in [
        (&["decode", "--from", "pairs"][..], "010C>410C1AF8\n", 0),
        (&["decode", "--from", "pairs"], "", 0),
        // The form told by the first lines.
        (&["decode"], "010C>410C1AF8\n", 0),
        (&["decode"], ">0105\nCAN ERROR\n>", 1),
        (&["decode"], "base hex timestamps absolute\n 0.1 1 7E8 Rx d 4 03 41 0D 32\n", 0),
        (&["decode"], "base hex timestamps absolute\n 0.1 1 7E8 Rx d 4 03 41 0D\n", 1),
        (&["decode"], "timestamp,id,dlc,data\n1.5,7E8,4,03410D32\n", 0),
        (&["decode"], "timestamp,id,dlc,data\n1.5,7E8,4,03410D\n", 1),
        (&["decode"], "[]", 0),
        (&["decode", "--from", "pairs"], "010C>410C1AF8\nx\n", 1),
        (&["decode", "--from", "elm327"], ">0105\nNO DATA\n>", 0),
        (&["decode", "--from", "elm327"], ">0105\nCAN ERROR\n>", 1),
        (&["decode", "--from", "push-v2"], "{}\n", 1),
        (&["decode", "--from", "smoke-signals"], "", 2),
        (&["decode", "--from", "pairs", "no-such-file"], "", 2),
        (&["decode", "--from", "pairs", "--signals", "no-such-file"], "", 2),
        (&["decode", "--from", "pairs", "--signals", "README.md"], "", 2),
        (&["decode", "--from", "pairs", "--vehicle", "7"], "", 2),
        (&["decode", "--from", "pairs", "--step", "soon"], "", 2),
        (&["convert", "--from", "push-v2", "--to", "push-v2"], "[]", 0),
        (&["convert", "--from", "push-v2", "--to", "push-v2"], "[", 1),
        (&["convert", "--from", "push-v2-protobuf", "--to", "push-v2"], "", 0),
        (&["convert", "--from", "push-v2-protobuf", "--to", "push-v2"], "[", 1),
        (&["decode", "--from", "push-v2-protobuf"], "{}", 1),
        (&["rules", "check", "no-such-pack.yaml"], "", 2),
        (&["rules", "run", "--pack", "standard", "--events", "no-such-file"], "", 2),
        (&["rules", "run", "--pack", "standard"], "", 2),
        (&["trips"], "[]", 0),
        (&["trips"], "[", 1),
        (&["trips", "--from", "push-v2-protobuf"], "[", 1),
        (&["dashboard", "--from", "push-v2-protobuf"], "[", 1),
        (&["privacy", "--from", "push-v2-protobuf", "--purpose", "fleet"], "[", 1),
        (&["trips", "no-such-file"], "", 2),
        (&["trips", "--tank", "-3"], "", 2),
        (&["trips", "--utc-offset", "Berlin"], "", 2),
        (&["trips", "--json", "--events"], "", 2),
        (&["trips", "--json", "--polyline"], "", 2),
        (&["dtc", "P0301"], "", 0),
        (&["dtc", "P030"], "", 1),
        (&["dtc"], "", 2),
        (&["dtc", "--lang", "fr", "P0301"], "", 2),
        (&["dtc", "--table", "no-such-file", "P0301"], "", 2),
        (&["dtc", "--table", "README.md", "P0301"], "", 2),
        (&["vin", "1HGCM82633A004352"], "", 0),
        (&["vin", "1HGCM82633A00435"], "", 1),
        (&[], "", 2),
        (&["--help"], "", 0),
        (&["--version"], "", 0),
    ] {
        let run = ccars(arguments, stdin);
        assert_eq!(run.code, code, "{arguments:?}: {run:?}");
        assert!(code != 2 || !run.stderr.is_empty(), "{arguments:?}: a failure says why");
    }
}

#[test]
fn codes_and_vins_come_from_standard_input_too() {
    let run = ccars(&["dtc", "--json", "-"], "P0301\n# a comment\n\nVAG 17978\n");
    assert_eq!((run.code, run.stdout.lines().count()), (0, 2), "{run:?}");
    let run = ccars_with_bytes(&["dtc", "--json", "-"], b"P0301\n\xFF\xFE\nP0302\n");
    assert_eq!((run.code, run.stdout.lines().count()), (1, 3), "{run:?}");
    let run = ccars(&["vin", "--json", "-", "1HGCM82633A004352"], "WP0ZZZ99ZTS390000\n");
    assert_eq!((run.code, run.stdout.lines().count()), (0, 2), "{run:?}");
}

#[test]
fn colour_is_for_terminals_unless_asked_for() {
    for (arguments, colored) in [
        (&["vin", "1HGCM82633A004352"][..], false),
        (&["vin", "--color", "always", "1HGCM82633A004352"], true),
        (&["vin", "--color", "never", "1HGCM82633A004352"], false),
    ] {
        assert_eq!(ccars(arguments, "").stdout.contains('\u{1b}'), colored, "{arguments:?}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ccars"))
        .args(["decode", "--from", "pairs"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || {
        let lines = "010C>410C1AF8\n".repeat(1_000);
        while stdin.write_all(lines.as_bytes()).is_ok() {}
    });
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert!(first.contains("engine_speed"));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn answers_come_while_the_input_is_still_open() {
    for (arguments, line) in [
        (&["decode", "--from", "pairs"][..], "010C>410C1AF8\n"),
        (&["decode", "--from", "elm327"], "7E8 04 41 0C 1A F8\r"),
        (&["decode", "--from", "push-v2"], "{\"id\":1,\"time\":\"2026-05-01T10:00:00Z\",\"type\":\"x\"}\n"),
        (
            &["convert", "--from", "push-v2", "--to", "push-v2"],
            "{\"id\":1,\"time\":\"2026-05-01T10:00:00Z\",\"type\":\"x\"}\n",
        ),
    ] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_ccars"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(line.as_bytes()).unwrap();
        stdin.flush().unwrap();
        let mut answer = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut answer).unwrap();
        assert!(answer.starts_with('{'), "{arguments:?}: {answer}");
        drop(stdin);
        assert!(child.wait().unwrap().success());
    }
}

#[test]
fn events_come_back_from_protobuf_as_they_were() {
    let week = std::fs::read(samples().join("a-week.push-v2.jsonl")).unwrap();
    let convert = |from, to, input: &[u8]| {
        let (code, output, errors) = ccars_between_bytes(&["convert", "--from", from, "--to", to], input);
        assert_eq!((code, errors.as_str()), (0, ""), "{from} to {to}");
        output
    };
    let json = convert("push-v2", "push-v2", &week);
    let protobuf = convert("push-v2", "push-v2-protobuf", &week);
    assert!(protobuf.len() < json.len() && !json.is_empty());
    assert_eq!(convert("push-v2-protobuf", "push-v2-protobuf", &protobuf), protobuf);
    assert_eq!(convert("push-v2-protobuf", "push-v2", &protobuf), json);
}

#[test]
fn the_form_of_the_events_does_not_matter() {
    for (arguments, sample) in [
        (&["trips", "--json", "--positions"][..], "four-days-of-trips.push-v2.jsonl"),
        (&["dashboard", "--json"], "a-week.push-v2.jsonl"),
        (&["privacy", "--purpose", "workshop", "--now", "2026-05-01T12:00:00Z"], "a-week.push-v2.jsonl"),
        (&["decode"], "a-week.push-v2.jsonl"),
    ] {
        let json = std::fs::read(samples().join(sample)).unwrap();
        let (_, protobuf, _) =
            ccars_between_bytes(&["convert", "--from", "push-v2", "--to", "push-v2-protobuf"], &json);
        let run = |form, input: &[u8]| ccars_between_bytes(&[arguments, &["--from", form]].concat(), input);
        let expected = run("push-v2", &json);
        assert!(expected.0 == 0 && !expected.1.is_empty(), "{arguments:?}: {expected:?}");
        assert_eq!(run("push-v2-protobuf", &protobuf), expected, "{arguments:?}");
        let (code, _, said) = run("push-v2-protobuf", &[&protobuf, &[0][..]].concat());
        let is_told = said.contains("standard input: event ") || arguments == ["decode"];
        assert!(code == 1 && is_told, "{arguments:?}: {said}");
    }
}

/// What must never be said on standard error.
const SECRETS: [&str; 4] = ["WCCDEMXTESTCAR777", "55.676098", "12.568337", "sk-canary-token"];

#[test]
fn no_vin_position_or_token_reaches_standard_error() {
    let damaged = format!(
        "{{\"id\":1,\"vin\":\"{0}\",\"latitude\":{1},\"longitude\":{2},\"token\":\"{3}\",\"time\":\"{3}\",\"type\":\"{3}\"}}\n\
         {{\"id\":\"{0}\",\"time\":\"2026-05-01T10:00:00Z\",\"type\":\"gps_position\",\"latitude\":\"{1}\"}}\n\
         {{\"vin\":\"{0}\",\"latitude\":{1},\"{3}\n{0} {1} {2} {3}\n[{{\"vin\":\"{0}\", {3}\n",
        SECRETS[0], SECRETS[1], SECRETS[2], SECRETS[3]
    );
    let hex = "57434344454D5854455354434152373737";
    let frames = format!("0902>490201{hex}FF\n7E8 10 14 {hex}\n{} {}\n", SECRETS[0], SECRETS[3]);
    for (arguments, stdin) in [
        (&["decode", "--from", "push-v2"][..], &damaged),
        (&["decode", "--from", "push-v2", "--to", "push-v2"], &damaged),
        (&["convert", "--from", "push-v2", "--to", "push-v2"], &damaged),
        (&["convert", "--from", "push-v2-protobuf", "--to", "push-v2"], &damaged),
        (&["decode", "--from", "push-v2-protobuf"], &damaged),
        (&["decode", "--from", "pairs"], &damaged),
        (&["rules", "run", "--pack", "standard", "--events", "-"], &damaged),
        (&["rules", "explain", "standard", "--events", "-"], &damaged),
        (&["rules", "run", "--pack", "standard", "--events", "-", "--state-in", "README.md"], &damaged),
        (&["decode", "--from", "elm327", "--to", "push-v2"], &frames),
        (&["decode", "--from", "candump"], &frames),
        (&["decode", "--from", "pairs"], &frames),
        (&["decode", "--from", "pairs", "--vehicle", "WCCDEMXTESTCAR777"], &frames),
        (&["vin", "WCCDEMXTESTCAR777X", "-"], &frames),
        (&["dtc", "sk-canary-token", "-"], &frames),
    ] {
        let run = ccars(arguments, stdin);
        assert_ne!(run.code, 0, "{arguments:?} {run:?}");
        let errors: String = run.stdout.lines().filter(|line| line.contains("\"error\"")).collect();
        for secret in SECRETS.into_iter().chain([hex]) {
            assert!(!run.stderr.contains(secret) && !errors.contains(secret), "{arguments:?} {run:?}");
        }
    }
}

/// However long the input is, the memory stays the same. `CC_STREAM_MB=100` makes it long.
#[cfg(target_os = "linux")]
#[test]
fn a_long_input_is_never_held_whole() {
    let megabytes: usize = std::env::var("CC_STREAM_MB").ok().and_then(|text| text.parse().ok()).unwrap_or(4);
    let event = "{\"id\":1,\"vehicleId\":7,\"organizationKey\":\"demo\",\"time\":\"2026-05-01T10:00:00Z\",\
        \"type\":\"can_low_oil_level_lamp\",\"value\":true}";
    let (_, message, _) =
        ccars_between_bytes(&["convert", "--from", "push-v2", "--to", "push-v2-protobuf"], event.as_bytes());
    for (arguments, first, block) in [
        (&["decode", "--from", "elm327"][..], "", b">010C\r7E8 04 41 0C 1A F8\r\r".to_vec()),
        (&["convert", "--from", "push-v2", "--to", "push-v2"], "[", format!("{event},").into_bytes()),
        (
            &["convert", "--from", "push-v2", "--to", "push-v2-protobuf"],
            "[",
            format!("{event},").into_bytes(),
        ),
        (&["convert", "--from", "push-v2-protobuf", "--to", "push-v2"], "", message),
    ] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_ccars"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut stdout = child.stdout.take().unwrap();
        let reader = std::thread::spawn(move || std::io::copy(&mut stdout, &mut std::io::sink()).unwrap());
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(first.as_bytes()).unwrap();
        let megabyte = block.repeat(1_000_000 / block.len());
        stdin.write_all(&megabyte).unwrap();
        let at_first = peak_kilobytes(child.id());
        for _ in 1..megabytes {
            stdin.write_all(&megabyte).unwrap();
        }
        let at_last = peak_kilobytes(child.id());
        drop(stdin);
        child.wait().unwrap();
        assert!(reader.join().unwrap() > 1_000_000);
        assert!(
            at_last < at_first + 1_000,
            "{arguments:?} grew from {at_first} to {at_last} kB in {megabytes} MB"
        );
    }
}

/// The most memory a process has held so far.
#[cfg(target_os = "linux")]
fn peak_kilobytes(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    peak.trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
fn nobody_sees_where_a_car_was_who_did_not_ask() {
    let file = "four-days-of-trips.push-v2.jsonl";
    for arguments in [&["trips", file][..], &["trips", "--json", file], &["trips", "--events", file]] {
        let run = ccars(arguments, "");
        assert!(run.code == 0 && !run.stdout.is_empty(), "{run:?}");
        for place in ["-30.0", "-29.9", "-19.9", "-20.0", "latitude"] {
            assert!(!run.stdout.contains(place) && !run.stderr.contains(place), "{arguments:?}: {place}");
        }
    }
    let run = ccars(&["trips", "--positions", file], "");
    assert!(run.stdout.contains("-30.00000 -20.00000"), "{run:?}");
}

#[test]
fn the_commands_of_the_readme_run_as_they_stand() {
    let readme = std::fs::read_to_string(samples().join("../../README.md")).unwrap();
    let commands = readme.lines().filter_map(|line| line.strip_prefix("ccars "));
    // Those with a car are tried in `car.rs`, where there is one.
    let commands =
        commands.filter(|command| !["sim", "scan", "live"].iter().any(|word| command.starts_with(word)));
    let mut ran = 0;
    for command in commands {
        // Up to a comment or a redirection; one argument may be quoted.
        let command = command.split(['#', '>']).next().unwrap_or_default();
        let arguments: Vec<&str> = command
            .split('\'')
            .enumerate()
            .flat_map(|(i, part)| if i % 2 == 1 { vec![part] } else { part.split_whitespace().collect() })
            .collect();
        let (code, stdout, stderr) = ccars_between_bytes(&arguments, b"");
        assert_eq!(code, 0, "{command}: {stderr}");
        assert!(!stdout.is_empty(), "{command}");
        ran += 1;
    }
    assert!(ran >= 8, "the README shows {ran} commands");
}
