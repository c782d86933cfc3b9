//! A data folder is one platform's at a time.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use std::process::Command;

use platform::claim::{Claim, ClaimError};

#[test]
fn a_second_platform_and_a_salvage_beside_it_are_refused_and_told_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let claim = Claim::of(folder.path()).unwrap();
    let expected =
        format!("{}: another platform runs on this folder; stop it first", folder.path().display());
    assert_eq!(Claim::of(folder.path()).unwrap_err().to_string(), expected);
    for more in [&["--listen", "127.0.0.1:0"][..], &["--salvage"]] {
        let mut platform = Command::new(env!("CARGO_BIN_EXE_platform"));
        let refused = platform.arg("--data").arg(folder.path()).args(more).output().unwrap();
        assert!(!refused.status.success());
        assert!(String::from_utf8_lossy(&refused.stderr).contains(&expected), "{refused:?}");
        assert!(!folder.path().join("platform.db").exists());
    }
    drop(claim);
    Claim::of(folder.path()).unwrap();
}

#[test]
fn a_platform_waits_for_who_only_looks() {
    let folder = tempfile::tempdir().unwrap();
    let look = Claim::to_look(folder.path()).unwrap();
    assert!(look.is_some());
    let waits = std::thread::scope(|threads| {
        let start = threads.spawn(|| Claim::of(folder.path()).map(drop));
        assert!(
            matches!(Claim::to_look(folder.path()), Err(ClaimError::Taken { .. })),
            "who looks waits for nobody"
        );
        drop(look);
        start.join().unwrap()
    });
    waits.unwrap();
}
