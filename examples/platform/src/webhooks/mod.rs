//! Events to partners' servers: signed, tried again for three days, those of one vehicle in their order.

mod deliver;
mod line;
mod lookup;
mod places;
mod send;
mod standing;
mod waiting;

use cc_core::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::auth::Who;
use crate::node::Node;
use crate::problem::Problem;
use crate::storage::{Edit, JOINT, Scan, StorageError, View, all, from_json, get_json, key, put_json};
use crate::{events, random};
pub(crate) use deliver::run;
use send::allowed;

/// What a node sends at the same time, at most, and of that what goes to the partners of one organization, and to one of them; half of each
/// to receivers that are not known to answer.
const AT_ONCE: usize = 256;
const OF_ORGANIZATION: usize = 64;
const OF_ONE: usize = 32;
/// Looks of webhooks at the disk, at most, and those of one organization: the others are for who asks the platform something.
const LOOKS: usize = 4;
const LOOKS_OF_ORGANIZATION: usize = 2;
/// The most webhooks of one partner, and of an organization.
const MOST: usize = 20;
const MOST_OF_ALL: usize = 200;
/// Rows of one transaction.
const ROWS: usize = 500;

/// What a node sends at present.
#[derive(Debug)]
pub(crate) struct Posts {
    places: places::Places,
    looks: places::Places,
    lookups: lookup::Lookups,
    lines: line::Lines,
}

impl Default for Posts {
    fn default() -> Self {
        Self {
            places: places::Places::halved(AT_ONCE, OF_ORGANIZATION, OF_ONE),
            looks: places::Places::new(LOOKS, LOOKS_OF_ORGANIZATION, LOOKS_OF_ORGANIZATION),
            lookups: lookup::Lookups::default(),
            lines: line::Lines::default(),
        }
    }
}

impl Posts {
    /// Takes a look for a webhook, in its turn.
    async fn look<T: Send + 'static>(
        &self,
        node: &Node,
        who: &Who,
        job: impl FnOnce(&dyn View) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let place = self.looks.take(who).await;
        node.look(move |view| {
            // Also where it is not waited for any more.
            let _place = place;
            job(view)
        })
        .await
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
    let row = edit.get(&place(who, id))?;
    // One that does not read is new, and takes no place more than it did.
    let old: Option<Hook> = row.as_deref().and_then(|row| from_json(row).ok());
    if row.is_none() {
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
    }
    let next = match &old {
        Some(old) => old.next,
        None => edit.tail(&events::log_of_all(&who.org))?.next,
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

/// The webhooks of someone, of an organization, or of all, in order; one that does not read is left out.
pub(crate) fn list(view: &dyn View, org: Option<&str>, sub: Option<&str>) -> Result<Vec<Hook>, StorageError> {
    let prefix: Vec<&str> = ["hook"].into_iter().chain(org).chain(sub).collect();
    Ok(all(view, &key(&prefix))?.iter().filter_map(|(_, row)| from_json(row).ok()).collect())
}

/// Takes a webhook away, and not what waits for it; false where there is none.
fn take(edit: &mut dyn Edit, who: &Who, id: &str) -> Result<bool, StorageError> {
    // Also where it does not read.
    let is_there = edit.get(&place(who, id))?.is_some();
    edit.delete(&place(who, id))?;
    edit.wake("hooks");
    Ok(is_there)
}

/// Takes a webhook away with all that waits for it, as one, on a platform that stands still; false where there is none.
pub(crate) fn take_whole(edit: &mut dyn Edit, who: &Who, id: &str) -> Result<bool, StorageError> {
    let is_there = take(edit, who, id)?;
    while clear_some(edit, who, id)? == ROWS {}
    Ok(is_there)
}

/// Takes all webhooks of someone away in the same way; gives how many.
pub(crate) fn take_all(edit: &mut dyn Edit, who: &Who) -> Result<usize, StorageError> {
    let rows = all(edit, &key(&["hook", &who.org, &who.sub]))?;
    for (name, _) in &rows {
        take_whole(edit, who, name.rsplit(JOINT).next().unwrap_or_default())?;
    }
    Ok(rows.len())
}

/// Takes a webhook away, and then, by turns, what waits for it. Where that was cut, the next try takes the rest.
pub(crate) async fn remove(node: &Node, who: &Who, id: &str) -> Result<(), Problem> {
    let (whose, name) = (who.clone(), id.to_owned());
    let is_there = node.commit(move |edit| Ok(take(edit, &whose, &name)?)).await?;
    clear(node, who, id).await?;
    if is_there { Ok(()) } else { Err(Problem::not_found()) }
}

/// Takes away what a webhook that is gone has left.
pub(crate) async fn clear(node: &Node, who: &Who, id: &str) -> Result<(), Problem> {
    loop {
        let (who, id) = (who.clone(), id.to_owned());
        if node.commit(move |edit| Ok(clear_some(edit, &who, &id)?)).await? < ROWS {
            return Ok(());
        }
        tokio::task::yield_now().await;
    }
}

/// One turn of it; gives how many rows it took, [`ROWS`] where there may be more. Of a webhook that is there it takes none.
fn clear_some(edit: &mut dyn Edit, who: &Who, id: &str) -> Result<usize, StorageError> {
    let mut taken = 0;
    if edit.get(&place(who, id))?.is_none() {
        for kind in ["hook waits", "hook failed"] {
            taken += edit.delete_some(&key(&[kind, &who.org, &who.sub, id]), ROWS - taken)?;
        }
    }
    Ok(taken)
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

#[cfg(test)]
mod tests {
    use super::*;

    /// These take all places that they can get, as such that answer or not, and keep them; `others`, who answer, have one all the same.
    async fn leave_room(slow: impl Fn(usize) -> Who, is_sound: bool, most: usize, others: &[Who]) {
        let posts = std::sync::Arc::new(Posts::default());
        let (told, mut taken) = tokio::sync::mpsc::channel(AT_ONCE * 4);
        for number in 0..AT_ONCE * 4 {
            let (posts, slow, told) = (posts.clone(), slow(number), told.clone());
            tokio::spawn(
                async move { told.send(posts.places.take_for(&slow, is_sound).await).await.is_ok() },
            );
        }
        let mut kept = Vec::new();
        for _ in 0..most {
            kept.push(taken.recv().await.unwrap());
        }
        for other in others {
            let quick = tokio::time::timeout(std::time::Duration::from_secs(1), posts.places.take(other));
            assert!(quick.await.is_ok_and(|place| place.is_some()), "{other:?} waits");
        }
        assert!(taken.try_recv().is_err(), "the slow have more than their places");
    }

    #[tokio::test]
    async fn a_partner_whose_servers_are_slow_takes_no_place_of_another() {
        let slow = |_| Who::new("demo", "service/slow");
        leave_room(slow, true, OF_ONE, &[Who::new("demo", "service/quick")]).await;
    }

    #[tokio::test]
    async fn an_organization_whose_partners_are_all_slow_takes_no_place_of_another() {
        let slow = |number| Who::new("demo", format!("service/{}", number % 20));
        leave_room(slow, true, OF_ORGANIZATION, &[Who::new("acme", "service/quick")]).await;
    }

    #[tokio::test]
    async fn receivers_that_do_not_answer_take_half_of_the_places_and_none_of_those_that_do() {
        let of = |org: usize, number: usize| Who::new(format!("org{org}"), format!("service/{number}"));
        let (one, another) = (of(0, 0), of(0, 100));
        leave_room(|_| of(0, 0), false, OF_ONE / 2, &[one.clone(), another.clone()]).await;
        leave_room(|number| of(0, number % 20), false, OF_ORGANIZATION / 2, &[one.clone(), another.clone()])
            .await;
        let all = |number| of(number % 16, number / 16 % 16);
        leave_room(all, false, AT_ONCE / 2, &[one, another, of(16, 0)]).await;
    }
}
