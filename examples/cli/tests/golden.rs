//! What each command prints, letter by letter. `UPDATE_GOLDEN=1 cargo test -p ccars` writes the files anew.
#![allow(clippy::disallowed_methods, reason = "tests read files")]

mod common;

use common::{assert_golden, ccars};

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
    let decode = |format| ["decode", "--from", format];
    let convert = ["convert", "--from", "push-v2", "--to", "push-v2"];
    for (name, arguments, stdin) in [
        ("decode-pairs", &decode("pairs")[..], pairs),
        ("decode-elm327", &decode("elm327"), adapter),
        ("decode-elm327-to-push-v2", &["decode", "--from", "elm327", "--to", "push-v2"], adapter),
        ("decode-push-v2", &decode("push-v2"), lines),
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
        ("vin", &["vin", "1HGCM82633A004352", "WP0ZZZ99ZTS390000", "XYZ"], ""),
        ("vin-json", &["vin", "--json", "-"], "1HGCM82633A004352\n\nwp0zzz99zts390000\n1HGCM82633A00435O\n"),
        ("help", &["--help"], ""),
        ("help-decode", &["decode", "--help"], ""),
        ("help-convert", &["convert", "--help"], ""),
        ("help-dtc", &["dtc", "--help"], ""),
        ("help-vin", &["vin", "--help"], ""),
    ] {
        assert_golden(name, &ccars(arguments, stdin));
    }
}
