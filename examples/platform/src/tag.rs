//! Tags of answers (`ETag`), and those that a reader says it has.

use axum::http::{HeaderMap, header};

/// What a request says in `If-None-Match`, on one line; nothing where it says nothing.
pub(crate) fn known(headers: &HeaderMap) -> String {
    let lines: Vec<&str> =
        headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|line| line.to_str().ok()).collect();
    lines.join(",")
}

/// Whether a tag is one of these: `*` is any, and weak ones are as good as strong ones (RFC 9110, §13.1.2).
pub(crate) fn is_known(known: &str, tag: &str) -> bool {
    if known.trim() == "*" {
        return true;
    }
    // A tag may have a comma in it.
    let mut rest = known;
    while let Some((_, behind)) = rest.split_once('"') {
        let Some((one, more)) = behind.split_once('"') else { return false };
        if tag.trim_matches('"') == one {
            return true;
        }
        rest = more;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_found_among_several_whether_it_is_weak_or_strong() {
        for (known, expected) in [
            (r#""1""#, true),
            ("*", true),
            (r#"W/"1""#, true),
            (r#""x", "1""#, true),
            (r#""a,"1"#, false),
            (r#""x,", W/"1" ,"#, true),
            (r#""11""#, false),
            (r#"W/"2", "3""#, false),
            ("1", false),
            (r#""1"#, false),
            ("", false),
        ] {
            assert_eq!(is_known(known, r#""1""#), expected, "{known}");
        }
        let mut headers = HeaderMap::new();
        assert_eq!(super::known(&headers), "");
        headers.append("if-none-match", r#""x""#.parse().unwrap());
        headers.append("if-none-match", r#"W/"1""#.parse().unwrap());
        assert!(is_known(&super::known(&headers), r#""1""#));
    }
}
