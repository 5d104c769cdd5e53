//! Finding the parts of a snapshot without taking it into memory: where each workspace stands, and all that
//! stands beside them. Whether a workspace makes sense shows when it is read.

use std::collections::BTreeMap;
use std::io::{self, BufRead};
use std::ops::Range;

use memchr::memchr2;

use crate::live::snapshot::MOST_OF_PART;

/// The longest name of a workspace, in bytes as it is written.
const LONGEST_NAME: usize = 64 * 1024;

/// Where the parts of a snapshot stand.
#[derive(Debug, PartialEq, Eq)]
pub struct Parts {
    /// The snapshot with no workspaces in it, as JSON.
    pub head: Vec<u8>,
    /// The bytes of each workspace, by name.
    pub workspaces: BTreeMap<String, Range<u64>>,
}

/// Finds the parts.
///
/// # Errors
/// When the text is no JSON object, has a workspace twice, has more beside the workspaces than a part may
/// have, or can't be read; says what.
pub fn find(input: impl BufRead) -> Result<Parts, String> {
    let mut scanner = Scanner { input, at: 0 };
    let mut parts = Parts { head: vec![b'{'], workspaces: BTreeMap::new() };
    scanner.members(|scanner, name| {
        if parts.head.len() > 1 {
            parts.head.push(b',');
        }
        parts.head.extend(&name);
        parts.head.push(b':');
        if text(&name)? != "workspaces" {
            return scanner.value(Some(&mut parts.head)).map(drop);
        }
        if scanner.next_sign()? != Some(b'{') {
            return Err("`workspaces` is not an object (is the file a plan?)".to_owned());
        }
        parts.head.extend(b"{}");
        scanner.members(|scanner, name| {
            let (name, range) = (text(&name)?, scanner.value(None)?);
            match parts.workspaces.insert(name.clone(), range) {
                None => Ok(()),
                Some(_) => Err(format!("it has the member `{name}` twice")),
            }
        })
    })?;
    parts.head.push(b'}');
    match scanner.next_sign()? {
        None => Ok(parts),
        Some(_) => Err(scanner.wrong("the end")),
    }
}

fn text(quoted: &[u8]) -> Result<String, String> {
    serde_json::from_slice(quoted).map_err(|error| error.to_string())
}

/// Reads JSON from the outside in, as far as it is asked to.
struct Scanner<R> {
    input: R,
    /// How many bytes were read.
    at: u64,
}

impl<R: BufRead> Scanner<R> {
    fn buffer(&mut self) -> Result<&[u8], String> {
        self.input.fill_buf().map_err(|error: io::Error| error.to_string())
    }

    fn consume(&mut self, bytes: usize) {
        self.input.consume(bytes);
        self.at += bytes as u64;
    }

    /// Returns the next byte that is no white space, and leaves it there; `None` at the end.
    fn next_sign(&mut self) -> Result<Option<u8>, String> {
        loop {
            let buffer = self.buffer()?;
            if buffer.is_empty() {
                return Ok(None);
            }
            let blank = buffer.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            let sign = buffer.get(blank).copied();
            self.consume(blank);
            if sign.is_some() {
                return Ok(sign);
            }
        }
    }

    fn wrong(&self, expected: &str) -> String {
        format!("expected {expected} at byte {}", self.at + 1)
    }

    fn expect(&mut self, sign: u8) -> Result<(), String> {
        if self.next_sign()? != Some(sign) {
            return Err(self.wrong(&format!("`{}`", char::from(sign))));
        }
        self.consume(1);
        Ok(())
    }

    /// Reads an object; each member's name, in quotes, is handed on with the scanner before its value.
    fn members(
        &mut self,
        mut member: impl FnMut(&mut Self, Vec<u8>) -> Result<(), String>,
    ) -> Result<(), String> {
        self.expect(b'{')?;
        if self.next_sign()? == Some(b'}') {
            self.consume(1);
            return Ok(());
        }
        loop {
            if self.next_sign()? != Some(b'"') {
                return Err(self.wrong("a name in quotes"));
            }
            let mut name = Vec::new();
            self.value(Some(&mut name))?;
            if name.len() > LONGEST_NAME {
                return Err(format!("it has a name of {} bytes", name.len()));
            }
            self.expect(b':')?;
            member(self, name)?;
            match self.next_sign()? {
                Some(b',') => self.consume(1),
                _ => return self.expect(b'}'),
            }
        }
    }

    /// Passes a value, and keeps it where that is asked for; returns where it stands.
    fn value(&mut self, mut kept: Option<&mut Vec<u8>>) -> Result<Range<u64>, String> {
        let Some(_) = self.next_sign()? else { return Err(self.wrong("a value")) };
        let start = self.at;
        let mut passing = Passing::default();
        loop {
            let buffer = self.buffer()?;
            if buffer.is_empty() {
                return Err("it ends in the middle".to_owned());
            }
            let (bytes, ended) = passing.pass(buffer);
            if let Some(kept) = &mut kept {
                kept.extend(&buffer[..bytes]);
                if kept.len() > MOST_OF_PART {
                    return Err(format!("a part of it is larger than {}", super::largest()));
                }
            }
            self.consume(bytes);
            if ended {
                return Ok(start..self.at);
            }
        }
    }
}

/// A value that is passed, over any number of buffers.
#[derive(Default)]
struct Passing {
    /// How many objects and lists are open.
    depth: usize,
    in_text: bool,
    escaped: bool,
    begun: bool,
}

impl Passing {
    /// Returns how many bytes belong to the value, and whether it ends there.
    fn pass(&mut self, buffer: &[u8]) -> (usize, bool) {
        let mut at = 0;
        loop {
            if self.in_text {
                let Some(end) = self.end_of_text(&buffer[at..]) else { break };
                at += end;
                self.in_text = false;
                if self.depth == 0 {
                    return (at, true);
                }
            }
            // Deep in a value only these signs matter, and files are large.
            if self.depth > 0 {
                at += buffer[at..].iter().take_while(|byte| !IS_SIGN[usize::from(**byte)]).count();
            }
            let Some(byte) = buffer.get(at) else { break };
            match byte {
                b'"' => self.in_text = true,
                b'{' | b'[' => self.depth += 1,
                // Behind a number or a word, this ends what it stands in.
                b'}' | b']' | b',' if self.depth == 0 => return (at, true),
                b'}' | b']' => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return (at + 1, true);
                    }
                }
                byte if self.depth == 0 && self.begun && byte.is_ascii_whitespace() => {
                    return (at, true);
                }
                _ => {}
            }
            self.begun = true;
            at += 1;
        }
        (buffer.len(), false)
    }

    /// Returns the place behind the quote that ends a text; `None` where it goes on in the next buffer.
    fn end_of_text(&mut self, buffer: &[u8]) -> Option<usize> {
        let mut at = usize::from(std::mem::take(&mut self.escaped));
        while let Some(found) = buffer.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
            at += found;
            if buffer[at] == b'"' {
                return Some(at + 1);
            }
            at += 2;
        }
        self.escaped = at > buffer.len();
        None
    }
}

/// The bytes that begin or end texts, objects and lists.
const IS_SIGN: [bool; 256] = {
    let mut is_sign = [false; 256];
    let mut at = 0;
    let signs = b"\"{}[]";
    while at < signs.len() {
        is_sign[signs[at] as usize] = true;
        at += 1;
    }
    is_sign
};

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::find;

    fn parts(text: &str, buffer: usize) -> Result<(String, Vec<(String, String)>), String> {
        let found = find(BufReader::with_capacity(buffer, text.as_bytes()))?;
        let part =
            |range: std::ops::Range<u64>| text[range.start as usize..range.end as usize].to_owned();
        let workspaces = found.workspaces.into_iter().map(|(name, range)| (name, part(range)));
        Ok((String::from_utf8(found.head).expect("it is a part of a text"), workspaces.collect()))
    }

    #[test]
    fn the_parts_are_found_wherever_a_buffer_ends() {
        let text = r#" {"a": [1, {"x": "]}"}], "workspaces" : {"w\u0031": {"q": "\"}\\", "n": [ ]} , "w2":7 ,"w3":null}, "b":true } "#;
        for buffer in [1, 2, 3, 7, 4_096] {
            let (head, workspaces) = parts(text, buffer).expect("it is JSON");
            assert_eq!(head, r#"{"a":[1, {"x": "]}"}],"workspaces":{},"b":true}"#);
            let expected = [("w1", r#"{"q": "\"}\\", "n": [ ]}"#), ("w2", "7"), ("w3", "null")];
            let expected = expected.map(|(name, part)| (name.to_owned(), part.to_owned()));
            assert_eq!(workspaces, expected);
        }
    }

    #[test]
    fn what_is_no_object_with_workspaces_is_refused() {
        for (text, problem) in [
            ("", "expected `{` at byte 1"),
            ("[]", "expected `{` at byte 1"),
            (r#"{"workspaces": []}"#, "`workspaces` is not an object (is the file a plan?)"),
            (r#"{"workspaces": {"a": {}, "a": 1}}"#, "it has the member `a` twice"),
            (r#"{"workspaces": {"a": {}"#, "expected `}` at byte 24"),
            (r#"{"workspaces": {"a": {"#, "it ends in the middle"),
            (r#"{"a": 1} x"#, "expected the end at byte 10"),
            (r#"{a: 1}"#, "expected a name in quotes at byte 2"),
        ] {
            assert_eq!(parts(text, 16).expect_err(text), problem, "{text}");
        }
    }
}
