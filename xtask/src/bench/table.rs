//! A table for the terminal and for a document: Markdown, numbers with three digits that mean something.

/// Prints rows under a heading.
pub(crate) fn print(heading: &[&str], rows: &[Vec<String>]) {
    println!("| {} |", heading.join(" | "));
    println!("|{}", "---|".repeat(heading.len()));
    for row in rows {
        println!("| {} |", row.join(" | "));
    }
    println!();
}

/// Three significant digits, thousands grouped.
pub(crate) fn number(value: f64) -> String {
    if !value.is_finite() {
        return "—".into();
    }
    let decimals: usize = match value.abs() {
        v if v >= 100.0 => 0,
        v if v >= 10.0 => 1,
        _ => 2,
    };
    let text = format!("{value:.decimals$}");
    let (whole, fraction) = text.split_once('.').map_or((text.as_str(), None), |(w, f)| (w, Some(f)));
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) && !grouped.ends_with('-') {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    fraction.map_or(grouped.clone(), |fraction| format!("{grouped}.{fraction}"))
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_keep_three_digits() {
        let shown = [0.123, 9.87654, 12.345, 999.6, 1234567.0, -1234.0, f64::NAN].map(number);
        assert_eq!(shown, ["0.12", "9.88", "12.3", "1,000", "1,234,567", "-1,234", "—"]);
    }
}
