//! `docs/guides/a-rule-from-idea-to-backtest.md`, followed to the letter: its files are written, its changes applied, its
//! commands run, and what they print is what the guide shows. `UPDATE_GOLDEN=1` writes the outputs anew.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests read and write files")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use example_fleet::{Fleet, Order, write_history, write_truth};

const GUIDE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/guides/a-rule-from-idea-to-backtest.md");

#[test]
fn the_guide_shows_what_is_printed() {
    let folder = std::env::temp_dir().join(format!("ccars-{}-guide", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let guide = std::fs::read_to_string(GUIDE).unwrap();
    let followed = follow(&guide, &folder);
    std::fs::remove_dir_all(&folder).unwrap();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(GUIDE, &followed).unwrap();
    }
    assert!(followed.contains("2 passed") || followed.contains("4 passed"), "{followed}");
    assert!(guide == followed || std::env::var_os("UPDATE_GOLDEN").is_some(), "found:\n{followed}");
}

/// Does what the guide says, and gives the guide with the outputs that came.
fn follow(guide: &str, folder: &Path) -> String {
    let mut followed = String::new();
    let mut lines = guide.lines();
    while let Some(line) = lines.next() {
        writeln!(followed, "{line}").unwrap();
        let Some(info) = line.strip_prefix("```").filter(|info| !info.is_empty()) else { continue };
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        match info.split_once(' ') {
            Some(("yaml", file)) => append(&folder.join(file), &block),
            Some(("diff", file)) => change(&folder.join(file), &block),
            _ => {}
        }
        if info == "console" {
            for command in block.iter().filter_map(|line| line.strip_prefix("$ ")) {
                write!(followed, "$ {command}\n{}", run(command, folder)).unwrap();
            }
        } else {
            for line in &block {
                writeln!(followed, "{line}").unwrap();
            }
        }
        followed.push_str("```\n");
    }
    followed
}

fn append(file: &Path, block: &[&str]) {
    let before = std::fs::read_to_string(file).unwrap_or_default();
    std::fs::write(file, before + &block.join("\n") + "\n").unwrap();
}

/// A line less, a line more.
fn change(file: &Path, block: &[&str]) {
    let [old, new] = block else { panic!("a change is one line before and one after: {block:?}") };
    let (old, new) = (old.strip_prefix('-').unwrap(), new.strip_prefix('+').unwrap());
    let text = std::fs::read_to_string(file).unwrap();
    assert_eq!(text.lines().filter(|line| *line == old).count(), 1, "{old}\n{text}");
    let lines: Vec<_> = text.lines().map(|line| if line == old { new } else { line }).collect();
    std::fs::write(file, lines.join("\n") + "\n").unwrap();
}

/// What a command prints, in the folder of the guide.
fn run(command: &str, folder: &Path) -> String {
    if let Some(arguments) = command.strip_prefix("fleet ") {
        fleet(arguments, folder);
        return String::new();
    }
    let ccars = PathBuf::from(env!("CARGO_BIN_EXE_ccars"));
    let path = format!("{}:{}", ccars.parent().unwrap().display(), std::env::var("PATH").unwrap());
    let output = Command::new("sh")
        .args(["-c", &format!("{command} 2>&1")])
        .current_dir(folder)
        .env("PATH", path)
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// `fleet` is another package's program; its library does the same.
fn fleet(arguments: &str, folder: &Path) {
    let words: Vec<&str> = arguments.split(' ').collect();
    let value = |name: &str| words.iter().position(|word| *word == name).map(|place| words[place + 1]);
    let cars: u32 = value("--cars").unwrap().parse().unwrap();
    let fleet = Fleet { cars, days: 7, events: u64::from(cars) * 120, seed: 1 };
    let file =
        |name| std::io::BufWriter::new(std::fs::File::create(folder.join(value(name).unwrap())).unwrap());
    write_history(&fleet, Order::Vehicle, 2, &mut file("--out")).unwrap();
    write_truth(&fleet, 2, &mut file("--truth")).unwrap();
    assert_eq!(words.len(), 6, "an option that this test does not know: {arguments}");
}
