//! Percentages of vehicles, the same ones on every platform.
