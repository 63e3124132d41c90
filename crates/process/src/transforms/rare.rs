//! `rare`: codes that few people have are rolled up until enough share a class (ANO-04; 膵島細胞症 → その他).
//!
//! It works on rows, because a disease is written several times in one: code, name, ICD-10, further codes. All of them
//! change together — a rolled-up code beside the name as written would hide nothing. Counting is done over the people of
//! the product, after suppression, on the whole combination of what a row would show.
//!
//! What falls through is counted again at the next class *among those that fell*: one `E16` between a hundred `E161` is
//! as rare as the code it hides. The last class (`then`) takes whatever is left, be it one person.

use super::{ColumnOf, Example, Transform, Treatment, required};
use crate::policy::{Node, Reader};
use crate::{Cell, Subject};
use kiban_model::report::Bilingual;
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap, HashSet};

mod ladder;

use ladder::Ladder;
pub(crate) use ladder::path_of_code;

/// Columns of one table that say the same thing in several ways.
#[derive(Debug, PartialEq, Eq)]
pub struct CodedGroup {
    /// Table.
    pub table: &'static str,
    /// Code, system of the code, text, code of a classification: the columns that can carry the class.
    pub code: &'static str,
    /// System of the code.
    pub system: Option<&'static str>,
    /// The thing as written.
    pub text: Option<&'static str>,
    /// Code of a classification that stands beside the source's code.
    pub classified: Option<&'static str>,
    /// Columns that are emptied when the row is rolled up.
    pub emptied: &'static [&'static str],
}

/// Every coded group. A table that gains a coded column gains it here.
pub const CODED_GROUPS: &[CodedGroup] = &[
    group(
        "condition",
        "code",
        Some("code_system"),
        Some("text"),
        Some("icd10"),
        &["other_codes", "modifiers"],
    ),
    group("medication", "code", Some("code_system"), Some("text"), Some("price_list_code"), &["other_codes"]),
    group("observation", "code", Some("code_system"), Some("text"), None, &["other_codes"]),
    group("procedure", "code", Some("code_system"), Some("text"), None, &["other_codes"]),
    group("claim_line", "code", Some("code_system"), Some("text"), Some("price_list_code"), &[]),
    group("allergy", "code", Some("code_system"), Some("text"), None, &["other_codes"]),
    group("document", "code", Some("code_system"), Some("title"), None, &[]),
    group("death", "cause", Some("cause_system"), None, None, &[]),
    group("checkup", "program", Some("program_system"), Some("text"), None, &[]),
    group("coverage", "category", Some("category_system"), Some("text"), None, &[]),
    group("dpc_case", "code", None, None, None, &[]),
];

const fn group(
    table: &'static str,
    code: &'static str,
    system: Option<&'static str>,
    text: Option<&'static str>,
    classified: Option<&'static str>,
    emptied: &'static [&'static str],
) -> CodedGroup {
    CodedGroup { table, code, system, text, classified, emptied }
}

impl CodedGroup {
    /// The group a column belongs to.
    pub fn of(table: &str, column: &str) -> Option<&'static Self> {
        CODED_GROUPS.iter().find(|g| g.table == table && g.columns().any(|c| c == column))
    }

    /// Its columns.
    pub fn columns(&self) -> impl Iterator<Item = &'static str> + use<> {
        let emptied = self.emptied;
        [Some(self.code), self.system, self.text, self.classified]
            .into_iter()
            .flatten()
            .chain(emptied.iter().copied())
    }
}

/// The word `rare`.
#[derive(Debug)]
pub(super) struct Rare;

impl Transform for Rare {
    fn name(&self) -> &'static str {
        "rare"
    }
    fn japanese(&self) -> &'static str {
        "希少なコードをまとめる"
    }
    fn doc(&self) -> Bilingual {
        Bilingual::new(
            "持つ人が `fewer_than` 人未満のコードを、上位の分類に順にまとめる。`roll_up` は `\"icd10\"`(4桁→3桁→章)、`\"yj\"`(9桁→7桁→薬効分類4桁)、\
             `\"atc\"`(5桁→4桁→3桁→1桁)、`\"jlac10\"`(結果→測定法→材料→識別を順に除いた分析物5桁→2桁)、`\"dpc\"`(6桁→MDC)。\
             それでも足りなければ `then` の語にする(`\"\"` なら空欄にする)。コード・名称・ICD-10 など、同じことを表す列は行ごとに必ず一緒に変わり、\
             上位にまとめた行の補助コードと修飾語は空欄になる。人数は、抑制の後に残る人で、行に見える組合せごとに数える。",
            "Codes that fewer than `fewer_than` people have are rolled up step by step: `roll_up` is `\"icd10\"` (4 characters, 3, chapter), \
             `\"yj\"` (9 characters, 7, 4), `\"atc\"` (5, 4, 3, 1), `\"jlac10\"` (without result, method, material, identification: the analyte's \
             5 characters, then 2) or `\"dpc\"` (6 characters, MDC); what is still rare becomes `then` (empty where that is `\"\"`). Code, name, \
             ICD-10 and whatever else says the same change together in a row; further codes and modifiers of a rolled-up row are \
             emptied. People are counted after suppression, on the combination a row would show.",
        )
    }
    fn examples(&self) -> &'static [Example] {
        &[]
    }
    fn accepts(&self, column: ColumnOf) -> bool {
        CodedGroup::of(column.table.name, column.column.name).is_some()
    }
    fn read(
        &self,
        value: &Node<'_>,
        column: ColumnOf,
        reader: &mut Reader<'_>,
    ) -> Option<Box<dyn Treatment>> {
        let fields = reader.fields(value, &["fewer_than", "roll_up", "then"])?;
        let fewer_than =
            required(&fields, "fewer_than", reader).and_then(|node| reader.integer(&node, 2..=10_000));
        let then = required(&fields, "then", reader).and_then(|node| reader.string(&node));
        let ladder = match fields.get("roll_up") {
            None => Ladder::None,
            Some(node) => {
                let possible = Ladder::of_table(column.table.name);
                let names: Vec<&str> = possible.iter().map(|ladder| ladder.name()).collect();
                *possible.get(reader.choice(&node, &names)?)?
            }
        };
        let group = CodedGroup::of(column.table.name, column.column.name)?;
        let rule = Rule { group, fewer_than: fewer_than? as usize, ladder, then: then?.to_owned() };
        Some(Box::new(RolledUp { rule }))
    }
}

/// `rare` with its parameters.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The columns that change together.
    pub group: &'static CodedGroup,
    /// Fewer people than this are rare.
    pub fewer_than: usize,
    ladder: Ladder,
    then: String,
}

impl Rule {
    /// The last word.
    pub(crate) fn then(&self) -> &str {
        &self.then
    }
}

#[derive(Debug)]
struct RolledUp {
    rule: Rule,
}

impl Treatment for RolledUp {
    /// The row decides ([`RareCodes`]); where it stays, so does the cell.
    fn apply<'a>(&self, cell: Cell<'a>, _: &Subject<'_>) -> Cell<'a> {
        cell
    }
    fn words(&self) -> Bilingual {
        let (n, then) = (self.rule.fewer_than, &self.rule.then);
        Bilingual::new(
            format!(
                "{n}人未満のコードは上位分類へ、なお少なければ{}",
                if then.is_empty() { "空欄".to_owned() } else { format!("「{then}」") }
            ),
            format!(
                "codes of fewer than {n} people rolled up, then {}",
                if then.is_empty() { "emptied".to_owned() } else { format!("`{then}`") }
            ),
        )
    }
    fn keeps_type(&self) -> bool {
        true
    }
    fn rare(&self) -> Option<&Rule> {
        Some(&self.rule)
    }
}

/// What a row shows in place of its own code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Outcome {
    /// The class, for the code column and the classification column.
    pub code: String,
    /// The class's system; none for the last class.
    pub system: Option<String>,
    /// The class in words, where it has any; else its code.
    pub text: String,
}

impl Outcome {
    /// What a column of the group shows.
    pub fn cell(&self, group: &CodedGroup, column: &str) -> Cell<'_> {
        // A class without a word empties the row's cells.
        let text = |text: &str| if text.is_empty() { Cell::Empty } else { Cell::label(text) };
        if column == group.code || Some(column) == group.classified {
            text(&self.code)
        } else if Some(column) == group.system {
            self.system.as_deref().map_or(Cell::Empty, text)
        } else if Some(column) == group.text {
            text(&self.text)
        } else {
            Cell::Empty
        }
    }
}

/// The group's values of one row, in the order of [`CodedGroup::columns`].
pub(crate) type GroupValues<'a> = [Option<&'a str>];

#[derive(Debug)]
struct Combination {
    people: BTreeSet<u32>,
    classes: Vec<Outcome>,
}

/// Counts combinations over people, then says what each row shows.
#[derive(Debug)]
pub struct RareCodes {
    rule: Rule,
    shown: Vec<bool>,
    /// The ladder reads the code, which the product does not show.
    reads_hidden: bool,
    combinations: HashMap<String, Combination>,
    outcomes: HashMap<String, Outcome>,
    /// Rows that one person shows otherwise: combination → person → place in `classes`.
    climbed: HashMap<String, HashMap<u32, usize>>,
    classes: Vec<Outcome>,
    /// Place of a class in `classes`; `None` is the last word.
    known: HashMap<Option<String>, usize>,
}

impl RareCodes {
    /// For a rule and the columns of its group that the product shows.
    pub fn new(rule: &Rule, is_shown: impl Fn(&str) -> bool) -> Self {
        let reads_hidden = rule.ladder != Ladder::None && !is_shown(rule.group.code);
        let shown = rule
            .group
            .columns()
            .map(|column| is_shown(column) || Some(column) == rule.group.classified)
            .collect();
        Self {
            rule: rule.clone(),
            shown,
            reads_hidden,
            combinations: HashMap::new(),
            outcomes: HashMap::new(),
            climbed: HashMap::new(),
            classes: Vec::new(),
            known: HashMap::new(),
        }
    }

    /// The columns that change together.
    pub fn group(&self) -> &'static CodedGroup {
        self.rule.group
    }

    /// A row of a released person.
    pub fn count(&mut self, values: &GroupValues<'_>, person: u32) {
        let Some(key) = self.key(values) else { return };
        let rule = &self.rule;
        let classes = || rule.ladder.classes(rule.group, values);
        let combination = match self.combinations.entry(key) {
            Entry::Vacant(entry) => entry.insert(Combination { people: BTreeSet::new(), classes: classes() }),
            Entry::Occupied(entry) => {
                let combination = entry.into_mut();
                if self.reads_hidden {
                    // Rows that look alike may have other codes: which comes first must not matter.
                    combination.classes = classes().min(std::mem::take(&mut combination.classes));
                }
                combination
            }
        };
        // Past the limit it does not matter who they are: memory stays at `fewer_than` people a combination.
        if combination.people.len() < rule.fewer_than {
            combination.people.insert(person);
        }
    }

    /// Decides, once all rows are counted.
    pub fn decide(&mut self) {
        let enough = self.rule.fewer_than;
        let mut rare: Vec<(String, Combination)> =
            self.combinations.drain().filter(|(_, combination)| combination.people.len() < enough).collect();
        let mut settled: HashSet<Outcome> = HashSet::new();
        let steps = rare.iter().map(|(_, combination)| combination.classes.len()).max().unwrap_or(0);
        for step in 0..steps {
            let mut people: HashMap<&Outcome, BTreeSet<u32>> = HashMap::new();
            for (_, combination) in &rare {
                if let Some(class) = combination.classes.get(step) {
                    people.entry(class).or_default().extend(&combination.people);
                }
            }
            let common: Vec<Outcome> =
                people.into_iter().filter(|(_, p)| p.len() >= enough).map(|(c, _)| c.clone()).collect();
            settled.extend(common);
            rare.retain(|(key, combination)| match combination.classes.get(step) {
                Some(class) if settled.contains(class) => {
                    self.outcomes.insert(key.clone(), class.clone());
                    false
                }
                _ => true,
            });
        }
        let last = self.last();
        self.outcomes.extend(rare.into_iter().map(|(key, _)| (key, last.clone())));
    }

    fn last(&self) -> Outcome {
        Outcome { code: self.rule.then.clone(), system: None, text: self.rule.then.clone() }
    }

    /// The classes above what a row shows, the nearest first; past the last of them there is only the rule's last word.
    pub(crate) fn above(&self, shown: &str) -> Vec<String> {
        let mut path = self.rule.ladder.path(shown);
        path.truncate(path.iter().position(|class| class == shown).unwrap_or(path.len()));
        path.dedup();
        path.reverse();
        path
    }

    /// Fewer people than this are rare.
    pub(crate) fn fewer_than(&self) -> usize {
        self.rule.fewer_than
    }

    /// The last word of the rule.
    pub(crate) fn then(&self) -> &str {
        self.rule.then()
    }

    /// A row of one person shows a class; `None`: the last word.
    pub(crate) fn climb(&mut self, values: &GroupValues<'_>, person: u32, class: Option<&str>) {
        let Some(key) = self.key(values) else { return };
        let place = match self.known.get(&class.map(str::to_owned)) {
            Some(place) => *place,
            None => {
                self.classes.push(match class {
                    Some(class) => self.rule.ladder.class(class),
                    None => self.last(),
                });
                let next = self.known.len();
                *self.known.entry(class.map(str::to_owned)).or_insert(next)
            }
        };
        self.climbed.entry(key).or_default().insert(person, place);
    }

    /// What a row of a person shows in place of its own; `None`: it stays. After [`RareCodes::decide`].
    pub fn outcome(&self, values: &GroupValues<'_>, person: Option<u32>) -> Option<&Outcome> {
        let key = self.key(values)?;
        let climbed = person.and_then(|person| self.climbed.get(&key)?.get(&person));
        climbed.and_then(|place| self.classes.get(*place)).or_else(|| self.outcomes.get(&key))
    }

    /// Whether rows of these values show one thing for one person and another for the next.
    pub(crate) fn depends_on_person(&self, values: &GroupValues<'_>) -> bool {
        self.key(values).is_some_and(|key| self.climbed.contains_key(&key))
    }

    /// The combination a row would show; `None` where it says nothing. The classification is always part of it, because
    /// it decides the classes.
    pub(crate) fn key(&self, values: &GroupValues<'_>) -> Option<String> {
        values.iter().any(|value| value.is_some_and(|v| !v.is_empty())).then(|| {
            let mut key = String::new();
            for (value, _) in values.iter().zip(&self.shown).filter(|(_, shown)| **shown) {
                key.push_str(value.unwrap_or("\u{0}"));
                key.push('\u{1f}');
            }
            key
        })
    }
}

#[cfg(test)]
mod tests;
