//! ISO-TP conversations with can-isotp, in both directions: the same messages arrive, in the same frames.

use std::time::{Duration, Instant};

use cc_obd::frame::{CanFrame, CanId};
use cc_obd::isotp::{Address, Channel, FrameSize, IsoTpError, Options, Sender, SeparationTime};
use serde_json::{Value, json};

use crate::peer::{Peer, Random, cases, hex, unhex};

/// Both ends: our type and the peer's words for each.
fn ends(mode: u64, random: &mut Random) -> [(Address, Value); 2] {
    let (own, peer) = (random.next() as u8, random.next() as u8);
    let extension = random.next() as u8;
    let (a, b) = (0x600 + random.below(0x80) as u16, 0x680 + random.below(0x80) as u16);
    let (own, peer) = if own == peer { (own, peer.wrapping_add(1)) } else { (own, peer) };
    let end = |own: u8, peer: u8, transmit: u16, receive: u16| {
        let (t, r) = (CanId::base(transmit).unwrap(), CanId::base(receive).unwrap());
        let address = match mode {
            0 => Address::normal(t, r),
            1 => Address::normal_fixed(own, peer),
            2 => Address::extended(t, r, own, peer),
            3 => Address::mixed(t, r, extension),
            _ => Address::mixed_fixed(own, peer, extension),
        };
        let words = json!({"own": own, "peer": peer, "transmit": transmit, "receive": receive, "extension": extension});
        (address, words)
    };
    [end(own, peer, a, b), end(peer, own, b, a)]
}

fn to_json(frame: &CanFrame) -> Value {
    json!([frame.id().raw(), frame.id().is_extended(), frame.is_fd(), hex(frame.data())])
}

fn from_json(frame: &Value) -> CanFrame {
    let raw = frame[0].as_u64().unwrap() as u32;
    let id = if frame[1] == true { CanId::extended(raw) } else { CanId::base(raw as u16) }.unwrap();
    let data = unhex(frame[3].as_str().unwrap());
    if frame[2] == true { CanFrame::new_fd(id, &data) } else { CanFrame::new(id, &data) }.unwrap()
}

/// How long both ends wait, by the clock: on a machine with much else to do the usual second is short.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the peer is to do, with its words for our patience.
fn params(mut others: Value) -> Value {
    for name in ["rx_flowcontrol_timeout", "rx_consecutive_frame_timeout"] {
        others[name] = json!(PATIENCE.as_millis());
    }
    others
}

/// What was said in one transfer, and what arrived.
#[derive(Debug, PartialEq)]
struct Transfer {
    data: Vec<Value>,
    flow: Vec<Value>,
    arrived: Vec<String>,
}

/// Carries a message between our end and the peer's until it has arrived.
fn carry(peer: &mut Peer, ours: &mut Channel, message: &[u8], we_send: bool) -> Transfer {
    let began = Instant::now();
    let mut transfer = Transfer { data: vec![], flow: vec![], arrived: vec![] };
    let mut request = json!({"frames": []});
    if we_send {
        ours.send(message).unwrap();
    } else {
        request["send"] = hex(message).into();
    }
    while transfer.arrived.is_empty() && began.elapsed() < PATIENCE {
        let mut frames = Vec::new();
        while let Some(frame) = ours.poll(began.elapsed()).unwrap() {
            frames.push(to_json(&frame));
        }
        let ours_said = if we_send { &mut transfer.data } else { &mut transfer.flow };
        ours_said.extend(frames.iter().cloned());
        request["frames"] = frames.into();
        let answer = peer.ask(&request);
        request = json!({});
        assert_eq!(answer["errors"], json!([]), "the peer complains");
        let theirs = answer["frames"].as_array().unwrap();
        let theirs_said = if we_send { &mut transfer.flow } else { &mut transfer.data };
        theirs_said.extend(theirs.iter().cloned());
        for message in answer["messages"].as_array().unwrap() {
            transfer.arrived.push(message.as_str().unwrap().to_owned());
        }
        for frame in theirs {
            if let Some(message) = ours.handle(began.elapsed(), &from_json(frame)).unwrap() {
                transfer.arrived.push(hex(message));
            }
        }
    }
    transfer
}

/// The frames of a message, as its sender says them without being held back.
fn frames_of(address: Address, options: Options, message: &[u8]) -> Vec<CanFrame> {
    let mut sender = Sender::new(address, options);
    sender.start(message).unwrap();
    let mut frames = Vec::new();
    while sender.is_sending() {
        match sender.poll(Duration::ZERO).unwrap() {
            Some(frame) => frames.push(frame),
            None => sender.handle(Duration::ZERO, &[0x30, 0, 0]).unwrap(),
        }
    }
    frames
}

/// What one frame did to a receiver.
#[derive(Default)]
struct Heard {
    /// Messages that arrived.
    messages: Vec<String>,
    /// What was broken off or out of order, in the peer's words.
    errors: Vec<&'static str>,
    /// How many bytes the message still lacked when a short frame ended it.
    lacking: Option<usize>,
}

impl Heard {
    fn of(ours: &mut Channel, frame: &CanFrame, is_single: bool) -> Self {
        let mut heard = Self::default();
        match ours.handle(Duration::ZERO, frame) {
            Ok(message) => heard.messages.extend(message.map(hex)),
            Err(error) => heard.note(error, is_single),
        }
        loop {
            match ours.poll(Duration::ZERO) {
                Ok(Some(_)) => {}
                Ok(None) => return heard,
                Err(error) => heard.note(error, is_single),
            }
        }
    }

    fn note(&mut self, error: IsoTpError, is_single: bool) {
        self.errors.push(match error {
            IsoTpError::Interrupted { .. } if is_single => "ReceptionInterruptedWithSingleFrameError",
            IsoTpError::Interrupted { .. } => "ReceptionInterruptedWithFirstFrameError",
            IsoTpError::Sequence { .. } => "WrongSequenceNumberError",
            IsoTpError::Stray => "UnexpectedConsecutiveFrameError",
            IsoTpError::ConsecutiveLength { .. } => "ChangingInvalidRXDLError",
            IsoTpError::Unfinished { have, length } => {
                self.lacking = Some(length - have);
                "ChangingInvalidRXDLError"
            }
            other => panic!("{other}"),
        });
    }
}

#[test]
fn messages_that_break_off_others_are_taken_as_can_isotp_takes_them() {
    let Some(mut peer) = Peer::start("can_isotp.py") else { return };
    let mut random = Random::seeded();
    for case in 0..cases(300) {
        let mode = random.below(5);
        let [(sender, _), (receiver, theirs)] = ends(mode, &mut random);
        let size = random.pick(&[0_u8, 0, 8, 16, 64]);
        let options = Options {
            frame_size: if size == 0 { FrameSize::CLASSIC } else { FrameSize::fd(size).unwrap() },
            limit: 20_000,
            ..Options::default()
        };
        // Some messages, each but the last with an end of its own: whole, broken off, or with frames missing.
        let mut frames = Vec::new();
        for _ in 0..2 + random.below(4) {
            let most = random.pick(&[6, 30, 200]);
            let length = 1 + random.below(most) as usize;
            let message = random.bytes(length);
            let mut said = frames_of(sender, options, &message);
            match random.below(4) {
                0 => {}
                1 => said.truncate(1 + random.below(said.len() as u64) as usize),
                2 => drop(said.remove(random.below(said.len() as u64) as usize)),
                _ => {
                    // A single frame in the middle.
                    let length = 1 + random.below(6) as usize;
                    let single = random.bytes(length);
                    let place = random.below(said.len() as u64 + 1) as usize;
                    said.splice(place..place, frames_of(sender, options, &single));
                }
            }
            frames.extend(said);
        }
        let params = params(json!({
            "tx_data_length": options.frame_size.bytes(),
            "can_fd": options.frame_size.is_fd(),
            "tx_padding": options.padding,
            "max_frame_size": options.limit,
        }));
        peer.ask(&json!({"new": {"mode": mode, "address": theirs, "params": params}}));
        let mut ours = Channel::new(receiver, options);
        for (place, frame) in frames.iter().enumerate() {
            let theirs = peer.ask(&json!({"frames": [to_json(frame)]}));
            let (control, data) = receiver.accept(frame).and_then(<[u8]>::split_first).unwrap();
            let heard = Heard::of(&mut ours, frame, control >> 4 == 0);
            let told = format!("case {case}: frame {place} of {frames:?}, mode {mode}");
            assert_eq!(theirs["messages"], json!(heard.messages), "{told}");
            // It holds all bytes of a short frame against what the message lacks, also those before the data.
            let before = frame.data().len() - data.len();
            let is_overlooked = heard.lacking.is_some_and(|lacking| lacking <= before);
            let errors = if is_overlooked { json!([]) } else { json!(heard.errors) };
            assert_eq!(theirs["errors"], errors, "{told}");
            // The peer waits on for a frame that nobody will send again.
            if heard.errors == ["ChangingInvalidRXDLError"] {
                break;
            }
        }
    }
}

#[test]
fn messages_and_frames_are_those_of_can_isotp() {
    let Some(mut peer) = Peer::start("can_isotp.py") else { return };
    let mut random = Random::seeded();
    for case in 0..cases(300) {
        let mode = random.below(5);
        let [(ours_a, theirs_a), (ours_b, theirs_b)] = ends(mode, &mut random);
        let size = random.pick(&[0_u8, 0, 0, 8, 12, 16, 20, 24, 32, 48, 64]);
        let padding = if random.below(2) == 0 { None } else { Some(random.next() as u8) };
        let options = Options {
            frame_size: if size == 0 { FrameSize::CLASSIC } else { FrameSize::fd(size).unwrap() },
            padding,
            block_size: random.pick(&[0, 0, 1, 2, 8, 15, 16, 255]),
            // Pauses are waited for: short ones.
            separation: SeparationTime(random.pick(&[0, 0, 0, 1, 2, 0xF1, 0xF5, 0xF9])),
            limit: 20_000,
            flow_timeout: PATIENCE,
            frame_timeout: PATIENCE,
            ..Options::default()
        };
        let slow = options.separation.pause() > Duration::ZERO;
        let most = random.pick(&[8, 20, 70, if slow { 300 } else { 4095 }, if slow { 300 } else { 9000 }]);
        let length = 1 + random.below(most) as usize;
        let message = random.bytes(length);
        let params = params(json!({
            "tx_data_length": options.frame_size.bytes(),
            "can_fd": options.frame_size.is_fd(),
            "tx_padding": options.padding,
            // Where frames are filled at all, they are filled to 8 bytes (ISO 15765-2:2016, 10.4.2.1).
            "tx_data_min_length": options.padding.map(|_| 8),
            "blocksize": options.block_size,
            "stmin": options.separation.0,
            "max_frame_size": options.limit,
        }));
        let new = |address: &Value| json!({"new": {"mode": mode, "address": address, "params": params}});
        let told = format!("case {case}: mode {mode}, {options:?}, {} bytes", message.len());

        peer.ask(&new(&theirs_b));
        let sent = carry(&mut peer, &mut Channel::new(ours_a, options), &message, true);
        assert_eq!(sent.arrived, [hex(&message)], "{told}: what we sent");
        peer.ask(&new(&theirs_a));
        let received = carry(&mut peer, &mut Channel::new(ours_b, options), &message, false);
        assert_eq!(received, sent, "{told}: the frames of both directions");
    }
}

/// The rows of `docs/reference/peers.md`: frames, what the peer makes of them, and what we do.
#[test]
fn where_can_isotp_is_laxer_the_page_says_so() {
    let Some(mut peer) = Peer::start("can_isotp.py") else { return };
    let page = include_str!("../../../docs/reference/peers.md");
    let (request, answer) = (CanId::base(0x7E0).unwrap(), CanId::base(0x7E8).unwrap());
    let words = json!({"own": 0, "peer": 0, "transmit": 0x7E0, "receive": 0x7E8, "extension": 0});
    let first = "100A010203040506";
    for (frames, arrives, error, clause) in [
        (&["1007010203040506", "2107"][..], Some("01020304050607"), IsoTpError::FirstFrame, "9.6.3.2"),
        (
            &["100A0102030405", "21060708090A"],
            Some("0102030405060708090a"),
            IsoTpError::FirstFrame,
            "9.6.3.2",
        ),
        (
            &["10000000000A0102", "2103040506070809", "220A"],
            Some("0102030405060708090a"),
            IsoTpError::FirstFrame,
            "9.6.3.2",
        ),
        (&["0003010203"], Some("010203"), IsoTpError::SingleFrame { stated: 0, found: 4 }, "9.6.2.2"),
        (
            &[first, "210708090A00000000000000"],
            Some("0102030405060708090a"),
            IsoTpError::ConsecutiveLength { expected: 7, found: 11 },
            "9.6.4.1",
        ),
    ] {
        let mut ours = Channel::new(Address::normal(request, answer), Options::default());
        peer.ask(&json!({"new": {"mode": 0, "address": words, "params": params(json!({"can_fd": true}))}}));
        let (mut theirs, mut errors) = (vec![], vec![]);
        for bytes in frames {
            let bytes = unhex(bytes);
            let frame = if bytes.len() > 8 {
                CanFrame::new_fd(answer, &bytes)
            } else {
                CanFrame::new(answer, &bytes)
            };
            let frame = frame.unwrap();
            let said = peer.ask(&json!({"frames": [to_json(&frame)]}));
            theirs.extend(said["messages"].as_array().unwrap().iter().cloned());
            match ours.handle(Duration::ZERO, &frame) {
                Ok(message) => assert_eq!(message, None, "{frames:?}"),
                Err(IsoTpError::Stray) => {}
                Err(error) => errors.push(error),
            }
        }
        assert_eq!(theirs.first().and_then(Value::as_str), arrives, "{frames:?}");
        assert_eq!(errors, [error], "{frames:?}");
        assert!(page.contains(clause), "{clause}");
    }
    // A reserved pause is the longest one (9.6.5.5); a reserved status ends the message (9.6.5.2).
    for (flow, outcome) in [("300080", Ok(())), ("330000", Err(IsoTpError::ReservedFlow(3)))] {
        let mut ours = Channel::new(Address::normal(request, answer), Options::default());
        ours.send(&[0; 20]).unwrap();
        ours.poll(Duration::ZERO).unwrap();
        let frame = CanFrame::new(answer, &unhex(flow)).unwrap();
        assert_eq!(ours.handle(Duration::ZERO, &frame).map(|_| ()), outcome);
        assert_eq!(ours.is_sending(), outcome.is_ok());
        peer.ask(&json!({"new": {"mode": 0, "address": words, "params": params(json!({}))}}));
        peer.ask(&json!({"frames": [], "send": "00".repeat(20)}));
        let said = peer.ask(&json!({"frames": [to_json(&frame)]}));
        assert_eq!(said["errors"], json!(["InvalidCanDataError"]), "{flow}");
        assert_eq!(said["sending"], true, "{flow}");
    }
}
