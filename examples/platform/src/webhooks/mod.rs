//! Events to partners' servers: signed, tried again for three days, those of one vehicle in their order.

mod deliver;
mod lookup;
mod send;
mod waiting;

use cc_core::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::Semaphore;

use crate::auth::Who;
use crate::problem::Problem;
use crate::storage::{Edit, Scan, StorageError, View, from_json, get_json, key, put_json};
use crate::{events, random};
pub(crate) use deliver::run;
use send::allowed;

/// What a node sends at the same time, at most.
const AT_ONCE: usize = 256;
/// The most webhooks of one partner, and of an organization.
const MOST: usize = 20;
const MOST_OF_ALL: usize = 200;

/// What a node sends at present.
#[derive(Debug)]
pub(crate) struct Posts {
    places: Semaphore,
    lookups: lookup::Lookups,
}

impl Default for Posts {
    fn default() -> Self {
        Self { places: Semaphore::new(AT_ONCE), lookups: lookup::Lookups::default() }
    }
}

/// A webhook as it is kept.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Hook {
    /// Whose it is.
    pub who: Who,
    /// Its name among theirs.
    pub id: String,
    /// Where to send.
    pub url: String,
    /// Which types of events; none: all.
    pub types: Vec<String>,
    /// How far the log was read.
    next: u64,
    /// Another for each time it is set anew.
    made: String,
}

fn place(who: &Who, id: &str) -> String {
    key(&["hook", &who.org, &who.sub, id])
}

/// Sets a webhook.
///
/// Errors: `invalid_entity`, and `too_many_webhooks` where it would be one more.
pub(crate) fn set(
    edit: &mut dyn Edit,
    who: &Who,
    id: &str,
    url: &str,
    types: Vec<String>,
    anywhere: bool,
) -> Result<bool, Problem> {
    let url = allowed(url, anywhere)?.to_string();
    let old: Option<Hook> = get_json(edit, &place(who, id))?;
    let next = if let Some(old) = &old {
        old.next
    } else {
        let there_are = |prefix: &str, limit: usize| -> Result<bool, StorageError> {
            Ok(edit.scan(Scan { prefix, after: None, limit, backwards: false })?.len() == limit)
        };
        if there_are(&key(&["hook", &who.org, &who.sub]), MOST)? {
            return Err(Problem::too_many_webhooks().because(format!("at most {MOST} of one partner")));
        }
        if there_are(&key(&["hook", &who.org]), MOST_OF_ALL)? {
            let most = format!("at most {MOST_OF_ALL} of an organization");
            return Err(Problem::too_many_webhooks().because(most));
        }
        edit.tail(&events::log_of_all(&who.org))?.next
    };
    let hook = Hook { who: who.clone(), id: id.to_owned(), url, types, next, made: random::text::<6>() };
    put_json(edit, &place(who, id), &hook)?;
    edit.wake("hooks");
    Ok(old.is_none())
}

/// A webhook of someone.
pub(crate) fn find(view: &dyn View, who: &Who, id: &str) -> Result<Hook, Problem> {
    get_json(view, &place(who, id))?.ok_or_else(Problem::not_found)
}

/// Takes a webhook away, with what waits for it.
pub(crate) fn remove(edit: &mut dyn Edit, who: &Who, id: &str) -> Result<(), Problem> {
    find(edit, who, id)?;
    edit.delete(&place(who, id))?;
    for kind in ["hook waits", "hook failed"] {
        edit.delete_all(&key(&[kind, &who.org, &who.sub, id]))?;
    }
    edit.wake("hooks");
    Ok(())
}

/// What was given up.
pub(crate) fn failures(view: &dyn View, who: &Who, id: &str) -> Result<Vec<Value>, Problem> {
    find(view, who, id)?;
    let prefix = key(&["hook failed", &who.org, &who.sub, id]);
    let found = view.scan(Scan { prefix: &prefix, after: None, limit: 1000, backwards: true })?;
    Ok(found.iter().map(|(_, value)| from_json(value)).collect::<Result<_, StorageError>>()?)
}

/// When an event was given up, by its row.
pub(crate) fn given_up(row: &[u8]) -> Option<Timestamp> {
    from_json::<Value>(row).ok()?["at"].as_str()?.parse().ok()
}
