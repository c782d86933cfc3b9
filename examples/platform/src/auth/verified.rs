//! Tokens whose signature was found right: a phone shows the same one for ten minutes, and it need not be computed each time.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest as _, Sha256};

/// What tokens say, by the SHA-256 of each. Times and revocation are not looked at: they are judged whenever it is used.
pub(crate) struct Verified<T> {
    known: Mutex<BTreeMap<[u8; 32], Arc<T>>>,
}

/// The most tokens that are remembered; then all are forgotten, and looked at once more.
const MOST: usize = 50_000;

impl<T> Default for Verified<T> {
    fn default() -> Self {
        Self { known: Mutex::default() }
    }
}

fn name(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

impl<T> Verified<T> {
    /// What a token says, if it is known.
    pub(crate) fn find(&self, token: &str) -> Option<Arc<T>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&name(token)).cloned()
    }

    /// Remembers what a token says.
    pub(crate) fn insert(&self, token: &str, claims: T) -> Arc<T> {
        let claims = Arc::new(claims);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(name(token), claims.clone());
        claims
    }

    /// Forgets all.
    pub(crate) fn clear(&self) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_known_by_all_of_it_until_all_are_forgotten() {
        let verified = Verified::default();
        assert_eq!(verified.find("a.b.c"), None);
        assert_eq!(*verified.insert("a.b.c", 7), 7);
        assert_eq!(verified.find("a.b.c").as_deref(), Some(&7));
        assert_eq!(verified.find("a.b.d"), None);
        verified.clear();
        assert_eq!(verified.find("a.b.c"), None);
    }
}
