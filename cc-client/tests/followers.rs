//! Engines of several processes that follow one feed of messages on one store, in any order of what happens: the law of who is given what.
#![cfg(feature = "testing")]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use cc_client::Mono;
use cc_client::engine::{Effect, Engine, EngineConfig, HttpRequest, Input, StoreClient, StoreCommand};
use cc_client::store::{MemoryStore, Store};
use cc_client::testing::{FAKE_SESSION, FakePlatform, LiveFeed};
use cc_core::Timestamp;

const CAR: &str = "vehicles/local/7";

/// What a process asks of the store, in its order.
enum Asked {
    Command(u64, StoreCommand),
    /// Nothing: what was asked before it is that these are taken.
    Taken(Vec<usize>),
    /// Where the feed stands, before these messages are handed out.
    Look(u64),
}

struct Process {
    engine: Engine,
    asked: VecDeque<Asked>,
    requests: BTreeMap<u64, HttpRequest>,
    streams: BTreeMap<u64, LiveFeed>,
    unread: VecDeque<(u64, Vec<usize>)>,
    is_looking: bool,
    /// What the app has in hand.
    given: Option<(u64, Vec<usize>)>,
    /// The last that this process has taken.
    last: Option<usize>,
}

struct World {
    platform: FakePlatform,
    store: MemoryStore,
    processes: Vec<Process>,
    taken: BTreeSet<usize>,
    told: usize,
    now: Mono,
    dice: u64,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut world = Self {
            platform: FakePlatform::default(),
            store: MemoryStore::new(),
            processes: Vec::new(),
            taken: BTreeSet::new(),
            told: 0,
            now: Mono(Duration::from_secs(100)),
            dice: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1,
        };
        for number in 0..3 {
            world.start(number);
        }
        world
    }

    fn below(&mut self, many: usize) -> usize {
        self.dice ^= self.dice << 13;
        self.dice ^= self.dice >> 7;
        self.dice ^= self.dice << 17;
        (self.dice >> 16) as usize % many.max(1)
    }

    fn device(&self) -> Timestamp {
        Timestamp::from_timestamp_millis(self.now.0.as_millis() as i64).unwrap()
    }

    /// A process begins, or one that was killed begins again.
    fn start(&mut self, number: usize) {
        let mut config = EngineConfig::new(1, number as u64);
        config.follow_only([CAR]);
        let process = Process {
            engine: Engine::new(config),
            asked: VecDeque::new(),
            requests: BTreeMap::new(),
            streams: BTreeMap::new(),
            unread: VecDeque::new(),
            is_looking: false,
            given: None,
            last: None,
        };
        let client = StoreClient { lane: "main", owner: number as u64 };
        let (device, session) = (self.device(), Some(FAKE_SESSION.to_owned().into()));
        let begin = client.begin(&mut self.store, device, [CAR].into_iter(), session).unwrap();
        if number == self.processes.len() {
            self.processes.push(process);
        } else {
            self.processes[number] = process;
        }
        let effects = self.processes[number].engine.start(self.now, begin);
        self.carry_out(number, effects);
    }

    fn tell(&mut self, number: usize, input: Input<'_>) {
        let effects = self.processes[number].engine.handle(self.now, input);
        self.carry_out(number, effects);
    }

    fn carry_out(&mut self, number: usize, effects: Vec<Effect>) {
        let process = &mut self.processes[number];
        for effect in effects {
            match effect {
                Effect::Abort { request } => {
                    process.requests.remove(&request);
                    process.streams.remove(&request);
                }
                Effect::Http { request, http } => drop(process.requests.insert(request, http)),
                Effect::Store { ticket, command } => process.asked.push_back(Asked::Command(ticket, command)),
                Effect::Deliver { messages, ticket, .. } => {
                    let numbers = messages.iter().map(|message| message.parse().unwrap());
                    process.unread.push_back((ticket, numbers.collect()));
                }
                Effect::Withdrawn { ticket, .. } => process.unread.retain(|(unread, _)| *unread != ticket),
                Effect::Missed { .. } | Effect::SignedOut => panic!("{effect:?}"),
                _ => {}
            }
        }
    }

    fn store(&mut self, number: usize) {
        let Some(asked) = self.processes[number].asked.pop_front() else { return };
        let ticket = match asked {
            Asked::Command(ticket, command) => {
                let (client, device) = (StoreClient { lane: "main", owner: number as u64 }, self.device());
                let answer = client.execute(&mut self.store, device, command);
                let asked = &mut self.processes[number].asked;
                if let Some(Asked::Taken(numbers)) = asked.front_mut() {
                    self.taken.append(&mut numbers.iter().copied().collect());
                    asked.pop_front();
                }
                return self.tell(number, Input::Stored { ticket, answer });
            }
            Asked::Taken(_) => panic!("nothing was asked for what was taken"),
            Asked::Look(ticket) => ticket,
        };
        let at = self.store.position(CAR).unwrap().unwrap_or_default();
        self.processes[number].is_looking = false;
        self.tell(number, Input::Handing { ticket, at });
        let process = &mut self.processes[number];
        let Some((_, numbers)) = process.unread.front().filter(|(unread, _)| *unread == ticket) else {
            return;
        };
        let again = numbers.iter().find(|number| self.taken.contains(number));
        assert_eq!(again, None, "given though it was taken");
        assert!(numbers.first() > process.last.as_ref() || numbers.is_empty(), "goes back");
        process.given = process.unread.pop_front();
    }

    /// The app looks for messages, or is done with those that it has.
    fn app(&mut self, number: usize) {
        let process = &mut self.processes[number];
        if let Some((ticket, numbers)) = process.given.take() {
            process.last = numbers.last().copied().or(process.last);
            self.tell(number, Input::Delivered { ticket });
            return self.processes[number].asked.push_back(Asked::Taken(numbers));
        }
        if let (false, Some((ticket, _))) = (process.is_looking, process.unread.front()) {
            process.is_looking = true;
            process.asked.push_back(Asked::Look(*ticket));
        }
    }

    /// An answer comes, or more of one.
    fn network(&mut self, number: usize) {
        let process = &mut self.processes[number];
        if let Some((request, http)) = process.requests.pop_first() {
            let answer = self.platform.answer(&http);
            if let Some(live) = answer.live.clone() {
                process.streams.insert(request, live);
            }
            self.tell(number, Input::Head { request, head: answer.head });
            self.tell(number, Input::Bytes { request, bytes: &answer.body });
            if answer.live.is_none() {
                self.tell(number, Input::Ended { request, whole: true });
            }
            return;
        }
        let Some((request, stream)) = process.streams.iter_mut().next() else { return };
        let request = *request;
        let end = self.platform.log(CAR).len();
        if end > stream.told {
            let text = self.platform.live(stream);
            stream.told = end;
            self.tell(number, Input::Bytes { request, bytes: text.as_bytes() });
        }
    }

    fn something_happens(&mut self, is_evening: bool) {
        let number = self.below(3);
        match self.below(if is_evening { 8 } else { 11 }) {
            0..=2 => self.store(number),
            3..=4 => self.app(number),
            5..=6 => self.network(number),
            7 => {
                self.now = self.now + Duration::from_millis(50);
                self.tell(number, Input::Timer);
            }
            8 if self.below(20) == 0 => {
                if self.below(2) == 0 {
                    self.start(number);
                } else {
                    self.tell(number, Input::Asleep(true));
                    self.tell(number, Input::Asleep(false));
                }
            }
            _ => {
                for _ in 0..=self.below(4) * self.below(30) {
                    self.platform.tell(CAR, self.told.to_string());
                    self.told += 1;
                }
            }
        }
    }
}

#[test]
fn whatever_the_order_each_message_is_given_and_none_that_was_taken() {
    for seed in 0..40 {
        let mut world = World::new(seed);
        for _ in 0..1_500 {
            world.something_happens(false);
        }
        for _ in 0..20_000 {
            if world.taken.len() == world.told {
                break;
            }
            world.something_happens(true);
        }
        assert_eq!(world.taken, (0..world.told).collect(), "seed {seed}");
        assert!(world.told > 300, "seed {seed}");
    }
}
