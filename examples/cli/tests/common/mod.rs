//! Running `ccars` as a person would.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot run its program has failed"
)]
#![allow(dead_code, reason = "every test file uses its own part")]

pub(crate) mod sim;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs `ccars` in the folder of the samples.
pub(crate) fn ccars(arguments: &[&str], stdin: &str) -> Run {
    ccars_with_bytes(arguments, stdin.as_bytes())
}

/// The same with input that need not be text.
pub(crate) fn ccars_with_bytes(arguments: &[&str], stdin: &[u8]) -> Run {
    let (code, stdout, stderr) = ccars_between_bytes(arguments, stdin);
    Run { code, stdout: String::from_utf8(stdout).unwrap(), stderr }
}

/// The same with output that need not be text either: exit code, output and errors.
pub(crate) fn ccars_between_bytes(arguments: &[&str], stdin: &[u8]) -> (i32, Vec<u8>, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_ccars"))
        .args(arguments)
        .current_dir(samples())
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .env("COLUMNS", "110")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let input = stdin.to_owned();
    // Beside the reading, so that neither side waits for the other; a program that does not read is fine.
    let writer = std::thread::spawn(move || drop(pipe.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    (output.status.code().unwrap(), output.stdout, String::from_utf8(output.stderr).unwrap())
}

/// The samples that come with the examples.
pub(crate) fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples")
}

/// Compares with `tests/golden/NAME.txt`; `UPDATE_GOLDEN=1` writes it anew.
pub(crate) fn assert_golden(name: &str, run: &Run) {
    let Run { code, stdout, stderr } = run;
    let found = format!("exit code {code}\n--- stdout\n{stdout}--- stderr\n{stderr}");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/{name}.txt"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &found).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == expected, "{name} differs from {}; found:\n{found}", path.display());
}
