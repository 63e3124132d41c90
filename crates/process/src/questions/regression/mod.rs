//! `regression` (回帰): what explains an outcome — linear where it is a number, logistic where it is yes or no.
//!
//! A term is a number, yes or no, or a column of `person` whose groups are compared with the first by name. Persons lacking a
//! variable are left out, and so are groups of fewer than ten; where fewer than ten have, or do not have, what a term or the outcome
//! asks for, no coefficient is shown at all (ANO-10).

mod design;
mod fit;

use super::fold::{Fact, Wanted};
use super::selection::{Selection, WORDS as SELECTION};
use super::{Ask, Facts, Scope, Word};
use crate::policy::Node;
use design::Design;
use kiban_model::report::Bilingual;
use kiban_model::report::utility::Answer;
use kiban_model::tables::Person;

pub(super) const WORD: Word = Word {
    name: "regression",
    japanese: "回帰",
    doc: (
        "`outcome`(結果)を `on`(説明変数、多くて12)に回帰する。結果が数なら線形回帰、ある・なしならロジスティック回帰。`person` のコードの列は、\
         名の順で最初の群と比べる。生年月日は年の数になる。`name` で呼び名を付けられる。",
        "Regresses `outcome` on the variables `on` (twelve at most): linear where the outcome is a number, logistic where it is yes or no. \
         Of a coded column of `person` each group is compared with the first by name; a birth date is a year. `name` names a \
         variable.",
    ),
    example: "title = \"HbA1c と年齢・糖尿病\"\nregression = { outcome = { of = \"observation.value\", item = \"HbA1c\" }, on = [ { of = \
              \"person.birth_date\", name = \"生年\" }, { of = \"condition.icd10\", starts_with = \"E11\", name = \"2型糖尿病\" } ] }",
    grouped: false,
    read,
};

/// Variables at most.
const VARIABLES: usize = 12;

/// A variable and what it is called.
#[derive(Debug)]
struct Variable {
    name: String,
    wanted: Wanted,
}

#[derive(Debug)]
struct Regression {
    outcome: Variable,
    on: Vec<Variable>,
}

fn read(node: &Node<'_>, scope: &mut Scope<'_, '_>) -> Option<Box<dyn Ask>> {
    let fields = scope.reader.fields(node, &["outcome", "on"])?;
    let (outcome, list) = (scope.required(&fields, "outcome"), scope.required(&fields, "on"));
    let outcome = variable(&outcome?, scope)?;
    if matches!(outcome.wanted, Wanted::Group(_)) {
        let message = Bilingual::new("結果は数か、ある・なしです", "the outcome is a number, or yes or no");
        scope.reader.add(fields.span(), message, None);
        return None;
    }
    let list = list?;
    let items = list.items().unwrap_or_else(|| vec![list.clone()]);
    let on: Option<Vec<Variable>> = items.iter().map(|item| variable(item, scope)).collect();
    let on = on?;
    if on.is_empty() || on.len() > VARIABLES {
        let message = Bilingual::new(
            format!("説明変数は1から{VARIABLES}まで書きます"),
            format!("needs 1 to {VARIABLES} variables"),
        );
        scope.reader.add(list.span(), message, None);
        return None;
    }
    Some(Box::new(Regression { outcome, on }))
}

fn variable(node: &Node<'_>, scope: &mut Scope<'_, '_>) -> Option<Variable> {
    let allowed: Vec<&str> = SELECTION.into_iter().chain(["name"]).collect();
    let fields = scope.reader.fields(node, &allowed)?;
    let rows = Selection::of(&fields, scope)?;
    let name = match fields.get("name") {
        Some(node) => scope.reader.string(&node)?.to_owned(),
        None => rows.words().en,
    };
    let is_group = rows.of.table == &Person::TABLE && rows.starts_with.is_empty() && !rows.is_number();
    let wanted = if is_group { Wanted::Group(rows.of.column) } else { rows.wanted() };
    Some(Variable { name, wanted })
}

impl Ask for Regression {
    fn wants(&self) -> Vec<Wanted> {
        std::iter::once(&self.outcome).chain(&self.on).map(|variable| variable.wanted.clone()).collect()
    }

    fn asked(&self) -> Bilingual {
        let names: Vec<&str> = self.on.iter().map(|variable| variable.name.as_str()).collect();
        let outcome = &self.outcome.name;
        let (ja, en) = match self.outcome.wanted {
            Wanted::Number(_) => ("線形回帰（最小二乗法）", "linear regression"),
            _ => ("ロジスティック回帰（係数は対数オッズ比）", "logistic regression (log odds ratios)"),
        };
        Bilingual::new(
            format!("{outcome} の {} への{ja}", names.join("・")),
            format!("{en} of {outcome} on {}", names.join(", ")),
        )
    }

    fn answer(&self, facts: &Facts<'_>) -> Answer {
        let logistic = !matches!(self.outcome.wanted, Wanted::Number(_));
        let names: Vec<&str> = self.on.iter().map(|variable| variable.name.as_str()).collect();
        let variables: Vec<&Fact> = (1..=self.on.len()).map(|at| facts.fact(at)).collect();
        let design = Design::new(facts, &names, variables);
        let (persons, coefficients) = match &design {
            Some(design) => {
                let fitted = if logistic { fit::logistic(design) } else { fit::linear(design) };
                (Some(design.persons()), fitted.unwrap_or_default())
            }
            None => (None, Vec::new()),
        };
        Answer::Regression { logistic, persons, coefficients }
    }
}
