//! What a store does for an engine: the one place where commands become calls.

use std::time::Duration;

use zeroize::Zeroizing;

use super::lane::LAST_EPOCH;
use super::people::{belong, digest, is_known, is_of_another, is_persons, leave, let_go, opens};
use super::together::moves_on;
use super::{Begin, DeviceTime, StoreAnswer, StoreCommand, answered, gap, kept_quiet};
use crate::decide::SendOutcome;
use crate::store::{
    LEFT, PRINCIPAL, Record, Row, SESSIONS, Settled, Standing, Store, StoreError, Taken, UNSURE, latest_stamp,
};
use crate::wire::ProblemCode;
use crate::{Offset, Session, Write, WriteId, again};

/// Carries out an engine's commands on a store.
#[derive(Clone, Copy, Debug)]
pub struct StoreClient<'a> {
    /// The lane of the outbox.
    pub lane: &'a str,
    /// Who holds a lock: a number of this process's own.
    pub owner: u64,
}

/// Which start, or taking back, of this outbox it is: larger each time.
pub(crate) fn next_epoch(store: &mut dyn Store) -> Result<u64, StoreError> {
    let known = store.value("epoch")?.and_then(|value| value.try_into().ok()).map(u64::from_be_bytes);
    // What is larger is damage.
    let known = known.filter(|epoch| *epoch < LAST_EPOCH);
    let epoch = known.map_or(0, |epoch| epoch.saturating_add(1));
    store.set_value("epoch", &epoch.to_be_bytes())?;
    Ok(epoch)
}

impl StoreClient<'_> {
    /// Does what an engine asks of a store. `device` is the device's time: a [`DeviceTime`], or the time of
    /// day alone.
    ///
    /// # Errors
    ///
    /// What the store says.
    pub fn execute(
        self,
        store: &mut dyn Store,
        device: impl Into<DeviceTime>,
        command: StoreCommand,
    ) -> Result<StoreAnswer, StoreError> {
        let now: DeviceTime = device.into();
        Ok(match command {
            StoreCommand::Belong { principal, session } => {
                StoreAnswer::Belongs { anew: belong(store, &principal, session)? }
            }
            StoreCommand::Epoch => StoreAnswer::Epoch(next_epoch(store)?),
            StoreCommand::ForgetUntold { feed, end, writes } => {
                store.as_one(&mut |store| {
                    // What came before the end may not have been stored: the feed tells it again.
                    let is_stored = store.position(&feed)?.is_some_and(|stored| stored >= end);
                    if is_stored { store.forget_untold(&writes) } else { Ok(()) }
                })?;
                StoreAnswer::Done
            }
            StoreCommand::Known { session } => {
                opens(store, session)?;
                StoreAnswer::Done
            }
            StoreCommand::Left { session } => StoreAnswer::LetGo(leave(store, self.lane, session)?),
            StoreCommand::LetGo { session } => StoreAnswer::LetGo(let_go(store, self.lane, session)?),
            StoreCommand::Load { rows, bytes, left_out } => {
                match store.waiting_beside(self.lane, rows, bytes, &left_out)? {
                    none if none.is_empty() && store.waiting_count()? > 0 => StoreAnswer::Unresolved,
                    rows => StoreAnswer::Rows(rows),
                }
            }
            StoreCommand::Lock { name, millis } => StoreAnswer::Locked {
                taken: store.lock(name, self.owner, now.of_all(), now.of_all().saturating_add(millis))?,
                value: store.value(name)?.map(Zeroizing::new),
            },
            StoreCommand::Missed { feed, from } => {
                StoreAnswer::Taken(gap::keep(store, &feed, (&from, &Offset::BEGINNING), true)?)
            }
            StoreCommand::Position { feed, from, to } => {
                StoreAnswer::Taken(moves_on(store, &feed, (&from, &to))?)
            }
            StoreCommand::Quiet => {
                let (left, doubt) = kept_quiet::look(store, self.owner, now)?;
                StoreAnswer::Quiet { left, doubt }
            }
            StoreCommand::KeepDoubt { millis } => {
                kept_quiet::be_in_doubt(store, self.owner, now, millis)?;
                StoreAnswer::Done
            }
            StoreCommand::KeepQuiet { millis } => {
                StoreAnswer::Quiet { left: kept_quiet::be_quiet(store, now, millis)?, doubt: Duration::ZERO }
            }
            StoreCommand::Replace { feed, from, records, done, to } => {
                replace(store, &feed, (&from, &to), (&records, &done))?
            }
            StoreCommand::SetValue { name, value } => {
                store.set_value(name, &value)?;
                StoreAnswer::Done
            }
            StoreCommand::Settle { mut settled } => {
                store.as_one(&mut |store| {
                    // Another process on the file may follow it.
                    if settled.iter().any(|one| one.is_untold) && store.position("me")?.is_some() {
                        for one in &mut settled {
                            one.is_untold = false;
                        }
                    }
                    answered::remember(store, &settled)?;
                    store.settle(&settled)
                })?;
                StoreAnswer::Done
            }
            StoreCommand::StampAnew { latest, first, again } => {
                let mut renamed = Vec::new();
                store.as_one(&mut |store| {
                    renamed = rename(store, &again)?;
                    store.stamp_anew(self.lane, latest, first)
                })?;
                StoreAnswer::Stamped(renamed)
            }
            StoreCommand::Take { feed, from, records, to } => {
                let mut taken = Taken::default();
                store.as_one(&mut |store| {
                    taken = store.take(&feed, &from, &records, &to)?;
                    if taken.elsewhere.is_none() { answered::told(store, &records) } else { Ok(()) }
                })?;
                StoreAnswer::Taken(taken)
            }
            StoreCommand::Told { feed, from, to } => {
                StoreAnswer::Taken(gap::keep(store, &feed, (&from, &to), false)?)
            }
            StoreCommand::Unlock { name } => {
                store.unlock(name, self.owner)?;
                StoreAnswer::Done
            }
            StoreCommand::Untold => StoreAnswer::Untold(store.untold()?),
        })
    }

    /// What is on disk for an engine that follows these feeds, with a session or without one.
    ///
    /// If the session may be of another person than the one whose the store is, nothing is shown to it until
    /// the platform has said who it is; for others this changes nothing. A store that is nobody's belongs
    /// from now on to the session's person, if that is known.
    ///
    /// # Errors
    ///
    /// What the store says.
    pub fn begin<'f>(
        self,
        store: &mut dyn Store,
        device: impl Into<DeviceTime>,
        feeds: impl Iterator<Item = &'f str>,
        session: Option<Session>,
    ) -> Result<Begin, StoreError> {
        if let Some(Session { secret, person: Some(person) }) = &session {
            is_persons(store, person, digest(secret))?;
        }
        let session = session.map(|session| session.secret);
        let mut begin = Begin::default();
        for feed in feeds {
            if gap::is_kept(store, feed)? {
                begin.missed.insert(feed.into());
            }
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
            if !begin.is_unsure && begin.sessions.is_empty() {
                // What is written before a first token is this session's.
                begin.sessions = digest(session).to_vec();
                store.set_value(SESSIONS, &begin.sessions)?;
            }
        }
        begin.session = session;
        begin.stamp = latest_stamp(store)?;
        (begin.quiet, begin.doubt) = kept_quiet::look(store, self.owner, device.into())?;
        Ok(begin)
    }
}

/// Replaces every item by those of a listing, unless another process has moved the feed meanwhile: it has seen what is newer.
fn replace(
    store: &mut dyn Store,
    feed: &str,
    (from, to): (&Offset, &Offset),
    (records, done): (&[Record], &[WriteId]),
) -> Result<StoreAnswer, StoreError> {
    let mut answer = StoreAnswer::Done;
    store.as_one(&mut |store| {
        let at = store.position(feed)?.unwrap_or_default();
        answer = if at == *from {
            let records = answered::over(store, records)?;
            let changed = store.replace(feed, &records, to)?;
            store.forget_untold(done)?;
            StoreAnswer::Replaced(changed)
        } else {
            StoreAnswer::Taken(Taken { elsewhere: Some(at), ..Taken::default() })
        };
        Ok(())
    })?;
    Ok(answer)
}

/// Gives rows that wait other ids; tells which did, as what they were and are.
fn rename(store: &mut dyn Store, again: &[(Row, WriteId)]) -> Result<Vec<(WriteId, WriteId)>, StoreError> {
    let mut renamed = Vec::new();
    for (Row { number, write, .. }, fresh) in again {
        // It may have been taken out, or sent by another process.
        if store.standing(write.id)? != Some(Standing::Waiting) {
            continue;
        }
        let refused = SendOutcome::Rejected(ProblemCode::ClockAhead);
        store.settle(&[Settled::new((*number, write.id), refused)])?;
        if store.send_again(write.id, &Write { id: *fresh, ..write.clone() })? {
            again::remember(store, write.id, *fresh)?;
            renamed.push((write.id, *fresh));
        }
    }
    Ok(renamed)
}
