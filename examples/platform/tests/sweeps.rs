//! Days go by, on a clock of the test: keys change, tokens live out their life, and what was kept for long enough goes.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod common;

use std::time::Duration;

use cc_client::jwt::{Jwt, JwtError, KeySet};
use cc_client::store::MemoryStore;
use cc_client::transport::{ReqwestOptions, ReqwestTransport};
use cc_client::{Client, WriteKind};
use common::{World, change, client, event, place, sign_in, token, value};
use platform::admin::accounts;
use platform::auth::Who;
use platform::clock::{self, Clock};
use platform::storage::{Edit, Scan, all, key};
use platform::streams::Stream;
use reqwest::Method;
use serde_json::{Value, json};

const DAY: Duration = Duration::from_secs(86_400);

async fn world() -> (World, Clock) {
    let config = common::config();
    let clock = config.clock.clone();
    (World::with(config).await, clock)
}

/// How many rows there are under a prefix.
async fn rows(world: &World, prefix: &'static str) -> usize {
    world.node.look(move |view| Ok(all(view, prefix)?.len())).await.unwrap()
}

async fn key_set(world: &World) -> KeySet {
    let answer = client().get(format!("{}/.well-known/jwks.json", world.base)).send().await.unwrap();
    KeySet::parse(answer.text().await.unwrap().as_bytes()).unwrap()
}

fn kid(token: &str) -> String {
    use base64::Engine as _;
    let head = token.split('.').next().unwrap();
    let head: Value =
        serde_json::from_slice(&base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(head).unwrap())
            .unwrap();
    head["kid"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn keys_change_over_days_and_no_token_dies_before_its_time() {
    let (world, clock) = world().await;
    let session = sign_in(&world.base, "anna").await;
    let (mut set, mut last) = (key_set(&world).await, token(&world.base, &session).await);
    let (mut kids, mut seen) = (vec![kid(&last)], 0);
    // Half a day at a time, for a hundred days.
    for _ in 0..200 {
        clock.advance(DAY / 2);
        world.node.tidy().await.unwrap();
        let fresh = token(&world.base, &session).await;
        // Whoever has the set of half a day ago verifies a token of now: a key shows a day before it signs.
        assert!(Jwt::verify(&fresh, &set).is_ok());
        set = key_set(&world).await;
        // The token of half a day ago is expired, and still of a key of the set.
        assert!(Jwt::verify(&last, &set).is_ok());
        assert_eq!(world.node.verify(&last).unwrap_err().code, "token_expired");
        assert_eq!(world.node.verify(&fresh).map(|caller| caller.who.sub).unwrap(), "user/1");
        if kid(&fresh) != kid(&last) {
            kids.push(kid(&fresh));
            // The old key's last token lives out its ten minutes.
            seen += 1;
        }
        last = fresh;
    }
    assert_eq!((kids.len(), seen), (4, 3), "a key signs for thirty days");
    kids.sort_unstable();
    kids.dedup();
    assert_eq!(kids.len(), 4);
    assert!(rows(&world, "key").await <= 2);
}

#[tokio::test]
async fn a_token_of_the_old_key_is_good_until_it_expires_and_then_the_key_goes() {
    let (world, clock) = world().await;
    let session = sign_in(&world.base, "anna").await;
    clock.advance(DAY * 29 + DAY / 2);
    world.node.tidy().await.unwrap();
    clock.advance(Duration::from_secs(43_200 - 60));
    let old = token(&world.base, &session).await;
    clock.advance(Duration::from_secs(120));
    world.node.tidy().await.unwrap();
    let new = token(&world.base, &session).await;
    assert_ne!(kid(&old), kid(&new));
    let set = key_set(&world).await;
    assert!(Jwt::verify(&old, &set).is_ok() && Jwt::verify(&new, &set).is_ok());
    for good in [&old, &new] {
        assert_eq!(
            client()
                .get(format!("{}/v1/feeds/me", world.base))
                .bearer_auth(good)
                .send()
                .await
                .unwrap()
                .status(),
            200
        );
    }
    clock.advance(Duration::from_secs(720));
    assert_eq!(world.node.verify(&old).unwrap_err().code, "token_expired");
    clock.advance(DAY * 3);
    world.node.tidy().await.unwrap();
    assert_eq!(Jwt::verify(&old, &key_set(&world).await).unwrap_err(), JwtError::UnknownKey);
    assert_eq!(world.node.verify(&old).unwrap_err().code, "token_invalid");
}

#[tokio::test]
async fn a_client_renews_across_a_change_of_keys() {
    let (world, clock) = world().await;
    let session = sign_in(&world.base, "anna").await;
    let transport = ReqwestTransport::new(&world.base, ReqwestOptions::default()).unwrap();
    let phone = Client::builder(transport, MemoryStore::new()).session(&session).start().await.unwrap();
    for round in 0..4 {
        let key = format!("p{round}");
        let id = phone.submit("places", &key, WriteKind::Put, &place(&key).to_string()).await.unwrap();
        let outcome = tokio::time::timeout(Duration::from_secs(30), phone.outcome(id)).await;
        assert_eq!(outcome.unwrap().unwrap(), cc_client::decide::SendOutcome::Applied, "round {round}");
        // The clock of the phone stays behind: what it holds has expired, and is of a key that is gone.
        clock.advance(DAY * 33);
        world.node.tidy().await.unwrap();
    }
    phone.shutdown().await.unwrap();
}

#[tokio::test]
async fn what_was_shared_long_ago_shows_nothing_of_another_under_its_key() {
    let (world, clock) = world().await;
    let (anna, fleet) = (world.person("anna").await, world.person("fleet").await);
    for (share, of) in [("s1", "k"), ("s2", "offered")] {
        anna.write("places", of, "put", place("hers")).await;
        let body = json!({"subject": format!("place/{of}"), "recipient": "user/3"});
        anna.write("shares", share, "put", body).await;
    }
    fleet.write("shares", "s1", "act", json!({"action": "accept"})).await;
    for of in ["k", "offered"] {
        anna.write("places", of, "delete", json!(null)).await;
    }
    clock.advance(DAY * 91);
    world.node.tidy().await.unwrap();
    assert_eq!(rows(&world, "tombstone").await, 0);
    let (bo, fleet) = (world.person("bo").await, world.person("fleet").await);
    let now = fleet.get("/v1/feeds/me?offset=now").await;
    let now = now.headers()["stream-next-offset"].to_str().unwrap();
    for of in ["k", "offered"] {
        assert_eq!(bo.write("places", of, "put", place("his")).await["outcome"], "applied");
    }
    fleet.write("shares", "s2", "act", json!({"action": "accept"})).await;
    for of in ["k", "offered"] {
        assert_eq!(fleet.get(&format!("/v1/collections/places/{of}")).await.status(), 404, "{of}");
    }
    assert!(fleet.listed("places").await.is_empty());
    let told = fleet.json(&format!("/v1/feeds/me?offset={now}")).await;
    assert!(told.to_string().contains("s2") && !told.to_string().contains("his"), "{told}");
    // What is hers again is shown again.
    bo.write("places", "k", "delete", json!(null)).await;
    clock.advance(DAY * 89);
    world.node.tidy().await.unwrap();
    clock.advance(DAY * 2);
    world.node.tidy().await.unwrap();
    let (anna, fleet) = (world.person("anna").await, world.person("fleet").await);
    anna.write("places", "k", "put", place("hers")).await;
    assert_eq!(fleet.json("/v1/collections/places/k").await["value"]["name"], "hers");
}

#[tokio::test]
async fn a_clock_that_was_a_day_ahead_makes_nothing_good_again_that_was_used_or_ended() {
    let (world, clock) = world().await;
    let anna = world.person("anna").await;
    let end = anna.ask(Method::DELETE, "/v1/auth/session").send().await.unwrap();
    assert_eq!((end.status().as_u16(), rows(&world, "revoked").await), (204, 1));
    let used = (clock.now().timestamp() + 60).to_string();
    let place = key(&["jti", "demo", "gateway", "once"]);
    world.node.commit(move |edit| Ok(edit.put(&place, used.as_bytes())?)).await.unwrap();
    for (days, left) in [(1, 1), (3, 0)] {
        clock.advance(DAY * days);
        world.node.tidy().await.unwrap();
        assert_eq!((rows(&world, "revoked").await, rows(&world, "jti").await), (left, left), "{days}");
    }
}

#[tokio::test]
async fn what_is_known_of_the_producers_of_an_account_goes_with_it() {
    let world = World::start().await;
    let (anna, gateway) = (world.person("anna").await, world.person("gateway").await);
    let event = event(1, 5, "car_ignition", json!({"value": true}));
    for (person, path, body) in [
        (&gateway, "/v1/ingest", json!([event])),
        (&anna, "/v1/changes", json!({"changes": [change("places", "p", "put", place("p"))]})),
    ] {
        let ask = person.ask(Method::POST, path).header("producer-id", "p").header("producer-epoch", "0");
        let ask = ask.header("producer-seq", "0").header("content-type", "application/json");
        assert_eq!(ask.body(body.to_string()).send().await.unwrap().status(), 200);
    }
    assert_eq!((rows(&world, "ingest").await, rows(&world, "lane").await), (1, 1));
    for who in [Who::new("demo", "service/gateway"), Who::new("demo", "user/1")] {
        world.node.commit(move |edit| Ok(accounts::remove(edit, &who)?)).await.unwrap();
    }
    assert_eq!((rows(&world, "ingest").await, rows(&world, "lane").await), (0, 0));
}

#[tokio::test]
async fn what_is_old_goes_and_what_a_client_may_ask_for_stays() {
    let (world, clock) = world().await;
    let (anna, gateway) = (world.person("anna").await, world.person("gateway").await);
    anna.write("places", "kept", "put", place("kept")).await;
    anna.write("places", "gone", "put", place("gone")).await;
    anna.write("places", "gone", "delete", json!(null)).await;
    let known = change("places", "known", "put", place("known"));
    assert_eq!(anna.change(std::slice::from_ref(&known)).await[0]["outcome"], "applied");
    let old = json!([
        event(1, 60, "car_ignition", json!({"value": true})),
        event(2, 50, "gps_position", json!({"latitude": 0.1, "longitude": -150.1})),
        {"id": 3},
    ]);
    gateway.post("/v1/ingest", &old).await;
    let stream = anna.ask(Method::PUT, "/v1/streams/user/1/short").header("content-type", "text/plain");
    assert_eq!(stream.header("stream-ttl", "60").body("x").send().await.unwrap().status(), 201);
    let offset = anna.get("/v1/feeds/me?offset=now").await.headers()["stream-next-offset"]
        .to_str()
        .unwrap()
        .to_owned();
    assert_eq!((rows(&world, "quarantine").await, rows(&world, "tombstone").await), (1, 1));
    assert_eq!(rows(&world, "aside of").await, 1);

    // Twenty-nine days on, everything is there.
    clock.advance(DAY * 29);
    world.node.tidy().await.unwrap();
    let anna = world.person("anna").await;
    assert_eq!(anna.json("/v1/vehicles/demo/7/events").await["events"].as_array().unwrap().len(), 2);
    assert_eq!(anna.get("/v1/feeds/me?offset=-1").await.status(), 200);
    assert_eq!(rows(&world, "history").await, 2);
    assert_eq!((rows(&world, "stream").await, rows(&world, "aside of").await), (0, 0));

    // After thirty-one, feeds begin later, and the events are forgotten with all that pointed at them.
    clock.advance(DAY * 2);
    world.node.tidy().await.unwrap();
    let (anna, gateway) = (world.person("anna").await, world.person("gateway").await);
    for from in ["-1", "00000000000000000001"] {
        let gone = anna.get(&format!("/v1/feeds/me?offset={from}")).await;
        assert_eq!(gone.status(), 410, "{from}");
        assert_eq!(value(gone).await["code"], "offset_gone");
    }
    // Events are in no collection: their feeds begin with what is kept, and what is gone is said to be.
    let events = "/v1/feeds/vehicles/demo/7?offset=";
    assert_eq!(anna.get(&format!("{events}00000000000000000000")).await.status(), 410);
    assert_eq!(anna.json(&format!("{events}-1")).await, json!([]));
    // What a live reader is told first is good to go on from.
    for accept in ["text/event-stream", "application/x-ndjson"] {
        let asked = anna.ask(Method::GET, &format!("{events}-1&live=sse")).header("accept", accept);
        let mut stream = asked.send().await.unwrap();
        let first = String::from_utf8(stream.chunk().await.unwrap().unwrap().into()).unwrap();
        let (_, next) = first.split_once(r#""streamNextOffset":""#).unwrap();
        let next = next.split('"').next().unwrap();
        assert_eq!(anna.get(&format!("{events}{next}")).await.status(), 200, "{accept}: {first}");
    }
    // Who read everything goes on; who lists anew misses nothing.
    assert_eq!(anna.get(&format!("/v1/feeds/me?offset={offset}")).await.status(), 200);
    let listed = anna.json("/v1/collections/places").await;
    let names: Vec<&str> =
        listed["items"].as_array().unwrap().iter().map(|item| item["key"].as_str().unwrap()).collect();
    assert_eq!(names, ["kept", "known"]);
    assert_eq!(anna.json("/v1/vehicles/demo/7/events").await["events"], json!([]));
    for prefix in ["history", "history of", "quarantine"] {
        assert_eq!(rows(&world, prefix).await, 0, "{prefix}");
    }
    // One that does not read holds up no other.
    let spoil = |edit: &mut dyn platform::storage::Edit| {
        Ok(edit.put(&key(&["tombstone", "2020-01-01T00:00:00Z", "x"]), b"{")?)
    };
    world.node.commit(spoil).await.unwrap();
    // A tombstone stays for ninety days, and the outcome of a change for more than a year.
    assert_eq!(rows(&world, "tombstone").await, 2);
    let fresh = event(9, 0, "car_ignition", json!({"value": false, "time": clock::text(clock.now())}));
    assert_eq!(value(gateway.post("/v1/ingest", &json!([fresh])).await).await["accepted"], 1);
    clock.advance(DAY * 60);
    world.node.tidy().await.unwrap();
    assert_eq!(rows(&world, "tombstone").await, 1, "the damaged one");
    let deleted =
        world.node.look(|view| Ok(view.get(&key(&["item", "demo", "places", "", "gone"]))?)).await.unwrap();
    assert_eq!(deleted, None);
    clock.advance(DAY * 300);
    world.node.tidy().await.unwrap();
    let anna = world.person("anna").await;
    assert_eq!(anna.change(std::slice::from_ref(&known)).await[0]["outcome"], "duplicate");
    assert_eq!(rows(&world, "session").await, 1, "those that nobody used for ninety days have ended");
    clock.advance(DAY * 400);
    world.node.tidy().await.unwrap();
    assert_eq!(rows(&world, "change").await, 0);
    // What it made is there for good.
    let anna = world.person("anna").await;
    assert_eq!(anna.json("/v1/collections/places/known").await["value"]["name"], "known");
}

#[tokio::test]
async fn many_old_rows_go_a_little_at_a_time() {
    let (world, clock) = world().await;
    let gateway = world.person("gateway").await;
    for start in (0..4_000_i64).step_by(1_000) {
        let events: Vec<Value> = (start..start + 1_000)
            .map(|id| event(id, 60, "gps_position", json!({"latitude": 0.1, "longitude": -150.1})))
            .collect();
        assert_eq!(value(gateway.post("/v1/ingest", &json!(events)).await).await["accepted"], 1_000);
    }
    clock.advance(DAY * 31);
    let tidy = tokio::spawn({
        let node = world.node.clone();
        async move { node.tidy().await }
    });
    // Others are served meanwhile.
    let gateway = world.person("gateway").await;
    let now = event(1, 0, "car_ignition", json!({"value": true, "time": clock::text(clock.now())}));
    assert_eq!(value(gateway.post("/v1/ingest", &json!([now])).await).await["accepted"], 1);
    tidy.await.unwrap().unwrap();
    let left = world
        .node
        .look(|view| {
            let scan = Scan { prefix: "history", after: None, limit: 10, backwards: false };
            Ok((view.scan(scan)?.len(), view.tail(&platform::events::log_of("demo", 7))?))
        })
        .await
        .unwrap();
    assert_eq!(left.0, 1, "the one of now");
    assert_eq!((left.1.first, left.1.next), (4_000, 4_001));
}

#[tokio::test]
async fn a_reader_who_comes_at_its_end_brings_no_stream_back() {
    let (world, clock) = world().await;
    let anna = world.person("anna").await;
    let stream = anna.ask(Method::PUT, "/v1/streams/user/1/short").header("content-type", "text/plain");
    assert_eq!(stream.header("stream-ttl", "60").body("x").send().await.unwrap().status(), 201);
    let touch = async || {
        let touch = |edit: &mut dyn Edit| Stream::touch(edit, &key(&["stream", "demo", "user/1/short"]));
        world.node.commit(touch).await.unwrap();
    };
    for (wait, status) in [(59, 200), (59, 200), (60, 404), (0, 404)] {
        clock.advance(Duration::from_secs(wait));
        touch().await;
        let head = anna.ask(Method::HEAD, "/v1/streams/user/1/short").send().await.unwrap();
        assert_eq!(head.status(), status);
    }
}

#[tokio::test]
async fn a_session_ends_ninety_days_after_it_was_used_last() {
    let (world, clock) = world().await;
    let (used, idle) = (sign_in(&world.base, "anna").await, sign_in(&world.base, "anna").await);
    let ask = async |session: &str| {
        let token = client().post(format!("{}/v1/auth/token", world.base)).bearer_auth(session);
        let answer = token.send().await.unwrap();
        (answer.status().as_u16(), value(answer).await["code"].as_str().unwrap_or("none").to_owned())
    };
    let (good, over) = ((200, "none".to_owned()), (401, "session_revoked".to_owned()));
    clock.advance(DAY * 89);
    assert_eq!(ask(&used).await, good);
    clock.advance(DAY);
    assert_eq!((ask(&used).await, ask(&idle).await), (good.clone(), over.clone()));
    // Nor does it end itself, or the others of its person.
    for path in ["/v1/auth/session", "/v1/auth/sessions"] {
        let end = client().delete(format!("{}{path}", world.base)).bearer_auth(&idle);
        assert_eq!(end.send().await.unwrap().status(), 401, "{path}");
    }
    // Whether or not what is over was swept away.
    world.node.tidy().await.unwrap();
    assert_eq!((ask(&used).await, ask(&idle).await), (good, over.clone()));
    clock.advance(DAY * 90);
    assert_eq!(ask(&used).await, over);
}
