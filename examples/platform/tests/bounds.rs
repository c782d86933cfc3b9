//! One driver fills neither the memory nor the disk.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod common;

use std::io::Write as _;
use std::time::Duration;

use common::{World, change, event, place, value};
use platform::admin::accounts::enroll;
use platform::allowance::{KEPT, WINDOW, WRITTEN};
use platform::auth::account::Account;
use platform::auth::{Role, Who};
use platform::producer::LANES;
use platform::storage::{Edit, View, key, names};
use platform::streams::MESSAGES;
use reqwest::Method;
use serde_json::{Value, json};

/// Bytes of a page, and of the largest item that may be its last.
const PAGE: usize = 1 << 20;

/// All pages of a listing: how large each was, and what was in them.
async fn pages(person: &common::Person, path: &str, member: &str) -> (Vec<usize>, Vec<Value>) {
    let (mut sizes, mut all, mut cursor) = (Vec::new(), Vec::new(), String::new());
    loop {
        let answer = person.get(&format!("{path}?limit=1000&cursor={cursor}")).await;
        assert_eq!(answer.status(), 200, "{path}");
        let text = answer.text().await.unwrap();
        sizes.push(text.len());
        let page: Value = serde_json::from_str(&text).unwrap();
        all.extend(page[member].as_array().unwrap().iter().cloned());
        if page["more"] == false {
            return (sizes, all);
        }
        page["cursor"].as_str().unwrap().clone_into(&mut cursor);
    }
}

#[tokio::test]
async fn a_page_is_bounded_in_bytes_and_the_next_goes_on_behind_it() {
    let world = World::start().await;
    let (anna, gateway) = (world.person("anna").await, world.person("gateway").await);
    for request in 0..4_i64 {
        let put = |n| {
            let name = format!("s{:03}", request * 14 + n);
            change("settings", &name, "put", json!({"note": "a".repeat(60_000)}))
        };
        let results = anna.change(&(0..14).map(put).collect::<Vec<_>>()).await;
        assert!(results.iter().all(|result| result["outcome"] == "applied"));
        let large = |n| {
            event(request * 14 + n, 3600 - request * 14 - n, "x_note", json!({"note": "a".repeat(60_000)}))
        };
        let answer = gateway.post("/v1/ingest", &json!((0..14).map(large).collect::<Vec<_>>())).await;
        assert_eq!(value(answer).await["accepted"], 14);
    }
    for (path, member, id) in
        [("/v1/collections/settings", "items", "key"), ("/v1/vehicles/demo/7/events", "events", "id")]
    {
        let (sizes, all) = pages(&anna, path, member).await;
        assert_eq!(sizes.len(), 4, "{path} {sizes:?}");
        assert!(sizes.iter().all(|size| *size < PAGE + 62_000), "{path} {sizes:?}");
        let mut ids: Vec<String> = all.iter().map(|one| one[id].to_string()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!((all.len(), ids.len()), (56, 56), "{path}");
    }
}

#[tokio::test]
async fn a_change_is_bounded_and_holds_up_no_other() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    let note = |letters: usize| json!({"note": "a".repeat(letters)});
    let changes = [
        change("settings", "a", "put", note((64 << 10) - 11)),
        change("settings", "b", "put", note((64 << 10) - 10)),
        change("settings", "c", "put", note(1)),
    ];
    let results = anna.change(&changes).await;
    let outcomes: Vec<_> = results.iter().map(|result| result["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["applied", "rejected", "applied"]);
    assert_eq!(results[1]["problem"]["code"], "too_large");
    assert_eq!(results[1]["problem"]["detail"], "body: at most 65536 bytes");
    // Many letters that are packed well are no way around it.
    let body = json!({"changes": [change("settings", "d", "put", note(4_000_000))]}).to_string();
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(body.as_bytes()).unwrap();
    let request = anna.ask(Method::POST, "/v1/changes").header("content-type", "application/json");
    let request = request.header("content-encoding", "gzip").body(packer.finish().unwrap());
    let answer = value(request.send().await.unwrap()).await;
    assert_eq!(answer["results"][0]["problem"]["code"], "too_large");
    // Nor are many patches of one item.
    let mut last = Value::Null;
    for n in 0..5 {
        let patch = change("settings", "grows", "patch", json!({format!("m{n}"): "a".repeat(60_000)}));
        last = anna.change(&[patch]).await.remove(0);
    }
    assert_eq!(last["problem"]["code"], "too_large");
    assert_eq!(
        anna.change(&[change("settings", "grows", "delete", json!({}))]).await[0]["outcome"],
        "applied"
    );
    anna.write("settings", "grows", "put", note(1)).await;
}

#[tokio::test]
async fn what_one_person_keeps_is_bounded_until_something_is_deleted() {
    let world = World::start().await;
    let (anna, bo) = (world.person("anna").await, world.person("bo").await);
    anna.write("settings", "large", "put", json!({"note": "a".repeat(60_000)})).await;
    let place = key(&["allowance", "demo", "user/1"]);
    let known = place.clone();
    let row = world.node.look(move |view| Ok(view.get(&known)?)).await.unwrap().unwrap();
    let mut row: Value = serde_json::from_slice(&row).unwrap();
    let kept = row["kept"].as_u64().unwrap();
    assert!((60_000..61_000).contains(&kept), "{kept}");
    row["kept"] = json!(KEPT);
    world.node.commit(move |edit| Ok(edit.put(&place, row.to_string().as_bytes())?)).await.unwrap();
    let refused = anna.change(&[change("settings", "s", "put", json!({"a": 1}))]).await.remove(0);
    assert_eq!((&refused["outcome"], &refused["problem"]["code"]), (&json!("rejected"), &json!("too_large")));
    assert_eq!(refused["problem"]["detail"], "what one person keeps: at most 64 MiB; delete something first");
    bo.write("settings", "s", "put", json!({"a": 1})).await;
    anna.write("settings", "large", "delete", json!({})).await;
    anna.write("settings", "s", "put", json!({"a": 1})).await;
}

#[tokio::test]
async fn what_was_kept_before_there_was_a_bound_is_counted_when_the_database_is_opened() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    for name in ["a", "b"] {
        anna.write("settings", name, "put", json!({"note": "a".repeat(60_000)})).await;
    }
    anna.write("places", "p1", "put", common::place("Pier")).await;
    let place = key(&["allowance", "demo", "user/1"]);
    let kept = async |world: &World| -> Value {
        let place = place.clone();
        let row = world.node.look(move |view| Ok(view.get(&place)?)).await.unwrap().unwrap();
        serde_json::from_slice(&row).unwrap()
    };
    let all = kept(&world).await;
    // A database of before has no such row, and its rules are the first.
    let gone = place.clone();
    let old = move |edit: &mut dyn Edit| {
        edit.delete(&gone)?;
        Ok(edit.put("rules of sight", b"1")?)
    };
    world.node.commit(old).await.unwrap();
    let folder = world.stop().await;
    let world = World::of(common::open(folder.path(), common::config()).await, folder);
    let counted = kept(&world).await;
    assert_eq!((&counted["kept"], &counted["written"]), (&all["kept"], &json!(0)));
    // Once: what is there then is counted as it changes.
    let anna = world.person("anna").await;
    for name in ["a", "b"] {
        anna.write("settings", name, "delete", json!({})).await;
    }
    anna.write("places", "p1", "delete", json!({})).await;
    assert_eq!(kept(&world).await["kept"], 0);
}

#[tokio::test]
async fn what_one_person_writes_is_bounded_within_thirty_days() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    let set = async |since: i64| {
        let row = json!({"kept": 0, "written": WRITTEN, "since": since});
        let place = key(&["allowance", "demo", "user/1"]);
        world.node.commit(move |edit| Ok(edit.put(&place, row.to_string().as_bytes())?)).await.unwrap();
    };
    let now = platform::clock::now().timestamp_millis();
    set(now).await;
    let stream = anna.ask(Method::PUT, "/v1/streams/user/1/x").body("x").send().await.unwrap();
    let changes =
        anna.post("/v1/changes", &json!({"changes": [change("settings", "s", "put", json!({}))]})).await;
    for answer in [stream, changes] {
        assert_eq!(answer.status(), 429);
        // It would hold up what the person reads, too.
        assert!(!answer.headers().contains_key("retry-after"));
        assert_eq!(value(answer).await["code"], "rate_limited");
    }
    set(now - WINDOW).await;
    anna.write("settings", "s", "put", json!({"a": 1})).await;
    // A clock that was ahead once locks nobody out.
    set(now + 2 * WINDOW).await;
    anna.write("settings", "s", "put", json!({"a": 2})).await;
}

#[tokio::test]
async fn what_many_are_told_counts_for_each_of_them() {
    const SPEAKERS: i64 = 100;
    let world = World::start().await;
    let (anna, fleet) = (world.person("anna").await, world.person("fleet").await);
    let enrol = |edit: &mut dyn Edit| {
        let account = Account { roles: vec![Role::Support], ..Account::default() };
        for number in 100..100 + SPEAKERS {
            enroll(edit, &Who::new("demo", format!("user/{number}")), &account)?;
        }
        Ok(())
    };
    world.node.commit(enrol).await.unwrap();
    let written = async || {
        let place = key(&["allowance", "demo", "user/1"]);
        let row = world.node.look(move |view| Ok(view.get(&place)?)).await.unwrap().unwrap();
        serde_json::from_slice::<Value>(&row).unwrap()["written"].as_u64().unwrap()
    };
    let cost = async |kind, body: Value| {
        let before = written().await;
        anna.write("places", "p1", kind, body).await;
        written().await - before
    };
    anna.write("places", "p1", "put", place("Pier")).await;
    let alone = cost("patch", json!({"name": "Quay"})).await;
    let share = json!({"subject": "place/p1", "recipient": "organization/demo"});
    anna.write("shares", "s1", "put", share).await;
    fleet.write("shares", "s1", "act", json!({"action": "accept"})).await;
    let size = async || {
        let feeds = |view: &dyn View| {
            let mut size = 0;
            for who in names(view, "account\u{1f}demo")? {
                let log = key(&["me", "demo", &who]);
                let next = view.tail(&log)?.next;
                size += view.one(&log, next.saturating_sub(1))?.map_or(0, |record| record.len());
            }
            Ok(size as u64)
        };
        world.node.look(feeds).await.unwrap()
    };
    let shared = cost("patch", json!({"name": "Mole"})).await;
    let told = size().await;
    assert!(alone < 1_000 && told > 100 * 150, "{alone} {told}");
    assert!((told..told + 20_000).contains(&shared), "{shared} counted for {told}");
}

#[tokio::test]
async fn the_lanes_of_one_driver_are_bounded_and_the_oldest_goes() {
    let mut config = common::config();
    let clock = config.clock.clone();
    config.token_life = 86_400;
    let world = World::with(config).await;
    let (anna, gateway) = (world.person("anna").await, world.person("gateway").await);
    let send = async |person: &common::Person, path: &str, body: &str, id: String| {
        let request = person.ask(Method::POST, path).header("content-type", "application/json");
        let request =
            request.header("producer-id", id).header("producer-epoch", "0").header("producer-seq", "0");
        request.body(body.to_owned()).send().await.unwrap().status().as_u16()
    };
    for (person, kind, path, body, most) in [
        (&anna, "lane", "/v1/changes", r#"{"changes":[]}"#, LANES),
        (&anna, "ingest", "/v1/ingest", "[]", LANES),
        (&gateway, "ingest", "/v1/ingest", "[]", LANES + 10),
    ] {
        let who = if person.token == anna.token { "user/1" } else { "service/gateway" };
        let prefix = key(&[kind, "demo", who]);
        let lanes = async || {
            let prefix = prefix.clone();
            world.node.look(move |view| Ok(names(view, &prefix)?)).await.unwrap()
        };
        // By their names they are not the first.
        for n in 0..LANES + 10 {
            let id = format!("{:03}", 999 - n);
            assert_eq!(send(person, path, body, id).await, 200, "{path}");
            if n % 10 == 9 {
                clock.advance(Duration::from_secs(1));
            }
        }
        let lanes = lanes().await;
        assert_eq!(lanes.len(), most, "{who} {kind}");
        assert_eq!(lanes[0], "890");
        assert_eq!(lanes[most - 1], if most == LANES { "989" } else { "999" });
    }
}

#[tokio::test]
async fn an_append_has_a_bounded_number_of_messages_and_counts_each() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    let send = |method: Method, name: &str, body: String| {
        let request = anna.ask(method, &format!("/v1/streams/user/1/{name}"));
        request.header("content-type", "application/json").body(body).send()
    };
    let many = |count: usize| format!("[{}]", vec!["1"; count].join(","));
    let written = async || -> u64 {
        let place = key(&["allowance", "demo", "user/1"]);
        let row = world.node.look(move |view| Ok(view.get(&place)?)).await.unwrap().unwrap();
        serde_json::from_slice::<Value>(&row).unwrap()["written"].as_u64().unwrap()
    };
    assert_eq!(send(Method::PUT, "x", String::new()).await.unwrap().status(), 201);
    let before = written().await;
    assert_eq!(send(Method::POST, "x", many(MESSAGES)).await.unwrap().status(), 204);
    assert_eq!(written().await - before, (256 + 2) * MESSAGES as u64 + 1);
    assert_eq!(send(Method::PUT, "y", many(MESSAGES)).await.unwrap().status(), 201);
    // What was there already is not written again.
    let after = written().await;
    assert_eq!(send(Method::PUT, "y", many(MESSAGES)).await.unwrap().status(), 200);
    for status in [200, 204] {
        let first = anna.ask(Method::POST, "/v1/streams/user/1/y").header("content-type", "application/json");
        let first =
            first.header("producer-id", "p").header("producer-epoch", "0").header("producer-seq", "0");
        assert_eq!(first.body("1").send().await.unwrap().status(), status);
        assert_eq!(written().await - after, 256 + 1);
    }
    for (method, name) in [(Method::POST, "x"), (Method::PUT, "z")] {
        let refused = send(method, name, many(MESSAGES + 1)).await.unwrap();
        assert_eq!(refused.status(), 413);
        let refused = value(refused).await;
        assert_eq!(
            (&refused["code"], &refused["detail"]),
            (&json!("too_large"), &json!("at most 5000 messages in one append"))
        );
    }
    let cut = send(Method::POST, "x", many(2 * MESSAGES).replace(']', "")).await.unwrap();
    assert_eq!(value(cut).await["code"], "malformed");
    assert_eq!(anna.json("/v1/streams/user/1/x?offset=-1").await, json!(vec![1; MESSAGES]));
    assert_eq!(anna.get("/v1/streams/user/1/z?offset=-1").await.status(), 404);
}

#[tokio::test]
async fn of_one_thing_there_is_one_open_share_with_each_and_a_hundred_together() {
    let world = World::start().await;
    let clock = &world.node.config.clock;
    let (anna, bo) = (world.person("anna").await, world.person("bo").await);
    anna.write("places", "p1", "put", common::place("Pier")).await;
    let offer = |key: &str, more: Value| {
        let mut body = json!({"subject": "place/p1", "recipient": "user/2"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        change("shares", key, "put", body)
    };
    let act = |key: &str, action: &str| change("shares", key, "act", json!({"action": action}));
    let why = async |offer: Value| {
        let refused = anna.change(&[offer]).await.remove(0);
        assert_eq!(refused["outcome"], "rejected", "{refused}");
        let problem = &refused["problem"];
        (problem["code"].as_str().unwrap().to_owned(), problem["detail"].as_str().unwrap().to_owned())
    };
    let once = "recipient: it is offered to them, or shared with them, already";
    let once = ("invalid_entity".to_owned(), once.to_owned());
    for (n, end) in ["decline", "accept", "revoke"].into_iter().enumerate() {
        let (key, other) = (format!("s{n}"), format!("x{n}"));
        assert_eq!(anna.change(&[offer(&key, json!({}))]).await[0]["outcome"], "applied", "{end}");
        assert_eq!(why(offer(&other, json!({}))).await, once);
        let by = if end == "revoke" { &anna } else { &bo };
        assert_eq!(by.change(&[act(&key, end)]).await[0]["outcome"], "applied", "{end}");
        if end == "accept" {
            assert_eq!(why(offer(&format!("y{n}"), json!({}))).await, once);
            assert_eq!(anna.change(&[act(&key, "revoke")]).await[0]["outcome"], "applied");
        }
    }
    // With others, up to a hundred; one of them ends by itself.
    let end = platform::clock::text(clock.now() + Duration::from_secs(240));
    let mut many: Vec<Value> =
        (0..99).map(|n| offer(&format!("m{n}"), json!({"recipient": format!("user/{}", 100 + n)}))).collect();
    many.push(offer("end", json!({"recipient": "user/99", "expiresAt": end})));
    let results = anna.change(&many).await;
    assert!(results.iter().all(|result| result["outcome"] == "applied"), "{results:?}");
    let full = ("too_large".to_owned(), "open shares of one thing: at most 100; end one first".to_owned());
    assert_eq!(why(offer("z1", json!({}))).await, full);
    clock.advance(Duration::from_secs(240));
    assert_eq!(anna.change(&[offer("z2", json!({}))]).await[0]["outcome"], "applied");
    assert_eq!(why(offer("z3", json!({"recipient": "user/98"}))).await, full);
}

#[tokio::test]
async fn a_change_counts_with_its_item_as_it_is_kept_and_what_is_too_much_waits() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    let place = key(&["allowance", "demo", "user/1"]);
    let row = async || -> Value {
        let place = place.clone();
        let row = world.node.look(move |view| Ok(view.get(&place)?)).await.unwrap().unwrap();
        serde_json::from_slice(&row).unwrap()
    };
    for n in 0..3 {
        anna.write("settings", "big", "patch", json!({format!("m{n}"): "a".repeat(60_000)})).await;
    }
    let patches = |from: u64, count: u64| -> Vec<Value> {
        (from..from + count).map(|n| change("settings", "big", "patch", json!({"b": n}))).collect()
    };
    let before = row().await;
    assert!((360_000..370_000).contains(&before["written"].as_u64().unwrap()), "{before}");
    anna.change(&patches(0, 10)).await;
    let each = (row().await["written"].as_u64().unwrap() - before["written"].as_u64().unwrap()) / 10;
    assert!((180_000..182_000).contains(&each), "{each}");
    // What is taken by turns is refused by turns: what was done is answered, also where it comes again, and the rest waits.
    let mut row = row().await;
    row["written"] = json!(WRITTEN - 1_000_000);
    let place = place.clone();
    world.node.commit(move |edit| Ok(edit.put(&place, row.to_string().as_bytes())?)).await.unwrap();
    let version = async || value(anna.get("/v1/collections/settings/big").await).await["version"].clone();
    let known = version().await.as_u64().unwrap();
    let many = patches(10, 40);
    let send = async |changes: &[Value], seq: u64| {
        let request = anna.ask(Method::POST, "/v1/changes").header("content-type", "application/json");
        let request = request.header("producer-id", "p").header("producer-epoch", "0");
        let answer = request.header("producer-seq", seq).body(json!({"changes": changes}).to_string()).send();
        let answer = answer.await.unwrap();
        (answer.status().as_u16(), value(answer).await)
    };
    for (seq, outcome) in ["applied", "duplicate"].into_iter().enumerate() {
        let (status, answer) = send(&many, seq as u64).await;
        let results = answer["results"].as_array().unwrap();
        let outcomes: Vec<_> = results.iter().map(|result| &result["outcome"]).collect();
        assert_eq!((status, outcomes), (200, vec![&json!(outcome); 6]));
        assert_eq!(version().await, known + 6);
    }
    // The number in the lane is used up with the answer, and free where there is none.
    assert_eq!(send(&many, 3).await.0, 409);
    for _ in 0..2 {
        let (status, answer) = send(&many[6..], 2).await;
        assert_eq!((status, &answer["code"]), (429, &json!("rate_limited")));
    }
    assert_eq!(send(&many, 2).await.0, 200);
    assert_eq!(version().await, known + 6);
}

/// A vehicle with some members of 50 KB, and who writes it.
async fn large_vehicle(world: &World, members: usize) -> common::Person {
    let (gateway, fleet) = (world.person("gateway").await, world.person("fleet").await);
    let joins = event(2, 9, "vehicle_added_to_fleet", json!({"fleetId": 1}));
    let events = json!([event(1, 9, "car_ignition", json!({"value": true})), joins]);
    assert_eq!(value(gateway.post("/v1/ingest", &events).await).await["accepted"], 2);
    for n in 0..members {
        fleet.write("vehicles", "demo/7", "patch", json!({format!("m{n}"): "a".repeat(50_000)})).await;
    }
    fleet
}

#[tokio::test]
async fn an_answer_to_changes_ends_once_it_is_large_and_the_rest_follows() {
    let world = World::start().await;
    let fleet = large_vehicle(&world, 4).await;
    let mut rest: Vec<Value> =
        (0..40).map(|n| change("vehicles", "demo/7", "patch", json!({"m0": n}))).collect();
    // Each is known already, with what is there now.
    for one in &rest {
        assert_eq!(fleet.change(std::slice::from_ref(one)).await[0]["outcome"], "conflict");
    }
    let mut rounds = 0;
    while !rest.is_empty() {
        let answer = fleet.post("/v1/changes", &json!({"changes": rest})).await;
        assert_eq!(answer.status(), 200);
        let text = answer.text().await.unwrap();
        assert!(text.len() < 5 << 20, "{}", text.len());
        let answer: Value = serde_json::from_str(&text).unwrap();
        let results = answer["results"].as_array().unwrap();
        assert!(!results.is_empty());
        for (sent, result) in rest.drain(..results.len()).zip(results) {
            assert_eq!((&sent["id"], &result["outcome"]), (&result["id"], &json!("conflict")));
        }
        rounds += 1;
    }
    assert_eq!(rounds, 2);
}

#[tokio::test]
async fn a_vehicle_has_a_largest_size() {
    let world = World::start().await;
    let fleet = large_vehicle(&world, 5).await;
    let patch =
        async |body: Value| fleet.change(&[change("vehicles", "demo/7", "patch", body)]).await.remove(0);
    let more = json!({"m5": "a".repeat(50_000)});
    let refused = patch(more.clone()).await;
    assert_eq!(refused["problem"]["code"], "too_large", "{refused}");
    // One that an earlier version let grow may become smaller, and not larger.
    let place = key(&["item", "demo", "vehicles", "", "demo/7"]);
    let grow = move |edit: &mut dyn Edit| {
        let mut item: Value = serde_json::from_slice(&edit.get(&place)?.unwrap()).unwrap();
        let mut value: Value = serde_json::from_str(item["value"].as_str().unwrap()).unwrap();
        value["old"] = "a".repeat(100_000).into();
        item["value"] = value.to_string().into();
        Ok(edit.put(&place, item.to_string().as_bytes())?)
    };
    world.node.commit(grow).await.unwrap();
    assert_eq!(patch(more.clone()).await["problem"]["code"], "too_large");
    for body in [json!({"m0": null}), json!({"old": null}), more] {
        let mut smaller = change("vehicles", "demo/7", "patch", body);
        smaller["base"] = fleet.json("/v1/collections/vehicles/demo/7").await["version"].clone();
        let result = fleet.change(&[smaller]).await.remove(0);
        assert_eq!(result["outcome"], "applied", "{result}");
    }
}

#[tokio::test]
async fn what_one_vehicle_says_in_a_day_is_bounded_and_holds_up_no_other() {
    let mut config = common::config();
    config.vehicle_day = 100 << 10;
    let clock = config.clock.clone();
    // No midnight comes while it runs.
    clock.advance(Duration::from_secs(86_400 - clock.unix() % 86_400));
    let world = World::with(config).await;
    let (bo, gateway) = (world.person("bo").await, world.person("gateway").await);
    let note = |id: i64, vehicle: i64| {
        let mut event = event(id, 60 - id, "x_note", json!({"note": "a".repeat(60_000)}));
        event["vehicleId"] = vehicle.into();
        event
    };
    let [one, two, three] = [1, 2, 3].map(|id| note(id, 8));
    // A driver, who speaks for one car.
    let taken = value(bo.post("/v1/ingest", &json!([one, two, three])).await).await;
    assert_eq!((&taken["accepted"], &taken["duplicates"]), (&json!(2), &json!(0)));
    let why = "what one vehicle says in a day: at most 0 MiB";
    assert_eq!(taken["refused"], json!([{"index": 2, "code": "rate_limited", "detail": why}]));
    // Where nothing of it is kept, the request is answered so, and its number in the lane is not used up.
    let again = || {
        let request = bo.ask(Method::POST, "/v1/ingest").header("content-type", "application/json");
        let request =
            request.header("producer-id", "p").header("producer-epoch", "0").header("producer-seq", "0");
        request.body(json!([one, three]).to_string()).send()
    };
    let answer = again().await.unwrap();
    assert_eq!(answer.status(), 429);
    assert!(!answer.headers().contains_key("retry-after"));
    assert_eq!(value(answer).await["code"], "rate_limited");
    // What is there already is known all the same, and other cars go on.
    let known = value(bo.post("/v1/ingest", &json!([one])).await).await;
    assert_eq!((&known["duplicates"], &known["refused"]), (&json!(1), &json!([])));
    let both = value(gateway.post("/v1/ingest", &json!([three, note(3, 7), {}])).await).await;
    assert_eq!(both["accepted"], 1);
    let codes: Vec<_> = both["refused"].as_array().unwrap().iter().map(|one| &one["code"]).collect();
    assert_eq!(codes, ["rate_limited", "invalid_entity"]);
    let metrics = world.node.metrics.to_text(true);
    assert!(metrics.contains("\nplatform_events_limited_total 4\n"), "{metrics}");
    assert!(metrics.contains("\nplatform_events_refused_total 1\n"), "{metrics}");
    // The next day.
    clock.advance(Duration::from_secs(86_400 - clock.unix() % 86_400));
    let (bo, support) = (world.person("bo").await, world.person("support").await);
    let request = bo.ask(Method::POST, "/v1/ingest").header("content-type", "application/json");
    let request =
        request.header("producer-id", "p").header("producer-epoch", "0").header("producer-seq", "0");
    let taken = value(request.body(json!([three]).to_string()).send().await.unwrap()).await;
    assert_eq!(taken["accepted"], 1);

    // What cannot be read fills the disk no more than that: it is refused, and not kept aside.
    let aside = async || support.json("/v1/ingest/quarantine").await["items"].as_array().unwrap().len();
    assert_eq!(aside().await, 1);
    let day = clock.now().timestamp_millis() / 86_400_000;
    for (bytes, kept) in [((16 << 20) - 1, 2), (16 << 20, 2)] {
        let (place, row) = (key(&["aside", "demo", "user/2"]), json!({"day": day, "bytes": bytes}));
        world.node.commit(move |edit| Ok(edit.put(&place, row.to_string().as_bytes())?)).await.unwrap();
        let taken = value(bo.post("/v1/ingest", &json!([{}])).await).await;
        assert_eq!(taken["refused"][0]["code"], "invalid_entity");
        assert_eq!(aside().await, kept, "{bytes}");
    }
}

#[tokio::test]
async fn an_event_is_bounded_in_whichever_form_it_comes() {
    let world = World::start().await;
    let gateway = world.person("gateway").await;
    let of = |id: i64, size: usize| {
        let bare = event(id, 60, "x_note", json!({"note": ""})).to_string().len();
        event(id, 60, "x_note", json!({"note": "a".repeat(size - bare)})).to_string()
    };
    for (kind, id) in [("application/json", 1), ("application/x-protobuf", 3)] {
        let events = [of(id, PAGE), of(id + 1, PAGE + 1), of(id + 100, 1_000)];
        let body = if kind == "application/json" {
            format!("[{}]", events.join(",")).into_bytes()
        } else {
            let mut stream = Vec::new();
            for event in &events {
                let event = cc_core::Event::from_json(event.as_bytes()).unwrap();
                cc_core::protobuf::ProtobufEncoder::default().write(&event, &mut stream);
            }
            stream
        };
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packer.write_all(&body).unwrap();
        let request = gateway.ask(Method::POST, "/v1/ingest").header("content-type", kind);
        let request = request.header("content-encoding", "gzip").body(packer.finish().unwrap());
        let answer = value(request.send().await.unwrap()).await;
        assert_eq!(answer["accepted"], 2, "{kind}: {answer}");
        let refused = &answer["refused"][0];
        assert_eq!((&refused["index"], &refused["code"]), (&json!(1), &json!("invalid_entity")), "{kind}");
        let detail = refused["detail"].as_str().unwrap();
        assert!(detail.starts_with("expected at most 1048576 bytes"), "{kind}: {detail}");
    }
}

#[tokio::test]
async fn what_one_may_not_see_is_passed_over_in_one_answer_as_far_as_it_goes() {
    let world = World::start().await;
    let (gateway, partner) = (world.person("gateway").await, world.person("partner").await);
    let (most, mut said) = (72, 0);
    while said < most {
        let large = |n| event(said * 10 + n, 60 + said, "x_note", json!({"note": "a".repeat(104_000)}));
        let events = (0..10).map(large).collect::<Vec<_>>();
        assert_eq!(value(gateway.post("/v1/ingest", &json!(events)).await).await["accepted"], 10);
        said += 1;
        if said != 3 && said != most {
            continue;
        }
        // Some pages are looked through at once, and of what is more than an answer looks through the next goes on behind it.
        let first = partner.get("/v1/feeds/organizations/demo?offset=-1").await;
        let (headers, is_all) = (first.headers().clone(), said == 3);
        assert_eq!((first.status().as_u16(), value(first).await), (200, json!([])));
        assert_eq!(headers.contains_key("stream-up-to-date"), is_all, "{said}");
        let mut next = headers["stream-next-offset"].to_str().unwrap().to_owned();
        for answers in 1.. {
            let more = partner.get(&format!("/v1/feeds/organizations/demo?offset={next}")).await;
            let headers = more.headers().clone();
            assert_eq!(value(more).await, json!([]));
            let before =
                std::mem::replace(&mut next, headers["stream-next-offset"].to_str().unwrap().to_owned());
            assert_eq!(next == before, is_all);
            // On a slow machine one looks at less.
            assert!(answers < 72, "it goes on and on");
            if headers.contains_key("stream-up-to-date") {
                break;
            }
        }
    }
}
