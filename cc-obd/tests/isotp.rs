//! ISO-TP: every frame type, damage, and the law that what is cut into frames comes back whole.

use cc_obd::frame::{CanFrame, CanId};
use cc_obd::isotp::{Addressing, IsoTpError, Network, Pci, Reassembler};
use proptest::prelude::*;

/// Cuts a message into frames of `size` bytes, as ISO 15765-2 says.
fn cut(message: &[u8], size: usize) -> Vec<Vec<u8>> {
    let fd = size > 8;
    if message.len() < size.min(8) || (fd && message.len() < size - 1) {
        let mut frame =
            if message.len() < 8 { vec![message.len() as u8] } else { vec![0, message.len() as u8] };
        frame.extend(message);
        return vec![frame];
    }
    let mut first = if message.len() < 0x1000 {
        vec![0x10 | (message.len() >> 8) as u8, message.len() as u8]
    } else {
        [&[0x10, 0x00][..], &(message.len() as u32).to_be_bytes()].concat()
    };
    let (head, mut rest) = message.split_at(size - first.len());
    first.extend(head);
    let mut frames = vec![first];
    for number in 1_u8.. {
        let (part, next) = rest.split_at(rest.len().min(size - 1));
        let mut frame = vec![0x20 | (number & 0x0F)];
        frame.extend(part);
        frame.resize(size, 0xAA);
        frames.push(frame);
        rest = next;
        if rest.is_empty() {
            return frames;
        }
        if number == 255 {
            // The number is only looked at modulo 16.
            break;
        }
    }
    unreachable!("test messages fit 255 frames")
}

#[test]
fn a_single_frame_is_cut_by_its_length() {
    let frame = [0x04, 0x47, 0x01, 0x04, 0x20, 0xAA, 0xAA, 0xAA];
    assert_eq!(Reassembler::default().push(&frame), Ok(Some(&[0x47, 0x01, 0x04, 0x20][..])));
    // CAN FD: the escape is read only in frames longer than 8 bytes.
    let mut fd = vec![0x00, 0x0A];
    fd.extend(0..10);
    fd.resize(16, 0xCC);
    assert_eq!(Reassembler::default().push(&fd).unwrap().unwrap().len(), 10);
    assert_eq!(
        Reassembler::default().push(&[0x00, 0x06, 1, 2, 3, 4, 5, 6]),
        Err(IsoTpError::SingleFrame { stated: 0, found: 7 })
    );
}

#[test]
fn damage_is_typed_and_leaves_the_reassembler_ready() {
    let first = [0x10, 0x0A, 1, 2, 3, 4, 5, 6];
    let last = [0x21, 7, 8, 9, 10, 0, 0, 0];
    let mut engine = Reassembler::default();
    for (frames, error) in [
        (&[&last[..]][..], IsoTpError::Stray),
        (&[&first, &[0x22, 7, 8, 9, 10, 0, 0, 0]], IsoTpError::Sequence { expected: 1, found: 2 }),
        (&[&first, &[0x21, 7, 8]], IsoTpError::Unfinished { have: 8, length: 10 }),
        (&[&first, &first], IsoTpError::Interrupted { have: 6, length: 10 }),
        (&[&[0x10, 0x05, 1, 2, 3, 4, 5, 6]], IsoTpError::FirstFrame),
        (&[&[0x10, 0x0A, 1, 2]], IsoTpError::FirstFrame),
        (&[&[0x10, 0x00, 0x00, 0x00, 0x0F, 0xFF, 1, 2]], IsoTpError::FirstFrame),
        (
            &[&[0x10, 0x00, 0x00, 0x02, 0x00, 0x00, 1, 2]],
            IsoTpError::OverLimit { length: 0x2_0000, limit: 0x1_0000 },
        ),
        (&[&[0x05, 0x41]], IsoTpError::SingleFrame { stated: 5, found: 1 }),
        (&[&[0x00, 0x41]], IsoTpError::SingleFrame { stated: 0, found: 1 }),
        (&[&[0x45, 0x41]], IsoTpError::ReservedType(4)),
        (&[&[]], IsoTpError::Empty),
    ] {
        let _ = engine.finish();
        let (tail, head) = frames.split_last().unwrap();
        for frame in head {
            assert_eq!(engine.push(frame), Ok(None), "{error}");
        }
        assert_eq!(engine.push(tail), Err(error));
        let _ = engine.finish();
        assert_eq!(engine.push(&first), Ok(None), "{error}");
        assert_eq!(engine.push(&last).unwrap().unwrap(), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], "{error}");
    }
    assert_eq!(engine.push(&first), Ok(None));
    assert_eq!(engine.finish(), Err(IsoTpError::Unfinished { have: 6, length: 10 }));
    assert_eq!(engine.finish(), Ok(()));
}

#[test]
fn a_message_that_begins_in_the_middle_of_another_ends_it() {
    let first = [0x10, 0x0A, 0x43, 0x04, 0x01, 0x18, 0x01, 0x22];
    let rest = [0x21, 0x02, 0x23, 0x26, 0x10, 0, 0, 0];
    let interrupted = IsoTpError::Interrupted { have: 6, length: 10 };
    // A single frame is given out, and what follows does not complete what it broke off.
    let mut engine = Reassembler::default();
    assert_eq!(engine.push(&first), Ok(None));
    assert_eq!(engine.interruption(), None);
    assert_eq!(engine.push(&[0x02, 0x43, 0x00]), Ok(Some(&[0x43, 0x00][..])));
    assert_eq!(engine.interruption(), Some(interrupted));
    assert!(!engine.is_receiving());
    assert_eq!(engine.push(&rest), Err(IsoTpError::Stray));
    assert_eq!(engine.interruption(), None);
    // A first frame begins its own message.
    assert_eq!(engine.push(&first), Ok(None));
    assert_eq!(engine.push(&[0x10, 0x08, 1, 2, 3, 4, 5, 6]), Err(interrupted));
    assert_eq!(engine.push(&[0x21, 7, 8]).unwrap().unwrap(), [1, 2, 3, 4, 5, 6, 7, 8]);
    // The same where senders are told apart: the other one's message goes on.
    let mut network = Network::default();
    let mut push = |id, data: &[u8]| {
        let frame = CanFrame::new(CanId::base(id).unwrap(), data).unwrap();
        let message = network.push(&frame, Addressing::Normal)?;
        Ok(message.map(|message| (message.data.len(), message.interrupted)))
    };
    assert_eq!(push(0x7E8, &first), Ok(None));
    assert_eq!(push(0x7E9, &first), Ok(None));
    assert_eq!(push(0x7E8, &[0x02, 0x43, 0x00]), Ok(Some((2, Some(interrupted)))));
    assert_eq!(push(0x7E9, &rest), Ok(Some((10, None))));
    assert_eq!(push(0x7E8, &rest), Err(IsoTpError::Stray));
}

#[test]
fn frames_that_begin_nothing_leave_a_message_alone() {
    let mut engine = Reassembler::default();
    assert_eq!(engine.push(&[0x10, 0x0A, 1, 2, 3, 4, 5, 6]), Ok(None));
    assert_eq!(engine.push(&[0x30, 0x00, 0x00]), Ok(None));
    assert_eq!(engine.push(&[0x51]), Err(IsoTpError::ReservedType(5)));
    assert_eq!(engine.push(&[0x03, 0x41]), Err(IsoTpError::SingleFrame { stated: 3, found: 1 }));
    assert_eq!(engine.push(&[0x10, 0x03, 1, 2, 3, 4, 5, 6]), Err(IsoTpError::FirstFrame));
    assert_eq!(engine.push(&[0x21, 7, 8, 9, 10, 0, 0, 0]).unwrap().unwrap().len(), 10);
    let flow = Pci::FlowControl { status: 0, block_size: 8, separation: 20 };
    assert_eq!(Pci::parse(&[0x30, 8, 20, 0xAA]), Ok(flow));
}

#[test]
fn lengths_are_those_that_the_standard_allows() {
    let fd = |head: &[u8], size: usize| {
        let mut frame = head.to_vec();
        frame.resize(size, 0);
        frame
    };
    // 9.6.2.2: beyond eight bytes the length stands in the second one alone.
    assert_eq!(Pci::parse(&fd(&[0x05, 1, 2], 12)), Err(IsoTpError::SingleFrame { stated: 5, found: 11 }));
    // 9.6.3.1, table 14: the shortest message of a first frame, on normal and extended addressing, classic and FD.
    for (length, size, is_valid) in [
        (7, 8, false),
        (8, 8, true),
        (6, 7, false),
        (7, 7, true),
        (10, 12, false),
        (11, 12, true),
        (9, 11, false),
        (10, 11, true),
    ] {
        assert_eq!(Pci::parse(&fd(&[0x10, length], size)).is_ok(), is_valid, "{length} in {size}");
    }
    // 9.6.5: flow control has three bytes.
    for found in 1..3 {
        assert_eq!(Pci::parse(&[0x30, 0][..found]), Err(IsoTpError::FlowControl { found }));
    }
    // 9.6.3.2: a first frame fills eight bytes, its address among them.
    let mut network = Network::default();
    let id = CanId::base(0x7E8).unwrap();
    let short = CanFrame::new(id, &[0x10, 0x0A, 1, 2, 3, 4, 5]).unwrap();
    assert_eq!(network.push(&short, Addressing::Normal), Err(IsoTpError::FirstFrame));
    // 9.6.4.1: consecutive frames are as long as the first one.
    let mut engine = Reassembler::default();
    assert_eq!(engine.push(&[0x10, 20, 1, 2, 3, 4, 5, 6]), Ok(None));
    assert_eq!(engine.push(&fd(&[0x21], 12)), Err(IsoTpError::ConsecutiveLength { expected: 7, found: 11 }));
    assert_eq!(engine.push(&[0x22, 1, 2, 3, 4, 5, 6, 7]), Err(IsoTpError::Stray));
}

#[test]
fn two_senders_interleave_and_keep_their_identity() {
    let mut network = Network::default();
    let mut seen = Vec::new();
    for (id, data) in [
        (0x7E8, [0x10, 0x0A, 0x43, 0x04, 0x01, 0x18, 0x01, 0x22]),
        (0x7E9, [0x10, 0x0A, 0x43, 0x04, 0xC1, 0x00, 0xC1, 0x01]),
        (0x7E8, [0x21, 0x02, 0x23, 0x26, 0x10, 0x00, 0x00, 0x00]),
        (0x7E9, [0x21, 0xC1, 0x02, 0xC1, 0x03, 0x00, 0x00, 0x00]),
    ] {
        let frame = CanFrame::new(CanId::base(id).unwrap(), &data).unwrap();
        if let Some(message) = network.push(&frame, Addressing::Normal).unwrap() {
            seen.push((message.source.id.to_string(), message.data.to_vec()));
        }
    }
    let engine = vec![0x43, 0x04, 0x01, 0x18, 0x01, 0x22, 0x02, 0x23, 0x26, 0x10];
    let gearbox = vec![0x43, 0x04, 0xC1, 0x00, 0xC1, 0x01, 0xC1, 0x02, 0xC1, 0x03];
    assert_eq!(seen, [("7E8".to_owned(), engine), ("7E9".to_owned(), gearbox)]);
}

#[test]
fn an_extended_address_stands_before_the_control_byte() {
    let mut network = Network::default();
    let id = CanId::base(0x612).unwrap();
    let frame = CanFrame::new(id, &[0xF1, 0x03, 0x41, 0x0D, 0x32]).unwrap();
    let message = network.push(&frame, Addressing::Extended).unwrap().unwrap();
    assert_eq!((message.source.address, message.data), (Some(0xF1), &[0x41, 0x0D, 0x32][..]));
    let first = CanFrame::new(id, &[0xF1, 0x10, 0x08, 1, 2, 3, 4, 5]).unwrap();
    let last = CanFrame::new(id, &[0xF1, 0x21, 6, 7, 8, 0, 0, 0]).unwrap();
    assert_eq!(network.push(&first, Addressing::Extended), Ok(None));
    assert_eq!(network.push(&last, Addressing::Extended).unwrap().unwrap().data, [1, 2, 3, 4, 5, 6, 7, 8]);
}

#[test]
fn memory_is_bounded_by_senders_and_length() {
    let mut network = Network::with_limit(0x1000);
    for id in 0..0x7FF {
        let frame = CanFrame::new(CanId::base(id).unwrap(), &[0x10, 0x20, 1, 2, 3, 4, 5, 6]).unwrap();
        let taken = network.push(&frame, Addressing::Normal);
        assert_eq!(taken.is_ok(), id < 256, "{id}");
    }
    let mut unfinished = 0;
    network.finish(|_, _| unfinished += 1);
    assert_eq!(unfinished, 256);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn what_is_cut_into_frames_comes_back_whole(
        message in prop_oneof![
            prop::collection::vec(any::<u8>(), 1..80),
            prop::collection::vec(any::<u8>(), 80..1700),
        ],
        size in prop::sample::select(vec![8_usize, 12, 24, 64]),
    ) {
        let frames = cut(&message, size);
        let mut engine = Reassembler::default();
        let (last, head) = frames.split_last().unwrap();
        for frame in head {
            prop_assert_eq!(engine.push(frame), Ok(None));
        }
        prop_assert_eq!(engine.push(last), Ok(Some(&message[..])));
    }

    #[test]
    fn long_messages_have_32_bit_lengths(extra in 0_usize..2000) {
        let message = vec![0x5A; 4096 + extra];
        let mut engine = Reassembler::default();
        let frames = cut(&message, 64);
        let (last, head) = frames.split_last().unwrap();
        for frame in head {
            prop_assert_eq!(engine.push(frame), Ok(None));
        }
        prop_assert_eq!(engine.push(last).unwrap().map(<[u8]>::len), Some(message.len()));
    }

    #[test]
    fn no_frame_panics(frames in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..65), 0..20)) {
        let mut engine = Reassembler::with_limit(100);
        for frame in &frames {
            if let Ok(Some(message)) = engine.push(frame) {
                prop_assert!(!message.is_empty() && message.len() <= 255);
            }
        }
    }
}
