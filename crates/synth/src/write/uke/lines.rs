//! Calculation units (算定単位): one or more lines of acts, drugs and materials that share points, count and days.

use crate::tables::Drug;

/// One line of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// `SI`, `IY` or `TO`.
    record: &'static str,
    code: String,
    /// Amount used; empty for acts without one.
    amount: String,
    /// Unit code and unit price of a material.
    material: Option<(&'static str, &'static str)>,
}

impl Line {
    /// An act (診療行為).
    pub(super) fn act(code: &str) -> Self {
        Self { record: "SI", code: code.to_owned(), amount: String::new(), material: None }
    }

    /// A drug (医薬品).
    pub(super) fn drug(drug: &Drug, amount: usize) -> Self {
        Self { record: "IY", code: drug.receipt_code.to_owned(), amount: amount.to_string(), material: None }
    }

    /// A material (特定器材): code, amount, unit code, unit price.
    pub(super) fn material(code: &str, amount: usize, unit: &'static str, price: &'static str) -> Self {
        Self {
            record: "TO",
            code: code.to_owned(),
            amount: amount.to_string(),
            material: Some((unit, price)),
        }
    }
}

/// A calculation unit.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    /// Act class (診療識別): 11 first visit … 90 admission.
    class: &'static str,
    comment: Option<String>,
    lines: Vec<Line>,
    pub(super) points: u32,
    /// How often on each day of the month.
    days: [u16; 31],
}

impl Unit {
    pub(super) fn new(class: &'static str, points: u32, lines: Vec<Line>) -> Self {
        Self { class, comment: None, lines, points, days: [0; 31] }
    }

    pub(super) fn with_comment(mut self, text: &str) -> Self {
        self.comment = Some(text.to_owned());
        self
    }

    fn is_same(&self, other: &Self) -> bool {
        (self.class, &self.comment, &self.lines, self.points)
            == (other.class, &other.comment, &other.lines, other.points)
    }

    pub(super) fn count(&self) -> u32 {
        self.days.iter().map(|d| u32::from(*d)).sum()
    }

    /// The records: points on the last line, class on the first.
    pub(super) fn records(&self, burden: char) -> Vec<String> {
        let mut records = Vec::new();
        let mut class = self.class;
        if let Some(comment) = &self.comment {
            records.push(format!("CO,{class},{burden},810000001,{comment}"));
            class = "";
        }
        let days: Vec<String> =
            self.days.iter().map(|d| if *d == 0 { String::new() } else { d.to_string() }).collect();
        for (number, line) in self.lines.iter().enumerate() {
            let points = if number + 1 == self.lines.len() { self.points.to_string() } else { String::new() };
            let middle = match line.material {
                None => ",,,,,".to_owned(),
                Some((unit, price)) => format!("{unit},{price},,,,,,,,"),
            };
            records.push(format!(
                "{},{class},{burden},{},{},{points},{},{middle},{}",
                line.record,
                line.code,
                line.amount,
                self.count(),
                days.join(",")
            ));
            class = "";
        }
        records
    }
}

/// The units of one receipt, those that recur merged.
#[derive(Debug, Default)]
pub(super) struct Units(Vec<Unit>);

impl Units {
    /// Adds a unit `times` on a day of the month (from 1).
    pub(super) fn add(&mut self, unit: Unit, day: usize, times: u16) {
        let at = match self.0.iter().position(|u| u.is_same(&unit)) {
            Some(at) => at,
            None => {
                self.0.push(unit);
                self.0.len() - 1
            }
        };
        if let Some(cell) = self.0.get_mut(at).and_then(|u| u.days.get_mut(day.wrapping_sub(1))) {
            *cell += times;
        }
    }

    /// Adds a unit unless the month has it already.
    pub(super) fn once(&mut self, unit: Unit, day: usize) {
        if !self.0.iter().any(|u| u.is_same(&unit)) {
            self.add(unit, day, 1);
        }
    }

    /// In the order of receipts: by class.
    pub(super) fn sorted(mut self) -> Vec<Unit> {
        self.0.sort_by_key(|u| u.class);
        self.0
    }
}

/// Points of a price: yen ÷ 10, half rounded down (五捨五超入), at least 1.
pub(super) fn points_of(price: f64, amount: usize) -> u32 {
    let hundredths = (price * 100.0).round() as u64 * amount as u64;
    u32::try_from(hundredths.saturating_sub(500).div_ceil(1000)).unwrap_or(u32::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_point_is_rounded_down() {
        assert_eq!(points_of(15.0, 1), 1);
        assert_eq!(points_of(15.01, 1), 2);
        assert_eq!(points_of(25.0, 1), 2);
        assert_eq!(points_of(10.1, 3), 3);
        assert_eq!(points_of(5.7, 1), 1);
    }

    #[test]
    fn widths_and_sums_are_those_of_the_format() {
        let mut units = Units::default();
        let unit = || {
            Unit::new("33", 12, vec![Line::act("130003810"), Line::material("739230000", 3, "029", "2.36")])
        };
        units.add(unit(), 3, 1);
        units.add(unit(), 31, 2);
        let units = units.sorted();
        assert_eq!(units.len(), 1);
        let records = units[0].records('1');
        let widths: Vec<usize> = records.iter().map(|r| r.split(',').count()).collect();
        assert_eq!(widths, [44, 48]);
        assert!(records[0].starts_with("SI,33,1,130003810,,,3,"));
        assert!(records[1].starts_with("TO,,1,739230000,3,12,3,029,2.36,"));
    }
}
