//! What an answer to a write has told of an item before the feed did. A listing that was begun earlier, here or by another process of the same
//! file, does not know it: what is shown would go back by it, until the feed has come so far.

use std::collections::BTreeMap;

use crate::store::{Record, Settled, Standing, Store, StoreError};

/// The value that holds it: places, versions and values.
const ANSWERED: &str = "answered";
/// Of more than so many, or than so many bytes, the oldest are let go.
const MOST: (usize, usize) = (256, 4 << 20);

fn kept(store: &mut dyn Store) -> Result<Vec<Record>, StoreError> {
    type Kept = (Box<str>, Box<str>, u64, Option<Box<str>>);
    let kept = store.value(ANSWERED)?.unwrap_or_default();
    let kept: Vec<Kept> = serde_json::from_slice(&kept).unwrap_or_default();
    let record =
        |(collection, key, version, value): Kept| Record { collection, key, version, updated: None, value };
    let mut newest = Vec::new();
    for one in kept.into_iter().map(record) {
        add(&mut newest, one);
    }
    Ok(newest)
}

/// Of several about one item the newest is kept.
fn add(kept: &mut Vec<Record>, one: Record) {
    let known = kept.iter().position(|known| is_of(known, &one)).map(|at| kept.remove(at));
    kept.push(known.filter(|known| known.version > one.version).unwrap_or(one));
}

fn keep(store: &mut dyn Store, records: &[Record]) -> Result<(), StoreError> {
    let records: Vec<_> =
        records.iter().map(|one| (&one.collection, &one.key, one.version, &one.value)).collect();
    store.set_value(ANSWERED, &serde_json::to_vec(&records).unwrap_or_default())
}

fn is_of(one: &Record, other: &Record) -> bool {
    (&one.collection, &one.key) == (&other.collection, &other.key)
}

/// Writes are about to be settled, and with some of them came how their items are. What does not wait here any more may be of somebody else,
/// whose the file was before.
pub(super) fn remember(store: &mut dyn Store, settled: &[Settled]) -> Result<(), StoreError> {
    let mut told = Vec::new();
    for Settled { id, current, .. } in settled {
        if let Some(current) = current
            && store.standing(*id)? == Some(Standing::Waiting)
        {
            told.push(current.clone());
        }
    }
    if told.is_empty() {
        return Ok(());
    }
    let mut kept = kept(store)?;
    for one in told {
        add(&mut kept, one);
    }
    let size = |one: &Record| one.value.as_ref().map_or(0, |value| value.len());
    let mut bytes: usize = kept.iter().map(size).sum();
    while kept.len() > MOST.0 || bytes > MOST.1 {
        bytes -= size(&kept.remove(0));
    }
    keep(store, &kept)
}

/// The feed has told of these.
pub(super) fn told(store: &mut dyn Store, records: &[Record]) -> Result<(), StoreError> {
    let mut kept = kept(store)?;
    let before = kept.len();
    let is_told =
        |known: &Record| records.iter().any(|one| is_of(one, known) && one.version >= known.version);
    kept.retain(|known| !is_told(known));
    if kept.len() < before { keep(store, &kept) } else { Ok(()) }
}

/// A listing, with what answers have told that is newer. What it lacks is gone, or came after it: that is not shown, and no older version of it
/// is, until the feed has told. Another listing knows better.
pub(super) fn over(store: &mut dyn Store, records: &[Record]) -> Result<Vec<Record>, StoreError> {
    let place = |one: &Record| (one.collection.clone(), one.key.clone());
    let mut all: BTreeMap<_, _> = records.iter().map(|one| (place(one), one.clone())).collect();
    let kept = kept(store)?;
    if !kept.is_empty() {
        forget(store)?;
    }
    for known in kept {
        let place = place(&known);
        let listed = all.get(&place).map(|listed| listed.version);
        if listed.is_none_or(|version| version < known.version) {
            let value = known.value.clone().filter(|_| listed.is_some());
            all.insert(place, Record { value, ..known });
        }
    }
    Ok(all.into_values().collect())
}

/// It is of somebody else.
pub(super) fn forget(store: &mut dyn Store) -> Result<(), StoreError> {
    store.set_value(ANSWERED, &[])
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::decide::SendOutcome;
    use crate::engine::{StoreAnswer, StoreClient, StoreCommand};
    use crate::store::{MemoryStore, Row};
    use crate::{Offset, Stamp, Write, WriteId, WriteKind};

    const CLIENT: StoreClient<'static> = StoreClient { lane: "main", owner: 1 };

    fn does(store: &mut dyn Store, command: StoreCommand) -> StoreAnswer {
        CLIENT.execute(store, cc_core::Timestamp::default(), command).unwrap()
    }

    fn offset(text: &str) -> Offset {
        Offset::new(text).unwrap()
    }

    /// A conflict has told of version 9.
    fn told_of_9() -> MemoryStore {
        with_9(MemoryStore::new())
    }

    fn with_9<S: Store>(mut store: S) -> S {
        let row = accepts(&mut store);
        conflicts(&mut store, &row);
        store
    }

    fn belong(store: &mut dyn Store, principal: &str) {
        does(store, StoreCommand::Belong { principal: principal.into(), session: [1; 32] });
    }

    fn accepts(store: &mut dyn Store) -> Row {
        let clock = Stamp { millis: 1, counter: 0, node: 1 };
        let write = Write::new(WriteId([1; 16]), ("places", "a"), WriteKind::Put, "{}", clock);
        store.accept("main", &[write]).unwrap();
        store.waiting("main", 1, 1).unwrap().remove(0)
    }

    fn conflicts(store: &mut dyn Store, row: &Row) {
        let mut settled = Settled::new((row.number, row.write.id), SendOutcome::Conflict);
        settled.current = Some(Record::new("places", "a", 9, Some("9")));
        does(store, StoreCommand::Settle { settled: vec![settled] });
    }

    fn lists(store: &mut dyn Store, records: Vec<Record>) {
        let from = store.position("me").unwrap().unwrap_or_default();
        let to = offset(&format!("{}0", from.as_str().trim_start_matches('-')));
        let done = store.untold().unwrap();
        does(store, StoreCommand::Replace { feed: "me".into(), from, records, done, to });
    }

    fn feed_tells(store: &mut dyn Store, version: u64) {
        let from = store.position("me").unwrap().unwrap_or_default();
        let to = offset(&format!("{}1", from.as_str().trim_start_matches('-')));
        let records = vec![Record::new("places", "a", version, Some(&version.to_string()))];
        does(store, StoreCommand::Take { feed: "me".into(), from, records, to });
    }

    fn shown(store: &mut dyn Store) -> Option<u64> {
        store.item("places", "a").unwrap().map(|item| item.version)
    }

    fn never_goes_back(store: &mut dyn Store, listed: Vec<Record>, then: Option<u64>) {
        assert_eq!(shown(store), Some(9));
        lists(store, listed);
        assert_eq!(shown(store), then);
        feed_tells(store, 8);
        assert_eq!(shown(store), then);
        feed_tells(store, 9);
        assert_eq!(shown(store), Some(9));
    }

    #[test]
    fn what_an_answer_has_told_never_goes_back_by_an_older_listing() {
        let old = Record::new("places", "a", 7, Some("7"));
        for (listed, then) in [(vec![old], Some(9)), (Vec::new(), None)] {
            never_goes_back(&mut told_of_9(), listed.clone(), then);
            #[cfg(feature = "sqlite")]
            never_goes_back(&mut with_9(crate::store::SqliteStore::in_memory().unwrap()), listed, then);
        }
    }

    #[test]
    fn what_the_feed_has_told_goes_back_by_a_listing_of_a_platform_that_was_set_up_anew() {
        let mut store = told_of_9();
        feed_tells(&mut store, 9);
        lists(&mut store, vec![Record::new("places", "a", 1, Some("1"))]);
        assert_eq!(shown(&mut store), Some(1));
        // Where the feed never told, the next listing does.
        let mut store = told_of_9();
        for expected in [9, 1] {
            lists(&mut store, vec![Record::new("places", "a", 1, Some("1"))]);
            assert_eq!(shown(&mut store), Some(expected));
        }
    }

    #[test]
    fn what_an_answer_tells_after_the_file_became_anothers_is_not_kept() {
        let mut store = MemoryStore::new();
        belong(&mut store, "anna");
        let row = accepts(&mut store);
        belong(&mut store, "bo");
        conflicts(&mut store, &row);
        lists(&mut store, vec![Record::new("places", "a", 1, Some("of bo"))]);
        assert_eq!(shown(&mut store), Some(1));
        assert_eq!(&*store.item("places", "a").unwrap().unwrap().value, "of bo");
    }

    #[test]
    fn what_an_answer_has_told_is_not_kept_for_the_next_person() {
        let mut store = told_of_9();
        belong(&mut store, "anna");
        belong(&mut store, "bo");
        assert!(store.value(ANSWERED).unwrap().unwrap().is_empty());
    }

    #[test]
    fn what_a_listing_lacks_holds_no_write_over_it() {
        fn is_gone<S: Store>(mut store: S) {
            let row = accepts(&mut store);
            let mut settled = Settled::new((row.number, row.write.id), SendOutcome::Applied);
            settled.version = Some(5);
            does(&mut store, StoreCommand::Settle { settled: vec![settled] });
            assert!(shown(&mut store).is_some());
            keep(&mut store, &[Record::new("places", "a", 4, Some("4"))]).unwrap();
            lists(&mut store, Vec::new());
            assert_eq!(shown(&mut store), None);
            // What was done since the listing was asked for is not in it.
            let clock = Stamp { millis: 2, counter: 0, node: 1 };
            let later = Write::new(WriteId([2; 16]), ("places", "a"), WriteKind::Put, "{}", clock);
            store.accept("main", &[later]).unwrap();
            let row = store.waiting("main", 1, 1).unwrap().remove(0);
            let from = store.position("me").unwrap().unwrap();
            let mut settled = Settled::new((row.number, row.write.id), SendOutcome::Applied);
            settled.version = Some(6);
            does(&mut store, StoreCommand::Settle { settled: vec![settled] });
            let (records, done, to) = (Vec::new(), Vec::new(), offset("8"));
            does(&mut store, StoreCommand::Replace { feed: "me".into(), from, records, done, to });
            assert!(shown(&mut store).is_some());
        }
        is_gone(MemoryStore::new());
        #[cfg(feature = "sqlite")]
        is_gone(crate::store::SqliteStore::in_memory().unwrap());
    }

    #[test]
    fn of_several_answers_about_what_a_listing_lacks_none_brings_it_back() {
        let mut store = MemoryStore::new();
        let told = |version| Record {
            collection: "bookings".into(),
            key: "3".into(),
            version,
            updated: None,
            value: Some("{}".into()),
        };
        keep(&mut store, &[told(1), told(2)]).unwrap();
        let listed = over(&mut store, &[]).unwrap();
        assert_eq!((listed.len(), listed[0].version, listed[0].value.is_some()), (1, 2, false));
        keep(&mut store, &[told(1), told(2)]).unwrap();
        let listed = over(&mut store, &[told(1)]).unwrap();
        assert_eq!((listed.len(), listed[0].version, listed[0].value.is_some()), (1, 2, true));
    }
}
