//! How far a backtest is, for a person who waits.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use indicatif::{ProgressBar, ProgressStyle};

/// A bar on standard error, if that is a terminal.
#[derive(Debug)]
pub(super) struct Progress {
    bar: ProgressBar,
    total: Option<u64>,
    read: Arc<AtomicU64>,
}

impl Progress {
    /// `total` bytes are to be read, where that is known.
    pub(super) fn new(total: Option<u64>) -> Self {
        let (bar, template) = match total {
            Some(total) => (ProgressBar::new(total), "{bar:30} {percent:>3} %  {bytes_per_sec}  {eta} left"),
            None => (ProgressBar::new_spinner(), "{spinner} {bytes}  {bytes_per_sec}"),
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        Self { bar, total, read: Arc::default() }
    }

    /// Counts the bytes that are read.
    pub(super) fn read(&self) -> &Arc<AtomicU64> {
        &self.read
    }

    pub(super) fn show(&self) {
        self.bar.set_position(self.read.load(Ordering::Relaxed));
    }

    /// From the beginning: reading is half of the work.
    pub(super) fn twice(&self) {
        self.read.store(0, Ordering::Relaxed);
        if let Some(total) = self.total {
            self.bar.set_length(total * 2);
        }
    }

    pub(super) fn second_half(&self) {
        self.bar.set_position(self.total.unwrap_or(0));
    }

    /// One of so many parts of the second half is done.
    pub(super) fn part(&self, parts: u64) {
        if let Some(total) = self.total {
            self.bar.inc(total / parts.max(1));
        }
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
