//! A client whose network, platform, disk and person do what the input says.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use cc_client::decide::AuthLoss;
use cc_client::engine::{
    Effect, Engine, EngineConfig, HttpHead, HttpRequest, Input, StoreClient, StoreCommand,
};
use cc_client::store::{MemoryStore, Store as _, StoreError};
use cc_client::testing::{FAKE_SESSION, FakePlatform, LiveFeed};
use cc_client::{Mono, Session, Stamp, Write, WriteId, WriteKind};
use cc_core::Timestamp;

const CAR: &str = "vehicles/local/7";
/// Ends a client's past: it is awake, and the platform is there.
const CALM: Duration = Duration::from_secs(7 * 86_400);

/// Whatever comes over the network, from the disk and from the person: no request breaks a header, no more than one asks for a token, no timer
/// runs in circles; and once all is well again, all that was accepted has been sent. Where nobody lied, the client shows what the platform has.
pub fn client(input: &[u8]) {
    let mut script = Script(input);
    let mut world = World::start(script.byte());
    while let Some(step) = script.next() {
        world.step(step, &mut script);
    }
    world.calm();
}

/// Bytes that say what happens; zeros at their end.
struct Script<'a>(&'a [u8]);

impl<'a> Script<'a> {
    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn byte(&mut self) -> u8 {
        self.next().unwrap_or(0)
    }

    fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[usize::from(self.byte()) % choices.len()]
    }

    /// A piece of the input itself, behind its length.
    fn raw(&mut self) -> &'a [u8] {
        let length = usize::from(self.byte()).min(self.0.len());
        let (taken, rest) = self.0.split_at(length);
        self.0 = rest;
        taken
    }
}

struct Open {
    http: HttpRequest,
    live: Option<LiveFeed>,
}

struct World {
    engine: Engine,
    store: MemoryStore,
    platform: FakePlatform,
    now: Mono,
    open: BTreeMap<u64, Open>,
    asked: VecDeque<(u64, StoreCommand)>,
    is_store_slow: bool,
    deliveries: BTreeMap<u64, Box<str>>,
    written: u8,
    /// An answer was none of the platform's.
    is_lied_to: bool,
    /// Somebody signed out or in, or seemed to.
    is_another: bool,
}

fn store_client(owner: u64) -> StoreClient<'static> {
    StoreClient { lane: "main", owner }
}

fn device(now: Mono) -> Timestamp {
    Timestamp::from_timestamp_millis(now.0.as_millis() as i64).expect("a time of this century")
}

/// A write with a number of its own.
pub fn write(number: u8, place: (&str, &str), body: &str) -> Write {
    let id = WriteId::new(Timestamp::default(), [number; 10]);
    Write::new(id, place, WriteKind::Put, body, Stamp { millis: 1, counter: number.into(), node: 1 })
}

impl World {
    fn start(kind: u8) -> Self {
        let mut config = EngineConfig::new(1, 7);
        config.share_tokens = kind & 1 != 0;
        config.follow(CAR);
        let (mut engine, mut store) = (Engine::new(config), MemoryStore::new());
        let now = Mono(Duration::from_secs(1_000));
        let session = (kind & 2 == 0).then(|| Session::from(FAKE_SESSION));
        let begin = store_client(1).begin(&mut store, device(now), ["me", CAR].into_iter(), session);
        let effects = engine.start(now, begin.expect("memory does not fail"));
        let mut world = Self {
            engine,
            store,
            platform: FakePlatform::default(),
            now,
            open: BTreeMap::new(),
            asked: VecDeque::new(),
            is_store_slow: false,
            deliveries: BTreeMap::new(),
            written: 0,
            is_lied_to: false,
            is_another: false,
        };
        world.carry_out(effects);
        world.store_does(usize::MAX);
        world
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Abort { request } => drop(self.open.remove(&request)),
                Effect::Http { request, http } => {
                    let is_clean = |text: &str| text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
                    assert!(http.target.starts_with("/v1/") && is_clean(&http.target), "{:?}", http.target);
                    assert!(http.headers.iter().all(|(_, value)| is_clean(value)), "a header of {http:?}");
                    assert!(
                        self.open.insert(request, Open { http, live: None }).is_none(),
                        "twice the same number"
                    );
                    let refreshes = self.open.values().filter(|open| open.http.target == "/v1/auth/token");
                    assert!(refreshes.count() <= 1, "two refreshes at a time");
                    assert!(self.open.len() <= 12, "{} requests at a time", self.open.len());
                }
                Effect::Store { ticket, command } => self.asked.push_back((ticket, command)),
                Effect::Deliver { feed, ticket, .. } => drop(self.deliveries.insert(ticket, feed)),
                Effect::Withdrawn { ticket, .. } => drop(self.deliveries.remove(&ticket)),
                Effect::Anew | Effect::SignedOut => self.is_another = true,
                _ => {}
            }
        }
    }

    fn tell(&mut self, input: Input<'_>) {
        let effects = self.engine.handle(self.now, input);
        self.carry_out(effects);
    }

    /// The store does so much of what it was asked, in its order.
    fn store_does(&mut self, most: usize) {
        for _ in 0..most {
            let Some((ticket, command)) = self.asked.pop_front() else { return };
            let answer = store_client(1).execute(&mut self.store, device(self.now), command);
            self.tell(Input::Stored { ticket, answer });
        }
    }

    fn store_fails(&mut self, error: StoreError) {
        if let Some((ticket, _)) = self.asked.pop_front() {
            self.tell(Input::Stored { ticket, answer: Err(error) });
        }
    }

    /// Time goes by, with the timers in it.
    fn pass(&mut self, time: Duration) {
        let until = self.now + time;
        let mut in_place = 0;
        while let Some(deadline) = self.engine.next_deadline().filter(|deadline| *deadline <= until) {
            in_place = if deadline <= self.now { in_place + 1 } else { 0 };
            assert!(in_place < 100, "a timer runs in circles");
            self.now = self.now.max(deadline);
            self.tell(Input::Timer);
            if !self.is_store_slow {
                self.store_does(usize::MAX);
            }
        }
        self.now = until;
    }

    fn head(&mut self, request: u64, head: HttpHead) {
        self.tell(Input::Head { request, head });
    }

    /// The end of an answer, if somebody still waits for it.
    fn end(&mut self, request: u64, whole: bool) {
        if self.open.remove(&request).is_some() {
            self.tell(Input::Ended { request, whole });
        }
    }

    fn body(&mut self, request: u64, bytes: &[u8]) {
        for piece in bytes.chunks(1_000) {
            if self.open.contains_key(&request) {
                self.tell(Input::Bytes { request, bytes: piece });
            }
        }
    }

    /// The platform answers, with what may happen to its words on their way.
    fn answer(&mut self, request: u64, on_its_way: impl FnOnce(&mut HttpHead, &mut Vec<u8>) -> bool) {
        let Some(open) = self.open.get_mut(&request).filter(|open| open.live.is_none()) else { return };
        let mut answer = self.platform.answer(&open.http);
        let whole = on_its_way(&mut answer.head, &mut answer.body);
        open.live = answer.live.filter(|_| whole);
        let goes_on = open.live.is_some();
        self.head(request, answer.head);
        self.body(request, &answer.body);
        if !goes_on {
            self.end(request, whole);
        }
    }

    /// What is new on a feed that is live.
    fn live(&mut self, request: u64) {
        let Some(open) = self.open.get_mut(&request) else { return };
        let Some(live) = &mut open.live else { return };
        let said = self.platform.live(live);
        live.told = self.platform.log(&live.name).len();
        self.body(request, said.as_bytes());
    }

    /// One of the open requests.
    fn one(&self, which: u8) -> Option<u64> {
        self.open.keys().nth(usize::from(which) % self.open.len().max(1)).copied()
    }

    fn step(&mut self, step: u8, script: &mut Script<'_>) {
        match step % 16 {
            kind @ 0..=7 => {
                if let Some(request) = self.one(script.byte()) {
                    self.on_the_network(kind, request, script);
                }
            }
            8 => {
                let [seconds, minutes] = [script.byte(), script.byte()];
                self.pass(Duration::from_millis(u64::from(seconds) * 100 + u64::from(minutes) * 60_000));
            }
            9 | 10 => self.write(script),
            11 => match script.byte() % 8 {
                0 => self.store_fails(StoreError::Busy),
                1 => self.store_fails(StoreError::Full),
                2 => self.store_does(1),
                kind => self.is_store_slow = kind % 2 != 0,
            },
            12 => match script.byte() % 4 {
                0 => self.tell(Input::Asleep(true)),
                1 => self.tell(Input::Asleep(false)),
                up => self.tell(Input::Network { up: up == 3 }),
            },
            13 => self.on_the_platform(script),
            14 => self.hand_over(script.byte()),
            _ => self.person(script),
        }
        if !self.is_store_slow {
            self.store_does(usize::MAX);
        }
    }

    fn on_the_network(&mut self, kind: u8, request: u64, script: &mut Script<'_>) {
        match kind {
            0 | 1 => self.answer(request, |_, _| true),
            2 => {
                let length = usize::from(script.byte());
                self.answer(request, |_, body| {
                    body.truncate(length);
                    false
                });
            }
            3 => {
                // Somebody else's words in the platform's place.
                self.is_lied_to = true;
                let status = script
                    .pick(&[200, 201, 202, 204, 304, 400, 401, 403, 404, 409, 410, 413, 422, 429, 500, 503]);
                let headers = script.byte();
                let text = |raw: &[u8]| String::from_utf8_lossy(raw).into_owned();
                let kind = script.pick(&[
                    "application/json",
                    "application/problem+json",
                    "text/event-stream",
                    "application/x-ndjson",
                    "text/html",
                ]);
                let mut head =
                    HttpHead { status, headers: vec![("content-type".to_owned(), kind.to_owned())] };
                for (bit, name) in [
                    "retry-after",
                    "stream-next-offset",
                    "stream-cursor",
                    "etag",
                    "date",
                    "producer-epoch",
                    "age",
                ]
                .into_iter()
                .enumerate()
                {
                    if headers & 1 << bit != 0 {
                        head.headers.push((name.to_owned(), text(script.raw())));
                    }
                }
                if headers & 0x80 != 0 {
                    head.headers.push(("stream-up-to-date".to_owned(), "true".to_owned()));
                }
                self.head(request, head);
                self.body(request, script.raw());
                let whole = script.byte() & 3 != 0;
                self.end(request, whole);
            }
            4 => {
                self.is_lied_to = true;
                let [place, byte] = [script.byte(), script.byte()];
                self.answer(request, |_, body| {
                    let place = usize::from(place) % body.len().max(1);
                    if let Some(found) = body.get_mut(place) {
                        *found = byte;
                    }
                    true
                });
            }
            5 => self.live(request),
            6 => {
                self.is_lied_to = true;
                if self.open.get(&request).is_some_and(|open| open.live.is_some()) {
                    self.body(request, script.raw());
                }
            }
            _ => {
                let losses = [
                    AuthLoss::Broken,
                    AuthLoss::NotConnected,
                    AuthLoss::NotThePlatform,
                    AuthLoss::NotTrusted,
                    AuthLoss::AskedToWait,
                ];
                let loss = script.pick(&losses);
                self.open.remove(&request);
                self.tell(Input::Lost { request, loss });
            }
        }
    }

    /// The person changes something.
    fn write(&mut self, script: &mut Script<'_>) {
        let place = script.pick(&[("places", "1"), ("places", "2"), ("trips", "1"), ("messages", "a/1")]);
        let body =
            script.pick(&["{}", r#"{"a":1}"#, r#"{"a":2,"b":"x"}"#, r#"{"b":null}"#, r#"{"text":"hello"}"#]);
        let Some(number) = self.written.checked_add(1) else { return };
        let write = write(number, place, body);
        if write.check().is_ok() && self.store.accept("main", &[write]).is_ok() {
            self.written = number;
            self.tell(Input::Filled);
        }
    }

    /// Others change something, or the platform forgets.
    fn on_the_platform(&mut self, script: &mut Script<'_>) {
        match script.byte() % 6 {
            0 => {
                let key = script.pick(&["1", "2", "3"]);
                let clock = Stamp { millis: u64::from(script.byte()), counter: 0, node: 2 };
                self.platform.write(&("places".to_owned(), key.to_owned()), "put", r#"{"c":3}"#, clock);
            }
            1 => self.platform.tell(CAR, format!("{{\"n\":{}}}", script.byte())),
            2 => self.platform.forget_old(),
            3 => self.platform.revoke_tokens(),
            // Another process of the file is told to leave the platform alone, or may be.
            kind => {
                let millis = i64::from(script.byte()) * 1_000;
                let command = match kind {
                    4 => StoreCommand::KeepQuiet { millis },
                    _ => StoreCommand::KeepDoubt { millis },
                };
                let done = store_client(2).execute(&mut self.store, device(self.now), command);
                done.expect("memory does not fail");
            }
        }
    }

    /// The app takes what it is handed.
    fn hand_over(&mut self, which: u8) {
        let of = usize::from(which) % self.deliveries.len().max(1);
        let Some((ticket, feed)) =
            self.deliveries.iter().nth(of).map(|(ticket, feed)| (*ticket, feed.clone()))
        else {
            return;
        };
        let at = self.store.position(&feed).expect("memory does not fail").unwrap_or_default();
        self.tell(Input::Handing { ticket, at });
        if self.deliveries.remove(&ticket).is_some() {
            self.tell(Input::Delivered { ticket });
        }
    }

    fn person(&mut self, script: &mut Script<'_>) {
        match script.byte() % 6 {
            0 => {
                self.is_another = true;
                self.tell(Input::SignOut);
            }
            1 => self.sign_in(),
            // The app asks by itself, and is refused.
            3 => self.tell(Input::TokenWanted),
            4 => {
                if let Some(token) = self.engine.access_token(self.now) {
                    self.tell(Input::TokenRefused { number: token.number() });
                }
            }
            2 => {
                let number = script.byte();
                let id = WriteId::new(Timestamp::default(), [number; 10]);
                if self.store.discard(id).expect("memory does not fail") {
                    self.tell(Input::Discarded { id });
                }
            }
            _ => {
                self.is_another = true;
                let session = Session::from("another");
                self.tell(Input::SignedIn { session });
            }
        }
    }

    fn sign_in(&mut self) {
        let session = Session::from(FAKE_SESSION);
        self.tell(Input::SignedIn { session });
    }

    /// From now on all is well: what waits is sent, and where nobody lied, what is shown is what there is.
    fn calm(&mut self) {
        self.is_store_slow = false;
        self.store_does(usize::MAX);
        self.tell(Input::Asleep(false));
        self.tell(Input::Network { up: true });
        self.sign_in();
        self.store_does(usize::MAX);
        let until = self.now + CALM;
        while self.now < until {
            for request in self.open.keys().copied().collect::<Vec<_>>() {
                self.answer(request, |_, _| true);
                self.live(request);
                self.store_does(usize::MAX);
            }
            while !self.deliveries.is_empty() {
                self.hand_over(0);
                self.store_does(usize::MAX);
            }
            let is_asked = self.open.values().any(|open| open.live.is_none()) || !self.asked.is_empty();
            let waits = self.store.waiting_count().expect("memory does not fail") > 0;
            let has_all = |live: &LiveFeed| live.told == self.platform.log(&live.name).len();
            let is_live =
                self.open.values().filter(|open| open.live.as_ref().is_some_and(has_all)).count() == 2;
            if !is_asked && !waits && is_live {
                return self.is_as_the_platform_has_it();
            }
            if !is_asked {
                let next = self.engine.next_deadline().expect("something is waited for");
                let wait = next.0.saturating_sub(self.now.0).max(Duration::from_millis(1));
                self.pass(wait);
            }
        }
        let waits = self.store.waiting_count();
        panic!("{waits:?} writes wait, {:?} are open; {:?}", self.open.len(), self.engine.status(self.now));
    }

    fn is_as_the_platform_has_it(&mut self) {
        if self.is_lied_to || self.is_another {
            return;
        }
        let keys: Vec<_> = self.platform.keys().map(|(of, key)| (of.to_owned(), key.to_owned())).collect();
        for (collection, key) in keys {
            let shown = self.store.told(&collection, &key).expect("memory does not fail");
            let shown = shown.as_ref().map(|item| (item.version, &*item.value));
            let there = self.platform.item(&collection, &key).filter(|(_, value)| !value.is_empty());
            assert_eq!(shown, there, "{collection}/{key}");
        }
    }
}
