//! Which characters a reader of a file or a terminal can't see, or is misled by.
//!
//! Judges single characters only; how they are shown instead is for the grammar that writes them.

/// Tells whether a character is a control, format or otherwise invisible character.
///
/// These move the cursor, reorder or hide the text around them, so that what a reviewer approves in the
/// files is not what the text says. A joiner inside an emoji counts too: it can't be told from one
/// that hides between letters.
pub fn is_hidden(character: char) -> bool {
    character.is_control()
        || is_noncharacter(character)
        || matches!(character,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{8e2}' | '\u{feff}'
            | '\u{600}'..='\u{605}' | '\u{890}'..='\u{891}'
            // Fillers: blank, though Unicode counts them as letters.
            | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{3164}' | '\u{ffa0}'
            | '\u{180b}'..='\u{180f}'
            // Zero width, direction marks, separators, embeddings, overrides, isolates.
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1345f}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            // Tags: whole messages can be written in them unseen.
            | '\u{e0000}'..='\u{e0fff}')
}

/// Tells whether a letter is a Latin one.
pub fn is_latin(character: char) -> bool {
    character.is_alphabetic()
        && matches!(character,
            'A'..='Z' | 'a'..='z' | '\u{aa}' | '\u{ba}' | '\u{c0}'..='\u{2b8}'
            | '\u{1d00}'..='\u{1d25}' | '\u{1e00}'..='\u{1eff}' | '\u{2c60}'..='\u{2c7f}'
            | '\u{a722}'..='\u{a7ff}' | '\u{ab30}'..='\u{ab64}' | '\u{fb00}'..='\u{fb06}'
            | '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}')
}

/// Tells whether a letter is Greek or Cyrillic: many of these look exactly like Latin ones.
pub fn is_greek_or_cyrillic(character: char) -> bool {
    character.is_alphabetic()
        && matches!(character,
            '\u{370}'..='\u{52f}' | '\u{1c80}'..='\u{1c8f}' | '\u{1d26}'..='\u{1d2b}'
            | '\u{1f00}'..='\u{1fff}' | '\u{2126}' | '\u{2de0}'..='\u{2dff}'
            | '\u{a640}'..='\u{a69f}' | '\u{ab65}')
}

/// Tells whether a Greek or Cyrillic letter has exactly the form of a Latin one.
pub fn is_lookalike(character: char) -> bool {
    "АВЕЅІЈКМНОРСТХаеѕіјорсухΑΒΕΖΗΙΚΜΝΟΡΤΥΧο".contains(character)
}

/// Tells whether a character looks like a hyphen and is another one. Dashes are longer.
pub fn is_odd_hyphen(character: char) -> bool {
    matches!(character, '\u{2010}' | '\u{2011}')
}

/// Tells whether a character puts an accent on the one before it, which looks like one letter.
pub fn is_accent(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}')
}

/// YAML 1.1 readers refuse a file with one of these in it.
fn is_noncharacter(character: char) -> bool {
    u32::from(character) & 0xfffe == 0xfffe || matches!(character, '\u{fdd0}'..='\u{fdef}')
}
