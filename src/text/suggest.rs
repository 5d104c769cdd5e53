//! Suggestions: which known word a misspelt one probably stands for.

use crate::text::in_quotes;

/// Longer words get no suggestion: comparing takes time by the product of both lengths.
const LONGEST: usize = 100;

/// Finds the known word that a word is probably a misspelling of.
pub fn closest<'a, T: AsRef<str> + ?Sized + 'a>(
    word: &str,
    known: impl IntoIterator<Item = &'a T>,
) -> Option<&'a str> {
    let short = |word: &str| word.chars().nth(LONGEST).is_none();
    if !short(word) {
        return None;
    }
    let wanted = word.to_lowercase();
    let length = wanted.chars().count();
    // A third of the word may be wrong; beyond that a guess misleads more than it helps.
    let is_near =
        |distance: usize, candidate: &str| distance * 3 <= candidate.chars().count().max(3);
    known
        .into_iter()
        .map(AsRef::as_ref)
        .filter(|candidate| short(candidate))
        // The difference of lengths is the least distance.
        .filter(|candidate| is_near(length.abs_diff(candidate.chars().count()), candidate))
        .map(|candidate| {
            (strsim::damerau_levenshtein(&wanted, &candidate.to_lowercase()), candidate)
        })
        .filter(|(distance, candidate)| is_near(*distance, candidate))
        .min()
        .map(|(_, candidate)| candidate)
}

/// Suggests a word of the file language: "did you mean `queue`?".
pub fn did_you_mean<'a, T: AsRef<str> + ?Sized + 'a>(
    word: &str,
    known: impl IntoIterator<Item = &'a T>,
) -> Option<String> {
    closest(word, known).map(|near| format!("did you mean `{near}`?"))
}

/// Suggests a vendor's name: "did you mean "Sales Manager"?".
pub fn did_you_mean_name<'a, T: AsRef<str> + ?Sized + 'a>(
    name: &str,
    known: impl IntoIterator<Item = &'a T>,
) -> Option<String> {
    closest(name, known).map(|near| format!("did you mean {}?", in_quotes(near)))
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn no_guess_is_made_at_a_word_longer_than_any_that_is_typed() {
        let long = "a".repeat(1 << 20);
        assert_eq!(closest(&long, [long.as_str()]), None);
        assert_eq!(closest("callsAcess", ["callsAccess", long.as_str()]), Some("callsAccess"));
    }
}
