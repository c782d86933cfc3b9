//! What the system says, in words for who runs the platform: without numbers of errors, which differ from system to system.

use std::io::{Error, ErrorKind};

/// What went wrong, as the end of a sentence.
pub fn of(error: &Error) -> String {
    // Those that no kind stands for: of this process, and of the whole machine; the same on all that have them.
    if cfg!(unix) && matches!(error.raw_os_error(), Some(23 | 24)) {
        return "too many files and connections are open; `ulimit -n` says how many may be".to_owned();
    }
    let known = match error.kind() {
        ErrorKind::AddrInUse => "the address is in use: another program listens there",
        ErrorKind::AddrNotAvailable => "this machine has no such address",
        ErrorKind::AlreadyExists => "something is there already",
        ErrorKind::FileTooLarge => "the file may not grow any more; `ulimit -f` says how large it may be",
        ErrorKind::InvalidData => "it is no text",
        ErrorKind::IsADirectory => "it is a folder, and a file is expected",
        ErrorKind::NotADirectory => "a part of the path is a file, and a folder is expected",
        ErrorKind::NotFound => "it is not there",
        ErrorKind::PermissionDenied => "this account may not do that here",
        ErrorKind::QuotaExceeded => "this account has no room left",
        ErrorKind::ReadOnlyFilesystem => "the disk is read-only",
        ErrorKind::StorageFull => "the disk is full",
        kind => return kind.to_string(),
    };
    known.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_the_system_is_said_in_words() {
        for (number, said) in [
            (13, "this account may not do that here"),
            (24, "too many files and connections are open; `ulimit -n` says how many may be"),
            (27, "the file may not grow any more; `ulimit -f` says how large it may be"),
            (28, "the disk is full"),
        ] {
            assert_eq!(of(&Error::from_raw_os_error(number)), said);
        }
        assert_eq!(of(&Error::other("secret")), "other error");
    }
}
