//! What Webex would refuse about a profile and who administers with it, beyond what its table says.

use serde_json::Value as Json;

use crate::model::catalogue::Catalogue;
use crate::model::{Document, LiveProfile, SettingPath, Settings, Value, WorkspaceId};
use crate::provider::webex::catalogue::{catalogue, is_uuid};
use crate::provider::webex::{Webex, read, resources};
use crate::provider::{self, Rejection, VendorRule};

const LONGEST_NAME: usize = 80;
const LONGEST_DESCRIPTION: usize = 255;

/// Types whose permissions are always listed one by one: a live tenant refuses `ALL` for them.
const SPECIFIC_ONLY: [&str; 2] = ["ADMINISTRATOR_ONLY", "STANDARD_AGENT"];

/// Types whose holders can configure the system: all that Cisco gives users and user profiles. A supervisor
/// has every module but tenant settings (help.webex.com, nzmlgqi).
const ADMINISTRATORS: [&str; 4] =
    ["ADMINISTRATOR", "ADMINISTRATOR_ONLY", "SUPERVISOR", "ANALYZER_ADMINISTRATOR"];

impl provider::Rules for Webex {
    fn catalogue(&self) -> &'static Catalogue {
        catalogue()
    }

    fn rules(&self) -> &'static [VendorRule] {
        RULES
    }

    fn flaw(&self, profile: &LiveProfile) -> Option<String> {
        provider::nameless(catalogue(), profile).or_else(|| read::flaw(&profile.document))
    }

    fn built_in(&self, _: &WorkspaceId, profile: &LiveProfile) -> Option<&'static str> {
        let own = profile.document.get("systemDefault") == Some(&Json::Bool(true));
        own.then_some("it came with Webex Contact Center, which does not let it be changed")
    }

    /// Who may change users or user profiles configures the contact center, where the type of profile
    /// can have that. Agents with all that their type can have still configure nothing.
    fn administers(&self, settings: &Settings) -> bool {
        let type_can = text(settings, "profileType").is_some_and(|it| ADMINISTRATORS.contains(&it));
        let active = settings.get(&SettingPath::new(["active"])) == Some(&Value::Flag(true));
        let all = text(settings, "permissionAccessLevel") == Some("ALL");
        type_can && active && (all || catalogue().administers(settings))
    }

    fn unknown_names(&self, document: &Document) -> Vec<String> {
        resources::unknown(document)
    }
}

const RULES: &[VendorRule] = &[
    letters_of_name,
    length_of_name,
    length_of_description,
    type_takes_level,
    specific_needs_collections,
    default_collection_is_an_id,
];

fn length_of_description(settings: &Settings) -> Option<Rejection> {
    let length = text(settings, "description")?.encode_utf16().count();
    (length > LONGEST_DESCRIPTION).then(|| {
        let message = format!("the description has {length} characters");
        rejection("description", message, format!("Webex takes {LONGEST_DESCRIPTION} at most"))
    })
}

fn letters_of_name(settings: &Settings) -> Option<Rejection> {
    let name = text(settings, "name")?;
    let is_space = |c: char| matches!(c, ' ' | '\t'..='\r');
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || ",_-".contains(c) || is_space(c);
    let odd = name.chars().find(|c| !is_allowed(*c))?;
    // Many a letter of another script looks like one that Webex takes.
    let code = match odd.is_ascii_graphic() {
        true => String::new(),
        false => format!(" (U+{:04X})", u32::from(odd)),
    };
    let message = format!("Webex takes no {odd:?}{code} in the name of a profile");
    let hint = "use letters without accents, digits, spaces, commas, hyphens and underscores";
    Some(rejection("name", message, hint.to_owned()))
}

fn length_of_name(settings: &Settings) -> Option<Rejection> {
    let length = text(settings, "name")?.chars().count();
    (length > LONGEST_NAME).then(|| {
        let message = format!("the name has {length} characters");
        rejection("name", message, format!("Webex takes {LONGEST_NAME} at most"))
    })
}

fn type_takes_level(settings: &Settings) -> Option<Rejection> {
    let profile_type = text(settings, "profileType")?;
    let refused = SPECIFIC_ONLY.contains(&profile_type)
        && text(settings, "permissionAccessLevel") == Some("ALL");
    refused.then(|| {
        rejection(
            "permissionAccessLevel",
            format!(
                "`permissionAccessLevel` can't be `ALL` for a profile of type `{profile_type}`"
            ),
            "write `SPECIFIC`, and under `permissions` what holders may do".to_owned(),
        )
    })
}

fn specific_needs_collections(settings: &Settings) -> Option<Rejection> {
    let collections = settings.get(&SettingPath::new(["resourceCollections"]))?;
    let none = *collections == Value::set::<_, String>([]);
    let refused = none && text(settings, "resourceAccessLevel") == Some("SPECIFIC");
    refused.then(|| {
        rejection(
            "resourceAccessLevel",
            "`resourceAccessLevel: SPECIFIC` needs at least one resource collection".to_owned(),
            "name it under `resourceCollections`, or write `ALL`".to_owned(),
        )
    })
}

fn default_collection_is_an_id(settings: &Settings) -> Option<Rejection> {
    const SETTING: &str = "defaultResourceCollectionId";
    let refused = text(settings, SETTING).is_some_and(|it| !it.is_empty() && !is_uuid(it));
    refused.then(|| {
        rejection(
            SETTING,
            format!("`{SETTING}` is not the id of a resource collection"),
            "write the collection's id; a snapshot lists names and ids".to_owned(),
        )
    })
}

fn text<'a>(settings: &'a Settings, name: &str) -> Option<&'a str> {
    match settings.get(&SettingPath::new([name])) {
        Some(Value::Text(text)) => Some(text),
        Some(Value::Level(level)) => Some(level),
        _ => None,
    }
}

fn rejection(setting: &str, message: String, hint: String) -> Rejection {
    Rejection { setting: SettingPath::new([setting]), message, hint }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::Rules as _;

    fn messages(settings: &[(&str, Value)]) -> Vec<String> {
        let settings = settings
            .iter()
            .map(|(name, value)| (SettingPath::new([*name]), value.clone()))
            .collect();
        Webex.rejections(&settings).into_iter().map(|rejection| rejection.message).collect()
    }

    #[test]
    fn an_ordinary_profile_is_fine() {
        let fine = [
            ("name", Value::text("Sales, EMEA_2 - new")),
            ("description", Value::text("é".repeat(255))),
            ("profileType", Value::Level("ADMINISTRATOR_ONLY")),
            ("permissionAccessLevel", Value::Level("SPECIFIC")),
            ("resourceAccessLevel", Value::Level("SPECIFIC")),
            ("resourceCollections", Value::set(["c"])),
        ];
        assert_eq!(messages(&fine), [""; 0]);
        assert_eq!(messages(&[("resourceAccessLevel", Value::Level("SPECIFIC"))]), [""; 0]);
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let wrong = [
            ("name", Value::text("R&D")),
            ("description", Value::text("é".repeat(256))),
            ("profileType", Value::Level("STANDARD_AGENT")),
            ("permissionAccessLevel", Value::Level("ALL")),
            ("resourceAccessLevel", Value::Level("SPECIFIC")),
            ("resourceCollections", Value::set::<_, String>([])),
            ("defaultResourceCollectionId", Value::text("nonsense")),
        ];
        assert_eq!(
            messages(&wrong),
            [
                "Webex takes no '&' in the name of a profile",
                "the description has 256 characters",
                "`permissionAccessLevel` can't be `ALL` for a profile of type `STANDARD_AGENT`",
                "`resourceAccessLevel: SPECIFIC` needs at least one resource collection",
                "`defaultResourceCollectionId` is not the id of a resource collection",
            ]
        );
        assert_eq!(
            messages(&[("name", Value::text("x".repeat(81)))]),
            ["the name has 81 characters"]
        );
    }
}
