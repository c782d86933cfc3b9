//! What a feed does where its stream is not there.
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use std::collections::VecDeque;
use std::time::Duration;

use cc_client::decide::{FeedEffect, FeedHead, FeedInput, FeedMachine, FeedState, Live, Loss};
use cc_client::{Mono, Offset};

/// Answers whatever is asked with a status, and refetches at once: how often it was asked and listed in an hour, and what was shown
/// while it waited.
fn asked_in_an_hour(status: u16) -> (usize, usize, FeedState) {
    let mut feed = FeedMachine::default();
    let (mut now, mut asked, mut listed) = (Mono::default(), 0, 0);
    let mut shown = FeedState::Idle;
    let mut effects = feed.handle(now, FeedInput::Start { stored: Offset::BEGINNING });
    while now < Mono(Duration::from_secs(3_600)) {
        let Some(effect) = effects.pop() else {
            shown = feed.state();
            now = feed.next_deadline().unwrap();
            effects = feed.handle(now, FeedInput::Timer { random: 0.5 });
            continue;
        };
        match effect {
            FeedEffect::Open { connection, .. } => {
                asked += 1;
                assert!(asked < 1_000, "a circle");
                let head = FeedHead { status, ..FeedHead::default() };
                assert!(feed.handle(now, FeedInput::Head { connection, head }).is_empty());
                effects = feed.handle(now, FeedInput::Gone { connection, status });
            }
            FeedEffect::Refetch => {
                listed += 1;
                effects = feed.handle(now, FeedInput::Refetched { offset: Offset::BEGINNING });
            }
            _ => {}
        }
    }
    (asked, listed, shown)
}

#[test]
fn a_stream_that_is_not_there_even_from_its_beginning_is_not_asked_for_in_a_circle() {
    let (asked, listed, shown) = asked_in_an_hour(410);
    assert!((10..80).contains(&asked) && listed >= asked / 3, "{asked}, {listed}");
    assert!(matches!(shown, FeedState::Backoff { loss: Loss::Refused(410), .. }));
    // There is none, or none for this person: it is looked for now and then.
    for status in [400, 404] {
        let (asked, listed, shown) = asked_in_an_hour(status);
        assert!((12..=13).contains(&asked) && listed == 0, "{status}: {asked}, {listed}");
        assert_eq!(shown, FeedState::Failed(Loss::Refused(status)));
    }
}

#[test]
fn a_stream_that_nobody_keeps_up_with_is_let_go_until_all_of_it_is_stored() {
    // Few large messages fill the memory as many small ones do.
    for (bytes, expected) in [(1, 64), (1 << 20, 16), (9 << 20, 2)] {
        let_go_after(bytes, expected);
    }
}

/// Of a live stream of messages of so many bytes, so many deliveries are held.
fn let_go_after(bytes: usize, expected: usize) {
    let mut feed = FeedMachine::default();
    let now = Mono::default();
    let connection = |effects: &[FeedEffect]| match effects.last() {
        Some(FeedEffect::Open { connection, .. }) => *connection,
        other => panic!("{other:?}"),
    };
    let stored = Offset::new("0009").unwrap();
    let catching_up = connection(&feed.handle(now, FeedInput::Start { stored: stored.clone() }));
    let page = |kind: &str| FeedHead { status: 200, content_type: Some(kind.into()), ..FeedHead::default() };
    let head = FeedHead { up_to_date: true, next: Some(stored), ..page("application/json") };
    feed.handle(now, FeedInput::Head { connection: catching_up, head });
    feed.handle(now, FeedInput::Bytes { connection: catching_up, bytes: b"[]" });
    let ended = FeedInput::Ended { connection: catching_up, whole: true, random: 0.5 };
    let live = connection(&feed.handle(now, ended));
    feed.handle(now, FeedInput::Head { connection: live, head: page("text/event-stream") });

    let (mut handed, message) = (Vec::new(), "1".repeat(bytes));
    for number in 10..1_000 {
        let text = format!(
            "event: data\ndata: [{message}]\n\nevent: control\ndata: {{\"streamNextOffset\":\"{number:04}\",\"upToDate\":true}}\n\n"
        );
        let effects = feed.handle(now, FeedInput::Bytes { connection: live, bytes: text.as_bytes() });
        handed.extend(effects);
        if matches!(handed.last(), Some(FeedEffect::Abort { .. })) {
            break;
        }
    }
    let to: Vec<Offset> = handed
        .iter()
        .filter_map(|effect| if let FeedEffect::Store { to, .. } = effect { Some(to.clone()) } else { None })
        .collect();
    assert_eq!(to.len(), expected, "{bytes}: {:?}", handed.last());
    let mut effects = Vec::new();
    for to in to {
        assert!(effects.is_empty(), "{effects:?}");
        effects = feed.handle(now, FeedInput::Stored { to });
    }
    let [FeedEffect::Open { request, .. }] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(request.query(), format!("offset={:04}", 9 + expected));
}

/// The last of a stream is read again where there was no room for it, and the stream is not at its end before.
#[test]
fn the_end_of_a_closed_stream_is_read_again_where_it_could_not_be_stored() {
    let stored = Offset::new("0009").unwrap();
    let whole = FeedHead {
        status: 200,
        content_type: Some("application/json".into()),
        next: Some(Offset::new("0010").unwrap()),
        up_to_date: true,
        closed: true,
        ..FeedHead::default()
    };
    let event = "event: data\ndata: [1]\n\nevent: control\ndata: {\"streamNextOffset\":\"0010\",\"streamClosed\":true}\n\n";
    for is_live in [false, true] {
        let (mut feed, mut now) = (FeedMachine::default(), Mono::default());
        let mut connection = opened(&feed.handle(now, FeedInput::Start { stored: stored.clone() }));
        if is_live {
            let head = FeedHead { next: Some(stored.clone()), closed: false, ..whole.clone() };
            feed.handle(now, FeedInput::Head { connection, head });
            feed.handle(now, FeedInput::Bytes { connection, bytes: b"[]" });
            connection = opened(&feed.handle(now, FeedInput::Ended { connection, whole: true, random: 0.5 }));
            let head = FeedHead {
                status: 200,
                content_type: Some("text/event-stream".into()),
                ..FeedHead::default()
            };
            feed.handle(now, FeedInput::Head { connection, head });
            feed.handle(now, FeedInput::Bytes { connection, bytes: event.as_bytes() });
        } else {
            feed.handle(now, FeedInput::Head { connection, head: whole.clone() });
            feed.handle(now, FeedInput::Bytes { connection, bytes: b"[1]" });
            feed.handle(now, FeedInput::Ended { connection, whole: true, random: 0.5 });
        }
        assert_eq!(feed.state(), FeedState::Closed, "live: {is_live}");
        let effects = feed.handle(now, FeedInput::StoreFailed { loss: Loss::StorageFull, random: 0.5 });
        let is_abort = |effect: &FeedEffect| matches!(effect, FeedEffect::Abort { .. });
        assert!(effects.iter().all(is_abort), "{effects:?}");
        assert!(
            matches!(feed.state(), FeedState::Backoff { loss: Loss::StorageFull, .. }),
            "{:?}",
            feed.state()
        );
        now = feed.next_deadline().unwrap();
        let effects = feed.handle(now, FeedInput::Timer { random: 0.5 });
        let [FeedEffect::Open { request, connection }] = &effects[..] else { panic!("{effects:?}") };
        assert_eq!(request.query(), "offset=0009");
        let connection = *connection;
        feed.handle(now, FeedInput::Head { connection, head: whole.clone() });
        feed.handle(now, FeedInput::Bytes { connection, bytes: b"[1]" });
        let effects = feed.handle(now, FeedInput::Ended { connection, whole: true, random: 0.5 });
        let [FeedEffect::Store { to, .. }] = &effects[..] else { panic!("{effects:?}") };
        assert!(feed.handle(now, FeedInput::Stored { to: to.clone() }).is_empty());
        assert_eq!((feed.state(), feed.next_deadline()), (FeedState::Closed, None));
    }
}

fn opened(effects: &[FeedEffect]) -> u64 {
    match effects.last() {
        Some(FeedEffect::Open { connection, .. }) => *connection,
        other => panic!("{other:?}"),
    }
}

#[test]
fn pages_with_nothing_in_them_and_no_end_are_asked_for_ever_more_slowly() {
    let mut feed = FeedMachine::default();
    let (mut now, mut asked, mut waits) = (Mono::default(), 0, Vec::new());
    let mut effects = feed.handle(now, FeedInput::Start { stored: Offset::BEGINNING });
    while waits.len() < 6 {
        let Some(effect) = effects.pop() else {
            let until = feed.next_deadline().unwrap();
            assert!(matches!(feed.state(), FeedState::Backoff { loss: Loss::NotAFeed, .. }));
            waits.push((until - now).as_secs());
            now = until;
            effects = feed.handle(now, FeedInput::Timer { random: 0.5 });
            continue;
        };
        match effect {
            FeedEffect::Open { connection, .. } => {
                asked += 1;
                let head = FeedHead {
                    status: 200,
                    content_type: Some("application/json".into()),
                    next: Offset::new(&format!("{asked:04}")),
                    ..FeedHead::default()
                };
                feed.handle(now, FeedInput::Head { connection, head });
                feed.handle(now, FeedInput::Bytes { connection, bytes: b"[]" });
                let ended = FeedInput::Ended { connection, whole: true, random: 0.5 };
                effects.extend(feed.handle(now, ended));
            }
            FeedEffect::Store { to, .. } => effects.extend(feed.handle(now, FeedInput::Stored { to })),
            _ => {}
        }
    }
    assert_eq!((asked, waits), (64 * 6, vec![1, 2, 4, 8, 16, 32]));
}

#[test]
fn a_flood_of_comments_is_no_feed_and_a_few_for_a_day_are_fine() {
    let rows = [
        (": beat\n\n", 24 * 60 * 3, false),
        (": beat\n\n", 300_000, true),
        ("event: data\ndata: []\n\n", 300_000, true),
    ];
    for (beat, beats, is_lost) in rows {
        let mut feed = FeedMachine::default();
        let now = Mono::default();
        let past = opened(&feed.handle(now, FeedInput::Start { stored: Offset::new("9").unwrap() }));
        let page =
            |kind: &str| FeedHead { status: 200, content_type: Some(kind.into()), ..FeedHead::default() };
        let head = FeedHead { up_to_date: true, next: Offset::new("9"), ..page("application/json") };
        feed.handle(now, FeedInput::Head { connection: past, head });
        feed.handle(now, FeedInput::Bytes { connection: past, bytes: b"[]" });
        let live = opened(&feed.handle(now, FeedInput::Ended { connection: past, whole: true, random: 0.5 }));
        feed.handle(now, FeedInput::Head { connection: live, head: page("text/event-stream") });
        for _ in 0..beats {
            feed.handle(now, FeedInput::Bytes { connection: live, bytes: beat.as_bytes() });
        }
        let lost = matches!(feed.state(), FeedState::Backoff { loss: Loss::NotAFeed, .. });
        assert_eq!(lost, is_lost, "{:?}", feed.state());
    }
}

#[test]
fn a_feed_goes_live_while_some_of_it_waits_to_be_taken() {
    let mut feed = FeedMachine::default();
    let now = Mono::default();
    let past = opened(&feed.handle(now, FeedInput::Start { stored: Offset::BEGINNING }));
    let page = FeedHead { status: 200, content_type: Some("application/json".into()), ..FeedHead::default() };
    let head = FeedHead { up_to_date: true, next: Offset::new("3"), ..page.clone() };
    feed.handle(now, FeedInput::Head { connection: past, head });
    feed.handle(now, FeedInput::Bytes { connection: past, bytes: b"[1,2,3]" });
    let effects = feed.handle(now, FeedInput::Ended { connection: past, whole: true, random: 0.5 });
    let [FeedEffect::Store { .. }, FeedEffect::Open { connection, request }] = &effects[..] else {
        panic!("{effects:?}")
    };
    assert_eq!(request.query(), "live=sse&offset=3");
    // Where the server has forgotten that place, what was handed out is taken first: it is kept nowhere else.
    let gone = FeedHead { status: 410, ..page };
    feed.handle(now, FeedInput::Head { connection: *connection, head: gone.clone() });
    let effects = feed.handle(now, FeedInput::Gone { connection: *connection, status: 410 });
    assert!(effects.is_empty(), "{effects:?}");
    let again = opened(&feed.handle(now, FeedInput::Stored { to: Offset::new("3").unwrap() }));
    feed.handle(now, FeedInput::Head { connection: again, head: gone });
    let effects = feed.handle(now, FeedInput::Gone { connection: again, status: 410 });
    assert!(matches!(effects[..], [FeedEffect::Refetch]), "{effects:?}");
}

/// A cache on the way may give an older answer to whoever asks for what comes next.
#[test]
fn what_was_read_already_is_no_answer_and_is_handed_out_once() {
    // The page before the last, and the one just before.
    for (is_live, answered) in [(false, "0010"), (true, "0010"), (false, "0020"), (true, "0020")] {
        let mut feed = FeedMachine::default();
        let now = Mono::default();
        let page = |next: &str| FeedHead {
            status: 200,
            content_type: Some("application/json".into()),
            up_to_date: is_live,
            next: Offset::new(next),
            ..FeedHead::default()
        };
        let mut connection = opened(&feed.handle(now, FeedInput::Start { stored: Offset::BEGINNING }));
        feed.handle(now, FeedInput::Head { connection, head: page("0020") });
        feed.handle(now, FeedInput::Bytes { connection, bytes: b"[1]" });
        let mut effects = feed.handle(now, FeedInput::Ended { connection, whole: true, random: 0.5 });
        effects.extend(feed.handle(now, FeedInput::Stored { to: Offset::new("0020").unwrap() }));
        connection = opened(&effects);
        let effects = if is_live {
            let head = FeedHead { content_type: Some("text/event-stream".into()), ..page("0020") };
            feed.handle(now, FeedInput::Head { connection, head });
            let control = format!("{{\"streamNextOffset\":\"{answered}\"}}");
            let older = format!("event: data\ndata: [1]\n\nevent: control\ndata: {control}\n\n");
            feed.handle(now, FeedInput::Bytes { connection, bytes: older.as_bytes() })
        } else {
            feed.handle(now, FeedInput::Head { connection, head: page(answered) });
            feed.handle(now, FeedInput::Bytes { connection, bytes: b"[1]" });
            feed.handle(now, FeedInput::Ended { connection, whole: true, random: 0.5 })
        };
        assert!(!effects.iter().any(|effect| matches!(effect, FeedEffect::Store { .. })), "{effects:?}");
        assert!(
            matches!(feed.state(), FeedState::Backoff { loss: Loss::NotAFeed, .. }),
            "{:?}",
            feed.state()
        );
        let until = feed.next_deadline().unwrap();
        let effects = feed.handle(until, FeedInput::Timer { random: 0.5 });
        let [FeedEffect::Open { request, .. }] = &effects[..] else { panic!("{effects:?}") };
        assert_eq!(request.query(), "offset=0020");
    }
}

/// One that answers so each time is asked ever more seldom, and what is shown says why.
#[test]
fn a_cache_that_gives_the_last_page_again_is_asked_ever_more_seldom() {
    for is_live in [false, true] {
        let mut feed = FeedMachine::default();
        let (mut now, mut asked, mut handed) = (Mono::default(), 0, 0);
        let page = FeedHead {
            status: 200,
            content_type: Some("application/json".into()),
            up_to_date: is_live,
            next: Offset::new("0020"),
            ..FeedHead::default()
        };
        let stream = FeedHead { content_type: Some("text/event-stream".into()), ..page.clone() };
        let news = b"event: data\ndata: [1]\n\nevent: control\ndata: {\"streamNextOffset\":\"0020\"}\n\n";
        let mut effects = VecDeque::from(feed.handle(now, FeedInput::Start { stored: Offset::BEGINNING }));
        while now < Mono(Duration::from_secs(3_600)) {
            let Some(effect) = effects.pop_front() else {
                assert!(matches!(feed.state(), FeedState::Backoff { loss: Loss::NotAFeed, .. }));
                now = feed.next_deadline().unwrap();
                effects.extend(feed.handle(now, FeedInput::Timer { random: 0.5 }));
                continue;
            };
            match effect {
                FeedEffect::Open { connection, request } if request.live == Live::Sse => {
                    asked += 1;
                    feed.handle(now, FeedInput::Head { connection, head: stream.clone() });
                    effects.extend(feed.handle(now, FeedInput::Bytes { connection, bytes: news }));
                }
                FeedEffect::Open { connection, .. } => {
                    asked += 1;
                    feed.handle(now, FeedInput::Head { connection, head: page.clone() });
                    feed.handle(now, FeedInput::Bytes { connection, bytes: b"[1]" });
                    let ended = FeedInput::Ended { connection, whole: true, random: 0.5 };
                    effects.extend(feed.handle(now, ended));
                }
                FeedEffect::Store { to, .. } => {
                    handed += 1;
                    effects.extend(feed.handle(now, FeedInput::Stored { to }));
                }
                _ => {}
            }
        }
        assert_eq!(handed, 1);
        assert!((10..80).contains(&asked), "{asked}");
    }
}
