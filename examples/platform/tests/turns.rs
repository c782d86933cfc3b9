//! Nobody's work takes the writer, or the readers, for long: it is bounded, or done by turns.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs, reason = "tests")]

mod common;

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use bytes::Bytes;
use common::{World, change, event, place, value};
use platform::auth::Who;
use platform::auth::account::{Account, account, put_account};
use platform::bus::LocalBus;
use platform::items::audience::event_sight;
use platform::node::Node;
use platform::storage::{
    Edit, Later, ReadJob, Scan, SqliteOptions, SqliteStorage, Storage, StorageError, Tail, View, WriteJob,
    key, names,
};
use serde_json::{Value, json};

/// A look that counts the rows that it reads.
struct Counted<'a>(&'a dyn View, Cell<usize>);

impl View for Counted<'_> {
    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, StorageError> {
        self.1.set(self.1.get() + 1);
        self.0.get(key)
    }
    fn scan(&self, scan: Scan<'_>) -> Result<Vec<(String, Vec<u8>)>, StorageError> {
        let found = self.0.scan(scan)?;
        self.1.set(self.1.get() + found.len() + 1);
        Ok(found)
    }
    fn tail(&self, log: &str) -> Result<Tail, StorageError> {
        self.0.tail(log)
    }
    fn read(&self, log: &str, from: u64, bytes: usize) -> Result<Vec<Bytes>, StorageError> {
        self.0.read(log, from, bytes)
    }
    fn one(&self, log: &str, number: u64) -> Result<Option<Bytes>, StorageError> {
        self.0.one(log, number)
    }
    fn came(&self, log: &str, number: u64) -> Result<Option<i64>, StorageError> {
        self.0.came(log, number)
    }
    fn at(&self) -> i64 {
        self.0.at()
    }
}

fn admin(id: i64, kind: &str, fleet: Option<i64>, vehicle: Option<i64>) -> Value {
    let mut event =
        json!({"id": id, "time": "2026-05-01T09:00:00Z", "type": kind, "organizationKey": "demo"});
    for (name, number) in [("fleetId", fleet), ("vehicleId", vehicle)] {
        if let Some(number) = number {
            event[name] = number.into();
        }
    }
    event
}

#[tokio::test]
async fn whether_a_partner_sees_a_vehicle_costs_the_same_however_many_it_sees() {
    let world = World::start().await;
    let gateway = world.person("gateway").await;
    let grants: Vec<Value> =
        (100..400).map(|n| admin(n, "access_granted_to_vehicle", None, Some(n))).collect();
    let fleets = [
        admin(1, "access_granted_to_fleet", Some(31), None),
        admin(2, "vehicle_added_to_fleet", Some(31), Some(501)),
        admin(3, "access_granted_to_fleet", Some(32), None),
        admin(4, "vehicle_added_to_fleet", Some(32), Some(502)),
        admin(5, "access_removed_from_fleet", Some(32), None),
        admin(6, "vehicle_added_to_fleet", Some(33), Some(503)),
        admin(7, "access_granted_to_vehicle", None, Some(504)),
        admin(8, "access_removed_from_vehicle", None, Some(504)),
    ];
    for events in [json!(grants), json!(fleets)] {
        let taken = value(gateway.post("/v1/ingest", &events).await).await;
        assert_eq!(taken["accepted"], events.as_array().unwrap().len(), "{taken}");
    }
    let (_, who, _) =
        platform::demo::accounts().into_iter().find(|(email, ..)| email.starts_with("partner")).unwrap();
    let seen = world.node.look(move |view| {
        let who: Who = who;
        let partner = account(view, &who)?.unwrap();
        let mut seen = Vec::new();
        for vehicle in [100, 399, 400, 501, 502, 503, 504] {
            let view = Counted(view, Cell::new(0));
            let is_seen = event_sight(&view, &who, &partner, "demo", vehicle)?.is_some();
            assert!(view.1.get() < 12, "{} rows for {vehicle}", view.1.get());
            seen.push(is_seen);
        }
        Ok(seen)
    });
    assert_eq!(seen.await.unwrap(), [true, true, false, true, false, false, false]);
}

#[tokio::test]
async fn whether_a_workshop_sees_a_vehicle_costs_the_same_however_much_it_has_with_it() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    let open = |n: i64, workshop: i64| {
        change("conversations", &format!("c{n}"), "put", json!({"vehicleId": 7, "workshopId": workshop}))
    };
    let outcomes = async |changes: &[Value]| -> Vec<Value> {
        anna.change(changes).await.into_iter().map(|mut result| result["outcome"].take()).collect()
    };
    let many: Vec<Value> = (0..300).map(|n| open(n, 9)).collect();
    assert_eq!(outcomes(&many).await, vec!["applied"; 300]);
    let (_, who, _) =
        platform::demo::accounts().into_iter().find(|(email, ..)| email.starts_with("workshop")).unwrap();
    let seen = world.node.look(move |view| {
        let account = account(view, &who)?.unwrap();
        let view = Counted(view, Cell::new(0));
        let is_seen = event_sight(&view, &who, &account, "demo", 7)?.is_some();
        Ok((is_seen, view.1.get()))
    });
    let (is_seen, rows) = seen.await.unwrap();
    assert!(is_seen && rows < 12, "{rows} rows");

    // Nor do workshops that nobody knows fill who is near to it.
    let more: Vec<Value> = (0..200).map(|n| open(1_000 + n, 1_000 + n)).collect();
    let mut expected = vec!["applied"; 199];
    expected.push("rejected");
    assert_eq!(outcomes(&more).await, expected);
    let refused = anna.change(&[open(2_000, 2_000), open(2_001, 9), open(2_002, 1_000)]).await;
    assert_eq!(refused[0]["problem"]["code"], "too_large");
    let why = "workshops that one driver brings to one vehicle: at most 200";
    assert_eq!(refused[0]["problem"]["detail"], why);
    assert_eq!((&refused[1]["outcome"], &refused[2]["outcome"]), (&json!("applied"), &json!("applied")));
    // Whoever drives it, too, is not held up by that.
    let drive = |edit: &mut dyn Edit| {
        let bo = Who::new("demo", "user/2");
        let account = account(edit, &bo)?.unwrap();
        Ok(put_account(edit, &bo, &Account { vehicles: vec![7, 8], ..account })?)
    };
    world.node.commit(drive).await.unwrap();
    let bo = world.person("bo").await;
    bo.write("conversations", "b1", "put", json!({"vehicleId": 7, "workshopId": 3_000})).await;
}

#[tokio::test]
async fn bookings_bring_no_more_workshops_to_a_vehicle_than_conversations() {
    let config = common::config();
    let clock = config.clock.clone();
    let world = World::with(config).await;
    let anna = world.person("anna").await;
    let open = |n: i64| {
        change("conversations", &format!("c{n}"), "put", json!({"vehicleId": 7, "workshopId": 1_000 + n}))
    };
    let results = anna.change(&(0..199).map(open).collect::<Vec<_>>()).await;
    assert!(results.iter().all(|result| result["outcome"] == "applied"));
    let at = |ahead: u64| platform::clock::text(clock.now() + Duration::from_secs(ahead));
    let put = async |name: &str, workshop: i64, ahead: u64| {
        let booking = json!({"vehicleId": 7, "workshopId": workshop, "appointmentDate": at(ahead)});
        anna.change(&[change("bookings", name, "put", booking)]).await.remove(0)
    };
    // It is soon over, and its workshop goes on seeing the car.
    assert_eq!(put("b1", 5_000, 240).await["outcome"], "applied");
    clock.advance(Duration::from_secs(241));
    let refused = put("b2", 5_001, 60).await;
    assert_eq!((&refused["outcome"], &refused["problem"]["code"]), (&json!("rejected"), &json!("too_large")));
    assert_eq!(anna.change(&[open(300)]).await[0]["problem"]["code"], "too_large");
    assert_eq!(put("b3", 1_000, 60).await["outcome"], "applied");
    // Nor is one of them changed to another, but to those that care for the car.
    let mut base = 1;
    for (workshop, outcome) in
        [(5_001, "rejected"), (5_000, "applied"), (1_001, "applied"), (1_001, "applied")]
    {
        let body = json!({"action": "change", "workshopId": workshop, "appointmentDate": at(60)});
        let mut act = change("bookings", "b3", "act", body);
        act["base"] = base.into();
        assert_eq!(anna.change(&[act]).await[0]["outcome"], outcome, "{workshop}");
        base += i32::from(outcome == "applied");
    }
}

#[tokio::test]
async fn a_new_booking_looks_at_no_old_ones() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    let booking = json!({"vehicleId": 7, "workshopId": 9, "appointmentDate": "2099-05-04T07:30:00Z"});
    let make = async |name: &str| {
        anna.write("bookings", name, "put", booking.clone()).await;
        let mut cancel = change("bookings", name, "act", json!({"action": "cancel"}));
        cancel["base"] = 1.into();
        assert_eq!(anna.change(&[cancel]).await[0]["outcome"], "applied");
    };
    let rows = async || {
        let look = |view: &dyn View| Ok(names(view, &key(&["booked", "demo", "7"]))?);
        world.node.look(look).await.unwrap()
    };
    for name in ["b1", "b2", "b3", "b4"] {
        make(name).await;
    }
    // The last that is over and the one before it.
    assert_eq!(rows().await, ["b3", "b4"]);
    // A database of before has a row of each.
    let old = |edit: &mut dyn Edit| {
        for name in ["b1", "b2"] {
            edit.put(&key(&["booked", "demo", "7", name]), b"1")?;
        }
        Ok(())
    };
    world.node.commit(old).await.unwrap();
    anna.write("bookings", "b5", "put", booking.clone()).await;
    assert_eq!(rows().await, ["b4", "b5"]);
    let refused = anna.change(&[change("bookings", "b6", "put", booking.clone())]).await.remove(0);
    assert_eq!(refused["problem"]["code"], "invalid_entity", "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn others_write_while_many_events_are_taken_in() {
    let world = World::start().await;
    let (anna, gateway) = (world.person("anna").await, world.person("gateway").await);
    let events: Vec<Value> = (0..5_000)
        .map(|id| event(id, 30, "can_dtc", json!({"code": "0301", "sourceType": "j2012"})))
        .collect();
    let events = json!(events);
    let mut many = std::pin::pin!(gateway.post("/v1/ingest", &events));
    let (mut between, mut count) = (0, 0);
    let answer = loop {
        let key = format!("p{count}");
        let one = anna.write("places", &key, "put", place("Pier"));
        count += 1;
        tokio::select! {
            answer = &mut many => break answer,
            _ = one => {
                let known = world.node.metrics.events.load(std::sync::atomic::Ordering::Relaxed);
                let there = world.node.look(|view| Ok(view.tail(&platform::events::log_of("demo", 7))?.next));
                // Some of them are on disk, and not all.
                between += u32::from(known == 0 && (1..5_000).contains(&there.await.unwrap()));
            }
        }
    };
    assert_eq!(value(answer).await, json!({"accepted": 5_000, "duplicates": 0, "refused": []}));
    assert!(between >= 2, "nobody else wrote meanwhile");
    // The number in a lane is used up with the last of it.
    for (status, duplicates) in [(200, 5_000), (204, 0)] {
        let request =
            gateway.ask(reqwest::Method::POST, "/v1/ingest").header("content-type", "application/json");
        let request =
            request.header("producer-id", "p").header("producer-epoch", "0").header("producer-seq", "0");
        let answer = request.body(events.to_string()).send().await.unwrap();
        assert_eq!(answer.status(), status);
        if status == 200 {
            assert_eq!(value(answer).await["duplicates"], duplicates);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn others_write_while_partners_are_told_of_many_vehicles() {
    const VEHICLES: i64 = 200;
    let world = World::start().await;
    let (anna, gateway, partner) =
        (world.person("anna").await, world.person("gateway").await, world.person("partner").await);
    let events = |kind: &str| {
        let of = |n| event(n, 30, kind, json!({"vehicleId": 1_000 + n, "value": true}));
        json!((0..VEHICLES).map(of).collect::<Vec<_>>())
    };
    gateway.post("/v1/ingest", &events("car_ignition")).await;
    let granted = events("access_granted_to_vehicle");
    let mut many = std::pin::pin!(gateway.post("/v1/ingest", &granted));
    let (mut between, mut count) = (0, 0);
    let answer = loop {
        let name = format!("p{count}");
        let one = anna.write("places", &name, "put", place("Pier"));
        count += 1;
        tokio::select! {
            answer = &mut many => break answer,
            _ = one => {
                let there = world.node.look(|view| Ok(names(view, &key(&["access", "demo", "vehicle", ""]))?.len()));
                between += u32::from((1..VEHICLES as usize).contains(&there.await.unwrap()));
            }
        }
    };
    assert_eq!(value(answer).await, json!({"accepted": VEHICLES, "duplicates": 0, "refused": []}));
    assert!(between >= 1, "nobody else wrote meanwhile");
    assert_eq!(partner.listed("vehicles").await.len(), VEHICLES as usize);
}

#[tokio::test(flavor = "multi_thread")]
async fn others_write_while_many_are_told_of_new_settings() {
    const VEHICLES: i64 = 300;
    let world = World::start().await;
    let (anna, gateway, support) =
        (world.person("anna").await, world.person("gateway").await, world.person("support").await);
    let events: Vec<Value> = (0..VEHICLES)
        .map(|n| event(1, 30, "car_ignition", json!({"vehicleId": 1_000 + n, "value": true})))
        .collect();
    assert_eq!(value(gateway.post("/v1/ingest", &json!(events)).await).await["accepted"], VEHICLES);
    let layer = json!({"map": {"zoom": 3}});
    let mut put = std::pin::pin!(support.send(reqwest::Method::PUT, "/v1/config/layers/global", &layer));
    let (mut between, mut count) = (0, 0);
    let told = async || {
        let feed = world.node.look(|view| {
            let (mut records, log) = (Vec::new(), Who::new("demo", "user/5").feed());
            let tail = view.tail(&log)?;
            while tail.first + (records.len() as u64) < tail.next {
                records.extend(view.read(&log, tail.first + records.len() as u64, 1 << 20)?);
            }
            Ok(records)
        });
        let is_config = |record: &&Bytes| record.starts_with(br#"{"collection":"config""#);
        feed.await.unwrap().iter().filter(is_config).count() as i64
    };
    let answer = loop {
        let key = format!("p{count}");
        let one = anna.write("places", &key, "put", place("Pier"));
        count += 1;
        tokio::select! {
            answer = &mut put => break answer,
            _ = one => between += u32::from((1..VEHICLES).contains(&told().await)),
        }
    };
    assert_eq!(answer.status(), 204);
    assert!(between >= 1, "nobody else wrote meanwhile");
    assert_eq!(told().await, VEHICLES, "each once");
    // What changes nothing is told to nobody, and a layer of one vehicle to those who see it.
    for (path, more) in [("global", 0), ("vehicle?of=demo/1007", 0), ("vehicle?of=demo/1007", 1)] {
        let before = told().await;
        let layer = if more == 0 { layer.clone() } else { json!({"map": {"zoom": 4}}) };
        let path = format!("/v1/config/layers/{path}");
        assert_eq!(support.send(reqwest::Method::PUT, &path, &layer).await.status(), 204);
        assert_eq!(told().await, before + more, "{path}");
    }
    let last = support.last("config", "demo/1007").await.unwrap();
    let now = support.get("/v1/config?vehicle=demo/1007").await;
    assert_eq!(
        now.headers()["etag"].to_str().unwrap().trim_matches('"'),
        last["value"]["etag"].as_str().unwrap().trim_matches('"')
    );
    assert!(last["updated"].is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn others_write_while_a_large_item_is_changed_many_times() {
    const PATCHES: u64 = 60;
    let world = World::start().await;
    let (anna, bo) = (world.person("anna").await, world.person("bo").await);
    for n in 0..3 {
        anna.write("settings", "big", "patch", json!({format!("m{n}"): "a".repeat(60_000)})).await;
    }
    let feed = Who::new("demo", "user/1").feed();
    let now = async || {
        let feed = feed.clone();
        let lane = key(&["lane", "demo", "user/1", "p"]);
        let seen = world.node.look(move |view| Ok((view.tail(&feed)?.next, view.get(&lane)?.is_some())));
        seen.await.unwrap()
    };
    let (before, _) = now().await;
    let changes: Vec<Value> =
        (0..PATCHES).map(|n| change("settings", "big", "patch", json!({"b": n}))).collect();
    let body = json!({"changes": changes}).to_string();
    let send = async || {
        let request =
            anna.ask(reqwest::Method::POST, "/v1/changes").header("content-type", "application/json");
        let request =
            request.header("producer-id", "p").header("producer-epoch", "0").header("producer-seq", "0");
        value(request.body(body.clone()).send().await.unwrap()).await
    };
    let outcomes = |answer: Value| -> Vec<String> {
        let results = answer["results"].as_array().unwrap().iter();
        results.map(|result| result["outcome"].as_str().unwrap().to_owned()).collect()
    };
    let mut many = Box::pin(send());
    let (mut between, mut count) = (0, 0);
    let answer = loop {
        let key = format!("p{count}");
        let one = bo.write("places", &key, "put", place("Pier"));
        count += 1;
        tokio::select! {
            answer = &mut many => break answer,
            _ = one => {
                let (next, is_used_up) = now().await;
                // Some of them are on disk, and not all; the number in the lane is used up with the last.
                let is_between = (before + 1..before + PATCHES).contains(&next);
                assert!(!(is_between && is_used_up));
                between += u32::from(is_between);
            }
        }
    };
    assert_eq!(outcomes(answer), vec!["applied"; PATCHES as usize]);
    assert!(between >= 2, "nobody else wrote meanwhile");
    assert_eq!(now().await, (before + PATCHES, true));
    assert_eq!(outcomes(send().await), vec!["duplicate"; PATCHES as usize]);
    assert_eq!(now().await.0, before + PATCHES);
}

/// How many wait or run at once, and the most that ever did.
#[derive(Clone, Default)]
struct AtOnce {
    now: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
    /// None has run before so many have come.
    until: Arc<AtomicUsize>,
}

impl AtOnce {
    fn begins(&self) {
        self.most.fetch_max(self.now.fetch_add(1, SeqCst) + 1, SeqCst);
    }

    /// It has run on a disk that is slow, however slow those are who come to it.
    #[expect(clippy::disallowed_methods, reason = "a disk that is slow")]
    fn ran(&self) {
        let began = platform::clock::instant();
        while self.most.load(SeqCst) < self.until.load(SeqCst) {
            std::thread::sleep(Duration::from_millis(5));
            if began.elapsed() > Duration::from_secs(30) {
                self.until.store(0, SeqCst);
            }
        }
        std::thread::sleep(Duration::from_millis(30));
        self.now.fetch_sub(1, SeqCst);
    }
}

/// A storage whose looks and transactions take a while, and that knows how many wait or run at once.
struct Slow {
    storage: SqliteStorage,
    looks: AtOnce,
    writes: AtOnce,
}

impl Storage for Slow {
    fn write(&self, job: WriteJob) -> Later<'_, Result<(), StorageError>> {
        let writes = self.writes.clone();
        writes.begins();
        self.storage.write(Box::new(move |edit| {
            writes.ran();
            job(edit)
        }))
    }
    fn read(&self, job: ReadJob) -> Later<'_, Result<(), StorageError>> {
        let looks = self.looks.clone();
        looks.begins();
        self.storage.read(Box::new(move |view| {
            looks.ran();
            job(view);
        }))
    }
    fn trouble(&self) -> Option<StorageError> {
        self.storage.trouble()
    }
    fn failures(&self) -> u64 {
        self.storage.failures()
    }
    fn close(&self) -> Later<'_, Result<(), StorageError>> {
        self.storage.close()
    }
}

/// A world on such a storage; gives its looks and its transactions, too.
async fn slow() -> (World, AtOnce, AtOnce) {
    let folder = tempfile::tempdir().unwrap();
    let bus = Arc::new(LocalBus::default());
    let path = folder.path().join("platform.db");
    let storage = SqliteStorage::open(&path, bus.clone(), SqliteOptions::default()).unwrap();
    let (looks, writes) = (AtOnce::default(), AtOnce::default());
    let storage = Slow { storage, looks: looks.clone(), writes: writes.clone() };
    let node = Node::start(Arc::new(storage), bus, common::config()).await.unwrap();
    platform::demo::make(&node).await.unwrap();
    (World::of(node, folder), looks, writes)
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_takes_two_looks_at_the_disk_at_once_whatever_they_ask_for() {
    let (world, looks, _) = slow().await;
    let anna = world.person("anna").await;
    anna.write("places", "p1", "put", place("Pier")).await;
    looks.most.store(0, SeqCst);
    for path in [
        "/v1/collections/places",
        "/v1/collections/places/p1",
        "/v1/feeds/me?offset=-1",
        "/v1/vehicles/demo/7/events",
    ] {
        let asked: Vec<_> =
            (0..12).map(|_| tokio::spawn(anna.ask(reqwest::Method::GET, path).send())).collect();
        for answer in asked {
            assert_eq!(answer.await.unwrap().unwrap().status(), 200, "{path}");
        }
    }
    // Rules, webhooks and sweeps look, too.
    let most = looks.most.load(SeqCst);
    assert!((1..=6).contains(&most), "{most} looks at once");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_transactions_of_one_driver_wait_at_once_however_many_they_ask_for() {
    let (world, _, writes) = slow().await;
    let (anna, gateway) = (world.person("anna").await, world.person("gateway").await);
    let path = "/v1/streams/user/1/x";
    assert_eq!(anna.ask(reqwest::Method::PUT, path).body("x").send().await.unwrap().status(), 201);
    for (person, path, most) in [
        (&anna, "/v1/changes", 5),
        (&anna, "/v1/ingest", 5),
        (&anna, path, 5),
        // Who works for the organization is not held back.
        (&gateway, "/v1/ingest", usize::MAX),
    ] {
        writes.most.store(0, SeqCst);
        writes.until.store(if most == usize::MAX { 6 } else { 0 }, SeqCst);
        let asked: Vec<_> = (0..12)
            .map(|n| {
                let (body, kind) = match path {
                    "/v1/changes" => {
                        let change = change("settings", "s", "patch", json!({"n": n}));
                        (json!({"changes": [change]}).to_string(), "application/json")
                    }
                    "/v1/ingest" => {
                        (json!([event(n, 30, "x_note", json!({}))]).to_string(), "application/json")
                    }
                    _ => ("x".to_owned(), "application/octet-stream"),
                };
                let request = person.ask(reqwest::Method::POST, path).header("content-type", kind);
                tokio::spawn(request.body(body).send())
            })
            .collect();
        for answer in asked {
            assert!(answer.await.unwrap().unwrap().status().is_success(), "{path}");
        }
        // Rules and webhooks write, too.
        let seen = writes.most.load(SeqCst);
        let expected = if most == usize::MAX { 6..=most } else { 1..=most };
        assert!(expected.contains(&seen), "{path}: {seen} at once");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whether_a_platform_is_ready_does_not_wait_for_readers() {
    let world = World::start().await;
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let wait = Arc::new(std::sync::Mutex::new(wait));
    let readers: Vec<_> = (0..20)
        .map(|_| {
            let (node, wait) = (world.node.clone(), wait.clone());
            let waits = move |_: &dyn View| {
                let _ = wait.lock().unwrap().recv();
                Ok(())
            };
            tokio::spawn(async move { node.look(waits).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let ready = tokio::time::timeout(Duration::from_secs(5), world.node.ready()).await;
    drop(go);
    assert!(ready.expect("it waits for those who read").is_ok());
    for reader in readers {
        reader.await.unwrap().unwrap();
    }
}
