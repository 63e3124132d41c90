//! What holds for every text: forms are stable, nothing panics, the pieces agree with a slower reading of the same address.

use super::super::*;
use proptest::prelude::*;

/// Texts as records have them: kana, kanji, Latin letters, digits, marks, in any mixture.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[ァ-ヾぁ-ゞーｱ-ﾟ゛゜ -]{0,12}",
        "[一-龠々髙﨑邉𠮷〓■ 　・（）()→旧姓様児ベビーテスト0-9]{0,14}",
        "[A-Za-zé',. -]{0,20}",
        "[0-9０-９一二三十百千〇丁目番地号のノー−－条線 　A-Fビル室階〒+内線/-]{0,24}",
        "[明治大正昭和平令元年月日SHTR0-9０-９一二三十./ -]{0,16}",
    ]
}

/// Digits in one of the ways people type them.
fn written(number: u16, way: u8) -> String {
    const KANJI: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    let wide = |c: char| char::from_u32(c as u32 - '0' as u32 + '０' as u32).unwrap_or(c);
    match way % 3 {
        0 => number.to_string(),
        1 => number.to_string().chars().map(wide).collect(),
        _ => {
            let mut text = String::new();
            for (value, unit) in [(number / 100, "百"), (number / 10 % 10, "十")] {
                if value > 1 {
                    text.extend(KANJI.get(usize::from(value)));
                }
                if value > 0 {
                    text.push_str(unit);
                }
            }
            text.extend(KANJI.get(usize::from(number % 10)).filter(|_| !number.is_multiple_of(10)));
            text
        }
    }
}

proptest! {
    #[test]
    fn forms_are_stable(text in texts()) {
        let folded = fold(&text);
        prop_assert_eq!(fold(&folded), folded.clone());
        let kanji = kanji_match_form(&folded);
        prop_assert_eq!(kanji_match_form(&kanji), kanji);
        let kana = kana_match_form(&folded);
        prop_assert_eq!(kana_match_form(&kana), kana.clone());
        let roman = roman_match_form(&folded);
        prop_assert_eq!(roman_match_form(&roman), roman.clone());
        let sounds = sound(&roman);
        prop_assert_eq!(sound(&sounds), sounds);
        let identifier = normalise_identifier(&text);
        prop_assert_eq!(normalise_identifier(&identifier), identifier);
        if let Ok(digits) = normalise_phone(&text) {
            prop_assert_eq!(normalise_phone(&digits), Ok(digits));
        }
        if let Ok(Some(birth)) = parse_birth(&text) && birth.is_full() {
            let iso = format!("{:04}-{:02}-{:02}", birth.year, birth.month, birth.day);
            prop_assert!(parse_birth(&iso) == Ok(Some(birth)));
        }
    }

    #[test]
    fn names_in_match_form_are_stable(text in "[ァ-ヾ一-龠々髙﨑邉 　]{0,10}") {
        let once = normalise_names(&text, "", "");
        let joined = |name: &Name| if name.family.is_empty() {
            name.whole.clone()
        } else {
            format!("{}\u{3000}{}", name.family, name.given)
        };
        let again = normalise_names(&joined(&once.kanji), "", "");
        prop_assert!(once.test_patient || once.newborn || again.kanji == once.kanji);
    }

    #[test]
    fn the_fast_reading_of_names_agrees_with_the_slow_one(
        family in "[ァ-ヴぁ-ゔｱ-ﾟ]{1,5}|[一-龠々髙﨑邉]{1,3}|テスト|ﾃｽﾄ|試験|ダミー|サンプル|故",
        space in "[ 　]{1,2}",
        given in "[ァ-ヴぁ-ゔｱ-ﾟ]{1,5}|[一-龠々子児君様]{1,3}|太郎様|花子さん|ベビー|ﾍﾞﾋﾞｰ|テスト|チャン",
    ) {
        let text = format!("{family}{space}{given}");
        if let Some((family, given)) = plain_name(&text) {
            let name = |form: fn(&str) -> String| {
                let (family, given) = (form(&fold(family)), form(&fold(given)));
                Name { whole: format!("{family}{given}"), family, given, unordered: false }
            };
            let slow = normalise_names(&text, &text, "");
            prop_assert!(!slow.test_patient && !slow.newborn && slow.maiden.is_none());
            prop_assert!(slow.kanji == name(kanji_match_form), "{}", text);
            prop_assert!(slow.written == name(str::to_owned), "{}", text);
            let kana = name(kana_match_form);
            prop_assert!(slow.kana == kana || kana.family.is_empty() || kana.given.is_empty(), "{}", text);
        }
    }

    #[test]
    fn nothing_panics(a in texts(), b in texts(), c in texts()) {
        let names = normalise_names(&a, &b, &c);
        prop_assert!(!names.test_patient || names.kanji.whole.is_empty());
        let (head, tail) = split_at_blocks(&a);
        prop_assert!(a.contains(head) && a.contains(tail));
        prop_assert!(blocks(tail).given().len() <= 3);
        let address = normalise_address(&a);
        prop_assert!(address.blocks.is_empty() || address.blocks.bytes().all(|b| b.is_ascii_digit() || b == b'-'));
        normalise_insurance(&a, &b, &c, &a);
        prop_assert!(phone_numbers(&b).count() <= b.chars().count());
    }

    #[test]
    fn a_place_is_stable(head in "[一-龠々ヶケがのノ髙大字郡市区町村北0-9条]{0,12}") {
        let once = place(&head);
        let again = place(&once.locality);
        prop_assert_eq!(again.locality == once.locality, true);
    }

    #[test]
    fn addresses_are_read_however_written(
        at in any::<prop::sample::Index>(),
        town in prop::sample::select(vec!["本町", "一番町", "三田", "大字千代", "丸の内", "四条通", "桜ヶ丘", "北二十二条西"]),
        numbers in prop::collection::vec(1u16..=49, 1..=3),
        room in prop::option::of(101u16..=999),
        ways in prop::collection::vec(0u8..6, 4),
    ) {
        let region = kiban_model::region::all();
        let municipality = at.get(region);
        let way = |at: usize| ways.get(at).copied().unwrap_or(0);
        let mut text = format!("{}{}{town}", municipality.prefecture, municipality.name);
        for (at, number) in numbers.iter().enumerate() {
            let last = at + 1 == numbers.len();
            // Numerals in kanji need the words; digits can have either.
            let digits = written(*number, way(at));
            let words = ["丁目", "番", "号"].get(at).copied().unwrap_or("");
            let dash = if way(3) % 2 == 0 { "-" } else { "－" };
            match (way(at) % 3 == 2, way(3) < 3, last) {
                (true, ..) | (_, true, _) => { text.push_str(&digits); text.push_str(words); }
                (.., false) => { text.push_str(&digits); text.push_str(dash); }
                (.., true) => text.push_str(&digits),
            }
        }
        if let Some(room) = room {
            text.push_str("　みどりハイツ");
            text.push_str(&written(room, way(3) % 2));
            text.push_str("号室");
        }
        let (head, tail) = split_at_blocks(&text);
        let head_expected = format!("{}{}{town}", municipality.prefecture, municipality.name);
        prop_assert_eq!(head, head_expected.as_str());
        let found = blocks(tail);
        prop_assert_eq!(found.given(), numbers.as_slice());
        prop_assert_eq!(found.room, room.unwrap_or(0));
        let address = normalise_address(&text);
        prop_assert_eq!(address.municipality.as_str(), municipality.code);
        let joined: Vec<String> = numbers.iter().map(u16::to_string).collect();
        prop_assert_eq!(address.blocks, joined.join("-"));
    }
}
