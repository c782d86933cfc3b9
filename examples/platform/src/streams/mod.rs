//! Plain Durable Streams: append-only logs that principals make, write and delete themselves.

mod append;
mod create;
pub(crate) mod gone;
mod messages;

use cc_core::Timestamp;
use serde::{Deserialize, Serialize};

use crate::auth::{Caller, Role, Who};
use crate::feed::{Kind, Offset, Source};
use crate::problem::Problem;
use crate::producer::Producer;
use crate::storage::{Edit, JOINT, StorageError, View, get_json, key, put_json};
pub use append::{Append, Appended, append};
pub use create::{Create, create};
pub use messages::MESSAGES;

/// What is known of a stream.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Stream {
    /// Its messages; another log for each stream of the name.
    pub log: String,
    /// The offset of its first message: beyond those of every earlier stream. Streams of earlier versions begin with 0.
    #[serde(default)]
    pub base: u64,
    /// As it was declared.
    pub content_type: String,
    /// Seconds that it lives without being read or written.
    pub ttl: Option<u64>,
    /// When it ends in any case, as it was said.
    pub expires_at: Option<String>,
    /// It takes nothing more.
    pub closed: bool,
    /// The request that closed it.
    pub closed_by: Option<Producer>,
    /// The last `Stream-Seq`.
    pub seq: Option<String>,
    /// When it was read or written last, milliseconds since 1970.
    pub touched: i64,
}

/// The longest name.
const LONGEST_NAME: usize = 512;

/// The key of a stream, where the caller may have one of this name.
///
/// Those who act for an organization share its names; a driver has those under `user/NUMBER/`.
pub fn place(caller: &Caller, name: &str) -> Result<String, Problem> {
    let fits = (1..=LONGEST_NAME).contains(&name.len()) && !name.chars().any(char::is_control);
    let relative = name.split('/').any(|part| matches!(part, "" | "." | ".."));
    if !fits || relative {
        return Err(Problem::not_found());
    }
    let Who { org, sub } = &caller.who;
    let own = name.strip_prefix(sub.as_str()).is_some_and(|rest| rest.starts_with('/'));
    let foreign = name.starts_with("user/") && !own;
    let acts = [Role::Device, Role::FleetManager, Role::Partner, Role::Support, Role::Workshop];
    let may = own || !foreign && acts.into_iter().any(|role| caller.has(role));
    if may { Ok(key(&["stream", org, name])) } else { Err(Problem::not_found()) }
}

impl Stream {
    /// A stream that is there and not over.
    pub fn find(view: &dyn View, place: &str, now: Timestamp) -> Result<Option<Self>, StorageError> {
        let stream: Option<Self> = get_json(view, place)?;
        Ok(stream.filter(|stream| !stream.is_over(now)))
    }

    /// The same, or `not_found`.
    pub fn must(view: &dyn View, place: &str, now: Timestamp) -> Result<Self, Problem> {
        Self::find(view, place, now)?.ok_or_else(Problem::not_found)
    }

    /// Whether its life is over.
    pub(crate) fn is_over(&self, now: Timestamp) -> bool {
        self.end().is_some_and(|at| at <= now)
    }

    /// When its life is over, if nobody reads or writes it before.
    fn end(&self) -> Option<Timestamp> {
        let idle = self.ttl.and_then(|ttl| {
            let millis = i64::try_from(ttl.saturating_mul(1000)).unwrap_or(i64::MAX);
            Timestamp::from_timestamp_millis(self.touched.saturating_add(millis))
        });
        let at = self.expires_at.as_ref().and_then(|text| text.parse::<Timestamp>().ok());
        idle.into_iter().chain(at).min()
    }

    /// How it is read.
    pub fn source(&self) -> Source {
        Source {
            log: self.log.clone(),
            base: self.base,
            kind: Kind::of(&normal(&self.content_type)),
            content_type: self.content_type.clone(),
            closed: self.closed,
            lens: None,
            new_is_plain: false,
            pointers: false,
            listed: false,
            heartbeats: false,
            ends: self.end(),
        }
    }

    /// The offset behind its last message.
    pub fn next(&self, view: &dyn View) -> Result<Offset, StorageError> {
        Offset::end(view, &self.log, self.base)
    }

    /// It was read: its life is prolonged, unless that has ended meanwhile.
    pub fn touch(edit: &mut dyn Edit, place: &str) -> Result<(), Problem> {
        let stream: Option<Self> = get_json(edit, place)?;
        let now = cc_core::Timestamp::from_timestamp_millis(edit.at()).unwrap_or_default();
        if let Some(stream) = stream.filter(|stream| !stream.is_over(now)) {
            let touched = edit.at();
            put_json(edit, place, &Self { touched, ..stream })?;
        }
        Ok(())
    }

    fn producer(&self, producer: &Producer) -> String {
        format!("{}{JOINT}{}", producers(&self.log), key(&[&producer.id]))
    }
}

/// Under which the rows are of the producers of a log, whose name has joints of its own.
fn producers(log: &str) -> String {
    key(&["producer", &log.replace(JOINT, "")])
}

/// A media type to compare by.
pub(crate) fn normal(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}
