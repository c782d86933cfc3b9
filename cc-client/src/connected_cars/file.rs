//! A question with a file: a form (RFC 7578), the file as its last part.

use std::fmt;

use super::ConnectedCarsError;
use crate::fresh::random;
use crate::transport::TransportError;

/// The largest file that can be uploaded, in bytes.
pub const MOST_OF_FILE: usize = 5 << 20;

/// A file to be uploaded: [`super::ConnectedCars::upload`].
#[derive(Clone, Copy)]
pub struct File<'a> {
    /// Its name, without a path.
    pub name: &'a str,
    /// What it is, such as `image/jpeg`.
    pub media_type: &'a str,
    /// What is in it.
    pub bytes: &'a [u8],
}

impl fmt::Debug for File<'_> {
    /// Shows neither the name nor what is in it: both may be of a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("File").field("bytes", &self.bytes.len()).finish_non_exhaustive()
    }
}

/// The type and the bytes of a form.
pub(super) fn form(
    query: &str,
    operation: Option<&str>,
    variables: Option<&str>,
    file: &File<'_>,
) -> Result<(String, Vec<u8>), ConnectedCarsError> {
    if file.bytes.len() > MOST_OF_FILE {
        return Err(ConnectedCarsError::TooLarge { bytes: file.bytes.len() });
    }
    if file.media_type.is_empty() || !file.media_type.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return Err(TransportError::Unsendable.into());
    }
    // Nobody who writes the file, or a variable, knows it before.
    let boundary = format!("{:016x}{:016x}", random(), random());
    let mut form = Vec::with_capacity(file.bytes.len() + query.len() + 1_024);
    let fields = [("operationName", operation), ("query", Some(query)), ("variables", variables)];
    for (name, value) in fields.into_iter().filter_map(|(name, value)| Some((name, value?))) {
        let head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
        form.extend_from_slice(&[head.as_bytes(), value.as_bytes(), b"\r\n"].concat());
    }
    // As browsers write it: no name ends its header.
    let name = file.name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
    let media_type = file.media_type;
    let head = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: {media_type}\r\n\r\n"
    );
    form.extend_from_slice(head.as_bytes());
    form.extend_from_slice(file.bytes);
    form.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    Ok((format!("multipart/form-data; boundary={boundary}"), form))
}
