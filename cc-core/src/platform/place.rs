//! Places as a person keeps them.

use super::json::entity_json;
use super::values::{Amount, Coordinates, TextLine};
use super::words::words;
use super::{PlaceId, values};
use crate::event::codec::Leftovers;
use crate::{Timestamp, UnknownFields, UserId};

words! {
    /// What a place is to the person who keeps it.
    PlaceCategory, "charging, family, fuel, home, other, parking, shop, work or workshop" {
        /// Where the car is charged.
        Charging = "charging",
        /// Family or friends.
        Family = "family",
        /// Where the car is refuelled.
        Fuel = "fuel",
        /// Home.
        Home = "home",
        /// Anything else.
        Other = "other",
        /// Where the car is parked.
        Parking = "parking",
        /// Where one shops.
        Shop = "shop",
        /// Where one works.
        Work = "work",
        /// Where the car is repaired.
        Workshop = "workshop",
    }
}

/// A point on the map that a person gave a name: home, work, the summer house.
///
/// A place has no states: it is there until its owner deletes it. Devices merge it field by field, the later change
/// winning; its position is one field, so that no merge mixes two points. Others see it when it is shared
/// ([`Share`](super::Share)). With a radius it can serve as a fence around which arrivals are noticed.
///
/// # Examples
///
/// ```
/// use cc_core::platform::{Coordinates, Place, PlaceCategory};
///
/// let at = |text: &str| text.parse::<cc_core::Timestamp>().map_err(|error| error.to_string());
/// let buoy = Coordinates::new("0.5".parse()?, "-140".parse()?).ok_or("on earth")?;
/// let now = at("2026-05-01T08:00:00Z")?;
/// let mut place = Place::new("p1".parse()?, cc_core::UserId(1), "Buoy".parse()?, buoy, now);
/// place.category = Some(PlaceCategory::Other);
/// assert_eq!(
///     place.to_json(),
///     r#"{"placeId":"p1","userId":1,"name":"Buoy","position":{"latitude":0.5,"longitude":-140},"category":"other","updatedAt":"2026-05-01T08:00:00Z"}"#
/// );
///
/// let error = Place::from_json(place.to_json().replace("Buoy", "")).unwrap_err();
/// assert_eq!(error.to_string(), "name: expected a text of 1 to 200 characters on one line at byte 34");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct Place {
    /// Its id.
    pub id: PlaceId,
    /// Who keeps it.
    pub owner: UserId,
    /// What the owner calls it.
    pub name: TextLine,
    /// Where it is.
    pub position: Coordinates,
    /// How far around the position it reaches, metres.
    pub radius: Option<Amount>,
    /// What it is to the owner.
    pub category: Option<PlaceCategory>,
    /// Its address, on one line.
    pub address: Option<TextLine>,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
    /// How often the platform has stored it; its own count.
    pub version: Option<i64>,
    /// Fields this version does not know.
    pub unknown: UnknownFields,
    kept: Leftovers,
}

impl Place {
    /// A new place.
    pub fn new(id: PlaceId, owner: UserId, name: TextLine, position: Coordinates, now: Timestamp) -> Self {
        Self {
            id,
            owner,
            name,
            position,
            radius: None,
            category: None,
            address: None,
            updated_at: Some(now),
            version: None,
            unknown: UnknownFields::default(),
            kept: Leftovers::default(),
        }
    }

    /// Gives it another name.
    pub fn rename(&self, name: TextLine, now: Timestamp) -> Self {
        Self { name, ..self.clone() }.changed(now)
    }

    /// Moves it. Its address was that of the old point, and goes.
    pub fn relocate(&self, position: Coordinates, now: Timestamp) -> Self {
        Self { position, address: None, ..self.clone() }.changed(now)
    }

    fn changed(self, now: Timestamp) -> Self {
        Self { updated_at: Some(values::after(now, self.updated_at)), ..self }
    }
}

entity_json! {
    Place {
        required "placeId" => id: PlaceId, "the place";
        required "userId" => owner: UserId, "who keeps it";
        required "name" => name: TextLine, "what the owner calls it";
        required "position" => position: Coordinates, "where it is: latitude and longitude";
        optional "radiusMeters" => radius: Amount, "how far around the position it reaches, metres";
        lenient "category" => category: PlaceCategory, "what it is to the owner; another word is kept, and means nothing yet";
        optional "address" => address: TextLine, "its address, on one line";
        optional "updatedAt" => updated_at: Timestamp, "when it last changed";
        optional "version" => version: i64, "how often the platform has stored it";
    }
    shows [id, category, updated_at, version]
    check |_| Ok(())
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use proptest::prelude::*;

    use super::super::testing::{at, shuffled_round_trip};
    use super::*;
    use crate::Number;

    proptest! {
        #[test]
        fn any_place_comes_back(name in "\\PC{1,30}", latitude in -900_000_i64..=900_000, longitude in -1_800_000_i64..=1_800_000, radius in proptest::option::of(0_i64..10_000), category in 0_usize..9) {
            let tenths = |n: i64| Number::from_f64(n as f64 / 10_000.0).unwrap();
            let position = Coordinates::new(tenths(latitude), tenths(longitude)).unwrap();
            let place = Place::new("p".parse().unwrap(), UserId(1), name.parse().unwrap(), position, at(5));
            let radius = radius.map(|radius| Amount::new(radius.into()).unwrap());
            let place = Place { radius, category: Some(PlaceCategory::ALL[category]), ..place };
            shuffled_round_trip(&place.to_json(), |json| Place::from_json(json).unwrap().to_json());
            prop_assert_eq!(Place::from_json(place.to_json()).unwrap(), place);
        }
    }

    #[test]
    fn a_place_that_moves_forgets_its_address_and_debug_shows_neither() {
        let point = |n: i32| Coordinates::new(Number::from(n), Number::from(-140)).unwrap();
        let mut place =
            Place::new("p".parse().unwrap(), UserId(1), "CANARY".parse().unwrap(), point(1), at(5));
        place.address = Some("CANARY road 1".parse().unwrap());
        let shown = alloc::format!("{place:?}");
        assert!(!shown.contains("CANARY") && !shown.contains("140"), "{shown}");
        let moved = place.relocate(point(2), at(5));
        assert_eq!(
            (&moved.address, moved.updated_at),
            (&None, Some(at(5) + chrono::TimeDelta::milliseconds(1)))
        );
        assert_eq!(moved.rename("Pier".parse().unwrap(), at(9)).updated_at, Some(at(9)));
    }

    #[test]
    fn serde_reads_and_writes_the_same_json() {
        let json = r#"[{"placeId":"p","userId":1,"name":"Pier","position":{"latitude":0.50,"longitude":-140,"alt":1e2},"later":null}]"#;
        let places: alloc::vec::Vec<Place> = serde_json::from_str(json).unwrap();
        assert_eq!(places[0].name.as_str(), "Pier");
        assert_eq!(serde_json::to_string(&places).unwrap(), json);
        let value = serde_json::to_value(&places[0]).unwrap();
        assert_eq!(value["position"]["longitude"], -140);
        assert_eq!(serde_json::from_value::<Place>(value).unwrap().position.longitude(), &Number::from(-140));
        let error = serde_json::from_str::<Place>("{\"placeId\":\"p\"}").unwrap_err();
        assert!(
            error.is_data() && error.to_string().starts_with("userId: expected a value in the object"),
            "{error}"
        );
    }
}
