//! When a car's next service is due.
//!
//! A maker asks for a service after so many kilometres or so many months, whichever comes first. The months are a date
//! at once. The kilometres are not: the date depends on how far the car will be driven until then, and all there is to
//! tell is how far it was driven before. Many cars say themselves what is left, and count down as they are driven; that
//! needs the same step from a distance to a date.
//!
//! [`ServiceHistory`] keeps what that takes, in bounded memory: the odometer's first and last reading of each of the last
//! 60 weeks, and the last thing the car said of its service. [`ServiceHistory::predict`] gives the date as a range.
//!
//! # How far a day
//!
//! Odometer readings are irregular, come late and twice, in whole kilometres or in steps of ten, and now and then from a
//! new instrument cluster that begins at another number. So the readings are joined to one line of distance over time:
//! a step back by more than 20 km, or one of more than 2,000 km a day, is a change of instruments or a misread number,
//! and neither its distance nor its time counts. The line is read off week by week, back from its end, for at most
//! 59 weeks; silent weeks lie on the straight line between their neighbours, so a parked car counts as parked.
//! The distance a week is then the middle one of the slopes between all pairs of weeks (Theil and Sen's estimator), and
//! the quartiles of the slopes are the range. Why not the mean: it is the first and the last reading and nothing else, so
//! one wrong number that looks possible moves it at will, while the middle slope stands up to a quarter of wrong weeks,
//! and a year's one holiday trip does not move it. Why not the middle of the single weeks: a car that is driven every
//! other weekend stands still in half of its weeks, and a convertible in winter; slopes across many weeks see both.
//!
//! A car that is driven in summer only looks busier in autumn than it is. As soon as four weeks can be compared with those
//! a year before them, the middle of these year-long slopes, which know no season, takes the place of the middle slope.
//! Until then the range is wide and the confidence low.
//!
//! All of it is arithmetic of integers, rounded down: the same readings give the same date on every platform, in any
//! order, however often they come.
//!
//! # Examples
//!
//! ```
//! use cc_core::prediction::{Limit, ServiceHistory, ServicePlan};
//! use cc_core::{Number, Timestamp};
//! use chrono::{Days, TimeDelta};
//!
//! let start: Timestamp = "2026-01-05T08:00:00Z".parse().unwrap();
//! let mut history = ServiceHistory::default();
//! for week in 0..=10 {
//!     // 280 km a week.
//!     history.add_odometer(start + TimeDelta::weeks(week), &Number::from(50_000 + 280 * week));
//! }
//! let now = start + TimeDelta::weeks(10);
//! let plan = ServicePlan {
//!     last_service: Some("2026-01-05".parse().unwrap()),
//!     interval_km: Some(15_000),
//!     interval_days: Some(730),
//!     ..ServicePlan::default()
//! };
//! let next = history.predict(&plan, now).unwrap();
//! // 2,800 km are driven, 12,200 are left: at 40 km a day that is 305 days.
//! assert_eq!(next.due.likely, now.date_naive() + Days::new(305));
//! assert_eq!(next.limit, Limit::Distance);
//!
//! let error = ServiceHistory::default().predict(&plan, now).unwrap();
//! assert_eq!(error.limit, Limit::Time); // the months are a date at once
//! let error = ServiceHistory::default().predict(&ServicePlan::default(), now).unwrap_err();
//! assert_eq!(error.to_string(), "nothing says when a service is due");
//! ```

mod history;
mod predict;
mod rate;
#[cfg(test)]
mod tests;

pub use history::ServiceHistory;
pub use predict::{Confidence, DueRange, Limit, NoPrediction, ServicePlan, ServicePrediction};
pub use rate::DailyDistance;
