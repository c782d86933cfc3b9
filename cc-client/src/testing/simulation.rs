//! One client, one platform, a bad day between them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::time::Duration;

use cc_core::Timestamp;
use chrono::TimeDelta;

use super::Dice;
use super::faults::{Faults, Report};
use super::platform::{Answer, FakePlatform, SESSION, problem};
use crate::decide::{FeedState, OutboxState, SendOutcome};
use crate::engine::{Effect, Engine, EngineConfig, HttpHead, HttpRequest, Input, StoreClient, StoreCommand};
use crate::store::{MemoryStore, Store, StoreError};
use crate::{Mono, Stamp, Write, WriteId, WriteKind};

/// Lives through a day of one seed: `Err` says what broke, and how to see it again.
pub fn simulate(seed: u64, faults: Faults) -> Result<Report, String> {
    let mut world = World::new(seed, faults);
    world.day().map_err(|broken| format!("{broken}; again with CC_SIM_SEED={seed}"))?;
    Ok(world.report)
}

enum Event {
    /// The app writes something.
    AppWrites,
    /// Part of an answer arrives.
    Arrives { life: u64, request: u64, part: Part },
    /// The client is woken, as it asked.
    Deadline { life: u64 },
    /// The world changes: somebody else writes, tokens are revoked, clocks jump, the network goes, the app sleeps.
    Happens,
    /// A request arrives at the platform.
    Request { life: u64, request: u64, http: Box<HttpRequest> },
    /// Streams get what is new, and their heartbeats.
    Streams,
}

enum Part {
    Bytes(Vec<u8>),
    End { whole: bool },
    Head(HttpHead),
}

struct Stream {
    life: u64,
    request: u64,
    from: usize,
    opened: Mono,
    silent: bool,
    beat: Mono,
}

struct World {
    dice: Dice,
    faults: Faults,
    now: Mono,
    /// What the device's clock is off by.
    jump: TimeDelta,
    events: BinaryHeap<Reverse<(Mono, u64)>>,
    bodies: BTreeMap<u64, Event>,
    order: u64,
    platform: FakePlatform,
    store: MemoryStore,
    engine: Engine,
    life: u64,
    streams: Vec<Stream>,
    /// Requests of this life that were dropped, or answered already: nobody hears what is still on its way.
    aborted: BTreeSet<u64>,
    /// When the last part of each answer arrives: parts do not overtake one another.
    last_part: BTreeMap<(u64, u64), Mono>,
    writes: BTreeMap<WriteId, Option<SendOutcome>>,
    /// What the app was shown: version by item.
    shown: BTreeMap<(Box<str>, Box<str>), u64>,
    /// The client must not be heard before.
    quiet: Mono,
    /// That is on disk, by a clock that was off by so much.
    quiet_kept: Option<(Mono, TimeDelta)>,
    /// Requests for tokens of this life that are under way.
    refreshing: BTreeSet<u64>,
    calm: bool,
    up: bool,
    asleep: bool,
    report: Report,
    broken: Option<String>,
}

const SECOND: Duration = Duration::from_secs(1);
/// Faults end then.
const CALM: Mono = Mono(Duration::from_secs(2 * 3_600));
/// Everything is settled by then.
const EVENING: Mono = Mono(Duration::from_secs(4 * 3_600));

impl World {
    fn new(seed: u64, faults: Faults) -> Self {
        Self {
            dice: Dice(seed),
            faults,
            now: Mono::default(),
            jump: TimeDelta::zero(),
            events: BinaryHeap::new(),
            bodies: BTreeMap::new(),
            order: 0,
            platform: FakePlatform::default(),
            store: MemoryStore::new(),
            engine: Engine::new(EngineConfig::new(1, seed)),
            life: 0,
            streams: Vec::new(),
            aborted: BTreeSet::new(),
            last_part: BTreeMap::new(),
            writes: BTreeMap::new(),
            shown: BTreeMap::new(),
            quiet: Mono::default(),
            quiet_kept: None,
            refreshing: BTreeSet::new(),
            calm: false,
            up: true,
            asleep: false,
            report: Report::default(),
            broken: None,
        }
    }

    fn true_time(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::from_std(self.now.0).unwrap_or_default()
    }

    fn device_time(&self) -> Timestamp {
        self.true_time() + self.jump
    }

    fn at(&mut self, at: Mono, event: Event) {
        self.order += 1;
        self.events.push(Reverse((at, self.order)));
        self.bodies.insert(self.order, event);
    }

    fn fault(&mut self, many: u64) -> bool {
        !self.calm && self.dice.one_in(many)
    }

    fn breaks(&mut self, what: impl Into<String>) {
        let what = what.into();
        self.broken.get_or_insert_with(|| format!("{what} at {:?}", self.now.0));
    }

    fn day(&mut self) -> Result<(), String> {
        self.begin();
        self.at(Mono::default(), Event::AppWrites);
        self.at(Mono::default(), Event::Happens);
        self.at(Mono::default(), Event::Streams);
        while let Some(Reverse((at, order))) = self.events.pop() {
            let Some(event) = self.bodies.remove(&order) else { continue };
            self.now = self.now.max(at);
            if !self.calm && self.now >= CALM {
                self.calm = true;
                self.wake_up();
            }
            if self.now >= EVENING {
                break;
            }
            self.event(event);
            if let Some(broken) = self.broken.take() {
                return Err(broken);
            }
        }
        self.evening()
    }

    /// A process starts: whatever the one before it knew and had not stored is gone.
    fn begin(&mut self) {
        self.life += 1;
        self.refreshing.clear();
        self.aborted.clear();
        if self.quiet_kept != Some((self.quiet, self.jump)) {
            // It was killed before it could note that, or its clock was set since.
            self.quiet = self.now;
        }
        let mut config = EngineConfig::new(1, self.dice.roll());
        config.epoch = self.life;
        config.share_tokens = self.dice.one_in(2);
        self.engine = Engine::new(config);
        let client = StoreClient { lane: "main", owner: self.life };
        let feeds = ["me"].into_iter();
        let device = self.device_time();
        let Ok(mut begin) = client.begin(&mut self.store, device, feeds) else { return };
        begin.session = Some(SESSION.to_owned());
        let mut effects = self.engine.start(self.now, begin);
        effects.extend(self.engine.handle(self.now, Input::Network { up: self.up }));
        effects.extend(self.engine.handle(self.now, Input::Asleep(self.asleep)));
        self.carry_out(effects);
    }

    fn crash(&mut self) {
        self.report.crashes += 1;
        self.streams.clear();
        self.begin();
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::AppWrites => self.app_writes(),
            Event::Arrives { life, request, part } => {
                if life == self.life && !self.aborted.contains(&request) {
                    self.arrives(request, part);
                }
            }
            Event::Deadline { life } => {
                if life == self.life
                    && self.engine.next_deadline().is_some_and(|deadline| deadline <= self.now)
                {
                    self.tell(Input::Timer);
                }
            }
            Event::Happens => self.happens(),
            Event::Request { life, request, http } => self.request(life, request, &http),
            Event::Streams => self.stream_on(),
        }
    }

    fn tell(&mut self, input: Input<'_>) {
        let effects = self.engine.handle(self.now, input);
        self.carry_out(effects);
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        let life = self.life;
        for effect in effects {
            if life != self.life {
                return;
            }
            match effect {
                Effect::Abort { request } => {
                    self.streams.retain(|stream| (stream.life, stream.request) != (life, request));
                    self.refreshing.remove(&request);
                    self.aborted.insert(request);
                }
                Effect::Changed { records } => self.changed(&records),
                Effect::Deliver { ticket, .. } => self.tell(Input::Delivered { ticket }),
                Effect::Http { request, http } => self.sends(request, &http),
                Effect::Settled { id, outcome } => self.settled(id, outcome),
                Effect::SignedOut => self.breaks("signed out though the session is good"),
                Effect::StatusChanged => {}
                Effect::Store { ticket, command } => self.store(ticket, command),
            }
        }
        if life == self.life
            && let Some(deadline) = self.engine.next_deadline()
        {
            self.at(deadline.max(self.now), Event::Deadline { life });
        }
    }

    fn store(&mut self, ticket: u64, command: StoreCommand) {
        let writes = !matches!(command, StoreCommand::Load { .. });
        let quiet = matches!(command, StoreCommand::Quiet { .. });
        if writes && self.fault(self.faults.crash) {
            return self.crash();
        }
        let answer = if writes && self.fault(self.faults.disk_full) {
            Err(StoreError::Full)
        } else {
            let client = StoreClient { lane: "main", owner: self.life };
            let device = self.device_time();
            client.execute(&mut self.store, device, command)
        };
        if quiet && answer.is_ok() {
            self.quiet_kept = Some((self.quiet, self.jump));
        }
        if writes && self.fault(self.faults.crash) {
            return self.crash();
        }
        self.tell(Input::Stored { ticket, answer });
    }

    fn changed(&mut self, records: &[crate::store::Record]) {
        for record in records {
            let place = (record.collection.clone(), record.key.clone());
            // Only a listing may go back: it tells what is gone in the version that was known.
            let last = self.shown.insert(place, record.version);
            if last.is_some_and(|last| last > record.version) {
                self.breaks(format!("version {} was shown after {last:?}", record.version));
            }
        }
    }

    fn settled(&mut self, id: WriteId, outcome: SendOutcome) {
        if !self.platform.knows(id) {
            self.breaks("a write was settled that never arrived");
        }
        match self.writes.insert(id, Some(outcome)) {
            None => self.breaks("a write was settled that nobody wrote"),
            Some(Some(before)) => self.breaks(format!("a write was settled twice: {before:?}, {outcome:?}")),
            Some(None) => {}
        }
    }

    fn sends(&mut self, request: u64, http: &HttpRequest) {
        if self.now < self.quiet {
            self.breaks("a request before the time that the platform gave");
        }
        if http.target == "/v1/auth/token" {
            self.refreshing.insert(request);
            if self.refreshing.len() > 1 {
                self.breaks("two refreshes at once");
            }
        }
        let life = self.life;
        if !self.up || self.fault(self.faults.drop_request) {
            let wait = Duration::from_millis(self.dice.below(30_000));
            return self.part(life, request, wait, Part::End { whole: false });
        }
        let copies = if self.fault(self.faults.duplicate) && http.method == "POST" { 2 } else { 1 };
        for _ in 0..copies {
            let way = Duration::from_millis(10 + self.dice.below(2_000));
            self.at(self.now + way, Event::Request { life, request, http: Box::new(http.clone()) });
        }
    }

    /// A request arrives. Its process may be gone by then: the platform does not know.
    fn request(&mut self, life: u64, request: u64, http: &HttpRequest) {
        self.report.requests += 1;
        if http.target.starts_with("/v1/collections/") {
            self.report.listings += 1;
        }
        let mut answer = if self.fault(self.faults.unavailable) {
            let mut answer = problem(503, "unavailable");
            if self.dice.one_in(2) {
                let wait = (1 + self.dice.below(90)).to_string();
                answer.head.headers.push(("retry-after".to_owned(), wait));
            }
            answer
        } else if self.fault(self.faults.portal) {
            let headers = vec![("content-type".to_owned(), "text/html".to_owned())];
            let status = [200, 302, 400, 401, 403, 404, 410][self.dice.below(7) as usize];
            Answer {
                head: HttpHead { status, headers },
                body: b"<html>sign in</html>".to_vec(),
                live_from: None,
            }
        } else {
            self.platform.answer(http)
        };
        if http.target == "/v1/auth/token" && answer.head.status == 200 {
            self.report.tokens += 1;
        }
        let date = self.true_time().format("%a, %d %b %Y %H:%M:%S GMT").to_string();
        answer.head.headers.push(("date".to_owned(), date));
        if life != self.life {
            return;
        }
        if self.fault(self.faults.drop_answer) {
            let wait = Duration::from_millis(self.dice.below(30_000));
            return self.part(life, request, wait, Part::End { whole: false });
        }
        let way = Duration::from_millis(10 + self.dice.below(2_000));
        self.part(life, request, way, Part::Head(answer.head));
        let cut = if self.fault(self.faults.break_off) {
            self.dice.below(answer.body.len() as u64 + 1)
        } else {
            u64::MAX
        };
        let body = &answer.body[..answer.body.len().min(cut as usize)];
        for piece in body.chunks(1 + self.dice.below(90) as usize) {
            let way = Duration::from_millis(self.dice.below(3));
            self.part(life, request, way, Part::Bytes(piece.to_vec()));
        }
        match answer.live_from {
            Some(from) if cut == u64::MAX => {
                let silent = self.fault(self.faults.half_open);
                self.streams.push(Stream { life, request, from, opened: self.now, silent, beat: self.now });
            }
            _ => self.part(life, request, Duration::ZERO, Part::End { whole: cut == u64::MAX }),
        }
    }

    fn part(&mut self, life: u64, request: u64, way: Duration, part: Part) {
        let last = self.last_part.get(&(life, request)).copied().unwrap_or_default();
        let at = (self.now + way).max(last);
        self.last_part.insert((life, request), at);
        self.at(at, Event::Arrives { life, request, part });
    }

    fn arrives(&mut self, request: u64, part: Part) {
        match part {
            Part::Head(head) => {
                let wait = head.header("retry-after").and_then(|text| text.parse().ok());
                if let Some(wait) = wait.map(Duration::from_secs) {
                    self.quiet = self.quiet.max(self.now + wait);
                }
                self.tell(Input::Head { request, head });
            }
            Part::Bytes(bytes) => self.tell(Input::Bytes { request, bytes: &bytes }),
            Part::End { whole } => {
                self.refreshing.remove(&request);
                self.aborted.insert(request);
                self.tell(Input::Ended { request, whole });
            }
        }
    }

    fn stream_on(&mut self) {
        if self.calm {
            self.person_decides();
        }
        let end = self.platform.log_end();
        let mut open = std::mem::take(&mut self.streams);
        open.retain_mut(|stream| {
            if stream.silent || stream.life != self.life {
                return stream.life == self.life;
            }
            if stream.from < end {
                let text = self.platform.live(stream.from);
                (stream.from, stream.beat) = (end, self.now);
                for piece in text.as_bytes().chunks(1 + self.dice.below(200) as usize) {
                    let way = Duration::from_millis(self.dice.below(500));
                    self.part(stream.life, stream.request, way, Part::Bytes(piece.to_vec()));
                }
            } else if self.now - stream.beat >= SECOND * 20 {
                stream.beat = self.now;
                self.part(stream.life, stream.request, Duration::ZERO, Part::Bytes(b": beat\n\n".to_vec()));
            }
            // Balancers and platforms end streams after a minute.
            let ends = self.now - stream.opened >= SECOND * 60;
            if ends {
                self.part(stream.life, stream.request, Duration::ZERO, Part::End { whole: true });
            }
            !ends
        });
        open.append(&mut self.streams);
        self.streams = open;
        self.at(self.now + Duration::from_millis(500), Event::Streams);
    }

    fn app_writes(&mut self) {
        if self.calm {
            return;
        }
        let kind = [WriteKind::Patch, WriteKind::Patch, WriteKind::Patch, WriteKind::Delete]
            [self.dice.below(4) as usize];
        let collection = if self.dice.one_in(6) { "bookings" } else { "places" };
        let key = self.dice.below(8).to_string();
        let known = self.store.item(collection, &key).ok().flatten().map(|item| item.version);
        let mut random = [0; 10];
        random[..8].copy_from_slice(&self.dice.roll().to_be_bytes());
        let body = format!("{{\"f{}\":{}}}", self.dice.below(3), self.dice.below(1_000));
        let device = self.device_time();
        let write = Write {
            id: WriteId::new(device, random),
            collection: collection.into(),
            key: key.into(),
            kind,
            base: known,
            clock: self.engine.stamp(self.now, device),
            body: if kind == WriteKind::Delete { "".into() } else { body.into() },
        };
        let id = write.id;
        if self.store.accept("main", &[write]).is_ok() {
            self.report.accepted += 1;
            self.writes.insert(id, None);
            if self.fault(self.faults.crash) {
                self.crash();
            } else {
                self.tell(Input::Filled);
            }
        }
        let next = Duration::from_millis(self.dice.below(120_000));
        self.at(self.now + next, Event::AppWrites);
    }

    fn happens(&mut self) {
        if self.calm {
            return;
        }
        match self.dice.below(14) {
            0..=6 => {
                let place = ("places".to_owned(), self.dice.below(8).to_string());
                let stamp = Stamp {
                    millis: self.true_time().timestamp_millis() as u64,
                    counter: 0,
                    node: 2 + self.dice.below(3),
                };
                let body = format!("{{\"f{}\":{}}}", self.dice.below(3), self.dice.below(1_000));
                self.platform.write(&place, "patch", &body, stamp);
            }
            7 => self.platform.revoke_tokens(),
            8 => self.jump = TimeDelta::hours(self.dice.below(49) as i64 - 24),
            9 | 10 => {
                self.up = !self.up;
                self.streams.clear();
                self.tell(Input::Network { up: self.up });
            }
            11 => {
                self.asleep = !self.asleep;
                self.tell(Input::Asleep(self.asleep));
            }
            12 if self.dice.one_in(4) => self.platform.forget_old(),
            13 if self.dice.one_in(4) => self.crash(),
            _ => {}
        }
        let next = Duration::from_millis(self.dice.below(60_000));
        self.at(self.now + next, Event::Happens);
    }

    fn wake_up(&mut self) {
        self.up = true;
        self.asleep = false;
        self.tell(Input::Network { up: true });
        self.tell(Input::Asleep(false));
    }

    /// Hours after the last fault: everything must have come to rest, and both sides tell the same.
    fn evening(&mut self) -> Result<(), String> {
        let status = self.engine.status(self.now);
        let live = status.feeds.iter().all(|(_, state)| {
            matches!(state, FeedState::Live | FeedState::Connecting | FeedState::CatchingUp)
        });
        if !live || status.outbox != OutboxState::Idle {
            return Err(format!("no rest: {status:?}"));
        }
        for id in self.writes.keys().copied().collect::<Vec<_>>() {
            if !self.platform.knows(id) {
                return Err(format!("the accepted write {id} never arrived"));
            }
        }
        for (collection, key) in
            self.platform.keys().map(|(a, b)| (a.to_owned(), b.to_owned())).collect::<Vec<_>>()
        {
            let known = self.store.item(&collection, &key).map_err(|error| error.to_string())?;
            let expected = self.platform.item(&collection, &key);
            let found = known.as_ref().map(|item| (item.version, &*item.value));
            if found != expected {
                return Err(format!("{collection} {key}: {found:?} here, {expected:?} there"));
            }
        }
        let items = self.store.items("places", "", u32::MAX).map_err(|error| error.to_string())?;
        for item in items {
            if self.platform.item("places", &item.key).is_none() {
                return Err(format!("places {} is here and not there", item.key));
            }
        }
        Ok(())
    }

    /// Somebody looks at what the server would not do, and lets it go.
    fn person_decides(&mut self) {
        let open = self.store.unresolved().unwrap_or_default();
        for (row, _) in &open {
            // A disk in memory does not fail.
            let _ = self.store.discard(row.write.id);
        }
        if !open.is_empty() {
            self.tell(Input::Filled);
        }
    }
}
