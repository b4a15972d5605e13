//! What varies from run to run, hidden on both sides of a comparison: durations, addresses, sizes in units.

/// Units of time that may stand behind a number with or without a blank.
const TIMES: [&str; 5] = ["ns", "µs", "us", "ms", "s"];
/// Units of time that stand directly behind a number.
const LONG_TIMES: [&str; 3] = ["m", "min", "h"];
/// Units of size.
const SIZES: [&str; 7] = ["KiB", "MiB", "GiB", "kB", "KB", "MB", "GB"];

const DURATION: &str = "<duration>";
const ADDRESS: &str = "<address>";
const SIZE: &str = "<size>";

/// A line with what varies replaced.
pub fn mask(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let begins_word = !out.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-'));
        match varying(from).filter(|_| begins_word) {
            Some((mask, length)) => {
                push_mask(&mut out, mask);
                rest = &from[length..];
            }
            None => {
                let end = from.find(|c: char| !c.is_ascii_digit()).unwrap_or(from.len());
                out.push_str(&from[..end]);
                rest = &from[end..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// `1s 200ms` is one duration, as `900ms` is.
fn push_mask(out: &mut String, mask: &str) {
    if mask == DURATION && out.trim_end_matches(' ').ends_with(DURATION) {
        out.truncate(out.trim_end_matches(' ').len());
    } else {
        out.push_str(mask);
    }
}

/// What a text that begins with a digit begins with, if that varies: its mask and its length.
fn varying(text: &str) -> Option<(&'static str, usize)> {
    if let Some(digits) = text.strip_prefix("0x") {
        let length = digits.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(digits.len());
        return (length > 0 && ends_word(&digits[length..])).then_some((ADDRESS, 2 + length));
    }
    let whole = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let number_end = match whole.strip_prefix('.') {
        Some(fraction) if fraction.starts_with(|c: char| c.is_ascii_digit()) => {
            fraction.trim_start_matches(|c: char| c.is_ascii_digit())
        }
        _ => whole,
    };
    let blank = usize::from(number_end.starts_with(' '));
    let unit_of = |units: &[&'static str]| {
        let after = &number_end[blank..];
        units.iter().find(|unit| after.strip_prefix(**unit).is_some_and(ends_word)).map(|unit| unit.len())
    };
    let (mask, unit) = match (unit_of(&TIMES), unit_of(&LONG_TIMES), unit_of(&SIZES)) {
        (Some(unit), _, _) => (DURATION, unit),
        (_, Some(unit), _) if blank == 0 => (DURATION, unit),
        (_, _, Some(unit)) => (SIZE, unit),
        _ => return None,
    };
    Some((mask, text.len() - number_end.len() + blank + unit))
}

fn ends_word(rest: &str) -> bool {
    !rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_varies_is_hidden() {
        let check = |line: &str, expected: &str| assert_eq!(mask(line), expected, "{line}");
        check("took 12.5ms", "took <duration>");
        check("took 1s 200ms 5us.", "took <duration>.");
        check("took 3 µs, then 2m", "took <duration>, then <duration>");
        check("at 0x7ffe12ab!", "at <address>!");
        check("uses 1.5 MiB and 12kB", "uses <size> and <size>");
    }

    #[test]
    fn what_does_not_vary_is_left() {
        for line in
            ["3", "add(1, 2)", "171 bytes", "5 means", "s32", "u8 2", "x-3s", "a1ms", "1.2.3", "0xzz", "2 m", "1e5"]
        {
            assert_eq!(mask(line), line);
        }
    }
}
