//! Reading TOML values with their places, so that every problem of a policy is told at once and at its line.
//!
//! A method that returns `None` has told the reader why.

use super::errors::{PolicyError, PolicyErrors, did_you_mean, place};
use crate::decimal::Decimal;
use kiban_model::report::Bilingual;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io;
use std::ops::{Range, RangeInclusive};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value and where it stands.
#[derive(Debug, Clone)]
pub struct Node<'a> {
    span: Range<usize>,
    value: &'a DeValue<'a>,
}

impl<'a> Node<'a> {
    pub(super) fn new(value: &'a Spanned<DeValue<'a>>) -> Self {
        Self { span: value.span(), value: value.get_ref() }
    }

    /// Where it stands, in bytes.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// The truth value, where it is one.
    pub fn as_bool(&self) -> Option<bool> {
        self.value.as_bool()
    }

    pub(crate) fn as_table(&self) -> Option<&'a DeTable<'a>> {
        self.value.as_table()
    }

    pub(crate) fn items(&self) -> Option<Vec<Self>> {
        Some(self.value.as_array()?.iter().map(Node::new).collect())
    }
}

/// The fields of a table.
#[derive(Debug)]
pub struct Fields<'a> {
    span: Range<usize>,
    fields: Vec<(&'a str, Range<usize>, Node<'a>)>,
}

impl<'a> Fields<'a> {
    pub(crate) fn of(span: Range<usize>, table: &'a DeTable<'a>) -> Self {
        let mut fields: Vec<_> =
            table.iter().map(|(key, value)| (key.get_ref().as_ref(), key.span(), Node::new(value))).collect();
        fields.sort_by_key(|(_, span, _)| span.start);
        Self { span, fields }
    }

    /// Where the table stands.
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// A field by name.
    pub fn get(&self, name: &str) -> Option<Node<'a>> {
        self.fields.iter().find(|(field, ..)| *field == name).map(|(.., node)| node.clone())
    }

    /// Names and values, in file order.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, Node<'a>)> {
        self.fields.iter().map(|(name, _, node)| (*name, node.clone()))
    }

    /// Names, their places, and values, in file order.
    pub(crate) fn with_places(&self) -> impl Iterator<Item = (&'a str, Range<usize>, Node<'a>)> {
        self.fields.iter().cloned()
    }
}

/// Collects problems while values are read.
pub struct Reader<'a> {
    text: &'a str,
    load: &'a dyn Fn(&str) -> io::Result<String>,
    problems: Vec<(Range<usize>, Bilingual, Option<Bilingual>)>,
    hierarchies: BTreeMap<String, String>,
}

impl std::fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Reader({} problems)", self.problems.len())
    }
}

impl<'a> Reader<'a> {
    pub(crate) fn new(text: &'a str, load: &'a dyn Fn(&str) -> io::Result<String>) -> Self {
        Self { text, load, problems: Vec::new(), hierarchies: BTreeMap::new() }
    }

    /// Notes a problem.
    pub fn add(&mut self, span: Range<usize>, message: Bilingual, hint: Option<Bilingual>) {
        self.problems.push((span, message, hint));
    }

    /// Notes an unknown word, with the nearest known one.
    pub fn unknown<'c>(
        &mut self,
        span: Range<usize>,
        what: (&str, &str),
        word: &str,
        known: impl IntoIterator<Item = &'c str> + Clone,
    ) {
        let message = Bilingual::new(
            format!("{}「{word}」はありません", what.0),
            format!("unknown {} `{word}`", what.1),
        );
        self.add(span, message, did_you_mean(word, known));
    }

    /// Everything noted, or the hierarchies that were read (file, SHA-256).
    pub(crate) fn finish(self, file_name: &str) -> Result<Vec<(String, String)>, PolicyErrors> {
        if self.problems.is_empty() {
            return Ok(self.hierarchies.into_iter().collect());
        }
        let mut problems = self.problems;
        problems.sort_by_key(|(span, ..)| (span.start, span.end));
        let errors = problems.into_iter().map(|(span, message, hint)| {
            let (line, column) = place(self.text, &span);
            PolicyError { line, column, message, hint }
        });
        Err(PolicyErrors { file_name: file_name.to_owned(), errors: errors.collect() })
    }

    pub(crate) fn has_problems(&self) -> bool {
        !self.problems.is_empty()
    }

    fn expected(&mut self, node: &Node<'_>, ja: &str, en: &str) {
        let found = node.value.type_str();
        self.add(
            node.span(),
            Bilingual::new(format!("{ja}を書きます"), format!("expected {en}, found {found}")),
            None,
        );
    }

    /// A table with these fields and no others.
    pub fn fields<'n>(&mut self, node: &Node<'n>, allowed: &[&str]) -> Option<Fields<'n>> {
        let fields = self.any_fields(node)?;
        self.only(&fields, allowed);
        Some(fields)
    }

    pub(crate) fn only(&mut self, fields: &Fields<'_>, allowed: &[&str]) {
        for (name, span, _) in fields.with_places() {
            if !allowed.contains(&name) {
                self.unknown(span, ("項目", "key"), name, allowed.iter().copied());
            }
        }
    }

    /// A table with any fields.
    pub fn any_fields<'n>(&mut self, node: &Node<'n>) -> Option<Fields<'n>> {
        match node.value.as_table() {
            Some(table) => Some(Fields::of(node.span(), table)),
            None => {
                self.expected(node, "表 { … } ", "a table `{ … }`");
                None
            }
        }
    }

    /// A text.
    pub fn string<'n>(&mut self, node: &Node<'n>) -> Option<&'n str> {
        let text = node.value.as_str();
        if text.is_none() {
            self.expected(node, "\" \" で囲んだ文字列", "a text in quotes");
        }
        text
    }

    /// One of some words; its place among them.
    pub fn choice(&mut self, node: &Node<'_>, words: &[&str]) -> Option<usize> {
        let word = self.string(node)?;
        let found = words.iter().position(|known| *known == word);
        if found.is_none() {
            self.unknown(node.span(), ("値", "value"), word, words.iter().copied());
        }
        found
    }

    /// A whole number within bounds.
    pub fn integer(&mut self, node: &Node<'_>, bounds: RangeInclusive<i64>) -> Option<i64> {
        let number = node.value.as_integer().and_then(|n| i64::from_str_radix(n.as_str(), n.radix()).ok());
        let Some(number) = number else {
            self.expected(node, "整数", "a whole number");
            return None;
        };
        if bounds.contains(&number) {
            return Some(number);
        }
        let (low, high) = (bounds.start(), bounds.end());
        let message = Bilingual::new(
            format!("{low} から {high} までの整数を書きます"),
            format!("must be from {low} to {high}"),
        );
        self.add(node.span(), message, None);
        None
    }

    /// A number, exactly as written.
    pub fn decimal(&mut self, node: &Node<'_>) -> Option<Decimal> {
        let written = match node.value {
            DeValue::Integer(n) if n.radix() == 10 => Some(n.as_str()),
            DeValue::Float(n) => Some(n.as_str()),
            _ => None,
        };
        let number = written.and_then(Decimal::parse);
        if number.is_none() {
            self.expected(node, "数", "a number");
        }
        number
    }

    /// A share from 0 to 1.
    pub(crate) fn share(&mut self, node: &Node<'_>) -> Option<f64> {
        let exact = self.decimal(node)?;
        if exact < Decimal::whole(0) || exact > Decimal::whole(1) {
            self.add(
                node.span(),
                Bilingual::new("0 から 1 までの割合を書きます", "must be a share from 0 to 1"),
                None,
            );
            return None;
        }
        exact.to_string().parse().ok()
    }

    /// A number within bounds.
    pub(crate) fn number(&mut self, node: &Node<'_>, bounds: RangeInclusive<f64>) -> Option<f64> {
        let number: f64 = self.decimal(node)?.to_string().parse().ok()?;
        if bounds.contains(&number) {
            return Some(number);
        }
        let (low, high) = (bounds.start(), bounds.end());
        let message = Bilingual::new(
            format!("{low} から {high} までの数を書きます"),
            format!("must be from {low} to {high}"),
        );
        self.add(node.span(), message, None);
        None
    }

    /// A list of at least one number, each greater than the one before.
    pub fn ascending_decimals(&mut self, node: &Node<'_>) -> Option<Vec<Decimal>> {
        let Some(items) = node.items().filter(|items| !items.is_empty()) else {
            self.expected(node, "数の並び [ … ] ", "a list of numbers `[ … ]`");
            return None;
        };
        let numbers: Option<Vec<Decimal>> = items.iter().map(|item| self.decimal(item)).collect();
        let numbers = numbers?;
        if numbers.windows(2).all(|pair| pair.first() < pair.last()) {
            return Some(numbers);
        }
        self.add(
            node.span(),
            Bilingual::new("小さい順に並べます", "must be in ascending order, each once"),
            None,
        );
        None
    }

    /// A low and a high end, `[30, 60]`.
    pub fn ends(&mut self, node: &Node<'_>) -> Option<(Decimal, Decimal)> {
        let numbers = self.ascending_decimals(node)?;
        let [low, high] = numbers.as_slice() else {
            let message =
                Bilingual::new("二つの数 [下, 上] を書きます", "must be two numbers, `[low, high]`");
            self.add(node.span(), message, None);
            return None;
        };
        Some((*low, *high))
    }

    /// The text of a hierarchy file.
    pub fn hierarchy(&mut self, node: &Node<'_>, file: &str) -> Option<String> {
        match (self.load)(file) {
            Ok(text) => {
                self.hierarchies.insert(file.to_owned(), hex(&Sha256::digest(text.as_bytes())));
                Some(text)
            }
            Err(error) => {
                let message = Bilingual::new(
                    format!("階層表「{file}」を読めません"),
                    format!("cannot read hierarchy `{file}`: {}", error.kind()),
                );
                self.add(node.span(), message, None);
                None
            }
        }
    }
}

/// Lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
