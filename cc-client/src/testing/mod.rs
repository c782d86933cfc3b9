//! An invented world to try a client in: a platform, a network that fails, and clocks that jump.
//!
//! [`FakePlatform`] answers as `docs/protocol` says, in memory and without a socket. [`simulate`] runs a
//! client against it through a day of faults, in milliseconds. At the end it checks that nothing was lost,
//! doubled or shown out of order. The same seed gives the same day. [`simulate_siblings`] does so with
//! several processes on one file, and the people who use them.

mod faults;
mod platform;
mod simulation;
#[cfg(feature = "tokio")]
mod transport;

#[cfg(feature = "tokio")]
pub use faults::SiblingFlaw;
pub use faults::{Faults, Flaw, Report};
pub use platform::{Answer, FakePlatform, LiveFeed};
#[cfg(feature = "tokio")]
pub use simulation::siblings::{simulate_siblings, simulate_siblings_flawed};
pub use simulation::{simulate, simulate_flawed};
#[cfg(feature = "tokio")]
pub use transport::FakeTransport;

use crate::random::split_mix;

/// The session that [`FakePlatform`] knows.
pub const FAKE_SESSION: &str = platform::SESSION;

/// Everybody's password at [`FakePlatform`].
pub const FAKE_PASSWORD: &str = platform::PASSWORD;

/// Random numbers from a seed (`SplitMix64`): the same seed gives the same numbers.
#[derive(Clone, Copy, Debug)]
pub struct Dice(pub u64);

impl Dice {
    /// The next number.
    pub fn roll(&mut self) -> u64 {
        split_mix(&mut self.0)
    }

    /// A number below `end`; 0 if `end` is 0.
    pub fn below(&mut self, end: u64) -> u64 {
        if end == 0 { 0 } else { self.roll() % end }
    }

    /// True once in `many` times.
    pub fn one_in(&mut self, many: u64) -> bool {
        many > 0 && self.below(many) == 0
    }
}
