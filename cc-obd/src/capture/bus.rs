//! What is known of one bus: half messages, and the reply being read.

use alloc::vec::Vec;

use super::bus_frames::Strangers;
use super::reply::Reply;
use super::truck::Truck;
use crate::frame::Interface;
use crate::isotp::Network;

/// The state of one bus.
#[derive(Clone, Debug, Default)]
pub(super) struct Bus {
    pub(super) answers: Network,
    /// Senders that may carry answers or anything else.
    pub(super) others: Network,
    pub(super) strangers: Strangers,
    pub(super) requests: Network,
    pub(super) reply: Reply,
    pub(super) truck: Truck,
}

/// The buses of a capture: one, unless a `candump` names several interfaces.
#[derive(Clone, Debug)]
pub(super) struct Buses {
    all: Vec<(Option<Interface>, Bus)>,
    current: usize,
}

/// The most interfaces followed at once; the one used first gives way.
const MOST: usize = 32;

impl Default for Buses {
    fn default() -> Self {
        Self { all: alloc::vec![(None, Bus::default())], current: 0 }
    }
}

impl Buses {
    /// Goes to the bus of an interface.
    pub(super) fn select(&mut self, interface: Option<Interface>) {
        if self.all[self.current].0 == interface {
            return;
        }
        let known = self.all.iter().position(|(known, _)| *known == interface);
        self.current = known.unwrap_or_else(|| {
            if self.all.len() >= MOST {
                self.all.remove(0);
            }
            self.all.push((interface, Bus::default()));
            self.all.len() - 1
        });
    }

    pub(super) fn current(&mut self) -> &mut Bus {
        &mut self.all[self.current].1
    }

    pub(super) fn reply(&self) -> &Reply {
        &self.all[self.current].1.reply
    }

    /// Every bus in turn.
    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Bus> {
        self.all.iter_mut().map(|(_, bus)| bus)
    }

    /// The number of buses; each can be visited by [`Self::visit`].
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// Goes to a bus by its place.
    pub(super) fn visit(&mut self, place: usize) {
        self.current = place.min(self.all.len() - 1);
    }
}
