//! Both directions of one conversation.

use core::time::Duration;

use super::{Address, IsoTpError, Options, Receiver, Sender, network};
use crate::frame::CanFrame;

/// One conversation over CAN: sends and receives messages, both at once if need be.
///
/// It decides and never acts: the caller gives it the frames of the bus with [`handle`](Self::handle), sends what
/// [`poll`](Self::poll) gives, and wakes up at [`next_deadline`](Self::next_deadline). Time is a [`Duration`] since any
/// fixed instant. A frame counts as sent when it was given out (the standard's `N_As` and `N_Ar` are the driver's).
///
/// # Examples
///
/// ```
/// use core::time::Duration;
/// use cc_obd::frame::CanId;
/// use cc_obd::isotp::{Address, Channel, IsoTpError, Options};
///
/// let (request, answer) = (CanId::base(0x7E0)?, CanId::base(0x7E8)?);
/// let mut tester = Channel::new(Address::normal(request, answer), Options::default());
/// let mut engine = Channel::new(Address::normal(answer, request), Options::default());
///
/// let message: Vec<u8> = (0..100).collect();
/// tester.send(&message)?;
/// let (mut now, mut received) = (Duration::ZERO, None);
/// while received.is_none() {
///     while let Some(frame) = tester.poll(now)? {
///         received = engine.handle(now, &frame)?.map(<[u8]>::to_vec);
///     }
///     while let Some(frame) = engine.poll(now)? {
///         tester.handle(now, &frame)?;
///     }
///     now += Duration::from_millis(1);
/// }
/// assert_eq!(received, Some(message));
///
/// // Nobody answers the first frame of the next message.
/// tester.send(&[0; 100])?;
/// tester.poll(now)?;
/// let error = tester.poll(now + Duration::from_secs(1)).unwrap_err();
/// assert_eq!(error.to_string(), "no flow control after 6 of 100 bytes");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Channel {
    address: Address,
    sender: Sender,
    receiver: Receiver,
}

impl Channel {
    /// A conversation in which nothing was said yet.
    pub fn new(address: Address, options: Options) -> Self {
        Self { address, sender: Sender::new(address, options), receiver: Receiver::new(address, options) }
    }

    /// Takes a message to send; [`poll`](Self::poll) gives its frames. One at a time.
    pub fn send(&mut self, message: &[u8]) -> Result<(), IsoTpError> {
        self.sender.start(message)
    }

    /// Takes a frame of the bus; frames of others are passed over. Gives the message that it completes, if any.
    pub fn handle<'a>(
        &'a mut self,
        now: Duration,
        frame: &'a CanFrame,
    ) -> Result<Option<&'a [u8]>, IsoTpError> {
        let Some(bytes) = self.address.accept(frame) else { return Ok(None) };
        if bytes.first().is_some_and(|first| first >> 4 == 3) {
            return self.sender.handle(now, bytes).map(|()| None);
        }
        network::is_full(frame, bytes)?;
        self.receiver.handle(now, bytes)
    }

    /// The next frame to send, if one is due: flow control before data. An error says which message was given up.
    pub fn poll(&mut self, now: Duration) -> Result<Option<CanFrame>, IsoTpError> {
        match self.receiver.poll(now)? {
            Some(flow) => Ok(Some(flow)),
            None => self.sender.poll(now),
        }
    }

    /// When [`poll`](Self::poll) has something to do next; an instant that has passed means now.
    pub fn next_deadline(&self) -> Option<Duration> {
        [self.sender.next_deadline(), self.receiver.next_deadline()].into_iter().flatten().min()
    }

    /// Whether a message is not yet sent whole.
    pub fn is_sending(&self) -> bool {
        self.sender.is_sending()
    }

    /// Whether a message has begun to come in and is not complete.
    pub fn is_receiving(&self) -> bool {
        self.receiver.is_receiving()
    }

    /// Gives up the message that is being sent.
    pub fn cancel(&mut self) {
        self.sender.cancel();
    }

    /// Holds the other side back, or lets it go on.
    pub fn pause(&mut self, paused: bool) {
        self.receiver.pause(paused);
    }
}
