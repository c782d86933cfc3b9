//! Who is asking: password or key file, session, token.

pub mod account;
pub(crate) mod consents;
pub mod jose;
pub mod keys;
pub mod password;
pub(crate) mod peer;
pub mod session;
pub mod throttle;
pub(crate) mod verified;

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::{Deserialize, Serialize};

use crate::node::Node;
use crate::problem::Problem;
use crate::storage::key;

/// Someone of an organization, as the storage names them: `user/7` or `service/fleet-desk`.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
pub struct Who {
    /// The organization.
    pub org: String,
    /// The person or service within it.
    pub sub: String,
}

impl Who {
    /// A principal by its parts.
    pub fn new(org: impl Into<String>, sub: impl Into<String>) -> Self {
        Self { org: org.into(), sub: sub.into() }
    }

    /// The number of a person.
    pub fn user(&self) -> Option<i64> {
        self.sub.strip_prefix("user/")?.parse().ok()
    }

    /// The log of everything that changes for it.
    pub fn feed(&self) -> String {
        key(&["me", &self.org, &self.sub])
    }
}

/// What one may do.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Drives cars.
    Driver,
    /// Looks after a fleet.
    FleetManager,
    /// Answers for a workshop.
    Workshop,
    /// Works with data of an organization.
    Partner,
    /// Helps people.
    Support,
    /// A box in a car, or a gateway of many.
    Device,
}

/// Who asks, by a token that was verified and not revoked.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who.
    pub who: Who,
    /// What they may do.
    pub roles: Vec<Role>,
    /// The session.
    pub sid: String,
}

impl Caller {
    /// Whether it has a role.
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Refuses who lacks a role. What one may not see is not there.
    pub fn must_be(&self, role: Role) -> Result<(), Problem> {
        if self.has(role) { Ok(()) } else { Err(Problem::not_found()) }
    }
}

/// The secret of `Authorization: Bearer`.
pub fn bearer(parts: &Parts) -> Result<&str, Problem> {
    let mut values = parts.headers.get_all(axum::http::header::AUTHORIZATION).iter();
    let (first, more) = (values.next(), values.next());
    let value = first.ok_or_else(Problem::token_missing)?;
    if more.is_some() {
        return Err(Problem::malformed().because("Authorization: once"));
    }
    let text = value.to_str().map_err(|_| Problem::token_invalid())?;
    let (scheme, secret) = text.split_once(' ').ok_or_else(Problem::token_invalid)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(secret.trim()) } else { Err(Problem::token_invalid()) }
}

impl FromRequestParts<Arc<Node>> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, node: &Arc<Node>) -> Result<Self, Problem> {
        node.verify(bearer(parts)?)
    }
}
