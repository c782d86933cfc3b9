//! A device whose clock is years ahead: what it wrote is sent, in its order, and so is all that it writes from then on.
#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "common/engine.rs"]
mod engine;

use cc_client::engine::EngineConfig;
use cc_client::store::{MemoryStore, Store as _};
use cc_client::{Stamp, Write};
use cc_core::Timestamp;
use engine::{JSON, PROBLEM, World};
use serde_json::Value;

const SERVER: &str = "2026-05-01T10:00:00Z";
const DATE: (&str, &str) = ("date", "Fri, 01 May 2026 10:00:00 GMT");
const TOKEN: &str = r#"{"token":"one.eyJvcmciOiJvIiwic3ViIjoiYW5uYSJ9.x","expiresIn":600}"#;

fn millis(text: &str) -> u64 {
    text.parse::<Timestamp>().unwrap().timestamp_millis() as u64
}

fn stamped(number: u8, clock: Stamp) -> Write {
    let mut write = engine::write(number);
    write.clock = clock;
    write
}

/// The app writes, while its device takes the time to be that.
fn writes(world: &mut World, number: u8, device: &str) -> Stamp {
    let clock = world.engine.stamp(world.now, device.parse().unwrap());
    world.store.accept("main", &[stamped(number, clock)]).unwrap();
    world.tell(cc_client::engine::Input::Filled);
    clock
}

/// What is being sent: keys and clocks.
fn sent(world: &World) -> Vec<(String, Stamp)> {
    let http = &world.open[&world.find("/v1/changes")];
    let body: Value = serde_json::from_slice(&http.body).unwrap();
    let changes = body["changes"].as_array().unwrap().iter();
    let text = |change: &Value, name: &str| change[name].as_str().unwrap().to_owned();
    changes.map(|change| (text(change, "key"), text(change, "clock").parse().unwrap())).collect()
}

fn offline() -> World {
    let config = EngineConfig::new(1, 7);
    World::start(config, MemoryStore::new())
}

#[test]
fn what_was_written_years_ahead_is_stamped_anew_in_its_order_before_it_is_sent() {
    let mut world = offline();
    let wrong = writes(&mut world, 1, "2036-05-01T10:00:00Z");
    writes(&mut world, 2, "2036-05-01T10:00:00Z");
    // The device's clock was set right, and stamps do not go back by themselves.
    assert!(writes(&mut world, 3, SERVER) > wrong);
    world.answer("/v1/auth/token", 200, &[JSON, DATE], TOKEN);
    let rows = sent(&world);
    assert_eq!(rows.iter().map(|(key, _)| &**key).collect::<Vec<_>>(), ["1", "2", "3"]);
    assert!(rows.is_sorted_by(|(_, a), (_, b)| a < b));
    for (_, clock) in &rows {
        assert!(clock.millis.abs_diff(millis(SERVER)) < 1_000, "{clock}");
    }
    // They are on disk so: whatever is sent again is the same.
    let stored = world.store.waiting("main", 9, u32::MAX).unwrap();
    assert!(stored.iter().map(|row| row.write.clock).eq(rows.iter().map(|(_, clock)| *clock)));
    // And the next is later, also after a restart.
    let next = writes(&mut world, 4, SERVER);
    assert!(next > rows[2].1 && next.millis - millis(SERVER) < 1_000, "{next}");
    let kept: Stamp =
        String::from_utf8(world.store.value("stamp").unwrap().unwrap()).unwrap().parse().unwrap();
    assert_eq!(kept, next);
}

#[test]
fn what_waits_since_before_a_restart_is_stamped_anew_with_all_behind_it() {
    let mut store = MemoryStore::new();
    let stamp = |millis| Stamp { millis, counter: 0, node: 1 };
    let (early, ahead) = (millis("2026-04-30T10:00:00Z"), millis("2036-01-01T00:00:00Z"));
    for (number, clock) in [(1, early), (2, ahead), (3, early + 1)] {
        store.accept("main", &[stamped(number, stamp(clock))]).unwrap();
    }
    let config = EngineConfig::new(1, 7);
    let mut world = World::start(config, store);
    world.answer("/v1/auth/token", 200, &[JSON, DATE], TOKEN);
    let clocks: Vec<Stamp> = sent(&world).into_iter().map(|(_, clock)| clock).collect();
    // What was written before keeps its time: it may lose against what others have written since.
    assert_eq!(clocks[0], stamp(early));
    assert!(clocks[1].millis.abs_diff(millis(SERVER)) < 1_000 && clocks[1] < clocks[2], "{clocks:?}");
}

#[test]
fn a_clock_that_is_a_little_ahead_keeps_its_stamps() {
    let mut world = offline();
    let ahead = writes(&mut world, 1, "2026-05-01T10:00:50Z");
    world.answer("/v1/auth/token", 200, &[JSON, DATE], TOKEN);
    assert_eq!(sent(&world), [("1".to_owned(), ahead)]);
}

#[test]
fn nobody_but_the_platform_sets_stamps_back() {
    let past = ("date", "Thu, 01 Jan 2004 00:00:00 GMT");
    let page = ("content-type", "text/html");
    let future = ("date", "Thu, 01 May 2036 10:00:00 GMT");
    let soon = ("date", "Sun, 03 May 2026 10:00:00 GMT");
    for (status, headers, body) in [
        (200, vec![page, future], "<html>sign in</html>"),
        (200, vec![JSON, future], "{}"),
        (302, vec![page, soon], ""),
        (502, vec![JSON, future], "{}"),
        (500, vec![JSON, soon], r#"{"code":"x"}"#),
        // Nobody reckons with such years.
        (200, vec![JSON, ("date", "Thu, 01 Jan +262142 00:00:00 GMT")], TOKEN),
        (200, vec![page, past], "<html>sign in</html>"),
        (302, vec![page, past], ""),
        (403, vec![JSON, past], "{}"),
        (503, vec![past], ""),
        // A cache has kept it.
        (200, vec![JSON, past, ("age", "60")], TOKEN),
    ] {
        let mut world = offline();
        let right = writes(&mut world, 1, SERVER);
        world.answer("/v1/auth/token", status, &headers, body);
        assert_eq!(world.engine.status(world.now).server_time, None, "{status} {body}");
        world.pass(300);
        if !world.is_asked("/v1/changes") {
            world.answer("/v1/auth/token", 200, &[JSON, DATE], TOKEN);
        }
        assert_eq!(sent(&world), [("1".to_owned(), right)], "{status}");
    }
}

#[test]
fn a_disk_that_is_full_holds_up_what_is_to_be_stamped_and_loses_none() {
    use cc_client::engine::Input;
    use cc_client::store::StoreError;
    let mut world = offline();
    writes(&mut world, 1, "2036-05-01T10:00:00Z");
    world.is_store_slow = true;
    world.answer("/v1/auth/token", 200, &[JSON, DATE], TOKEN);
    for _ in 0..20 {
        for (ticket, command) in std::mem::take(&mut world.asked) {
            match format!("{command:?}").as_str() {
                "StampAnew" => world.tell(Input::Stored { ticket, answer: Err(StoreError::Full) }),
                _ => world.store_does(ticket, command),
            }
        }
        assert!(!world.is_asked("/v1/changes"));
    }
    world.store_answers();
    world.pass(120);
    assert!(sent(&world)[0].1.millis < millis("2026-05-01T10:05:00Z"));
}

#[test]
fn a_clock_that_is_set_back_makes_no_wait_longer_than_it_was() {
    use std::time::Duration;

    use cc_client::engine::{StoreClient, StoreCommand};
    let client = StoreClient { lane: "main", owner: 1 };
    let device: Timestamp = SERVER.parse().unwrap();
    let day = Duration::from_secs(86_400);
    for (kept, then, expected) in [
        (None, device - day, 90_000),
        (None, device, 90_000),
        (None, device + Duration::from_secs(60), 30_000),
        (None, device + day, 0),
        // As earlier versions kept it.
        (Some("1777629690000"), device, 90_001),
        (Some("1777629690000"), device - day, 3_600_001),
        (Some("nonsense"), device, 0),
    ] {
        let mut store = MemoryStore::new();
        client.execute(&mut store, device, StoreCommand::KeepQuiet { millis: 90_000 }).unwrap();
        if let Some(kept) = kept {
            store.set_value("quiet", kept.as_bytes()).unwrap();
        }
        let begin = client.begin(&mut store, then, std::iter::empty(), None).unwrap();
        assert_eq!(begin.quiet.as_millis(), expected, "{kept:?} {then}");
    }
}

/// The platform's word on what is being sent: stamped too far ahead.
fn ahead(world: &World, is_retryable: bool) -> String {
    let http = &world.open[&world.find("/v1/changes")];
    let body: Value = serde_json::from_slice(&http.body).unwrap();
    let changes = body["changes"].as_array().unwrap().iter();
    let problem = serde_json::json!({ "code": "clock_ahead", "retryable": is_retryable });
    let results = changes
        .map(|change| serde_json::json!({ "id": change["id"], "outcome": "rejected", "problem": problem }));
    serde_json::json!({ "results": results.collect::<Vec<_>>() }).to_string()
}

fn id_sent(world: &World) -> String {
    let http = &world.open[&world.find("/v1/changes")];
    let body: Value = serde_json::from_slice(&http.body).unwrap();
    body["changes"][0]["id"].as_str().unwrap().to_owned()
}

/// A process that found a token of another's on disk, and has not heard what time it is.
fn untimed() -> World {
    let mut world = offline();
    writes(&mut world, 1, "2036-05-01T10:00:00Z");
    world.token("one");
    assert!(sent(&world)[0].1.millis > millis("2036-01-01T00:00:00Z"));
    world
}

#[test]
fn what_is_refused_for_its_stamp_is_stamped_by_the_answers_date_and_sent_again() {
    let mut world = untimed();
    let id = id_sent(&world);
    let refusal = ahead(&world, true);
    world.answer("/v1/changes", 200, &[JSON, DATE], &refusal);
    world.pass(10);
    assert_eq!(id_sent(&world), id);
    assert!(sent(&world)[0].1.millis.abs_diff(millis(SERVER)) < 60_000);
    let done = format!(r#"{{"results":[{{"id":"{id}","outcome":"applied","version":1}}]}}"#);
    world.answer("/v1/changes", 200, &[JSON, DATE], &done);
    assert_eq!(world.said.iter().filter(|said| said.starts_with("Settled")).count(), 1, "{:?}", world.said);
    assert!(world.said.iter().any(|said| said.ends_with("Applied)")), "{:?}", world.said);
}

#[test]
fn a_platform_that_holds_a_stamp_against_an_id_gets_the_write_under_another() {
    use cc_client::store::Standing;
    let mut world = untimed();
    let old = id_sent(&world);
    for _ in 0..2 {
        assert_eq!(id_sent(&world), old);
        let refusal = ahead(&world, false);
        world.answer("/v1/changes", 200, &[JSON, DATE], &refusal);
        world.pass(10);
    }
    let now = id_sent(&world);
    assert_ne!(now, old);
    assert!(now.parse::<cc_client::WriteId>().unwrap().is_version_7());
    assert!(world.said.contains(&format!("SentAgain({old}, {now})")), "{:?}", world.said);
    assert_eq!(world.store.standing(old.parse().unwrap()).unwrap(), None);
    assert_eq!(world.store.standing(now.parse().unwrap()).unwrap(), Some(Standing::Waiting));
    assert_eq!(world.store.waiting_count().unwrap(), 1);
    let done = format!(r#"{{"results":[{{"id":"{now}","outcome":"applied","version":1}}]}}"#);
    world.answer("/v1/changes", 200, &[JSON, DATE], &done);
    assert!(world.said.iter().any(|said| *said == format!("Settled({now}, Applied)")), "{:?}", world.said);
    assert!(!world.said.iter().any(|said| said.contains("Rejected")), "{:?}", world.said);
}

#[test]
fn a_date_that_lies_holds_a_write_up_and_never_ends_it() {
    let late = ("date", "Thu, 01 May 2036 10:00:00 GMT");
    for is_retryable in [true, false] {
        let mut world = untimed();
        let (began, mut asked) = (world.now, 0);
        while world.now - began < std::time::Duration::from_secs(86_400) {
            if world.is_asked("/v1/changes") {
                asked += 1;
                let refusal = ahead(&world, is_retryable);
                world.answer("/v1/changes", 200, &[JSON, late], &refusal);
            }
            if world.is_asked("/v1/auth/token") {
                world.token("more");
            }
            world.pass(5);
        }
        // A day has 288 times five minutes.
        assert!((100..400).contains(&asked), "{asked}");
        assert_eq!(world.store.waiting_count().unwrap(), 1);
        assert!(!world.said.iter().any(|said| said.contains("Rejected")));
    }
}

#[test]
fn a_refusal_of_a_whole_request_for_a_stamp_ends_nothing() {
    let mut world = untimed();
    world.answer("/v1/changes", 422, &[PROBLEM, DATE], r#"{"code":"clock_ahead"}"#);
    world.pass(10);
    assert!(sent(&world)[0].1.millis.abs_diff(millis(SERVER)) < 60_000);
    assert!(!world.said.iter().any(|said| said.contains("Rejected")), "{:?}", world.said);
}
