//! Addresses that are one door, and where their parts begin.

use super::super::*;

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
fn placeholders_of_birth_dates_are_missing() {
    use kiban_model::DateAsGiven;
    for text in ["1900-01-01", "1900", "1899-12-31", "1901-01-01"] {
        assert!(normalise_birth(&DateAsGiven::parse_iso(text).unwrap()).is_none(), "{text}");
    }
    for text in ["1900-01-02", "1970-01-01", "2000-01"] {
        assert!(normalise_birth(&DateAsGiven::parse_iso(text).unwrap()).is_some(), "{text}");
    }
}

#[test]
fn places_are_one_however_written() {
    let same = [
        ("茨城県龍ケ崎市若柴町", "竜ヶ崎市若柴町"),
        ("東京都千代田区丸の内", "千代田区丸ノ内"),
        ("東京都千代田区丸の内", "東京千代田区丸之内"),
        ("神奈川県足柄上郡大井町金子", "神奈川県大井町金子"),
        ("神奈川県足柄上郡大井町金子", "足柄上郡大井町金子"),
        ("北海道札幌市北区北22条西", "北海道札幌市北区北二十二条西"),
        ("北海道札幌市北区北２２条西", "札幌市北区北二十二条西"),
        ("静岡県静岡市葵区大字追手町", "静岡市葵区追手町"),
        ("福岡県糟屋郡志免町大字南里字中", "志免町南里中"),
        ("千葉県鎌ケ谷市東鎌ケ谷", "鎌が谷市東鎌ヶ谷"),
        ("神奈川県横浜市神奈川区三ツ沢", "横浜市神奈川区三っ沢"),
        ("12 Main Street", "Main  street, 12"),
    ];
    for (a, b) in same {
        let (a, b) = (split_at_blocks(a).0, split_at_blocks(b).0);
        assert!(
            place(a) == place(b),
            "{a} {} {} | {b} {} {}",
            place(a).municipality,
            place(a).locality,
            place(b).municipality,
            place(b).locality
        );
    }
    assert_eq!(place("秋田県横手市十文字町").locality, "横手市十文字町");
    assert_eq!(place("北区中里").prefecture, "13", "other 北区 are written with their city");
    assert_eq!(place("府中市南町").municipality, "府中市", "two prefectures have one");
}

#[test]
fn heads_end_where_numbers_begin() {
    let cases = [
        ("東京都港区三田２丁目", "東京都港区三田", "２丁目"),
        ("東京都八王子市元本郷町3-24-1", "東京都八王子市元本郷町", "3-24-1"),
        ("京都市下京区四条通柳馬場西入立売東町１２", "京都市下京区四条通柳馬場西入立売東町", "１２"),
        ("札幌市北区北22条西６丁目2-1", "札幌市北区北22条西", "６丁目2-1"),
        ("帯広市西５条南７丁目１", "帯広市西５条南", "７丁目１"),
        ("仙台市青葉区1番町3-7-1", "仙台市青葉区1番町", "3-7-1"),
        ("和歌山市七番丁23", "和歌山市七番丁", "23"),
        ("盛岡市上厨川第１地割２３番地", "盛岡市上厨川第", "１地割２３番地"),
        ("上田市大字上田千二百三十四番地", "上田市大字上田", "千二百三十四番地"),
        ("〒100-0005 東京都千代田区丸の内1-9-1", "東京都千代田区丸の内", "1-9-1"),
        ("１００－０００５　東京都千代田区丸の内１", "東京都千代田区丸の内", "１"),
        ("1000005東京都千代田区", "東京都千代田区", ""),
        ("", "", ""),
    ];
    for (text, head, tail) in cases {
        assert_eq!(split_at_blocks(text), (head, tail), "{text}");
    }
}

#[test]
fn numbers_and_rooms_are_read() {
    let cases: [(&str, &[u16], u16); 24] = [
        ("1-9-1", &[1, 9, 1], 0),
        ("１－９－１", &[1, 9, 1], 0),
        ("１ー９ー１", &[1, 9, 1], 0),
        ("1一9一1", &[1, 9, 1], 0),
        ("一丁目九番一号", &[1, 9, 1], 0),
        ("１丁目９番地の１", &[1, 9, 1], 0),
        ("1の9の1", &[1, 9, 1], 0),
        ("1丁目 9番 1号", &[1, 9, 1], 0),
        ("1・9・1", &[1, 9, 1], 0),
        ("1-9-1-405", &[1, 9, 1], 405),
        ("１丁目９番１－４０５号", &[1, 9, 1], 405),
        ("1-9-1 405", &[1, 9, 1], 405),
        ("1-9-1　コーポ山田Ｂ-203", &[1, 9, 1], 203),
        ("1-9-1 第2ビル", &[1, 9, 1], 0),
        ("1-9-1 みなとビル3F", &[1, 9, 1], 0),
        ("1-9-1 3F", &[1, 9, 1], 0),
        ("1-9 301号室", &[1, 9], 301),
        ("２番地　三田ビル", &[2], 0),
        ("123-4-201", &[123, 4], 201),
        ("123番地4", &[123, 4], 0),
        ("第1地割23番地4", &[1, 23, 4], 0),
        ("千二百三十四番地", &[1234], 0),
        ("二十三", &[23], 0),
        ("999999999999-1", &[65535, 1], 0),
    ];
    for (tail, numbers, room) in cases {
        let found = blocks(tail);
        assert_eq!((found.given(), found.room), (numbers, room), "{tail}");
    }
}
