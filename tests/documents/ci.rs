//! The recipes for CI call commands and flags that exist.

use clap::Parser as _;
use permctl::cli::Cli;

use super::root;

/// Splits a command of a recipe into words; what a shell fills in becomes a page.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for character in command.chars() {
        match character {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            _ => words.last_mut().expect("there is one").push(character),
        }
    }
    words.retain(|word| !word.is_empty());
    let filled =
        |word: String| if word.starts_with('$') { "https://x.example".into() } else { word };
    words.into_iter().map(filled).collect()
}

#[test]
fn the_recipes_for_ci_call_commands_that_exist() {
    let text = std::fs::read_to_string(root().join("docs/ci.md")).expect("it is there");
    let recipes: Vec<&str> = text.split("```").skip(1).step_by(2).collect();
    let lines = recipes.iter().flat_map(|recipe| recipe.lines());
    let commands: Vec<&str> = lines
        .filter_map(|line| {
            let starts = ["run: permctl ", "- permctl ", "[permctl "];
            let at = starts
                .iter()
                .find_map(|start| line.find(start).map(|at| at + start.len() - "permctl ".len()))?;
            line[at..].split([']', '#']).next()
        })
        .collect();
    assert_eq!(commands.len(), 6, "{commands:#?}");
    for command in commands {
        let parsed = Cli::try_parse_from(words(command.trim()));
        assert!(parsed.is_ok(), "{command}\n{}", parsed.unwrap_err());
    }
}
