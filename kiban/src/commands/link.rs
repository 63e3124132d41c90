//! `kiban link` and what belongs to it: review, merge, split, undo, explain, history, sample, report

use super::{Outcome, story, today};
use crate::arguments::{Language, LinkAction, Review, Word};
use crate::console::Console;
use kiban_app::link::{Answer, Explained, History, Reviewer};
use kiban_app::{Operator, Secret};
use kiban_model::{Private, SubjectId};
use kiban_portal::Desk;
use std::path::Path;
use std::process::ExitCode;

/// Longer queues are listed in part; the desk shows them as they shrink.
const LISTED: u32 = 1000;

pub(super) fn link(operator: &Operator, in_full: bool, on: &str, console: &Console) -> Outcome {
    let tell = |progress| console.progress(progress);
    let linked = if in_full { operator.link_in_full(on, &tell)? } else { operator.link(on, &tell)? };
    console.tell_machine(&linked);
    if !linked.new {
        console.say(console.pick("前回から変わっていません。", "nothing has changed since the last run."));
    }
    story::linked(&linked, console);
    Ok(ExitCode::SUCCESS)
}

pub(super) fn run(operator: Operator, action: &LinkAction, on: &str, console: &Console) -> Outcome {
    match action {
        LinkAction::Review(review) if review.serve => return serve(operator, review, console),
        LinkAction::Review(_) => list(&operator, console)?,
        LinkAction::Merge(pair) => {
            decide(&operator, (pair.a, pair.b), Answer::Same, &pair.word, on, console)?
        }
        LinkAction::Split(pair) => {
            decide(&operator, (pair.a, pair.b), Answer::Different, &pair.word, on, console)?;
        }
        LinkAction::Undo { decision, word } => {
            let undone =
                operator.undo_decision(*decision, &Private::new(word.reason.clone()), &reviewer(word, on))?;
            console
                .tell_machine(&serde_json::json!({ "undone": decision, "a": undone.a.0, "b": undone.b.0 }));
            console.say(console.pick(
                "取り消しました。`kiban link` で反映されます。",
                "taken back; `kiban link` applies it.",
            ));
        }
        LinkAction::Explain { a, b } => {
            let explained = operator.explain_pair(SubjectId(*a), SubjectId(*b))?;
            console.tell_machine(&explained);
            explain(&explained, console);
        }
        LinkAction::History { number } => {
            let history = operator.link_history(*number)?;
            console.tell_machine(&history);
            tell_history(&operator, &history, console)?;
        }
        LinkAction::Sample { size, seed } => {
            let sample = operator.draw_sample(*size, *seed, on)?;
            console.tell_machine(&serde_json::json!({ "sample": sample.number, "run": sample.run, "pairs": sample.pairs.len() }));
            console.say(&format!(
                "{} {}: {} {}",
                console.pick("標本", "sample"),
                sample.number,
                sample.pairs.len(),
                console.pick(
                    "組。`kiban link review --serve --by 氏名` で回答してください。",
                    "pairs; answer them at `kiban link review --serve --by NAME`."
                ),
            ));
        }
        LinkAction::Report { out } => report(&operator, out, on, console)?,
    }
    Ok(ExitCode::SUCCESS)
}

type Done = Result<(), Box<dyn std::error::Error>>;

fn reviewer(word: &Word, on: &str) -> Reviewer {
    Reviewer { by: word.by.clone(), on: on.to_owned() }
}

fn list(operator: &Operator, console: &Console) -> Done {
    let queue = operator.review_queue(LISTED)?;
    let evidence = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap_or_default();
    let list: Vec<_> = queue
        .iter()
        .map(|p| {
            serde_json::json!({
                "a": p.a.0, "b": p.b.0, "probability": p.probability, "joined": p.joined, "why": p.why, "value": p.value,
                "evidence": evidence(&p.evidence),
            })
        })
        .collect();
    console.tell_machine(&list);
    for pair in &queue {
        console.say(&format!("{} {}", pair.a.0, pair.b.0));
        explain(&operator.explain_pair(pair.a, pair.b)?, console);
    }
    console.say(&format!("{} {}", console.pick("確認待ち:", "waiting:"), operator.pairs_waiting()?));
    console.say(console.pick(
        "画面で確認するには: kiban link review --serve --by 氏名",
        "to look at them: kiban link review --serve --by NAME",
    ));
    Ok(())
}

fn decide(
    operator: &Operator,
    (a, b): (i64, i64),
    answer: Answer,
    word: &Word,
    on: &str,
    console: &Console,
) -> Done {
    let reason = Private::new(word.reason.clone());
    let number = operator.decide_pair((SubjectId(a), SubjectId(b)), answer, &reason, &reviewer(word, on))?;
    console.tell_machine(&serde_json::json!({ "decision": number, "a": a, "b": b, "answer": answer }));
    console.say(&format!(
        "{} {number}: {}",
        console.pick("判断", "decision"),
        console.pick("記録しました。`kiban link` で反映されます。", "recorded; `kiban link` applies it.")
    ));
    Ok(())
}

const fn said<'a>(answer: Answer, console: &Console) -> &'a str {
    match answer {
        Answer::Same => console.pick("同一人", "one person"),
        Answer::Different => console.pick("別人", "two persons"),
        Answer::Unsure => console.pick("判断できない", "cannot be told"),
    }
}

fn explain(explained: &Explained, console: &Console) {
    match explained.person {
        Some(person) => console.say(&format!(
            "  {} {}",
            console.pick("同一人としています: 本人", "one person:"),
            person.0
        )),
        None => console.say(console.pick("  別人としています。", "  two persons.")),
    }
    if let Some((number, answer, by, on)) = &explained.decision {
        let (name, said) = (console.pick("人の判断", "decision"), said(*answer, console));
        console.say(&format!("  {name} {number}: {said} ({by}, {on})"));
    }
    match &explained.judgement {
        Some(judgement) => {
            let words = judgement.words((explained.a, explained.b));
            console.say(&format!("  {} {}", console.pick("名寄せの回:", "linkage run"), judgement.run));
            if let Some(why) = judgement.why {
                console.say(&format!("  {} {}", console.pick("確認する理由:", "asked because:"), console.pick(why.words().0, why.words().1)));
            }
            for line in console.pick(&words.japanese, &words.english).lines() {
                console.say(&format!("    {line}"));
            }
        }
        None => console.say(console.pick(
            "  直近の名寄せはこの組の比較を残していません（比べていないか、確率が1%未満）。改めて計算はしません。",
            "  the last run kept no comparison of these two (not compared, or under 1 %). Nothing is computed anew.",
        )),
    }
    for (from, to, probability) in &explained.through {
        console.say(&format!("    {} → {}  {:.1}%", from.0, to.0, probability * 100.0));
    }
}

fn tell_history(operator: &Operator, history: &History, console: &Console) -> Done {
    let decisions = operator.link_decisions()?;
    let numbers =
        |subjects: &[SubjectId]| subjects.iter().map(|s| s.0.to_string()).collect::<Vec<_>>().join(" ");
    console.say(&format!(
        "{} {}  {} {}",
        console.pick("本人", "person"),
        history.person.0,
        console.pick("現在:", "now:"),
        if history.now.is_empty() {
            console.pick("なし（他の本人に統合）", "nobody (taken into another)").to_owned()
        } else {
            numbers(&history.now)
        }
    ));
    for step in &history.steps {
        console.say(&format!("  {} {} {}", console.pick("名寄せ", "run"), step.run, step.on));
        for (subject, from) in &step.came {
            let origin = from
                .map_or_else(|| console.pick("初出", "first placed").to_owned(), |p| format!("← {}", p.0));
            console.say(&format!("    + {} {origin}", subject.0));
        }
        for (subject, to) in &step.went {
            console.say(&format!("    − {} → {}", subject.0, to.0));
        }
        for (number, taken_back) in
            step.decided.iter().map(|n| (n, false)).chain(step.undone.iter().map(|n| (n, true)))
        {
            let Some(decision) = decisions.iter().find(|d| d.number == *number) else { continue };
            let undone = decision.undone.as_ref().filter(|_| taken_back);
            let (by, on) = undone.map_or((&decision.by, &decision.on), |u| (&u.by, &u.on));
            let what = if taken_back {
                console.pick("取り消された判断", "taken back: decision")
            } else {
                console.pick("判断", "decision")
            };
            console.say(&format!(
                "    {what} {number}: {} {} {} ({by}, {on})",
                decision.a.0,
                decision.b.0,
                said(decision.answer, console)
            ));
        }
        if !step.snapshots.is_empty() {
            console.say(&format!(
                "    {} {}",
                console.pick("この状態のスナップショット:", "snapshots that show this:"),
                step.snapshots.join(" ")
            ));
        }
    }
    Ok(())
}

fn report(operator: &Operator, out: &Path, on: &str, console: &Console) -> Done {
    let report = operator.quality_report(on)?;
    std::fs::write(out, kiban_portal::quality_page(&report))?;
    console.tell_machine(&report);
    console.say(&format!(
        "{} {}",
        console.pick("品質報告を書きました:", "quality report written:"),
        out.display()
    ));
    Ok(())
}

fn serve(operator: Operator, review: &Review, console: &Console) -> Outcome {
    // Fresh for this process: whoever does not see this terminal cannot name an address of the desk.
    let key = Private::new(Secret::random()?.digest_text("review desk", &[]));
    let desk = Desk::new(operator, review.by.clone().unwrap_or_default(), today, key);
    let first = desk.first_path(match console.language() {
        Language::Ja => kiban_model::words::Lang::Ja,
        Language::En => kiban_model::words::Lang::En,
    });
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", review.port)).await?;
        let address = format!("http://{}{}", listener.local_addr()?, first.expose());
        console.tell_machine(&serde_json::json!({ "desk": address }));
        console.say(&format!("{} {address}", console.pick("確認の窓口:", "the desk:")));
        console.say(console.pick(
            "このアドレスは鍵を含みます。人に渡さないでください。終了は Ctrl-C",
            "the address holds the key of the desk: give it to nobody. Ctrl-C ends",
        ));
        let stop = async {
            let _ = tokio::signal::ctrl_c().await;
        };
        kiban_portal::serve_desk(listener, desk, stop).await?;
        Ok(ExitCode::SUCCESS)
    })
}
