//! Receipts and results in words.

use crate::console::Console;
use kiban_app::link::Linked;
use kiban_app::release::Built;
use kiban_model::delivery::Receipt;

pub(super) fn receipt(receipt: &Receipt, console: &Console) {
    let t = &receipt.total;
    console.say(&format!(
        "{} {} ({})",
        console.pick("受領書", "receipt"),
        receipt.delivery,
        receipt.provider
    ));
    console.say(&format!(
        "  {} {} = {} {} + {} {} + {} {} + {} {}",
        console.pick("読取", "read"),
        t.read,
        console.pick("受入", "admitted"),
        t.admitted,
        console.pick("提供停止", "objected"),
        t.objected,
        console.pick("期間未了", "not yet allowed"),
        t.not_yet,
        console.pick("隔離", "quarantined"),
        t.quarantined,
    ));
    console.say(&format!(
        "  {} {} = {} {} + {} {} + {} {} + {} {} + {} {}",
        console.pick("受入", "admitted"),
        t.admitted,
        console.pick("格納", "stored"),
        t.stored,
        console.pick("旧版", "superseded"),
        t.history,
        console.pick("取消", "cancellations"),
        t.cancellations,
        console.pick("既受入", "already held"),
        t.already_held,
        console.pick("施設等", "about no person"),
        t.reference,
    ));
    for (reason, count) in &receipt.reasons {
        console.say(&format!("    {count:>6}  {reason}"));
    }
    if !receipt.rows.is_empty() {
        let rows: Vec<String> = receipt.rows.iter().map(|(table, n)| format!("{table} {n}")).collect();
        console.say(&format!("  {} {}", console.pick("行:", "rows:"), rows.join(", ")));
    }
}

pub(super) fn linked(linked: &Linked, console: &Console) {
    console.say(&format!(
        "{} {} {} → {} {}  ({} {}, {} {})",
        console.pick("名寄せ:", "linkage:"),
        linked.subjects,
        console.pick("件の提供元別本人", "subjects"),
        linked.persons,
        console.pick("人", "persons"),
        console.pick("複数の提供元にまたがる人", "known to several providers"),
        linked.shared,
        console.pick("要確認の組", "pairs for review"),
        linked.review,
    ));
    if let Some(way) = linked.way {
        let (ja, en) = way.words();
        console.say(&format!(
            "  {} {}  {} {}  {} {}",
            console.pick("方法:", "how:"),
            console.pick(ja, en),
            console.pick("記述", "statements"),
            linked.statements,
            console.pick("比較した組", "pairs compared"),
            linked.pairs_compared,
        ));
    }
    let percent = |share: f64| format!("{:.1}%", share * 100.0);
    if let (Some(precision), Some(recall)) = (linked.estimated_precision, linked.estimated_recall) {
        console.say(&format!(
            "  {} {} / {}",
            console.pick("モデルによる推定 適合率/再現率:", "estimated by the model, precision / recall:"),
            percent(precision),
            percent(recall)
        ));
    }
    for (ja, en) in &linked.set_aside {
        console.say(&format!("  {}", console.pick(ja, en)));
    }
}

pub(super) fn built(built: &Built, console: &Console) {
    let kind = match built.kind.as_str() {
        "anonymized" => console.pick("匿名加工医療情報", "anonymized"),
        "pseudonymized" => console.pick("仮名加工医療情報", "pseudonymized"),
        other => other,
    };
    console.say(&format!(
        "{kind}: {} {} → {} {}  ({} {})",
        built.persons.0,
        console.pick("人", "persons"),
        built.persons.1,
        console.pick("人を提供", "released"),
        console.pick("最小グループ", "smallest group"),
        built.smallest_group,
    ));
    let rows: Vec<String> = built.rows.iter().map(|(table, n)| format!("{table} {n}")).collect();
    console.say(&format!("  {} {}", console.pick("行:", "rows:"), rows.join(", ")));
    console.say(&format!("  {}", built.package.display()));
    console.say(&format!(
        "  {} {}",
        console.pick("委員会用報告書:", "committee's report:"),
        built.committee_report.display()
    ));
}
