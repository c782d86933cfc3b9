//! The first steps of `docs/guides/sync.md`: a person signs in and writes something, with a network or without.

use std::time::Duration;

use cc_client::store::{Durability, SqliteStore};
use cc_client::transport::{ReqwestOptions, ReqwestTransport};
use cc_client::{Client, WriteKind, sign_in};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Blocks while it reads the file: nothing else runs yet. Later, call it in `tokio::task::spawn_blocking`.
    let (store, lost) = SqliteStore::open_or_salvage("client.db", Durability::Disk)?;
    if let Some(lost) = lost {
        // Tell the person, above all where writes may be lost.
        println!("damaged: kept {} unsent writes, more may be lost: {}", lost.writes, lost.is_partial);
    }
    let transport = ReqwestTransport::new("http://127.0.0.1:4437", ReqwestOptions::default())?;
    // Once: after that, the app keeps `who.session` where secrets are kept, and starts with it.
    let who = sign_in::with_password(&transport, "anna@demo.example", "demo-password", "phone").await?;
    let client = Client::builder(transport, store).session(&who).start().await?;
    // Whose the file is: at once for a session that was here before, without a network too.
    client.wait_until_known(Duration::from_secs(30)).await?;

    let pier =
        r#"{"name": "Pier", "position": {"latitude": 0.5, "longitude": -150.25}, "radiusMeters": 150}"#;
    // A new UUID for each thing.
    let key = "019f3c52-8d1e-7b60-a4c9-5e2f71d08b36";
    // On disk when it returns, network or not.
    let id = client.submit("places", key, WriteKind::Put, pier).await?;
    // Shows it at once.
    let shown = client.item("places", key).await?;
    println!("shown: {}", shown.is_some());
    // What the platform said. Without a network that takes until there is one.
    match tokio::time::timeout(Duration::from_secs(10), client.outcome(id)).await {
        Ok(outcome) => println!("outcome: {:?}", outcome?),
        Err(_) => println!("outcome: not known yet; it is sent once there is a network"),
    }
    client.shutdown().await?;
    Ok(())
}
