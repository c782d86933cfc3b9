//! Shares end when their time has come: once, soon, and without keeping anybody else waiting.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod common;

use std::time::Duration;

use common::{Person, World, change, event, place};
use platform::clock;
use platform::items::Spot;
use platform::storage::{key, names, put_json};
use serde_json::{Value, json};

/// An instant so many milliseconds from now.
fn ahead(millis: u64) -> cc_core::Timestamp {
    clock::now() + Duration::from_millis(millis)
}

fn spot(name: &str) -> Spot {
    Spot {
        org: "demo".to_owned(),
        collection: "shares".to_owned(),
        person: String::new(),
        key: name.to_owned(),
    }
}

fn row(end: cc_core::Timestamp, name: &str) -> String {
    key(&["expires", &clock::text(end), "demo", name])
}

/// How many shares wait for their end.
async fn waiting(world: &World) -> usize {
    world.node.look(|view| Ok(names(view, "expires")?.len())).await.unwrap()
}

async fn offer(anna: &Person, name: &str, end: cc_core::Timestamp) {
    anna.write("places", &format!("p-{name}"), "put", place("Pier")).await;
    let share = json!({
        "subject": format!("place/p-{name}"), "recipient": "user/2", "expiresAt": clock::text(end),
    });
    anna.write("shares", name, "put", share).await;
}

/// The versions in which a share was told of in a feed.
async fn told(person: &Person, name: &str) -> Vec<u64> {
    let feed = person.feed().await;
    let of = feed.iter().filter(|record| record["collection"] == "shares" && record["key"] == name);
    of.map(|record| record["version"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn a_share_waits_for_one_end_however_often_it_is_extended() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    offer(&anna, "s1", ahead(60_000)).await;
    for more in 1..6 {
        let end = clock::text(ahead(60_000 + more * 1_000));
        anna.write("shares", "s1", "act", json!({"action": "extend", "expiresAt": end})).await;
        assert_eq!(waiting(&world).await, 1);
    }
    anna.write("shares", "s1", "act", json!({"action": "extend", "expiresAt": null})).await;
    assert_eq!(waiting(&world).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_with_rows_of_ends_that_it_had_ends_once() {
    let world = World::start().await;
    let clock = &world.node.config.clock;
    let (anna, bo) = (world.person("anna").await, world.person("bo").await);
    let end = ahead(240_000);
    offer(&anna, "s1", end).await;
    world
        .node
        .commit(move |edit| {
            for at in [-1, 1, 2, 3] {
                put_json(edit, &row(end + chrono::TimeDelta::milliseconds(at), "s1"), &spot("s1"))?;
            }
            Ok(())
        })
        .await
        .unwrap();
    assert_eq!(waiting(&world).await, 5);
    // All of that was done before its end; now that is soon.
    clock.advance((end - clock.now()).to_std().unwrap_or_default().saturating_sub(Duration::from_secs(1)));
    while waiting(&world).await > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(clock.now() >= end);
    // Both of its records show it as it is now.
    assert_eq!(told(&bo, "s1").await, [2, 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_ends_soon_behind_many_rows_of_others() {
    const ROWS: usize = 2_500;
    let world = World::start().await;
    let clock = &world.node.config.clock;
    let (anna, bo) = (world.person("anna").await, world.person("bo").await);
    let end = ahead(240_000);
    offer(&anna, "s1", end).await;
    let before = end - chrono::TimeDelta::milliseconds(1);
    world
        .node
        .commit(move |edit| {
            for n in 0..ROWS {
                let name = format!("x{n}");
                put_json(edit, &row(before, &name), &spot(&name))?;
            }
            Ok(())
        })
        .await
        .unwrap();
    clock.advance(Duration::from_secs(240));
    // A hundred a second would take longer.
    let late = clock.now() + Duration::from_secs(20);
    while told(&bo, "s1").await.len() < 2 {
        assert!(clock.now() < late, "{} rows are left", waiting(&world).await);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(waiting(&world).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn others_write_while_many_shares_of_a_vehicle_end() {
    const SHARES: usize = 100;
    let config = common::config();
    let clock = config.clock.clone();
    let world = World::with(config).await;
    let (anna, bo) = (world.person("anna").await, world.person("bo").await);
    let ignition = json!([event(1, 30, "car_ignition", json!({"value": true}))]);
    assert_eq!(world.person("gateway").await.post("/v1/ingest", &ignition).await.status(), 200);
    let talks: Vec<Value> = (0..100)
        .map(|n| {
            let talk = json!({"vehicleId": 7, "workshopId": 1_000 + n});
            change("conversations", &format!("c{n}"), "put", talk)
        })
        .collect();
    let results = anna.change(&talks).await;
    assert!(results.iter().all(|result| result["outcome"] == "applied"), "{:?}", results.first());
    let end = platform::clock::text(ahead(240_000));
    let shares: Vec<Value> = (0..SHARES)
        .map(|n| {
            let recipient = format!("user/{}", 100 + n);
            let share = json!({"subject": "vehicle/demo/7", "recipient": recipient, "expiresAt": end});
            change("shares", &format!("s{n}"), "put", share)
        })
        .collect();
    let results = anna.change(&shares).await;
    assert!(results.iter().all(|result| result["outcome"] == "applied"), "{:?}", results.first());
    assert_eq!(waiting(&world).await, SHARES);
    clock.advance(Duration::from_secs(300));
    let (mut between, mut count) = (0, 0);
    loop {
        bo.write("places", &format!("p{count}"), "put", place("Pier")).await;
        count += 1;
        match waiting(&world).await {
            0 => break,
            SHARES => {}
            _ => between += 1,
        }
    }
    assert!(between >= 2, "nobody else wrote meanwhile");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_that_does_not_read_holds_up_no_other_and_ends_once_it_is_mended() {
    let config = common::config();
    let clock = config.clock.clone();
    let world = World::with(config).await;
    let (anna, bo) = (world.person("anna").await, world.person("bo").await);
    let end = ahead(200_000);
    for name in ["s1", "s2", "s3"] {
        offer(&anna, name, end + Duration::from_secs(10)).await;
    }
    let item = |name: &str| key(&["item", "demo", "shares", "", name]);
    let places = [item("s1"), item("s2")];
    // A row that leads nowhere, an item that does not read, and one that is no share.
    let kept = world.node.commit(move |edit| {
        edit.put(&row(end, "s0"), b"{")?;
        let kept = [edit.get(&places[0])?.unwrap(), edit.get(&places[1])?.unwrap()];
        edit.put(&places[0], b"{")?;
        edit.put(&places[1], br#"{"version":1,"owner":"user/1","value":"{}"}"#)?;
        Ok((places, kept))
    });
    let (places, kept) = kept.await.unwrap();
    clock.advance(Duration::from_secs(240));
    let version = async |name: &str| {
        for _ in 0..600 {
            let answer = bo.get(&format!("/v1/collections/shares/{name}")).await;
            if answer.status() == 200 && common::value(answer).await["version"] == 2 {
                return 2;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        0
    };
    assert_eq!((version("s3").await, waiting(&world).await), (2, 3));
    // It is noted behind what was done.
    for _ in 0..600 {
        if world.node.has_met_damage() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(world.node.has_met_damage());
    let mend = move |edit: &mut dyn platform::storage::Edit| {
        for (place, kept) in places.iter().zip(&kept) {
            edit.put(place, kept)?;
        }
        Ok(())
    };
    world.node.commit(mend).await.unwrap();
    assert_eq!((version("s1").await, version("s2").await, waiting(&world).await), (2, 2, 1));
}
