//! Trouble codes as facts: present, gone but not yet believed repaired, absent, or unknown.

use cc_core::{CodeScan, Dtc, DtcDiff, TroubleCode};

use super::{Drives, NONE};
use crate::expr::Val;
use crate::pack::{CODE_FIELDS, CodeSlot, key_of};

/// The most single faults that are told apart for one declared code; beyond it only a complete scan that speaks for all
/// that were dropped can show that none is left.
pub(super) const MOST_ACTIVE: usize = 32;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CodeState {
    pub(crate) presence: Presence,
    /// The start of the episode.
    pub(crate) since: i64,
    /// When the code was last spoken of.
    pub(crate) seen: i64,
    /// When the last of its faults was denied.
    pub(crate) gone: i64,
    /// Events that reported it.
    pub(crate) count: u32,
    /// Clean drives since it was denied.
    pub(crate) clean: u8,
    /// Some fault could not be kept in `active`: the ECU that reported it, or [`SEVERAL`].
    pub(crate) crowded: Option<u16>,
    /// The faults present, oldest first: fault and ECU.
    pub(crate) active: Vec<(u32, u16)>,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Presence {
    #[default]
    Unknown,
    Absent,
    Present,
    /// Denied by a scan, but not yet for enough clean drives.
    Gone,
}

impl Default for CodeState {
    fn default() -> Self {
        Self {
            presence: Presence::Unknown,
            since: NONE,
            seen: NONE,
            gone: NONE,
            count: 0,
            clean: 0,
            crowded: None,
            active: Vec::new(),
        }
    }
}

impl CodeState {
    /// A field: presence, since, count, clean drives.
    #[inline]
    pub(crate) fn read(&self, field: u16) -> Val<'_> {
        let here = matches!(self.presence, Presence::Present | Presence::Gone);
        match (self.presence, field) {
            (Presence::Unknown, _) => Val::Unknown,
            (_, 0) => Val::Bool(here),
            (_, 1) if here => Val::Time(self.since),
            (_, 1) => Val::Unknown,
            (_, 2) => Val::Int(i64::from(self.count)),
            _ => Val::Int(i64::from(self.clean)),
        }
    }

    /// What [`CodeState::read`] gives for each field; times and whole numbers are numbers here, and truths 0 and 1.
    pub(crate) fn fields(&self) -> [Option<i64>; CODE_FIELDS] {
        let here = matches!(self.presence, Presence::Present | Presence::Gone);
        match self.presence {
            Presence::Unknown => [None; CODE_FIELDS],
            _ => [
                Some(here.into()),
                here.then_some(self.since),
                Some(self.count.into()),
                Some(self.clean.into()),
            ],
        }
    }

    /// Takes a single report. `None` where it is about another code; else whether it counts as an event of the code.
    pub(crate) fn trouble_code(&mut self, slot: &CodeSlot, event: &TroubleCode, at: i64) -> Option<bool> {
        let dtc = event.dtc()?;
        if !slot.covers(dtc) || !slot.hears(event.ecu.as_deref()) {
            return None;
        }
        self.seen = at;
        let fault = fault_of(dtc);
        let ecu = ecu_of(event.ecu.as_deref());
        if event.diff != Some(DtcDiff::Remove) && slot.status.accepts(event.status()) {
            self.report(fault, ecu, at);
            return Some(true);
        }
        self.active.retain(|(known, from)| *known != fault || !slot.speaks_for(ecu, *from));
        self.denied(slot.single, at);
        Some(false)
    }

    /// Takes a scan. `None` where it says nothing about the code; else whether the code is in it.
    pub(crate) fn scan(&mut self, slot: &CodeSlot, scan: &CodeScan, at: i64) -> Option<bool> {
        if !slot.hears(scan.ecu.as_deref()) {
            return None;
        }
        let ecu = ecu_of(scan.ecu.as_deref());
        let mut listed = Vec::new();
        for code in scan.codes.iter().filter(|code| slot.covers(code.dtc)) {
            let counts = match code.status {
                None => slot.status.accepts_listing(scan.service, scan.status_mask),
                status => slot.status.accepts(status),
            };
            if counts {
                listed.push(fault_of(code.dtc));
            }
        }
        let denies = scan.complete && slot.status.is_denied_by(scan.service, scan.status_mask);
        if listed.is_empty() && !denies {
            return None;
        }
        self.seen = at;
        if denies {
            self.active.retain(|(known, from)| !slot.speaks_for(ecu, *from) || listed.contains(known));
            self.crowded = self.crowded.filter(|from| !slot.speaks_for(ecu, *from));
        }
        if listed.is_empty() {
            // One of several ECUs says nothing about the others.
            self.denied(ecu == UNNAMED || slot.ecu.is_some(), at);
            return Some(false);
        }
        for fault in listed {
            self.remember(fault, ecu);
        }
        self.present(at);
        Some(true)
    }

    /// A workshop has seen the car: what was known of its codes no longer holds.
    pub(crate) fn service(&mut self, at: i64) {
        if matches!(self.presence, Presence::Present | Presence::Gone) {
            self.presence = Presence::Absent;
            self.active.clear();
            self.crowded = None;
            self.gone = at;
            self.clean = 0;
        }
    }

    /// A drive ended. `ready` is whether the emission monitors are, where that is known.
    pub(crate) fn drive_ended(&mut self, slot: &CodeSlot, drives: &Drives, ready: Option<bool>) {
        let denied = matches!(self.presence, Presence::Gone | Presence::Absent);
        if !denied || self.gone == NONE {
            return;
        }
        if drives.started < self.gone || ready == Some(false) {
            // It says nothing, and what is counted are clean drives in a row.
            self.clean = 0;
            return;
        }
        self.clean = self.clean.saturating_add(1);
        if self.presence == Presence::Gone && self.clean >= slot.clean_drives {
            self.presence = Presence::Absent;
        }
    }

    fn report(&mut self, fault: u32, ecu: u16, at: i64) {
        self.remember(fault, ecu);
        self.present(at);
    }

    fn present(&mut self, at: i64) {
        self.count = self.count.saturating_add(1);
        if !matches!(self.presence, Presence::Present | Presence::Gone) {
            self.since = at;
        }
        self.presence = Presence::Present;
        self.gone = NONE;
        self.clean = 0;
    }

    fn remember(&mut self, fault: u32, ecu: u16) {
        self.active.retain(|known| *known != (fault, ecu));
        if self.active.len() == MOST_ACTIVE {
            let (_, from) = self.active.remove(0);
            self.crowded = match self.crowded {
                Some(other) if other != from => Some(SEVERAL),
                _ => Some(from),
            };
        }
        self.active.push((fault, ecu));
    }

    /// A verdict against some fault; `all` when it speaks for every fault that the code covers.
    fn denied(&mut self, all: bool, at: i64) {
        match self.presence {
            Presence::Present if self.active.is_empty() && self.crowded.is_none() => {
                self.presence = Presence::Gone;
                self.gone = at;
                self.clean = 0;
            }
            Presence::Unknown if all => {
                self.presence = Presence::Absent;
                self.gone = at;
            }
            _ => {}
        }
    }
}

impl CodeSlot {
    fn covers(&self, dtc: Dtc) -> bool {
        self.patterns.iter().any(|pattern| pattern.matches(dtc))
    }

    fn hears(&self, ecu: Option<&str>) -> bool {
        match (&self.ecu, ecu) {
            (Some(wanted), Some(ecu)) => **wanted == *ecu,
            _ => true,
        }
    }

    /// Whether one ECU can deny what another reported: only itself, and where the code names it, also what was reported
    /// by nobody named.
    fn speaks_for(&self, ecu: u16, reporter: u16) -> bool {
        ecu == reporter || (reporter == UNNAMED && self.ecu.is_some())
    }
}

/// One number a fault: the P-code view, or a hash of the canonical text.
fn fault_of(dtc: Dtc) -> u32 {
    match dtc.p_code() {
        Some(view) => u32::from(view.raw()),
        None => {
            let [a, b, c, d, ..] = key_of(&dtc.to_string());
            u32::from_be_bytes([a, b, c, d]) | 0x8000_0000
        }
    }
}

/// An ECU that is not told.
const UNNAMED: u16 = 0;
/// More than one ECU; no name hashes to it.
const SEVERAL: u16 = 2;

fn ecu_of(ecu: Option<&str>) -> u16 {
    ecu.map_or(UNNAMED, |name| {
        let [a, b, ..] = key_of(name);
        u16::from_be_bytes([a, b]) | 1
    })
}
