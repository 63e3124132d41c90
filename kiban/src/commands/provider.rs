//! `kiban provider …`

use super::Outcome;
use crate::arguments::Provider;
use crate::console::Console;
use kiban_app::Operator;
use std::process::ExitCode;

pub(super) fn run(operator: &Operator, action: &Provider, on: &str, console: &Console) -> Outcome {
    match action {
        Provider::Add { id, name, filed_on, published_on } => {
            let provider = kiban_app::Provider {
                id: id.clone(),
                name: name.clone(),
                filed_on: filed_on.clone(),
                published_on: published_on.clone(),
            };
            operator.put_provider(&provider, on)?;
            console.tell_machine(&serde_json::json!({ "provider": id }));
            console.say(&format!("{} {id}", console.pick("提供元を登録しました:", "provider recorded:")));
        }
        Provider::List => {
            let providers = operator.providers()?;
            let list: Vec<_> = providers
                .iter()
                .map(|p| serde_json::json!({ "provider": p.id, "name": p.name, "filed_on": p.filed_on, "published_on": p.published_on }))
                .collect();
            console.tell_machine(&list);
            for p in providers {
                let day = |d: &Option<String>| d.clone().unwrap_or_else(|| "―".to_owned());
                console.say(&format!(
                    "{:16} {}  {} {}  {} {}",
                    p.id,
                    p.name,
                    console.pick("届出", "filed"),
                    day(&p.filed_on),
                    console.pick("公表", "published"),
                    day(&p.published_on)
                ));
            }
        }
        Provider::Notify { id, given_on, list } => {
            let added = match (given_on, list) {
                (Some(day), _) => {
                    operator.notify_everyone(id, day, on)?;
                    1
                }
                (None, Some(list)) => operator.add_notices(id, list, on)?,
                (None, None) => 0,
            };
            console.tell_machine(&serde_json::json!({ "provider": id, "notices": added }));
            console.say(&format!("{} {added}", console.pick("登録した通知:", "notices recorded:")));
        }
        Provider::Objections { id, list } => {
            let changed = operator.add_objections(id, list, on)?;
            console.tell_machine(&serde_json::json!({ "provider": id, "objections": changed }));
            console.say(&format!(
                "{} {changed}",
                console.pick("登録した提供停止の求め・撤回:", "objections and withdrawals recorded:")
            ));
        }
    }
    Ok(ExitCode::SUCCESS)
}
