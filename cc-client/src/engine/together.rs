//! Several processes that follow one feed of messages: all of them are on the same way, and the position on disk is how far the first has come.
//!
//! Before messages are handed to the app, the store is asked where the feed stands: what another process has taken meanwhile is not handed out
//! here. What two processes have in hand at the same time, both may take; the position moves on with each, and never back. The positions of a
//! stream sort as texts, also where it was deleted and made anew. Only where one process came upon a gap does the feed begin anew, for all.

use super::{Effect, Engine, FeedKind, Ticket};
use crate::decide::{FeedInput, FeedState};
use crate::store::{Store, StoreError, Taken};
use crate::{Mono, Offset};

/// Where a feed stands on disk, seen from messages that lead from one position to another.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Stands {
    /// It begins anew, or is the feed of somebody else by now.
    Anew,
    /// Just before them: nobody has them.
    Before,
    /// Another process has all of them.
    Behind,
    /// Another process has some of them.
    Within,
}

impl Stands {
    fn of(at: &Offset, from: &Offset, to: &Offset) -> Self {
        if at == from {
            return Self::Before;
        }
        if *at == Offset::BEGINNING || *to == Offset::BEGINNING {
            return Self::Anew;
        }
        if at >= to {
            return Self::Behind;
        }
        // The text of the beginning says nothing of what comes after it.
        if *from == Offset::BEGINNING || at > from { Self::Within } else { Self::Anew }
    }
}

/// Moves the position of a feed of messages on, which the app has up to `to`, wherever other processes have moved it meanwhile; nothing where
/// that begins anew.
pub(super) fn moves_on(
    store: &mut dyn Store,
    feed: &str,
    (from, to): (&Offset, &Offset),
) -> Result<Taken, StoreError> {
    let mut taken = Taken::default();
    store.as_one(&mut |store| {
        taken = store.take(feed, from, &[], to)?;
        let Some(at) = taken.elsewhere.clone() else { return Ok(()) };
        match Stands::of(&at, from, to) {
            Stands::Behind => taken = Taken::default(),
            Stands::Within => taken = store.take(feed, &at, &[], to)?,
            // It is elsewhere, and so never just before them.
            _ => {}
        }
        Ok(())
    })?;
    Ok(taken)
}

impl Engine {
    /// Messages are about to be handed to the app, and their feed stands there on disk.
    pub(super) fn handing(&mut self, now: Mono, ticket: u64, at: Offset) {
        let mut next = Some(ticket);
        while let Some(ticket) = next {
            let Some(Ticket::Deliver { feed, from, to, .. }) = self.tickets.get(&ticket) else { return };
            let (feed, to, stands) = (feed.clone(), to.clone(), Stands::of(&at, from, to));
            match stands {
                Stands::Before => return,
                // What another process has is not given here, and what it left is not lost.
                Stands::Anew | Stands::Within => {
                    return self.goes_on_from(now, &feed, at);
                }
                Stands::Behind => {}
            }
            self.tickets.remove(&ticket);
            self.out.push(Effect::Withdrawn { feed: feed.clone(), ticket });
            let rest = self.tickets.range(ticket..);
            let of_it = |what: &Ticket| matches!(what, Ticket::Deliver { feed: other, .. } if *other == feed);
            next = rest.filter(|(_, what)| of_it(what)).map(|(ticket, _)| *ticket).next();
            if next.is_none() {
                self.others_have(now, &feed, at.clone(), to);
            } else {
                self.feed(now, &feed, FeedInput::Stored { to });
            }
        }
    }

    /// What leads to `to` was to be stored, and the feed stands at `at` on disk: another process has read on, or begun anew.
    pub(super) fn stands_elsewhere(&mut self, now: Mono, feed: &str, at: Offset, to: Offset) {
        let waits = self.feeds.get(feed).is_some_and(|feed| feed.machine.waits_for(&to));
        if !waits {
            // It was handed out before this process began anew from somewhere, and there it goes on.
        } else if at >= to && at != Offset::BEGINNING && to != Offset::BEGINNING {
            self.others_have(now, feed, at, to);
        } else {
            self.goes_on_from(now, feed, at);
        }
    }

    /// All up to `to` is on disk, and what leads to `at`: who reads the past need not read that as well, and who is told of news stays.
    fn others_have(&mut self, now: Mono, feed: &str, at: Offset, to: Offset) {
        let state = self.feeds.get(feed).map(|feed| feed.machine.state());
        let input = if state == Some(FeedState::CatchingUp) && at != to {
            FeedInput::Start { stored: at }
        } else {
            FeedInput::Stored { to }
        };
        self.feed(now, feed, input);
    }

    /// Another process has read on, or begun anew: this one goes on from where that is.
    pub(super) fn goes_on_from(&mut self, now: Mono, name: &str, at: Offset) {
        self.forget_deliveries(name);
        let is_of_messages = self.feeds.get(name).is_some_and(|feed| feed.kind == FeedKind::Messages);
        // Back at the beginning is who came upon a gap: whatever process has the messages behind it says so.
        if is_of_messages && at == Offset::BEGINNING {
            self.says_missed(name.into());
        }
        self.feed(now, name, FeedInput::Start { stored: at });
    }

    /// What was handed out is read again: it does not count that the app takes it.
    pub(super) fn forget_deliveries(&mut self, name: &str) {
        let out = &mut self.out;
        self.tickets.retain(|ticket, what| {
            let is_kept = !matches!(what, Ticket::Deliver { feed, .. } if **feed == *name);
            if !is_kept {
                out.push(Effect::Withdrawn { feed: name.into(), ticket: *ticket });
            }
            is_kept
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_compared_within_a_stream_only() {
        for (at, from, to, expected) in [
            ("05", "05", "09", Stands::Before),
            ("06", "05", "09", Stands::Within),
            ("09", "05", "09", Stands::Behind),
            ("11", "05", "09", Stands::Behind),
            // Another process has begun anew behind a gap, or this one has.
            ("-1", "05", "09", Stands::Anew),
            ("03", "05", "09", Stands::Anew),
            ("-1", "-1", "09", Stands::Before),
            ("05", "-1", "09", Stands::Within),
            ("!5", "-1", "A9", Stands::Within),
            ("11", "-1", "09", Stands::Behind),
            ("11", "-1", "-1", Stands::Anew),
        ] {
            let stands = Offset::new(at).zip(Offset::new(from)).zip(Offset::new(to));
            let stands = stands.map(|((at, from), to)| Stands::of(&at, &from, &to));
            assert_eq!(stands, Some(expected), "{at} of {from} to {to}");
        }
    }
}
