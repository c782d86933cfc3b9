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

/// The rows of organizations whose vehicles are being told of their settings, each with a text that only its telling knows. What stays
/// is of one that did not come to its end: who heard of what is not known any more.
const UNTOLD: &str = "layer untold";

/// Keeps a layer, and then tells everybody whose settings change, some vehicles at a time. `None` as JSON takes it away. Where an
/// earlier telling has not come to its end, all are told.
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
    let (at, telling) = (org.clone(), random::text::<6>());
    let own = telling.clone();
    let change = node
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
            let untold = key(&[UNTOLD, &at]);
            let is_known = edit.get(&untold)?.is_none();
            edit.put(&untold, own.as_bytes())?;
            Ok(is_known.then_some(Change { level, of, before, after: json.map(String::into_bytes) }))
        })
        .await?;
    tell(node, &org, telling.into_bytes(), change).await
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
    for org in node.look(|view| Ok(names(view, UNTOLD)?)).await? {
        let untold = key(&[UNTOLD, &org]);
        if let Some(telling) = node.look(move |view| Ok(view.get(&untold)?)).await? {
            tell(node, &org, telling, None).await?;
        }
    }
    Ok(())
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
/// all are. Where the platform stops meanwhile, its next start tells.
async fn tell(node: &Node, org: &str, telling: Vec<u8>, change: Option<Change>) -> Result<(), Problem> {
    let mut after = None;
    loop {
        let (at, change) = (org.to_owned(), change.clone());
        let look = move |view: &dyn View| changed(view, &at, change.as_ref(), after.as_deref());
        let (vehicles, last) = node.look(look).await?;
        if !vehicles.is_empty() {
            let (at, own) = (org.to_owned(), telling.clone());
            if !node.commit(move |edit| tell_some(edit, &at, &own, &vehicles)).await? {
                return Ok(());
            }
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

/// Some vehicles whose settings are others than before, with their tags, and where the next begin.
type Changed = (Vec<(String, String)>, Option<String>);

fn changed(
    view: &dyn View,
    org: &str,
    change: Option<&Change>,
    after: Option<&str>,
) -> Result<Changed, Problem> {
    let prefix = key(&["item", org, "vehicles", ""]);
    let rows = view.scan(Scan { prefix: &prefix, after, limit: VEHICLES, backwards: false })?;
    // Others that change meanwhile tell all, since this telling has not come to its end.
    let (mut old, mut new) = (Layers::of(view, org), Layers::of(view, org));
    if let Some(change) = change {
        old.set(&change.level, &change.of, change.before.as_deref());
        new.set(&change.level, &change.of, change.after.as_deref());
    }
    let mut changed = Vec::new();
    for (name, _) in &rows {
        let vehicle = last(name);
        // What does not read is said where it is asked for, and holds up no other.
        let Ok(reference) = vehicle.parse() else { continue };
        let Ok(subject) = subject(view, &reference, None) else { continue };
        if change.is_some_and(|change| !has(&subject, &change.level, &change.of)) {
            continue;
        }
        let Some(tag) = new.etag(&subject) else { continue };
        if change.is_none() || old.etag(&subject).as_ref() != Some(&tag) {
            changed.push((vehicle.to_owned(), tag));
        }
    }
    let next = rows.into_iter().nth(VEHICLES - 1).map(|(name, _)| name);
    Ok((changed, next))
}

/// Tells tags of settings, unless another telling has begun since they were looked at: of two changes at once, that one tells all, and what
/// is told last is what holds. False where it did.
fn tell_some(
    edit: &mut dyn Edit,
    org: &str,
    telling: &[u8],
    vehicles: &[(String, String)],
) -> Result<bool, Problem> {
    if edit.get(&key(&[UNTOLD, org]))?.as_deref() != Some(telling) {
        return Ok(false);
    }
    let updated = clock::text(clock::instant_of(edit.at()));
    for (vehicle, etag) in vehicles {
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
    Ok(true)
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
    fn set(&mut self, level: &str, of: &str, json: Option<&[u8]>) {
        let name = (level.to_owned(), of.to_owned());
        let key_of_layer = Some(of).filter(|of| !of.is_empty());
        if json.is_some_and(|json| self.set.add(level, key_of_layer, json).is_err()) {
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
                    let json = self.view.get(&key(&["layer", self.org, level, &name.1]))?;
                    self.set(level, &name.1, json.as_deref());
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
