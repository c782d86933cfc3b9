//! Workshops.

use super::OpeningHours;
use super::json::entity_json;
use super::values::{Coordinates, TextLine};
use crate::event::codec::Leftovers;
use crate::{OrganizationKey, Timestamp, UnknownFields, WorkshopId};

/// A business that repairs cars: where it is, how to reach it, and when it is open.
///
/// # Examples
///
/// ```
/// use cc_core::platform::{OpeningHours, ClockZone, Workshop};
///
/// let mut workshop = Workshop::new("local".parse()?, cc_core::WorkshopId(9), "Harbour Garage".parse()?);
/// workshop.hours = Some(OpeningHours::closed(ClockZone::new("Etc/UTC".parse()?, "UTC0".parse()?)));
/// assert_eq!(Workshop::from_json(workshop.to_json())?, workshop);
///
/// let error = Workshop::from_json(workshop.to_json().replace("UTC0", "UTC")).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "openingHours.timeZone.rule: expected a time zone's rule, such as CET-1CEST,M3.5.0,M10.5.0/3 at byte 118"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct Workshop {
    /// The scope of its id.
    pub organization: OrganizationKey,
    /// Its id.
    pub id: WorkshopId,
    /// Its name.
    pub name: TextLine,
    /// Where it is.
    pub position: Option<Coordinates>,
    /// Its address, on one line.
    pub address: Option<TextLine>,
    /// Its telephone number, as people dial it.
    pub phone: Option<TextLine>,
    /// When it is open, where that is known.
    pub hours: Option<OpeningHours>,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
    /// How often the platform has stored it; its own count.
    pub version: Option<i64>,
    /// Fields this version does not know.
    pub unknown: UnknownFields,
    kept: Leftovers,
}

impl Workshop {
    /// A workshop of which only the name is known.
    pub fn new(organization: OrganizationKey, id: WorkshopId, name: TextLine) -> Self {
        Self {
            organization,
            id,
            name,
            position: None,
            address: None,
            phone: None,
            hours: None,
            updated_at: None,
            version: None,
            unknown: UnknownFields::default(),
            kept: Leftovers::default(),
        }
    }
}

entity_json! {
    Workshop {
        required "organizationKey" => organization: OrganizationKey, "the scope of its id";
        required "workshopId" => id: WorkshopId, "the workshop";
        required "name" => name: TextLine, "its name";
        optional "position" => position: Coordinates, "where it is: latitude and longitude";
        optional "address" => address: TextLine, "its address, on one line";
        optional "phoneNumber" => phone: TextLine, "its telephone number, as people dial it";
        optional "openingHours" => hours: OpeningHours, "when it is open";
        optional "updatedAt" => updated_at: Timestamp, "when it last changed";
        optional "version" => version: i64, "how often the platform has stored it";
    }
    shows [organization, id, hours, updated_at, version]
    check |_| Ok(())
}
