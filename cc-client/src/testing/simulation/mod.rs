//! One client, one platform, a bad day between them.

mod checks;
mod network;
mod people;
#[cfg(feature = "tokio")]
pub(super) mod siblings;
mod way;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, VecDeque};
use std::ops::Range;
use std::time::Duration;

use cc_core::Timestamp;
use chrono::TimeDelta;

use super::Dice;
use super::faults::{Faults, Flaw, Report};
use super::platform::{FakePlatform, SESSION};
use crate::decide::SendOutcome;
use crate::engine::{
    DeviceTime, Effect, Engine, EngineConfig, HttpRequest, Input, StoreAnswer, StoreClient, StoreCommand,
};
use crate::store::{MemoryStore, Store, StoreError};
use crate::{Mono, Offset, WriteId};
use way::{Part, Stream};

/// Simulates the day of one seed.
///
/// # Errors
///
/// What broke, in words, with the seed that shows it again.
pub fn simulate(seed: u64, faults: Faults) -> Result<Report, String> {
    live_through(World::new(seed, faults, None), seed)
}

/// Simulates a day with a client that makes a mistake. It should be `Err`: otherwise the day does not find
/// the mistake.
///
/// # Errors
///
/// What broke, in words, with the seed that shows it again.
pub fn simulate_flawed(seed: u64, faults: Faults, flaw: Flaw) -> Result<Report, String> {
    live_through(World::new(seed, faults, Some(flaw)), seed)
}

/// The command that lives through it again.
fn again(test: &str, variable: &str, seed: u64) -> String {
    format!("again with {variable}={seed} cargo test -p cc-client --all-features --test {test}")
}

fn live_through(mut world: World, seed: u64) -> Result<Report, String> {
    world.day().map_err(|broken| format!("{broken}; {}", again("simulation", "CC_SIM_SEED", seed)))?;
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
    /// The app has what a feed of messages brought.
    Taken { life: u64 },
}

/// Messages that wait for the app to take them.
struct Unread {
    ticket: u64,
    range: Range<usize>,
    /// The gap that they tell of.
    tells: Option<u32>,
}

struct World {
    dice: Dice,
    faults: Faults,
    flaw: Option<Flaw>,
    now: Mono,
    /// What the device's clock is off by.
    jump: TimeDelta,
    events: BinaryHeap<Reverse<(Mono, u64)>>,
    bodies: BTreeMap<u64, Event>,
    order: u64,
    platform: FakePlatform,
    store: MemoryStore,
    /// What is on disk, where that is not what the store says.
    synced: MemoryStore,
    engine: Engine,
    life: u64,
    streams: Vec<Stream<u64>>,
    /// Requests of this life that were dropped, or answered already: nobody hears what is still on its way.
    aborted: BTreeSet<u64>,
    /// When the last part of each answer arrives: parts do not overtake one another.
    last_part: BTreeMap<(u64, u64), Mono>,
    writes: BTreeMap<WriteId, Option<SendOutcome>>,
    /// Writes that left this device at least once.
    left: BTreeSet<WriteId>,
    /// What somebody wrote who was here before, and of whom the platform never heard.
    strange: BTreeSet<WriteId>,
    /// How often the store may still become another's.
    changes_hands: u32,
    /// How many messages the app has for good.
    has: usize,
    /// The message that comes next, in this life.
    next: usize,
    /// What waits for the app to take it.
    unread: VecDeque<Unread>,
    /// How many gaps the client has noted.
    gaps: u32,
    /// Of how many the app was told for good: it has what came behind them.
    gaps_told: u32,
    /// When the app was told, in this life, that messages are missing, of which the next have not come yet.
    missed: Option<Mono>,
    /// Writes that are larger than what the platform takes.
    large: BTreeSet<WriteId>,
    /// Where the feed of messages was cut off.
    cuts: BTreeSet<usize>,
    /// Every token is refused until then.
    storm: Mono,
    /// What the app was shown: version by item.
    shown: BTreeMap<(Box<str>, Box<str>), u64>,
    /// The client must not be heard before.
    quiet: Mono,
    /// Until when answers asked not to be heard, whose ends have not come.
    wishes: BTreeMap<u64, Mono>,
    /// That is on disk.
    quiet_kept: Option<Mono>,
    /// And until when it has noted that it may be the platform's wish.
    doubt_kept: Mono,
    /// Requests for tokens of this life that are under way.
    refreshing: BTreeSet<u64>,
    calm: bool,
    up: bool,
    asleep: bool,
    report: Report,
    broken: Option<String>,
}

/// A feed of messages, beside the person's own.
const CAR: &str = "vehicles/local/7";
const SECOND: Duration = Duration::from_secs(1);
/// Faults end then.
const CALM: Mono = Mono(Duration::from_secs(2 * 3_600));
/// Everything is settled by then: after the longest backoff, and what the platform may wish to be left alone.
const EVENING: Mono = Mono(Duration::from_secs(2 * 3_600 + 450));

impl World {
    fn new(seed: u64, faults: Faults, flaw: Option<Flaw>) -> Self {
        let mut platform = FakePlatform::default();
        if seed % 4 == 3 {
            platform.remember_ahead();
        }
        if flaw == Some(Flaw::ForgetfulPlatform) {
            platform.forgets_ids();
        }
        Self {
            dice: Dice(seed),
            faults,
            flaw,
            now: Mono::default(),
            jump: TimeDelta::zero(),
            events: BinaryHeap::new(),
            bodies: BTreeMap::new(),
            order: 0,
            platform,
            store: MemoryStore::new(),
            synced: MemoryStore::new(),
            engine: Engine::new(EngineConfig::new(1, seed)),
            life: 0,
            streams: Vec::new(),
            aborted: BTreeSet::new(),
            last_part: BTreeMap::new(),
            writes: BTreeMap::new(),
            left: BTreeSet::new(),
            strange: BTreeSet::new(),
            changes_hands: 0,
            has: 0,
            next: 0,
            unread: VecDeque::new(),
            gaps: 0,
            gaps_told: 0,
            missed: None,
            large: BTreeSet::new(),
            cuts: BTreeSet::new(),
            storm: Mono::default(),
            shown: BTreeMap::new(),
            quiet: Mono::default(),
            wishes: BTreeMap::new(),
            quiet_kept: None,
            doubt_kept: Mono::default(),
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

    /// What it is by the device, whose clock jumps, and which runs on while its processes are started anew.
    fn device(&self) -> DeviceTime {
        DeviceTime { wall: self.device_time(), up: Some(self.now) }
    }

    fn at(&mut self, at: Mono, event: Event) {
        self.order += 1;
        self.events.push(Reverse((at, self.order)));
        self.bodies.insert(self.order, event);
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

    fn has_flaw(&self, flaw: Flaw) -> bool {
        self.flaw == Some(flaw)
    }

    fn breaks(&mut self, what: impl Into<String>) {
        let what = what.into();
        self.broken.get_or_insert_with(|| format!("{what} at {:?}", self.now.0));
    }

    fn day(&mut self) -> Result<(), String> {
        if self.dice.one_in(3) {
            self.somebody_was_here();
        }
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
        self.wishes.clear();
        self.unread.clear();
        self.missed = None;
        if self.quiet_kept != Some(self.quiet) {
            // It was killed before it could note that, or could note its doubt only.
            self.quiet = self.doubt_kept.max(self.now);
        }
        let mut config = EngineConfig::new(1, self.dice.roll());
        config.epoch = self.life;
        config.share_tokens = self.dice.one_in(2);
        config.follow(CAR);
        self.engine = Engine::new(config);
        self.nothing_is_missing();
        self.looks_for_other_ids();
        let client = StoreClient { lane: "main", owner: self.life };
        let feeds = ["me", CAR].into_iter();
        let device = self.device();
        let session = Some(SESSION.to_owned().into());
        let Ok(begin) = client.begin(&mut self.store, device, feeds, session) else { return };
        self.next = position(begin.positions.get(CAR)).unwrap_or_else(|| self.platform.begins(CAR));
        let mut effects = self.engine.handle(self.now, Input::Network { up: self.up });
        effects.extend(self.engine.handle(self.now, Input::Asleep(self.asleep)));
        effects.extend(self.engine.start(self.now, begin));
        self.carry_out(effects);
    }

    fn crash(&mut self) {
        self.report.crashes += 1;
        if self.has_flaw(Flaw::Unsynced) {
            self.store = self.synced.clone();
        }
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
            Event::Taken { life } => {
                if life == self.life {
                    self.taken();
                }
            }
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
                    self.streams.retain(|stream| (stream.to, stream.request) != (life, request));
                    self.refreshing.remove(&request);
                    self.aborted.insert(request);
                }
                Effect::Anew => match self.changes_hands.checked_sub(1) {
                    Some(left) => self.changes_hands = left,
                    None => self.breaks("took the person for another"),
                },
                Effect::Changed { records } => self.changed(&records),
                Effect::Deliver { messages, ticket, .. } => self.delivered(&messages, ticket),
                Effect::Http { request, http } => self.sends(request, &http),
                Effect::SentAgain { id, now } => self.sent_again(id, now),
                Effect::Settled { id, outcome } => self.settled(id, outcome),
                Effect::SignedOut => self.breaks("signed out though the session is good"),
                Effect::Missed { feed } => self.missed(&feed),
                Effect::LookAgain | Effect::StatusChanged => {}
                Effect::Unreadable { .. } => self.breaks("a record that cannot be read"),
                Effect::Store { ticket, command } => self.store(ticket, command),
                Effect::Withdrawn { ticket, .. } => self.withdrawn(ticket),
            }
        }
        if life == self.life
            && let Some(deadline) = self.engine.next_deadline()
        {
            self.at(deadline.max(self.now), Event::Deadline { life });
        }
    }

    fn store(&mut self, ticket: u64, command: StoreCommand) {
        let points = commit_point(&command);
        let crash = if is_rare(&command) { self.faults.crash.div_ceil(10) } else { self.faults.crash };
        if let Some((before, _)) = points
            && self.fault(crash, before)
        {
            return self.crash();
        }
        let quiet = matches!(command, StoreCommand::KeepQuiet { .. });
        let doubt = if let StoreCommand::KeepDoubt { millis } = command { Some(millis) } else { None };
        let noted = matches!(&command, StoreCommand::Missed { .. });
        let moved = matches!(&command, StoreCommand::Missed { feed, .. } | StoreCommand::Position { feed, .. } | StoreCommand::Told { feed, .. } if **feed == *CAR);
        let answer = if points.is_some() && self.fault(self.faults.disk_full, "disk full") {
            Err(StoreError::Full)
        } else {
            let Some(answer) = self.execute(command) else { return self.crash() };
            answer
        };
        if quiet && answer.is_ok() {
            self.quiet_kept = Some(self.quiet);
        }
        if let Some(millis) = doubt.filter(|_| answer.is_ok()) {
            // Rounded up; none is kept after nought.
            let until = self.now + Duration::from_millis(millis.saturating_sub(1).max(0) as u64);
            self.doubt_kept = if millis == 0 { Mono::default() } else { until };
        }
        if noted && matches!(&answer, Ok(StoreAnswer::Taken(taken)) if taken.elsewhere.is_none()) {
            self.gaps += 1;
        }
        if moved && answer.is_err() {
            // What is not on disk is given again.
            self.next = self.position();
        }
        if let Some((_, after)) = points
            && self.fault(crash, after)
        {
            return self.crash();
        }
        self.tell(Input::Stored { ticket, answer });
    }

    /// Does what the store is asked to do, with the mistakes of the day; `None` where the client is killed half way.
    fn execute(&mut self, command: StoreCommand) -> Option<Result<StoreAnswer, StoreError>> {
        let client = StoreClient { lane: "main", owner: self.life };
        let device = self.device();
        let answer = match (self.flaw, command) {
            (Some(Flaw::ForgetsGap), StoreCommand::Missed { feed, from }) => {
                let command = StoreCommand::Position { feed, from, to: Offset::BEGINNING };
                client.execute(&mut self.store, device, command)
            }
            (Some(Flaw::ForgetsQuiet), StoreCommand::KeepQuiet { .. } | StoreCommand::Quiet) => {
                Ok(StoreAnswer::Quiet { left: Duration::ZERO, doubt: Duration::ZERO })
            }
            (Some(Flaw::ForgetsQuiet), StoreCommand::KeepDoubt { .. }) => Ok(StoreAnswer::Done),
            (Some(Flaw::PositionFirst), StoreCommand::Take { feed, from, records, to }) => {
                let first = StoreCommand::Position { feed: feed.clone(), from, to: to.clone() };
                let answer = client.execute(&mut self.store, device, first);
                if self.fault(self.faults.crash, "crash between") {
                    return None;
                }
                if let Ok(StoreAnswer::Taken(taken)) = &answer
                    && taken.elsewhere.is_some()
                {
                    return Some(answer);
                }
                let rest = StoreCommand::Take { feed, from: to.clone(), records, to };
                client.execute(&mut self.store, device, rest)
            }
            (_, command) => client.execute(&mut self.store, device, command),
        };
        self.sync();
        Some(answer)
    }

    /// What was written goes to the disk; where that is forgotten, now and then only.
    fn sync(&mut self) {
        if self.has_flaw(Flaw::Unsynced) && self.dice.one_in(4) {
            self.synced = self.store.clone();
        }
    }

    /// How far the feed of messages was read, by what is on disk.
    fn position(&mut self) -> usize {
        let stored = self.store.position(CAR).ok().flatten();
        position(stored.as_ref()).unwrap_or_else(|| self.platform.begins(CAR))
    }
}

/// The index that an offset of this platform stands for; none for the beginning.
fn position(offset: Option<&Offset>) -> Option<usize> {
    offset?.as_str().parse().ok()
}

/// Whether there are few of them in a day, so that crashes at them would be rarer still.
fn is_rare(command: &StoreCommand) -> bool {
    matches!(
        command,
        StoreCommand::KeepDoubt { .. }
            | StoreCommand::KeepQuiet { .. }
            | StoreCommand::Replace { .. }
            | StoreCommand::SetValue { .. }
    )
}

/// What a crash before and after a commit is called; `None` for what commits nothing.
fn commit_point(command: &StoreCommand) -> Option<(&'static str, &'static str)> {
    Some(match command {
        StoreCommand::Epoch => ("crash before epoch", "crash after epoch"),
        StoreCommand::LetGo { .. } => ("crash before letting go", "crash after letting go"),
        StoreCommand::ForgetUntold { .. } => ("crash before forgetting", "crash after forgetting"),
        StoreCommand::Load { .. } | StoreCommand::Quiet | StoreCommand::Untold => return None,
        StoreCommand::Lock { .. } => ("crash before lock", "crash after lock"),
        StoreCommand::Missed { .. } | StoreCommand::Position { .. } | StoreCommand::Told { .. } => {
            ("crash before position", "crash after position")
        }
        StoreCommand::KeepDoubt { .. } => ("crash before doubt", "crash after doubt"),
        StoreCommand::KeepQuiet { .. } => ("crash before quiet", "crash after quiet"),
        StoreCommand::Replace { .. } => ("crash before replace", "crash after replace"),
        StoreCommand::Known { .. } | StoreCommand::Left { .. } | StoreCommand::SetValue { .. } => {
            ("crash before value", "crash after value")
        }
        StoreCommand::Settle { .. } => ("crash before settle", "crash after settle"),
        StoreCommand::StampAnew { .. } => ("crash before stamping", "crash after stamping"),
        StoreCommand::Take { .. } => ("crash before take", "crash after take"),
        StoreCommand::Belong { .. } => ("crash before belong", "crash after belong"),
        StoreCommand::Unlock { .. } => ("crash before unlock", "crash after unlock"),
    })
}
