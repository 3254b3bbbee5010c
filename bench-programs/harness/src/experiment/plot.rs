//! A picture: total time of a call against the size of the source, both logarithmic.

use super::report::{of, size};
use super::scenario::{Record, Scenario};
use super::statistics::summary;
use std::fmt::Write;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 480.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 160.0;
const TOP: f64 = 30.0;
const BOTTOM: f64 = 60.0;

fn colour(scenario: Scenario) -> &'static str {
    match scenario {
        Scenario::Interpreted => "#b03a2e",
        Scenario::FirstInstall => "#1f618d",
        Scenario::FirstBySender => "#7d3c98",
        Scenario::SteadyState => "#1e8449",
    }
}

/// Whole decades around some values.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Axis {
    low: i32,
    high: i32,
}

impl Axis {
    fn around(values: impl Iterator<Item = f64> + Clone) -> Axis {
        let least = values.clone().fold(f64::INFINITY, f64::min);
        let most = values.fold(f64::NEG_INFINITY, f64::max);
        let low = least.log10().floor() as i32;
        Axis {
            low,
            high: (most.log10().ceil() as i32).max(low + 1),
        }
    }

    /// 0 at the low end, 1 at the high one.
    fn share(self, value: f64) -> f64 {
        (value.log10() - f64::from(self.low)) / f64::from(self.high - self.low)
    }

    fn decades(self) -> impl Iterator<Item = f64> {
        (self.low..=self.high).map(|n| 10f64.powi(n))
    }
}

/// One scenario's points: bytes, milliseconds.
struct Line {
    scenario: Scenario,
    points: Vec<(f64, f64)>,
}

fn lines(records: &[Record], scenarios: &[Scenario]) -> Vec<Line> {
    let line = |&scenario: &Scenario| {
        let good = of(records, scenario).filter(|r| r.failure.is_none());
        let mut points: Vec<(f64, f64)> = good
            .filter_map(|r| {
                let total = summary(r)?.total.mean;
                Some((r.program.source_bytes as f64, total * 1e3))
            })
            .collect();
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        Line { scenario, points }
    };
    let all = scenarios.iter().map(line);
    all.filter(|line| !line.points.is_empty()).collect()
}

struct Frame {
    across: Axis,
    up: Axis,
}

impl Frame {
    fn x(&self, bytes: f64) -> f64 {
        LEFT + self.across.share(bytes) * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, milliseconds: f64) -> f64 {
        HEIGHT - BOTTOM - self.up.share(milliseconds) * (HEIGHT - TOP - BOTTOM)
    }
}

/// The picture; `None` if there is nothing to show.
pub fn svg(records: &[Record], scenarios: &[Scenario]) -> Option<String> {
    let lines = lines(records, scenarios);
    let points = || lines.iter().flat_map(|line| line.points.iter());
    points().next()?;
    let frame = Frame {
        across: Axis::around(points().map(|p| p.0)),
        up: Axis::around(points().map(|p| p.1)),
    };
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{HEIGHT}\" \
         viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"white\"/>\n"
    );
    grid(&mut text, &frame);
    for (i, line) in lines.iter().enumerate() {
        draw(&mut text, &frame, line, i);
    }
    text.push_str("</svg>\n");
    Some(text)
}

/// Writing to a string cannot fail.
fn grid(text: &mut String, frame: &Frame) {
    let (right, bottom) = (WIDTH - RIGHT, HEIGHT - BOTTOM);
    for bytes in frame.across.decades() {
        let x = frame.x(bytes);
        let _ = writeln!(
            text,
            "<path d=\"M{x:.1} {TOP}V{bottom}\" stroke=\"#ddd\"/>\
             <text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{bytes}</text>",
            bottom + 18.0
        );
    }
    for milliseconds in frame.up.decades() {
        let y = frame.y(milliseconds);
        let _ = writeln!(
            text,
            "<path d=\"M{LEFT} {y:.1}H{right}\" stroke=\"#ddd\"/>\
             <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{milliseconds}</text>",
            LEFT - 8.0,
            y + 4.0
        );
    }
    let _ = writeln!(
        text,
        "<text x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">size of the source (bytes)</text>\
         <text x=\"16\" y=\"{:.1}\" text-anchor=\"middle\" \
         transform=\"rotate(-90 16 {:.1})\">total for a call (ms)</text>",
        (LEFT + right) / 2.0,
        HEIGHT - 16.0,
        (TOP + bottom) / 2.0,
        (TOP + bottom) / 2.0
    );
}

fn draw(text: &mut String, frame: &Frame, line: &Line, number: usize) {
    let colour = colour(line.scenario);
    let place = |p: &(f64, f64)| format!("{:.1},{:.1}", frame.x(p.0), frame.y(p.1));
    let corners: Vec<String> = line.points.iter().map(place).collect();
    let _ = writeln!(
        text,
        "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>",
        corners.join(" ")
    );
    for point in &line.points {
        let _ = writeln!(
            text,
            "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"3.5\" fill=\"{colour}\"><title>{}: {:.1} ms\
             </title></circle>",
            frame.x(point.0),
            frame.y(point.1),
            size(point.0 as u64),
            point.1
        );
    }
    let _ = writeln!(
        text,
        "<text x=\"{}\" y=\"{}\" fill=\"{colour}\">{}</text>",
        WIDTH - RIGHT + 12.0,
        TOP + 14.0 + 18.0 * number as f64,
        line.scenario.title()
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_are_whole_decades() {
        let axis = Axis::around([4000.0, 400_000.0].into_iter());
        assert_eq!((axis.low, axis.high), (3, 6));
        assert!((axis.share(1e3)).abs() < 1e-9 && (axis.share(1e6) - 1.0).abs() < 1e-9);
        let one = Axis::around([10.0].into_iter());
        assert_eq!((one.low, one.high), (1, 2));
    }

    #[test]
    fn nothing_measured_is_no_picture() {
        assert_eq!(svg(&[], &Scenario::ALL), None);
    }
}
