//! What an app signs in with.

use std::fmt;

use zeroize::{ZeroizeOnDrop, Zeroizing};

/// A session, and its person if the app knows that: a secret.
///
/// After signing in, hand over the whole [`SignedIn`](crate::sign_in::SignedIn): what is written is that
/// person's from the first moment, even if the network goes before the first token came. A text alone says
/// nothing of its person. That is enough for a session that the platform has confirmed on this device before;
/// for any other, the first token tells who it is.
///
/// # Examples
///
#[cfg_attr(feature = "testing", doc = "```")]
#[cfg_attr(not(feature = "testing"), doc = "```ignore")]
/// use cc_client::testing::{FAKE_PASSWORD, FakeTransport};
/// use cc_client::{Session, sign_in};
///
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
/// # runtime.block_on(async {
/// let who = sign_in::with_password(&FakeTransport::default(), "anna@demo.example", FAKE_PASSWORD, "phone").await?;
/// assert!(Session::from(&who).is_known());
///
/// let kept = Session::from("what the keychain has kept");
/// assert!(!kept.is_known());
/// assert_eq!(format!("{kept:?}"), "Session { is_known: false, .. }");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Session {
    pub(crate) secret: Zeroizing<String>,
    /// As stores name them.
    pub(crate) person: Option<Box<str>>,
}

impl Session {
    /// Whether it says whose it is.
    pub fn is_known(&self) -> bool {
        self.person.is_some()
    }
}

/// The name of a person or service for stores: a text in which neither part can pass for some of the other.
pub(crate) fn person(organization: &str, principal: &str) -> Option<Box<str>> {
    if principal.is_empty() {
        return None;
    }
    serde_json::to_string(&(organization, principal)).ok().map(Into::into)
}

impl fmt::Debug for Session {
    /// Shows neither the secret nor who it is.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("is_known", &self.is_known()).finish_non_exhaustive()
    }
}

/// The secret does so itself.
impl ZeroizeOnDrop for Session {}

impl From<Zeroizing<String>> for Session {
    fn from(secret: Zeroizing<String>) -> Self {
        Self { secret, person: None }
    }
}

impl From<String> for Session {
    fn from(secret: String) -> Self {
        Zeroizing::new(secret).into()
    }
}

impl From<&String> for Session {
    fn from(secret: &String) -> Self {
        secret.clone().into()
    }
}

impl From<&str> for Session {
    fn from(secret: &str) -> Self {
        secret.to_owned().into()
    }
}

#[cfg(feature = "tokio")]
impl From<&crate::sign_in::SignedIn> for Session {
    fn from(who: &crate::sign_in::SignedIn) -> Self {
        Self { secret: who.session.clone(), person: person(&who.organization, &who.principal) }
    }
}

#[cfg(feature = "tokio")]
impl From<crate::sign_in::SignedIn> for Session {
    fn from(who: crate::sign_in::SignedIn) -> Self {
        Self { person: person(&who.organization, &who.principal), secret: who.session }
    }
}
