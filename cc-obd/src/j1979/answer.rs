//! What an ECU answers.

use alloc::vec::Vec;

use super::control::ControlAnswer;
use super::monitor::{MonitorTests, monitor_tests};
use super::oxygen::OxygenSensorTest;
use crate::service::{
    AnswerError, DtcService, Framing, FreezeFrames, Layer, LiveData, NegativeCode, NegativeResponse,
    StoredDtcs, VehicleInfo, freeze_frames, is_padding, live_data, positive, stored_dtcs, vehicle_info,
};

/// An answer of any service of SAE J1979, service byte first, read in place.
///
/// # Examples
///
/// ```
/// use cc_obd::j1979::Answer;
/// use cc_obd::service::{AnswerError, Framing};
///
/// assert_eq!(Answer::parse(&[0x44], Framing::Can)?, Answer::DtcsCleared);
/// assert_eq!(Answer::parse(&[0x7F, 0x03, 0x78], Framing::Can)?, Answer::Pending { service: 0x03 });
/// let error = Answer::parse(&[0x42, 0x0C], Framing::Can).unwrap_err();
/// assert_eq!(error.to_string(), "frame number cut short or invalid at offset 2");
/// # Ok::<(), AnswerError>(())
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Answer<'a> {
    /// `0x08` What was controlled.
    Control(ControlAnswer<'a>),
    /// `0x01` Current data.
    CurrentData(LiveData<'a>),
    /// `0x03`, `0x07`, `0x0A` A list of codes.
    Dtcs(DtcService, StoredDtcs<'a>),
    /// `0x04` Codes and what belongs to them were cleared.
    DtcsCleared,
    /// `0x02` Data frozen when a code was stored.
    FreezeFrame(FreezeFrames<'a>),
    /// `0x06` Results of tests.
    MonitorTests(MonitorTests<'a>),
    /// `0x7F` The ECU refused.
    Negative(NegativeResponse),
    /// `0x05` A result of a test of an oxygen sensor.
    OxygenSensorTest(OxygenSensorTest),
    /// `0x7F` The ECU understood the request; its answer comes later (code 0x78).
    Pending {
        /// The service that was asked for.
        service: u8,
    },
    /// `0x09` Identification, calibrations and counters; on K-line and J1850 a part of them.
    VehicleInfo(VehicleInfo<'a>),
}

impl<'a> Answer<'a> {
    /// Reads an answer. Padding behind it is passed over.
    pub fn parse(answer: &'a [u8], framing: Framing) -> Result<Self, AnswerError> {
        let codes = |list| stored_dtcs(answer, list, framing).map(|codes| Self::Dtcs(list, codes));
        match answer.first() {
            Some(0x41) => live_data(answer).map(Self::CurrentData),
            Some(0x42) => freeze_frames(answer).map(Self::FreezeFrame),
            Some(0x43) => codes(DtcService::Stored),
            Some(0x44) => cleared(answer),
            Some(0x45) => OxygenSensorTest::parse(answer).map(Self::OxygenSensorTest),
            Some(0x46) => monitor_tests(answer, framing).map(Self::MonitorTests),
            Some(0x47) => codes(DtcService::Pending),
            Some(0x48) => ControlAnswer::parse(answer).map(Self::Control),
            Some(0x49) => vehicle_info(answer, framing).map(Self::VehicleInfo),
            Some(0x4A) => codes(DtcService::Permanent),
            Some(&NegativeResponse::SERVICE) => {
                let negative = NegativeResponse::parse(answer)?;
                Ok(if negative.is_pending() {
                    Self::Pending { service: negative.service }
                } else {
                    Self::Negative(negative)
                })
            }
            _ => Err(AnswerError::Truncated { layer: Layer::ServiceId, offset: 0 }),
        }
    }

    /// Appends the answer, without padding.
    pub fn encode(&self, framing: Framing, out: &mut Vec<u8>) {
        match self {
            Self::Control(answer) => answer.encode(out),
            Self::CurrentData(data) => data.encode(out),
            Self::Dtcs(list, codes) => codes.encode(*list, framing, out),
            Self::DtcsCleared => out.push(0x44),
            Self::FreezeFrame(frames) => frames.encode(out),
            Self::MonitorTests(tests) => tests.encode(out),
            Self::Negative(negative) => negative.encode(out),
            Self::OxygenSensorTest(test) => test.encode(out),
            Self::Pending { service } => {
                NegativeResponse { service: *service, code: NegativeCode::PENDING }.encode(out);
            }
            Self::VehicleInfo(info) => info.encode(framing, out),
        }
    }
}

fn cleared<'a>(answer: &[u8]) -> Result<Answer<'a>, AnswerError> {
    let rest = positive(answer, 0x04)?;
    if is_padding(rest) {
        Ok(Answer::DtcsCleared)
    } else {
        Err(AnswerError::Trailing { layer: Layer::ServiceId, offset: 1 })
    }
}
