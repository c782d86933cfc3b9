//! The receiving end of the data stream.
#![cfg(feature = "connected-cars")]
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use cc_client::connected_cars::{PushAnswer, PushReceiver, has_bearer};
use cc_core::dedup::{Dedup, DedupLimits};
use http::Request as HttpRequest;
use tower_service::Service;

fn bulk(ids: &[u32]) -> String {
    let event = |id: &u32| {
        format!(
            r#"{{"id":{id},"organizationKey":"local","vehicleId":7,"time":"2026-05-01T10:00:00Z","type":"car_ignition","value":true}}"#
        )
    };
    format!("[{}]", ids.iter().map(event).collect::<Vec<_>>().join(","))
}

#[tokio::test]
async fn each_event_of_the_data_stream_is_handed_over_once_and_is_lost_never() {
    let stored = Arc::new(Mutex::new(Vec::new()));
    let full = Arc::new(AtomicBool::new(false));
    let (kept, is_full) = (stored.clone(), full.clone());
    let mut receiver = PushReceiver::new(
        |headers| has_bearer(headers, "made-up"),
        move |events: Vec<cc_core::Event>| {
            let (kept, is_full) = (kept.clone(), is_full.load(Ordering::SeqCst));
            async move {
                if is_full {
                    return PushAnswer::TryAgain;
                }
                kept.lock().unwrap().push(events.len());
                PushAnswer::Stored
            }
        },
        Dedup::new(DedupLimits { capacity: 100_000, horizon: None }),
    )
    .limit(4_096);
    let mut post = async |method: &str, token: &str, body: String| {
        let request = HttpRequest::builder().method(method).uri("/").header("authorization", token);
        receiver.call(request.body(body).unwrap()).await.unwrap().status().as_u16()
    };
    let right = "Bearer made-up";
    for (method, token, body, expected) in [
        ("GET", right, bulk(&[1]), 405),
        ("POST", "Bearer other", bulk(&[1]), 401),
        ("POST", "Bearer made-u", bulk(&[1]), 401),
        ("POST", "Bearer made-up ", bulk(&[1]), 401),
        ("POST", "Bearer", bulk(&[1]), 401),
        ("POST", "Basic made-up", bulk(&[1]), 401),
        ("POST", "bearer made-up", bulk(&[]), 200),
        ("POST", right, "[{}]".to_owned(), 400),
        ("POST", right, "x".repeat(4_097), 413),
        // Twins in one bulk, in two bulks, and news among them.
        ("POST", right, bulk(&[1, 2, 1]), 200),
        ("POST", right, bulk(&[2, 1]), 200),
        ("POST", right, bulk(&[2, 3]), 200),
    ] {
        assert_eq!(post(method, token, body).await, expected);
    }
    assert_eq!(*stored.lock().unwrap(), [2, 1]);
    // What could not be stored comes again, and is news then.
    full.store(true, Ordering::SeqCst);
    assert_eq!(post("POST", right, bulk(&[4])).await, 503);
    full.store(false, Ordering::SeqCst);
    assert_eq!(post("POST", right, bulk(&[4])).await, 200);
    assert_eq!(*stored.lock().unwrap(), [2, 1, 1]);
}

/// A server drops the request of a sender that goes away: what was being stored is stored, and known.
#[tokio::test]
async fn what_a_sender_did_not_wait_for_is_stored_once() {
    let stored = Arc::new(Mutex::new(0));
    let kept = stored.clone();
    let mut receiver = PushReceiver::new(
        |_| true,
        move |events: Vec<cc_core::Event>| {
            let kept = kept.clone();
            async move {
                *kept.lock().unwrap() += events.len();
                tokio::time::sleep(Duration::from_millis(100)).await;
                PushAnswer::Stored
            }
        },
        Dedup::new(DedupLimits { capacity: 100_000, horizon: None }),
    );
    let mut post = || receiver.call(HttpRequest::post("/").body(bulk(&[1, 2])).unwrap());
    assert!(tokio::time::timeout(Duration::from_millis(10), post()).await.is_err());
    assert_eq!(post().await.unwrap().status(), 200);
    assert_eq!(*stored.lock().unwrap(), 2);
}

#[test]
fn a_secret_that_was_forgotten_lets_nobody_in() {
    let mut headers = http::HeaderMap::new();
    for value in ["Bearer ", "Bearer x", "Bearer"] {
        headers.insert("authorization", http::HeaderValue::from_static(value));
        assert!(!has_bearer(&headers, ""), "{value}");
    }
}
