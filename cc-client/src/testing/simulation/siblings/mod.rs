//! Several processes of one file: an app and its extensions, the people who use it, and a bad hour between them.

mod checks;
mod disk;
mod network;
mod people;
mod reader;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use cc_core::Timestamp;
use chrono::TimeDelta;

use super::way::{Part, Stream};
use super::{CAR, Dice, Faults, Report, SECOND, again, commit_point, is_rare, position};
use crate::conflict::{Conflict, ConflictPolicy, Policies, Resolution};
use crate::decide::SendOutcome;
use crate::engine::{
    DeviceTime, Effect, Engine, EngineConfig, HttpRequest, Input, StoreAnswer, StoreClient, StoreCommand,
    next_epoch,
};
use crate::handing::Looked;
use crate::mine::{Mine, Person};
use crate::store::{MemoryStore, StoreError, as_one};
use crate::testing::faults::SiblingFlaw;
use crate::testing::platform::FakePlatform;
use crate::{Mono, WriteId, WriteKind};
use disk::Disk;
use reader::Reader;

/// Simulates an hour of two or three processes on one store.
///
/// # Errors
///
/// What broke, in words, with the seed that shows it again.
pub fn simulate_siblings(seed: u64, faults: Faults) -> Result<Report, String> {
    live_through(World::new(seed, faults, None), seed)
}

/// The same with a mistake made on purpose. It should be `Err`: otherwise the hour does not find the mistake.
///
/// # Errors
///
/// What broke, in words, with the seed that shows it again.
pub fn simulate_siblings_flawed(seed: u64, faults: Faults, flaw: SiblingFlaw) -> Result<Report, String> {
    live_through(World::new(seed, faults, Some(flaw)), seed)
}

fn live_through(mut world: World, seed: u64) -> Result<Report, String> {
    world.hour().map_err(|broken| format!("{broken}; {}", again("siblings", "CC_SIBLINGS_SEED", seed)))?;
    Ok(world.report)
}

/// Which process, and which life of it: what is still on its way to one that was killed is heard by nobody.
#[derive(Clone, Copy, Eq, Ord, PartialEq, PartialOrd)]
struct Address {
    process: usize,
    life: u64,
}

enum Event {
    /// Part of an answer arrives.
    Arrives { to: Address, request: u64, part: Part },
    /// A process is woken, as it asked.
    Deadline(Address),
    /// An app is given messages that wait for it.
    Gives(Address),
    /// The world changes: people write, sign in and out; processes are killed; clocks jump; the network goes.
    Happens,
    /// A request arrives at the platform.
    Request { from: Address, request: u64, http: Box<HttpRequest> },
    /// Somebody who found themselves signed out signs in again.
    SignsIn(Address, usize),
    /// A process begins.
    Starts(Address),
    /// A process hears where the feed of messages stands.
    Stands { to: Address, ticket: u64, looked: Looked },
    /// The store's thread of a process comes to the next that it was given.
    StoreDoes(Address),
    /// A process hears what its store has done.
    Stored { to: Address, ticket: u64, answer: Box<Result<StoreAnswer, StoreError>> },
    /// Streams get what is new, and their heartbeats.
    Streams,
    /// An app has what a feed of messages brought.
    Taken(Address),
    /// Another message for this person.
    Tells(usize),
    /// What an app did not take may be given to it again.
    Waited(Address),
}

/// What the store's thread of a process is given to do, one after the other.
enum Job {
    /// The engine asks, as this person.
    Command { ticket: u64, command: StoreCommand, person: Person },
    /// Somebody lets go of one of their writes.
    Discard { random: u64 },
    /// The app reads what it shows.
    Look,
    /// The app is told whether another process has hidden what it shows, or shows it again.
    LookWhose,
    /// The policies decide about all conflicts.
    Policies,
    /// Somebody decides about what is unresolved.
    Resolve { random: u64, resolution: Resolution },
    /// It is looked where the feed of messages stands, before these are handed out.
    Stands { ticket: u64 },
    /// Somebody writes.
    Write { collection: &'static str, key: String, kind: WriteKind, body: String },
}

struct Process {
    engine: Engine,
    mine: Mine,
    /// Names it among all that ever were, and as the owner of a lock.
    life: u64,
    is_running: bool,
    asleep: bool,
    /// When its own clock began.
    began: Mono,
    /// Whose session it has, and which; `None` once nobody is signed in here.
    session: Option<(usize, String)>,
    disk: Disk,
    aborted: BTreeSet<u64>,
    last_part: BTreeMap<u64, Mono>,
    /// It must not be heard before, by what it was told itself.
    quiet: Mono,
    wishes: BTreeMap<u64, Mono>,
    /// When it last looked at a wait that is on disk, and has heard of it; and when it has, and has yet to hear.
    looked_for_quiet: Mono,
    looking: VecDeque<Mono>,
    refreshing: BTreeSet<u64>,
    reader: Reader,
    policies: Policies,
    /// The store was another person's when that was looked at last.
    is_anothers: bool,
    /// How often the store had changed hands when this began to count.
    hands: u64,
    /// Versions that it was told of, and whether the item was there.
    told: BTreeMap<Place, (u64, Option<Box<str>>)>,
    /// What the app shows.
    screen: BTreeMap<Place, (u64, Box<str>)>,
    /// What it has written, and what others had when it looked last.
    written: u64,
    written_by_others: u64,
    /// The latest versions that it showed.
    looked: BTreeMap<Place, u64>,
    settled: BTreeMap<WriteId, SendOutcome>,
}

type Place = (Box<str>, Box<str>);

/// A write that was accepted.
struct Written {
    who: usize,
    place: Place,
    /// The version that whoever decided about it had seen.
    seen: u64,
    /// It takes the item away: what was there before, nobody writes over.
    deletes: bool,
    /// Nobody knew yet whose the store was.
    is_nameless: bool,
    /// The digest of the session under which it was written then.
    session: Option<[u8; 32]>,
    fate: Fate,
}

#[derive(Clone, Copy)]
enum Fate {
    Open,
    /// It was let go before it had left, and before another process had read it, or not.
    Discarded {
        was_read: bool,
    },
    SentAgain(WriteId),
}

struct World {
    seed: u64,
    dice: Dice,
    faults: Faults,
    flaw: Option<SiblingFlaw>,
    now: Mono,
    jump: TimeDelta,
    events: BTreeMap<(Mono, u64), Event>,
    order: u64,
    platforms: Vec<FakePlatform>,
    store: MemoryStore,
    processes: Vec<Process>,
    lives: u64,
    share_tokens: bool,
    node: u64,
    /// Each person's latest session.
    sessions: Vec<String>,
    over: BTreeSet<String>,
    streams: Vec<Stream<Address>>,
    writes: BTreeMap<WriteId, Written>,
    /// Writes that a process has read to send them, and those that have left.
    read: BTreeSet<(WriteId, usize)>,
    left: BTreeSet<WriteId>,
    /// What the platforms said of each write.
    said: BTreeMap<WriteId, Box<str>>,
    /// Whose write each version was, of each person's items; somebody else's where it is none of these.
    history: BTreeMap<(usize, Place), BTreeMap<u64, WriteId>>,
    /// Messages that somebody has taken, or that were cut off before.
    had: Vec<BTreeSet<usize>>,
    /// How often the store has become another's.
    hands: u64,
    /// Who is being told of a listing.
    lists: Option<Address>,
    /// How often the store was written.
    written: u64,
    /// How often a process came upon a gap: behind it the feed of messages begins anew, for all.
    gaps: u64,
    /// What is on disk of wishes to be left alone, the platform's and those that may be its, and since when.
    quiet_kept: [(Vec<u8>, Mono); 2],
    storm: Mono,
    calm: bool,
    up: bool,
    report: Report,
    broken: Option<String>,
}

/// Faults end then.
const CALM: Mono = Mono(Duration::from_secs(40 * 60));
/// Everything is settled after so long: the longest backoff, and what the platform may wish to be left alone.
const REST: Duration = Duration::from_secs(450);
const NAMES: [&str; 2] = ["anna", "bo"];
/// As stores name them: what their platforms' tokens say.
const PERSONS: [&str; 2] = [r#"["demo","user/1"]"#, r#"["","bo"]"#];

impl World {
    fn new(seed: u64, faults: Faults, flaw: Option<SiblingFlaw>) -> Self {
        // Half of the hours belong to one person, in whose things there is more time to do harm.
        let people = 1 + (seed % 2) as usize;
        let mut platforms = vec![FakePlatform::default(), FakePlatform::default()];
        platforms.truncate(people);
        if let Some(bo) = platforms.get_mut(1) {
            bo.belongs_to(network::CLAIMS_OF_BO);
        }
        if seed / 4 % 2 == 1 {
            platforms.iter_mut().for_each(FakePlatform::remember_ahead);
        }
        if flaw == Some(SiblingFlaw::ForgetfulPlatform) {
            platforms.iter_mut().for_each(FakePlatform::forgets_ids);
        }
        let mut dice = Dice(seed);
        let count = 2 + dice.below(2) as usize;
        Self {
            seed,
            dice,
            faults,
            flaw,
            now: Mono::default(),
            jump: TimeDelta::zero(),
            events: BTreeMap::new(),
            order: 0,
            platforms,
            store: MemoryStore::new(),
            processes: (0..count).map(|_| Process::new(0, Engine::new(EngineConfig::new(1, 1)))).collect(),
            lives: 0,
            share_tokens: seed / 2 % 2 == 1,
            node: 1 + seed,
            sessions: NAMES.iter().map(|name| format!("session-of-{name}")).collect(),
            over: BTreeSet::new(),
            streams: Vec::new(),
            writes: BTreeMap::new(),
            read: BTreeSet::new(),
            left: BTreeSet::new(),
            said: BTreeMap::new(),
            history: BTreeMap::new(),
            had: vec![BTreeSet::new(); people],
            hands: 0,
            lists: None,
            gaps: 0,
            written: 0,
            quiet_kept: Default::default(),
            storm: Mono::default(),
            calm: false,
            up: true,
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

    /// What it is by the device: its clock jumps.
    fn device(&self) -> DeviceTime {
        DeviceTime { wall: self.device_time(), up: Some(self.now) }
    }

    fn at(&mut self, at: Mono, event: Event) {
        self.order += 1;
        self.events.insert((at, self.order), event);
    }

    /// Whether something goes wrong now; what does is counted.
    fn fault(&mut self, many: u64, name: &'static str) -> bool {
        let strikes = !self.calm && self.dice.one_in(many);
        if strikes {
            self.count(name);
        }
        strikes
    }

    fn count(&mut self, name: &'static str) {
        *self.report.struck.entry(name).or_default() += 1;
    }

    fn has_flaw(&self, flaw: SiblingFlaw) -> bool {
        self.flaw == Some(flaw)
    }

    fn breaks(&mut self, what: impl Into<String>) {
        let what = what.into();
        self.broken.get_or_insert_with(|| format!("{what} at {:?}", self.now.0));
    }

    fn hour(&mut self) -> Result<(), String> {
        for process in 0..self.processes.len() {
            let who = self.dice.below(self.platforms.len() as u64) as usize;
            self.processes[process].session = Some((who, self.sessions[who].clone()));
            self.will_start(process);
        }
        self.at(Mono::default(), Event::Happens);
        self.at(Mono::default(), Event::Streams);
        self.live_until(CALM)?;
        self.calm = true;
        self.set_network(true);
        // Each finds everything of theirs, also what was set aside when another came.
        for who in 0..self.platforms.len() {
            self.settle_down(who);
            let rest = self.now + REST;
            self.live_until(rest)?;
            self.evening(who)?;
        }
        Ok(())
    }

    fn live_until(&mut self, end: Mono) -> Result<(), String> {
        while let Some(((at, _), event)) = self.events.pop_first() {
            self.now = self.now.max(at);
            self.event(event);
            if let Some(broken) = self.broken.take() {
                return Err(broken);
            }
            if self.now >= end {
                break;
            }
        }
        self.now = self.now.max(end);
        Ok(())
    }

    fn is_there(&self, address: Address) -> bool {
        let process = &self.processes[address.process];
        process.life == address.life && process.is_running
    }

    fn address(&self, process: usize) -> Address {
        Address { process, life: self.processes[process].life }
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::Arrives { to, request, part } => {
                if self.is_there(to) && !self.processes[to.process].aborted.contains(&request) {
                    self.arrives(to, request, part);
                }
            }
            Event::Deadline(address) => {
                let now = self.clock(address.process);
                let deadline = self.processes[address.process].engine.next_deadline();
                if self.is_there(address) && deadline.is_some_and(|deadline| deadline <= now) {
                    self.tell(address.process, Input::Timer);
                }
            }
            Event::Gives(address) => {
                if self.is_there(address) {
                    self.gives(address);
                }
            }
            Event::Happens => self.happens(),
            Event::Request { from, request, http } => self.request(from, request, &http),
            Event::SignsIn(address, who) => {
                if self.is_there(address) {
                    self.signs_in(address.process, who);
                }
            }
            Event::Starts(address) => {
                let process = &self.processes[address.process];
                if process.life == address.life && !process.is_running {
                    self.starts(address.process);
                }
            }
            Event::Stands { to, ticket, looked } => {
                if self.is_there(to) {
                    self.stands(to, ticket, looked);
                }
            }
            Event::StoreDoes(address) => {
                if self.is_there(address) {
                    self.store_does(address.process);
                }
            }
            Event::Stored { to, ticket, answer } => {
                if self.is_there(to) {
                    if let Ok(StoreAnswer::Quiet { .. }) = *answer {
                        let process = &mut self.processes[to.process];
                        process.looked_for_quiet = process.looking.pop_front().unwrap_or_default();
                    }
                    self.lists = matches!(*answer, Ok(StoreAnswer::Replaced(_))).then_some(to);
                    self.tell(to.process, Input::Stored { ticket, answer: *answer });
                    self.lists = None;
                }
            }
            Event::Streams => self.stream_on(),
            Event::Tells(who) => self.tells(who),
            Event::Waited(address) => {
                if self.is_there(address) {
                    self.waited(address.process);
                }
            }
            Event::Taken(address) => {
                if self.is_there(address) {
                    self.taken(address);
                }
            }
        }
    }

    /// What a process takes the time to be since it began.
    fn clock(&self, process: usize) -> Mono {
        Mono(self.now - self.processes[process].began)
    }

    /// The process begins a little later; nothing of the one before it is left.
    fn will_start(&mut self, process: usize) {
        self.lives += 1;
        let session = self.processes[process].session.take();
        self.processes[process] = Process::new(self.lives, Engine::new(EngineConfig::new(1, 1)));
        self.processes[process].session = session;
        self.streams.retain(|stream| stream.to.process != process);
        let wait = Duration::from_millis(self.dice.below(if self.calm { 3_000 } else { 40_000 }));
        let address = self.address(process);
        self.at(self.now + wait, Event::Starts(address));
    }

    fn kill(&mut self, process: usize) {
        self.report.crashes += 1;
        if self.dice.one_in(4) && !self.calm {
            // The app hands another session to the process that follows, or none.
            let who = self.dice.below(self.platforms.len() as u64) as usize;
            let none = self.dice.one_in(3);
            self.processes[process].session = (!none).then(|| (who, self.sessions[who].clone()));
        }
        self.will_start(process);
    }

    fn starts(&mut self, number: usize) {
        let device = self.device();
        let mut config = EngineConfig::new(self.node, self.dice.roll());
        config.share_tokens = self.share_tokens;
        config.follow(CAR);
        let life = self.processes[number].life;
        let Ok(epoch) = as_one(&mut self.store, next_epoch) else { return };
        config.epoch = epoch;
        let client = StoreClient { lane: "main", owner: life };
        let session = self.processes[number].session.clone();
        let session = session.map(|session| self.as_the_app_has_it(session));
        let feeds = ["me", CAR].into_iter();
        let on_disk =
            as_one(&mut self.store, |store| client.begin(store, device, feeds.clone(), session.clone()));
        let Ok(begin) = on_disk else { return };
        let (up, hands, now) = (self.up, self.hands, self.now);
        let process = &mut self.processes[number];
        process.engine = Engine::new(config);
        (process.is_running, process.began, process.looked_for_quiet) = (true, now, now);
        process.hands = hands;
        let mut effects = process.engine.handle(Mono::default(), Input::Network { up });
        effects.extend(process.engine.start(Mono::default(), begin));
        self.processes[number]
            .policies
            .of
            .extend(policy_of(self.seed).map(|policy| ("bookings".into(), policy)));
        self.carry_out(number, effects);
        self.give(number, Job::Policies);
        self.give(number, Job::Look);
    }

    fn tell(&mut self, process: usize, input: Input<'_>) {
        let now = self.clock(process);
        let effects = self.processes[process].engine.handle(now, input);
        self.carry_out(process, effects);
    }

    fn carry_out(&mut self, number: usize, effects: Vec<Effect>) {
        let process = &mut self.processes[number];
        process.mine.learn(&process.engine);
        for effect in effects {
            match effect {
                Effect::Abort { request } => {
                    let to = self.address(number);
                    self.streams.retain(|stream| (stream.to, stream.request) != (to, request));
                    self.processes[number].refreshing.remove(&request);
                    self.processes[number].aborted.insert(request);
                }
                Effect::Anew => self.anew(number),
                Effect::Changed { records } => self.changed(number, &records),
                Effect::Deliver { messages, ticket, .. } => self.delivered(number, &messages, ticket),
                Effect::Http { request, http } => self.sends(number, request, &http),
                Effect::Missed { .. } => self.count("missed"),
                Effect::Settled { id, outcome } => self.settled(number, id, outcome),
                Effect::SentAgain { .. } => self.give(number, Job::Look),
                Effect::SignedOut => self.signed_out(number),
                Effect::LookAgain => {
                    self.give(number, Job::Policies);
                    self.give(number, Job::LookWhose);
                    self.hands_out(number);
                }
                Effect::StatusChanged => {}
                Effect::Unreadable { .. } => self.breaks("a record that cannot be read"),
                Effect::Withdrawn { ticket, .. } => self.withdrawn(number, ticket),
                Effect::Store { ticket, command } => {
                    let person = self.processes[number].mine.person();
                    self.give(number, Job::Command { ticket, command, person });
                }
            }
        }
        if let Some(deadline) = self.processes[number].engine.next_deadline() {
            let (at, address) = (self.processes[number].began + deadline.0, self.address(number));
            self.at(at.max(self.now), Event::Deadline(address));
        }
    }
}

impl Process {
    fn new(life: u64, engine: Engine) -> Self {
        Self {
            engine,
            mine: Mine::default(),
            life,
            is_running: false,
            asleep: false,
            began: Mono::default(),
            session: None,
            disk: Disk::default(),
            aborted: BTreeSet::new(),
            last_part: BTreeMap::new(),
            quiet: Mono::default(),
            wishes: BTreeMap::new(),
            looked_for_quiet: Mono::default(),
            looking: VecDeque::new(),
            refreshing: BTreeSet::new(),
            reader: Reader::default(),
            policies: Policies::default(),
            is_anothers: false,
            hands: 0,
            told: BTreeMap::new(),
            screen: BTreeMap::new(),
            written: 0,
            written_by_others: 0,
            looked: BTreeMap::new(),
            settled: BTreeMap::new(),
        }
    }

    fn who(&self) -> Option<usize> {
        self.session.as_ref().map(|(who, _)| *who)
    }
}

/// What decides about conflicts, where anything but a person does.
fn policy_of(seed: u64) -> Option<ConflictPolicy> {
    /// Some of each.
    fn decide(conflict: &Conflict<'_>) -> Resolution {
        match conflict.mine.body.len() % 4 {
            0 => Resolution::Ask,
            1 => Resolution::KeepMine,
            2 => Resolution::Merge(conflict.mine.body.clone()),
            _ => Resolution::TakeTheirs,
        }
    }
    match seed / 8 % 5 {
        0 => Some(ConflictPolicy::KeepMine),
        1 => Some(ConflictPolicy::TakeTheirs),
        2 => Some(ConflictPolicy::Decide(Arc::new(decide))),
        _ => None,
    }
}
