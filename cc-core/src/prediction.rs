//! When the next service is due.
