//! Writes that are done, and of which the feed has not told. One that comes to its end over a connection that was asked for after their answers
//! has told of all of them, unless the platform has forgotten them: a copy of its database was put back. They are laid over their items
//! no longer then.

use super::{Engine, FeedKind, StoreCommand, Ticket};
use crate::{Offset, WriteId};

/// What is known of them over the last connection of the feed of items.
#[derive(Default)]
pub(super) struct Untold {
    feed: Box<str>,
    connection: u64,
    /// Those that there were when it was asked for, as far as the store has said.
    writes: Vec<WriteId>,
}

impl Engine {
    /// A connection of a feed is about to be asked for.
    pub(super) fn look_for_untold(&mut self, feed: &str, connection: u64) {
        if self.feeds.get(feed).is_some_and(|feed| feed.kind == FeedKind::Records) {
            self.untold = Untold { feed: feed.into(), connection, ..Untold::default() };
            self.ask_store(StoreCommand::Untold, Ticket::Untold { connection });
        }
    }

    /// The store has said which there were.
    pub(super) fn found_untold(&mut self, connection: u64, writes: Vec<WriteId>) {
        if self.untold.connection == connection {
            self.untold.writes = writes;
        }
    }

    /// Nothing more is there at present: what came before it is being stored. Where the store has not said yet, this tells nothing of what
    /// another process has settled meanwhile; the next one does.
    pub(super) fn is_at_end(&mut self, feed: &str, connection: u64, end: Offset) {
        if *feed == *self.untold.feed
            && self.untold.connection == connection
            && !self.untold.writes.is_empty()
        {
            let writes = std::mem::take(&mut self.untold.writes);
            self.ask_store(
                StoreCommand::ForgetUntold { feed: feed.into(), end, writes },
                Ticket::ForgetUntold,
            );
        }
    }
}
