//! What comes late is not lost: recommendations are what they would be if every event had come in time.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod common;

use std::collections::BTreeMap;
use std::time::Duration;

use common::{Person, World, config, event, open};
use serde_json::{Value, json};

/// An event of a car, so many seconds ago; or ahead, where they are fewer than none.
fn said(id: i64, car: i64, ago: i64, kind: &str, more: Value) -> Value {
    let mut event = event(id, 0, kind, more);
    let at = platform::clock::now() - chrono::TimeDelta::seconds(ago);
    (event["vehicleId"], event["time"]) = (car.into(), platform::clock::text(at).into());
    event
}

fn code(id: i64, car: i64, ago: i64) -> Value {
    said(id, car, ago, "can_dtc", json!({"code": "0301", "sourceType": "j2012"}))
}

fn odometer(id: i64, car: i64, ago: i64) -> Value {
    said(id, car, ago, "can_odometer_km", json!({"odometer": 1000}))
}

async fn send(gateway: &Person, events: Vec<Value>) {
    let count = events.len();
    let answer = common::value(gateway.post("/v1/ingest", &Value::Array(events)).await).await;
    assert_eq!(answer["accepted"], count, "{answer}");
}

/// What is open, by car: message, start and id.
async fn opens(support: &Person) -> BTreeMap<i64, Value> {
    let items = support.listed("recommendations").await.into_iter();
    let row = |item: Value| {
        let car = item["key"].as_str().unwrap().split('/').nth(1).unwrap().parse().unwrap();
        (car, json!([item["value"]["message"], item["value"]["since"], item["value"]["id"]]))
    };
    items.map(row).collect()
}

/// Waits until so many cars have a recommendation.
async fn opened(support: &Person, count: usize) -> BTreeMap<i64, Value> {
    let mut found = BTreeMap::new();
    for _ in 0..600 {
        found = opens(support).await;
        if found.len() == count {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{count} were to be open: {found:?}");
}

async fn pause() {
    tokio::time::sleep(Duration::from_millis(500)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_counts_however_late_and_in_whatever_order_it_comes() {
    let mut config = config();
    // What is said now is not late before it is here.
    config.lateness = 1_000;
    let world = World::with(config).await;
    let (gateway, support) = (world.person("gateway").await, world.person("support").await);
    send(&gateway, vec![code(1, 30, 200)]).await;
    send(&gateway, vec![code(1, 31, 200), odometer(2, 31, 0)]).await;
    send(&gateway, vec![odometer(2, 32, 0), code(1, 32, 200)]).await;
    send(&gateway, vec![odometer(1, 33, 0), odometer(1, 34, 0), odometer(1, 35, -590)]).await;
    // The rules come to what is said in the order in which it came: with the last of it they have done all.
    send(&gateway, vec![code(1, 36, 200)]).await;
    opened(&support, 4).await;
    send(&gateway, vec![code(2, 33, 5), code(2, 34, 300), code(2, 35, 0)]).await;
    let found = opened(&support, 7).await;
    assert_eq!(found.keys().copied().collect::<Vec<_>>(), [30, 31, 32, 33, 34, 35, 36]);
    // They are counted once they are told.
    let figures = async || {
        let figures = support.client.get(format!("{}/metrics", world.base)).send().await.unwrap();
        let figures = figures.text().await.unwrap();
        ["platform_events_late_total", "platform_vehicles_read_anew_total"].map(|name| {
            let line = figures.lines().find(|line| line.starts_with(&format!("{name} "))).unwrap();
            line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()
        })
    };
    for _ in 0..300 {
        if figures().await == [2, 2] {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(figures().await, [2, 2]);
    // A copy changes nothing.
    let copy = gateway.post("/v1/ingest", &json!([code(2, 34, 300)])).await;
    assert_eq!(copy.status(), 200);
    pause().await;
    assert_eq!(opens(&support).await.len(), 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_longer_holds_ends_and_what_does_stays_under_its_id() {
    let world = World::start().await;
    let (gateway, support) = (world.person("gateway").await, world.person("support").await);
    let service = |id, ago, left| said(id, 40, ago, "can_next_service_km", json!({"value": left}));
    send(&gateway, vec![service(1, 100, -10), code(1, 41, 100)]).await;
    let before = opened(&support, 2).await;
    pause().await;
    // A service ended the one, and a code that came earlier begins the other at another instant.
    send(&gateway, vec![service(2, 50, 30_000)]).await;
    let after = opened(&support, 1).await;
    assert_eq!(after[&41], before[&41]);
    send(&gateway, vec![odometer(3, 41, 70)]).await;
    pause().await;
    assert_eq!(opens(&support).await, after);
    send(&gateway, vec![code(4, 41, 150)]).await;
    for _ in 0..600 {
        if opens(&support).await[&41] != before[&41] {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let earlier = opens(&support).await[&41].clone();
    assert!(earlier[1].as_str() < before[&41][1].as_str(), "{earlier} {}", before[&41]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_late_is_found_again_by_a_platform_that_was_ended_and_what_is_forgotten_counts_on() {
    let world = World::start().await;
    let gateway = world.person("gateway").await;
    let support = world.person("support").await;
    send(&gateway, vec![code(1, 50, 100), odometer(1, 51, 0), odometer(1, 52, -3)]).await;
    let before = opened(&support, 1).await;
    pause().await;
    send(&gateway, vec![code(2, 51, 60), code(2, 52, 60)]).await;
    let folder = world.stop().await;
    let world = World::of(open(folder.path(), config()).await, folder);
    let support = world.person("support").await;
    let found = opened(&support, 3).await;
    assert_eq!(found[&50], before[&50]);
    // A month later nothing of it is kept but the state.
    world.node.config.clock.advance(Duration::from_secs(31 * 86_400));
    world.node.tidy().await.unwrap();
    let (gateway, support) = (world.person("gateway").await, world.person("support").await);
    let at = |ago: u64| platform::clock::text(world.node.config.clock.now() - Duration::from_secs(ago));
    let mut now = odometer(3, 50, 0);
    now["time"] = at(0).into();
    send(&gateway, vec![now]).await;
    pause().await;
    let mut late = odometer(4, 50, 0);
    late["time"] = at(60).into();
    send(&gateway, vec![late]).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(opens(&support).await, found);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_recommended_for_one_car_and_does_not_read_holds_up_no_other_and_is_mended_later() {
    let world = World::start().await;
    let (gateway, support) = (world.person("gateway").await, world.person("support").await);
    send(&gateway, vec![code(1, 60, 5), odometer(1, 62, 0)]).await;
    opened(&support, 1).await;
    let key = support.listed("recommendations").await[0]["key"].as_str().unwrap().to_owned();
    let rows = [61, 62].map(|car| {
        let key = key.replace("/60/", &format!("/{car}/"));
        platform::storage::key(&["item", "demo", "recommendations", "", &key])
    });
    let damaged = rows.clone();
    let spoil = move |edit: &mut dyn platform::storage::Edit| {
        damaged.iter().try_for_each(|row| Ok(edit.put(row, b"{")?))
    };
    world.node.commit(spoil).await.unwrap();
    // Of one it is told at once, and the other is read anew.
    send(&gateway, vec![code(1, 61, 5), code(2, 62, 200)]).await;
    send(&gateway, vec![code(1, 63, 5)]).await;
    assert_eq!(opened(&support, 2).await.keys().copied().collect::<Vec<_>>(), [60, 63]);
    pause().await;
    assert!(world.node.has_met_damage());
    send(&gateway, vec![code(1, 64, 200)]).await;
    opened(&support, 3).await;

    let mend =
        move |edit: &mut dyn platform::storage::Edit| rows.iter().try_for_each(|row| Ok(edit.delete(row)?));
    world.node.commit(mend).await.unwrap();
    // Also after a start.
    let folder = world.stop().await;
    let config = config();
    config.clock.advance(Duration::from_secs(660));
    let world = World::of(open(folder.path(), config).await, folder);
    let support = world.person("support").await;
    assert_eq!(opened(&support, 5).await.keys().copied().collect::<Vec<_>>(), [60, 61, 62, 63, 64]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_rules_go_by_and_does_not_read_stops_them_for_no_other_car() {
    let world = World::start().await;
    let (gateway, support) = (world.person("gateway").await, world.person("support").await);
    send(&gateway, vec![code(1, 70, 5)]).await;
    opened(&support, 1).await;
    let log = platform::storage::key(&["all events", "demo"]);
    let spoil = move |edit: &mut dyn platform::storage::Edit| Ok(edit.append(&log, &[b"\xFF", b"x"])?);
    world.node.commit(spoil).await.unwrap();
    send(&gateway, vec![code(1, 71, 5)]).await;
    opened(&support, 2).await;
    let aside = async |support: &Person, base: &str| {
        let figures = support.client.get(format!("{base}/metrics")).send().await.unwrap();
        let figures = figures.text().await.unwrap();
        let name = "platform_rules_set_aside_total ";
        figures.lines().find_map(|line| line.strip_prefix(name)).unwrap().parse::<u64>().unwrap()
    };
    assert_eq!(aside(&support, &world.base).await, 2);
    // Of a state that does not read, too.
    let folder = world.stop().await;
    let node = open(folder.path(), config()).await;
    let row = platform::storage::key(&["rules", "demo"]);
    let spoil = move |edit: &mut dyn platform::storage::Edit| {
        assert!(edit.get(&row)?.is_some());
        Ok(edit.put(&row, b"{")?)
    };
    node.commit(spoil).await.unwrap();
    let world = World::of(node, folder);
    let (gateway, support) = (world.person("gateway").await, world.person("support").await);
    send(&gateway, vec![code(1, 72, 5)]).await;
    assert_eq!(opened(&support, 3).await.keys().copied().collect::<Vec<_>>(), [70, 71, 72]);
    // The log is read from its beginning again, with what does not read there.
    assert_eq!(aside(&support, &world.base).await, 3);
    assert!(world.node.has_met_damage());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_car_whose_history_does_not_read_stops_the_rules_of_no_other() {
    let world = World::start().await;
    let gateway = world.person("gateway").await;
    send(&gateway, vec![odometer(1, 80, 300), odometer(1, 81, 0)]).await;
    send(&gateway, vec![odometer(2, 80, 0)]).await;
    pause().await;
    let folder = world.stop().await;
    let database = rusqlite::Connection::open(folder.path().join("platform.db")).unwrap();
    let spoil =
        "UPDATE messages SET body = 'x' WHERE number = 0 AND log = (SELECT id FROM logs WHERE name = ?)";
    let log = platform::events::log_of("demo", 80);
    assert_eq!(database.execute(spoil, [log]).unwrap(), 1);
    database.close().unwrap();
    let world = World::of(open(folder.path(), config()).await, folder);
    let (gateway, support) = (world.person("gateway").await, world.person("support").await);
    send(&gateway, vec![code(3, 80, 60)]).await;
    pause().await;
    send(&gateway, vec![code(2, 81, 60), code(1, 82, 60)]).await;
    assert_eq!(opened(&support, 2).await.keys().copied().collect::<Vec<_>>(), [81, 82]);
    assert!(world.node.has_met_damage());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_dismissed_stays_so_where_it_is_found_to_have_begun_earlier_and_not_where_anew() {
    let world = World::start().await;
    let (gateway, support) = (world.person("gateway").await, world.person("support").await);
    let anna = world.person("anna").await;
    let service = |id, ago, left| said(id, 7, ago, "can_next_service_km", json!({"value": left}));
    send(&gateway, vec![service(1, 100, -10)]).await;
    opened(&support, 1).await;
    let key = support.listed("recommendations").await[0]["key"].as_str().unwrap().to_owned();
    anna.write("recommendations", &key, "act", json!({"action": "dismiss"})).await;
    let value = async |since: &str| {
        for _ in 0..100 {
            let value = support.listed("recommendations").await.first().map(|item| item["value"].clone());
            match value {
                Some(value) if value["since"] != since => return value,
                _ => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
        panic!("it began when it did")
    };
    let first = value("").await;
    assert_eq!(first["dismissed"], true);
    send(&gateway, vec![service(2, 300, -5)]).await;
    let earlier = value(first["since"].as_str().unwrap()).await;
    assert!(earlier["since"].as_str() < first["since"].as_str());
    assert_eq!(earlier["dismissed"], true);
    // It was gone in between.
    send(&gateway, vec![service(3, 200, 30_000)]).await;
    let anew = value(earlier["since"].as_str().unwrap()).await;
    assert_eq!((&anew["since"], &anew["dismissed"]), (&first["since"], &Value::Null));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_open_for_longer_than_events_are_kept_stays_so_where_the_state_of_all_is_lost() {
    for is_gone in [false, true] {
        let world = World::start().await;
        let (gateway, support) = (world.person("gateway").await, world.person("support").await);
        send(&gateway, vec![code(1, 90, 100), odometer(1, 91, 100)]).await;
        let found = opened(&support, 1).await;
        pause().await;
        let month = Duration::from_secs(31 * 86_400);
        world.node.config.clock.advance(month);
        world.node.tidy().await.unwrap();
        let gateway = world.person("gateway").await;
        let at = platform::clock::text(world.node.config.clock.now());
        let mut fresh = vec![odometer(2, 90, 0), code(2, 91, 0)];
        for event in &mut fresh {
            event["time"] = at.clone().into();
        }
        send(&gateway, fresh).await;
        let support = world.person("support").await;
        let both = opened(&support, 2).await;
        assert_eq!(both[&90], found[&90], "gone: {is_gone}");
        let folder = world.stop().await;
        let config = config();
        config.clock.advance(month);
        let node = open(folder.path(), config).await;
        let row = platform::storage::key(&["rules", "demo"]);
        let spoil = move |edit: &mut dyn platform::storage::Edit| {
            assert!(edit.get(&row)?.is_some());
            if is_gone { Ok(edit.delete(&row)?) } else { Ok(edit.put(&row, b"{")?) }
        };
        node.commit(spoil).await.unwrap();
        let world = World::of(node, folder);
        let support = world.person("support").await;
        for _ in 0..20 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            assert_eq!(opens(&support).await, both, "gone: {is_gone}");
        }
    }
}
