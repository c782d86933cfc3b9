//! What is not certain is not taken: events behind a damaged one, numbers that others cannot read, shares whose time has come, and what
//! is bound up with rows that are damaged.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod common;

use common::{World, change, event, place, value};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn an_array_that_is_no_json_is_refused_as_a_whole() {
    let world = World::start().await;
    let gateway = world.person("gateway").await;
    let good = |id: i64| event(id, 9, "car_odometer", json!({"value": id})).to_string();
    let send = async |kind: &str, body: Vec<u8>| {
        let request = gateway.ask(Method::POST, "/v1/ingest").header("content-type", kind);
        let request = request.header("producer-id", "box").header("producer-epoch", "0");
        let answer = request.header("producer-seq", "0").body(body).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let bad = [
        "{bad}",
        "{\"a\":\"b\"c\"}",
        "{\"id\":\"x\ny\"}",
        "{\"id\":[1,2}",
        "{\"a\":{\"b\":1}",
        "\"text",
        "tru",
        "}",
    ];
    for bad in bad {
        let body = format!("[{},{bad},{},{}]", good(1), good(2), good(3));
        let (status, said) = send("application/json", body.into()).await;
        assert_eq!(status, 400, "{bad}: {said}");
        assert!(said.contains("\"malformed\""), "{said}");
    }
    for (cut, mark) in [
        ("[{bad", ""),
        ("[GOOD,{bad", ""),
        ("[GOOD junk", ""),
        ("[GOOD] junk", ""),
        ("[GOOD", "\u{feff}"),
        // Its beginning is missing, or it was never JSON.
        ("GOOD,GOOD]", ""),
        ("\"id\":1},GOOD]", ""),
        ("[GOOD]", "\0"),
        ("GOOD\n{\"id\":1,", ""),
        ("<html>", ""),
    ] {
        let body = format!("{mark}{}", cut.replace("GOOD", &good(1)));
        assert_eq!(send("application/json", body.into()).await.0, 400, "{cut}");
    }
    let mut stream = Vec::new();
    for id in [1, 2] {
        let one = cc_core::Event::from_json(good(id)).unwrap();
        cc_core::protobuf::ProtobufEncoder::default().write(&one, &mut stream);
    }
    for end in [stream.len() - 1, stream.len() / 2 + 1] {
        assert_eq!(send("application/x-protobuf", stream[..end].to_vec()).await.0, 400, "{end}");
    }
    // Nothing says how long the next is.
    let endless = [&stream[..], &[0xFF; 11], &stream[..]].concat();
    assert_eq!(send("application/x-protobuf", endless).await.0, 400);
    // Nothing was taken, and the number is free: an event that is JSON and none of ours is refused alone.
    let body =
        format!("[{},{{\"id\":\"\\ud800\"}},1,{},{}]", good(1), "[".repeat(200) + &"]".repeat(200), good(2));
    let (status, said) = send("application/json", body.into()).await;
    assert_eq!(status, 200, "{said}");
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!((&said["accepted"], &said["duplicates"]), (&json!(2), &json!(0)), "{said}");
    assert_eq!(said["refused"].as_array().unwrap().len(), 3, "{said}");
}

#[tokio::test]
async fn settings_are_what_usual_parsers_read() {
    let world = World::start().await;
    let support = world.person("support").await;
    let request = |body: &'static str| {
        let request = support.ask(Method::PUT, "/v1/config/layers/global");
        request.header("content-type", "application/json").body(body).send()
    };
    for body in [r#"{"a":1e999}"#, r#"{"a":{"b":-1e999}}"#, r#"{"a":"\ud800"}"#] {
        let answer = request(body).await.unwrap();
        assert_eq!(answer.status(), 422, "{body}");
        assert_eq!(value(answer).await["code"], "invalid_entity");
    }
    assert_eq!(request(r#"{"a":1e308}"#).await.unwrap().status(), 204);
}

#[tokio::test]
async fn a_vehicle_and_a_recipient_are_written_in_one_way() {
    let world = World::start().await;
    let (anna, gateway) = (world.person("anna").await, world.person("gateway").await);
    let mut below = event(2, 9, "car_odometer", json!({"value": 1}));
    below["vehicleId"] = json!(-1);
    let said =
        gateway.post("/v1/ingest", &json!([event(1, 9, "car_odometer", json!({"value": 1})), below])).await;
    let said = value(said).await;
    assert_eq!(
        (&said["accepted"], &said["refused"][0]["code"]),
        (&json!(1), &json!("invalid_entity")),
        "{said}"
    );
    for (vehicle, status) in [("7", 200), ("07", 404), ("%2B7", 404)] {
        for path in ["config?vehicle=demo/N", "feeds/vehicles/demo/N", "vehicles/demo/N/events"] {
            let path = format!("/v1/{}", path.replace('N', vehicle));
            assert_eq!(anna.get(&path).await.status(), status, "{path}");
        }
    }
    anna.write("places", "p1", "put", place("Pier")).await;
    let with = |recipient: &str| json!({"subject": "place/p1", "recipient": recipient});
    for recipient in
        ["user/0", "user/-2", "user/02", "user/+2", "organization/beta/x", "organization/be\u{1f}ta"]
    {
        let result = anna.change(&[change("shares", "s1", "put", with(recipient))]).await.remove(0);
        assert_eq!(result["problem"]["code"], "invalid_entity", "{recipient}: {result}");
    }
    for subject in ["vehicle/demo/07", "vehicle/demo/+7"] {
        let share = json!({"subject": subject, "recipient": "user/2"});
        let result = anna.change(&[change("shares", "s2", "put", share)]).await.remove(0);
        assert_eq!(result["problem"]["code"], "invalid_entity", "{subject}: {result}");
    }
    anna.write("shares", "s1", "put", with("user/99")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_is_over_at_its_instant_also_where_that_was_not_told_yet() {
    let world = World::start().await;
    let clock = &world.node.config.clock;
    let (anna, bo) = (world.person("anna").await, world.person("bo").await);
    for round in 0..3 {
        let (place_key, share) = (format!("p{round}"), format!("s{round}"));
        anna.write("places", &place_key, "put", place("Pier")).await;
        // Far enough away for what comes before it.
        let end = clock.now() + std::time::Duration::from_secs(120);
        let offer = json!({
            "subject": format!("place/{place_key}"), "recipient": "user/2", "expiresAt": platform::clock::text(end),
        });
        anna.write("shares", &share, "put", offer).await;
        bo.write("shares", &share, "act", json!({"action": "accept"})).await;
        let path = format!("/v1/collections/places/{place_key}");
        // Each round at another moment between two looks for shares whose time has come.
        tokio::time::sleep(std::time::Duration::from_millis(250 * round)).await;
        assert_eq!(bo.get(&path).await.status(), 200);
        clock.advance((end - clock.now()).to_std().unwrap_or_default());
        while clock.now() <= end {
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
        assert_eq!(bo.get(&path).await.status(), 404, "{round}");
        assert!(bo.listed("places").await.is_empty(), "{round}");
        assert!(bo.last("places", &place_key).await.unwrap()["value"].is_null(), "{round}");
    }
}

#[tokio::test]
async fn an_item_whose_key_is_damaged_is_not_taken_for_one_that_is_gone() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    anna.write("places", "p1", "put", place("Pier")).await;
    let lost = platform::storage::key(&["item", "demo", "places", "", "p1"]);
    let row = lost.clone();
    let whole = world.node.look(move |view| Ok(view.get(&row)?)).await.unwrap().unwrap();
    for damaged in [None, Some(whole[..whole.len() / 2].to_vec())] {
        let place_of = |row: Option<Vec<u8>>| {
            let lost = lost.clone();
            world.node.commit(move |edit| {
                let done = match row {
                    Some(row) => edit.put(&lost, &row),
                    None => edit.delete(&lost),
                };
                Ok(done?)
            })
        };
        place_of(damaged).await.unwrap();
        let answer = anna.get("/v1/collections/places/p1").await;
        assert_eq!(
            (answer.status().as_u16(), &value(answer).await["code"]),
            (503, &json!("storage_damaged"))
        );
        // Its own changes stay in the outbox, in their order, and hold up no other.
        let sent = [
            change("places", "p2", "put", place("Quay")),
            change("places", "p1", "patch", json!({"name": "x"})),
            change("places", "p1", "put", place("x")),
            change("places", "p3", "put", place("Mole")),
        ];
        let outcomes = async || -> Vec<String> {
            let results = anna.change(&sent).await;
            let said = |result: &serde_json::Value| {
                let code = result["problem"]["code"].as_str();
                code.or(result["outcome"].as_str()).unwrap().to_owned()
            };
            results.iter().map(said).collect()
        };
        assert_eq!(outcomes().await, ["applied", "depends", "depends", "applied"]);
        assert_eq!(outcomes().await, ["duplicate", "depends", "depends", "duplicate"]);
        place_of(Some(whole.clone())).await.unwrap();
        assert_eq!(outcomes().await, ["duplicate", "applied", "applied", "duplicate"]);
    }
    assert_eq!(anna.get("/v1/collections/places/p4").await.status(), 404);
    // Whoever runs it hears of it; for one item nobody is sent away.
    let ready = anna.get("/readyz").await;
    assert_eq!(ready.status(), 200);
    assert_eq!(ready.text().await.unwrap(), "ready\nsomething that was kept is damaged\n");
}

/// Puts something that does not read in the place of a row.
async fn spoil(world: &World, row: &[&str]) {
    let row = platform::storage::key(row);
    let spoil = move |edit: &mut dyn platform::storage::Edit| {
        assert!(edit.get(&row)?.is_some());
        Ok(edit.put(&row, b"{")?)
    };
    world.node.commit(spoil).await.unwrap();
}

#[tokio::test]
async fn a_change_that_meets_what_is_damaged_elsewhere_leaves_no_trace_and_holds_up_no_other() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    anna.write("conversations", "c1", "put", json!({"vehicleId": 7, "workshopId": 9})).await;
    let booking = json!({"vehicleId": 7, "workshopId": 9, "appointmentDate": "2099-05-04T07:30:00Z"});
    anna.write("bookings", "b1", "put", booking.clone()).await;
    for name in ["p1", "p2"] {
        anna.write("places", name, "put", place("Pier")).await;
    }
    let share = |subject: &str| json!({"subject": subject, "recipient": "user/2"});
    anna.write("shares", "s1", "put", share("place/p1")).await;
    anna.write("shares", "s2", "put", share("place/p2")).await;
    world.person("bo").await.write("shares", "s2", "act", json!({"action": "accept"})).await;
    let told = anna.feed().await.len();
    spoil(&world, &["item", "demo", "conversations", "", "c1"]).await;
    spoil(&world, &["item", "demo", "bookings", "", "b1"]).await;
    spoil(&world, &["item", "demo", "shares", "", "s1"]).await;
    // The place is told to its owner before it is told to who sees it.
    spoil(&world, &["seen", "demo", "user/2", "places", "p2"]).await;
    let sent = [
        change("messages", "m1", "put", json!({"conversationId": "c1", "text": "hello"})),
        change("bookings", "b2", "put", booking),
        change("shares", "s3", "put", share("place/p1")),
        change("places", "p2", "patch", json!({"name": "Quay"})),
        change("places", "p2", "patch", json!({"name": "Mole"})),
        change("places", "p3", "put", place("Bay")),
    ];
    for last in ["applied", "duplicate"] {
        let results = anna.change(&sent).await;
        let codes: Vec<_> = results[..5].iter().map(|result| &result["problem"]["code"]).collect();
        assert_eq!(codes, ["depends"; 5], "{results:?}");
        assert_eq!(results[5]["outcome"], last, "{results:?}");
    }
    let places = anna.listed("places").await;
    let versions: Vec<_> = places.iter().map(|place| (&place["key"], &place["version"])).collect();
    let known = json!(["p1", "p2", "p3"]);
    assert_eq!(
        versions.iter().map(|(key, _)| *key).collect::<Vec<_>>(),
        known.as_array().unwrap().iter().collect::<Vec<_>>()
    );
    assert_eq!(places[1]["value"]["name"], "Pier");
    let feed =
        world.node.look(|view| Ok(view.tail(&platform::storage::key(&["me", "demo", "user/1"]))?)).await;
    assert_eq!(feed.unwrap().next, told as u64 + 1);
    assert!(world.node.has_met_damage());
}

#[tokio::test]
async fn a_share_that_does_not_read_shows_nothing() {
    let world = World::start().await;
    let (anna, bo) = (world.person("anna").await, world.person("bo").await);
    anna.write("places", "p1", "put", place("Pier")).await;
    let share = json!({"subject": "place/p1", "recipient": "user/2", "expiresAt": "2099-05-04T07:30:00Z"});
    anna.write("shares", "s1", "put", share).await;
    bo.write("shares", "s1", "act", json!({"action": "accept"})).await;
    let path = "/v1/collections/places/p1";
    assert_eq!(bo.get(path).await.status(), 200);
    spoil(&world, &["item", "demo", "shares", "", "s1"]).await;
    assert_eq!((bo.get(path).await.status().as_u16(), anna.get(path).await.status().as_u16()), (404, 200));
}

#[tokio::test]
async fn what_builds_upon_a_change_that_waits_waits_with_it() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    // The workshop is to be told of the car, which does not read.
    let row = platform::storage::key(&["item", "demo", "vehicles", "", "demo/7"]);
    let damaged = row.clone();
    world.node.commit(move |edit| Ok(edit.put(&damaged, b"{")?)).await.unwrap();
    let sent = [
        change("messages", "m0", "put", json!({"conversationId": "c0", "text": "hello"})),
        change("conversations", "c1", "put", json!({"vehicleId": 7, "workshopId": 9})),
        change("messages", "m1", "put", json!({"conversationId": "c1", "text": "hello"})),
    ];
    let results = anna.change(&sent).await;
    let codes: Vec<_> = results.iter().map(|result| &result["problem"]["code"]).collect();
    assert_eq!(codes, ["not_found", "depends", "depends"], "{results:?}");
    world.node.commit(move |edit| Ok(edit.delete(&row)?)).await.unwrap();
    let results = anna.change(&sent).await;
    let outcomes: Vec<_> = results.iter().map(|result| &result["outcome"]).collect();
    assert_eq!(outcomes, ["rejected", "applied", "applied"], "{results:?}");
}

#[tokio::test]
async fn a_message_behind_a_conversation_that_waits_to_be_open_again_waits_with_it() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    let said = |of: &str| json!({"conversationId": of, "text": "hello"});
    for name in ["c1", "c2"] {
        anna.write("conversations", name, "put", json!({"vehicleId": 7, "workshopId": 9})).await;
        anna.write("messages", &format!("{name}-1"), "put", said(name)).await;
        anna.write("conversations", name, "act", json!({"action": "close"})).await;
    }
    let row = ["item", "demo", "messages", "", "c1-1"];
    let known = platform::storage::key(&row);
    let before = known.clone();
    let before = world.node.look(move |view| Ok(view.get(&before)?)).await.unwrap().unwrap();
    spoil(&world, &row).await;
    let sent = [
        change("conversations", "c1", "act", json!({"action": "read", "messageId": "c1-1"})),
        change("conversations", "c1", "act", json!({"action": "reopen"})),
        change("messages", "m1", "put", said("c1")),
        change("messages", "m2", "put", said("c2")),
    ];
    let results = anna.change(&sent).await;
    let codes: Vec<_> = results.iter().map(|result| &result["problem"]["code"]).collect();
    assert_eq!(codes, ["depends", "depends", "depends", "invalid_entity"], "{results:?}");
    world.node.commit(move |edit| Ok(edit.put(&known, &before)?)).await.unwrap();
    let results = anna.change(&sent).await;
    let outcomes: Vec<_> = results.iter().map(|result| &result["outcome"]).collect();
    assert_eq!(outcomes, ["applied", "applied", "applied", "rejected"], "{results:?}");
}

#[tokio::test]
async fn a_count_of_the_day_that_does_not_read_holds_up_no_event() {
    let world = World::start().await;
    let gateway = world.person("gateway").await;
    let said = async |id: i64| {
        let event = event(id, 9, "can_engine_speed_rpm", json!({"value": 900}));
        let answer = gateway.post("/v1/ingest", &json!([event])).await;
        (answer.status().as_u16(), value(answer).await["accepted"].clone())
    };
    assert_eq!(said(1).await, (200, json!(1)));
    spoil(&world, &["said", "demo", "7"]).await;
    assert_eq!(said(2).await, (200, json!(1)));
    let row = platform::storage::key(&["said", "demo", "7"]);
    let counted = world.node.look(move |view| Ok(platform::storage::get_json::<Value>(view, &row)?)).await;
    assert!(counted.unwrap().unwrap()["bytes"].as_u64().unwrap() > 0);
}

/// Of two processes that hold one lane the newer goes on: what the older sends is not taken, whatever number it has.
#[tokio::test]
async fn an_older_start_of_a_producer_is_fenced_off() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    let stream = anna.ask(Method::PUT, "/v1/streams/user/1/lane").header("content-type", "text/plain");
    assert_eq!(stream.send().await.unwrap().status(), 201);
    let body = |path: &str, name: &str| match path {
        "/v1/ingest" => json!([event(name.len() as i64, 9, "car_odometer", json!({"value": 1}))]).to_string(),
        "/v1/changes" => json!({"changes": [change("places", name, "put", place(name))]}).to_string(),
        _ => name.to_owned(),
    };
    let send = async |path: &str, epoch: u64, seq: u64, name: &str| {
        let kind = if path.contains("streams") { "text/plain" } else { "application/json" };
        let request = anna.ask(Method::POST, path).header("content-type", kind).header("producer-id", "box");
        let request = request.header("producer-epoch", epoch).header("producer-seq", seq);
        request.body(body(path, name)).send().await.unwrap()
    };
    let paths = ["/v1/ingest", "/v1/changes", "/v1/streams/user/1/lane"];
    for path in paths {
        assert_eq!(send(path, 1, 0, "a").await.status(), 200, "{path}");
        assert_eq!(send(path, 3, 0, "bb").await.status(), 200, "{path}");
        // The next of its own, a start anew, and one between the two.
        for (epoch, seq) in [(1, 1), (1, 0), (0, 0), (2, 0), (2, 1)] {
            let refused = send(path, epoch, seq, "old-process").await;
            assert_eq!(refused.status(), 403, "{path} {epoch} {seq}");
            // Whoever was wrong about its start learns which is known.
            assert_eq!(refused.headers()["producer-epoch"], "3", "{path} {epoch} {seq}");
            assert_eq!(value(refused).await["code"], "producer_fenced", "{path} {epoch} {seq}");
        }
        assert_eq!(send(path, 3, 1, "ccc").await.status(), 200, "{path}");
    }
    let places: Vec<Value> = anna.listed("places").await.iter().map(|item| item["key"].clone()).collect();
    assert_eq!(places, ["a", "bb", "ccc"]);
    let history = anna.json("/v1/vehicles/demo/7/events").await;
    let mut ids: Vec<i64> =
        history["events"].as_array().unwrap().iter().map(|event| event["id"].as_i64().unwrap()).collect();
    ids.sort_unstable();
    assert_eq!(ids, [1, 2, 3]);
    let stream = anna.get("/v1/streams/user/1/lane?offset=-1").await.text().await.unwrap();
    assert_eq!(stream, "abbccc");
}
