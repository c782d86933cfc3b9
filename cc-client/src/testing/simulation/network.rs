//! The way between client and platform, and what goes wrong on it.

use std::time::Duration;

use chrono::TimeDelta;

use super::{Event, Part, SECOND, Stream, World};
use crate::engine::{HttpHead, HttpRequest, Input};
use crate::store::Store;
use crate::testing::Flaw;
use crate::testing::platform::{Answer, Body, problem};
use crate::{Stamp, WriteId};

/// A proxy that takes small requests only takes so many bytes.
const SMALL: usize = 1_000;
/// An answer drips for so many seconds.
const DRIPS: u32 = 600;
/// A client that is told nothing whole for so long has given up.
const LONGEST_DRIP: Duration = Duration::from_secs(60);

impl World {
    pub(super) fn sends(&mut self, request: u64, http: &HttpRequest) {
        if self.now < self.quiet {
            self.breaks("a request before the time that the platform gave");
        }
        if self.asleep || !self.up {
            self.breaks("a request while the app sleeps or has no network");
        }
        let refreshes = http.target == "/v1/auth/token";
        if refreshes {
            self.refreshing.insert(request);
            if self.has_flaw(Flaw::SecondRefresh) && self.dice.one_in(10) {
                self.refreshing.insert(u64::MAX);
            }
            if self.refreshing.len() > 1 {
                self.breaks("two refreshes at once");
            }
        }
        let life = self.life;
        if http.target == "/v1/changes" {
            self.sends_changes(&http.body);
        }
        let mut http = http.clone();
        if self.has_flaw(Flaw::NewIdEachTry) && http.target == "/v1/changes" {
            self.new_ids(&mut http.body);
        }
        if self.fault(self.faults.drop_request, "request dropped") {
            let wait = Duration::from_millis(self.dice.below(30_000));
            return self.part(life, request, wait, Part::End { whole: false });
        }
        let is_doubled = http.method == "POST" && self.fault(self.faults.duplicate, "request doubled");
        for _ in 0..=u64::from(is_doubled) {
            let way = self.way("request late");
            self.at(self.now + way, Event::Request { life, request, http: Box::new(http.clone()) });
        }
    }

    fn sends_changes(&mut self, body: &[u8]) {
        let Ok(sent) = serde_json::from_slice::<Body<'_>>(body) else { return };
        // Devices are a day behind at most, and nobody else may set their stamps back.
        let earliest = (self.true_time() - TimeDelta::days(2)).timestamp_millis() as u64;
        let stamps = sent.changes.iter().filter_map(|change| change.clock.parse::<Stamp>().ok());
        if stamps.into_iter().any(|stamp| stamp.millis < earliest) {
            self.breaks("a write was sent with a stamp of years ago");
        }
        self.left.extend(sent.changes.iter().filter_map(|change| change.id.parse::<WriteId>().ok()));
    }

    /// A request arrives. Its process may be gone by then: the platform does not know.
    pub(super) fn request(&mut self, life: u64, request: u64, http: &HttpRequest) {
        self.report.requests += 1;
        if http.target.starts_with("/v1/collections/") {
            self.report.listings += 1;
        }
        if self.now < self.storm && self.dice.one_in(2) {
            self.platform.revoke_tokens();
        }
        let mut date = self.true_time();
        self.platform.set_time(date);
        let is_large = http.target == "/v1/changes" && http.body.len() > SMALL;
        let mut answer = if is_large && self.fault(self.faults.small, "small requests only") {
            let headers = vec![("content-type".to_owned(), "text/html".to_owned())];
            Answer { head: HttpHead { status: 413, headers }, body: b"<html>".to_vec(), live: None }
        } else if self.fault(self.faults.unavailable, "unavailable") {
            let mut answer = problem(503, "unavailable");
            if self.dice.one_in(2) {
                self.count("retry after");
                let wait = (1 + self.dice.below(90)).to_string();
                answer.head.headers.push(("retry-after".to_owned(), wait));
            }
            answer
        } else if self.fault(self.faults.portal, "portal") {
            if self.dice.one_in(2) {
                self.count("portal whose clock is wrong");
                date -= TimeDelta::days(4_000);
            }
            self.portal()
        } else {
            let answer = self.platform.answer(http);
            match answer.head.status {
                401 if self.now < self.storm => self.count("refused in a storm"),
                410 => self.count("position gone"),
                _ => {}
            }
            answer
        };
        if http.target == "/v1/auth/token" && answer.head.status == 200 {
            self.report.tokens += 1;
        }
        let date = date.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
        answer.head.headers.push(("date".to_owned(), date));
        if life != self.life {
            return;
        }
        if self.fault(self.faults.drop_answer, "answer dropped") {
            if self.has_flaw(Flaw::GivesUp) && http.target == "/v1/changes" {
                self.gives_up();
            }
            let wait = Duration::from_millis(self.dice.below(30_000));
            return self.part(life, request, wait, Part::End { whole: false });
        }
        let way = self.way("answer late");
        self.part(life, request, way, Part::Head(answer.head));
        if answer.live.is_none() && self.fault(self.faults.drip, "answer dripped") {
            return self.drips(request, &answer.body);
        }
        let cut = if self.fault(self.faults.break_off, "answer broken off") {
            self.dice.below(answer.body.len() as u64 + 1)
        } else {
            u64::MAX
        };
        let body = &answer.body[..answer.body.len().min(cut as usize)];
        for piece in body.chunks(1 + self.dice.below(90) as usize) {
            let way = Duration::from_millis(self.dice.below(3));
            self.part(life, request, way, Part::Bytes(piece.to_vec()));
        }
        match answer.live {
            Some(feed) if cut == u64::MAX => {
                let silent = self.fault(self.faults.half_open, "half open");
                self.streams.push(Stream { life, request, feed, opened: self.now, silent, beat: self.now });
            }
            _ => self.part(life, request, Duration::ZERO, Part::End { whole: cut == u64::MAX }),
        }
    }

    /// An answer of somebody else. Some speak JSON: nothing ends, is gone or was done on their word.
    fn portal(&mut self) -> Answer {
        let status = [200, 302, 400, 401, 403, 404, 410, 413][self.dice.below(8) as usize];
        let (kind, body) = match self.dice.below(4) {
            0 | 1 => ("text/html", "<html>sign in</html>"),
            2 => ("application/json", "{\"message\":\"no Route matched with those values\"}"),
            _ => ("application/json", "{\"ok\":true}"),
        };
        if kind != "text/html" {
            self.count("portal in JSON");
        }
        let headers = vec![("content-type".to_owned(), kind.to_owned())];
        Answer { head: HttpHead { status, headers }, body: body.as_bytes().to_vec(), live: None }
    }

    /// An answer comes byte by byte, and then goes on with nothing: whoever waits for its end waits in vain.
    fn drips(&mut self, request: u64, body: &[u8]) {
        let began = self.last_part.get(&(self.life, request)).copied().unwrap_or(self.now);
        let bytes = body.iter().copied().chain(std::iter::repeat(b' '));
        for (second, byte) in (0..DRIPS).zip(bytes) {
            let at = began + SECOND * second;
            self.part(self.life, request, at - self.now, Part::Drop(byte, began));
        }
    }

    /// How long something is on its way; at times, until something later has arrived.
    fn way(&mut self, name: &'static str) -> Duration {
        let late = self.fault(self.faults.delay, name);
        Duration::from_millis(10 + self.dice.below(if late { 90_000 } else { 2_000 }))
    }

    pub(super) fn part(&mut self, life: u64, request: u64, way: Duration, part: Part) {
        let last = self.last_part.get(&(life, request)).copied().unwrap_or_default();
        let at = (self.now + way).max(last);
        self.last_part.insert((life, request), at);
        self.at(at, Event::Arrives { life, request, part });
    }

    pub(super) fn arrives(&mut self, request: u64, part: Part) {
        match part {
            Part::Head(mut head) => {
                let wait = head.header("retry-after").and_then(|text| text.parse().ok());
                if let Some(wait) = wait.map(Duration::from_secs) {
                    self.wishes.insert(request, self.now + wait);
                }
                if self.has_flaw(Flaw::IgnoresRetryAfter) {
                    head.headers.retain(|(name, _)| name != "retry-after");
                }
                self.tell(Input::Head { request, head });
            }
            Part::Drop(byte, began) => {
                if self.now - began > LONGEST_DRIP {
                    self.breaks("an answer that drips was waited for");
                }
                self.tell(Input::Bytes { request, bytes: &[byte] });
            }
            Part::Bytes(bytes) => self.tell(Input::Bytes { request, bytes: &bytes }),
            Part::End { whole } => {
                // Whose wish it was shows at the end of the answer.
                if let Some(until) = self.wishes.remove(&request).filter(|_| whole) {
                    self.quiet = self.quiet.max(until);
                }
                self.refreshing.remove(&request);
                self.aborted.insert(request);
                self.tell(Input::Ended { request, whole });
            }
        }
    }

    pub(super) fn stream_on(&mut self) {
        if self.calm {
            self.person_decides();
        }
        let mut open = std::mem::take(&mut self.streams);
        open.retain_mut(|stream| {
            if stream.silent || stream.life != self.life {
                return stream.life == self.life;
            }
            let end = self.platform.log(&stream.feed.name).len();
            if stream.feed.told < end {
                let text = self.platform.live(&stream.feed);
                (stream.feed.told, stream.beat) = (end, self.now);
                for piece in text.as_bytes().chunks(1 + self.dice.below(200) as usize) {
                    let way = Duration::from_millis(self.dice.below(500));
                    self.part(stream.life, stream.request, way, Part::Bytes(piece.to_vec()));
                }
            } else if self.now - stream.beat >= SECOND * 20 {
                stream.beat = self.now;
                self.part(stream.life, stream.request, Duration::ZERO, Part::Bytes(b": beat\n\n".to_vec()));
            }
            // Balancers and platforms end streams after a minute.
            let ends = self.now - stream.opened >= SECOND * 60;
            if ends {
                self.count("cut after 60 s");
                self.part(stream.life, stream.request, Duration::ZERO, Part::End { whole: true });
            }
            !ends
        });
        open.append(&mut self.streams);
        self.streams = open;
        self.at(self.now + Duration::from_millis(500), Event::Streams);
    }

    /// A mistake: rows leave though nobody said what became of them.
    fn gives_up(&mut self) {
        let rows = self.store.waiting("main", u32::MAX, u32::MAX).unwrap_or_default();
        for row in rows {
            let _ = self.store.discard(row.write.id);
        }
    }

    /// A mistake: each try has ids of its own.
    fn new_ids(&mut self, body: &mut Vec<u8>) {
        let mut text = String::from_utf8_lossy(body).into_owned();
        for id in self.writes.keys() {
            let digit = char::from(b"0123456789abcdef"[self.dice.below(16) as usize]);
            let id = id.to_string();
            text = text.replace(&id, &format!("{}{digit}", &id[..id.len() - 1]));
        }
        *body = text.into_bytes();
    }
}
