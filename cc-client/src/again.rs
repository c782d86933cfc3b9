//! Which ids writes have that were sent again: an app that kept the old one may ask by it, also after a restart or in another process.

use crate::WriteId;
use crate::store::{Store, StoreError};

/// The value that holds them: a byte for its form, then an old id and the one after it, the oldest first.
const NAME: &str = "again";
const FORM: u8 = 1;
/// As many as people resolve in a long time.
const MOST: usize = 256;

type Pair = [[u8; 16]; 2];

/// Keeps that a write goes on under another id.
pub(crate) fn remember(store: &mut dyn Store, old: WriteId, new: WriteId) -> Result<(), StoreError> {
    let mut pairs = read(store)?;
    pairs.push([old.0, new.0]);
    let kept = pairs.iter().skip(pairs.len().saturating_sub(MOST)).flatten().flatten().copied();
    store.set_value(NAME, &[FORM].into_iter().chain(kept).collect::<Vec<_>>())
}

/// The id that a write has now which was sent again; `None` where that is not known.
#[cfg(any(feature = "tokio", feature = "testing", test))]
pub(crate) fn now(store: &mut dyn Store, id: WriteId) -> Result<Option<WriteId>, StoreError> {
    let mut now = id.0;
    // Each was sent again after the one before it.
    for [old, new] in read(store)? {
        if old == now {
            now = new;
        }
    }
    Ok((now != id.0).then_some(WriteId(now)))
}

/// What is kept; nothing where it is in another form: then old ids are not known any more.
fn read(store: &mut dyn Store) -> Result<Vec<Pair>, StoreError> {
    let kept = store.value(NAME)?.unwrap_or_default();
    let Some((&FORM, ids)) = kept.split_first() else { return Ok(Vec::new()) };
    let (ids, _) = ids.as_chunks::<16>();
    let (pairs, _) = ids.as_chunks::<2>();
    Ok(pairs.to_vec())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use crate::store::MemoryStore;

    fn id(number: u128) -> WriteId {
        WriteId(number.to_be_bytes())
    }

    #[test]
    fn an_old_id_leads_to_the_latest_and_the_oldest_are_forgotten() {
        let mut store = MemoryStore::new();
        assert_eq!(now(&mut store, id(1)).unwrap(), None);
        for number in 1..=300 {
            remember(&mut store, id(number), id(number + 1)).unwrap();
        }
        for (number, expected) in [(44, None), (45, Some(id(301))), (300, Some(id(301))), (301, None)] {
            assert_eq!(now(&mut store, id(number)).unwrap(), expected, "{number}");
        }
    }

    #[test]
    fn what_is_there_in_another_form_is_not_read() {
        for damage in [&[2; 33][..], &[], &[1; 30]] {
            let mut store = MemoryStore::new();
            store.set_value(NAME, damage).unwrap();
            assert_eq!(now(&mut store, WriteId([2; 16])).unwrap(), None, "{damage:?}");
            remember(&mut store, id(1), id(2)).unwrap();
            assert_eq!(now(&mut store, id(1)).unwrap(), Some(id(2)));
        }
    }
}
