//! The control events of a live feed: where it stands.

use std::time::Duration;

use serde::Deserialize;

use super::is_object;
use crate::Offset;

/// What a `control` event says.
///
/// # Examples
///
/// ```
/// use cc_client::wire::Control;
///
/// let control = Control::parse(r#"{"streamNextOffset":"07","streamCursor":"3","upToDate":true}"#).unwrap();
/// assert_eq!((control.next.as_str(), control.cursor.as_deref()), ("07", Some("3")));
/// assert_eq!(Control::parse(r#"{"streamNextOffset":"a/b"}"#), None);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Control {
    /// Where to go on from.
    pub next: Offset,
    /// Send it back with the next request.
    pub cursor: Option<Box<str>>,
    /// There is nothing more at present.
    pub up_to_date: bool,
    /// How often the server promises to send something.
    pub heartbeat: Option<Duration>,
    /// The stream has ended for good.
    pub closed: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    stream_next_offset: String,
    #[serde(default)]
    stream_cursor: Option<String>,
    #[serde(default)]
    up_to_date: bool,
    #[serde(default)]
    heartbeat_seconds: Option<u32>,
    #[serde(default)]
    stream_closed: bool,
}

impl Control {
    /// Reads the data of a `control` event; `None` if it is not one.
    pub fn parse(data: &str) -> Option<Self> {
        if !is_object(data.as_bytes()) {
            return None;
        }
        let written: Written = serde_json::from_str(data).ok()?;
        Some(Self {
            next: Offset::new(&written.stream_next_offset)?,
            cursor: written.stream_cursor.filter(|cursor| cursor.len() <= 256).map(Into::into),
            up_to_date: written.up_to_date,
            heartbeat: written.heartbeat_seconds.map(|seconds| Duration::from_secs(seconds.into())),
            closed: written.stream_closed,
        })
    }
}
