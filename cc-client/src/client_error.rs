//! Why a client could not do what an app asked of it.

use crate::WriteError;
use crate::engine::NameError;
use crate::mine::Hidden;
use crate::store::StoreError;

/// Why a client could not do what it was asked.
#[non_exhaustive]
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Another process has signed somebody else in on the same file: sign in anew, with a session of that
    /// person.
    #[error("another person has signed in on the same file")]
    AnotherPerson,
    /// The client was shut down, or its runtime has ended.
    #[error("the client has ended: it was shut down, or its runtime ended")]
    Closed,
    /// A call of [`crate::blocking`] came from inside an async runtime, which it would hold up.
    #[error("this call blocks, and was made inside an async runtime: use the async client")]
    InsideRuntime,
    /// A feed or a collection has a name that cannot stand in an address.
    #[error(transparent)]
    Name(#[from] NameError),
    /// There is no async runtime with a clock to run on (with tokio: `enable_time`), or the system gives none.
    #[error("a client needs an async runtime with its clock enabled")]
    NoRuntime,
    /// The client does not follow this feed: name it with [`crate::ClientBuilder::follow`].
    #[error("the client does not follow this feed: name it with `follow`")]
    NotFollowed,
    /// Somebody signed in, or the client was started with an unknown session, and the platform has not yet
    /// said who it is. The data on this device may be another person's: until then nothing is shown or
    /// accepted. [`crate::Client::wait_until_known`] waits for that.
    #[error("the platform has not yet said who signed in: wait until it has")]
    NotYetKnown,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Nobody is signed in, and the person before signed out before the platform said who it was. A write
    /// would be nobody's, and never sent.
    #[error("nobody is signed in, and the platform never said who was")]
    SignedOut,
    /// The time that the caller gave is over.
    #[error("the time limit is over")]
    TimedOut,
    /// The store knows no write of that id: nobody made it, it was let go, it was settled more than ten
    /// thousand writes ago, or it is set aside for another person.
    #[error("no write of this id is known: it was discarded, settled long ago, or belongs to another person")]
    UnknownWrite,
    /// The write can never be sent.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl From<Hidden> for ClientError {
    fn from(why: Hidden) -> Self {
        match why {
            Hidden::Another => Self::AnotherPerson,
            Hidden::NotYetKnown => Self::NotYetKnown,
        }
    }
}
