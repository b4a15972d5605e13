//! What serves the line editor and the commands: completeness, words, tokens, parts of lines.

use super::*;

#[test]
fn completeness_of_inputs() {
    use Completeness::{Complete, Open};
    let bracket = |c, at| Open(Opened::Bracket(c), Span::new(at, at + 1));
    for (input, expected) in [
        ("", Complete),
        ("f(1)", Complete),
        ("f(1", bracket('(', 1)),
        ("f({a: [1", bracket('[', 6)),
        ("f({a: [1]", bracket('{', 2)),
        ("f(1 // )", bracket('(', 1)),
        ("f(\")\"", bracket('(', 1)),
        ("f(')'", bracket('(', 1)),
        ("\"\"\"\nabc", Open(Opened::String, Span::new(0, 3))),
        ("f(b\"abc\n", Open(Opened::String, Span::new(2, 4))),
        ("\"\"\"\nabc\n\"\"\"", Complete),
        ("\"abc", Complete),
        ("f(\"abc", Complete),
        ("f(1]", Complete),
        ("f)(", Complete),
        (" .load (", Complete),
        (".type f(1", Complete),
        ("?f(", bracket('(', 2)),
        ("[static]r.f(", bracket('(', 11)),
        ("$m[static]", Complete),
        ("[constructor", bracket('[', 0)),
    ] {
        assert_eq!(completeness(input), expected, "{input}");
    }
}

#[test]
fn an_input_may_grow_by_lines() {
    let text = "f([1, // (\n\"\"\"\n ) é\n \"\"\",\nb\"x\\\n\ny\" , 'ü'\n])";
    let mut pending = Pending::default();
    let ends: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).chain([text.len()]).collect();
    for end in &ends {
        assert_eq!(pending.extend(&text[..*end]), completeness(&text[..*end]), "{:?}", &text[..*end]);
    }
    assert_eq!(completeness(text), Completeness::Complete);
    check(text, "call(f: [1 \" ) é\" b[120, 121] 'ü'])".replace("\" ) é\"", "\") é\"").as_str());
}

#[test]
fn words_of_commands() {
    let split = |text| {
        let words = split_words(text, 10).unwrap();
        words.into_iter().map(|word| (word.text, word.span.start - 10, word.span.end - 10)).collect::<Vec<_>>()
    };
    let word = |text: &str, start, end| (text.to_owned(), start, end);
    assert_eq!(split(""), []);
    assert_eq!(split(" a  b "), [word("a", 1, 2), word("b", 4, 5)]);
    assert_eq!(
        split(r#"'a b' "c \"d\" \n" e\ f"#),
        [word("a b", 0, 5), word("c \"d\" \\n", 6, 18), word("e f", 19, 23)]
    );
    assert_eq!(split(r#"a'b'"c" '' x\"#), [word("abc", 0, 7), word("", 8, 10), word("x\\", 11, 13)]);
    assert_eq!(
        split("$t[0] (a // é#b"),
        [word("$t[0]", 0, 5), word("(a", 6, 8), word("//", 9, 11), word("é#b", 12, 16)]
    );
    let error = split_words("a 'b c", 10).unwrap_err();
    assert_eq!((error.message.as_str(), error.span), ("this quote is not closed", Some(Span::new(12, 16))));
}

#[test]
fn parts_of_lines() {
    let expr = parse_expression(" $t[0] ", 6).unwrap();
    assert_eq!((show(&expr), expr.span), ("index($t 0)".to_owned(), Span::new(7, 12)));
    assert_eq!(parse_expression("1 2", 6).unwrap_err().span, Some(Span::new(8, 9)));
    assert_eq!(show_type(&parse_type("own<c::r>", 0).unwrap()), "own<c||r>");
    assert_eq!(show_name(&parse_function_ref("ns:pkg", 0).unwrap()), "ns:pkg");
    assert_eq!(show_name(&parse_function_ref("a:b/c@1.0.0#f", 0).unwrap()), "|a:b/c@1.0.0|f");
    assert_eq!(parse_function_ref("a b", 4).unwrap_err().span, Some(Span::new(6, 7)));
    let statement = parse_statement("$x = f() : u8", 4).unwrap();
    assert_eq!(statement.assign.map(|name| name.span), Some(Span::new(4, 6)));
}

#[test]
fn tokens_of_unfinished_lines() {
    use TokenKind::*;
    fn kinds(text: &str) -> Vec<(TokenKind, &str)> {
        tokens(text).map(|token| (token.kind, &text[token.span.start..token.span.end])).collect()
    }
    assert_eq!(
        kinds("$x = a:b/c#f(1, 'x', \"s\") // end"),
        [
            (Variable, "$x"),
            (Punctuation, "="),
            (Name, "a:b/c#f"),
            (Open, "("),
            (Number, "1"),
            (Punctuation, ","),
            (Char, "'x'"),
            (Punctuation, ","),
            (String, "\"s\""),
            (Close, ")"),
            (Comment, "// end")
        ]
    );
    assert_eq!(
        kinds("$m[method] \0 \"abc"),
        [(Variable, "$m"), (Open, "["), (Name, "method"), (Close, "]"), (Unknown, "\0"), (Unknown, "\"abc")]
    );
    assert_eq!(kinds("adder::"), [(Name, "adder::")]);
    assert_eq!(kinds("[method]r.f b\"x"), [(Name, "[method]r.f"), (OpenString, "b\"x")]);
}
