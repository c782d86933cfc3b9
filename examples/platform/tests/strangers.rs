//! Two organizations use the same keys, by chance or by intent: neither gets in the way of the other.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod common;

use common::{Person, World, change, place};
use platform::auth::account::{Account, account, put_account};
use platform::auth::{Role, Who};
use platform::items::{Collection, Item, Sight, Spot};
use platform::storage::{key, put_json};
use serde_json::{Value, json};

/// A driver of an organization who also speaks for it, and signs in as `name`.
async fn driver(world: &World, name: &str, org: &str, sub: &str) -> Person {
    person(world, name, org, sub, &[Role::Driver, Role::FleetManager]).await
}

async fn person(world: &World, name: &str, org: &str, sub: &str, roles: &[Role]) -> Person {
    let account = Account {
        roles: roles.to_vec(),
        email: Some(format!("{name}@demo.example")),
        password: world.node.config.password_cost.hash(platform::demo::PASSWORD),
        ..Account::default()
    };
    let who = Who::new(org, sub);
    world.node.commit(move |edit| Ok(put_account(edit, &who, &account)?)).await.unwrap();
    world.person(name).await
}

/// A driver of the demo who also speaks for it.
async fn speaker(world: &World, name: &str, sub: &str) -> Person {
    let who = Who::new("demo", sub);
    let job = move |edit: &mut dyn platform::storage::Edit| {
        let mut account = account(edit, &who)?.unwrap();
        account.roles.push(Role::FleetManager);
        Ok(put_account(edit, &who, &account)?)
    };
    world.node.commit(job).await.unwrap();
    world.person(name).await
}

/// Somebody shares a place of a name with an organization, by keys that are given.
async fn share(person: &Person, name: &str, organization: &str) {
    person.write("places", "p1", "put", place(name)).await;
    let share = json!({"subject": "place/p1", "recipient": format!("organization/{organization}")});
    person.write("shares", "s1", "put", share).await;
}

async fn names(person: &Person, collection: &str) -> Vec<(String, Value)> {
    let listed = person.json(&format!("/v1/collections/{collection}")).await;
    let items = listed["items"].as_array().unwrap().iter();
    items.map(|item| (item["key"].as_str().unwrap().to_owned(), item["value"]["name"].clone())).collect()
}

/// What a client has that goes by the feed: of each key the newest version.
async fn followed(person: &Person, collection: &str, key: &str) -> Value {
    let feed = person.feed().await;
    let of_it = feed.iter().filter(|record| record["collection"] == collection && record["key"] == key);
    let mut known = json!({"version": 0, "value": null});
    for record in of_it {
        if record["version"].as_u64() > known["version"].as_u64() {
            known = record.clone();
        }
    }
    known["value"]["name"].clone()
}

async fn accept(person: &Person, name: &str) {
    person.write("shares", name, "act", json!({"action": "accept"})).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_item_is_not_taken_over_by_another_organizations_of_its_key() {
    let world = World::start().await;
    let (anna, bo) = (speaker(&world, "anna", "user/1").await, speaker(&world, "bo", "user/2").await);
    let (cid, eve) =
        (driver(&world, "cid", "beta", "user/1").await, driver(&world, "eve", "gamma", "user/1").await);
    share(&anna, "Pier", "beta").await;
    accept(&cid, "@demo/s1").await;
    share(&eve, "EVIL", "demo").await;
    assert_eq!(anna.json("/v1/collections/shares/s1").await["value"]["recipient"], "organization/beta");
    accept(&bo, "@gamma/s1").await;
    for person in [&anna, &bo] {
        let evil = ("@gamma/p1".to_owned(), json!("EVIL"));
        assert!(names(person, "places").await.contains(&evil));
        assert_eq!(person.json("/v1/collections/places/@gamma%2Fp1").await["value"]["name"], "EVIL");
        assert_eq!(followed(person, "places", "@gamma/p1").await, "EVIL");
    }
    assert_eq!(anna.json("/v1/collections/places/p1").await["value"]["name"], "Pier");
    assert_eq!(followed(&anna, "places", "p1").await, "Pier");
    assert_eq!(bo.get("/v1/collections/places/p1").await.status(), 404);
    // What anna writes is her own, and what she may not write is not.
    anna.write("places", "p1", "patch", json!({"name": "Quay"})).await;
    let refused =
        anna.change(&[change("places", "@gamma/p1", "patch", json!({"name": "x"}))]).await.remove(0);
    assert_eq!(refused["problem"]["code"], "forbidden", "{refused}");
    let longest = format!("@gamma/{}", "x".repeat(315));
    for (key, code) in
        [("@gamma/p2", "invalid_entity"), (&longest, "invalid_entity"), (&format!("{longest}x"), "malformed")]
    {
        let refused = anna.change(&[change("places", key, "put", place("x"))]).await.remove(0);
        assert_eq!(refused["problem"]["code"], code, "{refused}");
    }
    assert_eq!(cid.json("/v1/collections/places/@demo%2Fp1").await["value"]["name"], "Quay");
    // Each ends their own share.
    eve.write("shares", "s1", "act", json!({"action": "revoke"})).await;
    assert_eq!(names(&anna, "places").await, [("p1".to_owned(), json!("Quay"))]);
    assert_eq!(followed(&anna, "places", "@gamma/p1").await, Value::Null);
    assert_eq!(cid.get("/v1/collections/places/@demo%2Fp1").await.status(), 200);
    anna.write("shares", "s1", "act", json!({"action": "revoke"})).await;
    assert_eq!(cid.get("/v1/collections/places/@demo%2Fp1").await.status(), 404);
    assert_eq!(followed(&anna, "places", "p1").await, "Quay");
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_and_own_items_of_one_key_have_names_of_their_own_whoever_comes_first() {
    let world = World::start().await;
    let anna = speaker(&world, "anna", "user/1").await;
    for (name, org) in [("cid", "beta"), ("eve", "gamma")] {
        share(&driver(&world, name, org, "user/1").await, org, "demo").await;
        accept(&anna, &format!("@{org}/s1")).await;
    }
    let named = |key: &str, name: &str| (key.to_owned(), json!(name));
    let both = [named("@beta/p1", "beta"), named("@gamma/p1", "gamma")];
    assert_eq!(names(&anna, "places").await, both);
    anna.write("places", "p1", "put", place("Pier")).await;
    anna.write("places", "gamma/p1", "put", place("Quay")).await;
    let [beta, gamma] = both;
    let all = [beta, gamma, named("gamma/p1", "Quay"), named("p1", "Pier")];
    assert_eq!(names(&anna, "places").await, all);
    for (key, name) in all {
        assert_eq!(followed(&anna, "places", &key).await, name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_own_item_is_followed_by_a_key_that_was_a_strangers_however_that_went() {
    for how in ["delete", "revoke"] {
        let world = World::start().await;
        let anna = speaker(&world, "anna", "user/1").await;
        let eve = driver(&world, "eve", "gamma", "user/1").await;
        share(&eve, "EVIL", "demo").await;
        accept(&anna, "@gamma/s1").await;
        assert_eq!(followed(&anna, "places", "@gamma/p1").await, "EVIL");
        match how {
            "delete" => drop(eve.change(&[change("places", "p1", "delete", Value::Null)]).await),
            _ => drop(eve.write("shares", "s1", "act", json!({"action": "revoke"})).await),
        }
        anna.write("places", "p1", "put", place("Pier")).await;
        assert_eq!(followed(&anna, "places", "p1").await, "Pier", "{how}");
        assert_eq!(followed(&anna, "places", "@gamma/p1").await, Value::Null, "{how}");
        assert_eq!(names(&anna, "places").await, [("p1".to_owned(), json!("Pier"))], "{how}");
    }
}

/// Tells somebody of the demo of gamma's place as versions of before did, and takes the name of now away.
async fn as_before(world: &World, sub: &'static str, name: &'static str) {
    let tell = move |edit: &mut dyn platform::storage::Edit| {
        let [org, collection, key_of_it] = ["gamma", "places", "p1"].map(str::to_owned);
        let spot = Spot { org, collection, person: String::new(), key: key_of_it };
        let now = key(&["seen", "demo", sub, "places", "@gamma/p1"]);
        edit.delete(&now)?;
        put_json(edit, &key(&["seen", "demo", sub, "places", name]), &spot)?;
        let version = Item::load(edit, &spot)?.unwrap().version;
        let told = json!({"collection": "places", "key": name, "version": version, "value": place("EVIL")});
        edit.append(&key(&["me", "demo", sub]), &[told.to_string().as_bytes()])?;
        put_json(edit, "rules of sight", &5)?;
        Ok(())
    };
    world.node.commit(tell).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn names_of_an_earlier_version_are_taken_back_at_the_start() {
    for (name, is_over) in [("p1", false), ("gamma/p1", false), ("p1", true), ("gamma/p1", true)] {
        let world = World::start().await;
        let eve = driver(&world, "eve", "gamma", "user/1").await;
        let anna = speaker(&world, "anna", "user/1").await;
        share(&eve, "EVIL", "demo").await;
        accept(&anna, "@gamma/s1").await;
        as_before(&world, "user/1", name).await;
        if is_over {
            eve.write("shares", "s1", "act", json!({"action": "revoke"})).await;
        }
        let folder = world.stop().await;
        let world = World::of(common::open(folder.path(), common::config()).await, folder);
        let anna = world.person("anna").await;
        let now = ("@gamma/p1".to_owned(), json!("EVIL"));
        assert_eq!(names(&anna, "places").await, if is_over { vec![] } else { vec![now] });
        let told = followed(&anna, "places", "@gamma/p1").await;
        assert_eq!(told, if is_over { Value::Null } else { json!("EVIL") });
        assert_eq!(followed(&anna, "places", name).await, Value::Null);
        anna.write("places", name, "put", place("Pier")).await;
        assert_eq!(followed(&anna, "places", name).await, "Pier");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_earlier_version_hid_is_told_again_at_the_start() {
    let world = World::start().await;
    let anna = speaker(&world, "anna", "user/1").await;
    let eve = driver(&world, "eve", "gamma", "user/1").await;
    anna.write("places", "p1", "put", place("Pier")).await;
    share(&eve, "EVIL", "demo").await;
    accept(&anna, "@gamma/s1").await;
    for round in 0..5 {
        eve.write("places", "p1", "put", place(&format!("EVIL {round}"))).await;
    }
    as_before(&world, "user/1", "p1").await;
    let folder = world.stop().await;
    let world = World::of(common::open(folder.path(), common::config()).await, folder);
    let anna = world.person("anna").await;
    assert_eq!(followed(&anna, "places", "p1").await, "Pier");
    let both = [("@gamma/p1".to_owned(), json!("EVIL 4")), ("p1".to_owned(), json!("Pier"))];
    assert_eq!(names(&anna, "places").await, both);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_earlier_version_let_be_hidden_is_there_again() {
    let world = World::start().await;
    let anna = speaker(&world, "anna", "user/1").await;
    let eve = driver(&world, "eve", "gamma", "user/1").await;
    anna.write("places", "p1", "put", place("Pier")).await;
    share(&eve, "EVIL", "demo").await;
    accept(&anna, "@gamma/s1").await;
    // Eve's place stands where anna's did, and was told as it.
    as_before(&world, "user/1", "p1").await;
    // Whose it is, the record is told by now.
    assert_eq!(followed(&anna, "places", "p1").await, "Pier");
    assert_eq!(anna.json("/v1/collections/places/p1").await["value"]["name"], "Pier");
    eve.write("shares", "s1", "act", json!({"action": "revoke"})).await;
    assert_eq!(followed(&anna, "places", "p1").await, "Pier");
    assert_eq!(names(&anna, "places").await, [("p1".to_owned(), json!("Pier"))]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_driver_does_not_speak_for_the_organization() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    let dora = person(&world, "dora", "beta", "user/1", &[Role::Driver]).await;
    let desk = person(&world, "desk", "beta", "user/2", &[Role::Partner]).await;
    share(&anna, "Pier", "beta").await;
    for action in ["accept", "decline"] {
        let act =
            dora.change(&[change("shares", "@demo/s1", "act", json!({"action": action}))]).await.remove(0);
        assert_eq!(act["problem"]["code"], "not_found", "{act}");
    }
    accept(&desk, "@demo/s1").await;
    assert_eq!(names(&desk, "places").await, [("@demo/p1".to_owned(), json!("Pier"))]);
    for collection in ["places", "shares"] {
        assert!(names(&dora, collection).await.is_empty());
    }
    assert!(dora.feed().await.is_empty());

    // A platform of before showed it to everybody, and knew nobody who speaks for an organization.
    let place =
        Spot { person: String::new(), ..Spot::of(&Who::new("demo", "user/1"), Collection::Places, "p1") };
    let (seen, spot) = (key(&["seen", "beta", "user/1", "places", "p1"]), place.clone());
    world
        .node
        .commit(move |edit| {
            let mut item = Item::load(edit, &spot)?.unwrap();
            item.viewers.push((Who::new("beta", "user/1"), Sight::Shared));
            put_json(edit, &key(&["item", "demo", "places", "", "p1"]), &item)?;
            put_json(edit, &seen, &spot)?;
            edit.delete(&key(&["near", "beta", "speakers", "user/2"]))?;
            Ok(edit.put("rules of sight", b"2")?)
        })
        .await
        .unwrap();
    let (dora_was, desk_was) = (dora.session.clone(), desk.session.clone());
    // What is shown without a share is not, also before the rows are worked out anew.
    assert!(names(&dora, "places").await.is_empty());
    let folder = world.stop().await;
    let world = World::of(common::open(folder.path(), common::config()).await, folder);
    let (dora, desk) = (world.person("dora").await, world.person("desk").await);
    assert!(dora.session != dora_was && desk.session != desk_was);
    assert!(names(&dora, "places").await.is_empty());
    assert_eq!(names(&desk, "places").await, [("@demo/p1".to_owned(), json!("Pier"))]);
}
