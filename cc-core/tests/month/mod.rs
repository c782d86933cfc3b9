//! A month of one car, made up: what it said, and in `truth.rs`, written by hand, what it did.
//!
//! The car drives in the South Atlantic, at 30° south and 20° west, in straight lines. Every number is drawn from a
//! seed: the noise of its receiver and of the float in its tank.

#![allow(dead_code, reason = "every test and benchmark uses its own part")]
#![allow(clippy::unwrap_used, reason = "a month that is written wrong has failed")]

pub(crate) mod truth;

use cc_core::{Body, Event, EventId, Number, Position, Reading, SignalId, Timestamp, VehicleRef};
use chrono::{DateTime, TimeDelta};

/// Numbers from a seed (xorshift).
#[derive(Clone, Debug)]
pub(crate) struct Seed(pub(crate) u64);

impl Seed {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }

    /// From -1 to 1.
    fn noise(&mut self) -> f64 {
        (self.next() % 2_001) as f64 / 1_000.0 - 1.0
    }

    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

/// A car that says what it does.
#[derive(Debug)]
pub(crate) struct SimulatedCar {
    vehicle: VehicleRef,
    events: Vec<Event>,
    seed: Seed,
    latitude: f64,
    longitude: f64,
    meters: f64,
    liters: f64,
    /// Whether the receiver sees the sky.
    sky: bool,
    /// Whether what is said gets lost.
    lost: bool,
}

/// The instant of a day and time of March 2026, in UTC.
pub(crate) fn march(day: u32, time: &str) -> Timestamp {
    DateTime::parse_from_rfc3339(&format!("2026-03-{day:02}T{time}Z")).unwrap().to_utc()
}

impl SimulatedCar {
    pub(crate) fn new(vehicle: &str, seed: u64) -> Self {
        Self {
            vehicle: vehicle.parse().unwrap(),
            events: Vec::new(),
            seed: Seed(seed),
            latitude: -30.0,
            longitude: -20.0,
            meters: 84_150_400.0,
            liters: 20.0,
            sky: true,
            lost: false,
        }
    }

    fn say(&mut self, at: Timestamp, body: Body) {
        if !self.lost {
            let id = EventId(1_000 + self.events.len() as i64);
            self.events.push(Event::new(self.vehicle.clone(), at, id, body));
        }
    }

    fn read(&mut self, at: Timestamp, signal: SignalId, value: f64) {
        self.say(at, Body::Reading(Reading::new(signal, Number::from_f64(value).unwrap())));
    }

    pub(crate) fn ignition(&mut self, at: Timestamp, on: bool) {
        self.say(at, Body::Reading(Reading::new(SignalId::IGNITION, on)));
    }

    /// A position, wrong by so many metres at most.
    fn position(&mut self, at: Timestamp, wrong: f64) {
        let north = self.seed.noise() * wrong / 1.5;
        let east = self.seed.noise() * wrong / 1.5;
        let (latitude, longitude) = self.moved(north, east);
        if self.sky {
            let number = |degrees: f64| Number::from_f64((degrees * 1e6).round() / 1e6).unwrap();
            let position = Position {
                latitude: number(latitude),
                longitude: number(longitude),
                speed: None,
                direction: None,
                eph: None,
                hdop: None,
            };
            self.say(at, Body::Position(position));
        }
    }

    fn moved(&self, north: f64, east: f64) -> (f64, f64) {
        let degree = 111_195.08;
        let latitude = self.latitude + north / degree;
        (latitude, self.longitude + east / degree / self.latitude.to_radians().cos())
    }

    /// Drives in a straight line: position and speed every ten seconds, odometer every kilometre, fuel every minute.
    pub(crate) fn drive(&mut self, from: Timestamp, until: Timestamp, kph: f64, bearing: f64) {
        let mut at = from;
        loop {
            self.read(at, SignalId::VEHICLE_SPEED, if at == until { 0.0 } else { kph });
            self.position(at, 4.0);
            if (at - from).num_seconds() % 60 == 0 {
                self.fuel(at, 1.0);
            }
            let next = (at + TimeDelta::seconds(10)).min(until);
            if next == at {
                return;
            }
            let meters = kph / 3.6 * (next - at).num_seconds() as f64;
            let (sine, cosine) = bearing.to_radians().sin_cos();
            (self.latitude, self.longitude) = self.moved(meters * cosine, meters * sine);
            let before = (self.meters / 1_000.0).floor();
            self.meters += meters;
            self.liters -= meters / 1_000.0 * 0.06;
            at = next;
            if (self.meters / 1_000.0).floor() > before {
                self.odometer(at);
            }
        }
    }

    /// The odometer in whole kilometres.
    pub(crate) fn odometer(&mut self, at: Timestamp) {
        self.read(at, SignalId::ODOMETER, (self.meters / 1_000.0).floor());
    }

    /// The level in half litres, wrong by what the float sloshes.
    pub(crate) fn fuel(&mut self, at: Timestamp, slosh: f64) {
        let level = self.liters + self.seed.noise() * slosh;
        self.read(at, SignalId::FUEL_LEVEL_VOLUME, (level * 2.0).round() / 2.0);
    }

    /// Stands with its engine running.
    pub(crate) fn stand(&mut self, from: Timestamp, until: Timestamp) {
        let mut at = from;
        while at < until {
            self.read(at, SignalId::VEHICLE_SPEED, 0.0);
            self.position(at, 12.0);
            at += TimeDelta::seconds(30);
        }
    }

    /// Positions while it is parked.
    pub(crate) fn parked(&mut self, from: Timestamp, until: Timestamp, every: TimeDelta, wrong: f64) {
        let mut at = from;
        while at < until {
            self.position(at, wrong);
            at += every;
        }
    }

    /// Is carried, or drives unheard: positions only, none if `every` is longer than it takes.
    pub(crate) fn carried(
        &mut self,
        from: Timestamp,
        until: Timestamp,
        every: TimeDelta,
        kph: f64,
        bearing: f64,
    ) {
        let mut at = from;
        while at < until {
            let next = (at + every).min(until);
            let meters = kph / 3.6 * (next - at).num_seconds() as f64;
            let (sine, cosine) = bearing.to_radians().sin_cos();
            (self.latitude, self.longitude) = self.moved(meters * cosine, meters * sine);
            at = next;
            self.position(at, 5.0);
        }
    }

    /// A position that is wrong by so many metres to the north.
    pub(crate) fn wrong(&mut self, at: Timestamp, meters: f64) {
        let right = self.latitude;
        self.latitude += meters / 111_195.08;
        self.position(at, 0.0);
        self.latitude = right;
    }

    pub(crate) fn fill(&mut self, liters: f64) {
        self.liters += liters;
    }

    /// What it said, in the order it happened.
    pub(crate) fn events(mut self) -> Vec<Event> {
        self.events.sort_by(Event::canonical_cmp);
        self.events
    }

    /// An ordinary trip: ignition on, twenty seconds later driving, ignition off ten seconds after it stands.
    pub(crate) fn trip(&mut self, day: u32, on: &str, minutes: i64, kph: f64, bearing: f64) -> Timestamp {
        let on = march(day, on);
        let from = on + TimeDelta::seconds(20);
        let until = from + TimeDelta::minutes(minutes);
        self.ignition(on, true);
        self.drive(from, until, kph, bearing);
        self.ignition(until + TimeDelta::seconds(10), false);
        until
    }
}

const EAST: f64 = 90.0;
const WEST: f64 = 270.0;
const NORTH: f64 = 0.0;
const SOUTH: f64 = 180.0;

/// The month. Ordinary days come first in each week; what is special is said where it happens.
pub(crate) fn month(vehicle: &str, seed: u64) -> Vec<Event> {
    let mut car = SimulatedCar::new(vehicle, seed);
    let hour = TimeDelta::hours(1);

    // Monday to Friday to work in the morning and home in the afternoon. The first events there are.
    car.trip(2, "06:30:00", 28, 60.0, EAST);
    car.trip(2, "16:05:00", 28, 60.0, WEST);
    car.trip(3, "06:31:10", 28, 60.0, EAST);
    car.trip(3, "16:02:30", 28, 60.0, WEST);

    // 4th: on the way home the tank is filled up in six and a half minutes, with the ignition off.
    car.trip(4, "06:29:00", 28, 60.0, EAST);
    car.ignition(march(4, "16:00:00"), true);
    car.drive(march(4, "16:00:20"), march(4, "16:19:50"), 60.0, WEST);
    car.ignition(march(4, "16:20:00"), false);
    car.fill(35.0);
    car.ignition(march(4, "16:26:30"), true);
    car.drive(march(4, "16:27:00"), march(4, "16:35:30"), 60.0, WEST);
    car.ignition(march(4, "16:35:40"), false);

    // 5th: the engine stalls at a junction and is started again.
    car.ignition(march(5, "06:30:00"), true);
    car.drive(march(5, "06:30:20"), march(5, "06:41:00"), 60.0, EAST);
    car.ignition(march(5, "06:41:00"), false);
    car.ignition(march(5, "06:41:08"), true);
    car.drive(march(5, "06:41:30"), march(5, "06:58:50"), 60.0, EAST);
    car.ignition(march(5, "06:59:00"), false);
    car.trip(5, "16:00:00", 28, 60.0, WEST);

    // 6th: in the garage at work there is no sky, and the way out of it takes four minutes.
    car.trip(6, "06:30:00", 28, 60.0, EAST);
    car.sky = false;
    car.ignition(march(6, "16:00:00"), true);
    car.drive(march(6, "16:00:10"), march(6, "16:04:10"), 6.0, WEST);
    car.sky = true;
    car.drive(march(6, "16:04:20"), march(6, "16:31:20"), 60.0, WEST);
    car.ignition(march(6, "16:31:30"), false);

    // 7th, Saturday: forty minutes to the ferry, an hour and a half on it, forty minutes on the other side.
    car.trip(7, "09:00:00", 40, 70.0, NORTH);
    car.parked(march(7, "09:45:00"), march(7, "09:55:00"), TimeDelta::minutes(5), 20.0);
    car.carried(march(7, "09:55:00"), march(7, "11:25:00"), TimeDelta::minutes(5), 30.0, NORTH);
    car.trip(7, "11:30:00", 40, 70.0, NORTH);
    // 8th, Sunday: back by the bridge.
    car.trip(8, "15:00:00", 118, 72.0, SOUTH);

    // 9th: nothing special. 10th: the middle of a drive is lost, twenty minutes of it.
    car.trip(9, "06:30:00", 28, 60.0, EAST);
    car.trip(9, "16:00:00", 28, 60.0, WEST);
    car.ignition(march(10, "06:30:00"), true);
    car.drive(march(10, "06:30:20"), march(10, "06:50:00"), 60.0, EAST);
    car.lost = true;
    car.drive(march(10, "06:50:00"), march(10, "07:10:00"), 60.0, EAST);
    car.lost = false;
    car.drive(march(10, "07:10:00"), march(10, "07:20:00"), 60.0, EAST);
    car.ignition(march(10, "07:20:10"), false);
    car.trip(10, "16:00:00", 50, 60.0, WEST);

    // 11th: an upload is lost that holds the end of one trip and the start of the next, ten kilometres on.
    car.trip(11, "06:30:00", 28, 60.0, EAST);
    car.ignition(march(11, "16:00:00"), true);
    car.drive(march(11, "16:00:20"), march(11, "16:20:00"), 60.0, WEST);
    car.lost = true;
    car.drive(march(11, "16:20:00"), march(11, "16:30:00"), 60.0, WEST);
    car.ignition(march(11, "16:30:10"), false);
    car.ignition(march(11, "18:30:00"), true);
    car.drive(march(11, "18:30:20"), march(11, "18:40:00"), 6.0, WEST);
    car.lost = false;
    car.drive(march(11, "18:40:00"), march(11, "18:55:00"), 60.0, WEST);
    car.ignition(march(11, "18:55:10"), false);

    // 12th: the news that the ignition went on is lost.
    car.lost = true;
    car.ignition(march(12, "06:30:00"), true);
    car.lost = false;
    car.drive(march(12, "06:30:20"), march(12, "06:58:20"), 60.0, EAST);
    car.ignition(march(12, "06:58:30"), false);
    // At noon the tank is filled up; nobody sees it until the engine runs again.
    car.fill(40.0);
    car.trip(12, "16:00:00", 28, 60.0, WEST);

    // 13th: the news that it went off is lost, and the parked car goes on telling where it is.
    car.trip(13, "06:30:00", 28, 60.0, EAST);
    car.ignition(march(13, "16:00:00"), true);
    car.drive(march(13, "16:00:20"), march(13, "16:28:20"), 60.0, WEST);
    car.parked(march(13, "16:40:00"), march(13, "23:00:00"), TimeDelta::minutes(10), 30.0);

    // 14th, Saturday: the receiver jumps thirty kilometres, three times, once for two positions.
    car.ignition(march(14, "10:00:00"), true);
    car.drive(march(14, "10:00:20"), march(14, "10:20:00"), 80.0, NORTH);
    for second in ["10:02:05", "10:09:15", "10:15:05", "10:15:15"] {
        car.wrong(march(14, second), 30_000.0);
    }
    car.ignition(march(14, "10:20:10"), false);
    car.trip(14, "12:00:00", 20, 80.0, SOUTH);

    // 15th, Sunday: it does not start and is towed to a workshop. On the 16th it is fetched there.
    car.parked(march(15, "08:00:00"), march(15, "10:00:00"), hour, 30.0);
    car.carried(march(15, "10:00:00"), march(15, "10:40:00"), TimeDelta::minutes(1), 50.0, EAST);
    car.parked(march(15, "10:41:00"), march(15, "23:00:00"), hour, 30.0);
    car.trip(16, "15:30:00", 34, 60.0, WEST);

    // 17th: home from the theatre, over midnight.
    car.trip(17, "18:00:00", 25, 60.0, EAST);
    car.trip(17, "23:45:00", 25, 60.0, WEST);

    // 18th: nothing special. 19th: twenty minutes of radio in the parked car.
    car.trip(18, "06:30:00", 28, 60.0, EAST);
    car.trip(18, "16:00:00", 28, 60.0, WEST);
    car.trip(19, "06:30:00", 28, 60.0, EAST);
    car.ignition(march(19, "12:00:00"), true);
    car.stand(march(19, "12:00:10"), march(19, "12:20:00"));
    car.ignition(march(19, "12:20:10"), false);
    car.trip(19, "16:00:00", 28, 60.0, WEST);

    // 20th: then nothing is heard all night. 21st and 22nd: parked between high houses; one position is two kilometres
    // off.
    car.trip(20, "06:30:00", 28, 60.0, EAST);
    car.trip(20, "16:00:00", 28, 60.0, WEST);
    car.parked(march(21, "06:00:00"), march(22, "20:00:00"), TimeDelta::minutes(30), 150.0);
    car.wrong(march(22, "03:15:00"), 2_000.0);

    // 23rd: nothing special. 24th: eight minutes of scraping ice with the engine running.
    car.trip(23, "06:30:00", 28, 60.0, EAST);
    car.trip(23, "16:00:00", 28, 60.0, WEST);
    car.ignition(march(24, "06:20:00"), true);
    car.stand(march(24, "06:20:00"), march(24, "06:28:00"));
    car.drive(march(24, "06:28:00"), march(24, "06:56:00"), 60.0, EAST);
    car.ignition(march(24, "06:56:10"), false);
    // The tank is filled up again. 25 minutes in a traffic jam on the way home.
    car.fill(40.0);
    car.ignition(march(24, "16:00:00"), true);
    car.drive(march(24, "16:00:20"), march(24, "16:14:20"), 60.0, WEST);
    car.stand(march(24, "16:14:20"), march(24, "16:39:20"));
    car.drive(march(24, "16:39:20"), march(24, "16:53:20"), 60.0, WEST);
    car.ignition(march(24, "16:53:30"), false);

    // 25th: nothing special. 26th: a stop of 9 minutes 59 seconds, and one of 10 minutes.
    car.trip(25, "06:30:00", 28, 60.0, EAST);
    car.trip(25, "16:00:00", 28, 60.0, WEST);
    car.ignition(march(26, "06:30:00"), true);
    car.drive(march(26, "06:30:20"), march(26, "06:40:20"), 60.0, EAST);
    car.ignition(march(26, "06:40:30"), false);
    car.ignition(march(26, "06:50:29"), true);
    car.drive(march(26, "06:50:40"), march(26, "07:08:40"), 60.0, EAST);
    car.ignition(march(26, "07:08:50"), false);
    car.ignition(march(26, "16:00:00"), true);
    car.drive(march(26, "16:00:20"), march(26, "16:10:20"), 60.0, WEST);
    car.ignition(march(26, "16:10:30"), false);
    car.ignition(march(26, "16:20:30"), true);
    car.drive(march(26, "16:20:40"), march(26, "16:38:40"), 60.0, WEST);
    car.ignition(march(26, "16:38:50"), false);

    // 27th: nothing special. Night to the 29th: the clocks of Europe go forward at 01:00 UTC.
    car.trip(27, "06:30:00", 28, 60.0, EAST);
    car.trip(27, "16:00:00", 28, 60.0, WEST);
    car.trip(28, "20:00:00", 35, 80.0, NORTH);
    car.trip(29, "00:40:00", 35, 80.0, SOUTH);

    // 30th: the upload that holds the second half of the morning's drive is lost for good.
    car.ignition(march(30, "06:30:00"), true);
    car.drive(march(30, "06:30:20"), march(30, "06:50:00"), 60.0, EAST);
    car.lost = true;
    car.drive(march(30, "06:50:00"), march(30, "06:58:20"), 60.0, EAST);
    car.ignition(march(30, "06:58:30"), false);
    car.lost = false;
    car.trip(30, "16:00:00", 28, 60.0, WEST);

    // 31st: still on its way when the month is over.
    car.trip(31, "06:30:00", 28, 60.0, EAST);
    car.ignition(march(31, "16:00:00"), true);
    car.drive(march(31, "16:00:20"), march(31, "16:12:20"), 60.0, WEST);
    car.events()
}
