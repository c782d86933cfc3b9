//! Messages of trucks are read without allocating: counted by an allocator that counts.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use cc_obd::frame::{CanFrame, CanId};
use cc_obd::j1939::spn::{SpnTable, SpnValue};
use cc_obd::j1939::transport::{Receiver, Sender};
use cc_obd::j1939::{CodeList, Pgn};

#[test]
fn nothing_is_allocated_per_frame_or_message() {
    let table = SpnTable::standard();
    let (mut engine, mut display) = (Sender::new(0x00), Receiver::node(0x28));
    let mut listener = Receiver::listener();
    let id = CanId::extended(0x0CF0_0400).unwrap();
    let eec1 = CanFrame::new(id, &[0xF1, 0x9B, 0x7D, 0x68, 0x13, 0x00, 0xF4, 0x7D]).unwrap();
    let codes = [0x5A; 202];
    let mut drive = || {
        let (mut numbers, mut found, mut now) = (0, 0, Duration::ZERO);
        for _ in 0..20 {
            let message = listener.handle(now, &eec1).unwrap().unwrap();
            let readings = table.read(message.pgn, message.data);
            numbers += readings.filter(|reading| matches!(reading.value, SpnValue::Number(_))).count();
        }
        for destination in [0x28, 0xFF] {
            engine.start(6, Pgn::new(65_226).unwrap(), destination, &codes).unwrap();
            while engine.is_sending() {
                while let Some(frame) = engine.poll(now).unwrap() {
                    for receiver in [&mut display, &mut listener] {
                        if let Some(message) = receiver.handle(now, &frame).unwrap() {
                            found += CodeList::parse(message.data).unwrap().len();
                        }
                    }
                }
                while let Some(frame) = display.poll(now).unwrap() {
                    engine.handle(now, &frame).unwrap();
                }
                now += Duration::from_millis(10);
            }
        }
        (numbers, found)
    };
    assert_eq!(drive(), (80, 200));
    let counted = allocation_counter::measure(|| {
        for _ in 0..10 {
            assert_eq!(drive(), (80, 200));
        }
    });
    assert_eq!(counted.count_total, 0);
}
