//! JSON in which an object names a member twice: which of the two counts is up to each reader, so a text
//! like that says nothing.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

/// Returns a member that an object of a JSON text has twice; `None` where there is none, and for a text
/// that is no JSON.
pub fn member_twice(text: &[u8]) -> Option<String> {
    let found = RefCell::new(None);
    let mut reader = serde_json::Deserializer::from_slice(text);
    let _ = Search(&found).deserialize(&mut reader);
    found.into_inner()
}

/// Looks at one value, and keeps the first member that an object in it has twice.
#[derive(Clone, Copy)]
struct Search<'f>(&'f RefCell<Option<String>>);

impl<'de> DeserializeSeed<'de> for Search<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Search<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(self)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut seen = HashSet::new();
        while let Some(name) = members.next_key_seed(Name)? {
            if seen.contains(&name) {
                *self.0.borrow_mut() = Some(name.into_owned());
                return Err(A::Error::custom("a member twice"));
            }
            seen.insert(name);
            members.next_value_seed(self)?;
        }
        Ok(())
    }
}

/// Reads the name of a member, without a copy where it is spelled as it is.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::member_twice;

    #[test]
    fn a_member_twice_is_found_at_any_depth_however_it_is_spelled() {
        for (text, twice) in [
            (r#"{"a": 1, "b": {"a": 1}, "c": [{"a": 12345678901234567890123}]}"#, None),
            (r#"{"a": 1, "a": 1}"#, Some("a")),
            (r#"[1, {"x": [{"a": true, "b": null, "a": 2.5}]}]"#, Some("a")),
            (r#"{"pro\u0066iles": [], "profiles": []}"#, Some("profiles")),
            (r#"{"": 1, "": 2}"#, Some("")),
            ("not JSON", None),
            ("", None),
        ] {
            assert_eq!(member_twice(text.as_bytes()).as_deref(), twice, "{text}");
        }
    }
}
