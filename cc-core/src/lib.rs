//! The shared vocabulary of the SDK.
