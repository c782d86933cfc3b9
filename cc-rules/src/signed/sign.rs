//! Making signatures: for the tools that publish packs.

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::Signer as _;

use super::DOMAIN;
use super::file::{MOST_SIGNATURES, write_heading};
use super::keys::{KeyError, PublicKey, key_bytes};
use crate::pack::Pack;

/// An Ed25519 private key. It is wiped from memory when it is dropped, and never shown. Its text is `ed25519-private:` and
/// 64 hexadecimal digits.
///
/// # Examples
///
/// ```
/// use cc_rules::signed::SigningKey;
///
/// // The seed is 32 bytes of a good source of randomness; this one is the first test vector of RFC 8032.
/// let text = "ed25519-private:9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
/// let key: SigningKey = text.parse()?;
/// let public = "ed25519:d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
/// assert_eq!(key.public_key().to_string(), public);
/// assert_eq!(format!("{key:?}"), "SigningKey(21fe31dfa154a261)");
///
/// let error = public.parse::<SigningKey>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "expected `ed25519-private:` and 64 hexadecimal digits; `ed25519:` begins a public key"
/// );
/// # Ok::<(), cc_rules::signed::KeyError>(())
/// ```
pub struct SigningKey(ed25519_dalek::SigningKey);

/// The scheme that a private key's text begins with: neither kind is ever taken for the other.
const PRIVATE_SCHEME: &str = "ed25519-private:";

impl SigningKey {
    /// The key that a seed stands for (RFC 8032, section 5.1.5).
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// The key that others check its signatures with.
    pub fn public_key(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    pub(super) fn signature(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

impl FromStr for SigningKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        Ok(Self::from_seed(&key_bytes(text, PRIVATE_SCHEME, KeyError::PrivateScheme)?))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.public_key().id())
    }
}

/// The signed form of a pack: each of the keys signs once, at most the first [`MOST_SIGNATURES`] of them.
///
/// The same pack and keys give the same bytes.
pub fn sign(pack: &Pack, keys: &[&SigningKey]) -> String {
    let body = pack.to_canonical_json();
    let message = [DOMAIN, body.as_bytes()].concat();
    let mut signatures: Vec<_> = keys
        .iter()
        .take(MOST_SIGNATURES)
        .map(|key| (key.public_key().id(), key.signature(&message)))
        .collect();
    signatures.sort_unstable();
    signatures.dedup_by_key(|(id, _)| *id);
    let heading = write_heading(&signatures, body.len());
    format!("{heading}\n{body}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hex;

    fn unhex<const N: usize>(text: &str) -> [u8; N] {
        let mut bytes = [0; N];
        hex::read(text, &mut bytes).unwrap();
        bytes
    }

    /// RFC 8032, section 7.1: seed, public key, message, signature.
    #[test]
    fn the_test_vectors_of_the_standard_hold() {
        for (seed, public, message, signature) in [
            (
                "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
                &b""[..],
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
            ),
            (
                "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
                &[0x72],
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
            ),
            (
                "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
                "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
                &[0xAF, 0x82],
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
            ),
            (
                "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
                "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
                &unhex::<64>(
                    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
                ),
                "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
            ),
        ] {
            let key = SigningKey::from_seed(&unhex(seed));
            assert_eq!(key.public_key().to_bytes(), unhex(public));
            assert_eq!(key.signature(message), unhex(signature));
            let public = PublicKey::from_bytes(&unhex(public)).unwrap();
            assert!(public.fits(message, &unhex(signature)));
            for place in 0..64 {
                let mut wrong: [u8; 64] = unhex(signature);
                wrong[place] ^= 1;
                assert!(!public.fits(message, &wrong));
            }
            assert!(!public.fits(&[message, b"x"].concat(), &unhex(signature)));
        }
    }

    #[test]
    fn a_second_spelling_of_a_signature_and_a_key_of_small_order_are_refused() {
        // The same signature with the group's order added to its second half: section 5.1.7 wants it below the order.
        let order = unhex::<32>("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
        let key = SigningKey::from_seed(&[1; 32]);
        let mut signature = key.signature(b"m");
        assert!(key.public_key().fits(b"m", &signature));
        let mut carry = 0;
        for (byte, more) in signature[32..].iter_mut().zip(order) {
            let sum = u16::from(*byte) + u16::from(more) + carry;
            *byte = sum as u8;
            carry = sum >> 8;
        }
        assert!(!key.public_key().fits(b"m", &signature));
        let mut neutral = [0; 32];
        neutral[0] = 1;
        assert_eq!(PublicKey::from_bytes(&neutral), Err(KeyError::NoPoint));
        // A coordinate that is not below the field's prime is another spelling of one that is: section 5.1.3.
        assert_eq!(PublicKey::from_bytes(&[0xFF; 32]), Err(KeyError::NoPoint));
        assert_eq!(PublicKey::from_bytes(&[2; 32]), Err(KeyError::NoPoint));
    }

    #[test]
    fn a_signature_of_the_bare_pack_is_none_and_a_signed_text_need_not_be_a_pack() {
        use super::super::file::body;
        use crate::signed::{SignedPackError, TrustedKeys};

        let key = SigningKey::from_seed(&[1; 32]);
        let trusted = TrustedKeys::default().with(key.public_key());
        let file = |text: &str, message: &[u8]| {
            let signature = (key.public_key().id(), key.signature(message));
            format!("{}\n{text}", write_heading(&[signature], text.len()))
        };
        let load = |file: &str| Pack::load_signed(file.as_bytes(), &trusted, cc_core::Timestamp::UNIX_EPOCH);
        let bare = file("{}", b"{}");
        assert_eq!(load(&bare).unwrap_err(), SignedPackError::Signature { key: key.public_key().id() });
        let signed = file("{}", &[DOMAIN, b"{}"].concat());
        assert_eq!(
            body(signed.as_bytes(), &trusted, cc_core::Timestamp::UNIX_EPOCH).map(|(body, _)| body.len()),
            Ok(2)
        );
        let error = load(&signed).unwrap_err().to_string();
        assert!(
            error.starts_with("signed by a trusted key, but: not the canonical form of a pack"),
            "{error}"
        );
    }
}
