//! What one client sends and is told on the way to its platform.

use std::time::Duration;

use chrono::TimeDelta;

use super::way::{LONGEST_DRIP, Part, Stream, Way, dated};
use super::{Dice, Event, Faults, World};
use crate::engine::{HttpRequest, Input};
use crate::store::Store;
use crate::testing::Flaw;
use crate::testing::platform::{Body, FakePlatform};
use crate::{Mono, Stamp, WriteId};

impl Way for World {
    type To = u64;
    const LATE: (u64, u64) = (90_000, 2_000);
    const LOOK: Duration = Duration::from_millis(500);
    const PIECES: (u64, u64) = (90, 200);

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

    fn platform(&mut self, _: usize) -> &mut FakePlatform {
        &mut self.platform
    }

    fn streams(&mut self) -> &mut Vec<Stream<u64>> {
        &mut self.streams
    }

    fn is_alive(&self, life: u64) -> bool {
        life == self.life
    }

    fn last_part(&mut self, life: u64, request: u64) -> &mut Mono {
        self.last_part.entry((life, request)).or_default()
    }

    fn will_arrive(&mut self, at: Mono, life: u64, request: u64, part: Part) {
        self.at(at, Event::Arrives { life, request, part });
    }

    fn will_ask(&mut self, at: Mono, life: u64, request: u64, http: HttpRequest) {
        self.at(at, Event::Request { life, request, http: Box::new(http) });
    }

    fn will_stream(&mut self, at: Mono) {
        self.at(at, Event::Streams);
    }
}

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
        self.leaves(life, request, &http);
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
        let answer = self.answer_of_others(http, &mut date).unwrap_or_else(|| {
            let answer = self.platform.answer(http);
            match answer.head.status {
                401 if self.now < self.storm => self.count("refused in a storm"),
                410 => self.count("position gone"),
                _ => {}
            }
            answer
        });
        if http.target == "/v1/auth/token" && answer.head.status == 200 {
            self.report.tokens += 1;
        }
        if life != self.life {
            return;
        }
        if self.is_lost(life, request, self.faults.drop_answer, "answer dropped") {
            if self.has_flaw(Flaw::GivesUp) && http.target == "/v1/changes" {
                self.gives_up();
            }
            return;
        }
        self.answers(life, request, 0, dated(answer, date));
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
        self.streams_go_on();
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
