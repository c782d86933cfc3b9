//! Answers without being asked again: service 0x86.

use alloc::vec::Vec;

use cc_core::DtcStatus;

use super::part::{RawData, Reader, SomeData, SubFunction};
use crate::service::{AnswerError, Layer};

/// An event and whether the ECU keeps it when the power goes: bit 6 of the sub-function.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Stored<E> {
    /// The event.
    pub event: E,
    /// Whether the ECU keeps it.
    pub is_stored: bool,
}

/// The bit of an event type that says whether it is stored: storageState.
const STORE: u8 = 0x40;

impl<'a, E: SubFunction<'a>> SubFunction<'a> for Stored<E> {
    fn read(value: u8, reader: &mut Reader<'a>, layer: Layer) -> Result<Self, AnswerError> {
        Ok(Self { event: E::read(value & !STORE, reader, layer)?, is_stored: value & STORE != 0 })
    }

    fn value(&self) -> u8 {
        self.event.value() | if self.is_stored { STORE } else { 0 }
    }

    fn write_rest(&self, out: &mut Vec<u8>) {
        self.event.write_rest(out);
    }
}

/// For how long a window is open: a number by ISO 14229-1:2020, annex B.2; 02 is without end.
pub type EventWindowTime = u8;

tagged! {
    /// What an ECU shall answer to by itself.
    ResponseEvent<'a> {
        /// no answers more.
        0x00 StopResponseOnEvent "stopResponseOnEvent" {
            /// For how long.
            event_window_time: EventWindowTime;
        }
        /// answer when the status of a code changes.
        0x01 OnDtcStatusChange "onDTCStatusChange" {
            /// For how long.
            event_window_time: EventWindowTime;
            /// The status bits that matter.
            status_mask: DtcStatus;
            /// The request to answer, service byte first.
            service_to_respond_to: SomeData<'a>;
        }
        /// answer at a steady rate (edition of 2013).
        0x02 OnTimerInterrupt "onTimerInterrupt" {
            /// For how long.
            event_window_time: EventWindowTime;
            /// 1 slow, 2 medium, 3 fast.
            timer_rate: u8;
            /// The request to answer, service byte first.
            service_to_respond_to: SomeData<'a>;
        }
        /// answer when the data of an identifier change.
        0x03 OnChangeOfDataIdentifier "onChangeOfDataIdentifier" {
            /// For how long.
            event_window_time: EventWindowTime;
            /// The identifier.
            identifier: u16;
            /// The request to answer, service byte first.
            service_to_respond_to: SomeData<'a>;
        }
        /// which events are active?
        0x04 ReportActivatedEvents "reportActivatedEvents" {
            /// For how long.
            event_window_time: EventWindowTime;
        }
        /// from now on.
        0x05 StartResponseOnEvent "startResponseOnEvent" {
            /// For how long.
            event_window_time: EventWindowTime;
        }
        /// forget what was set up.
        0x06 ClearResponseOnEvent "clearResponseOnEvent" {
            /// For how long.
            event_window_time: EventWindowTime;
        }
        /// answer when a value passes a limit.
        0x07 OnComparisonOfValues "onComparisonOfValues" {
            /// For how long.
            event_window_time: EventWindowTime;
            /// The identifier whose data hold the value.
            identifier: u16;
            /// 1 less, 2 more, 3 equal, 4 not equal.
            comparison_logic: u8;
            /// The limit.
            compare_value: [u8; 4];
            /// How far back the value must go before it counts again, in percent.
            hysteresis: u8;
            /// Bit 15 the value has a sign, bits 14 to 10 its length in bits (0 for 32), bits 9 to 0 its first bit.
            localization: u16;
            /// The request to answer, service byte first.
            service_to_respond_to: SomeData<'a>;
        }
        /// report the code whose status changed last.
        0x08 ReportMostRecentDtcOnStatusChange "reportMostRecentDtcOnStatusChange" {
            /// For how long.
            event_window_time: EventWindowTime;
            /// The report of service 19.
            report: u8;
        }
        /// report a code's record when its status changes.
        0x09 ReportDtcRecordInformationOnDtcStatusChange "reportDTCRecordInformationOnDtcStatusChange" {
            /// For how long.
            event_window_time: EventWindowTime;
            /// The status bits that matter.
            status_mask: DtcStatus;
            /// The report of service 19.
            report: u8;
            /// The parameters of the report: record number, memory.
            report_parameters: RawData<'a>;
        }
    }
}

tagged! {
    /// What an ECU answers to a [`ResponseEvent`].
    ResponseEventResult<'a> {
        /// no answers more.
        0x00 StopResponseOnEvent "stopResponseOnEvent" {
            /// How often it happened.
            number_of_identified_events: u8;
            /// For how long.
            event_window_time: EventWindowTime;
        }
        /// set up.
        0x01 OnDtcStatusChange "onDTCStatusChange" {
            /// How often it happened.
            number_of_identified_events: u8;
            /// For how long.
            event_window_time: EventWindowTime;
            /// The status bits that matter.
            status_mask: DtcStatus;
            /// The request to answer, service byte first.
            service_to_respond_to: SomeData<'a>;
        }
        /// set up (edition of 2013).
        0x02 OnTimerInterrupt "onTimerInterrupt" {
            /// How often it happened.
            number_of_identified_events: u8;
            /// For how long.
            event_window_time: EventWindowTime;
            /// 1 slow, 2 medium, 3 fast.
            timer_rate: u8;
            /// The request to answer, service byte first.
            service_to_respond_to: SomeData<'a>;
        }
        /// set up.
        0x03 OnChangeOfDataIdentifier "onChangeOfDataIdentifier" {
            /// How often it happened.
            number_of_identified_events: u8;
            /// For how long.
            event_window_time: EventWindowTime;
            /// The identifier.
            identifier: u16;
            /// The request to answer, service byte first.
            service_to_respond_to: SomeData<'a>;
        }
        /// the active events.
        0x04 ReportActivatedEvents "reportActivatedEvents" {
            /// How many.
            number_of_activated_events: u8;
            /// Each one's type and what belongs to it, in a row.
            events: RawData<'a>;
        }
        /// from now on.
        0x05 StartResponseOnEvent "startResponseOnEvent" {
            /// How often it happened.
            number_of_identified_events: u8;
            /// For how long.
            event_window_time: EventWindowTime;
        }
        /// forgotten.
        0x06 ClearResponseOnEvent "clearResponseOnEvent" {
            /// How often it happened.
            number_of_identified_events: u8;
            /// For how long.
            event_window_time: EventWindowTime;
        }
        /// set up.
        0x07 OnComparisonOfValues "onComparisonOfValues" {
            /// How often it happened.
            number_of_identified_events: u8;
            /// For how long.
            event_window_time: EventWindowTime;
            /// The identifier whose data hold the value.
            identifier: u16;
            /// 1 less, 2 more, 3 equal, 4 not equal.
            comparison_logic: u8;
            /// The limit.
            compare_value: [u8; 4];
            /// How far back the value must go before it counts again, in percent.
            hysteresis: u8;
            /// Bit 15 the value has a sign, bits 14 to 10 its length in bits (0 for 32), bits 9 to 0 its first bit.
            localization: u16;
            /// The request to answer, service byte first.
            service_to_respond_to: SomeData<'a>;
        }
        /// set up.
        0x08 ReportMostRecentDtcOnStatusChange "reportMostRecentDtcOnStatusChange" {
            /// How often it happened.
            number_of_identified_events: u8;
            /// For how long.
            event_window_time: EventWindowTime;
            /// The report of service 19.
            report: u8;
        }
        /// set up.
        0x09 ReportDtcRecordInformationOnDtcStatusChange "reportDTCRecordInformationOnDtcStatusChange" {
            /// How often it happened.
            number_of_identified_events: u8;
            /// For how long.
            event_window_time: EventWindowTime;
            /// The status bits that matter.
            status_mask: DtcStatus;
            /// The report of service 19.
            report: u8;
            /// The parameters of the report: record number, memory.
            report_parameters: RawData<'a>;
        }
    }
}

request! {
    /// A request for answers when something happens: service 0x86, `ResponseOnEvent` (ISO 14229-1:2020, 10.9).
    ///
    /// # Examples
    ///
    /// ```
    /// use cc_obd::uds::{ResponseEvent, ResponseOnEventRequest};
    ///
    /// let request = ResponseOnEventRequest::parse(&[0x86, 0x41, 0x02, 0x09, 0x19, 0x0E])?;
    /// assert!(request.event_type.is_stored);
    /// let ResponseEvent::OnDtcStatusChange { status_mask, service_to_respond_to, .. } = request.event_type.event else {
    ///     panic!("event 01");
    /// };
    /// assert_eq!((status_mask.0, service_to_respond_to.bytes()), (0x09, &[0x19, 0x0E][..]));
    /// assert!(ResponseOnEventRequest::parse(&[0x86, 0x3F, 0x02]).is_err());
    /// # Ok::<(), cc_obd::service::AnswerError>(())
    /// ```
    ResponseOnEventRequest<'a> = 0x86 {
        sub
        /// The event.
        event_type: Stored<ResponseEvent<'a>>;
    }
}

answer! {
    /// The answer of service 0x86.
    ResponseOnEventAnswer<'a> = 0x86 {
        sub
        /// The event.
        event_type: Stored<ResponseEventResult<'a>>;
    }
}

#[cfg(test)]
impl<'a, E: crate::uds::sample::Sample<'a>> crate::uds::sample::Sample<'a> for Stored<E> {
    fn sample(from: &mut crate::uds::sample::Entropy<'a>) -> Self {
        Self { is_stored: from.byte() & 1 != 0, event: E::sample(from) }
    }
}
