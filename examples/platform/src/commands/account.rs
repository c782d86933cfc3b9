//! `platform account`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use platform::admin::{accounts, named};
use platform::auth::Role;
use platform::auth::account::Account as Kept;
use platform::auth::password::PasswordCost;

use super::{CommandError, Place, counted, number, password, relations, role, say};

/// People who sign in with a password. It comes from a file or standard input, never from the command line, which others see.
#[derive(Debug, Subcommand)]
pub(crate) enum Account {
    /// Make the account of a person; a password is read from standard input or a file.
    #[command(
        after_help = "Examples:\n  platform account add anna@acme.example --organization acme --role driver --data DIR < password.txt\n  \
        platform account add desk@acme.example --organization acme --role fleet_manager --fleet 3 --password-file password.txt --data DIR"
    )]
    Add(Add),
    /// List the accounts.
    #[command(after_help = "Example:\n  platform account list --organization acme --data DIR")]
    List {
        /// Only those of one organization.
        #[arg(long, value_name = "KEY")]
        organization: Option<String>,
    },
    /// Give an account another password, and end its sessions.
    #[command(
        after_help = "Example:\n  platform account password anna@acme.example --data DIR < password.txt"
    )]
    Password {
        /// An address, or ORGANIZATION/user/NUMBER.
        #[arg(value_name = "ACCOUNT")]
        who: String,
        /// Read the password from the first line of a file.
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
    },
    /// Take an account away with its webhooks, and end its sessions. What it has written stays; its number is not given again.
    #[command(after_help = "Example:\n  platform account remove anna@acme.example --data DIR")]
    Remove {
        /// An address, ORGANIZATION/user/NUMBER, or ORGANIZATION/NAME of a service.
        #[arg(value_name = "ACCOUNT")]
        who: String,
    },
}

/// A new account.
#[derive(Args, Debug)]
pub(crate) struct Add {
    /// The address that the person signs in with.
    email: String,
    /// Their organization.
    #[arg(long, value_name = "KEY")]
    organization: String,
    /// What they may do; may come more than once: driver, `fleet_manager`, workshop, partner, support.
    #[arg(long, value_name = "ROLE", value_parser = role, required = true)]
    role: Vec<Role>,
    /// Fleets that a fleet manager looks after.
    #[arg(long, value_name = "NUMBER", value_parser = number)]
    fleet: Vec<i64>,
    /// The workshop that one with this role answers for.
    #[arg(long, value_name = "NUMBER", value_parser = number)]
    workshop: Option<i64>,
    /// Read the password from the first line of a file.
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

pub(super) async fn run(what: Account, place: &Place) -> Result<(), CommandError> {
    match what {
        Account::Add(add) => {
            let hash = accounts::hashed(PasswordCost::Full, &password(add.password_file.as_deref())?)?;
            let account = Kept {
                roles: add.role,
                email: Some(add.email),
                password: Some(hash),
                fleets: add.fleet,
                workshop: add.workshop,
                ..Kept::default()
            };
            let line = relations(&account);
            let who = place.does(true, move |edit| accounts::add(edit, &add.organization, &account)).await?;
            say(&format!("added {}/{}{line}", who.org, who.sub))
        }
        Account::List { organization } => {
            let all = place.shows(move |view| Ok(accounts::list(view, organization.as_deref())?))?;
            for (who, account) in all {
                let email = account.email.as_deref().unwrap_or("-");
                say(&format!("{}/{}  {email}{}", who.org, who.sub, relations(&account)))?;
            }
            Ok(())
        }
        Account::Password { who, password_file } => {
            let hash = accounts::hashed(PasswordCost::Full, &password(password_file.as_deref())?)?;
            let (who, ended) = place
                .does(false, move |edit| {
                    let who = named(edit, &who)?;
                    let ended = accounts::password(edit, &who, hash)?;
                    Ok((who, ended))
                })
                .await?;
            say(&format!("{}/{} has another password; {} ended", who.org, who.sub, counted(ended, "session")))
        }
        Account::Remove { who } => {
            let (who, ended) = place
                .does(false, move |edit| {
                    let who = named(edit, &who)?;
                    let ended = accounts::remove(edit, &who)?;
                    Ok((who, ended))
                })
                .await?;
            say(&format!("removed {}/{}; {} ended", who.org, who.sub, counted(ended, "session")))
        }
    }
}
