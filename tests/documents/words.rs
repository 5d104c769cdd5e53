//! The words of the code: one name for one idea, and sentences that are read once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Words that hide who or what is meant.
const HIDING: [&str; 4] = ["nobody", "somebody", "whoever", "anew"];

/// Types whose name a library asks for.
const GIVEN: [&str; 1] = ["Writer"];

fn sources() -> Vec<(PathBuf, String)> {
    fn list(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).expect("src can be listed") {
            let path = entry.expect("src can be listed").path();
            if path.is_dir() {
                list(&path, files);
            } else if path.extension().is_some_and(|it| it == "rs") {
                files.push(path);
            }
        }
    }
    let mut files = Vec::new();
    list(&super::root().join("src"), &mut files);
    files.sort();
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).expect("src can be read");
        (path, text)
    };
    files.into_iter().map(read).collect()
}

#[test]
fn no_comment_and_no_message_hides_who_is_meant() {
    let mut found = Vec::new();
    for (path, text) in sources() {
        for (number, line) in text.lines().enumerate() {
            let words = line.split(|it: char| !it.is_alphabetic());
            let hides = words.map(str::to_lowercase).any(|word| HIDING.contains(&word.as_str()));
            if hides {
                found.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
            }
        }
    }
    assert!(found.is_empty(), "name the person or thing that is meant:\n{}", found.join("\n"));
}

/// Returns the name of the type that a line defines.
fn defined(line: &str) -> Option<&str> {
    let mut words = line.split_whitespace().skip_while(|word| word.starts_with("pub"));
    let keyword = words.next()?;
    if !["struct", "enum", "trait", "type"].contains(&keyword) {
        return None;
    }
    let name = words.next()?;
    name.split(|it: char| !it.is_alphanumeric()).next().filter(|name| !name.is_empty())
}

#[test]
fn no_two_types_have_one_name() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (path, text) in sources() {
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        for name in code.lines().filter_map(defined).filter(|name| !GIVEN.contains(name)) {
            places.entry(name.to_owned()).or_default().push(path.display().to_string());
        }
    }
    assert!(places.len() > 100, "the types are found: {places:?}");
    places.retain(|_, files| files.len() > 1);
    assert!(places.is_empty(), "one name for one idea: {places:#?}");
}
