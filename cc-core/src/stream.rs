//! A body of events of any length, read piece by piece.
