//! Settings of cars, compiled of layers: `cc_core::config` merges, the platform keeps the layers and says when they change.

use std::collections::BTreeSet;

use cc_core::VehicleRef;
use cc_core::config::{Compiled, ConfigError, ConfigProblem, LEVELS, LayerSet, Subject};
use cc_core::rollout::RolloutError;

use crate::clock;
use crate::items::audience::fleets_of;
use crate::items::members::{Members, unusual};
use crate::items::{Collection, Item, Spot, last, sight};
use crate::node::Node;
use crate::problem::Problem;
use crate::random;
use crate::storage::{Edit, Scan, StorageError, View, all, key, names};

/// The most bytes of a layer.
pub const LAYER: usize = 256 << 10;
/// The most of all layers of an organization, each with its key and 256 bytes beside.
pub const LAYERS: usize = 4 << 20;
/// What a layer counts beside its bytes and its key.
const BESIDE: usize = 256;

/// Vehicles whose settings are compiled in one look, and told in one transaction.
const VEHICLES: usize = 50;

/// The rows of organizations whose vehicles are being told of their settings, each with a name that only its telling has, and a line with
/// the place that it has come to. What stays is of one that did not come to its end: who heard of what is not known any more.
const UNTOLD: &str = "layer untold";

/// Keeps a layer, and then tells everybody whose settings change, some vehicles at a time. `None` as JSON takes it away. Where an
/// earlier telling has not come to its end, all are told, and first those that it has not come to.
///
/// Errors: `invalid_entity` where the layer is none, with its line and column, or usual parsers refuse it; `malformed`; `too_large` beyond
/// [`LAYER`] or [`LAYERS`].
pub async fn put_layer(
    node: &Node,
    org: String,
    level: String,
    of: String,
    json: Option<String>,
) -> Result<(), Problem> {
    let length = json.as_ref().map_or(0, String::len);
    if length > LAYER {
        return Err(too_large(&format!("{length} bytes")));
    }
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
    let (at, name) = (org.clone(), random::text::<6>());
    let _telling = node.tellings.one_more(org.clone(), u32::MAX);
    let (change, telling) = node
        .commit(move |edit| {
            let before = edit.get(&place)?;
            match &json {
                Some(json) => {
                    // What grows has a bound; what is beyond it since earlier versions can become less.
                    if before.as_ref().is_none_or(|before| before.len() < json.len()) {
                        has_room(edit, &at, &place, json.len())?;
                    }
                    edit.put(&place, json.as_bytes())?;
                }
                None => edit.delete(&place)?,
            }
            let earlier = Telling::under_way(edit, &at)?;
            let is_known = earlier.is_none();
            let telling = Telling { name, place: earlier.and_then(|earlier| earlier.place) };
            telling.keep(edit, &at)?;
            let change = Change { level, of, before, after: json.map(String::into_bytes) };
            Ok((is_known.then_some(change), telling))
        })
        .await?;
    tell(node, &org, telling, change).await
}

/// What tells the vehicles of an organization.
struct Telling {
    name: String,
    /// The row of the last vehicle that was told.
    place: Option<String>,
}

impl Telling {
    /// The one that has not come to its end, if one has not.
    fn under_way(view: &dyn View, org: &str) -> Result<Option<Self>, StorageError> {
        let kept = view.get(&key(&[UNTOLD, org]))?;
        Ok(kept.map(|kept| {
            let text = String::from_utf8_lossy(&kept);
            let (name, place) = text.split_once('\n').unwrap_or((&text, ""));
            Self { name: name.to_owned(), place: Some(place.to_owned()).filter(|place| !place.is_empty()) }
        }))
    }

    /// Keeps the place.
    fn keep(&self, edit: &mut dyn Edit, org: &str) -> Result<(), StorageError> {
        let text = format!("{}\n{}", self.name, self.place.as_deref().unwrap_or_default());
        edit.put(&key(&[UNTOLD, org]), text.as_bytes())
    }
}

fn too_large(what: &str) -> Problem {
    let bounds = format!("at most {LAYER} bytes a layer, and {LAYERS} all layers of an organization");
    Problem::too_large().because(format!("{what}: {bounds}"))
}

/// Whether a layer of so many bytes has room beside the others.
///
/// Errors: `too_large`.
fn has_room(view: &dyn View, org: &str, place: &str, bytes: usize) -> Result<(), Problem> {
    let prefix = key(&["layer", org]);
    let size = |name: &str, bytes: usize| BESIDE + name.len().saturating_sub(prefix.len() + 1) + bytes;
    let others = all(view, &prefix)?.into_iter().filter(|(name, _)| name != place);
    let sum = others.map(|(name, json)| size(&name, json.len())).sum::<usize>() + size(place, bytes);
    if sum > LAYERS { Err(too_large(&format!("{sum} bytes in all"))) } else { Ok(()) }
}

/// Tells everybody of organizations where an earlier telling did not come to its end.
///
/// Errors: those of the storage; the next call begins anew.
pub(crate) async fn tell_rest(node: &Node) -> Result<(), Problem> {
    let mut outcome = Ok(());
    for org in node.look(|view| Ok(names(view, UNTOLD)?)).await? {
        // One that is under way comes to its end by itself.
        let Some(_only) = node.tellings.one_more(org.clone(), 1) else { continue };
        let at = org.clone();
        let told = async {
            match node.look(move |view| Ok(Telling::under_way(view, &at)?)).await? {
                Some(telling) => tell(node, &org, telling, None).await,
                None => Ok(()),
            }
        };
        // One of which something does not read holds up no other.
        outcome = outcome.and(told.await);
    }
    outcome
}

/// A layer, before and after it was changed.
#[derive(Clone)]
struct Change {
    level: String,
    of: String,
    before: Option<Vec<u8>>,
    after: Option<Vec<u8>>,
}

/// Tells of each vehicle whose settings are others than before; where there is no change, nobody knows which of them who was told of, and
/// all are, from the place of the telling on and round to it. Where the platform stops meanwhile, its next start tells.
async fn tell(node: &Node, org: &str, telling: Telling, change: Option<Change>) -> Result<(), Problem> {
    let Telling { name, place: start } = telling;
    let (mut after, mut is_round) = (start.clone(), start.is_none());
    loop {
        let (at, from, to) = (org.to_owned(), after.take(), start.clone().filter(|_| is_round));
        let (mut vehicles, next) =
            node.look(move |view| Ok(some_vehicles(view, &at, from.as_deref(), to.as_deref())?)).await?;
        let place = vehicles.last().cloned();
        let mut change = change.clone();
        // Those that are no more what they were when it was looked at are looked at again, and are told in any case.
        while !vehicles.is_empty() {
            let (at, change) = (org.to_owned(), change.take());
            let changed = node.look(move |view| Ok(changed(view, &at, change.as_ref(), &vehicles))).await?;
            if changed.is_empty() {
                break;
            }
            let (at, telling) = (org.to_owned(), Telling { name: name.clone(), place: place.clone() });
            let Some(others) = node.commit(move |edit| tell_some(edit, &at, &telling, changed)).await? else {
                return Ok(());
            };
            vehicles = others;
        }
        match next {
            Some(next) => after = Some(next),
            None if is_round => break,
            None => is_round = true,
        }
    }
    let org = org.to_owned();
    node.commit(move |edit| {
        // Another that has begun meanwhile takes its own away.
        if Telling::under_way(edit, &org)?.is_some_and(|now| now.name == name) {
            edit.delete(&key(&[UNTOLD, &org]))?;
        }
        Ok(())
    })
    .await
}

/// The rows of some vehicles behind one, up to another, and where the next begin.
fn some_vehicles(
    view: &dyn View,
    org: &str,
    after: Option<&str>,
    to: Option<&str>,
) -> Result<(Vec<String>, Option<String>), StorageError> {
    let prefix = key(&["item", org, "vehicles", ""]);
    let rows = view.scan(Scan { prefix: &prefix, after, limit: VEHICLES, backwards: false })?;
    let rows: Vec<String> =
        rows.into_iter().map(|(name, _)| name).take_while(|name| to.is_none_or(|to| &**name <= to)).collect();
    let next = rows.get(VEHICLES - 1).cloned();
    Ok((rows, next))
}

/// A vehicle whose settings are others than before.
struct Changed {
    row: String,
    subject: Subject,
    etag: String,
}

/// Those of some vehicles whose settings are others than before.
fn changed(view: &dyn View, org: &str, change: Option<&Change>, rows: &[String]) -> Vec<Changed> {
    let vehicle = |row: &String| {
        // What does not read is said where it is asked for, and holds up no other.
        let subject = subject(view, &last(row).parse().ok()?, None).ok()?;
        let gets = change.is_none_or(|change| has(&subject, &change.level, &change.of));
        gets.then(|| (row.clone(), subject))
    };
    let vehicles: Vec<(String, Subject)> = rows.iter().filter_map(vehicle).collect();
    // Of the layers only one is another; and others that change meanwhile tell all, since this telling has not come to its end.
    let mut layers = Layers::of(view, org);
    let mut before = vec![None; vehicles.len()];
    if let Some(Change { level, of, before: json, after }) = change {
        layers.set(level, of, json.as_deref().unwrap_or(b"{}"));
        before = vehicles.iter().map(|(_, subject)| layers.etag(subject)).collect();
        layers.set(level, of, after.as_deref().unwrap_or(b"{}"));
    }
    let new = vehicles.into_iter().zip(before).filter_map(|((row, subject), before)| {
        let etag = layers.etag(&subject).filter(|tag| before.as_ref() != Some(tag))?;
        Some(Changed { row, subject, etag })
    });
    new.collect()
}

/// Tells tags of settings, unless another telling has begun since they were looked at: of two changes at once, that one tells all, and what
/// is told last is what holds. Gives those that were not told, since they are no more what they were; nothing where another has begun.
fn tell_some(
    edit: &mut dyn Edit,
    org: &str,
    telling: &Telling,
    vehicles: Vec<Changed>,
) -> Result<Option<Vec<String>>, Problem> {
    if Telling::under_way(edit, org)?.is_none_or(|now| now.name != telling.name) {
        return Ok(None);
    }
    let mut others = Vec::new();
    let updated = clock::text(clock::instant_of(edit.at()));
    for Changed { row, subject: seen, etag } in vehicles {
        let vehicle = last(&row);
        match vehicle.parse().ok().and_then(|vehicle| subject(edit, &vehicle, None).ok()) {
            Some(now) if now == seen => {}
            Some(_) => {
                others.push(row);
                continue;
            }
            // What does not read is told nothing.
            None => continue,
        }
        let spot = Spot::shared(org, Collection::Vehicles, vehicle);
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
    telling.keep(edit, org)?;
    Ok(Some(others))
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
    let subject = subject(view, vehicle, app)?;
    Layers::of(view, vehicle.organization.as_str()).compile(&subject)
}

/// Whether a subject gets a layer.
fn has(subject: &Subject, level: &str, of: &str) -> bool {
    of.is_empty() || subject.attribute(level).is_some_and(|own| own == of)
}

/// Layers of an organization: those that somebody gets are read when they are asked for, each once.
struct Layers<'a> {
    view: &'a dyn View,
    org: &'a str,
    set: LayerSet,
    /// Level and key of those that were read.
    known: BTreeSet<(String, String)>,
    /// Of these some do not read.
    unreadable: BTreeSet<(String, String)>,
}

impl<'a> Layers<'a> {
    fn of(view: &'a dyn View, org: &'a str) -> Self {
        let (known, unreadable) = (BTreeSet::new(), BTreeSet::new());
        Self { view, org, set: LayerSet::default(), known, unreadable }
    }

    /// Says what a layer is, whatever is kept.
    fn set(&mut self, level: &str, of: &str, json: &[u8]) {
        let name = (level.to_owned(), of.to_owned());
        let key_of_layer = Some(of).filter(|of| !of.is_empty());
        if self.set.add(level, key_of_layer, json).is_ok() {
            self.unreadable.remove(&name);
        } else {
            self.unreadable.insert(name.clone());
        }
        self.known.insert(name);
    }

    /// The settings of a subject.
    fn compile(&mut self, subject: &Subject) -> Result<Compiled, Problem> {
        for level in LEVELS {
            for of in [Some(String::new()), subject.attribute(level)].into_iter().flatten() {
                let name = (level.to_owned(), of);
                if !self.known.contains(&name) {
                    match self.view.get(&key(&["layer", self.org, level, &name.1]))? {
                        Some(json) => self.set(level, &name.1, &json),
                        None => drop(self.known.insert(name.clone())),
                    }
                }
                if self.unreadable.contains(&name) {
                    return Err(Problem::internal());
                }
            }
        }
        self.set.compile(subject).map_err(|_| Problem::internal())
    }

    /// The tag of a subject's settings, if they read.
    fn etag(&mut self, subject: &Subject) -> Option<String> {
        self.compile(subject).ok().map(|compiled| compiled.etag())
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::NodeConfig;

    #[tokio::test]
    async fn a_car_that_is_no_more_what_it_was_is_looked_at_again_and_not_told_what_was_found() {
        let folder = tempfile::tempdir().unwrap();
        let node = Node::open(folder.path(), NodeConfig::default()).await.unwrap();
        let told = |fleets: [&'static str; 2], name: &'static str| {
            move |edit: &mut dyn Edit| {
                let telling = |name: &str| Telling { name: name.to_owned(), place: None };
                telling("own").keep(edit, "demo")?;
                let vehicle = |(number, fleet): (i64, &str)| {
                    let row = key(&["item", "demo", "vehicles", "", &format!("demo/{number}")]);
                    let subject = Subject::vehicle(format!("demo/{number}").parse().unwrap());
                    let subject = if fleet.is_empty() { subject } else { subject.with("fleet", fleet) };
                    Changed { row, subject, etag: "tag".to_owned() }
                };
                let vehicles = [7, 8].into_iter().zip(fleets).map(vehicle).collect();
                let others = tell_some(edit, "demo", &telling(name), vehicles)?;
                Ok(others.map(|others| others.iter().map(|row| last(row).to_owned()).collect::<Vec<_>>()))
            }
        };
        assert_eq!(node.commit(told(["", ""], "own")).await.unwrap(), Some(vec![]));
        assert_eq!(node.commit(told(["", "3"], "own")).await.unwrap(), Some(vec!["demo/8".to_owned()]));
        assert_eq!(node.commit(told(["", "3"], "another")).await.unwrap(), None);
    }
}
