//! The protocol from end to end.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod common;

use std::time::Duration;

use common::{World, change, event, place, value};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn what_one_writes_shows_in_the_feed_and_the_listing() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    let done = anna.write("places", "p1", "put", place("Pier")).await;
    assert_eq!(done["version"], 1);
    let record = anna.last("places", "p1").await.unwrap();
    assert_eq!((&record["version"], &record["value"]["name"]), (&json!(1), &json!("Pier")));
    assert_eq!(record["value"]["radiusMeters"], 150);

    anna.write("places", "p1", "patch", json!({"name": "Old pier"})).await;
    let listed = anna.json("/v1/collections/places").await;
    assert_eq!(listed["items"][0]["value"]["name"], "Old pier");
    assert_eq!(listed["more"], false);
    let offset = listed["offset"].as_str().unwrap();
    assert_eq!(anna.json(&format!("/v1/feeds/me?offset={offset}")).await, json!([]));

    let one = anna.get("/v1/collections/places/p1").await;
    assert_eq!(one.headers()["etag"], "\"2\"");
    anna.write("places", "p1", "delete", json!(null)).await;
    assert_eq!(anna.last("places", "p1").await.unwrap()["value"], json!(null));
    assert_eq!(anna.get("/v1/collections/places/p1").await.status(), 404);
}

#[tokio::test]
async fn a_change_is_done_once_and_later_clocks_win_by_member() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    let put = change("places", "p1", "put", place("Pier"));
    let results = anna.change(&[put.clone(), put.clone()]).await;
    assert_eq!((&results[0]["outcome"], &results[1]["outcome"]), (&json!("applied"), &json!("duplicate")));
    assert_eq!(anna.change(&[put]).await[0]["outcome"], "duplicate");

    let is = async |name: &str, address: serde_json::Value| {
        let item = anna.json("/v1/collections/places/p1").await;
        assert_eq!((&item["value"]["name"], &item["value"]["address"]), (&json!(name), &address));
    };
    let address = change("places", "p1", "patch", json!({"address": "Sea 1"}));
    assert_eq!(anna.change(&[address]).await[0]["outcome"], "applied");
    let mut late = change("places", "p1", "patch", json!({"name": "Late", "address": "Sea 2", "note": "x"}));
    late["clock"] = "000000000001-0000-0000000000000001".into();
    assert_eq!(anna.change(&[late]).await[0]["outcome"], "applied");
    is("Pier", json!("Sea 1")).await;

    // Who has seen what is there writes over it, however slow the clock.
    let mut knowing = change("places", "p1", "patch", json!({"name": "Quay"}));
    (knowing["clock"], knowing["base"]) = ("000000000001-0000-0000000000000001".into(), 1.into());
    assert_eq!(anna.change(&[knowing]).await[0]["outcome"], "applied");
    assert_eq!(anna.json("/v1/collections/places/p1").await["value"]["name"], "Quay");

    let mut ahead = change("places", "p1", "patch", json!({"name": "Ahead"}));
    ahead["clock"] = "ffffffffffff-0000-0000000000000001".into();
    let results = anna
        .change(&[
            ahead.clone(),
            change("places", "p1", "patch", json!({"name": "x"})),
            change("places", "p2", "put", place("Other")),
        ])
        .await;
    let codes: Vec<_> = results
        .iter()
        .map(|result| (result["outcome"].as_str().unwrap(), result["problem"]["code"].as_str()))
        .collect();
    assert_eq!(codes, [("rejected", Some("clock_ahead")), ("rejected", Some("depends")), ("applied", None)]);
    // It is not held against the change: with a stamp of the right time it is done, and once.
    assert_eq!(results[0]["problem"]["retryable"], true);
    assert_eq!(results[1]["problem"]["retryable"], true);
    ahead["clock"] = "000000000002-0000-0000000000000001".into();
    ahead["base"] = 4.into();
    for outcome in ["applied", "duplicate"] {
        assert_eq!(anna.change(std::slice::from_ref(&ahead)).await[0]["outcome"], outcome);
    }

    let results = anna.change(&[change("places", "p3", "put", json!({"name": "nowhere"}))]).await;
    assert_eq!(results[0]["problem"]["code"], "invalid_entity");
    assert_eq!(results[0]["problem"]["detail"], "position: expected a value in the object");
}

#[tokio::test]
async fn a_share_shows_a_place_until_it_ends_in_the_same_commit() {
    let world = World::start().await;
    let (anna, bo) = (world.person("anna").await, world.person("bo").await);
    anna.write("places", "p1", "put", place("Pier")).await;
    let offer = json!({"subject": "place/p1", "recipient": "user/2"});
    let results = bo.change(&[change("shares", "s0", "put", offer.clone())]).await;
    assert_eq!(results[0]["problem"]["code"], "not_found", "only the owner shares");
    anna.write("shares", "s1", "put", offer).await;
    assert!(bo.last("places", "p1").await.is_none());
    let results = anna.change(&[change("shares", "s1", "act", json!({"action": "accept"}))]).await;
    assert_eq!(results[0]["problem"]["code"], "forbidden");
    bo.write("shares", "s1", "act", json!({"action": "accept"})).await;
    assert_eq!(bo.last("places", "p1").await.unwrap()["value"]["name"], "Pier");
    anna.write("places", "p1", "patch", json!({"name": "Old pier"})).await;
    let seen = bo.last("places", "p1").await.unwrap();
    assert_eq!(seen["value"]["name"], "Old pier");
    let results = bo.change(&[change("places", "p1", "patch", json!({"name": "mine"}))]).await;
    assert_eq!(results[0]["problem"]["code"], "forbidden");
    anna.write("shares", "s1", "act", json!({"action": "revoke"})).await;
    let gone = bo.last("places", "p1").await.unwrap();
    assert_eq!(gone["value"], json!(null));
    assert!(gone["version"].as_u64() > seen["version"].as_u64());
    assert_eq!(bo.get("/v1/collections/places/p1").await.status(), 404);
    // What one no longer sees is not there, also for writes.
    let results = bo.change(&[change("places", "p1", "patch", json!({"name": "mine"}))]).await;
    assert_eq!(results[0]["problem"]["code"], "not_found");
}

#[tokio::test]
async fn a_share_ends_when_its_time_has_come_and_a_shared_trip_is_rough() {
    let world = World::start().await;
    let (anna, bo) = (world.person("anna").await, world.person("bo").await);
    let trip = json!({
        "organizationKey": "demo", "vehicleId": 7, "startedAt": "2026-05-01T08:00:00Z", "comment": "to the doctor",
        "startPosition": {"latitude": 0.123_456_7, "longitude": -150.123_456_7},
    });
    anna.write("trips", "t1", "put", trip).await;
    let clock = &world.node.config.clock;
    let until = platform::clock::text(clock.now() + Duration::from_secs(240));
    anna.write(
        "shares",
        "s1",
        "put",
        json!({"subject": "trip/t1", "recipient": "user/2", "expiresAt": until}),
    )
    .await;
    bo.write("shares", "s1", "act", json!({"action": "accept"})).await;
    let seen = bo.last("trips", "t1").await.unwrap()["value"].to_string();
    assert!(
        seen.contains("startPosition") && !seen.contains("1234567") && !seen.contains("doctor"),
        "{seen}"
    );
    clock.advance(Duration::from_secs(240));
    for _ in 0..600 {
        if bo.last("trips", "t1").await.unwrap()["value"].is_null() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the share did not end");
}

#[tokio::test]
async fn a_booking_is_the_servers_to_decide_and_opens_the_car_to_the_workshop() {
    let world = World::start().await;
    let (anna, shop, gateway) =
        (world.person("anna").await, world.person("workshop").await, world.person("gateway").await);
    gateway
        .post("/v1/ingest", &json!([event(1, 60, "can_dtc", json!({"code": "0301", "sourceType": "j2012"}))]))
        .await;
    assert_eq!(shop.get("/v1/vehicles/demo/7/events").await.status(), 404);
    assert!(shop.last("vehicles", "demo/7").await.is_none());
    let booking = json!({"vehicleId": 7, "workshopId": 9, "appointmentDate": "2099-05-04T07:30:00Z"});
    anna.write("bookings", "b1", "put", booking.clone()).await;
    assert_eq!(shop.last("bookings", "b1").await.unwrap()["value"]["bookingStatus"], "NEW");
    assert_eq!(shop.last("vehicles", "demo/7").await.unwrap()["value"]["vehicleId"], 7);
    assert_eq!(shop.json("/v1/vehicles/demo/7/events").await["events"].as_array().unwrap().len(), 1);
    let results = anna.change(&[change("bookings", "b2", "put", booking)]).await;
    assert_eq!(results[0]["problem"]["detail"], "the vehicle has an active booking");

    let mut cancel = change("bookings", "b1", "act", json!({"action": "cancel", "reasonKey": "customer"}));
    assert_eq!(anna.change(&[cancel.clone()]).await[0]["outcome"], "conflict");
    cancel["id"] = "01900000-0000-7000-8000-fffffffffff1".into();
    cancel["base"] = anna.json("/v1/collections/bookings/b1").await["version"].clone();
    assert_eq!(anna.change(&[cancel]).await[0]["outcome"], "applied");
    assert_eq!(shop.last("vehicles", "demo/7").await.unwrap()["value"], json!(null));
}

#[tokio::test]
async fn driver_and_workshop_write_to_each_other() {
    let world = World::start().await;
    let (anna, shop, bo) =
        (world.person("anna").await, world.person("workshop").await, world.person("bo").await);
    anna.write("conversations", "c1", "put", json!({"vehicleId": 7, "workshopId": 9})).await;
    anna.write("messages", "m1", "put", json!({"conversationId": "c1", "text": "It rattles."})).await;
    assert_eq!(shop.last("messages", "m1").await.unwrap()["value"]["from"], "driver");
    shop.write(
        "messages",
        "m2",
        "put",
        json!({"conversationId": "c1", "text": "Come by.", "from": "driver"}),
    )
    .await;
    let page = anna.json("/v1/collections/messages?conversationId=c1").await;
    let senders: Vec<_> =
        page["items"].as_array().unwrap().iter().map(|item| item["value"]["from"].clone()).collect();
    assert_eq!(senders, ["driver", "workshop"]);
    shop.write("conversations", "c1", "act", json!({"action": "read", "messageId": "m1"})).await;
    assert_eq!(anna.last("conversations", "c1").await.unwrap()["value"]["workshopRead"]["messageId"], "m1");
    assert!(bo.feed().await.is_empty());
    let results =
        bo.change(&[change("messages", "m3", "put", json!({"conversationId": "c1", "text": "?"}))]).await;
    assert_eq!(results[0]["problem"]["code"], "not_found");
}

#[tokio::test]
async fn events_are_taken_once_and_bad_ones_set_aside() {
    let world = World::start().await;
    let (gateway, support, anna) =
        (world.person("gateway").await, world.person("support").await, world.person("anna").await);
    let good = event(1, 60, "car_ignition", json!({"value": true}));
    let future = event(2, 0, "car_ignition", json!({"value": true, "time": "2199-01-01T00:00:00Z"}));
    let answer = gateway.post("/v1/ingest", &json!([good, {"id": 3}, good, future])).await;
    let taken = value(answer).await;
    assert_eq!((&taken["accepted"], &taken["duplicates"]), (&json!(1), &json!(1)));
    assert_eq!(
        (&taken["refused"][0]["index"], &taken["refused"][0]["code"]),
        (&json!(1), &json!("invalid_entity"))
    );
    assert_eq!(taken["refused"][1]["code"], "future");
    let aside = support.json("/v1/ingest/quarantine").await;
    assert_eq!(aside["items"].as_array().unwrap().len(), 2);
    assert_eq!(gateway.get("/v1/ingest/quarantine").await.status(), 404);
    // The same body again, whose answer was lost, is not set aside twice.
    let again = value(gateway.post("/v1/ingest", &json!([good, {"id": 3}, good, future])).await).await;
    assert_eq!((&again["duplicates"], &again["refused"]), (&json!(2), &taken["refused"]));
    assert_eq!(support.json("/v1/ingest/quarantine").await, aside);
    // Of what names another organization nothing is shown, whatever else is wrong with it.
    let others =
        json!([{"id": 4, "vehicleId": 7, "organizationKey": "other", "type": "can_dtc", "time": "x"}]);
    gateway.post("/v1/ingest", &others).await;
    assert_eq!(support.json("/v1/ingest/quarantine?limit=1").await["items"][0]["event"], "");

    // Lines, gzip, and a producer that repeats itself.
    let lines: String =
        (10..20).map(|id| event(id, 50, "car_odometer", json!({"value": id})).to_string() + "\n").collect();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, lines.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    for (seq, status) in [(0, 200), (0, 204), (2, 409), (1, 200)] {
        let request = gateway
            .ask(Method::POST, "/v1/ingest")
            .header("content-type", "application/x-ndjson")
            .header("content-encoding", "gzip")
            .header("producer-id", "box")
            .header("producer-epoch", "0")
            .header("producer-seq", seq.to_string());
        let answer = request.body(packed.clone()).send().await.unwrap();
        assert_eq!(answer.status(), status, "sequence {seq}");
    }
    let history = anna.json("/v1/vehicles/demo/7/events?type=car_odometer&limit=4").await;
    assert_eq!((history["events"].as_array().unwrap().len(), &history["more"]), (4, &json!(true)));
    let cursor = history["cursor"].as_str().unwrap();
    let rest =
        anna.json(&format!("/v1/vehicles/demo/7/events?type=car_odometer&limit=100&cursor={cursor}")).await;
    assert_eq!((rest["events"].as_array().unwrap().len(), &rest["more"]), (6, &json!(false)));
    assert_eq!(anna.json("/v1/feeds/vehicles/demo/7?offset=-1").await.as_array().unwrap().len(), 11);

    // Protobuf.
    let mut stream = Vec::new();
    let one = cc_core::Event::from_json(event(77, 40, "car_ignition", json!({"value": false})).to_string())
        .unwrap();
    cc_core::protobuf::ProtobufEncoder::default().write(&one, &mut stream);
    let request = gateway.ask(Method::POST, "/v1/ingest").header("content-type", "application/x-protobuf");
    assert_eq!(value(request.body(stream).send().await.unwrap()).await["accepted"], 1);
}

#[tokio::test]
async fn a_misfire_becomes_a_recommendation_in_the_drivers_feed() {
    let world = World::start().await;
    let (anna, gateway) = (world.person("anna").await, world.person("gateway").await);
    gateway
        .post("/v1/ingest", &json!([event(1, 5, "can_dtc", json!({"code": "0301", "sourceType": "j2012"}))]))
        .await;
    for _ in 0..100 {
        let found = anna.feed().await.into_iter().find(|record| record["collection"] == "recommendations");
        if let Some(record) = found {
            assert_eq!(record["value"]["title"], "Engine issue: spark plugs");
            let key = record["key"].as_str().unwrap();
            assert!(key.starts_with("demo/7/"), "{key}");
            // A phone reads it as it is, and makes one of it and its own.
            let theirs = record["value"].to_string();
            let open = cc_core::Recommendation::from_json(&theirs).unwrap();
            assert_eq!(format!("{}/{}", open.vehicle, open.group), key);
            let mine = theirs.replace(&open.id.to_string(), &"f".repeat(32));
            let one = cc_core::Recommendation::merge_json(mine, theirs).unwrap();
            assert_eq!((one.id, one.aliases.len()), (open.id, 1));
            anna.write("recommendations", key, "act", json!({"action": "dismiss"})).await;
            assert_eq!(anna.last("recommendations", key).await.unwrap()["value"]["dismissed"], true);
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("nothing was recommended");
}

#[tokio::test]
async fn settings_are_compiled_of_layers_and_a_change_is_told() {
    let world = World::start().await;
    let (anna, support, gateway) =
        (world.person("anna").await, world.person("support").await, world.person("gateway").await);
    gateway.post("/v1/ingest", &json!([event(1, 5, "car_ignition", json!({"value": true}))])).await;
    let (good, odd) = (json!({"map": {"zoom": 3}, "trace": true}), json!({"$odd": 1}));
    let layer = |json| support.send(Method::PUT, "/v1/config/layers/global", json);
    assert_eq!(layer(&good).await.status(), 204);
    let settings = anna.get("/v1/config?vehicle=demo/7&app=1.2").await;
    let etag = settings.headers()["etag"].to_str().unwrap().to_owned();
    assert_eq!(settings.headers()["config-max-age"], "900");
    assert_eq!(value(settings).await, json!({"map": {"zoom": 3}, "trace": true}));
    let again = anna
        .ask(Method::GET, "/v1/config?vehicle=demo/7&app=1.2")
        .header("if-none-match", &etag)
        .send()
        .await
        .unwrap();
    assert_eq!(again.status(), 304);
    let part = anna.json("/v1/config?vehicle=demo%2F7&key=%2Fmap").await;
    assert_eq!(part["map"], json!({"zoom": 3}));
    let own = support.send(Method::PUT, "/v1/config/layers/vehicle?of=demo/7", &json!({"trace": null})).await;
    assert_eq!(own.status(), 204);
    assert_eq!(anna.json("/v1/config?vehicle=demo/7").await, json!({"map": {"zoom": 3}}));
    assert!(anna.last("config", "demo/7").await.unwrap()["value"]["etag"].is_string());
    let bad = layer(&odd).await;
    assert_eq!((bad.status().as_u16(), value(bad).await["code"].clone()), (422, json!("invalid_entity")));
    assert_eq!(anna.get("/v1/config?vehicle=demo/8").await.status(), 404);
}

#[tokio::test]
async fn a_stream_says_at_once_where_it_stands_and_then_what_comes() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    let mut stream = anna.get("/v1/feeds/me?offset=-1&live=sse&close=3").await;
    assert_eq!(stream.headers()["content-type"], "text/event-stream");
    let first = String::from_utf8(stream.chunk().await.unwrap().unwrap().to_vec()).unwrap();
    assert!(
        first.starts_with("event: control\ndata:{") && first.contains("\"heartbeatSeconds\":1"),
        "{first}"
    );
    anna.write("places", "p1", "put", place("Pier")).await;
    let mut text = String::new();
    while let Some(chunk) = stream.chunk().await.unwrap() {
        text.push_str(&String::from_utf8_lossy(&chunk));
    }
    assert!(text.contains("event: data\ndata:[{\"collection\":\"places\""), "{text}");
    assert!(text.contains("\n:\n\n") || text.starts_with(":\n\n"), "{text}");
    assert!(text.ends_with("\n\n"), "a stream ends at the end of an event");

    let mut lines = anna
        .ask(Method::GET, "/v1/feeds/me?offset=-1&live=sse&close=1")
        .header("accept", "application/x-ndjson")
        .send()
        .await
        .unwrap();
    let mut text = String::new();
    while let Some(chunk) = lines.chunk().await.unwrap() {
        text.push_str(&String::from_utf8_lossy(&chunk));
    }
    let kinds: Vec<&str> = text.lines().filter(|line| !line.is_empty()).map(|line| &line[..9]).collect();
    assert_eq!(kinds, ["{\"control", "{\"data\":[", "{\"control"], "{text}");

    let offset = "99999999999999999999";
    assert_eq!(anna.get(&format!("/v1/feeds/me?offset={offset}")).await.status(), 400);
    assert_eq!(anna.get("/v1/feeds/me?offset=00000000000000009999").await.status(), 410);
}

#[tokio::test]
async fn a_platform_that_drains_ends_its_streams_and_goes_on_where_it_was() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    anna.write("places", "p1", "put", place("Pier")).await;
    let mut stream = anna.get("/v1/feeds/me?offset=now&live=sse").await;
    stream.chunk().await.unwrap();
    let folder = world.stop().await;
    while stream.chunk().await.unwrap().is_some() {}
    let node = common::open(folder.path(), common::config()).await;
    let (base, stop, task) = common::serve(node, "127.0.0.1:0");
    let again = common::Person { base, ..anna };
    assert_eq!(again.last("places", "p1").await.unwrap()["value"]["name"], "Pier");
    drop(stop);
    task.await.unwrap();
}

#[tokio::test]
async fn a_partner_is_told_by_a_signed_webhook_what_the_access_events_let_it_see() {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use sha2::Digest as _;
    let mut config = common::config();
    config.webhooks_anywhere = true;
    let world = World::with(config).await;
    let (partner, gateway) = (world.person("partner").await, world.person("gateway").await);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let (heard, mut told) = tokio::sync::mpsc::channel(10);
    tokio::spawn(async move {
        let app = axum::Router::new().route(
            "/hook",
            axum::routing::post(move |headers: axum::http::HeaderMap, body: String| async move {
                heard.send((headers, body)).await.unwrap();
            }),
        );
        axum::serve(listener, app).await.unwrap();
    });
    for (types, detail) in [
        (json!([""]), "types: each of 1 to 100 bytes without control characters"),
        (json!(["a".repeat(101)]), "types: each of 1 to 100 bytes without control characters"),
        (json!(["can\u{7}dtc"]), "types: each of 1 to 100 bytes without control characters"),
        (json!(vec!["a"; 201]), "types: at most 200"),
    ] {
        let refused =
            partner.send(Method::PUT, "/v1/webhooks/w1", &json!({"url": url, "types": types})).await;
        assert_eq!(refused.status(), 422);
        assert_eq!(value(refused).await["detail"], detail);
    }
    // A type that nothing has said yet may come.
    let later = json!({"url": url, "types": ["not_heard_of"]});
    assert_eq!(partner.send(Method::PUT, "/v1/webhooks/w2", &later).await.status(), 201);
    let set = partner.send(Method::PUT, "/v1/webhooks/w1", &json!({"url": url, "types": ["can_dtc"]})).await;
    assert_eq!(set.status(), 201);
    let admin = json!([
        {"id": 1, "time": "2026-05-01T09:00:00Z", "type": "access_granted_to_vehicle", "organizationKey": "demo", "vehicleId": 7},
    ]);
    assert_eq!(value(gateway.post("/v1/ingest", &admin).await).await["accepted"], 1);
    let events = json!([
        event(2, 30, "gps_position", json!({"latitude": 0.1, "longitude": -150.1})),
        event(3, 30, "can_dtc", json!({"code": "0301", "sourceType": "j2012"})),
    ]);
    gateway.post("/v1/ingest", &events).await;
    let (headers, body) = tokio::time::timeout(Duration::from_secs(20), told.recv()).await.unwrap().unwrap();
    assert!(body.contains("0301") && body.contains("\"type\":\"can_dtc\""), "{body}");
    let signature = headers["x-request-signature"].to_str().unwrap();
    let parsed = platform::auth::jose::Unverified::parse(signature).unwrap();
    let set = partner.json("/.well-known/jwks.json").await;
    let key = set["keys"]
        .as_array()
        .unwrap()
        .iter()
        .find(|key| key["kid"] == parsed.kid().unwrap())
        .unwrap()
        .clone();
    let claims: serde_json::Value = parsed.verify(&serde_json::from_value(key).unwrap()).unwrap();
    assert_eq!(claims["sub"], STANDARD.encode(sha2::Sha256::digest(body.as_bytes())));
    assert_eq!(claims["rid"], headers["x-request-id"].to_str().unwrap());
    let feed = partner.json("/v1/feeds/organizations/demo?offset=-1").await.to_string();
    assert!(feed.contains("0301") && !feed.contains("gps_position"), "{feed}");
    assert_eq!(partner.send(Method::DELETE, "/v1/webhooks/w1", &json!({})).await.status(), 204);
}

/// Time goes on by itself where nobody has anything to do, once the stream is open.
#[tokio::test]
async fn a_stream_of_a_node_as_it_comes_is_never_silent_for_half_a_minute() {
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;
    let heartbeat = platform::node::NodeConfig::default().heartbeat;
    let mut config = common::config();
    config.heartbeat = heartbeat;
    let world = World::with(config).await;
    let anna = world.person("anna").await;
    for (path, accept, beat) in [
        ("/v1/feeds/me?offset=now&live=sse", "text/event-stream", ":\n\n"),
        ("/v1/feeds/me?offset=now&live=sse", "application/x-ndjson", "\n"),
        ("/v1/feeds/vehicles/demo/7?offset=now&live=sse", "text/event-stream", ":\n\n"),
    ] {
        let request = axum::http::Request::builder()
            .uri(path)
            .header("host", "platform.example")
            .header("accept", accept)
            .header("authorization", format!("Bearer {}", anna.token))
            .body(axum::body::Body::empty())
            .unwrap();
        // No socket is between, for which time would not wait.
        let answer = platform::routes::router(world.node.clone()).oneshot(request).await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        let mut body = answer.into_body();
        let mut next = async || {
            let frame = body.frame().await.expect("a stream without an end").unwrap();
            String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap()
        };
        let first = next().await;
        let promised = first.split("\"heartbeatSeconds\":").nth(1).expect("a heartbeat is promised");
        let promised: u64 = promised.split([',', '}']).next().unwrap().parse().unwrap();
        assert!((15..=25).contains(&promised), "{path}: {promised} s");
        tokio::time::pause();
        for _ in 0..4 {
            let began = tokio::time::Instant::now();
            assert_eq!(next().await, beat, "{path}");
            let silent = began.elapsed();
            let expected = Duration::from_secs(15)..=Duration::from_secs(25);
            assert!(expected.contains(&silent), "{path}: silent for {silent:?}");
        }
        tokio::time::resume();
    }
}
