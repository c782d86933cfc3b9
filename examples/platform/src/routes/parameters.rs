//! Queries: every parameter is known, comes once, and is percent-decoded.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use cc_core::Timestamp;

use crate::clock;
use crate::problem::Problem;

/// Refuses a query where none is read.
pub(super) async fn none(request: Request, next: Next) -> Result<Response, Problem> {
    let query = request.uri().query().unwrap_or_default();
    if query.split('&').any(|pair| !pair.is_empty()) {
        return Err(Problem::unknown_parameter().because("known: none"));
    }
    Ok(next.run(request).await)
}

/// Parameters in the order they came.
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads a query that may have these.
    pub(super) fn parse(query: Option<&str>, known: &[&str]) -> Result<Self, Problem> {
        let mut all = Vec::new();
        for pair in query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decoded(name).unwrap_or_default();
            if !known.contains(&name.as_str()) {
                return Err(Problem::unknown_parameter().because(format!("known: {}", known.join(", "))));
            }
            let value =
                decoded(value).ok_or_else(|| Problem::malformed().because("the query is not UTF-8"))?;
            all.push((name, value));
        }
        Ok(Self(all))
    }

    /// Every value of a name.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(one, _)| one == name).map(|(_, value)| value.as_str())
    }

    /// The value of a name, which comes once.
    pub(super) fn one(&self, name: &str) -> Result<Option<&str>, Problem> {
        let mut values = self.all(name);
        let (first, more) = (values.next(), values.next());
        if more.is_some() { Err(Problem::malformed().because(format!("{name}: once"))) } else { Ok(first) }
    }

    /// The value of a name, read.
    pub(super) fn read<T: std::str::FromStr>(&self, name: &str, what: &str) -> Result<Option<T>, Problem> {
        let problem = |_| Problem::malformed().because(format!("{name}: {what}"));
        self.one(name)?.map(|text| text.parse().map_err(problem)).transpose()
    }

    /// An instant.
    pub(super) fn instant(&self, name: &str) -> Result<Option<Timestamp>, Problem> {
        let problem = || Problem::malformed().because(format!("{name}: an instant of RFC 3339"));
        self.one(name)?.map(|text| clock::read(text).ok_or_else(problem)).transpose()
    }

    /// Where to go on; an empty one is none, as at the beginning.
    pub(super) fn cursor(&self) -> Result<Option<&str>, Problem> {
        Ok(self.one("cursor")?.filter(|cursor| !cursor.is_empty()))
    }

    /// How many to give.
    pub(super) fn limit(&self) -> Result<usize, Problem> {
        const WHAT: &str = "a number from 1";
        const MOST: usize = 1000;
        let Some(text) = self.one("limit")? else { return Ok(200) };
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        // Digits that no type holds are a number, too, and more than the most.
        match if is_number { text.parse().unwrap_or(MOST) } else { 0 } {
            0 => Err(Problem::malformed().because(format!("limit: {WHAT}"))),
            limit => Ok(limit.min(MOST)),
        }
    }
}

/// The number of a vehicle in a path: it is written in one way.
///
/// Errors: `not_found`.
pub(super) fn vehicle(text: &str) -> Result<i64, Problem> {
    let number = text.parse().ok().filter(|number: &i64| number.to_string() == text);
    number.ok_or_else(Problem::not_found)
}

/// A name or value without its percent signs; `None` where it is not UTF-8.
pub(crate) fn decoded(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'+' => out.push(b' '),
            b'%' => {
                let mut digit = || char::from(bytes.next()?).to_digit(16);
                out.push((digit()? << 4 | digit()?) as u8);
            }
            byte => out.push(byte),
        }
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_known_and_decoded() {
        let read = Parameters::parse(Some("key=%2Fa%20b&%6Bey=c&limit=5"), &["key", "limit"]).unwrap();
        assert_eq!(read.all("key").collect::<Vec<_>>(), ["/a b", "c"]);
        assert_eq!(read.limit().unwrap(), 5);
        assert_eq!(read.one("key").unwrap_err().code, "malformed");
        for (text, expected) in [
            ("cursor=a%7Eb", Ok(Some("a~b"))),
            ("cursor=", Ok(None)),
            ("cursor", Ok(None)),
            ("", Ok(None)),
            ("cursor=&cursor=a", Err("malformed")),
        ] {
            let read = Parameters::parse(Some(text), &["cursor"]).unwrap();
            assert_eq!(read.cursor().map_err(|problem| problem.code), expected, "{text}");
        }
        for (text, expected) in [
            ("", Ok(200)),
            ("limit=1", Ok(1)),
            ("limit=5000", Ok(1000)),
            ("limit=99999999999999999999999", Ok(1000)),
            ("limit=00000000000000000000000", Err(Some("limit: a number from 1".to_owned()))),
            ("limit=1e3", Err(Some("limit: a number from 1".to_owned()))),
            ("limit=0", Err(Some("limit: a number from 1".to_owned()))),
            ("limit=-1", Err(Some("limit: a number from 1".to_owned()))),
            ("limit=", Err(Some("limit: a number from 1".to_owned()))),
        ] {
            let read = Parameters::parse(Some(text), &["limit"]).unwrap();
            assert_eq!(read.limit().map_err(|problem| problem.detail), expected, "{text}");
        }
        assert_eq!(Parameters::parse(Some("x=1"), &["key"]).err().unwrap().code, "unknown_parameter");
        assert_eq!(Parameters::parse(Some("key=%F"), &["key"]).err().unwrap().code, "malformed");
    }
}
