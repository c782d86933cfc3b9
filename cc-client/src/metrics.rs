//! What a client counts and measures, for whatever collects it.

use std::time::Duration;

use crate::decide::SendOutcome;

/// Takes what a client measures. It is called from the client's own task and must not wait. If a call panics,
/// its sample is lost and the client goes on.
///
/// # Examples
///
#[cfg_attr(feature = "testing", doc = "```")]
#[cfg_attr(not(feature = "testing"), doc = "```ignore")]
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use std::sync::Arc;
/// use cc_client::store::MemoryStore;
/// use cc_client::testing::{FAKE_SESSION, FakeTransport};
/// use cc_client::{Client, Metrics, Sample, WriteKind};
///
/// #[derive(Default)]
/// struct Counters { answers: AtomicU64, settled: AtomicU64 }
///
/// impl Metrics for Counters {
///     fn take(&self, sample: &Sample) {
///         match sample {
///             Sample::Answer { .. } => self.answers.fetch_add(1, Ordering::Relaxed),
///             Sample::Settled { .. } => self.settled.fetch_add(1, Ordering::Relaxed),
///             _ => 0,
///         };
///     }
/// }
///
/// # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
/// let counters = Arc::new(Counters::default());
/// let phone = Client::builder(FakeTransport::default(), MemoryStore::new())
///     .session(FAKE_SESSION)
///     .metrics(counters.clone())
///     .start()
///     .await?;
/// let id = phone.submit("places", "019f3c52-8d1e-7b60-a4c9-5e2f71d08b36", WriteKind::Put, "{}").await?;
/// phone.outcome(id).await?;
/// assert_eq!(counters.settled.load(Ordering::Relaxed), 1);
/// // A token, and the change at least.
/// assert!(counters.answers.load(Ordering::Relaxed) >= 2);
/// # Ok::<(), cc_client::ClientError>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Metrics: Send + Sync {
    /// Takes one sample.
    fn take(&self, sample: &Sample);
}

/// One thing that happened. It never tells of a person.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Sample {
    /// The head of an answer came.
    Answer {
        /// Which kind of request.
        endpoint: Endpoint,
        /// Its status.
        status: u16,
        /// How long it took.
        took: Duration,
    },
    /// Items changed.
    Changed {
        /// How many.
        items: usize,
    },
    /// Messages of a feed were handed to their reader.
    Delivered {
        /// How many.
        messages: usize,
    },
    /// The platform no longer keeps some messages of a feed that were not read yet. How many is not known.
    Missed,
    /// A request got no answer.
    NoAnswer {
        /// Which kind of request.
        endpoint: Endpoint,
        /// How long it took.
        took: Duration,
    },
    /// The platform has said what became of a write.
    Settled {
        /// What became of it.
        outcome: SendOutcome,
    },
    /// The session has ended.
    SignedOut,
    /// The store has done what it was asked.
    Stored {
        /// It failed.
        is_failed: bool,
        /// How long it took, waiting included.
        took: Duration,
    },
    /// Messages of a feed could not be read as records, and were left out.
    Unreadable {
        /// How many.
        messages: usize,
    },
}

/// A kind of request.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Endpoint {
    /// Sends writes.
    Changes,
    /// Lists a collection.
    Collection,
    /// Reads what a feed holds already.
    FeedPage,
    /// Follows a feed.
    FeedStream,
    /// Anything else.
    Other,
    /// Gets a token, or ends a session.
    Session,
}

impl Endpoint {
    /// Of a request's path.
    pub(crate) fn of(target: &str, is_stream: bool) -> Self {
        let path = target.split('?').next().unwrap_or_default();
        match path {
            "/v1/changes" => Self::Changes,
            _ if path.starts_with("/v1/auth/") => Self::Session,
            _ if path.starts_with("/v1/collections/") => Self::Collection,
            _ if path.starts_with("/v1/feeds/") && is_stream => Self::FeedStream,
            _ if path.starts_with("/v1/feeds/") => Self::FeedPage,
            _ => Self::Other,
        }
    }

    /// A word for labels, such as `feed_stream`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Changes => "changes",
            Self::Collection => "collection",
            Self::FeedPage => "feed_page",
            Self::FeedStream => "feed_stream",
            Self::Other => "other",
            Self::Session => "session",
        }
    }
}
