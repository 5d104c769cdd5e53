//! What settings mean, as text.

use crate::model::catalogue::{Explained, ExplainedAbility, Tier};
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
    let Explained { setting, help, values, kind, narrowest, abilities, risk, notes } = explained;
    text.push_str(&format!("  {}\n", styled(Style::Strong, setting)));
    text.push_str(&format!("      {help}\n"));
    notes.iter().for_each(|note| text.push_str(&format!("      {note}\n")));
    let values = match kind {
        Some(kind) => kind.clone(),
        None => values.join(", "),
    };
    text.push_str(&format!("      values: {values}\n"));
    let narrowest = narrowest.as_deref().unwrap_or("none, so `unlisted: deny` leaves it alone");
    text.push_str(&format!("      narrowest: {narrowest}\n"));
    if let Some(reason) = risk {
        text.push_str(&format!("      risk: {}. {reason}\n", tiers(abilities)));
    }
    text.push('\n');
}

/// Writes the tiers of a setting's values, the worst first.
fn tiers(abilities: &[ExplainedAbility]) -> String {
    let of = |tier: Tier| {
        let of_tier = abilities.iter().filter(move |it| it.tier == tier);
        of_tier.flat_map(|it| it.values.iter().map(String::as_str)).collect::<Vec<_>>().join(", ")
    };
    let is_of = |tier: &Tier| abilities.iter().any(|it| it.tier == *tier);
    let tiers: Vec<Tier> = Tier::WORST_FIRST.into_iter().filter(is_of).collect();
    let words = tiers.iter().map(|tier| match tiers.len() {
        1 => tier.word().to_owned(),
        _ => format!("{} ({})", tier.word(), of(*tier)),
    });
    words.collect::<Vec<_>>().join(", ")
}
