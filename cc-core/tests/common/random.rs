//! Random messages from a seed, fast: a million of them is a matter of seconds.

use std::fmt::Write as _;

use super::types::Kind::{self, Bool, Date, DateTime, Diff, Integer, Number, OneOf, Status, Text};

/// A generator of random numbers (xorshift64*): the same seed gives the same messages everywhere.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        (self.next() >> 32) % end
    }

    pub(crate) fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    pub(crate) fn pick<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len() as u64) as usize]
    }
}

/// Any message of a type: fields present, absent or null, in any order, with unknown ones between them.
pub(crate) fn message(random: &mut Random, type_name: &str, fields: &[(&str, Kind)], out: &mut String) {
    let mut members: Vec<String> = vec![format!("\"type\":\"{type_name}\"")];
    let mut add = |random: &mut Random, name: &str, kind: Kind, always: bool| {
        let mut member = format!("\"{name}\":");
        match random.below(if always { 1 } else { 8 }) {
            6 => member.push_str("null"),
            7 => return,
            _ => of_kind(random, kind, &mut member),
        }
        members.push(member);
    };
    add(random, "id", Integer, true);
    members_time(random, &mut add);
    add(random, "vehicleId", Integer, false);
    add(random, "organizationKey", Text, false);
    if random.one_in(2) {
        add(random, "vin", Text, false);
    }
    for (name, kind) in fields {
        add(random, name, *kind, false);
    }
    for name in ["futureField", "\\u00e6 \\\" b", "protobuf"] {
        if random.one_in(8) {
            let mut member = format!("\"{name}\":");
            anything(random, &mut member);
            members.push(member);
        }
    }
    if random.one_in(4) {
        for i in (1..members.len()).rev() {
            members.swap(i, random.below(i as u64 + 1) as usize);
        }
    }
    out.clear();
    out.push('{');
    out.push_str(&members.join(if random.one_in(8) { " , " } else { "," }));
    out.push('}');
}

fn members_time(random: &mut Random, add: &mut impl FnMut(&mut Random, &str, Kind, bool)) {
    add(random, "time", DateTime, true);
}

fn of_kind(random: &mut Random, kind: Kind, out: &mut String) {
    match kind {
        Bool => out.push_str(if random.one_in(2) { "true" } else { "false" }),
        Date if random.one_in(6) => text(random, out),
        Date => {
            let (month, day) = (1 + random.below(12), 1 + random.below(31));
            let _ = write!(out, "\"20{:02}-{month:02}-{day:02}\"", random.below(100));
        }
        DateTime => date_time(random, out),
        Diff if random.one_in(4) => text(random, out),
        Diff => out.push_str(random.pick(&["\"add\"", "\"change\"", "\"remove\""])),
        Integer if random.one_in(8) => {
            let _ = write!(out, "{}", random.next() as i64);
        }
        Integer => {
            let _ = write!(out, "{}", random.below(100_000));
        }
        Number => number(random, out),
        OneOf(all) => out.push_str(random.pick(all)),
        Status => {
            let mut members = Vec::new();
            for name in [
                "pending",
                "confirmed",
                "testNotCompletedSinceLastClear",
                "testFailedSinceLastClear",
                "warningIndicatorRequested",
            ] {
                match random.below(6) {
                    0 => {}
                    1 => members.push(format!("\"{name}\":null")),
                    2..4 => members.push(format!("\"{name}\":false")),
                    _ => members.push(format!("\"{name}\":true")),
                }
            }
            if random.one_in(4) {
                let mut member = String::from("\"later\":");
                anything(random, &mut member);
                members.push(member);
            }
            let _ = write!(out, "{{{}}}", members.join(", "));
        }
        Text => text(random, out),
    }
}

fn number(random: &mut Random, out: &mut String) {
    match random.below(8) {
        0..3 => {
            let _ = write!(out, "{}", random.below(200_000) as i64 - 100_000);
        }
        3..6 => {
            let _ = write!(out, "{}.{}", random.below(1_000), random.below(1_000_000));
        }
        6 => {
            let _ = write!(out, "{}", f64::from_bits(random.next()).clamp(-1e300, 1e300));
            if out.ends_with("NaN") {
                out.truncate(out.len() - 3);
                out.push('7');
            }
        }
        _ => out.push_str(random.pick(&[
            "0",
            "-0",
            "0.0",
            "-0.0",
            "1e3",
            "12.0",
            "12.50",
            "0.4",
            "-0.5",
            "1E400",
            "-1e400",
            "1e-400",
            "9007199254740993",
            "18446744073709551616",
            "-9223372036854775808",
            "123456789012345678901234567890",
            "3.141592653589793238",
        ])),
    }
}

fn text(random: &mut Random, out: &mut String) {
    out.push_str(match random.below(12) {
        0..6 => {
            out.push('"');
            for _ in 0..random.below(12) {
                out.push(char::from(
                    b"abcdefghijklmnopqrstuvwxyz0123456789_-ABCDEF"[random.below(44) as usize],
                ));
            }
            out.push('"');
            return;
        }
        6 => random.pick(&["\"WVWZZZ1KZAM000001\"", "\"wvwzzz1kzam000001\"", "\"no vin at all\""]),
        7 => {
            random.pick(&["\"0301\"", "\"00463a\"", "\"157000\"", "\"vag\"", "\"j2012\"", "\"2f\"", "\"2F\""])
        }
        8 => random.pick(&["\"km\\/h\"", "\"degC\"", "\"km/h\"", "\"°C\"", "\"date\"", "\"instant\""]),
        9 => random.pick(&["\"\"", "\"\\u0000\"", "\"\\u00E9\"", "\"é\"", "\"\\ud83d\\ude00\"", "\"😀\""]),
        10 => random.pick(&["\"a \\\" b\"", "\"a\\nb\"", "\"a\\u000ab\"", "\"\\t\"", "\"engine\""]),
        _ => random.pick(&[
            "\"engine_speed\"",
            "\"two words\"",
            "\"2026-06-01\"",
            "\"2026-06-01T08:00:00+02:00\"",
        ]),
    });
}

fn date_time(random: &mut Random, out: &mut String) {
    if random.one_in(12) {
        out.push_str(random.pick(&[
            "\"2016-12-31T23:59:60Z\"",
            "\"2016-12-31T23:59:60.5Z\"",
            "\"0000-01-01T00:00:00Z\"",
            "\"0000-01-01T00:00:00+02:00\"",
            "\"0000-12-31T23:59:59.999Z\"",
            "\"0001-01-01T00:00:00Z\"",
            "\"9999-12-31T23:59:59.999999999Z\"",
            "\"9999-12-31T23:59:59.999999999-02:00\"",
            "\"2026-05-01T10:00:00.1234567890Z\"",
            "\"1970-01-01T00:00:00Z\"",
        ]));
        return;
    }
    let (month, day) = (1 + random.below(12), 1 + random.below(28));
    let _ = write!(out, "\"20{:02}-{month:02}-{day:02}", random.below(100));
    out.push(if random.one_in(12) { 't' } else { 'T' });
    let (hour, minute, second) = (random.below(24), random.below(60), random.below(60));
    let _ = write!(out, "{hour:02}:{minute:02}:{second:02}");
    let digits = [0, 0, 3, 3, 6, 9, 1][random.below(7) as usize];
    if digits > 0 {
        out.push('.');
        for _ in 0..digits {
            out.push(if random.one_in(2) { '0' } else { char::from(b'0' + random.below(10) as u8) });
        }
    }
    out.push_str(match random.below(8) {
        0 => "+02:00",
        1 => "-11:30",
        2 => "z",
        _ => "Z",
    });
    out.push('"');
}

/// The JSON of a field nobody knows; sometimes what this project writes for what protobuf said.
fn anything(random: &mut Random, out: &mut String) {
    match random.below(8) {
        0 => out.push_str("null"),
        1 => number(random, out),
        2 => out.push_str("{ \"a\" : [ 1 , {\"b\":null} ] }"),
        3 => out.push_str(random.pick(&[
            "\"807d01\"",
            "\"c03e01\"",
            "\"200:0801\"",
            "\"200:1801\"",
            "\"200:\"",
            "\"807d01;c23e00\"",
            "\"200:807d01;c03e02\"",
            "\"18ff\"",
            "\"1801\"",
            "\"d23e02bc05\"",
            "\"d23e010b\"",
            "\"807d01d23e02bc05\"",
            "\"\"",
            "\"43:807d01\"",
        ])),
        4 => out.push_str("[]"),
        5 => out.push_str("false"),
        _ => text(random, out),
    }
}
