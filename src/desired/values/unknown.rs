//! The finding for a setting that the vendor does not have, with the best guess at the right one.

use super::ValueReader;
use crate::desired::fields::as_nested;
use crate::desired::keys::PROFILE;
use crate::finding::{Code, Finding, Span};
use crate::model::SettingPath;
use crate::model::catalogue::Owner;
use crate::text::{closest, listed};

impl ValueReader<'_> {
    /// Lists the next segments below a path.
    pub(super) fn children(&self, prefix: &SettingPath) -> Vec<String> {
        let depth = prefix.segments().len();
        let mut names: Vec<String> = Vec::new();
        for row in self.catalogue.rows().iter().filter(|row| row.owner == Owner::Files) {
            if row.path.starts_with(prefix)
                && let Some(segment) = row.path.segments().get(depth)
                && !names.contains(segment)
            {
                names.push(segment.clone());
            }
        }
        names
    }

    /// Tells whether a word is the name of a setting, or of a group of settings, below a path.
    pub(super) fn is_member(&self, prefix: &SettingPath, word: &str) -> bool {
        self.children(prefix).iter().any(|child| child == word)
    }

    pub(super) fn unknown(&mut self, path: &SettingPath, span: &Span) {
        let parent = SettingPath::new(&path.segments()[..path.segments().len() - 1]);
        if parent.segments().is_empty() && PROFILE.names().any(|key| key == path.leaf()) {
            let hint = format!("`{path}` stands beside `settings`, not in it");
            return self.no_setting(path, span, hint);
        }
        let siblings = self.children(&parent);
        // A vendor whose settings are all in one map, under names of the workspace's own.
        if let ([only], [map]) = (siblings.as_slice(), self.catalogue.maps())
            && map.path.leaf() == only
        {
            let hint =
                format!("settings of this vendor stand below `{only}`: `{only}: {{{path}: ...}}`");
            return self.no_setting(path, span, hint);
        }
        // The right name in the wrong place is a better guess than a name that is spelt alike.
        let hint = match self.elsewhere(path.leaf()) {
            Some(place) => {
                format!("did you mean `{place}`? settings are nested as in the vendor's API")
            }
            None => match closest(path.leaf(), &siblings) {
                Some(near) => format!("did you mean `{}`?", parent.join(near)),
                None => self.members_of(&parent),
            },
        };
        self.no_setting(path, span, hint);
    }

    pub(super) fn no_setting(&mut self, path: &SettingPath, span: &Span, hint: String) {
        let message = format!("there is no setting `{path}`");
        self.findings.push(Finding::new(Code::UnknownSetting, message).at(span).hint(hint));
    }

    /// Says how a setting is nested that is written as a path, as plans show it.
    pub(super) fn dotted(&self, prefix: &SettingPath, key: &str) -> Option<String> {
        let (outer, inner) = key.rsplit_once('.')?;
        let path = key.split('.').fold(prefix.clone(), |path, segment| path.join(segment));
        let known = self.catalogue.row(&path).is_some() || !self.children(&path).is_empty();
        known.then(|| as_nested(outer, inner))
    }

    /// Lists the members below a path, as far as they fit a line.
    pub(super) fn members_of(&self, prefix: &SettingPath) -> String {
        let members = self.children(prefix);
        if members.len() > 8 {
            return "names are the vendor's own, as in its API; see docs/settings.md".to_owned();
        }
        let members: Vec<&str> = members.iter().map(String::as_str).collect();
        format!("its members are {}", listed(&members))
    }

    /// Finds the one setting, or group of settings, that has this name in another place.
    fn elsewhere(&self, name: &str) -> Option<SettingPath> {
        let rows = self.catalogue.rows().iter().filter(|row| row.owner == Owner::Files);
        let mut places: Vec<SettingPath> = rows
            .filter_map(|row| {
                let segments = row.path.segments();
                let at = segments.iter().position(|segment| segment == name)?;
                Some(SettingPath::new(&segments[..=at]))
            })
            .collect();
        // The members of one group are neighbours in the table.
        places.dedup();
        if places.len() == 1 { places.pop() } else { None }
    }
}
