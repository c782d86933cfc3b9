//! Tokens for what an app asks of the platform by itself.

use std::fmt;

use zeroize::Zeroizing;

/// A token of the platform, good for some minutes. It is wiped when it is dropped.
///
/// `Client::access_token` gives it, for requests that the client does not make itself: an app's settings, histories, events to be ingested.
#[derive(Clone)]
pub struct AccessToken {
    pub(crate) secret: Zeroizing<String>,
    pub(crate) number: u64,
}

impl AccessToken {
    /// The token, as it stands behind `Authorization: Bearer `: a secret.
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// Which token it is: what an engine is told once the platform has refused it
    /// ([`Input::TokenRefused`](crate::engine::Input::TokenRefused)).
    pub fn number(&self) -> u64 {
        self.number
    }
}

impl fmt::Debug for AccessToken {
    /// Does not show the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken").finish_non_exhaustive()
    }
}
