//! A platform in memory, as far as a client can tell.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use cc_core::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::engine::{HttpHead, HttpRequest};
use crate::hlc::latest;
use crate::merge::{Stamps, merge_by_clock};
use crate::wire::{COLLECTIONS, ProblemCode};
use crate::{Stamp, Write, WriteError, WriteId, WriteKind};

/// A platform with one person, whose items are merged field by field. It refuses unknown collections, and
/// bodies and keys that the protocol forbids. It does not look at what the values mean.
#[derive(Clone, Debug, Default)]
pub struct FakePlatform {
    items: BTreeMap<(String, String), Kept>,
    feeds: BTreeMap<String, Log>,
    /// What became of each change, for ever.
    done: BTreeMap<WriteId, Done>,
    producers: BTreeMap<String, (u64, u64)>,
    tokens: BTreeSet<String>,
    /// The claims of tokens, in base64url: whose they are.
    claims: Option<String>,
    made: u64,
    /// How often each change was done.
    applied: BTreeMap<WriteId, u32>,
    forgets_ids: bool,
    /// It keeps the outcome of what was stamped too far ahead under its id, as platforms did before.
    remembers_ahead: bool,
    /// What its clock shows; without one it refuses no stamp.
    time: Option<Timestamp>,
}

/// A feed, from its beginning; what is before `kept_from` is forgotten.
#[derive(Clone, Debug, Default)]
struct Log {
    messages: Vec<String>,
    kept_from: usize,
}

#[derive(Clone, Debug, Default)]
struct Kept {
    version: u64,
    value: Option<String>,
    stamps: Stamps,
}

#[derive(Clone, Debug)]
struct Done {
    outcome: &'static str,
    /// Why it was rejected.
    code: &'static str,
    version: u64,
}

/// An answer. If it is of a live feed, that goes on behind it.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// Its head.
    pub head: HttpHead,
    /// Its body, or the beginning of a live one.
    pub body: Vec<u8>,
    /// The live feed, if it is one.
    pub live: Option<LiveFeed>,
}

/// A live feed, and how far it has come.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct LiveFeed {
    /// Its name, such as `me`.
    pub name: String,
    /// How many messages it has told.
    pub told: usize,
}

/// The only session there is.
pub(super) const SESSION: &str = "session-of-the-person";
/// The password of everybody.
pub(super) const PASSWORD: &str = "password-of-the-person";
/// How long tokens are good for, in seconds.
const TOKEN_LIFE: u64 = 600;
/// The most messages of one page.
const PAGE: usize = 40;

#[derive(Deserialize)]
pub(super) struct Body<'a> {
    #[serde(borrow)]
    pub(super) changes: Vec<Change<'a>>,
}

#[derive(Deserialize)]
pub(super) struct Change<'a> {
    pub(super) id: &'a str,
    collection: String,
    key: String,
    kind: &'a str,
    pub(super) clock: &'a str,
    #[serde(default)]
    base: Option<u64>,
    #[serde(borrow, default)]
    body: Option<&'a RawValue>,
}

impl FakePlatform {
    /// Answers a request.
    pub fn answer(&mut self, http: &HttpRequest) -> Answer {
        let header =
            |name| http.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str());
        let bearer =
            header("authorization").and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
        let (path, query) = http.target.split_once('?').unwrap_or((&http.target, ""));
        if path == "/v1/auth/password" {
            return password(&http.body);
        }
        if path == "/v1/auth/token" {
            return self.token(bearer);
        }
        if (http.method, path) == ("DELETE", "/v1/auth/session") {
            self.tokens.clear();
            return Answer { head: HttpHead { status: 204, headers: Vec::new() }, ..Answer::default() };
        }
        if !self.tokens.contains(bearer) {
            return problem(401, "token_expired");
        }
        let query: BTreeMap<&str, &str> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
        if let Some(name) = path.strip_prefix("/v1/feeds/") {
            return self.feed(name, &query);
        }
        if let Some(collection) = path.strip_prefix("/v1/collections/") {
            return self.list(collection, &query);
        }
        if path == "/v1/changes" {
            let producer = (header("producer-id"), header("producer-epoch"), header("producer-seq"));
            return self.changes(producer, &http.body);
        }
        problem(404, "not_found")
    }

    fn token(&mut self, session: &str) -> Answer {
        if session != SESSION {
            return problem(401, "session_revoked");
        }
        self.made += 1;
        let claims = self.claims.as_deref().unwrap_or("eyJvcmciOiJkZW1vIiwic3ViIjoidXNlci8xIn0");
        let token = format!("token-{}.{claims}.none", self.made);
        self.tokens.insert(token.clone());
        json(200, format!("{{\"token\":\"{token}\",\"expiresIn\":{TOKEN_LIFE}}}"))
    }

    /// From now on tokens are of another person; `claims` is in base64url.
    pub fn belongs_to(&mut self, claims: &str) {
        self.claims = Some(claims.to_owned());
    }

    /// Sets its clock: it refuses writes that are stamped too far ahead of it.
    pub fn set_time(&mut self, time: Timestamp) {
        self.time = Some(time);
    }

    /// From now on a write that is stamped too far ahead is refused for ever under its id, as platforms did
    /// before.
    pub fn remember_ahead(&mut self) {
        self.remembers_ahead = true;
    }

    /// Forgets every token that was given out.
    pub fn revoke_tokens(&mut self) {
        self.tokens.clear();
    }

    /// Forgets the old messages of every feed: readers that are behind have to list anew.
    pub fn forget_old(&mut self) {
        for log in self.feeds.values_mut() {
            log.kept_from = log.kept_from.max(log.messages.len().saturating_sub(5));
        }
    }

    /// The index of the first message of a feed that is still kept.
    pub fn begins(&self, feed: &str) -> usize {
        self.feeds.get(feed).map_or(0, |log| log.kept_from)
    }

    /// All messages that a feed ever had.
    pub fn log(&self, feed: &str) -> &[String] {
        self.feeds.get(feed).map_or(&[], |log| &log.messages)
    }

    /// Adds a message, a JSON text, to a feed.
    pub fn tell(&mut self, feed: &str, message: impl Into<String>) {
        self.feeds.entry(feed.to_owned()).or_default().messages.push(message.into());
    }

    /// What a live feed sends next: what is new, and its position.
    pub fn live(&self, feed: &LiveFeed) -> String {
        let mut out = String::new();
        let log = self.log(&feed.name);
        let messages = log.get(feed.told..).unwrap_or_default();
        if !messages.is_empty() {
            let _ = write!(out, "event: data\ndata: [\ndata: {}\ndata: ]\n\n", messages.join(",\ndata: "));
        }
        let _ = write!(
            out,
            "event: control\ndata: {{\"streamNextOffset\":\"{}\",\"streamCursor\":\"7\",\"upToDate\":true,\"heartbeatSeconds\":20}}\n\n",
            offset(log.len())
        );
        out
    }

    fn feed(&self, name: &str, query: &BTreeMap<&str, &str>) -> Answer {
        let (log, begins) = (self.log(name), self.begins(name));
        let asked = query.get("offset").copied().unwrap_or("-1");
        let from = match asked {
            // A person's own feed begins with a listing; others, with what is kept of them.
            "-1" if name == "me" => Some(0),
            "-1" => Some(begins),
            "now" => Some(log.len()),
            _ => asked.parse().ok().filter(|index| *index <= log.len()),
        };
        let Some(from) = from else { return problem(400, "malformed_offset") };
        if from < begins {
            return problem(410, "offset_gone");
        }
        if query.get("live") == Some(&"sse") {
            let feed = LiveFeed { name: name.to_owned(), told: from };
            let body = self.live(&feed).into_bytes();
            let live = Some(LiveFeed { told: log.len(), ..feed });
            return Answer { head: head(200, "text/event-stream"), body, live };
        }
        let end = log.len().min(from + PAGE);
        let mut answer = json(200, format!("[{}]", log[from..end].join(",")));
        answer.head.headers.push(("stream-next-offset".to_owned(), offset(end)));
        if end == log.len() {
            answer.head.headers.push(("stream-up-to-date".to_owned(), "true".to_owned()));
        }
        answer
    }

    fn list(&self, collection: &str, query: &BTreeMap<&str, &str>) -> Answer {
        let cursor = query.get("cursor").copied();
        let (after, position) = cursor.and_then(|cursor| cursor.split_once('~')).unwrap_or(("", ""));
        let position = if position.is_empty() { offset(self.log("me").len()) } else { position.to_owned() };
        let items = self
            .items
            .iter()
            .filter(|((name, key), kept)| name == collection && key.as_str() > after && kept.value.is_some());
        let (mut texts, mut last) = (Vec::new(), String::new());
        for ((_, key), kept) in items.take(3) {
            let value = kept.value.as_deref().unwrap_or("null");
            texts.push(format!("{{\"key\":\"{key}\",\"version\":{},\"value\":{value}}}", kept.version));
            last.clone_from(key);
        }
        let more = texts.len() == 3;
        json(
            200,
            format!(
                "{{\"items\":[{}],\"cursor\":\"{last}~{position}\",\"more\":{more},\"offset\":\"{position}\"}}",
                texts.join(",")
            ),
        )
    }

    fn changes(&mut self, producer: (Option<&str>, Option<&str>, Option<&str>), body: &[u8]) -> Answer {
        let (Some(id), Some(epoch), Some(sequence)) = producer else { return problem(400, "malformed") };
        let (Ok(epoch), Ok(sequence)) = (epoch.parse::<u64>(), sequence.parse::<u64>()) else {
            return problem(400, "malformed");
        };
        let Ok(body) = serde_json::from_slice::<Body<'_>>(body) else { return problem(400, "malformed") };
        match self.producers.get(id) {
            Some((known, _)) if epoch < *known => return problem(403, "producer_fenced"),
            // The ids of changes tell copies apart; the sequence only has no gaps.
            Some((known, next)) if epoch == *known && sequence > *next => {
                let mut answer = problem(409, "sequence_gap");
                answer.head.headers.push(("producer-expected-seq".to_owned(), next.to_string()));
                return answer;
            }
            Some((known, next)) if epoch == *known => {
                let next = (*next).max(sequence + 1);
                self.producers.insert(id.to_owned(), (epoch, next));
            }
            _ => {
                self.producers.insert(id.to_owned(), (epoch, sequence + 1));
            }
        }
        let mut results = Vec::new();
        let mut failed: BTreeSet<(String, String)> = BTreeSet::new();
        for change in body.changes {
            results.push(self.change(&change, &mut failed));
        }
        json(200, format!("{{\"results\":[{}]}}", results.join(",")))
    }

    fn change(&mut self, change: &Change<'_>, failed: &mut BTreeSet<(String, String)>) -> String {
        let (Ok(id), Ok(clock)) = (change.id.parse::<WriteId>(), change.clock.parse::<Stamp>()) else {
            return format!(
                "{{\"id\":\"{}\",\"outcome\":\"rejected\",\"problem\":{{\"code\":\"malformed\"}}}}",
                change.id
            );
        };
        let place = (change.collection.clone(), change.key.clone());
        if let Some(done) = self.done.get(&id).filter(|_| !self.forgets_ids) {
            let outcome = if done.outcome == "applied" { "duplicate" } else { done.outcome };
            if outcome != "duplicate" {
                failed.insert(place);
            }
            if outcome == "rejected" {
                return rejected(id, done.code);
            }
            return format!("{{\"id\":\"{id}\",\"outcome\":\"{outcome}\",\"version\":{}}}", done.version);
        }
        if failed.contains(&place) {
            return rejected(id, "depends");
        }
        let body = change.body.map_or("{}", RawValue::get);
        let is_ahead = self.time.is_some_and(|time| clock > latest(time));
        let code = if is_ahead { Some(ProblemCode::ClockAhead) } else { refusal(change, id, clock) };
        if let Some(code) = code.map(ProblemCode::as_str) {
            failed.insert(place);
            if code == "clock_ahead" && !self.remembers_ahead {
                return format!(
                    "{{\"id\":\"{id}\",\"outcome\":\"rejected\",\"problem\":{{\"code\":\"{code}\",\"retryable\":true}}}}"
                );
            }
            self.done.insert(id, Done { outcome: "rejected", code, version: 0 });
            return rejected(id, code);
        }
        let known = self.items.get(&place).map_or(0, |kept| kept.version);
        let is_there = self.items.get(&place).is_some_and(|kept| kept.value.is_some());
        // Bookings are the server's to decide: an old base is a conflict.
        if change.collection == "bookings"
            && change.base.unwrap_or(0) < known
            && (is_there || change.kind != "put")
        {
            failed.insert(place.clone());
            self.done.insert(id, Done { outcome: "conflict", code: "", version: known });
            let value =
                self.items.get(&place).and_then(|kept| kept.value.clone()).unwrap_or_else(|| "null".into());
            return format!(
                "{{\"id\":\"{id}\",\"outcome\":\"conflict\",\"current\":{{\"version\":{known},\"value\":{value}}}}}"
            );
        }
        if change.collection == "bookings"
            && let Some(kept) = self.items.get_mut(&place)
        {
            // Whoever has seen the latest version may change it, whatever the clocks say.
            kept.stamps = Stamps::default();
        }
        let version = self.write(&place, change.kind, body, clock);
        self.done.insert(id, Done { outcome: "applied", code: "", version });
        *self.applied.entry(id).or_default() += 1;
        format!("{{\"id\":\"{id}\",\"outcome\":\"applied\",\"version\":{version}}}")
    }

    /// Changes an item as anybody might. Returns its new version, of which the feed tells.
    pub fn write(&mut self, place: &(String, String), kind: &str, body: &str, clock: Stamp) -> u64 {
        let kept = self.items.entry(place.clone()).or_default();
        kept.version += 1;
        if kind == "delete" {
            kept.value = None;
        } else {
            let value = kept.value.get_or_insert_with(|| "{}".to_owned());
            // A body that is no object changes nothing; a client does not send one.
            let _ = merge_by_clock(value, &mut kept.stamps, body, clock);
        }
        let value = kept.value.as_deref().unwrap_or("null");
        let record = format!(
            "{{\"collection\":\"{}\",\"key\":\"{}\",\"version\":{},\"value\":{value}}}",
            place.0, place.1, kept.version
        );
        let version = kept.version;
        self.tell("me", record);
        version
    }

    /// An item's version and value.
    pub fn item(&self, collection: &str, key: &str) -> Option<(u64, &str)> {
        let kept = self.items.get(&(collection.to_owned(), key.to_owned()))?;
        Some((kept.version, kept.value.as_deref()?))
    }

    /// Collection and key of every item that exists.
    pub fn keys(&self) -> impl Iterator<Item = (&str, &str)> {
        let there = self.items.iter().filter(|(_, kept)| kept.value.is_some());
        there.map(|((collection, key), _)| (collection.as_str(), key.as_str()))
    }

    /// How often each done write was done: once, if all is well.
    pub fn applied(&self) -> &BTreeMap<WriteId, u32> {
        &self.applied
    }

    /// A platform that does not know its changes again: what is sent twice is done twice.
    pub(super) fn forgets_ids(&mut self) {
        self.forgets_ids = true;
    }

    /// Whether a write was done, or refused for good.
    pub fn knows(&self, id: WriteId) -> bool {
        self.done.contains_key(&id)
    }
}

/// Why a change can never be done, whoever sends it.
fn refusal(change: &Change<'_>, id: WriteId, clock: Stamp) -> Option<ProblemCode> {
    let Some((kind, _)) = WriteKind::ALL.iter().find(|(_, word)| *word == change.kind) else {
        return Some(ProblemCode::Malformed);
    };
    let body = change.body.map_or("", RawValue::get);
    match Write::new(id, (&change.collection, &change.key), *kind, body, clock).check() {
        Err(WriteError::TooLarge { .. }) => Some(ProblemCode::TooLarge),
        Err(WriteError::Collection) => Some(ProblemCode::NotFound),
        Err(_) => Some(ProblemCode::Malformed),
        Ok(()) if !COLLECTIONS.contains(&&*change.collection) => Some(ProblemCode::NotFound),
        Ok(()) => None,
    }
}

/// What is said of a change that is not done.
fn rejected(id: WriteId, code: &str) -> String {
    format!("{{\"id\":\"{id}\",\"outcome\":\"rejected\",\"problem\":{{\"code\":\"{code}\"}}}}")
}

fn password(body: &[u8]) -> Answer {
    #[derive(Deserialize)]
    struct Body {
        password: String,
    }
    match serde_json::from_slice::<Body>(body) {
        Ok(body) if body.password == PASSWORD => json(
            200,
            format!(
                "{{\"session\":\"{SESSION}\",\"sessionExpires\":\"2027-01-01T00:00:00Z\",\"principal\":\"user/1\",\"organization\":\"demo\"}}"
            ),
        ),
        Ok(_) => problem(401, "token_invalid"),
        Err(_) => problem(400, "malformed"),
    }
}

fn offset(index: usize) -> String {
    format!("{index:08}")
}

fn head(status: u16, content_type: &str) -> HttpHead {
    HttpHead { status, headers: vec![("content-type".to_owned(), content_type.to_owned())] }
}

fn json(status: u16, body: String) -> Answer {
    Answer { head: head(status, "application/json"), body: body.into_bytes(), live: None }
}

/// A refusal.
pub(super) fn problem(status: u16, code: &str) -> Answer {
    let body = format!("{{\"title\":\"refused\",\"status\":{status},\"code\":\"{code}\"}}");
    Answer { head: head(status, "application/problem+json"), body: body.into_bytes(), live: None }
}
