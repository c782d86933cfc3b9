//! Who may ask a client to be left alone, for how long, and what it says meanwhile: the engine against answers that a test writes.
#![cfg(feature = "tokio")]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

#[path = "common/engine.rs"]
mod engine;

use std::time::Duration;

use cc_client::decide::{AuthLoss, AuthState, FeedState, Loss, OutboxState};
use cc_client::engine::{EngineConfig, Input, StoreCommand};
use cc_client::store::{MemoryStore, Store, StoreError};
use cc_client::wire::ProblemCode;
use cc_client::{Mono, Stamp, Write, WriteId, WriteKind};
use cc_core::Timestamp;
use engine::{JSON, PROBLEM, World};

fn start() -> World {
    World::start(EngineConfig::new(1, 7), MemoryStore::new())
}

/// Answers the only request that is open.
fn answer(world: &mut World, status: u16, headers: &[(&str, &str)], body: &str) {
    assert_eq!(world.open.len(), 1, "{:?}", world.open);
    world.answer("", status, headers, body);
    assert!(!world.said.iter().any(|said| said == "SignedOut"), "{status} {headers:?} {body}");
}

/// Lets time pass until a request is made; gives how many seconds that took.
fn silent_for(world: &mut World) -> u64 {
    let began = world.now;
    world.wait();
    (world.now - began).as_secs()
}

const HTML: (&str, &str) = ("content-type", "text/html");
const LONG: (&str, &str) = ("retry-after", "3000");
const OWN: &str = r#"{"status":503,"code":"unavailable"}"#;

#[test]
fn only_the_platform_is_left_alone_for_as_long_as_it_wishes() {
    type Row = (u16, &'static [(&'static str, &'static str)], &'static str, std::ops::RangeInclusive<u64>);
    let rows: [Row; 15] = [
        (200, &[HTML, LONG], "<html>", 0..=1),
        (200, &[JSON, LONG], "{}", 0..=1),
        (404, &[JSON, LONG], r#"{"error":"no route"}"#, 0..=1),
        (500, &[JSON, LONG], "{}", 0..=1),
        (502, &[JSON, LONG], r#"{"code":"x"}"#, 0..=1),
        (429, &[JSON, LONG], r#"{"code":"x"}"#, 60..=60),
        (302, &[HTML, LONG], "", 0..=1),
        (403, &[HTML, LONG], "<html>", 0..=1),
        (503, &[HTML, LONG], "<html>", 60..=60),
        (429, &[LONG], "", 60..=60),
        (503, &[JSON, LONG], r#"{"message":"busy"}"#, 60..=60),
        (503, &[PROBLEM, LONG], OWN, 3_000..=3_000),
        // Of two words the longer counts, also where a proxy has joined them.
        (503, &[PROBLEM, ("retry-after", "40"), ("retry-after", "900")], OWN, 900..=900),
        (503, &[PROBLEM, ("retry-after", "900, 40")], OWN, 900..=900),
        (429, &[PROBLEM, ("retry-after", "90000")], r#"{"code":"rate_limited"}"#, 3_600..=3_600),
    ];
    for (status, headers, body, expected) in rows {
        let mut world = start();
        answer(&mut world, status, headers, body);
        let silent = silent_for(&mut world);
        assert!(expected.contains(&silent), "{status} {headers:?} {body}: {silent} s");
    }
}

#[test]
fn a_date_is_no_wait_where_nobody_knows_what_time_it_is_there() {
    let date = ("retry-after", "Fri, 01 May 2026 10:00:03 GMT");
    for (headers, expected) in [
        (&[PROBLEM, date][..], 0..=10),
        (&[PROBLEM, date, ("date", "Fri, 01 May 2026 10:00:00 GMT")], 3..=13),
        (&[PROBLEM, date, ("date", "Fri, 01 May 2026 11:00:00 GMT")], 0..=10),
    ] {
        let mut world = start();
        answer(&mut world, 503, headers, OWN);
        let silent = silent_for(&mut world);
        assert!(expected.contains(&silent), "{headers:?}: {silent} s");
    }
}

#[test]
fn a_date_by_an_unknown_clock_is_none_either_once_another_answer_has_told_the_time() {
    const FEEDS: [&str; 2] = ["vehicles/local/7", "vehicles/local/8"];
    let mut world = World::with_token(&FEEDS, MemoryStore::new());
    let [first, second] = FEEDS.map(|feed| world.find(&format!("/v1/feeds/{feed}")));
    world.head(first, 503, &[HTML, ("retry-after", "Fri, 01 May 2026 10:59:00 GMT")]);
    let at = [JSON, ("date", "Fri, 01 May 2026 10:00:00 GMT"), ("stream-next-offset", "1")];
    world.head(second, 200, &at);
    world.rest(second, "[]", true);
    assert!(world.engine.status(world.now).server_time.is_some());
    world.rest(first, "<html>", true);
    world.pass(30);
    assert!(world.is_asked(&format!("/v1/feeds/{}", FEEDS[0])), "{:?}", world.engine.status(world.now).feeds);
}

#[test]
fn another_network_ends_a_wait_that_was_not_the_platforms_own() {
    for (headers, body, ends) in [
        (&[HTML, LONG], "<html>", true),
        (&[JSON, LONG], r#"{"message":"busy"}"#, true),
        (&[PROBLEM, LONG], OWN, false),
    ] {
        let mut world = start();
        answer(&mut world, 503, headers, body);
        world.tell(Input::Network { up: false });
        world.tell(Input::Network { up: true });
        assert_eq!(!world.open.is_empty(), ends, "{body}");
    }
}

/// Until when the store says that the platform is to be left alone, in seconds from the beginning.
fn kept(world: &mut World) -> Option<u64> {
    let kept = String::from_utf8(world.store.value("quiet").unwrap()?).unwrap();
    let millis: u64 = kept.split(' ').next().unwrap().parse().unwrap();
    Some(millis.div_ceil(1_000))
}

/// A platform that refuses all at once tells each process the same, some milliseconds apart.
#[test]
fn of_two_that_were_told_the_same_none_comes_before_the_later_end() {
    for apart in 1..12 {
        let mut world = World::with_token(&["a"], MemoryStore::new());
        world.answer("/v1/feeds/a", 429, &[PROBLEM, ("retry-after", "3")], r#"{"code":"rate_limited"}"#);
        world.now = world.now + Duration::from_millis(apart);
        world.another_is_told_to_wait(3);
        let until = world.now + Duration::from_secs(3);
        world.wait();
        assert!(world.now >= until, "{apart} ms: {:?} before {until:?}", world.now);
        assert!(world.now < until + Duration::from_millis(2), "{apart} ms: {:?}", world.now);
    }
}

#[test]
fn what_another_process_was_told_holds_for_one_that_runs_within_its_next_look() {
    let mut world = World::with_token(&["a"], MemoryStore::new());
    world.another_is_told_to_wait(3_600);
    world.pass(15);
    world.nothing_new("/v1/feeds/a");
    assert_eq!(world.engine.status(world.now).feeds[0].1.clone(), {
        let until = Mono(Duration::from_secs(3_700));
        FeedState::Backoff { until, loss: Loss::AskedToWait }
    });
    world.pass(3_584);
    assert!(world.open.is_empty(), "{:?}", world.open);
    world.pass(2);
    assert!(!world.open.is_empty());
}

const OF_A_GATEWAY: &str = r#"{"message":"no healthy upstream"}"#;

#[test]
fn answers_that_cross_are_each_judged_by_their_own_ends() {
    // Whether the answers to A and B are the platform's; how long everything is quiet, and on another network.
    for (of_a, of_b, quiet, elsewhere) in [
        (OF_A_GATEWAY, OF_A_GATEWAY, 60, 0),
        (OWN, OF_A_GATEWAY, 3_000, 3_000),
        (OF_A_GATEWAY, OWN, 3_000, 3_000),
        (OWN, OWN, 3_000, 3_000),
    ] {
        for (is_reversed, is_elsewhere) in [(false, false), (false, true), (true, false), (true, true)] {
            let mut world = World::with_token(&["a", "b"], engine::with_writes(0));
            let mut answers = [(world.find("/v1/feeds/a"), of_a), (world.find("/v1/feeds/b"), of_b)];
            for (request, _) in answers {
                world.head(request, 503, &[JSON, LONG]);
                assert_eq!(kept(&mut world), None, "nothing is believed for good by a head");
            }
            // While nobody knows whose word it is, nothing is sent.
            world.store.accept("main", &[write()]).unwrap();
            world.tell(Input::Filled);
            assert!(!world.is_asked("/v1/changes"));
            if is_reversed {
                answers.reverse();
            }
            for (request, body) in answers {
                world.rest(request, body, true);
            }
            assert_eq!(kept(&mut world).is_some(), elsewhere > 0, "{of_a} {of_b}");
            if is_elsewhere {
                world.tell(Input::Network { up: true });
            }
            let quiet = if is_elsewhere { elsewhere } else { quiet };
            if quiet > 0 {
                world.pass(quiet - 1);
                assert!(world.open.is_empty(), "{of_a} {of_b}: {:?}", world.open);
                world.pass(1);
            }
            assert!(!world.open.is_empty(), "{of_a} {of_b}");
        }
    }
}

#[test]
fn a_strangers_wish_counts_for_a_minute_if_there_is_too_much_to_do_and_else_not_at_all() {
    for (status, body, whole, is_heard) in [
        (401, r#"{"message":"Unauthorized"}"#, true, false),
        (404, r#"{"message":"no Route matched"}"#, true, false),
        (410, "{}", true, false),
        (500, "", true, false),
        (500, r#"{"code":"internal"}"#, false, false),
        (429, "{}", true, true),
        (503, OF_A_GATEWAY, true, true),
        (503, OF_A_GATEWAY, false, true),
        // Of what breaks off nobody knows whose it was: it counts as if it were the platform's, and no longer than a stranger's.
        (503, OWN, false, true),
    ] {
        let mut world = World::with_token(&["a", "b"], MemoryStore::new());
        world.pass(10);
        let request = world.find("/v1/feeds/a");
        world.head(request, status, &[JSON, LONG]);
        world.rest(request, body, whole);
        world.open.clear();
        // It may be the platform's: the other processes, and the next start, are to leave it alone as well.
        assert_eq!(kept(&mut world), (is_heard && !whole).then_some(110 + 60), "{status} {body}");
        if is_heard {
            world.pass(59);
            assert!(world.open.is_empty(), "{status} {body}: {:?}", world.open);
        }
        world.pass(6);
        assert!(!world.open.is_empty(), "{status} {body}");
    }
}

#[test]
fn who_has_written_too_much_may_still_read() {
    let spent =
        r#"{"code":"rate_limited","detail":"what one person writes within 30 days: at most 256 MiB"}"#;
    let mut world = World::with_token(&["a"], engine::with_writes(1));
    world.answer("/v1/changes", 429, &[PROBLEM], spent);
    assert_eq!(kept(&mut world), None);
    let outbox = world.engine.status(world.now).outbox;
    assert!(matches!(outbox, OutboxState::Backoff { .. }), "{outbox:?}");
    world.nothing_new("/v1/feeds/a");
    assert!(world.is_asked("/v1/feeds/a?live=sse"), "{:?}", world.open);
}

#[test]
fn whoever_is_told_when_to_come_again_asks_nothing_before_whatever_the_request_was() {
    for (path, code) in [("/v1/changes", "rate_limited"), ("/v1/feeds/a", "too_many_streams")] {
        let mut world = World::with_token(&["a"], engine::with_writes(1));
        world.answer(path, 429, &[PROBLEM, ("retry-after", "300")], &format!("{{\"code\":\"{code}\"}}"));
        let until = world.now + Duration::from_secs(300);
        assert!(kept(&mut world).is_some(), "{path}");
        world.open.clear();
        // Another network, and sleep, bring no new allowance.
        world.tell(Input::Network { up: true });
        world.tell(Input::Asleep(true));
        world.tell(Input::Asleep(false));
        world.tell(Input::Filled);
        world.pass(299);
        assert!(world.open.is_empty(), "{path}: {:?}", world.open);
        // Whoever has looked meanwhile has seen whole milliseconds.
        world.now = until + Duration::from_millis(1);
        world.tell(Input::Timer);
        assert!(world.is_asked(path), "{path}: {:?}", world.open);
    }
}

fn write() -> Write {
    Write::new(
        WriteId::new(Timestamp::default(), [1; 10]),
        ("places", "1"),
        WriteKind::Put,
        "{}",
        Stamp { millis: 1, counter: 0, node: 1 },
    )
}

#[test]
fn a_write_is_rejected_on_the_platforms_word_only() {
    for (status, kind, body, waits) in [
        (422, PROBLEM, r#"{"message":"Bad Request"}"#, true),
        (422, PROBLEM, "{}", true),
        (400, JSON, r#"{"code":"BadRequest","message":"bad"}"#, true),
        (415, JSON, r#"{"code":"x"}"#, true),
        (422, JSON, r#"{"code":"whatever"}"#, true),
        // A platform to come may mean that it will never do, or not: nothing is given up that this version does not understand.
        (422, PROBLEM, r#"{"code":"one_of_next_year"}"#, true),
        // These codes are none of that status.
        (422, PROBLEM, r#"{"code":"unavailable"}"#, true),
        (400, PROBLEM, r#"{"code":"forbidden"}"#, true),
        (409, JSON, r#"{"message":"conflict"}"#, true),
        (400, PROBLEM, r#"{"code":"malformed"}"#, false),
        (415, PROBLEM, r#"{"code":"unsupported_media_type"}"#, false),
        (422, PROBLEM, r#"{"code":"invalid_entity"}"#, false),
    ] {
        let mut world = start();
        world.store.accept("main", &[write()]).unwrap();
        world.token("one");
        world.tell(Input::Filled);
        world.open.retain(|_, http| http.target == "/v1/changes");
        answer(&mut world, status, &[kind, ("producer-expected-seq", "9")], body);
        assert_eq!(world.store.waiting_count().unwrap() == 1, waits, "{status} {body}");
        let state = world.engine.status(world.now).outbox;
        assert_eq!(matches!(state, OutboxState::Backoff { .. }), waits, "{status} {body}: {state:?}");
    }
}

#[test]
fn while_the_platform_is_left_alone_everything_says_until_when() {
    let mut world = start();
    world.token("one");
    answer(&mut world, 503, &[PROBLEM, LONG], OWN);
    world.store.accept("main", &[write()]).unwrap();
    world.tell(Input::Filled);
    // Its feed waits for its turn, its write for the same; and the token runs out meanwhile.
    let until = world.now + Duration::from_secs(3_000);
    let mut passed = 0;
    for second in [10, 500, 2_990] {
        world.pass(second - passed);
        passed = second;
        assert!(world.open.is_empty(), "{:?}", world.open);
        let status = world.engine.status(world.now);
        assert!(
            matches!(status.feeds[0].1, FeedState::Backoff { until: when, .. } if when == until),
            "{status:?}"
        );
        assert_eq!(status.outbox, OutboxState::Backoff { until }, "{second}");
        if second > 500 {
            let reason = AuthLoss::AskedToWait;
            assert_eq!(status.auth, AuthState::Backoff { until, reason });
            assert_eq!(status.feeds[0].1, FeedState::Backoff { until, loss: Loss::AskedToWait });
        }
    }
    assert_eq!(silent_for(&mut world), 10);
}

#[test]
fn why_there_is_no_token_is_told() {
    let state = |world: &World| world.engine.status(world.now).auth;
    for (status, headers, body, expected) in [
        (200, HTML, "<html>", AuthLoss::NotThePlatform),
        (302, HTML, "", AuthLoss::NotThePlatform),
        (401, HTML, "<html>", AuthLoss::NotThePlatform),
        (401, JSON, r#"{"message":"Unauthorized"}"#, AuthLoss::NotThePlatform),
        (403, PROBLEM, r#"{"code":"forbidden"}"#, AuthLoss::Refused(403)),
        (503, PROBLEM, OWN, AuthLoss::Refused(503)),
    ] {
        let mut world = start();
        answer(&mut world, status, &[headers], body);
        assert!(
            matches!(state(&world), AuthState::Backoff { reason, .. } if reason == expected),
            "{status} {body}: {:?}",
            state(&world)
        );
    }
    for loss in [AuthLoss::NotConnected, AuthLoss::NotTrusted, AuthLoss::TimedOut] {
        let mut world = start();
        let (request, _) = world.open.pop_first().unwrap();
        world.tell(Input::Lost { request, loss });
        assert!(matches!(state(&world), AuthState::Backoff { reason, .. } if reason == loss));
    }
}

#[test]
fn every_code_of_the_protocol_is_known_as_the_platforms_own() {
    let protocol = include_str!("../../docs/protocol/README.md");
    let rows = protocol.lines().filter(|line| {
        let status = line.strip_prefix("| ").and_then(|rest| rest.get(..3));
        status.is_some_and(|status| status.starts_with(['4', '5']) && status.parse::<u16>().is_ok())
    });
    let mut codes = 0;
    for row in rows {
        let cell = row.split('|').nth(2).unwrap();
        for word in cell.split('`').skip(1).step_by(2).filter(|word| *word != "detail") {
            assert_eq!(ProblemCode::from_word(word).as_str(), word);
            codes += 1;
        }
    }
    assert!(codes > 25, "{codes}");
}

#[test]
fn nothing_is_asked_before_what_another_process_was_told_a_moment_ago() {
    // What this one would ask next, and what brings that about.
    type Row = (&'static str, fn(&mut World));
    let rows: [Row; 5] = [
        ("/v1/changes", |world| {
            world.store.accept("main", &[write()]).unwrap();
            world.tell(Input::Filled);
        }),
        ("/v1/feeds/a?live=sse", |world| world.nothing_new("/v1/feeds/a")),
        ("/v1/feeds/a", |world| world.tell(Input::Network { up: true })),
        ("/v1/auth/token", |world| {
            world.answer("/v1/feeds/a", 401, &[PROBLEM], r#"{"code":"token_expired"}"#);
        }),
        ("/v1/auth/session", |world| world.tell(Input::SignOut)),
    ];
    for (path, happens) in rows {
        for is_told in [false, true] {
            let mut world = World::with_token(&["a"], MemoryStore::new());
            world.pass(10);
            let asked_before: Vec<u64> = world.open.keys().copied().collect();
            if is_told {
                world.another_is_told_to_wait(20);
            }
            happens(&mut world);
            let news = |world: &World| {
                let of_it = |(request, http): (&u64, &cc_client::engine::HttpRequest)| {
                    !asked_before.contains(request) && http.target.starts_with(path)
                };
                world.open.iter().any(of_it)
            };
            assert_eq!(news(&world), !is_told, "{path}: {:?}", world.open);
            if is_told {
                world.pass(19);
                assert!(!news(&world), "{path}: {:?}", world.open);
                world.pass(2);
                assert!(news(&world), "{path}: {:?}", world.open);
            }
        }
    }
}

#[test]
fn one_look_is_for_all_that_are_about_to_be_asked_and_what_is_given_up_meanwhile_is_not() {
    let feeds: Vec<String> = (0..60).map(|number| number.to_string()).collect();
    let feeds: Vec<&str> = feeds.iter().map(String::as_str).collect();
    let mut config = EngineConfig::new(1, 7);
    config.follow_only(feeds.iter().copied());
    let mut world = World::start(config, MemoryStore::new());
    world.is_store_slow = true;
    world.token("one");
    let looks =
        |world: &World| world.asked.iter().filter(|(_, command)| format!("{command:?}") == "Quiet").count();
    while let Some(place) = world.asked.iter().position(|(_, command)| format!("{command:?}") != "Quiet") {
        let (ticket, command) = world.asked.remove(place);
        world.store_does(ticket, command);
    }
    assert!(looks(&world) <= 2 && world.open.is_empty(), "{:?}", world.asked);
    // A feed that is told to begin anew gives up what it was about to ask.
    world.tell(Input::Network { up: false });
    world.tell(Input::Network { up: true });
    world.store_answers();
    assert_eq!(world.open.len(), 60);
}

/// Another process was told more than the wish that could not be written down.
#[test]
fn a_wish_that_could_not_be_kept_sends_nothing_before_the_look_that_it_has_passed() {
    let mut world = World::with_token(&["a", "b"], MemoryStore::new());
    world.is_store_slow = true;
    world.nothing_new("/v1/feeds/b");
    assert!(!world.is_asked("/v1/feeds/b"), "before the store was looked at");
    world.answer("/v1/feeds/a", 429, &[PROBLEM, ("retry-after", "1")], OWN);
    let is_wish = |(_, command): &(u64, StoreCommand)| matches!(command, StoreCommand::KeepQuiet { .. });
    let wish = world.asked.iter().position(is_wish).unwrap();
    let (ticket, _) = world.asked.remove(wish);
    world.another_is_told_to_wait(60);
    world.pass(2);
    world.tell(Input::Stored { ticket, answer: Err(StoreError::Busy) });
    assert!(world.open.is_empty(), "{:?}", world.open);
    world.store_answers();
    world.pass(50);
    assert!(world.open.is_empty(), "{:?}", world.open);
    world.pass(12);
    assert!(world.is_asked("/v1/feeds/b"));
}

#[test]
fn a_wish_that_could_not_be_kept_is_kept_with_the_next_look() {
    for error in [StoreError::Busy, StoreError::Full] {
        let mut world = start();
        world.is_store_slow = true;
        answer(&mut world, 503, &[PROBLEM, LONG], OWN);
        let told = world.now;
        let (ticket, _) = world.asked.pop().unwrap();
        // Nor could it be kept as long as it was in doubt.
        world.asked.clear();
        world.is_store_slow = false;
        world.tell(Input::Stored { ticket, answer: Err(error) });
        assert_eq!(kept(&mut world), None);
        // Others, and the next start, know of it from then on, and of no more than what is left.
        world.pass(16);
        let until = kept(&mut world).unwrap();
        assert!((3_000..=3_001).contains(&(until - told.0.as_secs())), "{until}");
        let writes = world.asked.len();
        world.is_store_slow = true;
        world.pass(16);
        assert!(world.asked.len() > writes);
        let is_look = |(_, command): &(u64, StoreCommand)| {
            matches!(command, StoreCommand::Quiet | StoreCommand::Load { .. })
        };
        assert!(world.asked.iter().all(is_look), "{:?}", world.asked);
    }
}
