//! A platform that cannot start says which file or address it is, why, and what can be done; one that stops leaves one file.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    missing_docs,
    reason = "tests"
)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use common::process::{Process, port, ready};
use platform::private::Passing;

fn run(arguments: &[&str], log: &str) -> Output {
    let mut platform = Command::new(env!("CARGO_BIN_EXE_platform"));
    let out = (Stdio::piped(), Stdio::piped());
    let mut child =
        platform.args(arguments).env("RUST_LOG", log).stdout(out.0).stderr(out.1).spawn().unwrap();
    // One that starts after all would run for ever.
    for _ in 0..300 {
        if child.try_wait().unwrap().is_some() {
            return child.wait_with_output().unwrap();
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    child.kill().unwrap();
    panic!("it started: {:?}", child.wait_with_output())
}

/// What it says where it does not start: one line on standard error, and exit code 1.
fn refused(arguments: &[&str]) -> String {
    let output = run(arguments, "info");
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    for raw in ["Os {", "code:", "kind:", "Error", "\""] {
        assert!(!said.contains(raw), "{said}");
    }
    let line = said.strip_suffix('\n').unwrap();
    assert!(!line.contains('\n'), "{line}");
    line.strip_prefix("platform: ").unwrap().to_owned()
}

fn starts(data: &Path) -> String {
    refused(&["--data", data.to_str().unwrap(), "--listen", "127.0.0.1:0"])
}

/// A folder where a platform ran and was stopped with a signal, or killed.
async fn used(passing: &Passing, kill: bool) -> PathBuf {
    let data = passing.path().join("data");
    let port = port();
    let mut platform = Process::start(&data, port);
    ready(&format!("http://127.0.0.1:{port}")).await;
    if kill {
        platform.kill();
    } else {
        Command::new("kill").arg(platform.0.id().to_string()).status().unwrap();
        assert!(platform.0.wait().unwrap().success());
    }
    data
}

fn files(data: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(data).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn options_with_which_a_platform_would_serve_nobody_are_refused() {
    let passing = Passing::make().unwrap();
    let data = passing.path().join("data");
    let url = "expected an http or https URL in its usual form, without a name, a query and a fragment";
    for (option, value, why) in [
        ("--connections", "0", "0 is not in 1.."),
        ("--live-streams", "0", "0 is not in 1.."),
        ("--max-size", "0", "0 is not in 1.."),
        ("--vehicle-day", "0", "0 is not in 1.."),
        ("--reader-memory", "0", "0 is not in 1.."),
        ("--issuer", "", url),
        ("--issuer", "not a url", url),
        ("--issuer", "platform", url),
        ("--issuer", "ftp://cars.acme.example", url),
        ("--issuer", "https://", url),
        ("--issuer", "https://cars.acme.example/?a", url),
        ("--issuer", "https://cars.acme.example#a", url),
        ("--issuer", "https://cars.acme.example\n", url),
        ("--issuer", "https:cars.acme.example", url),
        ("--issuer", "https://Cars.acme.example", url),
        ("--issuer", "https://anna:secret@cars.acme.example", url),
    ] {
        let folder = data.to_str().unwrap();
        let output = run(&["--data", folder, "--listen", "127.0.0.1:0", option, value], "info");
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{option} {value:?}: {said}");
        assert!(said.contains(option) && said.contains(why), "{option} {value:?}: {said}");
        assert!(!data.exists(), "{option} {value:?}");
    }
}

#[tokio::test]
async fn a_platform_of_the_least_size_begins() {
    let passing = Passing::make().unwrap();
    let port = port();
    let least = ["--max-size", "1", "--connections", "1", "--live-streams", "1", "--reader-memory", "1"];
    let least = [&least[..], &["--issuer", "http://127.0.0.1:4437/cars"]].concat();
    let _platform = Process::with(&passing.path().join("data"), port, &least);
    ready(&format!("http://127.0.0.1:{port}")).await;
}

#[test]
fn a_salvage_of_nothing_makes_nothing() {
    let passing = Passing::make().unwrap();
    let data = passing.path().join("data");
    let salvaged = || refused(&["--salvage", "--data", data.to_str().unwrap()]);
    let said = format!("{}: the database failed: it is not there", data.display());
    assert_eq!(salvaged(), said);
    assert!(!data.exists());
    fs::create_dir(&data).unwrap();
    fs::write(data.join("platform.db-wal"), b"").unwrap();
    assert_eq!(salvaged(), said);
    assert_eq!(files(&data), ["platform.db-wal"]);
}

#[tokio::test]
async fn who_is_asked_to_stop_leaves_one_file_which_holds_everything() {
    let passing = Passing::make().unwrap();
    let data = used(&passing, false).await;
    assert_eq!(files(&data), ["platform.db", "platform.lock"]);
    // The file alone is a whole copy.
    let copy = passing.path().join("copy");
    fs::create_dir(&copy).unwrap();
    fs::copy(data.join("platform.db"), copy.join("platform.db")).unwrap();
    let listed = run(&["account", "list", "--data", copy.to_str().unwrap()], "info");
    assert!(String::from_utf8(listed.stdout).unwrap().contains("anna@demo.example"));
    assert_eq!(files(&copy), ["platform.db", "platform.lock"]);
}

#[tokio::test]
async fn a_database_that_was_emptied_beside_its_log_of_changes_is_no_new_platform() {
    let passing = Passing::make().unwrap();
    let data = used(&passing, true).await;
    let (file, log) = (data.join("platform.db"), data.join("platform.db-wal"));
    let size = fs::metadata(&log).unwrap().len();
    assert!(size > 0);
    let said = format!(
        "{}: the database is empty beside a log of changes (-wal) of {size} bytes, so its data is lost or was not copied; \
         put both files back from a copy, keep what the log has with --salvage, or move the log away to begin anew",
        file.display()
    );
    let kept = fs::read(&file).unwrap();
    fs::write(&file, b"").unwrap();
    assert_eq!(starts(&data), said);
    fs::remove_file(&file).unwrap();
    assert_eq!(starts(&data), said);
    assert!(!file.exists());
    assert_eq!(fs::metadata(&log).unwrap().len(), size, "the log is as it was");
    // With both of them back all is there.
    fs::write(&file, kept).unwrap();
    let listed = run(&["account", "list", "--data", data.to_str().unwrap()], "info");
    assert!(String::from_utf8(listed.stdout).unwrap().contains("anna@demo.example"));
}

/// The same where the folder is on a disk that cannot be written; nothing where this machine lets nobody make one.
fn run_on_still(data: &Path, arguments: &[&str]) -> Option<Output> {
    const MOUNT: &str = r#"mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" || exit 77; "#;
    let still = |what: &str, more: &[&str]| {
        let mut shell = Command::new("unshare");
        shell.args(["-rm", "sh", "-c", &format!("{MOUNT}{what}"), "sh"]).arg(data);
        shell.arg(env!("CARGO_BIN_EXE_platform")).args(more).output().ok()
    };
    // A mount that is no other is none.
    still(r#"! touch "$1/x""#, &[]).filter(|made| made.status.success())?;
    still(r#"data="$1"; shift; exec "$@" --data "$data""#, arguments)
}

#[tokio::test]
async fn a_list_is_shown_of_a_disk_that_cannot_be_written() {
    let passing = Passing::make().unwrap();
    let data = used(&passing, false).await;
    let is_listed = |data: &Path| {
        let before = files(data);
        let Some(listed) = run_on_still(data, &["account", "list"]) else { return true };
        let said = String::from_utf8_lossy(&listed.stderr);
        assert_eq!(files(data), before);
        assert!(said.is_empty(), "{said}");
        String::from_utf8(listed.stdout).unwrap().contains("anna@demo.example")
    };
    assert!(is_listed(&data));
    // A copy without a lock, whose name has letters that an address has not.
    let copy = passing.path().join("a copy?100%#");
    fs::create_dir(&copy).unwrap();
    fs::copy(data.join("platform.db"), copy.join("platform.db")).unwrap();
    assert!(is_listed(&copy));
    assert_eq!(files(&copy), ["platform.db"]);
    // Beside a platform that runs, and with the log that it leaves where it is killed.
    let port = port();
    let mut platform = Process::start(&data, port);
    ready(&format!("http://127.0.0.1:{port}")).await;
    assert!(is_listed(&data));
    if let Some(refused) = run_on_still(&copy, &["vehicle", "add", "acme/7"]) {
        assert!(String::from_utf8_lossy(&refused.stderr).contains("the disk is read-only"));
    }
    platform.kill();
    assert!(is_listed(&data));
    fs::remove_file(data.join("platform.db-shm")).unwrap();
    assert!(is_listed(&data));
}

#[tokio::test]
async fn a_list_changes_nothing_after_a_crash_and_names_the_file_that_is_damaged() {
    let passing = Passing::make().unwrap();
    let data = used(&passing, true).await;
    let (file, log) = (data.join("platform.db"), data.join("platform.db-wal"));
    fs::remove_file(data.join("platform.db-shm")).unwrap();
    let before = [fs::read(&file).unwrap(), fs::read(&log).unwrap()];
    let folder = data.to_str().unwrap();
    for _ in 0..2 {
        let listed = run(&["account", "list", "--data", folder], "info");
        assert!(String::from_utf8(listed.stdout).unwrap().contains("anna@demo.example"));
        assert_eq!(files(&data), ["platform.db", "platform.db-wal", "platform.lock"]);
        assert_eq!([fs::read(&file).unwrap(), fs::read(&log).unwrap()], before);
    }
    // Started again, everything is in one file; the page where the accounts begin is lost.
    let port = port();
    let mut platform = Process::start(&data, port);
    ready(&format!("http://127.0.0.1:{port}")).await;
    Command::new("kill").arg(platform.0.id().to_string()).status().unwrap();
    assert!(platform.0.wait().unwrap().success());
    let mut bytes = fs::read(&file).unwrap();
    bytes[4096..8192].fill(0xA5);
    fs::write(&file, bytes).unwrap();
    let said = format!(
        "{}: the database is damaged; stop all platforms on it, and keep what can be read of it with --salvage",
        file.display()
    );
    for command in [&["account", "list"][..], &["key", "list"], &["vehicle", "add", "acme/7"]] {
        assert_eq!(refused(&[command, &["--data", folder]].concat()), said, "{command:?}");
    }
}

#[tokio::test]
async fn a_database_that_was_emptied_after_a_stop_is_no_new_platform_unless_it_is_said() {
    let passing = Passing::make().unwrap();
    let data = used(&passing, false).await;
    let file = data.join("platform.db");
    let whole = fs::read(&file).unwrap();
    let said = format!(
        "{}: the database is empty or missing, and one was kept here before; put a copy back, or start once with --new to begin \
         anew, or name another folder",
        file.display()
    );
    let folder = data.to_str().unwrap();
    for is_there in [true, false] {
        if is_there {
            fs::write(&file, b"").unwrap();
        } else {
            fs::remove_file(&file).unwrap();
        }
        assert_eq!(starts(&data), said);
        for command in [
            &["account", "list"][..],
            &["vehicle", "add", "acme/7"],
            &["account", "remove", "anna@demo.example"],
        ] {
            assert_eq!(refused(&[command, &["--data", folder]].concat()), said, "{command:?}");
        }
        assert_eq!(file.exists(), is_there, "nothing is made");
    }
    // A copy that is put back is all that there was; `--new` says that nothing is missed.
    fs::write(&file, whole).unwrap();
    let listed = run(&["account", "list", "--data", folder], "info");
    assert!(String::from_utf8(listed.stdout).unwrap().contains("anna@demo.example"));
    fs::remove_file(&file).unwrap();
    let port = port();
    let mut platform = Process::with(&data, port, &["--new"]);
    ready(&format!("http://127.0.0.1:{port}")).await;
    platform.kill();
    assert!(file.exists());
}

#[tokio::test]
async fn a_file_that_is_cut_foreign_newer_or_none_at_all_is_named_with_the_reason() {
    let passing = Passing::make().unwrap();
    let data = used(&passing, false).await;
    let file = data.join("platform.db");
    let whole = fs::read(&file).unwrap();
    let name = file.display();

    fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    assert_eq!(
        starts(&data),
        format!(
            "{name}: the file is cut: {} bytes of {}; put a whole copy back, or keep what can be read of this one with --salvage",
            whole.len() / 2,
            whole.len()
        )
    );
    let mut broken = whole.clone();
    broken[..16].fill(0);
    for text in [&broken[..], b"a note", &[0; 4096]] {
        fs::write(&file, text).unwrap();
        assert_eq!(
            starts(&data),
            format!(
                "{name}: this is no database: its beginning is damaged or was never one; put a copy back, keep what can be read of it with --salvage, or move it away to begin anew"
            )
        );
        assert_eq!(fs::read(&file).unwrap(), text, "it is as it was");
    }
    fs::write(&file, &whole).unwrap();
    rusqlite::Connection::open(&file).unwrap().pragma_update(None, "user_version", 99).unwrap();
    assert_eq!(
        starts(&data),
        format!(
            "{name}: version 99 of the database, and this platform reads version 4; start the release that wrote it"
        )
    );
    fs::remove_file(&file).unwrap();
    rusqlite::Connection::open(&file).unwrap().execute_batch("CREATE TABLE other (a)").unwrap();
    assert_eq!(starts(&data), format!("{name}: this is a database of another program; name another folder"));
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    assert_eq!(starts(&data), format!("{name}: it is a folder, and a file is expected"));
}

#[test]
fn an_address_or_a_folder_that_cannot_be_had_is_told_in_words() {
    let passing = Passing::make().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let used = format!("{address}: the address is in use: another program listens there");
    assert_eq!(refused(&["--listen", &address]), used);
    assert_eq!(refused(&["--listen", "127.0.0.1:0", "--metrics", &address]), used);
    assert_eq!(refused(&["--listen", "192.0.2.1:4437"]), "192.0.2.1:4437: this machine has no such address");
    let data = passing.path().join("data");
    assert_eq!(refused(&["--data", data.to_str().unwrap(), "--listen", &address]), used);
    assert!(!files(&data).contains(&"platform.db".to_owned()));
    let file = passing.path().join("file");
    fs::write(&file, "x").unwrap();
    for data in [&file, &file.join("data")] {
        assert_eq!(
            starts(data),
            format!("{}: a part of the path is a file, and a folder is expected", data.display())
        );
    }
    #[cfg(target_os = "linux")]
    assert_eq!(starts(Path::new("/proc/none")), "/proc/none: a folder cannot be made there");
}

#[tokio::test]
async fn what_is_asked_of_the_log_and_cannot_be_read_is_said_once() {
    let passing = Passing::make().unwrap();
    let data = passing.path().join("data");
    for (asked, said) in [("info", 0), ("platform=lots,=", 1), ("", 0)] {
        let port = port();
        let child = Command::new(env!("CARGO_BIN_EXE_platform"))
            .args(["--data", data.to_str().unwrap(), "--listen", &format!("127.0.0.1:{port}")])
            .env("RUST_LOG", asked)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        ready(&format!("http://127.0.0.1:{port}")).await;
        Command::new("kill").arg(child.id().to_string()).status().unwrap();
        let output = child.wait_with_output().unwrap();
        let (log, error) =
            (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        assert_eq!(error.matches("platform: RUST_LOG is none of").count(), said, "{asked}: {error}");
        assert_eq!(log.matches("RUST_LOG cannot be read; info is used").count(), said, "{asked}: {log}");
        assert!(log.contains("listening"), "{log}");
    }
}

#[test]
fn what_is_for_serving_stands_beside_no_command() {
    for (option, more) in
        [("--salvage", None), ("--new", None), ("--demo", None), ("--listen", Some("127.0.0.1:0"))]
    {
        let mut arguments = vec!["--data", "nowhere", option];
        arguments.extend(more);
        arguments.extend(["vehicle", "list"]);
        let output = run(&arguments, "info");
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(
            said.contains(&format!("'{option}' is for serving, and cannot be used with 'vehicle'")),
            "{said}"
        );
    }
    // What both know may stand before a command.
    assert_eq!(run(&["--data", "nowhere", "vehicle", "list"], "info").status.code(), Some(1));
}

#[tokio::test]
async fn figures_are_public_on_a_loopback_address_alone_unless_they_have_their_own() {
    let passing = Passing::make().unwrap();
    let own = port();
    let at = format!("127.0.0.1:{own}");
    for (listen, more, public, apart) in [
        ("127.0.0.1", &[][..], 200, false),
        ("0.0.0.0", &[], 404, false),
        ("127.0.0.1", &["--metrics", &at], 404, true),
    ] {
        let port = port();
        let data = passing.path().join(port.to_string());
        let mut child = Command::new(env!("CARGO_BIN_EXE_platform"))
            .args(["--data", data.to_str().unwrap(), "--listen", &format!("{listen}:{port}")])
            .args(more)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let base = format!("http://127.0.0.1:{port}");
        ready(&base).await;
        let get =
            async |url: String| common::client().get(url).send().await.map(|answer| answer.status().as_u16());
        assert_eq!(get(format!("{base}/metrics")).await.unwrap(), public, "{listen} {more:?}");
        assert_eq!(get(format!("http://{at}/metrics")).await.ok(), apart.then_some(200), "{listen} {more:?}");
        Command::new("kill").arg(child.id().to_string()).status().unwrap();
        assert!(child.wait().unwrap().success());
    }
}
