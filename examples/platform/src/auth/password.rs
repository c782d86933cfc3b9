//! Passwords, hashed by argon2id in memory that is used again: each hash takes 19 MiB, which an allocator gives back late or never.

use std::sync::{Mutex, PoisonError};

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};

/// How much work a password is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PasswordCost {
    /// For tests: next to none.
    Light,
    /// 19 MiB, two passes: what OWASP asks of argon2id.
    Full,
}

impl PasswordCost {
    fn params(self) -> Params {
        match self {
            Self::Light => Params::new(8, 1, 1, None).unwrap_or_default(),
            Self::Full => Params::default(),
        }
    }

    /// Hashes a password for the database; `None` where it is longer than can be hashed.
    pub fn hash(self, password: &str) -> Option<String> {
        let salt = crate::random::bytes::<16>();
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, self.params());
        let hash = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(argon2.params()).ok()?,
            salt: Some(Salt::new(&salt).ok()?),
            hash: Some(output(&argon2, password, &salt, Params::DEFAULT_OUTPUT_LEN)?),
        };
        Some(hash.to_string())
    }
}

/// Whether a password is the one of a hash.
pub fn is_of(hash: &str, password: &str) -> bool {
    let is_of = |hash: &PasswordHash| {
        let algorithm = Algorithm::try_from(hash.algorithm.as_str()).ok()?;
        let version = hash.version.map_or(Ok(Version::default()), Version::try_from).ok()?;
        let argon2 = Argon2::new(algorithm, version, Params::try_from(hash).ok()?);
        let (salt, expected) = (hash.salt.as_ref()?, hash.hash.as_ref()?);
        // This compares in the same time, whatever differs.
        Some(*expected == output(&argon2, password, salt.as_ref(), expected.len())?)
    };
    PasswordHash::new(hash).ok().and_then(|hash| is_of(&hash)).unwrap_or(false)
}

/// Memory of hashes that were made.
static MEMORY: Mutex<Vec<Vec<Block>>> = Mutex::new(Vec::new());

fn output(argon2: &Argon2<'_>, password: &str, salt: &[u8], length: usize) -> Option<Output> {
    let count = argon2.params().block_count();
    let mut memory = MEMORY.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
    if memory.len() < count {
        memory.resize(count, Block::default());
    }
    let mut out = [0; Output::MAX_LENGTH];
    let out = out.get_mut(..length)?;
    let done =
        argon2.hash_password_into_with_memory(password.as_bytes(), salt, out, memory.get_mut(..count)?);
    // There is as much of it as there were hashes at once.
    MEMORY.lock().unwrap_or_else(PoisonError::into_inner).push(memory);
    done.ok()?;
    Output::new(out).ok()
}

#[cfg(test)]
mod tests {
    use argon2::PasswordVerifier as _;

    use super::*;

    #[test]
    fn a_password_is_kept_as_a_hash_that_only_it_fits() {
        let hash = PasswordCost::Light.hash("open sesame").unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=8,t=1,p=1$") && !hash.contains("sesame"));
        assert!(is_of(&hash, "open sesame"));
        assert!(!is_of(&hash, "open sesam"));
        assert!(!is_of("no hash", "open sesame"));
        assert!(!is_of(&hash.replace("argon2id", "argon2x"), "open sesame"));
    }

    #[test]
    fn memory_that_was_used_changes_no_hash() {
        for (cost, password) in
            [(PasswordCost::Full, "a"), (PasswordCost::Light, "b"), (PasswordCost::Full, "c")]
        {
            let hash = cost.hash(password).unwrap();
            Argon2::default().verify_password(password.as_bytes(), hash.as_str()).unwrap();
            assert!(is_of(&hash, password) && !is_of(&hash, "d"));
        }
        let memory = MEMORY.lock().unwrap();
        assert!(!memory.is_empty() && memory.len() <= 4, "{}", memory.len());
    }
}
