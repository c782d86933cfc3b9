//! What is there is put again: what is the same changes nothing, what may not change is refused, and nobody is in conflict with
//! themselves.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod common;

use common::{Person, World, change, place};
use serde_json::{Value, json};

/// Sends a change with a base; gives its outcome, and its version or why not.
async fn send(who: &Person, place: (&str, &str, &str), base: u64, body: &Value) -> (String, Value) {
    let mut write = change(place.0, place.1, place.2, body.clone());
    write["base"] = base.into();
    let result = who.change(&[write]).await.remove(0);
    let told = match &result["problem"] {
        Value::Null if result["outcome"] == "conflict" => result["current"]["version"].clone(),
        Value::Null => result["version"].clone(),
        problem if problem["code"] == "invalid_entity" => problem["detail"].clone(),
        problem => problem["code"].clone(),
    };
    (result["outcome"].as_str().unwrap().to_owned(), told)
}

#[tokio::test]
async fn a_share_that_is_put_again_gets_another_end_and_nothing_else() {
    let world = World::start().await;
    let (anna, bo) = (world.person("anna").await, world.person("bo").await);
    for key in ["p1", "p2"] {
        anna.write("places", key, "put", place("Pier")).await;
    }
    let share = json!({"subject": "place/p1", "recipient": "user/2"});
    let until = |day: u8| {
        let mut share = share.clone();
        share["expiresAt"] = format!("2099-01-{day:02}T00:00:00Z").into();
        share
    };
    let with = |name: &str, value: &str| {
        let mut share = share.clone();
        share[name] = value.into();
        share
    };
    let put = ("shares", "s1", "put");
    let kept = "a share keeps its subject and its recipient";
    anna.write("shares", "s1", "put", share.clone()).await;
    for (base, body, outcome, told) in [
        (1, share.clone(), "applied", json!(1)),
        (0, share.clone(), "applied", json!(1)),
        (0, until(1), "conflict", json!(1)),
        (1, until(1), "applied", json!(2)),
        (1, until(2), "conflict", json!(2)),
        (2, until(2), "applied", json!(3)),
        (1, until(2), "applied", json!(3)),
        (3, with("subject", "place/p2"), "rejected", json!(kept)),
        (0, with("recipient", "user/3"), "rejected", json!(kept)),
        (
            3,
            with("expiresAt", "2026-01-01T00:00:00Z"),
            "rejected",
            json!("a share must expire in the future"),
        ),
        (3, with("expiresAt", "soon"), "rejected", json!("expiresAt: expected an instant")),
    ] {
        assert_eq!(send(&anna, put, base, &body).await, (outcome.to_owned(), told), "{base} {body}");
    }
    // It stays accepted, and only its owner says when it ends.
    bo.write("shares", "s1", "act", json!({"action": "accept"})).await;
    assert_eq!(send(&bo, put, 4, &until(3)).await, ("rejected".to_owned(), json!("forbidden")));
    assert_eq!(send(&anna, put, 4, &share).await, ("applied".to_owned(), json!(5)));
    let told = bo.last("shares", "s1").await.unwrap();
    assert_eq!((&told["value"]["state"], told["value"].get("expiresAt")), (&json!("accepted"), None));
    assert!(bo.last("places", "p1").await.unwrap()["value"].is_object());

    // What was taken back stays so, whatever its writer has seen; nothing waits behind it for good.
    anna.write("shares", "s1", "act", json!({"action": "revoke"})).await;
    for (base, body) in [(1, share.clone()), (6, share.clone()), (1, until(1)), (6, until(1))] {
        let refused = ("rejected".to_owned(), json!("the share was revoked"));
        assert_eq!(send(&anna, put, base, &body).await, refused, "{base} {body}");
    }
}

#[tokio::test]
async fn what_is_appended_is_put_again_as_it_was_or_not_at_all() {
    let world = World::start().await;
    let (anna, shop) = (world.person("anna").await, world.person("workshop").await);
    let talk = json!({"vehicleId": 7, "workshopId": 9});
    let hello = json!({"conversationId": "c1", "text": "It rattles.", "attachments": null});
    anna.write("conversations", "c1", "put", talk.clone()).await;
    anna.write("messages", "m1", "put", hello.clone()).await;
    let before = (anna.feed().await.len(), shop.feed().await.len());
    let kept = "a conversation keeps its vehicle and its workshop";
    let (talk_at, message_at) = (("conversations", "c1", "put"), ("messages", "m1", "put"));
    for (who, at, body, outcome, told) in [
        (&anna, talk_at, talk.clone(), "applied", json!(1)),
        (&anna, talk_at, json!({"vehicleId": 7, "workshopId": 8}), "rejected", json!(kept)),
        (&anna, talk_at, json!({"vehicleId": 7}), "rejected", json!("workshopId: expected a number")),
        (&shop, talk_at, talk, "rejected", json!("forbidden")),
        (&anna, message_at, hello.clone(), "applied", json!(1)),
        (&anna, message_at, json!({"conversationId": "c1", "text": "It rattles."}), "applied", json!(1)),
        (
            &anna,
            message_at,
            json!({"conversationId": "c1", "text": "Nothing."}),
            "rejected",
            json!("a message is written once"),
        ),
        (&shop, message_at, hello.clone(), "rejected", json!("a message is written once")),
    ] {
        assert_eq!(send(who, at, 0, &body).await, (outcome.to_owned(), told), "{at:?} {body}");
    }
    // A closed conversation takes no message, and knows those that it has.
    anna.write("conversations", "c1", "act", json!({"action": "close"})).await;
    assert_eq!(send(&anna, message_at, 0, &hello).await, ("applied".to_owned(), json!(1)));
    assert_eq!((anna.feed().await.len(), shop.feed().await.len()), (before.0 + 1, before.1 + 1));
}

#[tokio::test]
async fn a_trip_that_is_put_again_gets_other_words_and_once_its_end() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    let at = ("trips", "t1", "put");
    let with = |members: Value| {
        let mut trip = json!({
            "organizationKey": "demo", "vehicleId": 7, "startedAt": "2026-05-01T08:00:00Z",
            "startPosition": {"latitude": 0.5, "longitude": -150.25},
        });
        for (name, value) in members.as_object().unwrap() {
            trip[name] = value.clone();
        }
        trip
    };
    let noted = with(json!({"comment": "To the pier"}));
    let ended = with(json!({"comment": "Home", "endedAt": "2026-05-01T09:00:00Z"}));
    anna.write("trips", "t1", "put", noted.clone()).await;
    for (body, outcome, told) in [
        (noted.clone(), "applied", json!(1)),
        (with(json!({"comment": "Home"})), "applied", json!(2)),
        (with(json!({})), "applied", json!(3)),
        (with(json!({})), "applied", json!(3)),
        (with(json!({"vehicleId": 8})), "rejected", json!("a trip is not rewritten")),
        (with(json!({"startedAt": "2026-05-01T07:00:00Z"})), "rejected", json!("a trip is not rewritten")),
        (ended.clone(), "applied", json!(4)),
        (ended, "applied", json!(4)),
        (with(json!({"endedAt": "2026-05-01T10:00:00Z"})), "rejected", json!("the trip has already ended")),
        (noted, "applied", json!(5)),
    ] {
        assert_eq!(send(&anna, at, 0, &body).await, (outcome.to_owned(), told), "{body}");
    }
    let value = anna.json("/v1/collections/trips/t1").await["value"].clone();
    assert_eq!(
        (&value["comment"], &value["endedAt"]),
        (&json!("To the pier"), &json!("2026-05-01T09:00:00Z"))
    );
}

#[tokio::test]
async fn a_trip_that_was_put_with_nulls_gets_its_end() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    // Many programs write so what there is not.
    let trip = json!({
        "organizationKey": "demo", "vehicleId": 7, "startedAt": "2026-05-01T08:00:00Z", "endedAt": null,
        "startPosition": {"latitude": 0.5, "longitude": -150.25}, "endPosition": null, "distanceKm": null, "comment": null,
    });
    let now = async |key: &str| anna.json(&format!("/v1/collections/trips/{key}")).await;
    for (key, version) in [("t1", 4), ("t2", 2)] {
        anna.write("trips", key, "put", trip.clone()).await;
        assert!(now(key).await["value"].as_object().unwrap().values().all(|value| !value.is_null()));
        // Nothing is said that was not.
        assert_eq!(send(&anna, ("trips", key, "put"), 0, &trip).await, ("applied".to_owned(), json!(1)));
        if key == "t1" {
            anna.write("trips", key, "patch", json!({"distanceKm": 7})).await;
            anna.write("trips", key, "patch", json!({"distanceKm": null, "endedAt": null})).await;
            assert!(now(key).await["value"].get("distanceKm").is_none());
        } else {
            // Earlier versions kept them.
            let place = platform::storage::key(&["item", "demo", "trips", "", key]);
            let old = move |edit: &mut dyn platform::storage::Edit| {
                let mut item: Value = serde_json::from_slice(&edit.get(&place)?.unwrap()).unwrap();
                let mut value: Value = serde_json::from_str(item["value"].as_str().unwrap()).unwrap();
                value["endedAt"] = Value::Null;
                item["value"] = value.to_string().into();
                Ok(edit.put(&place, item.to_string().as_bytes())?)
            };
            world.node.commit(old).await.unwrap();
        }
        let end = json!({"endedAt": "2026-05-01T09:00:00Z", "distanceKm": 12.5});
        assert_eq!(anna.write("trips", key, "patch", end).await["version"], version);
        // Who has not seen the end takes nothing away.
        anna.write("trips", key, "put", trip.clone()).await;
        assert_eq!(now(key).await["value"]["endedAt"], "2026-05-01T09:00:00Z");
        let undone = send(&anna, ("trips", key, "patch"), 0, &json!({"endedAt": null})).await;
        assert_eq!(undone, ("rejected".to_owned(), json!("the trip has already ended")));
    }
}

#[tokio::test]
async fn what_is_deleted_and_put_with_one_stamp_is_there() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    for (collection, value) in [("places", place("Pier")), ("settings", json!({"name": "Pier"}))] {
        anna.write(collection, "k1", "put", value.clone()).await;
        let mut changes =
            [change(collection, "k1", "delete", json!({})), change(collection, "k1", "put", value.clone())];
        changes[1]["clock"] = changes[0]["clock"].clone();
        let results = anna.change(&changes).await;
        assert!(results.iter().all(|result| result["outcome"] == "applied"), "{results:?}");
        let kept = anna.json(&format!("/v1/collections/{collection}/k1")).await;
        assert_eq!((&kept["version"], &kept["value"]["name"]), (&json!(3), &json!("Pier")));
        // What was written earlier is no later for it.
        let mut late = change(collection, "k1", "patch", json!({"name": "Old pier"}));
        late["clock"] = json!("0193c2000000-0001-a3f0a3f0a3f0a3f0");
        assert_eq!(anna.change(&[late]).await[0]["outcome"], "applied");
        assert_eq!(anna.json(&format!("/v1/collections/{collection}/k1")).await["value"]["name"], "Pier");
    }
}
