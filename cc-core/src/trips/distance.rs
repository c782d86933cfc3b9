//! Which of the distances of a trip is the right one.

use core::fmt;

use super::spot::METER;

/// How far a trip went, by whom, and how exactly.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Distance {
    /// Metres.
    pub meters: u64,
    /// Give or take so many metres. Where it is a lower bound only, that is as much as is not sure: the straight lines
    /// between positions far apart, or all of it.
    pub precision_meters: u64,
    /// Who says so.
    pub source: DistanceSource,
}

/// Who says how far a trip went, the order in which they are asked is in the [module docs](crate::trips#distance).
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum DistanceSource {
    /// The odometer of the car (`can_odometer_km`, `can_odometer10_km`).
    Odometer,
    /// The odometer of the device in the car (`car_odometer_km`).
    DeviceOdometer,
    /// The positions.
    Track,
    /// The speed of the car, times the time.
    Speed,
}

impl DistanceSource {
    /// The word for it: `odometer`, `device_odometer`, `track` or `speed`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Odometer => "odometer",
            Self::DeviceOdometer => "device_odometer",
            Self::Track => "track",
            Self::Speed => "speed",
        }
    }
}

impl fmt::Display for DistanceSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A difference of two readings of an odometer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Counted {
    pub(super) meters: u64,
    pub(super) step: u64,
    /// Whether the readings are those of the trip's ends.
    pub(super) whole: bool,
}

/// All there is to choose from.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Candidates {
    /// The car's, its coarse one, the device's.
    pub(super) odometers: [Option<Counted>; 3],
    /// Length and holes, centimetres.
    pub(super) track: Option<(u64, u64)>,
    /// Centimetres, and whether readings were missing.
    pub(super) speed: Option<(u64, bool)>,
}

impl Candidates {
    pub(super) fn choose(&self) -> Option<Distance> {
        let [car, tens, device] = self.odometers;
        let whole = |counted: Option<Counted>| counted.filter(|counted| counted.whole);
        let odometer = |counted: Counted| Distance {
            meters: counted.meters,
            precision_meters: counted.step,
            source: DistanceSource::Odometer,
        };
        let coarse = [whole(car), whole(tens)];
        let exact = coarse.iter().flatten().find(|counted| counted.meters >= counted.step * EXACT);
        if let Some(counted) = exact {
            return Some(odometer(*counted));
        }
        if let Some(counted) = whole(device).filter(|counted| counted.meters >= counted.step) {
            let source = DistanceSource::DeviceOdometer;
            let precision_meters = counted.step + counted.meters / 100;
            return Some(Distance { meters: counted.meters, precision_meters, source });
        }
        let track = self.track.map(|(length, holes)| (round(length), round(holes)));
        let disagrees = |meters: u64| {
            coarse
                .iter()
                .flatten()
                .any(|counted| meters.abs_diff(counted.meters) > counted.step + counted.meters / 10)
        };
        let of_track = |(meters, holes): (u64, u64)| Distance {
            meters,
            precision_meters: holes + meters * 3 / 100 + 20,
            source: DistanceSource::Track,
        };
        if let Some(track) = track.filter(|(meters, holes)| *holes == 0 && !disagrees(*meters)) {
            return Some(of_track(track));
        }
        let at_least = track.map_or(0, |(meters, _)| meters);
        let counted = coarse.iter().flatten().next();
        let counted =
            counted.filter(|counted| counted.meters > 0 || track.is_none_or(|(meters, _)| disagrees(meters)));
        let speed = self.speed.map(|(length, gaps)| {
            let meters = round(length);
            let precision_meters = if gaps { meters } else { meters / 20 } + 20;
            (Distance { meters, precision_meters, source: DistanceSource::Speed }, gaps)
        });
        match (counted, speed) {
            (_, Some((speed, false))) if !disagrees(speed.meters) && speed.meters >= at_least * 9 / 10 => {
                Some(speed)
            }
            (Some(counted), _) => Some(odometer(*counted)),
            (None, speed) => {
                let partial = self.odometers.iter().flatten().find(|counted| counted.meters > at_least);
                track
                    .map(of_track)
                    .filter(|_| partial.is_none())
                    .or(partial.map(|counted| Distance {
                        // Of the ends nothing is known.
                        precision_meters: counted.meters.max(counted.step),
                        ..odometer(*counted)
                    }))
                    .or(speed.map(|(speed, _)| speed))
            }
        }
    }
}

/// Centimetres to metres.
fn round(centimeters: u64) -> u64 {
    centimeters.saturating_add(METER / 2) / METER
}

/// A difference of so many steps is exact enough: to 5 %.
const EXACT: u64 = 20;

#[cfg(test)]
mod tests {
    use DistanceSource::{DeviceOdometer, Odometer, Speed, Track};

    use super::*;

    #[test]
    fn the_most_exact_source_wins() {
        let km = |km: u64, step, whole| Some(Counted { meters: km * 1_000, step, whole });
        let none: Option<Counted> = None;
        let track = |meters: u64, holes: u64| Some((meters * METER, holes * METER));
        for (case, odometers, track, speed, expected) in [
            ("nothing", [none; 3], None, None, None),
            (
                "a long trip",
                [km(34, 1_000, true), none, none],
                track(33_500, 0),
                None,
                Some((34_000, 1_000, Odometer)),
            ),
            (
                "a short trip",
                [km(6, 1_000, true), none, none],
                track(6_420, 0),
                None,
                Some((6_420, 212, Track)),
            ),
            (
                "tens say little",
                [none, km(30, 10_000, true), none],
                track(33_500, 0),
                None,
                Some((33_500, 1_025, Track)),
            ),
            (
                "tens of a long trip",
                [none, km(400, 10_000, true), none],
                None,
                None,
                Some((400_000, 10_000, Odometer)),
            ),
            (
                "a device counts finely",
                [km(6, 1_000, true), none, km(6, 100, true)],
                track(6_420, 0),
                None,
                Some((6_000, 160, DeviceOdometer)),
            ),
            (
                "holes",
                [km(6, 1_000, true), none, none],
                track(4_000, 3_000),
                None,
                Some((6_000, 1_000, Odometer)),
            ),
            ("holes and no odometer", [none; 3], track(4_000, 3_000), None, Some((4_000, 3_140, Track))),
            (
                "a track that cannot be",
                [km(6, 1_000, true), none, none],
                track(16_000, 0),
                None,
                Some((6_000, 1_000, Odometer)),
            ),
            (
                "a track cut short",
                [km(16, 1_000, true), none, none],
                track(6_000, 0),
                None,
                Some((16_000, 1_000, Odometer)),
            ),
            ("speed only", [none; 3], None, Some((5_000 * METER, false)), Some((5_000, 270, Speed))),
            (
                "speed beats a coarse odometer",
                [km(5, 1_000, true), none, none],
                None,
                Some((5_300 * METER, false)),
                Some((5_300, 285, Speed)),
            ),
            (
                "speed with gaps does not",
                [km(5, 1_000, true), none, none],
                None,
                Some((3_300 * METER, true)),
                Some((5_000, 1_000, Odometer)),
            ),
            (
                "an odometer of the middle",
                [km(25, 1_000, false), none, none],
                None,
                None,
                Some((25_000, 25_000, Odometer)),
            ),
            (
                "speed with gaps and nothing else",
                [none; 3],
                None,
                Some((3_300 * METER, true)),
                Some((3_300, 3_320, Speed)),
            ),
            ("less than a step", [km(0, 1_000, true), none, none], None, None, Some((0, 1_000, Odometer))),
        ] {
            let found = Candidates { odometers, track, speed }.choose();
            let found = found.map(|found| (found.meters, found.precision_meters, found.source));
            assert_eq!(found, expected, "{case}");
        }
    }
}
