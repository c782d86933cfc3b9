//! What each command prints, letter by letter. `UPDATE_GOLDEN=1 cargo test -p ccars` writes the files anew.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests read files")]

mod common;

use common::{assert_golden, ccars, ccars_between_bytes, ccars_with_bytes};

/// Two codes by KWP2000, and none.
const KWP: &str = "1802FF00>5802453E620301E0\n1802FF00>5800\n";

#[test]
fn output_is_as_it_was() {
    let pairs = "010C>410C1AF8\n\
        # a comment, then damage, a refusal and an answer to another request\n\
        010C>410C1A\n\
        010Z>410C1AF8\n\
        0105>7F0112\n\
        0105>7F0178\n\
        1902FF>5902FF0133002F\n\
        010D>410C1AF8\n\
        garbage\n";
    let adapter = ">ATZ\nELM327 v1.5\n\n>ATH1\nOK\n\n>0100\nSEARCHING...4100BE3FA813\n\n>0105\nNO DATA\n\n\
        >010C\n7E8 04 41 0C 1A F8\n7E9 04 41 0C 1A\n\n>03\nCAN ERROR\n\n>ATRV\n12.6V\n\n>";
    let lines = "{\"id\":1,\"vehicleId\":7,\"organizationKey\":\"demo\",\"time\":\"2026-05-01T10:00:00.500+02:00\",\
        \"type\":\"can_fuel_level_percent\",\"value\":12.0,\"extra\":[9007199254740993]}\n\n\
        {\"id\":2,\"time\":\"2026-05-01T10:00:01Z\",\"type\":\"car_ignition\",\"value\":\"on\"}\n\
        not json\n\
        {\"id\":3,\"time\":\"2026-05-01T10:00:02Z\",\"type\":\"from_the_future\",\"anything\":null}";
    let array = "[\n{\"id\":1,\"time\":\"2026-05-01T10:00:00Z\",\"type\":\"can_vin\",\"value\":\"WCCDEMXTESTCAR009\"},\n\
        {\"id\":2},\n{\"id\":3,\"time\":\"2026-05-01T10:00:02Z\",\"type\":\"x\"}\n]\n";
    let truck = "(1436509052.249713) can0 0CF00400#FFFFFF6813FFFFFF\n\
        (1436509052.349713) can0 1CECFF00#200A0002FFCAFE00\n\
        (1436509052.399713) can0 1CEBFF00#0104FFB8040A036E\n\
        (1436509052.449713) can0 1CEBFF00#02000001FFFFFFFF\n\
        (1436509053.249713) can0 18FEC117#00C2EB0BFFFFFFFF\n";
    let decode = |format| ["decode", "--from", format];
    let convert = ["convert", "--from", "push-v2", "--to", "push-v2"];
    for (name, arguments, stdin) in [
        ("decode-pairs", &decode("pairs")[..], pairs),
        ("decode-elm327", &decode("elm327"), adapter),
        ("decode-elm327-to-push-v2", &["decode", "--from", "elm327", "--to", "push-v2"], adapter),
        ("decode-push-v2", &decode("push-v2"), lines),
        ("decode-truck", &decode("candump"), truck),
        ("decode-push-v2-array", &decode("push-v2"), array),
        (
            "decode-with-a-clock",
            &[
                "decode",
                "--from",
                "pairs",
                "--start",
                "2026-05-01T10:00:00Z",
                "--step",
                "PT0.5S",
                "--vehicle",
                "demo/7",
                "-",
            ],
            pairs,
        ),
        (
            "decode-kline",
            &["decode", "--from", "pairs", "--framing", "kline"],
            "03>43013302440000\n03>43000000000000\n",
        ),
        ("decode-kwp-codes", &["decode", "--from", "pairs"], KWP),
        ("decode-kwp-codes-vag", &["decode", "--from", "pairs", "--kwp-codes", "vag"], KWP),
        ("decode-kwp-codes-j2012", &["decode", "--from", "pairs", "--kwp-codes", "j2012"], KWP),
        ("decode-sample-adapter", &["decode", "--from", "elm327", "misfire-and-overheating.elm327.log"], ""),
        ("decode-sample-candump", &["decode", "--from", "candump", "weak-alternator.candump.log"], ""),
        (
            "decode-sample-dbc",
            &["decode", "--from", "candump", "--dbc", "electric-car.dbc", "electric-car.candump.log"],
            "",
        ),
        (
            "decode-sample-dbc-to-push-v2",
            &[
                "decode",
                "--from",
                "candump",
                "--dbc",
                "electric-car.dbc",
                "--to",
                "push-v2",
                "electric-car.candump.log",
            ],
            "",
        ),
        ("decode-dbc-is-none", &["decode", "--from", "candump", "--dbc", "README.md"], "can0 123#01\n"),
        ("decode-dbc-of-an-adapter", &["decode", "--from", "elm327", "--dbc", "electric-car.dbc"], ">010C\n"),
        ("decode-sample-pairs", &["decode", "--from", "pairs", "workshop.pairs"], ""),
        ("decode-sample-lines", &["decode", "--from", "push-v2", "a-week.push-v2.jsonl"], ""),
        ("convert-lines", &convert, lines),
        ("convert-array", &convert, array),
        ("convert-empty-array", &convert, "[]"),
        ("convert-unclosed-array", &convert, "[{\"id\":1,\"time\":\"2026-05-01T10:00:00Z\",\"type\":\"x\"},"),
        ("trips", &["trips", "--utc-offset", "+02:00", TRIPS], ""),
        ("trips-positions", &["trips", "--positions", "--tank", "50", TRIPS], ""),
        ("trips-json", &["trips", "--json", TRIPS], ""),
        ("trips-polyline", &["trips", "--json", "--positions", "--polyline", TRIPS], ""),
        ("trips-events", &["trips", "--events", TRIPS], ""),
        ("trips-other-options", &["trips", "--join-stop", "5min", "--max-silence", "PT30M", TRIPS], ""),
        ("trips-lines", &["trips", "-"], lines),
        (
            "dtc",
            &["dtc", "P0301", "P0420", "C003113", "P1351", "vag", "16502", "SPN", "100", "FMI", "1", "X1"],
            "",
        ),
        ("dtc-json", &["dtc", "--json", "--lang", "de-AT", "P0171", "B000111", "KWP 4321"], ""),
        (
            "dtc-languages",
            &["dtc", "--json", "--lang", "sv", "-"],
            "P0301\nP0217\nU0100\nB0001\nC0034\nP0A80\nP203F\n",
        ),
        (
            "dtc-table",
            &["dtc", "--table", "workshop-codes.csv", "--lang", "da", "P1351", "P157013", "P0301"],
            "",
        ),
        ("dtc-no-such-language", &["dtc", "--lang", "fr", "P0301"], ""),
        ("vin", &["vin", "1HGCM82633A004352", "WP0ZZZ99ZTS390000", "XYZ"], ""),
        ("vin-json", &["vin", "--json", "-"], "1HGCM82633A004352\n\nwp0zzz99zts390000\n1HGCM82633A00435O\n"),
        ("help", &["--help"], ""),
        ("help-decode", &["decode", "--help"], ""),
        ("help-convert", &["convert", "--help"], ""),
        ("help-dtc", &["dtc", "--help"], ""),
        ("help-trips", &["trips", "--help"], ""),
        ("help-vin", &["vin", "--help"], ""),
        ("help-live", &["live", "--help"], ""),
        ("help-scan", &["scan", "--help"], ""),
        ("help-sim", &["sim", "--help"], ""),
        ("live-no-address", &["live", "bluetooth:0"], ""),
        ("live-no-such-signal", &["live", "tcp://127.0.0.1:1", "--signal", "engine_speed@often"], ""),
        ("scan-no-port", &["scan", "/dev/no-such-port"], ""),
        ("scan-wrong-consent", &["scan", "tcp://127.0.0.1:1", "--clear-codes", "yes"], ""),
        ("sim-wrong-fault", &["sim", "--fault", "fire@30"], ""),
        ("sim-wrong-scenario", &["sim", "--scenario", "workshop-codes.csv"], ""),
        ("help-config", &["config", "--help"], ""),
        ("help-config-check", &["config", "check", "--help"], ""),
        ("help-config-compile", &["config", "compile", "--help"], ""),
        ("help-config-diff", &["config", "diff", "--help"], ""),
        ("help-privacy", &["privacy", "--help"], ""),
        ("help-rollout", &["rollout", "--help"], ""),
    ] {
        assert_golden(name, &ccars(arguments, stdin));
    }
}

#[test]
fn output_from_protobuf_is_as_it_was() {
    let lines = "{\"id\":1,\"vehicleId\":7,\"organizationKey\":\"demo\",\"time\":\"2026-05-01T10:00:00.500Z\",\
        \"type\":\"can_fuel_level_percent\",\"value\":12.0,\"extra\":[9007199254740993]}\n\
        {\"id\":2,\"time\":\"2026-05-01T10:00:01Z\",\"type\":\"car_ignition\",\"value\":null}\n";
    let (code, mut stream, stderr) =
        ccars_between_bytes(&["convert", "--from", "push-v2", "--to", "push-v2-protobuf"], lines.as_bytes());
    assert_eq!((code, stderr.as_str()), (0, ""));
    // No event, an event without a time, and one that is cut off.
    stream.extend([0, 5, 0xDA, 0x02, 0x02, 0x10, 0x07]);
    stream.extend_from_within(..20);
    for (name, arguments) in [
        ("convert-from-protobuf", &["convert", "--from", "push-v2-protobuf", "--to", "push-v2"][..]),
        ("decode-from-protobuf", &["decode", "--from", "push-v2-protobuf", "--to", "lines"]),
        ("trips-from-protobuf", &["trips", "--from", "push-v2-protobuf", "-"]),
    ] {
        assert_golden(name, &ccars_with_bytes(arguments, &stream));
    }
}

/// The arguments of `ccars config`, with the layers of the samples.
fn layers<'a>(command: &'a str, rest: &[&'a str]) -> Vec<&'a str> {
    [&["config", command, "global=config/global.json", "market=dk=config/market-dk.json"], rest].concat()
}

#[test]
fn settings_are_compiled_checked_and_compared() {
    let schema = ["--schema", "config/settings.schema.json"];
    let car = ["--vehicle", "semler/7", "--with", "market=dk"];
    let wrong = r#"{"map": {"zoom": "WVWZZZ1KZAM000001"}, "hotline": null}"#;
    let broken = "{\n  \"map\": {\"zoom\": 3, \"zoom\": 4}\n}";
    let compile = |rest: &[&'static str]| layers("compile", rest);
    for (name, arguments, stdin) in [
        ("config-compile", compile(&schema), ""),
        ("config-compile-vehicle", compile(&car), ""),
        ("config-compile-origins", compile(&[&car[..], &["--origins"]].concat()), ""),
        ("config-compile-etag", compile(&["--etag"]), ""),
        ("config-compile-select", compile(&["--select", "/map/zoom", "--select", "/upload"]), ""),
        ("config-compile-schema-wrong", compile(&[&["fleet=7=-"], &schema[..]].concat()), wrong),
        ("config-compile-layer-wrong", compile(&["fleet=7=-"]), broken),
        ("config-check", layers("check", &schema), ""),
        ("config-check-wrong", layers("check", &[&["fleet=7=-"], &schema[..]].concat()), wrong),
        (
            "config-check-arm",
            layers("check", &[&["trial=-"], &schema[..]].concat()),
            r#"{"map":{"zoom":{"$rollout":{"experiment":"zoom","percent":0,"value":"far"}}}}"#,
        ),
        ("config-diff", vec!["config", "diff", "config/global.json", "config/market-dk.json"], ""),
        (
            "config-diff-json",
            vec!["config", "diff", "config/global.json", "-", "--json"],
            r#"{"map":{"zoom":12}}"#,
        ),
    ] {
        assert_golden(name, &ccars(&arguments, stdin));
    }
}

#[test]
fn buckets_and_arms_are_shown() {
    let arms = ["--percent", "60", "--arm", "bright=50", "--arm", "dark=50"];
    let cars = "semler/7\n# a comment\nlocal/0\nsemler\n";
    let rollout = ["rollout", "map_style"];
    for (name, arguments, stdin) in [
        ("rollout", [&rollout[..], &arms, &["semler/7", "local/0", "local/1"]].concat(), ""),
        ("rollout-json", [&rollout[..], &arms, &["--json", "-"]].concat(), cars),
        ("rollout-wrong-arms", [&rollout[..], &["--arm", "bright=50", "semler/7"]].concat(), ""),
        ("rollout-wrong-name", vec!["rollout", "Map style", "semler/7"], ""),
    ] {
        assert_golden(name, &ccars(&arguments, stdin));
    }
}

#[test]
fn events_are_minimised_for_a_purpose() {
    let events = r#"[{"id":1,"vehicleId":7,"organizationKey":"semler","vin":"WVWZZZ1KZAM000001","time":"2026-05-01T11:30:30Z","type":"gps_position","latitude":0.0012,"longitude":-150.00421,"speed":171,"note":"home"},
        {"id":2,"vehicleId":7,"organizationKey":"semler","time":"2026-02-01T10:00:00Z","type":"car_ignition","value":true},
        {"id":3,"vehicleId":7,"organizationKey":"semler","time":"2026-04-30T10:00:00Z","type":"can_dtc","code":"030100","sourceType":"j2012","ecu":"Ann's"},
        {"id":4,"time":"yesterday","type":"car_ignition","value":true}, {"id":5,"time":"2026-05-01T10:00:00Z","type":"from_the_future"}]"#;
    let key = std::env::temp_dir().join(format!("ccars-golden-{}.key", std::process::id()));
    std::fs::write(&key, [7; 32]).unwrap();
    let key_file = key.display().to_string();
    let privacy = |purpose| vec!["privacy", "--now", "2026-05-01T12:00:00Z", "--purpose", purpose];
    for (name, arguments) in [
        ("privacy-operation", privacy("operation")),
        ("privacy-workshop", privacy("workshop")),
        ("privacy-analytics", [&privacy("analytics")[..], &["--key-file", &key_file]].concat()),
        ("privacy-no-key", privacy("analytics")),
        ("privacy-no-purpose", privacy("sale")),
        ("privacy-wrong-policy", [&privacy("fleet")[..], &["--policy", "config/global.json"]].concat()),
    ] {
        assert_golden(name, &ccars(&arguments, events));
    }
    std::fs::remove_file(key).unwrap();
}

#[test]
fn the_guide_to_trips_shows_what_is_printed() {
    let guide = std::fs::read_to_string(common::samples().join("../../docs/guides/trips.md")).unwrap();
    let run = ccars(&["trips", "--utc-offset", "+02:00", TRIPS], "");
    let printed = format!("examples/samples/{}{}", run.stderr, run.stdout);
    assert!(!run.stdout.is_empty() && guide.contains(&printed), "{printed}");
}

#[test]
fn the_guide_to_privacy_shows_what_is_printed() {
    let guide = std::fs::read_to_string(common::samples().join("../../docs/guides/privacy.md")).unwrap();
    let command = "ccars privacy --purpose workshop --now 2026-11-20T15:00:00Z soft-tyre.push-v2.json";
    let arguments: Vec<&str> = command.split(' ').skip(1).collect();
    let run = ccars(&arguments, "");
    let shown = format!("$ {command} > for-the-workshop.jsonl\n{}```", run.stderr);
    assert!(!run.stderr.is_empty() && guide.contains(&shown), "{}", run.stderr);
}

/// A car that said all of it in no order, and some of it twice.
const TRIPS: &str = "four-days-of-trips.push-v2.jsonl";
