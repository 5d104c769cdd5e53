//! The `permctl` program: reads the command line, runs a command, ends with its exit code.

use std::process::ExitCode;

use clap::error::ErrorKind;
use permctl::error::Exit;

fn main() -> ExitCode {
    let cli = match permctl::app::parse() {
        Ok(cli) => cli,
        Err(error) => {
            // A closed pipe behind `--help` is the reader's choice, not an error.
            let _ = error.print();
            return match error.kind() {
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => ExitCode::SUCCESS,
                _ => ExitCode::from(Exit::Usage.code()),
            };
        }
    };
    ExitCode::from(permctl::app::run(cli).code())
}
