//! What was under way when the network changed, against a network that a test moves by hand.
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

#[path = "common/engine.rs"]
mod engine;

use std::time::Duration;

use cc_client::engine::{EngineConfig, Input};
use cc_client::store::MemoryStore;
use engine::{JSON, PROBLEM, World, with_writes};

/// What hangs when the network changes, and how that comes about.
type Row = (&'static str, fn() -> World);
const ROWS: [Row; 4] = [
    ("/v1/changes", || {
        let mut world = World::start(EngineConfig::new(1, 7), with_writes(3));
        world.token("one");
        world
    }),
    ("/v1/auth/token", || World::start(EngineConfig::new(1, 7), MemoryStore::new())),
    ("/v1/auth/session", || {
        let mut world = World::start(EngineConfig::new(1, 7), MemoryStore::new());
        world.token("one");
        world.tell(Input::SignOut);
        world
    }),
    ("/v1/collections/", || {
        let mut world = World::start(EngineConfig::new(1, 7), MemoryStore::new());
        world.token("one");
        world.answer("/v1/feeds/me", 410, &[PROBLEM], r#"{"code":"offset_gone"}"#);
        world
    }),
];

/// So many seconds until that is asked for anew.
fn asked_anew_after(world: &mut World, path: &str, hung: u64) -> u64 {
    for second in 0..300 {
        if world.open.iter().any(|(request, http)| *request != hung && http.target.starts_with(path)) {
            assert!(!world.open.contains_key(&hung), "{path}");
            return second;
        }
        world.pass(1);
    }
    panic!("{path} is not asked for anew");
}

#[test]
fn behind_a_time_without_network_what_was_under_way_is_asked_anew() {
    for (path, begin) in ROWS {
        for (age, expected) in [(20, 0), (1, 4)] {
            // Again within the minute as well.
            let (mut world, mut hung) = (begin(), 0);
            for so_far in 0..2 {
                hung = world
                    .open
                    .keys()
                    .copied()
                    .find(|request| *request > hung && world.open[request].target.starts_with(path))
                    .unwrap();
                world.tell(Input::Network { up: false });
                world.pass(age);
                world.tell(Input::Network { up: true });
                let took = asked_anew_after(&mut world, path, hung);
                let expected = if age == 1 && so_far == 1 { 8 } else { expected };
                assert!((expected..=expected + 2).contains(&took), "{path}, {age} s: {took} s");
            }
        }
    }
}

#[test]
fn a_network_that_comes_and_goes_all_the_time_makes_no_heap_of_requests() {
    for (path, begin) in ROWS {
        let mut world = begin();
        let mut asked = std::collections::BTreeSet::new();
        for _ in 0..10 {
            for _ in 0..10 {
                world.tell(Input::Network { up: false });
                world.tell(Input::Network { up: true });
                let open = world.open.iter().filter(|(_, http)| http.target.starts_with(path));
                asked.extend(open.map(|(request, _)| *request));
            }
            world.pass(1);
        }
        assert!((2..=3).contains(&asked.len()), "{path}: {}", asked.len());
    }
}

/// The platform asks to be left alone, and the rest of that answer is on its way when the network changes.
#[test]
fn a_wish_whose_end_is_on_its_way_holds_on_another_network() {
    let body = r#"{"code":"unavailable"}"#;
    for (path, begin) in ROWS {
        for (was_down, ends) in [(false, true), (true, true), (false, false), (true, false)] {
            let mut world = begin();
            let request = world.find(path);
            world.head(request, 503, &[PROBLEM, ("retry-after", "9")]);
            world.pass(1);
            let before: Vec<u64> = world.open.keys().copied().collect();
            if was_down {
                world.tell(Input::Network { up: false });
            }
            world.tell(Input::Network { up: true });
            world.pass(2);
            if ends {
                world.rest(request, body, true);
            }
            world.pass(5);
            let asked: Vec<_> = world.open.iter().filter(|(request, _)| !before.contains(request)).collect();
            assert!(asked.is_empty(), "{path} {was_down} {ends}: {asked:?}");
            world.pass(60);
            assert!(world.is_asked(path) && !world.open.contains_key(&request), "{path} {was_down} {ends}");
        }
    }
}

#[test]
fn on_another_network_what_was_under_way_has_five_seconds_and_its_answer_counts() {
    for (path, begin) in ROWS {
        let mut world = begin();
        let hung = world.find(path);
        world.pass(3);
        world.tell(Input::Network { up: true });
        world.pass(1);
        assert!(world.open.contains_key(&hung), "{path}");
        let took = asked_anew_after(&mut world, path, hung);
        // And a first wait, which is a second at most.
        assert!((1..=3).contains(&took), "{path}: {took} s");

        // What was asked for long before has had its time.
        let mut world = begin();
        let hung = world.find(path);
        world.pass(20);
        world.tell(Input::Network { up: true });
        assert!(!world.open.contains_key(&hung), "{path}");
        let took = asked_anew_after(&mut world, path, hung);
        assert!(took <= 2, "{path}: {took} s");
    }
}

#[test]
fn what_was_under_way_before_a_sleep_is_asked_anew_behind_it() {
    for (path, begin) in ROWS {
        for slept in [1, 300] {
            let mut world = begin();
            let hung = world.find(path);
            world.tell(Input::Asleep(true));
            world.pass(slept);
            world.tell(Input::Asleep(false));
            let took = asked_anew_after(&mut world, path, hung);
            assert!(took <= 6, "{path}: {took} s behind {slept} s of sleep");
        }
    }
}

#[test]
fn however_often_a_system_speaks_of_its_network_a_slow_answer_comes() {
    let mut world = (ROWS[0].1)();
    let mut tries = std::collections::BTreeSet::new();
    for _ in 0..120 {
        world.tell(Input::Network { up: true });
        tries.extend(
            world.open.iter().filter(|(_, http)| http.target == "/v1/changes").map(|(request, _)| *request),
        );
        world.pass(1);
    }
    assert!((4..=6).contains(&tries.len()), "{}", tries.len());

    // Of a platform that takes eight seconds for a page, also where the words are farther apart than it has at first.
    for step in [1, 6] {
        let mut world = World::with_token(&["a"], MemoryStore::new());
        let (mut since, mut now) = (std::collections::BTreeMap::new(), 0);
        let came = loop {
            assert!(now < 60, "{step}: it is never waited for");
            let open = world.find("/v1/feeds/a");
            if now - *since.entry(open).or_insert(now) >= 8 {
                break now;
            }
            if now % step == 0 {
                world.tell(Input::Network { up: true });
            }
            world.pass(1);
            now += 1;
        };
        assert!(came < 40, "{came}");
    }

    // And for each, with and without a network in between.
    for was_down in [false, true] {
        for (path, begin) in ROWS {
            let (mut world, mut since) = (begin(), std::collections::BTreeMap::new());
            for second in 0..40 {
                let alike = world.open.iter().filter(|(_, http)| http.target.starts_with(path));
                for (request, _) in alike {
                    since.entry(*request).or_insert(second);
                }
                if was_down {
                    world.tell(Input::Network { up: false });
                }
                world.tell(Input::Network { up: true });
                world.pass(1);
                if since.iter().any(|(request, at)| world.open.contains_key(request) && second - at >= 8) {
                    since.clear();
                    break;
                }
            }
            assert!(since.is_empty(), "{path}, {was_down}: it is never waited for");
        }
    }

    // Answers that take less than five seconds are not cut, however often it speaks.
    let mut world = (ROWS[1].1)();
    let token = world.find("/v1/auth/token");
    for _ in 0..4 {
        world.pass(1);
        world.tell(Input::Network { up: true });
    }
    assert_eq!(world.find("/v1/auth/token"), token);
}

#[test]
fn an_answer_that_comes_is_waited_for_to_its_end_and_one_that_has_stopped_is_not() {
    for speaks_first in [false, true] {
        let mut world = (ROWS[3].1)();
        let listing = world.find("/v1/collections/");
        if speaks_first {
            world.pass(4);
            world.tell(Input::Network { up: true });
        }
        world.head(listing, 200, &[JSON]);
        for second in 0..30 {
            if second % 4 == 0 {
                world.tell(Input::Network { up: true });
            }
            world.pass(1);
            world.tell(Input::Bytes { request: listing, bytes: &[b' '; 1_000] });
        }
        assert!(world.open.contains_key(&listing));
        // However often the system speaks.
        for _ in 0..4 {
            world.tell(Input::Network { up: true });
            world.pass(1);
        }
        assert!(world.open.contains_key(&listing));
        world.tell(Input::Network { up: true });
        let took = asked_anew_after(&mut world, "/v1/collections/", listing);
        assert!((1..=2).contains(&took), "{took}");
    }
}

/// A page of a feed, or a stream, that takes longer to come than the system is silent.
#[test]
fn what_comes_of_a_feed_is_waited_for_however_often_a_system_speaks() {
    for is_live in [false, true] {
        let mut world = World::with_token(&["a"], MemoryStore::new());
        if is_live {
            world.nothing_new("/v1/feeds/a");
        }
        let request = world.find("/v1/feeds/a");
        let kind = ("content-type", if is_live { "text/event-stream" } else { "application/json" });
        world.head(request, 200, &[kind, ("stream-next-offset", "2"), ("stream-up-to-date", "true")]);
        let (first, last) = if is_live {
            (
                "event: control\ndata: {\"streamNextOffset\":\"1\"}\n\nevent: data\ndata: [\"",
                "\"]\n\nevent: control\ndata: {\"streamNextOffset\":\"2\"}\n\n",
            )
        } else {
            ("[\"", "\"]")
        };
        world.tell(Input::Bytes { request, bytes: first.as_bytes() });
        for _ in 0..12 {
            world.pass(1);
            world.tell(Input::Network { up: true });
            world.tell(Input::Bytes { request, bytes: &[b'a'; 1_000] });
        }
        world.tell(Input::Bytes { request, bytes: last.as_bytes() });
        if !is_live {
            world.open.remove(&request);
            world.tell(Input::Ended { request, whole: true });
        }
        assert!(world.said.iter().any(|said| said.starts_with("Deliver")), "{is_live}: {:?}", world.said);
    }
}

#[test]
fn a_feed_asks_anew_on_another_network_once_what_it_has_shows_no_life() {
    // Live for long, and for a moment; a page that was asked for long ago, and just now; and behind a sleep of which nobody had told.
    let rows = [(true, 20, 0), (true, 1, 4), (false, 20, 0), (false, 1, 4)];
    let twice = rows.into_iter().flat_map(|row| [(row, false), (row, true)]);
    for ((is_live, age, expected), is_sleep) in twice {
        let mut world = World::with_token(&["a"], MemoryStore::new());
        if is_live {
            world.nothing_new("/v1/feeds/a");
            let stream = world.find("/v1/feeds/a");
            world.head(stream, 200, &[("content-type", "text/event-stream")]);
            let control = b"event: control\ndata: {\"streamNextOffset\":\"1\"}\n\n";
            world.tell(Input::Bytes { request: stream, bytes: control });
        }
        let hung = world.find("/v1/feeds/a");
        world.pass(age);
        world.tell(if is_sleep { Input::Asleep(false) } else { Input::Network { up: true } });
        let took = asked_anew_after(&mut world, "/v1/feeds/a", hung);
        assert_eq!(took, expected, "{is_live}, {age} s");
    }
}

#[test]
fn streams_are_asked_for_no_more_often_than_they_are_given_time_however_often_a_system_speaks() {
    let mut world = World::with_token(&["a"], MemoryStore::new());
    let mut asked = std::collections::BTreeSet::new();
    for _ in 0..60 {
        if let Some(request) = world.open.iter().find(|(_, http)| http.target.starts_with("/v1/feeds/a")) {
            let (request, is_new) = (*request.0, asked.insert(*request.0));
            let is_stream = world.open[&request].target.contains("live=");
            if is_new && is_stream {
                world.head(request, 200, &[("content-type", "text/event-stream")]);
                let control = b"event: control\ndata: {\"streamNextOffset\":\"1\"}\n\n";
                world.tell(Input::Bytes { request, bytes: control });
            } else if is_new {
                world.nothing_new("/v1/feeds/a");
            }
        }
        world.tell(Input::Network { up: true });
        world.pass(1);
    }
    // Each time a page and a stream.
    assert!((4..=26).contains(&asked.len()), "{}", asked.len());
}

/// A proxy that keeps streams back does so on the network of which the system speaks again.
#[test]
fn what_is_known_of_a_network_is_kept_for_a_minute() {
    let mut world = World::with_token(&["a"], MemoryStore::new());
    let (mut polls, mut streams) = (0, 0);
    for _ in 0..180 {
        if let Some(request) = world.open.iter().find(|(_, http)| http.target.starts_with("/v1/feeds/a")) {
            let (request, target) = (*request.0, request.1.target.clone());
            if target.contains("live=long-poll") {
                polls += 1;
                world.nothing_new("/v1/feeds/a");
            } else if target.contains("live=") {
                streams += 1;
                world.open.remove(&request);
                // Its head comes, and nothing else.
                world.head(request, 200, &[("content-type", "text/event-stream")]);
            } else {
                world.nothing_new("/v1/feeds/a");
            }
        }
        world.tell(Input::Network { up: true });
        world.pass(1);
    }
    assert!(polls > 20 && (3..=12).contains(&streams), "{polls} polls, {streams} streams");
}

#[test]
fn who_has_no_network_holds_the_token_that_all_share_for_no_longer_than_an_answer_may_take() {
    let mut config = EngineConfig::new(1, 7);
    config.share_tokens = true;
    let mut world = World::start(config, MemoryStore::new());
    assert!(world.is_asked("/v1/auth/token") && !world.may_another_refresh());
    world.pass(1);
    world.tell(Input::Network { up: false });
    world.pass(3);
    assert!(!world.may_another_refresh(), "it may be the network of before");
    world.pass(2);
    assert!(world.may_another_refresh());
    world.tell(Input::Network { up: true });
    world.pass(1);
    assert!(world.is_asked("/v1/auth/token"));
}

/// Each stream that is let go may hold a slow server up for a while.
#[test]
fn a_feed_is_opened_once_a_second_where_a_network_comes_and_goes_or_an_app_sleeps_and_wakes() {
    type Word = fn(bool) -> Input<'static>;
    let words: [Word; 2] = [|there| Input::Network { up: there }, |there| Input::Asleep(!there)];
    for (word, millis) in words.into_iter().flat_map(|word| [(word, [0, 100]), (word, [10, 190])]) {
        let mut world = World::with_token(&["a"], MemoryStore::new());
        let mut asked = std::collections::BTreeSet::new();
        let began = world.now;
        while world.now - began < Duration::from_secs(8) {
            for (there, millis) in [false, true].into_iter().zip(millis) {
                world.tell(word(there));
                asked.extend(world.open.keys().copied());
                let until = world.now + Duration::from_millis(millis);
                while let Some(timer) = world.engine.next_deadline().filter(|timer| *timer <= until) {
                    world.now = world.now.max(timer);
                    world.tell(Input::Timer);
                    asked.extend(world.open.keys().copied());
                }
                world.now = until;
            }
        }
        assert!((7..=10).contains(&asked.len()), "{millis:?}: {}", asked.len());
        // The last word is heard.
        world.pass(1);
        assert!(world.is_asked("/v1/feeds/a"), "{:?}", world.open);
    }
}
