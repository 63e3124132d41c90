//! From an address to a municipality and prefecture (全国地方公共団体コード), for the columns that may leave the vault.
//!
//! Only the code comes out, never the address. An address that names no municipality of the table gives `None`: nothing
//! is guessed. Data: `data/municipalities.csv`, the codes and names of the local governments of Japan (public facts).

use std::collections::HashMap;
use std::sync::LazyLock;

/// A municipality (市区町村).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Municipality {
    /// 5-digit code without the check digit.
    pub code: &'static str,
    /// Name, ward included: 札幌市中央区.
    pub name: &'static str,
    /// Prefecture name.
    pub prefecture: &'static str,
}

impl Municipality {
    /// 2-digit prefecture code (JIS X 0401).
    pub fn prefecture_code(&self) -> &'static str {
        self.code.get(..2).unwrap_or("")
    }
}

static ALL: LazyLock<Vec<Municipality>> = LazyLock::new(|| {
    include_str!("../data/municipalities.csv")
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut cells = line.split(',');
            Some(Municipality { code: cells.next()?, prefecture: cells.next()?, name: cells.next()? })
        })
        .collect()
});

/// Municipalities by prefecture, longest name first, so that a ward wins over its city.
static BY_PREFECTURE: LazyLock<HashMap<&'static str, Vec<&'static Municipality>>> = LazyLock::new(|| {
    let mut map: HashMap<&str, Vec<&Municipality>> = HashMap::new();
    for municipality in ALL.iter() {
        map.entry(municipality.prefecture).or_default().push(municipality);
    }
    for list in map.values_mut() {
        list.sort_by_key(|m| std::cmp::Reverse(m.name.len()));
    }
    map
});

/// All municipalities, by code.
pub fn all() -> &'static [Municipality] {
    &ALL
}

/// The municipality of a code.
pub fn by_code(code: &str) -> Option<&'static Municipality> {
    ALL.binary_search_by(|m| m.code.cmp(code)).ok().and_then(|at| ALL.get(at))
}

/// Name of a prefecture by its 2-digit code.
pub fn prefecture_name(code: &str) -> Option<&'static str> {
    ALL.iter().find(|m| m.prefecture_code() == code).map(|m| m.prefecture)
}

/// 2-digit code of the prefecture an address begins with.
pub fn prefecture_of(address: &str) -> Option<&'static str> {
    let address = squeeze(address);
    let name = BY_PREFECTURE.keys().find(|name| address.starts_with(**name))?;
    BY_PREFECTURE.get(name).and_then(|list| list.first()).map(|m| m.prefecture_code())
}

/// The municipality an address begins with. Without a prefecture, only a name that is unique in Japan is taken.
///
/// ```
/// let found = kiban_model::region::municipality_of("静岡県静岡市登呂１−３−５").unwrap();
/// assert_eq!((found.code, found.prefecture_code()), ("22100", "22"));
/// ```
pub fn municipality_of(address: &str) -> Option<&'static Municipality> {
    let address = squeeze(address);
    if let Some((prefecture, list)) = BY_PREFECTURE.iter().find(|(name, _)| address.starts_with(**name)) {
        let rest = address.get(prefecture.len()..)?;
        return longest(list, rest).or_else(|| longest(list, after_county(rest)?));
    }
    let mut found: Option<&'static Municipality> = None;
    for list in BY_PREFECTURE.values() {
        if let Some(here) = longest(list, &address) {
            match found {
                Some(other) if other.name.len() == here.name.len() => return None,
                Some(other) if other.name.len() > here.name.len() => {}
                _ => found = Some(here),
            }
        }
    }
    found
}

fn longest(list: &[&'static Municipality], address: &str) -> Option<&'static Municipality> {
    list.iter().copied().find(|m| address.starts_with(m.name))
}

/// Addresses name the county (郡), or the island (三宅島三宅村), that the table of municipalities leaves out.
fn after_county(address: &str) -> Option<&str> {
    let (at, found) = address.char_indices().take(8).find(|(_, c)| matches!(c, '郡' | '島'))?;
    address.get(at + found.len_utf8()..)
}

fn squeeze(address: &str) -> String {
    address.chars().filter(|c| !c.is_whitespace() && *c != '\u{3000}').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wards_win_over_cities_and_counties_are_skipped() {
        let code = |address| municipality_of(address).map(|m| m.code);
        assert_eq!(code("北海道札幌市中央区北一条西２丁目"), Some("01101"));
        assert_eq!(code("東京都　府中市南町99丁目9番13号"), Some("13206"));
        assert_eq!(code("北海道石狩郡当別町白樺町５８"), Some("01303"));
        assert_eq!(code("東京都三宅島三宅村阿古"), Some("13381"));
        assert_eq!(code("東京都八丈島八丈町大賀郷"), Some("13401"));
        assert_eq!(code("府中市南町"), None, "two prefectures have a 府中市");
        assert_eq!(code("札幌市中央区"), Some("01101"));
        assert_eq!(code("どこか"), None);
        assert_eq!(code(""), None);
    }

    #[test]
    fn every_code_is_found_again_by_its_own_name() {
        assert!(all().len() > 1_900);
        for municipality in all() {
            assert_eq!(by_code(municipality.code), Some(municipality));
            let written = format!("{}{}１丁目", municipality.prefecture, municipality.name);
            assert_eq!(
                municipality_of(&written).map(|m| m.code),
                Some(municipality.code),
                "{}",
                municipality.code
            );
        }
        assert_eq!(prefecture_of("大阪府大阪市"), Some("27"));
        assert_eq!(prefecture_name("47"), Some("沖縄県"));
    }
}
