//! The file: its heading, and which signature lets its body in.

use std::fmt::Write as _;

use cc_core::Timestamp;
use serde::Deserialize;

use super::DOMAIN;
use super::keys::{KeyId, TrustedKeys};
use crate::diagnostic::Diagnostics;
use crate::hex;
use crate::pack::limits::MAX_PACK_BYTES;

/// The most signatures of one file.
pub const MOST_SIGNATURES: usize = 8;

const FORMAT: &str = "cc-rules-signed-pack";
const VERSION: u32 = 1;
/// The longest heading, in bytes: eight signatures take less than two kibibytes.
const LONGEST_HEADING: usize = 4_096;

/// Why a signed pack is not loaded.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum SignedPackError {
    /// The key that signed it is no longer valid, and no other one did.
    #[error("key {key} was valid until {}", until.format("%Y-%m-%dT%H:%M:%SZ"))]
    Expired {
        /// The key.
        key: KeyId,
        /// The first instant at which it was not valid any more.
        until: Timestamp,
    },
    /// The pack is cut off, or goes on after its end.
    #[error("expected a pack of {expected} bytes, found {found}")]
    Length {
        /// The length that the heading tells.
        expected: usize,
        /// The length that was found.
        found: usize,
    },
    /// The first line is not the heading of a signed pack.
    #[error("not a signed pack: its first line is no heading of one")]
    NotSigned,
    /// The key that signed it is not valid yet, and no other one did.
    #[error("key {key} is valid from {} on", from.format("%Y-%m-%dT%H:%M:%SZ"))]
    NotYetValid {
        /// The key.
        key: KeyId,
        /// The first instant at which it is valid.
        from: Timestamp,
    },
    /// A trusted key signed it, but it is no pack that this engine runs.
    #[error("signed by a trusted key, but: {0}")]
    Pack(Diagnostics),
    /// The signature under a trusted key's name is not that key's signature of this pack.
    #[error("the signature of key {key} does not fit the pack")]
    Signature {
        /// The key.
        key: KeyId,
    },
    /// It is longer than a signed pack can be.
    #[error("longer than a signed pack may be")]
    TooBig,
    /// None of its signatures is by a trusted key.
    #[error("signed by no trusted key, but by {}", names(keys))]
    UnknownKey {
        /// The keys that signed it.
        keys: Vec<KeyId>,
    },
    /// Its heading is of another version.
    #[error("a signed pack of version {found}, this engine reads version {VERSION}")]
    Version {
        /// The version found.
        found: u32,
    },
}

impl SignedPackError {
    /// Whether nobody who is trusted now vouches for the pack, so that nothing of it was read; else the file itself is
    /// damaged, or too new, or the pack that a trusted key has signed is wrong.
    ///
    /// ```
    /// use cc_rules::Pack;
    /// use cc_rules::signed::TrustedKeys;
    ///
    /// let now = "2026-05-01T10:00:00Z".parse().unwrap();
    /// let error = Pack::load_signed(b"{}", &TrustedKeys::default(), now).unwrap_err();
    /// assert!(error.is_untrusted());
    /// assert_eq!(error.to_string(), "not a signed pack: its first line is no heading of one");
    /// ```
    pub const fn is_untrusted(&self) -> bool {
        match self {
            Self::Expired { .. }
            | Self::NotSigned
            | Self::NotYetValid { .. }
            | Self::Signature { .. }
            | Self::UnknownKey { .. } => true,
            Self::Length { .. } | Self::Pack(_) | Self::TooBig | Self::Version { .. } => false,
        }
    }
}

fn names(keys: &[KeyId]) -> String {
    keys.iter().map(KeyId::to_string).collect::<Vec<_>>().join(", ")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Heading {
    format: String,
    length: usize,
    signatures: Vec<Line>,
    version: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    key: String,
    signature: String,
}

pub(super) type Signed = (KeyId, [u8; 64]);

/// The pack's canonical form, if it may be loaded, and the keys that vouch for it.
pub(super) fn body<'b>(
    bytes: &'b [u8],
    trusted: &TrustedKeys,
    now: Timestamp,
) -> Result<(&'b [u8], Vec<KeyId>), SignedPackError> {
    if bytes.len() > MAX_PACK_BYTES + LONGEST_HEADING {
        return Err(SignedPackError::TooBig);
    }
    let end = bytes.iter().take(LONGEST_HEADING).position(|byte| *byte == b'\n');
    let (heading, body) =
        end.and_then(|end| bytes.split_at_checked(end)).ok_or(SignedPackError::NotSigned)?;
    let body = body.get(1..).unwrap_or_default();
    let (signatures, length) = read_heading(heading)?;
    if length != body.len() {
        return Err(SignedPackError::Length { expected: length, found: body.len() });
    }
    let message = [DOMAIN, body].concat();
    let mut refused = None;
    let mut good = Vec::new();
    for (id, signature) in &signatures {
        let Some(known) = trusted.0.get(id) else { continue };
        if !known.key.fits(&message, signature) {
            return Err(SignedPackError::Signature { key: *id });
        }
        match (known.from, known.until) {
            (Some(from), _) if now < from => {
                refused = Some(SignedPackError::NotYetValid { key: *id, from });
            }
            (_, Some(until)) if now >= until => refused = Some(SignedPackError::Expired { key: *id, until }),
            _ => good.push(*id),
        }
    }
    if !good.is_empty() {
        return Ok((body, good));
    }
    let strangers = || SignedPackError::UnknownKey { keys: signatures.iter().map(|(id, _)| *id).collect() };
    Err(refused.unwrap_or_else(strangers))
}

fn read_heading(line: &[u8]) -> Result<(Vec<Signed>, usize), SignedPackError> {
    let not_signed = || SignedPackError::NotSigned;
    let heading: Heading = serde_json::from_slice(line).map_err(|_| not_signed())?;
    if heading.format != FORMAT {
        return Err(not_signed());
    }
    if heading.version != VERSION {
        return Err(SignedPackError::Version { found: heading.version });
    }
    let mut signatures: Vec<Signed> = Vec::new();
    for Line { key, signature } in heading.signatures.iter().take(MOST_SIGNATURES + 1) {
        let (mut id, mut bytes) = ([0; 8], [0; 64]);
        hex::read(key, &mut id).map_err(|_| not_signed())?;
        hex::read(signature, &mut bytes).map_err(|_| not_signed())?;
        signatures.push((KeyId(id), bytes));
    }
    let in_order = signatures.is_sorted_by(|a, b| a.0 < b.0);
    let fits = in_order && !signatures.is_empty() && signatures.len() <= MOST_SIGNATURES;
    // One spelling only, so that every changed byte shows.
    if !fits || write_heading(&signatures, heading.length).as_bytes() != line {
        return Err(not_signed());
    }
    Ok((signatures, heading.length))
}

/// The heading without its line feed. The signatures are sorted by key.
pub(super) fn write_heading(signatures: &[Signed], length: usize) -> String {
    let mut text = format!("{{\"format\":\"{FORMAT}\",\"length\":{length},\"signatures\":[");
    for (index, (key, signature)) in signatures.iter().enumerate() {
        let comma = if index > 0 { "," } else { "" };
        let _ = write!(text, "{comma}{{\"key\":\"{key}\",\"signature\":\"");
        let _ = hex::write(signature, &mut text);
        text.push_str("\"}");
    }
    let _ = write!(text, "],\"version\":{VERSION}}}");
    text
}
