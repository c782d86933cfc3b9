//! What a reader of a feed is given, and when: nothing from when somebody signs in until it is known who that is, and then nothing of
//! anybody else.

use std::fmt;
use std::sync::Arc;

use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::{mpsc, watch};

use crate::reader::Delivery;

/// Messages of a feed, one delivery at a time: [`crate::Client::read`]. [`Self::recv`] waits for the next;
/// [`Self::try_recv`] does not wait. The type of the same name in [`crate::blocking`] is the iterator for
/// programs that are not async.
#[must_use = "it gives nothing until it is asked"]
pub struct Deliveries {
    receiver: mpsc::Receiver<Delivery>,
    door: watch::Receiver<Door>,
    /// It came, and then somebody signed in.
    kept: Option<Delivery>,
}

/// Why there is no delivery at once.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NoDelivery {
    /// None will come any more: the client has ended, or another reader has taken the place of this one.
    #[error("no delivery will come any more: the client has ended, or another reader reads the feed")]
    Closed,
    /// None is there, or none may be given for now.
    #[error("no delivery yet")]
    Empty,
}

impl fmt::Debug for Deliveries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deliveries").finish_non_exhaustive()
    }
}

impl Deliveries {
    /// The next delivery. `None` once the client has ended, or another reader has taken the place of this
    /// one. After [`crate::Client::sign_in`], and while the file is another person's, it waits: what came
    /// before is given to the same person only.
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

    /// The next delivery if it is there, without waiting: for a loop that also does other work. Where
    /// [`Self::recv`] would wait to know who signed in, it gives nothing. It skips what is not this person's
    /// any more.
    ///
    /// Each delivery comes a moment after the one before was taken. So [`NoDelivery::Empty`] means that none
    /// is there yet, not that all were read: look again at the next turn. Only [`NoDelivery::Closed`] is the
    /// end. A delivery stays in hand until [`Delivery::taken`], or until it is dropped.
    ///
    /// # Errors
    ///
    /// [`NoDelivery`].
    ///
    /// # Examples
    ///
    #[cfg_attr(feature = "testing", doc = "```")]
    #[cfg_attr(not(feature = "testing"), doc = "```ignore")]
    /// use std::time::Duration;
    /// use cc_client::store::MemoryStore;
    /// use cc_client::testing::{FAKE_SESSION, FakeTransport};
    /// use cc_client::{Client, NoDelivery};
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
    /// let world = FakeTransport::default();
    /// world.platform().tell("vehicles/local/7", "1");
    /// let builder = Client::builder(world, MemoryStore::new()).session(FAKE_SESSION);
    /// let desk = builder.follow("vehicles/local/7").start().await?;
    /// let (mut deliveries, mut read) = (desk.read("vehicles/local/7")?, Vec::new());
    /// while read.is_empty() {
    ///     match deliveries.try_recv() {
    ///         Ok(delivery) => {
    ///             read.extend(delivery.messages.iter().cloned());
    ///             delivery.taken();
    ///         }
    ///         // The rest of the loop's work.
    ///         Err(NoDelivery::Empty) => tokio::time::sleep(Duration::from_millis(10)).await,
    ///         Err(closed) => return Err(closed.into()),
    ///     }
    /// }
    /// assert_eq!(&*read[0], "1");
    ///
    /// desk.shutdown().await?;
    /// let error = deliveries.try_recv().unwrap_err();
    /// assert_eq!(error.to_string(), "no delivery will come any more: the client has ended, or another reader reads the feed");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn try_recv(&mut self) -> Result<Delivery, NoDelivery> {
        loop {
            let door = *self.door.borrow();
            if !door.is_open() {
                return Err(if door.is_ended { NoDelivery::Closed } else { NoDelivery::Empty });
            }
            if let Some(kept) = self.kept.take()
                && !kept.is_void()
            {
                return Ok(kept);
            }
            match self.receiver.try_recv() {
                // Somebody may have signed in meanwhile.
                Ok(next) => self.kept = Some(next),
                Err(TryRecvError::Empty) => return Err(NoDelivery::Empty),
                Err(TryRecvError::Disconnected) => return Err(NoDelivery::Closed),
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
