//! Bodies that are coming, or came and are worked on: how much memory they take, of one sender and of all.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

use crate::auth::Who;
use crate::problem::Problem;

/// The most bytes of bodies of one person or service at once, and of all.
const OF_ONE: usize = 64 << 20;
const OF_ALL: usize = 512 << 20;

/// What is coming, within one node.
#[derive(Clone, Debug, Default)]
pub struct Coming(Arc<Mutex<Known>>);

#[derive(Debug, Default)]
struct Known {
    all: usize,
    of: BTreeMap<String, usize>,
}

/// What came of one body; counted until it is dropped.
#[derive(Debug)]
pub(crate) struct Came {
    of: Coming,
    who: String,
    bytes: usize,
}

impl Coming {
    /// A body of which nothing came yet.
    pub(crate) fn body(&self, who: &Who) -> Came {
        Came { of: self.clone(), who: who.feed(), bytes: 0 }
    }
}

impl Came {
    /// Counts some more of it.
    ///
    /// Errors: `rate_limited` where its sender has too much under way, `unavailable` where all together do.
    pub(crate) fn more(&mut self, bytes: usize) -> Result<(), Problem> {
        let mut known = self.of.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = known.of.get(&self.who).copied().unwrap_or(0).saturating_add(bytes);
        let all = known.all.saturating_add(bytes);
        if own > OF_ONE {
            let why = format!("at most {OF_ONE} bytes of bodies at once");
            return Err(Problem::rate_limited().because(why).with("retry-after", 1));
        }
        if all > OF_ALL {
            let why = "the bodies of others fill the memory that there is for them";
            return Err(Problem::unavailable().because(why).with("retry-after", 1));
        }
        known.all = all;
        known.of.insert(self.who.clone(), own);
        self.bytes += bytes;
        Ok(())
    }

    /// What came, counted as long as any of it is there.
    pub(crate) fn whole(self, body: Vec<u8>) -> Bytes {
        Bytes::from_owner(Owner { body, _came: self })
    }
}

impl Drop for Came {
    fn drop(&mut self) {
        let mut known = self.of.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.all = known.all.saturating_sub(self.bytes);
        let left = known.of.get(&self.who).map_or(0, |own| own.saturating_sub(self.bytes));
        if left == 0 {
            known.of.remove(&self.who);
        } else {
            known.of.insert(self.who.clone(), left);
        }
    }
}

struct Owner {
    body: Vec<u8>,
    _came: Came,
}

impl AsRef<[u8]> for Owner {
    fn as_ref(&self) -> &[u8] {
        &self.body
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_has_so_much_under_way_and_all_together_so_much() {
        let coming = Coming::default();
        let one = Who::new("demo", "user/0");
        let mut first = coming.body(&one);
        first.more(OF_ONE).unwrap();
        assert_eq!(coming.body(&one).more(1).unwrap_err().code, "rate_limited");
        let whole = first.whole(b"abc".to_vec());
        let part = whole.slice(1..2);
        drop(whole);
        assert_eq!(coming.body(&one).more(1).unwrap_err().code, "rate_limited");
        drop(part);
        coming.body(&one).more(OF_ONE).unwrap();
        let mut others = Vec::new();
        for number in 1..=8 {
            let mut other = coming.body(&Who::new("demo", format!("user/{number}")));
            other.more(OF_ONE).unwrap();
            others.push(other);
        }
        assert_eq!(coming.body(&one).more(1).unwrap_err().code, "unavailable");
        others.clear();
        assert!(coming.0.lock().unwrap().of.is_empty());
    }
}
