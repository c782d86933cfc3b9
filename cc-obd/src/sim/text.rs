//! How the members of a scenario are written: codes as their texts, bytes in hexadecimal.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use cc_core::Vin;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::checks::MOST_CODES;

pub(super) fn parsed<'de, D: Deserializer<'de>, T: core::str::FromStr<Err: fmt::Display>>(
    from: D,
) -> Result<T, D::Error> {
    String::deserialize(from)?.parse().map_err(D::Error::custom)
}

pub(super) fn parsed_or_null<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Vin>, D::Error> {
    Option::<String>::deserialize(from)?.map(|text| text.parse().map_err(D::Error::custom)).transpose()
}

pub(super) fn parsed_list<'de, D, T>(from: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: core::str::FromStr<Err: fmt::Display>,
{
    let texts = Vec::<String>::deserialize(from)?;
    if texts.len() > MOST_CODES {
        let found = texts.len();
        return Err(D::Error::custom(format_args!("expected {MOST_CODES} codes at the most, found {found}")));
    }
    texts.iter().map(|text| text.parse().map_err(D::Error::custom)).collect()
}

pub(super) fn bytes_of(text: &str) -> Option<Vec<u8>> {
    let mut bytes = alloc::vec![0; text.len() / 2 + 1];
    let length = crate::hex::read_bytes(text.as_bytes(), &mut bytes).ok()?;
    bytes.truncate(length);
    Some(bytes)
}

pub(super) fn fixed<'de, D: Deserializer<'de>, const N: usize>(from: D) -> Result<[u8; N], D::Error> {
    let text = String::deserialize(from)?;
    let bytes = bytes_of(&text).and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| {
        D::Error::custom(alloc::format!(
            "expected {N} {} in hexadecimal",
            if N == 1 { "byte" } else { "bytes" }
        ))
    })
}

pub(super) fn hex_byte<'de, D: Deserializer<'de>>(from: D) -> Result<u8, D::Error> {
    fixed::<D, 1>(from).map(|[byte]| byte)
}

pub(super) fn hex_three<'de, D: Deserializer<'de>>(from: D) -> Result<[u8; 3], D::Error> {
    fixed(from)
}

pub(super) fn hex_four<'de, D: Deserializer<'de>>(from: D) -> Result<[u8; 4], D::Error> {
    fixed(from)
}

pub(super) fn hex_bytes<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
    bytes_of(&String::deserialize(from)?).ok_or_else(|| D::Error::custom("expected bytes in hexadecimal"))
}
