//! `ccars rules keygen`, `sign` and `verify`: from a new key to a pack that is loaded, and those that are not.
#![allow(clippy::unwrap_used, reason = "tests")]
#![allow(clippy::disallowed_methods, reason = "tests read and write files")]

mod common;

use std::path::PathBuf;

use common::{assert_golden, ccars};

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

const GOOD: &str = "../cli/tests/packs/good.yaml";

#[test]
fn output_is_as_it_was() {
    // The key of the first test vector of RFC 8032, which everybody knows.
    let folder = folder("signing-golden");
    let file = |name: &str| folder.join(name).display().to_string();
    let secret = "ed25519-private:9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60\n";
    let public = "ed25519:d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    std::fs::write(file("secret"), secret).unwrap();
    std::fs::write(file("keys"), format!("{public} until 2027-01-01T00:00:00Z\n")).unwrap();
    std::fs::write(file("bad"), format!("{public} til 2027\n")).unwrap();
    std::fs::write(file("strangers"), "").unwrap();
    let signed = ccars(&["rules", "sign", GOOD, "--key", &file("secret"), "--out", &file("pack")], "");
    assert_eq!((signed.code, signed.stdout.as_str(), signed.stderr.as_str()), (0, "", ""));
    let at = "2026-06-01T00:00:00Z";
    for (name, arguments) in [
        ("rules-sign", &["sign", GOOD, "--key", &file("secret")][..]),
        ("rules-sign-no-key", &["sign", GOOD, "--key", &file("keys")]),
        ("rules-verify", &["verify", &file("pack"), "--keys", &file("keys"), "--at", at]),
        (
            "rules-verify-expired",
            &["verify", &file("pack"), "--keys", &file("keys"), "--at", "2027-01-01T00:00:00Z"],
        ),
        ("rules-verify-stranger", &["verify", &file("pack"), "--keys", &file("strangers"), "--at", at]),
        ("rules-verify-unsigned", &["verify", &file("keys"), "--keys", &file("keys"), "--at", at]),
        ("rules-verify-bad-keys", &["verify", &file("pack"), "--keys", &file("bad"), "--at", at]),
        ("help-rules-keygen", &["keygen", "--help"]),
        ("help-rules-sign", &["sign", "--help"]),
        ("help-rules-verify", &["verify", "--help"]),
    ] {
        let mut run = ccars(&[&["rules"], arguments].concat(), "");
        let place = folder.display().to_string() + "/";
        (run.stdout, run.stderr) = (run.stdout.replace(&place, ""), run.stderr.replace(&place, ""));
        assert_golden(name, &run);
    }
}

#[test]
fn a_new_key_signs_and_a_changed_pack_is_refused() {
    let folder = folder("signing");
    let file = |name: &str| folder.join(name).display().to_string();
    let made = ccars(&["rules", "keygen", &file("secret")], "");
    assert_eq!(made.code, 0, "{}", made.stderr);
    assert!(made.stdout.starts_with("ed25519:") && made.stdout.len() == 73 + "  # 0123456789abcdef".len());
    let other = ccars(&["rules", "keygen", &file("other")], "");
    assert_ne!(other.stdout, made.stdout);
    let secret = std::fs::read_to_string(file("secret")).unwrap();
    assert!(secret != made.stdout && !made.stderr.contains(&secret));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(file("secret")).unwrap().permissions().mode() & 0o777, 0o600);
    }
    // A key is never written over.
    assert_eq!(ccars(&["rules", "keygen", &file("secret")], "").code, 2);
    std::fs::write(file("keys"), &made.stdout).unwrap();
    let sign =
        ["rules", "sign", GOOD, "--key", &file("secret"), "--key", &file("other"), "--out", &file("pack")];
    assert_eq!(ccars(&sign, "").code, 0);
    let verify = |name: &str| {
        ccars(&["rules", "verify", &file(name), "--keys", &file("keys"), "--canonical", &file("json")], "")
    };
    let name = made.stdout.split("# ").nth(1).unwrap();
    let verified = verify("pack");
    assert_eq!((verified.code, verified.stdout), (0, format!("ok demo 1.0.0 signed by {name}")));
    // The keys are not taken for each other, and a signed pack is not taken for a pack.
    let with_public = ccars(&["rules", "sign", GOOD, "--key", &file("keys")], "");
    assert!(
        with_public.code == 2 && with_public.stderr.contains("begins a public key"),
        "{}",
        with_public.stderr
    );
    let check = ccars(&["rules", "check", &file("pack")], "");
    assert!(
        check.code == 1 && check.stderr.contains("error[signed-pack]: the pack is signed"),
        "{}",
        check.stderr
    );
    assert!(check.stderr.contains("rules verify"), "{}", check.stderr);
    let canonical = ccars(&["rules", "check", GOOD, "--canonical", "-"], "").stdout;
    assert_eq!(std::fs::read_to_string(file("json")).unwrap(), canonical);
    let text = std::fs::read_to_string(file("pack")).unwrap();
    std::fs::write(file("changed"), text.replacen("\"urgency\":\"", "\"urgency\":\"\u{20}", 1)).unwrap();
    std::fs::write(file("short"), &text[..text.len() - 2]).unwrap();
    for (name, why) in [("changed", "expected a pack of"), ("short", "expected a pack of")] {
        let run = verify(name);
        assert!(run.code == 1 && run.stderr.contains(why), "{name}: {}", run.stderr);
    }
}
