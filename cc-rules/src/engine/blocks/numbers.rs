//! Numbers over a window: the mean of a week's voltages at rest, and how it moves from day to day.

use super::super::rules::truth;
use crate::expr::{EvalCounters, Val};
use crate::pack::{AVERAGE, CHANGE, COUNT, MAXIMUM, MINIMUM, Numbers, SLOPE, SUM};
use crate::state::{Bucket, NumbersState, View};

/// Brings a window up to the instant, and takes the step's sample where a reading came that it is made of.
pub(super) fn look(
    window: &Numbers,
    state: &mut NumbersState,
    view: &View<'_>,
    sampled: bool,
    counters: &mut EvalCounters,
) {
    let Some(bucket) = view.facts.bucket(window.window.by, view.now) else { return };
    state.keep(window.window, bucket);
    if !sampled || window.only.as_ref().is_some_and(|only| truth(only, view, counters) != Some(true)) {
        return;
    }
    match window.of.eval(view, counters) {
        Val::Double(value) if value.is_finite() => state.add(bucket, value),
        Val::Int(value) => state.add(bucket, value as f64),
        _ => {}
    }
}

/// A field of a window; unknown with fewer samples than `at_least`, and while there is no current bucket.
pub(crate) fn value<'v>(window: &Numbers, state: &NumbersState, current: Option<i64>, field: u16) -> Val<'v> {
    let Some(current) = current else { return Val::Unknown };
    let kept = window.window.from(current)..=current;
    // The window may have moved on since the last look.
    let outside = state.buckets.iter().take_while(|bucket| !kept.contains(&bucket.number)).count();
    let buckets = state.buckets.get(outside..).unwrap_or_default();
    let inside = buckets.iter().take_while(|bucket| kept.contains(&bucket.number)).count();
    let buckets = buckets.get(..inside).unwrap_or_default();
    let count = buckets.iter().fold(0_u32, |sum, bucket| sum.saturating_add(bucket.count));
    if field == COUNT {
        return Val::Int(count.into());
    }
    let (Some(oldest), Some(newest)) = (buckets.first(), buckets.last()) else { return Val::Unknown };
    if count < window.at_least {
        return Val::Unknown;
    }
    let sum = || buckets.iter().fold(0.0, |sum, bucket| sum + bucket.sum);
    Val::Double(match field {
        AVERAGE => sum() / f64::from(count),
        CHANGE => newest.last - oldest.first,
        MAXIMUM => buckets.iter().fold(oldest.maximum, |most, one| most.max(one.maximum)),
        MINIMUM => buckets.iter().fold(oldest.minimum, |least, one| least.min(one.minimum)),
        SLOPE => match slope(buckets) {
            Some(slope) => slope,
            None => return Val::Unknown,
        },
        SUM => sum(),
        _ => return Val::Unknown,
    })
}

/// How the bucket's averages change from bucket to bucket: the line with the least squares of distances.
fn slope(buckets: &[Bucket]) -> Option<f64> {
    let oldest = buckets.first()?.number;
    let (mut n, mut across, mut up, mut products, mut squares) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for bucket in buckets {
        let x = bucket.number.saturating_sub(oldest) as f64;
        let y = bucket.sum / f64::from(bucket.count);
        n += 1.0;
        across += x;
        up += y;
        products += x * y;
        squares += x * x;
    }
    (buckets.len() > 1).then(|| (n * products - across * up) / (n * squares - across * across))
}
