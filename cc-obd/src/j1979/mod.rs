//! Emission-related diagnostics (SAE J1979, ISO 15031-5): requests and answers of the services 01 to 0A, as one set of
//! types.
//!
//! Every car since 1996 (United States) or 2001 (Europe) answers these: what it measures now and measured when a fault
//! was stored, its trouble codes, the results of the tests that it makes of itself, and who it is. A request and its
//! answer begin with a service byte; the answer's has 0x40 added. Some answers look different on CAN and on the older
//! buses: [`Framing`](crate::service::Framing) says which.
//!
//! Quick tour: [`Request`] is any request; [`Answer`] any answer, read in place; [`MonitorTests`] the results of service
//! 06, with the units of [`ScalingId`]; [`SupportWalk`] asks an ECU for all that it supports.
//!
//! ```
//! use cc_obd::j1979::{Answer, Request};
//! use cc_obd::service::{DtcService, Framing};
//!
//! let mut bytes = Vec::new();
//! Request::dtcs(DtcService::Stored).encode(&mut bytes);
//! assert_eq!(bytes, [0x03]);
//! let Answer::Dtcs(list, codes) = Answer::parse(&[0x43, 0x01, 0x04, 0x20], Framing::Can)? else { panic!() };
//! assert_eq!((list, codes.iter().next().unwrap().to_string().as_str()), (DtcService::Stored, "P0420"));
//! # Ok::<(), cc_obd::service::AnswerError>(())
//! ```

mod answer;
mod control;
mod ids;
mod monitor;
mod monitor_names;
mod oxygen;
mod request;
mod scaling;

pub use answer::Answer;
pub use control::ControlAnswer;
pub use ids::{FrameIds, Ids, SupportWalk};
pub use monitor::{
    ComponentTest, MonitorId, MonitorItem, MonitorTest, MonitorTests, TestOutcome, monitor_tests,
};
pub use oxygen::{OXYGEN_TESTS, OxygenSensorTest, OxygenTestData, OxygenTestRow, SensorLocation};
pub use request::{
    ClearDtcsRequest, ControlRequest, CurrentDataRequest, FreezeFrameRequest, MonitorTestsRequest,
    OxygenSensorTestRequest, PendingDtcsRequest, PermanentDtcsRequest, Request, SERVICES, Service,
    StoredDtcsRequest, VehicleInfoRequest,
};
pub use scaling::{SCALINGS, ScalingId, ScalingRow};

#[cfg(test)]
mod tests {
    use super::SERVICES;

    #[test]
    fn every_service_is_in_the_table() {
        assert!(SERVICES.iter().map(|service| service.service).eq(0x01..=0x0A));
    }
}
