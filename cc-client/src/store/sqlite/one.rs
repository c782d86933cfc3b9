//! Several things that happen together or not at all: one transaction, with what begins within it as its parts.

use super::SqliteStore;
use crate::store::StoreError;

/// What is done as one: undone where it is dropped before it was committed. One within another is a part of it.
pub(super) struct One<'a> {
    pub(super) store: &'a mut SqliteStore,
    /// What commits it, and what undoes it; nothing, once it is over.
    end: Option<[&'static str; 2]>,
}

impl<'a> One<'a> {
    pub(super) fn begin(store: &'a mut SqliteStore, begin: &str) -> Result<Self, StoreError> {
        let connection = store.connection()?;
        let end = if connection.is_autocommit() {
            connection.prepare_cached(begin)?.execute([])?;
            ["COMMIT", "ROLLBACK"]
        } else {
            connection.prepare_cached("SAVEPOINT part")?.execute([])?;
            ["RELEASE part", "ROLLBACK TO part"]
        };
        store.depth += 1;
        Ok(Self { store, end: Some(end) })
    }

    pub(super) fn commit(mut self) -> Result<(), StoreError> {
        if let Some([commit, _]) = self.end {
            self.store.connection()?.prepare_cached(commit)?.execute([])?;
        }
        self.end = None;
        Ok(())
    }
}

impl Drop for One<'_> {
    fn drop(&mut self) {
        self.store.depth -= 1;
        // Where the database has failed, it has undone all of it already.
        if let (Some([_, undo]), Ok(connection)) = (self.end, self.store.connection()) {
            let _ = connection.execute_batch(undo);
        }
    }
}
