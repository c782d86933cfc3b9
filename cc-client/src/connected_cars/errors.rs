//! Why a question to Connected Cars has no answer.

use std::fmt;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use super::file::MOST_OF_FILE;
use crate::transport::TransportError;

/// Why a question has no answer.
#[non_exhaustive]
#[derive(Clone, thiserror::Error)]
pub enum ConnectedCarsError {
    /// The answer is not what the interface promises.
    #[error("the answer of {path} cannot be read")]
    Answer {
        /// The endpoint.
        path: &'static str,
    },
    /// The credentials were refused.
    #[error("the credentials were refused with {status}")]
    Credentials {
        /// The status.
        status: u16,
    },
    /// The answer has errors; `data` holds what came with them, if anything did.
    #[error("{} errors of GraphQL, the first at {}", errors.len(), first_path(errors))]
    GraphQl {
        /// The errors.
        errors: Vec<GraphQlError>,
        /// The data that came with them, as JSON text.
        data: Option<Box<str>>,
    },
    /// The endpoint refused, with this status.
    #[error("{path} answered {status}{}", wait.map(|wait| format!(", and wishes to be left alone for {} s", wait.as_secs())).unwrap_or_default())]
    Refused {
        /// The endpoint.
        path: &'static str,
        /// The status.
        status: u16,
        /// How much longer its host wishes to be left alone (`Retry-After`), at most an hour. A
        /// [`ConnectedCars`](super::ConnectedCars) asks it nothing before that.
        wait: Option<Duration>,
    },
    /// The file is larger than the interface takes.
    #[error("the file has {bytes} bytes, and may have {} at most", MOST_OF_FILE)]
    TooLarge {
        /// How many bytes it has.
        bytes: usize,
    },
    /// The endpoint could not be asked.
    #[error(transparent)]
    Transport(#[from] TransportError),
}

impl ConnectedCarsError {
    /// How much longer a host wishes to be left alone.
    pub(super) fn wait(&self) -> Option<Duration> {
        if let Self::Refused { wait, .. } = self { *wait } else { None }
    }
}

impl fmt::Debug for ConnectedCarsError {
    /// Shows no data: it may be of a person, or of a car.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answer { path } => f.debug_struct("Answer").field("path", path).finish(),
            Self::Credentials { status } => f.debug_struct("Credentials").field("status", status).finish(),
            Self::GraphQl { errors, data } => {
                let bytes = data.as_ref().map(|data| data.len());
                f.debug_struct("GraphQl").field("errors", errors).field("bytes", &bytes).finish()
            }
            Self::Refused { path, status, wait } => {
                let mut refused = f.debug_struct("Refused");
                refused.field("path", path).field("status", status).field("wait", wait).finish()
            }
            Self::TooLarge { bytes } => f.debug_struct("TooLarge").field("bytes", bytes).finish(),
            Self::Transport(error) => f.debug_tuple("Transport").field(error).finish(),
        }
    }
}

/// One error of GraphQL.
#[derive(Clone, Default, Deserialize)]
#[non_exhaustive]
pub struct GraphQlError {
    /// Words for people.
    #[serde(default, deserialize_with = "lenient")]
    pub message: Box<str>,
    /// Where in the answer the error is.
    #[serde(default, deserialize_with = "lenient")]
    pub path: Option<Vec<PathPart>>,
    /// Its code, if it has one.
    #[serde(default, deserialize_with = "lenient")]
    pub extensions: Option<GraphQlExtensions>,
}

/// A step on the way to an error: a field or an index.
#[derive(Clone, Deserialize)]
#[serde(untagged)]
pub enum PathPart {
    /// A field.
    Field(Box<str>),
    /// A place in a list.
    Index(u64),
}

impl fmt::Debug for PathPart {
    /// Shows what is a name of the schema for sure: an alias is the app's, and may be the number of a car.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(field) => f.write_str(shown(field)),
            Self::Index(index) => index.fmt(f),
        }
    }
}

/// What an error says besides its message.
#[derive(Clone, Default, Deserialize)]
#[non_exhaustive]
pub struct GraphQlExtensions {
    /// A code for programs. A number or a list is kept as JSON text.
    #[serde(default, deserialize_with = "code")]
    pub code: Option<Box<str>>,
}

impl fmt::Debug for GraphQlExtensions {
    /// Shows a code that is a plain word.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GraphQlExtensions").field("code", &self.code.as_deref().map(shown)).finish()
    }
}

/// A word of a server, where it is short and has letters only; no number of a car has.
fn shown(word: &str) -> &str {
    let is_plain = word.len() <= 40 && word.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    if is_plain { word } else { "…" }
}

/// What an error says of itself is told as far as it can be read: that there is an error counts.
fn lenient<'de, D: Deserializer<'de>, T: Default + DeserializeOwned>(from: D) -> Result<T, D::Error> {
    Ok(T::deserialize(serde_json::Value::deserialize(from)?).unwrap_or_default())
}

/// All errors, in whatever form: of one that is no object, nothing is told but that it is there.
pub(super) fn errors<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<GraphQlError>, D::Error> {
    let read = |error| serde_json::from_value(error).unwrap_or_default();
    Ok(match serde_json::Value::deserialize(from)? {
        serde_json::Value::Null => Vec::new(),
        serde_json::Value::Array(errors) => errors.into_iter().map(read).collect(),
        error => vec![read(error)],
    })
}

fn code<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Box<str>>, D::Error> {
    Ok(match serde_json::Value::deserialize(from)? {
        serde_json::Value::Null => None,
        serde_json::Value::String(word) => Some(word.into()),
        other => Some(other.to_string().into()),
    })
}

impl fmt::Debug for GraphQlError {
    /// Shows no message: it may quote what was asked.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.as_deref().map(|path| &path[..path.len().min(MOST_PARTS)]);
        f.debug_struct("GraphQlError").field("path", &path).finish_non_exhaustive()
    }
}

/// Of a path so much is shown.
const MOST_PARTS: usize = 16;

fn first_path(errors: &[GraphQlError]) -> String {
    let path = errors.first().and_then(|error| error.path.as_deref()).unwrap_or_default();
    let parts = path.iter().take(MOST_PARTS).map(|part| format!("{part:?}"));
    let path = parts.collect::<Vec<_>>().join(".");
    if path.is_empty() { "the top".to_owned() } else { path }
}
