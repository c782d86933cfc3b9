//! JSON Web Tokens (RFC 7519), just the two algorithms of the protocol: `EdDSA` (RFC 8037) and `RS256` (RFC 7518 §3.3).
//!
//! The algorithm is a property of the key and not of the token: a header that names another one is refused.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{self, Ed25519KeyPair, KeyPair as _};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// A public key as JSON (RFC 7517), without what is not needed to verify.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "kty")]
pub enum PublicKey {
    /// RSA: modulus and exponent.
    #[serde(rename = "RSA")]
    Rsa {
        /// The modulus, base64url.
        n: String,
        /// The exponent, base64url.
        e: String,
    },
    /// Ed25519.
    #[serde(rename = "OKP")]
    Ed25519 {
        /// `Ed25519`.
        crv: String,
        /// The point, base64url.
        x: String,
    },
}

/// Why a token is refused.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum JoseError {
    /// The header names another algorithm than the key's, or asks for something that is not understood.
    #[error("the header does not fit the key")]
    Header,
    /// It has another shape than three parts of base64url with JSON inside.
    #[error("it is no signed token")]
    Shape,
    /// The signature is not of this key.
    #[error("the signature is not of this key")]
    Signature,
}

#[derive(Deserialize, Serialize)]
struct Header {
    alg: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kid: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    typ: Option<String>,
    /// Whether it asks for anything that has to be understood, whatever it is.
    #[serde(default, rename = "crit", skip_serializing, deserialize_with = "is_there")]
    has_crit: bool,
}

fn is_there<'de, D: serde::Deserializer<'de>>(value: D) -> Result<bool, D::Error> {
    serde::de::IgnoredAny::deserialize(value).map(|_| true)
}

/// Reads a JSON object; the members of an array would be taken for its own, one after the other, and letters of members that nobody reads
/// for text whatever they are.
fn object<T: DeserializeOwned>(json: &[u8]) -> Result<T, JoseError> {
    let text = std::str::from_utf8(json).map_err(|_| JoseError::Shape)?;
    if !text.trim_ascii_start().starts_with('{') {
        return Err(JoseError::Shape);
    }
    serde_json::from_str(text).map_err(|_| JoseError::Shape)
}

/// A token that was not verified yet.
#[expect(missing_debug_implementations, reason = "it holds a secret")]
pub struct Unverified<'a> {
    signed: &'a str,
    header: Header,
    claims: Vec<u8>,
    signature: Vec<u8>,
}

/// The longest token that is looked at.
const LONGEST: usize = 8192;

impl<'a> Unverified<'a> {
    /// Takes a token apart.
    pub fn parse(token: &'a str) -> Result<Self, JoseError> {
        if token.len() > LONGEST {
            return Err(JoseError::Shape);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(JoseError::Shape)?;
        let (header, claims) = signed.split_once('.').ok_or(JoseError::Shape)?;
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| JoseError::Shape);
        let header = object(&decode(header)?)?;
        Ok(Self { signed, header, claims: decode(claims)?, signature: decode(signature)? })
    }

    /// Which key it says it was signed with.
    pub fn kid(&self) -> Option<&str> {
        self.header.kid.as_deref()
    }

    /// Claims, before they can be believed: only to find the key by.
    pub fn unverified_claims<T: DeserializeOwned>(&self) -> Result<T, JoseError> {
        object(&self.claims)
    }

    /// The claims, once the signature is right.
    pub fn verify<T: DeserializeOwned>(&self, key: &PublicKey) -> Result<T, JoseError> {
        if self.header.has_crit || self.header.alg != key.algorithm() {
            return Err(JoseError::Header);
        }
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| JoseError::Signature);
        let message = self.signed.as_bytes();
        let right = match key {
            PublicKey::Ed25519 { x, .. } => {
                signature::UnparsedPublicKey::new(&signature::ED25519, decode(x)?)
                    .verify(message, &self.signature)
            }
            PublicKey::Rsa { n, e } => signature::RsaPublicKeyComponents { n: decode(n)?, e: decode(e)? }
                .verify(&signature::RSA_PKCS1_2048_8192_SHA256, message, &self.signature),
        };
        right.map_err(|_| JoseError::Signature)?;
        self.unverified_claims()
    }
}

impl PublicKey {
    /// The algorithm that goes with it.
    pub fn algorithm(&self) -> &'static str {
        match self {
            Self::Ed25519 { .. } => "EdDSA",
            Self::Rsa { .. } => "RS256",
        }
    }
}

/// A key to sign with.
pub struct SigningKey {
    pair: Ed25519KeyPair,
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningKey(…)")
    }
}

impl SigningKey {
    /// A key from its secret; `None` where that is none.
    pub fn from_seed(seed: &[u8]) -> Option<Self> {
        Ed25519KeyPair::from_seed_unchecked(seed).ok().map(|pair| Self { pair })
    }

    /// Its public half.
    pub fn public(&self) -> PublicKey {
        let x = URL_SAFE_NO_PAD.encode(self.pair.public_key().as_ref());
        PublicKey::Ed25519 { crv: "Ed25519".to_owned(), x }
    }

    /// Signs claims.
    pub fn sign(&self, kid: Option<&str>, claims: &impl Serialize) -> String {
        let header = Header {
            alg: "EdDSA".to_owned(),
            kid: kid.map(str::to_owned),
            typ: Some("JWT".to_owned()),
            has_crit: false,
        };
        let part =
            |json: Result<Vec<u8>, serde_json::Error>| URL_SAFE_NO_PAD.encode(json.unwrap_or_default());
        let signed = format!("{}.{}", part(serde_json::to_vec(&header)), part(serde_json::to_vec(claims)));
        let signature = URL_SAFE_NO_PAD.encode(self.pair.sign(signed.as_bytes()).as_ref());
        format!("{signed}.{signature}")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[derive(Deserialize)]
    struct Claims {
        sub: String,
    }

    #[test]
    fn only_the_algorithm_and_the_key_of_the_key_set_will_do() {
        let key = SigningKey::from_seed(&[7; 32]).unwrap();
        let other = SigningKey::from_seed(&[8; 32]).unwrap();
        let token = key.sign(Some("a"), &json!({"sub": "user/1"}));
        let parsed = Unverified::parse(&token).unwrap();
        assert_eq!(parsed.kid(), Some("a"));
        assert_eq!(parsed.verify::<Value>(&key.public()).unwrap()["sub"], "user/1");
        assert_eq!(parsed.verify::<Value>(&other.public()), Err(JoseError::Signature));
        let rest = token.split_once('.').unwrap().1;
        for header in [
            json!({"alg": "none"}),
            json!({"alg": "HS256"}),
            json!({"alg": "RS256"}),
            json!({"alg": "EdDSA", "crit": ["x"]}),
            json!({"alg": "EdDSA", "crit": []}),
            json!({"alg": "EdDSA", "crit": null}),
        ] {
            let forged = format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header.to_string()));
            let error = Unverified::parse(&forged).unwrap().verify::<Value>(&key.public()).unwrap_err();
            assert_eq!(error, JoseError::Header, "{header}");
        }
        let sealed = |header: &[u8], claims: &[u8]| {
            let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
            let signature = URL_SAFE_NO_PAD.encode(key.pair.sign(signed.as_bytes()));
            format!("{signed}.{signature}")
        };
        let verified = |header: &[u8], claims: &[u8]| {
            Unverified::parse(&sealed(header, claims))?
                .verify::<Claims>(&key.public())
                .map(|claims| claims.sub)
        };
        let (header, claims) = (br#"{"alg":"EdDSA"}"#, br#" {"sub":"user/1","x":"y"}"#);
        assert_eq!(verified(header, claims).unwrap(), "user/1");
        let bad: [&[u8]; 4] =
            [br#"["EdDSA"]"#, br#"["user/1"]"#, b"{\"sub\":\"user/1\",\"x\":\"\xff\"}", b"null"];
        for bad in bad {
            assert_eq!(verified(bad, claims), Err(JoseError::Shape));
            assert_eq!(verified(header, bad), Err(JoseError::Shape));
        }
        for shape in ["", "a.b", "a.b.c", "..", &"x".repeat(9000)] {
            assert_eq!(Unverified::parse(shape).map(|_| ()).unwrap_err(), JoseError::Shape);
        }
    }
}
