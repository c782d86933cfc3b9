//! Connected Cars' own public interfaces, ready to use: sign in, ask, receive.
//!
//! [`global_organizations`] tells which hosts an organization has; [`AUTH_HOST`] and [`API_HOST`] are those
//! of production. [`ConnectedCars`] signs in, by password or with the [`KeyFile`] of a service account, and
//! asks by GraphQL. [`WebhookReceiver`] and [`PushReceiver`] are for a partner's server, which checks by
//! [`has_bearer`] who asks.

mod account;
mod errors;
mod file;
mod list;
mod organizations;
mod push;
mod quiet;
mod webhook;
mod webhook_keys;

pub use crate::key_file::{KeyFile, KeyFileError};
pub use account::{ConnectedCars, Credentials};
pub use errors::{ConnectedCarsError, GraphQlError, GraphQlExtensions, PathPart};
pub use file::{File, MOST_OF_FILE};
pub use list::Pages;
pub use organizations::{GlobalOrganization, global_organizations};
pub use push::{PushAnswer, PushReceiver, has_bearer};
pub use webhook::{WebhookError, WebhookEvent, WebhookVerifier};
pub use webhook_keys::WebhookReceiver;

/// The host for signing in, in production.
pub const AUTH_HOST: &str = "https://auth-api.connectedcars.io";
/// The host for questions, in production.
pub const API_HOST: &str = "https://api.connectedcars.io";
