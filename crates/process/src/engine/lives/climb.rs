//! Codes that climb their ladder in the lives of a few, so that any m codes are those of k people (`km_anonymity`).
//!
//! The codes of all the model's tables stand side by side as one set a person; what is decided goes back to the rows through the
//! tables' rules on rare codes, so that code, name and classification still change together.
//!
//! What climbs leaves fewer people behind. The rules on rare codes hold nevertheless: a code or class that fewer people have than its
//! rule says climbs on, and so does a row that fewer people show as it is written.

use super::{Labels, Told, texts};
use crate::models::km_anonymity::{self, Codes, LEFT_OUT};
use crate::models::{Groups, KmAnonymity};
use crate::transforms::RareCodes;
use kiban_model::report::{Bilingual, ModelFinding};
use std::collections::HashMap;

/// A code of one of the tables.
#[derive(Clone, Copy)]
struct Code {
    told: usize,
    label: u32,
}

/// Lets codes climb; `values` and `rare` show it afterwards.
pub(super) fn climb(
    model: &KmAnonymity,
    told: &[Told<'_>],
    labels: &mut [Labels],
    values: &mut [Vec<(u32, u32)>],
    rare: &mut HashMap<&'static str, RareCodes>,
) -> ModelFinding {
    let mut codes: Vec<Code> = Vec::new();
    let mut above: Vec<Option<u32>> = Vec::new();
    let mut alone: Vec<u32> = Vec::new();
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    // For each column of the model: the number of its first code, and the label of its last word.
    let mut places: Vec<Option<(u32, u32)>> = Vec::new();
    for (at, (told, labels)) in told.iter().zip(labels.iter_mut()).enumerate() {
        let Some(rare) = rare.get(told.of.table.name).filter(|_| model.of.contains(&told.of)) else {
            places.push(None);
            continue;
        };
        let from = codes.len() as u32;
        places.push(Some((from, labels.number(rare.then().to_owned(), true))));
        // Classes become labels as they are met, so the list grows while it is walked.
        let mut label = 0;
        while let Some(text) = labels.labels.get(label).cloned() {
            let class = rare.above(&text).into_iter().next().filter(|_| label > 0);
            above.push(class.map(|class| from + labels.number(class, true)));
            alone.push(model.k.max(rare.fewer_than() as u32));
            codes.push(Code { told: at, label: label as u32 });
            label += 1;
        }
    }
    for (place, values) in places.iter().zip(values.iter()) {
        let Some((from, last)) = *place else { continue };
        // What says nothing is no code: no value, and the last word.
        let known = values.iter().filter(|(_, label)| *label != 0 && *label != last);
        pairs.extend(known.map(|(person, label)| (*person, from + label)));
    }
    pairs.sort_unstable();
    let people = pairs.last().map_or(0, |(person, _)| *person as usize + 1);
    let lives = Groups::of_pairs(people, pairs.iter().copied());
    let ladder = Codes { above: &above, alone: &alone };
    let mut now = lives.members().to_vec();
    loop {
        now = km_anonymity::climb(&lives, now, ladder, model.m, model.k);
        let mut thin: Vec<usize> = Vec::new();
        for ((told, labels), place) in told.iter().zip(labels.iter()).zip(&places) {
            if let Some(((from, _), rare)) = place.zip(rare.get(told.of.table.name)) {
                thin.extend(too_thin(told, labels, rare, from, &lives, &now));
            }
        }
        if thin.is_empty() {
            break;
        }
        for at in thin {
            if let Some((cell, given)) = now.get_mut(at).zip(lives.members().get(at)) {
                *cell = above.get(*given as usize).copied().flatten().unwrap_or(LEFT_OUT);
            }
        }
    }
    let mut cells = 0;
    let mut moved: HashMap<(usize, u32), HashMap<u32, u32>> = HashMap::new();
    for ((person, given), now) in pairs.iter().zip(&now).filter(|((_, given), now)| given != *now) {
        let Some(code) = codes.get(*given as usize) else { continue };
        let last = places.get(code.told).copied().flatten().map_or(0, |(_, last)| last);
        let label =
            if *now == LEFT_OUT { last } else { codes.get(*now as usize).map_or(last, |code| code.label) };
        moved.entry((code.told, *person)).or_default().insert(code.label, label);
        cells += 1;
    }
    for (at, (told, labels)) in told.iter().zip(labels.iter()).enumerate() {
        let Some(values) = values.get_mut(at) else { continue };
        for (person, label) in values.iter_mut() {
            if let Some(to) = moved.get(&(at, *person)).and_then(|moved| moved.get(label)) {
                *label = *to;
            }
        }
        values.sort_unstable();
        values.dedup();
        let Some(rare) = rare.get_mut(told.of.table.name) else { continue };
        for ((_, person), moved) in moved.iter().filter(|((told, _), _)| *told == at) {
            for combination in told.people.of(*person as usize) {
                let given = labels.of.get(*combination as usize).and_then(|label| moved.get(label));
                let (Some(to), Some(row)) = (given, told.combinations.get(*combination as usize)) else {
                    continue;
                };
                let class =
                    labels.labels.get(*to as usize).map(String::as_str).filter(|class| *class != rare.then());
                let class = class.map(str::to_owned);
                rare.climb(&texts(row), *person, class.as_deref());
            }
        }
    }
    finding(model, &lives, &now, &above, cells)
}

/// Cells of rows that are shown as they are written, by fewer people than the rule on rare codes says.
fn too_thin(
    told: &Told<'_>,
    labels: &Labels,
    rare: &RareCodes,
    from: u32,
    lives: &Groups,
    now: &[u32],
) -> Vec<usize> {
    // Rows that look the same are one; a class is no row as written.
    let mut known: HashMap<String, u32> = HashMap::new();
    let looks: Vec<Option<u32>> = told
        .combinations
        .iter()
        .map(|row| {
            let values = texts(row);
            let key = rare.key(&values).filter(|_| rare.outcome(&values, None).is_none())?;
            let next = known.len() as u32;
            Some(*known.entry(key).or_insert(next))
        })
        .collect();
    let mut shown: Vec<Vec<usize>> = vec![Vec::new(); known.len()];
    let mut people: Vec<(u32, u32)> = vec![(0, u32::MAX); known.len()];
    for person in 0..lives.len() {
        let own = lives.of(person);
        for combination in told.people.of(person).iter().map(|c| *c as usize) {
            let Some((Some(look), label)) = looks.get(combination).copied().zip(labels.of.get(combination))
            else {
                continue;
            };
            let Ok(place) = own.binary_search(&(from + label)) else { continue };
            let at = lives.range(person).start + place;
            if now.get(at) != Some(&(from + label)) {
                continue;
            }
            if let Some((count, last)) =
                people.get_mut(look as usize).filter(|(_, last)| *last != person as u32)
            {
                (*count, *last) = (*count + 1, person as u32);
            }
            if let Some(cells) = shown.get_mut(look as usize) {
                cells.push(at);
            }
        }
    }
    let is_thin = |(count, _): &(u32, u32)| (*count as usize) < rare.fewer_than();
    shown
        .into_iter()
        .zip(&people)
        .filter(|(_, people)| is_thin(people))
        .flat_map(|(cells, _)| cells)
        .collect()
}

fn finding(
    model: &KmAnonymity,
    lives: &Groups,
    now: &[u32],
    above: &[Option<u32>],
    cells: u64,
) -> ModelFinding {
    let (m, k) = (model.m, model.k);
    let fewest = |now: &[u32]| km_anonymity::fewest(lives, now, above, m).map(f64::from);
    let columns: Vec<String> =
        model.of.iter().map(|of| format!("{}.{}", of.table.name, of.column.name)).collect();
    let columns = columns.join(", ");
    ModelFinding {
        model: Bilingual::new(
            format!("コード{m}個を知られたときの該当者(kᵐ-匿名性): {columns}"),
            format!("people with any {m} codes known (kᵐ-anonymity): {columns}"),
        ),
        required: Bilingual::new(format!("{k} 人以上"), format!("at least {k}")),
        before: fewest(lives.members()),
        after: fewest(now),
        suppressed: 0,
        cells,
    }
}
