//! Signatures that project Wycheproof collects because libraries have fallen for them: `peers/wycheproof/run` fetches the vectors and
//! names their folder in `CC_WYCHEPROOF_DIR`.
#![cfg(feature = "verify")]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cc_client::jwt::KeySet;
use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Vectors {
    number_of_tests: usize,
    test_groups: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    /// The key that verifies; a group of secret keys has none.
    #[serde(alias = "publicKeyJwk", alias = "keyJwk")]
    public: Option<Box<RawValue>>,
    private: Option<Box<RawValue>>,
    /// Where the vectors spell no JSON key: its numbers, in hex.
    #[serde(rename = "publicKey")]
    parts: Option<Parts>,
    tests: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Parts {
    modulus: Option<String>,
    public_exponent: Option<String>,
    wx: Option<String>,
    wy: Option<String>,
}

impl Parts {
    /// A number as JSON keys have it, in so many bytes at least.
    fn number(part: Option<&String>, width: usize) -> String {
        let bytes = bytes(part.unwrap());
        let digits = &bytes[bytes.iter().take_while(|byte| **byte == 0).count()..];
        let padding = vec![0; width.saturating_sub(digits.len())];
        URL_SAFE_NO_PAD.encode([&padding, digits].concat())
    }

    fn key(&self) -> String {
        let Self { modulus: n, public_exponent: e, wx, wy } = self;
        if n.is_some() {
            let (n, e) = (Self::number(n.as_ref(), 0), Self::number(e.as_ref(), 0));
            return format!(r#"{{"kty":"RSA","kid":"none","n":"{n}","e":"{e}"}}"#);
        }
        let (x, y) = (Self::number(wx.as_ref(), 32), Self::number(wy.as_ref(), 32));
        format!(r#"{{"kty":"EC","crv":"P-256","kid":"none","x":"{x}","y":"{y}"}}"#)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Case {
    tc_id: u32,
    comment: String,
    result: String,
    jws: Option<String>,
    msg: Option<String>,
    sig: Option<String>,
}

#[derive(Deserialize)]
struct Named {
    kty: String,
    alg: Option<String>,
    crv: Option<String>,
}

/// The vectors of that name, or a word on why there are none.
fn vectors(name: &str) -> Option<Vectors> {
    let Some(dir) = std::env::var_os("CC_WYCHEPROOF_DIR") else {
        println!("skipped: no vectors at CC_WYCHEPROOF_DIR");
        return None;
    };
    let file = PathBuf::from(dir).join(format!("{name}_test.json"));
    let vectors: Vectors = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let found: usize = vectors.test_groups.iter().map(|group| group.tests.len()).sum();
    assert_eq!(found, vectors.number_of_tests, "{name}");
    Some(vectors)
}

fn set(key: &str) -> KeySet {
    KeySet::parse(format!("{{\"keys\":[{key}]}}").as_bytes()).unwrap()
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

#[test]
fn signed_texts_come_out_as_stated_where_their_algorithm_is_taken_and_are_refused_elsewhere() {
    let Some(vectors) = vectors("json_web_signature") else { return };
    // What was judged, by algorithm: taken, refused.
    let mut judged: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    for group in &vectors.test_groups {
        let key = group.public.as_ref().or(group.private.as_ref()).unwrap().get();
        let named: Named = serde_json::from_str(key).unwrap();
        let algorithm = named.alg.clone().unwrap_or_else(|| "no algorithm".to_owned());
        let is_taken = match (&*named.kty, named.crv.as_deref(), &*algorithm) {
            ("RSA", _, "RS256") | ("EC", Some("P-256"), "ES256") => true,
            // The groups of keys for encryption: nothing in them is valid.
            ("RSA" | "EC", _, "no algorithm") => true,
            _ => false,
        };
        let keys = set(key);
        let count = judged.entry(algorithm.clone()).or_default();
        for case in &group.tests {
            let content = keys.verify(case.jws.as_deref().unwrap());
            let expected = is_taken && case.result == "valid";
            assert_eq!(
                content.is_ok(),
                expected,
                "{} {algorithm}: {}: {content:?}",
                case.tc_id,
                case.comment
            );
            if expected { count.0 += 1 } else { count.1 += 1 }
        }
    }
    println!("{judged:?}");
    // None of them is passed over: five groups of RS256 and two of ES256 have valid ones.
    assert!(judged["RS256"].0 >= 8 && judged["RS256"].1 >= 200, "{judged:?}");
    assert!(judged["ES256"].0 >= 2 && judged["ES256"].1 >= 37, "{judged:?}");
}

#[test]
fn signatures_of_every_algorithm_come_out_as_stated() {
    for name in [
        "ed25519",
        "ecdsa_secp256r1_sha256_p1363",
        "rsa_signature_2048_sha256",
        "rsa_signature_3072_sha256",
        "rsa_signature_4096_sha256",
        "rsa_signature_8192_sha256",
    ] {
        let Some(vectors) = vectors(name) else { return };
        let (mut taken, mut refused) = (0, 0);
        for group in &vectors.test_groups {
            let key = match (&group.public, &group.parts) {
                (Some(key), _) => key.get().to_owned(),
                (None, parts) => parts.as_ref().expect(name).key(),
            };
            let keys = set(&key);
            for case in &group.tests {
                let signature = bytes(case.sig.as_deref().unwrap());
                let key = keys.find(Some("none")).expect(name);
                let holds = key.verifies(&bytes(case.msg.as_deref().unwrap()), &signature);
                // What is acceptable breaks the standard in a way that does no harm: we hold to the standard.
                assert_eq!(holds, case.result == "valid", "{name} {}: {}", case.tc_id, case.comment);
                if holds { taken += 1 } else { refused += 1 }
            }
        }
        println!("{name}: {taken} taken, {refused} refused");
        assert!(taken > 5 && refused > 50, "{name}: {taken} taken, {refused} refused");
    }
}
