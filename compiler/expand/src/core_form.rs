//! The forms that the expander itself knows, one row each, with the manual's text.
//!
//! `(termite core)` exports every row. A form stands where an expression may, where a
//! definition may, or both (`begin`); an auxiliary word (`else`) stands only inside other
//! forms.

use crate::core::Expr;
use crate::errors::Result;
use crate::expansion::Expansion;
use crate::forms::{
    assign, bindings, conditional, define_type, definition, dynamic, iteration, keyword, lambda,
    match_, quasi, quote, record, splice, unit, values,
};
use crate::scan::Scan;
use crate::stx::Stx;
use termite_syntax::Symbol;

pub type ExpressionHandler = fn(&mut Expansion<'_>, &Stx) -> Result<Expr>;
pub type DefinitionHandler = fn(&mut Expansion<'_>, &Stx, &mut Scan) -> Result<()>;

/// What a form does in each place it may stand.
#[derive(Clone, Copy)]
pub struct Handlers {
    pub expression: Option<ExpressionHandler>,
    pub definition: Option<DefinitionHandler>,
}

macro_rules! core_forms {
    ($($(#[doc = $doc:literal])+ $variant:ident $name:literal $handlers:expr;)*) => {
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum CoreForm { $($(#[doc = $doc])+ $variant),* }

        impl CoreForm {
            pub const ALL: &[CoreForm] = &[$(CoreForm::$variant),*];

            pub fn name(self) -> &'static str {
                match self { $(CoreForm::$variant => $name),* }
            }

            /// The manual's text, which begins with the form's shape.
            pub fn doc(self) -> &'static str {
                match self { $(CoreForm::$variant => concat!($($doc, "\n"),+)),* }
            }

            pub fn handlers(self) -> Handlers {
                match self { $(CoreForm::$variant => $handlers),* }
            }
        }
    };
}

const fn expression(handler: ExpressionHandler) -> Handlers {
    Handlers {
        expression: Some(handler),
        definition: None,
    }
}

const fn definition(handler: DefinitionHandler) -> Handlers {
    Handlers {
        expression: None,
        definition: Some(handler),
    }
}

const fn both(expression: ExpressionHandler, definition: DefinitionHandler) -> Handlers {
    Handlers {
        expression: Some(expression),
        definition: Some(definition),
    }
}

const AUXILIARY: Handlers = Handlers {
    expression: None,
    definition: None,
};

core_forms! {
    /// `(quote datum)`, also `'datum`, is the datum itself, unevaluated.
    Quote "quote" expression(quote::quote);
    /// `(quasiquote template)`, also `` `template``, is the template as a datum, in which the
    /// values of what is unquoted take their places.
    Quasiquote "quasiquote" expression(quasi::quasiquote);
    /// `(lambda formals body ...)` is a procedure. Formals are a list of names, which may end
    /// in a rest name, or hold `#!optional`, `#!key` and `#!rest`; an optional argument that is
    /// not given is `#f`, or the value of `(name default)`.
    Lambda "lambda" expression(lambda::lambda);
    /// `(named-lambda (name . formals) body ...)` is a procedure with a name, which reports
    /// show.
    NamedLambda "named-lambda" expression(lambda::named_lambda);
    /// `(case-lambda (formals body ...) ...)` is a procedure that evaluates the first clause
    /// whose formals accept the number of arguments. Raises an arity error when there is none.
    CaseLambda "case-lambda" expression(lambda::case_lambda);
    /// `(set! name expression)` gives a variable another value. Raises an error when a toplevel
    /// variable is not defined; to assign an imported one is a syntax error.
    Set "set!" expression(assign::set);

    /// `(if test then [else])` evaluates `then` when the test is true, which all but `#f` is,
    /// and otherwise `else`.
    If "if" expression(conditional::if_);
    /// `(when test body ...)` evaluates the body if the test is true.
    When "when" expression(conditional::when);
    /// `(unless test body ...)` evaluates the body if the test is false.
    Unless "unless" expression(conditional::unless);
    /// `(and expression ...)` evaluates expressions until one is false; the value is that of
    /// the last one evaluated, or `#t` if there is none.
    And "and" expression(conditional::and);
    /// `(or expression ...)` evaluates expressions until one is true; the value is that of the
    /// last one evaluated, or `#f` if there is none.
    Or "or" expression(conditional::or);
    /// `(cond (test body ...) ... [(else body ...)])` evaluates the body of the first clause
    /// whose test is true. `(test => procedure)` calls the procedure with the test's value.
    Cond "cond" expression(conditional::cond);
    /// `(case key ((datum ...) body ...) ... [(else body ...)])` evaluates the body of the
    /// first clause with a datum that is `eqv?` to the key. `=> procedure` in place of a body
    /// calls the procedure with the key.
    Case "case" expression(conditional::case);

    /// `(let ((name value) ...) body ...)` binds names, all at once, in the body. `(let loop
    /// ((name value) ...) body ...)` also binds `loop` to the procedure of the names and the
    /// body.
    Let "let" expression(bindings::let_);
    /// `(let* ((name value) ...) body ...)` binds names one after another; each value sees the
    /// names before it.
    LetStar "let*" expression(bindings::let_star);
    /// `(letrec ((name value) ...) body ...)` binds names whose values may refer to all of
    /// them. Raises an error if one is used before it has its value.
    Letrec "letrec" expression(bindings::letrec);
    /// `(letrec* ((name value) ...) body ...)` binds names like `letrec`; values are evaluated
    /// in order.
    LetrecStar "letrec*" expression(bindings::letrec);
    /// `(do ((name first [next]) ...) (test result ...) body ...)` repeats the body, giving the
    /// names their next values, until the test is true; the value is that of the last result.
    Do "do" expression(iteration::do_);
    /// `(let-values ((formals expression) ...) body ...)` binds the names in each formals to
    /// the values of its expression. Raises an arity error when their number does not fit.
    LetValues "let-values" expression(values::let_values);
    /// `(let*-values ((formals expression) ...) body ...)` binds names to several values, one
    /// expression after another.
    LetStarValues "let*-values" expression(values::let_star_values);
    /// `(receive formals expression body ...)` binds the names to the values of the expression
    /// in the body. Raises an arity error when their number does not fit.
    Receive "receive" expression(values::receive);

    /// `(delay expression)` is a promise; `force` evaluates the expression once.
    Delay "delay" expression(dynamic::delay);
    /// `(delay-force expression)` is a promise; the expression's value is a promise too, which
    /// is forced in its place, without growing the continuation.
    DelayForce "delay-force" expression(dynamic::delay_force);
    /// `(cons-stream first rest)` is a pair of the first element and a promise of the rest.
    ConsStream "cons-stream" expression(dynamic::cons_stream);
    /// `(parameterize ((parameter value) ...) body ...)` gives parameters other values,
    /// converted as theirs are, while the body is evaluated. Raises an error for what is no
    /// parameter.
    Parameterize "parameterize" expression(dynamic::parameterize);
    /// `(guard (name clause ...) body ...)` evaluates the body; what it raises is bound to the
    /// name, and the clauses are those of a `cond`. What no clause takes is raised again.
    Guard "guard" expression(dynamic::guard);
    /// `(assert expression message ...)` raises an error if the expression is false. The values
    /// of the messages become part of it.
    Assert "assert" expression(dynamic::assert);

    /// `(match datum (pattern [(where guard ...)] body ...) ...)` evaluates the body of the
    /// first clause whose pattern matches. Names in a pattern are bound; `_` matches anything,
    /// `'datum` and literals what is `equal?`, `,expression` a value, `($ type pattern ...)` a
    /// record, `(? predicate pattern ...)` what satisfies a predicate. Raises an error if none
    /// matches.
    Match "match" expression(match_::match_);
    /// `(%match otherwise datum clause ...)` is `match` that evaluates `otherwise` when no
    /// clause matches.
    MatchOrElse "%match" expression(match_::match_or_else);
    /// `(%with-after continuation clause ...)` takes the `after` clause of a `recv` apart.
    WithAfter "%with-after" expression(match_::with_after);

    /// `(begin form ...)` evaluates forms in order; the value is that of the last one. Where
    /// definitions may stand they may stand in it.
    Begin "begin" both(splice::begin_expression, splice::begin);
    /// `(include file ...)` stands for the forms in the files, whose names are relative to the
    /// including file. A file that cannot be read is an error when the program is compiled.
    Include "include" both(splice::include_expression, splice::include);
    /// `(include-ci file ...)` is `include` that reads symbols without regard to case.
    IncludeCi "include-ci" both(splice::include_expression, splice::include);
    /// `(cond-expand (requirement form ...) ...)` stands for the forms of the first clause
    /// whose requirement holds: a feature, `(library name)`, `and`, `or`, `not`, `else`.
    CondExpand "cond-expand" both(splice::cond_expand_expression, splice::cond_expand);
    /// `(declare declaration ...)` is accepted for the sake of other systems' programs and
    /// changes nothing.
    Declare "declare" both(splice::declare_expression, splice::declare);
    /// `(namespace prefix)` chooses the prefix that the procedures of a library have in
    /// reports; elsewhere it changes nothing.
    Namespace "namespace" both(splice::declare_expression, splice::declare);

    /// `(define name expression)` defines a variable, `(define (name . formals) body ...)` a
    /// procedure.
    Define "define" definition(definition::define);
    /// `(define-values formals expression)` defines variables with the values of the
    /// expression. Raises an arity error when their number does not fit.
    DefineValues "define-values" definition(definition::define_values);
    /// `(define-record-type name (constructor field ...) predicate (field accessor [modifier])
    /// ...)` defines a type of records with its procedures. `(name parent)` extends another
    /// type, and `#f` leaves out constructor or predicate.
    DefineRecordType "define-record-type" definition(record::define_record_type);
    /// `(define-type name [option ...] field ...)` defines a type of records, with `make-name`,
    /// `name?`, `name-field` and `name-field-set!`.
    DefineType "define-type" definition(define_type::define_type);

    /// `(define-syntax keyword (syntax-rules ...))` defines a macro.
    DefineSyntax "define-syntax" definition(keyword::define_syntax);
    /// `(define-macro (keyword . formals) body ...)` defines a macro whose body, evaluated
    /// while the program is compiled, gets the form's data and returns what stands for it.
    /// Names in it are not hygienic.
    DefineMacro "define-macro" definition(keyword::define_macro);
    /// `(let-syntax ((keyword transformer) ...) body ...)` binds macros in the body.
    LetSyntax "let-syntax" both(keyword::let_syntax_expression, keyword::let_syntax);
    /// `(letrec-syntax ((keyword transformer) ...) body ...)` binds macros, which may use each
    /// other, in the body.
    LetrecSyntax "letrec-syntax" both(keyword::let_syntax_expression, keyword::let_syntax);
    /// `(syntax-error message datum ...)` ends the compilation with the message.
    SyntaxError "syntax-error" both(keyword::syntax_error_expression, keyword::syntax_error);

    /// `(import import-set ...)` makes the exports of libraries known; a set is a library's
    /// name, or `only`, `except`, `prefix` or `rename` of one.
    Import "import" definition(unit::import);
    /// `(define-library name declaration ...)` defines a library; declarations are `export`,
    /// `import`, `begin`, `include`, `include-library-declarations`, `cond-expand`.
    DefineLibrary "define-library" definition(unit::define_library);
    /// `(define-module-alias name name)` lets a library's name, and those below it, stand for
    /// another's.
    DefineModuleAlias "define-module-alias" definition(unit::define_module_alias);

    /// `(syntax-rules [ellipsis] (literal ...) (pattern template) ...)` is a hygienic macro
    /// transformer; it stands where a macro is bound.
    SyntaxRules "syntax-rules" AUXILIARY;
    /// `(else body ...)` is the last clause of `cond`, `case`, `guard` and `cond-expand`.
    Else "else" AUXILIARY;
    /// `(test => procedure)`, in a clause of `cond`, `case` or `guard`, calls the procedure
    /// with the value that was tested.
    Arrow "=>" AUXILIARY;
    /// `_`, in a pattern, matches anything and binds nothing.
    Underscore "_" AUXILIARY;
    /// `...`, in a pattern, lets the one before it match any number of times; in a template it
    /// repeats.
    Ellipsis "..." AUXILIARY;
    /// `(unquote expression)`, also `,expression`, stands in a `quasiquote` for the value of
    /// the expression.
    Unquote "unquote" AUXILIARY;
    /// `(unquote-splicing expression)`, also `,@expression`, stands in a `quasiquote` for the
    /// elements of the list that is the value.
    UnquoteSplicing "unquote-splicing" AUXILIARY;
}

impl CoreForm {
    pub fn from_name(name: &str) -> Option<CoreForm> {
        CoreForm::ALL
            .iter()
            .copied()
            .find(|form| form.name() == name)
    }

    pub fn is_auxiliary(self) -> bool {
        let Handlers {
            expression,
            definition,
        } = self.handlers();
        expression.is_none() && definition.is_none()
    }

    /// What an identifier that nothing binds means all the same: auxiliary words, so that
    /// `cond` may be imported without `else`; what may stand before every import.
    pub fn unbound(name: Symbol) -> Option<CoreForm> {
        let form = match name.as_str() {
            "else" => CoreForm::Else,
            "=>" => CoreForm::Arrow,
            "_" => CoreForm::Underscore,
            "..." => CoreForm::Ellipsis,
            "unquote" => CoreForm::Unquote,
            "unquote-splicing" => CoreForm::UnquoteSplicing,
            "import" => CoreForm::Import,
            "define-library" => CoreForm::DefineLibrary,
            "define-module-alias" => CoreForm::DefineModuleAlias,
            "declare" => CoreForm::Declare,
            _ => return None,
        };
        Some(form)
    }
}
