use alloc::format;
use alloc::string::ToString;
use alloc::vec;

use proptest::prelude::*;

use super::super::testing::{shuffled_round_trip, told};
use super::*;

fn copenhagen() -> ClockZone {
    ClockZone::new("Europe/Copenhagen".parse().unwrap(), "CET-1CEST,M3.5.0,M10.5.0/3".parse().unwrap())
}

/// `07:30-12:00 12:30-16:00`.
fn spans(text: &str) -> Vec<OpeningSpan> {
    text.split_whitespace()
        .map(|span| {
            let (opens, closes) = span.split_once('-').unwrap();
            OpeningSpan::new(opens.parse().unwrap(), closes.parse().unwrap()).unwrap()
        })
        .collect()
}

fn daily(text: &str) -> OpeningHours {
    let mut hours = OpeningHours::closed(copenhagen());
    for day in
        [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun]
    {
        hours = hours.with_day(day, spans(text)).unwrap();
    }
    hours
}

fn at(text: &str) -> Timestamp {
    format!("{text}:00Z").parse().unwrap()
}

/// Where it is open within a stretch of time, found by asking minute by minute.
fn asked(hours: &OpeningHours, from: Timestamp, to: Timestamp) -> Vec<(Timestamp, Timestamp)> {
    let mut found: Vec<(Timestamp, Timestamp)> = Vec::new();
    let minute = TimeDelta::minutes(1);
    let mut now = from;
    while now < to {
        if hours.is_open(now) {
            match found.last_mut() {
                Some(last) if last.1 == now => last.1 = now + minute,
                _ => found.push((now, now + minute)),
            }
        }
        now += minute;
    }
    found
}

#[test]
fn hours_follow_the_clock_on_the_wall_through_its_changes() {
    for (about, text, from, to, open) in [
        (
            "a common day in winter, with a break",
            "07:30-12:00 12:30-16:00",
            "2026-01-12T00:00",
            "2026-01-13T00:00",
            vec![("2026-01-12T06:30", "2026-01-12T11:00"), ("2026-01-12T11:30", "2026-01-12T15:00")],
        ),
        (
            "the same in summer",
            "07:30-16:00",
            "2026-07-13T00:00",
            "2026-07-14T00:00",
            vec![("2026-07-13T05:30", "2026-07-13T14:00")],
        ),
        (
            "past midnight",
            "18:00-02:00",
            "2026-01-12T12:00",
            "2026-01-13T12:00",
            vec![("2026-01-12T17:00", "2026-01-13T01:00")],
        ),
        (
            "clocks go forward: 00:00 to 06:00 lasts five hours",
            "00:00-06:00",
            "2026-03-28T20:00",
            "2026-03-29T20:00",
            vec![("2026-03-28T23:00", "2026-03-29T04:00")],
        ),
        (
            "opening in the hour that is skipped",
            "02:30-06:00",
            "2026-03-28T20:00",
            "2026-03-29T20:00",
            vec![("2026-03-29T01:30", "2026-03-29T04:00")],
        ),
        (
            "a span within the hour that is skipped comes an hour later",
            "02:15-02:45",
            "2026-03-28T20:00",
            "2026-03-29T20:00",
            vec![("2026-03-29T01:15", "2026-03-29T01:45")],
        ),
        (
            "clocks go back: 00:00 to 06:00 lasts seven hours",
            "00:00-06:00",
            "2026-10-24T20:00",
            "2026-10-25T20:00",
            vec![("2026-10-24T22:00", "2026-10-25T05:00")],
        ),
        (
            "closing in the hour that comes twice: the first",
            "00:00-02:30",
            "2026-10-24T20:00",
            "2026-10-25T20:00",
            vec![("2026-10-24T22:00", "2026-10-25T00:30")],
        ),
        (
            "always open, through a change of clocks",
            "00:00-24:00",
            "2026-10-24T00:00",
            "2026-10-26T00:00",
            vec![("2026-10-24T00:00", "2026-10-26T00:00")],
        ),
    ] {
        let hours = daily(text);
        let (from, to) = (at(from), at(to));
        let open: Vec<_> = open.into_iter().map(|(from, to)| (at(from), at(to))).collect();
        assert_eq!(asked(&hours, from, to), open, "{about}");
        let total = open
            .iter()
            .map(|(from, to)| to.signed_duration_since(*from))
            .fold(TimeDelta::zero(), |a, b| a + b);
        assert_eq!(hours.open_time_between(from, to), Ok(total), "{about}");
        assert_eq!(hours.next_opening(from), Some(open[0].0), "{about}");
        let closes = (text != "00:00-24:00").then_some(open[0].1);
        assert_eq!(hours.closes_at(open[0].0), closes, "{about}");
    }
}

#[test]
fn an_exception_replaces_the_day_that_opens_on_it_and_no_other() {
    let christmas =
        HoursException::new("2026-12-24".parse().unwrap(), Some("Christmas Eve".parse().unwrap()), vec![])
            .unwrap();
    let late = HoursException::new("2026-12-28".parse().unwrap(), None, spans("10:00-12:00")).unwrap();
    let hours = daily("18:00-02:00").with_exception(christmas).unwrap().with_exception(late).unwrap();
    let open = asked(&hours, at("2026-12-23T12:00"), at("2026-12-29T12:00"));
    let open: Vec<_> = open
        .into_iter()
        .map(|(from, to)| (from.format("%d %H").to_string(), to.format("%d %H").to_string()))
        .collect();
    let expected =
        [("23 17", "24 01"), ("25 17", "26 01"), ("26 17", "27 01"), ("27 17", "28 01"), ("28 09", "28 11")];
    assert_eq!(open, expected.map(|(from, to)| (from.to_string(), to.to_string())));
    assert_eq!(hours.next_opening(at("2026-12-24T01:00")), Some(at("2026-12-25T17:00")));
}

#[test]
fn a_workshop_may_never_open_or_never_close_or_open_once() {
    let now = at("2026-05-01T10:00");
    let never = daily("");
    assert_eq!((never.is_open(now), never.next_opening(now), never.closes_at(now)), (false, None, None));
    let always = daily("00:00-24:00");
    assert_eq!((always.next_opening(now), always.closes_at(now)), (Some(now), None));
    let once = HoursException::new("2031-05-01".parse().unwrap(), None, spans("09:00-10:00")).unwrap();
    let once = never.with_exception(once).unwrap();
    assert_eq!(once.next_opening(now), Some(at("2031-05-01T07:00")));
    assert_eq!(once.next_opening(at("2031-05-01T08:00")), None);
    // Only Sundays, of which the next two hundred are closed.
    let mut sundays = never.with_day(Weekday::Sun, spans("09:00-10:00")).unwrap();
    let first: NaiveDate = "2026-05-03".parse().unwrap();
    for week in 0..200 {
        let closed = HoursException::new(first + TimeDelta::days(7 * week), None, vec![]).unwrap();
        sundays = sundays.with_exception(closed).unwrap();
    }
    let opening = sundays.next_opening(now).unwrap();
    assert_eq!(opening.date_naive(), first + TimeDelta::days(1_400));
    shuffled_round_trip(&sundays.to_json(), |json| OpeningHours::from_json(json).unwrap().to_json());
}

#[test]
fn what_no_week_is_gets_refused() {
    let hours = daily("07:30-16:00");
    assert_eq!(hours.with_day(Weekday::Mon, spans("08:00-12:00 11:00-13:00")), Err(HoursError::Overlap));
    assert_eq!(hours.with_day(Weekday::Mon, spans("18:00-02:00 20:00-21:00")), Err(HoursError::Overlap));
    let far = hours.open_time_between(at("2026-01-01T00:00"), at("2036-02-01T00:00")).unwrap_err();
    assert_eq!(far.to_string(), "expected at most 3660 days");
    assert_eq!(hours.open_time_between(Timestamp::MIN_UTC, Timestamp::MAX_UTC), Err(HoursError::Long));
    let mut many = hours.clone();
    for day in 0..1_000 {
        let date: NaiveDate = "2026-01-01".parse().unwrap();
        many = many
            .with_exception(HoursException::new(date + TimeDelta::days(day), None, vec![]).unwrap())
            .unwrap();
    }
    let more = HoursException::new("2025-01-01".parse().unwrap(), None, vec![]).unwrap();
    assert_eq!(many.with_exception(more).unwrap_err().to_string(), "expected at most 1000 exceptions");
    assert_eq!(OpeningHours::from_json(many.to_json()).unwrap(), many);
    let json = hours.to_json();
    for (from, to, error) in [
        (
            "\"opens\":\"07:30\"",
            "\"opens\":\"24:00\"",
            "monday[0].opens: expected a time from 00:00 to 23:59 at \"24:00\",",
        ),
        (
            "\"closes\":\"16:00\"",
            "\"closes\":\"07:30\"",
            "monday[0].closes: expected another time than opens at \"07:30\"}",
        ),
        ("16:00", "16.00", "monday[0].closes: expected a time from 00:00 to 24:00 at \"16.00\"}"),
        (
            "\"exceptions\":[]",
            "\"exceptions\":[{\"date\":\"2026-02-30\"}]",
            "exceptions[0].date: expected a text (YYYY-MM-DD) at \"2026-02",
        ),
    ] {
        assert!(json.contains(from));
        let wrong = json.replacen(from, to, 1);
        assert_eq!(told(&wrong, &OpeningHours::from_json(&wrong).unwrap_err()), error);
    }
}

#[test]
fn the_ends_of_the_calendar_do_no_harm() {
    let hours = daily("18:00-02:00");
    for at in [Timestamp::MIN_UTC, Timestamp::MAX_UTC] {
        let _ = (hours.is_open(at), hours.next_opening(at), hours.closes_at(at));
        assert!(hours.open_time_between(at, at).unwrap().is_zero());
    }
}

/// Up to three spans that lie apart, each edge at a quarter of an hour.
fn any_day() -> impl Strategy<Value = Vec<OpeningSpan>> {
    (proptest::collection::btree_set(0_u16..=96, 0..7), any::<bool>()).prop_map(|(edges, late)| {
        let edges: Vec<u16> = edges.into_iter().map(|edge| edge * 15).collect();
        let time = |minutes| ClockTime::from_minutes(minutes).unwrap();
        let mut spans: Vec<_> =
            edges.chunks_exact(2).filter_map(|pair| OpeningSpan::new(time(pair[0]), time(pair[1]))).collect();
        // The last edge of an odd number of them begins a span that passes midnight.
        if late && edges.len() % 2 == 1 {
            spans.extend(
                OpeningSpan::new(time(edges[edges.len() - 1]), time(120))
                    .filter(OpeningSpan::passes_midnight),
            );
        }
        spans
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_question_has_the_answer_that_asking_each_minute_has(
        days in proptest::collection::vec(any_day(), 7),
        exception in any_day(),
        start in prop_oneof![Just("2026-03-28T12:00"), Just("2026-10-24T12:00"), Just("2026-06-01T12:00")],
    ) {
        let mut hours = OpeningHours::closed(copenhagen());
        for (day, spans) in (0_u8..).zip(days) {
            hours = hours.with_day(Weekday::try_from(day).unwrap(), spans).unwrap();
        }
        let from = at(start);
        let exception = HoursException::new(from.date_naive() + TimeDelta::days(1), None, exception).unwrap();
        let hours = hours.with_exception(exception).unwrap();
        let to = from + TimeDelta::hours(60);
        let open = asked(&hours, from, to);
        let total = open.iter().map(|(from, to)| to.signed_duration_since(*from)).fold(TimeDelta::zero(), |a, b| a + b);
        prop_assert_eq!(hours.open_time_between(from, to), Ok(total));
        match open.first() {
            Some((first, _)) => prop_assert_eq!(hours.next_opening(from), Some(*first)),
            None => prop_assert!(hours.next_opening(from).is_none_or(|opening| opening >= to)),
        }
        for (first, last) in open.iter().filter(|(_, last)| *last < to) {
            prop_assert_eq!(hours.closes_at(*first), Some(*last));
        }
        prop_assert_eq!(OpeningHours::from_json(hours.to_json()).unwrap(), hours);
    }
}
