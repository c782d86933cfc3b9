//! What an engine is made of, and what it follows.

use crate::decide::{FeedConfig, OutboxConfig};
use crate::wire::COLLECTIONS;
use crate::write::is_collection;

/// What an engine is made of.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct EngineConfig {
    /// Identifies this process among those that share the store, and this device among the writers of an
    /// item.
    pub node: u64,
    /// The seed of all random numbers, above all of waits.
    pub seed: u64,
    /// The feeds to follow, with what their messages are: one of records at most, since a listing holds all that a person may see.
    pub(crate) feeds: Vec<(Box<str>, FeedKind)>,
    /// The collections that a listing asks for.
    pub collections: Vec<Box<str>>,
    /// How feeds are followed.
    pub feed: FeedConfig,
    /// How many feeds at a time may open a connection or read what they missed (64). The rest wait for their
    /// turn. A connection without an answer holds its place for ten seconds.
    pub opening: usize,
    /// How writes are sent.
    pub outbox: OutboxConfig,
    /// Whether processes share tokens through the store. Without it each gets its own, and none is ever on
    /// disk.
    pub share_tokens: bool,
    /// Which start of this outbox it is; it grows with each. The platform refuses what an older one sends.
    pub epoch: u64,
}

impl EngineConfig {
    /// A client that follows its own feed with all collections of the protocol.
    pub fn new(node: u64, seed: u64) -> Self {
        Self {
            node,
            seed,
            feeds: vec![("me".into(), FeedKind::Records)],
            collections: COLLECTIONS.into_iter().map(Into::into).collect(),
            feed: FeedConfig::default(),
            opening: 64,
            outbox: OutboxConfig::default(),
            share_tokens: false,
            epoch: 0,
        }
    }

    /// Follows another feed, whose messages are handed to the app. A feed that is followed already stays as
    /// it is. [`Self::check`] says whether the name is well formed.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_client::engine::{Engine, EngineConfig};
    ///
    /// let mut config = EngineConfig::new(1, 7);
    /// config.follow("vehicles/local/7");
    /// assert_eq!(Engine::new(config).feeds().collect::<Vec<_>>(), ["me", "vehicles/local/7"]);
    /// ```
    pub fn follow(&mut self, feed: impl Into<Box<str>>) {
        let feed = feed.into();
        if self.feeds.iter().all(|(known, _)| *known != feed) {
            self.feeds.push((feed, FeedKind::Messages));
        }
    }

    /// Follows these feeds of messages and no other, not even the person's own. Then no item is kept, and a
    /// write is shown until its outcome is known. (If another process on the same file follows the person's
    /// own feed, items are kept for that one.)
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_client::engine::{Engine, EngineConfig};
    ///
    /// let mut config = EngineConfig::new(1, 7);
    /// config.follow_only(["vehicles/local/7"]);
    /// assert_eq!(Engine::new(config).feeds().collect::<Vec<_>>(), ["vehicles/local/7"]);
    /// ```
    ///
    /// A second feed of items cannot be asked for, since a listing after a loss would replace those of the first:
    ///
    /// ```compile_fail,E0616
    /// let mut config = cc_client::engine::EngineConfig::new(1, 7);
    /// config.feeds.clear(); // error[E0616]: field `feeds` of struct `EngineConfig` is private
    /// ```
    pub fn follow_only(&mut self, feeds: impl IntoIterator<Item = impl Into<Box<str>>>) {
        self.feeds.clear();
        feeds.into_iter().for_each(|feed| self.follow(feed));
    }

    /// Whether a feed of items is followed.
    pub(crate) fn follows_items(&self) -> bool {
        self.feeds.iter().any(|(_, kind)| *kind == FeedKind::Records)
    }

    /// Whether the names of feeds and collections have the protocol's form. Any other would lead to another
    /// address than that of a feed or a collection. `ClientBuilder::start` checks this; if you drive an
    /// [`Engine`](super::Engine) yourself, call it first.
    ///
    /// # Errors
    ///
    /// [`NameError`] says which kind of name is wrong.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_client::engine::{EngineConfig, NameError};
    ///
    /// let mut config = EngineConfig::new(1, 7);
    /// config.follow("vehicles/local/7");
    /// assert_eq!(config.check(), Ok(()));
    /// config.follow("vehicles/../me");
    /// assert_eq!(config.check(), Err(NameError::Feed));
    /// ```
    pub fn check(&self) -> Result<(), NameError> {
        if !self.feeds.iter().all(|(name, _)| is_feed(name)) {
            return Err(NameError::Feed);
        }
        if !self.collections.iter().all(|name| is_collection(name)) {
            return Err(NameError::Collection);
        }
        Ok(())
    }
}

/// A name that cannot stand in an address, or names nothing. It is not shown, since it may tell of a person.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NameError {
    /// The name of a collection to list; it must be as in a [`Write`](crate::Write).
    #[error("a collection name has 1 to 64 ASCII letters, digits, - or _, and begins with a letter")]
    Collection,
    /// The name of a feed; it must be as in `vehicles/local/7`.
    #[error(
        "a feed name has parts of 1 to 64 ASCII letters, digits, -, _ or ., joined by /; no part is . or .."
    )]
    Feed,
    /// That of a collection whose conflicts are to be resolved: the protocol has none of that name, and no listing asks for it.
    #[error("there is no collection of that name whose conflicts could be resolved")]
    Policy,
}

/// Whether a feed may be named like that: parts as the protocol names organizations and vehicles, none of which an address gives another
/// meaning.
fn is_feed(name: &str) -> bool {
    let is_of_a_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let is_part = |part: &str| (1..=64).contains(&part.len()) && part.bytes().all(is_of_a_part);
    name.split('/').all(|part| is_part(part) && part != "." && part != "..")
}

/// What the messages of a feed are.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum FeedKind {
    /// Anything: handed to the app, and counted as read once it has them.
    Messages,
    /// Changes of items: kept in the store.
    Records,
}
