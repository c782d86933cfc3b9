//! What a client still says when it ends: that sessions were left.

use std::time::Duration;

use crate::carry::caught;
use crate::client::LANE;
use crate::clock::device;
use crate::decide::REFUSAL;
use crate::driver::Driver;
use crate::engine::{StoreAnswer, StoreClient, StoreCommand, Wished};
use crate::store::Store;
use crate::transport::{HttpBody, TransportError};

/// A process that ends waits so long for the platform to hear that somebody has signed out.
const MOMENT: Duration = Duration::from_secs(2);
/// And so long for the body of an answer, as long as it is no whole JSON: what that wishes is to be kept, also where the body never ends.
const SOON: Duration = Duration::from_millis(1_500);

impl Driver {
    /// Sessions that were left are ended at the platform, if that takes no longer than a moment, and no process was told to leave it alone.
    pub(crate) async fn say_last_words(&mut self) {
        let said = async {
            if self.engine.last_words(self.now(), Duration::ZERO).is_empty() {
                return;
            }
            let client = StoreClient { lane: LANE, owner: self.owner };
            let does = |command| move |store: &mut dyn Store| client.execute(store, device(), command);
            // As before any request: where the store cannot tell, what this process was told holds.
            let left = match self.store.call(does(StoreCommand::Quiet)).await {
                Ok(StoreAnswer::Quiet { left, doubt }) => left.max(doubt),
                _ => Duration::ZERO,
            };
            // One after another: what an answer wishes holds for those that are left.
            for http in self.engine.last_words(self.now(), left) {
                let sent = caught(async { self.transport.send(http).await }).await;
                let mut answer = match sent.unwrap_or(Err(TransportError::Broken)) {
                    Ok(answer) => answer,
                    Err(TransportError::Unsendable) => continue,
                    Err(_) => return,
                };
                let doubt = self.engine.last_doubt(self.now(), &answer.head);
                if let Some(millis) = doubt {
                    // For the other processes, and the next start, as what is believed is.
                    self.store.give_first(does(StoreCommand::KeepDoubt { millis }), drop);
                }
                let body = what_comes(&mut *answer.body).await;
                match self.engine.last_wish(self.now(), &answer.head, &body) {
                    None => {}
                    Some(Wished::Whoever) => return,
                    Some(Wished::Others) => {
                        if doubt.is_some() {
                            self.store.give_first(does(StoreCommand::KeepDoubt { millis: 0 }), drop);
                        }
                        return;
                    }
                    Some(Wished::Platform { millis }) => {
                        return self.store.give_first(does(StoreCommand::KeepQuiet { millis }), drop);
                    }
                }
            }
        };
        let _ = tokio::time::timeout(MOMENT, said).await;
    }
}

/// What soon comes of a body, as far as it says whose word it is.
async fn what_comes(body: &mut dyn HttpBody) -> Vec<u8> {
    let mut came = Vec::new();
    let all = async {
        while let Some(Some(Ok(piece))) = caught(body.next()).await {
            if came.len() + piece.len() > REFUSAL {
                break;
            }
            came.extend_from_slice(&piece);
            if serde_json::from_slice::<serde::de::IgnoredAny>(&came).is_ok() {
                break;
            }
        }
    };
    let _ = tokio::time::timeout(SOON, all).await;
    came
}
