//! How what an app asks reaches the store, and whom it is for.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use tokio::sync::oneshot;

use super::{Client, ClientError, LANE, Order};
use crate::mine::Mine;
use crate::store::{Store, StoreError, as_one, is_nameless, stamp_behind_all};
use crate::{Stamp, Write};

impl Client {
    /// Reads what may be shown: behind a sign-in that was asked for before, nothing of the person before it. It waits for no write that waits
    /// for another process.
    pub(super) async fn read_mine<T: Default + Send + 'static>(
        &self,
        read: impl Fn(&mut dyn Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, ClientError> {
        self.look(move |store, mine| mine.read(store, &read)).await
    }

    /// Looks into the store once whoever signs in just now has.
    pub(crate) async fn look<T: Send + 'static>(
        &self,
        look: impl Fn(&mut dyn Store, &Mine) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, ClientError> {
        if self.door.is_somebody_coming() {
            // Where the client has ended, nobody comes any more.
            let _ = self.stamped(|_, _| Ok(()), |()| None).await;
        }
        let mine = self.mine.clone();
        Ok(self.store.read(move |store| look(store, &mine)).await?)
    }

    /// Puts writes into the outbox, all or none, each on what is known of its item.
    pub(super) async fn accept(&self, mut writes: Vec<Write>) -> Result<(), ClientError> {
        let mine = self.mine.clone();
        let accept = move |store: &mut dyn Store, mut clock: Stamp| {
            if let Some(why) = mine.closed(store)? {
                return Ok(Some(why.into()));
            }
            if is_nameless(store)? {
                return Ok(Some(ClientError::SignedOut));
            }
            // All of them see the same: what waits for an item is read once.
            let mut bases = BTreeMap::new();
            for write in &mut writes {
                write.base = match bases.entry((write.collection.clone(), write.key.clone())) {
                    Entry::Occupied(base) => *base.get(),
                    Entry::Vacant(place) => {
                        let known = store.item(&write.collection, &write.key)?;
                        *place.insert(known.map(|item| item.version).filter(|version| *version > 0))
                    }
                };
                write.clock = clock;
                clock = clock.next();
            }
            store.accept(LANE, &writes)?;
            Ok(None)
        };
        let refusal = self.stamped(accept, |refusal| refusal.is_none().then_some(Order::Filled)).await?;
        refusal.map_or(Ok(()), Err)
    }

    /// Does work on the store with a fresh stamp, as one, and tells the driver of it: also where nobody waits for it any more, or the
    /// driver has ended meanwhile.
    pub(super) async fn stamped<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut dyn Store, Stamp) -> Result<T, StoreError> + Send + 'static,
        order: impl FnOnce(&T) -> Option<Order> + Send + 'static,
    ) -> Result<T, ClientError> {
        let (answer, receiver) = oneshot::channel();
        let (store, orders) = (self.store.clone(), self.orders.clone());
        let then = move |stamp| {
            let stamped = move |store: &mut dyn Store| {
                let stamp = stamp_behind_all(store, stamp)?;
                work(store, stamp)
            };
            let work = move |store: &mut dyn Store| as_one(store, stamped);
            store.give(work, move |done| {
                if let Some(order) = done.as_ref().ok().and_then(order) {
                    let _ = orders.send(order);
                }
                let _ = answer.send(done);
            });
        };
        self.order(Order::Stamp { then: Box::new(then) })?;
        Ok(receiver.await.map_err(|_| ClientError::Closed)??)
    }
}
