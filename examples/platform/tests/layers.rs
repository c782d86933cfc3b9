//! Whoever sees a car hears of its settings, also where the telling was cut short.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod common;

use std::collections::BTreeSet;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use common::filling::{self, ROOM};
use common::{Person, World, event};
use platform::settings::LAYER;
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
    filling::quiet(&storage).await;
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
    for _ in 0..1_200 {
        if told(&support).await > before + 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(told(&support).await, before + 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn tellings_that_stop_one_another_tell_everybody_in_turn() {
    let (storage, world) = filling::world().await;
    let (support, gateway) = (world.person("support").await, world.person("gateway").await);
    let said = (0..120).map(|car| {
        let mut said = event(1, 5, "car_ignition", json!({"value": true}));
        said["vehicleId"] = (1_000 + car).into();
        said
    });
    let said = serde_json::Value::Array(said.collect());
    assert_eq!(gateway.post("/v1/ingest", &said).await.status(), 200);
    let before = support.feed().await.len();
    filling::quiet(&storage).await;
    // Each comes as far as fifty of them, where nothing else is written meanwhile.
    for zoom in 1..=8 {
        storage.1.store(2, SeqCst);
        let layer = json!({"map": {"zoom": zoom}});
        let put = support.send(reqwest::Method::PUT, "/v1/config/layers/global", &layer).await;
        assert_eq!(put.status(), 503);
        storage.1.store(ROOM, SeqCst);
    }
    let feed = support.feed().await;
    let told = feed[before..].iter().filter(|record| record["collection"] == "config");
    let told: BTreeSet<&str> = told.filter_map(|record| record["key"].as_str()).collect();
    let all = support.listed("vehicles").await;
    assert!(all.len() >= 120);
    let untold = all.iter().filter(|car| !told.contains(car["key"].as_str().unwrap())).count();
    assert_eq!(untold, 0, "of {}", all.len());
}

#[tokio::test]
async fn layers_are_bounded_each_and_together_and_less_is_always_taken() {
    let world = World::start().await;
    let support = world.person("support").await;
    let layer = |bytes: usize| json!({"note": "a".repeat(bytes - r#"{"note":""}"#.len())});
    let put = async |of: &str, bytes: usize| {
        let path = format!("/v1/config/layers/market?of={of}");
        let answer = support.send(reqwest::Method::PUT, &path, &layer(bytes)).await;
        let status = answer.status().as_u16();
        (status, answer.text().await.unwrap())
    };
    for market in 0..15 {
        assert_eq!(put(&market.to_string(), LAYER).await.0, 204);
    }
    for (of, bytes, said) in [
        ("15", LAYER, format!("{} bytes in all", 16 * (LAYER + 256) + 16 * "market".len() + 16 + 22)),
        ("1", LAYER + 1, "262145 bytes".to_owned()),
    ] {
        let (status, problem) = put(of, bytes).await;
        let problem: serde_json::Value = serde_json::from_str(&problem).unwrap();
        assert_eq!((status, &problem["code"]), (413, &json!("too_large")));
        let bounds = "at most 262144 bytes a layer, and 4194304 all layers of an organization";
        assert_eq!(problem["detail"], format!("{said}: {bounds}"));
    }
    assert_eq!(put("1", 100).await.0, 204);
    assert_eq!(put("15", LAYER).await.0, 204);
    let gone = support.ask(reqwest::Method::DELETE, "/v1/config/layers/market?of=15").send().await.unwrap();
    assert_eq!(gone.status(), 204);
}

#[tokio::test]
async fn only_the_layers_of_a_car_are_read_for_it_and_only_whoever_sees_it_is_told() {
    let world = World::start().await;
    let (support, gateway) = (world.person("support").await, world.person("gateway").await);
    let mut other = event(2, 5, "car_ignition", json!({"value": true}));
    other["vehicleId"] = 8.into();
    let said = json!([event(1, 5, "car_ignition", json!({"value": true})), other]);
    assert_eq!(gateway.post("/v1/ingest", &said).await.status(), 200);
    // It does not read, and is of a market that no car here is in.
    let place = platform::storage::key(&["layer", "demo", "market", "none"]);
    world.node.commit(move |edit| Ok(edit.put(&place, b"{")?)).await.unwrap();
    let before = told(&support).await;
    for (path, layer, more) in [
        ("/v1/config/layers/vehicle?of=demo/7", json!({"zoom": 3}), 1),
        ("/v1/config/layers/vehicle?of=demo/7", json!({"zoom": 3}), 1),
        ("/v1/config/layers/global", json!({"zoom": 4}), 2),
        ("/v1/config/layers/global", json!({"zoom": 4, "night": true}), 4),
    ] {
        assert_eq!(support.send(reqwest::Method::PUT, path, &layer).await.status(), 204);
        assert_eq!(told(&support).await, before + more, "{path}");
    }
    assert_eq!(support.json("/v1/config?vehicle=demo/7").await, json!({"zoom": 3, "night": true}));
    let tag = support.get("/v1/config?vehicle=demo/7").await.headers()["etag"].to_str().unwrap().to_owned();
    let last = support.last("config", "demo/7").await.unwrap();
    assert_eq!(last["value"]["etag"].as_str().unwrap().trim_matches('"'), tag.trim_matches('"'));
}
