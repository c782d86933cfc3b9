//! What a reader asks for.

use axum::http::{HeaderMap, header};

use super::Offset;
use crate::clock;
use crate::problem::Problem;
use crate::routes::parameters::decoded;
use crate::tag;

/// Where in a log to begin.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Position {
    /// At the first message that is kept.
    Beginning,
    /// Behind its last.
    Now,
    /// There.
    At(Offset),
}

/// How to hear of what comes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Live {
    /// Not at all.
    No,
    /// In an answer that waits.
    LongPoll,
    /// As server-sent events.
    Sse,
    /// As lines of JSON.
    Lines,
}

/// A request to read.
#[derive(Clone, Debug)]
pub struct Reading {
    /// From where.
    pub position: Position,
    /// And then.
    pub live: Live,
    /// What the last answer gave.
    pub cursor: Option<String>,
    /// After how many seconds a stream is to end.
    pub close: Option<u64>,
    /// The tags of what the reader has.
    pub if_none_match: String,
}

/// The parameters that are read.
const KNOWN: [&str; 4] = ["close", "cursor", "live", "offset"];

fn position(text: &str) -> Result<Position, Problem> {
    match text {
        "-1" => Ok(Position::Beginning),
        "now" => Ok(Position::Now),
        _ => Offset::parse(text).map(Position::At).ok_or_else(Problem::malformed_offset),
    }
}

impl Reading {
    /// Reads the query and headers. Parameters that are not known are left alone, as the open protocol asks.
    pub fn parse(query: Option<&str>, headers: &HeaderMap) -> Result<Self, Problem> {
        let mut reading = Self {
            position: Position::Beginning,
            live: Live::No,
            cursor: None,
            close: None,
            if_none_match: tag::known(headers),
        };
        let mut seen = Vec::new();
        for pair in query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let Some(name) = decoded(name).filter(|name| KNOWN.contains(&name.as_str())) else { continue };
            let value =
                decoded(value).ok_or_else(|| Problem::malformed().because("the query is not UTF-8"))?;
            if seen.contains(&name) {
                let is_offset = name == "offset";
                let problem = if is_offset { Problem::malformed_offset() } else { Problem::malformed() };
                return Err(problem.because(format!("{name}: once")));
            }
            match name.as_str() {
                "offset" => reading.position = position(&value)?,
                "live" => {
                    reading.live = match value.as_str() {
                        "long-poll" => Live::LongPoll,
                        "sse" => Live::Sse,
                        _ => return Err(Problem::malformed().because("live: long-poll or sse")),
                    }
                }
                "cursor" => reading.cursor = Some(value).filter(|value| !value.is_empty()),
                "close" => {
                    let seconds =
                        value.parse().map_err(|_| Problem::malformed().because("close: seconds"))?;
                    reading.close = Some(seconds);
                }
                _ => {}
            }
            seen.push(name);
        }
        if !seen.iter().any(|name| name == "offset") && reading.live != Live::No {
            return Err(Problem::malformed_offset().because("offset: needed to read live"));
        }
        let header = |name| headers.get(name).and_then(|value: &header::HeaderValue| value.to_str().ok());
        if reading.live == Live::Sse && header(header::ACCEPT) == Some("application/x-ndjson") {
            reading.live = Live::Lines;
        }
        Ok(reading)
    }
}

/// Seconds of a cursor's step.
const STEP: u64 = 20;

/// The cursor of an answer: the time in steps, and always past the one that came, so that no cache answers twice.
pub fn cursor(given: Option<&str>) -> String {
    let now = clock::unix() / STEP;
    match given.and_then(|text| text.parse::<u64>().ok()).filter(|given| *given >= now) {
        None => now.to_string(),
        Some(given) => {
            let [random] = crate::random::bytes::<1>();
            given.saturating_add(1 + u64::from(random) % 180).to_string()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read_or_refused() {
        let read = |query: &str| {
            Reading::parse(Some(query), &HeaderMap::new())
                .map(|reading| (reading.position, reading.live))
                .map_err(|problem| problem.code)
        };
        let at = Position::At(Offset { number: 7, came: None });
        for (query, expected) in [
            ("", Ok((Position::Beginning, Live::No))),
            ("offset=-1&foo=1", Ok((Position::Beginning, Live::No))),
            ("offset=now&live=sse", Ok((Position::Now, Live::Sse))),
            ("offset=00000000000000000007&live=long-poll", Ok((at, Live::LongPoll))),
            ("offset=%2D1", Ok((Position::Beginning, Live::No))),
            ("offset=no%77&%6Cive=s%73e", Ok((Position::Now, Live::Sse))),
            ("offset=-1&%FF=1&foo=%F", Ok((Position::Beginning, Live::No))),
            ("offset=%FF", Err("malformed")),
            ("offset=%2", Err("malformed")),
            ("offset=7", Err("malformed_offset")),
            ("offset=", Err("malformed_offset")),
            ("offset=-1&offset=now", Err("malformed_offset")),
            ("offset=-1&live=sse&live=long-poll", Err("malformed")),
            ("offset=-1&cursor=1&cursor=2", Err("malformed")),
            ("offset=-1&close=1&close=1", Err("malformed")),
            ("offset=-1&foo=1&foo=2", Ok((Position::Beginning, Live::No))),
            ("offset=99999999999999999999", Err("malformed_offset")),
            ("live=sse", Err("malformed_offset")),
            ("live=telepathy", Err("malformed")),
        ] {
            assert_eq!(read(query), expected, "{query}");
        }
    }

    #[test]
    fn a_cursor_never_repeats_the_one_that_came() {
        let first: u64 = cursor(None).parse().unwrap();
        let second: u64 = cursor(Some(&first.to_string())).parse().unwrap();
        assert!(second > first);
        assert!(cursor(Some("x")).parse::<u64>().unwrap() >= first);
    }
}
