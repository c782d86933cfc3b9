//! What is answered with 200 is on the disk: a platform runs under `strace`, and power is lost at each answer. What was synced by then is
//! a database that has everything that was answered. `docs/decisions/0032-loss-of-power-from-system-calls.md` says why so.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    missing_docs,
    reason = "tests"
)]

mod common;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use common::process::{Process, port, ready};
use common::{Person, change, event, place, sign_in, token, value};
use platform::bus::LocalBus;
use platform::clock;
use platform::events::log_of;
use platform::storage::{SqliteOptions, SqliteStorage, key, look};
use platform::streams::Stream;
use reqwest::Method;
use serde_json::json;

/// How often each of the three is asked for.
const ROUNDS: u64 = 12;
const KINDS: [&str; 3] = ["changes", "ingest", "streams"];
const CALLS: &str = "trace=pwrite64,fsync,fdatasync,ftruncate,unlink,unlinkat,write,writev,sendto,sendmsg";

/// Whether there is `strace`, and it may look at others.
fn may_look() -> bool {
    let mut look = Command::new("strace");
    look.args(["-D", "-f", "-y", "-o", "/dev/null", "true"]).stdout(Stdio::null()).stderr(Stdio::null());
    look.status().is_ok_and(|status| status.success())
}

/// A platform whose calls are written down: the process that is killed is itself, and not who looks.
fn traced(data: &Path, port: u16, trace: &Path) -> Process {
    let child = Command::new("strace")
        .args(["-D", "-f", "-y", "-xx", "-s", "1000000", "-e", CALLS, "-o", trace.to_str().unwrap()])
        .arg(env!("CARGO_BIN_EXE_platform"))
        .args(["--demo", "--data", data.to_str().unwrap(), "--listen", &format!("127.0.0.1:{port}")])
        .env("RUST_LOG", "warn")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    Process(child.unwrap())
}

/// Asks for one thing of a kind; the number is found again in the trace, where it is answered.
async fn ask(anna: &Person, kind: &str, number: u64) {
    let name = format!("{kind}-{number}");
    let (path, body, media) = match kind {
        "changes" => {
            let change = change("places", &name, "put", place(&name));
            ("/v1/changes", json!({"changes": [change]}).to_string(), "application/json")
        }
        "ingest" => {
            let event = event(number as i64, 1, "car_odometer", json!({"value": number}));
            ("/v1/ingest", json!([event]).to_string(), "application/json")
        }
        _ => ("/v1/streams/user/1/power", json!(name).to_string(), "application/json"),
    };
    let request = anna.ask(Method::POST, path).header("content-type", media).header("x-request-id", &name);
    let answer = request.body(body).send().await.unwrap();
    assert!(answer.status().is_success(), "{name}: {}", answer.status());
    match kind {
        "changes" => assert_eq!(value(answer).await["results"][0]["outcome"], "applied"),
        "ingest" => assert_eq!(value(answer).await["accepted"], 1),
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_answered_survives_the_loss_of_power() {
    // Past what catches the words of tests that pass.
    let mut out = std::io::stdout();
    if !may_look() {
        writeln!(out, "skipped: strace is not there, or may not look").unwrap();
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (data, trace) = (folder.path().join("platform"), folder.path().join("trace"));
    let (port, base) = {
        let port = port();
        (port, format!("http://127.0.0.1:{port}"))
    };
    let mut platform = traced(&data, port, &trace);
    ready(&base).await;
    let session = sign_in(&base, "anna").await;
    let token = token(&base, &session).await;
    let anna = Arc::new(Person { base, session, token, client: common::client() });
    let stream = anna.ask(Method::PUT, "/v1/streams/user/1/power").header("content-type", "application/json");
    assert_eq!(stream.send().await.unwrap().status(), 201);
    for number in 1..=ROUNDS {
        // At once: what is written in one transaction is answered behind one sync.
        let mut asks = tokio::task::JoinSet::new();
        for kind in KINDS {
            let anna = anna.clone();
            asks.spawn(async move { ask(&anna, kind, number).await });
        }
        while let Some(asked) = asks.join_next().await {
            asked.unwrap();
        }
    }
    platform.kill();
    let calls = whole(&trace).await;
    let strict = losses(&calls, folder.path(), true).await;
    assert_eq!(strict.answers, 3 * ROUNDS, "not each answer was found among the calls");
    assert!(strict.lost.is_empty(), "answered before they were on the disk: {:?}", strict.lost);
    // The same eyes see what is lost where nothing is synced.
    let lazy = losses(&calls, folder.path(), false).await;
    assert_eq!(lazy.lost.len() as u64, 3 * ROUNDS, "nothing was synced, and it is there: the test is blind");
    writeln!(out, "loss of power at {} answers: none lost; without syncs, all", strict.answers).unwrap();
}

/// The trace, once who writes it has seen the end.
async fn whole(trace: &Path) -> String {
    for _ in 0..1_200 {
        let text = std::fs::read_to_string(trace).unwrap();
        if text.trim_end().lines().last().is_some_and(|line| line.contains("+++ killed by SIGKILL")) {
            return text;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the trace has no end");
}

#[derive(Default)]
struct Losses {
    answers: u64,
    /// The answers behind which something that was answered was not there.
    lost: Vec<String>,
}

/// Loses power at each answer that says that something was done.
async fn losses(calls: &str, folder: &Path, syncs: bool) -> Losses {
    let (mut disk, mut losses) = (Disk { syncs, ..Disk::default() }, Losses::default());
    let mut answered: BTreeMap<&str, u64> = BTreeMap::new();
    let mut begun: BTreeMap<&str, &str> = BTreeMap::new();
    for line in calls.lines() {
        let Some((thread, call)) = line.split_once(char::is_whitespace) else { continue };
        let call = call.trim_start();
        // An answer counts from when it begins to go out, what is written from when it is done.
        if let Some((kind, number)) = answer(call) {
            losses.answers += 1;
            answered.insert(kind, number.max(answered.get(kind).copied().unwrap_or(0)));
            if !disk.holds(&answered, folder).await {
                losses.lost.push(format!("{kind}-{number}"));
            }
        }
        if let Some((head, _)) = call.split_once(" <unfinished ...>") {
            begun.insert(thread, head);
        } else if let Some(rest) = call.strip_prefix("<... ") {
            let end = rest.split_once(" resumed>").map_or("", |(_, end)| end);
            if let Some(head) = begun.remove(thread) {
                disk.happens(&format!("{head}{end}"));
            }
        } else {
            disk.happens(call);
        }
    }
    losses
}

/// Which request is answered with 2xx by a call, if one is.
fn answer(call: &str) -> Option<(&'static str, u64)> {
    let name = call.split('(').next()?;
    if !["write", "writev", "sendto", "sendmsg"].contains(&name) {
        return None;
    }
    let text = String::from_utf8_lossy(&unquoted(call.split('"').nth(1)?)).into_owned();
    if !text.starts_with("HTTP/1.1 2") {
        return None;
    }
    let id = text.lines().find_map(|line| line.strip_prefix("x-request-id: "))?;
    let (kind, number) = id.trim().split_once('-')?;
    Some((KINDS.into_iter().find(|one| *one == kind)?, number.parse().ok()?))
}

/// A file as it is after a loss of power, and what was written since it was synced.
#[derive(Default)]
struct File {
    synced: Vec<u8>,
    since: Vec<Change>,
}

enum Change {
    Cut(usize),
    Put(usize, Vec<u8>),
}

/// The files of the database, by the ends of their names.
#[derive(Default)]
struct Disk {
    files: BTreeMap<String, File>,
    syncs: bool,
}

const DATABASE: &str = "platform.db";

impl Disk {
    /// Takes in a call that has ended, such as `pwrite64(5</data/platform.db-wal>, "\x01\x02", 2, 4096) = 2`.
    fn happens(&mut self, call: &str) {
        let Some((name, rest)) = call.split_once('(') else { return };
        let Some((args, result)) = rest.rsplit_once(" = ") else { return };
        let args: Vec<&str> = args.trim_end().trim_end_matches(')').split(", ").collect();
        if result.starts_with('-') {
            return;
        }
        let of = |arg: &str| {
            let path = arg.split_once('<').map(|(_, path)| path.trim_end_matches('>'));
            // Names are written as bytes, or plainly, by the version of strace.
            let path = path.unwrap_or(arg).trim_matches('"').to_owned();
            let path = if path.contains("\\x") { String::from_utf8(unquoted(&path)).unwrap() } else { path };
            path.rsplit_once(DATABASE).map(|(_, end)| end.to_owned())
        };
        let number = |index: usize| args[index].parse::<usize>().unwrap();
        let Some(end) = args.iter().take(2).find_map(|arg| of(arg)) else { return };
        match name {
            "unlink" | "unlinkat" => drop(self.files.remove(&end)),
            "pwrite64" => self.file(end).since.push(Change::Put(number(3), unquoted(args[1]))),
            "ftruncate" => self.file(end).since.push(Change::Cut(number(1))),
            "fsync" | "fdatasync" if self.syncs => self.file(end).sync(),
            _ => {}
        }
    }

    fn file(&mut self, end: String) -> &mut File {
        self.files.entry(end).or_default()
    }

    /// Whether a database of what is on the disk has everything that was answered.
    async fn holds(&self, answered: &BTreeMap<&str, u64>, folder: &Path) -> bool {
        let folder = tempfile::tempdir_in(folder).unwrap();
        let path = folder.path().join(DATABASE);
        for (end, file) in self.files.iter().filter(|(end, _)| *end != "-shm") {
            std::fs::write(folder.path().join(format!("{DATABASE}{end}")), &file.synced).unwrap();
        }
        let bus = Arc::new(LocalBus::default());
        let Ok(storage) = SqliteStorage::open(&path, bus, SqliteOptions::default()) else { return false };
        let number = |kind: &str| answered.get(kind).copied().unwrap_or(0);
        let (places, events, messages) = (number("changes"), number("ingest"), number("streams"));
        let looked = look(&storage, move |view| {
            let place = |number: u64| key(&["item", "demo", "places", "", &format!("changes-{number}")]);
            for number in 1..=places {
                if view.get(&place(number))?.is_none() {
                    return Ok(false);
                }
            }
            let lane = key(&["stream", "demo", "user/1/power"]);
            let log = Stream::find(view, &lane, clock::now())?.map(|stream| stream.log).unwrap_or_default();
            Ok(view.tail(&log_of("demo", 7))?.next >= events && view.tail(&log)?.next >= messages)
        });
        looked.await.unwrap_or(false)
    }
}

impl File {
    fn sync(&mut self) {
        for change in self.since.drain(..) {
            match change {
                Change::Cut(length) => self.synced.resize(length, 0),
                Change::Put(at, bytes) => {
                    let end = at + bytes.len();
                    self.synced.resize(self.synced.len().max(end), 0);
                    self.synced[at..end].copy_from_slice(&bytes);
                }
            }
        }
    }
}

/// The bytes of a text in which each stands as `\x` and two digits.
fn unquoted(text: &str) -> Vec<u8> {
    let parts = text.trim_matches('"').split("\\x").skip(1);
    parts.filter_map(|digits| u8::from_str_radix(digits.get(..2)?, 16).ok()).collect()
}
