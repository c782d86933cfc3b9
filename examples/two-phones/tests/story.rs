//! The story is told to its end.
#![allow(clippy::unwrap_used, missing_docs, reason = "tests")]

use std::process::Command;

#[test]
fn the_story_is_told_to_its_end() {
    let told = Command::new(env!("CARGO_BIN_EXE_two-phones")).output().unwrap();
    let text = String::from_utf8(told.stdout).unwrap();
    assert!(told.status.success(), "{text}\n{}", String::from_utf8_lossy(&told.stderr));
    let expected = [
        "1. Both of Anna's devices are in a tunnel.",
        "   Anna's phone keeps a place, and shows it at once: Pier.",
        "2. The phone is out of the tunnel first.",
        "   Anna's tablet shows it, too: Pier.",
        "3. Both change it, each without knowing of the other.",
        "   Anna's phone shows both changes: Old pier, 300 m.",
        "   Anna's tablet shows both changes: Old pier, 300 m.",
        "4. Anna shares the place with Bo.",
        "   Bo has accepted, and Bo's phone shows: Old pier.",
        "   Anna has taken it back, and Bo's phone shows it no more.",
        "5. Anna books the workshop on her tablet.",
        "   Anna's phone shows the booking: NEW.",
        "   Cancelled on the phone, and the tablet shows it: CANCELLED.",
        "6. The car reports a misfire.",
        "   Anna's phone shows: Engine issue: spark plugs.",
        "   Anna's tablet shows: Engine issue: spark plugs.",
        "   Bo's phone shows nothing of it.",
    ];
    assert_eq!(text.lines().collect::<Vec<_>>(), expected);
}
