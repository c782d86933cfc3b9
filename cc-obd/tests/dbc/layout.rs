//! Where the bits of a signal are, and which number they make.

use std::fmt::Write as _;

use cc_obd::capture::BusLog;
use cc_obd::signals::dbc::{Dbc, Quality, RawValue};
use proptest::prelude::*;

use super::{base, one, values};

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
