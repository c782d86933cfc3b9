//! Who begins to drive a car sees what it says from then on, and nothing of who drove it before.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod common;

use std::time::Duration;

use common::{Person, World, change, event};
use platform::admin::grants::{self, Grant};
use platform::auth::Who;
use serde_json::{Value, json};

async fn grant(world: &World, sub: &str, ends: bool) {
    let who = Who::new("demo", sub);
    let job = move |edit: &mut dyn platform::storage::Edit| {
        Ok(grants::to(edit, &who, &Grant::Drive { vehicle: 7 }, ends)?)
    };
    world.node.commit(job).await.unwrap();
    tokio::time::sleep(Duration::from_millis(5)).await;
}

async fn says(world: &World, id: i64, seconds_ago: i64) {
    let gateway = world.person("gateway").await;
    let position = json!({"latitude": 0.1, "longitude": -150.1});
    let events = json!([event(id, seconds_ago, "gps_position", position)]);
    assert_eq!(gateway.post("/v1/ingest", &events).await.status(), 200);
}

fn ids(events: &Value) -> Vec<i64> {
    let mut ids: Vec<i64> =
        events.as_array().unwrap().iter().map(|event| event["id"].as_i64().unwrap()).collect();
    ids.sort_unstable();
    ids
}

/// What somebody sees of the car: its history, page by page, and its feed.
async fn seen(person: &Person, more: &str) -> [Vec<i64>; 2] {
    let (mut history, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = person.json(&format!("/v1/vehicles/demo/7/events?limit=1{more}{cursor}")).await;
        history.extend(ids(&page["events"]));
        if page["more"] == false {
            break;
        }
        cursor = format!("&cursor={}", page["cursor"].as_str().unwrap());
    }
    history.sort_unstable();
    [history, ids(&person.json("/v1/feeds/vehicles/demo/7?offset=-1").await)]
}

fn twice(ids: &[i64]) -> [Vec<i64>; 2] {
    [ids.to_vec(), ids.to_vec()]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_driver_sees_nothing_of_before() {
    let world = World::start().await;
    let (anna, bo) = (world.person("anna").await, world.person("bo").await);
    says(&world, 1, 60).await;
    assert_eq!(bo.get("/v1/vehicles/demo/7/events").await.status(), 404);
    grant(&world, "user/2", false).await;
    assert_eq!(seen(&bo, "").await, twice(&[]));
    says(&world, 2, 0).await;
    // It came later, and was before.
    says(&world, 3, 30).await;
    for more in ["", "&type=gps_position", "&from=2020-01-01T00:00:00Z"] {
        assert_eq!(seen(&bo, more).await, twice(&[2]), "{more}");
        assert_eq!(seen(&anna, more).await, twice(&[1, 2, 3]), "{more}");
    }
    // A grant that is there is not given anew; one that ended is.
    grant(&world, "user/2", false).await;
    assert_eq!(seen(&bo, "").await, twice(&[2]));
    grant(&world, "user/2", true).await;
    grant(&world, "user/2", false).await;
    assert_eq!(seen(&bo, "").await, twice(&[]));
    // Who drove before instants were kept sees all.
    grant(&world, "user/1", false).await;
    assert_eq!(seen(&anna, "").await, twice(&[1, 2, 3]));
}

async fn bookings(person: &Person) -> Vec<String> {
    let listed = person.json("/v1/collections/bookings").await;
    listed["items"].as_array().unwrap().iter().map(|item| item["key"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_driver_sees_only_bookings_of_their_own() {
    let world = World::start().await;
    let (anna, bo) = (world.person("anna").await, world.person("bo").await);
    let shop = world.person("workshop").await;
    says(&world, 1, 60).await;
    anna.write("conversations", "c1", "put", json!({"vehicleId": 7, "workshopId": 9})).await;
    let booking = json!({"vehicleId": 7, "workshopId": 9, "appointmentDate": "2099-05-04T07:30:00Z"});
    let cancel = async |person: &Person, key: &str| {
        let mut cancel = change("bookings", key, "act", json!({"action": "cancel"}));
        cancel["base"] = json!(1);
        person.change(&[cancel]).await.remove(0)
    };
    anna.write("bookings", "b1", "put", booking.clone()).await;
    assert_eq!(cancel(&anna, "b1").await["outcome"], "applied");
    shop.write("bookings", "b2", "put", booking.clone()).await;
    grant(&world, "user/2", false).await;
    assert_eq!((bookings(&anna).await, bookings(&bo).await), (vec!["b1".into(), "b2".into()], vec![]));
    assert_eq!(cancel(&bo, "b2").await["problem"]["code"], "not_found");
    assert_eq!(cancel(&anna, "b2").await["outcome"], "applied");
    shop.write("bookings", "b3", "put", booking.clone()).await;
    assert_eq!(cancel(&bo, "b3").await["outcome"], "applied");
    bo.write("bookings", "b4", "put", booking).await;
    assert_eq!(bookings(&anna).await, ["b1", "b2", "b3"]);
    assert_eq!(bookings(&bo).await, ["b3", "b4"]);
    assert_eq!(bookings(&shop).await, ["b1", "b2", "b3", "b4"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booking_stays_with_who_made_it_when_the_car_goes() {
    let world = World::start().await;
    let (anna, bo) = (world.person("anna").await, world.person("bo").await);
    says(&world, 1, 60).await;
    grant(&world, "user/2", false).await;
    let booking = json!({"vehicleId": 7, "workshopId": 9, "appointmentDate": "2099-05-04T07:30:00Z"});
    bo.write("bookings", "b1", "put", booking.clone()).await;
    grant(&world, "user/2", true).await;
    assert_eq!((bookings(&anna).await, bookings(&bo).await), (vec![], vec!["b1".into()]));
    let version = bo.json("/v1/collections/bookings/b1").await["version"].clone();
    let ask = async |kind: &str, body: &Value| {
        let mut asked = change("bookings", "b1", kind, body.clone());
        asked["base"] = version.clone();
        bo.change(&[asked]).await.remove(0)
    };
    // It is called off, and not moved.
    assert_eq!(ask("patch", &booking).await["problem"]["code"], "forbidden");
    assert_eq!(ask("act", &json!({"action": "cancel"})).await["outcome"], "applied");
    assert_eq!(bookings(&bo).await, ["b1"]);
}
