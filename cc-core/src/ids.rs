//! Names of things: organisations, vehicles, events, workshops, fleets and users.

use alloc::sync::Arc;
use core::fmt;
use core::str::FromStr;

/// The scope of every id: a `VehicleId` means something only within its organisation.
///
/// # Examples
///
/// ```
/// let key: cc_core::OrganizationKey = "semler".parse()?;
/// assert_eq!(key.as_str(), "semler");
/// assert_eq!("".parse::<cc_core::OrganizationKey>(), Err(cc_core::IdParseError::Empty));
/// # Ok::<(), cc_core::IdParseError>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct OrganizationKey(Arc<str>);

impl OrganizationKey {
    /// The key as text, never empty.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for OrganizationKey {
    type Err = IdParseError;

    fn from_str(text: &str) -> Result<Self, IdParseError> {
        if text.is_empty() { Err(IdParseError::Empty) } else { Ok(Self(text.into())) }
    }
}

impl fmt::Display for OrganizationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl FromStr for $name {
            type Err = IdParseError;

            fn from_str(text: &str) -> Result<Self, IdParseError> {
                text.parse().map($name).map_err(|_| IdParseError::Number)
            }
        }
    };
}

number_id! {
    /// A vehicle, unique only within its [`OrganizationKey`].
    VehicleId
}
number_id! {
    /// An event's number. *Not* unique: every shard of a platform counts for itself.
    EventId
}
number_id! {
    /// A workshop, unique only within its [`OrganizationKey`].
    WorkshopId
}
number_id! {
    /// A fleet, unique only within its [`OrganizationKey`].
    FleetId
}
number_id! {
    /// A person with access, unique only within its [`OrganizationKey`].
    UserId
}

/// One vehicle of one organisation, written `organization/vehicle`.
///
/// # Examples
///
/// ```
/// let car: cc_core::VehicleRef = "local/0".parse()?;
/// assert_eq!(car.vehicle, cc_core::VehicleId(0));
/// assert_eq!(car.to_string(), "local/0");
/// assert_eq!("local".parse::<cc_core::VehicleRef>(), Err(cc_core::IdParseError::Separator));
/// # Ok::<(), cc_core::IdParseError>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct VehicleRef {
    /// The scope of the vehicle's id.
    pub organization: OrganizationKey,
    /// The vehicle within it.
    pub vehicle: VehicleId,
}

impl FromStr for VehicleRef {
    type Err = IdParseError;

    fn from_str(text: &str) -> Result<Self, IdParseError> {
        let (organization, vehicle) = text.rsplit_once('/').ok_or(IdParseError::Separator)?;
        Ok(Self { organization: organization.parse()?, vehicle: vehicle.parse()? })
    }
}

impl fmt::Display for VehicleRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.organization, self.vehicle)
    }
}

/// Why a text is not an id.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum IdParseError {
    /// The text, or the part before the slash, is empty.
    #[error("expected a name, found nothing")]
    Empty,
    /// A numbered id is not a decimal number of 64 bits.
    #[error("expected a decimal number of 64 bits")]
    Number,
    /// A vehicle is written `organization/vehicle`, and the slash is missing.
    #[error("expected organization/vehicle, found no '/'")]
    Separator,
}
