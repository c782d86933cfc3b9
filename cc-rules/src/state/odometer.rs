//! Guards against counters that jump: sentinels, and readings below what was reached.

/// Remembers readings below the highest one: three in a row that agree mean a new instrument cluster.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Guard {
    /// The newest reading that was set aside.
    pub(crate) candidate: f64,
    /// How many in a row.
    pub(crate) seen: u8,
}

impl Guard {
    /// How many lower readings in a row are believed.
    const BELIEVED: u8 = 3;

    /// Whether `value`, lower than the last accepted one, is to be believed now.
    pub(crate) fn believes(&mut self, value: f64) -> bool {
        self.seen = if self.seen > 0 && value >= self.candidate { self.seen.saturating_add(1) } else { 1 };
        self.candidate = value;
        self.seen >= Self::BELIEVED
    }
}

/// All bits set, in the widths and scales that counters are sent in: "no value".
pub(crate) fn is_sentinel(value: f64) -> bool {
    const ALL_ONES: [f64; 2] = [16_777_215.0, 4_294_967_295.0];
    ALL_ONES.iter().any(|ones| value == *ones || value == ones / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_lower_readings_that_agree_are_a_new_cluster() {
        let mut guard = Guard::default();
        assert_eq!([10.0, 11.0, 12.0].map(|km| guard.believes(km)), [false, false, true]);
        let mut guard = Guard::default();
        assert_eq!([10.0, 9.0, 8.0, 7.0].map(|km| guard.believes(km)), [false; 4]);
    }

    #[test]
    fn all_ones_are_no_odometer() {
        for (value, expected) in [
            (16_777_215.0, true),
            (1_677_721.5, true),
            (4_294_967_295.0, true),
            (429_496_729.5, true),
            (65_535.0, false),
            (123_456.0, false),
        ] {
            assert_eq!(is_sentinel(value), expected, "{value}");
        }
    }
}
