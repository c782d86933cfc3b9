//! From what is left to a date.

use chrono::{Days, NaiveDate};

use super::ServiceHistory;
use super::rate::{DailyDistance, Driven};
use crate::Timestamp;

/// What is known of a car's service plan from elsewhere. What the car says itself comes first; the default adds nothing
/// to it.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct ServicePlan {
    /// The day of the last service.
    pub last_service: Option<NaiveDate>,
    /// What the odometer showed then, km; needed where the readings do not reach back to that day.
    pub last_service_km: Option<u32>,
    /// The distance between services, km.
    pub interval_km: Option<u32>,
    /// The time between services, days.
    pub interval_days: Option<u32>,
}

/// When the next service is due.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ServicePrediction {
    /// The day, as a range.
    pub due: DueRange,
    /// What makes it due.
    pub limit: Limit,
    /// How far to trust it.
    pub confidence: Confidence,
    /// How far the car is driven, where that is known.
    pub daily_distance: Option<DailyDistance>,
    /// Metres left at the last reading of the odometer; negative where the distance is passed. `None` where no distance
    /// is known.
    pub distance_left: Option<i64>,
}

/// A day that is not known for sure.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct DueRange {
    /// The earliest day: the car is driven a lot (the upper quartile).
    pub earliest: NaiveDate,
    /// The most likely day.
    pub likely: NaiveDate,
    /// The latest day: the car is driven little (the lower quartile), from now on. `None` if it might never come.
    pub latest: Option<NaiveDate>,
}

/// What makes a service due.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Limit {
    /// The distance driven.
    Distance,
    /// The time gone by.
    Time,
}

/// How far to trust a date.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Confidence {
    /// Fewer than 8 weeks of readings, or slopes whose quartiles are more than three times apart, or an odometer that was
    /// not heard of for 30 days, or a distance limit that could not be turned into a date.
    Low,
    /// What is neither low nor high.
    Medium,
    /// 26 weeks of readings or more whose quartiles are less than one and a half times apart; or a date that only time
    /// decides.
    High,
}

impl Confidence {
    /// The word for it: `low`, `medium` or `high`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// Why there is no date.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NoPrediction {
    /// Neither the car nor the plan says how far or how long until a service.
    #[error("nothing says when a service is due")]
    NoLimit,
    /// The car is parked: at no distance a week, a distance is never reached.
    #[error("the car is not driven, and no time limit is known")]
    NotDriven,
    /// The odometer was not heard of for too long.
    #[error("expected a reading of the odometer within 90 days, the last is {days} days old")]
    Stale {
        /// The age of the last reading.
        days: i64,
    },
    /// There are too few readings of the odometer.
    #[error("expected readings of the odometer over 14 days or more, found {days} days")]
    TooFewReadings {
        /// How many days they span, without changes of the instruments.
        days: i64,
    },
    /// The last service was before the first reading, and what the odometer showed then does not fit what it shows now.
    #[error("the odometer at the last service does not fit its readings")]
    UnknownStart,
}

impl ServicePrediction {
    /// Whether the most likely day is before the day of `now`.
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.due.likely < now.date_naive()
    }
}

impl ServiceHistory {
    /// When the next service is due, as of `now`: by distance or by time, whichever comes first.
    ///
    /// What the car says is left comes before what the plan says, unless the plan (or the car) knows of a service since
    /// then. Readings from after `now` are left out.
    pub fn predict(&self, plan: &ServicePlan, now: Timestamp) -> Result<ServicePrediction, NoPrediction> {
        let driven = self.driven(now);
        let service = Service::new(self, plan, now);
        let time = service.time_limit();
        let distance = service.distance_left(&driven);
        let rate = driven.daily_distance();
        let by_distance = distance.map(|left| by_distance(left?, rate, &driven, now));
        let left = distance.and_then(Result::ok);
        let prediction = |due, limit, confidence| ServicePrediction {
            due,
            limit,
            confidence,
            daily_distance: rate.ok(),
            distance_left: left,
        };
        let on = |day| DueRange { earliest: day, likely: day, latest: Some(day) };
        match (by_distance, time) {
            (None, None) => Err(NoPrediction::NoLimit),
            (None, Some(day)) => Ok(prediction(on(day), Limit::Time, Confidence::High)),
            // A parked car comes to its date, and to no distance.
            (Some(Err(NoPrediction::NotDriven)), Some(day)) => {
                Ok(prediction(on(day), Limit::Time, Confidence::Medium))
            }
            (Some(Err(_)), Some(day)) => Ok(prediction(on(day), Limit::Time, Confidence::Low)),
            (Some(Err(reason)), None) => Err(reason),
            (Some(Ok((due, confidence))), None) => Ok(prediction(due, Limit::Distance, confidence)),
            (Some(Ok((due, confidence))), Some(day)) => {
                let range = DueRange {
                    earliest: due.earliest.min(day),
                    likely: due.likely.min(day),
                    latest: Some(due.latest.map_or(day, |latest| latest.min(day))),
                };
                Ok(if due.earliest >= day {
                    prediction(range, Limit::Time, Confidence::High)
                } else {
                    let limit = if due.likely < day { Limit::Distance } else { Limit::Time };
                    prediction(range, limit, confidence)
                })
            }
        }
    }
}

/// What is known of the service plan, from the car and from elsewhere.
struct Service<'a> {
    history: &'a ServiceHistory,
    plan: &'a ServicePlan,
    now: Timestamp,
    /// The last service, by whoever knows of the latest.
    last: Option<NaiveDate>,
}

impl<'a> Service<'a> {
    fn new(history: &'a ServiceHistory, plan: &'a ServicePlan, now: Timestamp) -> Self {
        let told = history.told.last_date.map(|(_, date)| date).filter(|date| *date <= now.date_naive());
        Self { history, plan, now, last: told.max(plan.last_service) }
    }

    /// What the car said of what is left, unless it is from the future, or from before the last service.
    fn still_true<T: Copy>(&self, told: super::history::Last<T>) -> Option<(Timestamp, T)> {
        told.filter(|(at, _)| *at <= self.now && self.last.is_none_or(|last| last <= at.date_naive()))
    }

    fn time_limit(&self) -> Option<NaiveDate> {
        let told = &self.history.told;
        let left = self.still_true(told.days_left).or_else(|| self.still_true(told.months_left));
        if let Some((at, days)) = left {
            return after(at.date_naive(), days);
        }
        let interval = told.interval_days.map(|(_, days)| days).or(self.plan.interval_days.map(i64::from))?;
        after(self.last?, interval)
    }

    /// Metres left at the end of the line; `None` if no distance limit is known.
    fn distance_left(&self, driven: &Driven) -> Option<Result<i64, NoPrediction>> {
        let told = &self.history.told;
        if let Some((at, left)) = self.still_true(told.distance_left) {
            return Some(Ok(left - driven.since(at.timestamp()).unwrap_or(0)));
        }
        let interval = told.interval.map(|(_, meters)| meters);
        let interval = interval.or(self.plan.interval_km.map(|km| i64::from(km) * 1_000))?;
        let serviced = self.last.map(|day| day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp());
        if let Some(since) = serviced.and_then(|serviced| driven.since_about(serviced)) {
            return Some(Ok(interval - since));
        }
        // The odometer at the last service: the car's own belongs to the car's own date.
        let car_knows =
            told.last_odometer.filter(|_| self.plan.last_service.is_none_or(|day| Some(day) < self.last));
        let plan = self.plan.last_service_km.map(|km| i64::from(km) * 1_000);
        let start = car_knows.map(|(_, meters)| meters).or(plan)?;
        let Some(odometer) = driven.odometer else {
            return Some(Err(NoPrediction::TooFewReadings { days: 0 }));
        };
        let since = odometer - start;
        let fits = since >= 0 && driven.changed.is_none();
        Some(if fits { Ok(interval - since) } else { Err(NoPrediction::UnknownStart) })
    }
}

/// The day on which a distance is driven.
fn by_distance(
    left: i64,
    rate: Result<DailyDistance, NoPrediction>,
    driven: &Driven,
    now: Timestamp,
) -> Result<(DueRange, Confidence), NoPrediction> {
    let rate = rate?;
    let Some(end) = driven.end().and_then(|end| Timestamp::from_timestamp(end, 0)) else {
        return Err(NoPrediction::TooFewReadings { days: 0 });
    };
    let age = now.signed_duration_since(end).num_days();
    if age > STALE {
        return Err(NoPrediction::Stale { days: age });
    }
    let (end, today) = (end.date_naive(), now.date_naive());
    let days = |meters_a_day: i64| (meters_a_day > 0).then(|| left.div_euclid(meters_a_day));
    let day = |from, meters_a_day| days(meters_a_day).and_then(|days| after(from, days));
    let likely = day(end, rate.middle).ok_or(NoPrediction::NotDriven)?;
    let earliest = day(end, rate.fast).unwrap_or(likely).min(likely);
    // A car that is silent may be parked: then what is left is left from now on. A day more for what was rounded down.
    let latest = days(rate.slow).and_then(|days| after(today, days + 1)).map(|latest| latest.max(likely));
    let confidence = if rate.weeks < 8 || rate.fast > 3 * rate.slow || age > QUIET {
        Confidence::Low
    } else if rate.weeks >= 26 && 2 * rate.fast < 3 * rate.slow {
        Confidence::High
    } else {
        Confidence::Medium
    };
    Ok((DueRange { earliest, likely, latest }, confidence))
}

/// Days after a day; `None` where no calendar goes, or a hundred years on, which is as good as never.
fn after(day: NaiveDate, days: i64) -> Option<NaiveDate> {
    if days >= 0 {
        day.checked_add_days(Days::new(days.unsigned_abs())).filter(|_| days < NEVER)
    } else {
        day.checked_sub_days(Days::new(days.unsigned_abs()))
    }
}

/// Days without a reading after which a date by distance is a guess.
const QUIET: i64 = 30;
/// Days without a reading after which there is no date by distance.
const STALE: i64 = 90;
/// Days.
const NEVER: i64 = 36_525;
