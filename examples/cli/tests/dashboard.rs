//! `ccars dashboard`, letter by letter where it matters. `UPDATE_GOLDEN=1 cargo test -p ccars` writes the files anew.
#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(clippy::disallowed_methods, reason = "tests read and write files")]

mod common;

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use common::{assert_golden, ccars};

fn event(vehicle: u32, day: u32, rest: &str) -> String {
    format!(
        "{{\"id\":1,\"vehicleId\":{vehicle},\"organizationKey\":\"demo\",\"vin\":\"WCCDEMXTESTCAR{vehicle:03}\",\
         \"time\":\"2026-{:02}-{:02}T10:00:00Z\",{rest}}}\n",
        1 + day / 28,
        1 + day % 28
    )
}

/// Three cars over ten weeks: one is driven and serviced, one has trouble, one has fallen silent.
fn fleet() -> String {
    let mut events = String::new();
    for day in (0..=70).step_by(7) {
        events += &event(1, day, &format!("\"type\":\"can_odometer_km\",\"value\":{}", 50_000 + 40 * day));
    }
    events += &event(1, 0, "\"type\":\"can_last_service_at_date\",\"value\":\"2026-01-01\"");
    events += &event(1, 70, "\"type\":\"can_mil_lamp\",\"value\":false");
    events += &event(
        2,
        60,
        "\"type\":\"can_dtc\",\"code\":\"0301\",\"sourceType\":\"j2012\",\"diff\":\"add\",\"ecu\":\"engine\"",
    );
    events += &event(
        2,
        61,
        "\"type\":\"can_dtc\",\"code\":\"0301\",\"sourceType\":\"j2012\",\"diff\":\"remove\",\"ecu\":\"engine\"",
    );
    events += &event(
        2,
        62,
        "\"type\":\"can_dtc\",\"code\":\"0301\",\"sourceType\":\"j2012\",\"diff\":\"add\",\"ecu\":\"engine\"",
    );
    events += &event(2, 62, "\"type\":\"can_brake_lamp\",\"value\":true");
    events += &event(2, 63, "\"type\":\"can_next_service_days\",\"value\":-3");
    events += &event(3, 10, "\"type\":\"can_tire_pressure_lamp\",\"value\":true");
    events += &event(3, 11, "\"type\":\"can_tire_pressure_lamp\",\"value\":false");
    events
}

#[test]
fn output_is_as_it_was() {
    let fleet = fleet();
    let bad = format!("{fleet}{{\"id\":\"WCCDEMXTESTCAR777\"}}\nnot json\n");
    for (name, arguments, stdin) in [
        ("dashboard", &["--pack", "none"][..], &*fleet),
        ("dashboard-danish", &["--pack", "none", "--open", "--lang", "da"], &fleet),
        ("dashboard-colour", &["--pack", "none", "--color", "always"], &fleet),
        (
            "dashboard-filtered",
            &["--pack", "none", "--kind", "warning-light", "--closed", "--text", "TIRE"],
            &fleet,
        ),
        ("dashboard-json", &["--pack", "none", "--json", "--order", "name", "--limit", "2"], &fleet),
        (
            "dashboard-cars",
            &["--pack", "none", "--cars", "--service-km", "15000", "--service-days", "730"],
            &fleet,
        ),
        (
            "dashboard-cars-german",
            &["--pack", "none", "--cars", "--lang", "de", "--now", "2026-04-15"],
            &fleet,
        ),
        (
            "dashboard-cars-json",
            &["--pack", "none", "--cars", "--json", "--vehicle", "demo/1", "--service-km", "15000"],
            &fleet,
        ),
        ("dashboard-fleet", &["--pack", "none", "--fleet"], &fleet),
        ("dashboard-fleet-json", &["--pack", "none", "--fleet", "--json"], &fleet),
        ("dashboard-bad-events", &["--pack", "none", "--limit", "1"], &bad),
        ("dashboard-nothing", &[], ""),
        ("help-dashboard", &["--help"], ""),
    ] {
        assert_golden(name, &ccars(&[&["dashboard"], arguments].concat(), stdin));
    }
}

#[test]
fn the_rules_give_urgency() {
    let run = ccars(
        &["dashboard", "--urgency", "low", "--json", "a-week.push-v2.jsonl", "soft-tyre.push-v2.json"],
        "",
    );
    assert_eq!(run.code, 0, "{run:?}");
    assert!(
        run.stdout.contains("\"name\":\"P0301\"") || run.stdout.contains("\"urgency\":\"high\""),
        "{run:?}"
    );
    assert!(run.stdout.lines().all(|line| !line.contains("\"urgency\":null")), "{run:?}");
}

#[test]
fn order_and_duplicates_change_no_byte() {
    let fleet = fleet();
    let backwards: String =
        fleet.lines().rev().chain(fleet.lines().take(5)).flat_map(|line| [line, "\n"]).collect();
    for arguments in
        [&["--pack", "none"][..], &["--pack", "none", "--cars"], &["--pack", "none", "--fleet", "--json"]]
    {
        let arguments = [&["dashboard"], arguments].concat();
        assert_eq!(ccars(&arguments, &fleet).stdout, ccars(&arguments, &backwards).stdout);
    }
}

#[test]
fn a_live_source_shows_every_row_that_changes() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ccars"))
        .args(["dashboard", "--follow", "--json", "--pack", "none"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    for (day, on) in [(1, true), (2, false), (3, true)] {
        pipe.write_all(event(1, day, &format!("\"type\":\"can_mil_lamp\",\"value\":{on}")).as_bytes())
            .unwrap();
        let line = lines.next().unwrap().unwrap();
        assert!(line.contains(&format!("\"open\":{on}")), "{line}");
    }
    drop(pipe);
    assert!(lines.next().is_none() && child.wait().unwrap().success());
}

#[test]
fn what_cannot_be_shown_ends_with_two_and_shows_no_vehicle() {
    for arguments in [
        &["--vehicle", "WCCDEMXTESTCAR777"][..],
        &["--urgency", "urgent"],
        &["--kind", "smoke"],
        &["--lang", "fi"],
        &["--open", "--closed"],
        &["--cars", "--fleet"],
        &["--pack", "no-such-file"],
        &["no-such-file"],
    ] {
        let run = ccars(&[&["dashboard"], arguments].concat(), "");
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments:?}: {run:?}");
        assert!(!run.stderr.is_empty() && !run.stderr.contains("TESTCAR777"), "{arguments:?}: {run:?}");
    }
}

#[test]
fn a_name_in_the_data_does_not_steer_the_terminal() {
    let stream = "{\"id\":1,\"vehicleId\":1,\"organizationKey\":\"demo\\u001b[2J\",\"time\":\"2026-05-01T10:00:00Z\",\
        \"type\":\"can_dtc\",\"code\":\"\\u001b[31m\",\"sourceType\":\"j2012\",\"ecu\":\"\\u0007engine\"}\n";
    for arguments in [&["dashboard", "--pack", "none"][..], &["dashboard", "--pack", "none", "--cars"]] {
        let run = ccars(arguments, stream);
        assert!(run.code == 0 && !run.stdout.contains(['\u{1b}', '\u{7}']), "{run:?}");
    }
}
