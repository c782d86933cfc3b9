//! Trips: appended once; what they were for and what to remember may be said later, and where they ended once.

use cc_core::platform::Trip;

use super::changes::{Asked, Kind, Stop, invalid};
use super::members::Members;
use super::personal::laid_over;
use crate::problem::Problem;
use crate::storage::Edit;

/// What the driver says of a trip.
const WORDS: [&str; 2] = ["comment", "purpose"];
/// What its end says.
const END: [&str; 5] = ["distanceKm", "endPosition", "endedAt", "fuelLiters", "idleSeconds"];

/// What a whole trip says: many programs write `null` where there is nothing.
fn whole(asked: &Asked<'_>) -> Result<Members, Stop> {
    let mut said = asked.body.clone();
    said.0.retain(|_, text| text != "null");
    said.set_text("tripId", &asked.spot.key);
    said.set_number("userId", asked.user()?);
    Ok(said)
}

pub(super) fn change(edit: &mut dyn Edit, asked: &Asked<'_>) -> Result<u64, Stop> {
    asked.user()?;
    let known = asked.item(edit)?.filter(|item| item.value.is_some());
    match (asked.kind, known) {
        (Kind::Put, None) => {
            let members = whole(asked)?;
            let trip = Trip::from_json(members.to_json()).map_err(invalid)?;
            let own =
                trip.organization.as_str() == asked.caller.who.org && asked.account.drives(trip.vehicle.0);
            if !own {
                return Err(Problem::not_found().because("a vehicle that is driven by oneself").into());
            }
            let mut item = asked.fresh(edit)?;
            let stamp = asked.stamp.to_string();
            item.stamps = WORDS.iter().map(|name| ((*name).to_owned(), stamp.clone())).collect();
            item.written = WORDS.iter().map(|name| ((*name).to_owned(), item.version + 1)).collect();
            item.value = Some(members.to_json());
            Ok(item.store(edit, &asked.spot)?)
        }
        (Kind::Put | Kind::Patch, Some(mut item)) => {
            asked.own(&item)?;
            let before = item.value.as_deref().and_then(Members::parse).unwrap_or_default();
            let mut value = before.clone();
            let is_over = value.says("endedAt");
            let mut words = Members::default();
            let said = if asked.kind == Kind::Put { whole(asked)? } else { asked.body.clone() };
            let mut said = Members::parse(&said.to_json()).unwrap_or_default();
            if asked.kind == Kind::Put {
                // Words that a whole trip does not say are taken away; where and when it was stays.
                for name in WORDS.iter().filter(|name| value.0.contains_key(**name)) {
                    said.0.entry((*name).to_owned()).or_insert_with(|| "null".to_owned());
                }
            }
            for (name, text) in &said.0 {
                if WORDS.contains(&name.as_str()) {
                    words.0.insert(name.clone(), text.clone());
                } else if END.contains(&name.as_str()) && !is_over {
                    if text == "null" {
                        value.0.remove(name);
                    } else {
                        value.0.insert(name.clone(), text.clone());
                    }
                } else if value.0.get(name) != Some(text) {
                    return Err(invalid(if is_over {
                        "the trip has already ended"
                    } else {
                        "a trip is not rewritten"
                    }));
                }
            }
            item.value = Some(value.to_json());
            let item = laid_over(item, &words, asked).ok_or_else(|| invalid("an object"))?;
            let value = item.value.as_deref().unwrap_or_default();
            Trip::from_json(value).map_err(invalid)?;
            if asked.kind == Kind::Put && Members::parse(value).as_ref() == Some(&before) {
                // It is there as it was, and nobody needs to hear of it.
                return Ok(item.version);
            }
            Ok(item.store(edit, &asked.spot)?)
        }
        (Kind::Delete, Some(mut item)) => {
            asked.own(&item)?;
            item.value = None;
            Ok(item.store(edit, &asked.spot)?)
        }
        (Kind::Act, _) => Err(asked.not_here()),
        (_, None) => Err(Problem::not_found().into()),
    }
}
