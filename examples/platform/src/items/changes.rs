//! `POST /v1/changes`: what clients have written, taken one by one.

use std::collections::BTreeSet;

use cc_client::{Stamp, WriteId};
use cc_core::Timestamp;
use serde::Deserialize;

use super::members::{Members, says_twice};
use super::sent::Change;
use super::{Collection, Item, Spot, act, bookings, conversations, personal, shares, trips, vehicles};
use crate::allowance;
use crate::auth::account::Account;
use crate::auth::{Caller, Who};
use crate::problem::Problem;
use crate::storage::{Edit, StorageError, View, get_json, key, put_json};

/// The largest body of a change, bytes.
pub const LARGEST: usize = 64 << 10;
/// The largest item that a change may be laid over, with its body and what is known of its members, and the largest vehicle, bytes.
pub(super) const LARGEST_TOGETHER: u64 = 256 << 10;
/// Milliseconds of a shelf of outcomes…
const SHELF: i64 = 200 * 86_400_000;
/// … of which there are so many: outcomes are known for at least 400 days.
const SHELVES: i64 = 3;

/// Forgets the outcomes of the oldest shelf, if it is over; gives how many rows it took away, so many at most.
pub(crate) fn forget_outcomes(edit: &mut dyn Edit, most: usize) -> Result<usize, StorageError> {
    let last = edit.at() / SHELF - SHELVES;
    crate::storage::forget_shelf(edit, "change", last, most)
}

/// What a change asks for, once it was read.
pub(super) struct Asked<'a> {
    pub caller: &'a Caller,
    pub account: &'a Account,
    pub collection: Collection,
    pub spot: Spot,
    /// What the item takes of what its owner may keep, bytes, where that is the caller.
    before: u64,
    pub kind: Kind,
    pub base: u64,
    pub stamp: Stamp,
    pub body: Members,
    pub now: Timestamp,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    Act,
    Delete,
    Patch,
    Put,
}

/// What became of a change.
#[derive(Clone, Debug)]
pub(super) enum Outcome {
    Applied(u64),
    /// Another version is there.
    Conflict(Spot),
    Rejected(Problem),
}

impl From<Problem> for Outcome {
    fn from(problem: Problem) -> Self {
        Self::Rejected(problem)
    }
}

/// Why a change is not done: it is said, or the storage failed and all of it is tried again later.
pub(super) enum Stop {
    Said(Outcome),
    Storage(StorageError),
}

impl From<StorageError> for Stop {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Said(Outcome::Rejected(problem))
    }
}

/// An entity that is not as it should be; what is wrong is said in the words of its type, which show no values.
#[expect(clippy::needless_pass_by_value, reason = "made for map_err")]
pub(super) fn invalid(why: impl ToString) -> Stop {
    let why = why.to_string();
    // Where it stands is told of a text that the platform has made of what came: its member says enough.
    let said = match why.rsplit_once(" at byte ") {
        Some((said, byte)) if byte.bytes().all(|byte| byte.is_ascii_digit()) => said,
        _ => &why,
    };
    Problem::invalid_entity().because(said).into()
}

/// Another version is there.
pub(super) fn conflict(asked: &Asked<'_>) -> Stop {
    Stop::Said(Outcome::Conflict(asked.spot.clone()))
}

/// What is known of a change before anything of it is done.
enum Looked<'a> {
    Asked(Asked<'a>),
    /// It was here before: what is answered now.
    Known(String),
    /// It is new, and its writer has written all that one may.
    UsedUp,
}

/// Where an outcome is kept that is on a shelf.
fn known(who: &Who, shelf: i64, id: WriteId) -> String {
    key(&["change", &shelf.to_string(), &who.org, &who.sub, &id.to_string()])
}

/// Looks at a change, and writes nothing.
fn look<'a>(
    edit: &dyn Edit,
    caller: &'a Caller,
    account: &'a Account,
    (change, id): (&Change, WriteId),
    failed: &mut BTreeSet<(String, String)>,
) -> Result<Looked<'a>, Stop> {
    let who = &caller.who;
    let shelf = edit.at() / SHELF;
    let place = (change.collection.clone(), change.key.clone());
    let mut before = None;
    // On the next it was put by a clock that was ahead.
    for shelf in (shelf - SHELVES + 1..=shelf + 1).rev() {
        let known = || get_json::<String>(edit, &known(who, shelf, id));
        before = before.map_or_else(known, |known| Ok(Some(known)))?;
    }
    if let Some(before) = before {
        let head = head(&change.id);
        if let Some(rest) = before.strip_prefix(&head).and_then(|rest| rest.strip_prefix("applied")) {
            return Ok(Looked::Known(format!("{head}duplicate{rest}")));
        }
        failed.insert(place);
        // What is there by now, as far as the caller may see it by now.
        return Ok(Looked::Known(match serde_json::from_str::<KnownConflict>(&before) {
            Ok(KnownConflict { spot }) => told(&change.id, &Outcome::Conflict(spot), edit, caller)?,
            // Earlier versions kept what stood there: it is looked up anew, where the change says.
            Err(_) if before.starts_with(&format!("{head}conflict")) => {
                let collection = Collection::find(&change.collection);
                let collection = collection.filter(|_| is_key(&change.key));
                let spot =
                    collection.map(|collection| spot(edit, who, collection, &change.key)).transpose()?;
                match spot {
                    Some((spot, _)) => told(&change.id, &Outcome::Conflict(spot), edit, caller)?,
                    None => format!(r#"{head}conflict","current":{{"version":0,"value":null}}}}"#),
                }
            }
            Err(_) => before,
        }));
    }
    if allowance::is_used_up(edit, caller)? {
        return Ok(Looked::UsedUp);
    }
    if change.wrong.is_none() && failed.contains(&place) {
        return Err(Problem::depends().into());
    }
    asked(edit, caller, account, change).map(Looked::Asked)
}

/// What is known of a request while its changes are taken.
#[derive(Default)]
pub(super) struct SoFar {
    /// Items of which a change was not done.
    failed: BTreeSet<(String, String)>,
    /// Conversations of which a change waits, and comes again.
    waiting: BTreeSet<String>,
    /// Something that was kept does not read.
    pub has_met_damage: bool,
}

impl SoFar {
    /// Whether a change is of a message whose conversation may be another once what waits is done: it may be open again.
    fn waits_for(&self, change: &Change) -> bool {
        if self.waiting.is_empty() || change.collection != Collection::Messages.as_str() {
            return false;
        }
        let body = change.body.as_deref().and_then(Members::parse);
        let conversation = body.and_then(|body| body.text("conversationId"));
        conversation.is_some_and(|name| self.waiting.contains(&name))
    }
}

/// Does a change; gives what became of it, and how many bytes it wrote: of its item, or to all who are told where that is more. `None`:
/// it is new, and its writer has written all that one may.
pub(super) fn one(
    edit: &mut dyn Edit,
    caller: &Caller,
    account: &Account,
    change: &Change,
    so_far: &mut SoFar,
    written: &mut usize,
) -> Result<Option<String>, Problem> {
    let Some(id) = change.id.parse().ok().filter(WriteId::is_version_7) else {
        let problem = Problem::malformed().because("id: a UUID of version 7 in lower case");
        return Ok(Some(told(&change.id, &Outcome::Rejected(problem), edit, caller)?));
    };
    let done = match look(edit, caller, account, (change, id), &mut so_far.failed) {
        Ok(Looked::Asked(asked)) => whole(edit, &asked, written),
        Ok(Looked::Known(answer)) => return Ok(Some(answer)),
        Ok(Looked::UsedUp) => return Ok(None),
        Err(stop) => Err(stop),
    };
    let outcome = match done {
        Ok(version) => Outcome::Applied(version),
        // A change before it, which waits, may be what it builds upon.
        Err(Stop::Said(Outcome::Rejected(problem)))
            if problem.code == "not_found" && so_far.has_met_damage =>
        {
            Problem::depends()
                .because("what it is about is not there, and a change before it waits for what does not read")
                .into()
        }
        Err(Stop::Said(Outcome::Rejected(problem)))
            if matches!(problem.code, "invalid_entity" | "not_found") && so_far.waits_for(change) =>
        {
            Problem::depends().because("a change of the conversation before it waits").into()
        }
        Err(Stop::Said(outcome)) => outcome,
        // Nothing of it is written: it stays with its writer until the platform is mended, and holds up no other.
        Err(Stop::Storage(StorageError::Damaged { .. })) => {
            so_far.has_met_damage = true;
            Problem::depends()
                .because("what is kept of the item, or of what it is about, does not read")
                .into()
        }
        Err(Stop::Storage(error)) => return Err(error.into()),
    };
    if !matches!(outcome, Outcome::Applied(_)) {
        so_far.failed.insert((change.collection.clone(), change.key.clone()));
    }
    let answer = told(&change.id, &outcome, edit, caller)?;
    let kept = match outcome {
        // These may come again: once what they build upon is settled, or with a stamp of the right time.
        Outcome::Rejected(problem) if matches!(problem.code, "clock_ahead" | "depends") => {
            if change.collection == Collection::Conversations.as_str() {
                so_far.waiting.insert(change.key.clone());
            }
            return Ok(Some(answer));
        }
        // Of a conflict it is known where it was, and not what stood there.
        Outcome::Conflict(spot) => serde_json::json!({ "spot": spot }).to_string(),
        _ => answer.clone(),
    };
    let place = known(&caller.who, edit.at() / SHELF, id);
    put_json(edit, &place, &kept)?;
    Ok(Some(answer))
}

/// What is kept of a conflict.
#[derive(Deserialize)]
struct KnownConflict {
    spot: Spot,
}

/// The beginning of an answer, up to the word of its outcome.
fn head(id: &str) -> String {
    format!(r#"{{"id":{},"outcome":""#, serde_json::Value::from(id))
}

/// Whether an item is someone's own; another organization may have someone of the same name.
fn is_own(who: &Who, spot: &Spot, item: &Item) -> bool {
    spot.org == who.org && item.owner == who.sub
}

/// What the caller sees of an item: its version and its value.
fn current(view: &dyn View, who: &Who, spot: &Spot) -> Result<(u64, String), StorageError> {
    let item = Item::load(view, spot)?.unwrap_or_default();
    let sight = super::sight(view, spot, &item, who)?;
    let seen = sight.and_then(|sight| Some(sight.shows(&spot.collection, item.value.as_deref()?)));
    let version = if seen.is_some() || is_own(who, spot, &item) { item.version } else { 0 };
    Ok((version, seen.unwrap_or_else(|| "null".to_owned())))
}

fn told(id: &str, outcome: &Outcome, edit: &dyn Edit, caller: &Caller) -> Result<String, StorageError> {
    let head = head(id);
    Ok(match outcome {
        Outcome::Applied(version) => {
            let offset = crate::feed::Offset::end(edit, &caller.who.feed(), 0)?;
            format!(r#"{head}applied","version":{version},"offset":"{offset}"}}"#)
        }
        Outcome::Conflict(spot) => {
            let (version, value) = current(edit, &caller.who, spot)?;
            format!(r#"{head}conflict","current":{{"version":{version},"value":{value}}}}}"#)
        }
        Outcome::Rejected(problem) => {
            format!(r#"{head}rejected","problem":{}}}"#, problem.to_json(None))
        }
    })
}

/// Whether a text may be a key.
fn is_key(text: &str) -> bool {
    (1..=cc_client::Write::longest_key(text)).contains(&text.len()) && !text.chars().any(char::is_control)
}

/// Where the item is that someone names, and what it takes of what they may keep; what was shared by another organization is found where
/// it is.
fn spot(view: &dyn View, who: &Who, collection: Collection, name: &str) -> Result<(Spot, u64), StorageError> {
    let (spot, item) = if let Some((spot, item)) = super::found(view, who, collection, name)? {
        (spot, Some(item))
    } else {
        let spot = Spot::of(who, collection, name);
        let item = Item::load(view, &spot)?;
        (spot, item)
    };
    let own = item.filter(|item| is_own(who, &spot, item)).map_or(0, |item| item.size());
    Ok((spot, own))
}

fn asked<'a>(
    edit: &dyn Edit,
    caller: &'a Caller,
    account: &'a Account,
    change: &Change,
) -> Result<Asked<'a>, Stop> {
    if let Some(why) = change.wrong {
        return Err(Problem::malformed().because(why).into());
    }
    let collection = Collection::find(&change.collection).ok_or_else(Problem::not_found)?;
    let malformed = |why: &str| Problem::malformed().because(why);
    if !is_key(&change.key) {
        return Err(malformed("key: 1 to 256 bytes (322 behind an @) without control characters").into());
    }
    let kind = match change.kind.as_str() {
        "act" => Kind::Act,
        "delete" => Kind::Delete,
        "patch" => Kind::Patch,
        "put" => Kind::Put,
        _ => return Err(malformed("kind: put, patch, delete or act").into()),
    };
    let stamp: Stamp =
        change.clock.parse().map_err(|_| malformed("clock: 12, 4 and 16 hexadecimal digits"))?;
    if stamp.millis > edit.at().max(0) as u64 + 60_000 {
        return Err(Problem::clock_ahead().into());
    }
    let body = match (kind, change.body.as_deref()) {
        (Kind::Delete, _) => Members::default(),
        (_, Some(body)) if body.len() > LARGEST => {
            return Err(Problem::too_large().because(format!("body: at most {LARGEST} bytes")).into());
        }
        (_, Some(body)) => {
            let members = Members::read(body).map_err(|why| malformed(&format!("body: {why}")))?;
            if says_twice(body) {
                return Err(malformed("body: expected each member once").into());
            }
            members
        }
        (_, None) => return Err(malformed("body: expected an object").into()),
    };
    if let Some(name) = body.unreadable() {
        let name: String = name.chars().filter(|letter| !letter.is_control()).take(64).collect();
        let why = format!("body: {name}: expected whole surrogate pairs, and numbers that a double holds");
        return Err(malformed(&why).into());
    }
    let (spot, before) = spot(edit, &caller.who, collection, &change.key)?;
    Ok(Asked {
        caller,
        account,
        collection,
        spot,
        before,
        kind,
        base: change.base,
        stamp,
        body,
        now: Timestamp::from_timestamp_millis(edit.at()).unwrap_or_default(),
    })
}

/// Does a change, or nothing of it where the storage says that something does not read.
fn whole(edit: &mut dyn Edit, asked: &Asked<'_>, written: &mut usize) -> Result<u64, Stop> {
    let mut said = Err(StorageError::Refused.into());
    edit.part(&mut |edit| match bounded(edit, asked, written) {
        Err(Stop::Storage(error)) => Err(error),
        done => {
            said = done;
            Ok(())
        }
    })?;
    said
}

/// Does a change within what an item, and everything of one person, may have.
fn bounded(edit: &mut dyn Edit, asked: &Asked<'_>, written: &mut usize) -> Result<u64, Stop> {
    if matches!(asked.kind, Kind::Patch | Kind::Put) {
        allowance::may_keep(edit, asked.caller)?;
        if asked.before > LARGEST_TOGETHER - LARGEST as u64 {
            let why = "the item has grown too large to be changed; delete it first";
            return Err(Problem::too_large().because(why).into());
        }
    }
    let before = edit.appended();
    let version = dispatch(edit, asked)?;
    let told = edit.appended();
    let item = Item::load(edit, &asked.spot)?.unwrap_or_default();
    *written = item.written().max(allowance::told(told.0 - before.0, told.1 - before.1));
    let after = if asked.is_own(&item) { item.size() } else { 0 };
    allowance::keeps(edit, asked.caller, asked.before, after)?;
    Ok(version)
}

fn dispatch(edit: &mut dyn Edit, asked: &Asked<'_>) -> Result<u64, Stop> {
    match asked.collection {
        Collection::Bookings => bookings::change(edit, asked),
        Collection::Conversations => conversations::change(edit, asked),
        Collection::Messages => conversations::message(edit, asked),
        Collection::Places | Collection::Settings => personal::change(edit, asked),
        Collection::Recommendations => act::dismiss(edit, asked),
        Collection::Shares => shares::change(edit, asked),
        Collection::Trips => trips::change(edit, asked),
        Collection::Vehicles => vehicles::change(edit, asked),
    }
}

impl Asked<'_> {
    /// The item, where the caller sees it; what one does not see is not there.
    pub(super) fn item(&self, edit: &dyn Edit) -> Result<Option<Item>, Stop> {
        let item = Item::load(edit, &self.spot)?;
        match item {
            Some(item)
                if item.value.is_some()
                    && super::sight(edit, &self.spot, &item, &self.caller.who)?.is_none() =>
            {
                Err(Problem::not_found().into())
            }
            Some(item) if item.value.is_none() && !self.is_own(&item) => Err(Problem::not_found().into()),
            item => Ok(item),
        }
    }

    /// Nothing is made by the name of another organization's item.
    pub(super) fn may_be_made(&self) -> Result<(), Stop> {
        if super::names::is_foreign(&self.spot) {
            return Err(invalid("a key that begins with @ names what another organization shares"));
        }
        Ok(())
    }

    /// An item that is made.
    pub(super) fn fresh(&self, edit: &dyn Edit) -> Result<Item, Stop> {
        self.may_be_made()?;
        Ok(Item::fresh(edit, &self.spot, &self.caller.who.sub)?)
    }

    /// The item, which must be there.
    pub(super) fn must(&self, edit: &dyn Edit) -> Result<Item, Stop> {
        let item = self.item(edit)?.filter(|item| item.value.is_some());
        Ok(item.ok_or_else(Problem::not_found)?)
    }

    /// The number of the person who asks.
    pub(super) fn user(&self) -> Result<i64, Stop> {
        let number = self.caller.who.user();
        Ok(number.ok_or_else(|| Problem::forbidden().because("only a person keeps these"))?)
    }

    pub(super) fn is_own(&self, item: &Item) -> bool {
        is_own(&self.caller.who, &self.spot, item)
    }

    /// Whether the item is the caller's own.
    pub(super) fn own(&self, item: &Item) -> Result<(), Stop> {
        if self.is_own(item) { Ok(()) } else { Err(Problem::forbidden().into()) }
    }

    /// The word of an `act`.
    pub(super) fn action(&self) -> String {
        self.body.text("action").unwrap_or_default()
    }

    /// The kind does not go with the collection.
    #[expect(clippy::unused_self, reason = "reads as a word about what was asked")]
    pub(super) fn not_here(&self) -> Stop {
        Problem::forbidden().because("this kind of change does not go with this collection").into()
    }
}
