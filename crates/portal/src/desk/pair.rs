//! One pair: the question, both sides field by field, the answer, and what linkage thinks.

use super::overview::{answer, joined, undo_form};
use super::{List, MOST, Pair, Place, waterfall};
use crate::html::{Lang, Text};
use kiban_app::link::{Agreement, Answer, COVER, IdentityField, PairView, Piece, Row};
use kiban_app::{AppError, Operator};
use kiban_model::words::percent;
use std::fmt::Write as _;

/// Of values that are covered, so many are listed; the rest are counted.
const MOST_COVERED: usize = 3;

/// A pair's neighbours in its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Around {
    /// Place from 1, and length; none where the pair is no longer in the list.
    place: Option<(usize, usize)>,
    previous: Option<Pair>,
    pub(super) next: Option<Pair>,
    /// The decision that led here, which can be taken back at once.
    pub(super) after: Option<i64>,
}

impl Around {
    pub(super) fn of(operator: &Operator, list: List, pair: Pair) -> Result<Self, AppError> {
        let pairs: Vec<Pair> = match list {
            List::Queue => operator.review_queue(MOST)?.iter().map(|p| (p.a, p.b)).collect(),
            List::Sample => operator.sampled_pairs()?.iter().map(|p| (p.a, p.b)).collect(),
        };
        Ok(Self::among(&pairs, pair))
    }

    fn among(pairs: &[Pair], pair: Pair) -> Self {
        let pair = (pair.0.min(pair.1), pair.0.max(pair.1));
        // A pair that left the queue by being answered is followed by the queue's first.
        let Some(at) = pairs.iter().position(|p| *p == pair) else {
            return Self { next: pairs.first().copied(), ..Self::default() };
        };
        Self {
            place: Some((at + 1, pairs.len())),
            previous: at.checked_sub(1).and_then(|at| pairs.get(at)).copied(),
            next: pairs.get(at + 1).copied(),
            after: None,
        }
    }
}

pub(super) fn page(
    view: &PairView,
    around: &Around,
    list: List,
    open: &[IdentityField],
    place: &Place,
) -> String {
    let lang = place.lang;
    let here = place.pair(list, (view.a, view.b));
    let title = lang.pick("この二人は同一人ですか", "Are these two one person?");
    let mut m = format!(
        "<p class=\"skip\"><a href=\"#answer\">{}</a></p>\n",
        lang.pick("判断へ進む", "Go to the answer")
    );
    steps(&mut m, around, list, place);
    if let Some(decision) = around.after {
        let _ = writeln!(
            m,
            "<div class=\"said\" role=\"status\">{} {decision} {} {}</div>",
            lang.pick("前の組の判断", "Decision"),
            lang.pick("を記録しました。", "on the pair before is recorded."),
            undo_form(decision, true, place)
        );
    }
    let _ = writeln!(m, "<h1>{title}</h1>");
    standing(&mut m, view, list, around.after, place);
    table(&mut m, view, open, &here, lang);
    form(&mut m, view, &here, lang);
    if let Some(judgement) = &view.judgement {
        let _ = writeln!(
            m,
            "<section><h2>{}</h2><p>{} {}　{}</p>\n{}</section>",
            lang.pick("名寄せの見立て", "What linkage thinks"),
            lang.pick("同一人である確率", "probability of one person:"),
            percent(judgement.probability, lang),
            lang.pick("塗りつぶしは同一人を支持し、白抜きは別人を支持します。単位はビット（1ビットで見込みが2倍）。", "Filled speaks for one person, hollow against. In bits: one bit doubles the odds."),
            waterfall::draw(judgement, lang)
        );
    }
    let path = here.strip_prefix(&place.base).unwrap_or("/").to_owned();
    place.page(title, &path, &m)
}

fn steps(m: &mut String, around: &Around, list: List, place: &Place) {
    let lang = place.lang;
    let _ = write!(m, "<nav class=\"steps\" aria-label=\"{}\">", lang.pick("組の移動", "Pairs"));
    let mut link = |target: Option<Pair>, key: &str, text: &str| {
        let _ = match target {
            Some(pair) => write!(
                m,
                "<a accesskey=\"{key}\" href=\"{}\">{text} <kbd>{key}</kbd></a>",
                place.pair(list, pair)
            ),
            None => write!(m, "<span class=\"quiet\">{text}</span>"),
        };
    };
    link(around.previous, "k", lang.pick("← 前の組", "← Previous"));
    link(around.next, "j", lang.pick("次の組 →", "Next →"));
    let (name, home) = match list {
        List::Queue => (lang.pick("確認待ち", "waiting"), lang.pick("一覧", "List")),
        List::Sample => (lang.pick("標本", "sample"), lang.pick("一覧", "List")),
    };
    if let Some((at, all)) = around.place {
        let _ = write!(m, "<span class=\"quiet\">{name} {at} / {all}</span>");
    }
    let _ = writeln!(m, "<a href=\"{}/\">{home}</a></nav>", place.base);
}

/// What holds at present, and why the question is asked.
fn standing(m: &mut String, view: &PairView, list: List, after: Option<i64>, place: &Place) {
    let lang = place.lang;
    if list == List::Sample && view.blind {
        let _ = writeln!(m, "<p class=\"note\">{}</p>", lang.pick(
            "品質を推定するための標本です。名寄せの見立ては、判断に影響しないよう回答後に示します。",
            "One of the random sample. What linkage thinks is shown after your answer, so that the answer is yours.",
        ));
    }
    m.push_str("<ul class=\"facts\">");
    if let Some(judgement) = &view.judgement {
        let _ = write!(m, "<li>{}: {}</li>", lang.pick("現在", "At present"), joined(judgement.joined, lang));
        if let Some(why) = judgement.why {
            let _ = write!(
                m,
                "<li>{}: {}</li>",
                lang.pick("確認する理由", "Why it is asked"),
                lang.pick(why.words().0, why.words().1)
            );
        }
        if let [Some((x, many)), Some((y, others))] = view.persons {
            let others = if x == y { 0 } else { others };
            if many + others > 2 {
                let _ = write!(
                    m,
                    "<li>{}</li>",
                    match lang {
                        Lang::Ja =>
                            format!("この判断は、あわせて {} 件の提供元別本人に関わります。", many + others),
                        Lang::En => format!("The answer concerns {} subjects in all.", many + others),
                    }
                );
            }
        }
    }
    if let Some(decision) = &view.decision {
        let _ = write!(
            m,
            "<li><strong>{} {}: {}</strong>（{} {}） {} {}</li>",
            lang.pick("判断", "Decision"),
            decision.number,
            answer(decision.answer, lang),
            Text(&decision.on),
            Text(&decision.by),
            Text(decision.reason.expose()),
            undo_form(decision.number, after.is_none(), place)
        );
    }
    m.push_str("</ul>\n");
}

fn table(m: &mut String, view: &PairView, open: &[IdentityField], here: &str, lang: Lang) {
    let _ = writeln!(
        m,
        "<table class=\"sides\"><caption>{}</caption><thead><tr><th scope=\"col\">{}</th><th scope=\"col\">{}</th><th scope=\"col\">{}</th><th scope=\"col\">{}</th></tr></thead><tbody>",
        lang.pick("項目ごとの対照（新しい順）", "Field by field, newest first"),
        lang.pick("項目", "Field"),
        Text(&view.providers[0]),
        Text(&view.providers[1]),
        lang.pick("一致", "Agreement"),
    );
    for row in &view.rows {
        let name = lang.pick(row.field.words().0, row.field.words().1);
        let class = if row.agreement == Agreement::Different { " class=\"differs\"" } else { "" };
        let _ = write!(m, "<tr{class}><th scope=\"row\">{name}</th>");
        for (side, provider) in [&row.left, &row.right].into_iter().zip(&view.providers) {
            let _ = write!(m, "<td data-label=\"{}\">{}</td>", Text(provider), values(side, row, lang));
        }
        let _ = writeln!(
            m,
            "<td data-label=\"{}\">{}{}</td></tr>",
            lang.pick("一致", "Agreement"),
            agreement(row.agreement, lang),
            show(row, open, here, name, lang)
        );
    }
    m.push_str("</tbody></table>\n");
}

const fn agreement(agreement: Agreement, lang: Lang) -> &'static str {
    match agreement {
        Agreement::Same => lang.pick("一致", "the same"),
        Agreement::Different => lang.pick("<strong>相違</strong>", "<strong>different</strong>"),
        Agreement::OneSide => lang.pick("片方のみ", "one side only"),
        Agreement::Neither => "—",
    }
}

/// The button that uncovers a field; those uncovered before stay so.
fn show(row: &Row, open: &[IdentityField], here: &str, name: &str, lang: Lang) -> String {
    if !row.covered {
        return String::new();
    }
    let before: String = open
        .iter()
        .map(|field| format!("<input type=\"hidden\" name=\"field\" value=\"{}\">", field.code()))
        .collect();
    let text = lang.pick("表示", "Show");
    format!(
        "<form method=\"post\" action=\"{here}/show\">{before}<button class=\"small\" name=\"field\" value=\"{}\" aria-label=\"{text}: {name}\">{text}</button></form>",
        row.field.code()
    )
}

fn values(side: &[Vec<Piece>], row: &Row, lang: Lang) -> String {
    if side.is_empty() {
        return format!("<span class=\"quiet\">{}</span>", lang.pick("記載なし", "not stated"));
    }
    let value = |pieces: &Vec<Piece>| -> String {
        if let (IdentityField::Sex, [only]) = (row.field, pieces.as_slice()) {
            return sex(only, lang);
        }
        pieces.iter().map(|piece| one(piece, lang)).collect()
    };
    let listed = if row.covered { side.len().min(MOST_COVERED) } else { side.len() };
    let mut out: String = side
        .iter()
        .take(listed)
        .map(|pieces| format!("<span class=\"value\">{}</span>", value(pieces)))
        .collect();
    if side.len() > listed {
        let rest = side.len() - listed;
        let words = match lang {
            Lang::Ja => format!("ほか {rest} 件"),
            Lang::En => format!("{rest} more"),
        };
        let _ = write!(out, "<span class=\"value quiet\">{words}</span>");
    }
    out
}

fn one(piece: &Piece, lang: Lang) -> String {
    let text: Vec<char> = piece.text.expose().chars().collect();
    let runs: String = text
        .chunk_by(|x, y| (*x == COVER) == (*y == COVER))
        .map(|run| {
            let text: String = run.iter().collect();
            if run.first() == Some(&COVER) {
                let words = match lang {
                    Lang::Ja => format!("（伏せた{}字）", run.len()),
                    Lang::En => format!(" ({} covered) ", run.len()),
                };
                format!("<span class=\"cover\" aria-hidden=\"true\">{text}</span><span class=\"spoken\">{words}</span>")
            } else {
                Text(&text).to_string()
            }
        })
        .collect();
    if piece.differs {
        format!("<mark><span class=\"spoken\">{}</span>{runs}</mark>", lang.pick("［相違］", " (differs) "))
    } else {
        runs
    }
}

/// 男 and not `M`.
fn sex(piece: &Piece, lang: Lang) -> String {
    let code = piece.text.expose();
    let word = match code.as_str() {
        "M" => lang.pick("男", "male"),
        "F" => lang.pick("女", "female"),
        "O" => lang.pick("その他", "other"),
        _ => lang.pick("不明", "unknown"),
    };
    if piece.differs { format!("<mark>{}</mark>", Text(word)) } else { Text(word).to_string() }
}

fn form(m: &mut String, view: &PairView, here: &str, lang: Lang) {
    let heading = if view.decision.is_some() {
        lang.pick("判断を改める", "Change the answer")
    } else {
        lang.pick("判断", "Your answer")
    };
    let _ = writeln!(
        m,
        "<section class=\"answer\" id=\"answer\"><h2>{heading}</h2>\n<form method=\"post\" action=\"{here}/decide\" autocomplete=\"off\">"
    );
    let _ = writeln!(
        m,
        "<p><label for=\"reason\">{}</label><br><input id=\"reason\" name=\"reason\" list=\"reasons\" maxlength=\"400\"></p>\n<datalist id=\"reasons\">",
        lang.pick("理由（任意。金庫にのみ保管します）", "Reason (optional; kept in the vault only)")
    );
    for (ja, en) in REASONS {
        let _ = write!(m, "<option value=\"{}\">", lang.pick(ja, en));
    }
    m.push_str("</datalist>\n<p class=\"buttons\">");
    for (code, key, say) in
        [("same", "s", Answer::Same), ("different", "d", Answer::Different), ("unsure", "u", Answer::Unsure)]
    {
        let _ = write!(
            m,
            "<button name=\"answer\" value=\"{code}\" accesskey=\"{key}\">{} <kbd>{key}</kbd></button>",
            answer(say, lang)
        );
    }
    let keys = lang.pick(
        "キー操作: Tab で移動、Enter で決定。Alt（Firefox は Alt+Shift、macOS は Control+Option）と文字の同時押しで直接選べます。s 同一人、d 別人、u 判断できない、j 次、k 前、z 取消し。",
        "Keys: Tab moves, Enter chooses. With Alt (Firefox Alt+Shift, macOS Control+Option): s one person, d two persons, u cannot be told, j next, k previous, z undo.",
    );
    let _ = writeln!(m, "</p></form><p class=\"quiet keys\">{keys}</p></section>");
}

/// Reasons at hand; any other can be written.
const REASONS: [(&str, &str); 7] = [
    ("婚姻などによる改姓", "change of name, such as marriage"),
    ("転居", "moved house"),
    ("入力の誤り", "typing error"),
    ("双子・兄弟姉妹", "twins or siblings"),
    ("親子・配偶者", "parent, child or spouse"),
    ("同姓同名", "namesake"),
    ("情報が足りない", "too little is known"),
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use kiban_model::SubjectId;

    #[test]
    fn an_answered_pair_is_followed_by_the_first_that_waits() {
        let pair = |a, b| (SubjectId(a), SubjectId(b));
        let list = [pair(1, 2), pair(3, 4), pair(5, 6)];
        let around = Around::among(&list, pair(4, 3));
        assert_eq!(
            (around.place, around.previous, around.next),
            (Some((2, 3)), Some(pair(1, 2)), Some(pair(5, 6)))
        );
        assert_eq!(Around::among(&list, pair(5, 6)).next, None);
        assert_eq!(Around::among(&list, pair(7, 8)).next, Some(pair(1, 2)));
        assert_eq!(Around::among(&[], pair(7, 8)), Around::default());
    }
}
