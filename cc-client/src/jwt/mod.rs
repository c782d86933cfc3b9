//! Signed tokens (JWT, RFC 7519) and the sets of keys they are verified with (RFC 7517), without a network.
//!
//! The algorithm is the key's, never the token's: a token cannot choose how it is judged. Three are taken: `RS256`, `ES256` and
//! `EdDSA` with Ed25519.

mod keys;

use crate::wire::is_object;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cc_core::Timestamp;
use chrono::DateTime;
use serde::{Deserialize, Deserializer};

pub use keys::{Algorithm, Key, KeySet, KeySetError};

/// A token whose signature was verified. Its claims are not judged yet: [`Self::check`] does that.
///
/// # Examples
///
/// ```
/// use cc_client::jwt::{Jwt, JwtError, KeySet};
///
/// // RFC 8037, appendix A.4.
/// let keys = KeySet::parse(
///     br#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
/// )?;
/// let token = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.\
///     hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
/// // The signature holds; the content is no set of claims.
/// assert_eq!(Jwt::verify(token, &keys).unwrap_err(), JwtError::Malformed);
/// let forged = token.replace("RXhh", "RXhi");
/// assert_eq!(Jwt::verify(&forged, &keys).unwrap_err(), JwtError::Signature);
/// # Ok::<(), cc_client::jwt::KeySetError>(())
/// ```
///
/// There is none without a signature:
///
/// ```compile_fail,E0277
/// let claims = serde_json::from_str::<cc_client::jwt::Jwt>("{}"); // error[E0277]: the trait bound `Jwt: Deserialize` is not satisfied
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct Jwt {
    /// Who made it.
    pub iss: Option<Box<str>>,
    /// Whom it is about.
    pub sub: Option<Box<str>>,
    /// Whom it is for.
    aud: Audience,
    /// When it ends, in seconds since 1970.
    pub exp: Option<i64>,
    /// When it begins.
    pub nbf: Option<i64>,
    /// When it was made.
    pub iat: Option<i64>,
    /// The id of the request that a webhook's signature is for.
    pub rid: Option<Box<str>>,
    /// The whole content, as JSON text.
    pub claims: Box<str>,
}

/// What a token claims, whoever signed it.
#[derive(Deserialize)]
struct Claims {
    #[serde(default)]
    iss: Option<Box<str>>,
    #[serde(default)]
    sub: Option<Box<str>>,
    #[serde(default)]
    aud: Audience,
    #[serde(default, deserialize_with = "seconds")]
    exp: Option<i64>,
    #[serde(default, deserialize_with = "seconds")]
    nbf: Option<i64>,
    #[serde(default, deserialize_with = "seconds")]
    iat: Option<i64>,
    #[serde(default)]
    rid: Option<Box<str>>,
}

impl std::fmt::Debug for Jwt {
    /// Shows times only: the rest tells of a person.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Jwt").field("iat", &self.iat).field("exp", &self.exp).finish_non_exhaustive()
    }
}

#[derive(Clone, Default, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(Box<str>),
    Many(Vec<Box<str>>),
    #[default]
    None,
}

/// Why a token is not accepted.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum JwtError {
    /// Its header names another algorithm than that of its key.
    #[error("the token names another algorithm than its key has")]
    Algorithm,
    /// It is for another audience.
    #[error("the token is for another audience")]
    Audience,
    /// It has expired.
    #[error("the token has expired")]
    Expired,
    /// It was made by another issuer.
    #[error("the token has another issuer")]
    Issuer,
    /// It is not a token: three parts, a header, and an object of claims.
    #[error("not a token")]
    Malformed,
    /// It is not valid yet.
    #[error("the token is not valid yet")]
    NotYet,
    /// A required claim is missing.
    #[error("the token lacks `{claim}`")]
    Missing {
        /// Which claim.
        claim: &'static str,
    },
    /// The signature was not made with the key.
    #[error("the token's signature is wrong")]
    Signature,
    /// No key of the set has its id.
    #[error("no key has the token's id")]
    UnknownKey,
}

/// What a token must claim.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Expected<'a> {
    /// The issuer that it must have; `None` accepts any.
    pub issuer: Option<&'a str>,
    /// The audience that it must be for; `None` accepts any.
    pub audience: Option<&'a str>,
    /// The time at which it is judged.
    pub now: Timestamp,
    /// How far the clocks may differ.
    pub tolerance: Duration,
}

impl<'a> Expected<'a> {
    /// A token of this issuer, for this audience; assumes that the clocks agree.
    pub fn new(issuer: &'a str, audience: &'a str, now: Timestamp) -> Self {
        Self { issuer: Some(issuer), audience: Some(audience), now, tolerance: Duration::ZERO }
    }

    /// Accepts any issuer and any audience, also a token that is for somebody else. Use it only with keys that
    /// sign nothing else.
    pub fn of_anybody(now: Timestamp) -> Self {
        Self { issuer: None, audience: None, now, tolerance: Duration::ZERO }
    }
}

/// No token is longer.
const LONGEST: usize = 16 << 10;

#[derive(Deserialize)]
struct Header {
    // Not borrowed: any of their letters may be escaped.
    alg: Box<str>,
    #[serde(default)]
    kid: Option<Box<str>>,
    /// Extensions that must be understood: none are.
    #[serde(default, rename = "crit", deserialize_with = "is_there")]
    has_crit: bool,
}

impl Jwt {
    /// Verifies the signature of a token in its compact form, and reads its claims. It does not judge them: a
    /// token that has expired or is for somebody else is `Ok`. Call [`Self::check`], too.
    ///
    /// # Errors
    ///
    /// [`JwtError::UnknownKey`], [`JwtError::Algorithm`] or [`JwtError::Signature`] if none of these keys
    /// signed it; [`JwtError::Malformed`] if it is not a token.
    pub fn verify(token: &str, keys: &KeySet) -> Result<Self, JwtError> {
        let payload = String::from_utf8(keys.verify(token)?).map_err(|_| JwtError::Malformed)?;
        if !is_object(payload.as_bytes()) {
            return Err(JwtError::Malformed);
        }
        let Claims { iss, sub, aud, exp, nbf, iat, rid } =
            serde_json::from_str(&payload).map_err(|_| JwtError::Malformed)?;
        Ok(Self { iss, sub, aud, exp, nbf, iat, rid, claims: payload.into() })
    }

    /// Judges the claims. The end (`exp`) is required; the rest is judged if it is expected or claimed.
    ///
    /// # Errors
    ///
    /// [`JwtError::Issuer`], [`JwtError::Audience`], [`JwtError::Expired`], [`JwtError::NotYet`];
    /// [`JwtError::Missing`] if it has no end.
    pub fn check(&self, expected: &Expected<'_>) -> Result<(), JwtError> {
        if expected.issuer.is_some() && self.iss.as_deref() != expected.issuer {
            return Err(JwtError::Issuer);
        }
        if let Some(audience) = expected.audience
            && !self.is_for(audience)
        {
            return Err(JwtError::Audience);
        }
        if self.exp.is_none() {
            return Err(JwtError::Missing { claim: "exp" });
        }
        self.is_now(expected.now, expected.tolerance)
    }

    /// Judges the times that it claims, where it does (RFC 7519, 4.1.4 to 4.1.6).
    ///
    /// # Errors
    ///
    /// [`JwtError::Expired`] or [`JwtError::NotYet`].
    pub(crate) fn is_now(&self, now: Timestamp, tolerance: Duration) -> Result<(), JwtError> {
        let (tolerance, now) = (i64::try_from(tolerance.as_secs()).unwrap_or(i64::MAX), now.timestamp());
        if self.exp.is_some_and(|exp| now >= exp.saturating_add(tolerance)) {
            return Err(JwtError::Expired);
        }
        let begins = self.nbf.into_iter().chain(self.iat).max();
        if begins.is_some_and(|begins| now < begins.saturating_sub(tolerance)) {
            return Err(JwtError::NotYet);
        }
        Ok(())
    }

    /// Whether it is for that audience.
    pub fn is_for(&self, audience: &str) -> bool {
        match &self.aud {
            Audience::One(one) => **one == *audience,
            Audience::Many(many) => many.iter().any(|one| **one == *audience),
            Audience::None => false,
        }
    }

    /// When it was made.
    pub fn made(&self) -> Option<Timestamp> {
        DateTime::from_timestamp(self.iat?, 0)
    }
}

impl KeySet {
    /// The content of a signed text in its compact form (JWS, RFC 7515), whatever it is: given only if the
    /// signature holds.
    ///
    /// # Errors
    ///
    /// As for [`Jwt::verify`], but the content may be anything.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_client::jwt::{JwtError, KeySet};
    ///
    /// // RFC 8037, appendix A.4.
    /// let keys = KeySet::parse(
    ///     br#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
    /// )?;
    /// let text = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.\
    ///     hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    /// assert_eq!(keys.verify(text).unwrap(), b"Example of Ed25519 signing");
    /// let error = keys.verify(&text.replace("RXhh", "RXhi")).unwrap_err();
    /// assert_eq!(error.to_string(), "the token's signature is wrong");
    /// # Ok::<(), cc_client::jwt::KeySetError>(())
    /// ```
    pub fn verify(&self, text: &str) -> Result<Vec<u8>, JwtError> {
        if text.len() > LONGEST {
            return Err(JwtError::Malformed);
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(JwtError::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(JwtError::Malformed)?;
        let part = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| JwtError::Malformed);
        let (header, signature) = (part(header)?, part(signature)?);
        let header = std::str::from_utf8(&header).ok().filter(|header| is_object(header.as_bytes()));
        let header = header.and_then(|header| serde_json::from_str::<Header>(header).ok());
        let header = header.ok_or(JwtError::Malformed)?;
        if header.has_crit {
            return Err(JwtError::Malformed);
        }
        let mut keys = self.named(header.kid.as_deref()).peekable();
        keys.peek().ok_or(JwtError::UnknownKey)?;
        let key = keys.find(|key| *key.algorithm().as_str() == *header.alg).ok_or(JwtError::Algorithm)?;
        if !key.verifies(signed.as_bytes(), &signature) {
            return Err(JwtError::Signature);
        }
        part(payload)
    }
}

/// A time in seconds since 1970, of which a fraction is left away (RFC 7519, section 2, `NumericDate`).
fn seconds<'de, D: Deserializer<'de>>(of: D) -> Result<Option<i64>, D::Error> {
    let number = Option::<serde_json::Number>::deserialize(of)?;
    Ok(number.and_then(|number| number.as_i64().or_else(|| Some(number.as_f64()?.floor() as i64))))
}

/// Whatever it is: `null`, too.
fn is_there<'de, D: Deserializer<'de>>(of: D) -> Result<bool, D::Error> {
    serde::de::IgnoredAny::deserialize(of).map(|_| true)
}

/// The part of a token that is signed: header and claims, both JSON texts.
#[cfg(feature = "verify")]
pub(crate) fn signing_input(header: &str, claims: &str) -> String {
    format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims))
}

/// A whole token.
#[cfg(feature = "verify")]
pub(crate) fn sealed(input: &str, signature: &[u8]) -> String {
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
}
