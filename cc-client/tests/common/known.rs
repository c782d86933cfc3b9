//! Waits until a client has heard of an item.

use std::time::Duration;

use cc_client::Client;

/// Until the platform has told a client of an item: what it wrote itself does not count.
pub(crate) async fn is_known(client: &Client, collection: &str, key: &str) {
    let mut changed = client.changed();
    while client.item(collection, key).await.unwrap().is_none_or(|item| item.version == 0) {
        tokio::time::timeout(Duration::from_secs(20), changed.changed()).await.unwrap().unwrap();
    }
}
