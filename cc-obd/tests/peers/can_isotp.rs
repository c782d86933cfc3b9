//! ISO-TP conversations with can-isotp, in both directions: the same messages arrive, in the same frames.

use std::time::{Duration, Instant};

use cc_obd::frame::{CanFrame, CanId};
use cc_obd::isotp::{Address, Channel, FrameSize, Options, SeparationTime};
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

/// What was said in one transfer, and what arrived.
#[derive(Debug, PartialEq)]
struct Transfer {
    data: Vec<Value>,
    flow: Vec<Value>,
    arrived: Vec<String>,
}

/// Carries a message between our end and the peer's until it has arrived, or for two seconds.
fn carry(peer: &mut Peer, ours: &mut Channel, message: &[u8], we_send: bool) -> Transfer {
    let began = Instant::now();
    let mut transfer = Transfer { data: vec![], flow: vec![], arrived: vec![] };
    let mut request = json!({"frames": []});
    if we_send {
        ours.send(message).unwrap();
    } else {
        request["send"] = hex(message).into();
    }
    while transfer.arrived.is_empty() && began.elapsed() < Duration::from_secs(2) {
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
            ..Options::default()
        };
        let slow = options.separation.pause() > Duration::ZERO;
        let most = random.pick(&[8, 20, 70, if slow { 300 } else { 4095 }, if slow { 300 } else { 9000 }]);
        let length = 1 + random.below(most) as usize;
        let message = random.bytes(length);
        let params = json!({
            "tx_data_length": options.frame_size.bytes(),
            "can_fd": options.frame_size.is_fd(),
            "tx_padding": options.padding,
            // Where frames are filled at all, they are filled to 8 bytes (ISO 15765-2:2016, 10.4.2.1).
            "tx_data_min_length": options.padding.map(|_| 8),
            "blocksize": options.block_size,
            "stmin": options.separation.0,
            "max_frame_size": options.limit,
        });
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
