//! What the processes send and are told on the way to the platforms of their people.

use std::time::Duration;

use super::{Address, Dice, Event, FakePlatform, Faults, NAMES, SECOND, World};
use crate::engine::{HttpRequest, Input};
use crate::testing::platform::{Answer, SESSION, problem};
use crate::testing::simulation::way::{LONGEST_DRIP, Part, Stream, Way, dated};
use crate::{Mono, WriteId};

/// `{"sub":"bo"}` in base64url.
pub(super) const CLAIMS_OF_BO: &str = "eyJzdWIiOiJibyJ9";

impl Way for World {
    type To = Address;
    const LATE: (u64, u64) = (60_000, 1_000);
    const LOOK: Duration = SECOND;
    const PIECES: (u64, u64) = (400, 400);

    fn now(&self) -> Mono {
        self.now
    }

    fn dice(&mut self) -> &mut Dice {
        &mut self.dice
    }

    fn faults(&self) -> Faults {
        self.faults
    }

    fn strikes(&mut self, many: u64, name: &'static str) -> bool {
        self.fault(many, name)
    }

    fn counts(&mut self, name: &'static str) {
        self.count(name);
    }

    fn platform(&mut self, who: usize) -> &mut FakePlatform {
        &mut self.platforms[who]
    }

    fn streams(&mut self) -> &mut Vec<Stream<Address>> {
        &mut self.streams
    }

    fn is_alive(&self, to: Address) -> bool {
        self.is_there(to)
    }

    fn last_part(&mut self, to: Address, request: u64) -> &mut Mono {
        self.processes[to.process].last_part.entry(request).or_default()
    }

    fn will_arrive(&mut self, at: Mono, to: Address, request: u64, part: Part) {
        self.at(at, Event::Arrives { to, request, part });
    }

    fn will_ask(&mut self, at: Mono, from: Address, request: u64, http: HttpRequest) {
        self.at(at, Event::Request { from, request, http: Box::new(http) });
    }

    fn will_stream(&mut self, at: Mono) {
        self.at(at, Event::Streams);
    }
}

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
        if http.target == "/v1/changes" {
            self.left.extend(ids(&http.body));
        }
        let from = self.address(number);
        self.leaves(from, request, http);
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
        let mut date = self.true_time();
        self.platforms[who].set_time(date);
        let answer =
            self.answer_of_others(http, &mut date).unwrap_or_else(|| self.platform_answers(who, http));
        if http.target == "/v1/auth/token" && answer.head.status == 200 {
            self.report.tokens += 1;
        }
        if !self.is_there(from) || self.processes[from.process].aborted.contains(&request) {
            return;
        }
        if !self.is_lost(from, request, self.faults.drop_answer, "answer dropped") {
            self.answers(from, request, who, dated(answer, date));
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
            Part::Drop(byte, began) => {
                if self.now - began > LONGEST_DRIP {
                    self.breaks(format!("process {} waits for an answer that drips", to.process));
                }
                self.tell(to.process, Input::Bytes { request, bytes: &[byte] });
            }
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
        self.streams_go_on();
    }

    /// With shared tokens one process at a time asks for one, however the device's clock is set meanwhile.
    fn refreshes(&mut self, number: usize, request: u64) {
        self.processes[number].refreshing.insert(request);
        let of_all: usize = self.processes.iter().map(|process| process.refreshing.len()).sum();
        let of_one = self.processes[number].refreshing.len();
        if of_one > 1 || (self.share_tokens && of_all > 1) {
            self.breaks(format!("{of_all} refreshes at once, {of_one} of process {number}"));
        }
    }
}

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

/// Until when what is on disk says that everybody is left alone, in milliseconds since the device was started.
pub(super) fn kept_wait(value: &[u8]) -> Option<i64> {
    let mut parts = std::str::from_utf8(value).ok()?.split(' ').skip(1).map(str::parse::<i64>);
    let (asked, began) = (parts.next()?.ok()?, parts.next()?.ok()?);
    Some(began + asked)
}

/// Until when it says that everybody but this process may have to leave it alone.
pub(super) fn kept_doubt(value: &[u8], owner: u64) -> Option<i64> {
    let lines = std::str::from_utf8(value).ok()?.lines().filter_map(|line| line.split_once(' '));
    let others = lines.filter(|(of, _)| of.parse() != Ok(owner));
    others.filter_map(|(_, kept)| kept_wait(kept.as_bytes())).max()
}

/// So long a look may be on its way, and what is asked for after it: three slow calls of a store and their answers.
pub(super) const SLOW: Duration = Duration::from_secs(12);

/// What is on disk is in whole milliseconds.
pub(super) const ROUNDING: i64 = 1;
