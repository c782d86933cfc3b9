//! Where in a stream a reader is.

use std::fmt;

/// A position in a feed, as the server names it. It means nothing to a client: it is stored, and sent back.
///
/// # Examples
///
/// ```
/// use cc_client::Offset;
///
/// let offset = Offset::new("0000000000000042_17").ok_or("no offset")?;
/// assert_eq!(offset.as_str(), "0000000000000042_17");
/// assert_eq!(Offset::default(), Offset::BEGINNING);
/// assert_eq!(Offset::new("a&b"), None);
/// # Ok::<(), &str>(())
/// ```
#[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Offset(std::borrow::Cow<'static, str>);

impl Offset {
    /// The beginning of a stream.
    pub const BEGINNING: Self = Self(std::borrow::Cow::Borrowed("-1"));
    /// Its end at the time of asking.
    pub const NOW: Self = Self(std::borrow::Cow::Borrowed("now"));

    /// An offset from its text: 1 to 255 visible ASCII characters, none of `,`, `&`, `=`, `?` and `/`.
    pub fn new(text: &str) -> Option<Self> {
        let allowed = |byte: u8| byte.is_ascii_graphic() && !b",&=?/".contains(&byte);
        let fits = (1..=255).contains(&text.len()) && text.bytes().all(allowed);
        fits.then(|| Self(text.to_owned().into()))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Offset {
    /// The beginning.
    fn default() -> Self {
        Self::BEGINNING
    }
}

impl fmt::Debug for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Offset({})", self.0)
    }
}
