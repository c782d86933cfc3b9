//! Shares: offered by who owns, accepted or declined by who is meant, and over when it is said or the time has come.

use cc_core::Timestamp;
use cc_core::platform::{Share, ShareRecipient, ShareStatus, ShareSubject};

use super::audience::{recipients, subject_spot};
use super::changes::{Asked, Kind, Stop, conflict, invalid};
use super::members::Members;
use super::{Collection, Item, JOINT, Spot, last, open, refresh, refresh_vehicle};
use crate::auth::Who;
use crate::auth::account::account;
use crate::clock;
use crate::pace::Pace;
use crate::problem::Problem;
use crate::storage::{Edit, Scan, StorageError, View, all, from_json, if_it_reads, key, put_json};

pub(super) fn change(edit: &mut dyn Edit, asked: &Asked<'_>) -> Result<u64, Stop> {
    let known = asked.item(edit)?.filter(|item| item.value.is_some());
    match (asked.kind, known) {
        (Kind::Put, None) => offer(edit, asked),
        (Kind::Put, Some(item)) => again(edit, asked, item),
        (Kind::Act, Some(item)) => act(edit, asked, item),
        (Kind::Act, None) => Err(Problem::not_found().into()),
        _ => Err(asked.not_here()),
    }
}

/// What is shared with whom, and until when.
fn said(body: &Members) -> Result<(ShareSubject, ShareRecipient, Option<Timestamp>), Stop> {
    let text = |name: &str| body.text(name).ok_or_else(|| invalid(format!("{name}: expected a text")));
    Ok((subject(&text("subject")?)?, recipient(&text("recipient")?)?, end(body)?))
}

fn subject(text: &str) -> Result<ShareSubject, Stop> {
    let subject: ShareSubject = text.parse().map_err(invalid)?;
    // Each is written in one way.
    if subject.to_string() == text {
        return Ok(subject);
    }
    Err(invalid("subject: expected trip/…, place/… or vehicle/organization/number"))
}

fn offer(edit: &mut dyn Edit, asked: &Asked<'_>) -> Result<u64, Stop> {
    let user = asked.user()?;
    let (subject, recipient, expires) = said(&asked.body)?;
    // Only what is one's own is shared: a vehicle by who drives it.
    let spot = subject_spot(&asked.caller.who.org, &subject);
    let item = Item::load(edit, &spot)?.filter(|item| item.value.is_some());
    let own = item.is_some_and(|item| match &subject {
        ShareSubject::Vehicle(vehicle) => {
            vehicle.organization.as_str() == asked.caller.who.org && asked.account.drives(vehicle.vehicle.0)
        }
        _ => item.owner == asked.caller.who.sub,
    });
    if !own {
        return Err(Problem::not_found().because("subject: something of one's own").into());
    }
    let id = asked.spot.key.parse().map_err(invalid)?;
    let share =
        Share::offer(id, subject, cc_core::UserId(user), recipient, expires, asked.now).map_err(invalid)?;
    let Who { org, sub } = &asked.caller.who;
    open::may(edit, org, sub, &share, asked.now)?;
    let item = asked.fresh(edit)?;
    Ok(save(edit, &asked.spot, item, &share)?)
}

/// A share that is there is put again: only its end may be another one.
fn again(edit: &mut dyn Edit, asked: &Asked<'_>, item: Item) -> Result<u64, Stop> {
    asked.own(&item)?;
    let share = Share::from_json(item.value.as_deref().unwrap_or_default()).map_err(invalid)?;
    let (subject, recipient, expires) = said(&asked.body)?;
    if (share.subject(), share.recipient()) != (&subject, &recipient) {
        return Err(invalid("a share keeps its subject and its recipient"));
    }
    // What has ended stays so, whatever its writer has seen.
    let done = share.extend(expires, asked.now).map_err(invalid)?;
    if share.expires_at() == expires {
        return Ok(item.version);
    }
    if asked.base < item.version {
        return Err(conflict(asked));
    }
    Ok(save(edit, &asked.spot, item, &done)?)
}

/// Whom a share is with. Whether there is such a person or organization is not asked: who shares learns nothing of that.
fn recipient(text: &str) -> Result<ShareRecipient, Stop> {
    let recipient: ShareRecipient = text.parse().map_err(invalid)?;
    let can_be = match &recipient {
        ShareRecipient::User(user) => user.0 > 0,
        ShareRecipient::Organization(org) => {
            !org.as_str().chars().any(|letter| letter == '/' || letter.is_control())
        }
    };
    // Each is written in one way.
    if can_be && recipient.to_string() == text {
        return Ok(recipient);
    }
    Err(invalid("recipient: expected user/number or organization/key"))
}

/// When a share is to end; what is no instant is not taken for no end.
fn end(body: &Members) -> Result<Option<Timestamp>, Stop> {
    if !body.says("expiresAt") {
        return Ok(None);
    }
    body.instant("expiresAt").map(Some).ok_or_else(|| invalid("expiresAt: expected an instant"))
}

fn act(edit: &mut dyn Edit, asked: &Asked<'_>, item: Item) -> Result<u64, Stop> {
    if asked.base != 0 && asked.base < item.version {
        return Err(conflict(asked));
    }
    let share = Share::from_json(item.value.as_deref().unwrap_or_default()).map_err(invalid)?;
    let is_owner = asked.is_own(&item);
    let is_recipient = recipients(edit, &asked.spot.org, share.recipient())?.contains(&asked.caller.who);
    let (may, done) = match asked.action().as_str() {
        "accept" => (is_recipient, share.accept(asked.now)),
        "decline" => (is_recipient, share.decline(asked.now)),
        "revoke" => (is_owner, share.revoke(asked.now)),
        "extend" => {
            // Without an end is said, and not left out.
            if !asked.body.0.contains_key("expiresAt") {
                return Err(invalid("expiresAt: expected an instant, or null for no end"));
            }
            (is_owner, share.extend(end(&asked.body)?, asked.now))
        }
        _ => return Err(invalid("action: accept, decline, revoke or extend")),
    };
    if !may {
        return Err(Problem::forbidden().into());
    }
    Ok(save(edit, &asked.spot, item, &done.map_err(invalid)?)?)
}

/// The row by which it is known when a share ends by itself, if it does. There is one of each share.
fn due_row(spot: &Spot, share: &Share) -> Option<String> {
    share.expires_at().map(|end| key(&["expires", &clock::text(end), &spot.org, &spot.key]))
}

/// The rows of the shares that an organization was offered, whatever became of them.
const WITH: &str = "shared with";

/// Names a share to the organization that it is with: whoever comes to speak for that sees it, and what it shows.
fn note_with(edit: &mut dyn Edit, org: &str, name: &str, share: &Share) -> Result<(), StorageError> {
    match share.recipient() {
        ShareRecipient::Organization(with) => edit.put(&key(&[WITH, with.as_str(), org, name]), b""),
        ShareRecipient::User(_) => Ok(()),
    }
}

/// Who speaks for an organization may be others by now: tells anew who sees what was offered to it, and what that shows. What of another
/// organization does not read holds up nothing of this one.
pub(crate) fn refresh_shared_with(edit: &mut dyn Edit, with: &str) -> Result<(), StorageError> {
    for (row, _) in all(edit, &key(&[WITH, with]))? {
        let mut parts = row.split(JOINT).skip(2);
        let (Some(org), Some(name)) = (parts.next(), parts.next()) else { continue };
        if_it_reads(edit, |edit| refresh(edit, &Spot::shared(org, Collection::Shares, name)))?;
        if_it_reads(edit, |edit| {
            share_of(edit, org, name)?.map_or(Ok(()), |share| refresh_subject(edit, org, share.subject()))
        })?;
    }
    Ok(())
}

/// Writes the rows by which a share is found: by what it shows, by whom it is with, and by when it ends.
pub(super) fn lead_to(
    edit: &mut dyn Edit,
    spot: &Spot,
    owner: &str,
    share: &Share,
) -> Result<(), StorageError> {
    let now = Timestamp::from_timestamp_millis(edit.at()).unwrap_or_default();
    let place = key(&["shared", &spot.org, &share.subject().to_string(), &spot.key]);
    if share.status(now) == ShareStatus::Accepted {
        edit.put(&place, share.recipient().to_string().as_bytes())?;
    } else {
        edit.delete(&place)?;
    }
    open::note(edit, spot, owner, share, now)?;
    note_with(edit, &spot.org, &spot.key, share)?;
    // One that is over is not ended again.
    let is_open = matches!(share.status(now), ShareStatus::Offered | ShareStatus::Accepted);
    due_row(spot, share).filter(|_| is_open).map_or(Ok(()), |row| put_json(edit, &row, spot))
}

/// Writes a share, and shows or hides what it is about, in the same commit.
fn save(edit: &mut dyn Edit, spot: &Spot, mut item: Item, share: &Share) -> Result<u64, StorageError> {
    let before = item.value.as_deref().and_then(|value| Share::from_json(value).ok());
    if let Some(row) = before.and_then(|before| due_row(spot, &before)) {
        edit.delete(&row)?;
    }
    lead_to(edit, spot, &item.owner, share)?;
    item.value = Some(share.to_json());
    let version = item.store(edit, spot)?;
    refresh_subject(edit, &spot.org, share.subject())?;
    Ok(version)
}

/// Tells anew who sees what a share is about: with a vehicle, everything about that. What of it does not read holds up no share; whether
/// one still shows it is asked at each look.
fn refresh_subject(edit: &mut dyn Edit, org: &str, subject: &ShareSubject) -> Result<(), StorageError> {
    match subject {
        ShareSubject::Vehicle(vehicle) => refresh_vehicle(edit, org, vehicle.vehicle.0).map(|_| ()),
        ShareSubject::Place(_) | ShareSubject::Trip(_) => refresh(edit, &subject_spot(org, subject)),
    }
}

/// Ends the shares of an organization whose owner has no account any more, or no longer drives the vehicle that is shown; gives how many
/// do not read, and stay as they are.
pub(crate) fn end_without_right(edit: &mut dyn Edit, org: &str) -> Result<usize, StorageError> {
    let mut unread = 0;
    for (name, item) in all(edit, &key(&["item", org, "shares"]))? {
        let done = if_it_reads(edit, |edit| end_if_without_right(edit, org, last(&name), &item))?;
        unread += usize::from(done.is_none());
    }
    Ok(unread)
}

fn end_if_without_right(edit: &mut dyn Edit, org: &str, name: &str, item: &[u8]) -> Result<(), StorageError> {
    let now = clock::instant_of(edit.at());
    let item: Item = from_json(item)?;
    let Some(share) = item.value.as_deref().and_then(|value| Share::from_json(value).ok()) else {
        return Ok(());
    };
    // Earlier versions did not.
    note_with(edit, org, name, &share)?;
    // What has ended cannot be taken back.
    let Ok(ended) = share.revoke(now) else { return Ok(()) };
    let account = account(edit, &Who::new(org, &item.owner))?;
    let may = account.is_some_and(|account| match share.subject() {
        ShareSubject::Vehicle(vehicle) => account.drives(vehicle.vehicle.0),
        ShareSubject::Place(_) | ShareSubject::Trip(_) => true,
    });
    if !may {
        save(edit, &Spot::shared(org, Collection::Shares, name), item, &ended)?;
    }
    Ok(())
}

/// A share by its key.
///
/// Errors: those of the storage.
pub(super) fn share_of(view: &dyn View, org: &str, name: &str) -> Result<Option<Share>, StorageError> {
    let item = Item::load(view, &Spot::shared(org, Collection::Shares, name))?;
    Ok(item.and_then(|item| Share::from_json(item.value?).ok()))
}

/// Whether a share shows what it is about: not once its time has come, which may not have been told yet, nor where that is another's by
/// now, whose it became under the key of something that was deleted long ago. One that does not read shows nothing.
///
/// Errors: those of the storage, but damage.
pub(super) fn shows(
    view: &dyn View,
    org: &str,
    name: &str,
    owner: Option<&str>,
) -> Result<bool, StorageError> {
    let item = match Item::load(view, &Spot::shared(org, Collection::Shares, name)) {
        Err(StorageError::Damaged { .. }) => None,
        item => item?.filter(|item| owner.is_none_or(|owner| owner == item.owner)),
    };
    let share = item.and_then(|item| Share::from_json(item.value?).ok());
    let now = clock::instant_of(view.at());
    Ok(share.is_some_and(|share| share.status(now) != ShareStatus::Expired))
}

/// Whether there is a share whose time has come.
pub(crate) fn is_due(view: &dyn View) -> Result<bool, Problem> {
    let first = view.scan(Scan { prefix: "expires", after: None, limit: 1, backwards: false })?;
    let now = clock::text(clock::instant_of(view.at()));
    Ok(first.first().and_then(|(name, _)| name.split(JOINT).nth(1)).is_some_and(|at| at <= now.as_str()))
}

/// The most rows of a turn.
const ROWS: usize = 100;

/// How far the shares whose time has come were ended.
#[derive(Debug, Default)]
pub(crate) struct Pass {
    after: Option<String>,
    /// How many do not read: they stay where they are, and hold up no other.
    pub unread: usize,
    pub is_over: bool,
}

impl Pass {
    /// Ends as many as a turn has time for.
    ///
    /// Errors: those of the storage, but damage.
    pub(crate) fn turn(mut self, edit: &mut dyn Edit) -> Result<Self, StorageError> {
        let scan = Scan { prefix: "expires", after: self.after.as_deref(), limit: ROWS, backwards: false };
        let due = edit.scan(scan)?;
        let (now, mut pace) = (clock::instant_of(edit.at()), Pace::of(ROWS));
        self.is_over = due.len() < ROWS;
        for (name, spot) in due {
            if pace.is_over() {
                self.is_over = false;
                break;
            }
            if name.split(JOINT).nth(1).unwrap_or_default() > clock::text(now).as_str() {
                self.is_over = true;
                break;
            }
            match if_it_reads(edit, |edit| expire(edit, &name, &spot, now))? {
                Some(true) => {}
                Some(false) => {
                    self.is_over = true;
                    break;
                }
                None => self.unread += 1,
            }
            pace.did(spot.len());
            self.after = Some(name);
        }
        Ok(self)
    }
}

/// Ends the share of a row; `false` where its end is within this millisecond.
fn expire(edit: &mut dyn Edit, name: &str, spot: &[u8], now: Timestamp) -> Result<bool, StorageError> {
    let spot: Spot = from_json(spot)?;
    let item = Item::load(edit, &spot)?;
    let share = item.as_ref().and_then(|item| item.value.as_deref()).map(Share::from_json).transpose();
    let share = share.map_err(|_| StorageError::Damaged { what: "a share" })?;
    // Earlier versions left a row for each end that a share had.
    let Some((item, share)) =
        item.zip(share).filter(|(_, share)| due_row(&spot, share).as_deref() == Some(name))
    else {
        edit.delete(name)?;
        return Ok(true);
    };
    match share.status(now) {
        ShareStatus::Expired => {
            edit.delete(&key(&["shared", &spot.org, &share.subject().to_string(), &spot.key]))?;
            refresh_subject(edit, &spot.org, share.subject())?;
            // The share is told again: by its `expiresAt` everybody sees that it is over.
            item.store(edit, &spot)?;
        }
        ShareStatus::Offered | ShareStatus::Accepted => return Ok(false),
        _ => {}
    }
    edit.delete(name)?;
    Ok(true)
}
