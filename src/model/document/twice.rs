//! JSON in which an object names a member twice: which of the two counts is up to each reader, so a text
//! like that says nothing.

use std::borrow::Cow;

use super::size::end_of_text;

/// Returns a member that an object of a JSON text has twice; `None` where there is none. Of a text that is
/// not JSON the answer says nothing.
///
/// The names of an object are put in order when it ends, which takes no memory of its own and no more time
/// for names that were chosen to be alike.
pub fn member_twice(text: &[u8]) -> Option<String> {
    // The names of all open objects; those of an inner one stand behind those of the outer ones.
    let mut names: Vec<Cow<'_, str>> = Vec::new();
    // Where the names of each open object begin; a list has none.
    let mut open: Vec<Option<usize>> = Vec::new();
    let mut name_follows = false;
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => {
                let end = end_of_text(text, at);
                if name_follows && let Some(Some(_)) = open.last() {
                    names.push(spelled(&text[at..end]));
                }
                name_follows = false;
                at = end;
                continue;
            }
            b'{' => {
                open.push(Some(names.len()));
                name_follows = true;
            }
            b'[' => {
                open.push(None);
                name_follows = false;
            }
            b'}' | b']' => {
                if let Some(Some(begin)) = open.pop() {
                    names[begin..].sort_unstable();
                    let twice = names[begin..].windows(2).find(|pair| pair[0] == pair[1]);
                    if let Some([name, _]) = twice {
                        return Some(name.clone().into_owned());
                    }
                    names.truncate(begin);
                }
                name_follows = false;
            }
            b',' => name_follows = true,
            _ => {}
        }
        at += 1;
    }
    None
}

/// Returns what a text in quotes spells.
fn spelled(quoted: &[u8]) -> Cow<'_, str> {
    if quoted.contains(&b'\\')
        && let Ok(text) = serde_json::from_slice::<String>(quoted)
    {
        return Cow::Owned(text);
    }
    let inner = quoted.strip_prefix(b"\"").unwrap_or(quoted);
    String::from_utf8_lossy(inner.strip_suffix(b"\"").unwrap_or(inner))
}

#[cfg(test)]
mod tests {
    use super::member_twice;

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
            (r#"{"": 1, "": 2}"#, Some("")),
            ("{", None),
            ("", None),
            (r#"{"a"#, None),
        ] {
            assert_eq!(member_twice(text.as_bytes()).as_deref(), twice, "{text}");
        }
    }
}
