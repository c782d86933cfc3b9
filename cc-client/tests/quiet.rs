//! Who may ask a client to be left alone, for how long, and what it says meanwhile: the engine against answers that a test writes.
#![cfg(feature = "tokio")]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::time::Duration;

use cc_client::Mono;
use cc_client::decide::{AuthLoss, AuthState, FeedState, Loss, OutboxState};
use cc_client::engine::{Begin, Effect, Engine, EngineConfig, HttpHead, HttpRequest, Input, StoreClient};
use cc_client::store::{MemoryStore, Store};
use cc_client::wire::ProblemCode;
use cc_client::{Stamp, Write, WriteId, WriteKind};
use cc_core::Timestamp;

mod by_hand;

struct World {
    engine: Engine,
    store: MemoryStore,
    now: Mono,
    open: BTreeMap<u64, HttpRequest>,
}

impl World {
    fn start() -> Self {
        let mut world = Self {
            engine: Engine::new(EngineConfig::new(1, 7)),
            store: MemoryStore::new(),
            now: Mono::default(),
            open: BTreeMap::new(),
        };
        let mut begin = Begin::default();
        begin.session = Some("made-up".to_owned().into());
        let effects = world.engine.start(world.now, begin);
        world.carry_out(effects);
        world
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Abort { request } => drop(self.open.remove(&request)),
                Effect::Http { request, http } => drop(self.open.insert(request, http)),
                Effect::Store { ticket, command } => {
                    let client = StoreClient { lane: "main", owner: 1 };
                    let answer = client.execute(&mut self.store, Timestamp::default(), command);
                    self.tell(Input::Stored { ticket, answer });
                }
                Effect::SignedOut => panic!("signed out"),
                _ => {}
            }
        }
    }

    fn tell(&mut self, input: Input<'_>) {
        let effects = self.engine.handle(self.now, input);
        self.carry_out(effects);
    }

    /// Answers the only request that is open.
    fn answer(&mut self, status: u16, headers: &[(&str, &str)], body: &str) {
        assert_eq!(self.open.len(), 1, "{:?}", self.open);
        let (request, _) = self.open.pop_first().unwrap();
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let head = HttpHead { status, headers: headers.collect() };
        self.tell(Input::Head { request, head });
        for bytes in body.as_bytes().chunks(7) {
            self.tell(Input::Bytes { request, bytes });
        }
        self.tell(Input::Ended { request, whole: true });
    }

    /// Lets time pass until a request is made; gives how many seconds that took.
    fn silent_for(&mut self) -> u64 {
        let began = self.now;
        while self.open.is_empty() {
            let next = self.engine.next_deadline().expect("nothing will ever happen");
            self.now = self.now.max(next);
            self.tell(Input::Timer);
        }
        (self.now - began).as_secs()
    }
}

const HTML: (&str, &str) = ("content-type", "text/html");
const JSON: (&str, &str) = ("content-type", "application/json");
const PROBLEM: (&str, &str) = ("content-type", "application/problem+json");
const LONG: (&str, &str) = ("retry-after", "3000");
const OWN: &str = r#"{"status":503,"code":"unavailable"}"#;

#[test]
fn only_the_platform_is_left_alone_for_as_long_as_it_wishes() {
    type Row = (u16, &'static [(&'static str, &'static str)], &'static str, std::ops::RangeInclusive<u64>);
    let rows: [Row; 8] = [
        (200, &[HTML, LONG], "<html>", 0..=1),
        (302, &[HTML, LONG], "", 0..=1),
        (403, &[HTML, LONG], "<html>", 0..=1),
        (503, &[HTML, LONG], "<html>", 60..=60),
        (429, &[LONG], "", 60..=60),
        (503, &[JSON, LONG], r#"{"message":"busy"}"#, 60..=60),
        (503, &[PROBLEM, LONG], OWN, 3_000..=3_000),
        (429, &[PROBLEM, ("retry-after", "90000")], r#"{"code":"rate_limited"}"#, 3_600..=3_600),
    ];
    for (status, headers, body, expected) in rows {
        let mut world = World::start();
        world.answer(status, headers, body);
        let silent = world.silent_for();
        assert!(expected.contains(&silent), "{status} {headers:?} {body}: {silent} s");
    }
}

#[test]
fn another_network_ends_a_wait_that_was_not_the_platforms_own() {
    for (headers, body, ends) in [
        (&[HTML, LONG], "<html>", true),
        (&[JSON, LONG], r#"{"message":"busy"}"#, true),
        (&[PROBLEM, LONG], OWN, false),
    ] {
        let mut world = World::start();
        world.answer(503, headers, body);
        world.tell(Input::Network { up: false });
        world.tell(Input::Network { up: true });
        assert_eq!(!world.open.is_empty(), ends, "{body}");
    }
}

/// Until when the store says that the platform is to be left alone, in seconds from the beginning.
fn kept(world: &mut by_hand::World) -> Option<u64> {
    let kept = world.store.value("quiet").unwrap()?;
    let kept = String::from_utf8(kept).unwrap();
    let millis: u64 = kept.split(' ').next()?.parse().unwrap();
    Some(millis.div_ceil(1_000))
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
            let mut world = by_hand::World::with_token(&["a", "b"], by_hand::with_writes(0));
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
fn a_strangers_wish_counts_for_a_minute_however_its_answer_ends() {
    for (status, body, whole) in [
        (401, r#"{"message":"Unauthorized"}"#, true),
        (404, r#"{"message":"no Route matched"}"#, true),
        (410, "{}", true),
        (500, "", true),
        (503, OF_A_GATEWAY, false),
        // Of what breaks off nobody knows whose it was.
        (503, OWN, false),
    ] {
        let mut world = by_hand::World::with_token(&["a", "b"], MemoryStore::new());
        world.pass(10);
        let request = world.find("/v1/feeds/a");
        world.head(request, status, &[JSON, LONG]);
        world.rest(request, body, whole);
        world.open.clear();
        assert_eq!(kept(&mut world), None, "{status} {body}");
        world.pass(59);
        assert!(world.open.is_empty(), "{status} {body}: {:?}", world.open);
        world.pass(6);
        assert!(!world.open.is_empty(), "{status} {body}");
    }
}

#[test]
fn who_has_written_too_much_may_still_read() {
    let spent =
        r#"{"code":"rate_limited","detail":"what one person writes within 30 days: at most 256 MiB"}"#;
    for (status, code) in [(429, spent), (507, spent)] {
        let mut world = by_hand::World::with_token(&["a"], by_hand::with_writes(1));
        world.answer("/v1/changes", status, &[PROBLEM, ("retry-after", "2000000")], code);
        assert_eq!(kept(&mut world), None);
        world.nothing_new("/v1/feeds/a");
        assert!(world.is_asked("/v1/feeds/a?live=sse"), "{:?}", world.open);
        let until = world.now + Duration::from_secs(3_600);
        assert_eq!(world.engine.status(world.now).outbox, OutboxState::Backoff { until });
        // Another network, and sleep, bring no new allowance.
        world.tell(Input::Network { up: true });
        world.tell(Input::Asleep(true));
        world.tell(Input::Asleep(false));
        world.tell(Input::Filled);
        assert!(!world.is_asked("/v1/changes"));
        world.now = until;
        world.tell(Input::Timer);
        assert!(world.is_asked("/v1/changes") || world.is_asked("/v1/auth/token"));
    }
    // What is too much of anything else holds for all.
    let mut world = by_hand::World::with_token(&["a"], by_hand::with_writes(1));
    world.answer("/v1/feeds/a", 429, &[PROBLEM, LONG], r#"{"code":"too_many_streams"}"#);
    assert!(kept(&mut world).is_some());
}

fn write() -> Write {
    Write {
        id: WriteId::new(Timestamp::default(), [1; 10]),
        collection: "places".into(),
        key: "1".into(),
        kind: WriteKind::Put,
        base: None,
        clock: Stamp { millis: 1, counter: 0, node: 1 },
        body: "{}".into(),
    }
}

#[test]
fn a_write_is_rejected_on_the_platforms_word_only() {
    for (body, waits) in [
        (r#"{"message":"Bad Request"}"#, true),
        ("{}", true),
        (r#"{"code":"invalid_entity"}"#, false),
        (r#"{"code":"one_of_next_year"}"#, false),
    ] {
        let mut world = World::start();
        world.store.accept("main", &[write()]).unwrap();
        world.answer(200, &[JSON], r#"{"token":"made-up","expiresIn":600}"#);
        world.tell(Input::Filled);
        world.open.retain(|_, http| http.target == "/v1/changes");
        world.answer(422, &[PROBLEM], body);
        assert_eq!(world.store.waiting_count().unwrap() == 1, waits, "{body}");
    }
}

#[test]
fn while_the_platform_is_left_alone_everything_says_until_when() {
    let mut world = World::start();
    world.answer(200, &[JSON], r#"{"token":"made-up","expiresIn":600}"#);
    world.answer(503, &[PROBLEM, LONG], OWN);
    world.store.accept("main", &[write()]).unwrap();
    world.tell(Input::Filled);
    // Its feed waits for its turn, its write for the same; and the token runs out meanwhile.
    let until = Mono(Duration::from_secs(3_000));
    for second in [10, 500, 2_990] {
        while world.engine.next_deadline().is_some_and(|next| next <= Mono(Duration::from_secs(second))) {
            world.now = world.now.max(world.engine.next_deadline().unwrap());
            world.tell(Input::Timer);
        }
        world.now = Mono(Duration::from_secs(second));
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
    assert_eq!(world.silent_for(), 10);
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
        let mut world = World::start();
        world.answer(status, &[headers], body);
        assert!(
            matches!(state(&world), AuthState::Backoff { reason, .. } if reason == expected),
            "{status} {body}: {:?}",
            state(&world)
        );
    }
    for loss in [AuthLoss::NotConnected, AuthLoss::NotTrusted, AuthLoss::TimedOut] {
        let mut world = World::start();
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
