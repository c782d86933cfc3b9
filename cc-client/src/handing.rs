//! Messages on their way to whoever reads them: before they are handed out, it is looked whether another process has taken them.

use tokio::sync::mpsc;

use crate::Offset;
use crate::driver::{Driver, Happened, Told};
use crate::engine::Input;
use crate::mine::{Hidden, Mine};
use crate::reader::Reader;
use crate::store::{Store, StoreError, read_as_one};

/// What is found just before messages are handed out.
#[derive(Clone)]
pub(crate) enum Looked {
    /// Their feed stands there.
    At(Offset),
    /// The file is, or may be, another person's.
    Hidden {
        /// It was not known then who had signed in here.
        is_unknown: bool,
    },
    /// It cannot be read: it is looked at again when they are taken.
    Unread,
}

impl Looked {
    /// Looks where a feed stands, in the file of this person; and whether the file is another's.
    pub(crate) fn at(mine: &Mine, store: &mut dyn Store, feed: &str) -> Result<(Self, bool), StoreError> {
        let is_unknown = mine.is_unknown();
        read_as_one(store, |store| {
            Ok(match mine.hidden(store)? {
                Some(why) => (Self::Hidden { is_unknown }, why == Hidden::Another),
                None => (Self::At(store.position(feed)?.unwrap_or_default()), false),
            })
        })
    }
}

impl Driver {
    /// Hands out the oldest messages of a feed, once the store has said where that stands.
    pub(crate) fn hand(&mut self, feed: &str, tell: &mpsc::UnboundedSender<Told>) {
        let Some(ticket) = self.readers.get_mut(feed).and_then(Reader::next) else { return };
        let (mine, name, tell, found) = (self.mine.clone(), feed.to_owned(), tell.clone(), tell.clone());
        let look = move |store: &mut dyn Store| {
            let (looked, is_anothers) = Looked::at(&mine, store, &name)?;
            if is_anothers {
                let _ = found.send(Told::Anothers(true));
            }
            Ok(looked)
        };
        let feed: Box<str> = feed.into();
        self.store.give(look, move |looked| {
            let looked = looked.unwrap_or(Looked::Unread);
            let _ = tell.send(Told::Stands { feed, ticket, looked });
        });
    }

    /// Hands out what waits in all feeds: it is known who has signed in here, or the file may be this person's again.
    pub(crate) fn hand_all(&mut self, tell: &mpsc::UnboundedSender<Told>) {
        let feeds: Vec<Box<str>> = self.readers.keys().cloned().collect();
        for feed in feeds {
            self.hand(&feed, tell);
        }
    }

    /// The store has said where a feed stands.
    pub(crate) fn stands(
        &mut self,
        feed: &str,
        (ticket, looked): (u64, Looked),
        pieces: &mpsc::Sender<Happened>,
        tell: &mpsc::UnboundedSender<Told>,
    ) {
        let is_oldest = |driver: &mut Self| {
            driver.readers.get_mut(feed).is_some_and(|reader| reader.was_looked_for(ticket))
        };
        if let Looked::Hidden { is_unknown } = looked
            && is_oldest(self)
        {
            // Else they wait until it is known who has signed in here, or found that the file is this person's again.
            if is_unknown && !self.mine.is_unknown() {
                self.hand(feed, tell);
            }
            return;
        }
        if is_oldest(self)
            && let Looked::At(at) = looked
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
