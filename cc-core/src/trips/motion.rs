//! How fast a car goes, and how long it stands with its engine running.

use super::wire::wire;

/// Whether the car stands, and for how long it did while the ignition was on.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Motion {
    /// What the newest observation said, and when.
    still: Option<bool>,
    since: i64,
    /// The newest observation by the car's own sensors, which are better than a receiver's.
    by_car: Option<i64>,
    engine: Option<bool>,
    /// Nanoseconds of standing with the engine running.
    pub(super) idle: i64,
    /// Whether there was any observation.
    pub(super) known: bool,
}

wire!(Motion { still, since, by_car, engine, idle, known });

impl Motion {
    /// Adds the time since the last observation, if the car stood then; a silence is not counted.
    fn account(&mut self, at: i64, max_silence: i64) {
        let passed = at.saturating_sub(self.since);
        if self.still == Some(true) && self.engine != Some(false) && passed < max_silence {
            self.idle = self.idle.saturating_add(passed);
        }
        self.since = at;
    }

    pub(super) fn by_car(&mut self, at: i64, still: bool, max_silence: i64) {
        self.account(at, max_silence);
        (self.still, self.by_car, self.known) = (Some(still), Some(at), true);
    }

    pub(super) fn by_receiver(&mut self, at: i64, still: bool, max_silence: i64) {
        if !self.is_by_car(at) {
            self.account(at, max_silence);
            (self.still, self.known) = (Some(still), true);
        }
    }

    pub(super) fn engine(&mut self, at: i64, on: bool, max_silence: i64) {
        self.account(at, max_silence);
        self.engine = Some(on);
    }

    /// The trip pauses or ends.
    pub(super) fn stop(&mut self, at: i64, max_silence: i64) {
        self.account(at, max_silence);
        (self.still, self.engine) = (None, None);
    }

    fn is_by_car(&self, at: i64) -> bool {
        self.by_car.is_some_and(|by_car| at.saturating_sub(by_car) <= FRESH)
    }

    /// Whether the car's own sensors see it stand.
    pub(super) fn stands_by_car(&self, at: i64) -> bool {
        self.still == Some(true) && self.is_by_car(at)
    }
}

/// The speeds of a trip, in hundredths of km/h.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Speeds {
    last: Option<(u32, i64)>,
    /// Sum of speed and time: centimetres times 7,200.
    sum: u64,
    /// Whether readings were missing for more than a minute.
    pub(super) gaps: bool,
    pub(super) top_by_car: Option<u32>,
    pub(super) top_by_receiver: Option<u32>,
}

wire!(Speeds { last, sum, gaps, top_by_car, top_by_receiver });

impl Speeds {
    pub(super) fn by_car(&mut self, at: i64, speed: u32, start: i64) {
        let (before, since) = self.last.unwrap_or((speed, start));
        let passed = at.saturating_sub(since);
        if passed > FRESH {
            self.gaps = true;
        } else {
            // Half the sum of both speeds, in hundredths of km/h, times milliseconds: 3,600 of them are a centimetre.
            let both = u64::from(before) + u64::from(speed);
            self.sum = self.sum.saturating_add(both * (passed.max(0) / 1_000_000).unsigned_abs());
        }
        self.last = Some((speed, at));
        self.top_by_car = self.top_by_car.max(Some(speed));
    }

    pub(super) fn by_receiver(&mut self, speed: u32) {
        self.top_by_receiver = self.top_by_receiver.max(Some(speed));
    }

    /// The trip pauses: no speed is known until the next reading.
    pub(super) fn stop(&mut self, at: i64) {
        if let Some((speed, since)) = &mut self.last {
            self.gaps |= at.saturating_sub(*since) > FRESH;
            (*speed, *since) = (0, at);
        }
    }

    pub(super) fn resume(&mut self, at: i64) {
        if let Some((_, since)) = &mut self.last {
            *since = at;
        }
    }

    /// Speed times time, centimetres.
    pub(super) fn length(&self) -> u64 {
        self.sum / 7_200
    }
}

/// Below this a car stands, in hundredths of km/h: wheel sensors and receivers do not show 0 for it. 3 km/h.
pub(super) const STANDS: u32 = 300;
/// At this speed a car drives, also where nothing said that its ignition is on: 5 km/h.
pub(super) const DRIVES: u32 = 500;
/// So long an observation holds against one of a lesser kind: 1 minute.
const FRESH: i64 = 60 * 1_000_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000_000;
    const SILENCE: i64 = 900 * SECOND;

    #[test]
    fn idle_is_standing_with_the_engine_running() {
        let mut motion = Motion::default();
        motion.by_car(0, true, SILENCE);
        motion.by_car(30 * SECOND, true, SILENCE);
        assert!(motion.stands_by_car(30 * SECOND));
        motion.by_receiver(40 * SECOND, false, SILENCE); // not asked
        motion.by_car(50 * SECOND, false, SILENCE);
        motion.by_receiver(200 * SECOND, true, SILENCE);
        motion.engine(260 * SECOND, false, SILENCE); // start-stop
        motion.engine(300 * SECOND, true, SILENCE);
        motion.by_receiver(310 * SECOND, false, SILENCE);
        assert_eq!(motion.idle / SECOND, 50 + 60 + 10);
        motion.by_car(400 * SECOND, true, SILENCE);
        motion.stop(2_000 * SECOND, SILENCE); // a silence
        assert_eq!(motion.idle / SECOND, 120);
    }

    #[test]
    fn speed_times_time_is_a_length() {
        let mut speeds = Speeds::default();
        speeds.by_car(0, 0, 0);
        speeds.by_car(10 * SECOND, 3_600, 0); // 36 km/h
        speeds.by_car(70 * SECOND, 3_600, 0);
        assert_eq!((speeds.length(), speeds.gaps), ((50 + 600) * 100, false));
        speeds.by_car(132 * SECOND, 9_000, 0);
        assert_eq!((speeds.length(), speeds.gaps, speeds.top_by_car), (65_000, true, Some(9_000)));
    }
}
