//! A small fleet's events, varied and the same in every run.
#![allow(dead_code, reason = "each test file uses a part")]

use cc_core::{DtcDiff, Event, EventId, VehicleId};

use crate::common::{boolean, code, number, ready, scan, service};

/// Numbers that look random and are the same everywhere.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// Below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end.max(1)
    }

    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for end in (1..items.len()).rev() {
            items.swap(end, self.below(end as u64 + 1) as usize);
        }
    }
}

/// Events of vehicles 0 to `cars - 1` between two instants (seconds after the start), car by car, each in order of time.
pub(crate) fn fleet(seed: u64, cars: i64, from: f64, to: f64, a_car: u64) -> Vec<Event> {
    let mut random = Random::new(seed);
    let mut events = Vec::new();
    for car in 0..cars {
        let mut own: Vec<Event> = (0..a_car).map(|id| one(&mut random, car, from, to, id)).collect();
        own.sort_by(Event::canonical_cmp);
        events.extend(own);
    }
    events
}

fn one(random: &mut Random, car: i64, from: f64, to: f64, id: u64) -> Event {
    let half_seconds = random.below(((to - from) * 2.0) as u64) as f64;
    let t = from + half_seconds / 2.0;
    let value = random.below(12);
    let level = value as f64;
    let name = if value.is_multiple_of(2) { "P0301" } else { "P0302" };
    let mut event = match random.below(12) {
        0..=3 => number(t, "engine_coolant_temperature", 90.0 + level * 4.0),
        4 | 5 => number(t, "battery_voltage", 11.0 + level / 4.0),
        6 => boolean(t, "ignition", value.is_multiple_of(2)),
        7 => code(t, name, if value.is_multiple_of(3) { DtcDiff::Remove } else { DtcDiff::Add }),
        8 => scan(t, if value.is_multiple_of(3) { &[] } else { &["P0301", "U0100"] }, value % 4 != 1),
        9 => number(t, "odometer", 1000.0 + level * 2.0),
        10 => ready(t, value.is_multiple_of(2)),
        _ => service(t, if value < 6 { "2026-01-01" } else { "2026-02-01" }),
    };
    event.vehicle = Some(VehicleId(car));
    event.id = EventId(id as i64);
    event
}
