//! Messages of trucks: long ones on a bus with losses, and diagnostic messages of every kind.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use cc_obd::frame::{CanFrame, CanId};
use cc_obd::j1939::transport::{AbortReason, Control, LONGEST, Receiver, Sender, TransportFault};
use cc_obd::j1939::{CodeList, CodeRecord, FreezeFrames, Lamps, Pgn, Readiness};
use proptest::prelude::*;

const DM1: u32 = 65_226;

fn pgn(number: u32) -> Pgn {
    Pgn::new(number).unwrap()
}

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// The frames of one message, broadcast.
fn broadcast(source: u8, data: &[u8]) -> Vec<CanFrame> {
    let mut sender = Sender::new(source);
    sender.start(6, pgn(DM1), 0xFF, data).unwrap();
    let (mut now, mut frames) = (Duration::ZERO, Vec::new());
    while sender.is_sending() {
        frames.extend(sender.poll(now).unwrap());
        now += ms(50);
    }
    frames
}

/// Carries a message from one node to another; `lost` says which data frames never arrive. What arrived, the frames on
/// the bus, and how the sender ended.
fn carry(
    data: &[u8],
    mut lost: impl FnMut(usize) -> bool,
) -> (Option<Vec<u8>>, usize, Option<TransportFault>) {
    let (mut sender, mut receiver, mut listener) =
        (Sender::new(0x00), Receiver::node(0x28), Receiver::listener());
    sender.start(6, pgn(DM1), 0x28, data).unwrap();
    let (mut now, mut arrived, mut overheard, mut count) = (Duration::ZERO, None, None, 0);
    while sender.is_sending() && now < Duration::from_secs(30) {
        loop {
            let frame = match sender.poll(now) {
                Ok(Some(frame)) => frame,
                Ok(None) => break,
                Err(error) => return (arrived, count, Some(error.fault)),
            };
            count += 1;
            let _ = listener
                .handle(now, &frame)
                .map(|m| overheard = overheard.take().or(m.map(|m| m.data.to_vec())));
            if !(frame.id().raw() >> 16 == 0x1CEB && lost(count)) {
                let _ = receiver
                    .handle(now, &frame)
                    .map(|m| arrived = arrived.take().or(m.map(|m| m.data.to_vec())));
            }
        }
        while let Ok(Some(frame)) = receiver.poll(now) {
            let _ = listener.handle(now, &frame);
            if let Err(error) = sender.handle(now, &frame) {
                return (arrived, count, Some(error.fault));
            }
        }
        now += ms(10);
    }
    assert_eq!(arrived, overheard, "a listener hears the same");
    (arrived, count, None)
}

#[test]
fn one_node_sends_another_any_length() {
    for length in [9, 13, 14, 15, 100, 1784, LONGEST] {
        let data: Vec<u8> = (0..length).map(|i| i as u8).collect();
        assert_eq!(carry(&data, |_| false), (Some(data.clone()), 1 + length.div_ceil(7), None), "{length}");
    }
}

#[test]
fn lost_packets_are_asked_for_again_twice_and_no_more() {
    let data: Vec<u8> = (0..70).collect();
    for lost in [2, 5, 10, 11] {
        let (arrived, frames, fault) = carry(&data, |count| count == lost);
        assert_eq!((arrived.as_ref(), fault), (Some(&data), None), "frame {lost}");
        assert!(frames > 11);
    }
    let (arrived, _, fault) = carry(&data, |_| true);
    assert_eq!(arrived, None);
    assert!(
        matches!(fault, Some(TransportFault::Aborted(AbortReason::TIMEOUT) | TransportFault::Timeout)),
        "{fault:?}"
    );
}

#[test]
fn broadcasts_of_many_nodes_are_kept_apart() {
    let messages: Vec<(u8, Vec<u8>)> =
        (0..40).map(|source| (source, (0..30 + source).map(|i| i ^ source).collect())).collect();
    let frames: Vec<_> = messages.iter().map(|(source, data)| broadcast(*source, data)).collect();
    let mut receiver = Receiver::listener();
    let mut arrived = Vec::new();
    for turn in 0..20 {
        for frames in &frames {
            let Some(frame) = frames.get(turn) else { continue };
            if let Some(message) = receiver.handle(ms(50 * turn as u64), frame).unwrap() {
                assert_eq!((message.pgn, message.destination), (pgn(DM1), 0xFF));
                arrived.push((message.source, message.data.to_vec()));
            }
        }
    }
    arrived.sort_unstable();
    assert_eq!(arrived, messages);
    assert_eq!(receiver.transfers(), 0);
}

#[test]
fn a_broadcast_with_a_gap_or_a_pause_is_no_message() {
    let frames = broadcast(7, &[1; 30]);
    let run = |order: &[(usize, u64)]| {
        let mut receiver = Receiver::listener();
        let mut last = Ok(false);
        for (at, millis) in order {
            last = receiver.handle(ms(*millis), &frames[*at]).map(|m| m.is_some()).map_err(|e| e.fault);
            if last.is_err() {
                break;
            }
        }
        last
    };
    assert_eq!(run(&[(0, 0), (1, 50), (2, 100), (3, 150), (4, 200), (5, 250)]), Ok(true));
    assert_eq!(
        run(&[(0, 0), (1, 50), (1, 60), (2, 100), (3, 150), (4, 200), (5, 250)]),
        Ok(true),
        "one heard twice"
    );
    assert_eq!(run(&[(0, 0), (1, 50), (3, 100)]), Err(TransportFault::Sequence { expected: 2, found: 3 }));
    assert_eq!(run(&[(0, 0), (1, 50), (2, 801)]), Err(TransportFault::Silent { have: 1, packets: 5 }));
    assert_eq!(run(&[(0, 0), (1, 50), (0, 100)]), Err(TransportFault::Interrupted { have: 1, packets: 5 }));
    assert_eq!(run(&[(1, 0), (2, 50)]), Ok(false), "the beginning was not heard");
}

#[test]
fn a_silent_sender_is_noticed_and_told() {
    let rts = Control::RequestToSend { size: 20, packets: 3, at_once: 2 }.frame(pgn(DM1), 0x28, 0x00);
    let mut receiver = Receiver::node(0x28);
    receiver.handle(ms(0), &rts).unwrap();
    let said = receiver.poll(ms(0)).unwrap().unwrap();
    assert_eq!(said.id().to_string(), "1CEC0028");
    assert_eq!(said.data(), [17, 2, 1, 0xFF, 0xFF, 0xCA, 0xFE, 0x00]);
    assert_eq!(receiver.next_deadline(), Some(ms(1250)));
    assert_eq!(receiver.poll(ms(1250)), Ok(None));
    assert_eq!(receiver.poll(ms(1251)).unwrap_err().fault, TransportFault::Silent { have: 0, packets: 3 });
    assert_eq!(receiver.poll(ms(1251)).unwrap().unwrap().data()[..2], [255, 3]);
    assert_eq!((receiver.transfers(), receiver.next_deadline()), (0, None));
}

#[test]
fn a_sender_waits_while_it_is_held_and_gives_up_when_asked_amiss() {
    let mut sender = Sender::new(0x00);
    let said = |control: Control| control.frame(pgn(DM1), 0x00, 0x28);
    sender.start(6, pgn(DM1), 0x28, &[0; 20]).unwrap();
    assert_eq!(sender.start(6, pgn(DM1), 0x28, &[0; 20]).unwrap_err().fault, TransportFault::Busy);
    assert!(sender.poll(ms(0)).unwrap().is_some());
    for at in [1000, 2000, 3000] {
        sender.handle(ms(at), &said(Control::ClearToSend { packets: 0, next: 1 })).unwrap();
        assert_eq!(sender.poll(ms(at + 1050)), Ok(None));
    }
    sender.handle(ms(3500), &said(Control::ClearToSend { packets: 2, next: 1 })).unwrap();
    assert_eq!(sender.poll(ms(3500)).unwrap().unwrap().data()[0], 1);
    sender.handle(ms(3501), &said(Control::ClearToSend { packets: 2, next: 1 })).unwrap();
    assert_eq!(sender.poll(ms(3501)).unwrap().unwrap().data()[..2], [255, 4]);
    let error = sender.poll(ms(3501)).unwrap_err();
    assert_eq!(error.to_string(), "message 65226 of 00: aborted: asked while packets came (4)");
    assert!(!sender.is_sending());

    sender.start(6, pgn(DM1), 0x28, &[0; 20]).unwrap();
    sender.poll(ms(4000)).unwrap();
    let abort = said(Control::Abort { reason: AbortReason(77) });
    assert_eq!(
        sender.handle(ms(4001), &abort).unwrap_err().to_string(),
        "message 65226 of 00: aborted: reason 77"
    );
    assert_eq!(
        sender.start(6, pgn(DM1), 0x28, &[0; 1786]).unwrap_err().to_string(),
        "message 65226 of 00: 1786 bytes, a message has at most 1785"
    );
}

#[test]
fn the_number_of_transfers_is_bounded() {
    let mut receiver = Receiver::listener().with_limit(3);
    for source in 0..200 {
        let rts = Control::RequestToSend { size: 20, packets: 3, at_once: 255 }.frame(pgn(DM1), 0x28, source);
        receiver.handle(ms(source.into()), &rts).unwrap();
        assert!(receiver.transfers() <= 3);
    }
    let mut unfinished = Vec::new();
    receiver.finish(|error| unfinished.push(error.source_address));
    unfinished.sort_unstable();
    assert_eq!(unfinished, [197, 198, 199], "the newest are kept");
}

#[test]
fn diagnostic_messages_read_as_the_standard_writes_them() {
    // No codes: zeros, or ones by old ECUs; with and without filling.
    for data in [
        &[0, 0xFF, 0, 0, 0, 0, 0xFF, 0xFF][..],
        &[0, 0xFF, 0, 0, 0, 0, 0, 0],
        &[0, 0, 0, 0, 0, 0],
        &[0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
    ] {
        assert!(CodeList::parse(data).unwrap().is_empty(), "{data:02X?}");
    }
    let list = [0x40, 0xFF, 0xFF, 0xFF, 0xE3, 0x1F];
    let code = CodeList::parse(&list).unwrap().iter().next().unwrap();
    let dtc = code.dtc(None).unwrap();
    assert_eq!((dtc.spn(), dtc.fmi(), code.occurrences()), (524_287, 3, Some(31)));
    for cut in 0..6 {
        assert!(CodeList::parse(&list[..cut]).is_err());
    }

    // No freeze frame: a length of zero, or ones.
    for data in [&[0; 8][..], &[0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF], &[0xFF; 8], &[0]] {
        assert_eq!(FreezeFrames::parse(data).unwrap().iter().count(), 0);
    }
    assert!(FreezeFrames::parse(&[]).is_err() && FreezeFrames::parse(&[3, 1, 2, 3]).is_err());

    let none = Readiness::parse(&[0, 0, 5, 0, 0, 0, 0, 0]).unwrap();
    assert_eq!((none.monitors().count(), none.cold_start_aid()), (0, None));
    let aid = Readiness::parse(&[0, 0, 5, 0, 0, 1, 0, 1]).unwrap();
    assert_eq!(aid.cold_start_aid(), Some(false));
}

proptest! {
    #[test]
    fn what_is_written_is_read(lamps: [u8; 2], codes in proptest::collection::vec(any::<[u8; 4]>(), 0..30)) {
        let codes: Vec<_> = codes.into_iter().map(CodeRecord).filter(|code| !code.is_none()).collect();
        let mut data = [0; 256];
        let length = CodeList::write(Lamps(lamps), &codes, &mut data).unwrap();
        let list = CodeList::parse(&data[..length]).unwrap();
        prop_assert_eq!(list.lamps(), Lamps(lamps));
        prop_assert_eq!(list.iter().collect::<Vec<_>>(), codes);
    }

    #[test]
    fn any_frames_in_any_order_stay_within_the_law(
        frames in proptest::collection::vec((0_u8..4, 0_u8..3, any::<[u8; 8]>(), 0_u64..400), 0..200),
    ) {
        let mut receiver = Receiver::node(1).with_limit(4);
        let mut now = 0;
        for (kind, source, mut data, step) in frames {
            now += step;
            let id = match kind {
                0 => { data[0] = [16, 17, 19, 32, 255][usize::from(data[0] % 5)]; 0x1CEC_0100 }
                1 => { data[0] %= 12; 0x1CEB_0100 }
                2 => { data[0] = 32; data[2] = 0; data[1] = data[1].clamp(9, 70); data[3] = data[1].div_ceil(7); data[7] = 0; 0x1CEC_FF00 }
                _ => { data[0] %= 12; 0x1CEB_FF00 }
            };
            let frame = CanFrame::new(CanId::extended(id | u32::from(source)).unwrap(), &data).unwrap();
            if let Ok(Some(message)) = receiver.handle(ms(now), &frame) {
                prop_assert!((9..=LONGEST).contains(&message.data.len()));
            }
            let _ = receiver.poll(ms(now));
            prop_assert!(receiver.transfers() <= 4);
        }
    }
}
