//! `permctl schema`

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser as _};

use crate::app::{App, schemas};
use crate::error::Exit;
use crate::report::{Report, SchemasWritten};
use crate::schema::Subject;

/// `permctl schema`
#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// What to describe: `permctl` for permctl.yaml, `bases` for `profiles/bases/`, or the profiles of a provider
    #[arg(value_name = "WHAT", value_parser = subject(), required_unless_present = "write")]
    pub what: Option<String>,
    /// Write all that the files need into `schemas/`, and tell the editor in `.vscode/`
    #[arg(long, conflicts_with = "what")]
    pub write: bool,
}

fn subject() -> impl clap::builder::TypedValueParser<Value = String> {
    PossibleValuesParser::new(Subject::all().map(Subject::word)).map(|word| word)
}

/// Shows a schema, or writes those that the files need.
pub fn run(app: &App, arguments: &SchemaArgs) -> anyhow::Result<Exit> {
    if let Some(subject) = arguments.what.as_deref().and_then(Subject::find) {
        app.result(&subject.text())?;
        return Ok(Exit::Done);
    }
    let files = schemas::write(&app.look()?)?;
    app.show(Report::Schemas(&SchemasWritten { files }))?;
    Ok(Exit::Done)
}
