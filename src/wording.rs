//! Phrases that errors and notices of every room share: how many there are of something, and which name was probably meant.

/// How many names are offered.
const OFFERED: usize = 3;
/// Longer names are not compared: the distance costs time in proportion to both lengths.
const LONGEST: usize = 200;

/// The candidates nearest to `name`, best first: at most three, each at a distance of at most 2, or of a third of the length
/// of `name`; a candidate that differs in case alone is as near as can be.
pub fn suggest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let length = name.chars().count();
    if length == 0 || length > LONGEST {
        return Vec::new();
    }
    let limit = 2.max(length / 3);
    let wanted = name.to_lowercase();
    let mut near: Vec<(usize, &str)> = candidates
        .into_iter()
        .filter(|candidate| *candidate != name && candidate.len().abs_diff(name.len()) <= limit * 4)
        .filter_map(|candidate| {
            let distance = strsim::osa_distance(&wanted, &candidate.to_lowercase());
            // A short name is near to every other short name: half of it must be left.
            (distance <= limit && 2 * distance <= length).then_some((distance, candidate))
        })
        .collect();
    near.sort();
    near.dedup();
    near.into_iter().take(OFFERED).map(|(_, candidate)| candidate.to_owned()).collect()
}

/// "did you mean `a` or `b`?", or nothing where there are no names.
pub fn did_you_mean<S: AsRef<str>>(names: &[S]) -> Option<String> {
    let (last, others) = names.split_last()?;
    let others: Vec<String> = others.iter().map(|name| format!("`{}`", name.as_ref())).collect();
    let last = last.as_ref();
    Some(match others.is_empty() {
        true => format!("did you mean `{last}`?"),
        false => format!("did you mean {} or `{last}`?", others.join(", ")),
    })
}

/// `a`, `a and b`, `a, b and c`.
pub fn listed<S: AsRef<str>>(names: &[S]) -> String {
    let Some((last, others)) = names.split_last() else { return String::new() };
    let others: Vec<&str> = others.iter().map(AsRef::as_ref).collect();
    match others.is_empty() {
        true => last.as_ref().to_owned(),
        false => format!("{} and {}", others.join(", "), last.as_ref()),
    }
}

/// `1 handle`, `2 handles`.
pub fn counted(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// `; 2 handles ended`, or nothing.
pub fn ended_handles(ended: usize) -> String {
    match ended {
        0 => String::new(),
        _ => format!("; {} ended", counted(ended, "handle")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_their_plural() {
        assert_eq!([0, 1, 2].map(|number| counted(number, "export")), ["0 exports", "1 export", "2 exports"]);
    }

    #[test]
    fn the_last_of_several_names_stands_behind_and() {
        let check = |names: &[&str], expected: &str| assert_eq!(listed(names), expected);
        check(&[], "");
        check(&["a"], "a");
        check(&["a", "b"], "a and b");
        check(&["a", "b", "c"], "a, b and c");
    }

    #[test]
    fn the_last_of_several_names_stands_behind_or() {
        let check = |names: &[&str], expected: Option<&str>| assert_eq!(did_you_mean(names).as_deref(), expected);
        check(&[], None);
        check(&["a"], Some("did you mean `a`?"));
        check(&["a", "b", "c"], Some("did you mean `a`, `b` or `c`?"));
    }

    fn check(name: &str, candidates: &[&str], expected: &[&str]) {
        assert_eq!(suggest(name, candidates.iter().copied()), expected, "nearest to {name}");
    }

    #[test]
    fn offers_the_nearest_names() {
        check("ad", &["add", "sub", "read"], &["add"]);
        check("lenght", &["height", "length", "width"], &["length", "height"]);
        check("Add", &["add"], &["add"]);
        check("colour-of-circle", &["color-of-circles", "volume"], &["color-of-circles"]);
        check("aaa", &["aab", "aac", "aad", "aae"], &["aab", "aac", "aad"]);
    }

    #[test]
    fn offers_nothing_that_is_far() {
        check("x", &["y", "zz"], &[]);
        check("foo", &["now"], &[]);
        check("", &["a"], &[]);
        check("add", &["add"], &[]);
        check("add", &["multiply"], &[]);
    }

    #[test]
    fn very_long_names_cost_nothing() {
        let long = "a".repeat(99_990);
        check(&long, &[&long[1..]], &[]);
        check("add", &[&long], &[]);
    }
}
