//! Who runs, and where: for the lock and the journal. CI systems say it in the environment.

#![expect(clippy::disallowed_methods, reason = "who runs is told by the environment")]

use serde::{Deserialize, Serialize};

/// Who runs, and where.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Actor {
    /// The person or account.
    pub user: Option<String>,
    /// The machine's name.
    pub host: Option<String>,
    /// What tells one start of a Linux machine from another; the containers on it share it.
    pub boot: Option<String>,
    /// The process.
    pub pid: u32,
    /// The CI job's page.
    pub job: Option<String>,
}

impl Actor {
    /// Describes this process.
    pub fn here() -> Self {
        let host = gethostname::gethostname().to_string_lossy().into_owned();
        let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok();
        let (user, job) = told(|name| std::env::var(name).ok().filter(|text| !text.is_empty()));
        Self {
            user,
            host: Some(host).filter(|host| !host.is_empty()),
            boot: boot.map(|boot| boot.trim().to_owned()).filter(|boot| !boot.is_empty()),
            pid: std::process::id(),
            job,
        }
    }

    /// Tells whether another run was on this machine. A container has a name of its own, and the
    /// start of the machine in common with its neighbours.
    pub fn is_neighbour(&self, other: &Self) -> bool {
        let same = |a: &Option<String>, b: &Option<String>| a.is_some() && a == b;
        same(&self.boot, &other.boot) || same(&self.host, &other.host)
    }
}

/// Reads who runs, and the CI job's page, from GitHub's, GitLab's or a person's environment.
fn told(get: impl Fn(&str) -> Option<String>) -> (Option<String>, Option<String>) {
    let first = |names: &[&str]| names.iter().find_map(|name| get(name));
    let is = |name: &str| get(name).as_deref() == Some("true");
    if is("GITHUB_ACTIONS") {
        // The person who runs a job again need not be the one who started it.
        let user = first(&["GITHUB_TRIGGERING_ACTOR", "GITHUB_ACTOR"]);
        let job = || {
            let (server, repository) = (get("GITHUB_SERVER_URL")?, get("GITHUB_REPOSITORY")?);
            let run = format!("{server}/{repository}/actions/runs/{}", get("GITHUB_RUN_ID")?);
            Some(match get("GITHUB_RUN_ATTEMPT") {
                Some(attempt) => format!("{run}/attempts/{attempt}"),
                None => run,
            })
        };
        return (user, job());
    }
    if is("GITLAB_CI") {
        return (first(&["GITLAB_USER_LOGIN"]), first(&["CI_JOB_URL"]));
    }
    (first(&["USER", "LOGNAME", "USERNAME"]), None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told_by(environment: &[(&str, &str)]) -> (Option<String>, Option<String>) {
        told(|name| {
            let found = environment.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    fn both(user: &str, job: &str) -> (Option<String>, Option<String>) {
        (Some(user.to_owned()), Some(job.to_owned()))
    }

    #[test]
    fn github_says_who_ran_the_job_and_where_its_page_is() {
        let environment = [
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_ACTOR", "ada"),
            ("GITHUB_SERVER_URL", "https://github.com"),
            ("GITHUB_REPOSITORY", "acme/permissions"),
            ("GITHUB_RUN_ID", "77"),
            ("USER", "runner"),
        ];
        let page = "https://github.com/acme/permissions/actions/runs/77";
        assert_eq!(told_by(&environment), both("ada", page));
        let again = [("GITHUB_TRIGGERING_ACTOR", "grace"), ("GITHUB_RUN_ATTEMPT", "2")];
        let environment = [&environment[..], &again[..]].concat();
        assert_eq!(told_by(&environment), both("grace", &format!("{page}/attempts/2")));
    }

    #[test]
    fn gitlab_says_who_ran_the_job_and_where_its_page_is() {
        let page = "https://gitlab.com/acme/permissions/-/jobs/9";
        let environment = [
            ("GITLAB_CI", "true"),
            ("GITLAB_USER_LOGIN", "ada"),
            ("CI_JOB_URL", page),
            ("USER", "root"),
        ];
        assert_eq!(told_by(&environment), both("ada", page));
    }

    #[test]
    fn elsewhere_the_account_says_who() {
        assert_eq!(told_by(&[("USERNAME", "ada")]), (Some("ada".to_owned()), None));
        assert_eq!(told_by(&[]), (None, None));
    }
}
