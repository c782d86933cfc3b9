//! Two small things about an adapter's text: an echo that runs into the answer, and what a recording keeps as remarks.

use alloc::vec::Vec;

/// The beginning of a reply with a line end behind the echo of the command, where the adapter left it out: `ATE0OK`,
/// `010C410C1AF8`. Without it an answer would pass for a long echo, and be lost.
pub(super) fn unglued(head: &[u8], command: &str) -> Vec<u8> {
    let Some(end) = end_of_echo(head, command) else { return head.to_vec() };
    let (echo, rest) = head.split_at(end);
    // `03E` is the length of a long answer, not the echo of `03` with something behind it.
    let least = if command.len() <= 2 { 4 } else { 1 };
    if rest.iter().filter(|&&byte| is_visible(byte)).count() < least {
        return head.to_vec();
    }
    [echo, b"\r", rest].concat()
}

/// Where the command ends that the first line begins with, whatever its case and however many spaces it has.
fn end_of_echo(head: &[u8], command: &str) -> Option<usize> {
    let mut wanted = command.bytes();
    let mut next = wanted.next()?;
    for (place, byte) in head.iter().enumerate() {
        if byte.eq_ignore_ascii_case(&next) {
            match wanted.next() {
                Some(letter) => next = letter,
                None => return Some(place + 1),
            }
        } else if is_visible(*byte) || *byte == b'>' {
            return None;
        }
    }
    None
}

/// Whether the reply has begun: some text, or a prompt.
pub(super) fn is_begun(head: &[u8]) -> bool {
    head.iter().any(|&byte| is_visible(byte) || byte == b'>')
}

/// No space, no line end, no prompt, and none of the noise that adapters let slip in.
fn is_visible(byte: u8) -> bool {
    (0x21..0x7F).contains(&byte) && byte != b'>'
}

/// The same text as remarks, which decoders pass over.
pub(super) fn remarks(text: &[u8]) -> Vec<u8> {
    let lines = text.split(|byte| matches!(byte, b'\r' | b'\n' | b'>'));
    let lines = lines.filter(|line| line.iter().any(|&byte| is_visible(byte)));
    lines.flat_map(|line| [b"# ", line, b"\r"].concat()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_echo_is_parted_from_the_answer_and_nothing_else_is() {
        for (head, command, parted) in [
            ("010C410C1AF8\r", "010C", "010C\r410C1AF8\r"),
            ("01 0C 41 0C 1A F8\r", "010C", "01 0C\r 41 0C 1A F8\r"),
            ("\r\nate0OK\r", "ATE0", "\r\nate0\rOK\r"),
            ("0100SEARCHING...\r", "0100", "0100\rSEARCHING...\r"),
            ("03430104\r", "03", "03\r430104\r"),
            ("03NO DATA\r", "03", "03\rNO DATA\r"),
            // The echo alone, and no echo.
            ("010C\r", "010C", "010C\r"),
            ("010C \0\r", "010C", "010C \0\r"),
            ("410C1AF8\r", "010C", "410C1AF8\r"),
            ("03E\r", "03", "03E\r"),
            ("\r>", "010C", "\r>"),
            (">010C41\r", "010C", ">010C41\r"),
            ("", "010C", ""),
        ] {
            assert_eq!(unglued(head.as_bytes(), command), parted.as_bytes(), "{head:?}");
        }
    }

    #[test]
    fn remarks_are_whole_lines() {
        assert_eq!(remarks(b"ATZ\r\r\rELM327 v1.5\r\r>"), b"# ATZ\r# ELM327 v1.5\r");
        assert_eq!(remarks(b"\r\r>"), b"");
    }
}
