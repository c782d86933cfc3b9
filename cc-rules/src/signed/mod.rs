//! Signed packs: who may tell a vehicle what to recommend.
//!
//! A pack reaches a phone over networks and stores that nobody should have to trust. So whoever publishes it signs it
//! with a private key that never leaves the publisher, and whoever loads it knows the public keys it trusts. The
//! signature is Ed25519 (RFC 8032, section 5.1), checked strictly: no key of small order, no second spelling of a
//! signature.
//!
//! # The file
//!
//! A heading of one line, then the canonical form of the pack, byte by byte:
//!
//! ```text
//! {"format":"cc-rules-signed-pack","length":1234,"signatures":[{"key":"21fe31dfa154a261","signature":"…"}],"version":1}
//! {"codes":…}
//! ```
//!
//! What is signed is the line `cc-rules signed pack 1` with its line feed, then the canonical form: the first line keeps
//! a signature of something else from passing as one of a pack. A key is named by the first eight bytes of the SHA-256
//! of its 32 bytes, in hexadecimal.
//!
//! # Changing keys
//!
//! A file carries up to [`MOST_SIGNATURES`] signatures. While a key is being replaced, packs are signed with both, so that
//! those who know only one of them go on loading. One good signature of a trusted key that is valid at the time is
//! enough; a wrong signature under the name of a trusted key is an error even beside a good one.

mod file;
mod keys;
#[cfg(feature = "sign")]
mod sign;

use cc_core::Timestamp;

pub use file::{MOST_SIGNATURES, SignedPackError};
pub use keys::{KeyError, KeyId, PublicKey, TrustedKeys, TrustedKeysError};
#[cfg(feature = "sign")]
pub use sign::{SigningKey, sign};

use crate::pack::Pack;

/// What stands before the canonical form where it is signed.
const DOMAIN: &[u8] = b"cc-rules signed pack 1\n";

impl Pack {
    /// Loads a signed pack if a trusted key that is valid at `now` has signed it; nothing of an unsigned one is read.
    ///
    /// The time is an argument because the engine reads no clock. A host without a trusted clock gives the time it knows
    /// best, such as that of the newest event.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[cfg(feature = "sign")] {
    /// use cc_rules::Pack;
    /// use cc_rules::signed::{SigningKey, TrustedKeys, sign};
    ///
    /// let secret = SigningKey::from_seed(&[7; 32]);
    /// let pack = cc_rules::standard_pack();
    /// let file = sign(&pack, &[&secret]);
    ///
    /// let now = "2026-05-01T10:00:00Z".parse().unwrap();
    /// let trusted = TrustedKeys::default().with(secret.public_key());
    /// assert_eq!(Pack::load_signed(file.as_bytes(), &trusted, now)?.hash(), pack.hash());
    ///
    /// let stranger = TrustedKeys::default().with(SigningKey::from_seed(&[8; 32]).public_key());
    /// let error = Pack::load_signed(file.as_bytes(), &stranger, now).unwrap_err();
    /// assert_eq!(error.to_string(), "signed by no trusted key, but by fe812c12f3ab4ce6");
    /// # }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn load_signed(bytes: &[u8], trusted: &TrustedKeys, now: Timestamp) -> Result<Self, SignedPackError> {
        let (body, _) = file::body(bytes, trusted, now)?;
        Self::load(body).map_err(SignedPackError::Pack)
    }
}

/// The trusted keys, valid at `now`, that have signed a pack, in order of their names; at least one.
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "sign")] {
/// use cc_rules::signed::{SigningKey, TrustedKeys, sign, signers};
///
/// let [old, new] = [7, 8].map(|seed| SigningKey::from_seed(&[seed; 32]));
/// let file = sign(&cc_rules::standard_pack(), &[&old, &new]);
/// let now = "2026-05-01T10:00:00Z".parse().unwrap();
/// let trusted = TrustedKeys::default().with(new.public_key());
/// assert_eq!(signers(file.as_bytes(), &trusted, now), Ok(vec![new.public_key().id()]));
///
/// let error = signers(b"{}", &trusted, now).unwrap_err();
/// assert_eq!(error.to_string(), "not a signed pack: its first line is no heading of one");
/// # }
/// ```
pub fn signers(bytes: &[u8], trusted: &TrustedKeys, now: Timestamp) -> Result<Vec<KeyId>, SignedPackError> {
    file::body(bytes, trusted, now).map(|(_, keys)| keys)
}
