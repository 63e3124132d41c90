//! A CodeableConcept as our columns hold it: one code with its system, the text, and all other codings as JSON.

use super::json::Node;
use super::systems;
use serde_json::json;

/// One concept.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Concept {
    /// Preferred code.
    pub code: Option<String>,
    /// Its system's name in our tables.
    pub system: Option<String>,
    /// The concept's text, else the display of the preferred coding, else the first display.
    pub text: Option<String>,
    /// The codings not chosen, as JSON.
    pub others: Option<String>,
    /// Every coding: (system URL, code).
    pub codings: Vec<(String, String)>,
}

impl Concept {
    /// Reads a CodeableConcept (or a Coding, which is one coding without text) and picks by preference of systems.
    pub(super) fn read(node: &Node<'_>, preferred: &[&str]) -> Self {
        let codings: &[Node<'_>] =
            if node.get("coding").is_some() { node.list("coding") } else { node.each() };
        let known: Vec<(usize, &Node<'_>)> =
            codings.iter().enumerate().filter(|(_, c)| c.text_of("code").is_some()).collect();
        let rank = |coding: &Node<'_>| {
            let name = systems::name(coding.text_of("system").unwrap_or(""));
            let local = usize::from(name == kiban_model::tables::systems::LOCAL || name.is_empty());
            preferred.iter().position(|p| *p == name).unwrap_or(preferred.len() + local)
        };
        let chosen = known.iter().min_by_key(|(index, coding)| (rank(coding), *index)).copied();
        let text = node.text_of("text");
        let display = |c: &Node<'_>| c.text_of("display").map(str::to_owned);
        let others: Vec<_> = known
            .iter()
            .filter(|(index, _)| chosen.is_none_or(|(at, _)| at != *index))
            .map(|(_, c)| other(c))
            .collect();
        Self {
            code: chosen.and_then(|(_, c)| c.text_of("code")).map(str::to_owned),
            system: chosen.and_then(|(_, c)| c.text_of("system")).map(|url| systems::name(url).to_owned()),
            text: text
                .map(str::to_owned)
                .or_else(|| chosen.and_then(|(_, c)| display(c)))
                .or_else(|| codings.iter().find_map(display)),
            others: (!others.is_empty()).then(|| serde_json::Value::Array(others).to_string()),
            codings: known
                .iter()
                .map(|(_, c)| {
                    (c.text_of("system").unwrap_or("").to_owned(), c.text_of("code").unwrap_or("").to_owned())
                })
                .collect(),
        }
    }

    /// Whether it says anything.
    pub(super) const fn is_empty(&self) -> bool {
        self.code.is_none() && self.text.is_none()
    }

    /// The code of a system by its name in our tables.
    pub(super) fn code_in(&self, name: &str) -> Option<&str> {
        self.codings.iter().find(|(system, _)| systems::name(system) == name).map(|(_, code)| code.as_str())
    }
}

fn other(coding: &Node<'_>) -> serde_json::Value {
    let mut object = serde_json::Map::new();
    object.insert("code".into(), json!(coding.text_of("code")));
    if let Some(system) = coding.text_of("system") {
        object.insert("system".into(), json!(systems::name(system)));
    }
    if let Some(display) = coding.text_of("display") {
        object.insert("text".into(), json!(display));
    }
    serde_json::Value::Object(object)
}

#[cfg(test)]
mod tests {
    use super::super::json::parse;
    use super::*;

    #[test]
    fn the_preferred_system_wins_wherever_it_stands_and_nothing_is_dropped() {
        let node = parse(
            r#"{"coding":[{"system":"http://h.example/localcode","code":"L1","display":"院内"},{"system":"urn:oid:1.2.392.200119.4.504","code":"3C020000002327101"}],"text":"尿酸"}"#,
            9,
        )
        .unwrap();
        let concept = Concept::read(&node, systems::LABORATORY);
        assert_eq!(concept.code.as_deref(), Some("3C020000002327101"));
        assert_eq!(concept.system.as_deref(), Some("JLAC10"));
        assert_eq!(concept.text.as_deref(), Some("尿酸"));
        assert_eq!(concept.others.as_deref(), Some(r#"[{"code":"L1","system":"local","text":"院内"}]"#));
    }

    #[test]
    fn text_alone_and_codings_alone() {
        assert_eq!(
            Concept::read(&parse(r#"{"text":"頭痛"}"#, 9).unwrap(), systems::ANY).text.as_deref(),
            Some("頭痛")
        );
        let coding = Concept::read(&parse(r#"{"code":"AMB","display":"外来"}"#, 9).unwrap(), systems::ANY);
        assert_eq!((coding.code.as_deref(), coding.system), (Some("AMB"), None));
        assert!(Concept::read(&parse("{}", 9).unwrap(), systems::ANY).is_empty());
        assert!(Concept::read(&parse("3", 9).unwrap(), systems::ANY).is_empty());
    }
}
