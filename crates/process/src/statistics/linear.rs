//! What can be computed from sums: exact linear algebra over a prime field.
//!
//! Rows are sums somebody was told, columns are the disjoint groups of persons they are sums of. A sum of groups can be
//! computed from the rows exactly if it lies in their span. Coefficients of such computations are small fractions, which
//! the field of integers modulo 2³¹ − 1 does not confuse with one another but by accident; an accident hides too much, or
//! needs coefficients beyond two thousand million.

const PRIME: u64 = (1 << 31) - 1;

/// The span of some sums, in reduced form.
#[derive(Debug, Clone, Default)]
pub(super) struct Span {
    /// Rows with their leading column, each 1 there and 0 in all others' leading columns.
    rows: Vec<(usize, Vec<u32>)>,
}

impl Span {
    /// Adds a sum of these columns.
    pub(super) fn add(&mut self, sum: &[bool]) {
        let mut row = self.reduced(sum);
        let Some(lead) = row.iter().position(|cell| *cell != 0) else { return };
        let factor = inverse(row.get(lead).copied().unwrap_or(1));
        row.iter_mut().for_each(|cell| *cell = times(*cell, factor));
        for (_, other) in &mut self.rows {
            let factor = other.get(lead).copied().unwrap_or(0);
            subtract(other, factor, &row);
        }
        self.rows.push((lead, row));
    }

    /// Whether a sum can be computed.
    pub(super) fn tells(&self, sum: &[bool]) -> bool {
        self.reduced(sum).iter().all(|cell| *cell == 0)
    }

    /// A sum of whole groups that can be computed and has fewer than `least` persons, if the reduced form shows one. Every
    /// single group that can be computed is a row of the reduced form; a sum of several may not be.
    pub(super) fn small(&self, sizes: &[u64], least: u64) -> Option<Vec<bool>> {
        self.rows.iter().find_map(|(_, row)| {
            let whole = row.iter().all(|cell| *cell <= 1);
            let persons: u64 = row.iter().zip(sizes).map(|(cell, size)| u64::from(*cell) * size).sum();
            (whole && persons > 0 && persons < least).then(|| row.iter().map(|cell| *cell == 1).collect())
        })
    }

    fn reduced(&self, sum: &[bool]) -> Vec<u32> {
        let mut row: Vec<u32> = sum.iter().map(|cell| u32::from(*cell)).collect();
        for (lead, known) in &self.rows {
            let factor = row.get(*lead).copied().unwrap_or(0);
            subtract(&mut row, factor, known);
        }
        row
    }
}

fn subtract(from: &mut [u32], factor: u32, row: &[u32]) {
    if factor != 0 {
        let minus = PRIME - u64::from(factor);
        for (cell, other) in from.iter_mut().zip(row).filter(|(_, other)| **other != 0) {
            *cell = ((u64::from(*cell) + minus * u64::from(*other)) % PRIME) as u32;
        }
    }
}

/// Columns and what is not 0 in them, ascending.
pub(super) type Row = Vec<(u32, u32)>;

/// A row on its way, a place for every column.
pub(super) struct Dense(Vec<u32>);

impl Dense {
    pub(super) fn new(columns: usize) -> Self {
        Self(vec![0; columns])
    }

    pub(super) fn clear(&mut self) {
        self.0.fill(0);
    }

    /// Adds a multiple of a row.
    pub(super) fn add(&mut self, row: &[(u32, u32)], factor: u32) {
        for (column, value) in row {
            if let Some(cell) = self.0.get_mut(*column as usize) {
                *cell = ((u64::from(*cell) + u64::from(*value) * u64::from(factor)) % PRIME) as u32;
            }
        }
    }

    /// By what a row with 1 at this column is multiplied to make it 0; `None` where it is.
    pub(super) fn minus(&self, column: usize) -> Option<u32> {
        let value = self.0.get(column).copied().filter(|value| *value != 0)?;
        Some((PRIME - u64::from(value)) as u32)
    }

    pub(super) fn row(&self) -> Row {
        (0..).zip(&self.0).filter(|(_, value)| **value != 0).map(|(column, value)| (column, *value)).collect()
    }
}

pub(super) fn times(a: u32, b: u32) -> u32 {
    (u64::from(a) * u64::from(b) % PRIME) as u32
}

/// What a value other than 0 is multiplied by to make 1.
pub(super) fn inverse(value: u32) -> u32 {
    power(u64::from(value), PRIME - 2) as u32
}

fn power(base: u64, mut exponent: u64) -> u64 {
    let (mut square, mut result) = (base % PRIME, 1);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result * square % PRIME;
        }
        square = square * square % PRIME;
        exponent >>= 1;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_from_the_margins_of_a_table_is_told() {
        // Two by two with all margins: no cell follows. With one cell told, all follow.
        let line = |cells: [usize; 2]| [0, 1, 2, 3].map(|at| cells.contains(&at));
        let mut span = Span::default();
        for cells in [[0, 1], [2, 3], [0, 2], [1, 3]] {
            span.add(&line(cells));
        }
        let cell = |at: usize| [0, 1, 2, 3].map(|other| other == at);
        assert!((0..4).all(|at| !span.tells(&cell(at))));
        assert!(span.small(&[3, 3, 3, 3], 10).is_some(), "a line of two has six");
        assert!(span.small(&[9, 9, 9, 9], 10).is_none());
        span.add(&cell(0));
        assert!((0..4).all(|at| span.tells(&cell(at))));
        assert!(span.small(&[3, 30, 30, 30], 10).is_some());
    }
}
