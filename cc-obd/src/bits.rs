//! Bit fields inside bytes, most significant bit first.

/// The field of `count` bits (1 to 64) that starts at bit `first`; `None` where the data ends before it.
#[inline]
pub(crate) fn unsigned(data: &[u8], first: usize, count: u32) -> Option<u64> {
    let end = first.checked_add(count as usize)?;
    if count == 0 || count > 64 || end > data.len().checked_mul(8)? {
        return None;
    }
    let (start, stop) = (first / 8, end.div_ceil(8));
    let raw = data[start..stop].iter().fold(0_u128, |raw, &byte| raw << 8 | u128::from(byte));
    let raw = (raw >> (stop * 8 - end)) as u64;
    Some(if count == 64 { raw } else { raw & ((1 << count) - 1) })
}

/// A field of `count` bits read in two's complement.
#[inline]
pub(crate) fn sign(raw: u64, count: u32) -> i64 {
    let shift = 64 - count.clamp(1, 64);
    (raw << shift) as i64 >> shift
}

/// The bytes of a field in reverse order; a field that is not whole bytes stays as it is.
pub(crate) fn reverse_bytes(raw: u64, count: u32) -> u64 {
    if count == 0 || !count.is_multiple_of(8) || count > 64 { raw } else { raw.swap_bytes() >> (64 - count) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_counted_from_the_most_significant_bit() {
        let data = [0b1010_0101, 0xF0, 0x12];
        for (first, count, raw) in
            [(0, 1, 1), (1, 1, 0), (0, 4, 0b1010), (4, 8, 0x5F), (8, 16, 0xF012), (0, 24, 0xA5_F012)]
        {
            assert_eq!(unsigned(&data, first, count), Some(raw), "{first} {count}");
        }
        assert_eq!(unsigned(&data, 17, 8), None);
        assert_eq!(unsigned(&data, 0, 0), None);
        assert_eq!(unsigned(&data, usize::MAX, 1), None);
        assert_eq!(unsigned(&[0xFF; 9], 3, 64), Some(u64::MAX));
    }

    #[test]
    fn signs_and_byte_order_concern_the_fields_own_bits() {
        assert_eq!((sign(0x80, 8), sign(0x7F, 8), sign(0xF, 4), sign(u64::MAX, 64)), (-128, 127, -1, -1));
        assert_eq!(
            (reverse_bytes(0x1234, 16), reverse_bytes(0x12, 8), reverse_bytes(0x123, 12)),
            (0x3412, 0x12, 0x123)
        );
        assert_eq!(reverse_bytes(0x0102_0304_0506_0708, 64), 0x0807_0605_0403_0201);
    }
}
