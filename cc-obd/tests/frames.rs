//! Frames from text: tables of formats, and damage.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::fmt::Write as _;

use cc_obd::frame::{
    AscLog, CanFrame, CanId, CandumpLine, CsvLog, ElmLine, FrameError, HeaderStyle, LegacyCheck, LegacyFrame,
    SlcanLine,
};
use proptest::prelude::*;

fn can(line: &str) -> Result<(String, Vec<u8>), FrameError> {
    match ElmLine::parse(line.as_bytes(), HeaderStyle::Auto)? {
        ElmLine::Can(frame) => Ok((frame.id().to_string(), frame.data().to_vec())),
        other => panic!("{line}: {other:?}"),
    }
}

#[test]
fn a_can_line_is_read_in_every_style() {
    let rpm = vec![0x04, 0x41, 0x0C, 0x1A, 0xF8];
    for line in ["7E8 04 41 0C 1A F8", "7E804410C1AF8", "7e8 04410c1af8", "7E8 5 04 41 0C 1A F8"] {
        assert_eq!(can(line), Ok(("7E8".to_owned(), rpm.clone())), "{line}");
    }
    for line in ["18DAF11004410C1AF8", "18 DA F1 10 04 41 0C 1A F8", "18DAF110 04 41 0C 1A F8"] {
        assert_eq!(can(line), Ok(("18DAF110".to_owned(), rpm.clone())), "{line}");
    }
    assert_eq!(can("7E80341049F").unwrap().1, [0x03, 0x41, 0x04, 0x9F]);
    // `AT D1`: the data length behind the identifier, with spaces and without.
    for line in ["7E8 4 03 41 0D 32", "7E8403410D32", "7e8403410d32"] {
        assert_eq!(can(line), Ok(("7E8".to_owned(), vec![0x03, 0x41, 0x0D, 0x32])), "{line}");
    }
    for line in ["18 DA F1 10 4 03 41 0D 32", "18DAF110 4 03 41 0D 32", "18DAF110403410D32"] {
        assert_eq!(can(line), Ok(("18DAF110".to_owned(), vec![0x03, 0x41, 0x0D, 0x32])), "{line}");
    }
    // Whether headers are on, only the caller may know: `7F 01 12` is no frame of 7F0.
    let parse = |line: &str, style| ElmLine::parse(line.as_bytes(), style);
    assert!(matches!(parse("7F0112", HeaderStyle::Auto), Ok(ElmLine::Payload(_))));
    let Ok(ElmLine::Can(frame)) = parse("7F0112", HeaderStyle::Can) else { panic!() };
    assert_eq!((frame.id().raw(), frame.data()), (0x7F0, &[0x12][..]));
}

#[test]
fn the_header_of_j1939_is_an_identifier() {
    for (line, id, data) in [
        ("6 0FECA 00 44 FF B8 04 0A 03 FF FF", "18FECA00", 8),
        ("3 0F004 00 FF FF FF 68 13 FF FF FF", "0CF00400", 8),
        ("6 0FEE5 0B", "18FEE50B", 0),
        ("7 0EBFF 00 01 04 FF", "1CEBFF00", 3),
        ("6 3FFFF F9 8 44 FF B8 04 0A 03 FF FF", "1BFFFFF9", 8),
    ] {
        let (found, bytes) = can(line).unwrap();
        assert_eq!((found.as_str(), bytes.len()), (id, data), "{line}");
    }
    for line in ["8 0FECA 00 44", "6 4FECA 00 44", "6 0FECA 0 44 55", "6 0FECA 000 44"] {
        assert!(ElmLine::parse(line.as_bytes(), HeaderStyle::Can).is_err(), "{line}");
    }
}

#[test]
fn lines_without_an_id_are_payload_length_or_segment() {
    let parse = |line: &str| ElmLine::parse(line.as_bytes(), HeaderStyle::Auto).unwrap();
    for (line, bytes) in [
        ("41 0C 1A F8", &[0x41, 0x0C, 0x1A, 0xF8][..]),
        ("410C1AF8", &[0x41, 0x0C, 0x1A, 0xF8]),
        ("48 6B 10 43 01 33 02 44 00 00 80", &[0x48, 0x6B, 0x10, 0x43, 0x01, 0x33, 0x02, 0x44, 0, 0, 0x80]),
    ] {
        assert!(matches!(parse(line), ElmLine::Payload(payload) if payload.bytes() == bytes), "{line}");
    }
    assert_eq!(parse("00A"), ElmLine::Length(10));
    for line in ["0:430401180122", "0: 43 04 01 18 01 22"] {
        let ElmLine::Segment { number: 0, payload } = parse(line) else { panic!("{line}") };
        assert_eq!(payload.bytes(), [0x43, 0x04, 0x01, 0x18, 0x01, 0x22]);
    }
}

#[test]
fn damaged_lines_are_errors() {
    for (line, error) in [
        ("7EC2502D4460002C7EC260001113F000106", FrameError::TooLong { found: 16, most: 8 }),
        ("18DAF1602500000018DAF1602600000000000000", FrameError::TooLong { found: 16, most: 8 }),
        ("7E8 04 41 0C 1A F", FrameError::HalfByte),
        ("41 0C 1A F", FrameError::HalfByte),
        ("7E8 6 04 41 0C 1A F8", FrameError::LengthMismatch { stated: 6, found: 5 }),
        ("7E8 04 41 OC", FrameError::NotHex { offset: 10 }),
        ("FE8 04 41", FrameError::IdTooWide { bits: 11 }),
        ("0:4304G1", FrameError::NotHex { offset: 4 }),
    ] {
        assert_eq!(ElmLine::parse(line.as_bytes(), HeaderStyle::Auto), Err(error), "{line}");
    }
}

#[test]
fn every_candump_format_is_read() {
    for (line, micros, id, data) in [
        (
            "(1436509052.249713) can0 7E8#03410D32",
            Some(1_436_509_052_249_713),
            "7E8",
            &[3, 0x41, 0x0D, 0x32][..],
        ),
        (
            "(1436509052.249713) can0 7E8#03410D32 R",
            Some(1_436_509_052_249_713),
            "7E8",
            &[3, 0x41, 0x0D, 0x32],
        ),
        ("(000.000113) vcan0 18DAF110#03410D32", Some(113), "18DAF110", &[3, 0x41, 0x0D, 0x32]),
        ("can0 7E8#", None, "7E8", &[]),
        (
            "can0  7E8   [8]  03 41 0D 32 AA AA AA AA",
            None,
            "7E8",
            &[3, 0x41, 0x0D, 0x32, 0xAA, 0xAA, 0xAA, 0xAA],
        ),
        (" (1.5)  can0  7E8   [2]  03 41   '.A'", Some(1_500_000), "7E8", &[3, 0x41]),
        (
            "(2009-07-11 12:04:33.000500)  can0  RX - -  7E8   [2]  03 41",
            Some(1_247_313_873_000_500),
            "7E8",
            &[3, 0x41],
        ),
        ("can0 7E8##1000541", None, "7E8", &[0, 5, 0x41]),
        ("can0  7E8  [02]  03 41", None, "7E8", &[3, 0x41]),
        ("can0  18DAF110   [1]  03", None, "18DAF110", &[3]),
    ] {
        let parsed = CandumpLine::parse(line.as_bytes()).unwrap_or_else(|error| panic!("{line}: {error}"));
        let frame = parsed.frame().unwrap();
        assert_eq!(
            (parsed.micros(), frame.id().to_string().as_str(), frame.data()),
            (micros, id, data),
            "{line}"
        );
    }
    for line in ["can0 7E8#R", "can0 7E8#R8", "can0  7E8   [0]  remote request", "can0 20000004#0000"] {
        assert_eq!(CandumpLine::parse(line.as_bytes()).unwrap().frame(), None, "{line}");
    }
}

#[test]
fn damaged_candump_lines_are_errors() {
    for (line, error) in [
        ("can0 7E8#03410D3", FrameError::HalfByte),
        ("can0 7E8#034100000000000000", FrameError::TooLong { found: 9, most: 8 }),
        ("can0 FE8#0341", FrameError::IdTooWide { bits: 11 }),
        ("can0 7E80#0341", FrameError::NotAnId { offset: 5 }),
        ("can0  7E80   [2]  03 41", FrameError::NotAnId { offset: 6 }),
        ("7G8#03410D32", FrameError::NotAnId { offset: 1 }),
        ("(1436509052.249713) can0 7G8#03410D32", FrameError::NotAnId { offset: 26 }),
        (" can0  7E8X   [2]  03 41", FrameError::NotAnId { offset: 10 }),
        ("(1436509052.249713) can0 7E8#03.41.0D.32", FrameError::NotHex { offset: 31 }),
        ("can0 7E8##103.41", FrameError::NotHex { offset: 13 }),
        ("  can0 7E8#0341X1", FrameError::NotHex { offset: 15 }),
        ("can0  7E8   [4]  03 41 0D 3X", FrameError::NotHex { offset: 27 }),
        ("can0  7E8   [4]  03 4X 0D 32  'A'", FrameError::NotHex { offset: 21 }),
        ("can0  7E8   [4]  03 41", FrameError::LengthMismatch { stated: 4, found: 2 }),
        ("can0 7E8##", FrameError::UnknownShape),
        ("(1.0) can0 123#A00F 0780A00F", FrameError::NotHex { offset: 19 }),
        ("18FECA00#04FF B8040A03FFFF", FrameError::NotHex { offset: 13 }),
        ("can0 123#A00F R T", FrameError::NotHex { offset: 13 }),
        ("can0 123##1A00F 07", FrameError::NotHex { offset: 15 }),
        ("(yesterday) can0 7E8#0341", FrameError::UnknownShape),
        ("hello", FrameError::UnknownShape),
        ("", FrameError::UnknownShape),
    ] {
        assert_eq!(CandumpLine::parse(line.as_bytes()), Err(error), "{line}");
    }
}

#[test]
fn legacy_frames_are_checked() {
    let kwp = [0x83, 0xF1, 0x11, 0x41, 0x0D, 0x32, 0x05];
    let frame = LegacyFrame::new(&kwp).unwrap();
    assert_eq!((frame.source(), frame.target(), frame.data()), (0x11, 0xF1, &[0x41, 0x0D, 0x32][..]));
    let long = [0x80, 0xF1, 0x11, 0x03, 0x41, 0x0D, 0x32, 0x05];
    assert_eq!(LegacyFrame::new(&long).unwrap().data(), [0x41, 0x0D, 0x32]);
    let wrong = [0x84, 0xF1, 0x11, 0x41, 0x0D, 0x32, 0x06];
    assert_eq!(LegacyFrame::new(&wrong), Err(FrameError::LengthMismatch { stated: 4, found: 3 }));

    let mut j1850 = [0x48, 0x6B, 0x10, 0x43, 0x01, 0x33, 0x02, 0x44, 0x00, 0x00, 0x26];
    assert_eq!(LegacyFrame::new(&j1850).unwrap().check(), LegacyCheck::Crc);
    j1850[10] = 0x3F;
    assert_eq!(LegacyFrame::new(&j1850), Err(FrameError::Checksum { expected: 0x80, found: 0x3F }));
    // The sum of this PWM frame is its CRC, and a sum alone is none.
    let pwm = [0x41, 0x6B, 0x10, 0x41, 0x11, 0x29, 0x37];
    assert_eq!(LegacyFrame::new(&pwm).unwrap().check(), LegacyCheck::Crc);
    let summed = [0x41, 0x6B, 0x10, 0x41, 0x0C, 0x1A, 0xF8, 0x1B];
    assert_eq!(LegacyFrame::new(&summed), Err(FrameError::Checksum { expected: 0x3D, found: 0x1B }));
    assert_eq!(LegacyFrame::new(&[0x48, 0x6B, 0x10]), Err(FrameError::TooShort { found: 3, least: 5 }));
}

/// A frame of either kind, and a time.
fn heard() -> impl Strategy<Value = (CanFrame, u32)> {
    let id = prop_oneof![
        (0_u16..0x800).prop_map(|id| CanId::base(id).unwrap()),
        (0_u32..0x2000_0000).prop_map(|id| CanId::extended(id).unwrap()),
    ];
    let length = prop::sample::select(vec![0_usize, 1, 2, 5, 7, 8, 12, 16, 20, 24, 32, 48, 64]);
    (id, length, any::<[u8; 32]>(), any::<bool>(), any::<u32>()).prop_map(
        |(id, length, bytes, fd, micros)| {
            let data = [bytes, bytes].concat();
            let make = if fd || length > 8 { CanFrame::new_fd } else { CanFrame::new };
            (make(id, &data[..length]).unwrap(), micros)
        },
    )
}

/// Bytes as words in base 16 or 10.
fn bytes(data: &[u8], is_decimal: bool, gap: &str) -> String {
    let word = |byte: &u8| if is_decimal { byte.to_string() } else { format!("{byte:02X}") };
    data.iter().map(word).collect::<Vec<_>>().join(gap)
}

proptest! {
    #[test]
    fn a_frame_is_read_as_it_was_from_an_asc_log(heard in prop::collection::vec(heard(), 1..8), dec: bool, relative: bool) {
        let mut log = AscLog::default();
        let words = (if dec { "dec" } else { "hex" }, if relative { "relative" } else { "absolute" });
        prop_assert_eq!(log.read(format!("base {}  timestamps {}", words.0, words.1).as_bytes()), Ok(None));
        let mut sum = 0_i64;
        for (frame, micros) in heard {
            sum = if relative { sum + i64::from(micros) } else { i64::from(micros) };
            let time = format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000);
            let (id, mark) = (frame.id().raw(), if frame.id().is_extended() { "x" } else { "" });
            let id = if dec { format!("{id}{mark}") } else { format!("{id:X}{mark}") };
            let (length, data) = (frame.data().len(), bytes(frame.data(), dec, " "));
            let code = (0_usize..16).find(|&code| match code {
                0..=8 => code == length,
                _ => [12, 16, 20, 24, 32, 48, 64][code - 9] == length,
            });
            let line = if frame.is_fd() {
                format!("  {time} CANFD   1 Rx  {id}  Name  1 0 {:x} {length} {data} 102203 133 303000", code.unwrap())
            } else {
                format!("  {time} 1  {id}  Rx   d {length} {data}  Length = 0 BitCount = 0")
            };
            let read = log.read(line.as_bytes()).unwrap().unwrap();
            prop_assert_eq!((read.frame, read.micros), (frame, Some(sum)));
        }
    }

    #[test]
    fn a_frame_is_read_as_it_was_from_a_table(heard in prop::collection::vec(heard(), 1..8), own: bool, gap in "[;,\t]") {
        let mut log = CsvLog::default();
        let header = ["Time Stamp", "ID", "Extended", "FD", "Length", "Bus"].join(&gap);
        let names: Vec<_> = (1..=64).map(|number| format!("D{number}")).collect();
        let header = header + &gap + &if own { names.join(&gap) } else { "Data".to_owned() };
        prop_assert_eq!(log.read(header.as_bytes()), Ok(None));
        for (frame, micros) in heard {
            let time = format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000);
            let (id, wide, fd) = (frame.id().raw(), frame.id().is_extended(), u8::from(frame.is_fd()));
            let start = [time, format!("{id:08X}"), wide.to_string(), fd.to_string(), frame.data().len().to_string(), "0".to_owned()];
            let line = start.join(&gap) + &gap + &bytes(frame.data(), false, if own { &gap } else { "" });
            let read = log.read(line.as_bytes()).unwrap().unwrap();
            prop_assert_eq!((read.frame, read.micros), (frame, Some(i64::from(micros))));
        }
    }

    #[test]
    fn no_line_of_a_log_makes_a_panic(lines in prop::collection::vec(
        "[0-9.,]{0,6} (CANFD )?[0-9]{0,2} [0-9A-Fx]{0,9} (Rx|Tx)? ?[dr01] [0-9a-f]{0,2} ([0-9A-F]{2} ){0,9}", 0..5)
    ) {
        let (mut asc, mut csv) = (AscLog::default(), CsvLog::default());
        let _ = csv.read(b"time,id,dlc,data");
        for line in lines {
            let _ = (asc.read(line.as_bytes()), csv.read(line.replace(' ', ",").as_bytes()));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_line_panics(line in prop::collection::vec(any::<u8>(), 0..120)) {
        for style in [HeaderStyle::Auto, HeaderStyle::Can, HeaderStyle::Off] {
            let _ = ElmLine::parse(&line, style);
        }
        let _ = CandumpLine::parse(&line);
        let _ = LegacyFrame::new(&line);
    }

    #[test]
    fn no_almost_right_line_panics(line in "[0-9A-F]{0,9}[ :#R(]{0,3}[0-9A-F ]{0,60}") {
        for style in [HeaderStyle::Auto, HeaderStyle::Can, HeaderStyle::Off] {
            let _ = ElmLine::parse(line.as_bytes(), style);
        }
        let _ = CandumpLine::parse(format!("can0 {line}").as_bytes());
    }

    #[test]
    fn a_can_id_prints_and_reads_back(raw in 0_u32..0x2000_0000) {
        let wide = CanId::extended(raw).unwrap();
        prop_assert_eq!(wide.to_string().parse(), Ok(wide));
        let base = CanId::base((raw & 0x7FF) as u16).unwrap();
        prop_assert_eq!(base.to_string().parse(), Ok(base));
        prop_assert!(wide != base);
    }

    #[test]
    fn what_candump_prints_is_read_back(id in 0_u16..0x800, data in prop::collection::vec(any::<u8>(), 0..9)) {
        let mut line = format!("(12.000001) can0 {id:03X}#");
        for byte in &data {
            write!(line, "{byte:02X}").unwrap();
        }
        let parsed = CandumpLine::parse(line.as_bytes()).unwrap();
        prop_assert_eq!(parsed.frame().unwrap().data(), data);
    }
}

#[test]
fn every_slcan_line_is_read() {
    for (line, id, fd, data, stamp) in [
        ("t7E8403410D32", "7E8", false, &[3, 0x41, 0x0D, 0x32][..], None),
        ("t7E8403410D3203E8", "7E8", false, &[3, 0x41, 0x0D, 0x32], Some(1000)),
        ("T18DAF1103410D32", "18DAF110", false, &[0x41, 0x0D, 0x32], None),
        ("\u{7}\u{7}t1230", "123", false, &[], None),
        ("d7E8901020304050607080910AABB", "7E8", true, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 0x10, 0xAA, 0xBB], None),
        ("b7E8101FFFF", "7E8", true, &[1], Some(0xFFFF)),
        ("D18DAF110100", "18DAF110", true, &[0], None),
    ] {
        let read = SlcanLine::parse(line.as_bytes()).unwrap();
        let frame = read.frame().unwrap();
        let found = (frame.id().to_string(), frame.is_fd(), frame.data().to_vec(), read.milliseconds());
        assert_eq!(found, (id.to_owned(), fd, data.to_vec(), stamp), "{line}");
    }
    for line in [
        "",
        "z",
        "Z",
        "\u{7}",
        "r7E80",
        "R18DAF110812FF",
        "V1013",
        "NA123",
        "F00",
        "S6",
        "O",
        "C",
        "M00000000",
    ] {
        assert_eq!(SlcanLine::parse(line.as_bytes()).unwrap().frame(), None, "{line}");
    }
    for (line, error) in [
        ("t7E8403410D", FrameError::LengthMismatch { stated: 4, found: 3 }),
        ("t7E8403410D3", FrameError::LengthMismatch { stated: 4, found: 3 }),
        ("t7E8403410D3211", FrameError::LengthMismatch { stated: 4, found: 5 }),
        ("t7E8903410D3211", FrameError::TooLong { found: 9, most: 8 }),
        ("tFE8403410D32", FrameError::IdTooWide { bits: 11 }),
        ("T38DAF110100", FrameError::IdTooWide { bits: 29 }),
        ("t7X8403410D32", FrameError::NotHex { offset: 2 }),
        ("t7E8x", FrameError::NotHex { offset: 4 }),
        ("T18DAF1105 04410C1AF8", FrameError::NotHex { offset: 10 }),
        ("t7E8403410D323", FrameError::HalfByte),
        ("t7E8403410DX2", FrameError::NotHex { offset: 11 }),
        ("t7E8", FrameError::UnknownShape),
        ("S", FrameError::UnknownShape),
        ("41 0C 1A F8", FrameError::UnknownShape),
    ] {
        assert_eq!(SlcanLine::parse(line.as_bytes()), Err(error), "{line}");
    }
}
