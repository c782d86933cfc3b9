//! Numbers that look random and follow from a seed.

/// `SplitMix64`, by Sebastiano Vigna: small, quick, and good enough to scatter cars.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    /// The numbers of one car.
    pub(crate) fn of(seed: u64, car: u32) -> Self {
        let mut random = Self(seed ^ u64::from(car).wrapping_mul(0xD6E8_FEB8_6659_FD93));
        random.next();
        random
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from `low` to below `high`; `low` where that is no span.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = high.saturating_sub(low).max(1) as u64;
        low + ((u128::from(self.next()) * u128::from(span)) >> 64) as i64
    }

    /// True so many times in a thousand.
    pub(crate) fn per_mille(&mut self, times: i64) -> bool {
        self.between(0, 1_000) < times
    }
}
