//! The forms that the expander itself knows, one row each.
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
    ($($variant:ident $name:literal $handlers:expr;)*) => {
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum CoreForm { $($variant),* }

        impl CoreForm {
            pub const ALL: &[CoreForm] = &[$(CoreForm::$variant),*];

            pub fn name(self) -> &'static str {
                match self { $(CoreForm::$variant => $name),* }
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
    Quote "quote" expression(quote::quote);
    Quasiquote "quasiquote" expression(quasi::quasiquote);
    Lambda "lambda" expression(lambda::lambda);
    NamedLambda "named-lambda" expression(lambda::named_lambda);
    CaseLambda "case-lambda" expression(lambda::case_lambda);
    Set "set!" expression(assign::set);

    If "if" expression(conditional::if_);
    When "when" expression(conditional::when);
    Unless "unless" expression(conditional::unless);
    And "and" expression(conditional::and);
    Or "or" expression(conditional::or);
    Cond "cond" expression(conditional::cond);
    Case "case" expression(conditional::case);

    Let "let" expression(bindings::let_);
    LetStar "let*" expression(bindings::let_star);
    Letrec "letrec" expression(bindings::letrec);
    LetrecStar "letrec*" expression(bindings::letrec);
    Do "do" expression(iteration::do_);
    LetValues "let-values" expression(values::let_values);
    LetStarValues "let*-values" expression(values::let_star_values);
    Receive "receive" expression(values::receive);

    Delay "delay" expression(dynamic::delay);
    DelayForce "delay-force" expression(dynamic::delay_force);
    ConsStream "cons-stream" expression(dynamic::cons_stream);
    Parameterize "parameterize" expression(dynamic::parameterize);
    Guard "guard" expression(dynamic::guard);
    Assert "assert" expression(dynamic::assert);

    Match "match" expression(match_::match_);
    MatchOrElse "%match" expression(match_::match_or_else);
    WithAfter "%with-after" expression(match_::with_after);

    Begin "begin" both(splice::begin_expression, splice::begin);
    Include "include" both(splice::include_expression, splice::include);
    IncludeCi "include-ci" both(splice::include_expression, splice::include);
    CondExpand "cond-expand" both(splice::cond_expand_expression, splice::cond_expand);
    Declare "declare" both(splice::declare_expression, splice::declare);
    Namespace "namespace" both(splice::declare_expression, splice::declare);

    Define "define" definition(definition::define);
    DefineValues "define-values" definition(definition::define_values);
    DefineRecordType "define-record-type" definition(record::define_record_type);
    DefineType "define-type" definition(define_type::define_type);

    DefineSyntax "define-syntax" definition(keyword::define_syntax);
    DefineMacro "define-macro" definition(keyword::define_macro);
    LetSyntax "let-syntax" both(keyword::let_syntax_expression, keyword::let_syntax);
    LetrecSyntax "letrec-syntax" both(keyword::let_syntax_expression, keyword::let_syntax);
    SyntaxError "syntax-error" both(keyword::syntax_error_expression, keyword::syntax_error);

    Import "import" definition(unit::import);
    DefineLibrary "define-library" definition(unit::define_library);
    DefineModuleAlias "define-module-alias" definition(unit::define_module_alias);

    SyntaxRules "syntax-rules" AUXILIARY;
    Else "else" AUXILIARY;
    Arrow "=>" AUXILIARY;
    Underscore "_" AUXILIARY;
    Ellipsis "..." AUXILIARY;
    Unquote "unquote" AUXILIARY;
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
