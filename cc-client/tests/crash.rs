//! Processes that are killed at random moments, and disks that are full: what was acknowledged is there.
//!
//! `CC_CRASH_RUNS` says how many are killed (50). This program is both sides: with words behind it, it is the process that dies.
#![cfg_attr(not(all(feature = "testing", feature = "tokio", feature = "sqlite")), allow(unused))]
#![allow(clippy::expect_used, clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

#[cfg(all(feature = "testing", feature = "tokio", feature = "sqlite", unix))]
#[path = "crash/power.rs"]
mod power;
#[cfg(all(feature = "testing", feature = "tokio", feature = "sqlite", unix))]
#[path = "crash/room.rs"]
mod room;

#[cfg(all(feature = "testing", feature = "tokio", feature = "sqlite", unix))]
mod crash {
    use std::collections::BTreeMap;
    use std::io::{BufRead, BufReader, Write as _};
    use std::path::Path;
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};

    use cc_client::decide::SendOutcome;
    use cc_client::store::{Durability, SqliteStore, Standing, Store, StoreError};
    use cc_client::testing::{Dice, FAKE_SESSION, FakeTransport};
    use cc_client::{Client, Stamp, Write, WriteId, WriteKind};

    use super::{power, room};

    /// The process that dies: four writers at once, and one that waits for outcomes where there is a platform. Each line on standard
    /// output is a promise.
    pub(super) fn write_until_killed(path: &str, online: bool) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let store = SqliteStore::open(path, Durability::Disk).unwrap();
            let client = Client::builder(FakeTransport::default(), store).session(FAKE_SESSION).start();
            let client = client.await.unwrap();
            client.set_network(online).unwrap();
            let mut writers = Vec::new();
            for writer in 0..4 {
                let client = client.clone();
                writers.push(tokio::spawn(async move {
                    let (key, body) = (writer.to_string(), format!("{{\"f{writer}\":1}}"));
                    while let Ok(id) = client.submit("places", &key, WriteKind::Patch, &body).await {
                        promise(&format!("accepted {id}"));
                        if online {
                            assert_eq!(client.outcome(id).await.unwrap(), SendOutcome::Applied);
                            promise(&format!("applied {id}"));
                        }
                    }
                }));
            }
            for writer in writers {
                writer.await.unwrap();
            }
            panic!("the client has ended by itself");
        });
    }

    fn promise(line: &str) {
        let mut out = std::io::stdout().lock();
        writeln!(out, "{line}").unwrap();
        out.flush().unwrap();
    }

    pub(super) fn nothing_that_was_acknowledged_is_lost_by_a_kill() {
        let runs = std::env::var("CC_CRASH_RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(50);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("client.db");
        let mut promised: BTreeMap<WriteId, bool> = BTreeMap::new();
        let (mut accepted, mut applied) = (0, 0);
        let mut dice = Dice(7);
        for run in 0..runs {
            let online = run % 2 == 1;
            let mut child = Command::new(std::env::current_exe().unwrap())
                .args([
                    "write-until-killed",
                    path.to_str().unwrap(),
                    if online { "online" } else { "offline" },
                ])
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            let lines = BufReader::new(child.stdout.take().unwrap()).lines();
            let (tell, told) = std::sync::mpsc::channel();
            let reader = std::thread::spawn(move || {
                let heard = lines.map_while(Result::ok).inspect(|line| drop(tell.send(line.clone())));
                heard.collect::<Vec<_>>()
            });
            // However slow the machine is, something has been promised: an outcome in every second run with a platform.
            let first = if run % 4 == 3 { "applied" } else { "accepted" };
            while !told.recv_timeout(Duration::from_secs(60)).expect("nothing is promised").starts_with(first)
            {
            }
            std::thread::sleep(Duration::from_micros(dice.below(60_000)));
            // `kill` of the standard library is SIGKILL.
            child.kill().unwrap();
            let status = child.wait().unwrap();
            assert_eq!(
                std::os::unix::process::ExitStatusExt::signal(&status),
                Some(9),
                "run {run}: {status}"
            );
            for line in reader.join().unwrap() {
                // A line that the kill cut off promises nothing.
                let Some((word, id)) = line.split_once(' ') else { continue };
                let Ok(id) = id.parse() else { continue };
                *promised.entry(id).or_default() |= word == "applied";
            }
            let mut store = SqliteStore::open(&path, Durability::Disk).unwrap();
            // Once its outcome was seen, it is not asked for again: a store remembers the latest ten thousand.
            promised.retain(|id, is_applied| match store.standing(*id).unwrap() {
                Some(Standing::Settled(SendOutcome::Applied | SendOutcome::Duplicate)) => {
                    accepted += 1;
                    applied += usize::from(*is_applied);
                    false
                }
                Some(Standing::Waiting) if !*is_applied => true,
                other => panic!("run {run}: {id} was promised ({is_applied}) and is {other:?}"),
            });
        }
        accepted += promised.len();
        let raw = rusqlite::Connection::open(&path).unwrap();
        let whole: String = raw.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(whole, "ok");
        println!("{runs} kills: {accepted} accepted, of these {applied} applied, none lost");
        assert!(accepted >= runs && applied >= runs / 4, "too little happened to prove something");
    }

    pub(super) fn write(number: u32) -> Write {
        let mut id = [0; 16];
        id[..4].copy_from_slice(&number.to_be_bytes());
        Write::new(
            WriteId(id),
            ("places", &number.to_string()),
            WriteKind::Put,
            &format!("{{\"text\":\"{}\"}}", "x".repeat(1_000)),
            Stamp { millis: u64::from(number), counter: 0, node: 1 },
        )
    }

    /// In a folder on a small disk: fills it, and goes on when there is room.
    pub(super) fn write_until_full(folder: &str) {
        let folder = Path::new(folder);
        std::fs::write(folder.join("other-app"), vec![1; 200_000]).unwrap();
        let path = folder.join("client.db");
        let mut store = SqliteStore::open(&path, Durability::Disk).unwrap();
        let mut accepted = 0;
        let error = loop {
            match store.accept("main", &[write(accepted)]) {
                Ok(()) => accepted += 1,
                Err(error) => break error,
            }
            assert!(accepted < 100_000, "the disk has no end");
        };
        assert!(matches!(error, StoreError::Full), "{error}");
        assert_eq!(store.waiting_count().unwrap(), u64::from(accepted));
        // The same after a restart on the full disk.
        drop(store);
        let mut store = SqliteStore::open(&path, Durability::Disk).unwrap();
        assert_eq!(store.waiting_count().unwrap(), u64::from(accepted));
        std::fs::remove_file(folder.join("other-app")).unwrap();
        store.accept("main", &[write(accepted)]).unwrap();
        assert_eq!(store.waiting_count().unwrap(), u64::from(accepted) + 1);
        println!("a full disk: {accepted} accepted, none lost");
        assert!(accepted > 100);
    }

    /// In a folder on a disk that can be read only: says so, whether the file is there or not, or its lock.
    pub(super) fn open_for_reads_only(folder: &str) {
        for name in ["whole.db", "without-lock.db", "none.db"] {
            let error = SqliteStore::open(Path::new(folder).join(name), Durability::Disk).unwrap_err();
            assert!(matches!(error, StoreError::ReadOnly), "{name}: {error:?}");
        }
        println!("a disk that is read-only: told");
    }

    /// Does a part of this program in a folder on a disk of its own.
    fn on_a_disk(script: &str) {
        let folder = tempfile::tempdir().unwrap();
        let script = format!("mount -t tmpfs -o size=8m none \"$1\" || exit 77; {script}");
        let ran = Command::new("unshare")
            .args(["-r", "-m", "sh", "-c", &script])
            .args([std::env::current_exe().unwrap().as_os_str(), folder.path().as_os_str()])
            .status();
        match ran.ok().and_then(|status| status.code()) {
            Some(0) => {}
            // A failed promise ends the process with 101; all else is a system without namespaces.
            Some(101) => panic!("a promise about disks was broken"),
            _ => println!("skipped: no small disk can be made here"),
        }
    }

    pub(super) fn a_full_disk_is_told_and_loses_nothing() {
        on_a_disk("exec \"$0\" write-until-full \"$1\"");
    }

    pub(super) fn a_disk_that_is_read_only_is_told() {
        on_a_disk(
            "\"$0\" make \"$1\" && rm \"$1/without-lock.db-lock\" && mount -o remount,ro \"$1\" || exit 77; \
             exec \"$0\" open-for-reads-only \"$1\"",
        );
    }

    pub(super) fn make(folder: &str) {
        for name in ["whole.db", "without-lock.db"] {
            drop(SqliteStore::open(Path::new(folder).join(name), Durability::Disk).unwrap());
        }
    }

    pub(super) fn main() {
        let words: Vec<String> = std::env::args().skip(1).collect();
        match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["write-until-killed", path, online] => return write_until_killed(path, online == "online"),
            ["write-until-full", folder] => return write_until_full(folder),
            ["salvage-with-ever-less-room", folder] => return room::salvage_with_ever_less(folder),
            ["make", folder] => return make(folder),
            ["open-for-reads-only", folder] => return open_for_reads_only(folder),
            ["write-traced", path, durability] => {
                let durability = if durability == "disk" { Durability::Disk } else { Durability::Process };
                return power::write_traced(path, durability);
            }
            _ => {}
        }
        let started = Instant::now();
        a_full_disk_is_told_and_loses_nothing();
        on_a_disk("exec \"$0\" salvage-with-ever-less-room \"$1\"");
        a_disk_that_is_read_only_is_told();
        power::what_was_acknowledged_survives_the_loss_of_power();
        nothing_that_was_acknowledged_is_lost_by_a_kill();
        println!("crash: all held, in {:.1} s", started.elapsed().as_secs_f32());
    }
}

fn main() {
    #[cfg(all(feature = "testing", feature = "tokio", feature = "sqlite", unix))]
    crash::main();
}
