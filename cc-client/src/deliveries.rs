//! What a reader of a feed is given, and when: nothing from when somebody signs in until it is known who that is, and then nothing of
//! anybody else.

use std::fmt;
use std::sync::Arc;

use tokio::sync::{mpsc, watch};

use crate::reader::Delivery;

/// Messages of a feed, one delivery at a time: [`crate::Client::read`].
pub struct Deliveries {
    receiver: mpsc::Receiver<Delivery>,
    door: watch::Receiver<Door>,
    /// It came, and then somebody signed in.
    kept: Option<Delivery>,
}

impl fmt::Debug for Deliveries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deliveries").finish_non_exhaustive()
    }
}

impl Deliveries {
    /// The next delivery; `None` once the client has ended, or another reader has taken the place of this one. From
    /// [`crate::Client::sign_in`] on, and while the file is another person's, it waits: what came before is given to the same person only.
    ///
    /// Dropping the future loses nothing.
    pub async fn recv(&mut self) -> Option<Delivery> {
        loop {
            let door = *self.door.borrow_and_update();
            if !door.is_open() && door.is_ended {
                return None;
            }
            if door.is_open()
                && let Some(kept) = self.kept.take()
                && !kept.is_void()
            {
                return Some(kept);
            }
            tokio::select! {
                biased;
                next = self.receiver.recv(), if self.kept.is_none() => self.kept = Some(next?),
                Ok(()) = self.door.changed() => {}
                else => return None,
            }
        }
    }
}

/// Whether readers are given anything.
#[derive(Clone, Copy, Default)]
pub(crate) struct Door {
    /// So many have signed in of whom the driver has not heard yet.
    coming: u32,
    /// It is not known who signed in, or the file is another person's.
    is_hidden: bool,
    is_ended: bool,
}

impl Door {
    fn is_open(self) -> bool {
        self.coming == 0 && !self.is_hidden
    }
}

/// Who opens and closes the door of all readers.
#[derive(Clone)]
pub(crate) struct Doorkeeper(Arc<watch::Sender<Door>>);

impl Doorkeeper {
    pub(crate) fn new() -> Self {
        Self(Arc::new(watch::Sender::new(Door::default())))
    }

    pub(crate) fn reader(&self, receiver: mpsc::Receiver<Delivery>) -> Deliveries {
        Deliveries { receiver, door: self.0.subscribe(), kept: None }
    }

    /// Whether somebody has signed in of whom the driver has not heard yet.
    pub(crate) fn is_somebody_coming(&self) -> bool {
        self.0.borrow().coming > 0
    }

    /// Somebody signs in: closed from here on.
    pub(crate) fn comes(&self) {
        self.0.send_modify(|door| door.coming += 1);
    }

    /// The driver has heard of one who signed in.
    pub(crate) fn came(&self, is_hidden: bool) {
        self.0.send_modify(|door| {
            door.coming = door.coming.saturating_sub(1);
            door.is_hidden = is_hidden;
        });
    }

    pub(crate) fn hides(&self, is_hidden: bool) {
        self.0.send_if_modified(|door| std::mem::replace(&mut door.is_hidden, is_hidden) != is_hidden);
    }

    pub(crate) fn ends(&self) {
        self.0.send_modify(|door| door.is_ended = true);
    }
}
