//! Numbers as written, read as the type that their place expects.

use crate::model::Type;
use crate::value::Value;

/// How much of a long number a message repeats.
const SHOWN: usize = 40;

/// The number as a value of `ty`; else what is wrong with it.
pub fn number(text: &str, ty: &Type) -> Result<Value, String> {
    macro_rules! integer {
        ($case:ident, $int:ty) => {
            integer(text, ty, <$int>::MIN.into(), <$int>::MAX.into())
                .and_then(|n| <$int>::try_from(n).map(Value::$case).map_err(|error| error.to_string()))
        };
    }
    match ty {
        Type::U8 => integer!(U8, u8),
        Type::S8 => integer!(S8, i8),
        Type::U16 => integer!(U16, u16),
        Type::S16 => integer!(S16, i16),
        Type::U32 => integer!(U32, u32),
        Type::S32 => integer!(S32, i32),
        Type::U64 => integer!(U64, u64),
        Type::S64 => integer!(S64, i64),
        Type::F32 => text.parse().map(Value::F32).map_err(|_| unlike(text, ty)),
        Type::F64 => text.parse().map(Value::F64).map_err(|_| unlike(text, ty)),
        _ => Err(unlike(text, ty)),
    }
}

/// Whether it is an integer type.
pub fn is_integer(ty: &Type) -> bool {
    use Type::*;
    matches!(ty, U8 | S8 | U16 | S16 | U32 | S32 | U64 | S64)
}

/// A number as a message shows it.
pub fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}… ({} characters)", &text[..end], text.chars().count()),
        None => text.to_owned(),
    }
}

fn integer(text: &str, ty: &Type, least: i128, most: i128) -> Result<i128, String> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(unlike(text, ty));
    }
    match text.parse::<i128>() {
        Ok(number) if (least..=most).contains(&number) => Ok(number),
        _ => Err(format!("{} ({ty} holds {least} to {most})", unlike(text, ty))),
    }
}

fn unlike(text: &str, ty: &Type) -> String {
    format!("expected {ty}, found {}", shown(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_by_their_type() {
        for (text, ty, expected) in [
            ("0", Type::U8, Value::U8(0)),
            ("255", Type::U8, Value::U8(255)),
            ("-128", Type::S8, Value::S8(-128)),
            ("-0", Type::U16, Value::U16(0)),
            ("32767", Type::S16, Value::S16(32767)),
            ("4294967295", Type::U32, Value::U32(u32::MAX)),
            ("18446744073709551615", Type::U64, Value::U64(u64::MAX)),
            ("-9223372036854775808", Type::S64, Value::S64(i64::MIN)),
            ("0.1", Type::F32, Value::F32(0.1)),
            ("16777217", Type::F32, Value::F32(16777216.0)),
            ("3", Type::F64, Value::F64(3.0)),
            ("1.5e3", Type::F64, Value::F64(1500.0)),
            ("-inf", Type::F64, Value::F64(f64::NEG_INFINITY)),
            ("1e400", Type::F64, Value::F64(f64::INFINITY)),
        ] {
            assert_eq!(number(text, &ty), Ok(expected), "{text}: {ty}");
        }
        assert!(matches!(number("nan", &Type::F32), Ok(Value::F32(n)) if n.is_nan()));
        assert!(matches!(number("-0.0", &Type::F64), Ok(Value::F64(n)) if n == 0.0 && n.is_sign_negative()));
    }

    #[test]
    fn numbers_out_of_range_say_the_range() {
        for (text, ty, expected) in [
            ("256", Type::U8, "expected u8, found 256 (u8 holds 0 to 255)"),
            ("-1", Type::U32, "expected u32, found -1 (u32 holds 0 to 4294967295)"),
            ("2147483648", Type::S32, "expected s32, found 2147483648 (s32 holds -2147483648 to 2147483647)"),
            ("1.5", Type::S32, "expected s32, found 1.5"),
            ("1e3", Type::U8, "expected u8, found 1e3"),
            ("nan", Type::U8, "expected u8, found nan"),
            ("1", Type::String, "expected string, found 1"),
        ] {
            assert_eq!(number(text, &ty), Err(expected.to_owned()), "{text}: {ty}");
        }
        let long = number(&"9".repeat(10_000), &Type::U64).unwrap_err();
        assert!(long.len() < 200 && long.contains("(10000 characters)"), "{long}");
    }
}
