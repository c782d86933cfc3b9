//! The parameters of trucks against numbers worked out by hand, the laws of the table, and its page in the reference:
//! `CC_UPDATE_REFERENCE=1 cargo test -p cc-obd --test j1939_spn` writes it.
#![allow(clippy::unwrap_used, clippy::float_cmp, reason = "a test fails by panicking; the numbers are exact")]

use std::collections::BTreeSet;
use std::fmt::Write as _;

use cc_core::{MeasureUnit, SignalId, ValueKind};
use cc_obd::j1939::spn::{Group, Spn, SpnKind, SpnTable, SpnValue, groups};
use cc_obd::j1939::{DiagnosticMessage, Pgn};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/reference/j1939.md");

fn value(pgn: u32, spn: u32, data: &[u8]) -> Option<SpnValue> {
    let table = SpnTable::standard();
    let found = table.read(Pgn::new(pgn).unwrap(), data).find(|reading| reading.spn.number == spn);
    found.map(|reading| reading.value)
}

#[test]
fn messages_give_the_numbers_that_the_standard_works_out() {
    use SpnValue::{Error, NotAvailable, Number, Reserved, State, Switch};
    const FF: u8 = 0xFF;
    for (pgn, spn, data, expected) in [
        // EEC1: 0x1368 = 4968 eighths of a revolution; torque 125 is none.
        (61_444, 190, [0xF1, 0x9B, 0x7D, 0x68, 0x13, 0x00, 0xF4, 0x7D], Number(621.0)),
        (61_444, 899, [0xF1, 0x9B, 0x7D, 0x68, 0x13, 0x00, 0xF4, 0x7D], State(1)),
        (61_444, 512, [0xF1, 0x9B, 0x7D, 0x68, 0x13, 0x00, 0xF4, 0x7D], Number(30.0)),
        (61_444, 513, [0xF1, 0x9B, 0x7D, 0x68, 0x13, 0x00, 0xF4, 0x7D], Number(0.0)),
        (61_444, 1483, [0xF1, 0x9B, 0x7D, 0x68, 0x13, 0x00, 0xF4, 0x7D], State(0)),
        (61_444, 1675, [0xF1, 0x9B, 0x7D, 0x68, 0x13, 0x00, 0xF4, 0x7D], State(4)),
        // The ends of two bytes: FAFF is the last number.
        (61_444, 190, [FF, FF, FF, 0xFF, 0xFA, FF, FF, FF], Number(8031.875)),
        (61_444, 190, [FF, FF, FF, 0x00, 0xFB, FF, FF, FF], Reserved),
        (61_444, 190, [FF, FF, FF, 0xFF, 0xFD, FF, FF, FF], Reserved),
        (61_444, 190, [FF, FF, FF, 0x00, 0xFE, FF, FF, FF], Error),
        (61_444, 190, [FF, FF, FF, 0x00, 0xFF, FF, FF, FF], NotAvailable),
        (61_443, 91, [0xD1, 0x7D, 0x20, FF, FF, FF, FF, FF], Number(50.0)),
        (61_443, 92, [0xD1, 0x7D, 0x20, FF, FF, FF, FF, FF], Number(32.0)),
        (61_443, 559, [0xD1, 0x7D, 0x20, FF, FF, FF, FF, FF], Switch(false)),
        (61_443, 558, [0xD1, 0x7D, 0x20, FF, FF, FF, FF, FF], Switch(true)),
        // ET1: one byte from -40; two bytes in 1/32 from -273.
        (65_262, 110, [0x7A, 0x50, 0x40, 0x2D, FF, FF, FF, FF], Number(82.0)),
        (65_262, 174, [0x7A, 0x50, 0x40, 0x2D, FF, FF, FF, FF], Number(40.0)),
        (65_262, 175, [0x7A, 0x50, 0x40, 0x2D, FF, FF, FF, FF], Number(89.0)),
        (65_262, 110, [0xFA, FF, FF, FF, FF, FF, FF, FF], Number(210.0)),
        (65_262, 110, [0xFB, FF, FF, FF, FF, FF, FF, FF], Reserved),
        (65_262, 110, [0xFE, FF, FF, FF, FF, FF, FF, FF], Error),
        (65_262, 110, [0xFF, FF, FF, FF, FF, FF, FF, FF], NotAvailable),
        (65_263, 100, [FF, FF, FF, 0x64, FF, FF, FF, 0xC8], Number(400.0)),
        (65_263, 111, [FF, FF, FF, 0x64, FF, FF, FF, 0xC8], Number(80.0)),
        (65_263, 101, [FF, FF, FF, FF, 0x80, 0x7D, FF, FF], Number(1.0)),
        // CCVS1: 0x5000 / 256 = 80 km/h, parking brake off, brake pressed, cruise control in state 1.
        (65_265, 84, [0xF3, 0x00, 0x50, 0xD1, 0x00, 0x50, 0x3F, FF], Number(80.0)),
        (65_265, 70, [0xF3, 0x00, 0x50, 0xD1, 0x00, 0x50, 0x3F, FF], Switch(false)),
        (65_265, 595, [0xF3, 0x00, 0x50, 0xD1, 0x00, 0x50, 0x3F, FF], Switch(true)),
        (65_265, 597, [0xF3, 0x00, 0x50, 0xD1, 0x00, 0x50, 0x3F, FF], Switch(true)),
        (65_265, 598, [0xF3, 0x00, 0x50, 0xD1, 0x00, 0x50, 0x3F, FF], NotAvailable),
        (65_265, 70, [0b1011, 0x00, 0x50, 0xD1, 0x00, 0x50, 0x3F, FF], Error),
        (65_265, 527, [0xF3, 0x00, 0x50, 0xD1, 0x00, 0x50, 0x3F, FF], State(1)),
        (65_265, 976, [0xF3, 0x00, 0x50, 0xD1, 0x00, 0x50, 0x3F, FF], NotAvailable),
        (65_266, 183, [0xF4, 0x01, 0x00, 0x02, FF, FF, 0x32, FF], Number(25.0)),
        (65_266, 184, [0xF4, 0x01, 0x00, 0x02, FF, FF, 0x32, FF], Number(1.0)),
        (65_266, 51, [0xF4, 0x01, 0x00, 0x02, FF, FF, 0x32, FF], Number(20.0)),
        (65_269, 108, [0xCA, FF, FF, 0xA0, 0x24, 0x3C, FF, FF], Number(101.0)),
        (65_269, 171, [0xCA, FF, FF, 0xA0, 0x24, 0x3C, FF, FF], Number(20.0)),
        (65_269, 172, [0xCA, FF, FF, 0xA0, 0x24, 0x3C, FF, FF], Number(20.0)),
        (65_270, 102, [0x14, 0x4B, 0x55, 0x32, 0x64, 0x20, 0x35, FF], Number(150.0)),
        (65_270, 105, [0x14, 0x4B, 0x55, 0x32, 0x64, 0x20, 0x35, FF], Number(45.0)),
        (65_270, 173, [0x14, 0x4B, 0x55, 0x32, 0x64, 0x20, 0x35, FF], Number(152.0)),
        (65_271, 114, [0x73, 0x32, 0x1C, 0x02, 0x30, 0x02, FF, FF], Number(-10.0)),
        (65_271, 167, [0x73, 0x32, 0x1C, 0x02, 0x30, 0x02, FF, FF], Number(27.0)),
        (65_271, 168, [0x73, 0x32, 0x1C, 0x02, 0x30, 0x02, FF, FF], Number(28.0)),
        // HOURS: 20,000 twentieths of an hour are 1,000 hours.
        (65_253, 247, [0x20, 0x4E, 0x00, 0x00, FF, FF, FF, FF], Number(3_600_000.0)),
        // VDHR: 200,000,000 times 5 m; VD: 8,000,000 eighths.
        (65_217, 917, [0x00, 0xC2, 0xEB, 0x0B, FF, FF, FF, FF], Number(1_000_000.0)),
        (65_217, 917, [0xFF, 0xFF, 0xFF, 0xFA, FF, FF, FF, FF], Number(21_055_406.075)),
        (65_217, 917, [0x00, 0x00, 0x00, 0xFB, FF, FF, FF, FF], Reserved),
        (65_248, 245, [FF, FF, FF, FF, 0x00, 0x12, 0x7A, 0x00], Number(1_000_000.0)),
        (65_276, 96, [FF, 0x7D, FF, FF, FF, FF, FF, FF], Number(50.0)),
        (65_110, 1761, [0xC8, 0x46, FF, FF, FF, FF, FF, FF], Number(80.0)),
        (65_110, 3031, [0xC8, 0x46, FF, FF, FF, FF, FF, FF], Number(30.0)),
        // TCO1: driver 1 drives (3), driver 2 rests (0), it moves; a card in, no overspeed; 80 km/h.
        (65_132, 1612, [0x43, 0x10, 0x00, 0x00, 0x00, 0x00, 0x00, 0x50], State(3)),
        (65_132, 1613, [0x43, 0x10, 0x00, 0x00, 0x00, 0x00, 0x00, 0x50], State(0)),
        (65_132, 1611, [0x43, 0x10, 0x00, 0x00, 0x00, 0x00, 0x00, 0x50], Switch(true)),
        (65_132, 1615, [0x43, 0x10, 0x00, 0x00, 0x00, 0x00, 0x00, 0x50], Switch(true)),
        (65_132, 1612, [0x06, 0x10, 0x00, 0x00, 0x00, 0x00, 0x00, 0x50], Error),
        (65_132, 1624, [0x43, 0x10, 0x00, 0x00, 0x00, 0x00, 0x00, 0x50], Number(80.0)),
        (61_441, 563, [0x10, 0x32, FF, FF, FF, FF, FF, FF], Switch(true)),
        (61_441, 521, [0x10, 0x32, FF, FF, FF, FF, FF, FF], Number(20.0)),
        (61_442, 191, [0x05, 0x40, 0x1F, FF, FF, 0x80, 0x3E, FF], Number(1000.0)),
        (61_442, 161, [0x05, 0x40, 0x1F, FF, FF, 0x80, 0x3E, FF], Number(2000.0)),
        (61_445, 523, [0x84, 0xE8, 0x03, 0x7C, FF, FF, FF, FF], Number(-1.0)),
        (61_445, 526, [0x84, 0xE8, 0x03, 0x7C, FF, FF, FF, FF], Number(1.0)),
        (61_445, 523, [0x84, 0xE8, 0x03, 0xFB, FF, FF, FF, FF], Reserved),
        // SERV: 32,127 fives less the offset are 0 km; 126 weeks less 125 are 7 days.
        (65_216, 914, [FF, 0x7F, 0x7D, FF, 0x7E, FF, FF, FF], Number(0.0)),
        (65_216, 915, [FF, 0x7F, 0x7D, FF, 0x7E, FF, FF, FF], Number(7.0)),
        (65_257, 250, [FF, FF, FF, FF, 0x10, 0x27, 0x00, 0x00], Number(5000.0)),
        (64_777, 5054, [FF, FF, FF, FF, 0x40, 0x4B, 0x4C, 0x00], Number(5000.0)),
        (65_215, 904, [0x00, 0x50, 0x7D, FF, FF, FF, FF, FF], Number(80.0)),
        (65_215, 905, [0x00, 0x50, 0x7D, FF, FF, FF, FF, FF], Number(0.0)),
        (61_454, 3216, [0xA0, 0x2D, FF, FF, FF, FF, FF, FF], Number(384.0)),
        (65_254, 964, [0xA0, 0x1E, 0x0C, 0x05, 0x3C, 0x28, 0x7D, 0x7F], Number(2025.0)),
        (65_254, 962, [0xA0, 0x1E, 0x0C, 0x05, 0x3C, 0x28, 0x7D, 0x7F], Number(15.0)),
        (65_198, 1087, [FF, FF, 0x64, 0x60, FF, FF, FF, FF], Number(800.0)),
    ] {
        assert_eq!(value(pgn, spn, &data), Some(expected), "SPN {spn} of {pgn} in {data:02X?}");
    }
}

#[test]
fn what_was_not_sent_has_no_value() {
    for length in 0..8 {
        let table = SpnTable::standard();
        for group in groups() {
            let data = [0; 8];
            let pgn = Pgn::new(group.pgn).unwrap();
            let read = table.read(pgn, &data[..length]).count();
            let within =
                group.spns.iter().filter(|spn| usize::from(spn.first) + usize::from(spn.bits) <= length * 8);
            assert_eq!(read, within.count(), "{} of {length} bytes", group.acronym);
        }
    }
}

#[test]
fn rows_are_in_order_apart_and_named_once() {
    let (mut names, mut numbers) = (BTreeSet::new(), BTreeSet::new());
    for pair in groups().windows(2) {
        assert!(pair[0].pgn < pair[1].pgn, "{}", pair[1].acronym);
    }
    for group in groups() {
        assert!(Pgn::new(group.pgn).is_ok() && DiagnosticMessage::of(Pgn::new(group.pgn).unwrap()).is_none());
        assert_eq!(Group::of(Pgn::new(group.pgn).unwrap()), Some(group));
        let mut end = 0;
        for spn in group.spns {
            assert!(spn.first >= end && (1..=32).contains(&spn.bits), "SPN {} overlaps", spn.number);
            end = spn.first + u16::from(spn.bits);
            assert!(numbers.insert(spn.number), "SPN {} twice", spn.number);
            // Two messages tell the distances, one in finer steps.
            let twice = matches!(spn.id, "odometer" | "trip_distance");
            assert!(names.insert(spn.id) || twice, "{} twice", spn.id);
            assert!(spn.div > 0);
            assert!(spn.kind != SpnKind::Switch || spn.bits == 2);
        }
    }
}

#[test]
fn names_of_the_catalogue_have_its_units_and_kinds() {
    let mut known = 0;
    for spn in groups().iter().flat_map(|group| group.spns) {
        let signal: SignalId = spn.id.parse().unwrap();
        let Some(row) = signal.signal() else { continue };
        known += 1;
        assert_eq!(
            (row.unit, row.kind),
            (spn.unit, if spn.kind == SpnKind::Switch { ValueKind::Bool } else { ValueKind::Number }),
            "{}",
            spn.id
        );
    }
    assert!(known >= 30, "{known}");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test compares a file of the repository")]
fn the_reference_page_is_the_one_that_the_table_writes() {
    let page = page();
    if std::env::var_os("CC_UPDATE_REFERENCE").is_some() {
        std::fs::write(PAGE, &page).unwrap();
    }
    // A checkout may end its lines in another way.
    let written = std::fs::read_to_string(PAGE).unwrap_or_default().replace("\r\n", "\n");
    assert!(written == page, "run `CC_UPDATE_REFERENCE=1 cargo test -p cc-obd --test j1939_spn`");
}

fn page() -> String {
    let count: usize = groups().iter().map(|group| group.spns.len()).sum();
    let mut out = format!(
        "# Messages of trucks\n\n<!-- Written by cc-obd/tests/j1939_spn.rs; do not edit. -->\n\n\
         {} groups with {count} parameters (SAE J1939-71), and the diagnostic messages (SAE J1939-73) that cc-obd \
         reads. A guide is in [decode-a-car.md](../guides/decode-a-car.md#trucks).\n\n\
         `bits` reads: first byte and bit, both from 1, then how many bits; bytes stand low byte first, and bit 1 is \
         the lowest. `value` is what is done to the raw number. All ones are \"not available\", FE in the highest byte \
         (14 in half a byte, 2 in a switch) is an error, FB to FD are kept for other uses: none of them is a value. \
         `decode` writes an error as `\"value\":null`, and a number kept for other uses with its raw number beside it, as \
         `\"unlisted\":251`. A state's own number is given. The signal is **bold** where it is one of the [catalogue](signals.md).\n\n\
         ## Diagnostic messages\n\n| message | group |\n|---|---|\n",
        groups().len(),
    );
    for message in DiagnosticMessage::ALL {
        writeln!(out, "| {message} | {0} ({0:05X}) |", message.pgn().number()).unwrap();
    }
    out.push_str("\n## Parameters\n");
    for group in groups() {
        let Group { pgn, acronym, name, priority, spns } = group;
        write!(
            out,
            "\n### {acronym}: {name}\n\nGroup {pgn} ({pgn:05X}), priority {priority}.\n\n\
             | SPN | signal | bits | value | unit | meaning |\n|---|---|---|---|---|---|\n"
        )
        .unwrap();
        for spn in *spns {
            row(&mut out, spn);
        }
    }
    out
}

fn row(out: &mut String, spn: &Spn) {
    let Spn { number, id, name, first, bits, kind, mul, div, add, unit } = spn;
    let known = id.parse::<SignalId>().unwrap().signal().is_some();
    let id = if known { format!("**`{id}`**") } else { format!("`{id}`") };
    let unit = if *unit == MeasureUnit::One { "" } else { unit.symbol() };
    let mut value = String::new();
    match (mul, div) {
        (1, 1) => {}
        (mul, 1) => write!(value, "×{mul}").unwrap(),
        (mul, div) => write!(value, "×{mul}/{div}").unwrap(),
    }
    if *add != 0.0 {
        write!(value, "{}{add:+}", if value.is_empty() { "" } else { ", " }).unwrap();
    }
    let value = match kind {
        SpnKind::Number => value,
        SpnKind::State => "state".to_owned(),
        SpnKind::StateOrError => "state or error".to_owned(),
        SpnKind::Switch => "switch".to_owned(),
    };
    writeln!(
        out,
        "| {number} | {id} | {}.{}+{bits} | {value} | {unit} | {name} |",
        first / 8 + 1,
        first % 8 + 1
    )
    .unwrap();
}
