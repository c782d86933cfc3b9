//! Public keys, their names, and which of them are trusted when.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use cc_core::Timestamp;
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::hex;

/// An Ed25519 public key. Its text is `ed25519:` and 64 hexadecimal digits.
///
/// # Examples
///
/// ```
/// use cc_rules::signed::PublicKey;
///
/// let text = "ed25519:d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
/// let key: PublicKey = text.parse()?;
/// assert_eq!(key.to_string(), text);
/// assert_eq!(key.id().to_string(), "21fe31dfa154a261");
///
/// let error = "ed25519:d75a98".parse::<PublicKey>().unwrap_err();
/// assert_eq!(error.to_string(), "expected 64 hexadecimal digits, found 6 characters");
/// # Ok::<(), cc_rules::signed::KeyError>(())
/// ```
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct PublicKey(pub(super) VerifyingKey);

/// The scheme that a key's text begins with.
pub(super) const SCHEME: &str = "ed25519:";

impl PublicKey {
    /// The key in 32 bytes, as RFC 8032 encodes it, in the one spelling that it allows. Keys of small order, which
    /// fit signatures that nobody made, are refused.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| KeyError::NoPoint)?;
        let one_spelling = key.to_edwards().compress().as_bytes() == bytes;
        if key.is_weak() || !one_spelling { Err(KeyError::NoPoint) } else { Ok(Self(key)) }
    }

    /// The key in 32 bytes.
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes()
    }

    /// The key's name.
    pub fn id(&self) -> KeyId {
        let hash = Sha256::digest(self.0.as_bytes());
        let mut id = [0; 8];
        id.copy_from_slice(&hash[..8]);
        KeyId(id)
    }

    pub(super) fn fits(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.0.verify_strict(message, &Signature::from_bytes(signature)).is_ok()
    }
}

impl FromStr for PublicKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        Self::from_bytes(&key_bytes(text, SCHEME, KeyError::Scheme)?)
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(SCHEME)?;
        hex::write(self.0.as_bytes(), f)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.id())
    }
}

/// The 32 bytes of a key's text.
pub(super) fn key_bytes(text: &str, scheme: &str, other: KeyError) -> Result<[u8; 32], KeyError> {
    let digits = text.strip_prefix(scheme).ok_or(other)?;
    let mut bytes = [0; 32];
    if digits.len() != 64 {
        return Err(KeyError::Length { found: digits.chars().count() });
    }
    hex::read(digits, &mut bytes).map_err(|offset| KeyError::Digit { offset: scheme.len() + offset })?;
    Ok(bytes)
}

/// Why a text or bytes are no key.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum KeyError {
    /// A character is no hexadecimal digit.
    #[error("expected a hexadecimal digit 0-9 or a-f at byte {offset}")]
    Digit {
        /// Where, counted from 0.
        offset: usize,
    },
    /// There are too few or too many digits.
    #[error("expected 64 hexadecimal digits, found {found} characters")]
    Length {
        /// How many characters there are.
        found: usize,
    },
    /// The bytes are not a point of the curve, or one of small order.
    #[error("not the public key of anybody")]
    NoPoint,
    /// The text does not begin with the scheme of a private key.
    #[error("expected `ed25519-private:` and 64 hexadecimal digits; `ed25519:` begins a public key")]
    PrivateScheme,
    /// The text does not begin with the scheme of a public key.
    #[error("expected `ed25519:` and 64 hexadecimal digits")]
    Scheme,
}

/// The name of a key: the first eight bytes of the SHA-256 of its 32 bytes.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct KeyId(pub(super) [u8; 8]);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex::write(&self.0, f)
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

/// The keys whose packs are loaded, each for ever or for a span of time.
///
/// Its text has a line a key: the key, then `from` and `until` with an instant where it has them. Empty lines, and what
/// follows `#`, are for people; a span of time behind the `#` of a key is refused, for it would not count.
///
/// # Examples
///
/// ```
/// use cc_rules::signed::TrustedKeys;
///
/// let text = "# the key of 2026\n\
///     ed25519:d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a until 2027-02-01T00:00:00Z\n";
/// let keys: TrustedKeys = text.parse()?;
/// assert_eq!(keys.len(), 1);
///
/// let error = text.replace("until", "til").parse::<TrustedKeys>().unwrap_err();
/// assert_eq!(error.to_string(), "line 2: expected `from` or `until` and an instant");
/// # Ok::<(), cc_rules::signed::TrustedKeysError>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct TrustedKeys(pub(super) BTreeMap<KeyId, Trusted>);

#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Trusted {
    pub(super) key: PublicKey,
    pub(super) from: Option<Timestamp>,
    pub(super) until: Option<Timestamp>,
}

impl TrustedKeys {
    /// Trusts a key for ever.
    #[must_use]
    pub fn with(self, key: PublicKey) -> Self {
        self.with_span(key, None, None)
    }

    /// Trusts a key from an instant on, and until before another. A key that is given twice has the later span.
    #[must_use]
    pub fn with_span(mut self, key: PublicKey, from: Option<Timestamp>, until: Option<Timestamp>) -> Self {
        self.0.insert(key.id(), Trusted { key, from, until });
        self
    }

    /// How many keys are trusted.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether no key is trusted, so that no pack loads.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromStr for TrustedKeys {
    type Err = TrustedKeysError;

    fn from_str(text: &str) -> Result<Self, TrustedKeysError> {
        let mut keys = Self::default();
        for (index, line) in text.lines().enumerate() {
            let line_number = index + 1;
            let (line, comment) = line.split_once('#').unwrap_or((line, ""));
            let mut words = line.split_whitespace();
            let Some(key) = words.next() else { continue };
            let key: PublicKey =
                key.parse().map_err(|why| TrustedKeysError::Key { line: line_number, why })?;
            let (mut from, mut until) = (None, None);
            while let Some(word) = words.next() {
                let bound = match word {
                    "from" => &mut from,
                    "until" => &mut until,
                    _ => return Err(TrustedKeysError::Span { line: line_number }),
                };
                let instant = words.next().and_then(|at| at.parse::<Timestamp>().ok());
                if instant.is_none() || bound.is_some() {
                    return Err(TrustedKeysError::Span { line: line_number });
                }
                *bound = instant;
            }
            if names_a_span(comment) {
                return Err(TrustedKeysError::Comment { line: line_number });
            }
            keys = keys.with_span(key, from, until);
        }
        Ok(keys)
    }
}

/// Whether a comment has `from` or `until` and an instant: whoever wrote it means the key, and a comment does not count.
fn names_a_span(comment: &str) -> bool {
    let mut words = comment.split_whitespace().map(|word| word.trim_matches(['(', ')', ',', ';', '.', '#']));
    let mut bound = false;
    words.any(|word| {
        let is_span = bound && word.parse::<Timestamp>().is_ok();
        bound = matches!(word, "from" | "until");
        is_span
    })
}

/// Why a text is no list of trusted keys.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TrustedKeysError {
    /// The span of time of a key stands in a comment, where it would not count.
    #[error(
        "line {line}: `from` and `until` stand between the key and the `#`; behind it they would not count"
    )]
    Comment {
        /// The line, counted from 1.
        line: usize,
    },
    /// A line begins with something that is no key.
    #[error("line {line}: {why}")]
    Key {
        /// The line, counted from 1.
        line: usize,
        /// What is wrong with it.
        why: KeyError,
    },
    /// What follows a key is no span of time.
    #[error("line {line}: expected `from` or `until` and an instant")]
    Span {
        /// The line, counted from 1.
        line: usize,
    },
}
