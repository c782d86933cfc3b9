//! Sessions, access and communication: services 0x10, 0x11, 0x27, 0x28, 0x3E, 0x83 and 0x85.

use alloc::vec::Vec;
use core::time::Duration;

use super::part::{Part, RawData, Reader, SomeData};
use crate::service::{AnswerError, Layer};

named! {
    /// What an ECU is ready for.
    SessionType & 0x7F {
        0x01 DEFAULT "defaultSession";
        0x02 PROGRAMMING "programmingSession";
        0x03 EXTENDED_DIAGNOSTIC "extendedDiagnosticSession";
        0x04 SAFETY_SYSTEM_DIAGNOSTIC "safetySystemDiagnosticSession";
    }
}

request! {
    /// A request to change the session: service 0x10, `DiagnosticSessionControl` (ISO 14229-1:2020, 10.2).
    DiagnosticSessionControlRequest = 0x10 {
        sub
        /// The session to start.
        session: SessionType;
    }
}

answer! {
    /// The answer of service 0x10: the session that is active now.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use cc_obd::uds::{DiagnosticSessionControlAnswer, SessionType};
    ///
    /// let answer = DiagnosticSessionControlAnswer::parse(&[0x50, 0x03, 0x00, 0x32, 0x01, 0xF4])?;
    /// assert_eq!(answer.session, SessionType::EXTENDED_DIAGNOSTIC);
    /// let timing = answer.timing.unwrap();
    /// assert_eq!(timing.p2_server_max(), Duration::from_millis(50));
    /// assert_eq!(timing.p2_star_server_max(), Duration::from_secs(5));
    ///
    /// let cut = DiagnosticSessionControlAnswer::parse(&[0x50, 0x03, 0x00]).unwrap_err();
    /// assert_eq!(cut.to_string(), "timing cut short or invalid at offset 2");
    /// # Ok::<(), cc_obd::service::AnswerError>(())
    /// ```
    DiagnosticSessionControlAnswer = 0x10 {
        sub
        /// The session.
        session: SessionType;
        /// How long answers may take in it; ECUs of the edition of 2006 may not say.
        timing: Option<SessionTiming>;
    }
}

/// How long an ECU may take to answer (ISO 14229-2).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct SessionTiming {
    /// `P2Server_max` in milliseconds.
    pub p2_milliseconds: u16,
    /// `P2*Server_max`, after an answer of code 0x78, in tens of milliseconds.
    pub p2_star_centiseconds: u16,
}

impl SessionTiming {
    /// The time to the first answer.
    pub const fn p2_server_max(self) -> Duration {
        Duration::from_millis(self.p2_milliseconds as u64)
    }

    /// The time to the next answer, where the last one asked for patience.
    pub const fn p2_star_server_max(self) -> Duration {
        Duration::from_millis(10 * self.p2_star_centiseconds as u64)
    }
}

impl Part<'_> for SessionTiming {
    fn read(reader: &mut Reader<'_>, layer: Layer) -> Result<Self, AnswerError> {
        let [a, b, c, d] = reader.array(layer)?;
        Ok(Self {
            p2_milliseconds: u16::from_be_bytes([a, b]),
            p2_star_centiseconds: u16::from_be_bytes([c, d]),
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        self.p2_milliseconds.write(out);
        self.p2_star_centiseconds.write(out);
    }
}

named! {
    /// How an ECU starts anew.
    ResetType & 0x7F {
        0x01 HARD_RESET "hardReset";
        0x02 KEY_OFF_ON_RESET "keyOffOnReset";
        0x03 SOFT_RESET "softReset";
        0x04 ENABLE_RAPID_POWER_SHUT_DOWN "enableRapidPowerShutDown";
        0x05 DISABLE_RAPID_POWER_SHUT_DOWN "disableRapidPowerShutDown";
    }
}

request! {
    /// A request to start anew: service 0x11, `ECUReset` (ISO 14229-1:2020, 10.3).
    EcuResetRequest = 0x11 {
        sub
        /// How.
        reset_type: ResetType;
    }
}

answer! {
    /// The answer of service 0x11.
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_obd::uds::EcuResetAnswer;
    ///
    /// assert_eq!(EcuResetAnswer::parse(&[0x51, 0x04, 0x0F])?.power_down_time, Some(15));
    /// assert_eq!(EcuResetAnswer::parse(&[0x51, 0x01])?.power_down_time, None);
    /// assert!(EcuResetAnswer::parse(&[0x51, 0x04]).is_err());
    /// # Ok::<(), cc_obd::service::AnswerError>(())
    /// ```
    EcuResetAnswer = 0x11 {
        sub
        /// How.
        reset_type: ResetType;
        /// For [`ResetType::ENABLE_RAPID_POWER_SHUT_DOWN`] alone: for how many seconds at least the ECU stays off; 255
        /// where it does not know.
        power_down_time: Option<u8> where reset_type == ResetType::ENABLE_RAPID_POWER_SHUT_DOWN;
    }
}

named! {
    /// A step of unlocking: an odd number asks for a seed, the even number behind it sends the key.
    SecurityAccessType & 0x7F {
        0x01 REQUEST_SEED "requestSeed";
        0x02 SEND_KEY "sendKey";
        0x5F REQUEST_SEED_END_OF_LIFE "requestSeed (ISO 26021-2)";
        0x60 SEND_KEY_END_OF_LIFE "sendKey (ISO 26021-2)";
    }
}

impl SecurityAccessType {
    /// Whether it asks for a seed.
    pub const fn is_request_seed(self) -> bool {
        self.raw() % 2 == 1
    }
}

request! {
    /// A step of unlocking: service 0x27, `SecurityAccess` (ISO 14229-1:2020, 10.4).
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_obd::uds::SecurityAccessRequest;
    ///
    /// let request = SecurityAccessRequest::parse(&[0x27, 0x02, 0x12, 0x34])?;
    /// assert_eq!(request.key.map(|key| key.bytes()), Some(&[0x12, 0x34][..]));
    ///
    /// let cut = SecurityAccessRequest::parse(&[0x27, 0x02]).unwrap_err();
    /// assert_eq!(cut.to_string(), "key cut short or invalid at offset 2");
    /// # Ok::<(), cc_obd::service::AnswerError>(())
    /// ```
    SecurityAccessRequest<'a> = 0x27 {
        sub
        /// Which step.
        access_type: SecurityAccessType;
        /// With a request for a seed alone: what the maker wants with it.
        data_record: Option<RawData<'a>> where access_type.is_request_seed();
        /// With the other step alone: the key.
        key: Option<SomeData<'a>> where !access_type.is_request_seed();
    }
}

answer! {
    /// The answer of service 0x27. A seed of zeros says that the ECU is unlocked already.
    SecurityAccessAnswer<'a> = 0x27 {
        sub
        /// Which step.
        access_type: SecurityAccessType;
        /// The seed, where one was asked for.
        seed: Option<SomeData<'a>> where access_type.is_request_seed();
    }
}

named! {
    /// What an ECU may say and hear beside diagnosis.
    ControlType & 0x7F {
        0x00 ENABLE_RX_AND_TX "enableRxAndTx";
        0x01 ENABLE_RX_AND_DISABLE_TX "enableRxAndDisableTx";
        0x02 DISABLE_RX_AND_ENABLE_TX "disableRxAndEnableTx";
        0x03 DISABLE_RX_AND_TX "disableRxAndTx";
        0x04 ENABLE_RX_AND_DISABLE_TX_ENHANCED "enableRxAndDisableTxWithEnhancedAddressInformation";
        0x05 ENABLE_RX_AND_TX_ENHANCED "enableRxAndTxWithEnhancedAddressInformation";
    }
}

impl ControlType {
    /// Whether the request names a node behind the ECU that receives it.
    pub const fn names_node(self) -> bool {
        matches!(self, Self::ENABLE_RX_AND_DISABLE_TX_ENHANCED | Self::ENABLE_RX_AND_TX_ENHANCED)
    }
}

request! {
    /// A request to be quiet, or no longer: service 0x28, `CommunicationControl` (ISO 14229-1:2020, 10.5).
    CommunicationControlRequest = 0x28 {
        sub
        /// What to change.
        control_type: ControlType;
        /// Bits 0 and 1: which messages (1 normal, 2 network management, 3 both); bits 4 to 7: which network (0 all, F
        /// the one of the request) (annex B.1).
        communication_type: u8;
        /// The node behind the receiver, where [`ControlType::names_node`].
        node: Option<u16> where control_type.names_node();
    }
}

answer! {
    /// The answer of service 0x28.
    CommunicationControlAnswer = 0x28 {
        sub
        /// What was changed.
        control_type: ControlType;
    }
}

named! {
    /// Nothing to choose.
    ZeroSubFunction & 0x7F {
        0x00 ZERO "zeroSubFunction";
    }
}

request! {
    /// A sign of life, so that the session goes on: service 0x3E, `TesterPresent` (ISO 14229-1:2020, 10.7).
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_obd::uds::{TesterPresentRequest, ZeroSubFunction};
    ///
    /// let request = TesterPresentRequest { sub_function: ZeroSubFunction::ZERO, suppress_positive_response: true };
    /// let mut bytes = Vec::new();
    /// request.encode(&mut bytes);
    /// assert_eq!(bytes, [0x3E, 0x80]);
    /// assert!(TesterPresentRequest::parse(&[0x3E]).is_err());
    /// ```
    TesterPresentRequest = 0x3E {
        sub
        /// Always zero.
        sub_function: ZeroSubFunction;
    }
}

answer! {
    /// The answer of service 0x3E.
    TesterPresentAnswer = 0x3E {
        sub
        /// Always zero.
        sub_function: ZeroSubFunction;
    }
}

named! {
    /// What to do with the timing of a connection.
    TimingParameterAccessType & 0x7F {
        0x01 READ_EXTENDED "readExtendedTimingParameterSet";
        0x02 SET_TO_DEFAULT "setTimingParametersToDefaultValues";
        0x03 READ_ACTIVE "readCurrentlyActiveTimingParameters";
        0x04 SET_TO_GIVEN "setTimingParametersToGivenValues";
    }
}

impl TimingParameterAccessType {
    /// Whether the answer has values.
    pub const fn asks(self) -> bool {
        matches!(self, Self::READ_EXTENDED | Self::READ_ACTIVE)
    }
}

request! {
    /// A request about timing: service 0x83, `AccessTimingParameter` (ISO 14229-1:2013, 9.7; gone in 2020).
    AccessTimingParameterRequest<'a> = 0x83 {
        sub
        /// What to do.
        access_type: TimingParameterAccessType;
        /// The values to set, where they are given, as the protocol below defines them.
        parameters: Option<SomeData<'a>> where access_type == TimingParameterAccessType::SET_TO_GIVEN;
    }
}

answer! {
    /// The answer of service 0x83.
    AccessTimingParameterAnswer<'a> = 0x83 {
        sub
        /// What was done.
        access_type: TimingParameterAccessType;
        /// The values, where they were asked for.
        parameters: Option<SomeData<'a>> where access_type.asks();
    }
}

named! {
    /// Whether codes are set.
    DtcSettingType & 0x7F {
        0x01 ON "on";
        0x02 OFF "off";
    }
}

request! {
    /// A request to set codes no longer, or again: service 0x85, `ControlDTCSetting` (ISO 14229-1:2020, 10.8).
    ControlDtcSettingRequest<'a> = 0x85 {
        sub
        /// Whether codes shall be set.
        setting: DtcSettingType;
        /// Which codes, in the maker's own format.
        option_record: RawData<'a>;
    }
}

answer! {
    /// The answer of service 0x85.
    ControlDtcSettingAnswer = 0x85 {
        sub
        /// Whether codes are set.
        setting: DtcSettingType;
    }
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::uds::sample::{Entropy, Sample};

    impl Sample<'_> for SessionTiming {
        fn sample(from: &mut Entropy<'_>) -> Self {
            Self { p2_milliseconds: Sample::sample(from), p2_star_centiseconds: Sample::sample(from) }
        }
    }
}
