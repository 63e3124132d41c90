//! Search (最適な一般化の探索): which generalisation keeps the requirement and loses least.
mod key;
mod lattice;
mod requirement;
mod space;
mod tuples;

pub use requirement::{KAnonymity, Requirement};
pub use space::{Aggregation, Column, Level, Node, mean};
pub fn trial(cols: &[Column], rows: &[(Vec<u32>, u32)], req: KAnonymity, sens: u32, limit: u64, agg: Aggregation) {
    use key::Key;
    let t = std::time::Instant::now();
    let bits = |n: usize| usize::BITS - n.saturating_sub(1).leading_zeros();
    let mut shift = bits(sens as usize);
    let smask = if sens > 1 { (1u32 << shift) - 1 } else { 0 };
    let mut steps = vec![];
    for (c, col) in cols.iter().enumerate() {
        let mut marg = vec![0u64; col.leaves()];
        for r in rows { marg[r.0[c] as usize] += 1; }
        let w = bits(col.leaves());
        steps.push(space::Steps::new(col, &marg, req.least_rows(), shift, w));
        shift += w;
    }
    let space = space::Space { columns: steps, rows: rows.len() as u64, aggregation: agg };
    let mut whole = 0u64;
    for c in &space.columns { whole |= <u64 as Key>::field(c.mask, c.shift); }
    let entries: Vec<(u64, u32)> = rows.iter().map(|(r, s)| (r.iter().zip(&space.columns).fold(*s as u64, |k, (v, c)| k | <u64 as Key>::field(*v, c.shift)), 1)).collect();
    let low: Node = vec![0; cols.len()].into();
    let high: Node = space.columns.iter().map(|c| c.highest()).collect();
    println!("bits {shift} prep {:.3}", t.elapsed().as_secs_f64());
    let table = tuples::Tuples { node: low.clone(), entries }.roll(&space, &low, whole, &mut |_| true).unwrap();
    println!("distinct {} {:.3}", table.entries.len(), t.elapsed().as_secs_f64());
    let s = lattice::Search::new(&space, &req, (whole, smask), limit, u64::MAX);
    let r = s.run(table, low, high);
    println!("{:.3} counted {} bound {:.5} best {:?} losses {:?}", t.elapsed().as_secs_f64(), r.counted, r.bound, r.best, r.best.as_ref().map(|b| space.losses(&b.node, &b.judged.extra)));
}
