//! Public keys: what a platform publishes so that others can verify its tokens offline.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{self, RsaPublicKeyComponents, UnparsedPublicKey};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::wire::is_object;

/// How a key signs (RFC 7518, RFC 8037).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Algorithm {
    /// Ed25519.
    EdDsa,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// RSA with PKCS #1 v1.5 and SHA-256; keys of 2,048 bits at least.
    Rs256,
}

impl Algorithm {
    /// Its name in a token's header.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EdDsa => "EdDSA",
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
        }
    }
}

/// A public key.
#[derive(Clone)]
pub struct Key {
    id: Option<Box<str>>,
    material: Material,
}

#[derive(Clone)]
enum Material {
    Ed25519(Vec<u8>),
    P256(Vec<u8>),
    Rsa { n: Vec<u8>, e: Vec<u8> },
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("algorithm", &self.algorithm()).finish_non_exhaustive()
    }
}

/// Keys by their ids.
///
/// # Examples
///
/// ```
/// use cc_client::jwt::KeySet;
///
/// // A key of a kind that this version does not know is left out.
/// let keys = KeySet::parse(br#"{"keys":[{"kty":"oct","k":"AAAA"}]}"#)?;
/// assert!(keys.is_empty());
/// let error = KeySet::parse(b"<html>").unwrap_err();
/// assert_eq!(error.to_string(), "not a set of keys");
/// # Ok::<(), cc_client::jwt::KeySetError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct KeySet(Vec<Key>);

/// The text is not a set of keys.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not a set of keys")]
pub struct KeySetError;

#[derive(Deserialize)]
struct Written<'a> {
    #[serde(borrow)]
    keys: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct WrittenKey {
    kty: Box<str>,
    #[serde(default)]
    kid: Option<Box<str>>,
    #[serde(default)]
    alg: Option<Box<str>>,
    #[serde(default, rename = "use")]
    usage: Option<Box<str>>,
    /// What the key is for (RFC 7517 §4.3); anything, where it says nothing.
    #[serde(default)]
    key_ops: Option<Vec<Box<str>>>,
    #[serde(default)]
    crv: Option<Box<str>>,
    #[serde(default)]
    x: Option<Box<str>>,
    #[serde(default)]
    y: Option<Box<str>>,
    #[serde(default)]
    n: Option<Box<str>>,
    #[serde(default)]
    e: Option<Box<str>>,
}

impl WrittenKey {
    fn read(self) -> Option<Key> {
        if self.usage.as_deref().is_some_and(|usage| usage != "sig") {
            return None;
        }
        if self.key_ops.as_ref().is_some_and(|uses| !uses.iter().any(|one| **one == *"verify")) {
            return None;
        }
        let bytes = |part: &Option<Box<str>>| URL_SAFE_NO_PAD.decode(part.as_deref()?).ok();
        let material = match (&*self.kty, self.crv.as_deref()) {
            ("OKP", Some("Ed25519")) => Material::Ed25519(bytes(&self.x).filter(|x| x.len() == 32)?),
            ("EC", Some("P-256")) => {
                let (x, y) = (bytes(&self.x)?, bytes(&self.y)?);
                if x.len() != 32 || y.len() != 32 {
                    return None;
                }
                Material::P256([&[4], x.as_slice(), &y].concat())
            }
            ("RSA", _) => Material::Rsa { n: bytes(&self.n)?, e: bytes(&self.e)? },
            _ => return None,
        };
        let key = Key { id: self.kid, material };
        let fits = self.alg.is_none_or(|alg| *alg == *key.algorithm().as_str());
        fits.then_some(key)
    }
}

impl KeySet {
    /// Reads a key set in JSON (RFC 7517). It leaves out keys of unknown kinds, keys that do not sign, and
    /// what cannot be read (§5).
    ///
    /// # Errors
    ///
    /// [`KeySetError`] if it is not a JSON object with `keys`.
    pub fn parse(json: &[u8]) -> Result<Self, KeySetError> {
        let written: Written<'_> =
            serde_json::from_slice(json).ok().filter(|_| is_object(json)).ok_or(KeySetError)?;
        let keys = written.keys.into_iter().filter(|key| is_object(key.get().as_bytes()));
        let keys = keys.filter_map(|key| serde_json::from_str(key.get()).ok());
        Ok(Self(keys.filter_map(WrittenKey::read).collect()))
    }

    /// The key of that id. For a token without an id it is the only key, if there is just one.
    pub fn find(&self, id: Option<&str>) -> Option<&Key> {
        self.named(id).next()
    }

    /// The keys of that id: more than one where they sign in different ways (RFC 7517 §4.5).
    pub(super) fn named(&self, id: Option<&str>) -> impl Iterator<Item = &Key> {
        let is_only = self.0.len() == 1;
        self.0.iter().filter(move |key| if id.is_none() { is_only } else { key.id.as_deref() == id })
    }

    /// Whether it holds no key.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Key {
    /// How it signs.
    pub fn algorithm(&self) -> Algorithm {
        match self.material {
            Material::Ed25519(_) => Algorithm::EdDsa,
            Material::P256(_) => Algorithm::Es256,
            Material::Rsa { .. } => Algorithm::Rs256,
        }
    }

    /// Whether it signed these bytes.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match &self.material {
            Material::Ed25519(key) => {
                UnparsedPublicKey::new(&signature::ED25519, key).verify(message, signature).is_ok()
            }
            Material::P256(key) => UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_FIXED, key)
                .verify(message, signature)
                .is_ok(),
            Material::Rsa { n, e } => RsaPublicKeyComponents { n, e }
                .verify(&signature::RSA_PKCS1_2048_8192_SHA256, message, signature)
                .is_ok(),
        }
    }
}
