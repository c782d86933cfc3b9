//! What a session records is what decoders read.

use std::time::Duration;

use cc_core::SignalId;
use cc_obd::capture::{CaptureFormat, Decoded, Decoder, Item};
use cc_obd::session::{BusProtocol, Job};
use cc_obd::sim::{AdapterSpec, Scenario};

use crate::harness::{Bus, Line, World, items, word};

const SECOND: Duration = Duration::from_secs(1);

fn decoded(format: CaptureFormat, transcript: &[u8]) -> Vec<Decoded> {
    let mut decoder = Decoder::new(format);
    decoder.push(transcript);
    decoder.finish();
    std::iter::from_fn(|| decoder.next_item()).collect()
}

fn errors(found: &[Decoded]) -> Vec<String> {
    let errors = found.iter().filter_map(|decoded| match &decoded.item {
        Item::Error(error) if !error.is_silence() => Some(format!("line {}: {error}", decoded.line)),
        _ => None,
    });
    errors.collect()
}

#[test]
fn a_recording_decodes_to_the_same_items() {
    let mut world = World::new(Scenario::standard(), Line::default());
    world.session.watch(&SignalId::ENGINE_SPEED, SECOND / 2).unwrap();
    assert_eq!(world.job(Job::Codes), Ok(()));
    world.run_until(world.now + SECOND * 5);
    let recorded: Vec<String> = decoded(CaptureFormat::Elm327, &world.transcript)
        .iter()
        .filter(|decoded| !matches!(&decoded.item, Item::Error(_)))
        .map(word)
        .collect();
    assert_eq!(recorded, world.items().map(word).collect::<Vec<_>>());

    let mut bus = Bus::new(Scenario::standard());
    bus.run_until(SECOND * 5);
    let recorded: Vec<String> = decoded(CaptureFormat::Candump, &bus.transcript).iter().map(word).collect();
    assert_eq!(recorded, items(&bus.reports).map(word).collect::<Vec<_>>());
}

/// Our own questions to the adapter, those that it does not know, and buses that the car does not have: no error of the
/// recording.
#[test]
fn a_healthy_session_is_recorded_without_an_error() {
    let plain: fn(&mut AdapterSpec) = |_| {};
    let copy: fn(&mut AdapterSpec) = |spec| {
        spec.identity = "ELM327 v2.1".into();
        spec.description = "a text of its own".into();
        spec.unknown_commands = vec!["ATS0".into(), "ATAT".into(), "ATDPN".into()];
    };
    let glued: fn(&mut AdapterSpec) = |spec| (spec.echo_glued, spec.echo_stuck) = (true, true);
    for (name, change) in [("plain", plain), ("copy", copy), ("glued", glued)] {
        for protocol in BusProtocol::ALL {
            let mut scenario = Scenario::standard();
            scenario.protocol = protocol.number();
            change(&mut scenario.adapter);
            let mut world = World::new(scenario, Line::default());
            world.session.watch(&SignalId::ENGINE_SPEED, SECOND).unwrap();
            for job in [Job::Voltage, Job::Codes, Job::Readiness, Job::Info, Job::FreezeFrames] {
                assert_eq!(world.job(job), Ok(()), "{name}, {protocol}");
            }
            let found = decoded(CaptureFormat::Elm327, &world.transcript);
            assert_eq!(errors(&found), [] as [&str; 0], "{name}, {protocol}");
            let recorded: Vec<String> =
                found.iter().filter(|item| !matches!(&item.item, Item::Error(_))).map(word).collect();
            assert_eq!(recorded, world.items().map(word).collect::<Vec<_>>(), "{name}, {protocol}");
        }
    }
}

#[test]
fn a_cut_leaves_no_half_answer_in_the_recording() {
    for cut in (0..900).step_by(7) {
        let mut world = World::new(Scenario::standard(), Line { cut_behind: Some(cut), ..Line::default() });
        assert_eq!(world.job(Job::Codes), Ok(()));
        let found = decoded(CaptureFormat::Elm327, &world.transcript);
        assert_eq!(errors(&found), [] as [&str; 0], "cut behind byte {cut}");
    }
}
