//! The order of the folders: each takes from those before it, and none from a later one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The folders and files of `src/`, from the ground up, each with what it may import.
const LAYERS: &[(&str, &[&str])] = &[
    ("text", &[]),
    ("error", &[]),
    ("secret", &["text"]),
    ("finding", &["text"]),
    ("yaml", &["text", "finding"]),
    ("model", &["finding"]),
    ("provider", &["error", "secret", "model"]),
    ("desired", &["text", "finding", "model", "provider", "yaml"]),
    ("schema", &["model", "provider", "desired"]),
    ("live", &["text", "error", "model", "provider", "desired", "yaml"]),
    ("plan", &["text", "finding", "model", "provider", "desired"]),
    ("apply", &["text", "error", "finding", "model", "provider", "live", "desired", "plan"]),
    ("report", &["text", "error", "finding", "model", "plan", "apply"]),
    ("cli", &["report"]),
    (
        "app",
        &[
            "text", "error", "secret", "finding", "model", "provider", "live", "desired", "schema",
            "plan", "apply", "report", "cli", "yaml",
        ],
    ),
    ("main", &["app"]),
];

/// What the pure stages must not take from a folder that they may import.
const NEVER: &[(&str, &str)] =
    &[("desired", "provider::http"), ("plan", "provider::http"), ("report", "provider")];

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("src can be listed") {
        let path = entry.expect("src can be listed").path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|it| it == "rs") {
            files.push(path);
        }
    }
}

/// Lists what a file takes from the crate, as paths without `crate::`. Tests inside a file may look
/// at later stages, and a comment may name them.
fn imports(text: &str) -> BTreeSet<String> {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let code = code.lines().map(str::trim_start).filter(|line| !line.starts_with("//"));
    let path = |text: &str| {
        let end = text.find(|it: char| it != ':' && it != '_' && !it.is_alphanumeric());
        text[..end.unwrap_or(text.len())].trim_end_matches(':').to_owned()
    };
    let paths = |rest: &str| match rest.strip_prefix('{') {
        Some(group) => group.split([',', '}']).map(|it| path(it.trim())).collect(),
        None => vec![path(rest)],
    };
    let imports = code.flat_map(|line| line.split("crate::").skip(1)).flat_map(paths);
    imports.filter(|path| !path.is_empty()).collect()
}

#[test]
fn no_stage_takes_anything_from_a_later_one() {
    let src = super::root().join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    let allowed: BTreeMap<&str, &[&str]> = LAYERS.iter().copied().collect();
    let mut wrong = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for file in &files {
        let below = file.strip_prefix(&src).expect("it was listed below src");
        let name = below.to_string_lossy().replace('\\', "/");
        let folder = name.split('/').next().unwrap_or_default().trim_end_matches(".rs").to_owned();
        if folder == "lib" || name.ends_with("tests.rs") {
            continue;
        }
        let Some(layer) = allowed.get(folder.as_str()) else {
            wrong.insert(format!("{name} is in no layer; give `{folder}` its place in LAYERS"));
            continue;
        };
        seen.insert(folder.clone());
        let text = std::fs::read_to_string(file).expect("src can be read");
        for import in imports(&text) {
            let from = import.split("::").next().unwrap_or_default();
            if from != folder && !layer.contains(&from) {
                wrong.insert(format!("{name} takes `{import}`; {folder} may use {layer:?}"));
            }
            let never = NEVER.iter().any(|(it, path)| *it == folder && import.starts_with(path));
            if never {
                wrong.insert(format!("{name} takes `{import}`, which is not for {folder}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.into_iter().collect::<Vec<_>>().join("\n"));
    let missing: Vec<_> = allowed.keys().filter(|it| !seen.contains(**it)).collect();
    assert!(missing.is_empty(), "LAYERS names what src does not have: {missing:?}");
}

/// Sending knows no vendor and no contract, so the arrows between the two go one way.
#[test]
fn sending_takes_nothing_from_the_rest_of_the_provider_folder() {
    let http = super::root().join("src/provider/http");
    let mut files = Vec::new();
    rust_files(&http, &mut files);
    assert!(!files.is_empty(), "{} has no files", http.display());
    for file in &files {
        let text = std::fs::read_to_string(file).expect("src can be read");
        for import in imports(&text).iter().filter(|import| import.starts_with("provider")) {
            assert!(import.starts_with("provider::http"), "{} takes `{import}`", file.display());
        }
    }
}

/// It is another crate, so the compiler holds the other direction: it takes nothing from here.
#[test]
fn only_the_registry_and_the_commands_that_start_one_take_from_the_sandbox() {
    let src = super::root().join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    let takes = |file: &PathBuf| {
        let text = std::fs::read_to_string(file).expect("src can be read");
        let mut code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        code.any(|line| line.contains("permctl_sandbox"))
    };
    files.retain(takes);
    files.sort();
    let expected = ["app/commands/sandbox.rs", "app/session.rs", "provider/registry.rs"];
    assert_eq!(files, expected.map(|file| src.join(file)));
}

#[test]
fn the_layers_are_in_order() {
    for (at, (folder, uses)) in LAYERS.iter().enumerate() {
        for used in *uses {
            let place = LAYERS.iter().position(|(name, _)| name == used);
            assert!(place.is_some_and(|it| it < at), "`{folder}` stands before `{used}`");
        }
    }
}
