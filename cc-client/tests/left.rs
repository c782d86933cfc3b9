//! What somebody has left who was never known, while others use the same file.
#![cfg(all(feature = "testing", feature = "tokio", feature = "sqlite"))]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use std::path::Path;
use std::time::Duration;

use cc_client::engine::HttpRequest;
use cc_client::store::{Durability, SqliteStore};
use cc_client::transport::{Boxed, HttpAnswer, Transport, TransportError};
use cc_client::{Client, ClientError, WriteKind};

struct Nobody;

impl Transport for Nobody {
    fn send(&self, _: HttpRequest) -> Boxed<'static, Result<HttpAnswer, TransportError>> {
        Box::pin(async { Err(TransportError::NotConnected) })
    }
}

async fn process(path: &Path, session: &str) -> Client {
    let store = SqliteStore::open(path, Durability::Process).unwrap();
    Client::builder(Nobody, store).session(session).start().await.unwrap()
}

#[tokio::test]
async fn nobody_is_asked_about_what_another_left_who_was_never_known() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("client.db");
    let bos = process(&path, "bos session").await;
    let id = bos.submit("places", "home", WriteKind::Put, r#"{"of":"bo"}"#).await.unwrap();
    let annas = process(&path, "annas session").await;
    assert!(annas.unresolved().await.unwrap().is_empty());
    bos.sign_out().unwrap();
    // Bo is told what becomes of it.
    tokio::time::timeout(Duration::from_secs(20), bos.outcome(id)).await.expect("it hung").unwrap();
    assert_eq!(bos.unresolved().await.unwrap().len(), 1);
    assert!(annas.unresolved().await.unwrap().is_empty());
    assert!(annas.items("places", "", 9).await.unwrap().is_empty());
    let refused = annas.submit("places", "x", WriteKind::Put, "{}").await.unwrap_err();
    assert!(matches!(refused, ClientError::NotYetKnown), "{refused}");
}
