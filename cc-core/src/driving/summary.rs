//! How a car was driven, in counts and points.

use super::DrivingStrength;
use crate::{DrivingDirection, DrivingEvent};

/// How a car was driven over a distance: how often, which way and how hard. Adding up is independent of the order.
///
/// # Examples
///
/// ```
/// use cc_core::driving::{DrivingStrength, DrivingSummary};
/// use cc_core::{DrivingDirection, DrivingEvent};
///
/// let mut summary = DrivingSummary::default();
/// for direction in ["brake_low", "brake_high", "turn_left_low", "loop_low"] {
///     summary.add(&DrivingEvent { g_force: "0.3".parse()?, direction: direction.into() });
/// }
/// assert_eq!(summary.count(DrivingDirection::Brake, DrivingStrength::High), 1);
/// assert_eq!((summary.total(), summary.unknown()), (3, 1));
/// // 1 + 10 + 1 points in 80 km.
/// assert_eq!(summary.points_per_100_km(80.0), Some(15.0));
/// assert_eq!(summary.points_per_100_km(0.0), None);
/// # Ok::<(), cc_core::NumberParseError>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct DrivingSummary {
    /// By direction, then by strength.
    counts: [[u64; 3]; 4],
    unknown: u64,
}

impl DrivingSummary {
    /// Counts an event.
    pub fn add(&mut self, event: &DrivingEvent) {
        let slot = event.kind().zip(event.strength()).and_then(|(direction, strength)| {
            self.counts.get_mut(direction as usize)?.get_mut(strength as usize)
        });
        let slot = slot.unwrap_or(&mut self.unknown);
        *slot = slot.saturating_add(1);
    }

    /// How often it was driven so.
    pub fn count(&self, direction: DrivingDirection, strength: DrivingStrength) -> u64 {
        self.counts.get(direction as usize).and_then(|row| row.get(strength as usize)).copied().unwrap_or(0)
    }

    /// How many events of known direction and strength there are.
    pub fn total(&self) -> u64 {
        self.counts.iter().flatten().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// How many events had words of another kind.
    pub fn unknown(&self) -> u64 {
        self.unknown
    }

    /// Points in 100 km, fewer is calmer: one for each low event, three for a medium, ten for a high one (a product
    /// choice). `None` where the distance is not above zero.
    pub fn points_per_100_km(&self, distance_km: f64) -> Option<f64> {
        let points = self.counts.iter().flat_map(|row| row.iter().zip([1.0, 3.0, 10.0]));
        let points: f64 = points.map(|(count, weight)| *count as f64 * weight).sum();
        (distance_km > 0.0 && distance_km.is_finite()).then(|| points * 100.0 / distance_km)
    }
}
