//! Settings of cars, compiled of layers: `cc_core::config` merges, the platform keeps the layers and says when they change.

use cc_core::VehicleRef;
use cc_core::config::{Compiled, ConfigError, ConfigProblem, LayerSet, Subject};
use cc_core::rollout::RolloutError;

use crate::items::audience::fleets_of;
use crate::items::members::Members;
use crate::items::{Item, Spot, last};
use crate::problem::Problem;
use crate::storage::{Edit, View, all, from_json, key};

/// Keeps a layer, and tells everybody whose settings change. `None` as JSON takes it away.
///
/// Errors: `invalid_entity` where the layer is none, with its line and column.
pub fn put_layer(
    edit: &mut dyn Edit,
    org: &str,
    level: &str,
    of: &str,
    json: Option<&str>,
) -> Result<(), Problem> {
    let invalid = |error: ConfigError| Problem::invalid_entity().because(told(&error));
    let key_of_layer = Some(of).filter(|of| !of.is_empty());
    LayerSet::default().add(level, key_of_layer, json.unwrap_or("{}")).map_err(invalid)?;
    // One that earlier versions took can still be taken away.
    if json.is_some() {
        fits(org, level, of)?;
    }
    let vehicles = all(edit, &key(&["item", org, "vehicles", ""]))?;
    let mut before = Vec::new();
    for (name, item) in &vehicles {
        let item: Item = from_json(item)?;
        let vehicle = last(name).to_owned();
        let Ok(named) = vehicle.parse() else { continue };
        let etag = compiled(edit, &named, None).map(|compiled| compiled.etag()).unwrap_or_default();
        before.push((vehicle, named, item, etag));
    }
    let place = key(&["layer", org, level, of]);
    match json {
        Some(json) => edit.put(&place, json.as_bytes())?,
        None => edit.delete(&place)?,
    }
    for (vehicle, named, item, old) in before {
        let etag = compiled(edit, &named, None)?.etag();
        if etag == old {
            continue;
        }
        for (who, _) in &item.viewers {
            let number = edit.tail(&who.feed())?.next + 1;
            let updated = crate::clock::text(crate::clock::instant_of(edit.at()));
            let record = serde_json::json!({
                "collection": "config", "key": vehicle, "version": number, "updated": updated, "value": {"etag": etag},
            });
            edit.append(&who.feed(), &[record.to_string().as_bytes()])?;
        }
    }
    Ok(())
}

/// Whether a layer is for something that there can be in the organization.
///
/// Errors: `malformed`.
fn fits(org: &str, level: &str, of: &str) -> Result<(), Problem> {
    let is_number = |text: &str| text.parse::<i64>().is_ok_and(|number| number.to_string() == text);
    let wanted = match (level, of) {
        ("global", "") => return Ok(()),
        ("global", _) => "nothing, since this level is for all",
        (_, "") => return Ok(()),
        ("fleet", of) if !is_number(of) => "the number of a fleet",
        ("vehicle", of)
            if !of.rsplit_once('/').is_some_and(|(at, number)| at == org && is_number(number)) =>
        {
            "organization/number, of one's own organization"
        }
        _ => return Ok(()),
    };
    Err(Problem::malformed().because(format!("of: {wanted}")))
}

/// What is wrong with settings: line, column and why, without a name or value of theirs.
pub fn told(error: &ConfigError) -> String {
    let why = match &error.problem {
        ConfigProblem::ExperimentDiffers { .. } => {
            "expected an experiment to be the same wherever the layer names it".to_owned()
        }
        ConfigProblem::Rollout(RolloutError::ArmTwice { .. }) => {
            "$rollout: arms: expected every name once".to_owned()
        }
        ConfigProblem::Rollout(RolloutError::NameCharacter { .. }) => {
            "$rollout: expected a name of a-z, 0-9, '.', '_' and '-'".to_owned()
        }
        problem => problem.to_string(),
    };
    error.place.map_or_else(|| why.clone(), |place| format!("{place}: {why}"))
}

/// The settings of a vehicle.
pub fn compiled(view: &dyn View, vehicle: &VehicleRef, app: Option<&str>) -> Result<Compiled, Problem> {
    let org = vehicle.organization.as_str();
    let mut set = LayerSet::default();
    for (name, json) in all(view, &key(&["layer", org]))? {
        let mut parts = name.split(crate::storage::JOINT).skip(2);
        let (level, of) = (parts.next().unwrap_or_default(), parts.next().filter(|of| !of.is_empty()));
        set.add(level, of, json).map_err(|_| Problem::internal())?;
    }
    let mut subject = Subject::vehicle(vehicle.clone());
    let spot = Spot {
        org: org.to_owned(),
        collection: "vehicles".to_owned(),
        person: String::new(),
        key: vehicle.to_string(),
    };
    let item = Item::load(view, &spot)?.and_then(|item| item.value);
    let members = item.as_deref().and_then(Members::parse).unwrap_or_default();
    for name in ["brand", "market"] {
        if let Some(value) = members.text(name) {
            subject = subject.with(name, &value);
        }
    }
    if let Some(fleet) = fleets_of(view, org, vehicle.vehicle.0)?.first() {
        subject = subject.with("fleet", fleet);
    }
    if let Some(app) = app {
        subject = subject.with("app", app);
    }
    set.compile(&subject).map_err(|_| Problem::internal())
}
