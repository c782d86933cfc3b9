//! Which organizations there are, and by which hosts each is reached: asked without signing in.

use serde::Deserialize;

use super::ConnectedCarsError;
use super::account::{GRAPHQL, JSON, MOST_OF_KEYS, answered, question};
use super::quiet::Quiet;
use crate::engine::HttpRequest;
use crate::transport::{Transport, whole};

/// An organization: ids are unique within it, and it has two hosts.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct GlobalOrganization {
    /// Its key, the scope of every id.
    pub key: Box<str>,
    /// The host for questions.
    pub api_domain: Box<str>,
    /// The host for signing in.
    pub auth_api_domain: Box<str>,
}

const QUERY: &str = "query GlobalOrganizations { globalOrganizations { key apiDomain authApiDomain } }";

/// Asks which organizations there are, without signing in. Sign in at the hosts of your own organization, and
/// use its token for no other. Nothing is kept between two calls: if the host wishes to be left alone, wait
/// before you call again.
///
/// # Errors
///
/// As for [`super::ConnectedCars::graphql`].
pub async fn global_organizations(
    api: &dyn Transport,
) -> Result<Vec<GlobalOrganization>, ConnectedCarsError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Data {
        global_organizations: Vec<GlobalOrganization>,
    }
    let headers = vec![("content-type", JSON.to_owned())];
    let body = question(QUERY, Some("GlobalOrganizations"), None)?;
    let http = HttpRequest { method: "POST", target: GRAPHQL.to_owned(), headers, body, is_stream: false };
    let (head, answer) = whole(api, http, MOST_OF_KEYS).await?;
    let data = answered(&head, Quiet::wish(&head), &answer)?;
    let data: Data = serde_json::from_str(&data).map_err(|_| ConnectedCarsError::Answer { path: GRAPHQL })?;
    Ok(data.global_organizations)
}
