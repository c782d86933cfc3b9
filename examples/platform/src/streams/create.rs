//! `PUT`: a stream is made, once.

use axum::http::HeaderMap;
use bytes::Bytes;

use super::append::closes;
use super::messages::messages;
use super::{Stream, normal};
use crate::feed::{Kind, Offset};
use crate::problem::Problem;
use crate::random;
use crate::storage::{Edit, StorageError, get_json, key, put_json, unix};

/// What a stream is to be.
#[derive(Clone, Debug)]
pub struct Create {
    content_type: String,
    ttl: Option<u64>,
    expires_at: Option<String>,
    closed: bool,
    messages: Result<Vec<Bytes>, Problem>,
}

impl Create {
    /// How many messages it brings.
    pub fn count(&self) -> usize {
        self.messages.as_ref().map_or(0, Vec::len)
    }

    /// Reads the request, which may take a while. What is wrong with its messages is said in its turn.
    pub fn parse(headers: &HeaderMap, body: &Bytes) -> Result<Self, Problem> {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        if header("stream-forked-from").is_some() || header("stream-fork-sub-offset").is_some() {
            return Err(Problem::malformed().because("streams are not forked here"));
        }
        let ttl = match header("stream-ttl") {
            None => None,
            Some(text) => {
                let plain =
                    text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
                let seconds = text.parse().ok().filter(|_| plain && !text.is_empty());
                Some(
                    seconds
                        .ok_or_else(|| Problem::malformed().because("Stream-TTL is a number of seconds"))?,
                )
            }
        };
        let expires_at = header("stream-expires-at").map(str::to_owned);
        if let Some(text) = &expires_at
            && text.parse::<cc_core::Timestamp>().is_err()
        {
            return Err(Problem::malformed().because("Stream-Expires-At is an instant of RFC 3339"));
        }
        if ttl.is_some() && expires_at.is_some() {
            return Err(Problem::malformed().because("Stream-TTL or Stream-Expires-At, not both"));
        }
        let is_type =
            |text: &&str| text.split_once('/').is_some_and(|(a, b)| !a.trim().is_empty() && !b.is_empty());
        let content_type = header("content-type").filter(is_type).unwrap_or("application/octet-stream");
        let messages = messages(Kind::of(&normal(content_type)), body, true);
        let closed = closes(headers);
        Ok(Self { content_type: content_type.to_owned(), ttl, expires_at, closed, messages })
    }

    fn is_of(&self, stream: &Stream) -> bool {
        normal(&self.content_type) == normal(&stream.content_type)
            && self.ttl == stream.ttl
            && self.expires_at == stream.expires_at
            && self.closed == stream.closed
    }
}

/// Makes a stream; true where it was not there.
///
/// `may` is asked before anything is written; where the stream is there, nothing is.
///
/// Errors: `conflict` where one of the name is another way, `malformed` where it would be over already or its messages are none, and
/// `too_large` where they are too many.
pub fn create(
    edit: &mut dyn Edit,
    place: &str,
    wanted: &Create,
    may: impl FnOnce(&mut dyn Edit) -> Result<(), Problem>,
) -> Result<(bool, Stream, Offset), Problem> {
    let now = cc_core::Timestamp::from_timestamp_millis(edit.at()).unwrap_or_default();
    let old: Option<Stream> = get_json(edit, place)?;
    if let Some(old) = old {
        if !old.is_over(now) {
            let next = old.next(edit)?;
            return if wanted.is_of(&old) { Ok((false, old, next)) } else { Err(Problem::conflict()) };
        }
        old.remove(edit, place)?;
    }
    let is_past = |text: &String| text.parse::<cc_core::Timestamp>().is_ok_and(|at| at <= now);
    if wanted.expires_at.as_ref().is_some_and(is_past) {
        return Err(Problem::malformed().because("Stream-Expires-At: expected an instant that is not over"));
    }
    may(edit)?;
    let stream = Stream {
        log: key(&["s", &random::text::<12>()]),
        base: base(edit)?,
        content_type: wanted.content_type.clone(),
        ttl: wanted.ttl,
        expires_at: wanted.expires_at.clone(),
        closed: wanted.closed,
        closed_by: None,
        seq: None,
        touched: edit.at(),
    };
    let messages: Vec<&[u8]> =
        wanted.messages.as_ref().map_err(Problem::clone)?.iter().map(|one| &**one).collect();
    if !messages.is_empty() {
        edit.append(&stream.log, &messages)?;
    }
    put_json(edit, place, &stream)?;
    let next = stream.next(edit)?;
    Ok((true, stream, next))
}

/// The offset at which a new stream begins: an offset of one of the name that is no more lies before it, and is gone.
///
/// Streams are counted by the second, each a number of its own, and have room for a thousand million messages.
fn base(edit: &mut dyn Edit) -> Result<u64, StorageError> {
    const NEWEST: &str = "newest stream";
    const ROOM: u32 = 30;
    let newest = get_json::<u64>(edit, NEWEST)?.map_or(0, |newest| newest.saturating_add(1));
    let number = newest.max(unix(edit)).min(u64::MAX >> (ROOM + 1));
    put_json(edit, NEWEST, &number)?;
    Ok(number << ROOM)
}
