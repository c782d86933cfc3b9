//! Shares that are open: offered, or accepted. Each is looked at whenever what it shows changes, so there is one with each recipient, and
//! a bounded number.
//!
//! A row names the share of a recipient. Shares of earlier versions get theirs when they are written next.

use cc_core::Timestamp;
use cc_core::platform::{Share, ShareStatus};

use super::Spot;
use super::changes::{Stop, invalid};
use super::shares::share_of;
use crate::problem::Problem;
use crate::storage::{Edit, Scan, StorageError, View, key};

/// The most recipients with whom somebody has open shares of one thing.
const MOST: usize = 100;

/// Under which the rows are of what somebody shares of one thing.
fn rows(org: &str, owner: &str, share: &Share) -> String {
    key(&["open share", org, owner, &share.subject().to_string()])
}

fn row(org: &str, owner: &str, share: &Share) -> String {
    key(&["open share", org, owner, &share.subject().to_string(), &share.recipient().to_string()])
}

fn is_open(share: &Share, now: Timestamp) -> bool {
    matches!(share.status(now), ShareStatus::Accepted | ShareStatus::Offered)
}

/// Whether the share that a row names is open.
fn is_true(view: &dyn View, org: &str, name: &[u8], now: Timestamp) -> Result<bool, StorageError> {
    let share = share_of(view, org, &String::from_utf8_lossy(name))?;
    Ok(share.is_some_and(|share| is_open(&share, now)))
}

/// Whether a share may be offered beside those that are open.
///
/// Errors: `invalid_entity` where there is one with its recipient, `too_large` where there are too many.
pub(super) fn may(
    edit: &mut dyn Edit,
    org: &str,
    owner: &str,
    share: &Share,
    now: Timestamp,
) -> Result<(), Stop> {
    if let Some(name) = edit.get(&row(org, owner, share))?
        && is_true(edit, org, &name, now)?
    {
        return Err(invalid("recipient: it is offered to them, or shared with them, already"));
    }
    let prefix = rows(org, owner, share);
    let found = edit.scan(Scan { prefix: &prefix, after: None, limit: MOST, backwards: false })?;
    if found.len() < MOST {
        return Ok(());
    }
    // Those whose time has come meanwhile make room.
    let mut open = 0;
    for (row, name) in found {
        if is_true(edit, org, &name, now)? {
            open += 1;
        } else {
            edit.delete(&row)?;
        }
    }
    if open < MOST {
        return Ok(());
    }
    let why = format!("open shares of one thing: at most {MOST}; end one first");
    Err(Problem::too_large().because(why).into())
}

/// Notes a share that was written.
pub(super) fn note(
    edit: &mut dyn Edit,
    spot: &Spot,
    owner: &str,
    share: &Share,
    now: Timestamp,
) -> Result<(), StorageError> {
    let row = row(&spot.org, owner, share);
    if is_open(share, now) {
        edit.put(&row, spot.key.as_bytes())
    } else if edit.get(&row)?.is_some_and(|name| name == spot.key.as_bytes()) {
        edit.delete(&row)
    } else {
        Ok(())
    }
}
