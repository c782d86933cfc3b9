//! The way between clients and their platforms, and what goes wrong on it: one for all simulations.

use std::time::Duration;

use cc_core::Timestamp;
use chrono::TimeDelta;

use super::{Dice, Faults, SECOND};
use crate::Mono;
use crate::engine::{HttpHead, HttpRequest};
use crate::testing::platform::{Answer, FakePlatform, LiveFeed, problem};

/// A proxy that takes small requests only takes so many bytes.
const SMALL: usize = 1_000;
/// An answer drips for so many seconds.
const DRIPS: u32 = 600;
/// A client that is told nothing whole for so long has given up.
pub(super) const LONGEST_DRIP: Duration = Duration::from_secs(60);

/// What arrives of an answer.
pub(super) enum Part {
    Bytes(Vec<u8>),
    /// One of an answer that began then.
    Drop(u8, Mono),
    End {
        whole: bool,
    },
    Head(HttpHead),
}

/// An answer that goes on.
pub(super) struct Stream<To> {
    pub(super) to: To,
    pub(super) request: u64,
    /// Whose platform answers.
    who: usize,
    feed: LiveFeed,
    opened: Mono,
    silent: bool,
    beat: Mono,
}

/// A world with a network in it.
pub(super) trait Way {
    /// Which client asks, and which life of it.
    type To: Copy;
    /// What is late is on its way for up to so many milliseconds; anything else for up to so many.
    const LATE: (u64, u64);
    /// Answers, and streams, come in pieces of at most so many bytes.
    const PIECES: (u64, u64);
    /// Streams are looked at so often.
    const LOOK: Duration;

    fn now(&self) -> Mono;
    fn dice(&mut self) -> &mut Dice;
    fn faults(&self) -> Faults;
    /// Whether something goes wrong now; what does is counted.
    fn strikes(&mut self, many: u64, name: &'static str) -> bool;
    fn counts(&mut self, name: &'static str);
    fn platform(&mut self, who: usize) -> &mut FakePlatform;
    fn streams(&mut self) -> &mut Vec<Stream<Self::To>>;
    /// Whether that life of a client goes on.
    fn is_alive(&self, to: Self::To) -> bool;
    /// When the last part of an answer arrives: parts do not overtake one another.
    fn last_part(&mut self, to: Self::To, request: u64) -> &mut Mono;
    fn will_arrive(&mut self, at: Mono, to: Self::To, request: u64, part: Part);
    fn will_ask(&mut self, at: Mono, from: Self::To, request: u64, http: HttpRequest);
    fn will_stream(&mut self, at: Mono);

    /// How long something is on its way; at times, until something later has arrived.
    fn way(&mut self, name: &'static str) -> Duration {
        let (most, usual) = Self::LATE;
        let late = self.strikes(self.faults().delay, name);
        Duration::from_millis(10 + self.dice().below(if late { most } else { usual }))
    }

    fn part(&mut self, to: Self::To, request: u64, way: Duration, part: Part) {
        let at = self.now() + way;
        let last = self.last_part(to, request);
        *last = at.max(*last);
        let at = *last;
        self.will_arrive(at, to, request, part);
    }

    /// Whether a request, or its answer, is lost: after a while the client hears that.
    fn is_lost(&mut self, to: Self::To, request: u64, many: u64, name: &'static str) -> bool {
        let is_lost = self.strikes(many, name);
        if is_lost {
            let wait = Duration::from_millis(self.dice().below(30_000));
            self.part(to, request, wait, Part::End { whole: false });
        }
        is_lost
    }

    /// A request leaves.
    fn leaves(&mut self, from: Self::To, request: u64, http: &HttpRequest) {
        if self.is_lost(from, request, self.faults().drop_request, "request dropped") {
            return;
        }
        let is_doubled = http.method == "POST" && self.strikes(self.faults().duplicate, "request doubled");
        for _ in 0..=u64::from(is_doubled) {
            let at = self.now() + self.way("request late");
            self.will_ask(at, from, request, http.clone());
        }
    }

    /// The answer of somebody who stands in front of the platform, and what time they take it to be.
    fn answer_of_others(&mut self, http: &HttpRequest, date: &mut Timestamp) -> Option<Answer> {
        let is_large = http.target == "/v1/changes" && http.body.len() > SMALL;
        if is_large && self.strikes(self.faults().small, "small requests only") {
            return Some(page(413, "text/html", "<html>"));
        }
        if self.strikes(self.faults().unavailable, "unavailable") {
            let mut answer = problem(503, "unavailable");
            if self.dice().one_in(2) {
                self.counts("retry after");
                let wait = (1 + self.dice().below(90)).to_string();
                answer.head.headers.push(("retry-after".to_owned(), wait));
            }
            return Some(answer);
        }
        if !self.strikes(self.faults().portal, "portal") {
            return None;
        }
        if self.dice().one_in(2) {
            self.counts("portal whose clock is wrong");
            *date -= TimeDelta::days(4_000);
        }
        // Some speak JSON: nothing ends, is gone or was done on their word.
        let status = [200, 302, 400, 401, 403, 404, 410, 413][self.dice().below(8) as usize];
        let (kind, body) = match self.dice().below(4) {
            0 | 1 => ("text/html", "<html>sign in</html>"),
            2 => ("application/json", "{\"message\":\"no Route matched with those values\"}"),
            _ => ("application/json", "{\"ok\":true}"),
        };
        if kind != "text/html" {
            self.counts("portal in JSON");
        }
        Some(page(status, kind, body))
    }

    /// An answer goes on its way, in pieces.
    fn answers(&mut self, to: Self::To, request: u64, who: usize, answer: Answer) {
        let way = self.way("answer late");
        self.part(to, request, way, Part::Head(answer.head));
        if answer.live.is_none() && self.strikes(self.faults().drip, "answer dripped") {
            return self.drips(to, request, &answer.body);
        }
        let is_cut = self.strikes(self.faults().break_off, "answer broken off");
        let length = answer.body.len();
        let end = if is_cut { self.dice().below(length as u64 + 1) as usize } else { length };
        for piece in answer.body[..end].chunks(1 + self.dice().below(Self::PIECES.0) as usize) {
            let way = Duration::from_millis(self.dice().below(3));
            self.part(to, request, way, Part::Bytes(piece.to_vec()));
        }
        match answer.live {
            Some(feed) if !is_cut => {
                let silent = self.strikes(self.faults().half_open, "half open");
                let now = self.now();
                self.streams().push(Stream { to, request, who, feed, opened: now, silent, beat: now });
            }
            _ => self.part(to, request, Duration::ZERO, Part::End { whole: !is_cut }),
        }
    }

    /// An answer comes byte by byte, and then goes on with nothing: whoever waits for its end waits in vain.
    fn drips(&mut self, to: Self::To, request: u64, body: &[u8]) {
        let (now, began) = (self.now(), *self.last_part(to, request));
        let bytes = body.iter().copied().chain(std::iter::repeat(b' '));
        for (second, byte) in (0..DRIPS).zip(bytes) {
            self.part(to, request, began + SECOND * second - now, Part::Drop(byte, began));
        }
    }

    /// Streams get what is new, and their heartbeats.
    fn streams_go_on(&mut self) {
        let mut open = std::mem::take(self.streams());
        open.retain_mut(|stream| {
            let (to, request, now) = (stream.to, stream.request, self.now());
            if stream.silent || !self.is_alive(to) {
                return self.is_alive(to);
            }
            let platform = self.platform(stream.who);
            let end = platform.log(&stream.feed.name).len();
            if stream.feed.told < end {
                let text = platform.live(&stream.feed);
                (stream.feed.told, stream.beat) = (end, now);
                for piece in text.as_bytes().chunks(1 + self.dice().below(Self::PIECES.1) as usize) {
                    let way = Duration::from_millis(self.dice().below(500));
                    self.part(to, request, way, Part::Bytes(piece.to_vec()));
                }
            } else if now - stream.beat >= SECOND * 20 {
                stream.beat = now;
                self.part(to, request, Duration::ZERO, Part::Bytes(b": beat\n\n".to_vec()));
            }
            // Balancers and platforms end streams after a minute.
            let ends = now - stream.opened >= SECOND * 60;
            if ends {
                self.counts("cut after 60 s");
                self.part(to, request, Duration::ZERO, Part::End { whole: true });
            }
            !ends
        });
        open.append(self.streams());
        *self.streams() = open;
        self.will_stream(self.now() + Self::LOOK);
    }
}

fn page(status: u16, kind: &str, body: &str) -> Answer {
    let headers = vec![("content-type".to_owned(), kind.to_owned())];
    Answer { head: HttpHead { status, headers }, body: body.as_bytes().to_vec(), live: None }
}

/// The `date` of an answer.
pub(super) fn dated(mut answer: Answer, date: Timestamp) -> Answer {
    let date = date.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    answer.head.headers.push(("date".to_owned(), date));
    answer
}
