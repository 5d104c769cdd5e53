//! Rules over several places: which workspace a file belongs to, and what no two places may say.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::desired::{Ignore, Profile, ProfileFile, Unlisted, Workspace};
use crate::finding::{Code, Finding, Span};
use crate::text::listed;

/// Finds the workspace whose folder a file lies in.
pub fn workspace_of(
    file: &ProfileFile,
    workspaces: &[((Unlisted, Span), Workspace)],
    later: &[String],
    findings: &mut Vec<Finding>,
) -> Option<usize> {
    let start = Span::new(&file.source, 0, 0);
    let names = || workspaces.iter().map(|(_, workspace)| workspace.name.as_str());
    let Some(folder) = &file.folder else {
        findings.push(
            Finding::new(Code::UnknownWorkspace, "a profile file lies in no workspace's folder")
                .at(&start)
                .hint("move it into the folder of its workspace: `profiles/<workspace>/`"),
        );
        return None;
    };
    let found = names().position(|name| name == folder);
    if found.is_none() {
        findings.push(if folder == "bases" || later.contains(folder) {
            Finding::new(
                Code::NotYet,
                format!("the folder `{folder}` is not supported by this version of permctl"),
            )
            .at(&start)
            .hint("bases and groups come with a later version; nothing is read from this file")
        } else {
            Finding::new(Code::UnknownWorkspace, format!("there is no workspace `{folder}`"))
                .at(&start)
                .suggest(
                    folder,
                    names(),
                    format!(
                        "the folders below `profiles/` are named as the workspaces of permctl.yaml: {}",
                        listed(names())
                    ),
                )
        });
    }
    found
}

/// Checks a workspace's profiles against each other and against what it ignores.
pub fn check(workspace: &Workspace, day: Date, findings: &mut Vec<Finding>) {
    let address = |profile: &Profile| format!("{}/{}", workspace.name, profile.name);
    let mut by_name: BTreeMap<&str, Vec<&Profile>> = BTreeMap::new();
    let mut by_pin: BTreeMap<&str, &Profile> = BTreeMap::new();
    let mut by_former: BTreeMap<&str, (&Span, &Profile)> = BTreeMap::new();
    for profile in &workspace.profiles {
        by_name.entry(&profile.name).or_default().push(profile);
        if let Some((pin, span)) = &profile.pin
            && let Some(first) = by_pin.insert(&pin.0, profile)
        {
            findings.push(
                Finding::new(Code::ClaimedTwice, format!("two profiles are pinned to {pin}"))
                    .about(address(profile))
                    .at_labelled(span, "again here")
                    .at_labelled(
                        first.pin.as_ref().map_or(&first.span, |(_, span)| span),
                        "first here",
                    )
                    .hint("one live profile is one profile in the files; take one of the pins out"),
            );
        }
        for (former, span) in &profile.formerly {
            if let Some((first, _)) = by_former.insert(former, (span, profile)) {
                findings.push(
                    Finding::new(
                        Code::ClaimedTwice,
                        format!("two profiles say that they were \"{former}\" before"),
                    )
                    .about(address(profile))
                    .at_labelled(span, "again here")
                    .at_labelled(first, "first here")
                    .hint("keep the name in the `formerly` of the one that it became"),
                );
            }
        }
        // A rename takes the profile of the former name, so that one is managed too.
        let former = profile.formerly.iter().map(|(former, span)| (former, span));
        for (name, span) in former.chain([(&profile.name, &profile.span)]) {
            // An entry that has expired hides nothing; it gets a warning of its own.
            let hides = |ignore: &&Ignore| ignore.profile == *name && !expired(ignore, day);
            if let Some(ignore) = workspace.ignore.iter().find(hides) {
                findings.push(
                    Finding::new(
                        Code::IgnoredAndManaged,
                        format!("\"{name}\" is described here and ignored by the configuration"),
                    )
                    .about(address(profile))
                    .at_labelled(span, "described here")
                    .at_labelled(&ignore.span, "ignored here")
                    .hint("take one of them out"),
                );
            }
        }
    }
    for (name, profiles) in by_name {
        // Two live profiles can have one name; then pins tell the two descriptions apart.
        let unpinned = profiles.iter().any(|profile| profile.pin.is_none());
        if let [first, rest @ ..] = profiles.as_slice()
            && unpinned
        {
            for again in rest {
                findings.push(
                    Finding::new(Code::DuplicateProfile, format!("\"{name}\" is described twice"))
                        .about(address(again))
                        .at_labelled(&again.span, "again here")
                        .at_labelled(&first.span, "first here")
                        .hint("merge the two, or rename one; two live profiles of one name need an `id:` each"),
                );
            }
        }
    }
    for ignore in &workspace.ignore {
        if expired(ignore, day) {
            findings.push(
                Finding::new(
                    Code::IgnoreExpired,
                    format!("\"{}\" is no longer ignored: its last day has passed", ignore.profile),
                )
                .about(format!("{}/{}", workspace.name, ignore.profile))
                .at(&ignore.span)
                .hint("take the entry out, or give it a later day"),
            );
        }
    }
}

fn expired(ignore: &Ignore, day: Date) -> bool {
    ignore.until.is_some_and(|until| until < day)
}
