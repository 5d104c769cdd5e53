//! What settings let people do: every setting that gives access has a tier and words, and the page has them all.

use std::collections::BTreeSet;

use permctl::model::catalogue::{Access, Catalogue, Explained, Tier};
use permctl::provider::{SYSTEMS, systems};

use crate::documents::up_to_date;

/// Lists the settings that give access, by their dotted paths.
fn grants(catalogue: &Catalogue) -> BTreeSet<String> {
    let rows = catalogue.rows().iter().filter(|row| row.access != Access::Neutral);
    let entries = catalogue
        .maps()
        .iter()
        .flat_map(|map| map.known.iter().map(|(name, _)| map.path.join(name).to_string()));
    rows.map(|row| row.path.to_string()).chain(entries).collect()
}

#[test]
fn every_setting_that_gives_access_has_a_risk_and_no_other_has() {
    for system in systems() {
        let catalogue = system.provider.catalogue();
        let stated: BTreeSet<String> = catalogue.stated_risks().map(ToString::to_string).collect();
        assert_eq!(stated, grants(catalogue), "{}", system.provider.id());
    }
}

#[test]
fn the_words_of_every_ability_follow_can_and_every_reason_is_a_sentence() {
    let mut count = 0;
    for system in systems() {
        for explained in Explained::all(system.provider.catalogue()) {
            let Explained { setting, abilities, risk, .. } = explained;
            let Some(reason) = risk else { continue };
            assert!(reason.ends_with('.') && reason.len() > 10, "{setting}: {reason}");
            assert!(!abilities.is_empty(), "{setting} lets people do nothing");
            for ability in abilities {
                let first = ability.can.split(' ').next().unwrap_or_default();
                assert!(ability.can.contains(' '), "{setting}: {}", ability.can);
                assert!(!first.ends_with('s') || first.ends_with("ss"), "{setting}: can {first}");
                assert!(!ability.can.ends_with('.'), "{setting}: {}", ability.can);
                count += 1;
            }
        }
    }
    assert!(count > 200, "{count}");
}

#[test]
fn a_broader_level_is_never_of_a_lower_tier() {
    for system in systems() {
        for explained in Explained::all(system.provider.catalogue()) {
            let tiers: Vec<Tier> = explained.abilities.iter().map(|it| it.tier).collect();
            // A switch of Webex and a level of one list stand beside each other.
            assert!(tiers.is_sorted(), "{}: {tiers:?}", explained.setting);
        }
    }
}

#[test]
fn the_page_of_risks_is_up_to_date() {
    let mut text = "# Risk\n\nMade from the catalogues by `UPDATE_DOCS=1 cargo test documents`. \
        What people can do by each setting, how bad it\nis if one of them misuses it or loses the \
        password, and why. A tenant that judges otherwise says so in `permctl.yaml`:\n\
        `risk: {SETTING: {tier: ordinary, reason: ...}}`.\n\n\
        * **critical**: take data out, destroy what can't be restored, or hand out access.\n\
        * **sensitive**: see what others said or did in confidence, or change what others work \
        with; it is noticed, and can be undone.\n\
        * **ordinary**: the rest. It opens a page, or is about the person's own data.\n"
        .to_owned();
    for system in SYSTEMS {
        let provider = system.provider;
        text += &format!("\n## {} (`provider: {}`)\n", provider.title(), provider.id());
        text += "\n| setting | value | people can | tier | why |\n|---|---|---|---|---|\n";
        for explained in Explained::all(provider.catalogue()) {
            let Explained { setting, abilities, risk, .. } = explained;
            let worst = abilities.iter().map(|ability| ability.tier).max();
            for ability in abilities {
                let reason = risk.as_deref().filter(|_| Some(ability.tier) == worst);
                let values: Vec<String> =
                    ability.values.iter().map(|value| format!("`{value}`")).collect();
                text += &format!(
                    "| `{setting}` | {} | {} | {} | {} |\n",
                    if values.is_empty() { "more".to_owned() } else { values.join(", ") },
                    ability.can,
                    ability.tier.word(),
                    reason.unwrap_or_default()
                );
            }
        }
    }
    up_to_date("docs/risk.md", &text);
}
