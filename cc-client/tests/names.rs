//! Names that an app gives and that stand in addresses: none leads anywhere else.
#![cfg(all(feature = "testing", feature = "tokio"))]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use cc_client::engine::{EngineConfig, NameError};
use cc_client::store::MemoryStore;
use cc_client::testing::{FAKE_SESSION, FakeTransport};
use cc_client::{Client, ClientError};

/// Names that some reader of addresses takes for something else, or that are none of the protocol's.
fn misleading() -> Vec<String> {
    let long = "x".repeat(65);
    let names = [
        "",
        "/",
        ".",
        "..",
        "vehicles/../me",
        "../auth/token",
        "vehicles/./7",
        "vehicles//7",
        "/me",
        "me/",
        "me?live=sse",
        "me#",
        "me%2f..",
        "vehicles/%2e%2e/me",
        "vehicles\\..\\me",
        "m e",
        "me\r\nx-a: b",
        "me;a=b",
        "vehicles/\u{e5}/7",
        "vehicles/local:7/7",
        "\0",
        &long,
    ];
    names.map(str::to_owned).to_vec()
}

#[tokio::test]
async fn a_client_that_would_reach_another_address_does_not_start() {
    for name in misleading() {
        let world = FakeTransport::default();
        let builder = || Client::builder(world.clone(), MemoryStore::new()).session(FAKE_SESSION);
        let feed = builder().follow(name.as_str()).start().await.map(drop).unwrap_err();
        assert!(matches!(feed, ClientError::Name(NameError::Feed)), "{name:?}: {feed}");
        let only = |config: &mut EngineConfig| config.follow_only([name.as_str()]);
        let feed = builder().configure(only).start().await.map(drop).unwrap_err();
        assert!(matches!(feed, ClientError::Name(NameError::Feed)), "{name:?}: {feed}");
        let lists = |config: &mut EngineConfig| config.collections = vec![name.as_str().into()];
        let listed = builder().configure(lists).start().await.map(drop).unwrap_err();
        assert!(matches!(listed, ClientError::Name(NameError::Collection)), "{name:?}: {listed}");
    }
}

#[test]
fn every_name_of_the_protocol_is_taken() {
    let longest = format!("organizations/{}", "x".repeat(64));
    for name in ["me", "vehicles/local/7", "vehicles/a.b-c_D/-1", "organizations/...", &longest] {
        let mut config = EngineConfig::new(1, 7);
        config.follow(name);
        assert_eq!(config.check(), Ok(()), "{name}");
    }
}
