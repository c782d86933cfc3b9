//! Partners see a fleet of any size, and see it no longer from the instant on in which it is taken away.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod common;

use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use common::filling::{self, ROOM};
use common::{Person, World};
use platform::admin::{accounts, vehicles};
use platform::auth::account::account;
use platform::auth::{Role, Who};
use platform::problem::Problem;
use serde_json::{Value, json};

const CARS: usize = 120;

fn admin(id: usize, second: usize, kind: &str, vehicle: Option<usize>) -> Value {
    let time = format!("2026-05-01T09:00:{second:02}Z");
    let mut event = json!({"id": id, "time": time, "type": kind, "organizationKey": "demo", "fleetId": 31});
    if let Some(vehicle) = vehicle {
        event["vehicleId"] = vehicle.into();
    }
    event
}

async fn seen(partner: &Person) -> usize {
    partner.listed("vehicles").await.len()
}

/// How many cars the feed has told of, and said of that they are gone, whatever it says of them by now.
async fn told(partner: &Person) -> usize {
    partner.feed().await.len()
}

async fn until(partner: &Person, records: usize) {
    for _ in 0..200 {
        if told(partner).await >= records {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(told(partner).await, records);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fleet_is_told_of_by_steps_and_what_was_taken_away_is_seen_by_nobody_meanwhile() {
    let (storage, world) = filling::world().await;
    let (gateway, partner) = (world.person("gateway").await, world.person("partner").await);
    let say = async |events: Vec<Value>| {
        assert_eq!(gateway.post("/v1/ingest", &json!(events)).await.status(), 200);
    };
    let cars = 100..100 + CARS;
    let known = |car| {
        let time = platform::clock::text(platform::clock::now());
        json!({"id": car, "time": time, "type": "car_ignition", "organizationKey": "demo", "vehicleId": car, "value": true})
    };
    say(cars.clone().map(known).collect()).await;
    say(cars.map(|car| admin(car, 0, "vehicle_added_to_fleet", Some(car))).collect()).await;
    assert_eq!((seen(&partner).await, told(&partner).await), (0, 0));

    say(vec![admin(1, 1, "access_granted_to_fleet", None)]).await;
    until(&partner, CARS).await;
    assert_eq!(seen(&partner).await, CARS);

    // The event itself, and one step.
    filling::quiet(&storage).await;
    storage.1.store(2, SeqCst);
    say(vec![admin(2, 2, "access_removed_from_fleet", None)]).await;
    assert_eq!(seen(&partner).await, 0);
    assert_eq!(partner.get("/v1/collections/vehicles/demo/219").await.status(), 404);
    assert_eq!(partner.get("/v1/config?vehicle=demo/219").await.status(), 404);
    assert!(partner.feed().await.iter().all(|record| record["value"].is_null()));
    while storage.1.load(SeqCst) >= 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let by_now = told(&partner).await;
    assert!((CARS + 1..2 * CARS).contains(&by_now), "{by_now} records in one step");

    // The disk has room again, and another process goes on.
    storage.1.store(ROOM, SeqCst);
    drop(storage);
    let folder = world.stop().await;
    let world = World::of(common::open(folder.path(), common::config()).await, folder);
    let partner = world.person("partner").await;
    until(&partner, 2 * CARS).await;
    assert_eq!(seen(&partner).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_only_a_share_by_now_is_not_shown_all_of_the_same_version() {
    const VIN: &str = "WVWZZZ1KZAM000001";
    let (storage, world) = filling::world().await;
    let bo_is_partner = |edit: &mut dyn platform::storage::Edit| {
        let who = Who::new("demo", "user/2");
        let mut account = account(edit, &who)?.unwrap();
        (account.roles, account.vehicles) = (vec![Role::Partner], Vec::new());
        accounts::enroll(edit, &who, &account)?;
        let car = "demo/7".parse().unwrap();
        vehicles::add(edit, &car, &[("vin", VIN), ("name", "Car")]).unwrap();
        for other in 100..100 + CARS {
            vehicles::add(edit, &format!("demo/{other}").parse().unwrap(), &[]).unwrap();
        }
        Ok::<_, Problem>(())
    };
    world.node.commit(bo_is_partner).await.unwrap();
    let [anna, bo, gateway] =
        [world.person("anna").await, world.person("bo").await, world.person("gateway").await];
    let mut events: Vec<Value> =
        (100..100 + CARS).map(|car| admin(car, 0, "vehicle_added_to_fleet", Some(car))).collect();
    events.push(admin(7, 0, "vehicle_added_to_fleet", Some(7)));
    assert_eq!(gateway.post("/v1/ingest", &json!(events)).await.status(), 200);
    assert_eq!(
        gateway.post("/v1/ingest", &json!([admin(1, 1, "access_granted_to_fleet", None)])).await.status(),
        200
    );
    until(&bo, CARS + 1).await;
    let share = json!({"subject": "vehicle/demo/7", "recipient": "user/2"});
    anna.write("shares", "s1", "put", share).await;
    bo.write("shares", "s1", "act", json!({"action": "accept"})).await;
    let path = "/v1/collections/vehicles/demo/7";
    let whole = bo.get(path).await;
    let tag = whole.headers()["etag"].clone();
    assert!(whole.text().await.unwrap().contains(VIN));
    assert!(json!(bo.feed().await).to_string().contains(VIN));

    // The event itself is kept, and nothing more: nobody is told yet.
    storage.1.store(1, SeqCst);
    let taken = json!([admin(2, 2, "access_removed_from_fleet", None)]);
    while gateway.post("/v1/ingest", &taken).await.status() != 200 {
        storage.1.store(1, SeqCst);
    }
    let less = bo.ask(reqwest::Method::GET, path).header("if-none-match", tag).send().await.unwrap();
    assert_eq!(less.status(), 200);
    let shared = less.headers()["etag"].clone();
    let body = less.text().await.unwrap();
    assert!(body.contains("Car") && !body.contains(VIN), "{body}");
    let again = bo.ask(reqwest::Method::GET, path).header("if-none-match", shared).send().await.unwrap();
    assert_eq!(again.status(), 304);
    let feed = json!(bo.feed().await).to_string();
    assert!(feed.contains("\"Car\"") && !feed.contains(VIN), "{feed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_car_of_which_somebody_cannot_be_told_holds_up_no_other_and_is_told_to_nobody() {
    let (_storage, world) = filling::world().await;
    let cars = |fleet: usize| fleet * 100..fleet * 100 + 30;
    world
        .node
        .commit(move |edit| {
            let who = Who::new("demo", "user/2");
            let mut account = account(edit, &who)?.unwrap();
            (account.roles, account.vehicles) = (vec![Role::Partner], Vec::new());
            accounts::enroll(edit, &who, &account)?;
            for car in cars(31).chain(cars(32)) {
                vehicles::add(edit, &format!("demo/{car}").parse().unwrap(), &[]).unwrap();
            }
            Ok(())
        })
        .await
        .unwrap();
    let [bo, partner, gateway] =
        [world.person("bo").await, world.person("partner").await, world.person("gateway").await];
    let of = |fleet: usize, mut event: Value| {
        event["fleetId"] = fleet.into();
        event
    };
    let say = async |events: Vec<Value>| {
        assert_eq!(gateway.post("/v1/ingest", &json!(events)).await.status(), 200);
    };
    let records = async |sub: &str| {
        let log = platform::storage::key(&["me", "demo", sub]);
        world.node.look(move |view| Ok(view.tail(&log)?.next)).await.unwrap()
    };
    let both = |id: usize, second: usize, kind: &str| {
        [31, 32].map(|fleet| of(fleet, admin(id * 10 + fleet, second, kind, None))).to_vec()
    };
    let joins = |fleet: usize| {
        cars(fleet).map(move |car| of(fleet, admin(car, 0, "vehicle_added_to_fleet", Some(car))))
    };
    say(joins(31).chain(joins(32)).collect()).await;
    say(both(100, 1, "access_granted_to_fleet")).await;
    until(&partner, 60).await;
    until(&bo, 60).await;

    // What the other partner saw of one car of the first fleet does not read.
    let seen = platform::storage::key(&["seen", "demo", "user/2", "vehicles", "demo/3105"]);
    world.node.commit(move |edit| Ok(edit.put(&seen, b"{")?)).await.unwrap();
    for pass in 2..4 {
        say(both(pass * 100, pass, "access_removed_from_fleet")).await;
        until(&partner, 60 + 59).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        // The feed of the other ends before that car: it is looked at behind it.
        assert_eq!((told(&partner).await, records("user/2").await), (119, 119));
        assert_eq!(self::seen(&partner).await, 0);
    }
    assert!(world.node.has_met_damage());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_fleet_is_told_of_while_a_large_one_is() {
    let (_storage, world) = filling::world().await;
    let (large, small) = (1000..1600, 2000..2030);
    let cars = large.clone().chain(small.clone());
    let add = cars.clone();
    world
        .node
        .commit(move |edit| {
            for car in add {
                vehicles::add(edit, &format!("demo/{car}").parse().unwrap(), &[]).unwrap();
            }
            Ok(())
        })
        .await
        .unwrap();
    let gateway = world.person("gateway").await;
    let of = |fleet: usize, mut event: Value| {
        event["fleetId"] = fleet.into();
        event
    };
    let say = async |events: Vec<Value>| {
        assert_eq!(gateway.post("/v1/ingest", &json!(events)).await.status(), 200);
    };
    let fleet_of = |car| if car < 2000 { 31 } else { 32 };
    say(cars.map(|car| of(fleet_of(car), admin(car, 0, "vehicle_added_to_fleet", Some(car)))).collect())
        .await;
    for fleet in [31, 32] {
        say(vec![of(fleet, admin(fleet, 1, "access_granted_to_fleet", None))]).await;
    }
    let log = platform::storage::key(&["me", "demo", "service/partner"]);
    let records = async || {
        let log = log.clone();
        world.node.look(move |view| Ok(view.read(&log, 0, 1 << 20)?)).await.unwrap()
    };
    for _ in 0..2_400 {
        if records().await.len() == 630 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let told = records().await;
    let is_small = |record: &bytes::Bytes| String::from_utf8_lossy(record).contains("demo/20");
    let last = told.iter().rposition(is_small).unwrap();
    assert!(told.len() == 630 && last < 400, "{last} of {}", told.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_car_that_does_not_read_holds_up_no_event_of_others_and_is_told_of_once_it_is_mended() {
    let world = World::start().await;
    for car in 1..4 {
        let vehicle = format!("demo/{car}").parse().unwrap();
        let add = move |edit: &mut dyn platform::storage::Edit| Ok(vehicles::add(edit, &vehicle, &[])?);
        world.node.commit(add).await.unwrap();
    }
    let (gateway, partner) = (world.person("gateway").await, world.person("partner").await);
    let row = platform::storage::key(&["item", "demo", "vehicles", "", "demo/2"]);
    let place = row.clone();
    let spoil = move |edit: &mut dyn platform::storage::Edit| {
        let kept = edit.get(&place)?.unwrap();
        edit.put(&place, b"{")?;
        Ok(kept)
    };
    let kept = world.node.commit(spoil).await.unwrap();
    let joins = (1..4).map(|car| admin(car, 0, "vehicle_added_to_fleet", Some(car)));
    let events: Vec<Value> = joins.chain([admin(9, 1, "access_granted_to_fleet", None)]).collect();
    let answer = gateway.post("/v1/ingest", &json!(events)).await;
    assert_eq!(common::value(answer).await["accepted"], 4);
    until(&partner, 2).await;
    for _ in 0..100 {
        if world.node.has_met_damage() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(world.node.has_met_damage());
    world.node.commit(move |edit| Ok(edit.put(&row, &kept)?)).await.unwrap();
    // A start looks again.
    let folder = world.stop().await;
    let world = World::of(common::open(folder.path(), common::config()).await, folder);
    let partner = world.person("partner").await;
    until(&partner, 3).await;
    assert_eq!(seen(&partner).await, 3);
    let untold = || world.node.look(|view| Ok(platform::storage::names(view, "access untold")?.len()));
    for _ in 0..100 {
        if untold().await.unwrap() == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(untold().await.unwrap(), 0);
}
