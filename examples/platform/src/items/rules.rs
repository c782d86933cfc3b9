//! Recommendations, as the rules raise, change and clear them.

use std::collections::BTreeSet;

use cc_core::{Change, ChangeKind, Recommendation, RecommendationId};
use serde::{Deserialize, Serialize};

use super::members::Members;
use super::{Item, Spot};
use crate::clock;
use crate::storage::{Edit, StorageError, from_json, key};

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
    done: std::collections::BTreeMap<String, String>,
}

#[derive(Clone, Deserialize, Serialize)]
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
    let Raised { change, group, words } = raised;
    let vehicle = &change.vehicle;
    let (org, number) = (vehicle.organization.as_str(), vehicle.vehicle.to_string());
    let spot = Spot {
        org: org.to_owned(),
        collection: "recommendations".to_owned(),
        person: String::new(),
        key: format!("{vehicle}/{group}"),
    };
    let mut item = match Item::load(edit, &spot)? {
        Some(item) => item,
        None => Item::fresh(edit, &spot, "")?,
    };
    let open = item.facts.get(OPEN).map(|text| from_json::<Open>(text.as_bytes())).transpose()?;
    let mut open = open.unwrap_or_default();
    let at = change.at.to_rfc3339_opts(chrono::SecondsFormat::Nanos, true);
    if open.done.get(&*change.rule).is_some_and(|done| *done >= at) {
        return Ok(false);
    }
    open.done.insert(change.rule.to_string(), at);
    let since = open.episodes.iter().find(|episode| episode.id == change.id.to_string());
    let since = since.map_or_else(|| clock::text(change.at), |episode| episode.since.clone());
    open.episodes.retain(|episode| episode.id != change.id.to_string());
    if change.change != ChangeKind::Cleared {
        let canonical = Members::parse(&change.to_canonical_json()).unwrap_or_default();
        open.episodes.push(Episode {
            id: change.id.to_string(),
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
    let before = item.value.take().as_deref().and_then(Members::parse);
    let merged = open.episodes.iter().filter_map(|episode| read(episode, raised)).reduce(|a, b| {
        // All are of one vehicle and group.
        a.clone().merge(b).unwrap_or(a)
    });
    item.value = merged.map(|merged| {
        let mut value = written(&merged, &open);
        let same = before.as_ref().filter(|before| before.0.get("id") == value.0.get("id"));
        if let Some(dismissed) = same.and_then(|before| before.0.get("dismissed")) {
            value.0.insert("dismissed".to_owned(), dismissed.clone());
        }
        value.to_json()
    });
    item.facts.insert(OPEN.to_owned(), serde_json::to_string(&open).unwrap_or_default());
    edit.put(&key(&["about", org, &number, group]), b"1")?;
    item.store(edit, &spot)?;
    Ok(true)
}

fn read(episode: &Episode, raised: &Raised) -> Option<Recommendation> {
    let mut id = [0; 16];
    for (at, byte) in id.iter_mut().enumerate() {
        *byte = u8::from_str_radix(episode.id.get(at * 2..at * 2 + 2)?, 16).ok()?;
    }
    Some(Recommendation {
        id: RecommendationId(id),
        aliases: BTreeSet::new(),
        vehicle: raised.change.vehicle.clone(),
        rule: episode.rule.as_str().into(),
        group: raised.group.as_str().into(),
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
