//! Writes that are done, and of which the feed has not told. One that comes to its end over a connection that was asked for after their answers
//! has told of all of them, unless the platform has forgotten them: a copy of its database was put back. They are laid over their items
//! no longer then.

use super::{Engine, FeedKind, StoreCommand, Ticket};
use crate::WriteId;

/// What is known of them over the last connection of the feed of items.
#[derive(Default)]
pub(super) struct Untold {
    connection: u64,
    /// Those that there were when it was asked for; `None` as long as the store has not said.
    writes: Option<Vec<WriteId>>,
    /// The feed has come to its end over it.
    is_at_end: bool,
}

impl Engine {
    /// A connection of a feed is about to be asked for.
    pub(super) fn look_for_untold(&mut self, feed: &str, connection: u64) {
        if self.feeds.get(feed).is_some_and(|feed| feed.kind == FeedKind::Records) {
            self.untold = Untold { connection, ..Untold::default() };
            self.ask_store(StoreCommand::Untold, Ticket::Untold { connection });
        }
    }

    /// The store has said which there were.
    pub(super) fn found_untold(&mut self, connection: u64, writes: Vec<WriteId>) {
        if self.untold.connection == connection {
            self.untold.writes = Some(writes);
            self.forget_untold();
        }
    }

    /// Nothing more is there at present: what came before it is being stored.
    pub(super) fn is_at_end(&mut self, feed: &str, connection: u64) {
        let is_of_items = self.feeds.get(feed).is_some_and(|feed| feed.kind == FeedKind::Records);
        if is_of_items && self.untold.connection == connection {
            self.untold.is_at_end = true;
            self.forget_untold();
        }
    }

    fn forget_untold(&mut self) {
        let writes = if self.untold.is_at_end { self.untold.writes.take() } else { None };
        if let Some(writes) = writes.filter(|writes| !writes.is_empty()) {
            self.ask_store(StoreCommand::ForgetUntold { writes }, Ticket::ForgetUntold);
        }
    }
}
