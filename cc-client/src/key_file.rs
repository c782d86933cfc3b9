//! The key file of a service account, and the assertion made with it.

use std::fmt;

use cc_core::Timestamp;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject;

use crate::jwt;

/// A service account: who it is, whom it talks to, and the key that proves it.
///
/// The file is that of Connected Cars: `iss`, `aud` and `kid` between two marks, and behind them a private key in PEM. Connected Cars
/// gives keys of RSA (PKCS #1 or #8); `platform key add` writes Ed25519 (RFC 8410).
///
/// # Examples
///
/// ```
/// use cc_client::KeyFile;
///
/// let error = KeyFile::parse("iss: me").unwrap_err();
/// assert_eq!(error.to_string(), "the line `----- BEGIN CONNECTEDCARS INFO -----` is missing");
/// ```
pub struct KeyFile {
    issuer: Box<str>,
    audience: Box<str>,
    key_id: Box<str>,
    key: Key,
}

enum Key {
    Ed25519(Box<Ed25519KeyPair>),
    Rsa(Box<RsaKeyPair>),
}

impl fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyFile").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

/// Why a text is not a key file.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum KeyFileError {
    /// One of the two marks is missing.
    #[error("the line `{mark}` is missing")]
    MarkMissing {
        /// Which.
        mark: &'static str,
    },
    /// One of the fields between the marks is missing.
    #[error("the line `{field}: …` is missing")]
    FieldMissing {
        /// Which.
        field: &'static str,
    },
    /// The key behind the marks is missing or cannot be read.
    #[error("no private key in PEM (RSA of 2048 bits or more, or Ed25519) behind the marks")]
    Key,
    /// The key could not sign.
    #[error("the key cannot sign")]
    Sign,
}

const BEGIN: &str = "----- BEGIN CONNECTEDCARS INFO -----";
const END: &str = "----- END CONNECTEDCARS INFO -----";
/// An assertion is good for an hour.
const LIFE: i64 = 3_600;

impl KeyFile {
    /// Reads a key file.
    ///
    /// # Errors
    ///
    /// [`KeyFileError`] says which part is missing, or that the key cannot be read.
    pub fn parse(text: &str) -> Result<Self, KeyFileError> {
        let (_, rest) = text.split_once(BEGIN).ok_or(KeyFileError::MarkMissing { mark: BEGIN })?;
        let (facts, key) = rest.split_once(END).ok_or(KeyFileError::MarkMissing { mark: END })?;
        let field = |field: &'static str| {
            let value = |line: &str| {
                let (name, value) = line.split_once(':')?;
                (name.trim() == field).then(|| Box::<str>::from(value.trim()))
            };
            let found = facts.lines().find_map(value).filter(|value| !value.is_empty());
            found.ok_or(KeyFileError::FieldMissing { field })
        };
        let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).map_err(|_| KeyFileError::Key)?;
        let key = match &key {
            PrivateKeyDer::Pkcs1(der) => rsa(RsaKeyPair::from_der(der.secret_pkcs1_der())),
            // The key of a service need not hold its public half.
            PrivateKeyDer::Pkcs8(der) => Ed25519KeyPair::from_pkcs8_maybe_unchecked(der.secret_pkcs8_der())
                .map(|key| Key::Ed25519(Box::new(key)))
                .or_else(|_| rsa(RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()))),
            _ => return Err(KeyFileError::Key),
        };
        let key = key.map_err(|_| KeyFileError::Key)?;
        Ok(Self { issuer: field("iss")?, audience: field("aud")?, key_id: field("kid")?, key })
    }

    /// A token that proves who this is, good for an hour from `now`. It is signed with RS256 or `EdDSA`, as
    /// the key can.
    ///
    /// # Errors
    ///
    /// [`KeyFileError::Sign`] if the key cannot sign.
    pub fn assertion(&self, now: Timestamp) -> Result<String, KeyFileError> {
        self.signed(now, None)
    }

    /// The same, but good only once: `id` is its `jti`, which no other assertion of this account may have
    /// had. A platform of the open protocol takes this kind (`docs/protocol`, section 2).
    /// [`sign_in::with_key`](crate::sign_in::with_key) makes one itself.
    ///
    /// # Errors
    ///
    /// [`KeyFileError::Sign`] if the key cannot sign.
    pub fn assertion_once(&self, now: Timestamp, id: &str) -> Result<String, KeyFileError> {
        self.signed(now, Some(id))
    }

    fn signed(&self, now: Timestamp, id: Option<&str>) -> Result<String, KeyFileError> {
        let quoted = |text: &str| serde_json::to_string(text).unwrap_or_default();
        let algorithm = match &self.key {
            Key::Ed25519(_) => "EdDSA",
            Key::Rsa(_) => "RS256",
        };
        let header = format!("{{\"alg\":\"{algorithm}\",\"kid\":{},\"typ\":\"JWT\"}}", quoted(&self.key_id));
        let made = now.timestamp();
        let once = id.map(|id| format!(",\"jti\":{}", quoted(id))).unwrap_or_default();
        let claims = format!(
            "{{\"aud\":{},\"exp\":{},\"iat\":{made},\"iss\":{}{once}}}",
            quoted(&self.audience),
            made.saturating_add(LIFE),
            quoted(&self.issuer)
        );
        let input = jwt::signing_input(&header, &claims);
        match &self.key {
            Key::Ed25519(key) => Ok(jwt::sealed(&input, key.sign(input.as_bytes()).as_ref())),
            Key::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), input.as_bytes(), &mut signature)
                    .map_err(|_| KeyFileError::Sign)?;
                Ok(jwt::sealed(&input, &signature))
            }
        }
    }
}

fn rsa<E>(key: Result<RsaKeyPair, E>) -> Result<Key, E> {
    key.map(|key| Key::Rsa(Box::new(key)))
}
