//! Whoever asks for something and hangs up at once: what was begun is done to its end.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod common;

use std::net::SocketAddr;
use std::sync::atomic::Ordering::{Relaxed, SeqCst};
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use common::filling::{self, Filling};
use common::{Person, World, event};
use platform::auth::session;
use platform::problem::Problem;
use platform::routes::router;
use serde_json::json;
use tower::ServiceExt as _;

/// Asks while the writer is busy, and goes away before it answers; the writer goes on after that.
async fn ask_and_hang_up(storage: &Filling, world: &World, request: Request<Body>) {
    filling::quiet(storage).await;
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let (begun, begins) = tokio::sync::oneshot::channel::<()>();
    let node = world.node.clone();
    let busy = tokio::spawn(async move {
        let hold = move |_: &mut dyn platform::storage::Edit| {
            let _ = begun.send(());
            let _ = wait.recv();
            Ok::<_, Problem>(())
        };
        node.commit(hold).await.unwrap();
    });
    begins.await.unwrap();
    let before = storage.1.load(SeqCst);
    let begun = async {
        while storage.1.load(SeqCst) == before {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::select! {
        _ = router(world.node.clone()).oneshot(request) => panic!("it waits for the writer"),
        () = begun => {}
        () = tokio::time::sleep(Duration::from_secs(60)) => panic!("it does not begin"),
    }
    drop(go);
    busy.await.unwrap();
}

fn request(person: &Person, method: &str, path: &str, body: String) -> Request<Body> {
    let from = SocketAddr::from(([127, 0, 0, 1], 1));
    Request::builder()
        .method(method)
        .uri(path)
        .header("host", "platform.example")
        .header("authorization", format!("Bearer {}", person.token))
        .header("content-type", "application/json")
        .extension(ConnectInfo(from))
        .body(Body::from(body))
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_out_and_hangs_up_is_signed_out_with_its_tokens() {
    let (storage, world) = filling::world().await;
    for path in ["/v1/auth/session", "/v1/auth/sessions"] {
        let anna = world.person("anna").await;
        ask_and_hang_up(&storage, &world, request(&anna, "DELETE", path, String::new())).await;
        let mut status = 200;
        for _ in 0..1_500 {
            let secret = anna.session.clone();
            let session = world.node.look(move |view| session::find(view, &secret)).await;
            status = anna.get("/v1/collections/places").await.status().as_u16();
            if session.is_err() && status == 401 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(status, 401, "{path}: the session has ended, and its token has not");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_counted_also_where_the_sender_hangs_up() {
    let (storage, world) = filling::world().await;
    let gateway = world.person("gateway").await;
    let events = json!([event(1, 1, "can_dtc", json!({"code": "0301", "sourceType": "j2012"}))]).to_string();
    ask_and_hang_up(&storage, &world, request(&gateway, "POST", "/v1/ingest", events)).await;
    for _ in 0..1_500 {
        if world.node.metrics.events.load(Relaxed) == 1 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the event is kept, and not counted");
}
