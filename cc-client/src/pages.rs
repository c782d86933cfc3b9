//! Items of a collection, page by page.

use std::fmt;

use crate::client::{Client, ClientError};
use crate::store::Item;

/// Items of a collection that come page by page, network or not.
pub struct ItemPages {
    client: Client,
    collection: String,
    /// The last key so far; `None` behind the last page.
    after: Option<String>,
    limit: u32,
}

impl fmt::Debug for ItemPages {
    /// Shows no key: some tell of a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ItemPages").field("collection", &self.collection).finish_non_exhaustive()
    }
}

impl ItemPages {
    pub(crate) fn new(client: Client, collection: &str, limit: u32) -> Self {
        Self { client, collection: collection.to_owned(), after: Some(String::new()), limit }
    }

    /// The next page; `None` behind the last. Dropping the future loses none: the same page is read
    /// again then.
    ///
    /// # Errors
    ///
    /// As [`Client::items`]; the page is not given again, nor any behind it.
    pub async fn next(&mut self) -> Option<Result<Vec<Item>, ClientError>> {
        let page = self.client.items(&self.collection, self.after.as_deref()?, self.limit).await;
        self.after = page.as_ref().ok().and_then(|items| Some(items.last()?.key.to_string()));
        Some(page).filter(|page| !page.as_ref().is_ok_and(Vec::is_empty))
    }
}
