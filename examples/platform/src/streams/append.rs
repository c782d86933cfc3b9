//! `POST`: messages are appended, a stream is closed, or both in one.

use axum::http::HeaderMap;
use bytes::Bytes;

use super::messages::messages;
use super::{Stream, normal};
use crate::body::media_type;
use crate::feed::{Kind, Offset};
use crate::problem::Problem;
use crate::producer::{Producer, Turn};
use crate::storage::{Edit, put_json};

/// What is to be appended.
#[derive(Clone, Debug)]
pub struct Append {
    content_type: Option<String>,
    seq: Option<String>,
    close: bool,
    producer: Option<Producer>,
    body: Bytes,
    /// As its own type says, which has to be that of the stream.
    messages: Result<Vec<Bytes>, Problem>,
}

/// What came of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Appended {
    /// The offset behind it.
    pub next: Offset,
    /// The stream is closed.
    pub closed: bool,
    /// It was here before.
    pub duplicate: bool,
    /// The producer, with its last sequence number.
    pub producer: Option<(u64, u64)>,
}

impl Append {
    /// It only closes the stream.
    pub fn is_bare(&self) -> bool {
        self.body.is_empty()
    }

    /// How many messages it brings.
    pub fn count(&self) -> usize {
        self.messages.as_ref().map_or(0, Vec::len)
    }

    /// Reads the request, which may take a while. What is wrong with its messages is said in its turn.
    pub fn parse(headers: &HeaderMap, body: Bytes) -> Result<Self, Problem> {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let close = closes(headers);
        if body.is_empty() && !close {
            return Err(Problem::malformed().because("nothing to append"));
        }
        let content_type = media_type(headers).filter(|text| !text.is_empty());
        if content_type.is_none() && !body.is_empty() {
            return Err(Problem::malformed().because("Content-Type is needed"));
        }
        let (seq, producer) = (header("stream-seq"), Producer::parse(headers)?);
        let messages = match &content_type {
            Some(content_type) if !body.is_empty() => messages(Kind::of(content_type), &body, false),
            _ => Ok(Vec::new()),
        };
        Ok(Self { content_type, seq, close, producer, body, messages })
    }
}

/// Whether a stream is to be closed: anything but `true` is as good as nothing, as the open protocol has it.
pub(super) fn closes(headers: &HeaderMap) -> bool {
    headers.get("stream-closed").is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"true"))
}

/// Does it.
///
/// `may` is asked before anything is written; a copy writes nothing.
///
/// Errors: `not_found`, `content_type_mismatch`, `stream_closed`, `sequence_gap`, `producer_fenced`, `conflict` where `Stream-Seq` does not
/// grow, `malformed`, `too_large`.
pub fn append(
    edit: &mut dyn Edit,
    place: &str,
    wanted: &Append,
    may: impl FnOnce(&mut dyn Edit) -> Result<(), Problem>,
) -> Result<Appended, Problem> {
    let now = cc_core::Timestamp::from_timestamp_millis(edit.at()).unwrap_or_default();
    let mut stream = Stream::must(edit, place, now)?;
    let next = stream.next(edit)?;
    let producer = wanted.producer.as_ref();
    let told = |seq: Option<u64>| producer.map(|producer| (producer.epoch, seq.unwrap_or(producer.seq)));
    let lane = producer.map(|producer| stream.producer(producer));
    if stream.closed {
        let again = producer.is_some() && stream.closed_by == wanted.producer;
        if again || wanted.close && wanted.body.is_empty() && producer.is_none() {
            return Ok(Appended { next, closed: true, duplicate: true, producer: told(None) });
        }
        if let (Some(producer), Some(lane)) = (producer, &lane) {
            match producer.turn(edit, lane) {
                // It was here before the stream was closed.
                Ok(Turn::Duplicate { seq }) => {
                    return Ok(Appended { next, closed: true, duplicate: true, producer: told(Some(seq)) });
                }
                // A process that was fenced off hears that first.
                Err(problem) if problem.code == "producer_fenced" => return Err(problem),
                _ => {}
            }
        }
        let problem = Problem::stream_closed().with("stream-closed", "true");
        return Err(problem.with("stream-next-offset", next));
    }
    let declared = normal(&stream.content_type);
    if !wanted.body.is_empty() && wanted.content_type.as_deref() != Some(&declared) {
        return Err(Problem::content_type_mismatch());
    }
    if let (Some(producer), Some(lane)) = (producer, &lane)
        && let Turn::Duplicate { seq } = producer.turn(edit, lane)?
    {
        return Ok(Appended { next, closed: false, duplicate: true, producer: told(Some(seq)) });
    }
    if let (Some(seq), Some(last)) = (&wanted.seq, &stream.seq)
        && seq <= last
    {
        return Err(Problem::conflict().because("Stream-Seq must grow"));
    }
    let messages: Vec<&[u8]> =
        wanted.messages.as_ref().map_err(Problem::clone)?.iter().map(|one| &**one).collect();
    may(edit)?;
    if !messages.is_empty() {
        edit.append(&stream.log, &messages)?;
    }
    if let (Some(producer), Some(lane)) = (producer, &lane) {
        producer.done(edit, lane)?;
    }
    if wanted.close {
        stream.closed = true;
        stream.closed_by.clone_from(&wanted.producer);
        edit.wake(&stream.log);
    }
    if wanted.seq.is_some() {
        stream.seq.clone_from(&wanted.seq);
    }
    let changed = wanted.close || wanted.seq.is_some() || stream.ttl.is_some();
    if changed {
        stream.touched = edit.at();
        put_json(edit, place, &stream)?;
    }
    let next = stream.next(edit)?;
    Ok(Appended { next, closed: wanted.close, duplicate: false, producer: told(None) })
}
