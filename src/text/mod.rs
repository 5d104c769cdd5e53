//! Texts for people and programs: quoting, escaping, counting, suggesting. Below all stages: it knows
//! nothing of profiles, and depends on no other module.
//!
//! Each grammar has one function that writes it:
//!
//! | grammar | function |
//! |---|---|
//! | a name in a report, in quotes only where it needs them | [`quoted`] |
//! | a name in quotes, and some of many names | [`in_quotes`], [`some_of`] |
//! | words of the file language in a message | [`listed`] |
//! | a word of a shell | [`shell_word`] |
//! | a text in quotes in YAML | [`yaml_text`] |
//! | a name in Markdown | [`code`] |
//! | a sentence within the width of a terminal | [`wrapped`] |
//! | any text on a terminal | [`visible`], [`harmless`] |
//! | any text, or JSON, in the log of a CI system | [`disarmed`], [`disarmed_json`] |

mod characters;
mod code;
mod count;
mod escape;
mod quote;
mod suggest;
mod wrap;

pub use characters::is_hidden;
pub use code::code;
pub use count::{counted, thousands};
pub use escape::{disarmed, disarmed_json, harmless, visible};
pub use quote::{
    first_of, in_quotes, is_odd_blank, listed, quoted, shell_word, some_of, yaml_text,
};
pub use suggest::{closest, did_you_mean, did_you_mean_name};
pub use wrap::wrapped;
