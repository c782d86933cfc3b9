//! Ctrl-C on a live source: `candump can0 | quickstart -` ends with the report, not without it.

use std::process;
use std::sync::atomic::{AtomicBool, Ordering};

/// Lets the first Ctrl-C end only the program that we read from, and with it our input; a second one ends us as well.
pub(crate) fn ends_the_input() {
    let before = AtomicBool::new(false);
    // Without a handler Ctrl-C ends us at once, which is all that is lost.
    let _ = ctrlc::set_handler(move || {
        if before.swap(true, Ordering::Relaxed) {
            process::exit(INTERRUPTED);
        }
    });
}

/// How shells say that Ctrl-C ended a program: 128 and the number of the signal.
const INTERRUPTED: i32 = 130;
