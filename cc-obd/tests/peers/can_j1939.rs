//! Messages of trucks with can-j1939: long ones in both directions, active codes and lamps, and NAMEs.

use std::time::Duration;

use cc_obd::frame::{CanFrame, CanId};
use cc_obd::j1939::transport::{Receiver, Sender};
use cc_obd::j1939::{CodeList, LampState, Name, Pgn};
use serde_json::{Value, json};

use crate::peer::{Peer, Random, cases, hex, unhex};

fn to_json(frame: &CanFrame) -> Value {
    json!([frame.id().raw(), hex(frame.data())])
}

fn from_json(frame: &Value) -> CanFrame {
    let id = CanId::extended(frame[0].as_u64().unwrap() as u32).unwrap();
    CanFrame::new(id, &unhex(frame[1].as_str().unwrap())).unwrap()
}

/// One message on a bus of two: what arrived, and the data frames that carried it.
fn carry(
    peer: &mut Peer,
    (from, to): (u8, u8),
    pgn: Pgn,
    data: &[u8],
    we_send: bool,
) -> (Option<Value>, Vec<Value>) {
    let own = if we_send { from } else { to };
    let mut receiver = Receiver::node(own);
    let mut sender = Sender::new(own);
    let mut request = json!({"frames": []});
    if we_send {
        sender.start(7, pgn, to, data).unwrap();
    } else {
        request["send"] = json!([pgn.number(), to, hex(data)]);
    }
    let (mut arrived, mut packets, mut now) = (None, Vec::new(), Duration::ZERO);
    while now < Duration::from_secs(60) {
        let mut ours = Vec::new();
        while let Some(frame) = sender.poll(now).unwrap() {
            ours.push(to_json(&frame));
        }
        while let Some(frame) = receiver.poll(now).unwrap() {
            ours.push(to_json(&frame));
        }
        request["now"] = json!(1000.0 + now.as_secs_f64());
        request["frames"] = ours.clone().into();
        let answer = peer.ask(&request);
        request = json!({});
        for message in answer["messages"].as_array().unwrap() {
            arrived = Some(message.clone());
        }
        let theirs = answer["frames"].as_array().unwrap();
        for frame in theirs {
            let frame = from_json(frame);
            sender.handle(now, &frame).unwrap();
            if let Some(message) = receiver.handle(now, &frame).unwrap() {
                arrived = Some(json!([message.pgn.number(), message.source, hex(message.data)]));
            }
        }
        let said = if we_send { &ours } else { theirs };
        packets.extend(said.iter().filter(|frame| frame[0].as_u64().unwrap() >> 16 & 0xFF == 0xEB).cloned());
        if arrived.is_some() && !sender.is_sending() && receiver.next_deadline().is_none() {
            break;
        }
        now += Duration::from_millis(51);
    }
    (arrived, packets)
}

#[test]
fn long_messages_and_their_packets_are_those_of_can_j1939() {
    let Some(mut peer) = Peer::start("can_j1939.py") else { return };
    let mut random = Random::seeded();
    for case in 0..cases(150) {
        let (from, to) = (random.below(120) as u8, 120 + random.below(120) as u8);
        let most = random.pick(&[20, 100, 500, 1777]);
        let length = 9 + random.below(most) as usize;
        let data = random.bytes(length);
        // A group for all is broadcast, one with an address agreed on.
        let (pgn, to) = if random.below(2) == 0 { (65_226, 0xFF) } else { (61_184, to) };
        let pgn = Pgn::new(pgn).unwrap();
        let at_once = 1 + random.below(255);
        let told = format!("case {case}: {length} bytes of {pgn} from {from} to {to}, {at_once} at once");
        let expected = Some(json!([pgn.number(), from, hex(&data)]));
        let mut said = Vec::new();
        for we_send in [true, false] {
            // A listener of a broadcast has an address of its own.
            let theirs = if we_send { if to == 0xFF { 0xF9 } else { to } } else { from };
            peer.ask(&json!({"new": {"address": theirs, "at_once": at_once}}));
            let (arrived, packets) = carry(&mut peer, (from, to), pgn, &data, we_send);
            assert_eq!(arrived, expected, "{told}, we send: {we_send}");
            said.push(packets);
        }
        assert_eq!(said[0], said[1], "{told}: the packets of both directions");
    }
}

#[test]
fn active_codes_and_lamps_are_those_of_can_j1939() {
    let Some(mut peer) = Peer::start("can_j1939.py") else { return };
    let mut random = Random::seeded();
    for case in 0..cases(2000) {
        let count = 1 + random.below(12) as usize;
        let mut data = random.bytes(2 + 4 * count);
        for code in data[2..].chunks_mut(4) {
            // The peer reads today's layout only.
            code[3] &= 0x7F;
        }
        if count == 1 {
            data.extend([0xFF, 0xFF]);
        }
        let theirs = peer.ask(&json!({"dm1": hex(&data)}));
        let list = CodeList::parse(&data).unwrap();
        let codes: Vec<_> = list
            .iter()
            .map(|code| {
                let dtc = code.dtc(None).unwrap();
                // Not counted is 127 on the bus.
                json!([dtc.spn(), dtc.fmi(), code.occurrences().unwrap_or(127)])
            })
            .collect();
        // docs/reference/peers.md: four zeros are no code.
        let none = json!([0, 0, 0]);
        let expected: Vec<_> =
            theirs["codes"].as_array().unwrap().iter().filter(|code| **code != none).cloned().collect();
        assert_eq!(codes, expected, "case {case}: {}", hex(&data));
        let lamps = list.lamps();
        let ours = [lamps.malfunction_indicator(), lamps.red_stop(), lamps.amber_warning(), lamps.protect()];
        let ours = ours.map(|lamp| match lamp {
            LampState::Off => 0,
            LampState::On => 1,
            LampState::SlowFlash => 2,
            LampState::FastFlash => 3,
            // The peer has one word for both.
            LampState::NotAvailable | LampState::Reserved => 4,
        });
        assert_eq!(json!(ours), theirs["lamps"], "case {case}: {}", hex(&data));
    }
}

#[test]
fn names_are_those_of_can_j1939() {
    let Some(mut peer) = Peer::start("can_j1939.py") else { return };
    let mut random = Random::seeded();
    for _ in 0..cases(500) {
        // The reserved bit is always zero.
        let name = Name(random.next() & !(1 << 48));
        let ours = json!([
            name.identity_number(),
            name.manufacturer_code(),
            name.ecu_instance(),
            name.function_instance(),
            name.function(),
            name.vehicle_system(),
            name.vehicle_system_instance(),
            name.industry_group(),
            u8::from(name.is_arbitrary_address_capable()),
        ]);
        // As text: a number of 64 bits does not pass through a float.
        assert_eq!(ours, peer.ask(&json!({"name": name.0.to_string()})));
    }
}
