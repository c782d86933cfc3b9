//! Whoever sees a car hears of its settings, also where the telling was cut short.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod common;

use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use common::filling::{self, ROOM};
use common::{Person, World, event};
use serde_json::json;

async fn told(support: &Person) -> usize {
    support.feed().await.iter().filter(|record| record["collection"] == "config").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_not_told_of_settings_is_told_by_the_next_change_or_start() {
    let (storage, world) = filling::world().await;
    let (support, gateway) = (world.person("support").await, world.person("gateway").await);
    let said = json!([event(1, 5, "car_ignition", json!({"value": true}))]);
    assert_eq!(gateway.post("/v1/ingest", &said).await.status(), 200);
    let put = async |zoom: i64| {
        let layer = json!({"map": {"zoom": zoom}});
        let put = support.send(reqwest::Method::PUT, "/v1/config/layers/global", &layer);
        put.await.status()
    };
    let before = told(&support).await;
    storage.1.store(1, SeqCst);
    assert_eq!(put(3).await, 503, "the layer is kept, and nobody told");
    storage.1.store(ROOM, SeqCst);
    assert_eq!((put(3).await.as_u16(), told(&support).await), (204, before + 1));
    assert_eq!((put(3).await.as_u16(), told(&support).await), (204, before + 1), "once");

    storage.1.store(1, SeqCst);
    assert_eq!(put(4).await, 503);
    storage.1.store(ROOM, SeqCst);
    drop(storage);
    let folder = world.stop().await;
    let world = World::of(common::open(folder.path(), common::config()).await, folder);
    let support = world.person("support").await;
    for _ in 0..100 {
        if told(&support).await > before + 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(told(&support).await, before + 2);
}
