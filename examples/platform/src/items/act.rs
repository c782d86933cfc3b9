//! What a driver does about a recommendation.

use super::changes::{Asked, Kind, Stop, invalid};
use super::members::Members;
use crate::problem::Problem;
use crate::storage::Edit;

/// `dismiss`: it is not shown any more, until the fault begins anew.
pub(super) fn dismiss(edit: &mut dyn Edit, asked: &Asked<'_>) -> Result<u64, Stop> {
    let mut item = asked.must(edit)?;
    if asked.kind != Kind::Act {
        return Err(asked.not_here());
    }
    if asked.action() != "dismiss" {
        return Err(invalid("action: dismiss"));
    }
    let vehicle = asked.spot.key.split('/').nth(1).and_then(|text| text.parse().ok());
    let is_here = asked.spot.org == asked.caller.who.org;
    if !vehicle.is_some_and(|vehicle| is_here && asked.account.drives(vehicle)) {
        return Err(Problem::forbidden().into());
    }
    let mut members = item.value.as_deref().and_then(Members::parse).unwrap_or_default();
    members.0.insert("dismissed".to_owned(), "true".to_owned());
    item.value = Some(members.to_json());
    Ok(item.store(edit, &asked.spot)?)
}
