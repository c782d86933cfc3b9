//! Writes that are done, and of which the feed has not told. A live connection is asked for once the store has said which there are: when the
//! feed comes to its end over it, it has told of all of them, unless the platform has forgotten them: a copy of its database was put back. They
//! are laid over their items no longer then.

use super::{Effect, Engine, FeedKind, StoreCommand, Ticket};
use crate::decide::FeedRequest;
use crate::{Mono, Offset, WriteId};

/// What is known of them for the last connection of the feed of items.
#[derive(Default)]
pub(super) struct Untold {
    feed: Box<str>,
    connection: u64,
    /// What is asked for once the store has said.
    request: Option<FeedRequest>,
    /// Those that there were before it was asked for.
    writes: Vec<WriteId>,
    /// Where the feed came to its end, and they are to be forgotten.
    end: Option<Offset>,
}

impl Engine {
    /// A feed wants a live connection; gives the request back where there is nothing to look for.
    pub(super) fn look_for_untold(
        &mut self,
        feed: &str,
        connection: u64,
        request: FeedRequest,
    ) -> Option<FeedRequest> {
        if self.feeds.get(feed).is_none_or(|feed| feed.kind != FeedKind::Records) {
            return Some(request);
        }
        self.untold = Untold { feed: feed.into(), connection, request: Some(request), ..Untold::default() };
        self.ask_store(StoreCommand::Untold, Ticket::Untold { connection });
        None
    }

    /// The store has said which there are, or cannot say: none are known then, until the next connection.
    pub(super) fn found_untold(&mut self, now: Mono, connection: u64, writes: Vec<WriteId>) {
        if self.untold.connection != connection {
            return;
        }
        self.untold.writes = writes;
        if let Some(request) = self.untold.request.take() {
            let feed = self.untold.feed.clone();
            self.line_up(now, &feed, connection, request);
        }
    }

    /// Nothing more is there at present: what came before it is being stored.
    pub(super) fn is_at_end(&mut self, feed: &str, connection: u64, end: Offset) {
        if *feed == *self.untold.feed
            && self.untold.connection == connection
            && !self.untold.writes.is_empty()
            && self.untold.end.is_none()
        {
            self.untold.end = Some(end);
            self.forget_untold();
        }
    }

    /// Also where the store could not a while ago: a feed without news tells its end only once.
    pub(super) fn forget_untold(&mut self) {
        let Untold { feed, connection, writes, end: Some(end), .. } = &self.untold else { return };
        let (feed, end, writes, connection) = (feed.clone(), end.clone(), writes.clone(), *connection);
        self.ask_store(StoreCommand::ForgetUntold { feed, end, writes }, Ticket::ForgetUntold { connection });
    }

    pub(super) fn untold_forgotten(&mut self, connection: u64) {
        if self.untold.connection == connection {
            (self.untold.writes, self.untold.end) = (Vec::new(), None);
        }
        self.out.push(Effect::Changed { records: Vec::new() });
    }
}
