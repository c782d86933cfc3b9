//! Driving events from acceleration.
