//! One request and what answered it: only the whole reply says whether its lists of codes are complete.

use alloc::vec::Vec;

use cc_core::{CodeScan, DtcStatus, ScanService, ScannedCode};

use super::decoder::Sender;
use crate::service::NegativeResponse;

/// A request, where known, and its answers so far.
///
/// It begins with the request and ends with the prompt, the next request or the end of the input. Where a capture
/// shows neither requests nor prompts, it ends before an answer of another service, and before a second whole list of
/// one ECU.
///
/// An error says that something was lost. Where it has no ECU, any list of the reply may lack codes.
#[derive(Clone, Debug, Default)]
pub(super) struct Reply {
    /// The first bytes of the request; none where it is not known.
    request: Vec<u8>,
    /// The status mask asked for (UDS 19 02).
    status_mask: Option<u8>,
    lists: Vec<CodeList>,
    /// What was lost in this reply.
    damage: Damage,
    /// What was lost since the last answer: where no request is seen, it may belong to the next reply.
    recent: Damage,
    /// An ECU without name asked for patience and did not answer since.
    awaits_unnamed: bool,
    /// The service of the last answer.
    last: Option<u8>,
}

/// A list of codes, perhaps in several messages: on a K-line three codes a message, and without headers one message
/// of every ECU.
#[derive(Clone, Debug)]
pub(super) struct CodeList {
    pub(super) sender: Sender,
    pub(super) service: ScanService,
    /// The status bits that were asked for and that the ECU knows; `None` where the service has no mask.
    pub(super) mask: Option<DtcStatus>,
    pub(super) codes: Vec<ScannedCode>,
    /// Whether it is whole, as far as the list itself says.
    pub(super) complete: bool,
}

/// Whose answers are damaged.
#[derive(Clone, Debug, Default)]
struct Damage {
    all: bool,
    senders: Vec<Sender>,
}

/// The most bytes of a request that are kept: a request of data names seven identifiers at most in an adapter's line.
const LONGEST: usize = 64;

/// The most ECUs told apart by [`Damage`]; beyond them it concerns all.
const MOST: usize = 64;

impl Damage {
    fn add(&mut self, sender: Sender) {
        if sender == Sender::Unknown || self.senders.len() >= MOST {
            self.all = true;
        } else if !self.senders.contains(&sender) {
            self.senders.push(sender);
        }
    }

    /// Whether it may concern this sender. An ECU without name may be any.
    fn concerns(&self, sender: Sender) -> bool {
        self.all || self.senders.contains(&sender) || (sender == Sender::Unknown && !self.senders.is_empty())
    }
}

impl Reply {
    /// Starts the reply to a request. The lists of the reply before must have been taken.
    pub(super) fn begin(&mut self, request: &[u8]) {
        self.end();
        self.request.extend_from_slice(request.get(..LONGEST).unwrap_or(request));
        if let [0x19, 0x02, mask, ..] = request {
            self.status_mask = Some(*mask);
        }
    }

    /// Ends the reply: what follows answers an unknown request.
    pub(super) fn end(&mut self) {
        *self = Self::default();
    }

    /// The service asked for, where the request is known.
    pub(super) fn asked(&self) -> Option<u8> {
        self.request.first().copied()
    }

    /// The first bytes of the request; none where it is not known.
    pub(super) fn request(&self) -> &[u8] {
        &self.request
    }

    /// The parameters asked for (service 01).
    pub(super) fn parameters(&self) -> &[u8] {
        if let [0x01, parameters @ ..] = &self.request[..] { parameters } else { &[] }
    }

    /// The data identifiers asked for (UDS 22).
    pub(super) fn identifiers(&self) -> impl ExactSizeIterator<Item = u16> + use<'_> {
        let identifiers = if let [0x22, identifiers @ ..] = &self.request[..] { identifiers } else { &[] };
        identifiers.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
    }

    /// The status mask asked for, where the request is known.
    pub(super) fn status_mask(&self) -> Option<u8> {
        self.status_mask
    }

    /// Something was lost.
    pub(super) fn damaged(&mut self, sender: Sender) {
        self.damage.add(sender);
        self.recent.add(sender);
    }

    /// Whether an answer of this service belongs to the next reply, as far as answers alone tell.
    pub(super) fn is_over(&self, sender: Sender, service: u8) -> bool {
        self.request.is_empty()
            && service != NegativeResponse::SERVICE
            && self.last.is_some_and(|last| {
                last != service
                    || (sender.can_id().is_some() && self.lists.iter().any(|list| list.sender == sender))
            })
    }

    /// Starts the reply of an unknown request after one that [is over](Self::is_over).
    pub(super) fn next(&mut self) {
        let recent = core::mem::take(&mut self.recent);
        self.end();
        self.damage = recent.clone();
        self.recent = recent;
    }

    /// Takes note of an answer.
    pub(super) fn answered(&mut self, service: u8) {
        if service != NegativeResponse::SERVICE {
            self.last = Some(service);
        }
        self.recent = Damage::default();
    }

    /// Takes note of a refusal or of a plea for patience: from an ECU without name, it leaves the list of all open.
    pub(super) fn refused(&mut self, sender: Sender, negative: NegativeResponse) {
        if sender == Sender::Unknown && matches!(negative.service, 0x03 | 0x07 | 0x0A | 0x19) {
            if negative.is_pending() {
                self.awaits_unnamed = true;
            } else {
                self.damaged(Sender::Unknown);
            }
        }
    }

    /// Takes a list, or a part of one.
    pub(super) fn add(&mut self, list: CodeList) {
        if list.sender == Sender::Unknown {
            self.awaits_unnamed = false;
        }
        let known =
            self.lists.iter_mut().find(|known| (known.sender, known.service) == (list.sender, list.service));
        let Some(known) = known else { return self.lists.push(list) };
        for code in list.codes {
            if !known.codes.contains(&code) {
                known.codes.push(code);
            }
        }
        known.complete &= list.complete;
        known.mask = match (known.mask, list.mask) {
            (Some(known), Some(more)) => Some(DtcStatus(known.0 & more.0)),
            _ => None,
        };
    }

    /// Takes the lists out, as far as they got, in the order in which they began.
    pub(super) fn take(&mut self) -> Vec<(Sender, CodeScan)> {
        let lists = core::mem::take(&mut self.lists);
        lists.into_iter().map(|list| self.scan(list)).collect()
    }

    fn scan(&self, list: CodeList) -> (Sender, CodeScan) {
        let CodeList { sender, service, mask, codes, complete } = list;
        let complete =
            complete && !self.damage.concerns(sender) && !(sender == Sender::Unknown && self.awaits_unnamed);
        (sender, CodeScan { ecu: sender.text(), service, status_mask: mask, complete, codes })
    }
}
