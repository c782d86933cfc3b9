//! A platform that drains answers what is under way, tells everybody else so, and closes.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod common;

use std::time::Duration;

use common::{World, client, value};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_while_it_drains_is_told_so_and_what_is_under_way_is_answered() {
    let mut config = common::config();
    // What is under way is waited for until the others were told.
    config.request = 60_000;
    let world = World::with(config).await;
    let anna = world.person("anna").await;
    let base = world.base.clone();
    let body = r#"{"changes":[]}"#;
    // Half a request is under way.
    let mut stream = TcpStream::connect(base.trim_start_matches("http://")).await.unwrap();
    let head = format!(
        "POST /v1/changes HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        anna.token,
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&body.as_bytes()[..3]).await.unwrap();
    // And a stream is open, which is let go.
    let live = anna.get("/v1/feeds/me?offset=now&live=sse").await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    let node = world.node.clone();
    let stopping = tokio::spawn(world.stop());
    while !node.is_draining() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    tokio::time::timeout(Duration::from_secs(30), live.text()).await.expect("the stream is let go").unwrap();
    for _ in 0..3 {
        let new = client();
        assert_eq!(new.get(format!("{base}/healthz")).send().await.unwrap().status(), 200);
        for path in ["/readyz", "/v1/collections/places", "/v1/feeds/me?offset=-1"] {
            let answer = new.get(format!("{base}{path}")).bearer_auth(&anna.token).send().await.unwrap();
            assert_eq!(
                (answer.status().as_u16(), answer.headers()["retry-after"].to_str().unwrap()),
                (503, "1")
            );
            assert_eq!(answer.headers()["content-type"], "application/problem+json");
            assert_eq!(value(answer).await["code"], "draining", "{path}");
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert!(!stopping.is_finished(), "what is under way is waited for");
    stream.write_all(&body.as_bytes()[3..]).await.unwrap();
    let mut answer = Vec::new();
    tokio::time::timeout(Duration::from_secs(30), stream.read_to_end(&mut answer)).await.unwrap().unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&answer));
    tokio::time::timeout(Duration::from_secs(30), stopping).await.expect("it closes").unwrap();
    assert!(client().get(format!("{base}/healthz")).send().await.is_err());
}

#[tokio::test]
async fn who_is_told_to_stop_before_anything_began_stops() {
    let world = World::start().await;
    tokio::time::timeout(Duration::from_secs(20), world.stop()).await.expect("it stops");
}
