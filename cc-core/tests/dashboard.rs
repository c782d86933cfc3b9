//! The dashboard is a function of the events: order, batches and duplicates do not matter.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use cc_core::dashboard::{Dashboard, Row, Subject};
use cc_core::{Action, Arguments, Change, ChangeKind, Event, RecommendationId, Urgency};
use proptest::prelude::*;

fn event(minute: u32, id: i64, rest: &str) -> Event {
    Event::from_json(format!(
        r#"{{"id":{id},"vehicleId":7,"organizationKey":"semler","vin":"WVWZZZ1KZAM000001","time":"2026-05-01T10:{minute:02}:00Z",{rest}}}"#
    ))
    .unwrap()
}

fn change(minute: u32, id: u8, rule: &str, kind: ChangeKind, urgency: Urgency) -> Change {
    Change {
        at: format!("2026-05-01T10:{minute:02}:00Z").parse().unwrap(),
        vehicle: "semler/7".parse().unwrap(),
        id: RecommendationId([id; 16]),
        rule: rule.into(),
        change: kind,
        urgency,
        action: Action::Book,
        due: None,
        message: rule.into(),
        args: Arguments::new(),
    }
}

fn rows(events: &[Event]) -> Vec<Row> {
    let mut dashboard = Dashboard::default();
    for event in events {
        dashboard.add(event);
    }
    dashboard.rows()
}

/// Name, count, open and the minute a row last occurred.
fn short(events: &[Event]) -> Vec<(String, u64, bool, String)> {
    let minute = |row: &Row| row.last_occurred.format("%M").to_string();
    rows(events).iter().map(|row| (row.name.to_string(), row.count, row.open, minute(row))).collect()
}

const ADD: &str = r#""type":"can_dtc","code":"0301","sourceType":"j2012","diff":"add","ecu":"engine""#;
const CHANGE: &str = r#""type":"can_dtc","code":"0301","sourceType":"j2012","diff":"change","ecu":"engine""#;
const REMOVE: &str = r#""type":"can_dtc","code":"0301","sourceType":"j2012","diff":"remove","ecu":"engine""#;
const ELSEWHERE: &str =
    r#""type":"can_dtc","code":"0301","sourceType":"j2012","diff":"remove","ecu":"gateway""#;
const LISTED: &str = r#""type":"can_dtc_scan","ecu":"7E8","service":"stored","complete":true,"codes":[{"code":"0301","sourceType":"j2012"}]"#;
const EMPTY: &str = r#""type":"can_dtc_scan","ecu":"7E8","service":"stored","complete":true,"codes":[]"#;
const PARTIAL: &str = r#""type":"can_dtc_scan","ecu":"7E8","service":"stored","complete":false,"codes":[]"#;
const NONE_PENDING: &str =
    r#""type":"can_dtc_scan","ecu":"7E8","service":"pending","complete":true,"codes":[]"#;
const OTHER_ECU: &str = r#""type":"can_dtc_scan","ecu":"7E9","service":"stored","complete":true,"codes":[]"#;
const LIT: &str = r#""type":"can_mil_lamp","value":true"#;
const DARK: &str = r#""type":"can_mil_lamp","value":false"#;
const OVERDUE: &str = r#""type":"can_next_service_days","value":-3"#;
const SERVICED: &str = r#""type":"can_next_service_days","value":365"#;

#[test]
fn rows_open_count_and_close() {
    let cases: [(&[&str], &str, u64, bool, &str); 14] = [
        (&[ADD], "P0301", 1, true, "00"),
        (&[ADD, CHANGE], "P0301", 1, true, "01"),
        (&[ADD, REMOVE], "P0301", 1, false, "00"),
        (&[ADD, ELSEWHERE], "P0301", 1, true, "00"),
        (&[ADD, REMOVE, ADD], "P0301", 2, true, "02"),
        (&[CHANGE], "P0301", 1, true, "00"),
        (&[LISTED, LISTED], "P0301", 1, true, "01"),
        (&[LISTED, EMPTY], "P0301", 1, false, "00"),
        (&[LISTED, PARTIAL, NONE_PENDING, OTHER_ECU], "P0301", 1, true, "00"),
        (&[LISTED, EMPTY, LISTED], "P0301", 2, true, "02"),
        (&[LIT, LIT, DARK], "malfunction_indicator", 1, false, "01"),
        (&[LIT, DARK, LIT], "malfunction_indicator", 2, true, "02"),
        (&[OVERDUE, OVERDUE], "next_service_time", 1, true, "01"),
        (&[OVERDUE, SERVICED], "next_service_time", 1, false, "00"),
    ];
    for (said, name, count, open, minute) in cases {
        let events: Vec<Event> = said.iter().enumerate().map(|(i, rest)| event(i as u32, 1, rest)).collect();
        assert_eq!(short(&events), [(name.to_owned(), count, open, minute.to_owned())], "{said:?}");
    }
    for said in [REMOVE, EMPTY, DARK, SERVICED, r#""type":"car_ignition","value":true"#] {
        assert_eq!(short(&[event(0, 1, said)]), [], "{said}");
    }
}

#[test]
fn open_rows_come_first_then_urgent_ones_then_the_latest() {
    let mut dashboard = Dashboard::default();
    for event in [
        event(1, 1, ADD),
        event(2, 1, r#""type":"can_dtc","code":"0420","sourceType":"j2012","diff":"add""#),
        event(3, 1, OVERDUE),
        event(4, 1, LIT),
        event(5, 1, DARK),
    ] {
        dashboard.add(&event);
    }
    dashboard.add_change(&change(6, 1, "misfire", ChangeKind::Raised, Urgency::High));
    dashboard.add_change(&change(6, 2, "service", ChangeKind::Raised, Urgency::Critical));
    dashboard.add_change(&change(7, 2, "service", ChangeKind::Cleared, Urgency::Critical));
    let about = |rule: &str, subject: &Subject| match subject {
        Subject::Code(dtc) => rule == "misfire" && dtc.to_string() == "P0301",
        Subject::Signal(_) => rule == "service",
    };
    let rows = dashboard.rows_by(about);
    let shown: Vec<_> = rows.iter().map(|row| (&*row.name, row.urgency)).collect();
    assert_eq!(
        shown,
        [
            ("P0301", Some(Urgency::High)),
            ("next_service_time", None),
            ("P0420", None),
            ("malfunction_indicator", None)
        ]
    );
    let car = "semler/7".parse().unwrap();
    assert_eq!(dashboard.status(&car).open, 1);
    let now = "2026-05-01T10:07:30Z".parse().unwrap();
    assert_eq!(dashboard.status(&car).line("en", now), "1 open recommendation, updated 2 minutes ago");
    assert_eq!(dashboard.status(&"semler/8".parse().unwrap()).heard, None);
}

#[test]
fn the_vin_is_in_the_row_and_not_in_debug() {
    let mut dashboard = Dashboard::default();
    dashboard.add(&event(0, 1, ADD));
    let rows = dashboard.rows();
    assert!(rows[0].to_string().contains("WVWZZZ1KZAM000001"));
    assert!(!format!("{rows:?}{dashboard:?}").contains("WVWZZZ1KZAM000001"));
}

proptest! {
    #[test]
    fn order_and_duplicates_do_not_matter(
        said in prop::collection::vec((0..6_u32, 0..3_i64, prop::sample::select(vec![ADD, CHANGE, REMOVE, LISTED, EMPTY, PARTIAL, NONE_PENDING, OTHER_ECU, LIT, DARK, OVERDUE, SERVICED])), 0..16),
        twice in any::<prop::sample::Index>(),
        seed in any::<u64>(),
    ) {
        let events: Vec<Event> = said.iter().map(|(minute, id, rest)| event(*minute, *id, rest)).collect();
        let mut mixed = events.clone();
        if !mixed.is_empty() {
            mixed.push(events[twice.index(events.len())].clone());
        }
        mixed.sort_by_key(|event| event.digest().iter().fold(seed, |mix, byte| mix.rotate_left(7).wrapping_mul(31) ^ u64::from(*byte)));
        prop_assert_eq!(rows(&events), rows(&mixed));
    }
}
