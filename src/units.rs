//! The units of limits, as flags and `.set` spell them: `500ms`, `64MiB`, `off`.
//!
//! Each `parse_*` gives what was wrong as a sentence for people; each `show_*` gives a text that its `parse_*` reads.

use std::time::Duration;

/// The word for no limit.
const OFF: &str = "off";

/// Names of sizes, largest first, with their bytes.
const SIZES: [(&str, u64); 7] = [
    ("GiB", 1 << 30),
    ("GB", 1_000_000_000),
    ("MiB", 1 << 20),
    ("MB", 1_000_000),
    ("KiB", 1 << 10),
    ("kB", 1_000),
    ("B", 1),
];

/// The unit in which linear memories grow, in bytes.
const PAGE: u64 = 64 << 10;

/// `500ms`, `2s`, `1m`, `1m 30s` or `off`.
pub fn parse_time(text: &str) -> Result<Option<Duration>, String> {
    if text == OFF {
        return Ok(None);
    }
    match humantime::parse_duration(text) {
        Ok(time) if !time.is_zero() => Ok(Some(time)),
        Ok(_) => Err("a time of nothing would stop every call; `off` means no limit".to_owned()),
        Err(_) => Err(format!("`{text}` is no time; write `500ms`, `2s`, `1m` or `off`")),
    }
}

/// The mirror of [`parse_time`].
pub fn show_time(time: Option<Duration>) -> String {
    time.map_or_else(|| OFF.to_owned(), |time| humantime::format_duration(time).to_string())
}

/// A duration without more digits than anybody reads.
pub fn show_rounded(duration: Duration) -> String {
    let coarse = match duration {
        long if long >= Duration::from_secs(1) => Duration::from_millis(long.as_millis() as u64),
        short if short >= Duration::from_millis(1) => Duration::from_micros(short.as_micros() as u64 / 10 * 10),
        tiny => tiny,
    };
    humantime::format_duration(coarse).to_string()
}

/// A number of units of fuel, or `off`.
pub fn parse_fuel(text: &str) -> Result<Option<u64>, String> {
    if text == OFF {
        return Ok(None);
    }
    let number =
        text.replace('_', "").parse().map_err(|_| format!("`{text}` is no number of units; or write `off`"))?;
    Ok(Some(number))
}

/// The mirror of [`parse_fuel`].
pub fn show_fuel(fuel: Option<u64>) -> String {
    fuel.map_or_else(|| OFF.to_owned(), |fuel| fuel.to_string())
}

/// `64MiB`, `1GiB`, `1000000`: whole bytes.
pub fn parse_memory(text: &str) -> Result<u64, String> {
    let wrong = || format!("`{text}` is no size; write `64MiB`, `1GiB` or a number of bytes");
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let unit = unit.trim_start();
    let bytes = match SIZES.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit)) {
        Some((_, bytes)) => *bytes,
        None if unit.is_empty() => 1,
        None => return Err(wrong()),
    };
    let bytes = number.checked_mul(bytes).ok_or_else(wrong)?;
    match bytes {
        0..PAGE => Err(format!(
            "`{text}` is less than a page of memory, without which hardly a component runs; write `64KiB` or more"
        )),
        enough => Ok(enough),
    }
}

/// The mirror of [`parse_memory`], in the largest unit that needs no fraction.
pub fn show_memory(bytes: u64) -> String {
    let exact = SIZES.iter().find(|(name, size)| name.contains('i') && bytes >= *size && bytes.is_multiple_of(*size));
    exact.map_or_else(|| format!("{bytes}B"), |(name, size)| format!("{}{name}", bytes / size))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        for (text, shown) in [("500ms", "500ms"), ("2s", "2s"), ("1m", "1m"), ("90s", "1m 30s"), ("off", "off")] {
            assert_eq!(parse_time(text).map(show_time), Ok(shown.to_owned()), "{text}");
        }
        assert_eq!(parse_time("soon"), Err("`soon` is no time; write `500ms`, `2s`, `1m` or `off`".to_owned()));
        assert!(parse_time("0s").is_err());
        assert!(parse_time("5").is_err());
    }

    #[test]
    fn fuel() {
        assert_eq!(parse_fuel("10_000").map(show_fuel), Ok("10000".to_owned()));
        assert_eq!(parse_fuel("off").map(show_fuel), Ok("off".to_owned()));
        assert_eq!(parse_fuel("-1"), Err("`-1` is no number of units; or write `off`".to_owned()));
    }

    #[test]
    fn memory() {
        for (text, bytes, shown) in [
            ("64MiB", 64 << 20, "64MiB"),
            ("1gib", 1 << 30, "1GiB"),
            ("1536 KiB", 1536 << 10, "1536KiB"),
            ("1MB", 1_000_000, "1000000B"),
            ("65536", 65536, "64KiB"),
        ] {
            assert_eq!(parse_memory(text), Ok(bytes), "{text}");
            assert_eq!(show_memory(bytes), shown, "{text}");
        }
        for wrong in ["", "MiB", "1.5GiB", "-1", "99999999999GiB", "1 parsec", "0", "1", "65535"] {
            assert!(parse_memory(wrong).is_err(), "{wrong}");
        }
    }
}
