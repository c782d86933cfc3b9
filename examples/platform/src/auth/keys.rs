//! The keys that tokens and webhooks are signed with: each shows a day before it signs, and for two days after.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::jose::{PublicKey, SigningKey};
use crate::random;
use crate::storage::{Edit, StorageError, View, all, from_json, key, put_json, unix};

const DAY: u64 = 86_400;
/// How long a key signs.
const LIFE: u64 = 30 * DAY;

#[derive(Deserialize, Serialize)]
struct Stored {
    seed: String,
    /// It signs from then on…
    from: u64,
    /// … until then.
    until: u64,
}

/// One key of the set.
#[derive(Debug)]
pub struct Key {
    /// Its name.
    pub kid: String,
    /// To sign with.
    pub signing: SigningKey,
    /// To verify with.
    pub public: PublicKey,
    from: u64,
    until: u64,
}

/// All keys that are valid now.
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    keys: Vec<Arc<Key>>,
}

impl KeySet {
    /// The keys on disk.
    pub fn load(view: &dyn View) -> Result<Self, StorageError> {
        let mut keys = Vec::new();
        for (name, value) in all(view, "key")? {
            let stored: Stored = from_json(&value)?;
            let damaged = || StorageError::Damaged { what: "a signing key" };
            let seed = URL_SAFE_NO_PAD.decode(&stored.seed).map_err(|_| damaged())?;
            let signing = SigningKey::from_seed(&seed).ok_or_else(damaged)?;
            let kid = name.rsplit(crate::storage::JOINT).next().unwrap_or_default().to_owned();
            let public = signing.public();
            keys.push(Arc::new(Key { kid, signing, public, from: stored.from, until: stored.until }));
        }
        keys.sort_by_key(|key| key.from);
        Ok(Self { keys })
    }

    /// Makes the key that is due, forgets those that are over, and gives the set.
    pub fn rotate(edit: &mut dyn Edit) -> Result<Self, StorageError> {
        let (known, now) = (Self::load(edit)?, unix(edit));
        for old in known.keys.iter().filter(|key| key.until + 2 * DAY < now) {
            edit.delete(&key(&["key", &old.kid]))?;
        }
        let last = known.keys.last().map(|key| key.until);
        // The first one signs at once; the next is shown a day before it is needed.
        let from = match last {
            None => Some(now),
            Some(until) if until <= now + DAY => Some(until.max(now)),
            Some(_) => None,
        };
        if let Some(from) = from {
            let seed = URL_SAFE_NO_PAD.encode(random::bytes::<32>());
            put_json(edit, &key(&["key", &random::text::<9>()]), &Stored { seed, from, until: from + LIFE })?;
        }
        Self::load(edit)
    }

    /// The key that signs now. Where the clock was set back before all of them, the newest: everybody has it, and nobody is kept out.
    pub fn signing(&self, now: u64) -> Option<Arc<Key>> {
        self.keys.iter().rev().find(|key| key.from <= now).or(self.keys.last()).cloned()
    }

    /// Whether the clock is before the start of every key: then it was set back, or was ahead before.
    pub fn is_before_all(&self, now: u64) -> bool {
        self.keys.first().is_some_and(|key| key.from > now)
    }

    /// A key by its name.
    pub fn find(&self, kid: &str) -> Option<&Key> {
        self.keys.iter().find(|key| key.kid == kid).map(AsRef::as_ref)
    }

    /// The set as RFC 7517 writes it.
    pub fn to_json(&self) -> Value {
        let key = |key: &Arc<Key>| {
            let mut one = serde_json::to_value(&key.public).unwrap_or_default();
            for (name, value) in [("kid", key.kid.as_str()), ("use", "sig"), ("alg", "EdDSA")] {
                one[name] = value.into();
            }
            one
        };
        json!({"keys": self.keys.iter().map(key).collect::<Vec<_>>()})
    }
}
