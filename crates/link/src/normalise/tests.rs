//! Spellings that are one, and spellings that are not, by table.

use super::*;

fn names(kanji: &str, kana: &str) -> Names {
    normalise_names(kanji, kana, "")
}

#[test]
fn old_and_variant_kanji_have_one_match_form() {
    let one = [
        ("髙橋", "高橋"),
        ("山﨑", "山崎"),
        ("渡邉", "渡辺"),
        ("渡邊", "渡辺"),
        ("齋藤", "斎藤"),
        ("齊藤", "斉藤"),
        ("斎藤", "斉藤"),
        ("濵田", "浜田"),
        ("濱田", "浜田"),
        ("廣瀨", "広瀬"),
        ("國枝", "国枝"),
        ("澤田", "沢田"),
        ("櫻井", "桜井"),
        ("眞鍋", "真鍋"),
        ("惠子", "恵子"),
        ("壽", "寿"),
        ("龍", "竜"),
        ("嶋", "島"),
        ("嶌", "島"),
        ("桒原", "桑原"),
        ("槗本", "橋本"),
        ("𠮷田", "吉田"),
        ("冨田", "富田"),
        ("淵上", "渕上"),
        ("佐々木", "佐佐木"),
        ("葛\u{E0100}城", "葛城"),
        ("さくら", "サクラ"),
        ("塚\u{FA10}", "塚塚"),
    ];
    for (a, b) in one {
        assert_eq!(kanji_match_form(&fold(a)), kanji_match_form(&fold(b)), "{a} {b}");
    }
    for (a, b) in [("佐藤", "左藤"), ("太田", "大田"), ("川島", "河島"), ("祐介", "佑介")] {
        assert_ne!(kanji_match_form(&fold(a)), kanji_match_form(&fold(b)), "{a} {b}");
    }
}

#[test]
fn readings_have_one_match_form() {
    let form = |text: &str| kana_match_form(&fold(text));
    let one = [
        ("ﾔﾏｻﾞｷ", "やまざき"),
        ("キョウコ", "キヨウコ"),
        ("オオノ", "オーノ"),
        ("トオル", "トウル"),
        ("ケーコ", "ケイコ"),
        ("ツヅキ", "ツズキ"),
        ("チヂワ", "チジワ"),
        ("ヴァン", "バン"),
        ("ｳﾞｨｸﾄﾙ", "ビクトル"),
        ("ハ゛ハ゛", "ババ"),
        ("カヲル", "カオル"),
        ("イッペイ", "イツペイ"),
    ];
    for (a, b) in one {
        assert_eq!(form(a), form(b), "{a} {b}");
    }
    assert_ne!(form("ヨウコ"), form("ヨコ"));
    let chars = |text: &str| form(text).chars().collect::<Vec<_>>();
    assert!(same_but_for_voicing(&chars("ヤマザキ"), &chars("ヤマサキ")));
    assert!(!same_but_for_voicing(&chars("ヤマダ"), &chars("ヤマナ")));
}

#[test]
fn names_come_apart_and_lose_what_is_no_name() {
    for text in ["山田　太郎", "山田 太郎", "山田　太郎 様", "山田　太郎様", "山田　太郎殿", "山田^太郎"]
    {
        let name = names(text, "").kanji;
        assert_eq!((name.family.as_str(), name.given.as_str()), ("山田", "太郎"), "{text}");
    }
    let whole = names("山田太郎", "ヤマダタロウ");
    assert!(
        whole.kanji.family.is_empty()
            && whole.kanji.whole == "山田太郎"
            && whole.kana.whole == "ヤマダタロウ"
    );
    assert_eq!(names("高■　花", "").kanji.family, "高■");
    assert_eq!(names("高〓　花", "").kanji.family, "高■");
    assert!(names("■■", "").kanji.whole.is_empty(), "nothing but wildcards says nothing");
    assert_eq!(names("Smith　John", "").roman.family, "smith");
    let unknown = names("John Smith", "");
    assert!(unknown.kanji.whole.is_empty() && unknown.roman.unordered);
    assert_eq!(
        names("マイケル・ジャクソン", "").kana.given,
        "ジヤクソン",
        "a name in kana is its own reading"
    );
    assert_eq!(normalise_names("", "", "Dr. Müller, Jürgen").roman.family, "muller");
}

#[test]
fn test_patients_are_seen_and_real_names_are_not_taken_for_them() {
    for text in
        ["テスト　太郎", "テスト太郎", "ﾃｽﾄ ﾀﾛｳ", "山田　テスト", "試験患者", "ダミー　一", "TEST PATIENT"]
    {
        assert!(names(text, "").test_patient, "{text}");
    }
    for text in ["手島　太郎", "試　験太", "Testa Maria", "佐藤　花"] {
        assert!(!names(text, "").test_patient, "{text}");
    }
}

#[test]
fn romanisations_are_one_sound() {
    let one = [
        ("ohno", "ono"),
        ("shinichi", "sinniti"),
        ("kyoko", "kiyoko"),
        ("joji", "zyozi"),
        ("kenta", "kenta"),
    ];
    for (a, b) in one {
        assert_eq!(sound(a), sound(b), "{a} {b}");
    }
    assert_eq!(sound(&kana_to_roman("ツチヤ")), sound("tsuchiya"));
    assert_eq!(sound(&kana_to_roman("オウノ")), sound("ohno"));
    assert_ne!(sound("ohara"), sound("oara"));
}

#[test]
fn addresses_are_one_door_however_written() {
    let same = [
        "静岡県静岡市葵区追手町九丁目６番地１　メゾン追手７０１号室",
        "静岡県静岡市葵区追手町9-6-1",
        "静岡市葵区追手町９－６－１",
        "静岡県静岡市葵区大字追手町9丁目6番1号",
        "静岡県　静岡市葵区追手町九丁目六番一号",
    ];
    for text in same {
        let a = normalise_address(text);
        assert_eq!((a.prefecture.as_str(), a.municipality.as_str()), ("22", "22101"), "{text}");
        assert_eq!(a.blocks, "9-6-1", "{text}");
        assert_eq!(a.locality, "静岡市葵区追手町", "{text}");
    }
    let cases = [
        ("東京都千代田区一番町10-2", "千代田区一番町", "10-2"),
        ("北海道札幌市中央区北一条西２丁目", "札幌市中央区北一条西", "2"),
        ("北海道石狩郡当別町白樺町58番地", "当別町白樺町", "58"),
        ("福島県郡山市朝日一丁目23番7号", "郡山市朝日", "1-23-7"),
        ("奈良県大和郡山市北郡山町248-4", "大和郡山市北郡山町", "248-4"),
        ("どこか三丁目二十一番地百五号", "ドコカ", "3-21-105"),
        ("1-2-3-404", "", "1-2-3"),
    ];
    for (text, locality, blocks) in cases {
        let a = normalise_address(text);
        assert_eq!((a.locality.as_str(), a.blocks.as_str()), (locality, blocks), "{text}");
    }
    assert_eq!(
        normalise_address("存在県幻市夢町1-1").municipality,
        "存在県幻市",
        "an unknown place keeps its text"
    );
}

#[test]
fn numbers_lose_width_dashes_and_leading_zeros() {
    assert_eq!(normalise_phone("（０３）１２３４ー５６７８").as_deref(), Ok("0312345678"));
    assert_eq!(normalise_phone("").as_deref(), Ok(""));
    assert_eq!(normalise_phone("12"), Err(Implausible::Length));
    assert_eq!(normalise_phone("99999999999"), Err(Implausible::Placeholder));
    assert_eq!(normalise_postal_code("〒１００－８９１６").as_deref(), Ok("1008916"));
    assert_eq!(normalise_postal_code("000-0000"), Err(Implausible::Placeholder));
    let (a, none) = normalise_insurance("00140077", "０１", "０００１２３４", "01");
    let (b, _) = normalise_insurance("140077", "1", "1234", "1");
    assert!(a == b && none.is_none());
    assert!(normalise_insurance("39110566", "", "13757837", "").0.personal);
    let (aside, reason) = normalise_insurance("06130012", "1", "99999999", "");
    assert!(aside.number.is_empty() && reason == Some(Implausible::Placeholder));
}

#[test]
fn placeholders_of_birth_dates_are_missing() {
    use kiban_model::DateAsGiven;
    for text in ["1900-01-01", "1900", "1899-12-31", "1901-01-01"] {
        assert!(normalise_birth(&DateAsGiven::parse_iso(text).unwrap()).is_none(), "{text}");
    }
    for text in ["1900-01-02", "1970-01-01", "2000-01"] {
        assert!(normalise_birth(&DateAsGiven::parse_iso(text).unwrap()).is_some(), "{text}");
    }
}
