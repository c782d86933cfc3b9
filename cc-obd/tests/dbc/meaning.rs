//! What numbers mean: selectors, parameter groups, ranges and words.

use std::fmt::Write as _;

use cc_obd::frame::CanId;
use cc_obd::signals::dbc::Quality::{Failed, InRange, NotAvailable};
use cc_obd::signals::dbc::{Dbc, DbcMessage, DbcSignal, Quality};

use super::base;

#[test]
fn a_selector_chooses_its_signals() {
    let dbc = Dbc::parse(
        b"BO_ 1 Plain: 4 N
 SG_ Mux M : 0|8@1+ (2,1) [0|0] \"\" X
 SG_ A m0 : 8|8@1+ (1,0) [0|0] \"\" X
 SG_ B m3 : 8|8@1+ (1,0) [0|0] \"\" X
 SG_ Always : 16|8@1+ (1,0) [0|0] \"\" X
BO_ 2 Nested: 4 N
 SG_ Outer M : 0|4@1+ (1,0) [0|0] \"\" X
 SG_ Inner m1M : 4|4@1+ (1,0) [0|0] \"\" X
 SG_ Deep m2 : 8|8@1+ (1,0) [0|0] \"\" X
 SG_ Wide m5 : 8|8@1+ (1,0) [0|0] \"\" X
SG_MUL_VAL_ 2 Inner Outer 1-1;
SG_MUL_VAL_ 2 Deep Inner 2-2, 7-9;
SG_MUL_VAL_ 2 Wide Outer 5-15;
",
    )
    .unwrap();
    assert_eq!(dbc.faults(), []);
    let names = |id: u16, data: &[u8]| {
        dbc.decode(base(id), data).map(|value| value.signal.name().to_owned()).collect::<Vec<_>>().join(" ")
    };
    for (id, data, expected) in [
        (1, &[0, 1, 2, 3][..], "Mux A Always"),
        // By the raw value: the scaled one would be 7.
        (1, &[3, 1, 2, 3], "Mux B Always"),
        (1, &[9, 1, 2, 3], "Mux Always"),
        (1, &[3], "Mux"),
        (1, &[], ""),
        (2, &[0x21, 1], "Outer Inner Deep"),
        (2, &[0x81, 1], "Outer Inner Deep"),
        (2, &[0xA1, 1], "Outer Inner"),
        // The inner selector is not there, whatever its bits say.
        (2, &[0x22, 1], "Outer"),
        (2, &[0x25, 1], "Outer Wide"),
        (2, &[0x2F, 1], "Outer Wide"),
        (2, &[0x2F], "Outer"),
    ] {
        assert_eq!(names(id, data), expected, "{id} {data:02x?}");
    }
}

#[test]
fn signals_without_a_selector_are_left_out() {
    for (signals, behind, kept) in [
        ("A m1|B", "", "B"),
        // Two selectors, and nothing says whose it is.
        ("X M|Y M|A m1", "", "X Y"),
        ("X m1M|Y m2M|B", "SG_MUL_VAL_ 1 X Y 1-1;\nSG_MUL_VAL_ 1 Y X 2-2;", "B"),
        ("X m1M", "SG_MUL_VAL_ 1 X X 1-1;", ""),
        ("F M|A m1", "SIG_VALTYPE_ 1 F : 1;", "F"),
    ] {
        let mut file = "BO_ 1 M: 8 N\n".to_owned();
        for signal in signals.split('|') {
            let _ = writeln!(file, " SG_ {signal} : 0|32@1+ (1,0) [0|0] \"\" X");
        }
        file.push_str(behind);
        let dbc = Dbc::parse(file.as_bytes()).unwrap();
        let names: Vec<_> = dbc.messages()[0].signals().iter().map(DbcSignal::name).collect();
        assert_eq!(names.join(" "), kept, "{file}");
        assert!(
            dbc.faults()
                .iter()
                .all(|fault| fault.kind.to_string() == "no selector for this multiplexed signal"),
            "{file}: {:?}",
            dbc.faults()
        );
        assert!(!dbc.faults().is_empty());
        assert_eq!(dbc.decode(base(1), &[1; 8]).count(), names.len());
    }
}

#[test]
fn a_long_chain_of_selectors_ends() {
    let mut file = "BO_ 1 M: 8 N\n SG_ S0 M : 0|1@1+ (1,0) [0|0] \"\" X\n".to_owned();
    let mut behind = String::new();
    for place in 1..40 {
        let _ = writeln!(file, " SG_ S{place} m1M : 0|1@1+ (1,0) [0|0] \"\" X");
        let _ = writeln!(behind, "SG_MUL_VAL_ 1 S{place} S{} 1-1;", place - 1);
    }
    let dbc = Dbc::parse((file + &behind).as_bytes()).unwrap();
    assert_eq!(dbc.decode(base(1), &[1]).count(), 16);
    assert_eq!(dbc.fault_count(), 24);
}

#[test]
fn parameter_groups_are_known_from_every_source() {
    let file = format!(
        "BO_ {} EEC1: 8 N
 SG_ Speed : 24|16@1+ (0.125,0) [0|8031.875] \"rpm\" X
 SG_ Mode : 0|4@1+ (1,0) [0|15] \"\" X
 SG_ Cruise : 4|2@1+ (1,0) [0|3] \"\" X
BO_ {} Tsc1: 8 N
 SG_ Override : 0|2@1+ (1,0) [0|3] \"\" X
BO_ {} Proprietary: 8 N
 SG_ P : 0|8@1+ (1,0) [0|0] \"\" X
BO_ 5 Other: 8 N
BA_DEF_ BO_ \"VFrameFormat\" ENUM \"StandardCAN\",\"ExtendedCAN\",\"reserved\",\"J1939PG\";
BA_DEF_ \"ProtocolType\" STRING;
BA_DEF_DEF_ \"VFrameFormat\" \"J1939PG\";
BA_ \"VFrameFormat\" BO_ {} 1;
BA_ \"SPN\" SG_ {} Speed 190;
",
        0x98F0_04FE_u32, 0x8C00_00FE_u32, 0x98EF_1234_u32, 0x98EF_1234_u32, 0x98F0_04FE_u32,
    );
    let dbc = Dbc::parse(file.as_bytes()).unwrap();
    assert_eq!(dbc.faults(), []);
    let name = |id: u32| dbc.message(CanId::extended(id).unwrap()).map_or("", DbcMessage::name);
    for (id, expected) in [
        (0x18F0_04FE, "EEC1"),
        (0x0CF0_0400, "EEC1"),
        (0x18F0_0417, "EEC1"),
        (0x18F0_0517, ""),
        // Another destination.
        (0x0C00_1703, "Tsc1"),
        (0x18EF_1234, "Proprietary"),
        // Not a parameter group, by the file.
        (0x18EF_1235, ""),
        (0x18F1_0005, ""),
    ] {
        assert_eq!(name(id), expected, "{id:08X}");
    }
    assert_eq!(dbc.message(base(5)).unwrap().parameter_group(), None);
    let engine = CanId::extended(0x18F0_0400).unwrap();
    assert_eq!(dbc.message(engine).unwrap().parameter_group(), Some(0xF004));
    let qualities = |data: &[u8]| dbc.decode(engine, data).map(|value| value.quality).collect::<Vec<_>>();
    for (data, expected) in [
        ([0x01, 0, 0, 0x68, 0x13, 0, 0, 0], [InRange, InRange, InRange]),
        ([0xFF, 0, 0, 0xFF, 0xFF, 0, 0, 0], [NotAvailable; 3]),
        ([0xEE, 0, 0, 0x12, 0xFE, 0, 0, 0], [Failed, Failed, Failed]),
        ([0x3D, 0, 0, 0x00, 0xFF, 0, 0, 0], [NotAvailable, InRange, NotAvailable]),
    ] {
        assert_eq!(qualities(&data), expected, "{data:02x?}");
    }
    assert_eq!(dbc.message(engine).unwrap().signals()[0].spn(), Some(190));
}

#[test]
fn values_outside_their_range_say_so_and_words_may_mean_none() {
    let dbc = Dbc::parse(
        b"BO_ 1 M: 2 N
 SG_ Level : 0|8@1+ (0.5,-10) [-10|90] \"%\" X
 SG_ State : 8|8@1- (1,0) [0|2] \"\" X
VAL_TABLE_ States 0 \"off\" 1 \"on\" -1 \"Signal not available\" ;
VAL_ 1 State States ;
VAL_ 1 Level 254 \"Init\" 255 \"SNA\" 255 \"S N A\" ;
",
    )
    .unwrap();
    assert_eq!(dbc.faults(), []);
    let read = |level: u8, state: u8| {
        let data = [level, state];
        dbc.decode(base(1), &data)
            .map(|value| (value.scaled, value.quality, value.text().map(ToOwned::to_owned)))
            .collect::<Vec<_>>()
    };
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(read(200, 1), [(90.0, Quality::InRange, None), (1.0, Quality::InRange, text("on"))]);
    assert_eq!(read(201, 3), [(90.5, Quality::OutOfRange, None), (3.0, Quality::OutOfRange, None)]);
    assert_eq!(
        read(255, 255),
        [
            (117.5, Quality::NotAvailable, text("S N A")),
            (-1.0, Quality::NotAvailable, text("Signal not available"))
        ]
    );
    assert_eq!(read(254, 0)[0], (117.0, Quality::OutOfRange, text("Init")));
}

#[test]
fn a_float_has_the_word_of_the_whole_number_that_it_is() {
    let file =
        b"BO_ 1 M: 4 N\n SG_ F : 0|32@1- (1,0) [0|0] \"\" X\nSIG_VALTYPE_ 1 F : 1;\nVAL_ 1 F 1 \"one\" ;\n";
    let dbc = Dbc::parse(file).unwrap();
    for (float, word) in [(1.0_f32, Some("one")), (1.7, None), (f32::NAN, None), (f32::INFINITY, None)] {
        assert_eq!(dbc.decode(base(1), &float.to_le_bytes()).next().unwrap().text(), word, "{float}");
    }
}

/// Some tools write the ends of the floats, or beyond them, where there is no limit.
#[test]
fn a_range_may_be_endless() {
    for (range, expected) in [
        ("-inf|inf", None),
        ("-1.8E+309|1.8E+309", None),
        ("0|Infinity", Some((0.0, f64::INFINITY))),
        ("-inf|10", Some((f64::NEG_INFINITY, 10.0))),
    ] {
        let text = format!("BO_ 1 M: 8 A\n SG_ S : 0|8@1+ (1,0) [{range}] \"\" A\n");
        let dbc = Dbc::parse(text.as_bytes()).unwrap();
        assert_eq!(dbc.faults(), [], "{range}");
        let signal = &dbc.messages()[0].signals()[0];
        assert_eq!(signal.range(), expected, "{range}");
    }
    let dbc = Dbc::parse(b"BO_ 1 M: 8 A\n SG_ S : 0|8@1+ (inf,0) [0|0] \"\" A\n").unwrap();
    assert_eq!(dbc.faults().len(), 1, "a factor is a number");
}
