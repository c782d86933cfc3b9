//! What people keep: items of collections, who sees them, and the records that tell of them.

pub mod act;
pub mod audience;
mod bookings;
mod care;
pub mod changes;
mod conversations;
pub mod members;
mod names;
mod open;
mod personal;
mod rules;
pub mod sent;
mod shares;
mod told;
mod trips;
pub(crate) mod turns;
mod vehicles;
pub(crate) mod ways;

use std::collections::{BTreeMap, BTreeSet};

use cc_core::Timestamp;
use serde::{Deserialize, Serialize};

use crate::auth::Who;
use crate::clock;
use crate::storage::{
    Edit, JOINT, Scan, StorageError, View, each_under, from_json, get_json, if_it_reads, key, put_json,
};
pub use audience::{Sight, audience, sight};
pub(crate) use conversations::messages;
use names::found;
pub(crate) use names::seen_by;
pub use rules::{Raised, raise, settle};
pub(crate) use shares::{
    Pass as EndsOfShares, end_without_right, is_due as is_share_due, refresh_shared_with,
};
pub(crate) use told::told;
pub(crate) use vehicles::{know as know_vehicle, note_known as note_known_vehicle};

/// The collections of the protocol.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Collection {
    /// Appointments with workshops.
    Bookings,
    /// Drivers and workshops.
    Conversations,
    /// What they write.
    Messages,
    /// Points with names.
    Places,
    /// What should be done about a car.
    Recommendations,
    /// Preferences of a person.
    Settings,
    /// What is shown to whom.
    Shares,
    /// Drives.
    Trips,
    /// Cars.
    Vehicles,
}

impl Collection {
    /// Each with its name.
    pub const ALL: [(Self, &'static str); 9] = [
        (Self::Bookings, "bookings"),
        (Self::Conversations, "conversations"),
        (Self::Messages, "messages"),
        (Self::Places, "places"),
        (Self::Recommendations, "recommendations"),
        (Self::Settings, "settings"),
        (Self::Shares, "shares"),
        (Self::Trips, "trips"),
        (Self::Vehicles, "vehicles"),
    ];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(one, _)| *one == self).map_or("", |(_, name)| name)
    }

    /// The one of a name.
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, one)| *one == name).map(|(one, _)| *one)
    }
}

/// Where an item is: its organization, collection and key; settings also have their person.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Spot {
    /// The organization.
    pub org: String,
    /// The collection's name.
    pub collection: String,
    /// The person, where keys are names that everybody may use.
    pub person: String,
    /// The key that clients know.
    pub key: String,
}

impl Spot {
    /// The place of an item that someone names.
    pub fn of(who: &Who, collection: Collection, key: &str) -> Self {
        let person = if collection == Collection::Settings { who.sub.clone() } else { String::new() };
        Self { org: who.org.clone(), collection: collection.as_str().to_owned(), person, key: key.to_owned() }
    }

    /// The place of an item whose key is nobody's own: any but settings.
    pub(crate) fn shared(org: &str, collection: Collection, key: impl Into<String>) -> Self {
        let collection = collection.as_str().to_owned();
        Self { org: org.to_owned(), collection, person: String::new(), key: key.into() }
    }

    /// Which collection.
    pub fn collection(&self) -> Option<Collection> {
        Collection::find(&self.collection)
    }

    /// The key under which the item is kept.
    pub(crate) fn place(&self) -> String {
        key(&["item", &self.org, &self.collection, &self.person, &self.key])
    }

    /// The row by which an item that was deleted is forgotten in its time.
    fn tombstone(&self, deleted: &Item) -> String {
        key(&["tombstone", &deleted.updated, &self.org, &self.collection, &self.person, &self.key])
    }
}

/// An item as it is kept.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Item {
    /// How often it has changed.
    pub version: u64,
    /// When it last did.
    pub updated: String,
    /// JSON; none: it was deleted.
    pub value: Option<String>,
    /// Whose it is.
    pub owner: String,
    /// When each member was written, by the clocks of those who did.
    pub stamps: BTreeMap<String, String>,
    /// In which version each member was written.
    pub written: BTreeMap<String, u64>,
    /// When all of it was written or deleted last, and in which version: what it does not have was taken away then.
    pub whole: Option<(String, u64)>,
    /// Earlier values by version, for merging.
    pub bases: Vec<(u64, String)>,
    /// Who was told of it.
    pub viewers: Vec<(Who, Sight)>,
    /// What only the platform knows of it.
    pub facts: BTreeMap<String, String>,
}

impl std::fmt::Debug for Item {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Item").field("version", &self.version).finish_non_exhaustive()
    }
}

/// How many earlier values are kept, and how many bytes they are if they are more than one: all are written with each change.
const BASES: (usize, usize) = (20, 512 << 10);

impl Item {
    /// An item that is made, or made again: it goes on counting where the one of before ended, so that no version comes twice.
    pub fn fresh(view: &dyn View, spot: &Spot, owner: &str) -> Result<Self, StorageError> {
        let deleted = Self::load(view, spot)?.map_or(0, |item| item.version);
        let swept = get_json::<u64>(view, &swept(&spot.org, &spot.collection))?.unwrap_or(0);
        let version = deleted.max(swept);
        Ok(Self { version, owner: owner.to_owned(), ..Self::default() })
    }

    /// An item as it is now.
    pub fn load(view: &dyn View, spot: &Spot) -> Result<Option<Self>, StorageError> {
        get_json(view, &spot.place())
    }

    /// What it takes of what its owner may keep, bytes: its value, and what is known of each member; nothing once it is deleted.
    pub(crate) fn size(&self) -> u64 {
        let size = |value: &String| 256 + value.len() as u64 + 64 * self.stamps.len() as u64;
        self.value.as_ref().map_or(0, size)
    }

    /// What is written of it with each change, bytes.
    pub(crate) fn written(&self) -> usize {
        let bases: usize = self.bases.iter().map(|(_, value)| value.len()).sum();
        usize::try_from(self.size()).unwrap_or(usize::MAX).saturating_add(bases)
    }

    /// Whether someone sees it.
    pub fn is_seen_by(&self, who: &Who) -> Option<Sight> {
        self.viewers.iter().find(|(viewer, _)| viewer == who).map(|(_, sight)| *sight)
    }

    /// The item as a listing shows it, by a name.
    pub fn shown(&self, name: &str, spot: &Spot, sight: Sight) -> String {
        let value = self
            .value
            .as_deref()
            .map_or_else(|| "null".to_owned(), |value| sight.shows(&spot.collection, value));
        format!(
            r#""key":{},"version":{},"updated":"{}","value":{value}"#,
            serde_json::Value::from(name),
            self.version,
            self.updated
        )
    }

    fn record(&self, name: &str, spot: &Spot, sight: Option<Sight>) -> String {
        let rest = sight.map_or_else(
            || Self { value: None, ..self.bare() }.shown(name, spot, Sight::Full),
            |sight| self.shown(name, spot, sight),
        );
        format!(r#"{{"collection":"{}",{rest}}}"#, spot.collection)
    }

    fn bare(&self) -> Self {
        Self { version: self.version, updated: self.updated.clone(), ..Self::default() }
    }

    /// Writes the item as its next version, and tells everybody who sees it, or no longer does.
    pub fn store(mut self, edit: &mut dyn Edit, spot: &Spot) -> Result<u64, StorageError> {
        self.version += 1;
        self.updated = clock::text(clock::instant_of(edit.at()));
        if let (Some(Collection::Vehicles), Some(value)) = (spot.collection(), &self.value) {
            self.bases.push((self.version, value.clone()));
            let (mut kept, mut bytes) = (0, 0);
            for (_, base) in self.bases.iter().rev().take(BASES.0) {
                bytes += base.len();
                if kept > 0 && bytes > BASES.1 {
                    break;
                }
                kept += 1;
            }
            let over = self.bases.len() - kept;
            self.bases.drain(..over);
        }
        let before = std::mem::take(&mut self.viewers);
        let now = if self.value.is_some() { audience(edit, spot, &self)? } else { BTreeMap::new() };
        names::tell(edit, spot, &self, &before, &now)?;
        self.viewers = now.into_iter().collect();
        if self.value.is_none() {
            put_json(edit, &spot.tombstone(&self), spot)?;
        }
        put_json(edit, &spot.place(), &self)?;
        Ok(self.version)
    }
}

/// Where the highest version is kept that a forgotten item of an organization's collection had. Items that are made later begin
/// beyond it: one row for all of them.
fn swept(org: &str, collection: &str) -> String {
    key(&["swept", org, collection])
}

/// Lets items of some organizations begin beyond all that were ever told by keys of places, shares and trips: earlier versions told those of
/// other organizations by keys that may be own ones. One that does not read counts nothing.
///
/// Errors: those of the storage.
pub(crate) fn begin_beyond(
    edit: &mut dyn Edit,
    organizations: &BTreeSet<String>,
) -> Result<(), StorageError> {
    for collection in [Collection::Places, Collection::Shares, Collection::Trips].map(Collection::as_str) {
        let mut most = 0;
        for org in organizations {
            most = most.max(get_json::<u64>(edit, &swept(org, collection))?.unwrap_or(0));
            each_under(edit, &key(&["item", org, collection]), |_, item| {
                most = most.max(from_json::<Item>(item).map_or(0, |item| item.version));
            })?;
        }
        for org in organizations {
            put_json(edit, &swept(org, collection), &most)?;
        }
    }
    Ok(())
}

/// Forgets what was deleted before an instant; gives how many rows it took away, so many at most.
pub(crate) fn forget_deleted(
    edit: &mut dyn Edit,
    before: Timestamp,
    most: usize,
) -> Result<usize, StorageError> {
    let (before, mut gone) = (clock::text(before), 0);
    for (name, spot) in edit.scan(Scan { prefix: "tombstone", after: None, limit: most, backwards: false })? {
        let deleted = name.split(JOINT).nth(1).unwrap_or_default();
        if deleted >= before.as_str() {
            break;
        }
        // One that does not read stays, and holds up no other.
        let is_gone = if_it_reads(edit, |edit| {
            let spot: Spot = from_json(&spot)?;
            // It may be there again, or have been deleted once more.
            let item = Item::load(edit, &spot)?;
            if let Some(item) = item.filter(|item| item.value.is_none() && item.updated == deleted) {
                let swept = swept(&spot.org, &spot.collection);
                let known = get_json::<u64>(edit, &swept)?.unwrap_or(0);
                put_json(edit, &swept, &known.max(item.version))?;
                edit.delete(&spot.place())?;
            }
            edit.delete(&name)
        })?;
        gone += usize::from(is_gone.is_some());
    }
    Ok(gone)
}

/// Tells anew who sees an item, if that is no longer who did.
pub fn refresh(edit: &mut dyn Edit, spot: &Spot) -> Result<(), StorageError> {
    let Some(item) = Item::load(edit, spot)? else { return Ok(()) };
    if item.value.is_none() {
        return Ok(());
    }
    let now: Vec<(Who, Sight)> = audience(edit, spot, &item)?.into_iter().collect();
    if now != item.viewers || !names::are_right(edit, spot, &now)? {
        item.store(edit, spot)?;
    }
    Ok(())
}

/// The same for a vehicle and everything about it; gives whether all of that reads: what does not is told to nobody, and holds up no
/// other.
///
/// Errors: those of the storage, but damage.
pub fn refresh_vehicle(edit: &mut dyn Edit, org: &str, vehicle: i64) -> Result<bool, StorageError> {
    let mut reads = true;
    for spot in of_vehicle(edit, org, vehicle)? {
        reads &= if_it_reads(edit, |edit| refresh(edit, &spot))?.is_some();
    }
    Ok(reads)
}

/// The same where who sees it may not go on by what does not read.
///
/// Errors: those of the storage.
pub(crate) fn refresh_whole_vehicle(
    edit: &mut dyn Edit,
    org: &str,
    vehicle: i64,
) -> Result<(), StorageError> {
    let damaged = Err(StorageError::Damaged { what: "an item of a vehicle" });
    if refresh_vehicle(edit, org, vehicle)? { Ok(()) } else { damaged }
}

/// Where a vehicle is, and everything about it.
fn of_vehicle(view: &dyn View, org: &str, vehicle: i64) -> Result<Vec<Spot>, StorageError> {
    let mut spots = vec![Spot::shared(org, Collection::Vehicles, format!("{org}/{vehicle}"))];
    for group in crate::storage::names(view, &key(&["about", org, &vehicle.to_string()]))? {
        let name = format!("{org}/{vehicle}/{group}");
        spots.push(Spot::shared(org, Collection::Recommendations, name));
    }
    Ok(spots)
}

/// The keys under which someone sees items of a collection.
pub fn listing(who: &Who, collection: Collection) -> String {
    key(&["seen", &who.org, &who.sub, collection.as_str()])
}

/// The key at the end of such a key.
pub fn last(key: &str) -> &str {
    key.rsplit(JOINT).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::{Node, NodeConfig};

    #[tokio::test]
    async fn of_a_large_vehicle_fewer_earlier_values_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let node = Node::open(folder.path(), NodeConfig::default()).await.unwrap();
        let job = |edit: &mut dyn Edit| {
            let spot = Spot::shared("demo", Collection::Vehicles, "demo/7".to_owned());
            let mut kept = Vec::new();
            for kib in [1, 1, 200, 200, 200, 600].into_iter().chain([1; 25]) {
                let item = Item::load(edit, &spot)?.unwrap_or_default();
                Item { value: Some("x".repeat(kib << 10)), ..item }.store(edit, &spot)?;
                let bases = Item::load(edit, &spot)?.unwrap().bases;
                assert_eq!(bases.last().unwrap().0, Item::load(edit, &spot)?.unwrap().version);
                kept.push(bases.len());
            }
            assert_eq!(kept[..8], [1, 2, 3, 4, 2, 1, 1, 2]);
            assert_eq!(kept[25..], [20; 6]);
            Ok(())
        };
        node.commit(job).await.unwrap();
    }
}
