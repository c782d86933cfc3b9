//! Bodies of requests: bounded in size, before and after unpacking, and in time.

use std::io::Read as _;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use serde::de::DeserializeOwned;

use crate::auth::Who;
use crate::coming::Came;
use crate::node::Node;
use crate::problem::Problem;

/// How much of a body is taken.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes on the wire.
    pub packed: usize,
    /// Bytes after unpacking.
    pub unpacked: usize,
}

/// For most requests.
pub const USUAL: Limits = Limits { packed: 1 << 20, unpacked: 4 << 20 };
/// For events.
pub const EVENTS: Limits = Limits { packed: 1 << 20, unpacked: 16 << 20 };
/// For appends to plain streams, which are never compressed.
pub const STREAM: Limits = Limits { packed: 4 << 20, unpacked: 4 << 20 };

/// Of those whom nobody knows yet: an address with a password, or a signed text.
const OF_STRANGERS: Limits = Limits { packed: 8 << 10, unpacked: 8 << 10 };

/// How often the patience for one piece all of a body may take; of a stranger, once.
const PIECES: u32 = 6;

/// The most members of a packed body: each may be empty, and costs work.
const MEMBERS: usize = 1_000;

/// Reads a body.
///
/// Errors: `too_large`, `request_timeout` where its next piece takes longer than a node waits or all of it six times that,
/// `unsupported_encoding`, `malformed`, `rate_limited` and `unavailable` where too much is under way.
pub async fn read(
    node: &Arc<Node>,
    who: &Who,
    headers: &HeaderMap,
    body: Body,
    limits: Limits,
) -> Result<Bytes, Problem> {
    let patience = Duration::from_millis(node.config.request);
    let counts = || Some(node.coming.body(who));
    taken(counts, headers, body, limits, (patience, patience * PIECES)).await
}

/// Reads a body; what comes of it is counted where `counts` gives by what.
async fn taken(
    counts: impl Fn() -> Option<Came>,
    headers: &HeaderMap,
    body: Body,
    limits: Limits,
    (piece, whole): (Duration, Duration),
) -> Result<Bytes, Problem> {
    let packed = tokio::time::timeout(whole, collect(counts(), body, limits.packed, piece))
        .await
        .map_err(|_| Problem::request_timeout().with("connection", "close"))??;
    // Several lines are one list (RFC 9110, 5.3).
    let codings = headers.get_all(header::CONTENT_ENCODING).iter();
    let codings: Vec<String> =
        codings.map(|value| value.to_str().unwrap_or("?").to_ascii_lowercase()).collect();
    match codings.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] | ["identity"] => Ok(packed),
        ["gzip"] => {
            // Unpacking takes a while: other requests go on meanwhile.
            let came = counts();
            let unpacked = tokio::task::spawn_blocking(move || unpack(came, &packed, limits.unpacked));
            unpacked.await.map_err(|_| Problem::internal())?
        }
        _ => Err(Problem::unsupported_encoding().because("gzip, or none")),
    }
}

fn counted(came: Option<Came>, body: Vec<u8>) -> Bytes {
    match came {
        Some(came) => came.whole(body),
        None => body.into(),
    }
}

async fn collect(
    mut came: Option<Came>,
    mut body: Body,
    limit: usize,
    patience: Duration,
) -> Result<Bytes, Problem> {
    let mut all = Vec::new();
    loop {
        let next = tokio::time::timeout(patience, body.frame()).await;
        let frame = match next.map_err(|_| Problem::request_timeout().with("connection", "close"))? {
            None => return Ok(counted(came, all)),
            Some(Ok(frame)) => frame,
            Some(Err(_)) => return Err(Problem::malformed().because("the body broke off")),
        };
        let Ok(data) = frame.into_data() else { continue };
        if all.len() + data.len() > limit {
            return Err(Problem::too_large().because(format!("at most {limit} bytes")));
        }
        if let Some(came) = &mut came {
            came.more(data.len())?;
        }
        all.extend_from_slice(&data);
    }
}

/// How much is unpacked before it is counted, bytes.
const STEP: u64 = 64 << 10;

fn unpack(mut came: Option<Came>, packed: &[u8], limit: usize) -> Result<Bytes, Problem> {
    let (mut all, mut rest) = (Vec::new(), packed);
    for _ in 0..MEMBERS {
        let mut member = flate2::bufread::GzDecoder::new(rest);
        loop {
            let left = (limit - all.len()) as u64 + 1;
            let read = member.by_ref().take(left.min(STEP)).read_to_end(&mut all);
            let read = read.map_err(|_| Problem::malformed().because("not gzip"))?;
            if all.len() > limit {
                return Err(Problem::too_large().because(format!("at most {limit} bytes unpacked")));
            }
            if let Some(came) = &mut came {
                came.more(read)?;
            }
            if read == 0 {
                break;
            }
        }
        rest = member.into_inner();
        if rest.is_empty() {
            return Ok(counted(came, all));
        }
    }
    Err(Problem::malformed().because(format!("at most {MEMBERS} members of gzip")))
}

/// Reads a body that is JSON.
pub async fn json<T: DeserializeOwned>(
    node: &Arc<Node>,
    who: &Who,
    headers: &HeaderMap,
    body: Body,
) -> Result<T, Problem> {
    typed(headers, &read(node, who, headers, body, USUAL).await?)
}

/// The same of whom nobody knows yet: little, and soon.
pub async fn json_of_stranger<T: DeserializeOwned>(
    node: &Arc<Node>,
    headers: &HeaderMap,
    body: Body,
) -> Result<T, Problem> {
    let patience = Duration::from_millis(node.config.request);
    let read = taken(|| None, headers, body, OF_STRANGERS, (patience, patience));
    typed(headers, &read.await?)
}

fn typed<T: DeserializeOwned>(headers: &HeaderMap, bytes: &[u8]) -> Result<T, Problem> {
    if media_type(headers).as_deref() != Some("application/json") {
        return Err(Problem::unsupported_media_type().because("application/json"));
    }
    parse(bytes)
}

/// Reads JSON; says where it went wrong and not what stood there.
pub fn parse<'a, T: serde::Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Problem> {
    serde_json::from_slice(bytes).map_err(|error| {
        let what = match error.classify() {
            serde_json::error::Category::Data => "a member is missing or of another type",
            serde_json::error::Category::Eof => "it ends too early",
            _ => "not JSON",
        };
        Problem::malformed().because(format!("{what}, line {} column {}", error.line(), error.column()))
    })
}

/// The media type, lower case and without parameters.
pub fn media_type(headers: &HeaderMap) -> Option<String> {
    let text = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    Some(text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn a_bomb_is_refused_without_being_unpacked() {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packer.write_all(&vec![0; 5 << 20]).unwrap();
        let bomb = packer.finish().unwrap();
        assert!(bomb.len() < 10_000);
        assert_eq!(unpack(None, &bomb, 4 << 20).unwrap_err().code, "too_large");
        assert_eq!(unpack(None, &bomb, 5 << 20).unwrap().len(), 5 << 20);
        let pack = |text: &[u8]| {
            let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            packer.write_all(text).unwrap();
            packer.finish().unwrap()
        };
        let two = [pack(b"one "), pack(b""), pack(b"two")].concat();
        assert_eq!(&unpack(None, &two, 7).unwrap()[..], b"one two");
        assert_eq!(unpack(None, &two, 6).unwrap_err().code, "too_large");
        assert_eq!(unpack(None, &two[..two.len() - 1], 7).unwrap_err().code, "malformed");
        let empty = pack(b"").repeat(MEMBERS + 1);
        assert_eq!(unpack(None, &empty, 100).unwrap_err().code, "malformed");
        assert!(unpack(None, &empty[..pack(b"").len() * MEMBERS], 100).unwrap().is_empty());
        assert_eq!(unpack(None, b"plain", 100).unwrap_err().code, "malformed");
    }
}
