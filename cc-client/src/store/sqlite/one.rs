//! Several things that happen together or not at all: one transaction, with what begins within it as its parts.

use super::SqliteStore;
use crate::store::StoreError;

/// What is done as one: undone where it is dropped before it was committed. One within another is a part of it.
///
/// As long as it lasts, nobody puts another file in the place of this one.
pub(super) struct One<'a> {
    pub(super) store: &'a mut SqliteStore,
    /// What commits it, and what undoes it; nothing, once it is over.
    end: Option<[&'static str; 2]>,
    is_to_let_go: bool,
}

impl<'a> One<'a> {
    pub(super) fn begin(store: &'a mut SqliteStore, begin: &str) -> Result<Self, StoreError> {
        let is_to_let_go = store.hold()?;
        let end = store.begin(begin);
        if end.is_err() && is_to_let_go {
            store.let_go();
        }
        let end = Some(end?);
        store.depth += 1;
        Ok(Self { store, end, is_to_let_go })
    }

    pub(super) fn commit(mut self) -> Result<(), StoreError> {
        if let Some([commit, _]) = self.end {
            self.store.connection()?.prepare_cached(commit)?.execute([])?;
        }
        self.end = None;
        Ok(())
    }
}

impl SqliteStore {
    /// Begins what is done as one; what commits it, and what undoes it.
    fn begin(&mut self, begin: &str) -> Result<[&'static str; 2], StoreError> {
        let connection = self.connection()?;
        if connection.is_autocommit() {
            connection.prepare_cached(begin)?.execute([])?;
            return Ok(["COMMIT", "ROLLBACK"]);
        }
        connection.prepare_cached("SAVEPOINT part")?.execute([])?;
        // Undone, it would still stand where the next of its name is sought.
        Ok(["RELEASE part", "ROLLBACK TO part; RELEASE part"])
    }
}

impl Drop for One<'_> {
    fn drop(&mut self) {
        // Where the database has failed, it has undone all of it already.
        if let (Some([_, undo]), Ok(connection)) = (self.end, self.store.connection()) {
            let _ = connection.execute_batch(undo);
        }
        self.store.depth -= 1;
        if self.is_to_let_go {
            self.store.let_go();
        }
    }
}
