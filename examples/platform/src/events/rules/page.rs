//! The log of an organization, as the rules read it: pointers, and what they point to.

use cc_core::{Event, VehicleRef};

use crate::events;
use crate::node::Node;
use crate::problem::Problem;
use crate::storage::StorageError;

/// How much of the log is read at a time, bytes of pointers, and about how many of events.
const PAGE: (usize, usize) = (64 << 10, 1 << 20);

/// Some of the log.
pub(super) struct Page {
    /// How many pointers did not read: what they were about is left out, and what is behind them goes on.
    pub(super) aside: u64,
    pub(super) events: Vec<Event>,
    /// Where the next are.
    pub(super) next: u64,
    pub(super) more: bool,
    /// How many messages the log of a vehicle has, where no more are behind these.
    pub(super) of_vehicle: Option<u64>,
}

/// Events from a number on.
pub(super) async fn read(
    node: &Node,
    log: &str,
    from: u64,
    vehicle: Option<VehicleRef>,
) -> Result<Page, Problem> {
    let log = log.to_owned();
    node.look(move |view| {
        let tail = view.tail(&log)?;
        let from = from.max(tail.first).min(tail.next);
        let pointers = view.read(&log, from, PAGE.0)?;
        let (mut next, mut size, mut aside) = (from, 0, 0);
        let mut events = Vec::with_capacity(pointers.len());
        for pointer in pointers {
            // A pointer is short, and what it points to may be long.
            if size >= PAGE.1 {
                break;
            }
            let event = match events::follow(view, &pointer) {
                Err(StorageError::Damaged { .. }) => {
                    aside += 1;
                    None
                }
                event => event?,
            };
            size += event.as_ref().map_or(0, bytes::Bytes::len);
            events.extend(event.and_then(|event| Event::from_json(event).ok()));
            next += 1;
        }
        let more = next < tail.next;
        let of_vehicle = match vehicle.filter(|_| !more) {
            Some(of) => Some(view.tail(&events::log_of(of.organization.as_str(), of.vehicle.0))?.next),
            None => None,
        };
        Ok(Page { aside, events, next, more, of_vehicle })
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::NodeConfig;

    #[tokio::test]
    async fn a_page_of_pointers_ends_by_the_bytes_that_they_point_to() {
        let folder = tempfile::tempdir().unwrap();
        let node = Node::open(folder.path(), NodeConfig::default()).await.unwrap();
        let (of, all) = (crate::events::log_of("demo", 7), crate::events::log_of_all("demo"));
        let (log, many) = (all.clone(), 20);
        let job = move |edit: &mut dyn crate::storage::Edit| {
            let letters = "a".repeat(200_000);
            let one =
                |id| format!(r#"{{"id":{id},"time":"2026-05-01T10:00:00Z","type":"x","note":"{letters}"}}"#);
            for id in 0..many {
                edit.append(&of, &[one(id).as_bytes()])?;
                edit.append(&log, &[format!("{id} {of}").as_bytes()])?;
            }
            Ok(())
        };
        node.commit(job).await.unwrap();
        let (mut from, mut sizes) = (0, Vec::new());
        loop {
            let page = read(&node, &all, from, None).await.unwrap();
            sizes.push(page.events.len());
            from = page.next;
            if !page.more {
                break;
            }
        }
        assert_eq!(sizes, [6, 6, 6, 2]);
    }
}
