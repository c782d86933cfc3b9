//! An engine and its store, against a network that a test moves by hand: answers come in any order, late, in parts or not at all.
#![allow(dead_code, reason = "each test file uses some of it")]

use std::collections::BTreeMap;
use std::time::Duration;

use cc_client::engine::{
    Effect, Engine, EngineConfig, HttpHead, HttpRequest, Input, StoreClient, StoreCommand,
};
use cc_client::store::{MemoryStore, Store as _};
use cc_client::{Mono, Stamp, Write, WriteId, WriteKind};
use cc_core::Timestamp;

pub(crate) const JSON: (&str, &str) = ("content-type", "application/json");
pub(crate) const PROBLEM: (&str, &str) = ("content-type", "application/problem+json");

pub(crate) struct World {
    pub(crate) engine: Engine,
    pub(crate) store: MemoryStore,
    pub(crate) now: Mono,
    /// Requests that have no whole answer.
    pub(crate) open: BTreeMap<u64, HttpRequest>,
    /// The store takes its time: what it was asked waits for [`Self::store_answers`].
    pub(crate) is_store_slow: bool,
    pub(crate) asked: Vec<(u64, StoreCommand)>,
    /// What else the engine said.
    pub(crate) said: Vec<String>,
    /// Under which messages were handed out last.
    pub(crate) last_ticket: u64,
    /// Which process it is.
    owner: u64,
}

impl World {
    /// A client that is signed in, and has no token yet.
    pub(crate) fn start(config: EngineConfig, store: MemoryStore) -> Self {
        Self::start_as(1, config, store)
    }

    /// Another process that is.
    pub(crate) fn start_as(owner: u64, config: EngineConfig, mut store: MemoryStore) -> Self {
        let mut engine = Engine::new(config);
        let feeds: Vec<String> = engine.feeds().map(str::to_owned).collect();
        let (feeds, session) = (feeds.iter().map(String::as_str), Some("made-up".to_owned().into()));
        let now = Mono(Duration::from_secs(100));
        let begin = client(owner).begin(&mut store, device(now), feeds, session).unwrap();
        let effects = engine.start(now, begin);
        let (open, asked, said) = (BTreeMap::new(), Vec::new(), Vec::new());
        let (is_store_slow, last_ticket) = (false, 0);
        let mut world = Self { engine, store, now, open, is_store_slow, asked, said, last_ticket, owner };
        world.carry_out(effects);
        world
    }

    /// One that follows these feeds of messages, and has a token.
    pub(crate) fn with_token(feeds: &[&str], store: MemoryStore) -> Self {
        let mut config = EngineConfig::new(1, 7);
        config.follow_only(feeds.iter().copied());
        let mut world = Self::start(config, store);
        world.token("one");
        world
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Abort { request } => drop(self.open.remove(&request)),
                Effect::Http { request, http } => drop(self.open.insert(request, http)),
                Effect::Store { ticket, command } if self.is_store_slow => self.asked.push((ticket, command)),
                Effect::Store { ticket, command } => self.store_does(ticket, command),
                Effect::StatusChanged => {}
                other => {
                    if let Effect::Deliver { ticket, .. } = other {
                        self.last_ticket = ticket;
                    }
                    self.said.push(format!("{other:?}"));
                }
            }
        }
    }

    pub(crate) fn store_does(&mut self, ticket: u64, command: StoreCommand) {
        let answer = client(self.owner).execute(&mut self.store, device(self.now), command);
        self.tell(Input::Stored { ticket, answer });
    }

    /// The store does all that it was asked.
    pub(crate) fn store_answers(&mut self) {
        self.is_store_slow = false;
        for (ticket, command) in std::mem::take(&mut self.asked) {
            self.store_does(ticket, command);
        }
    }

    pub(crate) fn tell(&mut self, input: Input<'_>) {
        let effects = self.engine.handle(self.now, input);
        self.carry_out(effects);
    }

    /// The platform tells another process of the same file to leave it alone.
    pub(crate) fn another_is_told_to_wait(&mut self, seconds: i64) {
        let command = StoreCommand::KeepQuiet { millis: seconds * 1_000 };
        client(2).execute(&mut self.store, device(self.now), command).unwrap();
    }

    /// Whether another process may renew the token that all share; it is done with that at once.
    pub(crate) fn may_another_refresh(&mut self) -> bool {
        let now = device(self.now).timestamp_millis();
        let is_free = self.store.lock("token", 2, now, now + 45_000).unwrap();
        self.store.unlock("token", 2).unwrap();
        is_free
    }

    /// The request for this path.
    pub(crate) fn find(&self, path: &str) -> u64 {
        let found = self.open.iter().find(|(_, http)| http.target.starts_with(path));
        *found.unwrap_or_else(|| panic!("{path} is not asked for: {:?}", self.open)).0
    }

    pub(crate) fn is_asked(&self, path: &str) -> bool {
        self.open.values().any(|http| http.target.starts_with(path))
    }

    /// The token that a request carries, by its name.
    pub(crate) fn token_of(&self, path: &str) -> &str {
        let headers = &self.open[&self.find(path)].headers;
        let bearer = headers.iter().find(|(name, _)| *name == "authorization").unwrap();
        let token = bearer.1.strip_prefix("Bearer ").unwrap();
        token.strip_suffix(CLAIMS).unwrap_or(token)
    }

    pub(crate) fn head(&mut self, request: u64, status: u16, headers: &[(&str, &str)]) {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        self.tell(Input::Head { request, head: HttpHead { status, headers: headers.collect() } });
    }

    pub(crate) fn rest(&mut self, request: u64, body: &str, whole: bool) {
        self.open.remove(&request);
        self.tell(Input::Bytes { request, bytes: body.as_bytes() });
        self.tell(Input::Ended { request, whole });
    }

    /// Answers the request for this path.
    pub(crate) fn answer(&mut self, path: &str, status: u16, headers: &[(&str, &str)], body: &str) {
        let request = self.find(path);
        self.head(request, status, headers);
        self.rest(request, body, true);
    }

    /// A token comes, good for ten minutes.
    pub(crate) fn token(&mut self, token: &str) {
        self.token_for(token, 600);
    }

    /// A token comes, good for so many seconds.
    pub(crate) fn token_for(&mut self, token: &str, seconds: u32) {
        let token = jwt(token);
        let body = format!("{{\"token\":\"{token}\",\"expiresIn\":{seconds}}}");
        self.answer("/v1/auth/token", 200, &[JSON], &body);
    }

    /// A page without messages: the feed is at its end.
    pub(crate) fn nothing_new(&mut self, path: &str) {
        let headers = [JSON, ("stream-next-offset", "1"), ("stream-up-to-date", "true")];
        self.answer(path, 200, &headers, "[]");
    }

    /// Time goes by until something is asked.
    pub(crate) fn wait(&mut self) {
        while self.open.is_empty() {
            self.now = self.now.max(self.engine.next_deadline().unwrap());
            self.tell(Input::Timer);
        }
    }

    /// So many seconds go by, with the timers in them.
    pub(crate) fn pass(&mut self, seconds: u64) {
        let until = self.now + Duration::from_secs(seconds);
        while let Some(deadline) = self.engine.next_deadline().filter(|deadline| *deadline <= until) {
            self.now = self.now.max(deadline);
            self.tell(Input::Timer);
        }
        self.now = until;
    }
}

/// What makes a name a token as a platform makes it, always of the same person.
const CLAIMS: &str = ".eyJvcmciOiJvIiwic3ViIjoiYW5uYSJ9.x";

/// A token as a platform makes it; a name that has dots in it is one already.
pub(crate) fn jwt(name: &str) -> String {
    if name.contains('.') { name.to_owned() } else { format!("{name}{CLAIMS}") }
}

/// The time by the device's clock, which nobody sets.
pub(crate) fn device(now: Mono) -> Timestamp {
    Timestamp::from_timestamp_millis(now.0.as_millis() as i64).unwrap()
}

fn client(owner: u64) -> StoreClient<'static> {
    StoreClient { lane: "main", owner }
}

/// A store in which so many writes wait.
pub(crate) fn with_writes(count: u8) -> MemoryStore {
    let mut store = MemoryStore::new();
    for number in 0..count {
        store.accept("main", &[write(number)]).unwrap();
    }
    store
}

pub(crate) fn write(number: u8) -> Write {
    let id = WriteId::new(Timestamp::default(), [number; 10]);
    let clock = Stamp { millis: 1, counter: 0, node: 1 };
    Write::new(id, ("places", &number.to_string()), WriteKind::Put, "{}", clock)
}
