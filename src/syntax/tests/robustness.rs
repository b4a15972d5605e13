//! No text makes the parser panic, run for long, or point outside the text.

use super::*;

/// Lines from which others are made by changes at random places.
const SEEDS: [&str; 14] = [
    "$x = area({w: $w, h: height()})[0].a? : result<_, list<u8, 4>> // end",
    "comp::ns:pkg/iface@1.2.3-rc.1+b#[method]counter.get($c, 'x', \"t\\u{e9}\\n\")",
    "ns:pkg/iface.func@1.2.3(b\"a\\x00\\n\", @\"file\")",
    "[1, -2.5e-3, inf, -inf, nan, %nan,]",
    "{\"a\": (1, 2), $k: {read, write}, f(): {:}}",
    "f(\"\"\"\n  lines \"\" here\r\n  \"\"\", {})",
    "$a = start comp::slow(1, $c.get())",
    "$w, $r = stream<list<point>> // ends",
    ".load 'a b' \"c \\\" d\" e\\ f as x",
    "?ns:pkg/iface",
    "outer#inner#f?",
    "$t [0] .a ?",
    "\u{feff}  some(some(none)) : option<option<u8>>",
    "“x” \u{2028} \0 \u{1b}[0m é́",
];

/// Everything that reads text reads this one without a panic, and places lie in the text.
fn survives(text: &str) {
    let within = |span: Option<Span>| {
        let span = span.unwrap_or_default();
        assert!(span.start <= span.end && text.get(span.start..span.end).is_some(), "{text:?} {span:?}");
    };
    match parse(text) {
        Ok(Input::Command(command)) => {
            within(Some(command.span));
            assert_eq!(text.get(command.rest_start..command.rest_start + command.rest.len()), Some(&*command.rest));
        }
        Ok(Input::Explain(_, span)) => within(Some(span)),
        Ok(Input::Statement(statement)) => within(Some(statement.expr.span)),
        Ok(Input::Ends(ends)) => {
            [ends.writable.span, ends.readable.span, ends.ty.span].map(Some).map(within).into_iter().collect()
        }
        Ok(Input::Empty) => {}
        Err(error) => within(error.span),
    }
    if let Err(error) = parse_expression(text, 0) {
        within(error.span);
    }
    let _ = (parse_type(text, 7), parse_statement(text, 7), parse_function_ref(text, 7));
    split_words(text, 0)
        .map_or_else(|error| within(error.span), |words| words.iter().for_each(|word| within(Some(word.span))));
    let mut end = 0;
    for token in tokens(text) {
        assert!(token.span.start >= end && token.span.end > token.span.start, "{text:?} {token:?}");
        within(Some(token.span));
        end = token.span.end;
    }
    if let Completeness::Open(_, span) = completeness(text) {
        within(Some(span));
        // What a question asks about is not parsed here.
        assert!(matches!(parse(text), Err(_) | Ok(Input::Explain(..))), "{text:?} is open and parses");
    }
}

proptest::proptest! {
    #[test]
    fn no_text_is_too_strange(text in ".{0,60}") {
        survives(&text);
    }

    #[test]
    fn no_brackets_are_too_strange(text in "[\\[\\](){}:,.?$#@\"'%=<> /\\\\\nab0-]{0,40}") {
        survives(&text);
    }

    #[test]
    fn no_changed_line_is_too_strange(
        seed in 0..SEEDS.len(),
        changes in proptest::collection::vec((proptest::prelude::any::<proptest::sample::Index>(), 0..3, proptest::char::any()), 1..6),
    ) {
        let mut chars: Vec<char> = SEEDS[seed].chars().collect();
        for (place, change, c) in changes {
            let at = place.index(chars.len().max(1)).min(chars.len().saturating_sub(1));
            match change {
                0 if !chars.is_empty() => { chars.remove(at); }
                1 => chars.insert(at, c),
                _ => chars.truncate(at),
            }
        }
        survives(&chars.into_iter().collect::<String>());
    }
}

#[test]
fn every_prefix_of_a_line_is_survived() {
    for seed in SEEDS {
        for (at, _) in seed.char_indices() {
            survives(&seed[..at]);
        }
        survives(seed);
    }
}

#[test]
fn long_lines_take_linear_time() {
    // Quadratic reading of these would take minutes.
    for unit in [
        "\"", "'", "(", "\\", "a:", "%", "#a", "$x.", "b\"", "\"\"\"\n", "1,", "{a:", "[static]", "@\"", "-", "a::",
        "?", " /",
    ] {
        survives(&unit.repeat(200_000 / unit.len()));
        survives(&format!("f({}", unit.repeat(200_000 / unit.len())));
    }
    let mut pending = Pending::default();
    let text = "\"\"\"\n".to_owned() + &"some line of text\n".repeat(100_000);
    for (at, _) in text.match_indices('\n').skip(1) {
        assert!(matches!(pending.extend(&text[..at]), Completeness::Open(Opened::String, _)));
    }
}
