//! The documents that are bases, while the files are read.

use super::FilesReading;
use crate::desired::bases::Base;
use crate::desired::config::provider_named;
use crate::desired::document::BaseDocument;
use crate::desired::folders::FolderScope;
use crate::desired::values;
use crate::finding::{Code, Finding};
use crate::provider::Provider;

impl FilesReading {
    /// Takes a base.
    pub(super) fn base(&mut self, scope: FolderScope, document: &BaseDocument<'_>) {
        let provider = self.provider_of_base(scope, document);
        let Some(provider) = provider else { return self.bases.unread(Some(&document.name)) };
        let findings = &mut self.desired.findings;
        let catalogue = provider.catalogue();
        let BaseDocument { description, settings, .. } = *document;
        let values = values::read(description, Some(settings), catalogue, &self.lists, findings);
        let base = Base {
            name: document.name.clone(),
            span: document.span.clone(),
            scope,
            provider,
            extends: document.extends.clone(),
            values,
        };
        self.bases.add(base, &self.folders, findings);
        self.filled.insert(scope);
    }

    /// Returns the vendor of a base: the one that it names, or that of its folder.
    fn provider_of_base(
        &mut self,
        scope: FolderScope,
        document: &BaseDocument<'_>,
    ) -> Option<&'static dyn Provider> {
        let (findings, catalogue) = (&mut self.desired.findings, self.catalogue);
        let said = document.provider.and_then(|node| provider_named(node, catalogue, findings));
        let around = self.provider_of(scope);
        let findings = &mut self.desired.findings;
        match (said, around) {
            (Some(said), Some(around)) if said.id() != around.id() => {
                let message = format!("the workspaces of this folder are of {}", around.id());
                let span = document.provider.map_or(&document.span, |node| &node.span);
                let hint = "take `provider` out, or move the base to `profiles/bases/`";
                findings.push(Finding::new(Code::ImpossibleValue, message).at(span).hint(hint));
                None
            }
            // That of the folder knows the settings that its tenant adds.
            (_, Some(around)) => Some(around),
            (Some(said), None) => Some(self.of_all_tenants(said)),
            (None, None) if document.provider.is_some() || scope != FolderScope::Bases => None,
            (None, None) => {
                let message = format!("the base `{}` has no `provider`", document.name);
                let hint = "add `provider: gong`, or the vendor whose settings it states: no workspace says it here";
                findings
                    .push(Finding::new(Code::MissingKey, message).at(&document.span).hint(hint));
                None
            }
        }
    }

    /// Returns a vendor with the settings that its tenants add, where all of them add the same.
    fn of_all_tenants(&self, said: &'static dyn Provider) -> &'static dyn Provider {
        let mut tenants = self.desired.tenants.iter().filter(|it| it.provider.id() == said.id());
        let Some(first) = tenants.next() else { return said };
        if tenants.all(|it| it.settings == first.settings) { first.provider } else { said }
    }
}
