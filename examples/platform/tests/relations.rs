//! What somebody sees or writes hangs on a relation that another one made, at the moment of the answer.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod common;

use std::time::Duration;

use common::{World, change, event, place, value};
use platform::admin::{accounts, grants};
use platform::auth::account::{Account, put_account, take_account};
use platform::auth::{Role, Who};
use platform::storage::{get_json, key, put_json};
use reqwest::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_shows_what_its_writer_may_see_now() {
    let world = World::start().await;
    let (anna, bo) = (world.person("anna").await, world.person("bo").await);
    let trip = json!({
        "organizationKey": "demo", "vehicleId": 7, "startedAt": "2026-05-01T08:00:00Z", "comment": "SECRET",
        "startPosition": {"latitude": 0.123_456_7, "longitude": -150.765_432_1},
    });
    anna.write("trips", "t1", "put", trip.clone()).await;
    anna.write("shares", "s1", "put", json!({"subject": "trip/t1", "recipient": "user/2"})).await;
    bo.write("shares", "s1", "act", json!({"action": "accept"})).await;
    // Conflicts that trips knew before: what is kept of one says where it was.
    let (own, theirs) =
        (change("trips", "t1", "put", trip.clone()), change("trips", "t1", "put", trip.clone()));
    let rows = [("user/2", own["id"].clone()), ("user/1", theirs["id"].clone())];
    let keep = move |edit: &mut dyn platform::storage::Edit| {
        let shelf = (edit.at() / (200 * 86_400_000)).to_string();
        for (sub, id) in &rows {
            let place = key(&["change", &shelf, "demo", sub, id.as_str().unwrap()]);
            let spot = json!({"org": "demo", "collection": "trips", "person": "", "key": "t1"});
            put_json(edit, &place, &json!({ "spot": spot }).to_string())?;
        }
        Ok(())
    };
    world.node.commit(keep).await.unwrap();
    let conflict = bo.change(std::slice::from_ref(&own)).await.remove(0);
    assert_eq!(conflict["outcome"], "conflict");
    let seen = bo.json("/v1/collections/trips/t1").await["value"].clone();
    assert_eq!(conflict["current"]["value"], seen);
    let text = conflict.to_string();
    assert!(!text.contains("SECRET") && !text.contains("0.1234567"), "{text}");
    // The owner sees all of it.
    let theirs = anna.change(&[theirs]).await.remove(0);
    assert_eq!(theirs["current"]["value"]["comment"], "SECRET");
    // Who sees a trip of another person does not write it.
    let refused = bo.change(&[change("trips", "t1", "put", trip)]).await.remove(0);
    assert_eq!(refused["problem"]["code"], "forbidden", "{refused}");

    anna.write("shares", "s1", "act", json!({"action": "revoke"})).await;
    let again = bo.change(&[own]).await.remove(0);
    assert_eq!(
        (&again["outcome"], &again["current"]),
        (&json!("conflict"), &json!({"version": 0, "value": null}))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_that_an_earlier_version_kept_whole_shows_what_is_seen_now() {
    let world = World::start().await;
    let (anna, bo) = (world.person("anna").await, world.person("bo").await);
    let trip = json!({"organizationKey": "demo", "vehicleId": 7, "startedAt": "2026-05-01T08:00:00Z"});
    anna.write("trips", "t1", "put", trip.clone()).await;
    let known = change("trips", "t1", "put", trip.clone());
    let lost = change("nothing", "t1", "put", trip);
    let mut rows = Vec::new();
    for (write, sub) in [(&known, "user/1"), (&known, "user/2"), (&lost, "user/2")] {
        let id = write["id"].as_str().unwrap().to_owned();
        let whole = format!(
            r#"{{"id":"{id}","outcome":"conflict","current":{{"version":7,"value":{{"comment":"SECRET"}}}}}}"#
        );
        rows.push((sub, id, whole));
    }
    world
        .node
        .commit(move |edit| {
            let shelf = (edit.at() / (200 * 86_400_000)).to_string();
            for (sub, id, whole) in rows {
                let place = platform::storage::key(&["change", &shelf, "demo", sub, &id]);
                platform::storage::put_json(edit, &place, &whole)?;
            }
            Ok(())
        })
        .await
        .unwrap();
    let owner = anna.change(std::slice::from_ref(&known)).await.remove(0);
    let seen = anna.json("/v1/collections/trips/t1").await;
    assert_eq!(owner["current"], json!({"version": seen["version"], "value": seen["value"]}), "{owner}");
    for write in [known, lost] {
        let other = bo.change(&[write]).await.remove(0);
        let nothing = json!({"version": 0, "value": null});
        assert_eq!((&other["outcome"], &other["current"]), (&json!("conflict"), &nothing), "{other}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outcome_that_is_given_again_leaves_the_entity_as_it_is() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    let write = change("settings", "words", "put", json!({"x": {"outcome": "applied"}}));
    assert_eq!(anna.change(std::slice::from_ref(&write)).await[0]["outcome"], "applied");
    assert_eq!(anna.change(std::slice::from_ref(&write)).await[0]["outcome"], "duplicate");
    assert_eq!(anna.json("/v1/collections/settings/words").await["value"]["x"]["outcome"], "applied");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workshop_books_only_for_who_came_to_it() {
    let world = World::start().await;
    let (anna, shop) = (world.person("anna").await, world.person("workshop").await);
    let booking = |vehicle: i64| json!({"vehicleId": vehicle, "workshopId": 9, "appointmentDate": "2099-05-04T07:30:00Z"});
    for vehicle in [7, 99_999] {
        let refused = shop.change(&[change("bookings", "x1", "put", booking(vehicle))]).await.remove(0);
        assert_eq!(refused["outcome"], "rejected", "{refused}");
    }
    assert_eq!(shop.get("/v1/feeds/vehicles/demo/7?offset=-1").await.status(), 404);
    // Anna writes to the workshop: it may answer with an appointment.
    anna.write("conversations", "c1", "put", json!({"vehicleId": 7, "workshopId": 9})).await;
    shop.write("bookings", "b1", "put", booking(7)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn support_sees_a_booking_and_leaves_it_as_it_is() {
    let world = World::start().await;
    let (anna, support) = (world.person("anna").await, world.person("support").await);
    let booking = json!({"vehicleId": 7, "workshopId": 9, "appointmentDate": "2099-05-04T07:30:00Z"});
    anna.write("bookings", "b1", "put", booking).await;
    assert_eq!(support.get("/v1/collections/bookings/b1").await.status(), 200);
    for base in [0, 1] {
        let mut cancel = change("bookings", "b1", "act", json!({"action": "cancel"}));
        cancel["base"] = json!(base);
        let refused = support.change(&[cancel]).await.remove(0);
        assert_eq!(refused["problem"]["code"], "forbidden", "{refused}");
    }
    let mut cancel = change("bookings", "b1", "act", json!({"action": "cancel"}));
    cancel["base"] = json!(1);
    assert_eq!(anna.change(&[cancel]).await[0]["outcome"], "applied");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_shown_a_car_does_not_write_it() {
    let world = World::start().await;
    let (anna, fleet) = (world.person("anna").await, world.person("fleet").await);
    let gateway = world.person("gateway").await;
    let speed = event(1, 9, "can_engine_speed_rpm", json!({"value": 900}));
    assert_eq!(gateway.post("/v1/ingest", &json!([speed])).await.status(), 200);
    anna.write("shares", "s1", "put", json!({"subject": "vehicle/demo/7", "recipient": "user/3"})).await;
    fleet.write("shares", "s1", "act", json!({"action": "accept"})).await;
    assert_eq!(fleet.get("/v1/collections/vehicles/demo/7").await.status(), 200);
    let refused =
        fleet.change(&[change("vehicles", "demo/7", "patch", json!({"brand": "X"}))]).await.remove(0);
    assert_eq!(refused["problem"]["code"], "forbidden", "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_the_same_number_elsewhere_writes_nothing_here() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    let hash = world.node.config.password_cost.hash(platform::demo::PASSWORD);
    let twin = Account {
        roles: vec![Role::Driver, Role::FleetManager],
        email: Some("twin@demo.example".to_owned()),
        password: hash,
        ..Account::default()
    };
    let who = Who::new("elsewhere", "user/1");
    world.node.commit(move |edit| Ok(put_account(edit, &who, &twin)?)).await.unwrap();
    let twin = world.person("twin").await;
    anna.write("places", "p1", "put", place("Pier")).await;
    let share = json!({"subject": "place/p1", "recipient": "organization/elsewhere"});
    anna.write("shares", "s1", "put", share).await;
    twin.write("shares", "@demo/s1", "act", json!({"action": "accept"})).await;
    assert_eq!(twin.json("/v1/collections/places/@demo%2Fp1").await["value"]["name"], "Pier");
    for (kind, body) in [("patch", json!({"name": "X"})), ("put", place("X")), ("delete", json!({}))] {
        let refused = twin.change(&[change("places", "@demo/p1", kind, body)]).await.remove(0);
        assert_eq!(refused["problem"]["code"], "forbidden", "{kind}: {refused}");
    }
    assert_eq!(anna.json("/v1/collections/places/p1").await["value"]["name"], "Pier");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_signs_out_while_it_waits_is_told_nothing_more() {
    let mut config = common::config();
    // So long that it waits still.
    config.long_poll = 20_000;
    let world = World::with(config).await;
    let (anna, gateway) = (world.person("anna").await, world.person("gateway").await);
    let waiting = anna.ask(Method::GET, "/v1/feeds/vehicles/demo/7?offset=now&live=long-poll");
    let waiting = tokio::spawn(async move { waiting.send().await.unwrap() });
    tokio::time::sleep(Duration::from_millis(300)).await;
    let ended =
        anna.client.delete(format!("{}/v1/auth/session", anna.base)).bearer_auth(&anna.session).send();
    assert_eq!(ended.await.unwrap().status(), 204);
    let position = event(1, 9, "gps_position", json!({"latitude": 0.111_111, "longitude": -150.111_111}));
    assert_eq!(gateway.post("/v1/ingest", &json!([position])).await.status(), 200);
    let answer = waiting.await.unwrap();
    assert_eq!(answer.status(), 401);
    assert!(!value(answer).await.to_string().contains("111111"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_called_applied_that_is_not_kept() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    anna.write("settings", "empty", "put", json!({})).await;
    assert_eq!(anna.json("/v1/collections/settings/empty").await["value"], json!({}));
    anna.write("settings", "empty", "delete", json!({})).await;
    anna.write("settings", "empty", "put", json!({})).await;
    assert_eq!(anna.json("/v1/collections/settings/empty").await["value"], json!({}));
    // What is said not to be there is not there, but the item is.
    anna.write("settings", "absent", "put", json!({"unit": null})).await;
    assert_eq!(anna.json("/v1/collections/settings/absent").await["value"], json!({}));
    for body in [json!({}), json!({"name": null})] {
        for kind in ["put", "patch"] {
            let refused = anna.change(&[change("places", "nowhere", kind, body.clone())]).await.remove(0);
            assert_eq!(refused["outcome"], "rejected", "{kind} {body}: {refused}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_ends_with_the_right_to_share() {
    let world = World::start().await;
    let (anna, bo) = (world.person("anna").await, world.person("bo").await);
    let gateway = world.person("gateway").await;
    let speed = event(1, 9, "can_engine_speed_rpm", json!({"value": 900}));
    assert_eq!(gateway.post("/v1/ingest", &json!([speed])).await.status(), 200);
    anna.write("places", "p1", "put", place("Pier")).await;
    for (key, subject, recipient) in
        [("s1", "place/p1", 2), ("s7", "vehicle/demo/7", 2), ("s8", "vehicle/demo/7", 3)]
    {
        let share = json!({"subject": subject, "recipient": format!("user/{recipient}")});
        anna.write("shares", key, "put", share).await;
    }
    for key in ["s1", "s7"] {
        bo.write("shares", key, "act", json!({"action": "accept"})).await;
    }
    let seen = ["places/p1", "vehicles/demo/7"];
    let statuses = async |expected: [u16; 2]| {
        for (path, expected) in seen.into_iter().zip(expected) {
            assert_eq!(bo.get(&format!("/v1/collections/{path}")).await.status(), expected, "{path}");
        }
    };
    statuses([200, 200]).await;
    let anna_is = Who::new("demo", "user/1");
    for ends in [true, false] {
        let anna_is = anna_is.clone();
        let drive = grants::Grant::Drive { vehicle: 7 };
        world.node.commit(move |edit| Ok(grants::to(edit, &anna_is, &drive, ends)?)).await.unwrap();
        // A share that has ended does not begin again with a new grant.
        statuses([200, 404]).await;
    }
    assert_eq!(bo.last("vehicles", "demo/7").await.unwrap()["value"], json!(null));
    for key in ["s7", "s8"] {
        assert_eq!(anna.json(&format!("/v1/collections/shares/{key}")).await["value"]["state"], "revoked");
    }
    world.node.commit(move |edit| Ok(accounts::remove(edit, &anna_is)?)).await.unwrap();
    statuses([404, 404]).await;
    assert_eq!(bo.last("places", "p1").await.unwrap()["value"], json!(null));
    assert_eq!(bo.json("/v1/collections/shares/s1").await["value"]["state"], "revoked");
}

/// The row that says by which rules a database was looked through.
const RULES: &str = "rules of sight";

fn damaged() -> [String; 3] {
    [
        ["account", "demo", "user/0"].as_slice(),
        &["allowance", "demo", "user/2"],
        &["item", "demo", "shares", "", "a0"],
    ]
    .map(key)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_saw_too_much_by_the_rules_of_before_no_longer_does_after_a_start() {
    let world = World::start().await;
    let (anna, bo) = (world.person("anna").await, world.person("bo").await);
    let hash = world.node.config.password_cost.hash(platform::demo::PASSWORD);
    let account = Account {
        roles: vec![Role::Driver],
        email: Some("carl@demo.example".to_owned()),
        password: hash,
        ..Account::default()
    };
    let carl_is = Who::new("demo", "user/9");
    let who = carl_is.clone();
    world.node.commit(move |edit| Ok(put_account(edit, &who, &account)?)).await.unwrap();
    let carl = world.person("carl").await;
    carl.write("places", "p1", "put", place("Pier")).await;
    carl.write("shares", "s1", "put", json!({"subject": "place/p1", "recipient": "user/2"})).await;
    bo.write("shares", "s1", "act", json!({"action": "accept"})).await;
    let booking = json!({"vehicleId": 7, "workshopId": 9, "appointmentDate": "2099-05-04T07:30:00Z"});
    anna.write("bookings", "b1", "put", booking).await;
    // Carl went, and bo was shown the booking of another driver, as it was done before.
    world
        .node
        .commit(move |edit| {
            take_account(edit, &carl_is)?;
            let item = key(&["item", "demo", "bookings", "", "b1"]);
            let mut kept: serde_json::Value = get_json(edit, &item)?.unwrap();
            let viewers = kept["viewers"].as_array_mut().unwrap();
            viewers.push(json!([{"org": "demo", "sub": "user/2"}, "Full"]));
            // Who made it no longer was.
            viewers.retain(|viewer| viewer[0]["sub"] != "user/1");
            edit.delete(&key(&["seen", "demo", "user/1", "bookings", "b1"]))?;
            put_json(edit, &item, &kept)?;
            let spot = json!({"org": "demo", "collection": "bookings", "person": "", "key": "b1"});
            put_json(edit, &key(&["seen", "demo", "user/2", "bookings", "b1"]), &spot)?;
            // What does not read holds up nothing of this.
            for row in damaged() {
                edit.put(&row, b"{")?;
            }
            Ok(edit.delete(RULES)?)
        })
        .await
        .unwrap();
    let seen = ["places/p1", "bookings/b1"].map(|path| format!("/v1/collections/{path}"));
    for path in &seen {
        assert_eq!(bo.get(path).await.status(), 200, "{path}");
    }
    let folder = world.stop().await;
    let world = World::of(common::open(folder.path(), common::config()).await, folder);
    let (anna, bo) = (world.person("anna").await, world.person("bo").await);
    for path in &seen {
        assert_eq!(bo.get(path).await.status(), 404, "{path}");
    }
    assert_eq!(bo.last("bookings", "b1").await.unwrap()["value"], json!(null));
    assert_eq!(anna.get("/v1/collections/bookings/b1").await.status(), 200);
    assert_eq!(anna.listed("bookings").await.len(), 1);
    assert_ne!(anna.last("bookings", "b1").await.unwrap()["value"], json!(null));

    // It is looked at again until it is mended.
    let mend = |edit: &mut dyn platform::storage::Edit| {
        assert_eq!(edit.get(RULES)?, None);
        damaged().iter().try_for_each(|row| Ok(edit.delete(row)?))
    };
    world.node.commit(mend).await.unwrap();
    let folder = world.stop().await;
    let world = World::of(common::open(folder.path(), common::config()).await, folder);
    assert!(world.node.look(|view| Ok(view.get(RULES)?)).await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_away_is_not_told_by_old_records_either() {
    let world = World::start().await;
    let (anna, bo) = (world.person("anna").await, world.person("bo").await);
    anna.write("places", "p1", "put", place("SECRET pier")).await;
    anna.write("shares", "s1", "put", json!({"subject": "place/p1", "recipient": "user/2"})).await;
    bo.write("shares", "s1", "act", json!({"action": "accept"})).await;
    anna.write("places", "p1", "patch", json!({"name": "SECRET quay"})).await;
    let told = bo.feed().await;
    assert_eq!(told.iter().filter(|record| record.to_string().contains("SECRET")).count(), 2);
    let before = world.person("bo").await.json("/v1/feeds/me?offset=-1").await;
    assert_eq!(before.as_array().unwrap().len(), told.len());

    anna.write("shares", "s1", "act", json!({"action": "revoke"})).await;
    let feed = bo.feed().await;
    assert!(!json!(feed).to_string().contains("SECRET"), "{feed:?}");
    // As many records as there were, and those of the place without a value.
    assert!(feed.len() > told.len());
    for (record, was) in feed.iter().zip(&told).filter(|(_, was)| was["key"] == "p1") {
        assert_eq!((&record["collection"], &record["key"]), (&was["collection"], &was["key"]));
        assert!(record["value"].is_null(), "{record}");
    }
    let all = anna.feed().await;
    assert!(json!(all).to_string().contains("SECRET quay"));

    // A partner whose access was taken away is told nothing of the car any more.
    let (gateway, partner) = (world.person("gateway").await, world.person("partner").await);
    let said = event(1, 1, "can_odometer_km", json!({"value": 1000}));
    let access = |id: i64, kind: &str| json!({"id": id, "time": format!("2026-05-01T09:00:0{id}Z"), "type": kind, "organizationKey": "demo", "vehicleId": 7});
    gateway.post("/v1/ingest", &json!([said, access(1, "access_granted_to_vehicle")])).await;
    let cars = |feed: Vec<serde_json::Value>| {
        feed.into_iter()
            .filter(|record| record["collection"] == "vehicles" && !record["value"].is_null())
            .count()
    };
    assert_eq!(cars(partner.feed().await), 1);
    gateway.post("/v1/ingest", &json!([access(2, "access_removed_from_vehicle")])).await;
    assert_eq!(cars(partner.feed().await), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_a_feed_is_another_once_less_of_it_is_seen() {
    let world = World::start().await;
    let (anna, bo) = (world.person("anna").await, world.person("bo").await);
    anna.write("places", "p1", "put", place("HOME")).await;
    let share = json!({"subject": "place/p1", "recipient": "user/2"});
    anna.write("shares", "s1", "put", share).await;
    bo.write("shares", "s1", "act", json!({"action": "accept"})).await;
    // More than a page, so that it ends where it did whatever comes.
    for round in 0..18 {
        let mut many = place("x");
        many["note"] = "y".repeat(60_000).into();
        bo.write("places", &format!("own{round}"), "put", many).await;
    }
    let first = bo.get("/v1/feeds/me?offset=-1").await;
    let (tag, next) = (first.headers()["etag"].clone(), first.headers()["stream-next-offset"].clone());
    assert!(first.text().await.unwrap().contains("HOME"));
    let again = async || {
        let request = bo.ask(Method::GET, "/v1/feeds/me?offset=-1").header("if-none-match", &tag);
        request.send().await.unwrap()
    };
    assert_eq!(again().await.status(), 304);
    anna.write("shares", "s1", "act", json!({"action": "revoke"})).await;
    let less = again().await;
    assert_eq!((less.status().as_u16(), &less.headers()["stream-next-offset"]), (200, &next));
    assert!(!less.text().await.unwrap().contains("HOME"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tag_of_settings_goes_with_the_car() {
    let world = World::start().await;
    let (anna, bo, support, gateway) = (
        world.person("anna").await,
        world.person("bo").await,
        world.person("support").await,
        world.person("gateway").await,
    );
    let said = json!([event(1, 5, "car_ignition", json!({"value": true}))]);
    assert_eq!(gateway.post("/v1/ingest", &said).await.status(), 200);
    anna.write("shares", "s1", "put", json!({"subject": "vehicle/demo/7", "recipient": "user/2"})).await;
    bo.write("shares", "s1", "act", json!({"action": "accept"})).await;
    let layer = json!({"map": {"zoom": 3}});
    let put = support.send(Method::PUT, "/v1/config/layers/global", &layer).await;
    assert_eq!(put.status(), 204);
    let tag = async || {
        let feed = bo.feed().await;
        let tag = feed.iter().find(|record| record["collection"] == "config" && record["key"] == "demo/7");
        tag.unwrap()["value"].clone()
    };
    assert!(tag().await["etag"].is_string());
    anna.write("shares", "s1", "act", json!({"action": "revoke"})).await;
    assert_eq!(tag().await, json!(null));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_gives_nobody_a_number_or_an_address_that_somebody_had() {
    let world = World::start().await;
    world.person("anna").await.write("places", "p1", "put", place("Pier")).await;
    let there = async || {
        let made = platform::demo::make(&world.node).await.unwrap();
        made.into_iter().map(|(_, who, _)| who.sub).collect::<Vec<_>>()
    };
    assert_eq!(there().await.len(), 7, "all that there are");
    let gone = Who::new("demo", "user/1");
    world.node.commit(move |edit| Ok(accounts::remove(edit, &gone)?)).await.unwrap();
    assert!(!there().await.iter().any(|sub| sub == "user/1"));
    // A person of another organization has the address now; a name that nobody has is made.
    let job = |edit: &mut dyn platform::storage::Edit| {
        accounts::remove(edit, &Who::new("demo", "service/partner"))?;
        let email = Some("Anna@demo.example".to_owned());
        Ok(accounts::add(edit, "acme", &Account { email, roles: vec![Role::Driver], ..Account::default() })?)
    };
    assert_eq!(world.node.commit(job).await.unwrap().sub, "user/1");
    let subs = there().await;
    assert!(subs.len() == 6 && subs.contains(&"service/partner".to_owned()), "{subs:?}");
    let holder = world.node.look(|view| Ok(platform::auth::account::by_email(view, "anna@demo.example")?));
    assert_eq!(holder.await.unwrap().unwrap().org, "acme");
}
