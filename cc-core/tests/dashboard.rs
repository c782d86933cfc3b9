//! The dashboard is a function of the events: order, batches and duplicates do not matter.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use cc_core::dashboard::{Dashboard, Limits, PageQuery, Row, RowFilter, RowKind, RowOrder, Subject};
use cc_core::{Action, Arguments, Change, ChangeKind, Event, Language, RecommendationId, Urgency};
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
    let about = |rule: &str, subject: &Subject| match subject {
        Subject::Code(dtc) => rule == "misfire" && dtc.to_string() == "P0301",
        Subject::Signal(_) => rule == "service",
    };
    let mut dashboard = Dashboard::default().with_rules(about);
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
    let rows = dashboard.rows();
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
    assert_eq!(
        dashboard.status(&car).line(Language::English, now),
        "1 open recommendation, updated 2 minutes ago"
    );
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

/// How often each source saw a row come, and whether it is there.
type Sources = BTreeMap<&'static str, (u64, bool)>;

/// What the fold is, told once more and as simply as can be: of each row the first and last of an hour that say the same,
/// in the order of instant, type, id; added up from the beginning.
fn reference(said: &[Said]) -> BTreeMap<&'static str, (u64, bool, String)> {
    #[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
    enum Told {
        Off,
        On,
        Again,
        Scan(&'static str, bool, bool),
    }
    let mut kept: BTreeMap<_, BTreeSet<(u32, u8, i64)>> = BTreeMap::new();
    for Said { minute, id, text } in said {
        // Row, what is said, and the type's place among those that speak of the row.
        let (row, told, rank) = match *text {
            ADD => ("P0301 (engine)", Told::Again, 0),
            CHANGE => ("P0301 (engine)", Told::On, 0),
            REMOVE => ("P0301 (engine)", Told::Off, 0),
            LISTED => ("P0301 (7E8)", Told::Scan("stored", true, true), 1),
            EMPTY => ("P0301 (7E8)", Told::Scan("stored", false, true), 1),
            PARTIAL => ("P0301 (7E8)", Told::Scan("stored", false, false), 1),
            NONE_PENDING => ("P0301 (7E8)", Told::Scan("pending", false, true), 1),
            LISTED_PENDING => ("P0301 (7E8)", Told::Scan("pending", true, true), 1),
            REMOVE_7E8 => ("P0301 (7E8)", Told::Off, 0),
            LIT => ("malfunction_indicator", Told::On, 1),
            DARK => ("malfunction_indicator", Told::Off, 1),
            READY_LIT => ("malfunction_indicator", Told::On, 2),
            OVERDUE => ("next_service_time", Told::On, 0),
            SERVICED => ("next_service_time", Told::Off, 0),
            _ => continue,
        };
        kept.entry((row, told, minute / 60)).or_default().insert((*minute, rank, *id));
    }
    let mut in_order = BTreeSet::new();
    for ((row, told, _), stamps) in kept {
        for stamp in [stamps.first(), stamps.last()].into_iter().flatten() {
            in_order.insert((row, *stamp, told));
        }
    }
    let mut rows: BTreeMap<&str, (Sources, String)> = BTreeMap::new();
    for (row, (minute, ..), told) in in_order {
        let (sources, last) = rows.entry(row).or_default();
        let on = match told {
            Told::Off => {
                for (_, open) in sources.values_mut() {
                    *open = false;
                }
                None
            }
            Told::Scan(service, false, complete) => {
                if let Some((_, open)) = sources.get_mut(service) {
                    *open &= !complete;
                }
                None
            }
            Told::Scan(service, true, _) => Some((service, false)),
            Told::On => Some(("", false)),
            Told::Again => Some(("", true)),
        };
        if let Some((source, again)) = on {
            let (count, open) = sources.entry(source).or_default();
            *count += u64::from(again || !*open);
            *open = true;
            *last = format!("{:02}:{:02}", 10 + minute / 60, minute % 60);
        }
    }
    let sums = |sources: Sources| {
        let count = sources.values().map(|(count, _)| *count).max().unwrap_or(0);
        (count, sources.values().any(|(_, open)| *open))
    };
    rows.into_iter()
        .map(|(row, (sources, last))| (row, (sums(sources), last)))
        .filter(|(_, ((count, _), _))| *count > 0)
        .map(|(row, ((count, open), last))| (row, (count, open, last)))
        .collect()
}

#[derive(Clone, Debug)]
struct Said {
    minute: u32,
    id: i64,
    text: &'static str,
}

const LISTED_PENDING: &str = r#""type":"can_dtc_scan","ecu":"7E8","service":"pending","complete":true,"codes":[{"code":"0301","sourceType":"j2012"}]"#;
const REMOVE_7E8: &str = r#""type":"can_dtc","code":"0301","sourceType":"j2012","diff":"remove","ecu":"7E8""#;
const READY_LIT: &str =
    r#""type":"can_monitor_readiness","mil":true,"dtcCount":1,"ignition":"spark","monitors":{}"#;

/// A few hours of one car.
fn said() -> impl Strategy<Value = Vec<Said>> {
    let texts = vec![
        ADD,
        CHANGE,
        REMOVE,
        LISTED,
        EMPTY,
        PARTIAL,
        NONE_PENDING,
        LISTED_PENDING,
        REMOVE_7E8,
        OTHER_ECU,
        LIT,
        DARK,
        READY_LIT,
        OVERDUE,
        SERVICED,
    ];
    let minute = prop_oneof![0..6_u32, (0..4_u32).prop_map(|part| part * 50)];
    let one = (minute, 0..3_i64, prop::sample::select(texts));
    prop::collection::vec(one.prop_map(|(minute, id, text)| Said { minute, id, text }), 0..24)
}

fn events(said: &[Said]) -> Vec<Event> {
    said.iter().map(|Said { minute, id, text }| event_at(*minute, *id, text)).collect()
}

fn event_at(minute: u32, id: i64, rest: &str) -> Event {
    let (hour, minute) = (10 + minute / 60, minute % 60);
    Event::from_json(format!(
        r#"{{"id":{id},"vehicleId":7,"organizationKey":"semler","vin":"WVWZZZ1KZAM000001","time":"2026-05-01T{hour}:{minute:02}:00Z",{rest}}}"#
    ))
    .unwrap()
}

/// The same in another order.
fn mixed(mut events: Vec<Event>, seed: u64) -> Vec<Event> {
    let mix = |seed: u64, byte: &u8| seed.rotate_left(7).wrapping_mul(31) ^ u64::from(*byte);
    events.sort_by_key(|event| event.digest().iter().fold(seed, mix));
    events
}

/// The same of another car.
fn of(vehicle: i64, mut event: Event) -> Event {
    event.vehicle = Some(cc_core::VehicleId(vehicle));
    event
}

fn dashboard(events: &[Event]) -> Dashboard {
    let mut dashboard = Dashboard::default();
    for event in events {
        dashboard.add(event);
    }
    dashboard
}

proptest! {
    #[test]
    fn order_and_duplicates_do_not_matter(said in said(), twice in any::<prop::sample::Index>(), seed in any::<u64>()) {
        let events = events(&said);
        let mut again = events.clone();
        if !again.is_empty() {
            again.push(events[twice.index(events.len())].clone());
        }
        prop_assert_eq!(rows(&events), rows(&mixed(again, seed)));
    }

    #[test]
    fn what_is_added_up_event_by_event_is_what_is_added_up_from_the_beginning(said in said()) {
        let found: BTreeMap<String, (u64, bool, String)> = rows(&events(&said))
            .iter()
            .map(|row| {
                let ecu = row.ecu.as_ref().map(|ecu| format!(" ({ecu})")).unwrap_or_default();
                (format!("{}{ecu}", row.name), (row.count, row.open, row.last_occurred.format("%H:%M").to_string()))
            })
            .collect();
        let expected: BTreeMap<_, _> =
            reference(&said).into_iter().map(|(row, sums)| (row.to_owned(), sums)).collect();
        prop_assert_eq!(found, expected, "{:?}", said);
    }

    #[test]
    fn what_is_settled_changes_no_row_as_long_as_nothing_comes_late(said in said(), at in 0..200_u32) {
        let mut in_order = events(&said);
        in_order.sort_by(Event::canonical_cmp);
        let instant = event_at(at, 0, LIT).at;
        let (before, after): (Vec<_>, Vec<_>) = in_order.iter().cloned().partition(|event| event.at < instant);
        let mut settled = dashboard(&before);
        let open = |dashboard: &Dashboard| dashboard.rows().into_iter().filter(|row| row.open).collect::<Vec<_>>();
        let was_open = open(&settled);
        settled.forget_before(instant);
        prop_assert_eq!(&open(&settled), &was_open);
        for event in &before {
            settled.add(event);
        }
        prop_assert_eq!(&open(&settled), &was_open, "duplicates change nothing, late or not");
        for event in &after {
            settled.add(event);
        }
        // Closed rows that were forgotten may count from 1 again; all that was open then goes on.
        let whole = dashboard(&in_order);
        for row in whole.rows().iter().filter(|row| was_open.iter().any(|was| (&was.name, &was.ecu) == (&row.name, &row.ecu))) {
            prop_assert!(settled.rows().contains(row), "{row:?}");
        }
    }

    #[test]
    fn pages_in_any_order_are_the_rows_and_each_of_them_once(said in said(), limit in 1..4_usize) {
        let mut board = dashboard(&events(&said));
        for (vehicle, event) in events(&said).into_iter().enumerate() {
            board.add(&of(vehicle as i64 % 3, event));
        }
        for order in RowOrder::ALL {
            let mut query = PageQuery { order, limit, ..PageQuery::default() };
            let whole = board.page(&PageQuery { limit: usize::MAX, ..query.clone() });
            prop_assert_eq!(whole.next, None);
            let mut found = Vec::new();
            loop {
                let page = board.page(&query);
                prop_assert_eq!(page.total, whole.rows.len());
                found.extend(page.rows);
                let Some(next) = page.next else { break };
                prop_assert_eq!(found.len() % limit, 0);
                query.after = Some(next.to_string().parse().unwrap());
                prop_assert_eq!(query.after.as_ref(), Some(&next));
            }
            prop_assert_eq!(found, whole.rows);
        }
    }

    #[test]
    fn a_screen_that_draws_what_changed_shows_the_rows(said in said(), each in 1..5_usize) {
        let (mut board, mut screen, mut version) = (Dashboard::default(), BTreeMap::new(), 0);
        for part in events(&said).chunks(each) {
            for event in part {
                board.add(event);
            }
            let changes = board.changed_since(version);
            prop_assert!(!changes.reload);
            version = changes.version;
            screen.extend(changes.rows.into_iter().map(|row| ((row.vehicle.clone(), row.kind, row.name.clone(), row.ecu.clone()), row)));
            let mut shown: Vec<_> = screen.values().cloned().collect();
            let mut rows = board.rows();
            shown.sort_by_key(|row| (row.name.clone(), row.ecu.clone()));
            rows.sort_by_key(|row| (row.name.clone(), row.ecu.clone()));
            prop_assert_eq!(shown, rows);
        }
        prop_assert!(board.changed_since(version).rows.is_empty());
        prop_assert!(board.changed_since(version + 1).reload);
    }

    #[test]
    fn a_dashboard_that_was_saved_goes_on_where_it_was(said in said(), cut in any::<prop::sample::Index>(), seed in any::<u64>()) {
        let events = mixed(events(&said), seed);
        let (before, after) = events.split_at(if events.is_empty() { 0 } else { cut.index(events.len()) });
        let mut stopped = dashboard(before);
        stopped.add_change(&change(6, 1, "misfire", ChangeKind::Raised, Urgency::High));
        let mut again = Dashboard::default();
        prop_assert_eq!(again.restore(&stopped.save()), Ok(1));
        prop_assert_eq!(again.save(), stopped.save());
        for event in after {
            stopped.add(event);
            again.add(event);
        }
        prop_assert_eq!(again.rows(), stopped.rows());
        prop_assert_eq!(again.save(), stopped.save());
        let mut other = dashboard(&mixed(events.clone(), !seed));
        other.add_change(&change(6, 1, "misfire", ChangeKind::Raised, Urgency::High));
        prop_assert_eq!(other.save(), stopped.save(), "the same events give the same bytes");
    }

    #[test]
    fn a_damaged_state_is_refused_and_changes_nothing(said in said(), place in any::<prop::sample::Index>(), bit in 0..8_u32) {
        let bytes = dashboard(&events(&said)).save();
        let mut damaged = bytes.clone();
        let place = place.index(bytes.len());
        damaged[place] ^= 1 << bit;
        let mut other = dashboard(&[event(1, 1, LIT)]);
        let before = other.save();
        prop_assert!(other.restore(&damaged).is_err());
        prop_assert!(other.restore(&bytes[..place]).is_err());
        prop_assert_eq!(other.save(), before);
    }

    #[test]
    fn a_damaged_cursor_is_refused(said in said(), place in any::<prop::sample::Index>(), digit in "[0-9a-f]") {
        let page = dashboard(&events(&said)).page(&PageQuery { limit: 1, ..PageQuery::default() });
        if let Some(cursor) = page.next {
            let mut text = cursor.to_string();
            let place = place.index(text.len());
            if text[place..=place] != digit {
                text.replace_range(place..=place, &digit);
                prop_assert!(text.parse::<cc_core::dashboard::Cursor>().is_err());
            }
            text.truncate(place);
            prop_assert!(text.parse::<cc_core::dashboard::Cursor>().is_err());
        }
    }
}

#[test]
fn every_part_of_a_filter_lets_through_what_it_says() {
    let mut board = dashboard(&[
        event(1, 1, ADD),
        event(2, 1, LIT),
        event(3, 1, DARK),
        event(4, 1, OVERDUE),
        Event::from_json(
            event(5, 1, LIT).to_json().replace(r#""vin":"WVWZZZ1KZAM000001","#, "").replace(":7,", ":8,"),
        )
        .unwrap(),
    ]);
    let mut change = change(6, 1, "misfire", ChangeKind::Raised, Urgency::High);
    change.args.insert("code".into(), cc_core::Argument::Text("P0301".into()));
    board.add_change(&change);
    let all = RowFilter::default;
    let minute = |minute| Some(event(minute, 0, LIT).at);
    for (filter, names) in [
        (all(), "P0301 next_service_time malfunction_indicator malfunction_indicator"),
        (RowFilter { open: Some(false), ..all() }, "malfunction_indicator"),
        (
            RowFilter { kinds: vec![RowKind::ErrorCode, RowKind::ServiceReminder], ..all() },
            "P0301 next_service_time",
        ),
        (RowFilter { urgency_at_least: Some(Urgency::Medium), ..all() }, "P0301"),
        (RowFilter { urgency_at_least: Some(Urgency::Critical), ..all() }, ""),
        (
            RowFilter { vehicles: Some(vec!["semler/8".parse().unwrap(); 2]), ..all() },
            "malfunction_indicator",
        ),
        (RowFilter { vehicles: Some(vec![]), ..all() }, ""),
        (RowFilter { vehicles: Some(vec!["semler/9".parse().unwrap()]), ..all() }, ""),
        (RowFilter { text: Some("ENGINE".into()), ..all() }, "P0301"),
        (RowFilter { text: Some("1kzam".into()), open: Some(true), ..all() }, "P0301 next_service_time"),
        (RowFilter { since: minute(2), until: minute(4), ..all() }, "malfunction_indicator"),
    ] {
        let page = board.page(&PageQuery { filter: filter.clone(), ..PageQuery::default() });
        let mut found: Vec<_> = page.rows.iter().map(|row| &*row.name).collect();
        let mut expected: Vec<_> = names.split_whitespace().collect();
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!((found, page.total), (expected.clone(), expected.len()), "{filter:?}");
        let mut by_row: Vec<_> =
            board.rows().into_iter().filter(|row| filter.matches(row)).map(|row| row.name).collect();
        by_row.sort_unstable();
        assert_eq!(by_row.iter().map(|name| &**name).collect::<Vec<_>>(), expected, "{filter:?}");
    }
}

#[test]
fn a_car_that_says_too_much_is_kept_within_limits() {
    let limits = Limits { history: 100, rows: 20 };
    let mut board = Dashboard::with_limits(limits);
    for hour in 0..400_i64 {
        for (id, rest) in [LIT, DARK, LISTED, ADD, REMOVE].into_iter().enumerate() {
            let mut event = event(id as u32, 1, rest);
            event.at += chrono::TimeDelta::hours(hour);
            board.add(&event);
        }
    }
    let mut found = board.rows();
    found.sort_by(|a, b| (&a.name, &a.ecu).cmp(&(&b.name, &b.ecu)));
    let counts: Vec<_> = found.iter().map(|row| (&*row.name, row.count, row.open)).collect();
    assert_eq!(counts, [("P0301", 1, true), ("P0301", 400, false), ("malfunction_indicator", 400, false)]);
    assert_eq!((board.late(), board.dropped()), (0, 0));
    assert!(board.bytes() < 32_000, "{}", board.bytes());
    board.add(&event(0, 1, LIT));
    assert_eq!(board.late(), 1, "its hour is settled");

    let version = board.version();
    for code in 0..2_000 {
        board.add(&event(
            10,
            1,
            &format!(r#""type":"can_dtc","code":"{code:04}","sourceType":"j2012","diff":"add""#),
        ));
    }
    assert_eq!(board.late(), 2_001);
    let mut later = event(10, 1, LIT);
    later.at += chrono::TimeDelta::days(30);
    for code in 0..2_000 {
        let text = format!(
            r#""type":"can_dtc","code":"{code:04}","sourceType":"j2012","diff":"add","ecu":"{code}{:0>900}""#,
            1
        );
        let mut late = event(10, 1, &text);
        late.at = later.at;
        board.add(&late);
    }
    assert!(board.rows().len() <= 20 && board.dropped() >= 1_900);
    assert!(board.bytes() < 64_000, "{}", board.bytes());
    assert!(board.changed_since(version).reload);
}

#[test]
fn what_was_forgotten_counts_anew_and_what_is_open_goes_on() {
    let mut board = dashboard(&[event(1, 1, LIT), event(2, 1, DARK), event(3, 1, ADD), event(4, 1, CHANGE)]);
    let version = board.version();
    board.forget_before(event_at(70, 1, LIT).at);
    assert!(board.changed_since(version).reload);
    let shown = |board: &Dashboard| {
        board.rows().iter().map(|row| (row.name.to_string(), row.count)).collect::<Vec<_>>()
    };
    assert_eq!(shown(&board), [("P0301".to_owned(), 1)]);
    board.add(&event_at(71, 1, LIT));
    board.add(&event_at(72, 1, ADD));
    assert_eq!(shown(&board), [("P0301".to_owned(), 2), ("malfunction_indicator".to_owned(), 1)]);
    board.add(&event(9, 1, DARK));
    assert_eq!((shown(&board).len(), board.late()), (2, 1));

    let car = "semler/7".parse().unwrap();
    board.add(&of(8, event_at(73, 1, LIT)));
    board.remove(&car);
    assert_eq!(board.vehicles().map(ToString::to_string).collect::<Vec<_>>(), ["semler/8"]);
    assert_eq!(board.rows().len(), 1);
    board.add(&of(8, event(14, 1, DARK)));
    assert_eq!(board.rows().len(), 1);
}

#[test]
fn rows_made_of_stored_events_are_the_rows() {
    let said = [
        ADD,
        LIT,
        r#""type":"car_ignition","value":true"#,
        OVERDUE,
        r#""type":"can_vehicle_speed_kph","value":50"#,
    ];
    let events: Vec<Event> = said.iter().enumerate().map(|(i, rest)| event(i as u32, 1, rest)).collect();
    let stored: Vec<Event> = events.iter().filter(|event| Dashboard::is_made_of(event)).cloned().collect();
    assert_eq!(stored.len(), 3);
    assert_eq!(rows(&stored), rows(&events));
}

#[test]
fn a_quiet_car_costs_little() {
    let mut board = Dashboard::default();
    for car in 0..1_000 {
        board.add(&of(car, event(0, 1, r#""type":"car_battery_voltage","value":12.4"#)));
    }
    let without = board.bytes() / 1_000;
    for car in 0..1_000 {
        board.add(&of(car, event(1, 1, ADD)));
    }
    let with = board.bytes() / 1_000;
    println!("{without} bytes a car, {with} with a row");
    assert!(without < 500 && with < 800, "{without} {with}");
}
