//! Since when everybody who drives a car lets others see where it is. What it did before that stays theirs, also once they have agreed or
//! drive it no longer.

use super::account::{account, near};
use crate::storage::{Edit, StorageError, View, get_json, key, put_json};

fn place(org: &str, vehicle: i64) -> String {
    key(&["positions", org, &vehicle.to_string()])
}

/// From which instant on (milliseconds since 1970); `None` where somebody does not, or nobody drives it.
pub(crate) fn positions_since(view: &dyn View, org: &str, vehicle: i64) -> Result<Option<i64>, StorageError> {
    get_json(view, &place(org, vehicle))
}

/// Notes it after drivers or what they allow may be others: what was so before stays as it was, and what is so by now begins here.
pub(crate) fn note(edit: &mut dyn Edit, org: &str, vehicle: i64) -> Result<(), StorageError> {
    let place = place(org, vehicle);
    if !all_agree(edit, org, vehicle)? {
        return edit.delete(&place);
    }
    // What was said in this very instant was said before.
    let from = edit.at() + 1;
    if edit.get(&place)?.is_none() { put_json(edit, &place, &from) } else { Ok(()) }
}

fn all_agree(view: &dyn View, org: &str, vehicle: i64) -> Result<bool, StorageError> {
    let drivers = near(view, org, &format!("vehicle/{vehicle}"))?;
    for driver in &drivers {
        let account = match account(view, driver) {
            // What one allows who does not read is not known.
            Err(StorageError::Damaged { .. }) => return Ok(false),
            account => account?.unwrap_or_default(),
        };
        if !account.consents.iter().any(|purpose| purpose == "positions") {
            return Ok(false);
        }
    }
    Ok(!drivers.is_empty())
}
