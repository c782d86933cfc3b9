//! An engine with a store in memory, against answers that a test writes.

use std::collections::BTreeMap;

use cc_client::Mono;
use cc_client::engine::{Begin, Effect, Engine, EngineConfig, HttpHead, HttpRequest, Input, StoreClient};
use cc_client::store::MemoryStore;
use cc_core::Timestamp;

pub(crate) const JSON: &str = "application/json";
pub(crate) const PROBLEM: &str = "application/problem+json";

pub(crate) struct World {
    pub(crate) engine: Engine,
    pub(crate) store: MemoryStore,
    pub(crate) now: Mono,
    pub(crate) open: BTreeMap<u64, HttpRequest>,
    pub(crate) is_signed_out: bool,
}

impl World {
    /// Begins with a session, and has asked for a token.
    pub(crate) fn start(configure: impl FnOnce(&mut EngineConfig)) -> Self {
        let mut config = EngineConfig::new(1, 7);
        configure(&mut config);
        let mut world = Self {
            engine: Engine::new(config),
            store: MemoryStore::new(),
            now: Mono::default(),
            open: BTreeMap::new(),
            is_signed_out: false,
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
                Effect::SignedOut => self.is_signed_out = true,
                Effect::Store { ticket, command } => {
                    let client = StoreClient { lane: "main", owner: 1 };
                    let answer = client.execute(&mut self.store, Timestamp::default(), command);
                    self.tell(Input::Stored { ticket, answer });
                }
                _ => {}
            }
        }
    }

    pub(crate) fn tell(&mut self, input: Input<'_>) {
        let effects = self.engine.handle(self.now, input);
        self.carry_out(effects);
    }

    /// Answers the first request that is open, which is for this path.
    pub(crate) fn answer(&mut self, path: &str, status: u16, headers: &[(&str, &str)], body: &str) {
        let (request, http) = self.open.pop_first().expect("nothing is asked");
        assert!(http.target.starts_with(path), "{http:?}");
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let head = HttpHead { status, headers: headers.collect() };
        self.tell(Input::Head { request, head });
        self.tell(Input::Bytes { request, bytes: body.as_bytes() });
        self.tell(Input::Ended { request, whole: true });
    }

    /// Gives a token that holds so many seconds.
    pub(crate) fn token(&mut self, seconds: u32) {
        let body = format!(r#"{{"token":"made-up","expiresIn":{seconds}}}"#);
        self.answer("/v1/auth/token", 200, &[("content-type", JSON)], &body);
    }

    /// Lets time pass until something is asked.
    pub(crate) fn wait(&mut self) {
        while self.open.is_empty() {
            self.now = self.now.max(self.engine.next_deadline().expect("nothing will ever happen"));
            self.tell(Input::Timer);
        }
    }
}
