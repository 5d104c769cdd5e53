//! What settings mean, as text.

use crate::model::catalogue::Explained;
use crate::report::ExplainedSettings;
use crate::report::text::style::{Style, styled};

/// Writes the settings of each vendor.
pub fn text(found: &[ExplainedSettings]) -> String {
    let mut text = String::new();
    for ExplainedSettings { provider, vendor, settings } in found {
        text.push_str(&format!("{} (provider: {provider})\n\n", styled(Style::Strong, vendor)));
        settings.iter().for_each(|setting| one(&mut text, setting));
    }
    text
}

fn one(text: &mut String, explained: &Explained) {
    let Explained { setting, help, values, kind, narrowest, notes } = explained;
    text.push_str(&format!("  {}\n", styled(Style::Strong, setting)));
    text.push_str(&format!("      {help}\n"));
    notes.iter().for_each(|note| text.push_str(&format!("      {note}\n")));
    let values = match kind {
        Some(kind) => kind.clone(),
        None => values.join(", "),
    };
    text.push_str(&format!("      values: {values}\n"));
    let narrowest = narrowest.as_deref().unwrap_or("none, so `unlisted: deny` leaves it alone");
    text.push_str(&format!("      narrowest: {narrowest}\n\n"));
}
