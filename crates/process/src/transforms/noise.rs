//! `noise`: a number of the discrete Laplace or Gaussian distribution is added (ANO-04).
//!
//! **Once for each value of a person, not for each row.** The noise is a function of the operator's secret, the project, the person and the
//! value as it is rounded (text and number of one thing count as one column): a value that a person has in a thousand rows, or in ten releases of the
//! project, has one noise, so that no average over them removes it; another person's equal value has another. Values that
//! differ have noise of their own, so that the mean of many different values of a person comes near to their true mean: it
//! hides single values, and is no differential privacy of a life. Shape and scale are public, the secret is not; another shape or
//! width is another noise, for of one noise in two widths the value could be worked out.
//!
//! Sampling is exact, in whole numbers ([`sampler`]), from a ChaCha20 stream keyed by HMAC-SHA256 under the operator's secret. The
//! library for it, OpenDP, takes its randomness from the system and cannot be seeded: a release that must give the same bytes
//! again cannot call it. It is what the sampler's tests compare with.

use super::{ColumnOf, DependsOn, Example, Transform, Treatment, is_numeric, required};
use crate::policy::{Fields, Node, Reader};
use crate::{Cell, Subject, decimal::Decimal};
use kiban_model::report::Bilingual;
use kiban_model::tables::ColumnKind;
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use sampler::Scale;

mod sampler;

/// The word `noise`.
#[derive(Debug)]
pub(super) struct Noise;

impl Transform for Noise {
    fn name(&self) -> &'static str {
        "noise"
    }
    fn japanese(&self) -> &'static str {
        "雑音を加える"
    }
    fn doc(&self) -> Bilingual {
        Bilingual::new(
            "数に、離散ラプラス分布(`kind = \"laplace\"`、既定)か離散正規分布(`\"gaussian\"`)の乱数を加える。`scale` は分布の幅(ラプラスの b、正規の σ)で、\
             ラプラスでは代わりに `epsilon` と `sensitivity` を書ける(b = sensitivity ÷ epsilon)。値は先に `step` の倍数に丸め、雑音も `step` の倍数である。\
             `clamp = [下, 上]` を書けば、前にも後にもその範囲に収める。雑音は本人と丸めた値ごとに一つで、同じ値の行が何行あっても、同じプロジェクトの次の提供でも変わらない\
             (平均しても消えない)。本人の値が少しずつ違えば、その平均は真の平均に近づく。数として読めない値と「>300」のような値は空欄にする。\
             幅や分布を変えれば別の雑音になるので、同じプロジェクトで幅を変えて提供し直すと、重ねた人には平均で薄まる。乱数は事業者の秘密鍵から決まる。",
            "A random number of the discrete Laplace (`kind = \"laplace\"`, the default) or discrete Gaussian (`\"gaussian\"`) distribution is added. \
             `scale` is its width (Laplace's b, the Gaussian's σ); for Laplace `epsilon` and `sensitivity` may stand in its place \
             (b = sensitivity ÷ epsilon). Values are rounded to multiples of `step` first, and so is the noise. `clamp = [low, high]` \
             bounds them before and after. A person's value, once rounded, has one noise, however many rows say it, in every release of the \
             project: no average removes it; the mean of many different values of a person does come near the true mean. A value \
             that is no number, and a bounded result (`>300`), becomes empty. Another width or distribution is another noise: who holds two \
             releases of a project with different widths can average them. The numbers come from the operator's secret.",
        )
    }
    fn examples(&self) -> &'static [Example] {
        &[Example {
            section: "observation.\"体重\"",
            line: "noise = { kind = \"laplace\", scale = 1.5, step = 0.5, clamp = [30, 60] }",
            cases: &[("48.2", "49"), ("48.20", "49"), ("４８．２", "49"), ("<30", ""), ("測定不能", "")],
        }]
    }
    fn accepts(&self, column: ColumnOf) -> bool {
        is_numeric(column)
    }
    fn read(
        &self,
        value: &Node<'_>,
        column: ColumnOf,
        reader: &mut Reader<'_>,
    ) -> Option<Box<dyn Treatment>> {
        let fields = reader.fields(value, &["kind", "scale", "epsilon", "sensitivity", "step", "clamp"])?;
        let kind = match fields.get("kind") {
            Some(node) => reader.choice(&node, &["laplace", "gaussian"]),
            None => Some(0),
        };
        let step = required(&fields, "step", reader).and_then(|node| positive(&node, reader));
        let clamp = match fields.get("clamp") {
            Some(node) => Some(reader.ends(&node)?),
            None => None,
        };
        let kind = [Kind::Laplace, Kind::Gaussian].get(kind?).copied()?;
        let (scale, per) = width(kind, &fields, reader)?;
        let step = step?;
        if column.column.kind == ColumnKind::Integer && !step.is_whole() {
            let message = Bilingual::new(
                "整数の列では step も整数にします",
                "in a column of whole numbers `step` must be whole",
            );
            reader.add(fields.span(), message, None);
            return None;
        }
        let Some(steps) = Scale::of(scale, per, step) else {
            reader.add(
                fields.span(),
                Bilingual::new(
                    "雑音の幅と step の比が細かすぎるか、大きすぎます",
                    "the ratio of the noise's width to `step` is too fine or too large",
                ),
                Some(Bilingual::new(
                    "scale を step の 1～1,000,000 倍の、桁の少ない数にします",
                    "let `scale` be 1 to 1,000,000 times `step`, with few digits",
                )),
            );
            return None;
        };
        let name = column.column.name;
        // A number and the text beside it are one value: two noises of it could be averaged.
        let name = name.strip_suffix("_number").unwrap_or(name);
        // Another width must be another noise, not the same one stretched: of two stretched ones the value can be worked out.
        let place = format!("{}.{name} {kind:?} {scale}/{per} {step}", column.table.name);
        let noised = Noised { kind, steps, step, clamp, place, of: column.column.kind, scale, per };
        Some(Box::new(noised))
    }
}

/// A number greater than zero.
fn positive(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<Decimal> {
    let number = reader.decimal(node)?;
    if !number.is_positive() {
        let message = Bilingual::new("0より大きい数を書きます", "must be greater than 0");
        reader.add(node.span(), message, None);
        return None;
    }
    Some(number)
}

/// The width of the noise as a fraction.
fn width(kind: Kind, fields: &Fields<'_>, reader: &mut Reader<'_>) -> Option<(Decimal, Decimal)> {
    let (scale, epsilon) = (fields.get("scale"), fields.get("epsilon"));
    match (scale, epsilon, fields.get("sensitivity"), kind) {
        (Some(scale), None, None, _) => Some((positive(&scale, reader)?, Decimal::whole(1))),
        (None, Some(epsilon), Some(sensitivity), Kind::Laplace) => {
            positive(&sensitivity, reader).zip(positive(&epsilon, reader))
        }
        _ => {
            reader.add(
                fields.span(),
                Bilingual::new(
                    "scale か、ラプラスでは epsilon と sensitivity を書きます",
                    "write `scale` or, for Laplace, `epsilon` and `sensitivity`",
                ),
                Some(Bilingual::new(
                    "例: noise = { scale = 2.0, step = 0.1 }",
                    "for example `noise = { scale = 2.0, step = 0.1 }`",
                )),
            );
            None
        }
    }
}

/// Which distribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Laplace,
    Gaussian,
}

#[derive(Debug)]
struct Noised {
    kind: Kind,
    /// The width in steps.
    steps: Scale,
    step: Decimal,
    clamp: Option<(Decimal, Decimal)>,
    /// Table and column, distribution, width and step, of which each has its own noise.
    place: String,
    of: ColumnKind,
    scale: Decimal,
    per: Decimal,
}

impl Noised {
    /// A value with its noise; `None` where it has too many digits.
    fn noised(&self, value: Decimal, subject: &Subject<'_>) -> Option<Decimal> {
        let bounded = |value: Decimal| match self.clamp {
            Some((low, high)) => value.max(low).min(high),
            None => value,
        };
        let value = bounded(value).to_multiple(self.step)?;
        let seed = subject.keys.noise(subject.shift_key, &self.place, &value.to_string());
        let mut random = ChaCha20Rng::from_seed(seed);
        let noise = match self.kind {
            Kind::Laplace => self.steps.laplace(&mut random),
            Kind::Gaussian => self.steps.gaussian(&mut random),
        };
        Some(bounded(value.plus_multiples(noise, self.step)?))
    }
}

impl Treatment for Noised {
    fn apply<'a>(&self, cell: Cell<'a>, subject: &Subject<'_>) -> Cell<'a> {
        let Some(noised) = cell.decimal().and_then(|value| self.noised(value, subject)) else {
            return Cell::Empty;
        };
        match self.of {
            ColumnKind::Number => noised.to_string().parse().map_or(Cell::Empty, Cell::Number),
            ColumnKind::Integer => noised.to_string().parse().map_or(Cell::Empty, Cell::Integer),
            _ => Cell::Text(noised.to_string().into()),
        }
    }
    fn words(&self) -> Bilingual {
        let (ja, en) = match self.kind {
            Kind::Laplace => ("離散ラプラス分布", "discrete Laplace noise"),
            Kind::Gaussian => ("離散正規分布", "discrete Gaussian noise"),
        };
        let width = if self.per == Decimal::whole(1) {
            self.scale.to_string()
        } else {
            format!("{} ÷ {}", self.scale, self.per)
        };
        let step = self.step;
        Bilingual::new(
            format!("{ja}の雑音(幅{width}、{step}刻み)を本人と値ごとに加える"),
            format!("{en} (width {width}, in steps of {step}) for each value of a person"),
        )
    }
    fn keeps_type(&self) -> bool {
        true
    }
    fn depends_on(&self) -> DependsOn {
        DependsOn::Person
    }
}

#[cfg(test)]
mod tests;
