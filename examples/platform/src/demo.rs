//! Accounts to try things with.

use crate::admin::accounts::{enroll, next};
use crate::auth::account::{Account, by_email};
use crate::auth::{Role, Who};
use crate::node::Node;
use crate::problem::Problem;

/// The password of all demo accounts.
pub const PASSWORD: &str = "demo-password";
/// Their organization.
pub const ORGANIZATION: &str = "demo";

/// Who there is: address, name, and what they may do.
pub fn accounts() -> Vec<(&'static str, Who, Account)> {
    let who = |sub: &str| Who::new(ORGANIZATION, sub);
    let person = |roles: &[Role], vehicles: &[i64]| Account {
        roles: roles.to_vec(),
        vehicles: vehicles.to_vec(),
        ..Account::default()
    };
    vec![
        ("anna@demo.example", who("user/1"), person(&[Role::Driver], &[7])),
        ("bo@demo.example", who("user/2"), person(&[Role::Driver], &[8])),
        (
            "fleet@demo.example",
            who("user/3"),
            Account { fleets: vec![1], ..person(&[Role::FleetManager], &[]) },
        ),
        (
            "workshop@demo.example",
            who("user/4"),
            Account { workshop: Some(9), ..person(&[Role::Workshop], &[]) },
        ),
        ("support@demo.example", who("user/5"), person(&[Role::Support], &[])),
        ("partner@demo.example", who("service/partner"), person(&[Role::Partner], &[])),
        (
            "gateway@demo.example",
            who("service/gateway"),
            Account { all_vehicles: true, ..person(&[Role::Device], &[]) },
        ),
    ]
}

/// Makes the accounts that were never there, and whose addresses are nobody's: the number of a person is not given again, since what they wrote
/// stays. Gives those that there are.
pub async fn make(node: &Node) -> Result<Vec<(&'static str, Who, Account)>, Problem> {
    let cost = node.config.password_cost;
    let hash = tokio::task::spawn_blocking(move || cost.hash(PASSWORD)).await.ok().flatten();
    let hash = hash.ok_or_else(Problem::internal)?;
    node.commit(move |edit| {
        let mut there = Vec::new();
        for (email, who, account) in accounts() {
            let holder = by_email(edit, email)?;
            let was_there = match who.user() {
                Some(user) => user < next(edit, &who.org)?,
                None => crate::auth::account::account(edit, &who)?.is_some(),
            };
            if holder.is_none() && !was_there {
                let email = Some(email.to_owned());
                enroll(edit, &who, &Account { email, password: Some(hash.clone()), ..account.clone() })?;
            } else if holder.as_ref() != Some(&who) {
                continue;
            }
            there.push((email, who, account));
        }
        Ok(there)
    })
    .await
}
