//! Earlier states of a vehicle's rules: what is read anew begins with one of them.
//!
//! Events are kept for thirty days, and what rules know may be older. So states are kept, too: the newest are ten minutes apart, and the
//! older they are, the farther.

use cc_core::Timestamp;
use chrono::TimeDelta;

use crate::clock;
use crate::storage::{Edit, JOINT, StorageError, View, key, keys};

/// States of one vehicle are so far apart, at least.
pub(super) const STEP: TimeDelta = TimeDelta::minutes(10);
/// And at most, so that there is always one of nearly a month ago.
const FARTHEST: TimeDelta = TimeDelta::days(2);
/// Behind an older one not everything is kept any more.
const KEPT: TimeDelta = TimeDelta::days(28);

fn rows(org: &str, vehicle: i64) -> String {
    key(&["rules base", org, &vehicle.to_string()])
}

/// When everything before a state was done, by its row.
fn instant(row: &str) -> Option<Timestamp> {
    crate::items::last(row).parse().ok()
}

fn row(rows: &str, reached: Timestamp) -> String {
    format!("{rows}{JOINT}{}", clock::text(reached))
}

/// Keeps a state by the instant that it has reached, unless one is there that is hardly older; and forgets some of the others. Gives what
/// the newest that is kept has reached.
pub(super) fn keep(
    edit: &mut dyn Edit,
    org: &str,
    (vehicle, reached): (i64, Timestamp),
    state: &str,
) -> Result<Timestamp, StorageError> {
    let rows = rows(org, vehicle);
    let mut known = keys(edit, &rows)?;
    // A row holds milliseconds: what is done before it, is.
    let reached = reached + TimeDelta::milliseconds(1);
    let newest = known.last().and_then(|row| instant(row));
    if let Some(newest) = newest.filter(|newest| reached < *newest + STEP) {
        return Ok(newest);
    }
    edit.put(&row(&rows, reached), state.as_bytes())?;
    known.retain(|row| instant(row).is_some());
    let mut instants: Vec<Timestamp> = known.iter().filter_map(|row| instant(row)).collect();
    instants.push(reached);
    let mut last_kept: Option<Timestamp> = None;
    // Of those that are older than anything that is kept, the newest stays: it covers what a car said before it was silent for long.
    let oldest = instants.iter().rev().find(|own| **own < reached - KEPT).copied();
    for (at, row) in known.iter().enumerate() {
        let (Some(own), Some(next)) = (instants.get(at), instants.get(at + 1)) else { continue };
        let is_close = last_kept.is_some_and(|before| *next - before <= FARTHEST.min(reached - *next));
        if is_close || oldest.is_some_and(|oldest| *own < oldest) {
            edit.delete(row)?;
        } else {
            last_kept = Some(*own);
        }
    }
    Ok(reached)
}

/// What the states of a vehicle have reached, in order.
pub(super) fn instants(view: &dyn View, org: &str, vehicle: i64) -> Result<Vec<Timestamp>, StorageError> {
    Ok(keys(view, &rows(org, vehicle))?.iter().filter_map(|row| instant(row)).collect())
}

/// The state that has reached an instant; `None` where it does not read.
pub(super) fn state(
    view: &dyn View,
    org: &str,
    vehicle: i64,
    reached: Timestamp,
) -> Result<Option<String>, StorageError> {
    match view.get(&row(&rows(org, vehicle), reached)) {
        Err(StorageError::Damaged { .. }) => Ok(None),
        state => Ok(state?.and_then(|state| String::from_utf8(state).ok())),
    }
}

/// Forgets the states that should have known of an instant.
pub(super) fn forget_after(
    edit: &mut dyn Edit,
    org: &str,
    vehicle: i64,
    at: Timestamp,
) -> Result<(), StorageError> {
    for row in keys(edit, &rows(org, vehicle))? {
        if instant(&row).is_none_or(|reached| reached > at) {
            edit.delete(&row)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::{Node, NodeConfig};

    /// The newest that has reached no more than an instant.
    fn before(view: &dyn View, at: Timestamp) -> Option<Timestamp> {
        instants(view, "demo", 7).unwrap().into_iter().rfind(|reached| *reached <= at)
    }

    #[tokio::test]
    async fn of_every_instant_of_nearly_a_month_a_state_of_not_long_before_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let node = Node::open(folder.path(), NodeConfig::default()).await.unwrap();
        let start: Timestamp = "2026-05-01T00:00:00Z".parse().unwrap();
        let job = move |edit: &mut dyn Edit| {
            for step in 0..40 * 144 {
                let now = start + STEP * step;
                keep(edit, "demo", (7, now), &step.to_string())?;
                keep(edit, "demo", (7, now + STEP / 2), "too close")?;
                let count = instants(edit, "demo", 7)?.len();
                assert!(count <= 37, "{count} after {step}");
                if step % 50 > 0 {
                    continue;
                }
                for age in
                    [TimeDelta::minutes(20), TimeDelta::hours(5), TimeDelta::days(3), TimeDelta::days(26)]
                {
                    if now - age <= start {
                        continue;
                    }
                    let reached = before(edit, now - age).unwrap();
                    let state = state(edit, "demo", 7, reached)?.unwrap();
                    let behind = now - age - reached;
                    assert!(
                        behind >= TimeDelta::zero() && behind <= FARTHEST.min(age),
                        "{step} {age} {behind}"
                    );
                    assert_eq!(reached, start + STEP * state.parse().unwrap() + TimeDelta::milliseconds(1));
                }
            }
            let now = start + STEP * (40 * 144);
            let oldest = instants(edit, "demo", 7)?[0];
            assert!(oldest < now - KEPT && oldest > now - KEPT - FARTHEST * 2, "{oldest}");
            // After a long silence the newest of before stays.
            let newest = before(edit, now).unwrap();
            let later = now + TimeDelta::days(40);
            for step in 0..3 {
                keep(edit, "demo", (7, later + STEP * step), "later")?;
                assert_eq!(before(edit, later), Some(newest));
                assert_eq!(instants(edit, "demo", 7)?[0], newest);
            }
            forget_after(edit, "demo", 7, newest)?;
            let at = newest - TimeDelta::milliseconds(1);
            forget_after(edit, "demo", 7, at)?;
            assert!(before(edit, later).is_none_or(|reached| reached <= at));
            Ok(())
        };
        node.commit(job).await.unwrap();
    }
}
