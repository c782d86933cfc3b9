//! Settings of cars, compiled of layers: `cc_core::config` merges, the platform keeps the layers and says when they change.

use std::sync::Arc;

use cc_core::VehicleRef;
use cc_core::config::{Compiled, ConfigError, ConfigProblem, LayerSet, Subject};
use cc_core::rollout::RolloutError;

use crate::clock;
use crate::items::audience::fleets_of;
use crate::items::members::{Members, unusual};
use crate::items::{Collection, Item, Spot, last, sight};
use crate::node::Node;
use crate::problem::Problem;
use crate::random;
use crate::storage::{Edit, Scan, StorageError, View, all, key, names};

/// Vehicles whose settings are compiled in one look, and told in one transaction.
const VEHICLES: usize = 50;

/// The rows of organizations whose vehicles are being told of their settings, each with a text that only its telling knows. What stays
/// is of one that did not come to its end: who heard of what is not known any more.
const UNTOLD: &str = "layer untold";

/// Keeps a layer, and then tells everybody whose settings change, some vehicles at a time. `None` as JSON takes it away. Where an
/// earlier telling has not come to its end, all are told.
///
/// Errors: `invalid_entity` where the layer is none, with its line and column, or usual parsers refuse it; `malformed`.
pub async fn put_layer(
    node: &Node,
    org: String,
    level: String,
    of: String,
    json: Option<String>,
) -> Result<(), Problem> {
    let invalid = |error: ConfigError| Problem::invalid_entity().because(told(&error));
    let key_of_layer = Some(&*of).filter(|of| !of.is_empty());
    LayerSet::default().add(&level, key_of_layer, json.as_deref().unwrap_or("{}")).map_err(invalid)?;
    // One that earlier versions took can still be taken away.
    if let Some(json) = &json {
        if unusual(json).is_some() {
            let why = "expected whole surrogate pairs, numbers that a double holds, and at most 64 levels of nesting";
            return Err(Problem::invalid_entity().because(why));
        }
        fits(&org, &level, &of)?;
    }
    let place = key(&["layer", &org, &level, &of]);
    let (at, telling) = (org.clone(), random::text::<6>());
    let own = telling.clone();
    let change = node
        .commit(move |edit| {
            let before = layers(edit, &at).unwrap_or_default();
            match json {
                Some(json) => edit.put(&place, json.as_bytes())?,
                None => edit.delete(&place)?,
            }
            let untold = key(&[UNTOLD, &at]);
            let is_known = edit.get(&untold)?.is_none();
            edit.put(&untold, own.as_bytes())?;
            let after = layers(edit, &at)?;
            Ok(is_known.then_some((before, after)))
        })
        .await?;
    tell(node, &org, telling.into_bytes(), &Arc::new(change)).await
}

/// Tells everybody of organizations where an earlier telling did not come to its end.
///
/// Errors: those of the storage; the next call begins anew.
pub(crate) async fn tell_rest(node: &Node) -> Result<(), Problem> {
    for org in node.look(|view| Ok(names(view, UNTOLD)?)).await? {
        let untold = key(&[UNTOLD, &org]);
        if let Some(telling) = node.look(move |view| Ok(view.get(&untold)?)).await? {
            tell(node, &org, telling, &Arc::new(None)).await?;
        }
    }
    Ok(())
}

/// The layers before and after; `None`: nobody knows which of them who was told of.
type LayersChange = Option<(LayerSet, LayerSet)>;

/// Tells of each vehicle whose settings are others than before. Where the platform stops meanwhile, its next start tells.
async fn tell(node: &Node, org: &str, telling: Vec<u8>, change: &Arc<LayersChange>) -> Result<(), Problem> {
    let mut after = None;
    loop {
        let (at, change) = (org.to_owned(), change.clone());
        let look = move |view: &dyn View| changed(view, &at, change.as_ref().as_ref(), after.as_deref());
        let (vehicles, last) = node.look(look).await?;
        let at = org.to_owned();
        if !vehicles.is_empty() {
            node.commit(move |edit| tell_some(edit, &at, &vehicles)).await?;
        }
        if last.is_none() {
            break;
        }
        after = last;
    }
    let untold = key(&[UNTOLD, org]);
    node.commit(move |edit| {
        // Another that has begun meanwhile takes its own away.
        if edit.get(&untold)?.as_ref() == Some(&telling) {
            edit.delete(&untold)?;
        }
        Ok(())
    })
    .await
}

/// Some vehicles whose settings are others than before, and where the next begin.
type Changed = (Vec<String>, Option<String>);

fn changed(
    view: &dyn View,
    org: &str,
    change: Option<&(LayerSet, LayerSet)>,
    after: Option<&str>,
) -> Result<Changed, Problem> {
    let prefix = key(&["item", org, "vehicles", ""]);
    let rows = view.scan(Scan { prefix: &prefix, after, limit: VEHICLES, backwards: false })?;
    let mut changed = Vec::new();
    for (name, _) in &rows {
        let vehicle = last(name);
        let differs = change.is_none_or(|(old, new)| etag(view, vehicle, old) != etag(view, vehicle, new));
        changed.extend(differs.then(|| vehicle.to_owned()));
    }
    let next = rows.into_iter().nth(VEHICLES - 1).map(|(name, _)| name);
    Ok((changed, next))
}

/// The tag of a vehicle's settings. What does not read is said where it is asked for, and holds up no other.
fn etag(view: &dyn View, vehicle: &str, set: &LayerSet) -> Option<String> {
    let subject = subject(view, &vehicle.parse().ok()?, None).ok()?;
    set.compile(&subject).map(|compiled| compiled.etag()).ok()
}

/// Tells of the settings of this moment: of two changes at once, what is told last is what holds.
fn tell_some(edit: &mut dyn Edit, org: &str, vehicles: &[String]) -> Result<(), Problem> {
    let updated = clock::text(clock::instant_of(edit.at()));
    let set = layers(edit, org)?;
    for vehicle in vehicles {
        let Some(etag) = etag(edit, vehicle, &set) else { continue };
        let spot = Spot::shared(org, Collection::Vehicles, vehicle.as_str());
        let item = match Item::load(edit, &spot) {
            Err(StorageError::Damaged { .. }) => continue,
            item => item?.unwrap_or_default(),
        };
        for (who, _) in &item.viewers {
            if sight(edit, &spot, &item, who)?.is_none() {
                continue;
            }
            let number = edit.tail(&who.feed())?.next + 1;
            let record = serde_json::json!({
                "collection": "config", "key": vehicle, "version": number, "updated": updated,
                "value": {"etag": etag},
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
    let set = layers(view, vehicle.organization.as_str())?;
    set.compile(&subject(view, vehicle, app)?).map_err(|_| Problem::internal())
}

/// All layers of an organization.
fn layers(view: &dyn View, org: &str) -> Result<LayerSet, Problem> {
    let mut set = LayerSet::default();
    for (name, json) in all(view, &key(&["layer", org]))? {
        let mut parts = name.split(crate::storage::JOINT).skip(2);
        let (level, of) = (parts.next().unwrap_or_default(), parts.next().filter(|of| !of.is_empty()));
        set.add(level, of, json).map_err(|_| Problem::internal())?;
    }
    Ok(set)
}

/// What is known of a vehicle that settings are made for.
fn subject(view: &dyn View, vehicle: &VehicleRef, app: Option<&str>) -> Result<Subject, Problem> {
    let org = vehicle.organization.as_str();
    let mut subject = Subject::vehicle(vehicle.clone());
    let item = Item::load(view, &Spot::shared(org, Collection::Vehicles, vehicle.to_string()))?
        .and_then(|item| item.value);
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
    Ok(subject)
}
