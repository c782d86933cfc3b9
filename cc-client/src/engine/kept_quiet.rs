//! What is on disk of wishes to be left alone, for all processes and the next start.
//!
//! What the platform wishes is one value. Of what may be its wish there is a line for each process that heard it: nobody but that process, or
//! time, takes it away.

use std::time::Duration;

use super::DeviceTime;
use crate::store::{Store, StoreError};

/// What the platform wishes.
const QUIET: &str = "quiet";
/// What may be its wish.
const DOUBT: &str = "quiet_in_doubt";
/// A call of a store waits for others for no longer than half of that, and its time is that of before, milliseconds.
const STALE: i64 = 10_000;
/// No wish is longer, rounded up.
const LONGEST: i64 = 3_600_001;

/// A wait as it is kept, in milliseconds.
#[derive(Clone, Copy, PartialEq)]
struct Kept {
    /// Until when, by the device's clock.
    until: i64,
    /// How long that was. A version before this kept the end only.
    asked: Option<i64>,
    /// How long the device had been running then.
    began: Option<i64>,
}

impl Kept {
    fn from(now: DeviceTime, millis: i64) -> Self {
        let until = now.wall_millis_up().saturating_add(millis);
        Self { until, asked: Some(millis), began: now.up_millis_up() }
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split(' ').map(|part| part.parse().ok());
        let until = parts.next()??;
        Some(Self { until, asked: parts.next().flatten(), began: parts.next().flatten() })
    }

    fn text(self) -> String {
        let rest = [self.asked, self.began].into_iter().flatten().map(|part| format!(" {part}"));
        std::iter::once(self.until.to_string()).chain(rest).collect()
    }

    /// How much of it is left, never more than was asked for; and whether that is to be kept anew. Only the device's clock tells it where the
    /// device was started anew meanwhile: that may have been set back since. What is over is not kept, so that no later start takes it for its
    /// own.
    fn left(self, now: DeviceTime) -> (i64, bool) {
        // Of nobody is more believed than an hour.
        let asked = self.asked.filter(|asked| *asked > 0).unwrap_or(LONGEST).min(LONGEST);
        // From the millisecond behind the beginning to the one before now: too early would be too early.
        let is_left = |until: i64, now: i64| until.saturating_sub(now).max(0);
        if let (Some(began), Some(up)) = (self.began, now.up_millis()) {
            let (left, later) = (is_left(began.saturating_add(asked), up), began.saturating_sub(up));
            if later <= 0 {
                // Where the device was started anew all the same, more time is over than that.
                return (left.min(asked), left == 0);
            }
            if later == 1 || self.is_of_just_now(asked, later, now) {
                return (left, false);
            }
        }
        // A version that kept the end only cut it down to a millisecond.
        let until = self.until.saturating_add(i64::from(self.asked.is_none()));
        let left = is_left(until, now.wall_millis());
        let is_of_another_start = self.began.is_some() && now.up.is_some();
        (left.min(asked), left == 0 || is_of_another_start || left > asked.saturating_add(1))
    }

    /// Whether it was kept by another process after this one had read the clock, so much later: by the time of day as well.
    fn is_of_just_now(self, asked: i64, later: i64, now: DeviceTime) -> bool {
        let later_by_day = self.until.saturating_sub(asked).saturating_sub(now.wall_millis());
        later <= STALE && (0..=STALE).contains(&later_by_day)
    }

    /// As it is to be kept from now on; `None` once it is over.
    fn anew(self, now: DeviceTime) -> Option<Self> {
        match self.left(now) {
            (0, true) => None,
            (left, true) => Some(Self::from(now, left)),
            (_, false) => Some(self),
        }
    }
}

fn wished(store: &mut dyn Store) -> Result<Option<Kept>, StoreError> {
    Ok(text(store, QUIET)?.and_then(|kept| Kept::read(&kept)))
}

/// Who is in doubt, and for how long.
fn doubts(store: &mut dyn Store) -> Result<Vec<(u64, Kept)>, StoreError> {
    let kept = text(store, DOUBT)?.unwrap_or_default();
    let read = |line: &str| {
        let (owner, kept) = line.split_once(' ')?;
        owner.parse().ok().zip(Kept::read(kept))
    };
    Ok(kept.lines().filter_map(read).collect())
}

fn text(store: &mut dyn Store, name: &str) -> Result<Option<String>, StoreError> {
    Ok(store.value(name)?.and_then(|kept| String::from_utf8(kept).ok()))
}

fn keep_doubts(store: &mut dyn Store, doubts: impl Iterator<Item = (u64, Kept)>) -> Result<(), StoreError> {
    let lines: Vec<String> = doubts.map(|(owner, kept)| format!("{owner} {}", kept.text())).collect();
    store.set_value(DOUBT, lines.join("\n").as_bytes())
}

/// Remembers that the platform wishes to be left alone for so long, unless it has wished for more before; gives how much longer that is.
pub(super) fn be_quiet(store: &mut dyn Store, now: DeviceTime, millis: i64) -> Result<Duration, StoreError> {
    let mut longer = millis;
    store.as_one(&mut |store| {
        let (left, is_anew) = wished(store)?.map_or((0, false), |kept| kept.left(now));
        longer = left.max(millis);
        // Nothing is no wish.
        if longer <= 0 || left > millis && !is_anew {
            return Ok(());
        }
        store.set_value(QUIET, Kept::from(now, longer).text().as_bytes())
    })?;
    Ok(wait(longer))
}

/// Remembers that what this process was told may be the platform's wish, for so long; nothing of it after zero milliseconds.
pub(super) fn be_in_doubt(
    store: &mut dyn Store,
    owner: u64,
    now: DeviceTime,
    millis: i64,
) -> Result<(), StoreError> {
    store.as_one(&mut |store| {
        let others = doubts(store)?.into_iter().filter(|(of, _)| *of != owner);
        let others = others.filter_map(|(of, kept)| Some((of, kept.anew(now)?)));
        let own = (millis > 0).then(|| (owner, Kept::from(now, millis)));
        keep_doubts(store, others.chain(own))
    })
}

/// How much longer the platform wishes to be left alone, and may wish it by what others were told. Reads two values, and holds up nobody who
/// writes: this is asked before each request.
pub(super) fn look(
    store: &mut dyn Store,
    owner: u64,
    now: DeviceTime,
) -> Result<(Duration, Duration), StoreError> {
    // What was in doubt first: who knows the end of a doubt has written the wish before.
    let (all, wish) = (doubts(store)?, wished(store)?);
    let mut seen = Seen::of(&all, wish, owner, now);
    if seen.is_anew {
        // It is that long from now, also with the next start. Where that cannot be written, it is known all the same.
        let _ = store.as_one(&mut |store| {
            let (all_now, wish_now) = (doubts(store)?, wished(store)?);
            seen = Seen::of(&all_now, wish_now, owner, now);
            // It may have taken a while to come so far. What others were told meanwhile began after `now`, and stays as it is.
            let anew = |one: (u64, Kept)| {
                if all.contains(&one) { Some((one.0, one.1.anew(now)?)) } else { Some(one) }
            };
            keep_doubts(store, all_now.into_iter().filter_map(anew))?;
            match wish.filter(|_| wish == wish_now) {
                Some(wish) => {
                    let text = wish.anew(now).map(Kept::text).unwrap_or_default();
                    store.set_value(QUIET, text.as_bytes())
                }
                None => Ok(()),
            }
        });
    }
    Ok((wait(seen.left), wait(seen.doubt)))
}

/// What a look has found.
struct Seen {
    left: i64,
    doubt: i64,
    /// Some of it is to be kept anew.
    is_anew: bool,
}

impl Seen {
    fn of(doubts: &[(u64, Kept)], wish: Option<Kept>, owner: u64, now: DeviceTime) -> Self {
        let (left, is_anew) = wish.map_or((0, false), |kept| kept.left(now));
        let others = doubts.iter().filter(|(of, _)| *of != owner);
        let doubt = others.map(|(_, kept)| kept.left(now).0).max().unwrap_or(0);
        Self { left, doubt, is_anew: is_anew || doubts.iter().any(|(_, kept)| kept.left(now).1) }
    }
}

fn wait(millis: i64) -> Duration {
    Duration::from_millis(millis.max(0) as u64)
}
