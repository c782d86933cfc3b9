//! Whoever comes to see something, or no longer does, is told so: what a phone has built of its feed is what the listings show, by
//! whichever way sight was gained or lost.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod common;

use std::collections::BTreeMap;
use std::time::Duration;

use cc_core::{Action, Change, ChangeKind, RecommendationId, Timestamp, Urgency};
use common::{Person, World, change, config, place};
use platform::admin::grants::{self, Access, Grant};
use platform::admin::{AdminError, accounts, vehicles};
use platform::auth::account::Account;
use platform::auth::{Role, Who};
use platform::clock;
use platform::items::{Collection, Raised, raise};
use platform::storage::Edit;
use serde_json::{Value, json};

/// Version and value of each item, by collection and key.
type Built = BTreeMap<(String, String), Value>;

/// Somebody with a phone that has read the feed so far.
struct Phone {
    name: String,
    person: Person,
    offset: String,
    built: Built,
}

impl Phone {
    async fn of(world: &World, name: &str) -> Self {
        let (person, offset) = (world.person(name).await, "-1".to_owned());
        Self { name: name.to_owned(), person, offset, built: Built::new() }
    }

    async fn read_on(&mut self) {
        loop {
            let answer = self.person.get(&format!("/v1/feeds/me?offset={}", self.offset)).await;
            assert_eq!(answer.status(), 200, "{}", self.name);
            answer.headers()["stream-next-offset"].to_str().unwrap().clone_into(&mut self.offset);
            let is_all = answer.headers().contains_key("stream-up-to-date");
            for record in common::value(answer).await.as_array().unwrap() {
                let place = ["collection", "key"].map(|name| record[name].as_str().unwrap().to_owned());
                let [collection, key] = place;
                if Collection::find(&collection).is_none() || record["value"].is_null() {
                    self.built.remove(&(collection, key));
                } else {
                    self.built.insert((collection, key), shown(record));
                }
            }
            if is_all {
                return;
            }
        }
    }

    async fn listed(&self) -> Built {
        let mut listed = Built::new();
        for (_, name) in Collection::ALL {
            for item in self.person.listed(name).await {
                let key = item["key"].as_str().unwrap().to_owned();
                listed.insert((name.to_owned(), key), shown(&item));
            }
        }
        listed
    }

    async fn count(&self, collection: &str) -> usize {
        self.person.listed(collection).await.len()
    }
}

fn shown(item: &Value) -> Value {
    json!([item["version"], item["value"]])
}

/// What each has on the phone, had it read from the beginning, and is shown in listings is the same.
async fn all_agree(phones: &mut [Phone], after: &str) {
    for phone in phones {
        phone.read_on().await;
        let listed = phone.listed().await;
        assert_eq!(phone.built, listed, "{} after {after}", phone.name);
        let offset = std::mem::replace(&mut phone.offset, "-1".to_owned());
        phone.built.clear();
        phone.read_on().await;
        assert_eq!((&phone.offset, &phone.built), (&offset, &listed), "{} anew after {after}", phone.name);
    }
}

async fn done(world: &World, job: impl FnOnce(&mut dyn Edit) -> Result<(), AdminError> + Send + 'static) {
    world.node.commit(move |edit| Ok(job(edit)?)).await.unwrap();
}

/// Something about a car, as the rules raise it at an instant.
fn change_at(at: Timestamp, vehicle: i64, group: &'static str) -> Change {
    Change {
        at,
        vehicle: format!("demo/{vehicle}").parse().unwrap(),
        id: RecommendationId([u8::try_from(vehicle).unwrap(); 16]),
        rule: group.into(),
        change: ChangeKind::Raised,
        urgency: Urgency::Medium,
        action: Action::Book,
        due: None,
        message: group.into(),
        args: cc_core::Arguments::new(),
    }
}

/// The rules raise something about a car.
async fn raised(world: &World, vehicle: i64, group: &'static str) {
    let change = change_at(clock::now(), vehicle, group);
    let one = Raised { change, group: group.to_owned(), words: None };
    done(world, move |edit| {
        assert!(raise(edit, &one)?);
        Ok(())
    })
    .await;
}

/// A platform where cars 7 and 8 are known, each with something to be done about it.
async fn world() -> World {
    let world = World::with(config()).await;
    for car in [7, 8] {
        let vehicle = format!("demo/{car}").parse().unwrap();
        done(&world, move |edit| vehicles::add(edit, &vehicle, &[]).map(|_| ())).await;
        raised(&world, car, "brakes").await;
    }
    world
}

fn who(number: i64) -> Who {
    Who::new("demo", format!("user/{number}"))
}

async fn granted(world: &World, number: i64, grant: Grant, ends: bool) {
    done(world, move |edit| grants::to(edit, &who(number), &grant, ends)).await;
}

async fn enrolled(world: &World, who: Who, name: &str, role: Role) {
    let hash = world.node.config.password_cost.hash(platform::demo::PASSWORD);
    let email = Some(format!("{name}@demo.example"));
    let account = Account { roles: vec![role], email, password: hash, ..Account::default() };
    done(world, move |edit| Ok(accounts::enroll(edit, &who, &account)?)).await;
}

const ANNA: usize = 0;
const BO: usize = 1;

async fn phones(world: &World) -> Vec<Phone> {
    let mut phones = Vec::new();
    for name in ["anna", "bo", "fleet", "workshop", "support", "partner"] {
        phones.push(Phone::of(world, name).await);
    }
    all_agree(&mut phones, "the start").await;
    phones
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_shown_a_car_is_told_what_is_to_be_done_about_it_and_that_it_is_over() {
    let world = world().await;
    let mut phones = phones(&world).await;
    let share = json!({"subject": "vehicle/demo/7", "recipient": "user/2"});
    let accept = json!({"action": "accept"});
    phones[ANNA].person.write("shares", "s1", "put", share.clone()).await;
    all_agree(&mut phones, "an offer").await;
    phones[BO].person.write("shares", "s1", "act", accept.clone()).await;
    assert_eq!(phones[BO].count("recommendations").await, 2);
    all_agree(&mut phones, "a car that is shared").await;
    raised(&world, 7, "battery").await;
    assert_eq!(phones[BO].count("recommendations").await, 3);
    all_agree(&mut phones, "what is raised meanwhile").await;
    phones[ANNA].person.write("shares", "s1", "act", json!({"action": "revoke"})).await;
    assert_eq!(phones[BO].count("recommendations").await, 1);
    all_agree(&mut phones, "a share that is revoked").await;

    let end = clock::now() + Duration::from_secs(60);
    let mut until = share.clone();
    until["expiresAt"] = clock::text(end).into();
    phones[ANNA].person.write("shares", "s2", "put", until).await;
    phones[BO].person.write("shares", "s2", "act", accept.clone()).await;
    all_agree(&mut phones, "a share with an end").await;
    world.node.config.clock.advance(Duration::from_secs(61));
    for _ in 0..1_200 {
        if phones[BO].person.json("/v1/collections/shares/s2").await["version"] == 3 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(phones[BO].count("recommendations").await, 1);
    all_agree(&mut phones, "a share whose time has come").await;

    // Who drives it no longer shares it no longer.
    phones[ANNA].person.write("shares", "s3", "put", share).await;
    phones[BO].person.write("shares", "s3", "act", accept).await;
    assert_eq!(phones[BO].count("recommendations").await, 3);
    granted(&world, 1, Grant::Drive { vehicle: 7 }, true).await;
    assert_eq!(
        [phones[ANNA].count("recommendations").await, phones[BO].count("recommendations").await],
        [0, 1]
    );
    all_agree(&mut phones, "a driver who went").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn places_and_trips_that_are_shared_are_told_as_they_are_listed() {
    let world = world().await;
    let mut phones = phones(&world).await;
    let trip = json!({"organizationKey": "demo", "vehicleId": 7, "startedAt": "2026-05-01T08:00:00Z"});
    phones[ANNA].person.write("places", "p1", "put", place("Pier")).await;
    phones[ANNA].person.write("trips", "t1", "put", trip.clone()).await;
    for (name, subject, recipient) in [
        ("s1", "place/p1", "user/2"),
        ("s2", "trip/t1", "user/2"),
        ("s3", "place/p1", "organization/demo"),
        ("s4", "vehicle/demo/7", "organization/demo"),
    ] {
        let share = json!({"subject": subject, "recipient": recipient});
        phones[ANNA].person.write("shares", name, "put", share).await;
        all_agree(&mut phones, &format!("the offer of {subject}")).await;
        let answers = if recipient == "user/2" { BO } else { 2 };
        phones[answers].person.write("shares", name, "act", json!({"action": "accept"})).await;
        all_agree(&mut phones, &format!("{subject} that is shared with {recipient}")).await;
    }
    let counts = [phones[2].count("places").await, phones[2].count("recommendations").await];
    assert_eq!(counts, [1, 1]);
    phones[ANNA].person.write("places", "p1", "delete", json!({})).await;
    phones[ANNA].person.write("trips", "t1", "delete", json!({})).await;
    all_agree(&mut phones, "what was deleted").await;
    phones[ANNA].person.write("places", "p1", "put", place("Quay")).await;
    phones[ANNA].person.write("trips", "t1", "put", trip).await;
    all_agree(&mut phones, "what is there again").await;
    let gone = Who::new("demo", "user/1");
    done(&world, move |edit| accounts::remove(edit, &gone).map(|_| ())).await;
    phones.remove(ANNA);
    all_agree(&mut phones, "an account that ended").await;
    assert_eq!([phones[0].count("places").await, phones[1].count("recommendations").await], [0, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn grants_bookings_and_conversations_are_told_as_they_are_listed() {
    let world = world().await;
    let mut phones = phones(&world).await;
    let seen = async |phones: &[Phone], collection: &str| {
        let mut counts = Vec::new();
        for phone in phones {
            counts.push(phone.count(collection).await);
        }
        counts
    };
    for (ends, expected) in [(false, 2), (true, 1)] {
        granted(&world, 2, Grant::Drive { vehicle: 7 }, ends).await;
        all_agree(&mut phones, "a grant to drive").await;
        assert_eq!(phones[BO].count("recommendations").await, expected);
    }
    let booking = |workshop: i64| json!({"vehicleId": 7, "workshopId": workshop, "appointmentDate": "2099-05-04T07:30:00Z"});
    let anna = world.person("anna").await;
    anna.write("bookings", "b1", "put", booking(9)).await;
    all_agree(&mut phones, "a booking").await;
    assert_eq!(phones[3].count("recommendations").await, 1);
    let act = async |body: Value| {
        let mut act = change("bookings", "b1", "act", body);
        act["base"] = anna.json("/v1/collections/bookings/b1").await["version"].clone();
        assert_eq!(anna.change(&[act]).await[0]["outcome"], "applied");
    };
    let mut moved = booking(10);
    moved["action"] = "change".into();
    act(moved).await;
    all_agree(&mut phones, "a booking elsewhere").await;
    assert_eq!(phones[3].count("recommendations").await, 0);
    // The one who answers for a workshop comes to another, and back.
    for workshop in [10, 9] {
        granted(&world, 4, Grant::Workshop { workshop }, false).await;
        all_agree(&mut phones, "a grant of a workshop").await;
    }
    act(json!({"action": "cancel"})).await;
    all_agree(&mut phones, "a booking that is off").await;
    anna.write("conversations", "c1", "put", json!({"vehicleId": 7, "workshopId": 9})).await;
    anna.write("messages", "m1", "put", json!({"conversationId": "c1", "text": "hello"})).await;
    all_agree(&mut phones, "a conversation").await;
    assert_eq!(seen(&phones, "messages").await, [1, 0, 0, 1, 1, 0]);
    for ends in [false, true] {
        done(&world, move |edit| grants::care(edit, &"demo/8".parse().unwrap(), 9, ends)).await;
        all_agree(&mut phones, "a grant of care").await;
        assert_eq!(phones[3].count("recommendations").await, 2 - usize::from(ends));
    }
    for (access, ends) in [
        (Access::Inside(1, 7), false),
        (Access::Fleet(1), false),
        (Access::Vehicle(8), false),
        (Access::Vehicle(8), true),
        (Access::Fleet(1), true),
        (Access::Inside(1, 7), true),
        (Access::Inside(1, 8), false),
    ] {
        done(&world, move |edit| grants::access(edit, "demo", access, ends)).await;
        all_agree(&mut phones, &format!("{access:?} {ends}")).await;
        // An event of the same instant takes away.
        tokio::time::sleep(Duration::from_millis(3)).await;
    }
    assert_eq!(seen(&phones, "recommendations").await, [1, 1, 1, 1, 2, 0]);
    for ends in [true, false] {
        granted(&world, 3, Grant::Manage { fleet: 1 }, ends).await;
        all_agree(&mut phones, "a grant of a fleet").await;
    }
    enrolled(&world, who(9), "sam", Role::Support).await;
    phones.push(Phone::of(&world, "sam").await);
    all_agree(&mut phones, "one more of the support").await;
    done(&world, |edit| {
        accounts::change(edit, &who(9), |known| {
            known.roles = vec![Role::Driver];
            Ok(())
        })
    })
    .await;
    all_agree(&mut phones, "one less of it").await;
    assert_eq!(seen(&phones, "recommendations").await, [1, 1, 1, 1, 2, 0, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_to_speak_for_another_organization_sees_what_is_shared_with_it() {
    let world = world().await;
    let of = |number: u8| Who::new("gamma", format!("user/{number}"));
    enrolled(&world, of(1), "gil", Role::FleetManager).await;
    let mut phones = vec![Phone::of(&world, "anna").await, Phone::of(&world, "gil").await];
    phones[ANNA].person.write("places", "p1", "put", place("Pier")).await;
    for (name, subject) in [("s1", "place/p1"), ("s2", "vehicle/demo/7"), ("s3", "vehicle/demo/7")] {
        let share = json!({"subject": subject, "recipient": "organization/gamma"});
        phones[ANNA].person.write("shares", name, "put", share).await;
        let answer = if name == "s2" { "decline" } else { "accept" };
        phones[1].person.write("shares", &format!("@demo/{name}"), "act", json!({"action": answer})).await;
    }
    all_agree(&mut phones, "three shares").await;
    enrolled(&world, of(2), "gus", Role::FleetManager).await;
    phones.push(Phone::of(&world, "gus").await);
    let counts = async |phone: &Phone| {
        let mut counts = Vec::new();
        for collection in ["places", "recommendations", "shares", "vehicles"] {
            counts.push(phone.count(collection).await);
        }
        counts
    };
    assert_eq!(counts(&phones[2]).await, [1, 1, 3, 1]);
    all_agree(&mut phones, "one more who speaks for gamma").await;
    let role = |role: Role| {
        move |edit: &mut dyn Edit| {
            accounts::change(edit, &of(2), |known| {
                known.roles = vec![role];
                Ok(())
            })
        }
    };
    done(&world, role(Role::Driver)).await;
    assert_eq!(counts(&phones[2]).await, [0, 0, 0, 0]);
    all_agree(&mut phones, "one less who does").await;

    // An earlier version named no share to an organization, and told of no recommendation.
    world
        .node
        .commit(|edit| {
            assert_eq!(edit.delete_some("shared with", 100)?, 3);
            Ok(platform::storage::put_json(edit, "rules of sight", &3)?)
        })
        .await
        .unwrap();
    let folder = world.stop().await;
    let world = World::of(common::open(folder.path(), config()).await, folder);
    done(&world, role(Role::FleetManager)).await;
    let phone = Phone::of(&world, "gus").await;
    assert_eq!(counts(&phone).await, [1, 1, 3, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recommendation_that_does_not_read_keeps_no_share_from_its_end() {
    let world = world().await;
    let (anna, bo) = (world.person("anna").await, world.person("bo").await);
    anna.write("shares", "s1", "put", json!({"subject": "vehicle/demo/7", "recipient": "user/2"})).await;
    bo.write("shares", "s1", "act", json!({"action": "accept"})).await;
    let row = platform::storage::key(&["item", "demo", "recommendations", "", "demo/7/brakes"]);
    world.node.commit(move |edit| Ok(edit.put(&row, b"{")?)).await.unwrap();
    anna.write("shares", "s1", "act", json!({"action": "revoke"})).await;
    assert_eq!(bo.last("vehicles", "demo/7").await.unwrap()["value"], json!(null));
    assert_eq!(bo.get("/v1/collections/vehicles/demo/7").await.status(), 404);
}

#[tokio::test]
async fn what_the_rules_raise_and_clear_at_one_instant_is_gone_however_often_they_say_so() {
    let world = world().await;
    let raised = change_at(clock::now(), 7, "oil");
    let cleared = Change { change: ChangeKind::Cleared, ..raised.clone() };
    let anew = Change { at: raised.at + chrono::TimeDelta::seconds(1), ..raised.clone() };
    // Whoever starts anew says again what was said last.
    for (change, is_new, status) in [
        (&raised, true, 200),
        (&cleared, true, 404),
        (&raised, false, 404),
        (&cleared, false, 404),
        (&anew, true, 200),
        (&cleared, false, 200),
    ] {
        let one = Raised { change: change.clone(), group: "oil".to_owned(), words: None };
        done(&world, move |edit| {
            assert_eq!(raise(edit, &one)?, is_new);
            Ok(())
        })
        .await;
        let shown = world.person("anna").await.get("/v1/collections/recommendations/demo%2F7%2Foil").await;
        assert_eq!(shown.status(), status, "{change:?}");
    }
}
