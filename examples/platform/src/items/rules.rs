//! Recommendations, as the rules raise, change and clear them.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use cc_core::{Change, ChangeKind, Recommendation, RecommendationId, VehicleRef};
use serde::{Deserialize, Serialize};

use super::members::Members;
use super::{Collection, Item, Spot};
use crate::clock;
use crate::storage::{Edit, StorageError, View, from_json, hex, if_it_reads, key, names, put_json};

/// A change, with what the pack knows of its rule.
#[derive(Clone, Debug)]
pub struct Raised {
    /// What happened.
    pub change: Change,
    /// The group of the rule.
    pub group: String,
    /// Words of the message, in English: title and text.
    pub words: Option<(String, String)>,
}

/// What is open in a group: an episode a rule and start.
#[derive(Default, Deserialize, Serialize)]
struct Open {
    /// Each as its last change told it, canonical JSON.
    episodes: Vec<Episode>,
    /// Changes up to this instant of each rule were done.
    done: BTreeMap<String, String>,
    /// Which of that instant: a rule may raise and clear at one.
    #[serde(default)]
    last: BTreeMap<String, Vec<String>>,
}

#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
struct Episode {
    id: String,
    rule: String,
    since: String,
    urgency: String,
    action: String,
    due: Option<String>,
    message: String,
    args: String,
    words: Option<(String, String)>,
}

const OPEN: &str = "open";

/// Lays a change over the recommendation of its vehicle and group; true where that changed.
pub fn raise(edit: &mut dyn Edit, raised: &Raised) -> Result<bool, StorageError> {
    let Raised { change, group, .. } = raised;
    let spot = spot(&change.vehicle, group);
    let mut item = load(edit, &spot)?;
    let mut open = Open::of(&item)?;
    if !open.begins(change) {
        return Ok(false);
    }
    open.lay(raised);
    open.write(edit, &spot, (&change.vehicle, group), &mut item)?;
    item.store(edit, &spot)?;
    Ok(true)
}

/// Makes the recommendations of a vehicle what rules found that read it anew: `changes` is what they told, in order, and `open` what
/// is open in the end; gives how many recommendations changed, and whether all read: one that does not stays as it is.
///
/// What is open under the same id stays as it was told, unless it was told otherwise now; what is not open any more ends.
pub fn settle(
    edit: &mut dyn Edit,
    vehicle: &VehicleRef,
    changes: &[Raised],
    open: &[Raised],
) -> Result<(u64, bool), StorageError> {
    let (org, number) = (vehicle.organization.as_str(), vehicle.vehicle.to_string());
    let mut groups: BTreeSet<String> = names(edit, &key(&["about", org, &number]))?.into_iter().collect();
    groups.extend(open.iter().map(|one| one.group.clone()));
    let (mut count, mut reads) = (0, true);
    for group in groups {
        match if_it_reads(edit, |edit| settle_group(edit, vehicle, &group, (changes, open)))? {
            Some(is_new) => count += u64::from(is_new),
            None => reads = false,
        }
    }
    Ok((count, reads))
}

fn settle_group(
    edit: &mut dyn Edit,
    vehicle: &VehicleRef,
    group: &str,
    (changes, open): (&[Raised], &[Raised]),
) -> Result<bool, StorageError> {
    let spot = spot(vehicle, group);
    let mut item = load(edit, &spot)?;
    let mut known = Open::of(&item)?;
    let before = (known.episodes.clone(), known.done.clone(), known.last.clone());
    let of_group = |one: &&Raised| one.group == group;
    for raised in changes.iter().filter(of_group) {
        known.begins(&raised.change);
        known.lay(raised);
    }
    for raised in open.iter().filter(of_group) {
        if known.find(&raised.change).is_none() {
            known.lay(raised);
        }
    }
    let is_open = |id: &str| open.iter().filter(of_group).any(|one| one.change.id.to_string() == id);
    known.episodes.retain(|episode| is_open(&episode.id));
    if known.episodes != before.0 {
        known.write(edit, &spot, (vehicle, group), &mut item)?;
        item.store(edit, &spot)?;
        return Ok(true);
    }
    if (&known.done, &known.last) != (&before.1, &before.2) {
        known.note(&mut item);
        put_json(edit, &spot.place(), &item)?;
    }
    Ok(false)
}

/// Where the recommendation of a group is.
fn spot(vehicle: &VehicleRef, group: &str) -> Spot {
    Spot::shared(vehicle.organization.as_str(), Collection::Recommendations, format!("{vehicle}/{group}"))
}

fn load(view: &dyn View, spot: &Spot) -> Result<Item, StorageError> {
    match Item::load(view, spot)? {
        Some(item) => Ok(item),
        None => Item::fresh(view, spot, ""),
    }
}

/// When a change was, as a text that sorts as instants do.
fn instant(change: &Change) -> String {
    change.at.to_rfc3339_opts(chrono::SecondsFormat::Nanos, true)
}

impl Open {
    fn of(item: &Item) -> Result<Self, StorageError> {
        let open = item.facts.get(OPEN).map(|text| from_json::<Self>(text.as_bytes())).transpose()?;
        Ok(open.unwrap_or_default())
    }

    fn find(&self, change: &Change) -> Option<&Episode> {
        let id = change.id.to_string();
        self.episodes.iter().find(|episode| episode.id == id)
    }

    /// Notes that a change is done; whether it was not.
    fn begins(&mut self, change: &Change) -> bool {
        let (rule, at) = (&*change.rule, instant(change));
        let text = change.to_canonical_json();
        let mark = hex(&ring::digest::digest(&ring::digest::SHA256, text.as_bytes()).as_ref()[..8]);
        match self.done.get(rule).map_or(Ordering::Less, |done| done.cmp(&at)) {
            Ordering::Greater => false,
            Ordering::Less => {
                self.done.insert(rule.to_owned(), at);
                self.last.insert(rule.to_owned(), vec![mark]);
                true
            }
            // Versions of before did not say which.
            Ordering::Equal => match self.last.get_mut(rule) {
                Some(last) if !last.contains(&mark) => {
                    last.push(mark);
                    true
                }
                _ => false,
            },
        }
    }

    /// Lays a change over what is open.
    fn lay(&mut self, Raised { change, words, .. }: &Raised) {
        let since = self.find(change).map_or_else(|| clock::text(change.at), |episode| episode.since.clone());
        let id = change.id.to_string();
        self.episodes.retain(|episode| episode.id != id);
        if change.change != ChangeKind::Cleared {
            let canonical = Members::parse(&change.to_canonical_json()).unwrap_or_default();
            self.episodes.push(Episode {
                id,
                rule: change.rule.to_string(),
                since,
                urgency: change.urgency.to_string(),
                action: change.action.to_string(),
                due: change.due.map(clock::text),
                message: change.message.to_string(),
                args: canonical.0.get("args").cloned().unwrap_or_else(|| "{}".to_owned()),
                words: words.clone(),
            });
        }
    }

    /// Makes an item what is open in its group.
    fn write(
        &self,
        edit: &mut dyn Edit,
        spot: &Spot,
        (vehicle, group): (&VehicleRef, &str),
        item: &mut Item,
    ) -> Result<(), StorageError> {
        let before = item.value.take().as_deref().and_then(Members::parse);
        let read = |episode| read(episode, vehicle, group);
        let merged = self.episodes.iter().filter_map(read).reduce(|a, b| {
            // All are of one vehicle and group.
            a.clone().merge(b).unwrap_or(a)
        });
        item.value = merged.map(|merged| {
            let mut value = written(&merged, self);
            let of = |members: &Members, name| members.text(name);
            // What is found to have begun earlier has not begun anew.
            let same = before.as_ref().filter(|before| {
                before.0.get("id") == value.0.get("id") || of(before, "since") >= of(&value, "since")
            });
            if let Some(dismissed) = same.and_then(|before| before.0.get("dismissed")) {
                value.0.insert("dismissed".to_owned(), dismissed.clone());
            }
            value.to_json()
        });
        self.note(item);
        lead_to(edit, spot)
    }

    fn note(&self, item: &mut Item) {
        item.facts.insert(OPEN.to_owned(), serde_json::to_string(self).unwrap_or_default());
    }
}

/// Writes the row by which a recommendation is found, whose key is that of its vehicle and its group.
pub(super) fn lead_to(edit: &mut dyn Edit, spot: &Spot) -> Result<(), StorageError> {
    let mut parts = spot.key.splitn(3, '/').skip(1);
    let (Some(vehicle), Some(group)) = (parts.next(), parts.next()) else { return Ok(()) };
    edit.put(&key(&["about", &spot.org, vehicle, group]), b"1")
}

fn read(episode: &Episode, vehicle: &VehicleRef, group: &str) -> Option<Recommendation> {
    let mut id = [0; 16];
    for (at, byte) in id.iter_mut().enumerate() {
        *byte = u8::from_str_radix(episode.id.get(at * 2..at * 2 + 2)?, 16).ok()?;
    }
    Some(Recommendation {
        id: RecommendationId(id),
        aliases: BTreeSet::new(),
        vehicle: vehicle.clone(),
        rule: episode.rule.as_str().into(),
        group: group.into(),
        since: episode.since.parse().ok()?,
        urgency: episode.urgency.parse().ok()?,
        action: episode.action.parse().ok()?,
        due: episode.due.as_ref().and_then(|text| text.parse().ok()),
        message: episode.message.as_str().into(),
        args: cc_core::Arguments::new(),
    })
}

fn written(merged: &Recommendation, open: &Open) -> Members {
    let mut value = Members::default();
    for (name, text) in [
        ("id", merged.id.to_string()),
        ("vehicle", merged.vehicle.to_string()),
        ("group", merged.group.to_string()),
        ("rule", merged.rule.to_string()),
        ("since", clock::text(merged.since)),
        ("urgency", merged.urgency.to_string()),
        ("action", merged.action.to_string()),
        ("message", merged.message.to_string()),
    ] {
        value.set_text(name, &text);
    }
    if let Some(due) = merged.due {
        value.set_text("due", &clock::text(due));
    }
    let aliases: Vec<String> = merged.aliases.iter().map(ToString::to_string).collect();
    value.0.insert("aliases".to_owned(), serde_json::json!(aliases).to_string());
    // The words are those of the episode that speaks for all.
    let speaks = |episode: &&Episode| *episode.rule == *merged.rule && episode.message == *merged.message;
    if let Some(episode) = open.episodes.iter().find(speaks) {
        value.0.insert("args".to_owned(), episode.args.clone());
        if let Some((title, text)) = &episode.words {
            value.set_text("title", title);
            value.set_text("text", text);
        }
    }
    value
}
