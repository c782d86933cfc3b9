//! Admin events: they say which partner sees which vehicle, and which vehicle is in which fleet.
//!
//! What a vehicle's row says holds at once. A fleet may have any number of vehicles: beyond a few, everybody is told of them some at a
//! time, by a task beside the answers, and others write between. A row says that a fleet is not told to its end, and until it has gone
//! who sees a vehicle is worked out anew at each look; so what was taken away is not shown, whoever was told of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use cc_core::{AccessKind, Body, Event};

use crate::items::audience::{Fact, inside};
use crate::items::{last, refresh_vehicle};
use crate::node::Node;
use crate::problem::Problem;
use crate::random;
use crate::storage::{Edit, JOINT, Scan, StorageError, View, all, key};

/// Vehicles of fleets that are told of in one transaction.
const VEHICLES: usize = 25;
/// How long the telling rests where it failed.
const PAUSE: Duration = Duration::from_secs(600);

/// The rows of fleets that are being told of, by organization, each with a text that is another with each event; and of vehicles of which
/// something does not read, behind a fleet without a name.
const UNTOLD: &str = "access untold";

/// Keeps what events say, and tells of the vehicles that they are about.
///
/// Errors: those of the storage.
pub(super) fn rule(edit: &mut dyn Edit, org: &str, events: &[Event]) -> Result<(), StorageError> {
    let (mut touched, mut fleets) = (BTreeSet::new(), BTreeSet::new());
    for event in events {
        let Body::Access(change) = &event.body else { continue };
        let fleet = change.fleet.map(|fleet| fleet.to_string()).unwrap_or_default();
        let vehicle = event.vehicle.map(|vehicle| vehicle.to_string()).unwrap_or_default();
        let fact = match change.kind {
            AccessKind::FleetGranted | AccessKind::FleetRemoved => Fact::Fleet(&fleet),
            AccessKind::VehicleGranted | AccessKind::VehicleRemoved => Fact::Vehicle(&vehicle),
            AccessKind::VehicleJoinedFleet | AccessKind::VehicleLeftFleet => Fact::Inside(&fleet, &vehicle),
        };
        let place = fact.row(org);
        let known = edit.get(&place)?.and_then(|json| Event::from_json(json).ok());
        let ends = matches!(
            change.kind,
            AccessKind::FleetRemoved | AccessKind::VehicleRemoved | AccessKind::VehicleLeftFleet
        );
        // Of two at one instant the one that takes away.
        if known.is_some_and(|known| known.at > event.at || known.at == event.at && !ends) {
            continue;
        }
        edit.put(&place, event.to_json().as_bytes())?;
        let has = key(&["fleets", org, &vehicle, &fleet]);
        match change.kind {
            AccessKind::VehicleJoinedFleet => edit.put(&has, b"1")?,
            AccessKind::VehicleLeftFleet => edit.delete(&has)?,
            _ => {}
        }
        if matches!(fact, Fact::Fleet(_)) {
            fleets.insert(fleet);
        } else {
            touched.extend(vehicle.parse::<i64>());
        }
    }
    let mut room = VEHICLES;
    for fleet in fleets {
        let (vehicles, _) = some_of(edit, org, &fleet, None, room + 1)?;
        if vehicles.len() > room {
            edit.put(&key(&[UNTOLD, org, &fleet]), random::text::<6>().as_bytes())?;
            edit.wake(UNTOLD);
        } else {
            room -= vehicles.len();
            touched.extend(vehicles);
        }
    }
    for vehicle in touched {
        if !refresh_vehicle(edit, org, vehicle)? {
            // It holds up no other event.
            edit.put(&key(&[UNTOLD, org, "", &vehicle.to_string()]), random::text::<6>().as_bytes())?;
            edit.wake(UNTOLD);
        }
    }
    Ok(())
}

/// Makes the rows anew by which vehicles are in the fleets of an organization, as its admin events say.
///
/// Errors: those of the storage.
pub(crate) fn make_anew(edit: &mut dyn Edit, org: &str) -> Result<(), StorageError> {
    for (row, event) in all(edit, &key(&["access", org, "inside"]))? {
        let mut parts = row.split(JOINT).skip(3);
        let (Some(fleet), Some(vehicle)) = (parts.next(), parts.next()) else { continue };
        let event = Event::from_json(event).ok().map(|event| event.body);
        if let Some(Body::Access(change)) = event
            && change.kind == AccessKind::VehicleJoinedFleet
        {
            edit.put(&key(&["fleets", org, vehicle, fleet]), b"1")?;
        }
    }
    Ok(())
}

/// Some vehicles of a fleet.
type SomeOf = (Vec<i64>, Option<String>);

/// Vehicles that are or were in a fleet, so many at most, and behind which row the next are.
fn some_of(
    view: &dyn View,
    org: &str,
    fleet: &str,
    after: Option<&str>,
    most: usize,
) -> Result<SomeOf, StorageError> {
    let prefix = inside(org, fleet);
    let rows = view.scan(Scan { prefix: &prefix, after, limit: most, backwards: false })?;
    let next = rows.get(most - 1).map(|(name, _)| name.clone());
    Ok((rows.iter().filter_map(|(name, _)| last(name).parse().ok()).collect(), next))
}

/// Whether some of an organization are not told yet who sees their vehicles by now.
///
/// Errors: those of the storage.
pub(crate) fn is_untold(view: &dyn View, org: &str) -> Result<bool, StorageError> {
    let prefix = key(&[UNTOLD, org]);
    Ok(!view.scan(Scan { prefix: &prefix, after: None, limit: 1, backwards: false })?.is_empty())
}

/// Tells of fleets, and at first of those that were not told of to their end before the platform stopped.
pub(crate) async fn run(node: Arc<Node>) {
    let (mut news, mut draining) = (node.bus.listen(UNTOLD), node.draining());
    while !*draining.borrow() {
        if let Err(problem) = tell(&node).await {
            tracing::warn!(code = problem.code, "of which fleets is to be told was not read");
        }
        tokio::select! {
            _ = news.recv() => {}
            () = tokio::time::sleep(PAUSE) => {}
            _ = draining.changed() => {}
        }
    }
}

/// How far a fleet is told of.
struct Course {
    telling: Vec<u8>,
    after: Option<String>,
    is_whole: bool,
    is_over: bool,
}

impl Course {
    fn of(telling: Vec<u8>) -> Self {
        Self { telling, after: None, is_whole: true, is_over: false }
    }
}

/// Tells of each fleet that is to be told of, unless the platform drains. They take turns, those that come meanwhile too: a large one keeps
/// no other waiting, and one of which not all are told holds up no other.
async fn tell(node: &Node) -> Result<(), Problem> {
    let mut known = BTreeMap::<String, Course>::new();
    loop {
        let mut is_over = true;
        for (row, telling) in node.look(|view| Ok(all(view, UNTOLD)?)).await? {
            let course = known.entry(row.clone()).or_insert_with(|| Course::of(telling.clone()));
            // Where another event came meanwhile, those that were told of before it are told of again.
            if course.is_over && course.telling != telling {
                *course = Course::of(telling);
            }
            if course.is_over {
                continue;
            }
            if node.is_draining() {
                return Ok(());
            }
            is_over = false;
            if let Err(problem) = step(node, row, course).await {
                course.is_over = true;
                tracing::warn!(code = problem.code, "not all were told of a fleet");
            }
        }
        if is_over {
            return Ok(());
        }
    }
}

/// Tells of some vehicles of a fleet; with the last of them its row goes.
async fn step(node: &Node, row: String, course: &mut Course) -> Result<(), Problem> {
    let (telling, after, was_whole) = (course.telling.clone(), course.after.take(), course.is_whole);
    let turn = move |edit: &mut dyn Edit| {
        let mut parts = row.split(JOINT).skip(1);
        let (org, fleet) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let (next, reads) = match parts.next().map(str::parse) {
            Some(Ok(vehicle)) => (None, refresh_vehicle(edit, org, vehicle)?),
            _ => tell_some(edit, org, fleet, after.as_deref())?,
        };
        let is_whole = was_whole && reads;
        if next.is_none() && is_whole && edit.get(&row)?.as_ref() == Some(&telling) {
            edit.delete(&row)?;
        }
        Ok((next, is_whole))
    };
    (course.after, course.is_whole) = node.commit(turn).await?;
    course.is_over = course.after.is_none();
    if course.is_over && !course.is_whole {
        node.note_damage();
        return Err(StorageError::Damaged { what: "an item of a fleet" }.into());
    }
    Ok(())
}

/// Tells of some vehicles; gives where the next are, and whether all of these read.
fn tell_some(
    edit: &mut dyn Edit,
    org: &str,
    fleet: &str,
    after: Option<&str>,
) -> Result<(Option<String>, bool), StorageError> {
    let (vehicles, next) = some_of(edit, org, fleet, after, VEHICLES)?;
    let mut reads = true;
    for vehicle in vehicles {
        reads &= refresh_vehicle(edit, org, vehicle)?;
    }
    Ok((next, reads))
}
