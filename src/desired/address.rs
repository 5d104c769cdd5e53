//! Addresses: a tenant, a group or a workspace, and perhaps a profile of it. `*` stands for anything.

use globset::{GlobBuilder, GlobMatcher};

use crate::desired::Workspace;

/// An address, as a command line or a rule has it.
#[derive(Debug, Clone)]
pub struct Address {
    text: String,
    /// A tenant, a group or a workspace.
    place: GlobMatcher,
    /// A profile of it; `None` for all.
    profile: Option<GlobMatcher>,
}

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    /// When it is too long or too complex; says why.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (place, profile) = match text.split_once('/') {
            Some((place, profile)) => (place, Some(profile)),
            None => (text, None),
        };
        let profile = profile.map(glob).transpose()?;
        Ok(Self { text: text.to_owned(), place: glob(place)?, profile })
    }

    /// Returns it as it was given.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the parts before and after the slash.
    pub fn parts(&self) -> (&str, Option<&str>) {
        match self.text.split_once('/') {
            Some((place, profile)) => (place, Some(profile)),
            None => (&self.text, None),
        }
    }

    /// Tells whether it has a workspace, or a part of it.
    pub fn covers(&self, workspace: &Workspace) -> bool {
        self.place.is_match(&workspace.name)
            || workspace.groups.iter().any(|group| self.place.is_match(group))
            || (self.profile.is_none() && self.place.is_match(&workspace.tenant))
    }

    /// Tells whether it has a profile name, in whatever workspace.
    pub fn has_name(&self, profile: &str) -> bool {
        self.profile.as_ref().is_none_or(|glob| glob.is_match(profile))
    }

    /// Tells whether it has a profile of a workspace.
    pub fn has(&self, workspace: &Workspace, profile: &str) -> bool {
        self.covers(workspace) && self.has_name(profile)
    }
}

/// Only `*` is special: profile names hold brackets, braces and question marks.
fn glob(text: &str) -> Result<GlobMatcher, String> {
    let pattern: Vec<String> = text.split('*').map(globset::escape).collect();
    GlobBuilder::new(&pattern.join("*"))
        .literal_separator(false)
        .backslash_escape(false)
        .build()
        .map(|glob| glob.compile_matcher())
        .map_err(|error| error.to_string())
}
