//! What a store does for an engine: the one place where commands become calls.

use cc_core::Timestamp;
use zeroize::Zeroizing;

use super::people::{digest, is_known, is_of_another, let_go};
use super::{Begin, StoreAnswer, StoreCommand};
use crate::store::{LEFT, NEW, PRINCIPAL, SESSIONS, STAMP, Store, StoreError, UNSURE};

/// Who asks a store, and when.
#[derive(Clone, Copy, Debug)]
pub struct StoreClient<'a> {
    /// The lane of the outbox.
    pub lane: &'a str,
    /// Who holds a lock: a number of this process's own.
    pub owner: u64,
}

const QUIET: &str = "quiet";

/// Which start, or taking back, of this outbox it is: larger each time.
pub(crate) fn next_epoch(store: &mut dyn Store) -> Result<u64, StoreError> {
    let known = store.value("epoch")?.and_then(|value| value.try_into().ok()).map(u64::from_be_bytes);
    let epoch = known.map_or(0, |epoch| epoch.saturating_add(1));
    store.set_value("epoch", &epoch.to_be_bytes())?;
    Ok(epoch)
}

impl StoreClient<'_> {
    /// Does what an engine asks of a store. `device` is the time by the device's clock.
    pub fn execute(
        self,
        store: &mut dyn Store,
        device: Timestamp,
        command: StoreCommand,
    ) -> Result<StoreAnswer, StoreError> {
        let now = device.timestamp_millis();
        Ok(match command {
            StoreCommand::Belong { principal } => StoreAnswer::Belongs { anew: store.belong(&principal)? },
            StoreCommand::Epoch => StoreAnswer::Epoch(next_epoch(store)?),
            StoreCommand::LetGo => StoreAnswer::LetGo(let_go(store, self.lane)?),
            StoreCommand::Load { rows, bytes } => StoreAnswer::Rows(store.waiting(self.lane, rows, bytes)?),
            StoreCommand::Lock { name, millis } => StoreAnswer::Locked {
                taken: store.lock(name, self.owner, now, now.saturating_add(millis))?,
                value: store.value(name)?.map(Zeroizing::new),
            },
            StoreCommand::Position { feed, from, to } => {
                StoreAnswer::Taken(store.take(&feed, &from, &[], &to)?)
            }
            StoreCommand::Quiet { millis } => {
                let until = now.saturating_add(millis);
                store.set_value(QUIET, format!("{until} {millis}").as_bytes())?;
                StoreAnswer::Done
            }
            StoreCommand::Replace { feed, records, to } => {
                StoreAnswer::Replaced(store.replace(&feed, &records, &to)?)
            }
            StoreCommand::SetValue { name, value } => {
                store.set_value(name, &value)?;
                if name == UNSURE && value.as_slice() == LEFT {
                    // Who signed out is not known by a session any more.
                    store.set_value(SESSIONS, &[])?;
                }
                StoreAnswer::Done
            }
            StoreCommand::Settle { settled } => {
                store.settle(&settled)?;
                StoreAnswer::Done
            }
            StoreCommand::StampAnew { latest, first } => {
                store.stamp_anew(self.lane, latest, first)?;
                StoreAnswer::Done
            }
            StoreCommand::Take { feed, from, records, to } => {
                StoreAnswer::Taken(store.take(&feed, &from, &records, &to)?)
            }
            StoreCommand::Unlock { name } => {
                store.unlock(name, self.owner)?;
                StoreAnswer::Done
            }
        })
    }

    /// What is on disk for an engine that follows these feeds, with a session or without one. Where that session may be of another
    /// person than the one whose the store is, nothing is shown from here on until the platform has said who it is.
    pub fn begin<'f>(
        self,
        store: &mut dyn Store,
        device: Timestamp,
        feeds: impl Iterator<Item = &'f str>,
        session: Option<Zeroizing<String>>,
    ) -> Result<Begin, StoreError> {
        let mut begin = Begin::default();
        for feed in feeds {
            begin.positions.insert(feed.into(), store.position(feed)?.unwrap_or_default());
        }
        let text = |value: Option<Vec<u8>>| value.and_then(|value| String::from_utf8(value).ok());
        begin.principal = text(store.value(PRINCIPAL)?).map(Into::into);
        let word = store.value(UNSURE)?.unwrap_or_default();
        begin.is_unsure = !word.is_empty();
        if word != LEFT {
            begin.sessions = store.value(SESSIONS)?.unwrap_or_default();
        }
        if let Some(session) = &session {
            if begin.is_unsure && is_known(&begin.sessions, session) {
                // Somebody else was here, and the platform never said who: it is still this person's.
                store.set_value(UNSURE, &[])?;
                begin.is_unsure = false;
            }
            begin.is_unsure |= is_of_another(begin.principal.as_deref(), &begin.sessions, session);
            if begin.is_unsure {
                store.set_value(UNSURE, NEW)?;
            } else if begin.sessions.is_empty() {
                // What is written before a first token is this session's.
                begin.sessions = digest(session).to_vec();
                store.set_value(SESSIONS, &begin.sessions)?;
            }
        }
        begin.session = session;
        begin.stamp = text(store.value(STAMP)?).and_then(|stamp| stamp.parse().ok());
        let quiet = text(store.value(QUIET)?).unwrap_or_default();
        let mut quiet = quiet.split(' ').map(|number| number.parse::<i64>().ok());
        let until = quiet.next().flatten();
        // A clock that was set back since makes no wait longer than it was; earlier versions did not keep how long that was.
        let longest = quiet.next().flatten().unwrap_or(i64::MAX);
        // Rounded up: a millisecond too early would be too early.
        let left = until
            .map_or(0, |until| until.saturating_sub(device.timestamp_millis()).saturating_add(1))
            .clamp(0, longest.max(0));
        begin.quiet = std::time::Duration::from_millis(left as u64);
        Ok(begin)
    }
}
