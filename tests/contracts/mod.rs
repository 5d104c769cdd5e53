//! Contracts: what is sent to a vendor, and what its simulator answers, against fixtures written
//! from the vendor's own description.

mod gong_openapi;
mod pulse;
