//! What a feed of messages has lost: the platform no longer keeps it, and nobody has read it.
//!
//! The app is told of that with the first messages behind the gap. Until it has them for good, that it is to be told stands on disk beside the
//! position, so that the next process tells it where this one was killed.

use super::together::moves_on;
use super::{Effect, Engine, StoreCommand, Ticket};
use crate::decide::FeedInput;
use crate::store::{Store, StoreError, Taken};
use crate::{Mono, Offset};

/// Under this name, which no feed has, a store keeps whether the app is to be told: as a position, which goes with the person whose it is.
fn name(feed: &str) -> String {
    format!("missed messages of {feed}")
}

/// Whether the app is still to be told that messages are missing.
pub(crate) fn is_kept(store: &mut dyn Store, feed: &str) -> Result<bool, StoreError> {
    Ok(store.position(&name(feed))?.is_some_and(|kept| kept != Offset::BEGINNING))
}

/// Moves the position of a feed, and keeps whether the app is to be told that messages are missing; nothing where it begins anew, or, with a gap,
/// stands elsewhere.
pub(super) fn keep(
    store: &mut dyn Store,
    feed: &str,
    (from, to): (&Offset, &Offset),
    is_missing: bool,
) -> Result<Taken, StoreError> {
    let mut taken = Taken::default();
    store.as_one(&mut |store| {
        taken =
            if is_missing { store.take(feed, from, &[], to)? } else { moves_on(store, feed, (from, to))? };
        if taken.elsewhere.is_none() && is_kept(store, feed)? != is_missing {
            let (no, yes) = (Offset::BEGINNING, Offset::NOW);
            let (before, after) = if is_missing { (no, yes) } else { (yes, no) };
            store.set_position(&name(feed), &before, &after)?;
        }
        Ok(())
    })?;
    Ok(taken)
}

impl Engine {
    /// There is nothing to list of messages: the rest of such a stream is what there is. That it is read anew is stored, or it would be given
    /// anew at each start.
    pub(super) fn goes_on_behind(&mut self, feed: &str, from: Offset) {
        let name: Box<str> = feed.into();
        let is_gap = from != Offset::BEGINNING;
        let command = if is_gap {
            StoreCommand::Missed { feed: name.clone(), from }
        } else {
            StoreCommand::Position { feed: name.clone(), from, to: Offset::BEGINNING }
        };
        self.ask_store(command, Ticket::Anew { feed: name, is_gap });
    }

    /// That a feed begins anew is stored; or another process had read on already, and nothing is missing.
    pub(super) fn begins_anew(&mut self, now: Mono, feed: &str, is_gap: bool, elsewhere: Option<Offset>) {
        // Behind the gap that another process came upon, this one's app is told as well.
        if is_gap && elsewhere.as_ref().is_none_or(|at| *at == Offset::BEGINNING) {
            self.says_missed(feed.into());
        }
        let offset = elsewhere.unwrap_or(Offset::BEGINNING);
        self.feed(now, feed, FeedInput::Refetched { offset });
    }

    /// The app is told, with the next messages.
    pub(super) fn says_missed(&mut self, feed: Box<str>) {
        self.missed.insert(feed.clone());
        self.out.push(Effect::Missed { feed });
    }

    /// The app has messages for good; `tells`: and knows that those before them are missing.
    pub(super) fn delivered(&mut self, feed: Box<str>, (from, to): (Offset, Offset), tells: bool) {
        let (name, end) = (feed.clone(), to.clone());
        if tells {
            self.ask_store(StoreCommand::Told { feed, from, to }, Ticket::Told { feed: name, to: end });
        } else {
            self.ask_store(
                StoreCommand::Position { feed, from, to },
                Ticket::Position { feed: name, to: end },
            );
        }
    }
}
