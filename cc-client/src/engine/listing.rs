//! Listing everything anew, beside what is shown: when a position is gone, or none was ever known.

use std::time::Duration;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::quiet::refusal;
use super::{Asking, Effect, Engine, FeedKind, HttpHead, HttpRequest, StoreCommand, Ticket};
use crate::decide::{FeedInput, Loss};
use crate::store::{Record, instant};
use crate::{Mono, Offset, Write, WriteId};

/// A listing under way.
pub(super) struct Listing {
    pub(super) feed: Box<str>,
    number: u64,
    /// The writes that were done before it was asked for: it holds what became of them, or the platform has forgotten them. `None` until the
    /// store has said.
    done: Option<Vec<WriteId>>,
    /// Which of the collections.
    collection: usize,
    cursor: Option<String>,
    records: Vec<Record>,
    /// The bytes of its pages, and what keeping their items takes beside that.
    size: usize,
    /// The feed's position before the listing began.
    offset: Option<Offset>,
    failures: u32,
    /// How often it was begun anew, or a page without an item came: neither goes on without end at full speed.
    slow: u32,
    /// When the last page is asked for again.
    pub(super) again: Option<Mono>,
    /// Why it is.
    pub(super) loss: Option<Loss>,
    /// A request is under way, or the store is asked.
    asking: bool,
    /// The last status with which a collection was refused.
    refused: u16,
}

/// So many bytes an item takes in memory beside its text, about.
const BESIDE: usize = 128;

impl Listing {
    fn new(feed: &str, number: u64) -> Self {
        Self {
            feed: feed.into(),
            number,
            done: None,
            collection: 0,
            cursor: None,
            records: Vec::new(),
            size: 0,
            offset: None,
            failures: 0,
            slow: 0,
            again: None,
            loss: None,
            asking: false,
            refused: 404,
        }
    }
}

#[derive(Deserialize)]
struct Page<'a> {
    #[serde(borrow)]
    items: Vec<&'a RawValue>,
    #[serde(default)]
    cursor: Option<String>,
    #[serde(default)]
    more: bool,
    #[serde(default)]
    offset: Option<String>,
}

#[derive(Deserialize)]
struct Listed<'a> {
    key: Box<str>,
    version: u64,
    #[serde(borrow, default)]
    updated: Option<&'a RawValue>,
    #[serde(borrow)]
    value: &'a RawValue,
}

impl Engine {
    /// Begins to list everything.
    pub(super) fn list(&mut self, now: Mono, feed: &str) {
        let Some(followed) = self.feeds.get(feed) else { return };
        if followed.kind == FeedKind::Messages {
            let from = followed.machine.stored().clone();
            return self.goes_on_behind(feed, from);
        }
        if self.config.collections.is_empty() {
            return self.feed(now, feed, FeedInput::Refetched { offset: Offset::BEGINNING });
        }
        // A page of another listing that is on its way is none of this one.
        self.forget_requests(|what| matches!(what, Asking::Listing { .. }));
        let number = self.number();
        self.listing = Some(Listing::new(feed, number));
        self.listing_goes_on(now);
    }

    /// The store has said which writes were done by now, or cannot say.
    pub(super) fn lists_behind(&mut self, now: Mono, number: u64, done: Vec<WriteId>) {
        if let Some(listing) = self.listing.as_mut().filter(|listing| listing.number == number) {
            (listing.done, listing.asking) = (Some(done), false);
            self.listing_goes_on(now);
        }
    }

    /// What was listed could not be stored: it is listed anew, and no page is asked for before that.
    pub(super) fn list_later(&mut self, now: Mono, feed: &str, loss: Loss, passes: bool) {
        // Another process may have had the file for a moment; a disk is not made room on as soon.
        let wait = if passes && loss != Loss::StorageFull { 15 << self.unlisted.min(2) } else { 60 };
        self.unlisted = self.unlisted.saturating_add(1);
        let again = Some(now + Duration::from_secs(wait));
        self.forget_requests(|what| matches!(what, Asking::Listing { .. }));
        let number = self.number();
        self.listing = Some(Listing { again, loss: Some(loss), ..Listing::new(feed, number) });
        self.feeds_changed = true;
    }

    /// Asks for the next page, once nothing holds that up.
    pub(super) fn listing_goes_on(&mut self, now: Mono) {
        let Some(listing) =
            self.listing.as_mut().filter(|listing| !listing.asking && listing.again.is_none())
        else {
            return;
        };
        if listing.done.is_none() {
            listing.asking = true;
            let listing = listing.number;
            return self.ask_store(StoreCommand::Untold, Ticket::UntoldBefore { listing });
        }
        let Some(collection) = self.config.collections.get(listing.collection) else { return };
        let cursor = listing.cursor.as_deref().map(|cursor| format!("cursor={cursor}&")).unwrap_or_default();
        let target = format!("/v1/collections/{collection}?{cursor}limit=1000");
        let Some((token, bearer)) = self.bearer(now) else { return self.wanted(now) };
        let http = HttpRequest {
            method: "GET",
            target,
            headers: vec![("accept", "application/json".to_owned()), ("authorization", bearer)],
            body: Vec::new(),
            is_stream: false,
        };
        if let Some(listing) = &mut self.listing {
            listing.asking = true;
        }
        self.request(now, Asking::Listing { token }, http);
    }

    /// A page came, or did not.
    pub(super) fn listed(&mut self, now: Mono, token: u64, head: Option<&HttpHead>, body: &[u8]) {
        let Some(mut listing) = self.listing.take() else { return };
        listing.asking = false;
        let status = head.map(|head| head.status);
        let page = serde_json::from_slice::<Page<'_>>(body).ok().filter(|_| status == Some(200));
        // Whatever does not say where the feed stood is no listing of this platform.
        let is_placed = |page: &Page<'_>| page.offset.as_deref().and_then(Offset::new).is_some();
        let page = page.filter(|page| listing.offset.is_some() || is_placed(page));
        // A page that goes on, and does not say from another place, is no end of anything.
        let goes_on = |page: &Page<'_>| {
            let cursor = page.cursor.as_deref().filter(|cursor| !cursor.is_empty());
            cursor.is_some_and(|cursor| cursor.bytes().all(is_plain)) && page.cursor != listing.cursor
        };
        let page = page.filter(|page| !page.more || goes_on(page));
        let Some(page) = page else {
            match (status, refusal(head, body)) {
                (Some(401), _) => {
                    self.listing = Some(listing);
                    self.refused(now, token);
                    return self.listing_goes_on(now);
                }
                // The platform reads the place in the collection no more: what came so far is no part of what is there now.
                (_, Some(status)) if listing.cursor.is_some() => {
                    (listing.collection, listing.cursor, listing.offset) = (0, None, None);
                    listing.records.clear();
                    listing.size = 0;
                    listing.slow = listing.slow.saturating_add(1);
                    let wait = head.and_then(|head| head.retry_after(self.clock.now(now)));
                    return self.listing_waits(now, listing, wait, Loss::Refused(status));
                }
                // A platform may lack a collection that this version knows, or not show it to this person.
                (_, Some(status @ (403 | 404))) => listing.refused = status,
                (_, Some(status)) => {
                    let feed = listing.feed;
                    return self.feed(now, &feed, FeedInput::Refused(Loss::Refused(status)));
                }
                _ => {
                    let wait = head.and_then(|head| head.retry_after(self.clock.now(now)));
                    let loss = match status {
                        None => Loss::Broken,
                        Some(200) => Loss::NotAFeed,
                        Some(status) => Loss::Refused(status),
                    };
                    return self.listing_waits(now, listing, wait, loss);
                }
            }
            return self.next_collection(now, listing);
        };
        self.accepted(now, token);
        listing.failures = 0;
        if listing.offset.is_none() {
            listing.offset = page.offset.as_deref().and_then(Offset::new);
        }
        let collection = self.config.collections.get(listing.collection).cloned().unwrap_or_default();
        let (items, before) = (page.items.len(), listing.records.len());
        listing.size = listing.size.saturating_add(body.len()).saturating_add(items.saturating_mul(BESIDE));
        if listing.size > self.config.feed.listing {
            return self.feed(now, &listing.feed, FeedInput::Refused(Loss::TooLarge));
        }
        let read = page.items.into_iter().filter_map(|item| record(&collection, item.get()));
        listing.records.extend(read);
        let unreadable = before + items - listing.records.len();
        if unreadable > 0 {
            self.out.push(Effect::Unreadable { messages: unreadable });
        }
        if page.more {
            listing.cursor = page.cursor;
            if items == 0 {
                listing.slow = listing.slow.saturating_add(1);
                return self.listing_waits(now, listing, None, Loss::NotAFeed);
            }
            self.listing = Some(listing);
            return self.listing_goes_on(now);
        }
        self.next_collection(now, listing);
    }

    /// Goes on after a wait that grows.
    fn listing_waits(&mut self, now: Mono, mut listing: Listing, wait: Option<Duration>, loss: Loss) {
        let failures = listing.failures.saturating_add(listing.slow);
        let wait = self.config.feed.backoff.delay(failures, self.random.next(), wait);
        listing.failures = listing.failures.saturating_add(1);
        listing.again = Some(now + wait);
        listing.loss = Some(loss);
        self.feeds_changed = true;
        self.listing = Some(listing);
    }

    fn next_collection(&mut self, now: Mono, mut listing: Listing) {
        listing.collection += 1;
        listing.cursor = None;
        if listing.collection < self.config.collections.len() {
            self.listing = Some(listing);
            return self.listing_goes_on(now);
        }
        // Where no page of any collection came, nothing is known: what is shown stays.
        let Some(to) = listing.offset else {
            return self.feed(now, &listing.feed.clone(), FeedInput::Refused(Loss::Refused(listing.refused)));
        };
        // Of what is listed twice, the latest counts.
        listing.records.sort_by_key(|record| record.version);
        let feed = listing.feed;
        let from =
            self.feeds.get(&feed).map(|followed| followed.machine.stored().clone()).unwrap_or_default();
        let (records, done) = (listing.records, listing.done.unwrap_or_default());
        let command = StoreCommand::Replace { feed: feed.clone(), from, records, done, to: to.clone() };
        self.ask_store(command, Ticket::Replace { feed, to });
    }

    /// What was asked for last was not sent, for want of a token.
    pub(super) fn no_token_to_list(&mut self, now: Mono) {
        if let Some(listing) = &mut self.listing {
            listing.asking = false;
        }
        self.listing_goes_on(now);
    }

    /// Another network, or the time that the app slept, may bring what the last did not.
    pub(super) fn listing_anew(&mut self, now: Mono) {
        if let Some(listing) = self.listing.as_mut().filter(|listing| listing.again.is_some()) {
            listing.again = None;
            listing.failures = 0;
            self.feeds_changed = true;
            self.listing_goes_on(now);
        }
    }

    pub(super) fn listing_timer(&mut self, now: Mono) {
        let due = |listing: &&mut Listing| listing.again.is_some_and(|again| now >= again);
        if let Some(listing) = self.listing.as_mut().filter(due) {
            listing.again = None;
            self.feeds_changed = true;
            self.listing_goes_on(now);
        }
    }
}

/// Reads an item of a listing; `None` if it cannot be read: a damaged one holds up no other.
fn record(collection: &str, text: &str) -> Option<Record> {
    let item: Listed<'_> = serde_json::from_str(text).ok()?;
    let fits =
        (1..=Write::longest_key(&item.key)).contains(&item.key.len()) && i64::try_from(item.version).is_ok();
    fits.then(|| Record {
        collection: collection.into(),
        key: item.key,
        version: item.version,
        updated: instant(item.updated),
        value: Some(item.value.get().into()),
    })
}

/// What needs no escape in a query.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}
