//! Lines, frames and answers are read without allocating: counted by an allocator that counts.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;

use cc_obd::capture::BusLog;
use cc_obd::elm::{ElmEvent, Scanner};
use cc_obd::frame::{AscLog, CanId, CandumpLine, CsvLog, ElmLine, HeaderStyle};
use cc_obd::pid::{PidTable, PidValue};
use cc_obd::service::dtcs_by_status;
use cc_obd::signals::dbc::Dbc;
use cc_obd::uds::Answer;

const DBC: &str = "BO_ 291 Battery: 8 BMS
 SG_ Voltage : 0|12@1+ (0.1,0) [0|409] \"V\" X
 SG_ Current : 12|12@1- (0.5,0) [-1000|1000] \"A\" X
 SG_ Coldest : 39|6@0+ (2,-40) [-40|80] \"degC\" X
 SG_ State : 56|4@1+ (1,0) [0|15] \"\" X
VAL_ 291 State 0 \"off\" 1 \"on\" ;
";

/// How often a piece of work allocates once it has run before.
fn allocations(mut work: impl FnMut()) -> u64 {
    work();
    allocation_counter::measure(|| (0..10).for_each(|_| work())).count_total
}

#[test]
fn an_adapters_line_allocates_nothing() {
    let table = PidTable::standard();
    let mut scanner = Scanner::new();
    let text =
        b"7E8 04 41 0C 1A F8\r\n41 0C 1A F8\r\r>010C\rSEARCHING...410C1AF8\rNO DATA\r41 0C 1ABUFFER FULL\r";
    let counted = allocations(|| {
        let (mut sum, mut frames) = (0.0, 0);
        // In pieces, so that lines are joined as well.
        for chunk in text.chunks(7) {
            scanner.feed(chunk, |event| {
                if let ElmEvent::Data(line) = event {
                    if let Some(PidValue::Number(rpm)) = table.read_line(line).unwrap().map(|read| read.value)
                    {
                        sum += rpm;
                    }
                    frames +=
                        usize::from(matches!(ElmLine::parse(line, HeaderStyle::Auto), Ok(ElmLine::Can(_))));
                }
            });
        }
        assert_eq!((sum, frames), (3.0 * 1726.0, 1));
    });
    assert_eq!(counted, 0);
}

#[test]
fn a_line_of_a_log_allocates_nothing() {
    let (mut asc, mut csv) = (AscLog::default(), CsvLog::default());
    csv.read(b"Time Stamp,ID,Extended,Dir,Bus,LEN,D1,D2,D3,D4").unwrap();
    let counted = allocations(|| {
        for line in [&b"(1436509052.249713) can0 7E8#03410D32"[..], b"can0  7E8   [4]  03 41 0D 32"] {
            assert_eq!(CandumpLine::parse(line).unwrap().frame().unwrap().data().len(), 4);
        }
        let line = b"   0.012345 1  7E8             Rx   d 4 03 41 0D 32";
        assert_eq!(asc.read(line).unwrap().unwrap().frame.data().len(), 4);
        let line = b"166064000,000007E8,false,Rx,0,4,03,41,0D,32";
        assert_eq!(csv.read(line).unwrap().unwrap().frame.data().len(), 4);
        assert!(asc.read(b"   0.012345 1  7E8             Rx   d 4 03 41").is_err());
    });
    assert_eq!(counted, 0);
}

#[test]
fn a_frame_and_a_line_of_a_bus_allocate_nothing() {
    let dbc = Dbc::parse(DBC.as_bytes()).unwrap();
    let id = CanId::base(0x123).unwrap();
    let mut log = String::new();
    for i in 0_u64..100 {
        writeln!(log, "(1436509052.{i:06}) can0 123#{:016X}", i.wrapping_mul(0x9E37_79B9_7F4A_7C15)).unwrap();
    }
    let mut reader = BusLog::new(&dbc);
    let counted = allocations(|| {
        assert_eq!(dbc.decode(id, &[0xA0, 0x0F, 7, 0x80, 1, 2, 3, 4]).count(), 4);
        let mut values = 0;
        for piece in log.as_bytes().chunks(1000) {
            reader.push(piece, |line| values += line.frame.unwrap().values.count());
        }
        assert_eq!(values, 400);
    });
    assert_eq!(counted, 0);
}

#[test]
fn a_report_of_codes_allocates_nothing() {
    let mut answer = vec![0x59, 0x02, 0xFF];
    answer.extend((0_u8..8).flat_map(|k| [0x12, k, k, 0x2F]));
    let counted = allocations(|| {
        assert_eq!(dtcs_by_status(&answer).unwrap().iter().count(), 8);
        assert!(matches!(Answer::parse(&answer), Ok(Answer::ReadDtcInformation(_))));
    });
    assert_eq!(counted, 0);
}
