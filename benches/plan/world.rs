//! The generated world: workspaces, what is live in them, and files that describe it.

use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::time::Instant;

use permctl::app::pipeline::Scope;
use permctl::app::selection::Selection;
use permctl::desired::{self, Files, ProfileFile};
use permctl::finding::SourceText;
use permctl::live::describe::{Described, file};
use permctl::live::snapshot::{
    OpenSnapshot, ProfileSnapshot, Snapshot, TenantSnapshot, WorkspaceSnapshot,
};
use permctl::model::names::{Index, Names};
use permctl::model::{Directory, Document, Entry, LiveWorkspace, ProfileId, WorkspaceId, document};
use permctl::plan::assemble::{PlanParts, assemble};
use permctl::provider::Rules as _;
use permctl::provider::gong::Gong;
use permctl::provider::gong::catalogue::{FOLDER, USER};
use permctl_sandbox::gong::fresh;
use serde_json::{Value as Json, json};
use tempfile::TempDir;

use crate::TIMES;
use crate::run::{middle, temporary};

/// How many workspaces, from the first, have files that name folders: each costs one call more.
const WITH_FOLDERS: usize = 2;

/// Where nobody answers.
pub const NOWHERE: &str = "http://127.0.0.1:9";

/// A company: what is live, and files that describe all of it.
pub struct Company {
    workspaces: Vec<Workspace>,
    users: Json,
    people: Vec<Entry>,
}

struct Workspace {
    /// Its name in the files.
    name: String,
    id: String,
    /// As the simulator keeps them.
    folders: Vec<Json>,
    /// As names in files.
    paths: Vec<Entry>,
    documents: Vec<Document>,
    /// The texts of the files, in the order of the documents.
    files: Vec<String>,
}

impl Company {
    /// Makes workspaces with this many profiles each, after those of a fresh simulated tenant.
    pub fn new(workspaces: usize, each: usize) -> Self {
        let state = fresh().save();
        let templates: Vec<&Document> = state["profiles"]
            .as_object()
            .expect("profiles by workspace")
            .values()
            .flat_map(|list| list.as_array().expect("a list").iter())
            .map(|profile| profile.as_object().expect("a document"))
            .collect();
        let people = state["users"].as_array().expect("a list").iter().map(|user| Entry {
            id: text(user, "id"),
            name: text(user, "emailAddress"),
            aliases: Vec::new(),
            active: user["active"] != json!(false),
        });
        let mut company = Self {
            workspaces: Vec::new(),
            users: state["users"].clone(),
            people: people.collect(),
        };
        for at in 0..workspaces {
            company.add(at, each, &templates, &state["folders"]);
        }
        company
    }

    fn add(&mut self, at: usize, each: usize, templates: &[&Document], folders: &Json) {
        let id = (7_200_000_000_000_000_000 + 7_919 * at as u64).to_string();
        let mut workspace = Workspace {
            name: format!("w{at:04}"),
            id,
            folders: Vec::new(),
            paths: Vec::new(),
            documents: Vec::new(),
            files: Vec::new(),
        };
        let uses_folders = |document: &&&Document| !document[FOLDERS.0][FOLDERS.1].is_null();
        let mut usable: Vec<&Document> = templates.to_vec();
        if at < WITH_FOLDERS {
            for folder in folders.as_array().expect("a list") {
                let mut folder = folder.clone();
                folder["workspaceId"] = json!(workspace.id);
                let name = format!("{} {}", text(&folder, "name"), workspace.folders.len());
                folder["name"] = json!(name);
                folder["parentFolderId"] = Json::Null;
                let (id, aliases) = (text(&folder, "id"), Vec::new());
                workspace.paths.push(Entry { id, name, aliases, active: true });
                workspace.folders.push(folder);
            }
        } else {
            usable = templates.iter().filter(|it| !uses_folders(it)).copied().collect();
        }
        let names = names(&self.people, &workspace.paths);
        for (number, template) in usable.into_iter().cycle().take(each).enumerate() {
            let mut document = template.clone();
            let id = 1_000_000_000_000_000_000 + (at * each + number) as u64 * 104_729;
            let name = template["name"].as_str().expect("a name").trim();
            let name = format!("{name} {number:03}");
            document["id"] = json!(id.to_string());
            document["name"] = json!(name);
            let settings = document::settings(Gong.catalogue(), &document);
            let described =
                Described { name: &name, pin: None, settings: &settings, holders: None };
            workspace.files.push(file(&described, Gong.catalogue(), &names));
            workspace.documents.push(document);
        }
        self.workspaces.push(workspace);
    }

    /// Lists the files and the documents of the last workspace.
    pub fn last_workspace(&self) -> impl Iterator<Item = (&String, &Document)> {
        let last = self.workspaces.last().expect("a company has workspaces");
        last.files.iter().zip(&last.documents)
    }

    /// Changes three settings of every other profile behind the files' back.
    pub fn half_changed(self) -> Self {
        self.changed(2)
    }

    /// Changes a description of some profiles behind the files' back, which changes no access.
    pub fn described_anew(mut self, every: usize) -> Self {
        for workspace in &mut self.workspaces {
            for document in workspace.documents.iter_mut().step_by(every) {
                document["description"] = json!("By hand");
            }
        }
        self
    }

    /// Takes what is live away, so that all is to be created.
    pub fn emptied(mut self) -> Self {
        self.workspaces.iter_mut().for_each(|workspace| workspace.documents.clear());
        self
    }

    /// Changes three settings of some profiles behind the files' back.
    pub fn changed(mut self, every: usize) -> Self {
        for workspace in &mut self.workspaces {
            for document in workspace.documents.iter_mut().step_by(every) {
                for switch in ["deals", "teamStats"] {
                    document[switch] = json!(document[switch] != json!(true));
                }
                let level = &mut document["emailsAccess"]["permissionLevel"];
                *level = json!(if *level == json!("own") { "none" } else { "own" });
            }
        }
        self
    }

    /// Puts another file in the place of each: from its number, the id of its profile and its text.
    pub fn described(mut self, file: impl Fn(usize, &str, &str) -> String) -> Self {
        for workspace in &mut self.workspaces {
            let documents = workspace.documents.iter().zip(&mut workspace.files);
            for (number, (document, text)) in documents.enumerate() {
                *text = file(number, document["id"].as_str().expect("an id"), text);
            }
        }
        self
    }

    pub fn config(&self, endpoint: &str) -> String {
        let mut config = format!(
            "version: 1\ntenants:\n  acme:\n    provider: gong\n    endpoint: {endpoint}\n    \
             credentials: {{accessKey: \"${{env:KEY}}\", accessKeySecret: \"${{env:SECRET}}\"}}\n    \
             limits: {{perSecond: 100000, share: 100%}}\n    workspaces:\n"
        );
        for Workspace { name, .. } in &self.workspaces {
            config.push_str(&format!("      {name}: {{name: Team {name}}}\n"));
        }
        config
    }

    /// Writes the user's folder.
    pub fn folder(&self, endpoint: &str) -> TempDir {
        let folder = temporary();
        fs::write(folder.path().join("permctl.yaml"), self.config(endpoint)).expect("a file");
        for workspace in &self.workspaces {
            let below = folder.path().join("profiles").join(&workspace.name);
            fs::create_dir_all(&below).expect("a folder");
            for (number, text) in workspace.files.iter().enumerate() {
                fs::write(below.join(format!("{number}.yaml")), text).expect("a file");
            }
        }
        folder
    }

    /// Returns what the simulator keeps between runs.
    pub fn state(&self) -> Json {
        let each = |of: fn(&Workspace) -> Json| self.workspaces.iter().map(of).collect::<Json>();
        let profiles = self.workspaces.iter().map(|it| (it.id.clone(), json!(it.documents)));
        json!({
            "workspaces": each(|it| json!({"id": it.id, "name": format!("Team {}", it.name)})),
            "users": self.users,
            "folders": self.workspaces.iter().flat_map(|it| &it.folders).collect::<Vec<_>>(),
            "profiles": profiles.collect::<serde_json::Map<_, _>>(),
            "holders": {},
            "sequence": 1_000,
        })
    }

    fn snapshot(&self) -> Snapshot {
        let workspace = |workspace: &Workspace| WorkspaceSnapshot {
            tenant: "acme".to_owned(),
            id: WorkspaceId(workspace.id.clone()),
            vendor_name: Some(format!("Team {}", workspace.name)),
            names: BTreeMap::from([("folders".to_owned(), workspace.paths.clone())]),
            elsewhere: Vec::new(),
            vocabulary: BTreeMap::new(),
            roster: Default::default(),
            holders: BTreeMap::new(),
            profiles: workspace
                .documents
                .iter()
                .map(|document| ProfileSnapshot {
                    id: ProfileId(document["id"].as_str().expect("an id").to_owned()),
                    name: document["name"].as_str().expect("a name").to_owned(),
                    document: document.clone(),
                })
                .collect(),
        };
        let tenant = TenantSnapshot {
            provider: "gong".to_owned(),
            endpoint: NOWHERE.to_owned(),
            names: BTreeMap::from([("users".to_owned(), self.people.clone())]),
        };
        let workspaces = self.workspaces.iter().map(|it| (it.name.clone(), workspace(it).text()));
        Snapshot {
            taken: String::new(),
            tenants: BTreeMap::from([("acme".to_owned(), tenant)]),
            workspaces: workspaces.collect(),
        }
    }

    /// Writes what is live into the user's folder.
    pub fn write_snapshot(&self, folder: &TempDir) {
        let text: String = self.snapshot().pieces().collect();
        fs::write(folder.path().join("live.json"), text).expect("the snapshot can be written");
    }

    /// Times planning alone, from files and live in memory: milliseconds, median.
    pub fn plan_time(&self) -> f64 {
        let profiles = self.workspaces.iter().flat_map(|workspace| {
            workspace.files.iter().enumerate().map(|(number, text)| ProfileFile {
                folder: Some(workspace.name.clone()),
                source: SourceText::new(format!("{}/{number}.yaml", workspace.name), text.clone()),
            })
        });
        let day = jiff::civil::date(2026, 1, 1);
        let desired = desired::load(&Files {
            config: SourceText::new("permctl.yaml".to_owned(), self.config(NOWHERE)),
            profiles: profiles.collect(),
            rules: Vec::new(),
            allowed_hosts: Vec::new(),
            day,
        });
        assert!(desired.findings.is_empty(), "the files are right: {:?}", desired.findings);
        let text: String = self.snapshot().pieces().collect();
        let snapshot = OpenSnapshot::open(Cursor::new(text)).expect("it was just written");
        let live = |it: &Workspace| {
            let read = snapshot.workspace(&it.name).expect("it was just written");
            (read.expect("it is there").live(), names(&self.people, &it.paths))
        };
        let live: Vec<(LiveWorkspace, Names)> = self.workspaces.iter().map(live).collect();
        let everything = Selection::default();
        let scope = Scope {
            desired: &desired,
            day,
            selection: &everything,
            names_unwatched: false,
            before: None,
        };
        let tenant = desired.tenant("acme").expect("the configuration has it");
        let times = (0..TIMES).map(|_| {
            let start = Instant::now();
            let planned = desired.workspaces.iter().zip(&live);
            let planned = planned
                .map(|(desired, (live, names))| scope.plan_one(tenant, desired, live, names));
            let plan =
                assemble(PlanParts { workspaces: planned.collect(), ..PlanParts::default() });
            let time = start.elapsed();
            assert!(plan.changes().count() > 0, "half of the profiles are changed");
            time
        });
        middle(times.collect())
    }
}

/// Where a profile names folders.
const FOLDERS: (&str, &str) = ("libraryFolderAccess", "libraryFolderIds");

fn names(people: &[Entry], folders: &[Entry]) -> Names {
    let index = |kind, entries: &[Entry]| Index::new(Directory { kind, entries: entries.to_vec() });
    Names::new([index(USER, people), index(FOLDER, folders)])
}

fn text(object: &Json, member: &str) -> String {
    object[member].as_str().unwrap_or_default().to_owned()
}
