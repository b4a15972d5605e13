//! Tables of lines and what they mean. The tree is shown in a compact form, so that a row fits a line:
//! `5` number, `'x'` char, `"t"` string, `b[1 2]` bytes, `@f` file, `#a` label, `fn(c|i|n)` name, `call(c|i|n: args)`, `$x` variable.

mod lines;
mod parts;
mod robustness;

use super::ast::*;
use super::*;

fn show(expr: &Expr) -> String {
    let all = |items: &[Expr]| items.iter().map(show).collect::<Vec<_>>().join(" ");
    match &expr.kind {
        ExprKind::Number(number) => number.clone(),
        ExprKind::Char(c) => format!("{c:?}"),
        ExprKind::String(text) => format!("{text:?}"),
        ExprKind::Bytes(bytes) => format!("b{bytes:?}"),
        ExprKind::File(path) => format!("@{path}"),
        ExprKind::List(items) => format!("[{}]", all(items)),
        ExprKind::Tuple(items) => format!("({})", all(items)),
        ExprKind::EmptyBraces => "{}".to_owned(),
        ExprKind::Entries(entries) => {
            let entries: Vec<_> = entries.iter().map(|(key, value)| format!("{}={}", show(key), show(value))).collect();
            format!("entries{{{}}}", entries.join(" "))
        }
        ExprKind::Labels(labels) => format!("labels{{{}}}", all(labels)),
        ExprKind::Label { name, escaped } => format!("#{}{name}", if *escaped { "%" } else { "" }),
        ExprKind::Function(function) => format!("fn({})", show_name(function)),
        ExprKind::Apply { function, args } => format!("call({}: {})", show_name(function), all(args)),
        ExprKind::Variable(name) => format!("${name}"),
        ExprKind::Method { target, name, args } => format!("method({} {}: {})", show(target), name.text, all(args)),
        ExprKind::Field { target, name } => format!("field({} {})", show(target), name.text),
        ExprKind::Index { target, index } => format!("index({} {})", show(target), show(index)),
        ExprKind::Try(target) => format!("try({})", show(target)),
        ExprKind::Start(call) => format!("start({})", show(call)),
    }
}

/// `component|interface|name`, with `%` in front where it was written so.
fn show_name(function: &FunctionRef) -> String {
    let part = |name: &Option<Name>| name.as_ref().map(|name| name.text.clone()).unwrap_or_default();
    let escaped = if function.escaped { "%" } else { "" };
    match (&function.component, &function.interface) {
        (None, None) => format!("{escaped}{}", function.name.text),
        (component, interface) => format!("{}|{}|{escaped}{}", part(component), part(interface), function.name.text),
    }
}

fn show_type(ty: &TypeExpr) -> String {
    match &ty.kind {
        TypeExprKind::Named(name) => show_name(name),
        TypeExprKind::Generic { head, args } => {
            let args = args.iter().map(|arg| match arg {
                TypeArg::Type(ty) => show_type(ty),
                TypeArg::Hole(_) => "_".to_owned(),
                TypeArg::Length(length, _) => length.to_string(),
            });
            format!("{}<{}>", head.text, args.collect::<Vec<_>>().join(" "))
        }
    }
}

fn show_input(input: &Input) -> String {
    match input {
        Input::Empty => "empty".to_owned(),
        Input::Command(command) => format!(".{} {:?} at {}", command.name, command.rest, command.rest_start),
        Input::Explain(text, span) => format!("explain {text:?} at {}..{}", span.start, span.end),
        Input::Ends(ends) => {
            format!("ends(${} ${} {})", ends.writable.text, ends.readable.text, show_type(&ends.ty))
        }
        Input::Statement(Statement { assign, expr, annotation }) => {
            let assign = assign.as_ref().map(|name| format!("${} = ", name.text)).unwrap_or_default();
            let annotation = annotation.as_ref().map(|ty| format!(" : {}", show_type(ty))).unwrap_or_default();
            format!("{assign}{}{annotation}", show(expr))
        }
    }
}

#[track_caller]
fn check(line: &str, expected: &str) {
    match parse(line) {
        Ok(input) => assert_eq!(show_input(&input), expected, "{line}"),
        Err(error) => panic!("{line}: {error} at {:?}", error.span),
    }
}

/// The line is refused with a message that holds `message`, at the place where `at` stands in the line.
#[track_caller]
fn refuses(line: &str, message: &str, at: std::ops::Range<usize>) {
    match parse(line) {
        Ok(input) => panic!("{line}: {}", show_input(&input)),
        Err(error) => {
            assert!(error.message.contains(message), "{line}: {}", error.message);
            assert_eq!(error.span, Some(Span::new(at.start, at.end)), "{line}: {}", error.message);
        }
    }
}

/// The line must be refused with this help.
#[track_caller]
fn helps(line: &str, help: &str) {
    let error = parse(line).unwrap_err();
    assert_eq!(error.help, [help], "{line}: {}", error.message);
}
