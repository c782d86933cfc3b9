//! Where one trip ends and the next begins: the lengths and times that decide.

use chrono::TimeDelta;

use super::spot::METER;

/// The lengths and times that decide where a trip begins and ends.
///
/// The defaults are product choices, each with its reason. Whoever changes one gets other trips from the same events,
/// so a platform changes them for all its cars at once.
///
/// # Examples
///
/// ```
/// use cc_core::trips::TripOptions;
/// use chrono::TimeDelta;
///
/// let mut options = TripOptions::default();
/// options.join_stop = TimeDelta::minutes(5);
/// options.tank_liters = Some(50.0);
/// options.check()?;
///
/// options.tank_liters = Some(-50.0);
/// let error = options.check().unwrap_err();
/// assert_eq!(error.to_string(), "tank_liters: expected more than 0 and at most 2000 litres");
/// # Ok::<(), cc_core::trips::TripOptionsError>(())
/// ```
#[non_exhaustive]
#[derive(Clone, Debug, PartialEq)]
pub struct TripOptions {
    /// A stop shorter than this does not end a trip. 10 minutes: filling up and paying takes that long, parking to
    /// work or shop takes longer; rules about drives pause for as long.
    pub join_stop: TimeDelta,
    /// Events may come this much later than newer ones of their car. 5 minutes: an upload that failed once.
    pub lateness: TimeDelta,
    /// A silence of this length or more ends a trip, unless the car was driving all the same
    /// ([module docs](crate::trips#silence)). 15 minutes: devices that are awake say something every few minutes, and
    /// the longest road tunnels take 15 to 20 minutes.
    pub max_silence: TimeDelta,
    /// A silence of this length or more ends a trip in any case. 4 hours and 30 minutes: nobody should drive longer
    /// without a break, and drivers of lorries and buses must not (Regulation (EC) No 561/2006, article 7).
    pub longest_silence: TimeDelta,
    /// A trip whose car stands this long, without a sign that it is awake but a position now and then, has lost its
    /// end: it ended when it last moved. 1 hour: longer than a traffic jam without any reading from the car.
    pub longest_stand: TimeDelta,
    /// A parked car has moved when two positions in a row are at least this far from where it was parked. 300 metres:
    /// receivers in garages and between high houses are wrong by up to 200.
    pub parked_radius_meters: u32,
    /// What no car does: a position that needs more than this is refused, and so is an odometer reading. 300 km/h.
    pub max_speed_kph: u32,
    /// A position whose estimated error is larger than this is refused. 100 metres.
    pub max_position_error_meters: u32,
    /// A car that never came this far from where it started has not made a trip, unless its speed or odometer says so.
    /// 100 metres: longer than a private parking place, shorter than any errand.
    pub min_distance_meters: u32,
    /// The longest route that is kept; a longer one is thinned to every second point. 2,000 points: 32 kB a car, and a
    /// point every 50 metres of a trip of 100 km. At least 2.
    pub route_points: u32,
    /// How much the tank holds, litres. Without it a car that tells its fuel in percent has used percent.
    pub tank_liters: Option<f64>,
    /// So much more fuel than before is refuelling, for cars that tell litres. 5: less is what a slope does.
    pub refuel_liters: f64,
    /// The same for cars that tell percent. 10.
    pub refuel_percent: f64,
}

impl Default for TripOptions {
    fn default() -> Self {
        Self {
            join_stop: TimeDelta::minutes(10),
            lateness: TimeDelta::minutes(5),
            max_silence: TimeDelta::minutes(15),
            longest_silence: TimeDelta::minutes(270),
            longest_stand: TimeDelta::hours(1),
            parked_radius_meters: 300,
            max_speed_kph: 300,
            max_position_error_meters: 100,
            min_distance_meters: 100,
            route_points: 2_000,
            tank_liters: None,
            refuel_liters: 5.0,
            refuel_percent: 10.0,
        }
    }
}

impl TripOptions {
    /// Whether these can be worked with.
    pub fn check(&self) -> Result<(), TripOptionsError> {
        Limits::of(self).map(drop)
    }
}

/// Which of the [`TripOptions`] cannot be worked with.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TripOptionsError {
    /// A time is negative or longer than a year.
    #[error("{option}: expected 0 to 366 days")]
    Duration {
        /// The option.
        option: &'static str,
    },
    /// `longest_silence` is shorter than `max_silence`.
    #[error("longest_silence: expected at least max_silence")]
    Order,
    /// The amount of fuel that is refuelling.
    #[error("{option}: expected more than 0 and at most {most}")]
    Refuel {
        /// The option.
        option: &'static str,
        /// The highest number.
        most: u32,
    },
    /// The route cannot hold its ends, or would hold more than a million points.
    #[error("route_points: expected 2 to 1000000")]
    Route,
    /// A speed no car can be held to.
    #[error("max_speed_kph: expected 50 to 1000")]
    Speed,
    /// No tank holds this.
    #[error("tank_liters: expected more than 0 and at most 2000 litres")]
    Tank,
}

/// The options as whole numbers: nanoseconds, centimetres, millilitres.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Limits {
    pub(super) join_stop: i64,
    pub(super) lateness: i64,
    pub(super) max_silence: i64,
    pub(super) longest_silence: i64,
    pub(super) longest_stand: i64,
    pub(super) parked_radius: u64,
    pub(super) max_speed_kph: u64,
    pub(super) max_position_error: u32,
    pub(super) min_distance: u64,
    pub(super) route_points: usize,
    /// Millilitres.
    pub(super) tank: Option<u32>,
    /// By [`FuelUnit`](super::fact::FuelUnit): millilitres, thousandths of a percent.
    pub(super) refuel: [u32; 2],
}

impl Limits {
    pub(super) fn of(options: &TripOptions) -> Result<Self, TripOptionsError> {
        let nanos = |option, duration: TimeDelta| {
            let fits = duration >= TimeDelta::zero() && duration <= TimeDelta::days(366);
            duration.num_nanoseconds().filter(|_| fits).ok_or(TripOptionsError::Duration { option })
        };
        let refuel = |option, amount: f64, most: u32| {
            let fits = amount > 0.0 && amount <= f64::from(most);
            if fits {
                Ok((amount * 1_000.0).round() as u32)
            } else {
                Err(TripOptionsError::Refuel { option, most })
            }
        };
        let limits = Self {
            join_stop: nanos("join_stop", options.join_stop)?,
            lateness: nanos("lateness", options.lateness)?,
            max_silence: nanos("max_silence", options.max_silence)?,
            longest_silence: nanos("longest_silence", options.longest_silence)?,
            longest_stand: nanos("longest_stand", options.longest_stand)?,
            parked_radius: u64::from(options.parked_radius_meters) * METER,
            max_speed_kph: options.max_speed_kph.into(),
            max_position_error: options.max_position_error_meters,
            min_distance: u64::from(options.min_distance_meters) * METER,
            route_points: options.route_points as usize,
            tank: match options.tank_liters {
                Some(liters) if liters > 0.0 && liters <= 2_000.0 => Some((liters * 1_000.0).round() as u32),
                Some(_) => return Err(TripOptionsError::Tank),
                None => None,
            },
            refuel: [
                refuel("refuel_liters", options.refuel_liters, 2_000)?,
                refuel("refuel_percent", options.refuel_percent, 100)?,
            ],
        };
        if limits.longest_silence < limits.max_silence {
            return Err(TripOptionsError::Order);
        }
        if !(50..=1_000).contains(&options.max_speed_kph) {
            return Err(TripOptionsError::Speed);
        }
        if !(2..=1_000_000).contains(&options.route_points) {
            return Err(TripOptionsError::Route);
        }
        Ok(limits)
    }

    /// How far a car can come in a time, and a little more; centimetres.
    pub(super) fn reach(&self, nanos: i64) -> u64 {
        // 1 km/h is 250 cm in 9 s.
        let cm = i128::from(nanos.max(0)) * i128::from(self.max_speed_kph) * 250 / 9_000_000_000;
        u64::try_from(cm).unwrap_or(u64::MAX).saturating_add(100 * METER)
    }
}

#[cfg(test)]
mod tests {
    use std::string::ToString;

    use super::*;

    #[test]
    fn options_that_make_no_sense_are_refused_by_name() {
        type Change = fn(&mut TripOptions);
        let refused: [(Change, &str); 8] = [
            (|o| o.join_stop = TimeDelta::seconds(-1), "join_stop: expected 0 to 366 days"),
            (|o| o.lateness = TimeDelta::days(400), "lateness: expected 0 to 366 days"),
            (|o| o.longest_silence = TimeDelta::minutes(1), "longest_silence: expected at least max_silence"),
            (|o| o.refuel_liters = f64::NAN, "refuel_liters: expected more than 0 and at most 2000"),
            (|o| o.refuel_percent = 101.0, "refuel_percent: expected more than 0 and at most 100"),
            (|o| o.route_points = 1, "route_points: expected 2 to 1000000"),
            (|o| o.max_speed_kph = 20, "max_speed_kph: expected 50 to 1000"),
            (
                |o| o.tank_liters = Some(f64::INFINITY),
                "tank_liters: expected more than 0 and at most 2000 litres",
            ),
        ];
        for (change, message) in refused {
            let mut options = TripOptions::default();
            assert_eq!(options.check(), Ok(()));
            change(&mut options);
            assert_eq!(options.check().unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn a_car_reaches_what_its_highest_speed_allows() {
        let limits = Limits::of(&TripOptions::default()).unwrap();
        assert_eq!(limits.reach(9_000_000_000) / METER, 750 + 100);
        assert_eq!(limits.reach(i64::MIN) / METER, 100);
        assert_eq!(limits.reach(i64::MAX) / METER, 768_614_336_404 + 100);
    }
}
