//! Sync and streaming: nothing lost, nothing twice, always live.
//!
//! Phones in tunnels, partners behind proxies, balancers that cut silence, servers that die: this crate keeps every
//! write it has accepted, shows every change once, and tells the truth about its own state. `docs/protocol` says what
//! goes over the wire.
//!
//! Its decisions are pure state machines ([`decide`]): each is given the time and what happened, and says what to do.
//! What stands on the wire is read by [`wire`], without a socket.

pub mod decide;
pub mod engine;
mod hlc;
pub mod merge;
mod mono;
mod offset;
pub mod store;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod wire;
mod write;

pub use hlc::{Hlc, HlcError, MAX_DRIFT, ServerClock, Stamp, StampParseError};
pub use mono::Mono;
pub use offset::Offset;
pub use write::{Write, WriteError, WriteId, WriteIdParseError, WriteKind};
