//! What every chart draws on: a viewBox, a few shapes, and text whose width can be reckoned without a font.

use crate::markup::Markup;

/// The width a chart is drawn for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Page {
    Wide,
    Narrow,
}

impl Page {
    /// Width of the viewBox, close to the CSS pixels it will have.
    pub(crate) const fn width(self) -> f64 {
        match self {
            Self::Wide => 880.0,
            Self::Narrow => 344.0,
        }
    }

    pub(crate) const fn pick<T: Copy>(self, wide: T, narrow: T) -> T {
        match self {
            Self::Wide => wide,
            Self::Narrow => narrow,
        }
    }
}

/// Colours by what they mean. Text and marks have at least 4.5:1 and 3:1 on white.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ink;

impl Ink {
    /// After; what goes on.
    pub(crate) const MAIN: &'static str = "#0017c1";
    /// A paler field of the same.
    pub(crate) const PALE: &'static str = "#c5d7fb";
    /// Before.
    pub(crate) const BEFORE: &'static str = "#626264";
    /// What is lost.
    pub(crate) const LOST: &'static str = "#ffdfca";
    /// Edge of what is lost; a limit.
    pub(crate) const LIMIT: &'static str = "#ac3e00";
    /// Words.
    pub(crate) const TEXT: &'static str = "#1a1a1a";
    /// Lesser words.
    pub(crate) const QUIET: &'static str = "#4d4d4d";
    /// Grid and axes.
    pub(crate) const GRID: &'static str = "#d8d8db";
}

/// Where a text begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// How a text looks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Font {
    pub(crate) size: f64,
    pub(crate) bold: bool,
    pub(crate) ink: &'static str,
}

impl Font {
    pub(crate) const fn plain(size: f64) -> Self {
        Self { size, bold: false, ink: Ink::TEXT }
    }

    pub(crate) const fn bold(size: f64) -> Self {
        Self { size, bold: true, ink: Ink::TEXT }
    }

    pub(crate) const fn quiet(size: f64) -> Self {
        Self { size, bold: false, ink: Ink::QUIET }
    }

    pub(crate) const fn line(self) -> f64 {
        self.size * 1.4
    }
}

/// A drawing under construction.
#[derive(Debug, Default)]
pub(crate) struct Canvas(Markup);

impl Canvas {
    pub(crate) fn rect(&mut self, [x, y, width, height]: [f64; 4], fill: &str, stroke: &str) {
        let (x, y, width, height) = (number(x), number(y), number(width.max(0.0)), number(height.max(0.0)));
        let place = [
            ("x", x.as_str()),
            ("y", &y),
            ("width", &width),
            ("height", &height),
            ("fill", fill),
            ("stroke", stroke),
        ];
        self.0.element("rect", &place, |_| {});
    }

    pub(crate) fn circle(&mut self, x: f64, y: f64, radius: f64, fill: &str, stroke: &str) {
        let (x, y, radius) = (number(x), number(y), number(radius));
        let place = [
            ("cx", x.as_str()),
            ("cy", &y),
            ("r", &radius),
            ("fill", fill),
            ("stroke", stroke),
            ("stroke-width", "2.5"),
        ];
        self.0.element("circle", &place, |_| {});
    }

    pub(crate) fn line(&mut self, from: (f64, f64), to: (f64, f64), stroke: &str, width: &str, dash: &str) {
        let (x1, y1, x2, y2) = (number(from.0), number(from.1), number(to.0), number(to.1));
        let place = [
            ("x1", x1.as_str()),
            ("y1", &y1),
            ("x2", &x2),
            ("y2", &y2),
            ("stroke", stroke),
            ("stroke-width", width),
            ("stroke-dasharray", dash),
        ];
        self.0.element("line", &place, |_| {});
    }

    /// A filled outline of commands (`M`, `L`, `Q`, `Z`) and coordinates.
    pub(crate) fn path(&mut self, commands: &[(char, &[f64])], fill: &str, stroke: &str) {
        let mut d = String::new();
        for (command, coordinates) in commands {
            d.push(*command);
            for (i, c) in coordinates.iter().enumerate() {
                if i > 0 {
                    d.push(' ');
                }
                d.push_str(&number(*c));
            }
        }
        self.0.element("path", &[("d", d.as_str()), ("fill", fill), ("stroke", stroke)], |_| {});
    }

    /// Straight lines from point to point.
    pub(crate) fn polyline(&mut self, points: &[(f64, f64)], stroke: &str, width: &str, dash: &str) {
        let points: Vec<String> =
            points.iter().map(|(x, y)| format!("{},{}", number(*x), number(*y))).collect();
        let points = points.join(" ");
        let look = [
            ("points", points.as_str()),
            ("fill", "none"),
            ("stroke", stroke),
            ("stroke-width", width),
            ("stroke-dasharray", dash),
        ];
        self.0.element("polyline", &look, |_| {});
    }

    /// A field between points.
    pub(crate) fn outline(&mut self, points: &[(f64, f64)], fill: &str) {
        let commands: Vec<(char, [f64; 2])> = points
            .iter()
            .enumerate()
            .map(|(at, (x, y))| (if at == 0 { 'M' } else { 'L' }, [*x, *y]))
            .collect();
        let commands: Vec<(char, &[f64])> =
            commands.iter().map(|(c, place)| (*c, place.as_slice())).collect();
        self.path(&commands, fill, "none");
    }

    /// One line of text on a baseline.
    pub(crate) fn text(&mut self, (x, y): (f64, f64), anchor: Anchor, font: Font, text: &str) {
        let (x, y, size) = (number(x), number(y), number(font.size));
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let weight = if font.bold { "700" } else { "400" };
        let look = [
            ("x", x.as_str()),
            ("y", &y),
            ("text-anchor", anchor),
            ("font-size", &size),
            ("font-weight", weight),
            ("fill", font.ink),
        ];
        self.0.leaf("text", &look, text);
    }

    /// Lines of text from a first baseline down; returns the baseline after the last.
    pub(crate) fn lines(&mut self, (x, y): (f64, f64), font: Font, lines: &[String]) -> f64 {
        let mut y = y;
        for line in lines {
            self.text((x, y), Anchor::Start, font, line);
            y += font.line();
        }
        y
    }

    /// The finished `<svg>` with the title and description a screen reader speaks.
    pub(crate) fn finish(
        self,
        id: &str,
        (width, height): (f64, f64),
        title: &str,
        description: &str,
    ) -> Markup {
        let (title_id, description_id) = (format!("{id}-title"), format!("{id}-desc"));
        let labelled = format!("{title_id} {description_id}");
        let view = format!("0 0 {} {}", number(width), number(height));
        let (width, height) = (number(width), number(height));
        let mut m = Markup::default();
        let attributes = [
            ("role", "img"),
            ("aria-labelledby", labelled.as_str()),
            ("viewBox", &view),
            ("width", &width),
            ("height", &height),
            ("focusable", "false"),
        ];
        m.element("svg", &attributes, |m| {
            m.raw("\n").leaf("title", &[("id", &title_id)], title).leaf(
                "desc",
                &[("id", &description_id)],
                description,
            );
            m.put(&self.0);
        });
        m
    }
}

/// A coordinate with at most two decimals; what is not a number becomes 0, so that a drawing never breaks.
pub(crate) fn number(x: f64) -> String {
    if !x.is_finite() {
        return "0".to_owned();
    }
    let text = format!("{x:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// `part` of `whole` as a share between 0 and 1; 0 where there is no whole.
pub(crate) fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { (part as f64 / whole as f64).min(1.0) }
}

/// A rate between 0 and 1; 0 for what is no number.
pub(crate) fn unit(rate: f64) -> f64 {
    if rate.is_finite() { rate.clamp(0.0, 1.0) } else { 0.0 }
}

/// Width of a text, reckoned generously: full width for Japanese, about 0.6 for Latin.
pub(crate) fn text_width(text: &str, font: Font) -> f64 {
    let ems: f64 = text.chars().map(character_width).sum();
    ems * font.size * if font.bold { 1.06 } else { 1.0 }
}

fn character_width(c: char) -> f64 {
    match c {
        ' ' | 'i' | 'l' | 'j' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' => 0.34,
        'm' | 'w' | 'M' | 'W' | '%' | '@' => 0.95,
        'A'..='Z' => 0.72,
        '\u{0}'..='\u{7f}' => 0.6,
        _ => 1.0,
    }
}

/// Breaks a text into lines no wider than `width`: Latin between words, Japanese anywhere but before closing marks.
pub(crate) fn wrap(text: &str, width: f64, font: Font) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for piece in pieces(text) {
        let joined = format!("{line}{piece}");
        if line.is_empty() || text_width(joined.trim_end(), font) <= width {
            line = joined;
        } else {
            lines.push(line.trim_end().to_owned());
            line = piece.trim_start().to_owned();
        }
        // A word longer than a line is cut.
        while text_width(line.trim_end(), font) > width && line.chars().count() > 1 {
            let mut head = String::new();
            for c in line.chars() {
                if !head.is_empty() && text_width(&format!("{head}{c}"), font) > width {
                    break;
                }
                head.push(c);
            }
            line = line.split_off(head.len());
            lines.push(head);
        }
    }
    if !line.trim().is_empty() || lines.is_empty() {
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// Pieces between which a line may break.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut join_next = false;
    for c in text.chars() {
        let latin = c.is_ascii() && c != ' ';
        let closing = matches!(
            c,
            '、' | '。'
                | '）'
                | '」'
                | '』'
                | '・'
                | 'ー'
                | '％'
                | '！'
                | '？'
                | 'ゃ'
                | 'ゅ'
                | 'ょ'
                | 'っ'
                | ' '
        );
        match pieces.last_mut() {
            Some(last)
                if closing
                    || join_next
                    || (latin && last.chars().last().is_some_and(|p| p.is_ascii() && p != ' ')) =>
            {
                last.push(c);
            }
            _ => pieces.push(c.to_string()),
        }
        join_next = matches!(c, '（' | '「' | '『');
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_and_lose_nothing() {
        let font = Font::plain(14.0);
        for text in [
            "提供停止の求めがあった人（法第31条）、待機期間中の人",
            "Objection received before the day of provision",
            "",
            "Llanfairpwllgwyngyllgogerychwyrndrobwll",
        ] {
            let lines = wrap(text, 120.0, font);
            assert!(lines.iter().all(|l| text_width(l, font) <= 120.0), "{lines:?}");
            let strip = |s: &str| s.replace(' ', "");
            assert_eq!(strip(&lines.concat()), strip(text));
            assert!(lines.iter().all(|l| !l.starts_with(['、', '。', '）', '」'])));
        }
    }

    #[test]
    fn coordinates_are_short_and_always_numbers() {
        assert_eq!([1.0, 1.256, -0.001, f64::NAN, f64::INFINITY].map(number), ["1", "1.26", "0", "0", "0"]);
        assert_eq!((share(1, 0), share(3, 2), share(1, 4)), (0.0, 1.0, 0.25));
    }
}
