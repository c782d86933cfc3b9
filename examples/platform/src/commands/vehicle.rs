//! `platform vehicle`.

use cc_core::VehicleRef;
use clap::Subcommand;
use platform::admin::vehicles;

use super::{CommandError, Place, say, vehicle};

/// Vehicles. One that a gateway sends events of is made by its first event.
#[derive(Debug, Subcommand)]
pub(crate) enum Vehicle {
    /// Make a vehicle, or set what is known of one.
    #[command(after_help = "Example:\n  platform vehicle add acme/7 --brand Skoda --market dk --data DIR")]
    Add {
        /// ORGANIZATION/NUMBER.
        #[arg(value_parser = vehicle)]
        vehicle: VehicleRef,
        /// Its brand, by which settings are chosen.
        #[arg(long)]
        brand: Option<String>,
        /// Its market, by which settings are chosen.
        #[arg(long)]
        market: Option<String>,
        /// What its people call it.
        #[arg(long)]
        name: Option<String>,
    },
    /// List the vehicles: how many drive each, and which fleets it is in.
    #[command(after_help = "Example:\n  platform vehicle list --organization acme --data DIR")]
    List {
        /// Only those of one organization.
        #[arg(long, value_name = "KEY")]
        organization: Option<String>,
    },
}

pub(super) async fn run(what: Vehicle, place: &Place) -> Result<(), CommandError> {
    match what {
        Vehicle::Add { vehicle, brand, market, name } => {
            let named = vehicle.to_string();
            let job = move |edit: &mut dyn platform::storage::Edit| {
                let all = [("brand", &brand), ("market", &market), ("name", &name)];
                let facts: Vec<(&str, &str)> =
                    all.into_iter().filter_map(|(name, fact)| Some((name, fact.as_deref()?))).collect();
                vehicles::add(edit, &vehicle, &facts)
            };
            let is_new = place.does(true, job).await?;
            say(&format!("{} {named}", if is_new { "added" } else { "changed" }))
        }
        Vehicle::List { organization } => {
            let all = place.shows(move |view| Ok(vehicles::list(view, organization.as_deref())?))?;
            for one in all {
                let fleets = if one.fleets.is_empty() { "-".to_owned() } else { one.fleets.join(", ") };
                say(&format!("{}  drivers {}  fleets {fleets}", one.vehicle, one.drivers))?;
            }
            Ok(())
        }
    }
}
