//! From what is left to a date.

use chrono::{Days, NaiveDate};

use super::ServiceHistory;
use super::history::Last;
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
    /// The earliest day: the car is driven a lot (the upper quartile), or the first day of a step of 30.
    pub earliest: NaiveDate,
    /// The most likely day.
    pub likely: NaiveDate,
    /// The latest day: the car is driven little (the lower quartile), from now on, or the last day of a step of 30. `None`
    /// if it might never come.
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
    /// What is neither low nor high, and a date by time that the car tells in steps of 30 days.
    Medium,
    /// 26 weeks of readings or more whose quartiles are less than one and a half times apart; or a date, told to
    /// the day, that only time decides.
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
    /// What the car says is left comes before what the plan says, unless the plan (or the car) knows of a service on a later
    /// day. The car tells its last service as a date, in days or kilometres since then, or by what the odometer showed;
    /// where these are of different services, the latest counts. Readings from after `now` are left out.
    ///
    /// Days that the car counts in steps of 30 (`can_next_service_30days`) are taken as rounded down: 60 is 60 to 89 days,
    /// most likely 74, at no more than medium confidence.
    pub fn predict(&self, plan: &ServicePlan, now: Timestamp) -> Result<ServicePrediction, NoPrediction> {
        let driven = self.driven(now);
        let service = Service::new(self, plan, &driven, now);
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
        match (by_distance, time) {
            (None, None) => Err(NoPrediction::NoLimit),
            (None, Some((by_time, sure))) => Ok(prediction(by_time, Limit::Time, sure)),
            // A parked car comes to its date, and to no distance.
            (Some(Err(NoPrediction::NotDriven)), Some((by_time, _))) => {
                Ok(prediction(by_time, Limit::Time, Confidence::Medium))
            }
            (Some(Err(_)), Some((by_time, _))) => Ok(prediction(by_time, Limit::Time, Confidence::Low)),
            (Some(Err(reason)), None) => Err(reason),
            (Some(Ok((due, confidence))), None) => Ok(prediction(due, Limit::Distance, confidence)),
            (Some(Ok((due, confidence))), Some((by_time, sure))) => {
                let range = DueRange {
                    earliest: due.earliest.min(by_time.earliest),
                    likely: due.likely.min(by_time.likely),
                    latest: due.latest.into_iter().chain(by_time.latest).min(),
                };
                Ok(if by_time.latest.is_some_and(|latest| due.earliest >= latest) {
                    prediction(range, Limit::Time, sure)
                } else {
                    let limit = if due.likely < by_time.likely { Limit::Distance } else { Limit::Time };
                    prediction(range, limit, confidence.min(sure))
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
    /// Metres since then, where it is known by the distance only.
    since: Option<i64>,
}

impl<'a> Service<'a> {
    fn new(history: &'a ServiceHistory, plan: &'a ServicePlan, driven: &Driven, now: Timestamp) -> Self {
        let (told, today) = (&history.told, now.date_naive());
        let date = heard(told.last_date, now).map(|(_, date)| date).filter(|date| *date <= today);
        let days = heard(told.last_time, now).and_then(|(at, days)| after(at.date_naive(), -days));
        let mut last = date;
        if is_another(days, last) {
            last = days;
        }
        last = last.max(plan.last_service);
        let mut service = Self { history, plan, now, last, since: None };
        // What the plan says the odometer showed belongs to its date, where it has one.
        let plan = service.plan_odometer().filter(|_| plan.last_service.is_none());
        let plan = plan.and_then(|start| driven.since_odometer(start));
        let since = service.told_since(driven).into_iter().chain(plan).min();
        let day = since.and_then(|since| driven.when(since)).and_then(|at| Timestamp::from_timestamp(at, 0));
        let day = day.map(|at| at.date_naive());
        if is_another(day, last) {
            (service.last, service.since) = (day, since);
        }
        service
    }

    /// What the car said of what is left, unless it is from the future, or from before the last service.
    fn still_true<T: Copy>(&self, told: Last<T>) -> Option<(Timestamp, T)> {
        heard(told, self.now).filter(|(at, _)| self.last.is_none_or(|last| last <= at.date_naive()))
    }

    /// The day by time, and how far to trust it.
    fn time_limit(&self) -> Option<(DueRange, Confidence)> {
        let on = |day| (DueRange { earliest: day, likely: day, latest: Some(day) }, Confidence::High);
        let told = &self.history.told;
        if let Some((at, days)) = self.still_true(told.days_left) {
            return after(at.date_naive(), days).map(on);
        }
        if let Some((at, days)) = self.still_true(told.months_left) {
            let day = |more| after(at.date_naive(), days + more);
            let (earliest, likely) = (day(0)?, day(STEP / 2)?);
            return Some((DueRange { earliest, likely, latest: day(STEP) }, Confidence::Medium));
        }
        let interval = told.interval_days.map(|(_, days)| days).or(self.plan.interval_days.map(i64::from))?;
        after(self.last?, interval).map(on)
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
        let by_date = || serviced.and_then(|serviced| driven.since_about(serviced));
        if let Some(since) = self.since.or_else(by_date) {
            return Some(Ok(interval - since));
        }
        // What the car says of the distance belongs to the car's own date.
        let car_knows = self.plan.last_service.is_none_or(|day| Some(day) < self.last);
        if let Some(since) = self.told_since(driven).filter(|_| car_knows) {
            return Some(Ok(interval - since));
        }
        let car = heard(told.last_odometer, self.now).filter(|_| car_knows).map(|(_, meters)| meters);
        let start = car.or(self.plan_odometer())?;
        if driven.odometer.is_none() {
            return Some(Err(NoPrediction::TooFewReadings { days: 0 }));
        }
        let since = driven.since_odometer(start).ok_or(NoPrediction::UnknownStart);
        Some(since.map(|since| interval - since))
    }

    /// Metres since the last service at the end of the line, by what the car said of the distance; of several, the latest.
    fn told_since(&self, driven: &Driven) -> Option<i64> {
        let told = &self.history.told;
        let odometer =
            heard(told.last_odometer, self.now).and_then(|(_, start)| driven.since_odometer(start));
        let distance = heard(told.last_distance, self.now).and_then(|(at, meters)| {
            let since = if driven.odometer.is_none() { Some(0) } else { driven.since_about(at.timestamp()) };
            since.map(|since| meters + since)
        });
        odometer.into_iter().chain(distance).min()
    }

    fn plan_odometer(&self) -> Option<i64> {
        self.plan.last_service_km.map(|km| i64::from(km) * 1_000)
    }
}

/// What was said, unless it is from the future.
fn heard<T: Copy>(told: Last<T>, now: Timestamp) -> Last<T> {
    told.filter(|(at, _)| *at <= now)
}

/// Whether a day is that of another, later service: two ways to tell the same day do not agree to the day.
fn is_another(day: Option<NaiveDate>, known: Option<NaiveDate>) -> bool {
    day.is_some_and(|day| known.is_none_or(|known| day.signed_duration_since(known).num_days() > SAME))
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
/// Days by which two ways to tell the last service may differ: the odometer is kept by the week.
const SAME: i64 = 7;
/// Days that a number in steps of 30, rounded down, may be short.
const STEP: i64 = 29;
/// Days.
const NEVER: i64 = 36_525;
