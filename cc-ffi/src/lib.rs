//! The facade of the Connected Cars SDK for Kotlin, Swift and React Native.
//!
//! Three things cross the border: [`decode`], a car's bytes to readings and trouble codes; [`RulePack`], events to
//! recommendations, which [`merge_recommendations`] joins with those of a platform; and [`compile_config`], layers of
//! settings to one document. They take and give whole batches, since a call costs microseconds. There is no logic here,
//! only handles, plain records and one flat error, [`CcError`]; a panic becomes [`CcError::Internal`] and the library
//! stays usable. Every item, change and recommendation carries its canonical JSON, made in Rust, so that all languages
//! print the same bytes.
#![expect(clippy::needless_pass_by_value, reason = "what crosses the border is owned")]

uniffi::setup_scaffolding!();

mod change;
mod config;
mod decode;
mod error;
mod item;
mod pack;
mod recommendation;

pub use change::{
    ChangeKind, MessageArgument, MessageArgumentValue, RecommendationAction, RecommendationChange,
    RecommendationText, RecommendationUrgency,
};
pub use config::{
    CompiledConfig, ConfigArm, ConfigAttribute, ConfigLayer, ConfigOrigin, ConfigSubject, compile_config,
    rollout_bucket,
};
pub use decode::{CaptureFormat, CaptureFraming, DecodeOptions, decode};
pub use error::CcError;
pub use item::{CodeDiff, CodeScanService, DecodedContent, DecodedItem, SignalValue};
pub use pack::{RejectedLine, RulePack, RunOptions, RunOutcome, VehicleProfile};
pub use recommendation::{Recommendation, merge_recommendations, read_recommendation};

/// The version of this library, such as `0.1.0`; what wraps it should be of the same version.
#[uniffi::export]
pub fn sdk_version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}
