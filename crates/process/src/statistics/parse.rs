//! Reading a question from TOML or JSON: every problem at its line, with what may have been meant.

use super::conditions::{self, day_bound};
use super::definition::{
    AgeRule, Anchor, Combine, Criterion, Dimension, EventRule, IndexEvent, Moment, Near, PersonRule,
    Question, Rule,
};
use super::json;
use crate::policy::{Fields, Node, PolicyError, PolicyErrors, Reader, not_toml};
use kiban_model::report::Bilingual;
use kiban_model::tables::{ColumnKind, TABLES, Table, table};
use std::io;
use toml::de::DeTable;

/// More dimensions make cells too small to be shown.
const MOST_DIMENSIONS: usize = 3;
/// Farther than any two days that can be given.
const FOREVER: i32 = 200_000;
const PERSON_KEYS: [&str; 4] = ["sex", "prefecture", "municipality", "age"];
const EVENT_KEYS: [&str; 7] = ["table", "where", "date", "from", "to", "at_least", "within"];

impl Question {
    /// Reads and checks a definition, in TOML or, where the file's name ends in `.json`, in JSON.
    ///
    /// # Errors
    /// Everything wrong with it, with lines and hints.
    pub fn parse(text: &str, file_name: &str) -> Result<Self, PolicyErrors> {
        let toml = if file_name.ends_with(".json") {
            json::as_toml(text).map_err(|(line, column, message)| PolicyErrors {
                file_name: file_name.to_owned(),
                errors: vec![PolicyError { line, column, message, hint: None }],
            })?
        } else {
            text.to_owned()
        };
        let parsed = DeTable::parse(&toml).map_err(|error| not_toml(&error, text, file_name))?;
        let no_files = |_: &str| Err(io::ErrorKind::NotFound.into());
        let mut reader = Reader::new(text, &no_files);
        let root = Fields::of(0..0, parsed.get_ref());
        let mut question = read(&root, &mut reader);
        reader.finish(file_name)?;
        let mut plain: toml::Table =
            toml::from_str(&toml).map_err(|error| not_toml(&error, text, file_name))?;
        plain.remove("title");
        question.canonical = plain.to_string();
        Ok(question)
    }
}

fn read(root: &Fields<'_>, reader: &mut Reader<'_>) -> Question {
    reader.only(root, &["title", "combine", "index", "criterion", "breakdown"]);
    let title = root.get("title").and_then(|node| reader.string(&node)).map(str::to_owned);
    let combine = root.get("combine").and_then(|node| reader.choice(&node, &["all", "any"]));
    let nodes = root.get("criterion").and_then(|node| node.items()).unwrap_or_default();
    if nodes.is_empty() {
        let hint = Bilingual::new(
            "[[criterion]] に続けて sex = \"F\" や table = \"condition\" などを書きます",
            "write `[[criterion]]` and below it `sex = \"F\"`, `table = \"condition\"` or the like",
        );
        let message = Bilingual::new("条件 [[criterion]] がありません", "there is no `[[criterion]]`");
        reader.add(root.get("criterion").map_or(0..0, |node| node.span()), message, Some(hint));
    }
    let mut draft = Draft { criteria: Vec::new(), index_needed: Vec::new() };
    for (at, node) in nodes.iter().enumerate() {
        if let Some(fields) = reader.any_fields(node) {
            let criterion = draft.criterion(at, &fields, reader);
            draft.criteria.push(criterion);
        }
    }
    let index = root.get("index").and_then(|node| draft.index(&node, reader));
    let breakdown = match root
        .get("breakdown")
        .and_then(|node| reader.fields(&node, &["by", "age_band", "age_on", "years"]))
    {
        Some(fields) => draft.breakdown(&fields, reader),
        None => Vec::new(),
    };
    if root.get("index").is_none() {
        for span in std::mem::take(&mut draft.index_needed) {
            let message = Bilingual::new(
                "起点 [index] がありません",
                "this needs an index event, and there is no `[index]`",
            );
            let hint = Bilingual::new(
                "[index] に criterion = \"条件の名前\" を書きます",
                "write `[index]` with `criterion = \"its name\"`",
            );
            reader.add(span, message, Some(hint));
        }
    }
    if !nodes.is_empty() && !reader.has_problems() && draft.criteria.iter().all(|criterion| !criterion.step) {
        let message = Bilingual::new(
            "人を選ぶ条件がありません(すべて step = false です)",
            "no criterion selects persons: all have `step = false`",
        );
        reader.add(0..0, message, None);
    }
    let combine = if combine == Some(1) { Combine::Any } else { Combine::All };
    Question { title, canonical: String::new(), criteria: draft.criteria, combine, index, breakdown }
}

/// What was read so far.
struct Draft {
    criteria: Vec<Criterion>,
    /// Where an index event is needed.
    index_needed: Vec<std::ops::Range<usize>>,
}

impl Draft {
    fn criterion(&mut self, at: usize, fields: &Fields<'_>, reader: &mut Reader<'_>) -> Criterion {
        let name = fields.get("name").and_then(|node| {
            let name = reader.string(&node)?;
            if name.trim().is_empty()
                || name == "index"
                || self.criteria.iter().any(|other| other.name == name)
            {
                let message = Bilingual::new(
                    format!("条件の名前「{name}」は使えません(空、index、または既出)"),
                    format!("a criterion cannot be named `{name}`: it is empty, `index`, or taken"),
                );
                reader.add(node.span(), message, None);
            }
            Some(name.to_owned())
        });
        let rule = if fields.get("any").is_some() || fields.get("all").is_some() {
            reader.only(fields, &["name", "step", "without", "any", "all"]);
            self.group(fields, reader)
        } else if fields.get("table").is_some() {
            let mut allowed = vec!["name", "step", "without"];
            allowed.extend(EVENT_KEYS);
            reader.only(fields, &allowed);
            self.events(fields, reader)
        } else {
            let mut allowed = vec!["name", "step", "without", "table", "any", "all"];
            allowed.extend(PERSON_KEYS);
            reader.only(fields, &allowed);
            self.person(fields, reader)
        };
        Criterion {
            name: name.unwrap_or_else(|| format!("条件{}", at + 1)),
            step: yes_or_no("step", fields, reader).unwrap_or(true),
            without: yes_or_no("without", fields, reader).unwrap_or(false),
            rule: rule.unwrap_or(Rule::Group(Combine::All, Vec::new())),
        }
    }

    /// An earlier criterion by its name.
    fn earlier(&self, node: &Node<'_>, reader: &mut Reader<'_>) -> Option<usize> {
        let name = reader.string(node)?;
        let found = self.criteria.iter().position(|criterion| criterion.name == name);
        if found.is_none() {
            let known = self.criteria.iter().map(|criterion| criterion.name.as_str());
            reader.unknown(node.span(), ("これより前の条件", "criterion before this one:"), name, known);
        }
        found
    }

    /// An earlier criterion that has events.
    fn eventful(&self, node: &Node<'_>, reader: &mut Reader<'_>) -> Option<usize> {
        let found = self.earlier(node, reader)?;
        let problem = match self.criteria.get(found) {
            Some(Criterion { rule: Rule::Events(rule), without: false, .. }) if rule.date.is_some() => None,
            _ => Some(Bilingual::new(
                "日付のある出来事の条件(table を持ち、without でないもの)の名前を書きます",
                "name a criterion with dated events: one that has `table`, and is not `without`",
            )),
        };
        match problem {
            Some(message) => {
                reader.add(node.span(), message, None);
                None
            }
            None => Some(found),
        }
    }

    fn group(&self, fields: &Fields<'_>, reader: &mut Reader<'_>) -> Option<Rule> {
        let (any, all) = (fields.get("any"), fields.get("all"));
        if let (Some(any), Some(_)) = (&any, &all) {
            let message = Bilingual::new("any と all はどちらか一方です", "either `any` or `all`, not both");
            reader.add(any.span(), message, None);
            return None;
        }
        let (combine, node) = match (any, all) {
            (Some(node), _) => (Combine::Any, node),
            (None, node) => (Combine::All, node?),
        };
        let members = node.items().filter(|items| !items.is_empty());
        let Some(members) = members else {
            let message = Bilingual::new(
                "条件の名前の並び [ … ] を書きます",
                "expected a list of names of criteria `[ … ]`",
            );
            reader.add(node.span(), message, None);
            return None;
        };
        let members: Vec<usize> = members.iter().filter_map(|member| self.earlier(member, reader)).collect();
        Some(Rule::Group(combine, members))
    }

    fn person(&mut self, fields: &Fields<'_>, reader: &mut Reader<'_>) -> Option<Rule> {
        let person = table("person")?;
        let mut conditions = Vec::new();
        for (name, node) in fields.iter().filter(|(name, _)| PERSON_KEYS.contains(name) && *name != "age") {
            conditions.extend(conditions::condition(person, name, node.span(), &node, reader));
        }
        let age = fields.get("age").and_then(|node| self.age(&node, reader));
        if conditions.is_empty() && fields.get("age").is_none() && !reader.has_problems() {
            let message = Bilingual::new("この条件は何も求めていません", "this criterion asks for nothing");
            let hint = Bilingual::new(
                "sex、age、prefecture、municipality、または table を書きます",
                "write `sex`, `age`, `prefecture`, `municipality`, or a `table`",
            );
            reader.add(fields.span(), message, Some(hint));
        }
        Some(Rule::Person(PersonRule { conditions, age }))
    }

    fn age(&mut self, node: &Node<'_>, reader: &mut Reader<'_>) -> Option<AgeRule> {
        let fields = reader.fields(node, &["min", "max", "on"])?;
        let bound = |name: &str, otherwise: i64, reader: &mut Reader<'_>| match fields.get(name) {
            Some(node) => reader.integer(&node, 0..=150),
            None => Some(otherwise),
        };
        let (min, max) = (bound("min", 0, reader)?, bound("max", 999, reader)?);
        if min > max {
            let message = Bilingual::new("min が max より大きいです", "`min` is above `max`: nobody is");
            reader.add(node.span(), message, None);
        }
        let on = self.moment(&fields, "on", node, reader)?;
        Some(AgeRule { min: u16::try_from(min).ok()?, max: u16::try_from(max).ok()?, on })
    }

    /// `on = "2024-04-01"` or `on = "index"`.
    fn moment(
        &mut self,
        fields: &Fields<'_>,
        key: &str,
        whole: &Node<'_>,
        reader: &mut Reader<'_>,
    ) -> Option<Moment> {
        let Some(node) = fields.get(key) else {
            let message = Bilingual::new(
                format!("いつの年齢か({key})を書きます"),
                format!("say when the age is taken: `{key}`"),
            );
            let hint = Bilingual::new(
                format!("{key} = \"2024-04-01\" または {key} = \"index\"(起点の日)"),
                format!("`{key} = \"2024-04-01\"`, or `{key} = \"index\"` for the index event"),
            );
            reader.add(whole.span(), message, Some(hint));
            return None;
        };
        if reader.string(&node)? == "index" {
            self.index_needed.push(node.span());
            return Some(Moment::Index);
        }
        day_bound(&node, false, reader).map(Moment::Day)
    }

    fn events(&mut self, fields: &Fields<'_>, reader: &mut Reader<'_>) -> Option<Rule> {
        let node = fields.get("table")?;
        let name = reader.string(&node)?;
        let events = TABLES.iter().filter(|table| table.name != "person");
        let Some(table) = events.clone().find(|table| table.name == name) else {
            reader.unknown(node.span(), ("表", "table"), name, events.map(|table| table.name));
            return None;
        };
        let conditions = match fields.get("where").and_then(|node| reader.any_fields(&node)) {
            Some(wheres) => wheres
                .with_places()
                .filter_map(|(name, span, node)| conditions::condition(table, name, span, &node, reader))
                .collect(),
            None => Vec::new(),
        };
        let date = date_column(table, fields, reader);
        let mut day = |key: &str, end: bool| {
            let node = fields.get(key)?;
            undated(table, &node, date.is_some(), reader);
            day_bound(&node, end, reader)
        };
        let period = (day("from", false), day("to", true));
        if let ((Some(from), Some(to)), Some(node)) = (period, fields.get("to"))
            && from > to
        {
            let message = Bilingual::new("from が to より後です", "`from` is after `to`: nothing is between");
            reader.add(node.span(), message, None);
        }
        let at_least = fields.get("at_least").and_then(|node| reader.integer(&node, 1..=100_000));
        let near = fields.get("within").and_then(|node| {
            undated(table, &node, date.is_some(), reader);
            self.near(&node, reader)
        });
        let at_least = u32::try_from(at_least.unwrap_or(1)).unwrap_or(1);
        Some(Rule::Events(EventRule { table, conditions, date, period, at_least, near }))
    }

    fn near(&mut self, node: &Node<'_>, reader: &mut Reader<'_>) -> Option<Near> {
        let fields = reader.fields(node, &["days", "of", "before", "after"])?;
        let words: Vec<(&str, Node<'_>)> =
            fields.iter().filter(|(name, _)| ["of", "before", "after"].contains(name)).collect();
        let [(word, anchor)] = words.as_slice() else {
            let message = Bilingual::new(
                "of、before、after のどれか一つに条件の名前か index を書きます",
                "write one of `of`, `before`, `after` with the name of a criterion, or `index`",
            );
            reader.add(node.span(), message, None);
            return None;
        };
        let (least, most) = days(&fields, word, node, reader)?;
        let anchor = if reader.string(anchor)? == "index" {
            self.index_needed.push(anchor.span());
            Anchor::Index
        } else {
            Anchor::Criterion(self.eventful(anchor, reader)?)
        };
        let (from, to) = match *word {
            "of" => (-most, most),
            "before" => (-most, -least),
            _ => (least, most),
        };
        Some(Near { anchor, from, to })
    }

    fn index(&self, node: &Node<'_>, reader: &mut Reader<'_>) -> Option<IndexEvent> {
        let fields = reader.fields(node, &["criterion", "occurrence"])?;
        let Some(named) = fields.get("criterion") else {
            let message = Bilingual::new(
                "起点とする条件の名前 criterion を書きます",
                "name the `criterion` whose event it is",
            );
            reader.add(node.span(), message, None);
            return None;
        };
        let criterion = self.eventful(&named, reader)?;
        if self.looks_at_index(criterion) {
            let message = Bilingual::new(
                "起点の条件が起点そのものを参照しています",
                "the criterion of the index event refers to the index event itself",
            );
            reader.add(named.span(), message, None);
        }
        let last =
            fields.get("occurrence").and_then(|node| reader.choice(&node, &["first", "last"])) == Some(1);
        Some(IndexEvent { criterion, last })
    }

    fn looks_at_index(&self, criterion: usize) -> bool {
        match self.criteria.get(criterion).map(|criterion| &criterion.rule) {
            Some(Rule::Events(EventRule { near: Some(near), .. })) => match near.anchor {
                Anchor::Index => true,
                Anchor::Criterion(earlier) => self.looks_at_index(earlier),
            },
            _ => false,
        }
    }

    fn breakdown(&mut self, fields: &Fields<'_>, reader: &mut Reader<'_>) -> Vec<Dimension> {
        let words = ["sex", "age_band", "year", "prefecture", "municipality"];
        let named = fields.get("by");
        let items = named.as_ref().and_then(|node| node.items()).unwrap_or_default();
        let mut seen = Vec::new();
        let mut dimensions = Vec::new();
        for node in &items {
            let Some(word) = reader.choice(node, &words) else { continue };
            if seen.contains(&word) || seen.len() == MOST_DIMENSIONS {
                let message = Bilingual::new(
                    format!("層別は異なるもの {MOST_DIMENSIONS} つまでです"),
                    format!("at most {MOST_DIMENSIONS} breakdowns, each once"),
                );
                reader.add(node.span(), message, None);
                break;
            }
            seen.push(word);
            dimensions.extend(match word {
                0 => Some(Dimension::Sex),
                1 => {
                    let width = fields.get("age_band").map_or(Some(10), |node| reader.integer(&node, 1..=50));
                    let on = self.moment(fields, "age_on", node, reader);
                    width
                        .zip(on)
                        .map(|(width, on)| Dimension::AgeBand(u16::try_from(width).unwrap_or(10), on))
                }
                2 => {
                    self.index_needed.push(node.span());
                    years(fields, node, reader)
                }
                3 => Some(Dimension::Prefecture),
                _ => Some(Dimension::Municipality),
            });
        }
        if items.is_empty() {
            let message = Bilingual::new(
                "層別する項目の並び by = [ … ] を書きます",
                "write what to break down by: `by = [ … ]`",
            );
            let hint = Bilingual::new(words.join("、"), words.join(", "));
            reader.add(named.map_or(fields.span(), |node| node.span()), message, Some(hint));
        }
        dimensions
    }
}

fn yes_or_no(key: &str, fields: &Fields<'_>, reader: &mut Reader<'_>) -> Option<bool> {
    let node = fields.get(key)?;
    let answer = node.as_bool();
    if answer.is_none() {
        let message = Bilingual::new("true か false を書きます", "expected `true` or `false`");
        reader.add(node.span(), message, None);
    }
    answer
}

/// The column that says when: the one named, or the table's first date.
fn date_column(
    table: &'static Table,
    fields: &Fields<'_>,
    reader: &mut Reader<'_>,
) -> Option<&'static kiban_model::tables::Column> {
    let dates = table.columns.iter().filter(|column| column.kind == ColumnKind::Date);
    let Some(node) = fields.get("date") else { return dates.clone().next() };
    let name = reader.string(&node)?;
    let found = dates.clone().find(|column| column.name == name);
    if found.is_none() {
        reader.unknown(node.span(), ("日付の列", "date column"), name, dates.map(|column| column.name));
    }
    found
}

fn undated(table: &Table, node: &Node<'_>, dated: bool, reader: &mut Reader<'_>) {
    if !dated {
        let message = Bilingual::new(
            format!("表 {} には日付の列がありません", table.name),
            format!("table {} has no date", table.name),
        );
        reader.add(node.span(), message, None);
    }
}

/// `days = 90`: from 0 to 90; `days = [1, 90]`; without it any number of days before or after.
fn days(fields: &Fields<'_>, word: &str, whole: &Node<'_>, reader: &mut Reader<'_>) -> Option<(i32, i32)> {
    let bounds = 0..=i64::from(FOREVER);
    let numbers = match fields.get("days") {
        None if word == "of" => {
            let message = Bilingual::new("何日以内か days を書きます", "say within how many `days`");
            reader.add(whole.span(), message, None);
            return None;
        }
        None => (0, i64::from(FOREVER)),
        Some(node) => match node.items().as_deref() {
            None => (0, reader.integer(&node, bounds)?),
            Some([least, most]) if word != "of" => {
                (reader.integer(least, bounds.clone())?, reader.integer(most, bounds)?)
            }
            Some(_) => {
                let message = Bilingual::new(
                    "days は 90 のような数、before と after では [1, 90] とも書けます",
                    "`days` is a number such as 90; with `before` and `after` also `[1, 90]`",
                );
                reader.add(node.span(), message, None);
                return None;
            }
        },
    };
    if numbers.0 > numbers.1 {
        let message = Bilingual::new("日数の順が逆です", "the days are in the wrong order");
        reader.add(whole.span(), message, None);
    }
    Some((i32::try_from(numbers.0).ok()?, i32::try_from(numbers.1).ok()?))
}

/// `years = [2018, 2024]`: named beforehand, because which years occur is itself an answer.
fn years(fields: &Fields<'_>, by: &Node<'_>, reader: &mut Reader<'_>) -> Option<Dimension> {
    let node = fields.get("years");
    let items = node.as_ref().and_then(|node| node.items());
    let Some([first, last]) = items.as_deref() else {
        let message = Bilingual::new("年の範囲 years を書きます", "say which `years`");
        let hint = Bilingual::new("years = [2018, 2024]", "`years = [2018, 2024]`");
        reader.add(node.map_or(by.span(), |node| node.span()), message, Some(hint));
        return None;
    };
    let (from, to) = (reader.integer(first, 1868..=2199)?, reader.integer(last, 1868..=2199)?);
    if from > to {
        let message = Bilingual::new("年の順が逆です", "the years are in the wrong order");
        reader.add(last.span(), message, None);
    }
    Some(Dimension::Year(u16::try_from(from).ok()?, u16::try_from(to).ok()?))
}
