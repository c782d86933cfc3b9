//! What an operator does to a platform that stands still: accounts, keys of services, vehicles, and who is near to what.
//!
//! A platform that runs keeps the ends of its logs and what its sessions may in memory, so that a second process must not write beside
//! it: whoever calls this holds the folder's [`Claim`](crate::claim::Claim). Every change tells those whom it concerns, in the same
//! commit, as a request would have.

pub mod accounts;
pub mod grants;
pub mod services;
pub mod vehicles;
pub mod webhooks;

use crate::auth::Who;
use crate::auth::account::by_email;
use crate::problem::Problem;
use crate::storage::{StorageError, View};

/// Why an operator's command was not done. Nothing of it is kept then.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum AdminError {
    /// Somebody has the address or the name.
    #[error("there is such an account: {what}")]
    AccountExists {
        /// What to do instead.
        what: &'static str,
    },
    /// Nobody has the address or the name.
    #[error("there is no such account")]
    AccountUnknown,
    /// Something that was given cannot be.
    #[error("{what}: expected {expected}")]
    Invalid {
        /// What.
        what: &'static str,
        /// How it has to be.
        expected: &'static str,
    },
    /// A service has no key of this name.
    #[error("the service has no such key; `key list` shows those it has")]
    KeyUnknown,
    /// The account has not the role that this is for.
    #[error("the account is no {role}, and this is for those alone")]
    RoleMissing {
        /// The role.
        role: &'static str,
    },
    /// The storage failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The organization has no such vehicle.
    #[error("there is no such vehicle; `vehicle add` makes it")]
    VehicleUnknown,
    /// The account has no such webhook.
    #[error("there is no such webhook; `webhook list` shows those there are")]
    WebhookUnknown,
}

impl From<AdminError> for Problem {
    fn from(error: AdminError) -> Self {
        match error {
            AdminError::Storage(error) => error.into(),
            other => Self::invalid_entity().because(other.to_string()),
        }
    }
}

/// Who is meant by an address, by `ORGANIZATION/user/7`, or by `ORGANIZATION/NAME` or `ORGANIZATION/service/NAME` for a service.
///
/// Errors: [`AdminError::Invalid`], [`AdminError::AccountUnknown`].
pub fn named(view: &dyn View, name: &str) -> Result<Who, AdminError> {
    if name.contains('@') {
        return by_email(view, name)?.ok_or(AdminError::AccountUnknown);
    }
    let (org, sub) = name.split_once('/').ok_or(AdminError::Invalid {
        what: "the account",
        expected: "an address, ORGANIZATION/user/NUMBER, or ORGANIZATION/NAME of a service",
    })?;
    // As lists show it, and as a key file names it.
    Ok(if sub.contains('/') { Who::new(org, sub) } else { Who::new(org, format!("service/{sub}")) })
}

/// A name that stands in keys and addresses: an organization's, a service's.
///
/// Errors: [`AdminError::Invalid`].
pub fn checked(what: &'static str, name: &str) -> Result<(), AdminError> {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    if (1..=64).contains(&name.len()) && name.chars().all(fits) && name != "." && name != ".." {
        return Ok(());
    }
    Err(AdminError::Invalid {
        what,
        expected: "1 to 64 letters, digits, `-`, `_` or `.`, and neither `.` nor `..`",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_what_to_do_and_not_who_it_was() {
        for (error, said) in [
            (
                checked("the organization", "a/b").unwrap_err(),
                "the organization: expected 1 to 64 letters, digits, `-`, `_` or `.`, and neither `.` nor `..`",
            ),
            (AdminError::VehicleUnknown, "there is no such vehicle; `vehicle add` makes it"),
            (
                AdminError::RoleMissing { role: "driver" },
                "the account is no driver, and this is for those alone",
            ),
            (AdminError::Storage(StorageError::Full), "the disk is full"),
        ] {
            assert_eq!(error.to_string(), said);
        }
        assert_eq!(checked("the organization", "acme-1.x_y"), Ok(()));
        for name in ["", ".", "..", "a b", "é"] {
            assert!(checked("the organization", name).is_err(), "{name}");
        }
    }
}
