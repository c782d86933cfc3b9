//! The level in the tank: readings that slosh, and the jumps that mean refuelling.
//!
//! A float in a tank follows every bend, and stands askew on a slope. A single reading is worth little; the median of
//! the last five is what this module calls the level. A reading that is higher than the level by as much as the
//! options say, after the car stood, may be refuelling; it is when the next two agree.

use super::wire::wire;

/// The level of one tank in one unit.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Fuel {
    recent: Recent,
    /// When the newest of the recent readings was taken.
    recent_at: i64,
    rise: Option<Rise>,
}

wire!(Fuel { recent, recent_at, rise });

/// Readings that may be refuelling.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
struct Rise {
    at: i64,
    before: u32,
    /// From this level on it is refuelling.
    enough: u32,
    /// The highest level since, once it is sure.
    after: Option<u32>,
    recent: Recent,
}

wire!(Rise { at, before, enough, after, recent });

/// Fuel that was filled in.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Pour {
    /// The last reading before.
    pub(super) before_at: i64,
    /// The first reading that shows it.
    pub(super) at: i64,
    pub(super) before: u32,
    pub(super) after: u32,
}

wire!(Pour { before_at, at, before, after });

impl Fuel {
    /// Takes a reading in. `stood_at` is when the car was last seen standing, if its motion is known at all.
    pub(super) fn reading(
        &mut self,
        at: i64,
        level: u32,
        refuel: u32,
        stood_at: Option<i64>,
    ) -> Option<Pour> {
        let Some(rise) = &mut self.rise else {
            let stood = stood_at.is_none_or(|stood| stood >= self.recent_at.min(at.saturating_sub(SETTLING)));
            match self.recent.median() {
                Some(before) if stood && level >= before.saturating_add(refuel) => {
                    let enough = before.saturating_add(refuel);
                    let mut recent = Recent::default();
                    recent.push(level);
                    self.rise = Some(Rise { at, before, enough, after: None, recent });
                }
                _ => {
                    self.recent.push(level);
                    self.recent_at = at;
                }
            }
            return None;
        };
        rise.recent.push(level);
        let median = rise.recent.median_of(SURE).unwrap_or(level);
        match rise.after {
            Some(after) => rise.after = Some(after.max(median)),
            None if rise.recent.len() < SURE => return None,
            None if median >= rise.enough => rise.after = Some(median),
            None => {
                self.float_again(at);
                return None;
            }
        }
        // Dashboards damp the level, so that it climbs for some minutes after the tank was filled.
        if at.saturating_sub(rise.at) >= SETTLING { self.settle(at) } else { None }
    }

    /// Decides what is still open: nothing more will be read for now.
    pub(super) fn settle(&mut self, at: i64) -> Option<Pour> {
        let rise = self.rise?;
        let level = rise.recent.median()?;
        if level < rise.enough {
            self.float_again(at);
            return None;
        }
        self.rise = None;
        let after = rise.after.unwrap_or(level);
        let pour = Pour { before_at: self.recent_at, at: rise.at, before: rise.before, after };
        self.recent = rise.recent;
        self.recent_at = at;
        Some(pour)
    }

    /// It was the float: the readings are like any other.
    fn float_again(&mut self, at: i64) {
        if let Some(rise) = self.rise.take() {
            rise.recent.iter().for_each(|level| self.recent.push(level));
            self.recent_at = at;
        }
    }

    /// The level as far as it is known.
    pub(super) fn level(&self) -> Option<u32> {
        self.recent.median()
    }

    /// The level, once enough readings stand behind it.
    pub(super) fn sure_level(&self) -> Option<u32> {
        self.recent.median().filter(|_| self.recent.len() >= SURE)
    }
}

/// The last readings.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
struct Recent {
    values: [u32; LENGTH],
    count: u8,
}

wire!(Recent { values, count });

impl Recent {
    fn len(&self) -> usize {
        usize::from(self.count).min(LENGTH)
    }

    fn push(&mut self, value: u32) {
        if self.len() == LENGTH {
            self.values.rotate_left(1);
            self.values[LENGTH - 1] = value;
        } else {
            self.values[self.len()] = value;
            self.count += 1;
        }
    }

    fn iter(&self) -> impl Iterator<Item = u32> {
        self.values.into_iter().take(self.len())
    }

    fn median(&self) -> Option<u32> {
        self.median_of(LENGTH)
    }

    /// The median of the newest `count` values; of an even number the lower one of the middle.
    fn median_of(&self, count: usize) -> Option<u32> {
        let length = self.len();
        let mut sorted = self.values;
        let newest = &mut sorted[length.saturating_sub(count)..length];
        newest.sort_unstable();
        newest.get(newest.len().saturating_sub(1) / 2).copied()
    }
}

/// Readings a level is the median of.
const LENGTH: usize = 5;
/// Readings that make refuelling sure.
const SURE: usize = 3;
/// How long the level may climb after the tank was filled: 10 minutes.
const SETTLING: i64 = 600 * 1_000_000_000;

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use super::*;

    const MINUTE: i64 = 60 * 1_000_000_000;

    /// Readings a minute apart, in litres; the car stands at the minutes given.
    fn pours(levels: &[u32], stands: &[usize]) -> (Vec<(u32, u32)>, Option<u32>) {
        let (mut fuel, mut found, mut stood_at) = (Fuel::default(), Vec::new(), Some(i64::MIN));
        let mut end = 0;
        for (minute, level) in levels.iter().enumerate() {
            end = minute as i64 * MINUTE;
            if stands.contains(&minute) {
                stood_at = Some(end);
            }
            found.extend(fuel.reading(end, level * 1_000, 5_000, stood_at));
        }
        found.extend(fuel.settle(end));
        let found = found.iter().map(|pour| (pour.before / 1_000, pour.after / 1_000)).collect();
        (found, fuel.level().map(|level| level / 1_000))
    }

    #[test]
    fn refuelling_is_a_jump_that_stays_after_a_stop() {
        for (case, levels, stands, expected, level) in [
            ("nothing", &[][..], &[][..], &[][..], None),
            ("driving", &[30, 30, 29, 29, 28], &[], &[], Some(29)),
            ("a full tank", &[20, 20, 20, 55, 55, 55, 55], &[3], &[(20, 55)], Some(55)),
            ("a damped gauge", &[20, 20, 20, 26, 35, 45, 55, 55, 55], &[3], &[(20, 55)], Some(55)),
            ("sloshing once", &[20, 20, 27, 20, 20], &[2], &[], Some(20)),
            ("sloshing twice", &[20, 20, 27, 20, 27, 20], &[2], &[], Some(20)),
            ("a slope, less than the limit", &[20, 20, 24, 24, 24], &[2], &[], Some(24)),
            ("no stop: it is believed, but as what it is", &[20, 20, 20, 30, 30, 30], &[], &[], Some(30)),
            ("one reading before the engine stops", &[20, 20, 50], &[2], &[(20, 50)], Some(50)),
            (
                "twice",
                &[10, 10, 10, 40, 40, 40, 40, 39, 39, 39, 38, 38, 38, 60, 60, 60],
                &[3, 13],
                &[(10, 40), (38, 60)],
                Some(60),
            ),
        ] {
            assert_eq!(pours(levels, stands), (expected.to_vec(), level), "{case}");
        }
    }

    #[test]
    fn a_car_without_known_motion_may_have_stood() {
        let mut fuel = Fuel::default();
        for (minute, level) in [20_000, 50_000, 50_000, 50_000].into_iter().enumerate() {
            assert_eq!(fuel.reading(minute as i64 * MINUTE, level, 5_000, None), None);
        }
        let pour = Pour { before_at: 0, at: MINUTE, before: 20_000, after: 50_000 };
        assert_eq!(fuel.settle(3 * MINUTE), Some(pour));
    }
}
