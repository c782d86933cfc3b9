//! What a list of codes denies, and what it cannot deny.
#![cfg(feature = "source")]
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use cc_core::{Body, CodeScan, DtcDiff, DtcStatus, Event, ScanService, ScannedCode, TroubleCode};
use cc_rules::Pack;
use common::{drive, event, pack, run};

fn fault(code: &str) -> Pack {
    pack(&format!(
        "codes: {{fault: {{{code}}}}}
rules:
- {{id: clean, when: '!fault', recommend: {{action: none, urgency: info, message: m}}}}
- {{id: fault, when: fault, recommend: {{action: book, urgency: high, message: m}}}}
"
    ))
}

fn report(seconds: f64, ecu: Option<&str>, status: &str, diff: DtcDiff) -> Event {
    let mut report = TroubleCode::new("P0420".parse().unwrap());
    report.diff = Some(diff);
    report.status = Some(status.into());
    report.ecu = ecu.map(Into::into);
    event(seconds, Body::TroubleCode(report))
}

fn scan(seconds: f64, ecu: Option<&str>, service: ScanService, mask: Option<u8>) -> Event {
    let (ecu, status_mask) = (ecu.map(Into::into), mask.map(DtcStatus));
    event(seconds, Body::CodeScan(CodeScan { ecu, service, status_mask, complete: true, codes: Vec::new() }))
}

/// Whether three drives after those events clear the fault.
fn clears(pack: &Pack, events: &[Event]) -> bool {
    let drives = (0..3_i32).flat_map(|n| drive(100.0 + f64::from(n) * 10.0, 105.0 + f64::from(n) * 10.0));
    let told = run(pack, events.iter().cloned().chain(drives), 1_000.0);
    assert!(told.contains(&"0 raised fault".to_owned()), "{told:?}");
    told.contains(&"125 cleared fault".to_owned())
}

const ENGINE: Option<&str> = Some("engine");
const GEARBOX: Option<&str> = Some("gearbox");

#[test]
fn a_list_denies_only_what_its_own_ecu_reported() {
    for (code, reporter, lister, expected) in [
        ("match: [P0420]", None, None, true),
        ("match: [P0420]", ENGINE, ENGINE, true),
        ("match: [P0420]", ENGINE, GEARBOX, false),
        ("match: [P0420]", ENGINE, None, false),
        ("match: [P0420]", None, ENGINE, false),
        // Where the code names its ECU, a report that names none is taken for its own.
        ("match: [P0420], ecu: engine", None, ENGINE, true),
        ("match: [P0420], ecu: engine", ENGINE, ENGINE, true),
        ("match: [P0420], ecu: engine", ENGINE, None, false),
        ("match: [P0420], ecu: engine", None, None, true),
        ("match: [P0420], ecu: engine", ENGINE, GEARBOX, false),
    ] {
        let pack = fault(code);
        let reported = report(0.0, reporter, "08", DtcDiff::Add);
        for service in [ScanService::Stored, ScanService::Uds] {
            let events = [reported.clone(), scan(10.0, lister, service, None)];
            assert_eq!(clears(&pack, &events), expected, "{code} {reporter:?} {lister:?} {service:?}");
        }
        let events = [reported, report(10.0, lister, "00", DtcDiff::Remove)];
        assert_eq!(clears(&pack, &events), expected, "{code} {reporter:?} {lister:?} removed");
    }
    // Two ECUs reported it: each denies its own.
    let pack = fault("match: [P0420]");
    let both = vec![report(0.0, ENGINE, "08", DtcDiff::Add), report(1.0, GEARBOX, "08", DtcDiff::Add)];
    let one = scan(10.0, ENGINE, ScanService::Stored, None);
    let other = scan(11.0, GEARBOX, ScanService::Stored, None);
    assert!(!clears(&pack, &[both.clone(), vec![one.clone()]].concat()));
    assert!(clears(&pack, &[both, vec![one, other]].concat()));
}

#[test]
fn one_of_several_ecus_cannot_say_that_a_code_is_nowhere() {
    for (code, lister, expected) in [
        ("match: [P0420]", None, true),
        ("match: [P0420]", ENGINE, false),
        ("match: [P0420], ecu: engine", ENGINE, true),
        ("match: [P0420], ecu: engine", None, true),
        ("match: [P0420], ecu: engine", GEARBOX, false),
    ] {
        for service in [ScanService::Stored, ScanService::Uds] {
            let told = run(&fault(code), [scan(0.0, lister, service, None)], 10.0);
            assert_eq!(told == ["0 raised clean"], expected, "{code} {lister:?} {service:?}");
        }
    }
}

#[test]
fn a_list_by_status_mask_says_nothing_about_other_bits() {
    for (wanted, reported, mask, expected) in [
        ("confirmed", "08", Some(0x08), true),
        ("confirmed", "08", Some(0x2F), true),
        ("confirmed", "08", Some(0x04), false),
        ("confirmed", "08", Some(0x00), false),
        ("confirmed", "08", None, true),
        ("pending", "04", Some(0x04), true),
        ("pending", "04", Some(0x08), false),
        ("pending", "04", None, true),
        ("warning", "80", Some(0x80), true),
        ("warning", "80", Some(0x0F), false),
        ("any", "04", Some(0x08), false),
        ("any", "04", Some(0x04), false),
        ("any", "04", Some(0x0C), true),
        ("any", "04", Some(0xFF), true),
        ("any", "04", None, true),
    ] {
        let pack = fault(&format!("match: [P0420], status: {wanted}"));
        let list = scan(10.0, ENGINE, ScanService::Uds, mask);
        let events = [report(0.0, ENGINE, reported, DtcDiff::Add), list];
        assert_eq!(clears(&pack, &events), expected, "{wanted} {reported} {mask:?}");
        let told = run(&pack, [scan(0.0, None, ScanService::Uds, mask)], 10.0);
        assert_eq!(told == ["0 raised clean"], expected, "{wanted} {mask:?}");
    }
}

#[test]
fn more_faults_than_are_told_apart_are_denied_by_the_ecu_that_reported_them() {
    let pack = fault("match: ['*']");
    let crowd = |ecus: [Option<&str>; 2]| -> Vec<Event> {
        let list = |seconds: f64, ecu: Option<&str>, first: u16| {
            let codes = (first..first + 40)
                .map(|n| ScannedCode { dtc: format!("P{n:04}").parse().unwrap(), status: None });
            event(
                seconds,
                Body::CodeScan(CodeScan {
                    ecu: ecu.map(Into::into),
                    service: ScanService::Stored,
                    status_mask: None,
                    complete: true,
                    codes: codes.collect(),
                }),
            )
        };
        vec![list(0.0, ecus[0], 100), list(1.0, ecus[1], 200)]
    };
    let denied = |ecus: [Option<&str>; 2], by: &[Option<&str>]| {
        let lists = by.iter().map(|ecu| scan(10.0, *ecu, ScanService::Stored, None));
        clears(&pack, &crowd(ecus).into_iter().chain(lists).collect::<Vec<_>>())
    };
    assert!(denied([ENGINE, ENGINE], &[ENGINE]));
    assert!(denied([None, None], &[None]));
    assert!(!denied([ENGINE, ENGINE], &[None]));
    assert!(!denied([ENGINE, GEARBOX], &[GEARBOX]));
    // Nobody remembers which of the two reported what was dropped: only a service ends it.
    assert!(!denied([ENGINE, GEARBOX], &[ENGINE, GEARBOX]));
}
