//! Where partners have their events sent.

use super::AdminError;
use crate::auth::Who;
use crate::storage::{Edit, StorageError, View};
use crate::webhooks;

/// A webhook, as an operator sees it.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Webhook {
    /// Whose it is.
    pub who: Who,
    /// Its name among theirs.
    pub id: String,
    /// Where it is sent.
    pub url: String,
    /// Which types of events; none: all.
    pub types: Vec<String>,
}

/// Those of an organization, or of all, in order.
pub fn list(view: &dyn View, org: Option<&str>) -> Result<Vec<Webhook>, StorageError> {
    let all = webhooks::list(view, org, None)?;
    Ok(all
        .into_iter()
        .map(|hook| Webhook { who: hook.who, id: hook.id, url: hook.url, types: hook.types })
        .collect())
}

/// How many someone has.
pub fn count(view: &dyn View, who: &Who) -> Result<usize, StorageError> {
    Ok(webhooks::list(view, Some(&who.org), Some(&who.sub))?.len())
}

/// Takes one away with what waits for it: nothing more is sent there.
///
/// Errors: [`AdminError::WebhookUnknown`].
pub fn remove(edit: &mut dyn Edit, who: &Who, id: &str) -> Result<(), AdminError> {
    if webhooks::take_whole(edit, who, id)? { Ok(()) } else { Err(AdminError::WebhookUnknown) }
}
