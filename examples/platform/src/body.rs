//! Bodies of requests: bounded in size, before and after unpacking, and in time.

use std::io::Read as _;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use serde::de::DeserializeOwned;
use tokio::sync::{Semaphore, SemaphorePermit};

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

/// What packed bodies take unpacked, all of this process together, KiB. Who comes while there is no room waits for it.
const ROOM: usize = 64 << 10;
static UNPACKED: Semaphore = Semaphore::const_new(ROOM);
/// The most bytes that gzip makes of one.
const RATIO: usize = 1_032;

/// A body that was unpacked, with its room.
struct Held {
    bytes: Vec<u8>,
    _room: SemaphorePermit<'static>,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// The most members of a packed body: each may be empty, and costs work.
const MEMBERS: usize = 1_000;

/// Reads a body.
///
/// Errors: `too_large`, `request_timeout` where its next piece takes longer than `patience` or all of it six times that,
/// `unsupported_encoding`, `malformed`, `unavailable` where there is no room for what it is unpacked.
pub async fn read(
    headers: &HeaderMap,
    body: Body,
    limits: Limits,
    patience: Duration,
) -> Result<Bytes, Problem> {
    let packed = tokio::time::timeout(patience * 6, collect(body, limits.packed, patience))
        .await
        .map_err(|_| Problem::request_timeout().with("connection", "close"))??;
    let coding = headers.get(header::CONTENT_ENCODING).map(|value| value.to_str().unwrap_or("?"));
    match coding.map(str::to_ascii_lowercase).as_deref() {
        None | Some("identity") => Ok(packed),
        Some("gzip") => {
            let most = packed.len().saturating_mul(RATIO).min(limits.unpacked);
            let room = tokio::time::timeout(patience, UNPACKED.acquire_many(units(most))).await;
            let crowded = || Problem::unavailable().because("too many packed bodies at once");
            let room = room.ok().and_then(Result::ok).ok_or_else(|| crowded().with("retry-after", 2))?;
            // Unpacking takes a while: other requests go on meanwhile.
            let unpacked =
                tokio::task::spawn_blocking(move || Ok(held(unpack(&packed, limits.unpacked)?, room)));
            unpacked.await.map_err(|_| Problem::internal())?
        }
        Some(_) => Err(Problem::unsupported_encoding().because("gzip, or none")),
    }
}

/// Room for so many bytes.
fn units(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(1 << 10).min(ROOM)).unwrap_or(u32::MAX)
}

/// A body keeps as much room as it takes, for as long as anybody holds it.
fn held(mut bytes: Vec<u8>, mut room: SemaphorePermit<'static>) -> Bytes {
    bytes.shrink_to_fit();
    let over = room.num_permits().saturating_sub(units(bytes.len()) as usize);
    drop(room.split(over));
    Bytes::from_owner(Held { bytes, _room: room })
}

async fn collect(mut body: Body, limit: usize, patience: Duration) -> Result<Bytes, Problem> {
    let mut all = Vec::new();
    loop {
        let next = tokio::time::timeout(patience, body.frame()).await;
        let frame = match next.map_err(|_| Problem::request_timeout().with("connection", "close"))? {
            None => return Ok(all.into()),
            Some(Ok(frame)) => frame,
            Some(Err(_)) => return Err(Problem::malformed().because("the body broke off")),
        };
        let Ok(data) = frame.into_data() else { continue };
        if all.len() + data.len() > limit {
            return Err(Problem::too_large().because(format!("at most {limit} bytes")));
        }
        all.extend_from_slice(&data);
    }
}

fn unpack(packed: &[u8], limit: usize) -> Result<Vec<u8>, Problem> {
    let (mut all, mut rest) = (Vec::new(), packed);
    for _ in 0..MEMBERS {
        let mut member = flate2::bufread::GzDecoder::new(rest);
        let left = (limit - all.len()) as u64 + 1;
        let read = member.by_ref().take(left).read_to_end(&mut all);
        read.map_err(|_| Problem::malformed().because("not gzip"))?;
        if all.len() > limit {
            return Err(Problem::too_large().because(format!("at most {limit} bytes unpacked")));
        }
        rest = member.into_inner();
        if rest.is_empty() {
            return Ok(all);
        }
    }
    Err(Problem::malformed().because(format!("at most {MEMBERS} members of gzip")))
}

/// Reads a body that is JSON.
pub async fn json<T: DeserializeOwned>(
    headers: &HeaderMap,
    body: Body,
    patience: Duration,
) -> Result<T, Problem> {
    let bytes = read(headers, body, USUAL, patience).await?;
    if media_type(headers).as_deref() != Some("application/json") {
        return Err(Problem::unsupported_media_type().because("application/json"));
    }
    parse(&bytes)
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
        assert_eq!(unpack(&bomb, 4 << 20).unwrap_err().code, "too_large");
        assert_eq!(unpack(&bomb, 5 << 20).unwrap().len(), 5 << 20);
        let pack = |text: &[u8]| {
            let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            packer.write_all(text).unwrap();
            packer.finish().unwrap()
        };
        let two = [pack(b"one "), pack(b""), pack(b"two")].concat();
        assert_eq!(&unpack(&two, 7).unwrap()[..], b"one two");
        assert_eq!(unpack(&two, 6).unwrap_err().code, "too_large");
        assert_eq!(unpack(&two[..two.len() - 1], 7).unwrap_err().code, "malformed");
        let empty = pack(b"").repeat(MEMBERS + 1);
        assert_eq!(unpack(&empty, 100).unwrap_err().code, "malformed");
        assert!(unpack(&empty[..pack(b"").len() * MEMBERS], 100).unwrap().is_empty());
        assert_eq!(unpack(b"plain", 100).unwrap_err().code, "malformed");
    }

    #[tokio::test]
    async fn what_is_unpacked_has_room_for_as_long_as_it_is_held_and_others_wait_for_theirs() {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(&vec![0; 15 << 20]).unwrap();
        let packed = Bytes::from(gzip.finish().unwrap());
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_ENCODING, header::HeaderValue::from_static("gzip"));
        let patience = Duration::from_millis(300);
        let ask = async || read(&headers, Body::from(packed.clone()), EVENTS, patience).await;
        let mut all = Vec::new();
        let refused = loop {
            match ask().await {
                Ok(bytes) => all.push(bytes),
                Err(problem) => break problem,
            }
            assert!(all.len() < 10, "there is no bound");
        };
        assert_eq!(
            (refused.code, &*refused.headers),
            ("unavailable", &[("retry-after", "2".to_owned())][..])
        );
        assert!(all.len() >= 3);
        drop(all);
        assert_eq!(ask().await.unwrap().len(), 15 << 20);
    }
}
