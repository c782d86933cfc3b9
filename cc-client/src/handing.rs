//! Messages on their way to whoever reads them: before they are handed out, it is looked whether another process has taken them.

use tokio::sync::mpsc;

use crate::Offset;
use crate::driver::{Driver, Happened, Told};
use crate::engine::Input;
use crate::reader::Reader;
use crate::store::Store;

impl Driver {
    /// Hands out the oldest messages of a feed, once the store has said where that stands.
    pub(crate) fn hand(&mut self, feed: &str, tell: &mpsc::UnboundedSender<Told>) {
        let Some(ticket) = self.readers.get_mut(feed).and_then(Reader::next) else { return };
        let (mine, name, tell) = (self.mine.clone(), feed.to_owned(), tell.clone());
        let look = move |store: &mut dyn Store| {
            mine.read(store, |store| Ok(Some(store.position(&name)?.unwrap_or_default())))
        };
        let feed: Box<str> = feed.into();
        self.store.give(look, move |at| {
            // Where that cannot be read, the position is looked at when they are taken.
            let _ = tell.send(Told::Stands { feed, ticket, at: at.ok().flatten() });
        });
    }

    /// The store has said where a feed stands.
    pub(crate) fn stands(
        &mut self,
        feed: &str,
        (ticket, at): (u64, Option<Offset>),
        pieces: &mpsc::Sender<Happened>,
        tell: &mpsc::UnboundedSender<Told>,
    ) {
        let is_oldest = |driver: &mut Self| {
            driver.readers.get_mut(feed).is_some_and(|reader| reader.was_looked_for(ticket))
        };
        if is_oldest(self)
            && let Some(at) = at
        {
            let effects = self.engine.handle(self.now(), Input::Handing { ticket, at });
            self.carry_out(effects, pieces, tell);
        }
        if is_oldest(self)
            && let Some(reader) = self.readers.get_mut(feed)
        {
            return reader.hand(feed, &self.me);
        }
        self.hand(feed, tell);
    }
}
