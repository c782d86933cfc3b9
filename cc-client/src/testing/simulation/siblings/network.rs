//! The way between the processes and the platforms of their people, and what goes wrong on it.

use std::time::Duration;

use super::{Address, Event, NAMES, SECOND, Stream, World};
use crate::WriteId;
use crate::engine::{HttpHead, HttpRequest, Input};
use crate::testing::platform::{Answer, SESSION, problem};
use crate::testing::simulation::Part;

/// `{"sub":"bo"}` in base64url.
pub(super) const CLAIMS_OF_BO: &str = "eyJzdWIiOiJibyJ9";

impl World {
    pub(super) fn sends(&mut self, number: usize, request: u64, http: &HttpRequest) {
        let process = &self.processes[number];
        if self.now < process.quiet {
            self.breaks(format!("process {number} asks before the time that the platform gave it"));
        } else if process.asleep || !self.up {
            self.breaks(format!("process {number} asks while it sleeps or there is no network"));
        }
        self.heeds_what_is_kept(number);
        if http.target == "/v1/auth/token" {
            self.refreshes(number, request);
        }
        let from = self.address(number);
        if self.fault(self.faults.drop_request, "request dropped") {
            let wait = Duration::from_millis(self.dice.below(30_000));
            return self.part(from, request, wait, Part::End { whole: false });
        }
        let is_doubled = http.method == "POST" && self.fault(self.faults.duplicate, "request doubled");
        for _ in 0..=u64::from(is_doubled) {
            let way = self.way("request late");
            self.at(self.now + way, Event::Request { from, request, http: Box::new(http.clone()) });
        }
    }

    /// A request arrives. Its process may be gone by then: the platform does not know.
    pub(super) fn request(&mut self, from: Address, request: u64, http: &HttpRequest) {
        self.report.requests += 1;
        if http.target.starts_with("/v1/collections/") {
            self.report.listings += 1;
        }
        let Some(who) = whose(http) else { return self.breaks("a request under nobody's name") };
        if self.now < self.storm && self.dice.one_in(2) {
            self.platforms.iter_mut().for_each(super::FakePlatform::revoke_tokens);
        }
        let date = self.true_time();
        self.platforms[who].set_time(date);
        let mut answer = if self.fault(self.faults.unavailable, "unavailable") {
            let mut answer = problem(503, "unavailable");
            if self.dice.one_in(2) {
                self.count("retry after");
                let wait = (1 + self.dice.below(90)).to_string();
                answer.head.headers.push(("retry-after".to_owned(), wait));
            }
            answer
        } else if self.fault(self.faults.portal, "portal") {
            let headers = vec![("content-type".to_owned(), "text/html".to_owned())];
            Answer { head: HttpHead { status: 200, headers }, body: b"<html>".to_vec(), live: None }
        } else {
            self.platform_answers(who, http)
        };
        if http.target == "/v1/auth/token" && answer.head.status == 200 {
            self.report.tokens += 1;
        }
        let date = date.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
        answer.head.headers.push(("date".to_owned(), date));
        if !self.is_there(from) || self.processes[from.process].aborted.contains(&request) {
            return;
        }
        if self.fault(self.faults.drop_answer, "answer dropped") {
            let wait = Duration::from_millis(self.dice.below(30_000));
            return self.part(from, request, wait, Part::End { whole: false });
        }
        self.answers(from, request, who, answer);
    }

    /// An answer goes on its way, in pieces.
    fn answers(&mut self, to: Address, request: u64, who: usize, answer: Answer) {
        let way = self.way("answer late");
        self.part(to, request, way, Part::Head(answer.head));
        let cut = if self.fault(self.faults.break_off, "answer broken off") {
            self.dice.below(answer.body.len() as u64 + 1) as usize
        } else {
            usize::MAX
        };
        let body = &answer.body[..answer.body.len().min(cut)];
        for piece in body.chunks(1 + self.dice.below(400) as usize) {
            let way = Duration::from_millis(self.dice.below(3));
            self.part(to, request, way, Part::Bytes(piece.to_vec()));
        }
        match answer.live {
            Some(feed) if cut == usize::MAX => {
                let silent = self.fault(self.faults.half_open, "half open");
                let (opened, beat) = (self.now, self.now);
                self.streams.push(Stream { to, request, who, feed, opened, silent, beat });
            }
            _ => self.part(to, request, Duration::ZERO, Part::End { whole: cut == usize::MAX }),
        }
    }

    fn platform_answers(&mut self, who: usize, http: &HttpRequest) -> Answer {
        let (mut http, session) = (http.clone(), bearer(http).to_owned());
        if session.starts_with("session-of-") {
            if self.over.contains(&session) {
                return problem(401, "session_revoked");
            }
            http.authorize(format!("Bearer {SESSION}"));
        }
        let mut answer = self.platforms[who].answer(&http);
        match (http.method, answer.head.status) {
            ("DELETE", 204) => {
                self.count("session ended");
                self.over.insert(session);
                let id = http.headers.iter().find(|(name, _)| *name == "x-request-id");
                answer.head.headers.extend(id.map(|(name, id)| ((*name).to_owned(), id.clone())));
            }
            (_, 401) if self.now < self.storm => self.count("refused in a storm"),
            (_, 410) => self.count("position gone"),
            _ => {}
        }
        if http.target == "/v1/changes" {
            self.platform_changed(who, &http.body, &answer.body);
        }
        answer
    }

    /// How long something is on its way; at times, until something later has arrived.
    fn way(&mut self, name: &'static str) -> Duration {
        let late = self.fault(self.faults.delay, name);
        Duration::from_millis(10 + self.dice.below(if late { 60_000 } else { 1_000 }))
    }

    fn part(&mut self, to: Address, request: u64, way: Duration, part: Part) {
        let last = self.processes[to.process].last_part.get(&request).copied().unwrap_or_default();
        let at = (self.now + way).max(last);
        self.processes[to.process].last_part.insert(request, at);
        self.at(at, Event::Arrives { to, request, part });
    }

    pub(super) fn arrives(&mut self, to: Address, request: u64, part: Part) {
        let process = &mut self.processes[to.process];
        match part {
            Part::Head(head) => {
                let wait = head.header("retry-after").and_then(|text| text.parse().ok());
                if let Some(wait) = wait.map(Duration::from_secs) {
                    process.wishes.insert(request, self.now + wait);
                }
                self.tell(to.process, Input::Head { request, head });
            }
            Part::Bytes(bytes) => self.tell(to.process, Input::Bytes { request, bytes: &bytes }),
            Part::Drop(byte, _) => self.tell(to.process, Input::Bytes { request, bytes: &[byte] }),
            Part::End { whole } => {
                // Whose wish it was shows at the end of the answer.
                if let Some(until) = process.wishes.remove(&request).filter(|_| whole) {
                    process.quiet = process.quiet.max(until);
                }
                process.refreshing.remove(&request);
                process.aborted.insert(request);
                self.tell(to.process, Input::Ended { request, whole });
            }
        }
    }

    pub(super) fn stream_on(&mut self) {
        if self.calm {
            self.somebody_decides();
        }
        let mut open = std::mem::take(&mut self.streams);
        open.retain_mut(|stream| {
            if stream.silent || !self.is_there(stream.to) {
                return self.is_there(stream.to);
            }
            let platform = &self.platforms[stream.who];
            let end = platform.log(&stream.feed.name).len();
            if stream.feed.told < end {
                let text = platform.live(&stream.feed);
                (stream.feed.told, stream.beat) = (end, self.now);
                for piece in text.as_bytes().chunks(1 + self.dice.below(400) as usize) {
                    let way = Duration::from_millis(self.dice.below(500));
                    self.part(stream.to, stream.request, way, Part::Bytes(piece.to_vec()));
                }
            } else if self.now - stream.beat >= SECOND * 20 {
                stream.beat = self.now;
                self.part(stream.to, stream.request, Duration::ZERO, Part::Bytes(b": beat\n\n".to_vec()));
            }
            let ends = self.now - stream.opened >= SECOND * 60;
            if ends {
                self.part(stream.to, stream.request, Duration::ZERO, Part::End { whole: true });
            }
            !ends
        });
        open.append(&mut self.streams);
        self.streams = open;
        self.at(self.now + SECOND, Event::Streams);
    }

    /// With shared tokens one process at a time asks for one, unless the clock by which they wait for one another was set meanwhile.
    fn refreshes(&mut self, number: usize, request: u64) {
        self.processes[number].refreshing.insert(request, self.now);
        let (share, jumped) = (self.share_tokens, self.jumped);
        let counts = |process: &super::Process| {
            let began = process.refreshing.values();
            began.filter(|began| !share || **began > jumped + LOCKING).count()
        };
        let of_all: usize = self.processes.iter().map(counts).sum();
        let of_one = counts(&self.processes[number]);
        if of_one > 1 || (share && of_all > 1) {
            self.breaks(format!("{of_all} refreshes at once, {of_one} of process {number}"));
        }
    }
}

/// So long after the lock is taken the request leaves, where the store is slow to tell.
const LOCKING: Duration = Duration::from_secs(5);

/// The token or the session of a request.
fn bearer(http: &HttpRequest) -> &str {
    let value = http.headers.iter().find(|(name, _)| *name == "authorization").map(|(_, value)| value);
    value.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default()
}

/// Whose request it is: by the session, or by what the token says.
fn whose(http: &HttpRequest) -> Option<usize> {
    let bearer = bearer(http);
    let by_session = NAMES.iter().position(|name| bearer.starts_with(&format!("session-of-{name}")));
    by_session.or_else(|| bearer.starts_with("token-").then(|| usize::from(bearer.contains(CLAIMS_OF_BO))))
}

/// The writes of a request.
pub(super) fn ids(body: &[u8]) -> Vec<WriteId> {
    let sent = serde_json::from_slice::<crate::testing::platform::Body<'_>>(body).ok();
    let changes = sent.into_iter().flat_map(|body| body.changes);
    changes.filter_map(|change| change.id.parse().ok()).collect()
}

/// What on disk says until when everybody is left alone: by the device's clock in milliseconds, and for how long.
pub(super) fn kept_wait(value: &[u8]) -> Option<(i64, i64)> {
    let (until, asked) = std::str::from_utf8(value).ok()?.split_once(' ')?;
    Some((until.parse().ok()?, asked.parse().ok()?))
}

/// So long a look may be on its way, and what is asked for after it: three slow calls of a store and their answers.
pub(super) const SLOW: Duration = Duration::from_secs(12);

/// What was heard here is known better than in the whole milliseconds on disk.
pub(super) const ROUNDING: i64 = 10;
