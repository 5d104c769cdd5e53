//! Laws that hold for any input, and the table of Gong's settings against an independent list.

mod calls;
pub mod generate;
mod lens;
mod table;
