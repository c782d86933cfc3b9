//! What an engine asks of a store, done on the store's thread.

use tokio::sync::mpsc;

use crate::client::LANE;
use crate::clock::device;
use crate::driver::{Driver, Told};
use crate::engine::{StoreClient, StoreCommand};
use crate::store::Store;

impl Driver {
    /// Gives a command to the store; its answer comes as [`Told::Answer`].
    pub(crate) fn ask_store(&self, ticket: u64, command: StoreCommand, tell: &mpsc::UnboundedSender<Told>) {
        let (tell, owner) = (tell.clone(), self.owner);
        let (clock, asked, person) = (self.clock, self.now(), self.mine.person());
        let (mine, looked) = (self.mine.clone(), tell.clone());
        let is_look = matches!(command, StoreCommand::Load { .. } | StoreCommand::Belong { .. });
        let is_wish = command.is_wish();
        let work = move |store: &mut dyn Store| {
            let client = StoreClient { lane: LANE, owner };
            let answer = person.execute(store, client, device, command)?;
            // What was done is done, whether or not this can be read: it is looked at again.
            if is_look && let Ok(is_anothers) = mine.is_anothers(store) {
                let _ = looked.send(Told::Anothers(is_anothers));
            }
            Ok(answer)
        };
        let then = move |answer| {
            if let Err(error) = &answer {
                tracing::warn!(%error, "the store failed");
            }
            let took = clock.now() - asked;
            let _ = tell.send(Told::Answer(ticket, answer, took));
        };
        if is_wish {
            self.store.give_first(work, then);
        } else {
            self.store.give(work, then);
        }
    }
}
