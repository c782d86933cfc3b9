//! Sessions: opaque secrets of which the database knows only a hash.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Who, account};
use crate::problem::Problem;
use crate::random;
use crate::storage::{
    Edit, JOINT, Scan, StorageError, View, all, from_json, get_json, hex, key, put_json, unix,
};

/// How long a session lives without use, in seconds.
pub const LIFE: u64 = 90 * 86_400;

/// The most sessions of one person.
pub const MOST: usize = 100;
/// Rows that one sign-in looks at: earlier versions had no such bound.
const ROWS: usize = 3 * MOST;

/// A session on disk.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Session {
    /// Its name, which stands in tokens.
    pub sid: String,
    /// Whose it is.
    pub who: Who,
    /// When it ends, seconds since 1970.
    pub expires: u64,
}

fn hash(secret: &str) -> String {
    hex(&Sha256::digest(secret.as_bytes()))
}

/// Begins a session: its secret, and what is known of it.
pub fn begin(edit: &mut dyn Edit, who: &Who) -> Result<(String, Session), StorageError> {
    let secret = format!("cs1_{}", random::text::<32>());
    let session = Session { sid: random::text::<12>(), who: who.clone(), expires: unix(edit) + LIFE };
    let hash = hash(&secret);
    put_json(edit, &key(&["session", &hash]), &session)?;
    edit.put(&key(&["sid", &who.org, &who.sub, &session.sid]), hash.as_bytes())?;
    Ok((secret, session))
}

/// Ends sessions of a person so that there is room for one more, at first those that were used longest ago, by their ends, which are moved
/// once a day; gives their names. Services are not counted.
pub(crate) fn make_room(edit: &mut dyn Edit, who: &Who) -> Result<Vec<String>, StorageError> {
    if who.user().is_none() {
        return Ok(Vec::new());
    }
    let prefix = key(&["sid", &who.org, &who.sub]);
    let mut known = Vec::new();
    for (name, hash) in edit.scan(Scan { prefix: &prefix, after: None, limit: ROWS, backwards: false })? {
        // One that does not read is nobody's any more.
        let row = edit.get(&key(&["session", &String::from_utf8_lossy(&hash)]))?;
        let session = row.and_then(|row| from_json::<Session>(&row).ok());
        let sid = name.rsplit(JOINT).next().unwrap_or_default().to_owned();
        known.push((session.map_or(0, |session| session.expires), sid));
    }
    known.sort_unstable();
    let over = (known.len() + 1).saturating_sub(MOST);
    known.truncate(over);
    let ended: Vec<String> = known.into_iter().map(|(_, sid)| sid).collect();
    for sid in &ended {
        end(edit, who, sid)?;
    }
    Ok(ended)
}

/// The session of a secret.
pub fn find(view: &dyn View, secret: &str) -> Result<Session, Problem> {
    if !secret.starts_with("cs1_") {
        return Err(Problem::session_revoked());
    }
    let session: Option<Session> = get_json(view, &key(&["session", &hash(secret)]))?;
    session.filter(|session| session.expires > unix(view)).ok_or_else(Problem::session_revoked)
}

/// Goes on with a session: its end moves, and it is told what its principal may do now.
pub fn renew(edit: &mut dyn Edit, secret: &str) -> Result<(Session, account::Account), Problem> {
    let (mut session, now) = (find(edit, secret)?, unix(edit));
    let account = account::account(edit, &session.who)?.ok_or_else(Problem::session_revoked)?;
    // Once a day is enough: a write for every token would be in vain.
    if session.expires < now + LIFE - 86_400 {
        session.expires = now + LIFE;
        put_json(edit, &key(&["session", &hash(secret)]), &session)?;
    }
    Ok((session, account))
}

/// Ends one session.
pub fn end(edit: &mut dyn Edit, who: &Who, sid: &str) -> Result<(), StorageError> {
    let place = key(&["sid", &who.org, &who.sub, sid]);
    if let Some(hash) = edit.get(&place)? {
        edit.delete(&key(&["session", &String::from_utf8_lossy(&hash)]))?;
        edit.delete(&place)?;
    }
    let at = (edit.at() / 1000).to_string();
    edit.put(&key(&["revoked", sid]), at.as_bytes())
}

/// Ends all sessions of someone; gives their names.
pub fn end_all(edit: &mut dyn Edit, who: &Who) -> Result<Vec<String>, StorageError> {
    let sids = crate::storage::names(edit, &key(&["sid", &who.org, &who.sub]))?;
    for sid in &sids {
        end(edit, who, sid)?;
    }
    Ok(sids)
}

/// Sessions that ended so lately that tokens of them may be about, with the second they ended in.
pub fn revoked(view: &dyn View) -> Result<Vec<(String, u64)>, StorageError> {
    let mut found = Vec::new();
    for (name, value) in all(view, "revoked")? {
        let at: u64 = from_json(&value)?;
        found.push((name.rsplit(JOINT).next().unwrap_or_default().to_owned(), at));
    }
    Ok(found)
}
