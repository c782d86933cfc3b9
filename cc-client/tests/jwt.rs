//! Tokens that somebody would like to be taken, and are not.
#![cfg(feature = "verify")]
#![allow(clippy::disallowed_methods, clippy::expect_used, clippy::unwrap_used, reason = "tests")]

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use cc_client::jwt::{Expected, Jwt, JwtError, KeySet};
use ring::hmac;
use ring::signature::{Ed25519KeyPair, KeyPair};

/// RFC 7515, appendix A.3.
const ES256_KEY: &str = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#;
const ES256: &str = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

fn set(keys: &[&str]) -> KeySet {
    KeySet::parse(format!("{{\"keys\":[{}]}}", keys.join(",")).as_bytes()).unwrap()
}

fn pair() -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap()
}

fn jwk(id: &str) -> String {
    let x = URL_SAFE_NO_PAD.encode(pair().public_key());
    format!("{{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"{id}\",\"x\":\"{x}\"}}")
}

fn signed(header: impl AsRef<[u8]>, claims: &str) -> String {
    let input = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let signature = pair().sign(input.as_bytes());
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
}

const HEADER: &str = r#"{"alg":"EdDSA","kid":"k"}"#;

#[test]
fn a_key_that_cannot_be_read_leaves_the_others_of_its_set_alone() {
    let good = jwk("k");
    for odd in
        ["{}", "7", r#"{"kid":"b"}"#, r#"{"kty":"OKP","kid":7}"#, r#"{"kty":"OKP","kid":"a","kid":"b"}"#]
    {
        for keys in [[odd, &good], [&good, odd]] {
            assert!(Jwt::verify(&signed(HEADER, "{}"), &set(&keys)).is_ok(), "{odd}");
        }
    }
    for none in ["{}", "[]", "[[]]", r#"{"keys":{}}"#, r#"{"keys":null}"#, r#"{"keys":[}"#] {
        assert!(KeySet::parse(none.as_bytes()).is_err(), "{none}");
    }
}

#[test]
fn the_example_of_the_standard_is_taken() {
    let token = Jwt::verify(ES256, &set(&[ES256_KEY])).unwrap();
    assert_eq!((token.iss.as_deref(), token.exp), (Some("joe"), Some(1_300_819_380)));
    assert!(token.claims.contains("http://example.com/is_root"));
}

#[test]
fn what_is_not_signed_as_its_key_signs_is_refused() {
    let keys = set(&[&jwk("k")]);
    let good = signed(HEADER, "{}");
    Jwt::verify(&good, &keys).unwrap();
    let (input, signature) = good.rsplit_once('.').unwrap();
    let (_, claims) = input.split_once('.').unwrap();
    // The public key as the secret of a MAC.
    let mac_input = format!("{}.{claims}", URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","kid":"k"}"#));
    let key = hmac::Key::new(hmac::HMAC_SHA256, pair().public_key().as_ref());
    let mac = URL_SAFE_NO_PAD.encode(hmac::sign(&key, mac_input.as_bytes()));
    let header = |text: &str| format!("{}.{claims}.{signature}", URL_SAFE_NO_PAD.encode(text));
    // A key of the forger's own, sent along.
    let with_key = format!("{{\"alg\":\"EdDSA\",\"kid\":\"mine\",\"jwk\":{}}}", jwk("mine"));
    let mut flipped = URL_SAFE_NO_PAD.decode(signature).unwrap();
    flipped[10] ^= 1;
    let padded = format!("{input}.{}", URL_SAFE.encode(URL_SAFE_NO_PAD.decode(signature).unwrap()));
    for (token, expected) in [
        (format!("{}.{claims}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"none","kid":"k"}"#)), JwtError::Algorithm),
        (format!("{}.{claims}.", URL_SAFE_NO_PAD.encode(r#"{"alg":"None","kid":"k"}"#)), JwtError::Algorithm),
        (format!("{mac_input}.{mac}"), JwtError::Algorithm),
        (signed(r#"{"alg":"ES256","kid":"k"}"#, "{}"), JwtError::Algorithm),
        (signed(r#"{"alg":"eddsa","kid":"k"}"#, "{}"), JwtError::Algorithm),
        (signed(&with_key, "{}"), JwtError::UnknownKey),
        (signed(r#"{"alg":"EdDSA","kid":"other"}"#, "{}"), JwtError::UnknownKey),
        (signed(r#"{"alg":"EdDSA","kid":"k","crit":["exp"]}"#, "{}"), JwtError::Malformed),
        (signed(r#"{"alg":"EdDSA","alg":"none","kid":"k"}"#, "{}"), JwtError::Malformed),
        (signed(r#"{"kid":"k"}"#, "{}"), JwtError::Malformed),
        (signed(HEADER, r#"{"sub":"a","sub":"b"}"#), JwtError::Malformed),
        (signed(HEADER, "[]"), JwtError::Malformed),
        (signed(HEADER, "[\"issuer\",\"subject\"]"), JwtError::Malformed),
        (signed(r#"["EdDSA","k"]"#, "{}"), JwtError::Malformed),
        (signed(b"{\"alg\":\"EdDSA\",\"kid\":\"k\",\"x\":\"\xff\"}", "{}"), JwtError::Malformed),
        (signed(HEADER, r#"{"exp":"tomorrow"}"#), JwtError::Malformed),
        (signed(HEADER, r#"{"exp":1e400}"#), JwtError::Malformed),
        (header(r#"{"kid":"k","alg":"EdDSA"}"#), JwtError::Signature),
        (format!("{input}."), JwtError::Signature),
        (format!("{input}.{}", URL_SAFE_NO_PAD.encode(&flipped)), JwtError::Signature),
        (format!("{input}.{}", URL_SAFE_NO_PAD.encode([0; 64])), JwtError::Signature),
        (padded, JwtError::Malformed),
        (format!("{good}.{signature}"), JwtError::Malformed),
        (format!("{good} "), JwtError::Malformed),
        (input.to_owned(), JwtError::Malformed),
        (String::new(), JwtError::Malformed),
        ("..".to_owned(), JwtError::Malformed),
        (format!("{good}{}", "A".repeat(20_000)), JwtError::Malformed),
    ] {
        let found = Jwt::verify(&token, &keys).map(drop);
        let shown = token.get(..60).unwrap_or(&token);
        // A token of four parts fails as its first three do, whichever check comes first.
        let parts = token.split('.').count();
        assert!(
            found == Err(expected) || (parts > 3 && found.is_err()),
            "{shown}: {found:?}, not {expected:?}"
        );
    }
}

#[test]
fn keys_that_do_not_sign_or_are_too_weak_are_not_used() {
    let weak = URL_SAFE_NO_PAD.encode([0xC1; 128]);
    for key in [
        jwk("k").replace("\"kid\"", "\"use\":\"enc\",\"kid\""),
        jwk("k").replace("\"kid\"", "\"key_ops\":[\"encrypt\"],\"kid\""),
        jwk("k").replace("\"kid\"", "\"key_ops\":[],\"kid\""),
        jwk("k").replace("\"kid\"", "\"alg\":\"RS256\",\"kid\""),
        jwk("k").replace("Ed25519", "Ed448"),
        r#"{"kty":"oct","kid":"k","k":"AAAA"}"#.to_owned(),
        r#"{"kty":"OKP","crv":"Ed25519","kid":"k","x":"AAAA"}"#.to_owned(),
    ] {
        assert!(set(&[&key]).is_empty(), "{key}");
    }
    let keys = set(&[&format!("{{\"kty\":\"RSA\",\"kid\":\"k\",\"e\":\"AQAB\",\"n\":\"{weak}\"}}")]);
    let token = signed(r#"{"alg":"RS256","kid":"k"}"#, "{}");
    assert_eq!(Jwt::verify(&token, &keys).map(drop), Err(JwtError::Signature));
    // A point that is none of the curve's verifies nothing.
    let off = ES256_KEY.replace("f83OJ3D2", "f83OJ3D3");
    assert_eq!(Jwt::verify(ES256, &set(&[&off])).map(drop), Err(JwtError::Signature));
    // However the letters of its id and its algorithm are written.
    let escaped = signed(r#"{"\u0061lg":"Ed\u0044SA","kid":"a\/b"}"#, "{}");
    assert!(Jwt::verify(&escaped, &set(&[&jwk("a/b")])).is_ok());
    // Two keys of one id sign in different ways; a third way is none's.
    let both = set(&[&ES256_KEY.replace("\"x\"", "\"kid\":\"k\",\"x\""), &jwk("k")]);
    assert!(Jwt::verify(&signed(HEADER, "{}"), &both).is_ok());
    let third = signed(r#"{"alg":"RS256","kid":"k"}"#, "{}");
    assert_eq!(Jwt::verify(&third, &both).map(drop), Err(JwtError::Algorithm));
    // Of two keys, a token without an id chooses none.
    let two = set(&[ES256_KEY, &jwk("k")]);
    assert_eq!(Jwt::verify(ES256, &two).map(drop), Err(JwtError::UnknownKey));
}

#[test]
fn claims_are_judged_by_the_clock_that_is_given() {
    let keys = set(&[&jwk("k")]);
    let now = "2026-05-01T10:00:00Z".parse().unwrap();
    let at = |seconds: i64| 1_777_629_600 + seconds;
    let mut expected = Expected::new("i", "a", now);
    expected.tolerance = Duration::from_secs(60);
    for (claims, judged) in [
        (format!(r#"{{"iss":"i","aud":"a","exp":{}}}"#, at(1)), Ok(())),
        (format!(r#"{{"iss":"i","aud":["b","a"],"exp":{}}}"#, at(-59)), Ok(())),
        (format!(r#"{{"iss":"i","aud":"a","exp":{}}}"#, at(-60)), Err(JwtError::Expired)),
        (format!(r#"{{"iss":"i","aud":"a","exp":{}}}"#, i64::MIN), Err(JwtError::Expired)),
        (format!(r#"{{"iss":"i","aud":"a","exp":{},"nbf":{}}}"#, i64::MAX, at(61)), Err(JwtError::NotYet)),
        (format!(r#"{{"iss":"i","aud":"a","exp":{},"nbf":{}}}"#, at(99), at(60)), Ok(())),
        // A time may have a fraction, and an exponent.
        (format!(r#"{{"iss":"i","aud":"a","exp":{}.5,"iat":{}.25}}"#, at(1), at(60)), Ok(())),
        (format!(r#"{{"iss":"i","aud":"a","exp":{}.5}}"#, at(-60)), Err(JwtError::Expired)),
        (r#"{"iss":"i","aud":"a","exp":1e300,"nbf":1.7e9}"#.to_owned(), Ok(())),
        (r#"{"iss":"i","aud":"a","exp":1e300,"nbf":1e300}"#.to_owned(), Err(JwtError::NotYet)),
        (r#"{"iss":"i","aud":"a","exp":null}"#.to_owned(), Err(JwtError::Missing { claim: "exp" })),
        (r#"{"iss":"i","aud":"a"}"#.to_owned(), Err(JwtError::Missing { claim: "exp" })),
        (format!(r#"{{"iss":"i","aud":["b"],"exp":{}}}"#, at(1)), Err(JwtError::Audience)),
        (format!(r#"{{"iss":"i","exp":{}}}"#, at(1)), Err(JwtError::Audience)),
        (format!(r#"{{"iss":"j","aud":"a","exp":{}}}"#, at(1)), Err(JwtError::Issuer)),
        (format!(r#"{{"aud":"a","exp":{}}}"#, at(1)), Err(JwtError::Issuer)),
    ] {
        let token = Jwt::verify(&signed(HEADER, &claims), &keys).unwrap();
        assert_eq!(token.check(&expected), judged, "{claims}");
    }
    expected.tolerance = Duration::MAX;
    let old = format!(r#"{{"iss":"i","aud":"a","exp":{}}}"#, at(-9_999_999));
    assert_eq!(Jwt::verify(&signed(HEADER, &old), &keys).unwrap().check(&expected), Ok(()));
}
