//! The simulated car and adapter on their own.

use std::time::Duration;

use cc_obd::j1979::{TestOutcome, monitor_tests};
use cc_obd::service::Framing;
use cc_obd::sim::{Car, Course, Elm327, Scenario, ScenarioError, SimOutput, Target};

const SECOND: Duration = Duration::from_secs(1);

/// What the adapter says to commands, a second apart.
fn dialogue(scenario: Scenario, commands: &[&str]) -> Vec<String> {
    let mut adapter = Elm327::new(scenario);
    let mut said = Vec::new();
    for (second, command) in (1_u32..).zip(commands) {
        adapter.handle(SECOND * second, format!("{command}\r").as_bytes());
        let mut text = String::new();
        while let Some(due) = adapter.next_deadline() {
            if let Some(SimOutput::Bytes(bytes)) = adapter.poll(due) {
                text.push_str(&String::from_utf8_lossy(&bytes));
            }
        }
        said.push(text.trim_end_matches('>').trim().replace('\r', "|"));
    }
    said
}

#[test]
fn clearing_erases_test_results_readiness_and_counters() {
    for service in [&[0x04][..], &[0x14, 0xFF, 0xFF, 0xFF]] {
        let mut car = Car::new(Scenario::standard());
        let mut ask = |request: &[u8]| {
            let replies = car.answer(SECOND, Target::Ecu(0), request, Framing::Can);
            replies.into_iter().next().map(|reply| reply.message).unwrap_or_default()
        };
        // Seven tests, the evaporative system's not ready.
        assert_eq!(ask(&[0x01, 0x01]), [0x41, 0x01, 0x82, 0x07, 0x65, 0x04]);
        assert_eq!(ask(&[0x01, 0x31]), [0x41, 0x31, 0x01, 0xE0]);
        ask(service);
        // The same are there, and none is ready.
        assert_eq!(ask(&[0x01, 0x01]), [0x41, 0x01, 0x00, 0x77, 0x65, 0x65]);
        assert_eq!(ask(&[0x01, 0x31]), [0x41, 0x31, 0x00, 0x00]);
        assert_eq!(ask(&[0x01, 0x30]), [0x41, 0x30, 0x00]);
        for monitor in [0x01, 0xA2] {
            let answer = ask(&[0x06, monitor]);
            let tests = monitor_tests(&answer, Framing::Can).unwrap();
            let outcomes: Vec<_> = tests
                .iter()
                .map(|item| match item {
                    cc_obd::j1979::MonitorItem::Test(test) => test.outcome(),
                    other => panic!("{other:?}"),
                })
                .collect();
            assert_eq!(outcomes, [TestOutcome::NotRun], "{monitor:02X}");
        }
        assert_eq!(ask(&[0x0A]), [0x4A, 0x01, 0x03, 0x01], "permanent codes stay");
        assert_eq!(ask(&[0x02, 0x02, 0x00]), [0x42, 0x02, 0x00, 0x00, 0x00], "no freeze frame");
    }
}

#[test]
fn without_formatting_frames_are_sent_and_shown_as_they_are() {
    let said = dialogue(
        Scenario::standard(),
        &["ATE0", "ATSP6", "ATS0", "010D", "ATCAF0", "010D", "02010D", "0902", "020902", "ATCAF1", "010D"],
    );
    let found: Vec<&str> = said[3..].iter().map(String::as_str).collect();
    assert_eq!(
        found,
        [
            "410D04|410D04",
            "OK",
            // One byte of a service that nobody knows.
            "NO DATA",
            "03410D06AAAAAAAA|03410D06AAAAAAAA",
            "NO DATA",
            "1014490201575657|215A5A5A314B5A41|224D303030333435",
            "OK",
            "410D0A|410D0A",
        ]
    );
}

#[test]
fn a_scenario_made_by_hand_is_checked_as_well() {
    let mut scenario = Scenario::standard();
    scenario.ecus[0]
        .signals
        .insert("vehicle_speed".into(), Course::Points(vec![(0.0, 0.0), (10.0, 9_000.0)]));
    let error = scenario.check().unwrap_err();
    assert!(matches!(error, ScenarioError::Course { ecu: 0, .. }));
    assert_eq!(
        error.to_string(),
        "ecu 0: vehicle_speed: 9000 is not within 0 to 255, all that a car can send"
    );
}
