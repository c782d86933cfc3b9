//! A disk that is full and a file that is damaged: said loudly, nothing accepted that is not kept, and kept what can be.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    missing_docs,
    reason = "tests"
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use common::filling::{self, ROOM};
use common::process::{port, ready};
use common::{Person, World, change, event, place, sign_in, token, value};
use platform::bus::LocalBus;
use platform::node::Node;
use platform::routes::router;
use platform::storage::{SqliteOptions, SqliteStorage, Storage as _, salvage};
use reqwest::StatusCode;
use serde_json::{Value, json};
use tower::ServiceExt as _;

/// Writes settings until one is refused; gives the keys of those that were accepted, and the answer to the other.
async fn fill(person: &Person, from: usize) -> (Vec<String>, Value) {
    let mut kept = Vec::new();
    for count in from.. {
        let key = format!("p{count}");
        let body = json!({"note": "b".repeat(20_000)});
        let answer =
            person.post("/v1/changes", &json!({"changes": [change("settings", &key, "put", body)]})).await;
        if answer.status() != StatusCode::OK {
            assert_eq!(answer.status(), 503);
            return (kept, value(answer).await);
        }
        assert_eq!(value(answer).await["results"][0]["outcome"], "applied");
        kept.push(key);
        assert!(count < from + 5_000, "there is no end to the room");
    }
    unreachable!()
}

async fn all_there(person: &Person, kept: &[String]) {
    for key in kept {
        assert_eq!(person.get(&format!("/v1/collections/settings/{key}")).await.status(), 200, "{key}");
    }
}

#[tokio::test]
async fn a_full_database_refuses_says_so_and_goes_on_when_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let bus = Arc::new(LocalBus::default());
    let mut options = SqliteOptions::default();
    options.limit = Some(4 << 20);
    let storage =
        Arc::new(SqliteStorage::open(&folder.path().join("platform.db"), bus.clone(), options).unwrap());
    let node = Node::start(storage.clone(), bus, common::config()).await.unwrap();
    platform::demo::make(&node).await.unwrap();
    let world = World::of(node, folder);
    let (anna, gateway) = (world.person("anna").await, world.person("gateway").await);
    let (mut kept, problem) = fill(&anna, 0).await;
    assert!(kept.len() > 10, "{}", kept.len());
    assert_eq!((&problem["code"], &problem["retryable"]), (&json!("storage_full"), &json!(true)));
    let red = anna.get("/readyz").await;
    assert_eq!(red.status(), 503);
    assert_eq!(value(red).await["code"], "storage_full");
    assert_eq!(anna.get("/healthz").await.status(), 200);
    // What is small still has room, and does not make it ready: so it would go to and fro.
    for _ in 0..15 {
        let small = json!({"changes": [change("settings", "p0", "put", json!({"note": "b"}))]});
        anna.post("/v1/changes", &small).await;
        token(&world.base, &anna.session).await;
        assert_eq!(anna.get("/readyz").await.status(), 503);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // What the first of them had is room for one more.
    let (more, problem) = fill(&anna, 8_000).await;
    assert!(more.len() <= 1, "{more:?}");
    kept.extend(more);
    assert_eq!(problem["code"], "storage_full");
    assert!(anna.get("/metrics").await.text().await.unwrap().contains("platform_storage_works 0"));
    // What is there can be read, and what was refused is not there.
    all_there(&anna, &kept).await;
    assert_eq!(anna.listed("settings").await.len(), kept.len());
    let events: Vec<Value> = (0..500)
        .map(|id| event(id, 60, "car_odometer", json!({"value": id, "note": "c".repeat(1_000)})))
        .collect();
    let refused = gateway.post("/v1/ingest", &json!(events)).await;
    assert_eq!(value(refused).await["code"], "storage_full");

    storage.set_limit(None);
    for _ in 0..300 {
        if anna.get("/readyz").await.status() == 200 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(anna.get("/readyz").await.status(), 200);
    assert!(anna.get("/metrics").await.text().await.unwrap().contains("platform_storage_works 1"));
    assert_eq!(value(gateway.post("/v1/ingest", &json!(events)).await).await["accepted"], 500);
    anna.write("places", "after", "put", place("after")).await;
    all_there(&anna, &kept).await;
}

#[tokio::test]
async fn whether_it_is_ready_takes_one_transaction() {
    // Nobody serves it: so it writes nothing by itself.
    let (storage, node, _folder) = filling::node().await;
    let ready = async || {
        let from = ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 1)));
        let request = Request::get("/readyz").header("host", "platform.example").extension(from);
        router(node.clone()).oneshot(request.body(Body::empty()).unwrap()).await.unwrap().status()
    };
    for _ in 0..2 {
        storage.1.store(1, SeqCst);
        assert_eq!(ready().await, 200);
        assert_eq!(storage.1.load(SeqCst), 0, "it was tried, and once");
        storage.1.store(ROOM, SeqCst);
        // What was found holds so long.
        tokio::time::sleep(Duration::from_millis(2_100)).await;
    }
}

#[tokio::test]
async fn who_has_room_for_small_things_alone_is_not_ready_before_anybody_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let bus = Arc::new(LocalBus::default());
    let path = folder.path().join("platform.db");
    let storage = Arc::new(SqliteStorage::open(&path, bus.clone(), SqliteOptions::default()).unwrap());
    let node = Node::start(storage.clone(), bus, common::config()).await.unwrap();
    platform::demo::make(&node).await.unwrap();
    let world = World::of(node, folder);
    let anna = world.person("anna").await;
    anna.write("settings", "p0", "put", json!({"note": "a"})).await;
    let pages = |what: &str| -> i64 {
        let database = rusqlite::Connection::open(&path).unwrap();
        database.query_row(&format!("PRAGMA {what}"), [], |row| row.get(0)).unwrap()
    };
    assert!(pages("freelist_count") < 2);
    storage.set_limit(Some((pages("page_count") as u64 + 2) * 4_096));
    // What is small is kept; what is not would not be.
    anna.write("settings", "p0", "put", json!({"note": "b"})).await;
    for _ in 0..5 {
        let red = anna.get("/readyz").await;
        assert_eq!(red.status(), 503);
        assert_eq!(value(red).await["code"], "storage_full");
        anna.write("settings", "p0", "put", json!({"note": "c"})).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    storage.set_limit(None);
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    assert_eq!(anna.get("/readyz").await.status(), 200);
}

/// The platform on a disk of its own of a few MiB, where this system lets anybody make one.
struct Small {
    child: Child,
    log: std::path::PathBuf,
}

impl Small {
    fn start(folder: &Path, port: u16) -> Option<Self> {
        let disk = folder.join("disk");
        std::fs::create_dir(&disk).unwrap();
        let log = folder.join("log");
        let script = format!(
            "mount -t tmpfs -o size=24m tmpfs {disk} && head -c 14000000 /dev/zero > {disk}/filler && exec {bin} --demo --data {disk}/data --listen 127.0.0.1:{port}",
            disk = disk.display(),
            bin = env!("CARGO_BIN_EXE_platform"),
        );
        let try_it = |script: &str| {
            let mut command = Command::new("unshare");
            command.args(["--user", "--map-root-user", "--mount", "sh", "-c", script]);
            command
        };
        let probe = try_it(&format!("mount -t tmpfs -o size=1m tmpfs {}", disk.display()))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        if !probe.is_ok_and(|status| status.success()) {
            return None;
        }
        let file = std::fs::File::create(&log).unwrap();
        let child = try_it(&script).stdout(file).stderr(Stdio::null()).spawn().unwrap();
        Some(Self { child, log })
    }

    /// The disk as the platform sees it.
    fn disk(&self, folder: &Path) -> std::path::PathBuf {
        Path::new(&format!("/proc/{}/root", self.child.id()))
            .join(folder.join("disk").strip_prefix("/").unwrap())
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn a_full_disk_loses_nothing_that_was_accepted() {
    let (folder, port) = (tempfile::tempdir().unwrap(), port());
    let Some(small) = Small::start(folder.path(), port) else {
        println!("skipped: this system gives nobody a disk of their own");
        return;
    };
    let base = format!("http://127.0.0.1:{port}");
    ready(&base).await;
    let session = sign_in(&base, "anna").await;
    let token = token(&base, &session).await;
    let anna = Person { base: base.clone(), session, token, client: common::client() };
    let (kept, problem) = fill(&anna, 0).await;
    assert_eq!(problem["code"], "storage_full");
    assert_eq!(value(anna.get("/readyz").await).await["code"], "storage_full");
    all_there(&anna, &kept).await;
    std::fs::remove_file(small.disk(folder.path()).join("filler")).unwrap();
    ready(&base).await;
    all_there(&anna, &kept).await;
    let (more, _) = fill(&anna, 10_000).await;
    assert!(!more.is_empty(), "it goes on when there is room");
    all_there(&anna, &more).await;
    let log = std::fs::read_to_string(&small.log).unwrap();
    let said = |what: &str, level: &str| {
        log.lines().any(|line| {
            let line: Value = serde_json::from_str(line).unwrap();
            line["level"] == level
                && line["message"].as_str().is_some_and(|message| message.starts_with(what))
        })
    };
    assert!(said("the storage fails", "ERROR") && said("the storage works again", "INFO"), "{log}");
}

#[tokio::test]
async fn where_files_may_only_grow_so_far_the_platform_lives_and_says_that_it_is_full() {
    let (folder, port) = (tempfile::tempdir().unwrap(), port());
    let script = format!(
        "ulimit -f 6000; exec {} --demo --data {} --listen 127.0.0.1:{port}",
        env!("CARGO_BIN_EXE_platform"),
        folder.path().join("data").display()
    );
    let mut child =
        Command::new("sh").args(["-c", &script]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let base = format!("http://127.0.0.1:{port}");
    ready(&base).await;
    let session = sign_in(&base, "anna").await;
    let token = token(&base, &session).await;
    let anna = Person { base: base.clone(), session, token, client: common::client() };
    let (kept, problem) = fill(&anna, 0).await;
    assert_eq!((&problem["code"], &problem["retryable"]), (&json!("storage_full"), &json!(true)));
    all_there(&anna, &kept).await;
    assert_eq!(anna.get("/healthz").await.status(), 200);
    assert!(child.try_wait().unwrap().is_none(), "it lives");
    // The log of changes has reached the limit, and the file has not: what that takes has room again.
    let began = std::time::Instant::now();
    for count in 0..50 {
        let small = json!({"changes": [change("settings", "p0", "put", json!({"count": count}))]});
        while anna.post("/v1/changes", &small).await.status() != 200 {
            assert!(began.elapsed() < Duration::from_secs(60), "nothing is taken, and there is room");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
    all_there(&anna, &kept).await;
    child.kill().unwrap();
    child.wait().unwrap();
}

#[tokio::test]
async fn a_disk_that_others_have_filled_is_seen_before_anything_is_lost_on_it() {
    let (folder, port) = (tempfile::tempdir().unwrap(), port());
    let Some(small) = Small::start(folder.path(), port) else {
        println!("skipped: this system gives nobody a disk of their own");
        return;
    };
    let base = format!("http://127.0.0.1:{port}");
    ready(&base).await;
    let filler = small.disk(folder.path()).join("more");
    let full = std::fs::write(&filler, vec![1; 24 << 20]);
    assert!(full.is_err(), "the disk is not so large");
    let status = || async { common::client().get(format!("{base}/readyz")).send().await.unwrap().status() };
    let began = std::time::Instant::now();
    while status().await == 200 {
        assert!(began.elapsed() < Duration::from_secs(60), "nobody sees it");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    for _ in 0..25 {
        assert_eq!(status().await, 503);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    std::fs::remove_file(&filler).unwrap();
    ready(&base).await;
}

#[tokio::test]
async fn of_a_damaged_file_is_kept_what_can_be_read() {
    let world = World::start().await;
    let anna = world.person("anna").await;
    for start in (0..2_000).step_by(100) {
        let changes: Vec<Value> = (start..start + 100)
            .map(|count| change("places", &format!("p{count:04}"), "put", place("Pier")))
            .collect();
        anna.change(&changes).await;
    }
    let folder = world.stop().await;
    let file = folder.path().join("platform.db");
    // Whoever opens it last writes all into the file.
    drop(
        rusqlite::Connection::open(&file)
            .unwrap()
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())),
    );
    let mut bytes = std::fs::read(&file).unwrap();
    let pages = bytes.len() / 4096;
    assert!(pages > 200, "{pages} pages");
    for page in [pages / 3, pages / 2, pages * 2 / 3] {
        bytes[page * 4096..(page + 1) * 4096].fill(0xA5);
    }
    std::fs::write(&file, &bytes).unwrap();

    // It is loud, and takes nothing that it cannot keep.
    let (node, mut red) = (Node::open(folder.path(), common::config()).await, None);
    if let Ok(node) = node {
        let world = World::of(node, folder);
        let anna = world.person("anna").await;
        for count in 0..2_000 {
            let answer = anna.get(&format!("/v1/collections/places/p{count:04}")).await;
            match answer.status().as_u16() {
                200 => {}
                503 => {
                    assert_eq!(value(answer).await["code"], "storage_damaged");
                    red = Some(value(anna.get("/readyz").await).await["code"].clone());
                }
                status => panic!("p{count:04}: {status}"),
            }
        }
        let folder = world.stop().await;
        assert_eq!(red, Some(json!("storage_damaged")));
        salvaged(folder).await;
    } else {
        salvaged(folder).await;
    }
}

/// Rows of the map, logs and messages, and where the tables begin.
fn inside(file: &Path) -> ([u64; 3], BTreeMap<String, usize>) {
    let database = rusqlite::Connection::open(file).unwrap();
    let count = |table: &str| {
        let count = format!("SELECT count(*) FROM {table}");
        database.query_row(&count, [], |row| row.get::<_, i64>(0)).unwrap() as u64
    };
    let counts = ["map", "logs", "messages"].map(count);
    let mut select = database.prepare("SELECT name, rootpage FROM sqlite_schema").unwrap();
    let roots = select.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)? as usize))).unwrap();
    (counts, roots.map(Result::unwrap).collect())
}

#[tokio::test]
async fn wherever_a_file_is_damaged_the_rows_on_whole_pages_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let bus = Arc::new(LocalBus::default());
    let storage = SqliteStorage::open(&folder.path().join("platform.db"), bus, SqliteOptions::default());
    storage.unwrap().close().await.unwrap();
    let mut logs = rusqlite::Connection::open(folder.path().join("platform.db")).unwrap();
    let logs = logs.transaction().unwrap();
    for number in 0..2_000 {
        // In 2096: no sweep takes them.
        let row = (format!("log {number}"), 4_000_000_000_000_i64);
        logs.execute("INSERT INTO logs (name, first, next, oldest) VALUES (?, 0, 1, ?)", row).unwrap();
        let row = (logs.last_insert_rowid(), "m".repeat(100).into_bytes());
        logs.execute("INSERT INTO messages VALUES (?, 0, 4000000000000, ?)", row).unwrap();
    }
    logs.commit().unwrap();
    let world = World::of(common::open(folder.path(), common::config()).await, folder);
    let anna = world.person("anna").await;
    for start in (0..2_000).step_by(100) {
        let changes: Vec<Value> = (start..start + 100)
            .map(|count| change("places", &format!("p{count:04}"), "put", place("Pier")))
            .collect();
        anna.change(&changes).await;
    }
    let used = world.stop().await;
    let used = used.path().join("platform.db");
    let checkpoint = "PRAGMA wal_checkpoint(TRUNCATE)";
    rusqlite::Connection::open(&used).unwrap().query_row(checkpoint, [], |_| Ok(())).unwrap();
    let (all, roots) = inside(&used);
    let whole = std::fs::read(&used).unwrap();
    println!("{all:?} on {} pages, {roots:?}", whole.len() / 4096);
    let zeroed = |from: usize, to: usize| {
        let mut bytes = whole.clone();
        bytes[from..to].fill(0);
        bytes
    };
    let page = |name: &str| zeroed((roots[name] - 1) * 4096, roots[name] * 4096);
    // How much less there may be, in hundredths: a log begins behind the last message that is lost, and anna's has half of all.
    for (case, bytes, less) in [
        ("nothing", whole.clone(), 0),
        ("the last page", whole[..whole.len() - 4096].to_vec(), 50),
        ("half a page", whole[..whole.len() - 2048].to_vec(), 50),
        ("a twentieth", whole[..whole.len() / 20 * 19].to_vec(), 52),
        ("the page where the map begins", page("map"), 2),
        ("the page where the messages begin", page("messages"), 50),
        ("the page where the logs begin", page("logs"), 2),
        ("the page where the names of logs begin", page("sqlite_autoindex_logs_1"), 0),
        ("sixteen bytes", zeroed(0, 16), 0),
        ("the header", zeroed(0, 100), 0),
        ("the first page", zeroed(0, 4096), 0),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("platform.db");
        std::fs::write(&file, &bytes).unwrap();
        let kept = salvage(folder.path()).unwrap();
        println!("{case}: {kept:?}");
        // By which rules it was looked through is a row that the next start makes again.
        let rows = kept.rows + u64::from(kept.is_less);
        for (kept, all) in [rows, kept.logs, kept.messages].into_iter().zip(all) {
            assert!(kept <= all && kept * 100 >= all * (100 - less), "{case}: {kept} of {all}");
        }
        assert_eq!(inside(&file).0, [kept.rows, kept.logs, kept.messages]);
        assert_eq!(std::fs::read(&kept.aside).unwrap(), bytes, "{case}: the damaged file is as it was");
        let names = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
        let names: BTreeSet<_> = names.collect();
        assert!(names.iter().eq(["platform.db", "platform.db.damaged-1"]), "{case}: {names:?}");
        let check = rusqlite::Connection::open(&file).unwrap();
        let verdict: String = check.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(verdict, "ok", "{case}");
    }
}

#[test]
fn where_nothing_can_be_read_everything_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("platform.db");
    assert_eq!(salvage(folder.path()).unwrap_err().to_string(), "the database failed: it is not there");
    for bytes in [vec![], vec![0xA5; 40], vec![0xA5; 100_000]] {
        std::fs::write(&file, &bytes).unwrap();
        let error = salvage(folder.path()).unwrap_err();
        assert_eq!(error.to_string(), "all of the database is damaged");
        assert_eq!(std::fs::read(&file).unwrap(), bytes);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
    std::fs::remove_file(&file).unwrap();
    let newer = rusqlite::Connection::open(&file).unwrap();
    newer
        .execute_batch(
            "CREATE TABLE map (a); CREATE TABLE logs (a); CREATE TABLE messages (a); PRAGMA user_version = 9",
        )
        .unwrap();
    let error = salvage(folder.path()).unwrap_err();
    assert_eq!(error.to_string(), "the version of the database is damaged");
}

async fn salvaged(folder: tempfile::TempDir) {
    let kept = salvage(folder.path()).unwrap();
    assert!(kept.is_less, "three pages are gone");
    assert_eq!(kept.aside, folder.path().join("platform.db.damaged-1"));
    assert!(kept.aside.exists(), "the damaged file stays");
    let again = salvage(folder.path()).unwrap();
    assert_eq!(again.aside, folder.path().join("platform.db.damaged-2"));
    assert_eq!((again.rows, again.messages, again.is_less), (kept.rows, kept.messages, false));
    let node = common::open(folder.path(), common::config()).await;
    let world = World::of(node, folder);
    let anna = world.person("anna").await;
    let mut found = 0;
    for count in 0..2_000 {
        let answer = anna.get(&format!("/v1/collections/places/p{count:04}")).await;
        found += usize::from(answer.status() == 200);
    }
    println!("{kept:?}: {found} of 2000 places are kept");
    assert!(found > 1_900, "{found} of 2000");
    assert_eq!(anna.get("/readyz").await.status(), 200);
    anna.write("places", "after", "put", place("after")).await;
    // A feed that lost something says so, and a client lists anew.
    let feed = anna.get("/v1/feeds/me?offset=-1").await.status().as_u16();
    assert!([200, 410].contains(&feed), "{feed}");
}
