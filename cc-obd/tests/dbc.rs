//! DBC files: layouts, selectors, words, parameter groups, damage and bounds.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;

use cc_core::MeasureUnit;
use cc_obd::capture::{BusLog, CaptureFormat, Decoder, Item};
use cc_obd::frame::CanId;
use cc_obd::signals::dbc::Quality::{Failed, InRange, NotAvailable};
use cc_obd::signals::dbc::{Dbc, DbcError, DbcMessage, DbcSignal, Quality, RawValue};
use proptest::prelude::*;

fn base(id: u16) -> CanId {
    CanId::base(id).unwrap()
}

/// A message 1 of so many bytes with one signal `S`.
fn one(length: usize, signal: &str) -> Dbc {
    let dbc = Dbc::parse(format!("BO_ 1 M: {length} N\n SG_ S : {signal} X\n").as_bytes()).unwrap();
    assert_eq!(dbc.faults(), [], "{signal}");
    dbc
}

/// Name and scaled value of everything in a frame.
fn values(dbc: &Dbc, id: CanId, data: &[u8]) -> Vec<(String, f64)> {
    dbc.decode(id, data).map(|value| (value.signal.name().to_owned(), value.scaled)).collect()
}

#[test]
fn bits_are_where_the_file_says() {
    let data = [0x12, 0x34, 0x56, 0x78, 0x9A, 0xBC, 0xDE, 0xF0];
    for (layout, raw, scaled) in [
        ("0|8@1+ (1,0) [0|0] \"\"", RawValue::Unsigned(0x12), 18.0),
        ("0|16@1+ (1,0) [0|0] \"\"", RawValue::Unsigned(0x3412), 13_330.0),
        ("4|12@1+ (1,0) [0|0] \"\"", RawValue::Unsigned(0x341), 833.0),
        ("7|16@0+ (1,0) [0|0] \"\"", RawValue::Unsigned(0x1234), 4660.0),
        ("3|12@0+ (1,0) [0|0] \"\"", RawValue::Unsigned(0x234), 564.0),
        ("11|12@0+ (1,0) [0|0] \"\"", RawValue::Unsigned(0x456), 1110.0),
        ("32|8@1- (1,0) [0|0] \"\"", RawValue::Signed(-102), -102.0),
        ("39|16@0- (0.5,10) [0|0] \"\"", RawValue::Signed(-25_924), -12_952.0),
        ("63|1@1+ (1,0) [0|0] \"\"", RawValue::Unsigned(1), 1.0),
        ("56|1@0+ (1,0) [0|0] \"\"", RawValue::Unsigned(0), 0.0),
        ("7|64@0+ (1,0) [0|0] \"\"", RawValue::Unsigned(0x1234_5678_9ABC_DEF0), 1_311_768_467_463_790_320.0),
        (
            "0|64@1- (1,0) [0|0] \"\"",
            RawValue::Signed(0xF0DE_BC9A_7856_3412_u64 as i64),
            -1_090_226_688_147_180_526.0,
        ),
        ("0|8@1+ (-1e-1,+2.50E+1) [0|0] \"\"", RawValue::Unsigned(0x12), 18.0 * -0.1 + 25.0),
        ("0|8@1+ ( .5 , 1. ) [ 0 | 0 ] \"\"", RawValue::Unsigned(0x12), 10.0),
    ] {
        let dbc = one(8, layout);
        let value = dbc.decode(base(1), &data).next().unwrap();
        assert_eq!((value.raw, value.scaled), (raw, scaled), "{layout}");
    }
}

#[test]
fn floats_are_read_by_their_width() {
    let file = b"BO_ 1 M: 16 N
 SG_ Single : 0|32@1- (1,0) [0|0] \"\" X
 SG_ Double : 39|64@0- (2,1) [0|0] \"\" X
 SG_ Half : 96|16@1- (1,0) [0|0] \"\" X
SIG_VALTYPE_ 1 Single : 1;
SIG_VALTYPE_ 1 Double : 2;
SIG_VALTYPE_ 1 Half :1;
";
    let dbc = Dbc::parse(file).unwrap();
    assert_eq!(dbc.faults(), []);
    let mut data = [0; 16];
    data[..4].copy_from_slice(&1.5_f32.to_le_bytes());
    data[4..12].copy_from_slice(&(-0.1_f64).to_be_bytes());
    data[12..14].copy_from_slice(&[0x00, 0xC0]);
    let read: Vec<_> = dbc.decode(base(1), &data).map(|value| (value.raw, value.scaled)).collect();
    assert_eq!(
        read,
        [(RawValue::Float(1.5), 1.5), (RawValue::Float(-0.1), 0.8), (RawValue::Float(-2.0), -2.0)]
    );
    data[..4].copy_from_slice(&f32::NAN.to_le_bytes());
    assert_eq!(dbc.decode(base(1), &data).next().unwrap().quality, Quality::NotAvailable);
}

#[test]
fn short_frames_give_the_signals_that_they_hold() {
    let dbc = Dbc::parse(
        b"BO_ 1 M: 64 N
 SG_ A : 0|12@1+ (1,0) [0|0] \"\" X
 SG_ B : 23|16@0+ (1,0) [0|0] \"\" X
 SG_ C : 60|12@1+ (1,0) [0|0] \"\" X
 SG_ D : 79|20@0+ (1,0) [0|0] \"\" X
 SG_ E : 504|8@1+ (1,0) [0|0] \"\" X
",
    )
    .unwrap();
    let data: Vec<u8> = (0..64).map(|byte| byte * 3 + 1).collect();
    for (length, names) in
        [(0, ""), (1, ""), (2, "A"), (3, "A"), (4, "AB"), (8, "AB"), (9, "ABC"), (12, "ABCD"), (64, "ABCDE")]
    {
        let found: String = dbc.decode(base(1), &data[..length]).map(|value| value.signal.name()).collect();
        assert_eq!(found, names, "{length} bytes");
    }
    let all = values(&dbc, base(1), &data);
    assert_eq!(all[2], ("C".to_owned(), f64::from(0x191)));
    assert_eq!(all[3], ("D".to_owned(), f64::from(0x1C_1F2)));
    assert_eq!(all[4], ("E".to_owned(), 190.0));
}

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
fn signals_that_overlap_have_their_own_bits() {
    let dbc = Dbc::parse(
        b"BO_ 1 M: 1 N
 SG_ Status : 0|8@1+ (1,0) [0|0] \"\" X
 SG_ Low : 0|4@1+ (1,0) [0|0] \"\" X
 SG_ High : 7|4@0+ (1,0) [0|0] \"\" X
",
    )
    .unwrap();
    let found: Vec<_> = dbc.decode(base(1), &[0xA5]).map(|value| value.scaled).collect();
    assert_eq!(found, [165.0, 5.0, 10.0]);
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

#[test]
fn whole_numbers_are_reckoned_exactly() {
    for (layout, data, expected) in [
        // 2^64 - 1 as a double is 2^64; times 3 it is rounded once.
        ("0|64@1+ (3,0) [0|0] \"\"", [0xFF; 8], (u128::from(u64::MAX) * 3) as f64),
        ("0|64@1+ (1,1) [0|0] \"\"", [0xFF; 8], 18_446_744_073_709_551_616.0),
        ("0|56@1+ (1,-72057594037927935) [0|0] \"\"", [0xFF; 8], -1.0),
        ("0|64@1- (1000,1) [0|0] \"\"", [0xFF; 8], -999.0),
        ("0|64@1- (0.5,1) [0|0] \"\"", [0xFF; 8], 0.5),
        // 48 bits times a million leave a double.
        ("0|48@1+ (1000003,7) [0|0] \"\"", [0xFF; 8], (281_474_976_710_655_u128 * 1_000_003 + 7) as f64),
        // `2.0` is the number that `2` is: cantools rounds the raw value first, and gives 7.303774608899249e20 here.
        (
            "0|58@1+ (8e+3,-2.076) [0|0] \"\"",
            91_297_182_611_240_604_u64.to_le_bytes(),
            7.303_774_608_899_248e20,
        ),
    ] {
        let dbc = one(8, layout);
        assert_eq!(dbc.decode(base(1), &data).next().unwrap().scaled, expected, "{layout}");
    }
}

#[test]
fn a_line_that_cannot_be_read_is_left_out_and_the_rest_stands() {
    let head = "BO_ 1 M: 8 N\n SG_ A : 0|8@1+ (1,0) [0|0] \"\" X\n";
    for (line, fault) in [
        ("BO_ x M: 8 N", "line 3: expected the id of a message"),
        ("BO_ 1 Again: 8 N", "line 3: this message was described before"),
        ("BO_ 2048 TooWide: 8 N", "line 3: identifier wider than 11 bits, or 29 with bit 31 set"),
        ("BO_ 3758096384 TooWide: 8 N", "line 3: identifier wider than 11 bits, or 29 with bit 31 set"),
        ("BO_ 2 Long: 1786 N", "line 3: message length out of range"),
        ("BO_ 2 M 8 N", "line 3: expected `:`"),
        (" SG_ A : 0|8@1+ (1,0) [0|0] \"\" X", "line 3: this signal was described before"),
        (" SG_ B : 0|65@1+ (1,0) [0|0] \"\" X", "line 3: bit length out of range"),
        (" SG_ B : 0|0@1+ (1,0) [0|0] \"\" X", "line 3: bit length out of range"),
        (" SG_ B : 14280|8@1+ (1,0) [0|0] \"\" X", "line 3: start bit out of range"),
        (" SG_ B : 0|8@2+ (1,0) [0|0] \"\" X", "line 3: expected a byte order, 0 or 1"),
        (" SG_ B : 0|8@1* (1,0) [0|0] \"\" X", "line 3: expected a sign, `+` or `-`"),
        (" SG_ B : 0|8@1+ (1e999,0) [0|0] \"\" X", "line 3: expected a factor"),
        (" SG_ B : 0|8@1+ (1,0) [0|0] \"V X", "line 3: text without closing quote"),
        (" SG_ B q1 : 0|8@1+ (1,0) [0|0] \"\" X", "line 3: expected `:`, `M` or `m` and a number"),
        (" SG_ B : 99999999999|8@1+ (1,0) [0|0] \"\" X", "line 3: expected a start bit"),
        (" SG_ B : 0|8@1+ (0,7) [0|0] \"\" X", "line 3: factor out of range"),
        (" SG_ B : 0|16@1+ (1,0) [0|0] \"\" X\nSIG_VALTYPE_ 1 B : 2;", "line 3: float length out of range"),
        (" SG_ B : 0|32@1+ (1,0) [0|0] \"\" X\nSIG_VALTYPE_ 1 B : 2;", "line 3: float length out of range"),
        (" SG_ B : 0|64@1+ (1,0) [0|0] \"\" X\nSIG_VALTYPE_ 1 B : 1;", "line 3: float length out of range"),
        ("VAL_ 2 A 0 \"x\" ;", "line 3: no such message"),
        ("VAL_ 1 B 0 \"x\" ;", "line 3: no such signal"),
        ("VAL_ 1 A 0 x ;", "line 3: expected a text"),
        ("VAL_ 1 A Nowhere ;", "line 3: expected the name of a table"),
        ("SIG_VALTYPE_ 1 A : 3;", "line 3: expected a type from 0 to 2"),
        ("CM_ SG_ 1 A comment;", "line 3: expected a text"),
        ("CM_ \"never closed", "line 3: text without closing quote"),
        ("BA_ \"SPN\" SG_ 1 A x;", "line 3: expected a value"),
        ("nonsense", "line 3: unknown statement"),
        ("?", "line 3: expected a statement"),
    ] {
        let file = format!("{head}{line}\n\nBO_ 7 Next: 1 N\n SG_ C : 0|8@1+ (1,0) [0|0] \"\" X\n");
        let dbc = Dbc::parse(file.as_bytes()).unwrap();
        let faults: Vec<_> = dbc.faults().iter().map(ToString::to_string).collect();
        assert_eq!(faults, [fault], "{line}");
        assert_eq!(values(&dbc, base(1), &[5]), [("A".to_owned(), 5.0)], "{line}");
        assert_eq!(values(&dbc, base(7), &[6]), [("C".to_owned(), 6.0)], "{line}");
    }
    // These are told, and read all the same.
    for (line, fault) in [
        ("VAL_ 1 A 5 \"five\"", "line 5: expected `;`"),
        (" SG_ B : 60|8@1+ (1,0) [0|0] \"\" X", "line 3: the signal ends at bit 68, its message has 64"),
    ] {
        let dbc = Dbc::parse(format!("{head}{line}\n\nBO_ 7 Next: 1 N\n").as_bytes()).unwrap();
        assert_eq!(dbc.faults()[0].to_string(), fault);
        let text = dbc.decode(base(1), &[5]).next().unwrap().text();
        assert_eq!(text, line.starts_with("VAL").then_some("five"));
        assert_eq!(dbc.decode(base(1), &[5; 9]).count(), dbc.messages()[0].signals().len());
    }
}

#[test]
fn what_files_hold_beside_signals_does_not_disturb() {
    let file = "\u{FEFF}VERSION \"1.0\"\r\n\r\nNS_ : \r\n\tNS_DESC_\r\n\tCM_\r\n\tBA_DEF_\r\n\tSG_MUL_VAL_\r\n\r\nBS_: 500:12,24\r\n\r\n\
        BU_: A B\r\nVAL_TABLE_ T 1 \"x\" ;\r\n\r\nBO_ 3221225472 VECTOR__INDEPENDENT_SIG_MSG: 0 Vector__XXX\r\n \
        SG_ Lost : 0|8@1+ (1,0) [0|0] \"\" Vector__XXX\r\n\r\nBO_ 1 Short: 8 A // a note\r\n SG_ S : 0|8@1+ (1,0) [0|0] \"°C\"  A, B\r\n\r\n\
        BO_TX_BU_ 1 : A,B;\r\nEV_ Env: 0 [0|1] \"\" 0 2 DUMMY_NODE_VECTOR0 Vector__XXX;\r\nENVVAR_DATA_ Env: 5;\r\n\
        CM_ \"whole file\";\r\nCM_ BU_ A \"a node\";\r\nCM_ EV_ Env \"x\";\r\nCM_ BO_ 1 \"two\r\nBO_ 9 lines: 8 A\r\nwith \\\"quotes\\\"\";\r\n\
        CM_ SG_ 1 S \"says it\";\r\nBA_DEF_ \"BusType\" STRING ;\r\nBA_DEF_ SG_ \"SPN\" INT 0 524287;\r\nBA_DEF_ BO_ \"Rate\" FLOAT 0 1e3;\r\n\
        BA_DEF_REL_ BU_SG_REL_ \"R\" INT 0 1;\r\nBA_DEF_DEF_ \"BusType\" \"CAN\";\r\nBA_DEF_DEF_REL_ \"R\" 0;\r\nBA_ \"BusType\" \"CAN FD\";\r\n\
        BA_ \"NodeThing\" BU_ A 5;\r\nBA_ \"SystemMessageLongSymbol\" BO_ 1 \"Much_longer_name\";\r\n\
        BA_ \"SystemSignalLongSymbol\" SG_ 1 S \"Signal_with_a_long_name\";\r\nBA_REL_ \"R\" BU_SG_REL_ A SG_ 1 S 1;\r\n\
        VAL_ Env 0 \"a\" ;\r\nVAL_ 1 S 1 \"one\" 0 \"zero\" ;\r\nSIG_GROUP_ 1 G 1 : S;\r\nVAL_ 3221225472 Lost 0 \"x\" ;\r\n";
    let latin: Vec<u8> = file.chars().filter(|c| *c != '\u{FEFF}').map(|c| c as u8).collect();
    for bytes in [file.as_bytes(), &latin] {
        let dbc = Dbc::parse(bytes).unwrap();
        assert_eq!(dbc.faults(), []);
        let [message] = dbc.messages() else { panic!("{dbc:?}") };
        assert_eq!((message.name(), message.length(), message.id()), ("Much_longer_name", 8, base(1)));
        assert_eq!(message.comment(), Some("two\r\nBO_ 9 lines: 8 A\r\nwith \"quotes\""));
        let [signal] = message.signals() else { panic!("{message:?}") };
        assert_eq!(signal.name(), "Signal_with_a_long_name");
        assert_eq!(signal.id().as_str(), "Much_longer_name.Signal_with_a_long_name");
        assert_eq!((signal.unit(), signal.unit_text()), (Some(MeasureUnit::Celsius), "°C"));
        assert_eq!((signal.comment(), signal.range(), signal.spn()), (Some("says it"), None, None));
        assert_eq!((signal.factor(), signal.offset()), (1.0, 0.0));
        assert_eq!(signal.texts().collect::<Vec<_>>(), [(0, "zero"), (1, "one")]);
    }
}

#[test]
fn names_too_long_for_a_signal_id_stand_for_themselves_by_number() {
    for (message, signal, id) in [
        ("M".repeat(40), "S".repeat(20), format!("{}.{}", "M".repeat(40), "S".repeat(20))),
        ("M".repeat(50), "S".repeat(50), format!("001.{}", "S".repeat(50))),
        ("M".repeat(50), "S".repeat(70), "001.0".to_owned()),
    ] {
        let file = format!("BO_ 1 {message}: 1 N\n SG_ {signal} : 0|8@1+ (1,0) [0|0] \"\" X\n");
        let dbc = Dbc::parse(file.as_bytes()).unwrap();
        assert_eq!(dbc.messages()[0].signals()[0].id().as_str(), id);
    }
}

#[test]
fn hostile_files_are_bounded() {
    let blank = vec![b' '; (64 << 20) + 1];
    let error = Dbc::parse(&blank).unwrap_err();
    assert_eq!(error.to_string(), "67108865 bytes, a DBC file has at most 67108864");
    let mut file = String::new();
    for id in 0..=65_536 {
        let _ = writeln!(file, "BO_ {} M: 8 N", 0x8000_0000_u32 + id);
    }
    assert_eq!(
        Dbc::parse(file.as_bytes()).unwrap_err(),
        DbcError::TooMany { line: 65_537, what: "messages", most: 65_536 }
    );
    let mut file = "BO_ 1 M: 8 N\n".to_owned();
    for signal in 0..5000 {
        let _ = writeln!(file, " SG_ S{signal} : 0|8@1+ (1,0) [0|0] \"\" X");
    }
    let dbc = Dbc::parse(file.as_bytes()).unwrap();
    assert_eq!((dbc.messages()[0].signals().len(), dbc.fault_count()), (4096, 904));
    let file = format!("BO_ 1 M: 8 N\n{}", "CM_ \"x\n".repeat(3001));
    let dbc = Dbc::parse(file.as_bytes()).unwrap();
    assert_eq!(dbc.faults().len(), 1000);
    assert!(dbc.fault_count() > 1000);
    assert!(Dbc::parse(b"").unwrap().messages().is_empty());
    assert!(matches!(Dbc::parse(b"PK\x03\x04"), Err(DbcError::NotDbc(_))));
}

/// The bits of a signal one by one, as the format describes them.
fn slow(data: &[u8], start: usize, bits: usize, big_endian: bool) -> Option<u64> {
    let mut raw = 0;
    let mut at = start;
    for bit in 0..bits {
        let value = u64::from(data.get(at / 8)? >> (at % 8) & 1);
        if big_endian {
            raw = raw << 1 | value;
            at = if at.is_multiple_of(8) { at + 15 } else { at - 1 };
        } else {
            raw |= value << bit;
            at += 1;
        }
    }
    Some(raw)
}

proptest! {
    #[test]
    fn a_signal_is_its_bits_one_by_one(
        start in 0_usize..512,
        bits in 1_usize..=64,
        big_endian: bool,
        signed: bool,
        data in prop::collection::vec(any::<u8>(), 0..=64),
    ) {
        let (order, sign) = (u8::from(!big_endian), if signed { '-' } else { '+' });
        let file = format!("BO_ 1 M: 64 N\n SG_ S : {start}|{bits}@{order}{sign} (1,0) [0|0] \"\" X\n");
        let dbc = Dbc::parse(file.as_bytes()).unwrap();
        let found = dbc.decode(base(1), &data).next().map(|value| value.raw);
        let expected = slow(&data, start, bits, big_endian).map(|raw| {
            let shift = 64 - bits;
            if signed { RawValue::Signed((raw << shift) as i64 >> shift) } else { RawValue::Unsigned(raw) }
        });
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn a_log_is_the_same_in_any_chunks_and_by_the_whole_decoder(
        lines in prop::collection::vec(
            r"\(1436509052\.[0-9]{6}\) can0 (123|124|18DAF110)#{1,2}[0-9A-F]{0,17}( R)?|# note||x|can0 123#0[0-9]|\(5\.5\) can1 123#R",
            0..12,
        ),
        ending in "\n|\r\n|\r",
        size in 1_usize..80,
    ) {
        let dbc = Dbc::parse(b"BO_ 291 M: 8 N\n SG_ A : 0|8@1+ (1,0) [0|0] \"\" X\n SG_ B : 12|4@1+ (1,0) [0|0] \"\" X\n").unwrap();
        let text = lines.iter().fold(String::new(), |text, line| text + line + &ending);
        let read = |size: usize| {
            let mut seen = Vec::new();
            let mut log = BusLog::new(&dbc);
            let mut each = |line: cc_obd::capture::BusLine<'_>| match line.frame {
                Ok(frame) => for value in frame.values {
                    seen.push((line.number, frame.micros, format!("{} {}", value.signal.id(), value.scaled)));
                },
                Err(error) => seen.push((line.number, None, error.to_string())),
            };
            for chunk in text.as_bytes().chunks(size) {
                log.push(chunk, &mut each);
            }
            log.finish(&mut each);
            seen
        };
        let whole = read(text.len().max(1));
        prop_assert_eq!(&whole, &read(size));
        let mut decoder = Decoder::new(CaptureFormat::Candump).with_dbc(dbc.clone());
        decoder.push(text.as_bytes());
        let by_decoder: Vec<_> = std::iter::from_fn(|| decoder.next_item())
            .filter_map(|decoded| match decoded.item {
                Item::Reading(reading) => {
                    let micros = decoded.at.map(|at| at.timestamp_micros());
                    Some((decoded.line, micros, format!("{} {}", reading.signal, reading.value.as_f64()?)))
                }
                _ => None,
            })
            .collect();
        let readings: Vec<_> = whole.into_iter().filter(|(_, _, text)| text.starts_with("M.")).collect();
        prop_assert_eq!(readings, by_decoder);
    }

    #[test]
    fn no_text_breaks_the_parser(text in "((BO_|SG_|CM_|BA_|VAL_|SG_MUL_VAL_|BA_DEF_|NS_) ?[ \"A-C0-9:|@+(),;\\[\\]\n-]{0,30}\n?){0,8}") {
        let _ = Dbc::parse(text.as_bytes());
    }
}

#[test]
fn nothing_is_allocated_for_a_frame() {
    let dbc = Dbc::parse(
        b"BO_ 291 M: 8 N\n SG_ Mux M : 0|4@1+ (1,0) [0|0] \"\" X\n SG_ A m1 : 8|8@1+ (1,0) [0|9] \"\" X\n SG_ F : 32|32@1- (1,0) [0|0] \"\" X\n SIG_VALTYPE_ 291 F : 1;\nVAL_ 291 A 2 \"SNA\" ;\n",
    )
    .unwrap();
    let mut log = String::new();
    for line in 0..1000 {
        let _ = writeln!(log, "(1436509052.{line:06}) can0 123#01{:02X}000000004041", line % 7);
        let _ = writeln!(log, "(1.{line}) can0 123##1{}", "07".repeat(line % 65));
    }
    let mut reader = BusLog::new(&dbc);
    let mut counted = 0;
    let mut run = || {
        for piece in log.as_bytes().chunks(4096) {
            reader.push(piece, |line| {
                for value in line.frame.unwrap().values {
                    counted += 1 + usize::from(value.text() == Some("never"));
                }
            });
        }
    };
    // The rest of a piece is kept until its line is whole: that buffer grows once.
    run();
    let allocated = allocation_counter::measure(run);
    assert!(counted > 5000, "{counted}");
    assert_eq!(allocated.count_total, 0);
}

#[test]
fn logs_of_any_form_give_the_same_values_in_any_chunks() {
    let dbc = one(2, "0|16@1+ (0.1,0) [0|0] \"\"");
    let frames: Vec<(u32, [u8; 2])> = (0..40).map(|i| (i * 250, [i as u8, (i * 7) as u8])).collect();
    let mut forms = [String::new(), "base hex  timestamps absolute\n".into(), "timestamp;id;data\n".into()];
    for (ms, [a, b]) in &frames {
        let (seconds, rest) = (ms / 1_000, ms % 1_000);
        let _ = writeln!(forms[0], "({seconds}.{rest:03}000) can1 001#{a:02X}{b:02X}");
        let _ = writeln!(forms[1], "   {seconds}.{rest:03}000 1  1  Rx   d 2 {a:02X} {b:02X}");
        let _ = writeln!(forms[2], "{seconds}.{rest:03};1;{a:02X}{b:02X}");
    }
    let wanted: Vec<_> = frames
        .iter()
        .map(|(ms, data)| (Some(i64::from(*ms) * 1_000), f64::from(u16::from_le_bytes(*data)) * 0.1))
        .collect();
    let readers = [BusLog::new(&dbc), BusLog::of_asc(&dbc), BusLog::of_csv(&dbc)];
    for (reader, text) in readers.iter().zip(&forms) {
        for size in [1, 2, 7, 64, text.len()] {
            let (mut log, mut seen) = (reader.clone(), Vec::new());
            let mut each = |line: cc_obd::capture::BusLine<'_>| {
                let frame = line.frame.unwrap();
                let micros = frame.micros;
                seen.extend(frame.values.map(|value| (micros, value.scaled)));
            };
            for chunk in text.as_bytes().chunks(size) {
                log.push(chunk, &mut each);
            }
            log.finish(&mut each);
            assert_eq!(seen, wanted, "{size} bytes of\n{text}");
        }
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
