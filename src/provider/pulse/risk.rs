//! What Pulse's permissions let people do, in words that follow "can", and what that can cost. The judgements are
//! ours, not the vendor's.

use crate::model::catalogue::Tier::{Critical, Sensitive};
use crate::model::catalogue::{Risk, Risks};

/// The table; the first line is of all permissions that are not below it.
pub const RISKS: Risks = &[
    (
        "permissions",
        Risk::to_named(
            Sensitive,
            &[],
            "An account names permissions of its own, and permctl does not know what \
        they open.",
        ),
    ),
    (
        "permissions.readSupport",
        Risk::of(
            Sensitive,
            "see support tickets",
            "Tickets hold what customers say in confidence.",
        ),
    ),
    (
        "permissions.readCRM",
        Risk::of(
            Sensitive,
            "see the data of the CRM",
            "It shows every customer of the company, with names and amounts.",
        ),
    ),
    (
        "permissions.readApplications",
        Risk::of(
            Sensitive,
            "see applications",
            "An application holds what a merchant says of its owners and its money.",
        ),
    ),
    (
        "permissions.writeApplications",
        Risk::of(
            Sensitive,
            "make and change applications",
            "What a decision rests on can be changed.",
        ),
    ),
    (
        "permissions.readMerchants",
        Risk::of(
            Sensitive,
            "see merchants",
            "A record holds what a merchant says of its owners and its money.",
        ),
    ),
    (
        "permissions.writeMerchants",
        Risk::of(
            Sensitive,
            "make and change merchants",
            "What colleagues rely on about a merchant can be written over.",
        ),
    ),
    (
        "permissions.writeApiKeys",
        Risk::of(
            Critical,
            "make, change and delete API keys",
            "A key carries permissions of its own, so a person can hand out access.",
        ),
    ),
];
