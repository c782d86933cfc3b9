//! What one car says.

use crate::random::Random;
use crate::{Fault, Fleet, Injected, START};

/// One event of a car, small enough to keep millions of them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Sample {
    /// When it happened, in milliseconds since the epoch.
    pub at: i64,
    /// When it reached the platform: late where the car had no network.
    pub arrived: i64,
    /// The car's number.
    pub car: u32,
    /// The event's number in its car.
    pub id: u32,
    pub(crate) what: What,
    /// In thousandths of the unit.
    pub(crate) value: i32,
}

/// The types of events that the fleet knows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum What {
    AdblueRange,
    BatteryVoltage,
    Coolant,
    FuelLevel,
    Ignition,
    MisfireCode,
    Odometer,
    Placard,
    Speed,
    TyrePressure,
}

/// The history of one car.
#[derive(Clone, Debug)]
pub struct Car {
    /// Its events in the order in which they arrived.
    pub samples: Vec<Sample>,
    /// What broke, if anything did.
    pub fault: Option<Injected>,
}

/// How many events a drive has at least.
const DRIVE: u64 = 16;
const SECOND: i64 = 1_000;
const MINUTE: i64 = 60_000;
const DAY: i64 = 86_400_000;

impl Car {
    pub(crate) fn new(fleet: &Fleet, number: u32) -> Self {
        let quota = fleet.quota(number);
        let mut random = Random::of(fleet.seed, number);
        // One event in a hundred comes twice.
        let wanted = quota - quota / 100;
        let drives = (wanted / DRIVE).min(u64::from(fleet.days) * MOST_DRIVES_A_DAY);
        let mut way = Driver::new(number, drives, &mut random);
        let slot = i64::from(fleet.days.max(1)) * DAY / drives.max(1) as i64;
        let mut faulty: Option<Injected> = None;
        for drive in 0..drives {
            let start = START + drive as i64 * slot + random.between(slot / 10, slot / 2);
            way.start_drive(drive, start, &mut faulty);
            // What is left is spread over the drives that are left.
            let left = wanted.saturating_sub(way.samples.len() as u64);
            let extra = (left / (drives - drive)).saturating_sub(DRIVE);
            way.drive(start, (slot * 2 / 5).min(45 * MINUTE), extra, &mut random);
        }
        let Driver { mut samples, .. } = way;
        // A car that hardly says anything tells its voltage.
        let silence = i64::from(fleet.days.max(1)) * DAY / (wanted.max(1) as i64);
        for index in samples.len() as u64..wanted {
            let at = START + index as i64 * silence;
            samples.push(Sample::new(number, at, What::BatteryVoltage, 12_700));
        }
        samples.truncate(wanted as usize);
        number_and_repeat(&mut samples, quota, &mut random);
        Self { samples, fault: faulty }
    }
}

/// More drives than this a day make longer drives instead.
const MOST_DRIVES_A_DAY: u64 = 8;

/// Numbers the samples, repeats some, and puts them in the order of their arrival.
fn number_and_repeat(samples: &mut Vec<Sample>, quota: u64, random: &mut Random) {
    for (index, sample) in samples.iter_mut().enumerate() {
        sample.id = index as u32 + 1;
    }
    let count = samples.len();
    while !samples.is_empty() && (samples.len() as u64) < quota {
        let mut again = samples[random.between(0, count as i64) as usize];
        again.arrived += random.between(0, 3_600) * SECOND;
        samples.push(again);
    }
    samples.sort_by_key(|sample| sample.arrived);
}

impl Sample {
    fn new(car: u32, at: i64, what: What, value: i64) -> Self {
        Self { at, arrived: at, car, id: 0, what, value: value as i32 }
    }
}

/// A car on its way through its history.
struct Driver {
    car: u32,
    samples: Vec<Sample>,
    /// The fault that this car will have, the drive it begins with, and the one that is without it again.
    plan: Option<(Fault, u64, u64)>,
    active: Option<Fault>,
    diesel: bool,
    odometer_km: i64,
    fuel_percent: i64,
    adblue_km: i64,
    /// Thousandths of a volt.
    rest_voltage: i64,
}

impl Driver {
    fn new(car: u32, drives: u64, random: &mut Random) -> Self {
        // Two cars in a hundred have each of the faults.
        let place = random.between(0, 1_000) / 20;
        let fault = Fault::ALL.get(place as usize).copied();
        let begins = (drives as i64 * random.between(20, 45) / 100) as u64;
        let repaired = random.per_mille(500) && drives > 6;
        let plan = fault.map(|fault| (fault, begins, if repaired { begins + 4 } else { u64::MAX }));
        let diesel = fault == Some(Fault::AdblueLow) || random.per_mille(400);
        Self {
            car,
            samples: Vec::new(),
            plan,
            active: None,
            diesel,
            odometer_km: random.between(1_000, 200_000),
            fuel_percent: random.between(40, 100),
            adblue_km: random.between(5_000, 12_000),
            rest_voltage: random.between(12_550, 12_800),
        }
    }

    /// Breaks the car, or repairs it.
    fn start_drive(&mut self, drive: u64, at: i64, injected: &mut Option<Injected>) {
        let Some((fault, begins, ends)) = self.plan else { return };
        if drive == begins {
            self.active = Some(fault);
            *injected = Some(Injected { fault, from: at, until: None });
        }
        if drive == ends {
            self.active = None;
            if let Some(injected) = injected {
                injected.until = Some(at);
            }
            self.adblue_km = 9_000;
        }
    }

    fn has(&self, fault: Fault) -> bool {
        self.active == Some(fault)
    }

    fn say(&mut self, at: i64, what: What, value: i64) {
        self.samples.push(Sample::new(self.car, at, what, value));
    }

    fn drive(&mut self, start: i64, longest: i64, extra: u64, random: &mut Random) {
        let length = random.between(longest / 2, longest).max(10 * MINUTE);
        let end = start + length;
        let first = self.samples.len();
        let pressure = if self.has(Fault::SoftTyre) { 165_000 } else { random.between(232_000, 245_000) };
        let coolant = if self.has(Fault::Overheating) { [118, 119, 121] } else { [55, 82, 90] };
        self.say(start, What::Ignition, 1_000);
        self.say(start + 4 * SECOND, What::BatteryVoltage, random.between(13_900, 14_500));
        self.say(start + 5 * SECOND, What::Placard, 240_000);
        self.say(start + MINUTE, What::TyrePressure, pressure);
        if self.has(Fault::Misfire) {
            self.say(start + 90 * SECOND, What::MisfireCode, 0);
        } else {
            self.say(start + 90 * SECOND, What::Speed, random.between(10, 60) * 1_000);
        }
        for (minute, celsius) in (2..).zip(coolant) {
            self.say(start + minute * MINUTE, What::Coolant, celsius * 1_000);
        }
        self.say(start + 5 * MINUTE, What::Speed, random.between(30, 130) * 1_000);
        self.say(start + 7 * MINUTE, What::TyrePressure, pressure);
        let (from, span) = (start + 8 * MINUTE, length - 9 * MINUTE);
        for index in 0..extra as i64 {
            let at = from + span * index / extra.max(1) as i64;
            if index % 4 == 3 {
                self.say(at, What::Coolant, coolant[2] * 1_000);
            } else {
                self.say(at, What::Speed, random.between(0, 130) * 1_000);
            }
        }
        self.arrive(end, length);
        // Where there was no network, the whole drive comes hours later.
        if random.per_mille(30) {
            let late = random.between(1, 20) * 60 * MINUTE;
            for sample in &mut self.samples[first..] {
                sample.arrived = end + late;
            }
        }
    }

    /// What a car says when it is switched off.
    fn arrive(&mut self, end: i64, length: i64) {
        let km = (length / MINUTE).max(1);
        self.odometer_km += km;
        self.fuel_percent = if self.fuel_percent > 30 { self.fuel_percent - km / 12 - 1 } else { 95 };
        self.say(end - 3 * SECOND, What::Odometer, self.odometer_km * 1_000);
        self.say(end - 2 * SECOND, What::FuelLevel, self.fuel_percent * 1_000);
        if self.diesel {
            if self.has(Fault::AdblueLow) {
                self.adblue_km = self.adblue_km.min(2_390);
            }
            self.adblue_km = (self.adblue_km - km).max(if self.has(Fault::AdblueLow) { 0 } else { 2_700 });
            self.say(end - SECOND, What::AdblueRange, self.adblue_km * 1_000);
        } else {
            self.say(end - SECOND, What::Speed, 0);
        }
        self.say(end, What::Ignition, 0);
        if self.has(Fault::BatteryFading) {
            self.rest_voltage = self.rest_voltage.min(12_350) - 15;
        } else {
            self.rest_voltage = self.rest_voltage.max(12_500);
        }
        self.say(end + 30 * SECOND, What::BatteryVoltage, self.rest_voltage);
        self.say(end + 31 * MINUTE, What::BatteryVoltage, self.rest_voltage - 5);
    }
}
