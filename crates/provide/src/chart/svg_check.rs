//! What must hold of every drawing, checked on its text.

use super::canvas::{Font, text_width};

/// Fails where a drawing holds something that is not a number, or a label or shape that leaves the viewBox.
pub(crate) fn check(svg: &str) {
    assert!(!svg.contains("NaN") && !svg.contains("inf\""), "{svg}");
    let view = attribute(svg, "viewBox").unwrap();
    let view: Vec<f64> = view.split(' ').map(|n| n.parse().unwrap()).collect();
    let (width, height) = (view[2], view[3]);
    assert!(svg.contains("role=\"img\"") && svg.contains("<title") && svg.contains("<desc"));
    for tag in tags(svg, "text") {
        let number = |name| attribute(tag, name).unwrap().parse::<f64>().unwrap();
        let (x, y, size) = (number("x"), number("y"), number("font-size"));
        let text = tag.split_once('>').unwrap().1;
        let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").replace("&#39;", "'");
        let font = Font { size, bold: attribute(tag, "font-weight").as_deref() == Some("700"), ink: "" };
        let long = text_width(&text, font);
        let from = match attribute(tag, "text-anchor").as_deref() {
            Some("middle") => x - long / 2.0,
            Some("end") => x - long,
            _ => x,
        };
        assert!(
            from >= -0.5 && from + long <= width + 0.5,
            "`{text}` {from}..{} leaves 0..{width}",
            from + long
        );
        assert!(
            y - size * 0.8 >= -0.5 && y + size * 0.3 <= height + 0.5,
            "`{text}` at {y} leaves 0..{height}"
        );
    }
    for tag in tags(svg, "rect") {
        let number = |name| attribute(tag, name).unwrap().parse::<f64>().unwrap();
        let (x, y) = (number("x"), number("y"));
        assert!(x >= 0.0 && x + number("width") <= width + 0.01, "{tag}");
        assert!(y >= 0.0 && y + number("height") <= height + 0.01, "{tag}");
    }
}

/// Every element of a name, from its attributes to its end tag.
pub(crate) fn tags<'a>(svg: &'a str, name: &str) -> Vec<&'a str> {
    let (open, close) = (format!("<{name} "), format!("</{name}>"));
    svg.split(&open).skip(1).filter_map(|rest| rest.split(&close).next()).collect()
}

/// An attribute of the first tag in a text.
pub(crate) fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = tag.split_once(&format!("{name}=\""))?.1;
    Some(start.split('"').next()?.to_owned())
}
