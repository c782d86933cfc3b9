//! What a session does, story by story.

use std::time::Duration;

use cc_core::SignalId;
use cc_obd::capture::Item;
use cc_obd::j1979::TestOutcome;
use cc_obd::session::{BusProtocol, ConfirmClear, Job, Report, SessionError};
use cc_obd::sim::{Scenario, SimFault};

use crate::harness::{Bus, Line, World, items, word};

const SECOND: Duration = Duration::from_secs(1);

fn ready() -> World {
    let mut world = World::new(Scenario::standard(), Line::default());
    world.run_while(SECOND * 60, |world| !world.session.is_ready());
    assert!(world.session.is_ready(), "{:?} {:?}", world.session, world.sent);
    world
}

#[test]
fn it_finds_adapter_protocol_and_ecus() {
    let world = ready();
    let known = world.session.knowledge();
    assert_eq!(known.adapter.as_ref().unwrap().to_string(), "ELM327 v1.5");
    assert_eq!(known.protocol, Some(BusProtocol::Can11At500));
    assert_eq!(known.ecus.keys().map(|name| &**name).collect::<Vec<_>>(), ["7E8", "7E9"]);
    assert!(known.supporters(0x0C) == 2 && known.supporters(0x05) == 1 && known.parameters().count() >= 24);
    assert_eq!(known.vin.map(|vin| vin.to_string()).as_deref(), Some("WVWZZZ1KZAM000345"));
    assert_eq!(world.problems(), []);
}

#[test]
fn codes_of_every_memory_come_with_their_ecu() {
    let mut world = ready();
    assert_eq!(world.job(Job::Codes), Ok(()));
    let codes: Vec<String> =
        world.items().filter(|decoded| matches!(decoded.item, Item::TroubleCode(_))).map(word).collect();
    for code in [
        "7E8 P0301 Some(03)",
        "7E8 P0420 Some(03)",
        "7E9 P0700 Some(03)",
        "7E8 P0171 Some(07)",
        "7E8 P0301 Some(0A)",
        "7E8 P030100 Some(19)",
    ] {
        assert!(codes.iter().any(|found| found == code), "{code} in {codes:?}");
    }
    // The gearbox does not know service 19, and is not asked again.
    assert_eq!(world.session.knowledge().ecus["7E9"].answers_uds_codes, Some(false));
    let asked = world.sent.iter().filter(|sent| *sent == "1902AF").count();
    assert_eq!(world.job(Job::Codes), Ok(()));
    assert_eq!(world.sent.iter().filter(|sent| *sent == "1902AF").count(), asked + 1);
}

#[test]
fn a_freeze_frame_is_read_with_its_code() {
    let mut world = ready();
    assert_eq!(world.job(Job::FreezeFrames), Ok(()));
    let words: Vec<String> = world.items().map(word).collect();
    for found in ["7E8 P0301 Some(02)", "7E8 engine_speed Some(0)", "7E8 engine_coolant_temperature Some(0)"]
    {
        assert!(words.iter().any(|word| word == found), "{found} in {words:?}");
    }
}

#[test]
fn results_of_tests_are_read_over_all_blocks_of_monitors() {
    let mut world = ready();
    assert_eq!(world.job(Job::Monitors), Ok(()));
    let found: Vec<_> = world
        .items()
        .filter_map(|decoded| match &decoded.item {
            Item::MonitorTest(test) => Some((test.monitor.0, test.test, test.outcome())),
            _ => None,
        })
        .collect();
    assert_eq!(found, [(0x01, 0x01, TestOutcome::Passed), (0xA2, 0x0B, TestOutcome::Failed)]);
}

#[test]
fn names_and_readiness_are_read() {
    let mut world = ready();
    assert_eq!(world.job(Job::Info), Ok(()));
    assert_eq!(world.job(Job::Readiness), Ok(()));
    assert_eq!(world.job(Job::Voltage), Ok(()));
    assert_eq!(world.session.knowledge().ecus["7E9"].name.as_deref(), Some("TCM-Transmission"));
    assert!(
        world.items().any(|decoded| matches!(&decoded.item, Item::Readiness(readiness) if readiness.mil))
    );
    assert!(world.items().any(|decoded| matches!(&decoded.item, Item::Reading(reading)
        if reading.signal == SignalId::BATTERY_VOLTAGE && reading.value.as_f64() == Some(14.1))));
}

#[test]
fn each_signal_is_polled_at_its_own_rate_and_several_at_once() {
    let mut world = ready();
    world.session.watch(&SignalId::ENGINE_SPEED, SECOND / 2).unwrap();
    world.session.watch(&SignalId::VEHICLE_SPEED, SECOND).unwrap();
    world.session.watch(&SignalId::ENGINE_COOLANT_TEMPERATURE, SECOND * 5).unwrap();
    let begin = world.now;
    world.run_until(begin + SECOND * 20);
    let count = |signal: &SignalId| {
        let readings = world.items().filter(|decoded| decoded.ecu.as_deref() == Some("7E8"));
        readings
            .filter(|decoded| matches!(&decoded.item, Item::Reading(reading) if reading.signal == *signal))
            .count()
    };
    let near = |count: usize, expected: usize| count.abs_diff(expected) <= 2;
    assert!(near(count(&SignalId::ENGINE_SPEED), 40), "{}", count(&SignalId::ENGINE_SPEED));
    assert!(near(count(&SignalId::VEHICLE_SPEED), 20));
    assert!(near(count(&SignalId::ENGINE_COOLANT_TEMPERATURE), 4));
    // Due together, asked for together; alone, the adapter is told how many answers to wait for.
    assert!(world.sent.iter().any(|sent| sent.starts_with("01") && sent.len() == 6 && sent.contains("0D")));
    assert!(world.sent.iter().any(|sent| sent == "010C2"), "{:?}", world.sent);
    assert_eq!(world.problems(), []);
}

#[test]
fn a_signal_that_the_car_does_not_give_is_named() {
    let mut world = ready();
    let signal: SignalId = "gear".parse().unwrap();
    world.session.watch(&signal, SECOND).unwrap();
    world.run_until(world.now + SECOND);
    assert_eq!(world.problems(), [SessionError::NotGiven { signal }]);
}

#[test]
fn codes_are_cleared_with_consent_only() {
    let mut world = ready();
    assert!(world.job(Job::Request { ecu: None, bytes: vec![0x04] }).is_err());
    assert!(world.job(Job::Request { ecu: None, bytes: vec![0x14, 0xFF, 0xFF, 0xFF] }).is_err());
    assert!(!world.sent.iter().any(|sent| sent == "04" || sent.starts_with("14")));
    assert_eq!(world.adapter.car_mut().scenario().ecus[0].stored.len(), 2);

    let consent = ConfirmClear::i_understand_that_evidence_is_erased();
    assert_eq!(world.job(Job::ClearCodes(consent)), Ok(()));
    assert_eq!(world.adapter.car_mut().scenario().ecus[0].stored.len(), 0);
    let scans: Vec<String> =
        world.items().filter(|decoded| matches!(decoded.item, Item::Scan(_))).map(word).collect();
    assert!(scans.iter().any(|scan| scan.starts_with("7E8 Stored 0 true")), "{scans:?}");
}

#[test]
fn an_ecu_that_refuses_to_clear_is_named_with_its_reason() {
    let mut scenario = Scenario::standard();
    scenario.clear_needs_standing_engine = true;
    let mut world = World::new(scenario, Line::default());
    let error = world.job(Job::ClearCodes(ConfirmClear::i_understand_that_evidence_is_erased())).unwrap_err();
    assert_eq!(
        error.to_string(),
        "ecu 7E8 did not clear its codes: service 04 refused: conditions not correct (0x22)"
    );
    assert_eq!(error.advice(), "turn the engine off, leave the ignition on, and try again");
}

#[test]
fn an_ecu_that_asks_for_patience_gets_it() {
    let mut scenario = Scenario::standard();
    scenario.ecus[0].pending_services = vec![0x19];
    let mut world = World::new(scenario, Line::default());
    assert_eq!(world.job(Job::Codes), Ok(()));
    assert!(world.items().map(word).any(|word| word == "7E8 P030100 Some(19)"));
}

#[test]
fn every_fault_of_one_request_is_survived() {
    for (name, fault) in SimFault::ALL {
        let mut world = ready();
        world.adapter.inject(fault);
        assert_eq!(world.job(Job::Codes), Ok(()), "{name}: {:?}", world.sent);
        let words: Vec<String> = world.items().map(word).collect();
        assert!(words.iter().any(|word| word == "7E8 Stored 2 true"), "{name}: {words:?}");
        assert!(!words.iter().any(|word| word.starts_with("7E8 Stored 1")), "{name}: {words:?}");
        world.session.watch(&SignalId::ENGINE_SPEED, SECOND).unwrap();
        let before = world.items().count();
        world.run_until(world.now + SECOND * 40);
        assert!(world.items().count() >= before + 10, "{name}: polls go on {:?}", world.session);
    }
}

#[test]
fn polling_goes_on_with_all_it_knows_after_the_line_was_cut() {
    for loses_power in [false, true] {
        let mut world = ready();
        world.session.watch(&SignalId::ENGINE_SPEED, SECOND).unwrap();
        world.run_until(world.now + SECOND * 5);
        world.unplug(SECOND * 3, loses_power);
        assert_eq!(world.problems(), [SessionError::Disconnected]);
        let (sent, before) = (world.sent.len(), world.items().count());
        world.run_until(world.now + SECOND * 20);
        assert!(world.items().count() > before + 10);
        // The protocol is not searched, and the ECUs are not asked again what they know.
        let later = &world.sent[sent..];
        assert!(later.iter().any(|sent| sent == "ATSP6"));
        assert!(!later.iter().any(|sent| sent == "ATSP0" || sent == "0120"), "{later:?}");
        assert_eq!(world.reports.iter().filter(|report| **report == Report::Ready).count(), 2);
    }
}

#[test]
fn a_cut_in_the_middle_of_a_job_does_not_lose_it() {
    let mut world = ready();
    world.adapter.inject(SimFault::Disconnect);
    assert_eq!(world.job(Job::Codes), Ok(()));
    assert!(world.items().map(word).any(|word| word == "7E8 Stored 2 true"));
}

#[test]
fn a_silent_car_is_waited_for() {
    let mut scenario = Scenario::standard();
    scenario.faults =
        vec![cc_obd::sim::FaultWindow { at: 0.0, lasts: 60.0, fault: SimFault::UnableToConnect }];
    let mut world = World::new(scenario, Line::default());
    world.run_until(SECOND * 59);
    assert_eq!(world.problems(), [SessionError::CarSilent]);
    world.run_until(SECOND * 120);
    assert!(world.session.is_ready(), "{:?}", world.session);
}

#[test]
fn the_ignition_may_go_off_and_on() {
    let mut world = ready();
    world.session.watch(&SignalId::ENGINE_SPEED, SECOND).unwrap();
    let now = world.now.as_secs_f64();
    world.adapter.car_mut().scenario_mut().faults =
        vec![cc_obd::sim::FaultWindow { at: now, lasts: 40.0, fault: SimFault::NoData }];
    world.run_until(world.now + SECOND * 39);
    assert_eq!(world.problems(), [SessionError::CarLost, SessionError::CarSilent]);
    let before = world.items().count();
    world.run_until(world.now + SECOND * 60);
    assert!(world.items().count() > before + 10);
}

#[test]
fn copies_are_known_and_borne_with() {
    for (what, change) in [
        (
            "unknown commands",
            (|spec| {
                spec.identity = "ELM327 v2.1".into();
                spec.unknown_commands = vec!["ATS0".into(), "ATAT".into(), "AT@1".into(), "ATDPN".into()];
            }) as fn(&mut cc_obd::sim::AdapterSpec),
        ),
        ("lost prompts", |spec| spec.prompt_lost_every = 4),
        ("an echo that runs into the answer", |spec| {
            (spec.echo_glued, spec.echo_stuck) = (true, true);
            spec.unknown_commands = vec!["ATS0".into()];
        }),
        ("noise and echo", |spec| {
            spec.nul_noise = true;
            spec.echo_stuck = true;
            spec.unknown_commands = vec!["ATZ".into(), "ATWS".into(), "ATAL".into()];
        }),
    ] {
        let mut scenario = Scenario::standard();
        change(&mut scenario.adapter);
        let mut world = World::new(scenario, Line::default());
        assert_eq!(world.job(Job::Codes), Ok(()), "{what}: {:?}", world.sent);
        let known = world.session.knowledge();
        assert!(known.adapter.as_ref().unwrap().is_copy(), "{what}");
        assert_eq!(known.vin.map(|vin| vin.to_string()).as_deref(), Some("WVWZZZ1KZAM000345"), "{what}");
        assert!(world.items().map(word).any(|word| word == "7E8 Stored 2 true"), "{what}");
    }
}

#[test]
fn every_protocol_gives_the_same_codes_and_vin() {
    for protocol in BusProtocol::ALL {
        let mut scenario = Scenario::standard();
        scenario.protocol = protocol.number();
        let mut world = World::new(scenario, Line::default());
        assert_eq!(world.job(Job::Codes), Ok(()), "{protocol}");
        let known = world.session.knowledge();
        assert_eq!(known.protocol, Some(protocol));
        assert_eq!(known.vin.map(|vin| vin.to_string()).as_deref(), Some("WVWZZZ1KZAM000345"), "{protocol}");
        let stored = world
            .items()
            .filter(|decoded| matches!(&decoded.item, Item::TroubleCode(code) if code.service == Some(0x03)));
        assert_eq!(stored.count(), 3, "{protocol}");
        world.session.watch(&SignalId::ENGINE_SPEED, SECOND).unwrap();
        world.run_until(world.now + SECOND * 5);
        assert!(
            world.items().any(|decoded| matches!(&decoded.item, Item::Reading(reading)
            if reading.signal == SignalId::ENGINE_SPEED)),
            "{protocol}"
        );
    }
}

#[test]
fn a_bus_without_adapter_says_the_same() {
    for protocol in [6, 7] {
        let mut scenario = Scenario::standard();
        scenario.protocol = protocol;
        let mut world = World::new(scenario.clone(), Line::default());
        let mut bus = Bus::new(scenario);
        for job in [Job::Codes, Job::FreezeFrames, Job::Info, Job::Monitors, Job::Readiness] {
            assert_eq!(world.job(job.clone()), Ok(()));
            bus.session.start(job);
        }
        bus.run_until(SECOND * 30);
        let sorted = |words: &mut Vec<String>| {
            words.sort();
            words.dedup();
        };
        let (mut adapter, mut frames): (Vec<_>, Vec<_>) =
            (world.items().map(word).collect(), items(&bus.reports).map(word).collect());
        sorted(&mut adapter);
        sorted(&mut frames);
        // A refusal is spoken on a bus, too; the scans of an adapter end with the reply.
        assert_eq!(adapter, frames);
        assert_eq!(bus.session.knowledge().vin, world.session.knowledge().vin);
    }
}
