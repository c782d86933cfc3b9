//! What several tests use.
#![allow(dead_code, reason = "every test file uses its own part")]
#![allow(unreachable_pub, reason = "each test is a crate of its own")]

pub(crate) mod descriptors;
pub(crate) mod random;
pub(crate) mod types;
