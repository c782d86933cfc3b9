//! The example runs, and what it tells is there; what nobody may know is not.
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use std::process::Command;

use cc_client::testing::FAKE_SESSION;

#[test]
fn spans_and_numbers_come_out_and_no_canary_sings() {
    let ran = Command::new(env!("CARGO_BIN_EXE_telemetry")).output().unwrap();
    let (out, errors) = (String::from_utf8(ran.stdout).unwrap(), String::from_utf8(ran.stderr).unwrap());
    assert!(ran.status.success(), "{errors}");
    for expected in [
        // A span for each request, with its endpoint, and events in it.
        "Name         : request",
        "feed_stream",
        "changes",
        "session",
        "settled",
        // Numbers, with their labels.
        "cc_client.request.duration",
        "cc_client.writes.settled",
        "cc_client.store.duration",
        "cc_client.items.changed",
        "http.response.status_code",
        "applied",
        "conflict",
        "phone",
    ] {
        assert!(out.contains(expected), "no {expected} in:\n{out}");
    }
    for canary in [FAKE_SESSION, "token-1", "token-2", "canary"] {
        assert!(!out.contains(canary) && !errors.contains(canary), "{canary} in:\n{out}{errors}");
    }
}
