//! What goes wrong on a simulated day, and what the day came to.

/// What goes wrong: each once in so many chances; 0 for never.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Faults {
    /// A request does not arrive.
    pub drop_request: u64,
    /// An answer does not arrive.
    pub drop_answer: u64,
    /// A request arrives twice.
    pub duplicate: u64,
    /// An answer breaks off.
    pub break_off: u64,
    /// A stream falls silent, and nobody says so.
    pub half_open: u64,
    /// The client is killed when it commits: before, or right after.
    pub crash: u64,
    /// The disk is full.
    pub disk_full: u64,
    /// The platform answers 503, with or without a word on when to come back.
    pub unavailable: u64,
    /// A page of a captive portal answers.
    pub portal: u64,
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            drop_request: 12,
            drop_answer: 12,
            duplicate: 15,
            break_off: 15,
            half_open: 20,
            crash: 60,
            disk_full: 80,
            unavailable: 25,
            portal: 60,
        }
    }
}

/// What a day came to.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Report {
    /// Writes that were accepted.
    pub accepted: u64,
    /// Times the client was killed.
    pub crashes: u64,
    /// Requests that arrived.
    pub requests: u64,
    /// Times everything was listed anew.
    pub listings: u64,
    /// Tokens that were made.
    pub tokens: u64,
}
