//! `platform grant`.

use cc_core::VehicleRef;
use clap::Subcommand;
use platform::admin::grants::{self, Access};
use platform::admin::named;

use super::{CommandError, Place, number, say, vehicle};

/// Who is near to what. `--remove` takes the same away again.
#[derive(Debug, Subcommand)]
pub(crate) enum Grant {
    /// A driver drives a vehicle of the organization, or a device speaks for it.
    #[command(
        after_help = "Examples:\n  platform grant drive anna@acme.example 7 --data DIR\n  platform grant drive acme/box7 7 --data DIR"
    )]
    Drive {
        /// An address, ORGANIZATION/user/NUMBER, or ORGANIZATION/NAME of a service.
        account: String,
        /// The vehicle's number.
        #[arg(value_parser = number)]
        vehicle: i64,
        /// Take it away.
        #[arg(long)]
        remove: bool,
    },
    /// A fleet manager looks after a fleet.
    #[command(after_help = "Example:\n  platform grant manage desk@acme.example 3 --data DIR")]
    Manage {
        /// An address, or ORGANIZATION/user/NUMBER.
        account: String,
        /// The fleet's number.
        #[arg(value_parser = number)]
        fleet: i64,
        /// Take it away.
        #[arg(long)]
        remove: bool,
    },
    /// Someone answers for a workshop.
    #[command(after_help = "Example:\n  platform grant workshop shop@acme.example 9 --data DIR")]
    Workshop {
        /// An address, or ORGANIZATION/user/NUMBER.
        account: String,
        /// The workshop's number.
        #[arg(value_parser = number)]
        workshop: i64,
        /// Take it away.
        #[arg(long)]
        remove: bool,
    },
    /// A driver consents to a purpose: `positions` lets fleets and partners see where the car is, once all who drive it do.
    #[command(after_help = "Example:\n  platform grant consent anna@acme.example positions --data DIR")]
    Consent {
        /// An address, or ORGANIZATION/user/NUMBER.
        account: String,
        /// The purpose: positions.
        purpose: String,
        /// Take it away.
        #[arg(long)]
        remove: bool,
    },
    /// A vehicle is in a fleet.
    #[command(after_help = "Example:\n  platform grant fleet acme/7 3 --data DIR")]
    Fleet {
        /// ORGANIZATION/NUMBER.
        #[arg(value_parser = vehicle)]
        vehicle: VehicleRef,
        /// The fleet's number.
        #[arg(value_parser = number)]
        fleet: i64,
        /// Take it away.
        #[arg(long)]
        remove: bool,
    },
    /// A workshop sees a vehicle and what is wrong with it, also without a booking or a conversation.
    #[command(after_help = "Example:\n  platform grant care acme/7 9 --data DIR")]
    Care {
        /// ORGANIZATION/NUMBER.
        #[arg(value_parser = vehicle)]
        vehicle: VehicleRef,
        /// The workshop's number.
        #[arg(value_parser = number)]
        workshop: i64,
        /// Take it away.
        #[arg(long)]
        remove: bool,
    },
    /// The partners of an organization see a vehicle or a whole fleet.
    #[command(
        after_help = "Examples:\n  platform grant partner acme --vehicle 7 --data DIR\n  platform grant partner acme --fleet 3 --data DIR"
    )]
    Partner {
        /// The organization.
        organization: String,
        /// The vehicle's number.
        #[arg(long, value_name = "NUMBER", value_parser = number, required_unless_present = "fleet", conflicts_with = "fleet")]
        vehicle: Option<i64>,
        /// The fleet's number.
        #[arg(long, value_name = "NUMBER", value_parser = number)]
        fleet: Option<i64>,
        /// Take it away.
        #[arg(long)]
        remove: bool,
    },
}

pub(super) async fn run(what: Grant, place: &Place) -> Result<(), CommandError> {
    let (account, grant, remove) = match what {
        Grant::Drive { account, vehicle, remove } => (account, grants::Grant::Drive { vehicle }, remove),
        Grant::Manage { account, fleet, remove } => (account, grants::Grant::Manage { fleet }, remove),
        Grant::Workshop { account, workshop, remove } => {
            (account, grants::Grant::Workshop { workshop }, remove)
        }
        Grant::Consent { account, purpose, remove } => (account, grants::Grant::Consent { purpose }, remove),
        Grant::Fleet { vehicle, fleet, remove } => {
            let access = Access::Inside(fleet, vehicle.vehicle.0);
            return open(place, vehicle.organization.as_str(), access, remove).await;
        }
        Grant::Care { vehicle, workshop, remove } => {
            place.does(false, move |edit| grants::care(edit, &vehicle, workshop, remove)).await?;
            return done(remove);
        }
        Grant::Partner { organization, vehicle, fleet, remove } => {
            // One of them is there: clap sees to it.
            let vehicle = vehicle.map(Access::Vehicle);
            let access = vehicle.unwrap_or_else(|| Access::Fleet(fleet.unwrap_or_default()));
            return open(place, &organization, access, remove).await;
        }
    };
    let job = move |edit: &mut dyn platform::storage::Edit| {
        let who = named(edit, &account)?;
        grants::to(edit, &who, &grant, remove)
    };
    place.does(false, job).await?;
    done(remove)
}

async fn open(place: &Place, organization: &str, access: Access, remove: bool) -> Result<(), CommandError> {
    let organization = organization.to_owned();
    place.does(false, move |edit| grants::access(edit, &organization, access, remove)).await?;
    done(remove)
}

fn done(remove: bool) -> Result<(), CommandError> {
    say(if remove { "taken away" } else { "granted" })
}
