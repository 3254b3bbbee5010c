//! Exactness, and numbers as text (R7RS 6.2.6, 6.2.7).

use super::value::{self, Complex, Num, Real, from_syntax, to_syntax};
use crate::args::{self, optional, wrong};
use crate::table::primitives;
use termite_abi::Value;
use termite_heap::{flonum_value, string_to_rust};
use termite_syntax::number::MAX_COMPLEX_RADIX;
use termite_syntax::{number_to_string, parse_number};
use termite_vm::{Cx, Outcome, Raise};

primitives! {
    /// `(exact z)` is the exact number of the same value.
    "exact" (1) Alloc => exact;
    /// `(inexact z)` is the nearest inexact number.
    "inexact" (1) Alloc => inexact;
    /// `(inexact->exact z)` is `exact`.
    "inexact->exact" (1) Alloc => exact;
    /// `(exact->inexact z)` is `inexact`.
    "exact->inexact" (1) Alloc => inexact;
    /// `(number->string z [radix])` is the number as text; the radix is 10, or 2 to 36.
    /// Above 18 `i` is a digit, and a number with an imaginary part an error.
    "number->string" (1..=2) Alloc => |cx, args| {
        let number = to_syntax(args[0]).ok_or_else(|| wrong(args, 0, "a number"))?;
        let radix = radix(args)?;
        if radix > MAX_COMPLEX_RADIX && number.as_real().is_none() {
            return Err(wrong(args, 0, "a real number"));
        }
        let text = number_to_string(&number, radix);
        args::check_room(cx.heap(), text.len())?;
        Ok(cx.heap().string(&text))
    };
    /// `(string->number string [radix])` is the number that the text denotes, else `#f`.
    "string->number" (1..=2) Alloc => |cx, args| {
        let text = string_to_rust(args::string(args, 0)?);
        match parse_number(&text, radix(args)?) {
            Some(number) => from_syntax(cx.heap(), &number),
            None => Ok(Value::FALSE),
        }
    };
}

/// The optional second argument.
fn radix(args: &[Value]) -> Result<u32, Raise> {
    let Some(v) = optional(args, 1) else {
        return Ok(10);
    };
    match v.is_fixnum().then(|| v.as_fixnum()) {
        Some(radix @ 2..=36) => Ok(radix as u32),
        Some(_) => Err(args::out_of_range(args, 1, "a radix from 2 to 36")),
        None => Err(wrong(args, 1, "a radix from 2 to 36")),
    }
}

fn exact(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    if value::is_exact_rational(args[0]) {
        return Ok(args[0]);
    }
    if args[0].is_flonum()
        && let Some(small) = whole_fixnum(flonum_value(args[0]))
    {
        return Ok(small);
    }
    let part = |x: Real| {
        x.to_exact()
            .ok_or_else(|| wrong(args, 0, "a finite number"))
    };
    let Complex { re, im } = value::number(args, 0)?.into_parts();
    Num::rectangular(part(re)?, part(im)?).encode(cx.heap())
}

fn inexact(cx: &mut Cx<'_>, args: &[Value]) -> Outcome {
    if args[0].is_fixnum() {
        return Ok(cx.heap().flonum(args[0].as_fixnum() as f64));
    }
    if args[0].is_flonum() {
        return Ok(args[0]);
    }
    let inexact = |x: Real| Real::Flo(x.to_f64());
    match value::number(args, 0)? {
        Num::Real(x) => inexact(x).encode(cx.heap()),
        Num::Complex(z) => Num::rectangular(inexact(z.re), inexact(z.im)).encode(cx.heap()),
    }
}

/// A flonum that is a whole number of few bits, exact.
fn whole_fixnum(x: f64) -> Option<Value> {
    let n = x as i64;
    (n.unsigned_abs() < 1 << 59 && n as f64 == x)
        .then(|| Value::try_fixnum(n))
        .flatten()
}
