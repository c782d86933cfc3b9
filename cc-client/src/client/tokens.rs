//! Tokens for the app's own requests.

use tokio::sync::oneshot;

use super::{Client, ClientError, Order};
use crate::AccessToken;
use crate::mine::Hidden;

impl Client {
    /// A token for a request that the app makes itself, since the client does not: of settings (`/v1/config`), histories (`/v1/vehicles/…`) or
    /// events to be ingested. It is the one that the client uses: there is one refresh for all who want one, ahead of its end, and none while
    /// the platform wishes to be left alone; what the platform says to the app's own requests (`Retry-After`) the app heeds itself. Where there
    /// is no good one it waits, and so for as long as there is no network: an app gives it a limit of its own (`tokio::time::timeout`).
    ///
    /// # Errors
    ///
    /// [`ClientError::SignedOut`] where nobody is signed in, [`ClientError::AnotherPerson`] where another process has signed somebody else in,
    /// [`ClientError::NotYetKnown`] where somebody signs in here while it is waited for: the next call is for them,
    /// [`ClientError::Store`] where the store cannot say whose it is, [`ClientError::Closed`] once the client has ended.
    ///
    /// # Examples
    ///
    #[cfg_attr(feature = "testing", doc = "```")]
    #[cfg_attr(not(feature = "testing"), doc = "```ignore")]
    /// use cc_client::engine::HttpRequest;
    /// use cc_client::store::MemoryStore;
    /// use cc_client::testing::{FAKE_SESSION, FakeTransport};
    /// use cc_client::{Client, ClientError};
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build()?.block_on(async {
    /// let platform = FakeTransport::default();
    /// let phone = Client::builder(platform.clone(), MemoryStore::new()).session(FAKE_SESSION).start().await?;
    /// let mut token = phone.access_token().await?;
    /// let status = |token: &str| {
    ///     let mut http = HttpRequest::get("/v1/collections/places");
    ///     http.headers.push(("authorization", format!("Bearer {token}")));
    ///     platform.platform().answer(&http).head.status
    /// };
    /// assert_eq!(status(token.secret()), 200);
    ///
    /// // The platform has forgotten its tokens.
    /// platform.platform().revoke_tokens();
    /// if status(token.secret()) == 401 {
    ///     phone.token_was_refused(&token)?;
    ///     token = phone.access_token().await?;
    /// }
    /// assert_eq!(status(token.secret()), 200);
    ///
    /// phone.sign_out()?;
    /// assert!(matches!(phone.access_token().await, Err(ClientError::SignedOut)));
    /// # Ok::<(), ClientError>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn access_token(&self) -> Result<AccessToken, ClientError> {
        // Behind a sign-in that was asked for before: whose the file is by then.
        if self.look(|store, mine| mine.hidden(store)).await? == Some(Hidden::Another) {
            return Err(ClientError::AnotherPerson);
        }
        let (done, answer) = oneshot::channel();
        self.order(Order::Token { done })?;
        answer.await.map_err(|_| ClientError::Closed)?
    }

    /// The platform answered with `401` to a request of the app's own: the token is used no more, and another is asked for, once for all who
    /// were refused, and once a minute at most: a portal in front of the platform refuses all. Within the minute [`Self::access_token`] gives the
    /// one that there is.
    ///
    /// # Errors
    ///
    /// [`ClientError::Closed`] once the client has ended.
    pub fn token_was_refused(&self, token: &AccessToken) -> Result<(), ClientError> {
        self.order(Order::TokenRefused { number: token.number })
    }
}
