//! What is open now, of the own engine or of a platform's, and one of two.

use std::fmt;
use std::time::SystemTime;

use crate::change::message_arguments;
use crate::error::guarded;
use crate::{CcError, MessageArgument, RecommendationAction, RecommendationUrgency};

/// A recommendation that is open now. Its text form hides the arguments, which may tell what the car said.
#[derive(Clone, PartialEq, uniffi::Record)]
#[uniffi::export(Display)]
pub struct Recommendation {
    /// Its id: 32 hexadecimal digits, derived, the same on every platform that saw the same events.
    pub id: String,
    /// Ids of recommendations that were merged into this one, sorted.
    pub aliases: Vec<String>,
    /// The vehicle with its organisation, such as `local/0`.
    pub vehicle: String,
    /// The rule behind it.
    pub rule: String,
    /// The group: at most one recommendation is open a vehicle and group. A rule without a group is its own.
    pub group: String,
    /// When the fault began.
    pub since: SystemTime,
    /// How much it matters.
    pub urgency: RecommendationUrgency,
    /// What to do.
    pub action: RecommendationAction,
    /// Until when, if there is a limit.
    pub due: Option<SystemTime>,
    /// The key of its words in the pack; see [`RulePack::words`](crate::RulePack::words).
    pub message_key: String,
    /// The arguments of the words.
    pub arguments: Vec<MessageArgument>,
    /// The recommendation as canonical JSON (RFC 8785), the same bytes in every language: what
    /// [`merge_recommendations`] and [`read_recommendation`] take.
    pub json: String,
}

/// Reads a recommendation, such as one that a platform gave: canonical JSON, or any JSON with its members.
///
/// `aliases`, `args` and `due` may be absent or null; members that mean nothing here are passed over.
///
/// ```
/// use cc_ffi::{RecommendationUrgency, read_recommendation};
///
/// let json = r#"{"id":"00112233445566778899aabbccddeeff","vehicle":"local/7","group":"cooling","rule":"overheat",
///     "since":"2026-05-01T10:00:00Z","urgency":"critical","action":"stop_safely","message":"overheat"}"#;
/// let open = read_recommendation(json.to_owned())?;
/// assert_eq!(open.urgency, RecommendationUrgency::Critical);
///
/// let error = read_recommendation(json.replace("2026", "yester")).unwrap_err();
/// assert_eq!(error.code(), "recommendation_invalid");
/// assert_eq!(error.to_string(), "since: expected an instant of RFC 3339 from 1678 to 2261 at byte 110");
/// # Ok::<(), cc_ffi::CcError>(())
/// ```
#[uniffi::export]
pub fn read_recommendation(json: String) -> Result<Recommendation, CcError> {
    guarded(|| match cc_core::Recommendation::from_json(json) {
        Ok(open) => Ok(open.into()),
        Err(error) => Err(CcError::RecommendationInvalid { reason: error.to_string() }),
    })
}

/// Makes one recommendation of two of one vehicle and group, each given as [`Recommendation::json`] or what
/// [`read_recommendation`] takes.
///
/// A phone and a platform see different samples of one fault and may start its episode at different instants. The one
/// that started first gives id and start, and keeps the other's id as an alias; the more urgent one gives words, action
/// and urgency; the earlier due date holds. The order does not matter, and a recommendation with itself is itself: so
/// any number of them may be merged, again and again.
///
/// ```
/// use cc_ffi::{RulePack, RunOptions, merge_recommendations};
///
/// let pack = RulePack::standard()?;
/// let open = |at: &str| {
///     let event = r#"{"id":1,"organizationKey":"local","vehicleId":7,"time":"AT","type":"can_dtc",
///         "code":"030100","sourceType":"j2012","diff":"add"}"#;
///     let state = pack.run(event.replace("AT", at).into_bytes(), RunOptions::default())?.state;
///     Ok::<_, cc_ffi::CcError>(pack.recommendations(state)?.remove(0))
/// };
/// let (phone, platform) = (open("2026-05-01T10:00:00Z")?, open("2026-05-01T10:00:20Z")?);
/// let one = merge_recommendations(platform.json.clone(), phone.json.clone())?;
/// assert_eq!((one.id, one.since, one.aliases), (phone.id, phone.since, vec![platform.id]));
///
/// let elsewhere = platform.json.replace("local/7", "local/8");
/// let error = merge_recommendations(phone.json, elsewhere).unwrap_err();
/// assert_eq!(error.code(), "recommendation_mismatch");
/// assert_eq!(error.to_string(), "expected two recommendations of one vehicle");
/// # Ok::<(), cc_ffi::CcError>(())
/// ```
#[uniffi::export]
pub fn merge_recommendations(first: String, second: String) -> Result<Recommendation, CcError> {
    guarded(|| match cc_core::Recommendation::merge_json(first, second) {
        Ok(one) => Ok(one.into()),
        Err(error) if error.is_mismatch() => {
            Err(CcError::RecommendationMismatch { reason: error.to_string() })
        }
        Err(error) => Err(CcError::RecommendationInvalid { reason: error.to_string() }),
    })
}

impl fmt::Debug for Recommendation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recommendation")
            .field("id", &self.id)
            .field("vehicle", &self.vehicle)
            .field("rule", &self.rule)
            .field("urgency", &self.urgency)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Recommendation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl From<cc_core::Recommendation> for Recommendation {
    fn from(open: cc_core::Recommendation) -> Self {
        let json = open.to_canonical_json();
        let cc_core::Recommendation {
            id,
            aliases,
            vehicle,
            rule,
            group,
            since,
            urgency,
            action,
            due,
            message,
            args,
        } = open;
        Self {
            id: id.to_string(),
            aliases: aliases.iter().map(ToString::to_string).collect(),
            vehicle: vehicle.to_string(),
            rule: rule.into(),
            group: group.into(),
            since: since.into(),
            urgency: urgency.into(),
            action: action.into(),
            due: due.map(Into::into),
            message_key: message.into(),
            arguments: message_arguments(args),
            json,
        }
    }
}
