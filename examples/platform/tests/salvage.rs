//! What a salvage says of what it could not keep, and what it does not hand on.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    missing_docs,
    reason = "tests"
)]

mod common;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use common::{Person, World, change, place, value};
use platform::bus::LocalBus;
use platform::storage::{OpenError, Salvaged, SqliteOptions, SqliteStorage, key, salvage};
use serde_json::{Value, json};

/// The number of the message that comes next.
fn number(page: &reqwest::Response) -> u64 {
    platform::feed::Offset::parse(page.headers()["stream-next-offset"].to_str().unwrap()).unwrap().number
}

async fn places(anna: &Person, count: usize) {
    for start in (0..count).step_by(100) {
        let put = |number| change("places", &format!("p{number:04}"), "put", place("Pier"));
        anna.change(&(start..(start + 100).min(count)).map(put).collect::<Vec<Value>>()).await;
    }
}

/// A stopped platform, all of it in its file.
async fn stopped(count: usize) -> (tempfile::TempDir, PathBuf) {
    let world = World::start().await;
    places(&world.person("anna").await, count).await;
    let folder = world.stop().await;
    let file = folder.path().join("platform.db");
    let checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)";
    rusqlite::Connection::open(&file).unwrap().query_row(checkpoint, [], |_| Ok(())).unwrap();
    (folder, file)
}

fn of_bytes(bytes: &[u8]) -> Option<Salvaged> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("platform.db"), bytes).unwrap();
    salvage(folder.path()).ok()
}

#[tokio::test]
async fn what_is_lost_to_flipped_bits_is_said() {
    let (_folder, file) = stopped(600).await;
    let whole = std::fs::read(&file).unwrap();
    let all = of_bytes(&whole).unwrap();
    assert_eq!((all.is_less, all.left_out, all.logs_cut), (false, 0, 0));
    let mut random = 7_u64;
    for case in 0..25 {
        let mut bytes = whole.clone();
        for _ in 0..30 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            // The first page has tests of its own.
            let at = 4_096 + (random >> 16) as usize % (bytes.len() - 4_096);
            bytes[at] ^= 1 << (random >> 60 & 7);
        }
        let Some(kept) = of_bytes(&bytes) else { continue };
        println!("{case}: {kept:?} of {all:?}");
        let is_all = (kept.rows, kept.logs, kept.messages) == (all.rows, all.logs, all.messages);
        assert!(is_all || kept.is_less, "{case}: {kept:?} of {all:?}");
        assert!(kept.rows * 100 >= all.rows * 75, "{case}: {kept:?} of {all:?}");
    }
}

#[tokio::test]
async fn rows_that_are_no_json_are_left_out_and_the_rest_is_answered() {
    let (folder, file) = stopped(20).await;
    let database = rusqlite::Connection::open(&file).unwrap();
    let item = |name: &str| key(&["item", "demo", "places", "", name]);
    let spoil = |name: &str, from: &str, to: &[u8]| {
        let select = "SELECT value FROM map WHERE key = ?";
        let value: Vec<u8> = database.query_row(select, [item(name)], |row| row.get(0)).unwrap();
        let at = value.windows(from.len()).position(|part| part == from.as_bytes()).unwrap();
        let value = [&value[..at], to, &value[at + from.len()..]].concat();
        database.execute("UPDATE map SET value = ? WHERE key = ?", (value, item(name))).unwrap();
    };
    // What is no JSON, no text, and a value inside that is none.
    spoil("p0003", "\"version\"", b"#version\"");
    spoil("p0005", "Pier", b"P\xE9er");
    spoil("p0007", "{\\\"", b"{#\\\"");
    drop(database);

    // As it is, a listing is not answered: who is given less takes the rest for deleted.
    let node = common::open(folder.path(), common::config()).await;
    let world = World::of(node, folder);
    let anna = world.person("anna").await;
    for path in ["places?limit=4", "places", "places/p0007"] {
        let answer = anna.get(&format!("/v1/collections/{path}")).await;
        assert_eq!(answer.status(), 503, "{path}");
        assert_eq!(value(answer).await["code"], "storage_damaged", "{path}");
    }
    assert_eq!(anna.get("/v1/collections/places?limit=3").await.status(), 200);
    assert_eq!(world.node.metrics.unreadable.load(Relaxed), 2);
    let folder = world.stop().await;

    // A message of a feed, too: who reads it is told of the gap.
    let database = rusqlite::Connection::open(&file).unwrap();
    let feed = key(&["me", "demo", "user/1"]);
    let spoil = "UPDATE messages SET body = x'7BFF7D' WHERE number = 10 AND log = (SELECT id FROM logs WHERE name = ?)";
    assert_eq!(database.execute(spoil, [feed]).unwrap(), 1);
    drop(database);
    let kept = salvage(folder.path()).unwrap();
    assert_eq!((kept.left_out, kept.logs_cut, kept.is_less), (4, 1, true));
    let world = World::of(common::open(folder.path(), common::config()).await, folder);
    let anna = world.person("anna").await;
    assert_eq!(anna.listed("places").await.len(), 17);
    assert_eq!(world.node.metrics.unreadable.load(Relaxed), 0);
    assert_eq!(anna.get("/v1/feeds/me?offset=-1").await.status(), 410);
}

#[tokio::test]
async fn a_damaged_item_ends_the_feed_before_what_tells_of_it() {
    let (folder, file) = stopped(20).await;
    let database = rusqlite::Connection::open(&file).unwrap();
    let item = key(&["item", "demo", "places", "", "p0010"]);
    assert_eq!(database.execute("UPDATE map SET value = x'7BFF7D' WHERE key = ?", [item]).unwrap(), 1);
    let world = World::of(common::open(folder.path(), common::config()).await, folder);
    let anna = world.person("anna").await;
    let before = anna.get("/v1/feeds/me?offset=-1").await;
    assert_eq!(before.status(), 200);
    assert_eq!(number(&before), 10);
    assert_eq!(value(before).await.as_array().unwrap().len(), 10);
    let answer = anna.get("/v1/feeds/me?offset=00000000000000000010").await;
    assert_eq!(answer.status(), 503);
    assert_eq!(value(answer).await["code"], "storage_damaged");
    let stream = anna.get("/v1/feeds/me?offset=-1&live=sse").await.text().await.unwrap();
    assert!(stream.contains("\"p0009\"") && !stream.contains("\"p0010\""), "{stream}");
    assert_eq!(world.node.metrics.messages_unreadable.load(Relaxed), 2);
    assert_eq!(anna.get("/v1/feeds/me?offset=00000000000000000011").await.status(), 200);
}

#[tokio::test]
async fn a_message_that_does_not_read_is_told_to_nobody_and_ends_the_feed_before_it() {
    let (folder, file) = stopped(20).await;
    let database = rusqlite::Connection::open(&file).unwrap();
    let spoil = |log: &[&str], set: &str| {
        let sql = format!("UPDATE messages SET {set} AND log = (SELECT id FROM logs WHERE name = ?)");
        assert_eq!(database.execute(&sql, [key(log)]).unwrap(), 1);
    };
    spoil(&["me", "demo", "user/1"], "body = x'7BFF7D' WHERE number = 10");
    let world = World::of(common::open(folder.path(), common::config()).await, folder);
    let anna = world.person("anna").await;
    // What stands before it is told, and then nothing until it is mended: not even that something is missing.
    let before = anna.get("/v1/feeds/me?offset=-1").await;
    let next = before.headers()["stream-next-offset"].to_str().unwrap().to_owned();
    assert_eq!((number(&before), before.headers().get("stream-up-to-date")), (10, None));
    assert_eq!(value(before).await.as_array().unwrap().len(), 10);
    for how in ["", "&live=long-poll", "&live=sse"] {
        let answer = anna.get(&format!("/v1/feeds/me?offset={next}{how}")).await;
        assert_eq!(answer.status(), 503, "{how}");
        assert_eq!(value(answer).await["code"], "storage_damaged", "{how}");
    }
    let stream = anna.get("/v1/feeds/me?offset=-1&live=sse").await.text().await.unwrap();
    assert!(stream.contains("\"p0009\"") && !stream.contains("\"p0010\""), "{stream}");
    assert!(stream.ends_with("}\n\n") && stream.contains(&next) && !stream.contains("upToDate"), "{stream}");
    assert_eq!(world.node.metrics.messages_unreadable.load(Relaxed), 4);
    // Behind it, and elsewhere, all goes on.
    assert_eq!(anna.get("/v1/feeds/me?offset=00000000000000000011").await.status(), 200);
    assert_eq!(anna.listed("places").await.len(), 20);

    // The same of events: a history leaves it out.
    let device = world.person("gateway").await;
    let events: Vec<Value> = (1..4)
        .map(|id| common::event(id, 10 - id, "can_dtc", json!({"code": "0301", "sourceType": "j2012"})))
        .collect();
    assert_eq!(device.post("/v1/ingest", &json!(events)).await.status(), 200);
    spoil(&["events", "demo", "7"], "body = x'7BFF7D' WHERE number = 1");
    let history = anna.json("/v1/vehicles/demo/7/events").await;
    let ids: Vec<i64> =
        history["events"].as_array().unwrap().iter().map(|event| event["id"].as_i64().unwrap()).collect();
    assert_eq!(ids, [3, 1]);
    let partner = world.person("partner").await;
    for (who, feed) in [(&anna, "vehicles/demo/7"), (&partner, "organizations/demo")] {
        let first = who.get(&format!("/v1/feeds/{feed}?offset=-1")).await;
        assert_eq!(number(&first), 1, "{feed}");
        let next = first.headers()["stream-next-offset"].to_str().unwrap().to_owned();
        assert_eq!(who.get(&format!("/v1/feeds/{feed}?offset={next}")).await.status(), 503, "{feed}");
    }
    // One that is missing is passed over no more than that.
    spoil(&["me", "demo", "user/1"], "number = 99 WHERE number = 15");
    let page = anna.get("/v1/feeds/me?offset=00000000000000000012").await;
    assert_eq!(number(&page), 15);
    assert_eq!(value(page).await.as_array().unwrap().len(), 3);
    assert_eq!(anna.get("/v1/feeds/me?offset=00000000000000000015").await.status(), 503);
}

#[tokio::test]
async fn a_bit_of_the_header_s_numbers_is_damage_and_all_is_kept() {
    let (_folder, file) = stopped(20).await;
    let whole = std::fs::read(&file).unwrap();
    // The numbers of the file's format, and of the version of ours (file format, 1.3).
    for bit in (44 * 8..48 * 8).chain(60 * 8..64 * 8) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("platform.db");
        let mut bytes = whole.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        std::fs::write(&file, bytes).unwrap();
        let look =
            SqliteStorage::open(&file, Arc::new(LocalBus::default()), SqliteOptions::default()).map(drop);
        // Some formats are read as well.
        if bit >= 60 * 8 {
            assert!(matches!(look, Err(OpenError::Damaged { .. })), "bit {bit}: {look:?}");
        } else {
            assert!(matches!(look, Ok(()) | Err(OpenError::Damaged { .. })), "bit {bit}: {look:?}");
        }
        let salvaged = salvage(folder.path()).unwrap_or_else(|error| panic!("bit {bit}: {error}"));
        assert_eq!((salvaged.is_less, salvaged.left_out), (false, 0), "bit {bit}");
    }
}

/// Flips bits of a byte of the key of a row, as a disk does: no index hears of it.
fn flip(file: &std::path::Path, name: &str, at: usize, bits: u8) {
    let database = rusqlite::Connection::open(file).unwrap();
    database.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    drop(database);
    let mut bytes = std::fs::read(file).unwrap();
    let found = bytes.windows(name.len()).position(|part| part == name.as_bytes()).unwrap();
    bytes[found + at] ^= bits;
    std::fs::write(file, bytes).unwrap();
}

#[tokio::test]
async fn a_key_that_is_not_what_it_was_is_never_a_shorter_listing() {
    let seen = key(&["seen", "demo", "user/1", "places", "p0011"]);
    let early = key(&["seen", "demo", "user/1", "places", "p0001"]);
    let item = key(&["item", "demo", "places", "", "p0011"]);
    let places = seen.len() - "places/p0011".len();
    for (name, at, bits) in [
        // It is gone, before all others of its page, behind them, and no text.
        (&item, item.len() - 1, 0x40),
        (&seen, places + 1, 0x08),
        (&seen, places + 1, 0x10),
        (&seen, 0, 0x01),
        (&seen, 0, 0x0c),
        // The search for the beginning passes it over, and those before it.
        (&early, 0, 0x01),
        (&early, places + 1, 0x08),
        (&seen, places + 1, 0x80),
        (&item, 7, 0x80),
    ] {
        let (folder, file) = stopped(20).await;
        flip(&file, name, at, bits);
        let world = World::of(common::open(folder.path(), common::config()).await, folder);
        let anna = world.person("anna").await;
        let answer = anna.get("/v1/collections/places?limit=1000").await;
        let status = answer.status();
        let told = value(answer).await;
        assert_eq!(
            (status.as_u16(), told["code"].as_str()),
            (503, Some("storage_damaged")),
            "{at} {bits} {told}"
        );
        if name != &item {
            assert_eq!(world.node.ready().await.unwrap_err().code, "storage_damaged", "{at} {bits}");
        }
    }
}

#[tokio::test]
async fn what_led_to_an_item_that_is_lost_goes_with_it() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    anna.write("conversations", "c1", "put", json!({"vehicleId": 7, "workshopId": 9})).await;
    for name in ["m1", "m2", "m3"] {
        anna.write("messages", name, "put", json!({"conversationId": "c1", "text": "hello"})).await;
    }
    let folder = world.stop().await;
    let database = rusqlite::Connection::open(folder.path().join("platform.db")).unwrap();
    let lost = key(&["item", "demo", "messages", "", "m2"]);
    assert_eq!(database.execute("DELETE FROM map WHERE key = ?", [lost]).unwrap(), 1);
    drop(database);
    let paths = ["/v1/collections/messages", "/v1/collections/messages?conversationId=c1"];
    let world = World::of(common::open(folder.path(), common::config()).await, folder);
    let anna = world.person("anna").await;
    for path in paths {
        assert_eq!(anna.get(path).await.status(), 503, "{path}");
    }
    let folder = world.stop().await;
    assert!(salvage(folder.path()).unwrap().is_less);
    let world = World::of(common::open(folder.path(), common::config()).await, folder);
    let anna = world.person("anna").await;
    for path in paths {
        let listed = anna.json(path).await;
        let keys: Vec<_> = listed["items"].as_array().unwrap().iter().map(|item| &item["key"]).collect();
        assert_eq!(keys, ["m1", "m3"], "{path}");
    }
}

#[tokio::test]
async fn a_history_keeps_what_can_be_read_before_a_gap_until_its_time_is_over() {
    let world = World::start().await;
    let device = world.person("gateway").await;
    let events: Vec<Value> = (0..40)
        .map(|id| common::event(id, 100 - id, "can_dtc", json!({"code": "0301", "sourceType": "j2012"})))
        .collect();
    assert_eq!(device.post("/v1/ingest", &json!(events)).await.status(), 200);
    let folder = world.stop().await;
    let database = rusqlite::Connection::open(folder.path().join("platform.db")).unwrap();
    let of = "AND log = (SELECT id FROM logs WHERE name = ?)";
    let log = key(&["events", "demo", "7"]);
    database
        .execute(&format!("UPDATE messages SET body = x'7BFF7D' WHERE number = 20 {of}"), [&log])
        .unwrap();
    database.execute(&format!("DELETE FROM messages WHERE number = 30 {of}"), [&log]).unwrap();
    drop(database);
    // Also where it is put aside once more.
    for _ in 0..2 {
        salvage(folder.path()).unwrap();
    }
    let world = World::of(common::open(folder.path(), common::config()).await, folder);
    let anna = world.person("anna").await;
    let history = anna.json("/v1/vehicles/demo/7/events?limit=100").await;
    let ids: Vec<i64> =
        history["events"].as_array().unwrap().iter().map(|event| event["id"].as_i64().unwrap()).collect();
    assert_eq!(ids, (0..40).rev().filter(|id| ![20, 30].contains(id)).collect::<Vec<_>>());
    // A feed begins behind the last gap.
    assert_eq!(anna.get("/v1/feeds/vehicles/demo/7?offset=00000000000000000029").await.status(), 410);
    let feed = anna.get("/v1/feeds/vehicles/demo/7?offset=-1").await;
    assert_eq!(number(&feed), 40);
    // What is older than it is kept goes, those before the gap with the others, and their rows.
    let forgotten =
        platform::storage::commit(&*world.node.storage, |edit| edit.forget_before(i64::MAX - 1, 35));
    let forgotten = forgotten.await.unwrap();
    let numbers: Vec<u64> = forgotten.iter().filter(|one| one.log == log).map(|one| one.number).collect();
    assert_eq!(numbers.first(), Some(&0));
}

#[tokio::test]
async fn events_before_a_gap_at_the_end_go_in_their_time_also_where_the_car_says_more() {
    const DAY: u64 = 86_400;
    let world = World::start().await;
    let device = world.person("gateway").await;
    let code = |id, ago| common::event(id, ago, "can_dtc", json!({"code": "0301", "sourceType": "j2012"}));
    let events: Vec<Value> = (0..10).map(|id| code(id, 100 - id)).collect();
    assert_eq!(device.post("/v1/ingest", &json!(events)).await.status(), 200);
    let folder = world.stop().await;
    let database = rusqlite::Connection::open(folder.path().join("platform.db")).unwrap();
    let log = key(&["events", "demo", "7"]);
    let of = "AND log = (SELECT id FROM logs WHERE name = ?)";
    database.execute(&format!("DELETE FROM messages WHERE number = 9 {of}"), [&log]).unwrap();
    let ago = 20 * DAY * 1000;
    database.execute(&format!("UPDATE messages SET at = at - {ago} WHERE true {of}"), [&log]).unwrap();
    drop(database);
    salvage(folder.path()).unwrap();
    let age = |file: &std::path::Path| {
        let database = rusqlite::Connection::open(file.join("platform.db")).unwrap();
        let sql = "SELECT oldest FROM logs WHERE name = ?";
        database.query_row(sql, [&log], |row| row.get::<_, i64>(0)).unwrap()
    };
    let before = age(folder.path());
    let config = common::config();
    let clock = config.clock.clone();
    let world = World::of(common::open(folder.path(), config).await, folder);
    let device = world.person("gateway").await;
    assert_eq!(device.post("/v1/ingest", &json!([code(100, 0)])).await.status(), 200);
    assert_eq!(age(world.folder.path()), before);
    clock.advance(std::time::Duration::from_secs(11 * DAY));
    world.node.tidy().await.unwrap();
    let there = world.node.look(move |view| {
        let there = (0..11).map(|number| Ok(view.one(&log, number)?.is_some()));
        there.collect::<Result<Vec<bool>, platform::problem::Problem>>()
    });
    assert_eq!(there.await.unwrap(), (0..11).map(|number| number == 10).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_log_alone_is_read_where_the_database_is_gone() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    places(&anna, 20).await;
    let used = world.stop().await;
    // A file whose changes are all in its log yet, as after a kill.
    let source = used.path().join("source.db");
    let wal = used.path().join("source.db-wal");
    let database = rusqlite::Connection::open(&source).unwrap();
    database.execute_batch("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0").unwrap();
    let copy = format!("ATTACH '{}' AS old", used.path().join("platform.db").display());
    database.execute_batch(&copy).unwrap();
    let schemas: Vec<String> = database
        .prepare("SELECT sql FROM old.sqlite_schema WHERE sql IS NOT NULL")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    database.execute_batch(&format!("BEGIN; {}; PRAGMA user_version = 2;", schemas.join(";"))).unwrap();
    for table in ["map", "logs", "messages"] {
        database.execute_batch(&format!("INSERT INTO {table} SELECT * FROM old.{table}")).unwrap();
    }
    database.execute_batch("COMMIT").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let log = std::fs::read(&wal).unwrap();
    std::fs::write(folder.path().join("platform.db-wal"), &log).unwrap();
    let kept = salvage(folder.path()).unwrap();
    assert!(kept.rows > 40 && kept.messages >= 20, "{kept:?}");
    let world = World::of(common::open(folder.path(), common::config()).await, folder);
    let anna = world.person("anna").await;
    assert_eq!(anna.listed("places").await.len(), 20);

    // Where nothing is in it, all stays as it was.
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("platform.db-wal"), vec![0xA5; 9_000]).unwrap();
    assert!(salvage(folder.path()).is_err());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}
