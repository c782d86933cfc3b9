//! Service accounts and their key files.
//!
//! A key file is laid out as the files of the data platform are: who it is and whom it speaks to between two marks, and behind them the
//! secret key as PEM, so that common tools read it, too. The keys are Ed25519 (PKCS #8).

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use cc_client::KeyFile;
use cc_core::Timestamp;
use sha2::{Digest as _, Sha256};

use super::accounts::{change, enroll};
use super::{AdminError, checked};
use crate::auth::account::{Account, account};
use crate::auth::jose::{PublicKey, SigningKey};
use crate::auth::{Role, Who, session};
use crate::random;
use crate::storage::{Edit, View};

const BEGIN: &str = "----- BEGIN CONNECTEDCARS INFO -----";
const END: &str = "----- END CONNECTEDCARS INFO -----";
const PEM: &str = "-----BEGIN PRIVATE KEY-----";
const PEM_END: &str = "-----END PRIVATE KEY-----";
/// What stands before the 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410 §7).
const PKCS8: [u8; 16] = [0x30, 0x2E, 2, 1, 0, 0x30, 5, 6, 3, 0x2B, 0x65, 0x70, 4, 0x22, 4, 0x20];

/// A new key of a service account, with its secret. Never printed.
pub struct NewKey {
    issuer: String,
    audience: String,
    seed: [u8; 32],
    public: PublicKey,
}

impl std::fmt::Debug for NewKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewKey(…)")
    }
}

impl NewKey {
    /// One of a service (`ORGANIZATION/NAME`) for a platform; `None` where this system cannot make any.
    ///
    /// Its name never begins with `-`: `key revoke`, which takes the name, would read an option.
    pub fn make(issuer: &str, audience: &str) -> Option<Self> {
        loop {
            let seed = random::bytes();
            let public = SigningKey::from_seed(&seed)?.public();
            if !kid(&public).starts_with('-') {
                return Some(Self { issuer: issuer.to_owned(), audience: audience.to_owned(), seed, public });
            }
        }
    }

    /// The key file, with its secret: [`cc_client::KeyFile`] reads it.
    pub fn to_text(&self) -> String {
        let (issuer, audience, kid) = (&self.issuer, &self.audience, kid(&self.public));
        let der = STANDARD.encode([&PKCS8[..], &self.seed].concat());
        format!("{BEGIN}\niss: {issuer}\naud: {audience}\nkid: {kid}\n{END}\n{PEM}\n{der}\n{PEM_END}\n")
    }

    /// Its public half.
    pub fn public(&self) -> PublicKey {
        self.public.clone()
    }
}

/// What `POST /v1/auth/service-account` takes of the service of a key file, good once and for an hour.
///
/// Errors: [`AdminError::Invalid`] where the text is no key file.
pub fn assertion(key_file: &str, now: Timestamp) -> Result<String, AdminError> {
    let made = KeyFile::parse(key_file).and_then(|key| key.assertion_once(now, &random::text::<12>()));
    made.map_err(|_| AdminError::Invalid { what: "the key file", expected: "one that `key add` wrote" })
}

/// The name of a key: its thumbprint (RFC 7638).
pub fn kid(key: &PublicKey) -> String {
    let text = match key {
        PublicKey::Ed25519 { crv, x } => format!(r#"{{"crv":"{crv}","kty":"OKP","x":"{x}"}}"#),
        PublicKey::Rsa { n, e } => format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#),
    };
    URL_SAFE_NO_PAD.encode(Sha256::digest(text.as_bytes()))
}

/// Who a service is.
///
/// Errors: [`AdminError::Invalid`] where it is neither `ORGANIZATION/NAME` nor `ORGANIZATION/service/NAME`.
pub fn service(name: &str) -> Result<Who, AdminError> {
    let invalid = AdminError::Invalid { what: "the service", expected: "ORGANIZATION/NAME" };
    let (org, name) = name.split_once('/').ok_or(invalid)?;
    let name = name.strip_prefix("service/").unwrap_or(name);
    checked("the organization", org)?;
    checked("the service's name", name)?;
    Ok(Who::new(org, format!("service/{name}")))
}

/// What a service may be.
const ROLES: [Role; 3] = [Role::Device, Role::Partner, Role::Support];

/// Gives a service a key. One that is not there is made as `account` says; to one that is, the key is added, and it may what it
/// might: `account` has no roles and no vehicles then.
///
/// Errors: [`AdminError::AccountExists`], [`AdminError::Invalid`] where a new one has no roles, or has what its roles do not have.
pub fn add(edit: &mut dyn Edit, who: &Who, account: Account, key: PublicKey) -> Result<(), AdminError> {
    let has_vehicles = account.all_vehicles || !account.vehicles.is_empty();
    if self::account(edit, who)?.is_some() {
        if !account.roles.is_empty() {
            return Err(AdminError::AccountExists { what: "without --role it gets one more key" });
        }
        if has_vehicles {
            return Err(AdminError::AccountExists {
                what: "--vehicle and --all-vehicles are for a new one; `grant drive` gives it one more vehicle",
            });
        }
        return change(edit, who, |known| {
            known.keys.push(key);
            Ok(())
        });
    }
    let invalid = |what, expected| Err(AdminError::Invalid { what, expected });
    if account.roles.is_empty() {
        return invalid("--role", "one role at least for a new service");
    }
    if !account.roles.iter().all(|role| ROLES.contains(role)) {
        return invalid("--role", "device, partner or support for a service");
    }
    if has_vehicles && !account.roles.contains(&Role::Device) {
        return invalid("--role", "device, for --vehicle and --all-vehicles");
    }
    Ok(enroll(edit, who, &Account { keys: vec![key], ..account })?)
}

/// Takes a key of a service away, or all, and ends its sessions; gives how many keys and sessions.
///
/// Errors: [`AdminError::AccountUnknown`], [`AdminError::KeyUnknown`].
pub fn revoke(edit: &mut dyn Edit, who: &Who, name: Option<&str>) -> Result<(usize, usize), AdminError> {
    let mut gone = 0;
    change(edit, who, |known| {
        let before = known.keys.len();
        known.keys.retain(|key| name.is_some_and(|name| kid(key) != name));
        gone = before - known.keys.len();
        if gone == 0 && name.is_some() { Err(AdminError::KeyUnknown) } else { Ok(()) }
    })?;
    Ok((gone, session::end_all(edit, who)?.len()))
}

/// Services with the names of their keys.
pub fn list(view: &dyn View, org: Option<&str>) -> Result<Vec<(Who, Account)>, AdminError> {
    let mut all = super::accounts::list(view, org)?;
    all.retain(|(who, _)| who.sub.starts_with("service/"));
    Ok(all)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::auth::jose::Unverified;

    #[test]
    fn what_a_key_file_signs_its_public_half_verifies() {
        let made = NewKey::make("acme/box", "https://platform.example").unwrap();
        assert_eq!(format!("{made:?}"), "NewKey(…)");
        let at = |seconds| Timestamp::from_timestamp(seconds, 0).unwrap();
        let assertion = |text: &str| super::assertion(text, at(1_000));
        let signed = assertion(&made.to_text()).unwrap();
        let parsed = Unverified::parse(&signed).unwrap();
        assert_eq!(parsed.kid(), Some(&*kid(&made.public())));
        let claims: serde_json::Value = parsed.verify(&made.public()).unwrap();
        assert_eq!(
            (&claims["iss"], &claims["iat"], &claims["exp"]),
            (&json!("acme/box"), &json!(1_000), &json!(4_600))
        );
        assert_ne!(signed, assertion(&made.to_text()).unwrap(), "each is another");
        let cut = made.to_text().replace("aud:", "x:");
        for text in ["", "iss: me", &cut, &made.to_text()[..200]] {
            let error = assertion(text).unwrap_err().to_string();
            assert_eq!(error, "the key file: expected one that `key add` wrote");
        }
    }

    #[test]
    fn no_key_has_a_name_that_a_command_would_read_as_an_option() {
        // One thumbprint of 64 begins with a hyphen: a thousand keys without one are no luck.
        for _ in 0..1_000 {
            let made = NewKey::make("acme/box", "https://platform.example").unwrap();
            assert!(!kid(&made.public()).starts_with('-'));
        }
    }

    #[test]
    fn a_key_is_named_by_its_thumbprint() {
        // The example of RFC 8037, appendix A.3.
        let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo".to_owned();
        let key = PublicKey::Ed25519 { crv: "Ed25519".to_owned(), x };
        assert_eq!(kid(&key), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }
}
