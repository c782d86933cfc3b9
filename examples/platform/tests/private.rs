//! What a platform keeps, its signing keys too, is for the account that runs it and nobody else on the machine.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    missing_docs,
    reason = "tests"
)]

mod common;

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use common::process::{Process, port, ready};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// What is in a folder, each with its mode.
fn modes(folder: &Path) -> BTreeMap<String, u32> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries.map(|entry| (entry.file_name().into_string().unwrap(), mode(&entry.path()))).collect()
}

fn all_private() -> BTreeMap<String, u32> {
    let names = ["platform.db", "platform.db-shm", "platform.db-wal", "platform.lock"];
    names.into_iter().map(|name| (name.to_owned(), 0o600)).collect()
}

#[tokio::test]
async fn a_folder_and_its_files_are_made_for_their_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("deep").join("data");
    let port = port();
    let _platform = Process::start(&data, port);
    ready(&format!("http://127.0.0.1:{port}")).await;
    assert_eq!(mode(&data), 0o700);
    assert_eq!(modes(&data), all_private());
}

#[tokio::test]
async fn files_that_others_could_read_become_private_and_the_folder_stays_as_it_was_made() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let first = port();
    let mut platform = Process::start(&data, first);
    ready(&format!("http://127.0.0.1:{first}")).await;
    platform.kill();
    for name in modes(&data).keys() {
        fs::set_permissions(data.join(name), Permissions::from_mode(0o644)).unwrap();
    }
    // What a repair has put aside holds the same secrets.
    fs::write(data.join("platform.db.damaged"), "x").unwrap();
    fs::write(data.join("notes.txt"), "x").unwrap();
    for (name, other) in [("platform.db.damaged", 0o640), ("notes.txt", 0o644)] {
        fs::set_permissions(data.join(name), Permissions::from_mode(other)).unwrap();
    }
    fs::set_permissions(&data, Permissions::from_mode(0o755)).unwrap();
    let second = port();
    let _platform = Process::start(&data, second);
    ready(&format!("http://127.0.0.1:{second}")).await;
    let mut expected = all_private();
    expected.extend([("platform.db.damaged".to_owned(), 0o600), ("notes.txt".to_owned(), 0o644)]);
    assert_eq!(modes(&data), expected);
    assert_eq!(mode(&data), 0o755);
}

#[tokio::test]
async fn a_folder_for_one_run_is_private_and_goes_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let port = port();
    let mut child = Command::new(env!("CARGO_BIN_EXE_platform"))
        .args(["--listen", &format!("127.0.0.1:{port}")])
        .env("TMPDIR", folder.path())
        .env("RUST_LOG", "warn")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    ready(&format!("http://127.0.0.1:{port}")).await;
    let folders: Vec<PathBuf> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    let (of_folder, files) = (mode(&folders[0]), modes(&folders[0]));
    let told = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    let ended = child.wait().unwrap();
    assert!(told.success() && ended.success());
    assert_eq!((folders.len(), of_folder), (1, 0o700));
    assert_eq!(files, all_private());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
