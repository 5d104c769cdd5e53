//! The generic executor: sends a provider's requests and makes sure that an answer is a whole one.
//!
//! It knows no vendor and takes nothing from the rest of `provider/`. A [`Reader`] can send reads only;
//! a [`Writer`] is built by `app/apply` alone. Reads are repeated where that is harmless. A write is
//! sent once: repeating it is `apply`'s decision, since it has to be made from a fresh read.

mod answer;
pub mod auth;
mod client;
mod connections;
mod day;
mod ends;
mod error;
mod limiter;
mod log;
mod repeat;
mod run;
pub mod scheme;
mod send;
mod sign_in;
mod tenant;
mod tokens;
mod unsent;
pub mod vendor_error;

pub use answer::Answer;
pub use auth::Credentials;
pub use client::{Authority, LONGEST_REQUEST, Transport};
pub use connections::Connections;
pub use day::{Calls, Day};
pub use ends::{Accepted, Reader, Writer};
pub use error::{ApiError, Cause, Limit, Pause};
pub use limiter::{Limiter, Rate};
pub use repeat::Repeats;
pub use run::{RequestKind, Run};
pub use tenant::{Connection, TenantClient};
pub use vendor_error::{Errors, VendorError};
