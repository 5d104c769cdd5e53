//! Whether a JSON text can be read at all: how much there is in it, which as values takes many times its
//! memory, and whether an object names a member twice, so that the text says nothing.

use std::fmt;

use memchr::memchr2;

/// The most values of an answer: a hundred times those of the largest workspace that is known.
pub const MOST_OF_ANSWER: usize = 1_000_000;

/// The most values of a workspace in a snapshot, and of a plan's file: those of twenty thousand profiles, and of
/// ten thousand creates.
pub const MOST_OF_FILE: usize = 2_000_000;

/// Why a JSON text is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    /// It has more values than this.
    TooMany(usize),
    /// An object has this member twice; which of the two counts is up to each reader.
    Twice(String),
}

impl fmt::Display for Unreadable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooMany(most) => write!(formatter, "it has more than {most} values"),
            Self::Twice(member) => write!(formatter, "it has the member `{member}` twice"),
        }
    }
}

/// Tells whether a JSON text has more values than this, lists and objects among them.
pub fn has_more_values(text: &[u8], most: usize) -> bool {
    // Each value but the first follows one of these signs.
    let (mut values, mut at) = (1, 0);
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => at = end_of_text(text, at) - 1,
            b',' | b'[' | b'{' => {
                values += 1;
                if values > most {
                    return true;
                }
            }
            _ => {}
        }
        at += 1;
    }
    false
}

/// Looks through a JSON text for more values than this, and for a member that an object has twice. Of a text
/// that is not JSON the answer says nothing.
///
/// # Errors
/// Says which of the two it has.
pub fn readable(text: &[u8], most: usize) -> Result<(), Unreadable> {
    let (mut values, mut at) = (1, 0);
    // The names of all open objects; those of an inner one stand behind those of the outer ones.
    let mut names: Vec<MemberName<'_>> = Vec::new();
    // Where the names of each open object begin; a list has none.
    let mut open: Vec<Option<usize>> = Vec::new();
    let mut name_follows = false;
    // What is read in spite of it must be bounded too, so the rest is counted.
    let mut first_twice = None;
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => {
                let end = end_of_text(text, at);
                if name_follows && let Some(Some(_)) = open.last() {
                    names.push(MemberName::new(&text[at..end]));
                }
                name_follows = false;
                at = end;
                continue;
            }
            b'{' | b'[' | b',' => {
                values += 1;
                if values > most {
                    return Err(Unreadable::TooMany(most));
                }
                name_follows = *byte != b'[';
                match byte {
                    b'{' => open.push(Some(names.len())),
                    b'[' => open.push(None),
                    _ => {}
                }
            }
            b'}' | b']' => {
                if let Some(Some(begin)) = open.pop() {
                    first_twice = first_twice.or_else(|| twice(&mut names[begin..]));
                    names.truncate(begin);
                }
                name_follows = false;
            }
            _ => {}
        }
        at += 1;
    }
    first_twice.map_or(Ok(()), |name| Err(Unreadable::Twice(name)))
}

/// The name of a member, and a number that equal names share.
struct MemberName<'t> {
    number: u64,
    quoted: &'t [u8],
}

impl<'t> MemberName<'t> {
    fn new(quoted: &'t [u8]) -> Self {
        let number = match quoted.contains(&b'\\') {
            true => number(spelled(quoted).as_bytes()),
            false => number(inner(quoted)),
        };
        Self { number, quoted }
    }
}

/// Returns a name that is among these twice; changes their order.
///
/// Names are put in order by their numbers, which is quick, and those of one number by what they spell: names
/// that were chosen to have one number take no more time than that.
fn twice(names: &mut [MemberName<'_>]) -> Option<String> {
    names.sort_unstable_by_key(|name| name.number);
    let of_one_number = names.chunk_by(|a, b| a.number == b.number);
    of_one_number.filter(|names| names.len() > 1).find_map(|names| {
        let mut spelled: Vec<String> = names.iter().map(|name| spelled(name.quoted)).collect();
        spelled.sort_unstable();
        let pair = spelled.windows(2).find(|pair| pair[0] == pair[1])?;
        Some(pair[0].clone())
    })
}

fn number(name: &[u8]) -> u64 {
    // The odd 64-bit constant of the golden ratio, which moves each bit to many places.
    const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
    let (words, rest) = name.as_chunks::<8>();
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    words.iter().chain([&last]).fold(name.len() as u64, |number, word| {
        (number.rotate_left(29) ^ u64::from_le_bytes(*word)).wrapping_mul(SPREAD)
    })
}

/// Returns what stands between the quotes.
fn inner(quoted: &[u8]) -> &[u8] {
    let inner = quoted.strip_prefix(b"\"").unwrap_or(quoted);
    inner.strip_suffix(b"\"").unwrap_or(inner)
}

/// Returns what a text in quotes spells.
fn spelled(quoted: &[u8]) -> String {
    let read = serde_json::from_slice(quoted);
    read.unwrap_or_else(|_| String::from_utf8_lossy(inner(quoted)).into_owned())
}

/// Returns the place behind the text in quotes that begins here.
fn end_of_text(text: &[u8], from: usize) -> usize {
    let mut at = from + 1;
    while let Some(found) = text.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
        at += found;
        if text[at] == b'"' {
            return at + 1;
        }
        at += 2;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::{Unreadable, has_more_values, readable};

    #[test]
    fn values_are_counted_outside_of_texts() {
        for (text, values) in [
            ("1", 1),
            (r#"[1,[],{"a":"[,{","b":"\\","c":2}]"#, 8),
            (r#""no end, [{"#, 1),
            ("\"", 1),
        ] {
            assert!(!has_more_values(text.as_bytes(), values), "{text}");
            assert_eq!(readable(text.as_bytes(), values), Ok(()), "{text}");
            if values > 1 {
                assert!(has_more_values(text.as_bytes(), values - 1), "{text}");
                let too_many = Err(Unreadable::TooMany(values - 1));
                assert_eq!(readable(text.as_bytes(), values - 1), too_many, "{text}");
            }
        }
    }

    #[test]
    fn a_member_twice_is_found_at_any_depth_however_it_is_spelled() {
        for (text, twice) in [
            (r#"{"a": 1, "b": {"a": 1}, "c": [{"a": "a"}, {"a": 2}], "d": ["a", "a"]}"#, None),
            (r#"{"a": "x", "b": "x", "c": "{\"a\": 1, \"a\": 2}"}"#, None),
            (r#"{"a": 1, "a": 1}"#, Some("a")),
            (r#"[1, {"x": [{"a": true, "b": [{}, []], "a": 2.5}]}]"#, Some("a")),
            (r#"{"x": {"y": {}}, "x": 1}"#, Some("x")),
            (r#"{"pro\u0066iles": [], "profiles": []}"#, Some("profiles")),
            (r#"{"a\"": 1, "a\\": 2, "a\"": 3}"#, Some("a\"")),
            (r#"{"longer than eight": 1, "longer than eighT": 2}"#, None),
            (r#"{"longer than eight": 1, "longer than eight": 2}"#, Some("longer than eight")),
            (r#"{"": 1, "": 2}"#, Some("")),
            ("{", None),
            ("", None),
            (r#"{"a"#, None),
        ] {
            let expected = twice.map_or(Ok(()), |name| Err(Unreadable::Twice(name.to_owned())));
            assert_eq!(readable(text.as_bytes(), 100), expected, "{text}");
        }
    }
}
