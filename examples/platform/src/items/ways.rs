//! The rows that lead to items, made anew from what they lead to. Where a salvage has lost some, listings would be shorter without a word,
//! and who sees a vehicle would go by what is left.

use cc_core::platform::{Booking, Conversation, Share};

use super::{Collection, Item, Spot, bookings, care, conversations, names, rules, shares, vehicles};
use crate::auth::Who;
use crate::storage::{Edit, JOINT, StorageError, if_it_reads, key, keys, put_json};

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct Made {
    /// Items that do not read.
    pub unread: usize,
    /// The highest number of a person of the organization who owns something.
    pub last_user: i64,
}

/// Makes the rows anew that lead to the items of an organization; those that are there stay, but where a workshop sees a vehicle by nothing.
///
/// Errors: those of the storage, but damage.
pub(crate) fn make_anew(edit: &mut dyn Edit, org: &str) -> Result<Made, StorageError> {
    let mut made = Made::default();
    for (_, collection) in Collection::ALL {
        for row in keys(edit, &key(&["item", org, collection]))? {
            let Some(spot) = spot_of(&row) else { continue };
            let owner = if_it_reads(edit, |edit| lead_to(edit, &spot))?;
            made.unread += usize::from(owner.is_none());
            let user = owner.and_then(|owner| Who::new(org, owner).user());
            made.last_user = made.last_user.max(user.unwrap_or_default());
        }
    }
    care::forget_lost(edit, org)?;
    vehicles::make_missing(edit, org)?;
    Ok(made)
}

/// Where an item is, by its row.
fn spot_of(row: &str) -> Option<Spot> {
    let mut parts = row.split(JOINT).skip(1).map(str::to_owned);
    let (org, collection, person, key) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    Some(Spot { org, collection, person, key })
}

/// Makes the rows of one item; gives whose it is.
fn lead_to(edit: &mut dyn Edit, spot: &Spot) -> Result<String, StorageError> {
    let Some(item) = Item::load(edit, spot)? else { return Ok(String::new()) };
    let Some(value) = &item.value else {
        if !item.updated.is_empty() {
            put_json(edit, &spot.tombstone(&item), spot)?;
        }
        return Ok(item.owner);
    };
    names::lead_to(edit, spot, &item)?;
    let damaged = || StorageError::Damaged { what: "the value of an item" };
    match spot.collection() {
        Some(Collection::Bookings) => {
            let booking = Booking::from_json(value).map_err(|_| damaged())?;
            bookings::lead_to(edit, spot, &item.owner, &booking)?;
        }
        Some(Collection::Conversations) => {
            let conversation = Conversation::from_json(value).map_err(|_| damaged())?;
            conversations::lead_to(edit, spot, &item.owner, &conversation)?;
        }
        Some(Collection::Messages) => conversations::lead_to_message(edit, spot, value)?,
        Some(Collection::Recommendations) => rules::lead_to(edit, spot)?,
        Some(Collection::Shares) => {
            let share = Share::from_json(value).map_err(|_| damaged())?;
            shares::lead_to(edit, spot, &item.owner, &share)?;
        }
        Some(Collection::Vehicles) => vehicles::lead_to(edit, spot)?,
        _ => {}
    }
    Ok(item.owner)
}
