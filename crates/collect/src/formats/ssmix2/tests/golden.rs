//! One fictional message of each main kind, and everything made of it.

use super::support::{DOCTOR, message, path, record, show, wire};

fn golden(kind: &str, date: &str, message_type: &str, body: &[&str]) -> String {
    show(&record(&path(kind, date, "000000000000042"), &message(message_type, body)))
}

fn with_doctor(segment: &str) -> String {
    segment.replace("{doctor}", DOCTOR)
}

#[test]
fn adt_00_patient_profile() {
    insta::assert_snapshot!(golden(
        "ADT-00",
        "-",
        "ADT^A08^ADT_A01",
        &[
            "EVN||202405031000|||||SEND001",
            "NK1|1|試験^太郎^^^^^L^I|FTH^父^HL70063|^^^^183-0026^JPN^H^東京都府中市架空町９９−９|^PRN^PH^^^^^^^^^042-000-0000",
            &with_doctor("PV1|0001|O|01^^^^^C||||{doctor}"),
            "DB1|1|PT||Y",
            "OBX|1|NM|9N001000000000001^身長^JC10||153.4|cm^cm^ISO+|||||F",
            "OBX|2|CWE|5H010000009199911^血液型-ABO式^JC10||A^A^JSHR002||||||F",
            "AL1|1|DA^薬剤アレルギー^HL70127|1^ペニシリン^99XYZ|SV|発疹~呼吸困難|20100401",
            "AL1",
            "IN1|1|67^国民健康保険退職者^JHSD0001|67999991|||||||12~3456~01||20091201|||||SEL^本人^HL70063",
            "IN1|2|10^結核患者の適正医療^JHSD0001|10139991|||||||7654321",
        ]
    ));
}

#[test]
fn adt_22_admission() {
    insta::assert_snapshot!(golden(
        "ADT-22",
        "20240503",
        "ADT^A01^ADT_A01",
        &[
            "EVN||202405031000|||||SEND001",
            &with_doctor(
                "PV1|0001|I|32^302^1^^^N||||{doctor}|||01||||1|||{doctor}||V-7654321-9|||||||||||||||||||||||||202405030930"
            ),
        ]
    ));
}

#[test]
fn adt_52_a_discharge_by_death() {
    insta::assert_snapshot!(golden(
        "ADT-52",
        "20240503",
        "ADT^A03^ADT_A03",
        &[
            "EVN||202405031000||||202405030810|SEND001",
            &with_doctor(
                "PV1|0001|I|41^460^2^^^N||||{doctor}|||08||||||||||||||||||||||||||20|||||||||202405030900"
            ),
        ]
    ));
}

#[test]
fn adt_61_allergies() {
    insta::assert_snapshot!(golden(
        "ADT-61",
        "-",
        "ADT^A60^ADT_A60",
        &[
            "EVN||20240503095900",
            "IAM|1|FA^食物アレルギー^HL70127|5A1002411023006^ソバ^JC10|MO^中等度^HL70128|湿疹|A^追加^HL70323||||||小学校低学年の頃||試験^父太郎^^^^^L^I|FTH",
            "IAM|2|DA^薬剤アレルギー^HL70127|106824501^アリナミン^HOT9|MI^軽度^HL70128|||||||200707",
        ]
    ));
}

#[test]
fn ppr_01_diagnosis() {
    insta::assert_snapshot!(golden(
        "PPR-01",
        "-",
        "PPR^ZD1^PPR_ZD1",
        &[
            "PRB|AD|20240503|20054174^胃炎^MDCDX2|123456789012345|||20240501||20240520|K29.7^^I10^O^外来時^JHSD0004||||N^回復せず^HL70241|20240520|20240430|胃炎|1^主診断^JHSD0007",
            "ZPR|1112^急性^MDCDX2|20054174^胃炎^MDCDX2|8002^の疑い^MDCDX2||TSQF^胃炎^MDCDX2",
            "ZI1|1|01^全国健康保険協会管掌健康保険^JHSD0001|01130012|協会東京支部||||||123456|11010203|20230901|20250831||13||SEL^本人^HL70063|19700302",
            &with_doctor(
                "ORC|NW|123456789012345||||||||||{doctor}|||||01^内科^MML028||||||||||||O^外来患者オーダ^HL70482"
            ),
        ]
    ));
}

#[test]
fn omp_01_prescription() {
    insta::assert_snapshot!(golden(
        "OMP-01",
        "20240503",
        "RDE^O11^RDE_O11",
        &[
            &with_doctor("ORC|NW|000000000000042||1|||||20240503103045|{doctor}||{doctor}|||||01^内科^99XY1"),
            "RXE||108665201^ダーゼン錠（５mg)^HOT9^3957001F2100^ダーゼン^YJ|1||TAB^錠^MR9P|||||15|TAB^錠^MR9P||||||||3^TAB&錠&MR9P||OHP^外来処方^MR9P~OHI^院内処方^MR9P",
            "TQ1|1||1013044400000000&内服・経口・１日３回朝昼夕食後&JAMISDP01|||5^d|20240503",
            "RXR|PO^口^HL70162",
            "NTE|1||食後に服用",
        ]
    ));
}

#[test]
fn omp_02_a_mixture_is_its_components() {
    insta::assert_snapshot!(golden(
        "OMP-02",
        "20240503",
        "RDE^O11^RDE_O11",
        &[
            &with_doctor("ORC|NW|000000000000042||42_01_001|||||20240503012410|||{doctor}"),
            "RXE||00^一般^99I02|510||ML^ミリリットル^MR9P|INJ^注射剤^MR9P|^５時間一定速度で^99IC6",
            "TQ1|1||||||202405030800|202405031300",
            "RXR|IV^静脈内^HL70162||IVP^点滴ポンプ^HL70164",
            "RXC|B|620007329^架空輸液５００ｍＬ^HOT9|1|HON^本^MR9P",
            "RXC|A|620002559^架空注50mg^HOT9|1|AMP^アンプル^MR9P",
        ]
    ));
}

#[test]
fn omp_12_administration() {
    insta::assert_snapshot!(golden(
        "OMP-12",
        "20240503",
        "RAS^O17^RAS_O17",
        &[
            &with_doctor("ORC|NW|000000000000042||42_01_001|||||20240503113613|||{doctor}|||||01^内科^99XY1"),
            &with_doctor(
                "RXA|0|1|20240503080521|20240503130543|620007329^架空輸液５００ｍＬ^HOT9|1|HON^本^MR9P||^左手に実施^99IC2|{doctor}|09A^021^4^^^N|102ml/hr||||||||CP||20240503130613"
            ),
            "RXR|IV^静脈内^HL70162",
        ]
    ));
}

#[test]
fn oml_01_ordered_tests() {
    insta::assert_snapshot!(golden(
        "OML-01",
        "20240503",
        "OML^O33^OML_O33",
        &[
            "SPM|1|||023^血清^JC10^01^血清^99Z01|||||||||||||202405030830",
            &with_doctor("ORC|NW|000000000000042|||||||20240503083301|||{doctor}"),
            "OBR|1|000000000000042||E002^生化学的検査^99O03",
            "OBX|1||3A010000002327101^総蛋白^JC10^10222^ＴＰ^99X03||||||||O",
        ]
    ));
}

#[test]
fn oml_11_results() {
    insta::assert_snapshot!(golden(
        "OML-11",
        "20240503",
        "OUL^R22^OUL_R22",
        &[
            "NTE|||依頼コメント",
            "SPM|1|000000001219001||023^血清^JC10|||||||||||||202405030830",
            &with_doctor(
                "OBR|1|000000000000042|000000001219001|E001^血液学的検査^99O03|||20240503|||||||||{doctor}||||||20240503103059"
            ),
            &with_doctor("ORC|SC|000000000000042|000000001219001||CM||||20240503103059|||{doctor}"),
            "OBX|1|NM|3A016000002327102^A/G比^JC10||1.70||1.2-2.0|H|||F|||202405030831",
            "NTE|1||再検済み",
            "OBX|2|ST|5C070000002306201^CRP^JC10||< 0.5|mg/dl^mg/dl^99XYZ|0-0.3||||C",
            "OBX|3|SN|5E010000002311711^抗体^JC10||>=^100||||||P",
            "OBX|4|SN|5E010000002311712^抗体価^JC10||^1^:^128||||||F",
            "OBX|5|CWE|6B010000001774214^菌名^JC10|1|2001^E.Coli^JANIS~1301^S.Aureus^JANIS|||A|||F",
            "OBX|6|ST|2A020000001930901^赤血球数^JC10||500×10^4|/μL^/μL^99XYZ|||||F",
            "OBX|7|NM|1A010000000190301^蛋白^JC10||\"\"||||||F",
        ]
    ));
}

#[test]
fn omd_diet() {
    insta::assert_snapshot!(golden(
        "OMD",
        "20240503",
        "OMD^O03^OMD_O03",
        &[
            &with_doctor("ORC|NW|000000000000042|||||||20240503232213|||{doctor}|||||01^内科^99XY1"),
            "TQ1|1||TID&１日３回&HL70335||||2024050407||R^ルーチン^HL70485",
            "ODS|D||001^^99XY3|塩分控えめ",
        ]
    ));
}

#[test]
fn omg_12_an_endoscopy_done() {
    insta::assert_snapshot!(golden(
        "OMG-12",
        "20240503",
        "OMI^Z23^OMI_Z23",
        &[
            &with_doctor("ORC|PA|000000000000042|||||||20240503152042|||{doctor}|||||01^内科^99XY1"),
            "TQ1|1||||||||R^^HL70485",
            "OBR||000000000000042||11000001000^検査.上部^LENDO|||20240503|||||||||||||||20240503113540|||F",
            &with_doctor("ZE1|1|RS|11000001000^検査.上部^LENDO|||NS-03^EM-01|{doctor}"),
            "OBX|1|XCN|DR-02.EM-01^実施医師^JSHR||123456^大架空^信吉^^^^^^^L^^^^^I||||||F",
            "OBX|2|TS|TM-P1^開始時間^JSHR||20240503144512||||||F",
            "OBX|3|ZRD|DE-02^薬品^JSHR||100555401^架空5mg^HOT9^1^AMP&管&MR9P||||||F",
            "IPC|A20240503|P12345|1.2.392.1||ES^^DCM",
        ]
    ));
}

#[test]
fn omg_13_a_physiology_result() {
    insta::assert_snapshot!(golden(
        "OMG-13",
        "20240503",
        "ORU^R01^ORU_R01",
        &[
            "OBR|1|000000000000042||9A110^標準１２誘導心電図^JC10|||20240503|||||||||||||||20240503152000|||F",
            "OBX|2|TX|9A100&IMP^心電図所見^JC10|1|心筋虚血疑い||||||F",
            "OBX|3|NM|32769^心拍数^99MFR|2|67|bpm|||||F",
        ]
    ));
}

#[test]
fn extended_vital_signs() {
    let folder = "L-OBSERVATIONS^OBSERVATIONS^99ZL01";
    let path = format!(
        "x/765/432/7654321/20240503/{folder}/7654321_20240503_{folder}_0000000020240503_20240503150032100_1/main_document.hl7"
    );
    let bytes = message(
        "ORU^R30^ORU_R30",
        &[
            "ORC|SC|0000000020240503|||CM||||202405030800",
            "OBR|1|0000000020240503||\"\"|||202405031500|202405031500",
            "OBX|1|NM|9A751000000000001^収縮期血圧（1回目）^JC10||118|mm(hg)^mmHg^ ISO+|<130||||F|||202405031459",
        ],
    );
    insta::assert_snapshot!(show(&record(&path, &bytes)));
}

#[test]
fn an_unknown_kind_is_kept_whole() {
    let shown = show(&record(
        &path("ZZZ-99", "20240503", "000000000000042"),
        &message("ZZZ^Z99", &["ZAB|1|何か^値|10", "OBX|1|NM|X||1"]),
    ));
    insta::assert_snapshot!(shown);
}

#[test]
fn a_plain_file_of_several_messages() {
    let pid = "PID|1||555||TARO^YAMADA";
    let bytes = wire(&[
        "FHS|^~\\&|A",
        "BHS|^~\\&|A",
        "MSH|^~\\&|A|B|C|D|20240503||ADT^A04|1|P|2.5",
        pid,
        "PV1||E|ER^^^^^N|||||||||||||||||||||||||||||||||||||||||20240503",
        "MSH|^~\\&|A|B|C|D|20240503||ADT^A11|2|P|2.5",
        pid,
        "PV1||I",
        "BTS|2",
        "FTS|1",
    ]);
    let outcomes = super::support::read("inbox/batch.hl7", &bytes);
    let shown: Vec<String> = outcomes
        .iter()
        .map(|outcome| match outcome {
            kiban_model::Outcome::Record(record) => {
                format!("number {} bytes {:?}\n{}", record.number, record.bytes, show(record))
            }
            kiban_model::Outcome::Rejected(rejected) => {
                format!("{} {}", rejected.number, rejected.issue.reason.code)
            }
        })
        .collect();
    insta::assert_snapshot!(shown.join("---\n"));
}
