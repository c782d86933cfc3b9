//! How a program ends.

use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

/// How the input was, when the run came to its end.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// Everything was readable and right: exit code 0.
    AllGood,
    /// Some of the input was bad, and said so: exit code 1.
    SomeBad,
}

impl Verdict {
    /// The verdict over `bad` bad things.
    pub fn from_bad(bad: u64) -> Self {
        if bad == 0 { Self::AllGood } else { Self::SomeBad }
    }
}

/// Why a run did not come to its end: exit code 2, but for a reader that went away.
#[non_exhaustive]
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A file could not be opened, read or written.
    #[error("cannot {action} {name}")]
    File {
        /// `open`, `read` or `write`.
        action: &'static str,
        /// The name of the file.
        name: String,
        /// What the system said.
        source: io::Error,
    },
    /// The output could not be written.
    #[error("cannot write the output")]
    Output(#[from] io::Error),
    /// The arguments do not make sense; the text is a lower-case fragment.
    #[error("{0}")]
    Usage(String),
}

impl Failure {
    /// A failure of the arguments.
    pub fn usage(reason: impl Into<String>) -> Self {
        Self::Usage(reason.into())
    }

    /// Whether only the reader of our output has gone, as `head` does.
    fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == ErrorKind::BrokenPipe)
    }
}

/// Says on standard error why a run failed, and gives the exit code: 0 all good, 1 some input was bad, 2 the run could
/// not be done. A reader that went away is no failure.
pub fn finish(program: &str, result: Result<Verdict, Failure>) -> ExitCode {
    match result {
        Ok(Verdict::AllGood) => ExitCode::SUCCESS,
        Ok(Verdict::SomeBad) => ExitCode::from(1),
        Err(failure) if failure.is_closed_pipe() => ExitCode::SUCCESS,
        Err(failure) => {
            let mut text = format!("{program}: {failure}");
            let mut source = std::error::Error::source(&failure);
            while let Some(error) = source {
                text.push_str(": ");
                text.push_str(&error.to_string());
                source = error.source();
            }
            // Nowhere is left to report a standard error that cannot be written.
            let _ = writeln!(io::stderr(), "{text}");
            ExitCode::from(2)
        }
    }
}
