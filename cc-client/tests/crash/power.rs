//! A disk that forgets what was not synced: rebuilt from the system calls of a process, as `strace` tells them.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use cc_client::store::{Durability, SqliteStore, Standing, Store};

use super::crash::write;

/// How many writes are promised, one commit each.
const PROMISED: u32 = 40;

/// The process under the eye of `strace`: one thread, so that its calls stand in order.
pub(super) fn write_traced(path: &str, durability: Durability) {
    let mut store = SqliteStore::open(path, durability).unwrap();
    for number in 0..PROMISED {
        store.accept("main", &[write(number)]).unwrap();
        let mut out = std::io::stdout().lock();
        writeln!(out, "promised {number}").unwrap();
        out.flush().unwrap();
    }
}

pub(super) fn what_was_acknowledged_survives_the_loss_of_power() {
    let Some(lost) = lost(Durability::Disk) else {
        println!("skipped: strace is not there, or may not look");
        return;
    };
    assert_eq!(lost, 0, "writes were promised before they were on the disk");
    // The same eyes see what a store without syncs loses.
    let lost = self::lost(Durability::Process).unwrap();
    assert!(lost > 0, "a store that does not sync lost nothing: the test is blind");
    println!("loss of power after each of {PROMISED} promises: none lost; {lost} of them without syncs");
}

/// After how many promises a loss of power would have lost one of them.
fn lost(durability: Durability) -> Option<u32> {
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
    let (mut disk, mut promised, mut lost) = (Disk::default(), 0, 0);
    for line in trace.lines() {
        if disk.happens(line) {
            promised += 1;
            lost += u32::from(!disk.holds(promised, folder.path()));
        }
    }
    assert_eq!(promised, PROMISED);
    Some(lost)
}

#[derive(Clone, Default)]
struct File {
    written: Vec<u8>,
    synced: Vec<u8>,
}

/// Files by name, with what was written to them and what was synced.
#[derive(Default)]
struct Disk {
    files: BTreeMap<String, File>,
    open: BTreeMap<i64, String>,
}

impl Disk {
    /// Takes in a call, such as `pwrite64(5, "\x01\x02", 2, 4096) = 2`; true if it is a promise on standard output.
    fn happens(&mut self, line: &str) -> bool {
        let Some((name, rest)) = line.split_once('(') else { return false };
        let Some((args, result)) = rest.rsplit_once(" = ") else { return false };
        let args = args.trim_end().trim_end_matches(')');
        let result: i64 = result.split(' ').next().and_then(|word| word.parse().ok()).unwrap_or(-1);
        if result < 0 {
            return false;
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
            "unlink" => drop(self.files.remove(&text(0))),
            "write" => return number(0) == Some(1) && text(1).starts_with("promised"),
            _ => {
                let open = number(0).and_then(|number| self.open.get(&number));
                let Some(file) = open.and_then(|path| self.files.get_mut(path)) else { return false };
                match name {
                    "pwrite64" => {
                        let (bytes, at) = (bytes(1), number(3).unwrap() as usize);
                        let end = at + bytes.len();
                        file.written.resize(file.written.len().max(end), 0);
                        file.written[at..end].copy_from_slice(&bytes);
                    }
                    "ftruncate" => file.written.resize(number(1).unwrap() as usize, 0),
                    // Both kinds of sync.
                    _ => file.synced.clone_from(&file.written),
                }
            }
        }
        false
    }

    /// Whether a store made of what was synced has every write that was promised.
    fn holds(&self, promised: u32, folder: &Path) -> bool {
        let path = folder.join("after.db");
        for end in ["", "-wal", "-shm"] {
            let here = format!("{}{end}", path.display());
            let _ = std::fs::remove_file(&here);
            let there = self.files.get(&format!("{}{end}", folder.join("client.db").display()));
            if let Some(file) = there.filter(|_| end != "-shm") {
                std::fs::write(here, &file.synced).unwrap();
            }
        }
        let Ok(mut store) = SqliteStore::open(&path, Durability::Process) else { return false };
        (0..promised)
            .all(|number| store.standing(write(number).id).is_ok_and(|it| it == Some(Standing::Waiting)))
    }
}

/// The bytes of a text in which each stands as `\x` and two digits.
fn unquoted(text: &str) -> Vec<u8> {
    let parts = text.trim_matches('"').split("\\x").skip(1);
    parts.filter_map(|digits| u8::from_str_radix(digits.get(..2)?, 16).ok()).collect()
}
