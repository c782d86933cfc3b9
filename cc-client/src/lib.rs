//! Sync and streaming: nothing lost, nothing twice, always live.
//!
//! Phones in tunnels, partners behind proxies, balancers that cut silent connections, servers that die: this crate
//! keeps every write it has accepted, shows every change once, and tells the truth about its own state.
//! `docs/protocol` says what goes over the wire.
//!
//! Quick tour:
//!
//! - `Client` (feature `tokio`): what an app holds. `blocking`: the same for programs that are not async.
//! - `sign_in` (feature `tokio`): how an app gets a session.
//! - [`store`]: what is kept on disk. `store::SqliteStore` needs feature `sqlite`.
//! - `transport` (feature `tokio`): how requests leave. `transport::ReqwestTransport` needs feature `reqwest`.
//! - [`engine`]: all decisions, without a socket, a clock, a thread or a disk. It is made of the state machines of
//!   [`decide`].
//! - [`wire`]: parsers of what comes over the wire.
//! - [`merge`] and [`Hlc`]: how changes by several devices become one item.
//! - `jwt` (feature `verify`): signed tokens. `connected_cars` (feature `connected-cars`): Connected Cars' own
//!   interfaces.
//! - `testing` (feature `testing`): an invented world to try it all in.
//!
//! The example below runs in that world. An app uses `store::SqliteStore` and `transport::ReqwestTransport` instead
//! (`examples/first_steps.rs`). `docs/guides/sync.md` shows how, and `docs/reference/sync.md` says what is promised.
//!
#![cfg_attr(all(feature = "testing", feature = "tokio"), doc = "```")]
#![cfg_attr(not(all(feature = "testing", feature = "tokio")), doc = "```ignore")]
//! use cc_client::store::MemoryStore;
//! use cc_client::testing::{FAKE_SESSION, FakeTransport};
//! use cc_client::{Client, WriteKind, decide::SendOutcome};
//!
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
//! # runtime.block_on(async {
//! let phone = Client::builder(FakeTransport::default(), MemoryStore::new()).session(FAKE_SESSION).start().await?;
//! // Accepted, network or not.
//! let key = "019f3c52-8d1e-7b60-a4c9-5e2f71d08b36"; // a new UUID for each thing
//! let home = r#"{"name": "Home", "position": {"latitude": 0.5, "longitude": -150.25}, "radiusMeters": 150}"#;
//! let id = phone.submit("places", key, WriteKind::Put, home).await?;
//! assert!(phone.item("places", key).await?.unwrap().value.contains("Home"));
//! // What became of it, once the platform has said so.
//! assert_eq!(phone.outcome(id).await?, SendOutcome::Applied);
//!
//! let error = phone.submit("places", key, WriteKind::Put, "Home").await.unwrap_err();
//! assert_eq!(error.to_string(), "the body of a put is a JSON object");
//! # Ok::<(), cc_client::ClientError>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod access_token;
mod again;
#[cfg(feature = "tokio")]
mod ask_store;
#[cfg(feature = "tokio")]
pub mod blocking;
#[cfg(feature = "tokio")]
mod builder;
#[cfg(feature = "tokio")]
mod carry;
#[cfg(feature = "tokio")]
mod client;
#[cfg(feature = "tokio")]
mod client_error;
#[cfg(feature = "tokio")]
mod clock;
#[cfg(feature = "tokio")]
mod conflict;
#[cfg(feature = "connected-cars")]
pub mod connected_cars;
pub mod decide;
#[cfg(feature = "tokio")]
mod deliveries;
#[cfg(feature = "tokio")]
mod draft;
#[cfg(feature = "tokio")]
mod driver;
pub mod engine;
#[cfg(feature = "tokio")]
mod fresh;
#[cfg(feature = "tokio")]
mod handing;
mod hlc;
#[cfg(feature = "verify")]
pub mod jwt;
#[cfg(feature = "verify")]
mod key_file;
#[cfg(feature = "tokio")]
mod last_words;
#[cfg(feature = "tokio")]
mod look;
pub mod merge;
#[cfg(feature = "tokio")]
mod metrics;
#[cfg(feature = "tokio")]
mod mine;
mod mono;
mod offset;
#[cfg(feature = "tokio")]
mod pages;
mod random;
#[cfg(feature = "tokio")]
mod reader;
mod session;
#[cfg(feature = "tokio")]
pub mod sign_in;
pub mod store;
#[cfg(feature = "tokio")]
mod store_thread;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(feature = "tokio")]
pub mod transport;
#[cfg(feature = "tokio")]
mod waiters;
pub mod wire;
mod write;

pub use access_token::AccessToken;
#[cfg(feature = "tokio")]
pub use builder::ClientBuilder;
#[cfg(feature = "tokio")]
pub use client::{Client, ClientError};
#[cfg(feature = "tokio")]
pub use conflict::{Conflict, ConflictPolicy, Resolution};
#[cfg(feature = "tokio")]
pub use deliveries::{Deliveries, NoDelivery};
#[cfg(feature = "tokio")]
pub use draft::Draft;
pub use hlc::{Hlc, HlcError, MAX_DRIFT, ServerClock, Stamp, StampParseError};
#[cfg(feature = "verify")]
pub use key_file::{KeyFile, KeyFileError};
#[cfg(feature = "tokio")]
pub use metrics::{Endpoint, Metrics, Sample};
pub use mono::Mono;
pub use offset::Offset;
#[cfg(feature = "tokio")]
pub use pages::ItemPages;
#[cfg(feature = "tokio")]
pub use reader::Delivery;
pub use session::Session;
pub use write::{Write, WriteError, WriteId, WriteIdParseError, WriteKind};
