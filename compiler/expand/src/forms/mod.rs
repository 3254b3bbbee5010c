//! The forms, a family a file. [`crate::core_form`] says which handler is whose.

pub mod assign;
pub mod bindings;
pub mod clauses;
pub mod conditional;
pub mod define_type;
pub mod definition;
pub mod dynamic;
pub mod iteration;
pub mod keyword;
pub mod lambda;
pub mod match_;
pub mod parameters;
pub mod pattern;
pub mod quasi;
pub mod quote;
pub mod record;
pub mod splice;
pub mod unit;
pub mod values;
