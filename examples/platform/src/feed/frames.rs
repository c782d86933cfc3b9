//! What stands in a stream.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::json;

use super::{Kind, Live, Offset};

/// JSON texts as one array.
pub fn array(messages: &[Bytes]) -> Vec<u8> {
    let mut out = Vec::with_capacity(2 + messages.iter().map(|message| message.len() + 1).sum::<usize>());
    out.push(b'[');
    for (index, message) in messages.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        out.extend_from_slice(message);
    }
    out.push(b']');
    out
}

/// Messages as a `data` event, as a line, or where nothing live stands around them as the body of an answer.
pub fn data(kind: Kind, live: Live, messages: &[Bytes]) -> Bytes {
    let is_body = matches!(live, Live::No | Live::LongPoll);
    let body = match kind {
        Kind::Json => array(messages),
        Kind::Binary | Kind::Text if is_body => messages.concat(),
        Kind::Text => messages.concat(),
        Kind::Binary => STANDARD.encode(messages.concat()).into_bytes(),
    };
    if is_body {
        return body.into();
    }
    if live == Live::Lines {
        // Other than JSON is told as a text.
        let body = if kind == Kind::Json {
            body
        } else {
            json!(String::from_utf8_lossy(&body)).to_string().into_bytes()
        };
        return [b"{\"data\":".as_slice(), &body, b"}\n"].concat().into();
    }
    event("data", &body)
}

/// An event whose data may have line breaks of any sort: each line begins with `data:`, so that no text can end the event. No space
/// stands before it but where the text itself begins with one.
fn event(name: &str, body: &[u8]) -> Bytes {
    let mut out = Vec::with_capacity(body.len() + 32);
    out.extend_from_slice(b"event: ");
    out.extend_from_slice(name.as_bytes());
    let mut rest = Some(body);
    while let Some(text) = rest {
        let end = text.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
        let (line, after) = text.split_at(end.unwrap_or(text.len()));
        // A reader takes one space away.
        out.extend_from_slice(if line.first() == Some(&b' ') { b"\ndata: " } else { b"\ndata:" });
        out.extend_from_slice(line);
        rest = end.map(|_| after.strip_prefix(b"\r\n").or_else(|| after.get(1..)).unwrap_or_default());
    }
    out.extend_from_slice(b"\n\n");
    out.into()
}

/// Where the stream stands.
#[derive(Clone, Debug)]
pub struct Control {
    /// Where to go on from.
    pub next: Offset,
    /// To be sent back.
    pub cursor: Option<String>,
    /// Nothing more is there at present.
    pub up_to_date: bool,
    /// Nothing more will ever come.
    pub closed: bool,
    /// The promise to say something so often, seconds.
    pub heartbeat: Option<u64>,
}

impl Control {
    /// As a `control` event, or as a line.
    pub fn frame(&self, live: Live) -> Bytes {
        let mut body = json!({"streamNextOffset": self.next.to_string()});
        if self.closed {
            body["streamClosed"] = true.into();
        } else if let Some(cursor) = &self.cursor {
            body["streamCursor"] = cursor.as_str().into();
        }
        if self.up_to_date && !self.closed {
            body["upToDate"] = true.into();
        }
        if let Some(seconds) = self.heartbeat {
            body["heartbeatSeconds"] = seconds.into();
        }
        let body = body.to_string();
        if live == Live::Lines {
            format!("{{\"control\":{body}}}\n").into()
        } else {
            event("control", body.as_bytes())
        }
    }
}

/// What is said when there is nothing to say.
pub fn heartbeat(live: Live) -> Bytes {
    Bytes::from_static(if live == Live::Lines { b"\n" } else { b":\n\n" })
}

/// A JSON text without white space between its parts, so that it stands on one line.
pub fn minified(json: Cow<'_, str>) -> String {
    if !json.bytes().any(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')) {
        return json.into_owned();
    }
    let mut out = String::with_capacity(json.len());
    let (mut in_text, mut escaped) = (false, false);
    for letter in json.chars() {
        if in_text {
            out.push(letter);
            (in_text, escaped) = (escaped || letter != '"', !escaped && letter == '\\');
        } else if !matches!(letter, ' ' | '\t' | '\n' | '\r') {
            in_text = letter == '"';
            out.push(letter);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_can_end_its_event() {
        let frame = data(Kind::Text, Live::Sse, &[Bytes::from_static(b"a\r\n\r\nevent: control\rb\n")]);
        assert_eq!(frame, "event: data\ndata:a\ndata:\ndata:event: control\ndata:b\ndata:\n\n");
    }

    #[test]
    fn json_is_one_line_and_bytes_are_base64() {
        let messages =
            [minified("{\n \"a b\": \"c \\\" d\",\t\"e\": [1, 2]}".into()).into(), Bytes::from_static(b"1")];
        assert_eq!(
            data(Kind::Json, Live::Sse, &messages),
            "event: data\ndata:[{\"a b\":\"c \\\" d\",\"e\":[1,2]},1]\n\n"
        );
        assert_eq!(
            data(Kind::Binary, Live::Sse, &[Bytes::from_static(&[0, 255])]),
            "event: data\ndata:AP8=\n\n"
        );
        assert_eq!(data(Kind::Json, Live::Lines, &[Bytes::from_static(b"1")]), "{\"data\":[1]}\n");
        let next = Offset { number: 7, came: Some(1_764_230_000_000) };
        let control = Control { next, cursor: None, up_to_date: true, closed: false, heartbeat: None };
        assert_eq!(
            control.frame(Live::Lines),
            "{\"control\":{\"streamNextOffset\":\"00000000000000000007-1764230000000\",\"upToDate\":true}}\n"
        );
    }
}
