//! What a store keeps of wishes to be left alone, whatever happens to the device's clock.
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use cc_client::Mono;
use cc_client::engine::{DeviceTime, StoreAnswer, StoreClient, StoreCommand};
use cc_client::store::{MemoryStore, Store};
use cc_core::Timestamp;

#[test]
fn over_a_restart_a_wish_holds_no_longer_than_it_asked_for_whatever_the_devices_clock_says() {
    const DAY: i64 = 86_400;
    let at = |seconds: i64| Timestamp::from_timestamp(1_777_600_000 + seconds, 0).unwrap();
    let client = StoreClient { lane: "main", owner: 1 };
    let left = |store: &mut MemoryStore, seconds: i64| {
        client.begin(store, at(seconds), std::iter::empty(), None).unwrap().quiet.as_secs_f64().round()
    };
    // When it is started anew by the device's clock, and how long it waits then.
    for (began, expected) in [
        (0, 20.0),
        (5, 15.0),
        (20, 0.0),
        // Set back meanwhile: how much of it is over cannot be known, but it is all of it at most.
        (-5, 20.0),
        (-DAY, 20.0),
        // Set forward: nobody knows any more that it is too early.
        (DAY, 0.0),
    ] {
        let mut store = MemoryStore::new();
        client.execute(&mut store, at(0), StoreCommand::KeepQuiet { millis: 20_000 }).unwrap();
        assert_eq!(left(&mut store, began), expected, "{began}");
        // And that is over some time, by the clock that it is now.
        assert_eq!(left(&mut store, began + 8), f64::max(expected - 8.0, 0.0), "{began}");
        assert_eq!(left(&mut store, began + 21), 0.0, "{began}");
    }
    // A version before kept the end only.
    let mut store = MemoryStore::new();
    store.set_value("quiet", at(20).timestamp_millis().to_string().as_bytes()).unwrap();
    assert_eq!(left(&mut store, 5), 15.0);
}

/// `Retry-After: 0`, or a date that has come.
#[test]
fn a_wish_for_no_time_at_all_holds_nobody_up() {
    let client = StoreClient { lane: "main", owner: 1 };
    let wall = Timestamp::from_timestamp(1_777_600_000, 0).unwrap();
    let at = |up| DeviceTime { wall, up: Some(Mono(Duration::from_secs(up))) };
    let mut store = MemoryStore::new();
    for (wished, expected) in [(0, 0), (60_000, 59), (0, 59), (-1, 59)] {
        client.execute(&mut store, at(1_000), StoreCommand::KeepQuiet { millis: wished }).unwrap();
        let begin = client.begin(&mut store, at(1_001), std::iter::empty(), None).unwrap();
        assert_eq!(begin.quiet.as_secs(), expected, "{wished}");
    }
}

#[test]
fn a_wish_holds_as_long_as_it_asked_for_however_the_clock_is_set_while_the_device_runs_on() {
    const DAY: i64 = 86_400;
    let client = StoreClient { lane: "main", owner: 1 };
    let at = |seconds: i64, up: Option<u64>| DeviceTime {
        wall: Timestamp::from_timestamp(1_777_600_000 + seconds, 0).unwrap(),
        up: up.map(|up| Mono(Duration::from_secs(up))),
    };
    let left = |store: &mut MemoryStore, device: DeviceTime| {
        client.begin(store, device, std::iter::empty(), None).unwrap().quiet.as_secs_f64().round()
    };
    // By its clock and since its start, when it is looked at; and how long it waits then.
    for (wall, up, expected) in [
        (5, Some(1_005), 15.0),
        (DAY, Some(1_005), 15.0),
        (-DAY, Some(1_005), 15.0),
        (DAY, Some(1_020), 0.0),
        (-DAY, Some(1_020), 0.0),
        // It was started anew: only its clock tells.
        (12, Some(3), 8.0),
        (-DAY, Some(3), 20.0),
        (12, None, 8.0),
        // It was, and has been running for longer than before: as much as the clock of its start can tell.
        (3_600, Some(1_001), 19.0),
    ] {
        let mut store = MemoryStore::new();
        let asked = StoreCommand::KeepQuiet { millis: 20_000 };
        client.execute(&mut store, at(0, Some(1_000)), asked).unwrap();
        assert_eq!(left(&mut store, at(wall, up)), expected, "{wall} {up:?}");
        let after = |seconds: i64| at(wall + seconds, up.map(|up| up + seconds as u64));
        assert_eq!(left(&mut store, after(8)), f64::max(expected - 8.0, 0.0), "{wall} {up:?}");
        // Where the clock is set after the device was started anew, it changes nothing either.
        if up.is_some() {
            let set = DeviceTime { wall: at(wall + DAY, None).wall, ..after(9) };
            assert_eq!(left(&mut store, set), f64::max(expected - 9.0, 0.0), "{wall} {up:?}");
        }
        // Once it was seen to be over, no later start of the device, whatever its clock says, takes it for its own.
        assert_eq!(left(&mut store, after(21)), 0.0, "{wall} {up:?}");
        for (wall, up) in [(DAY, 1_001), (-DAY, 1_001), (2 * DAY, 4), (-DAY, 4)] {
            assert_eq!(left(&mut store, at(wall, Some(up))), 0.0, "{wall} {up}");
        }
    }
}

#[test]
fn a_lock_is_held_as_long_as_it_was_taken_for_however_the_clock_is_set() {
    let at = |seconds: i64, up: u64| DeviceTime {
        wall: Timestamp::from_timestamp(1_777_600_000 + seconds, 0).unwrap(),
        up: Some(Mono(Duration::from_secs(up))),
    };
    for (wall, up, expected) in
        [(5, 505, false), (86_400, 505, false), (-86_400, 505, false), (-86_400, 515, true)]
    {
        let mut store = MemoryStore::new();
        let mut locks = |owner, device| {
            let command = StoreCommand::Lock { name: "token", millis: 15_000 };
            match (StoreClient { lane: "main", owner }).execute(&mut store, device, command).unwrap() {
                StoreAnswer::Locked { taken, .. } => taken,
                other => panic!("{other:?}"),
            }
        };
        assert!(locks(1, at(0, 500)));
        assert_eq!(locks(2, at(wall, up)), expected, "{wall} {up}");
    }
}

/// How long it is quiet, in seconds, by what is told or asked at a time of the device's.
fn left(store: &mut MemoryStore, seconds: i64, command: StoreCommand) -> f64 {
    let client = StoreClient { lane: "main", owner: 1 };
    let device = Timestamp::from_timestamp(1_777_600_000 + seconds, 0).unwrap();
    match client.execute(store, device, command).unwrap() {
        StoreAnswer::Quiet { left, .. } => left.as_secs_f64().round(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_shorter_wish_takes_nothing_from_a_longer_one_of_before() {
    // Two wishes, the second a minute later, and how long it is quiet from then on.
    for (first, second, expected) in [(3_600, 1, 3_540), (3_600, 3_600, 3_600), (90, 60, 60), (10, 20, 20)] {
        let mut store = MemoryStore::new();
        let mut told = |seconds, wish: i64| {
            left(&mut store, seconds, StoreCommand::KeepQuiet { millis: wish * 1_000 }) as i64
        };
        assert_eq!(told(0, first), first);
        assert_eq!(told(60, second), expected, "{first} {second}");
        assert_eq!(told(61, 0), expected - 1, "{first} {second}");
        assert_eq!(told(60 + expected, 0), 0, "{first} {second}");
    }
}

/// Who reads the clock may come to the file some time later, and find there what was told meanwhile.
#[test]
fn nobody_shortens_a_wish_that_was_kept_after_they_had_read_the_clock() {
    let at = |millis: u64| DeviceTime {
        wall: Timestamp::from_timestamp_millis(1_777_600_000_000 + millis as i64).unwrap(),
        up: Some(Mono(Duration::from_millis(500_000 + millis))),
    };
    let client = |owner| StoreClient { lane: "main", owner };
    for before in [0, 1, 2, 5, 20, 1_000, 5_000] {
        for command in [
            StoreCommand::Quiet,
            StoreCommand::KeepQuiet { millis: 1 },
            StoreCommand::KeepQuiet { millis: 3_000 },
        ] {
            let name = format!("{command:?} {before}");
            let mut store = MemoryStore::new();
            let wish = StoreCommand::KeepQuiet { millis: 3_000 };
            client(1).execute(&mut store, at(10_000), wish).unwrap();
            client(1).execute(&mut store, at(10_000), StoreCommand::KeepDoubt { millis: 3_000 }).unwrap();
            client(2).execute(&mut store, at(10_000 - before), command).unwrap();
            let answer = client(3).execute(&mut store, at(10_500), StoreCommand::Quiet).unwrap();
            let StoreAnswer::Quiet { left, doubt } = answer else { panic!("{name}: {answer:?}") };
            assert_eq!((left.as_millis(), doubt.as_millis()), (2_500, 2_500), "{name}");
        }
    }
}

#[cfg(feature = "sqlite")]
#[test]
fn a_look_that_waited_for_the_file_leaves_what_was_told_meanwhile() {
    use cc_client::store::{Durability, SqliteStore};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("client.db");
    let open = || SqliteStore::open(&path, Durability::Process).unwrap();
    let client = |owner| StoreClient { lane: "main", owner };
    let at = |seconds: u64| DeviceTime {
        wall: Timestamp::from_timestamp(1_777_600_000 + seconds as i64, 0).unwrap(),
        up: Some(Mono(Duration::from_secs(seconds))),
    };
    let (mut busy, mut looks) = (open(), open());
    // One that is over is taken away by whoever looks next.
    client(1).execute(&mut busy, at(1_000), StoreCommand::KeepQuiet { millis: 1_000 }).unwrap();
    let (begun, has_begun) = std::sync::mpsc::channel();
    let other = std::thread::spawn(move || {
        let work = &mut |store: &mut dyn Store| {
            begun.send(()).unwrap();
            std::thread::sleep(Duration::from_millis(500));
            client(1).execute(store, at(2_001), StoreCommand::KeepQuiet { millis: 60_000 }).map(drop)
        };
        busy.as_one(work).unwrap();
    });
    has_begun.recv().unwrap();
    let looked = client(2).execute(&mut looks, at(2_000), StoreCommand::Quiet).unwrap();
    other.join().unwrap();
    assert!(matches!(looked, StoreAnswer::Quiet { left, .. } if left.as_secs() >= 60), "{looked:?}");
    let later = client(3).execute(&mut looks, at(2_002), StoreCommand::Quiet).unwrap();
    assert!(matches!(later, StoreAnswer::Quiet { left, .. } if left.as_secs() == 59), "{later:?}");
}

#[cfg(feature = "sqlite")]
#[test]
fn who_looks_waits_for_nobody_who_writes() {
    use cc_client::store::{Durability, SqliteStore};
    let folder = tempfile::tempdir().unwrap();
    let open = || SqliteStore::open(folder.path().join("client.db"), Durability::Process).unwrap();
    let (mut busy, mut looks) = (open(), open());
    let client = StoreClient { lane: "main", owner: 1 };
    let at = Timestamp::from_timestamp(1_777_600_000, 0).unwrap();
    client.execute(&mut busy, at, StoreCommand::KeepQuiet { millis: 20_000 }).unwrap();
    let work = &mut |store: &mut dyn Store| {
        store.set_value("other", b"x")?;
        let answer = client.execute(&mut looks, at, StoreCommand::Quiet)?;
        assert!(matches!(answer, StoreAnswer::Quiet { left, .. } if left.as_secs() == 20), "{answer:?}");
        Ok(())
    };
    busy.as_one(work).unwrap();
}

#[test]
fn who_looks_while_the_clock_is_set_back_waits_no_longer_than_was_asked() {
    let mut store = MemoryStore::new();
    let mut at = |seconds, command| left(&mut store, seconds, command);
    assert_eq!(at(0, StoreCommand::KeepQuiet { millis: 20_000 }), 20.0);
    for (second, left) in [(5, 15.0), (-500, 20.0), (-490, 10.0), (-479, 0.0)] {
        assert_eq!(at(second, StoreCommand::Quiet), left, "{second}");
    }
}

#[cfg(feature = "sqlite")]
#[test]
fn who_looks_after_the_clock_was_set_back_knows_what_is_left_also_where_that_cannot_be_kept() {
    use cc_client::store::{Durability, SqliteStore, StoreError};
    let folder = tempfile::tempdir().unwrap();
    let open = || SqliteStore::open(folder.path().join("client.db"), Durability::Process).unwrap();
    let (mut busy, mut looks) = (open(), open());
    let client = StoreClient { lane: "main", owner: 1 };
    let at = |seconds: i64| Timestamp::from_timestamp(1_777_600_000 + seconds, 0).unwrap();
    client.execute(&mut busy, at(0), StoreCommand::KeepQuiet { millis: 20_000 }).unwrap();
    // What others have written meanwhile lets nobody write who reads on from before.
    let work = &mut |store: &mut dyn Store| {
        store.value("quiet")?;
        busy.set_value("other", b"x")?;
        assert!(matches!(store.set_value("mine", b"x"), Err(StoreError::Busy)));
        let answer = client.execute(store, at(-500), StoreCommand::Quiet)?;
        assert!(matches!(answer, StoreAnswer::Quiet { left, .. } if left.as_secs() == 20), "{answer:?}");
        Ok(())
    };
    looks.read_as_one(work).unwrap();
}
