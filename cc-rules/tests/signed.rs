//! Signed packs: what is loaded, and why the rest is not.
#![cfg(all(feature = "source", feature = "sign"))]
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::sync::LazyLock;

use cc_core::Timestamp;
use cc_rules::Pack;
use cc_rules::signed::{KeyId, SignedPackError, SigningKey, TrustedKeys, sign};
use common::pack;
use proptest::prelude::*;

fn rules() -> Pack {
    pack("rules: [{id: hot, when: ignition, recommend: {action: book, urgency: low, message: m}}]")
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

fn id(seed: u8) -> KeyId {
    key(seed).public_key().id()
}

fn trusted(seeds: &[u8]) -> TrustedKeys {
    seeds.iter().fold(TrustedKeys::default(), |keys, seed| keys.with(key(*seed).public_key()))
}

fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn now() -> Timestamp {
    instant("2026-05-01T10:00:00Z")
}

fn error(file: &str, keys: &TrustedKeys) -> SignedPackError {
    Pack::load_signed(file.as_bytes(), keys, now()).unwrap_err()
}

#[test]
fn either_of_two_keys_is_enough_while_one_is_replaced() {
    let pack = rules();
    let both = sign(&pack, &[&key(1), &key(2)]);
    for keys in [&[1][..], &[2], &[1, 2], &[2, 3]] {
        let loaded = Pack::load_signed(both.as_bytes(), &trusted(keys), now()).unwrap();
        assert_eq!(loaded.hash(), pack.hash());
    }
    let mut ids = [id(1), id(2)];
    ids.sort_unstable();
    assert_eq!(error(&both, &trusted(&[3])), SignedPackError::UnknownKey { keys: ids.into() });
    assert_eq!(error(&both, &TrustedKeys::default()), SignedPackError::UnknownKey { keys: ids.into() });
    // The order of the keys, and one given twice, change nothing.
    assert_eq!(sign(&pack, &[&key(2), &key(1), &key(2)]), both);
}

#[test]
fn a_key_counts_from_its_first_instant_until_before_its_last() {
    let file = sign(&rules(), &[&key(1)]);
    let (from, until) = (instant("2026-01-01T00:00:00Z"), instant("2027-01-01T00:00:00Z"));
    let keys = TrustedKeys::default().with_span(key(1).public_key(), Some(from), Some(until));
    let load = |now: &str| Pack::load_signed(file.as_bytes(), &keys, instant(now)).map(|pack| pack.hash());
    assert!(load("2026-01-01T00:00:00Z").is_ok());
    assert!(load("2026-12-31T23:59:59.999Z").is_ok());
    let early = load("2025-12-31T23:59:59Z").unwrap_err();
    assert_eq!(early, SignedPackError::NotYetValid { key: id(1), from });
    assert_eq!(early.to_string(), format!("key {} is valid from 2026-01-01T00:00:00Z on", id(1)));
    let late = load("2027-01-01T00:00:00Z").unwrap_err();
    assert_eq!(late, SignedPackError::Expired { key: id(1), until });
    assert_eq!(late.to_string(), format!("key {} was valid until 2027-01-01T00:00:00Z", id(1)));
    // Another key that is valid makes up for it.
    let both = sign(&rules(), &[&key(1), &key(2)]);
    let keys = keys.with(key(2).public_key());
    assert!(Pack::load_signed(both.as_bytes(), &keys, until).is_ok());
}

#[test]
fn every_changed_byte_is_an_error() {
    let file = sign(&rules(), &[&key(1)]);
    let keys = trusted(&[1]);
    for place in 0..file.len() {
        for change in [1, 0x20, 0x80] {
            let mut bytes = file.clone().into_bytes();
            bytes[place] ^= change;
            assert!(Pack::load_signed(&bytes, &keys, now()).is_err(), "byte {place}");
        }
    }
    for end in 0..file.len() {
        assert!(Pack::load_signed(&file.as_bytes()[..end], &keys, now()).is_err(), "cut at {end}");
    }
}

#[test]
fn each_kind_of_damage_has_its_name() {
    let pack = rules();
    let file = sign(&pack, &[&key(1)]);
    let keys = trusted(&[1]);
    let length = pack.to_canonical_json().len();
    let other = sign(&pack, &[&key(2)]).replace(&id(2).to_string(), &id(1).to_string());
    for (file, expected, text) in [
        (
            file[..file.len() - 1].to_owned(),
            SignedPackError::Length { expected: length, found: length - 1 },
            format!("expected a pack of {length} bytes, found {}", length - 1),
        ),
        (
            format!("{file}\n"),
            SignedPackError::Length { expected: length, found: length + 1 },
            format!("expected a pack of {length} bytes, found {}", length + 1),
        ),
        (
            file.replace("\"low\"", "\"big\""),
            SignedPackError::Signature { key: id(1) },
            format!("the signature of key {} does not fit the pack", id(1)),
        ),
        (
            other,
            SignedPackError::Signature { key: id(1) },
            format!("the signature of key {} does not fit the pack", id(1)),
        ),
        (
            file.replace("\"version\":1}\n", "\"version\":2}\n"),
            SignedPackError::Version { found: 2 },
            "a signed pack of version 2, this engine reads version 1".to_owned(),
        ),
        (
            pack.to_canonical_json().to_owned(),
            SignedPackError::NotSigned,
            "not a signed pack: its first line is no heading of one".to_owned(),
        ),
        (
            file.replacen("{\"format\"", "{ \"format\"", 1),
            SignedPackError::NotSigned,
            "not a signed pack: its first line is no heading of one".to_owned(),
        ),
        (
            "x".repeat((1 << 20) + 4_097),
            SignedPackError::TooBig,
            "longer than a signed pack may be".to_owned(),
        ),
    ] {
        let found = error(&file, &keys);
        assert_eq!((found.to_string(), found), (text, expected));
    }
}

#[test]
fn a_wrong_signature_of_a_trusted_key_is_an_error_even_beside_a_good_one() {
    let pack = rules();
    let both = sign(&pack, &[&key(1), &key(2)]);
    let wrong = sign(&pack, &[&key(3)]).split("signature\":\"").nth(1).unwrap()[..128].to_owned();
    let of_two = both.split(&format!("{}\",\"signature\":\"", id(2))).nth(1).unwrap()[..128].to_owned();
    let forged = both.replace(&of_two, &wrong);
    assert_eq!(error(&forged, &trusted(&[1, 2])), SignedPackError::Signature { key: id(2) });
    assert!(Pack::load_signed(forged.as_bytes(), &trusted(&[1]), now()).is_ok());
}

#[test]
fn lists_of_trusted_keys_say_which_line_is_wrong() {
    let line = key(1).public_key().to_string();
    for (text, expected) in [
        (String::new(), Ok(0)),
        (format!("# old\n\n{line}  # new\n"), Ok(1)),
        (format!("{line} from 2026-01-01T00:00:00Z until 2027-01-01T00:00:00Z"), Ok(1)),
        (format!("\n{}", &line[..70]), Err("line 2: expected 64 hexadecimal digits, found 62 characters")),
        (line.replace('8', "g"), Err("line 1: expected a hexadecimal digit 0-9 or a-f at byte")),
        (line.replace("ed25519", "rsa"), Err("line 1: expected `ed25519:` and 64 hexadecimal digits")),
        (format!("ed25519:{}", "f".repeat(64)), Err("line 1: not the public key of anybody")),
        (format!("{line} until"), Err("line 1: expected `from` or `until` and an instant")),
        (format!("{line} until soon"), Err("line 1: expected `from` or `until` and an instant")),
        // What is for people only is no span of time.
        (format!("# {line} until 2027-01-01T00:00:00Z\n{line}  # until autumn"), Ok(1)),
        (format!("{line} until 2027-01-01T00:00:00Z  # 79002afecce76fd2, made 2026-01-01T00:00:00Z"), Ok(1)),
        (
            format!("\n{line}  # 79002afecce76fd2 until 2027-01-01T00:00:00Z"),
            Err(
                "line 2: `from` and `until` stand between the key and the `#`; behind it they would not count",
            ),
        ),
        (format!("{line} # (from 2027-01-01T00:00:00Z)"), Err("line 1: `from` and `until` stand between")),
    ] {
        let found = text.parse::<TrustedKeys>().map(|keys| keys.len()).map_err(|error| error.to_string());
        match expected {
            Ok(count) => assert_eq!(found, Ok(count), "{text}"),
            Err(why) => assert!(found.clone().unwrap_err().starts_with(why), "{found:?}"),
        }
    }
}

#[test]
fn neither_key_is_taken_for_the_other() {
    let public = key(1).public_key().to_string();
    assert_eq!(public.parse::<SigningKey>().unwrap_err(), cc_rules::signed::KeyError::PrivateScheme);
    let private = format!("ed25519-private:{}", "01".repeat(32));
    assert_eq!(private.parse::<SigningKey>().unwrap().public_key().to_string(), public);
    assert_eq!(
        private.parse::<TrustedKeys>().unwrap_err().to_string(),
        "line 1: expected `ed25519:` and 64 hexadecimal digits"
    );
}

static FILE: LazyLock<String> = LazyLock::new(|| sign(&rules(), &[&key(1)]));
static KEYS: LazyLock<TrustedKeys> = LazyLock::new(|| trusted(&[1]));

proptest! {
    #[test]
    fn any_bytes_are_no_signed_pack(bytes in prop::collection::vec(any::<u8>(), 0..300), cut in 0..200_usize) {
        prop_assert!(Pack::load_signed(&bytes, &KEYS, now()).is_err());
        let mixed = [&FILE.as_bytes()[..cut], &bytes].concat();
        prop_assert!(Pack::load_signed(&mixed, &KEYS, now()).is_err());
    }
}
