//! Accounts to try things with.

use crate::admin::accounts::enroll;
use crate::auth::account::Account;
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

/// Makes the accounts that are not there.
pub async fn make(node: &Node) -> Result<(), Problem> {
    let cost = node.config.password_cost;
    let hash = tokio::task::spawn_blocking(move || cost.hash(PASSWORD)).await.ok().flatten();
    let hash = hash.ok_or_else(Problem::internal)?;
    node.commit(move |edit| {
        for (email, who, account) in accounts() {
            if crate::auth::account::account(edit, &who)?.is_none() {
                let account =
                    Account { email: Some(email.to_owned()), password: Some(hash.clone()), ..account };
                enroll(edit, &who, &account)?;
            }
        }
        Ok(())
    })
    .await
}
