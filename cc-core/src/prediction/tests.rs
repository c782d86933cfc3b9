//! Dates worked out by hand.
