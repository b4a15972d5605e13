//! What a line means, before any component is asked: the output of the parser.
//!
//! Spans are byte offsets in the whole input that was parsed.

use super::Span;

/// One input.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// Blank, or a comment alone.
    Empty,
    /// `.name words…`
    Command(Command),
    /// `?`, `?x`, `x?`: explain; the text of x, empty for `?` alone.
    Explain(String, Span),
    /// `$x = expr : type`
    Statement(Statement),
    /// `$w, $r = stream<T>`
    Ends(Ends),
}

/// `$w, $r = stream<T>`: both ends of a new stream or future.
#[derive(Clone, Debug, PartialEq)]
pub struct Ends {
    /// The variable that takes the writable end.
    pub writable: Name,
    /// The variable that takes the readable end.
    pub readable: Name,
    /// The type of the stream or future.
    pub ty: TypeExpr,
}

/// A command line, its words not yet split: what they mean is the command's business.
#[derive(Clone, Debug, PartialEq)]
pub struct Command {
    /// The name without its dot.
    pub name: String,
    /// Where the name stands, the dot included.
    pub span: Span,
    /// Everything after the name, trimmed.
    pub rest: String,
    /// Where `rest` begins.
    pub rest_start: usize,
}

/// `[ $name = ] expr [ : type ]`
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// The variable that takes the value, without its `$`.
    pub assign: Option<Name>,
    /// The expression.
    pub expr: Expr,
    /// The annotation.
    pub annotation: Option<TypeExpr>,
}

/// A name and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Name {
    /// The name, without `$` or `%`.
    pub text: String,
    /// Its place, `$` or `%` included.
    pub span: Span,
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

/// The sorts of expression.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// A number as written, and `inf`, `-inf`, `nan`.
    Number(String),
    /// `'x'`, unescaped.
    Char(char),
    /// `"text"` or a multi-line string, unescaped.
    String(String),
    /// `b"bytes"`, unescaped.
    Bytes(Vec<u8>),
    /// `@"path"`, unescaped.
    File(String),
    /// `[a, b]`
    List(Vec<Expr>),
    /// `(a, b)`; `()` is refused by the parser, as WAVE does.
    Tuple(Vec<Expr>),
    /// `{}`: no flags, an empty map, or a record whose fields are all options.
    EmptyBraces,
    /// `{:}` or `{a: 1, b: 2}` or `{"k": 1}`: a record or a map. A bare label as key has [`ExprKind::Label`].
    Entries(Vec<(Expr, Expr)>),
    /// `{read, write}`: flags (each a [`ExprKind::Label`] where it is one).
    Labels(Vec<Expr>),
    /// A bare label without arguments: `true`, `none`, a case, a function's name. WAVE's keywords come here too, apart from
    /// `inf` and `nan`. `escaped` says that it was written with `%`, which makes it no keyword.
    Label {
        /// The label without `%`.
        name: String,
        /// Written with `%`.
        escaped: bool,
    },
    /// A name that only a function can have, without arguments: `a:b/c#f`, `comp::f`, `counter.open`.
    Function(FunctionRef),
    /// `name(args)`: a call, or a case with its payload; `eval` decides by the type that the place expects.
    Apply {
        /// The name before the bracket.
        function: FunctionRef,
        /// What stands between the brackets.
        args: Vec<Expr>,
    },
    /// `$x`, without `$`.
    Variable(String),
    /// `target.method(args)`
    Method {
        /// The expression before the dot.
        target: Box<Expr>,
        /// The method.
        name: Name,
        /// What stands between the brackets.
        args: Vec<Expr>,
    },
    /// `target.field`
    Field {
        /// The expression before the dot.
        target: Box<Expr>,
        /// The field.
        name: Name,
    },
    /// `target[index]`
    Index {
        /// The expression before the bracket.
        target: Box<Expr>,
        /// The index or key.
        index: Box<Expr>,
    },
    /// `target?`
    Try(Box<Expr>),
    /// `start f(args)`: a call that is not waited for. Only a whole statement is one.
    Start(Box<Expr>),
}

/// A function's name as written, in its parts.
#[derive(Clone, Debug, PartialEq)]
pub struct FunctionRef {
    /// `comp` of `comp::`.
    pub component: Option<Name>,
    /// `ns:pkg/iface@1.2.3`, `iface`, `outer#inner`: all before the last `#`, or before the dot in the spelling of
    /// `wasmtime run --invoke` (`ns:pkg/iface.func@1.2.3`, whose version is put where it belongs).
    pub interface: Option<Name>,
    /// `add`, `counter`, `counter.open`, `[method]counter.get`; without `%`. An interface or package named alone stands here
    /// too, and `interface` is then `None`: `ns:pkg/iface@1.2.3`, `ns:pkg`.
    pub name: Name,
    /// Written with `%`, which makes it no keyword of WAVE.
    pub escaped: bool,
}

impl FunctionRef {
    /// A single label, which may be a case as well as a function.
    pub fn as_label(&self) -> Option<&str> {
        let plain =
            self.component.is_none() && self.interface.is_none() && !self.name.text.contains(['.', '[', ':', '@']);
        plain.then_some(&self.name.text)
    }
}

/// A WIT type as written, its names not yet looked up.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeExpr {
    /// What it is.
    pub kind: TypeExprKind,
    /// Where it stands.
    pub span: Span,
}

/// The sorts of type expression.
#[derive(Clone, Debug, PartialEq)]
pub enum TypeExprKind {
    /// `u32`, `point`, `comp::iface#point`: a name, with its qualification.
    Named(FunctionRef),
    /// `list<u8>`, `list<u8, 4>`, `result<_, string>`: a name and its arguments.
    Generic {
        /// `list`, `map`, `tuple`, `option`, `result`, `own`, `borrow`, `stream`, `future`.
        head: Name,
        /// The arguments.
        args: Vec<TypeArg>,
    },
}

/// One argument of a generic type.
#[derive(Clone, Debug, PartialEq)]
pub enum TypeArg {
    /// A type.
    Type(TypeExpr),
    /// `_`, only in `result`.
    Hole(Span),
    /// A length, only in `list`.
    Length(u32, Span),
}
