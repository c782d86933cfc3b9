//! Trips, worked out from ignition and positions.
