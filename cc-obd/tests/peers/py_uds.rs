//! Reports of trouble codes, read by py-uds and by cc-obd.

use cc_obd::service::NegativeCode;
use cc_obd::uds::{Answer, DtcReport, Request, SERVICES};

use crate::peer::{Peer, Random, cases, hex};
use crate::uds::{SESSION, Shape, generate, read};

#[test]
fn reports_read_as_py_uds_reads_them() {
    let Some(mut peer) = Peer::start("py_uds_peer.py") else { return };
    let mut random = Random::seeded();
    for case in 0..cases(3000) {
        let report = DtcReport::NAMES[case % DtcReport::NAMES.len()].0;
        let generated = generate(report, Shape::Tail, &mut random);
        let theirs = peer.ask(&serde_json::json!({"answer": hex(&generated.answer)}));
        // It knows the length of one identifier: all other data are the rest, as they are to us.
        let lengths = |identifier| (identifier == SESSION).then_some(1);
        let ours = read(&generated.answer, lengths, |_| None).unwrap();
        assert_eq!(ours, theirs, "case {case}: {}", hex(&generated.answer));
    }
}

#[test]
fn refusals_have_names_where_py_uds_has_one() {
    let Some(mut peer) = Peer::start("py_uds_peer.py") else { return };
    let ours: Vec<_> = NegativeCode::NAMES.iter().map(|(code, _)| *code).collect();
    assert_eq!(serde_json::json!(ours), peer.ask(&serde_json::json!({"refusals": true})));
}

fn taken(message: &[u8], peer: &mut Peer) -> bool {
    // What the edition of 2020 no longer has, it reads by the one of 2013.
    let edition = match message {
        [0x19 | 0x59, report, ..] if (0x0F..=0x13).contains(&(report & 0x7F)) => 2013,
        [0x86 | 0xC6, event, ..] if event & 0x3F == 0x02 => 2013,
        _ => 2020,
    };
    let told = peer.ask(&serde_json::json!({"message": hex(message), "edition": edition}));
    told["parts"].is_array()
}

/// Whether docs/reference/peers.md says why only one of us takes a message.
fn explained(message: &[u8], ours: bool, peer: &mut Peer) -> bool {
    match message {
        // An answer that asks for no answer.
        [0x50 | 0x51 | 0x59 | 0x67..=0x69 | 0x6C | 0x71 | 0x7E | 0xC3 | 0xC5..=0xC7, 0x80..=0xFF, ..]
            if !ours =>
        {
            true
        }
        // The edition of 2006 does not ask for the timing.
        [0x50, _] if ours => true,
        // It gives certificateEvaluationId one byte of its two.
        [0x29, 0x04 | 0x84, ..] => true,
        // Masks without a state, and reserved parameters of an answer.
        [0x2F, _, _, 0x00..=0x02, ..] | [0x6F, _, _, 0x04..=0xFF, ..] | [0x6F, _, _, _] if ours => true,
        // It takes the width of the size for the size.
        [0x3D, ..] => true,
        // It knows the periodic data behind a service byte alone.
        [0x6A, ..] if !ours => true,
        // Results that a routine need not have.
        [0x71, 0x03, _, _] if ours => true,
        // Sub-functions that the standard does not name, where the message is the same for all.
        [0x71, 0x00 | 0x04..=0x7F, ..] | [0x83 | 0xC3, 0x00 | 0x05..=0xFF, ..] if ours => true,
        // It looks at a formula's identifier for its length, we at the scaling byte.
        [0x64, ..] => true,
        // Parameters of reports that the standard does not pair with the event; the list of events.
        [0x86 | 0xC6, event, ..] if event & 0x3F == 0x09 && ours => true,
        [0xC6, event, ..] if event & 0x3F == 0x04 && ours => true,
        // One code at most.
        [0x59, 0x09 | 0x0B..=0x0E, ..] if ours => true,
        // Lengths and sizes of more than sixteen bytes.
        [0x78, _, 17..=0xFF, ..] if !ours => true,
        [0x38, _, high, low, rest @ ..] if !ours => {
            let path = usize::from(u16::from_be_bytes([*high, *low]));
            rest.get(path + 1).is_some_and(|width| *width > 16)
        }
        // A path that is not ASCII.
        [0x38, _, high, low, path @ ..] if ours => {
            let length = usize::from(u16::from_be_bytes([*high, *low])).min(path.len());
            !path[..length].is_ascii()
        }
        // Padding behind an answer.
        [0x40..=0x7F | 0xC0..=0xFF, .., fill @ (0x00 | 0x55 | 0xAA | 0xCC | 0xFF)] => {
            let filled = message.iter().rev().take_while(|&byte| byte == fill).count();
            ours && (1..=filled).any(|cut| taken(&message[..message.len() - cut], peer))
        }
        _ => false,
    }
}

/// A message with many small numbers, which are lengths, and with a sub-function that there is.
fn any_message(case: usize, random: &mut Random) -> Vec<u8> {
    let service = SERVICES[case % SERVICES.len()];
    let length = random.below(24) as usize;
    let mut message = random.bytes(length);
    message.iter_mut().filter(|_| random.below(3) > 0).for_each(|byte| *byte &= 0x03);
    if let (Some(first), false) =
        (message.first_mut(), service.sub_functions.is_empty() || service.service == 0x2F)
    {
        let bits = if random.below(4) == 0 { random.pick(&[0x40, 0x80]) } else { 0 };
        *first = random.pick(service.sub_functions).0 | bits;
    }
    message.insert(0, service.service | random.pick(&[0x00, 0x40]));
    message
}

#[test]
fn messages_of_every_service_are_taken_where_py_uds_takes_them() {
    let Some(mut peer) = Peer::start("py_uds_peer.py") else { return };
    let mut random = Random::seeded();
    let (mut both, mut why) = (0, 0);
    let cases = cases(20_000);
    for case in 0..cases {
        let message = any_message(case, &mut random);
        // Records whose lengths no message tells are compared above.
        if matches!(message[..], [0x59, 0x04..=0x06 | 0x10 | 0x16 | 0x18 | 0x19, ..]) {
            continue;
        }
        let read = if message[0] & 0x40 == 0 {
            Request::parse(&message).map(|_| ())
        } else {
            Answer::parse(&message).map(|_| ())
        };
        let theirs = taken(&message, &mut peer);
        if read.is_ok() == theirs {
            both += usize::from(theirs);
        } else {
            let is_explained = explained(&message, read.is_ok(), &mut peer);
            assert!(is_explained, "case {case}: {} is {read:?} to us, and taken: {theirs}", hex(&message));
            why += 1;
        }
    }
    eprintln!("{both} of {cases} messages are taken by both, {why} by one, with a reason");
    assert!(both > cases / 5, "{both} of {cases}");
}
