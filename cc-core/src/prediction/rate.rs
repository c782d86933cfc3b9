//! How far a car is driven.

use alloc::vec::Vec;

use super::NoPrediction;

/// How far a car is driven a day: the middle, and the quartiles.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct DailyDistance {
    /// The lower quartile, metres a day.
    pub slow: i64,
    /// The middle, metres a day.
    pub middle: i64,
    /// The upper quartile, metres a day.
    pub fast: i64,
    /// Over how many weeks it was driven.
    pub weeks: usize,
}

/// The line of distance over time, without what cannot have been driven.
pub(super) struct Driven {
    /// Instant in seconds, time on the line in seconds, distance on the line in metres; none of them falls.
    points: Vec<(i64, i64, i64)>,
    /// What the odometer shows at the end, metres.
    pub(super) odometer: Option<i64>,
    /// When the instruments were last found changed.
    pub(super) changed: Option<i64>,
}

impl Driven {
    /// The line through readings in the order of time.
    pub(super) fn new(readings: impl Iterator<Item = (i64, i64)>) -> Self {
        let mut line = Self { points: Vec::new(), odometer: None, changed: None };
        for (at, meters) in readings {
            let (Some((last, time, distance)), Some(odometer)) = (line.points.last().copied(), line.odometer)
            else {
                line.points.push((at, 0, 0));
                line.odometer = Some(meters);
                continue;
            };
            let (seconds, step) = (at - last, meters - odometer);
            let is_driven = step >= -BACK && step <= BACK + seconds.saturating_mul(MOST_A_DAY) / DAY;
            line.points.push(if is_driven {
                (at, time + seconds, distance + step.max(0))
            } else {
                line.changed = Some(at);
                (at, time, distance)
            });
            // A reading in steps of ten kilometres lags behind one that is not.
            line.odometer = Some(if is_driven { odometer.max(meters) } else { meters });
        }
        line
    }

    /// The end of the line, in seconds since the epoch.
    pub(super) fn end(&self) -> Option<i64> {
        self.points.last().map(|(at, ..)| *at)
    }

    /// How far the car was driven from an instant on, if the line reaches back to it.
    pub(super) fn since(&self, instant: i64) -> Option<i64> {
        let (_, _, end) = self.points.last()?;
        let after = self.points.partition_point(|(at, ..)| *at <= instant);
        let (from, _, start) = self.points.get(after.checked_sub(1)?)?;
        let Some((to, _, next)) = self.points.get(after) else { return Some(0) };
        Some(end - start - part(next - start, instant - from, (to - from).max(1)))
    }

    /// The same where the line begins up to a week later: the week is taken as not driven.
    pub(super) fn since_about(&self, instant: i64) -> Option<i64> {
        let (begin, ..) = self.points.first()?;
        self.since(if *begin - instant <= 7 * DAY { instant.max(*begin) } else { instant })
    }

    /// When so many metres were left to drive until the end, if the line reaches back to it; the first such instant.
    pub(super) fn when(&self, since: i64) -> Option<i64> {
        let (_, _, end) = self.points.last()?;
        let place = end - since;
        let after = self.points.partition_point(|(.., distance)| *distance < place);
        let (to, _, next) = self.points.get(after)?;
        let Some((from, _, start)) = after.checked_sub(1).and_then(|before| self.points.get(before)) else {
            return (place == *next).then_some(*to);
        };
        Some(from + part(to - from, place - start, next - start))
    }

    /// How far the car was driven since the odometer showed so many metres, if its readings fit that. The last reading may
    /// lag behind.
    pub(super) fn since_odometer(&self, meters: i64) -> Option<i64> {
        let since = self.odometer? - meters;
        (since >= -BACK && self.changed.is_none()).then_some(since.max(0))
    }

    pub(super) fn daily_distance(&self) -> Result<DailyDistance, NoPrediction> {
        let time = self.points.last().map_or(0, |(_, time, _)| *time);
        if time < LEAST {
            return Err(NoPrediction::TooFewReadings { days: time / DAY });
        }
        let weeks = self.week_by_week(time);
        let mut slopes = Vec::with_capacity(weeks.len() * weeks.len() / 2);
        for (i, from) in weeks.iter().enumerate() {
            slopes.extend(weeks[i + 1..].iter().zip(1..).map(|(to, span)| (to - from) / span));
        }
        // The grid has three places at least, and so three slopes.
        let mut quartile = |quarters: usize| {
            let place = (slopes.len().saturating_sub(1)) * quarters / 4;
            let (_, slope, _) = slopes.select_nth_unstable(place);
            *slope / 7
        };
        let (slow, middle, fast) = (quartile(1), quartile(2), quartile(3));
        // Whole years know no season.
        let mut years: Vec<i64> =
            weeks.iter().zip(weeks.iter().skip(YEAR)).map(|(from, to)| to - from).collect();
        years.sort_unstable();
        let middle = match years.get(years.len().saturating_sub(1) / 2) {
            Some(year) if years.len() >= ENOUGH_YEARS => *year / (7 * YEAR as i64),
            _ => middle,
        };
        Ok(DailyDistance { slow: slow.min(middle), middle, fast: fast.max(middle), weeks: weeks.len() - 1 })
    }

    /// The distance on the line at its end and whole weeks before it, the earliest first.
    fn week_by_week(&self, end: i64) -> Vec<i64> {
        let mut weeks = Vec::with_capacity(LONGEST + 1);
        let mut after = self.points.len();
        for back in 0..=LONGEST as i64 {
            let time = end - back * 7 * DAY;
            if time < 0 {
                break;
            }
            // The last point at or before it; the first is at 0.
            while after > 1 && self.points.get(after - 1).is_some_and(|(_, at, _)| *at > time) {
                after -= 1;
            }
            let (_, from, start) = self.points[after - 1];
            weeks.push(match self.points.get(after) {
                Some((_, to, next)) if *to > from => start + part(next - start, time - from, to - from),
                _ => start,
            });
        }
        weeks.reverse();
        weeks
    }
}

/// What is driven of a distance in a part of its time, in metres rounded down; or the other way round.
fn part(distance: i64, time: i64, of: i64) -> i64 {
    (i128::from(distance) * i128::from(time) / i128::from(of)) as i64
}

const DAY: i64 = 86_400;
/// Less says nothing: two weekends.
const LEAST: i64 = 14 * DAY;
/// Weeks.
const YEAR: usize = 52;
/// Weeks that are looked back.
const LONGEST: usize = YEAR + 7;
/// Of so many years, each beginning a week after the other, one wrong week does not move the middle.
const ENOUGH_YEARS: usize = 4;
/// Metres that an odometer may seem to go back: two steps of ten kilometres.
const BACK: i64 = 20_000;
/// Metres that a car can be driven in a day: 2,000 km.
const MOST_A_DAY: i64 = 2_000_000;
