//! Whole inputs: what each means, and how a wrong one is refused.

use super::*;

#[test]
fn literals() {
    for (line, expected) in [
        ("0", "0"),
        ("-3", "-3"),
        ("1.5e3", "1.5e3"),
        ("-0.25E-10", "-0.25E-10"),
        ("[inf, -inf, nan]", "[inf -inf nan]"),
        ("[%inf, %nan]", "[#%inf #%nan]"),
        ("'x'", "'x'"),
        ("['\\'', '\"', '\\u{1F600}', '☃']", "['\\'' '\"' '😀' '☃']"),
        (r#""a\tb\\c\"d\u{e9}\n""#, r#""a\tb\\c\"dé\n""#),
        ("\"\"", "\"\""),
        ("\"tab\there, \0 and \u{2028}\"", "\"tab\\there, \\0 and \\u{2028}\""),
        ("[1, 2,]", "[1 2]"),
        ("[]", "[]"),
        ("(1, \"a\",)", "(1 \"a\")"),
        ("{}", "{}"),
        ("{ : }", "entries{}"),
        ("{x: 1, y: 2,}", "entries{#x=1 #y=2}"),
        ("{x:y}", "entries{#x=#y}"),
        ("{%x:%y}", "entries{#%x=#%y}"),
        ("{inf: nan}", "entries{#inf=nan}"),
        ("{read, inf,}", "labels{#read #inf}"),
        ("{\"a\": 1, $k: 2, f(): 3}", "entries{\"a\"=1 $k=2 call(f: )=3}"),
        ("{true: 1}", "entries{#true=1}"),
        ("{x:a:b/c#f()}", "entries{#x=call(|a:b/c|f: )}"),
        ("{comp::f(): 1}", "entries{call(comp||f: )=1}"),
        ("some(1)", "call(some: 1)"),
        ("none", "#none"),
        ("ok", "#ok"),
        ("%ok", "#%ok"),
        ("%some (1)", "call(%some: 1)"),
        ("circle(2.0)", "call(circle: 2.0)"),
        ("b\"a\\x00\\n\\0é\"", "b[97, 0, 10, 0, 195, 169]"),
        ("b\"a\\\n   b\"", "b[97, 98]"),
        ("@\"a b.txt\"", "@a b.txt"),
        ("[1, // one\n 2] // done", "[1 2]"),
        ("HTTP3-x2", "#HTTP3-x2"),
    ] {
        check(line, expected);
    }
}

#[test]
fn multi_line_strings() {
    for (line, expected) in [
        ("\"\"\"\nA single line\n\"\"\"", "\"A single line\""),
        ("\"\"\"\n    Indented\n      more\n  \"\"\"", "\"  Indented\\n    more\""),
        ("\"\"\"\r\n  a\r\n  b\r\n  \"\"\"", "\"a\\nb\""),
        ("\"\"\"\n  quotes \"\" \\\"\n  \"\"\"", "\"quotes \\\"\\\" \\\"\""),
        ("\"\"\"\n\"\"\"", "\"\""),
        ("\"\"\"\n\n\"\"\"", "\"\""),
        ("\"\"\"\n\n\n\"\"\"", "\"\\n\""),
    ] {
        check(line, expected);
    }
    refuses("\"\"\"x\n\"\"\"", "must be the last of its line", 0..3);
    refuses("\"\"\"\"\"\"", "must be the last of its line", 0..3);
    refuses("\"\"\"\nx\"\"\"", "must stand on its own line", 5..8);
    refuses("\"\"\"\n  a\n b\n  \"\"\"", "indented less", 8..8);
    refuses("f(\"\"\"\n", "not closed", 2..5);
}

#[test]
fn names() {
    for (line, expected) in [
        ("add", "#add"),
        ("add(1, 2)", "call(add: 1 2)"),
        ("add#add(1)", "call(|add|add: 1)"),
        ("adder::add()", "call(adder||add: )"),
        ("My_comp-2::a#b()", "call(My_comp-2|a|b: )"),
        ("2048::f()", "call(2048||f: )"),
        ("-x::f()", "call(-x||f: )"),
        ("_a::f", "fn(_a||f)"),
        ("ns:pkg/iface@1.2.3#f(1)", "call(|ns:pkg/iface@1.2.3|f: 1)"),
        ("ns:pkg/iface@0.2.0-rc-2024-01-02#f()", "call(|ns:pkg/iface@0.2.0-rc-2024-01-02|f: )"),
        ("a:b:c/d@1.0.0-rc.1+build#f()", "call(|a:b:c/d@1.0.0-rc.1+build|f: )"),
        ("outer#inner#f()", "call(|outer#inner|f: )"),
        ("counter.from-point((1, 2))", "call(counter.from-point: (1 2))"),
        ("[constructor]connection()", "call([constructor]connection: )"),
        ("[static]connection.open(\"a\")", "call([static]connection.open: \"a\")"),
        ("i#[method]connection.get($c)", "call(|i|[method]connection.get: $c)"),
        ("host::ns:pkg/i#[method]r.f($c)", "call(host|ns:pkg/i|[method]r.f: $c)"),
        ("ns:pkg/iface.func@1.2.3(1)", "call(|ns:pkg/iface@1.2.3|func: 1)"),
        ("ns:pkg/iface.func(1)", "call(|ns:pkg/iface|func: 1)"),
        ("c::ns:pkg/iface.r.func@0.1.0-x.y(1)", "call(c|ns:pkg/iface@0.1.0-x.y|r.func: 1)"),
        ("iface#%list(1)", "call(|iface|%list: 1)"),
        ("wasi:cli/run@0.2.0", "fn(wasi:cli/run@0.2.0)"),
        ("[[constructor]r()]", "[call([constructor]r: )]"),
        ("[ static]", "[#static]"),
        ("[methods]", "[#methods]"),
        ("[[method], [static] , f([constructor])]", "[[#method] [#static] call(f: [#constructor])]"),
    ] {
        check(line, expected);
    }
    refuses("a#", "expected a function's name, found the end of the line", 2..2);
    refuses("adder::(1)", "expected a function's name, found `(`", 7..8);
    refuses("[static](1)", "expected the end of the line, found `(`", 8..9);
}

#[test]
fn postfixes() {
    for (line, expected) in [
        ("$x", "$x"),
        ("$_", "$_"),
        ("$p.x", "field($p x)"),
        ("$p.%list", "field($p list)"),
        ("$c.set(\"k\", 1)", "method($c set: \"k\" 1)"),
        ("$t[0][1]", "index(index($t 0) 1)"),
        ("$m[\"k\"]", "index($m \"k\")"),
        ("$m[method]", "index($m #method)"),
        ("$x?", "try($x)"),
        ("f()?", "try(call(f: ))"),
        ("$x.a?", "try(field($x a))"),
        ("f()?.x[1]?", "try(index(field(try(call(f: )) x) 1))"),
        ("[1, 2][0]", "index([1 2] 0)"),
        ("$x [0] .a ?", "try(field(index($x 0) a))"),
        ("area({w: $w, h: height()})", "call(area: entries{#w=$w #h=call(height: )})"),
        ("$x = $y.get()", "$x = method($y get: )"),
    ] {
        check(line, expected);
    }
    refuses("[1 [2]]", "expected `,` or `]`, found `[`", 3..4);
    refuses("$x.0", "name of a field or a method", 3..4);
    refuses("$x.", "name of a field or a method", 3..3);
    refuses("$t[]", "expected a value, found `]`", 3..4);
    refuses("$t[0, 1]", "expected `]`, found `,`", 4..5);
}

#[test]
fn statements() {
    for (line, expected) in [
        ("", "empty"),
        ("  // nothing", "empty"),
        ("\u{feff} // nothing", "empty"),
        ("$x = 5 : u32", "$x = 5 : u32"),
        ("\u{feff}$x=5 : u32\r\n", "$x = 5 : u32"),
        ("5: u32", "5 : u32"),
        ("none: option<u8>", "#none : option<u8>"),
        ("$x = [] : list<u8, 4>", "$x = [] : list<u8 4>"),
        ("ok : result<_, list<string>>", "#ok : result<_ list<string>>"),
        ("ok : result", "#ok : result"),
        ("{} : map<string, tuple<u8, a:b/c@1.0.0#t>>", "{} : map<string tuple<u8 |a:b/c@1.0.0|t>>"),
        ("1 : comp::iface#point // there", "1 : comp|iface|point"),
        ("[] : stream < u8 , >", "[] : stream<u8>"),
        ("inf(1)", "call(inf: 1)"),
        ("list()", "call(list: )"),
        ("help", "#help"),
    ] {
        check(line, expected);
    }
    refuses("$x = 5:u32", "a blank must stand behind", 7..8);
    refuses("5 :", "expected a type, found the end of the line", 3..3);
    refuses("5 : list<u8", "this `<` is not closed", 8..9);
    refuses("5 : u8<u8>", "the type `u8` takes no arguments", 6..7);
    refuses("5 : list<_>", "expected a type, found `_`", 9..10);
    refuses("5 : list<u8, 99999999999>", "is not the length of a list", 13..24);
    refuses("$x =", "expected a value, found the end of the line", 4..4);
    refuses("x = 5", "only a variable can be assigned", 2..3);
    refuses("$ = 5", "right behind the `$`", 0..1);
    refuses("f() g()", "expected the end of the line, found `g`", 4..5);
    refuses("1 + 2", "found `+`", 2..3);
    refuses("f())", "`)` closes nothing", 3..4);
    refuses("()", "`()` is not a value", 0..2);
    refuses("f((1, 2)", "this `(` is not closed", 1..2);
    refuses("[1, ", "this `[` is not closed", 0..1);
    refuses("{a: 1, b}", "expected `:` and the value, found `}`", 8..9);
    refuses("{a, b: 1}", "expected `,` or `}`, found `:`", 5..6);
    refuses("{a b}", "expected `,` or `}`, found `b`", 3..4);
    refuses("[1 2]", "expected `,` or `]`, found `2`", 3..4);
}

#[test]
fn bad_characters() {
    refuses("f(\0)", "'\\0'", 2..3);
    refuses("f(\u{2028})", "'\\u{2028}'", 2..5);
    refuses("“a”", "found the character '“'", 0..3);
    refuses("\u{1b}[31m", "'\\u{1b}'", 0..1);
    refuses("\"abc", "this string is not closed", 0..4);
    refuses("f(\"abc\ndef\")", "this string is not closed", 2..6);
    refuses("\"a\\qb\"", "this escape means nothing", 2..4);
    refuses("\"\\u{d800}\"", "this escape means nothing", 1..3);
    refuses("\"\\u{1234567}\"", "this escape means nothing", 1..3);
    refuses("\"\\u{}\"", "this escape means nothing", 1..3);
    helps("'\\u{d800}'", "U+D800 is a surrogate, half of a pair in UTF-16, and no character");
    helps("'\\u{110000}'", "U+110000 is beyond the last character, U+10FFFF");
    helps("'\\q'", "the escapes are \\\\ \\\" \\' \\n \\r \\t and \\u{1F600}");
    helps("f(5.)", "write 5.0");
    helps("f(1 : u8)", "a type stands only at the end of a statement, outside of brackets");
    helps("f($x : u8)", "a type stands only at the end of a statement, outside of brackets");
    helps("[1 : u8]", "a type stands only at the end of a statement, outside of brackets");
    helps("f(x : 1)", "arguments stand in their order, without names");
    refuses("\"\\é\"", "this escape means nothing", 1..4);
    refuses("b\"\\u{41}\"", "means nothing in a byte string", 2..4);
    refuses("b\"\\xg0\"", "means nothing in a byte string", 2..4);
    refuses("''", "this holds none", 0..2);
    refuses("'ab'", "this holds several", 0..4);
    refuses("'a", "this char is not closed", 0..2);
    refuses("01", "`01` is not a number", 0..2);
    refuses("0x10", "`0x10` is not a number", 0..4);
    refuses("-abc", "`-abc` is not a number", 0..4);
    refuses("-", "`-` is not a number", 0..1);
    refuses("1e", "`1e` is not a number", 0..2);
    refuses("-infinity", "`-infinity` is not a number", 0..9);
    refuses("1.", "digits stand behind the point of a number", 2..2);
    refuses("b \"x\"", "expected the end of the line", 2..3);
    refuses("@ \"x\"", "expected a value, found `@`", 0..1);
}

#[test]
fn commands_and_questions() {
    for (line, expected) in [
        (".help", ".help \"\" at 5"),
        ("  .load  a b // c  ", ".load \"a b // c\" at 9"),
        (".5", ".5 \"\" at 2"),
        ("?", "explain \"\" at 0..1"),
        (" ? ", "explain \"\" at 1..2"),
        ("?add", "explain \"add\" at 1..4"),
        ("? .load ", "explain \".load\" at 2..7"),
        ("add?", "explain \"add\" at 0..3"),
        (" add ? // what", "explain \"add\" at 1..4"),
        (".load?", "explain \".load\" at 0..5"),
        (".load x?", ".load \"x?\" at 6"),
        ("wasi:cli/run@0.2.0?", "explain \"wasi:cli/run@0.2.0\" at 0..18"),
        ("adder::add#add?", "explain \"adder::add#add\" at 0..14"),
        ("nan?", "explain \"nan\" at 0..3"),
        ("$x?", "try($x)"),
        ("$x = a?", "$x = try(#a)"),
    ] {
        check(line, expected);
    }
    refuses(".", "right behind the dot", 0..1);
    refuses(". load", "right behind the dot", 0..1);
}

#[test]
fn nesting_ends_in_an_error() {
    let nested = |open: &str, inner: &str, close: &str, n: usize| open.repeat(n) + inner + &close.repeat(n);
    for (open, inner, close) in
        [("[", "", "]"), ("(", "0", ")"), ("some(", "0", ")"), ("{a:", "0", "}"), ("{", "", "}"), ("$x[", "0", "]")]
    {
        assert!(parse(&nested(open, inner, close, 100)).is_ok(), "{open}");
        for depth in [102, 100_000] {
            let error = parse(&nested(open, inner, close, depth)).unwrap_err();
            assert_eq!(error.message, "this nests too deep", "{open}");
        }
    }
    let list = |n| format!("[] : {}", nested("list<", "u8", ">", n));
    assert!(parse(&list(99)).is_ok());
    assert_eq!(parse(&list(100_000)).unwrap_err().message, "this type nests too deep");
    for postfix in [".a", "[0]", "?", ".f()"] {
        assert!(parse(&format!("$x{}", postfix.repeat(100))).is_ok());
        let error = parse(&format!("$x{}", postfix.repeat(100_000))).unwrap_err();
        assert_eq!(error.message, "this is too long a chain of members");
    }
    // Chains behind brackets behind chains add up.
    let both = nested("f(", "0", &format!("){}", ".a".repeat(50)), 50);
    assert_eq!(parse(&both).unwrap_err().message, "this is too long a chain of members");
}

#[test]
fn start_is_a_keyword_only_before_a_name() {
    for (line, expected) in [
        ("start slow(1)", "start(call(slow: 1))"),
        ("$a = start slow(1)", "$a = start(call(slow: 1))"),
        ("start  a::b#c()", "start(call(a|b|c: ))"),
        ("start $c.get(1)", "start(method($c get: 1))"),
        ("start start(3)", "start(call(start: 3))"),
        ("start(3)", "call(start: 3)"),
        ("start (3)", "call(start: 3)"),
        ("$a = start(3)?", "$a = try(call(start: 3))"),
        ("start", "#start"),
        ("start?", "explain \"start\" at 0..5"),
        ("start#f()", "call(|start|f: )"),
        ("start-it()", "call(start-it: )"),
        ("%start", "#%start"),
        ("f(start(1))", "call(f: call(start: 1))"),
    ] {
        check(line, expected);
    }
    refuses("start slow", "takes a call", 6..10);
    refuses("start slow(1)?", "result is not there yet", 6..14);
    refuses("f(start slow(1))", "expected `,` or `)`", 8..9);
    refuses("start 5", "expected the end of the line", 6..7);
}

#[test]
fn both_ends_of_a_stream() {
    for (line, expected) in [
        ("$w, $r = stream<string>", "ends($w $r stream<string>)"),
        ("$w ,$r=future<tuple<u8, c::i#point>> // both", "ends($w $r future<tuple<u8 c|i|point>>)"),
        ("$w,$r = stream", "ends($w $r stream)"),
    ] {
        check(line, expected);
    }
    refuses("$w, $r", "expected the end of the line", 2..3);
    refuses("$w, $r =", "expected a type", 8..8);
    refuses("$w, $r = stream<u8> x", "expected the end of the line", 20..21);
    refuses("$w, = stream<u8>", "expected the end of the line", 2..3);
}
