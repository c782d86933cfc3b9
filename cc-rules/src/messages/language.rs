//! Tags of languages, as the catalogues of a pack are named (BCP 47, RFC 5646).

use crate::pack::Problem;
use crate::pack::limits::MAX_NAME;

/// Reports what is no tag of a language, or is written in a way that nobody asks for.
pub(crate) fn check_language(tag: &str, path: &str, found: &mut Vec<Problem>) {
    let canonical = canonical(tag);
    let is_known = canonical.as_deref().is_some_and(|tag| is_language(primary(tag)));
    if is_known && canonical.as_deref() == Some(tag) {
        return;
    }
    let meant = match canonical {
        Some(canonical) if is_known => Some(canonical),
        _ => meant(primary(&tag.to_lowercase())).map(str::to_owned),
    };
    let text =
        if is_known { "not how the tag of a language is written" } else { "not the tag of a language" };
    let hint = meant.map_or_else(
        || "write a language as `da`, one with a region as `de-AT`".to_owned(),
        |meant| format!("did you mean `{meant}`?"),
    );
    found.push(Problem::new(path, "bad-language", text).hint(Some(hint.into())));
}

/// The tag without script, region and what else follows.
pub(super) fn primary(tag: &str) -> &str {
    tag.split(['-', '_']).next().unwrap_or_default()
}

/// The tag in the letters that RFC 5646, section 2.1.1 recommends; `None` where it is not one by its form.
fn canonical(tag: &str) -> Option<String> {
    let all = |part: &str, fits: fn(&u8) -> bool| part.bytes().all(|byte| fits(&byte));
    let mut parts = tag.split(['-', '_']);
    let language = parts.next()?;
    if tag.len() > MAX_NAME || !(2..=3).contains(&language.len()) || !all(language, u8::is_ascii_alphabetic) {
        return None;
    }
    let mut written = language.to_ascii_lowercase();
    let (mut is_first, mut is_extension, mut is_bare) = (true, false, false);
    for part in parts {
        let letters = all(part, u8::is_ascii_alphabetic);
        let is_region =
            !is_extension && (part.len() == 2 && letters || part.len() == 3 && all(part, u8::is_ascii_digit));
        let lower = part.to_ascii_lowercase();
        let spelled = match part.len() {
            _ if !all(part, u8::is_ascii_alphanumeric) => return None,
            1 if !is_bare => {
                (is_extension, is_bare) = (true, true);
                lower
            }
            1..=8 if is_extension => {
                is_bare = false;
                lower
            }
            4 if letters && is_first => part[..1].to_ascii_uppercase() + &lower[1..],
            _ if is_region => part.to_ascii_uppercase(),
            4 if part.starts_with(|first: char| first.is_ascii_digit()) => lower,
            5..=8 => lower,
            _ => return None,
        };
        is_first = false;
        written.push('-');
        written.push_str(&spelled);
    }
    (!is_bare).then_some(written)
}

/// Whether two letters are a language of ISO 639-1; three are taken for one of ISO 639-3, if no two letters say the same.
fn is_language(primary: &str) -> bool {
    if primary.len() == 2 {
        ISO_639_1.split(' ').any(|known| known == primary)
    } else {
        meant(primary).is_none()
    }
}

/// The language of a word that is often written in place of its tag.
fn meant(word: &str) -> Option<&'static str> {
    let (tag, _) = WORDS.iter().find(|(_, words)| words.split(' ').any(|known| known == word))?;
    Some(tag)
}

const ISO_639_1: &str = "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee \
     el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv \
     ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl \
     nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw \
     ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/// Tags, with names, three letters and countries that are taken for them.
const WORDS: &[(&str, &str)] = &[
    ("cs", "cz ces cze czech"),
    ("da", "dk dan dansk danish"),
    ("de", "at deu ger deutsch german"),
    ("el", "gr ell gre greek"),
    ("en", "eng english gb us uk"),
    ("es", "spa español espanol spanish"),
    ("et", "est estonian"),
    ("fi", "fin suomi finnish"),
    ("fr", "fra fre français francais french"),
    ("is", "isl ice íslenska icelandic"),
    ("it", "ita italiano italian"),
    ("ja", "jp jpn japanese"),
    ("ko", "kor korean"),
    ("nb", "nob norsk bokmål norwegian"),
    ("nl", "nld dut nederlands dutch"),
    ("no", "nor"),
    ("pl", "pol polski polish"),
    ("pt", "por português portuguese"),
    ("sv", "swe svenska swedish"),
    ("uk", "ua ukr ukrainian"),
    ("zh", "cn zho chi chinese"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_that_nobody_asks_for_is_found_with_the_one_that_is_meant() {
        for good in [
            "da",
            "de-AT",
            "nb",
            "uk",
            "zh-Hant-TW",
            "es-419",
            "de-CH-1996",
            "haw",
            "en-x-short",
            "ar-u-nu-latn",
        ] {
            let mut found = Vec::new();
            check_language(good, "messages", &mut found);
            assert!(found.is_empty(), "{good}: {found:?}");
        }
        for (wrong, meant) in [
            ("DA", "`da`"),
            ("da-dk", "`da-DK`"),
            ("da_DK", "`da-DK`"),
            ("zh-hant", "`zh-Hant`"),
            ("dk", "`da`"),
            ("dansk", "`da`"),
            ("Danish", "`da`"),
            ("dan", "`da`"),
            ("xx", "`de-AT`"),
            ("", "`de-AT`"),
            ("d e", "`de-AT`"),
            ("da-", "`de-AT`"),
            ("en-x", "`de-AT`"),
            ("messages", "`de-AT`"),
        ] {
            let mut found = Vec::new();
            check_language(wrong, "messages", &mut found);
            let [problem] = &found[..] else { panic!("{wrong}: {found:?}") };
            assert_eq!(problem.code, "bad-language");
            assert!(problem.suggestion.as_deref().unwrap().contains(meant), "{wrong}: {problem:?}");
        }
    }
}
