//! Flow control: what a receiver asks of the sender of a long message (ISO 15765-2:2016, 9.6.5).

use core::time::Duration;

/// What a receiver says to the sender of a long message.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum FlowStatus {
    /// Go on: the next block may come.
    Continue,
    /// The message does not fit into the receiver's memory; the sender gives up.
    Overflow,
    /// Not yet: another flow control will come.
    Wait,
}

impl FlowStatus {
    /// The half byte that says it; 3 to F are reserved.
    pub const fn from_raw(raw: u8) -> Option<Self> {
        match raw {
            0 => Some(Self::Continue),
            1 => Some(Self::Wait),
            2 => Some(Self::Overflow),
            _ => None,
        }
    }

    /// The half byte.
    pub const fn raw(self) -> u8 {
        match self {
            Self::Continue => 0,
            Self::Wait => 1,
            Self::Overflow => 2,
        }
    }
}

/// The least pause between two consecutive frames: `STmin`.
///
/// # Examples
///
/// ```
/// use core::time::Duration;
/// use cc_obd::isotp::SeparationTime;
///
/// assert_eq!(SeparationTime(20).pause(), Duration::from_millis(20));
/// assert_eq!(SeparationTime(0xF3).pause(), Duration::from_micros(300));
/// // Reserved values stand for the longest pause.
/// assert_eq!(SeparationTime(0x90).pause(), Duration::from_millis(127));
/// assert_eq!(SeparationTime::at_least(Duration::from_micros(350)), SeparationTime(0xF4));
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct SeparationTime(pub u8);

impl SeparationTime {
    /// The pause it stands for.
    pub const fn pause(self) -> Duration {
        match self.0 {
            milliseconds @ 0..=0x7F => Duration::from_millis(milliseconds as u64),
            tenths @ 0xF1..=0xF9 => Duration::from_micros((tenths as u64 - 0xF0) * 100),
            _ => Duration::from_millis(127),
        }
    }

    /// The shortest pause that can be said and is not under `pause`; more than 127 ms cannot be asked for.
    pub fn at_least(pause: Duration) -> Self {
        let micros = pause.as_micros();
        match micros {
            0 => Self(0),
            1..=900 => Self(0xF0 + micros.div_ceil(100) as u8),
            _ => Self(micros.div_ceil(1000).min(127) as u8),
        }
    }
}

/// How one end of a conversation sends and receives.
///
/// The defaults are those of a tester on classic CAN: frames padded to 8 bytes, no block limit, no pause, one second of
/// patience (ISO 15765-2:2016, table 16).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Options {
    /// How long the frames are that go out.
    pub frame_size: super::FrameSize,
    /// What short frames are filled with; `None` sends them short (CAN FD frames of more than 8 bytes are filled up
    /// to a length that exists, with CC).
    pub padding: Option<u8>,
    /// Asked of the other side: how many frames until the next flow control; 0 is all of them.
    pub block_size: u8,
    /// Asked of the other side: the pause between frames.
    pub separation: SeparationTime,
    /// The longest message taken, in bytes; a longer one is answered with overflow.
    pub limit: usize,
    /// How often in a row "wait" may be said by this end, and heard by it: `N_WFTmax`.
    pub waits: u8,
    /// How long the sender waits for flow control: `N_Bs`.
    pub flow_timeout: Duration,
    /// How long the receiver waits for the next frame: `N_Cr`.
    pub frame_timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            frame_size: super::FrameSize::CLASSIC,
            padding: Some(0xCC),
            block_size: 0,
            separation: SeparationTime(0),
            limit: super::DEFAULT_LIMIT,
            waits: 8,
            flow_timeout: Duration::from_secs(1),
            frame_timeout: Duration::from_secs(1),
        }
    }
}
