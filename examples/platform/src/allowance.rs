//! How much of the platform one driver may fill: what they keep, and what they write within thirty days.
//!
//! One row a person counts both. What a person keeps is counted as it changes; what was kept before there were such rows is counted once,
//! when its database is opened. What they write stays in feeds and streams for thirty days, also where it is written over at once.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::auth::{Caller, Role, Who};
use crate::items::Item;
use crate::problem::Problem;
use crate::storage::{
    Edit, JOINT, StorageError, View, each_under, from_json, get_json, if_it_reads, key, put_json,
};

/// The most that one driver keeps, bytes.
pub const KEPT: u64 = 64 << 20;
/// The most that one driver writes within [`WINDOW`], bytes.
pub const WRITTEN: u64 = 256 << 20;
/// The most that one who works for an organization writes by changes within [`WINDOW`], bytes: what is told to all who see it counts.
pub const WRITTEN_OF_OTHERS: u64 = 4 << 30;
/// Milliseconds for which it is counted what was written: so long feeds keep it.
pub const WINDOW: i64 = 30 * 86_400_000;
/// What each change or append costs beside its bytes: rows and indexes.
const EACH: u64 = 256;
/// What each record in the feed of somebody costs beside its bytes.
const EACH_RECORD: usize = 64;

/// The row.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
struct Allowance {
    kept: u64,
    written: u64,
    since: i64,
}

fn place(who: &Who) -> String {
    key(&["allowance", &who.org, &who.sub])
}

/// Drivers are many and strangers; of whoever works for the organization only changes are counted, since what they tell many costs much.
pub(crate) fn is_counted(caller: &Caller) -> bool {
    caller.has(Role::Driver)
}

/// What it costs to tell of a change: so many records, in the feeds of all who see it, of so many bytes together.
pub(crate) fn told(records: usize, bytes: usize) -> usize {
    records.saturating_mul(EACH_RECORD).saturating_add(bytes)
}

/// Whether someone may keep more.
///
/// Errors: `too_large`.
pub fn may_keep(view: &dyn View, caller: &Caller) -> Result<(), Problem> {
    let known: Option<Allowance> =
        if is_counted(caller) { get_json(view, &place(&caller.who))? } else { None };
    if known.is_some_and(|known| known.kept >= KEPT) {
        let why = format!("what one person keeps: at most {} MiB; delete something first", KEPT >> 20);
        return Err(Problem::too_large().because(why));
    }
    Ok(())
}

/// Counts what someone keeps in place of what stood there.
pub fn keeps(edit: &mut dyn Edit, caller: &Caller, before: u64, after: u64) -> Result<(), StorageError> {
    if before == after || !is_counted(caller) {
        return Ok(());
    }
    let place = place(&caller.who);
    let mut known: Allowance = get_json(edit, &place)?.unwrap_or_default();
    known.kept = known.kept.saturating_add(after).saturating_sub(before);
    put_json(edit, &place, &known)
}

/// Whether someone has written all that may be written within [`WINDOW`].
pub fn is_used_up(view: &dyn View, caller: &Caller) -> Result<bool, StorageError> {
    Ok(of_now(view, &place(&caller.who))?.written >= most(caller))
}

fn most(caller: &Caller) -> u64 {
    if is_counted(caller) { WRITTEN } else { WRITTEN_OF_OTHERS }
}

/// What they are told then. When it is over is not said in `Retry-After`: for up to 30 days it would hold up what the person reads, too.
pub fn used_up(caller: &Caller) -> Problem {
    let why = format!("what one person writes within 30 days: at most {} MiB", most(caller) >> 20);
    Problem::rate_limited().because(why)
}

/// Counts what someone has written: so many changes or messages, of so many bytes together.
pub fn wrote(edit: &mut dyn Edit, caller: &Caller, count: usize, bytes: usize) -> Result<(), StorageError> {
    let place = place(&caller.who);
    let mut known = of_now(edit, &place)?;
    let cost = (count as u64).saturating_mul(EACH).saturating_add(bytes as u64);
    known.written = known.written.saturating_add(cost);
    put_json(edit, &place, &known)
}

/// Both, of a driver: whether someone may write, and that they do.
///
/// Errors: `rate_limited`, as [`used_up`] says.
pub fn writes(edit: &mut dyn Edit, caller: &Caller, count: usize, bytes: usize) -> Result<(), Problem> {
    if !is_counted(caller) {
        return Ok(());
    }
    if is_used_up(edit, caller)? {
        return Err(used_up(caller));
    }
    Ok(wrote(edit, caller, count, bytes)?)
}

/// What is counted by now.
fn of_now(view: &dyn View, place: &str) -> Result<Allowance, StorageError> {
    let now = view.at();
    let mut known: Allowance = get_json(view, place)?.unwrap_or_default();
    // Also where the clock was ahead once.
    if known.since > now || now - known.since >= WINDOW {
        (known.since, known.written) = (now, 0);
    }
    Ok(known)
}

/// Counts anew what each of some drivers keeps, by all the items that there are; gives of how many what was counted does not read.
pub(crate) fn count_anew(edit: &mut dyn Edit, drivers: &[Who]) -> Result<usize, StorageError> {
    let mut kept = BTreeMap::<Who, u64>::new();
    each_under(edit, "item", |name, item| {
        // One that does not read is nobody's until it is mended.
        let Ok(item) = from_json::<Item>(item) else { return };
        if let Some(org) = name.split(JOINT).nth(1).filter(|_| !item.owner.is_empty()) {
            *kept.entry(Who::new(org, &*item.owner)).or_default() += item.size();
        }
    })?;
    let mut unread = 0;
    for who in drivers {
        let kept = kept.get(who).copied().unwrap_or(0);
        let done = if_it_reads(edit, |edit| {
            let known: Option<Allowance> = get_json(edit, &place(who))?;
            if known.map_or(0, |known| known.kept) == kept {
                return Ok(());
            }
            put_json(edit, &place(who), &Allowance { kept, ..known.unwrap_or_default() })
        })?;
        unread += usize::from(done.is_none());
    }
    Ok(unread)
}
