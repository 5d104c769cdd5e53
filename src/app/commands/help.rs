//! `permctl --help`: the commands by what they are for.

use clap::builder::StyledStr;
use clap::{Arg, ArgAction, Command, CommandFactory as _, FromArgMatches as _};

use super::Cli;

/// The commands, by what they are for.
const JOBS: [(&str, &[&str]); 6] = [
    ("Every change", &["plan", "apply", "drift", "show"]),
    ("Files", &["validate", "import", "explain", "schema"]),
    ("Questions", &["why"]),
    ("Evidence", &["snapshot"]),
    ("Rules", &["test", "approvals"]),
    ("Tools", &["sandbox"]),
];

/// Examples of each command, below its help.
const EXAMPLES: [(&str, &[&str]); 13] = [
    (
        "plan",
        &[
            "permctl plan                                  everything",
            "permctl plan emea 'amer/Sales *'              a workspace, and some profiles of another",
            "permctl plan --since main --out plan.json     what this branch changes, to be applied",
            "permctl plan --live live.json --format markdown   without credentials, for a pull request",
        ],
    ),
    (
        "apply",
        &[
            "permctl apply                                 plans, shows, asks and does",
            "permctl apply plan.json --approved DIGEST     exactly the plan that was reviewed",
            "permctl apply --only narrows --auto-approve   only what takes access away",
        ],
    ),
    (
        "drift",
        &[
            "permctl drift                                 2 where anything differs",
            "permctl drift --fail-on broader,critical      2 where people have more than the files give",
            "permctl drift --baseline last.json            who moved: the files, or a person",
        ],
    ),
    ("show", &["permctl show plan.json --format markdown"]),
    (
        "validate",
        &[
            "permctl validate --strict                     warnings count too",
            "permctl validate profiles/emea/admin.yaml     one file, as an editor or a hook checks it",
        ],
    ),
    (
        "import",
        &["permctl import emea                           a file for each profile without one"],
    ),
    (
        "explain",
        &[
            "permctl explain callsAccess",
            "permctl explain delete                        all settings about it",
        ],
    ),
    (
        "schema",
        &["permctl schema --write                        for the editor, beside permctl.yaml"],
    ),
    ("why", &["permctl why emea/Administrator deleteCalls"]),
    ("snapshot", &["permctl snapshot --holders --out live.json    with who has what"]),
    ("test", &["permctl test"]),
    (
        "approvals",
        &["permctl approvals check plan.json --reviews reviews.json --commit SHA --author NAME"],
    ),
    (
        "sandbox",
        &[
            "permctl sandbox                               a simulated API on a free port",
            "permctl sandbox edit 'emea/Administrator' deleteCalls=true    a change by hand",
        ],
    ),
];

/// Reads the command line.
///
/// # Errors
/// When it makes no sense, or asks for help or the version.
pub fn parse() -> Result<Cli, clap::Error> {
    Cli::from_arg_matches(&command().try_get_matches()?)
}

/// Returns the command line's grammar with its help.
pub fn command() -> Command {
    let mut command = Cli::command();
    for (name, examples) in EXAMPLES {
        let text = format!("Examples:\n  {}", examples.join("\n  "));
        command = command.mut_subcommand(name, |command| command.after_help(text));
    }
    let help = help(command.clone());
    command.override_help(help)
}

/// Writes the help of the whole program.
fn help(mut command: Command) -> StyledStr {
    let about = |name: &str| {
        let found = command.get_subcommands().find(|it| it.get_name() == name);
        let about = found.and_then(Command::get_about);
        format!("  {name:<10} {}\n", about.expect("a command says what it does"))
    };
    let job = |(job, names): &(&str, &[&str])| {
        format!("{job}:\n{}\n", names.iter().map(|name| about(name)).collect::<String>())
    };
    let jobs: String = JOBS.iter().map(job).collect();
    for name in JOBS.iter().flat_map(|(_, names)| *names) {
        command = command.mut_subcommand(*name, |command| command.hide(true));
    }
    let about = command.get_long_about().cloned();
    let flag = Arg::new("help").short('h').long("help").help("Print help").action(ArgAction::Help);
    command = command.disable_help_subcommand(true).disable_help_flag(true).arg(flag);
    command = command.about(about.expect("the program says what it does"));
    command = command.override_usage("permctl COMMAND [OPTIONS]");
    let template = format!(
        "{{about-section}}\n{{usage-heading}} {{usage}}\n\n{jobs}`permctl COMMAND --help` has more, with examples.\n\n{{all-args}}{{after-help}}"
    );
    command.help_template(template).render_help()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_a_job_and_an_example() {
        let all = Cli::command();
        let names: Vec<&str> = all.get_subcommands().map(Command::get_name).collect();
        let jobs: Vec<&str> = JOBS.iter().flat_map(|(_, names)| *names).copied().collect();
        let examples: Vec<&str> = EXAMPLES.iter().map(|(name, _)| *name).collect();
        for name in &names {
            assert!(jobs.contains(name) && examples.contains(name), "{name}");
        }
        assert_eq!((jobs.len(), examples.len()), (names.len(), names.len()));
    }

    #[test]
    fn every_example_is_a_command_line() {
        for example in EXAMPLES.iter().flat_map(|(_, examples)| *examples) {
            // What follows many blanks says what it is for.
            let line = example.split("   ").next().unwrap_or_default();
            let line = &line.replace("SHA", &"1".repeat(40));
            let words = line.split('\'').enumerate().flat_map(|(at, part)| match at % 2 {
                0 => part.split_whitespace().collect::<Vec<_>>(),
                _ => vec![part],
            });
            let parsed = command().try_get_matches_from(words);
            assert!(parsed.is_ok(), "{example}: {parsed:?}");
        }
    }
}
