//! `platform webhook`.

use clap::Subcommand;
use platform::admin::{named, webhooks};
use platform::storage::Edit;

use super::{CommandError, Place, say};

/// Where partners have their events sent. They ask for it themselves; an operator sees it, and takes it away.
#[derive(Debug, Subcommand)]
pub(crate) enum Webhook {
    /// List the webhooks: whose, which, where to, and the types of events that were asked for.
    #[command(after_help = "Example:\n  platform webhook list --organization acme --data DIR")]
    List {
        /// Only those of one organization.
        #[arg(long, value_name = "KEY")]
        organization: Option<String>,
    },
    /// Take a webhook away with what waits for it.
    #[command(after_help = "Example:\n  platform webhook remove acme/partner w1 --data DIR")]
    Remove {
        /// ORGANIZATION/NAME of a service, or an address.
        #[arg(value_name = "ACCOUNT")]
        who: String,
        /// The webhook, as `webhook list` names it.
        id: String,
    },
}

pub(super) async fn run(what: Webhook, place: &Place) -> Result<(), CommandError> {
    match what {
        Webhook::List { organization } => {
            let all = place.shows(move |view| Ok(webhooks::list(view, organization.as_deref())?))?;
            for hook in all {
                let name = hook.who.sub.trim_start_matches("service/");
                let types = if hook.types.is_empty() { "all".to_owned() } else { hook.types.join(", ") };
                say(&format!("{}/{name}  {}  {}  types {types}", hook.who.org, hook.id, hook.url))?;
            }
            Ok(())
        }
        Webhook::Remove { who, id } => {
            let job = move |edit: &mut dyn Edit| {
                let who = named(edit, &who)?;
                webhooks::remove(edit, &who, &id)
            };
            place.does(false, job).await?;
            say("removed")
        }
    }
}
