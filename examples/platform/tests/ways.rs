//! What leads to accounts, items and events is made anew from them, where a salvage has lost it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    missing_docs,
    reason = "tests"
)]

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use common::{Person, World, change, event, place};
use platform::admin::grants::{self, Grant};
use platform::auth::Who;
use platform::problem::Problem;
use platform::storage::{JOINT, key, salvage};
use reqwest::Method;
use rusqlite::Connection;
use serde_json::{Value, json};

/// The first words of rows that follow from others.
const WAYS: [&str; 18] = [
    "about",
    "booked",
    "care",
    "email",
    "expires",
    "fleets",
    "history",
    "history of",
    "known",
    "near",
    "next user",
    "open share",
    "organization",
    "seen",
    "shared",
    "shared with",
    "talk",
    "tombstone",
];

async fn stopped(world: World) -> (tempfile::TempDir, PathBuf) {
    let folder = world.stop().await;
    let file = folder.path().join("platform.db");
    database(&file).query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    (folder, file)
}

async fn started(folder: tempfile::TempDir) -> World {
    World::of(common::open(folder.path(), common::config()).await, folder)
}

fn database(file: &Path) -> Connection {
    Connection::open(file).unwrap()
}

fn first(name: &str) -> &str {
    name.split(JOINT).next().unwrap()
}

fn ways(file: &Path) -> BTreeMap<String, Vec<u8>> {
    let database = database(file);
    let mut select =
        database.prepare("SELECT key, value FROM map WHERE value > 0 OR typeof(value) = 'blob'").unwrap();
    let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap);
    rows.filter(|(name, _): &(String, _)| WAYS.contains(&first(name))).collect()
}

#[tokio::test]
async fn what_follows_from_accounts_items_and_events_is_made_anew_whatever_of_it_is_lost() {
    let world = World::start().await;
    let (anna, fleet) = (world.person("anna").await, world.person("fleet").await);
    let gateway = world.person("gateway").await;
    let said = [
        event(1, 9, "vehicle_added_to_fleet", json!({"fleetId": 1})),
        event(2, 8, "gps_position", json!({"latitude": 0.5, "longitude": -150.25})),
        event(3, 7, "can_dtc", json!({"code": "0301", "sourceType": "j2012"})),
    ];
    assert_eq!(gateway.post("/v1/ingest", &json!(said)).await.status(), 200);
    anna.write("places", "p1", "put", place("Pier")).await;
    anna.write("places", "p2", "put", place("Gone")).await;
    anna.write("places", "p2", "delete", json!({})).await;
    anna.write("settings", "units", "put", json!({"distance": "km"})).await;
    anna.write("conversations", "c1", "put", json!({"vehicleId": 7, "workshopId": 9})).await;
    anna.write("messages", "m1", "put", json!({"conversationId": "c1", "text": "rattles"})).await;
    let booking = json!({"vehicleId": 7, "workshopId": 9, "appointmentDate": "2099-05-04T07:30:00Z"});
    anna.write("bookings", "b1", "put", booking).await;
    for (share, subject, recipient) in
        [("s1", "place/p1", "user/2"), ("s2", "vehicle/demo/7", "organization/demo")]
    {
        let offer = json!({"subject": subject, "recipient": recipient, "expiresAt": "2099-05-01T00:00:00Z"});
        anna.write("shares", share, "put", offer).await;
    }
    world.person("bo").await.write("shares", "s1", "act", json!({"action": "accept"})).await;
    fleet.write("shares", "s2", "act", json!({"action": "accept"})).await;
    // One that is over is not ended again. It is offered before its end, however long that takes here.
    let mut soon = chrono::TimeDelta::milliseconds(1_500);
    let offered = async |end: chrono::TimeDelta| {
        let end = (chrono::Utc::now() + end).to_rfc3339();
        let offer = json!({"subject": "place/p1", "recipient": "user/5", "expiresAt": end});
        anna.change(&[change("shares", "s3", "put", offer)]).await.remove(0)
    };
    while offered(soon).await["outcome"] != "applied" {
        soon = soon * 4;
        assert!(soon < chrono::TimeDelta::minutes(1), "it is not offered");
    }
    let over = async {
        while world.node.look(|view| Ok(platform::storage::all(view, "expires")?)).await.unwrap().len() > 2 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), over).await.expect("a share ends");
    let raised = async {
        while anna.listed("recommendations").await.is_empty() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), raised).await.expect("a recommendation");
    let (folder, file) = stopped(world).await;
    let before = ways(&file);
    for way in WAYS {
        assert!(before.keys().any(|name| first(name) == way), "nothing is tried of {way}");
    }
    // Of what is whole nothing is left out.
    let copy = tempfile::tempdir().unwrap();
    std::fs::copy(&file, copy.path().join("platform.db")).unwrap();
    let kept = salvage(copy.path()).unwrap();
    assert_eq!((kept.left_out, kept.is_less), (0, false));
    let lose = database(&file);
    for name in before.keys() {
        assert_eq!(lose.execute("DELETE FROM map WHERE key = ?", [name]).unwrap(), 1);
    }
    lose.execute("INSERT INTO map VALUES (?, x'78')", [key(&["email", "noise"])]).unwrap();
    // What leads to nothing goes.
    let nobody = [key(&["email", "nobody@demo.example"]), r#"{"org":"demo","sub":"user/99"}"#.to_owned()];
    let nothing = [key(&["care", "demo", "7", "9", "booking gone"]), "user/1".to_owned()];
    for row in [nobody, nothing] {
        lose.execute("INSERT INTO map VALUES (?, CAST(? AS BLOB))", row).unwrap();
    }
    drop(lose);
    assert_eq!(salvage(folder.path()).unwrap().left_out, 1);
    let (_folder, file) = stopped(started(folder).await).await;
    let after = ways(&file);
    // The row of a share that is over is only left for the next to take it away.
    let is_left = |name: &String| name.starts_with("open share") && name.ends_with("user/5");
    let before: BTreeMap<_, _> = before.into_iter().filter(|(name, _)| !is_left(name)).collect();
    let lacks: Vec<_> = before.keys().filter(|name| !after.contains_key(*name)).collect();
    let more: Vec<_> = after.keys().filter(|name| !before.contains_key(*name)).collect();
    assert!(lacks.is_empty() && more.is_empty(), "lacks {lacks:?}, has {more:?}");
    assert!(before == after, "some lead elsewhere");
}

async fn grant(world: &World, sub: &str, grant: Grant) {
    let who = Who::new("demo", sub);
    let job = move |edit: &mut dyn platform::storage::Edit| {
        grants::to(edit, &who, &grant, false).expect("it may be granted");
        Ok::<_, Problem>(())
    };
    world.node.commit(job).await.unwrap();
}

async fn positions_seen(world: &World) -> usize {
    let page = "/v1/vehicles/demo/7/events?limit=100&type=gps_position";
    world.person("partner").await.json(page).await["events"].as_array().unwrap().len()
}

/// Fills a page of a database with zeros, by a key that stands on it.
fn lose_page(file: &Path, name: &str) {
    let mut bytes = std::fs::read(file).unwrap();
    let mut lost = 0;
    for page in bytes.chunks_mut(4096).skip(1) {
        if page[0] == 10 && page.windows(name.len()).any(|part| part == name.as_bytes()) {
            page.fill(0);
            lost += 1;
        }
    }
    assert!(lost > 0, "it stands nowhere");
    std::fs::write(file, &bytes).unwrap();
}

async fn places(anna: &Person, count: usize) {
    for start in (0..count).step_by(100) {
        let put = |number| change("places", &format!("p{number:04}"), "put", place("Pier"));
        anna.change(&(start..start + 100).map(put).collect::<Vec<Value>>()).await;
    }
}

#[tokio::test]
async fn a_lost_page_makes_no_listing_shorter_and_shows_nobody_more() {
    let world = World::start().await;
    places(&world.person("anna").await, 600).await;
    let gateway = world.person("gateway").await;
    let position = |id| event(id, 0, "gps_position", json!({"latitude": 0.5, "longitude": -150.25}));
    let granted = event(100, 60, "access_granted_to_vehicle", json!({}));
    assert_eq!(gateway.post("/v1/ingest", &json!([granted, position(1)])).await.status(), 200);
    // Of two who drive the car, one lets others see where it is.
    grant(&world, "user/2", Grant::Drive { vehicle: 7 }).await;
    grant(&world, "user/2", Grant::Consent { purpose: "positions".to_owned() }).await;
    assert_eq!(positions_seen(&world).await, 0);
    let (folder, file) = stopped(world).await;
    let near = key(&["near", "demo", "vehicle/7", "user/1"]);
    assert_eq!(database(&file).execute("DELETE FROM map WHERE key = ?", [near]).unwrap(), 1);
    database(&file).query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    let car = key(&["item", "demo", "vehicles", "", "demo/7"]);
    assert_eq!(database(&file).execute("DELETE FROM map WHERE key = ?", [car]).unwrap(), 1);
    database(&file).query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    lose_page(&file, &key(&["seen", "demo", "user/1", "places", "p0300"]));
    let kept = salvage(folder.path()).unwrap();
    assert!(kept.is_less && kept.left_out == 0, "{kept:?}");
    let world = started(folder).await;
    let anna = world.person("anna").await;
    assert_eq!(anna.listed("places").await.len(), 600);
    // A car of which nothing was kept is there, in a version that nobody was told of before.
    assert_eq!(anna.listed("vehicles").await.len(), 1);
    let version = anna.json("/v1/collections/vehicles/demo/7").await["version"].as_u64().unwrap();
    assert!(version > 100_000, "{version}");
    let gateway = world.person("gateway").await;
    assert_eq!(gateway.post("/v1/ingest", &json!([position(2)])).await.status(), 200);
    assert_eq!(positions_seen(&world).await, 0);
}

#[tokio::test]
async fn a_change_that_was_taken_while_the_clock_was_ahead_is_known_once_it_is_right() {
    let ahead = common::config();
    // To the middle of the next shelf of changes.
    let (shelf, now) = (200 * 86_400_000, chrono::Utc::now().timestamp_millis());
    let wait = u64::try_from((now / shelf + 1) * shelf + shelf / 2 - now).unwrap();
    ahead.clock.advance(Duration::from_millis(wait));
    let world = World::with(ahead).await;
    let one = json!({"changes": [change("places", "p1", "put", place("Pier"))]});
    let outcome = async |world: &World| {
        let answer = world.person("anna").await.send(Method::POST, "/v1/changes", &one).await;
        common::value(answer).await["results"][0].clone()
    };
    assert_eq!(outcome(&world).await["outcome"], "applied");
    let world = started(world.stop().await).await;
    let again = outcome(&world).await;
    assert_eq!((&again["outcome"], &again["version"]), (&json!("duplicate"), &json!(1)), "{again}");
}
