//! A disk that forgets what was not synced, or keeps any part of it: rebuilt from the system calls of a process, as `strace` tells
//! them. `docs/decisions/0032-loss-of-power-from-system-calls.md` says why not in a file system of `SQLite`'s own.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use cc_client::store::{Durability, SqliteStore, Standing, Store};
use cc_client::testing::Dice;

use super::crash::write;

/// How many writes are promised, one commit each.
const PROMISED: u32 = 24;

/// The process under the eye of `strace`: one thread, so that its calls stand in order.
pub(super) fn write_traced(path: &str, durability: Durability) {
    let mut store = SqliteStore::open(path, durability).unwrap();
    for number in 0..PROMISED {
        store.accept("main", &[write(number)]).unwrap();
        let mut out = std::io::stdout().lock();
        writeln!(out, "promised {number}").unwrap();
        out.flush().unwrap();
        drop(out);
        // Everything goes to its final place in the middle, and the log is deleted.
        if number == PROMISED / 2 {
            store.pause().unwrap();
        }
    }
}

pub(super) fn what_was_acknowledged_survives_the_loss_of_power() {
    let Some(strict) = losses(Durability::Disk) else {
        println!("skipped: strace is not there, or may not look");
        return;
    };
    assert_eq!(strict.lost, 0, "writes were promised before they were on the disk");
    assert_eq!(strict.damaged, 0, "a commit that did not end was taken for damage");
    // The same eyes see what a store loses that syncs less often, let alone never.
    let lazy = losses(Durability::Process).unwrap();
    assert!(lazy.lost > 0, "a store that does not sync lost nothing: the test is blind");
    assert!(strict.moments > 2 * PROMISED, "{} moments are too few", strict.moments);
    println!(
        "loss of power at {} moments of {PROMISED} promises: none lost; without syncs, at {} of {}",
        strict.moments, lazy.lost, lazy.moments
    );
}

/// At how many moments power was lost, and after how many of these a promised write was.
struct Losses {
    moments: u32,
    lost: u32,
    /// At how many of them what was left was taken for damage.
    damaged: u32,
}

/// Loses power at every moment at which something changed on the disk, or was promised.
fn losses(durability: Durability) -> Option<Losses> {
    let folder = tempfile::tempdir().unwrap();
    let (path, trace) = (folder.path().join("client.db"), folder.path().join("trace"));
    let word = if durability == Durability::Disk { "disk" } else { "process" };
    let ran = Command::new("strace")
        .args(["-xx", "-s", "1000000", "-o", trace.to_str()?, "-e"])
        .arg("trace=openat,close,pwrite64,write,fsync,fdatasync,ftruncate,unlink")
        .arg(std::env::current_exe().ok()?)
        .args(["write-traced", path.to_str()?, word])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if !ran.is_ok_and(|status| status.success()) {
        return None;
    }
    let trace = std::fs::read_to_string(trace).unwrap();
    let (mut disk, mut promised, mut dice) = (Disk::default(), 0, Dice(7));
    let mut losses = Losses { moments: 0, lost: 0, damaged: 0 };
    for line in trace.lines() {
        let Some(moment) = disk.happens(line) else { continue };
        promised += u32::from(moment == Moment::Promise);
        // Nothing of what was not synced is there, or any part of it.
        for survives in [0, 2] {
            losses.moments += 1;
            let (holds, is_damaged) = disk.holds(promised, folder.path(), survives, &mut dice);
            losses.lost += u32::from(!holds);
            losses.damaged += u32::from(is_damaged);
        }
    }
    assert_eq!(promised, PROMISED);
    Some(losses)
}

/// What makes a moment worth losing power at.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Moment {
    Disk,
    Promise,
}

/// What a disk writes whole or not at all, in bytes.
const SECTOR: usize = 512;

#[derive(Clone, Default)]
struct File {
    synced: Vec<u8>,
    /// Since then, in order.
    since: Vec<Change>,
}

#[derive(Clone)]
enum Change {
    Cut(usize),
    Put(usize, Vec<u8>),
}

impl File {
    /// What is there after a loss of power, if one in so many sectors of what was not synced survives; all, for 1.
    fn after(&self, survives: u64, dice: &mut Dice) -> Vec<u8> {
        let mut bytes = self.synced.clone();
        for change in &self.since {
            match change {
                Change::Cut(length) if dice.one_in(survives) => bytes.resize(*length, 0),
                Change::Cut(_) => {}
                Change::Put(at, put) => {
                    for (index, sector) in put.chunks(SECTOR).enumerate().filter(|_| dice.one_in(survives)) {
                        let (at, end) = (at + index * SECTOR, at + index * SECTOR + sector.len());
                        bytes.resize(bytes.len().max(end), 0);
                        bytes[at..end].copy_from_slice(sector);
                    }
                }
            }
        }
        bytes
    }
}

/// Files by name, with what was written to them and what was synced.
#[derive(Default)]
struct Disk {
    files: BTreeMap<String, File>,
    open: BTreeMap<i64, String>,
}

impl Disk {
    /// Takes in a call, such as `pwrite64(5, "\x01\x02", 2, 4096) = 2`.
    fn happens(&mut self, line: &str) -> Option<Moment> {
        let (name, rest) = line.split_once('(')?;
        let (args, result) = rest.rsplit_once(" = ")?;
        let args = args.trim_end().trim_end_matches(')');
        let result: i64 = result.split(' ').next().and_then(|word| word.parse().ok()).unwrap_or(-1);
        if result < 0 {
            return None;
        }
        let args: Vec<&str> = args.split(", ").collect();
        let number = |index: usize| args.get(index).and_then(|word| word.parse::<i64>().ok());
        let bytes = |index: usize| args.get(index).map(|word| unquoted(word)).unwrap_or_default();
        let text = |index: usize| String::from_utf8_lossy(&bytes(index)).into_owned();
        match name {
            "openat" => {
                self.files.entry(text(1)).or_default();
                self.open.insert(result, text(1));
            }
            "close" => drop(number(0).and_then(|number| self.open.remove(&number))),
            "unlink" => return self.files.remove(&text(0)).map(|_| Moment::Disk),
            "write" => {
                return (number(0) == Some(1) && text(1).starts_with("promised")).then_some(Moment::Promise);
            }
            _ => {
                let open = number(0).and_then(|number| self.open.get(&number));
                let file = open.and_then(|path| self.files.get_mut(path))?;
                match name {
                    "pwrite64" => file.since.push(Change::Put(number(3).unwrap() as usize, bytes(1))),
                    "ftruncate" => file.since.push(Change::Cut(number(1).unwrap() as usize)),
                    // Both kinds of sync.
                    _ => {
                        file.synced = file.after(1, &mut Dice(0));
                        file.since.clear();
                    }
                }
                return Some(Moment::Disk);
            }
        }
        None
    }

    /// Whether a store made of what survives has every write that was promised, and whether that was taken for damage.
    fn holds(&self, promised: u32, folder: &Path, survives: u64, dice: &mut Dice) -> (bool, bool) {
        let path = folder.join("after.db");
        for end in ["", "-journal", "-wal", "-shm"] {
            let here = format!("{}{end}", path.display());
            let _ = std::fs::remove_file(&here);
            let there = self.files.get(&format!("{}{end}", folder.join("client.db").display()));
            if let Some(file) = there.filter(|_| end != "-shm") {
                std::fs::write(here, file.after(survives, dice)).unwrap();
            }
        }
        let is_damaged = SqliteStore::open(&path, Durability::Disk).is_err();
        let Ok((mut store, salvage)) = SqliteStore::open_or_salvage(&path, Durability::Process) else {
            return (false, true);
        };
        let holds = (0..promised)
            .all(|number| store.standing(write(number).id).is_ok_and(|it| it == Some(Standing::Waiting)));
        (holds, is_damaged || salvage.is_some())
    }
}

/// The bytes of a text in which each stands as `\x` and two digits.
fn unquoted(text: &str) -> Vec<u8> {
    let parts = text.trim_matches('"').split("\\x").skip(1);
    parts.filter_map(|digits| u8::from_str_radix(digits.get(..2)?, 16).ok()).collect()
}
