//! Who stays: the people for whom k-anonymity and every model of the policy hold.
//!
//! People are suppressed until nothing breaks any more. Each round looks at the product as it would be now — classes, rare
//! codes, distributions — because leaving somebody out may break what held. It ends: those who stay only become fewer.

use super::ShownColumn;
use super::lives::{Lives, ShownLives};
use super::persons::Pool;
use crate::keys::Keys;
use crate::models::cells::{self, Suppressed};
use crate::models::{Classes, Groups, Population, Scene, k_anonymity};
use crate::policy::Protect;
use kiban_model::report::{Bilingual, ModelFinding};
use std::collections::HashMap;

/// Who stays, and what the product would show of their lives.
#[derive(Debug)]
pub(super) struct Decision {
    pub(super) kept: Vec<bool>,
    pub(super) lives: ShownLives,
    pub(super) pool: Pool,
    /// The classes of those who stay.
    pub(super) classes: Classes,
    /// The quasi-identifiers of which each person's cells are emptied, one bit a column; none where none are.
    pub(super) masks: Vec<u32>,
    pub(super) findings: Vec<ModelFinding>,
}

impl Decision {
    /// How many of so many people do not stay.
    pub(super) fn suppressed(&self, people: u64) -> u64 {
        people - self.kept.iter().filter(|kept| **kept).count() as u64
    }
}

/// Decides, among some, for quasi-identifiers shown as in `shown_columns`.
pub(super) fn decide(
    protect: &Protect,
    among: &[bool],
    shown_columns: &[&ShownColumn],
    lives: &Lives<'_>,
    earlier: &[Vec<u32>],
    keys: &Keys,
) -> Decision {
    let persons = among.len();
    let whole: Vec<&[u32]> = shown_columns.iter().map(|column| column.persons.as_slice()).collect();
    // A sample's population is everybody it was drawn from, where the policy has no table of it.
    let drawn_from = protect.sample.filter(|_| protect.population.is_none()).map(|_| persons as u64);
    let outside = match &protect.population {
        Some(population) => Some(Outside::new(population, shown_columns)),
        None => drawn_from.map(|_| Outside::everybody(persons, shown_columns)),
    };
    let mut kept = among.to_vec();
    let mut by_model = vec![0u64; protect.models.len()];
    let mut before: Option<Vec<f64>> = None;
    let smallest_before = protect.suppresses_cells.then(|| {
        let all = Classes::new(persons, &whole, |person| is_kept(&kept, person));
        k_anonymity::smallest(&all) as f64
    });
    // Codes climb only among those whom the other models leave: it is the dearest question.
    let mut climbing = protect.km_anonymity.as_ref().filter(|_| protect.models.is_empty());
    loop {
        let mut cells = Suppressed::default();
        let mut classes = Classes::new(persons, &whole, |person| is_kept(&kept, person));
        if let Some(k) = protect.k_anonymity {
            // Suppressing a class makes no other smaller: once is enough, and the classes that stay are those of now.
            if protect.suppresses_cells {
                cells = cells::suppress(&whole, &mut kept, k);
            } else {
                kept = k_anonymity::keeps(&classes, persons, k);
            }
        }
        let emptied: Vec<&[u32]> = cells.columns.iter().map(Vec::as_slice).collect();
        let columns = if cells.masks.is_empty() { whole.as_slice() } else { emptied.as_slice() };
        if protect.k_anonymity.is_some() {
            classes = Classes::new(persons, columns, |person| is_kept(&kept, person));
        }
        let members = classes.members();
        let shown = lives.shown(&kept, climbing, keys);
        let attributes = &shown.attributes;
        let (in_population, absent) = outside
            .as_ref()
            .map_or_else(Default::default, |outside| outside.by_class(&members, columns, &cells.masks));
        let scene = Scene {
            classes: &classes,
            members: &members,
            attributes,
            providers: lives.providers(),
            in_population: &in_population,
            absent,
            earlier,
            population_size: protect.population.as_ref().map_or(drawn_from.unwrap_or(0), Population::people),
        };
        let measure = || protect.models.iter().map(|model| model.measured(&scene)).collect::<Vec<f64>>();
        let first = before.get_or_insert_with(measure);
        let mut is_broken = false;
        for (model, suppressed) in protect.models.iter().zip(&mut by_model) {
            for person in model.breaks(&scene) {
                if let Some(kept) = kept.get_mut(person as usize).filter(|kept| **kept) {
                    *kept = false;
                    *suppressed += 1;
                    is_broken = true;
                }
            }
        }
        if is_broken {
            continue;
        }
        if climbing.is_none() && protect.km_anonymity.is_some() {
            // What has climbed shows less: the models are asked again.
            climbing = protect.km_anonymity.as_ref();
            continue;
        }
        let figures = first.iter().zip(measure()).zip(&by_model);
        let findings =
            protect.models.iter().zip(figures).map(|(model, ((before, after), suppressed))| ModelFinding {
                model: model.name(),
                required: model.required(),
                before: before.is_finite().then_some(*before),
                after: after.is_finite().then_some(after),
                suppressed: *suppressed,
                cells: 0,
            });
        let cell_finding = protect.k_anonymity.filter(|_| protect.suppresses_cells).map(|k| ModelFinding {
            model: Bilingual::new(
                "同じ組合せの人数(少ない人は準識別子の一部を空欄に)",
                "people with the same combination (where too few, some quasi-identifiers are emptied)",
            ),
            required: Bilingual::new(format!("{k} 人以上"), format!("at least {k}")),
            before: smallest_before,
            after: Some(k_anonymity::smallest(&classes) as f64),
            suppressed: 0,
            cells: cells.cells,
        });
        let findings =
            cell_finding.into_iter().chain(shown.climbed.iter().cloned()).chain(findings).collect();
        let pool =
            protect.small_providers.as_ref().map(|small| lives.pool(small, &scene)).unwrap_or_default();
        return Decision { kept, lives: shown, pool, classes, masks: cells.masks, findings };
    }
}

/// The population by combination.
struct Outside {
    people: HashMap<Vec<u32>, u64>,
}

impl Outside {
    fn new(population: &Population, columns: &[&ShownColumn]) -> Self {
        let rows = population.counts.iter().copied().enumerate();
        Self::of(rows, |row| columns.iter().map(|column| column.population.get(row)).collect())
    }

    /// The people of a run, whether they may leave or not.
    fn everybody(persons: usize, columns: &[&ShownColumn]) -> Self {
        let rows = (0..persons).map(|person| (person, 1));
        Self::of(rows, |person| columns.iter().map(|column| column.persons.get(person)).collect())
    }

    fn of<'c>(
        rows: impl Iterator<Item = (usize, u64)>,
        cells: impl Fn(usize) -> Vec<Option<&'c u32>>,
    ) -> Self {
        let mut people: HashMap<Vec<u32>, u64> = HashMap::new();
        for (row, count) in rows.filter(|(_, count)| *count > 0) {
            let key = cells(row).into_iter().map(|cell| cell.copied().unwrap_or(u32::MAX)).collect();
            *people.entry(key).or_default() += count;
        }
        Self { people }
    }

    /// The people of the population whom an emptied cell might hide: all who agree in the other columns.
    fn without(&self, mask: u32) -> HashMap<Vec<u32>, u64> {
        let mut people: HashMap<Vec<u32>, u64> = HashMap::new();
        for (key, count) in &self.people {
            let left = |(at, cell): (usize, &u32)| if mask >> at & 1 == 1 { cells::EMPTY } else { *cell };
            *people.entry(key.iter().enumerate().map(left).collect()).or_default() += count;
        }
        people
    }

    /// People of the population by class, and whether some of it are in none.
    fn by_class(&self, members: &Groups, columns: &[&[u32]], masks: &[u32]) -> (Vec<u64>, bool) {
        let mut met = 0;
        let mut hidden: HashMap<u32, HashMap<Vec<u32>, u64>> = HashMap::new();
        let of_class = |people: &[u32]| {
            let first = people.first().map_or(usize::MAX, |person| *person as usize);
            let key: Vec<u32> =
                columns.iter().map(|column| column.get(first).copied().unwrap_or(u32::MAX)).collect();
            if let Some(mask) = masks.get(first).copied().filter(|mask| *mask != 0) {
                let people = hidden.entry(mask).or_insert_with(|| self.without(mask));
                return people.get(&key).copied().unwrap_or(0);
            }
            let found = self.people.get(&key).copied();
            met += usize::from(found.is_some());
            found.unwrap_or(0)
        };
        let counts = members.iter().map(of_class).collect();
        (counts, met < self.people.len())
    }
}

fn is_kept(kept: &[bool], person: usize) -> bool {
    kept.get(person).copied().unwrap_or(false)
}
