//! Vehicles, merged three ways: also against a version that is kept no longer.
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

mod common;

use common::{Person, World, change, event, value};
use serde_json::{Value, json};

const CAR: &str = "/v1/collections/vehicles/demo/7";

async fn send(fleet: &Person, kind: &str, base: Option<u64>, body: Value) -> String {
    let mut asked = change("vehicles", "demo/7", kind, body);
    if let Some(base) = base {
        asked["base"] = base.into();
    }
    fleet.change(&[asked]).await[0]["outcome"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_is_taken_away_on_a_version_that_is_kept_no_longer_is_a_conflict() {
    let world = World::start().await;
    let (gateway, fleet) = (world.person("gateway").await, world.person("fleet").await);
    let joins = event(2, 9, "vehicle_added_to_fleet", json!({"fleetId": 1}));
    let events = json!([event(1, 9, "car_ignition", json!({"value": true})), joins]);
    assert_eq!(value(gateway.post("/v1/ingest", &events).await).await["accepted"], 2);
    let seen = async || fleet.json(CAR).await;
    let version = async || seen().await["version"].as_u64();
    assert_eq!(send(&fleet, "patch", None, json!({"note": "a", "of": {"b": 1, "c": 2}})).await, "applied");
    let old = version().await;
    for number in 0..25 {
        assert_eq!(send(&fleet, "patch", version().await, json!({"name": number})).await, "applied");
    }
    let now = seen().await["value"].clone();
    let without = |name: &str| {
        let mut value = now.clone();
        value.as_object_mut().unwrap().remove(name);
        value
    };
    for base in [None, old] {
        for (kind, body, outcome) in [
            ("patch", json!({"note": null}), "conflict"),
            ("patch", json!({"of": {"c": null}}), "conflict"),
            ("patch", json!({"note": "b"}), "conflict"),
            ("put", without("note"), "conflict"),
            ("patch", json!({"never": null}), "applied"),
            ("patch", json!({"note": "a"}), "applied"),
            ("put", now.clone(), "applied"),
        ] {
            assert_eq!(send(&fleet, kind, base, body.clone()).await, outcome, "{kind} {body} on {base:?}");
            assert_eq!(seen().await["value"], now, "{kind} {body} on {base:?}");
        }
    }
    assert_eq!(send(&fleet, "patch", old, json!({"fresh": 1})).await, "applied");
    assert_eq!(send(&fleet, "patch", version().await, json!({"note": null})).await, "applied");
    let value = seen().await["value"].clone();
    assert_eq!((&value["note"], &value["fresh"], &value["of"]), (&Value::Null, &json!(1), &now["of"]));
}
