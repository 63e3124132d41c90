//! Least squares by rows: each row is turned into the triangle R of X = QR by Givens rotations, so that memory does not grow with
//! the rows and the squares of the condition number never appear (Gentleman, Applied Statistics 1974, AS 75).

/// A variable that adds so small a part to what the others say already says nothing of its own.
const RANK: f64 = 1e-9;

/// The triangle of the rows so far, with the outcome as its last column.
#[derive(Debug)]
pub(super) struct Triangle {
    /// Variables and the outcome.
    width: usize,
    /// Row by row.
    r: Vec<f64>,
    /// Length of every column, by which it is judged whether anything is left of it.
    squares: Vec<f64>,
}

/// What least squares come to.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fit {
    pub(super) coefficients: Vec<f64>,
    /// The diagonal of (X'X)⁻¹.
    pub(super) variances: Vec<f64>,
    /// Sum of squares that remain.
    pub(super) residual: f64,
}

impl Triangle {
    pub(super) fn new(variables: usize) -> Self {
        let width = variables + 1;
        Self { width, r: vec![0.0; width * width], squares: vec![0.0; width] }
    }

    fn at(&self, row: usize, column: usize) -> f64 {
        self.r.get(row * self.width + column).copied().unwrap_or(0.0)
    }

    /// Adds a row: the variables, then the outcome.
    pub(super) fn add(&mut self, row: &mut [f64]) {
        for (square, value) in self.squares.iter_mut().zip(row.iter()) {
            *square += value * value;
        }
        for (column, own) in self.r.chunks_exact_mut(self.width).enumerate() {
            let (Some(below), Some(above)) = (row.get(column).copied(), own.get(column).copied()) else {
                return;
            };
            if below == 0.0 {
                continue;
            }
            let length = above.hypot(below);
            let (cosine, sine) = (above / length, below / length);
            for (r, x) in own.iter_mut().zip(row.iter_mut()).skip(column) {
                (*r, *x) = (cosine * *r + sine * *x, cosine * *x - sine * *r);
            }
        }
    }

    /// The coefficients; `None` where a variable says nothing of its own.
    pub(super) fn fit(&self) -> Option<Fit> {
        let variables = self.width - 1;
        let enough = (0..variables).all(|column| {
            let length = self.squares.get(column).copied().unwrap_or(0.0).sqrt();
            length > 0.0 && self.at(column, column).abs() > RANK * length
        });
        if !enough {
            return None;
        }
        let outcome: Vec<f64> = (0..variables).map(|row| self.at(row, variables)).collect();
        let coefficients = self.solved(&outcome);
        // The rows of R⁻¹ give the diagonal of (R'R)⁻¹.
        let mut variances = vec![0.0; variables];
        for column in 0..variables {
            let mut unit = vec![0.0; variables];
            if let Some(slot) = unit.get_mut(column) {
                *slot = 1.0;
            }
            for (variance, part) in variances.iter_mut().zip(self.solved(&unit)) {
                *variance += part * part;
            }
        }
        let residual = self.at(variables, variables).powi(2);
        let fit = Fit { coefficients, variances, residual };
        fit.coefficients.iter().chain(&fit.variances).all(|x| x.is_finite()).then_some(fit)
    }

    /// How far each coefficient moves when the outcome of a row moves by one: (X'X)⁻¹x.
    pub(super) fn moved_by(&self, row: &[f64]) -> Vec<f64> {
        let variables = self.width - 1;
        // z of R'z = x, from the first one on.
        let mut half = Vec::with_capacity(variables);
        for column in 0..variables {
            let known: f64 = half.iter().enumerate().map(|(row, z)| self.at(row, column) * z).sum();
            half.push((row.get(column).copied().unwrap_or(0.0) - known) / self.at(column, column));
        }
        self.solved(&half)
    }

    /// x of R x = `right`, from the last one back.
    fn solved(&self, right: &[f64]) -> Vec<f64> {
        let mut solution = vec![0.0; right.len()];
        for row in (0..right.len()).rev() {
            let known: f64 =
                solution.iter().enumerate().skip(row + 1).map(|(column, x)| self.at(row, column) * x).sum();
            let value = (right.get(row).copied().unwrap_or(0.0) - known) / self.at(row, row);
            if let Some(slot) = solution.get_mut(row) {
                *slot = value;
            }
        }
        solution
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fit(rows: &[Vec<f64>]) -> Option<Fit> {
        let mut triangle = Triangle::new(rows[0].len() - 1);
        rows.iter().for_each(|row| triangle.add(&mut row.clone()));
        triangle.fit()
    }

    #[test]
    fn a_line_worked_out_by_hand() {
        // x = 1..5, y = 2, 4, 5, 4, 5: slope 0.6, intercept 2.2, remaining squares 2.4.
        let rows: Vec<Vec<f64>> =
            [2.0, 4.0, 5.0, 4.0, 5.0].iter().zip(1..).map(|(y, x)| vec![1.0, f64::from(x), *y]).collect();
        let fit = fit(&rows).unwrap();
        assert!((fit.coefficients[0] - 2.2).abs() < 1e-12 && (fit.coefficients[1] - 0.6).abs() < 1e-12);
        // (X'X)⁻¹ = [[55, −15], [−15, 5]] ÷ 50.
        assert!((fit.variances[0] - 1.1).abs() < 1e-12 && (fit.variances[1] - 0.1).abs() < 1e-12);
        assert!((fit.residual - 2.4).abs() < 1e-12);
    }

    #[test]
    fn what_another_variable_says_already_has_no_coefficient() {
        let rows: Vec<Vec<f64>> = (0..9).map(f64::from).map(|x| vec![1.0, x, 3.0 * x + 2.0, x]).collect();
        assert_eq!(fit(&rows), None);
        assert_eq!(fit(&[vec![1.0, 0.0, 2.0]]), None);
    }

    proptest! {
        #[test]
        fn it_is_what_the_normal_equations_say(
            rows in prop::collection::vec((-9i32..9, -9i32..9, -99i32..99), 8..40)
        ) {
            let rows: Vec<Vec<f64>> = rows.iter().map(|(a, b, y)| vec![1.0, f64::from(*a), f64::from(*b), f64::from(*y)]).collect();
            if let Some(fit) = fit(&rows) {
                let left = |row: &Vec<f64>| row[3] - (0..3).map(|at| row[at] * fit.coefficients[at]).sum::<f64>();
                // What remains stands at right angles to every variable.
                for column in 0..3 {
                    let product: f64 = rows.iter().map(|row| row[column] * left(row)).sum();
                    prop_assert!(product.abs() < 1e-6, "{product}");
                }
                let residual: f64 = rows.iter().map(|row| left(row).powi(2)).sum();
                prop_assert!((residual - fit.residual).abs() < 1e-6 * residual.max(1.0));
            }
        }
    }
}
