//! What is older than the privacy table keeps it is not shown to those who do not drive the car.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod common;

use common::{Person, World, event};
use platform::admin::grants;
use platform::auth::Who;
use platform::problem::Problem;
use platform::storage::key;
use serde_json::{Value, json};

/// The ids of events.
fn ids(events: &Value) -> Vec<i64> {
    events.as_array().unwrap().iter().map(|event| event["id"].as_i64().unwrap()).collect()
}

async fn history(person: &Person, more: &str) -> Vec<i64> {
    ids(&person.json(&format!("/v1/vehicles/demo/7/events?limit=100{more}")).await["events"])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_sees_what_is_not_too_old_and_the_latest_of_each_subject() {
    const HOUR: i64 = 3_600;
    let world = World::start().await;
    let (gateway, partner, anna) =
        (world.person("gateway").await, world.person("partner").await, world.person("anna").await);
    let consents = grants::Grant::Consent { purpose: "positions".to_owned() };
    world
        .node
        .commit(move |edit| {
            grants::to(edit, &Who::new("demo", "user/1"), &consents, false).unwrap();
            // As if it was so two days ago.
            let two_days_ago = edit.at() - 48 * HOUR * 1_000;
            Ok(edit.put(&key(&["positions", "demo", "7"]), two_days_ago.to_string().as_bytes())?)
        })
        .await
        .unwrap();
    let place = |id, ago| event(id, ago, "gps_position", json!({"latitude": 0.5, "longitude": -150.25}));
    let code = |id, ago| event(id, ago, "can_dtc", json!({"code": "0301", "sourceType": "j2012"}));
    let lamp = |id, ago| event(id, ago, "can_mil_lamp", json!({}));
    let granted = event(100, 400 * 24 * HOUR, "access_granted_to_vehicle", json!({}));
    let events = json!([
        granted,
        place(1, 25 * HOUR),
        place(2, 2 * HOUR),
        place(3, 60),
        place(4, 0),
        code(5, 400 * 24 * HOUR),
        code(6, 20 * 24 * HOUR),
        lamp(7, 30 * 24 * HOUR),
    ]);
    let taken = common::value(gateway.post("/v1/ingest", &events).await).await;
    assert_eq!(taken["accepted"], 8, "{taken}");

    assert_eq!(history(&anna, "").await.len(), 7);
    // Of codes the latest stays, however old it is; a lamp that says nothing readable never.
    assert_eq!(history(&partner, "").await, [4, 3, 6]);
    assert_eq!(history(&partner, "&type=gps_position").await, [4, 3]);
    assert_eq!(history(&partner, "&type=can_dtc").await, [6]);
    let before =
        platform::clock::text(platform::clock::now() - std::time::Duration::from_secs(25 * 24 * 3600));
    assert_eq!(history(&partner, &format!("&type=can_dtc&to={before}")).await, [0_i64; 0]);
    // A feed tells what comes; it does not know what is the latest.
    assert_eq!(ids(&partner.json("/v1/feeds/vehicles/demo/7?offset=-1").await), [3, 4]);
    assert_eq!(ids(&partner.json("/v1/feeds/organizations/demo?offset=-1").await), [3, 4]);

    world.node.config.clock.advance(std::time::Duration::from_secs(2 * 3600));
    // Her token has expired, and the place of now is an old one, but the latest.
    let partner = world.person("partner").await;
    assert_eq!(history(&partner, "&type=gps_position").await, [4]);
    assert_eq!(ids(&partner.json("/v1/feeds/vehicles/demo/7?offset=-1").await), [0_i64; 0]);
}

fn agrees() -> grants::Grant {
    grants::Grant::Consent { purpose: "positions".to_owned() }
}

fn drives() -> grants::Grant {
    grants::Grant::Drive { vehicle: 7 }
}

/// Grants something to somebody of the demo, or takes it away.
async fn grant(world: &World, sub: &str, grant: grants::Grant, ends: bool) {
    let who = Who::new("demo", sub);
    let job = move |edit: &mut dyn platform::storage::Edit| {
        grants::to(edit, &who, &grant, ends).unwrap();
        Ok::<_, Problem>(())
    };
    world.node.commit(job).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn positions_of_before_all_agreed_are_not_seen_later_either() {
    let world = World::start().await;
    let (gateway, partner) = (world.person("gateway").await, world.person("partner").await);
    let mut count = 0;
    let mut says = async || {
        count += 1;
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        let place = event(count, 0, "gps_position", json!({"latitude": 0.5, "longitude": -150.25}));
        assert_eq!(common::value(gateway.post("/v1/ingest", &json!([place])).await).await["accepted"], 1);
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    };
    let sees = async |expected: &[i64]| {
        assert_eq!(history(&partner, "&type=gps_position").await, expected);
        let mut told = ids(&partner.json("/v1/feeds/organizations/demo?offset=-1").await);
        told.reverse();
        assert_eq!(told, expected);
    };
    let granted = event(100, 60, "access_granted_to_vehicle", json!({}));
    gateway.post("/v1/ingest", &json!([granted])).await;
    says().await;
    sees(&[]).await;
    grant(&world, "user/1", agrees(), false).await;
    says().await;
    sees(&[2]).await;
    // Another drives it, too, and does not agree: neither then nor when they drive it no longer is theirs seen.
    grant(&world, "user/2", drives(), false).await;
    says().await;
    sees(&[]).await;
    grant(&world, "user/2", drives(), true).await;
    sees(&[]).await;
    says().await;
    sees(&[4]).await;
    grant(&world, "user/1", agrees(), true).await;
    says().await;
    sees(&[]).await;
    grant(&world, "user/1", agrees(), false).await;
    says().await;
    sees(&[6]).await;
    // Nobody drives it.
    grant(&world, "user/1", drives(), true).await;
    sees(&[]).await;
}

#[tokio::test]
async fn a_driver_who_does_not_read_allows_nothing_and_holds_up_nobody() {
    let world = World::start().await;
    let since =
        async || world.node.look(|view| Ok(view.get(&key(&["positions", "demo", "7"]))?)).await.unwrap();
    let said = json!([event(1, 5, "car_ignition", json!({"value": true}))]);
    let gateway = world.person("gateway").await;
    assert_eq!(common::value(gateway.post("/v1/ingest", &said).await).await["accepted"], 1);
    grant(&world, "user/2", drives(), false).await;
    grant(&world, "user/2", agrees(), false).await;
    grant(&world, "user/1", agrees(), false).await;
    assert!(since().await.is_some());
    // A row that was lost is there again with the next grant.
    world.node.commit(|edit| Ok(edit.delete(&key(&["positions", "demo", "7"]))?)).await.unwrap();
    grant(&world, "user/1", agrees(), false).await;
    assert!(since().await.is_some());
    world.node.commit(|edit| Ok(edit.put(&key(&["account", "demo", "user/1"]), b"{")?)).await.unwrap();
    grant(&world, "user/2", agrees(), true).await;
    grant(&world, "user/2", agrees(), false).await;
    assert!(since().await.is_none());
    grant(&world, "user/2", drives(), true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operators_word_holds_whatever_a_clock_has_said_before() {
    let world = World::start().await;
    let (gateway, partner) = (world.person("gateway").await, world.person("partner").await);
    let says = |access: grants::Access, ends: bool| {
        let job = move |edit: &mut dyn platform::storage::Edit| {
            grants::access(edit, "demo", access, ends).unwrap();
            Ok::<_, Problem>(())
        };
        world.node.commit(job)
    };
    let sees = async || partner.get("/v1/collections/vehicles/demo/7").await.status().as_u16();
    let mut ahead = event(1, 0, "access_granted_to_vehicle", json!({}));
    ahead["time"] =
        platform::clock::text(platform::clock::now() + std::time::Duration::from_secs(540)).into();
    let known = json!([event(2, 5, "car_ignition", json!({"value": true})), ahead]);
    assert_eq!(common::value(gateway.post("/v1/ingest", &known).await).await["accepted"], 2);
    assert_eq!(sees().await, 200);
    for ends in [true, false, true] {
        says(grants::Access::Vehicle(7), ends).await.unwrap();
        assert_eq!(sees().await, if ends { 404 } else { 200 });
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    // What comes again is no other word.
    gateway.post("/v1/ingest", &known).await;
    assert_eq!(sees().await, 404);
}
