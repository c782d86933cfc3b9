//! Names of partners' servers are looked up beside everything else: a name that the system seeks for half a minute holds up what is sent
//! to it, and nothing more.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};
use std::time::Duration;

use tokio::sync::oneshot;

use super::places::Places;
use crate::auth::Who;

/// Names that are looked up at the same time, and of them those of one partner.
const ALL: usize = 32;
const OF_ONE: usize = 2;
/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// Who looks names up at present.
#[derive(Debug)]
pub(super) struct Lookups {
    places: Places,
}

impl Default for Lookups {
    fn default() -> Self {
        Self { places: Places::new(ALL, ALL, OF_ONE) }
    }
}

impl Lookups {
    /// The addresses of a partner's server; `None` where the name is not known, or not within some seconds.
    pub(super) async fn find(&self, who: &Who, host: &str, port: u16) -> Option<Vec<SocketAddr>> {
        if let Ok(address) = host.parse::<IpAddr>() {
            return Some(vec![(address, port).into()]);
        }
        let host = host.to_owned();
        self.ask(who, move || (host, port).to_socket_addrs().ok().map(Vec::from_iter)).await
    }

    /// Asks on a thread of its own: nobody can interrupt the system, and the platform does not wait for it to stop.
    #[expect(clippy::disallowed_methods, reason = "a server may start threads")]
    async fn ask<T: Send + 'static>(
        &self,
        who: &Who,
        question: impl FnOnce() -> Option<T> + Send + 'static,
    ) -> Option<T> {
        let places = tokio::time::timeout(PATIENCE, self.places.take(who)).await.ok()??;
        let (told, heard) = oneshot::channel();
        let ask = move || {
            // Held to the end, also where nobody waits for it any more.
            let _places = places;
            let _ = told.send(question());
        };
        std::thread::Builder::new().name("lookup".to_owned()).spawn(ask).ok()?;
        tokio::time::timeout(PATIENCE, heard).await.ok()?.ok()?
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[tokio::test]
    async fn one_partner_whose_names_are_not_found_holds_up_no_other() {
        let lookups = Arc::new(Lookups::default());
        let (go, wait) = std::sync::mpsc::channel::<()>();
        let wait = Arc::new(Mutex::new(wait));
        let slow = Who::new("demo", "service/slow");
        let mut asked = Vec::new();
        for _ in 0..20 {
            let (lookups, wait, slow) = (lookups.clone(), wait.clone(), slow.clone());
            asked.push(tokio::spawn(async move {
                lookups.ask(&slow, move || wait.lock().unwrap().recv().ok()).await
            }));
        }
        for _ in 0..1_500 {
            if lookups.places.all.available_permits() == ALL - OF_ONE {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(lookups.places.all.available_permits(), ALL - OF_ONE, "each has a thread of its own");
        let other = Who::new("demo", "service/quick");
        let quick = lookups.ask(&other, || Some(7));
        assert_eq!(tokio::time::timeout(Duration::from_secs(4), quick).await, Ok(Some(7)));
        // Who is not answered does not wait for ever; the places are free once the system has answered.
        for one in asked {
            assert_eq!(one.await.unwrap(), None);
        }
        assert_eq!(lookups.places.all.available_permits(), ALL - OF_ONE);
        drop(go);
        for _ in 0..1_500 {
            if lookups.places.all.available_permits() == ALL {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the places are not free again");
    }

    #[tokio::test]
    async fn an_address_needs_no_look_up() {
        let found = Lookups::default().find(&Who::new("demo", "service/x"), "::1", 443).await.unwrap();
        assert_eq!(found, ["[::1]:443".parse().unwrap()]);
    }
}
