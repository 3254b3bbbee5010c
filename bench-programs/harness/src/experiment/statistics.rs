//! Means and deviations after outliers are dropped.
//!
//! A call is an outlier if its total time lies further below the first or above the third
//! quartile than one and a half times their distance (Tukey's fences). It is dropped whole.

use super::scenario::{Call, Record};

const FENCE: f64 = 1.5;

/// Of at least one value; the deviation is that of a sample.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Spread {
    pub mean: f64,
    pub deviation: f64,
}

pub fn spread(values: &[f64]) -> Option<Spread> {
    let n = values.len() as f64;
    if values.is_empty() {
        return None;
    }
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|x| (x - mean).powi(2)).sum();
    let deviation = match values.len() {
        1 => 0.0,
        _ => (squares / (n - 1.0)).sqrt(),
    };
    Some(Spread { mean, deviation })
}

/// The value below which this share of the sorted values lies, between two if need be.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let at = share * (sorted.len() - 1) as f64;
    let below = at.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (at - below as f64) * (sorted[above] - sorted[below])
}

pub fn without_outliers(calls: &[Call]) -> Vec<Call> {
    let mut totals: Vec<f64> = calls.iter().map(|c| c.total).collect();
    if totals.is_empty() {
        return Vec::new();
    }
    totals.sort_by(f64::total_cmp);
    let (low, high) = (quantile(&totals, 0.25), quantile(&totals, 0.75));
    let reach = FENCE * (high - low);
    let is_kept = |c: &&Call| c.total >= low - reach && c.total <= high + reach;
    calls.iter().filter(is_kept).copied().collect()
}

/// What a record comes to, without outliers.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Summary {
    pub total: Spread,
    pub there: Spread,
    /// Total less the time there.
    pub overhead: Spread,
    pub kept: usize,
    pub dropped: usize,
}

pub fn summary(record: &Record) -> Option<Summary> {
    let calls = record.calls();
    let kept = without_outliers(&calls);
    let of = |value: fn(&Call) -> f64| spread(&kept.iter().map(value).collect::<Vec<_>>());
    Some(Summary {
        total: of(|c| c.total)?,
        there: of(|c| c.there)?,
        overhead: of(|c| c.total - c.there)?,
        kept: kept.len(),
        dropped: calls.len() - kept.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(total: f64) -> Call {
        Call {
            is_warm_up: false,
            total,
            there: 0.0,
            sent: 0.0,
            received: 0.0,
            fetched: 0.0,
        }
    }

    #[test]
    fn means_and_deviations() {
        assert_eq!(spread(&[]), None);
        let one = spread(&[3.0]).unwrap();
        assert_eq!((one.mean, one.deviation), (3.0, 0.0));
        let some = spread(&[2.0, 4.0, 6.0]).unwrap();
        assert_eq!((some.mean, some.deviation), (4.0, 2.0));
    }

    #[test]
    fn what_lies_far_away_is_dropped() {
        let totals = [1.0, 1.1, 0.9, 1.0, 1.05, 9.0];
        let calls: Vec<Call> = totals.into_iter().map(call).collect();
        let kept = without_outliers(&calls);
        assert_eq!(kept.len(), 5);
        assert!(kept.iter().all(|c| c.total < 2.0));
        assert!(without_outliers(&[]).is_empty());
    }
}
