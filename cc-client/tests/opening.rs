//! Thousands of feeds take turns, and an answer that drips is given up: the engine against a network that a test moves by hand.
#![cfg(feature = "tokio")]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use cc_client::Mono;
use cc_client::decide::{FeedState, Loss};
use cc_client::engine::{Begin, Effect, Engine, EngineConfig, HttpHead, HttpRequest, Input, StoreClient};
use cc_client::store::MemoryStore;
use cc_core::Timestamp;

/// An engine, its store, and the requests that nobody has answered.
struct World {
    engine: Engine,
    store: MemoryStore,
    now: Mono,
    open: BTreeMap<u64, HttpRequest>,
    /// How many requests were under way at once, at most, that had no answer yet.
    most: usize,
    aborted: usize,
}

impl World {
    /// Starts with so many feeds of vehicles, or with the person's own where that is none, and a token.
    fn start(vehicles: usize, opening: usize) -> Self {
        let mut config = EngineConfig::new(1, 7);
        config.opening = opening;
        config.collections = vec!["places".into()];
        if vehicles > 0 {
            config.follow_only((0..vehicles).map(|feed| format!("vehicles/local/{feed}")));
        }
        let mut world = Self {
            engine: Engine::new(config),
            store: MemoryStore::new(),
            now: Mono::default(),
            open: BTreeMap::new(),
            most: 0,
            aborted: 0,
        };
        let mut begin = Begin::default();
        begin.session = Some("made-up".to_owned().into());
        let effects = world.engine.start(world.now, begin);
        world.carry_out(effects);
        let token = world.asked("/v1/auth/token");
        world.answer(
            token,
            &[],
            br#"{"token":"made-up.eyJvcmciOiJvIiwic3ViIjoiYW5uYSJ9.x","expiresIn":86400}"#,
        );
        world
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Abort { request } => {
                    self.open.remove(&request);
                    self.aborted += 1;
                }
                Effect::Http { request, http } => {
                    self.open.insert(request, http);
                    self.most = self.most.max(self.open.len());
                }
                Effect::Store { ticket, command } => {
                    let client = StoreClient { lane: "main", owner: 1 };
                    let answer = client.execute(&mut self.store, Timestamp::default(), command);
                    self.tell(Input::Stored { ticket, answer });
                }
                _ => {}
            }
        }
    }

    fn tell(&mut self, input: Input<'_>) {
        let effects = self.engine.handle(self.now, input);
        self.carry_out(effects);
    }

    fn asked(&self, path: &str) -> u64 {
        let found = self.open.iter().find(|(_, http)| http.target.starts_with(path));
        *found.unwrap_or_else(|| panic!("{path} was not asked for: {:?}", self.open)).0
    }

    fn head(&mut self, request: u64, status: u16, headers: &[(&str, &str)]) {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        self.tell(Input::Head { request, head: HttpHead { status, headers: headers.collect() } });
    }

    /// Answers all of a request.
    fn answer(&mut self, request: u64, headers: &[(&str, &str)], body: &[u8]) {
        self.open.remove(&request);
        let json = [("content-type", "application/json")];
        self.head(request, 200, &[&json, headers].concat());
        self.tell(Input::Bytes { request, bytes: body });
        self.tell(Input::Ended { request, whole: true });
    }

    /// Answers a request for a feed: with nothing new, or with a stream that has said its first word.
    fn answer_feed(&mut self, request: u64) {
        if self.open.get(&request).is_some_and(|http| http.is_stream) {
            self.open.remove(&request);
            self.head(request, 200, &[("content-type", "text/event-stream")]);
            let control = b"event: control\ndata: {\"streamNextOffset\":\"1\",\"upToDate\":true}\n\n";
            self.tell(Input::Bytes { request, bytes: control });
        } else {
            self.answer(request, &[("stream-next-offset", "1"), ("stream-up-to-date", "true")], b"[]");
        }
    }

    /// Answers all requests but these, until none is left.
    fn answer_all_but(&mut self, hanging: &[u64]) {
        while let Some(request) = self.open.keys().find(|request| !hanging.contains(request)).copied() {
            self.answer_feed(request);
        }
    }

    /// So much time goes by, with the timers in it.
    fn pass(&mut self, time: Duration) {
        let until = self.now + time;
        while let Some(deadline) = self.engine.next_deadline().filter(|deadline| *deadline <= until) {
            self.now = self.now.max(deadline);
            self.tell(Input::Timer);
        }
        self.now = until;
    }

    fn live(&self) -> usize {
        self.count(|state| state == FeedState::Live)
    }

    fn count(&self, is_one: impl Fn(FeedState) -> bool) -> usize {
        self.engine.status(self.now).feeds.iter().filter(|(_, state)| is_one(*state)).count()
    }
}

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn a_thousand_feeds_open_a_few_at_a_time() {
    let mut world = World::start(1_000, 8);
    assert_eq!(world.open.len(), 8);
    world.answer_all_but(&[]);
    assert_eq!((world.live(), world.most, world.aborted), (1_000, 8, 0));
}

#[test]
fn connections_that_hang_while_they_open_hold_up_the_others_for_ten_seconds_and_no_longer() {
    let mut world = World::start(100, 4);
    let hanging: Vec<u64> = world.open.keys().copied().collect();
    assert_eq!(hanging.len(), 4);
    world.pass(SECOND * 9);
    assert_eq!((world.open.len(), world.live()), (4, 0));
    world.pass(SECOND);
    world.answer_all_but(&hanging);
    // All others are live, and those that hang may still be answered.
    assert_eq!((world.live(), world.aborted), (96, 0));
    world.answer_all_but(&[]);
    assert_eq!(world.live(), 100);
}

#[test]
fn one_feed_that_hangs_each_time_never_keeps_the_others_from_opening() {
    let mut world = World::start(50, 1);
    let hangs = world.open.values().next().unwrap().target.split('?').next().unwrap().to_owned();
    for _ in 0..400 {
        let one = world.open.iter().find(|(_, http)| !http.target.starts_with(&format!("{hangs}?")));
        match one.map(|(request, _)| *request) {
            Some(request) => world.answer_feed(request),
            None if world.live() == 49 => break,
            None => world.pass(SECOND),
        }
    }
    assert_eq!(world.live(), 49);
    assert!(world.now < Mono(SECOND * 25), "{:?}", world.now);
}

#[test]
fn what_waits_for_its_turn_is_not_taken_to_be_silent() {
    let mut world = World::start(1_000, 2);
    world.pass(SECOND * 100);
    // Those that were asked for, two each ten seconds, and are silent for 45 s are lost; nobody else is.
    // Six pairs have had their 45 s.
    assert_eq!(world.aborted, 12);
}

#[test]
fn feeds_that_wait_go_on_after_the_time_that_the_platform_asked_to_be_left_alone() {
    let mut world = World::start(100, 4);
    let request = *world.open.keys().next().unwrap();
    world.head(request, 503, &[("retry-after", "60")]);
    world.open.remove(&request);
    world.tell(Input::Ended { request, whole: true });
    world.answer_all_but(&[]);
    world.pass(SECOND * 59);
    assert_eq!((world.open.len(), world.live()), (0, 0));
    world.pass(SECOND * 2);
    world.answer_all_but(&[]);
    assert_eq!((world.live(), world.most), (100, 4));
}

/// The feed begins behind what was read, so that all is listed: the request for that.
fn lists_anew(world: &mut World) -> u64 {
    let feed = world.asked("/v1/feeds/me?");
    world.head(feed, 410, &[("content-type", "application/problem+json")]);
    world.tell(Input::Bytes { request: feed, bytes: br#"{"code":"offset_gone"}"# });
    world.tell(Input::Ended { request: feed, whole: true });
    world.asked("/v1/collections/places?")
}

/// A byte each second of an answer that has begun: how long until it is given up.
fn drip(world: &mut World, request: u64) -> Duration {
    let began = world.now;
    for _ in 0..600 {
        world.tell(Input::Bytes { request, bytes: b" " });
        world.pass(SECOND);
        if !world.open.contains_key(&request) {
            return world.now - began;
        }
    }
    panic!("still held after ten minutes");
}

#[test]
fn a_page_of_the_past_that_drips_is_given_up_and_asked_for_again() {
    let mut world = World::start(1, 8);
    let request = world.asked("/v1/feeds/vehicles/local/0?");
    let page = [("content-type", "application/json"), ("stream-next-offset", "1")];
    world.head(request, 200, &page);
    assert_eq!(drip(&mut world, request), SECOND * 45);
    let lost = |state| matches!(state, FeedState::Backoff { loss: Loss::TooSlow, .. });
    assert_eq!((world.count(lost), world.aborted), (1, 1));
    world.pass(SECOND);
    world.answer_all_but(&[]);
    assert_eq!(world.live(), 1);
}

#[test]
fn an_event_of_a_live_stream_that_drips_is_given_up() {
    let mut world = World::start(1, 8);
    let page = world.asked("/v1/feeds/");
    world.answer_feed(page);
    let stream = world.asked("/v1/feeds/");
    let http = world.open[&stream].clone();
    world.answer_feed(stream);
    world.open.insert(stream, http);
    // Heartbeats are whole, however small they are.
    for _ in 0..100 {
        world.tell(Input::Bytes { request: stream, bytes: b":\n\n" });
        world.pass(SECOND * 20);
    }
    assert_eq!((world.live(), world.aborted), (1, 0));
    world.tell(Input::Bytes { request: stream, bytes: b"data: [" });
    let given_up = drip(&mut world, stream);
    assert!((SECOND * 44..=SECOND * 45).contains(&given_up), "{given_up:?}");
}

#[test]
fn what_is_no_feed_and_does_not_end_is_given_up() {
    // What is said in its place, and how much of it at a time.
    let (chatter, page) = ([b' '; 4_096], "application/json");
    for (status, kind, piece) in [
        (500, page, &chatter[..]),
        (403, page, &chatter[..]),
        (403, "text/html", &chatter[..]),
        (200, "text/html", &chatter[..]),
        (200, "text/event-stream", b":\n\n"),
        (503, page, &chatter[..300]),
        (404, page, b" "),
    ] {
        for is_live in [false, true] {
            let mut world = World::start(1, 8);
            if is_live {
                let page = world.asked("/v1/feeds/");
                world.answer_feed(page);
            }
            // On a stream, a stream is what was asked for.
            let kind = if is_live && kind == "text/event-stream" { page } else { kind };
            let request = world.asked("/v1/feeds/vehicles/local/0?");
            world.head(request, status, &[("content-type", kind)]);
            let began = world.now;
            while world.open.contains_key(&request) && world.now - began < SECOND * 60 {
                world.tell(Input::Bytes { request, bytes: piece });
                world.pass(SECOND / 10);
            }
            let took = world.now - began;
            assert!(took < SECOND * 13, "{status} {kind} {is_live}: {took:?}");
            assert_eq!(world.aborted, 1, "{status} {kind} {is_live}");
            let lost = |state| match state {
                FeedState::Backoff { loss, .. } => {
                    loss == if status == 200 || kind == "text/html" {
                        Loss::NotAFeed
                    } else {
                        Loss::Refused(status)
                    }
                }
                _ => false,
            };
            assert_eq!(world.count(lost), 1, "{status} {kind} {is_live}");
        }
    }
}

#[test]
fn a_refusal_of_anything_that_does_not_end_is_given_up() {
    // What would take for ever at a byte each second, and what is more than any refusal.
    for (status, kind, piece, expected) in [
        (503, "text/html", &[b' '; 20][..], 9..=10),
        (503, "application/problem+json", &[b' '; 20][..], 9..=10),
        (200, "text/html", &[b' '; 20][..], 9..=10),
        (503, "application/problem+json", &[b' '; 16_000][..], 3..=5),
    ] {
        let mut world = World::start(0, 8);
        let listing = lists_anew(&mut world);
        world.head(listing, status, &[("content-type", kind)]);
        let began = world.now;
        while world.open.contains_key(&listing) && world.now - began < SECOND * 600 {
            world.tell(Input::Bytes { request: listing, bytes: piece });
            world.pass(SECOND);
        }
        let took = (world.now - began).as_secs();
        assert!(expected.contains(&took), "{status} {kind}: {took} s");
        world.pass(SECOND * 2);
        world.asked("/v1/collections/places?");
    }
}

#[test]
fn a_listing_that_drips_is_given_up_and_asked_for_again() {
    let mut world = World::start(0, 8);
    let listing = lists_anew(&mut world);
    world.head(listing, 200, &[("content-type", "application/json")]);
    assert_eq!(drip(&mut world, listing), SECOND * 45);
    world.pass(SECOND * 2);
    let again = world.asked("/v1/collections/places?");
    assert_ne!(again, listing);
    world.answer(again, &[], br#"{"items":[],"offset":"1"}"#);
    world.answer_all_but(&[]);
    assert_eq!(world.live(), 1);
}

#[test]
fn an_answer_that_is_slow_and_comes_is_waited_for() {
    let mut world = World::start(1, 8);
    let request = world.asked("/v1/feeds/vehicles/local/0?");
    let page =
        [("content-type", "application/json"), ("stream-next-offset", "1"), ("stream-up-to-date", "true")];
    world.head(request, 200, &page);
    // A kilobyte each ten seconds, for an hour.
    for _ in 0..360 {
        world.tell(Input::Bytes { request, bytes: &[b' '; 1_024] });
        world.pass(SECOND * 10);
    }
    assert_eq!(world.aborted, 0);
    world.tell(Input::Bytes { request, bytes: b"[]" });
    world.open.remove(&request);
    world.tell(Input::Ended { request, whole: true });
    world.answer_all_but(&[]);
    assert_eq!(world.live(), 1);
}

#[test]
fn what_one_of_ten_thousand_feeds_is_told_costs_no_look_at_the_others() {
    let mut world = World::start(10_000, 64);
    world.answer_all_but(&[]);
    assert_eq!(world.live(), 10_000);
    let began = Instant::now();
    for _ in 0..1_000 {
        // A timer that is due for none of them, and when the next one is.
        assert_eq!(world.engine.handle(world.now, Input::Timer).len(), 0);
        assert!(world.engine.next_deadline().is_some_and(|next| next > world.now));
    }
    // As often as that, a look at each of them takes seconds.
    assert!(began.elapsed() < Duration::from_millis(500), "{:?}", began.elapsed());
    // All of them are silent for too long at the same time, and each is lost once.
    world.pass(SECOND * 45);
    assert_eq!(world.aborted, 10_000);
}
