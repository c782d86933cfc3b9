//! What is kept for a time, and then taken away: a little at once, so that nobody waits for it.

use crate::clock::{DAY, instant_of};
use crate::events::ingest;
use crate::items::{self, changes};
use crate::node::Node;
use crate::problem::Problem;
use crate::routes::auth::JTI;
use crate::storage::{Edit, Scan, StorageError, from_json, key};
use crate::streams::Stream;
use crate::{auth::session::Session, producer, webhooks};

/// For so long feeds, what was set aside, and what webhooks gave up are kept.
const KEPT: i64 = 30 * DAY;
/// For so long it is known that something was deleted.
const DELETED: i64 = 90 * DAY;
/// For so long producers are known that say nothing.
const PRODUCERS: i64 = 400 * DAY;
/// Rows of one transaction.
const MOST: usize = 500;

/// Takes everything away whose time is over.
///
/// Errors: the first of the storage's; what does not go holds up nothing else.
pub(crate) async fn sweep(node: &Node) -> Result<(), Problem> {
    // What becomes old meanwhile goes the next time: there may be some with each turn.
    let now = node.look(|view| Ok(view.at())).await?;
    let messages = move |edit: &mut dyn Edit| ingest::forget_messages(edit, now - KEPT, MOST);
    let deleted = move |edit: &mut dyn Edit| items::forget_deleted(edit, instant_of(now - DELETED), MOST);
    let mut swept = vec![
        repeated(node, messages).await,
        repeated(node, |edit| ingest::forget_marks(edit, MOST)).await,
        repeated(node, |edit| changes::forget_outcomes(edit, MOST)).await,
        repeated(node, deleted).await,
    ];
    for (prefix, is_over) in ROWS {
        swept.push(rows(node, prefix, *is_over).await);
    }
    swept.into_iter().collect()
}

async fn repeated(
    node: &Node,
    job: impl Fn(&mut dyn Edit) -> Result<usize, StorageError> + Copy + Send + 'static,
) -> Result<(), Problem> {
    while !node.is_draining() && node.commit(move |edit| Ok(job(edit)?)).await? > 0 {
        tokio::task::yield_now().await;
    }
    Ok(())
}

/// What is over by a clock may not be over: so many seconds ahead it may have been set. What was used up or ended is remembered so much longer.
pub(crate) const AHEAD: u64 = 2 * 86_400;

/// Says of a row whether it is over at an instant.
type IsOver = fn(&[u8], i64) -> bool;

/// Rows that say themselves when they are over.
const ROWS: &[(&str, IsOver)] = &[
    (JTI, |row, now| from_json::<i64>(row).is_ok_and(|ends| (ends + 60 + AHEAD as i64) * 1000 < now)),
    ("hook failed", |row, now| webhooks::given_up(row).is_some_and(|at| at.timestamp_millis() < now - KEPT)),
    ("ingest", |row, now| producer::is_over(row, ((now - PRODUCERS) / 1000).max(0) as u64)),
    ("lane", |row, now| producer::is_over(row, ((now - PRODUCERS) / 1000).max(0) as u64)),
    ("quarantine", |row, now| ingest::set_aside(row).is_some_and(|at| at.timestamp_millis() < now - KEPT)),
    // Of a session that ended, the last token lives less than a day.
    ("revoked", |row, now| {
        from_json::<u64>(row).is_ok_and(|at| at.saturating_add(86_400 + AHEAD) < (now / 1000).max(0) as u64)
    }),
    ("session", |row, now| {
        from_json::<Session>(row).is_ok_and(|session| (session.expires as i64) < now / 1000)
    }),
    ("stream", |row, now| from_json::<Stream>(row).is_ok_and(|stream| stream.is_over(instant_of(now)))),
];

/// Looks through the rows of a prefix, and takes away those that are over.
async fn rows(node: &Node, prefix: &'static str, is_over: IsOver) -> Result<(), Problem> {
    let mut after: Option<String> = None;
    loop {
        let from = after.take();
        let (over, last) = node
            .look(move |view| {
                let found =
                    view.scan(Scan { prefix, after: from.as_deref(), limit: MOST, backwards: false })?;
                let last = found.get(MOST - 1).map(|(name, _)| name.clone());
                let over = found.into_iter().filter(|(_, row)| is_over(row, view.at()));
                Ok((over.map(|(name, _)| name).collect::<Vec<_>>(), last))
            })
            .await?;
        if !over.is_empty() {
            node.commit(move |edit| {
                for name in &over {
                    take_away(edit, prefix, name, is_over)?;
                }
                Ok(())
            })
            .await?;
        }
        match last {
            Some(last) => after = Some(last),
            None => return Ok(()),
        }
    }
}

fn take_away(edit: &mut dyn Edit, prefix: &str, name: &str, is_over: IsOver) -> Result<(), StorageError> {
    // It may have changed since it was looked at.
    let Some(row) = edit.get(name)?.filter(|row| is_over(row, edit.at())) else { return Ok(()) };
    match prefix {
        "session" => {
            let Session { sid, who, .. } = from_json(&row)?;
            edit.delete(&key(&["sid", &who.org, &who.sub, &sid]))?;
        }
        "stream" => return from_json::<Stream>(&row)?.remove(edit, name),
        _ => {}
    }
    edit.delete(name)
}
