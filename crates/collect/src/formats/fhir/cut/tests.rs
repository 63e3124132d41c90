use super::*;

fn cut(text: &str, marks: &Marks) -> (String, String) {
    let node = json::parse(text, 50).unwrap();
    let cuts = find(&node, marks, &|reference| reference == "urn:uuid:p");
    (keep(text, &cuts), for_vault("Observation", text, &cuts))
}

fn cut_and_restore(text: &str) -> String {
    let (kept, vault) = cut(text, &Marks::default());
    assert_eq!(restore(Some(&kept), Some(&vault)).as_deref(), Some(text));
    serde_json::from_str::<serde_json::Value>(&vault).expect("the vault's part is JSON");
    kept
}

#[test]
fn identity_goes_and_every_other_byte_stays() {
    let text = r#"{ "resourceType" : "Observation","identifier":[{"value":"9-778-1"}], "valueQuantity":{"value":3.50 ,"unit":"mg"},
 "subject":{"reference":"Patient/778","display":"架空 花子"},"performer":[{"reference":"Practitioner/d1","display":"医師 甲"}],
 "note":[{"text":"食後","authorString":"医師 甲"}],"text":{"status":"generated","div":"<div>架空 花子</div>"}}"#;
    let kept = cut_and_restore(text);
    assert_eq!(
        kept,
        r#"{ "resourceType" : "Observation","identifier":null, "valueQuantity":{"value":3.50 ,"unit":"mg"},
 "subject":{"reference":null,"display":null},"performer":[{"reference":"Practitioner/d1","display":null}],
 "note":[{"text":"食後","authorString":null}],"text":{"status":"generated","div":null}}"#
    );
}

#[test]
fn contained_persons_go_whole_and_staff_lose_their_names() {
    let kept = cut_and_restore(
        r##"{"resourceType":"Condition","contained":[{"resourceType":"Patient","id":"p","name":[{"text":"架空"}]},{"resourceType":"Practitioner","id":"d","name":[{"text":"医師"}],"qualification":[{"identifier":[{"value":"1"}],"code":{"text":"医籍"}}]}],"subject":{"reference":"#p"},"recorder":{"display":"内科 甲"}}"##,
    );
    assert_eq!(
        kept,
        r#"{"resourceType":"Condition","contained":[null,{"resourceType":"Practitioner","id":"d","name":null,"qualification":[{"identifier":null,"code":{"text":"医籍"}}]}],"subject":{"reference":null},"recorder":{"display":null}}"#
    );
}

#[test]
fn codings_and_things_keep_their_display_and_sections_their_text() {
    let text = r#"{"resourceType":"Composition","class":{"code":"AMB","display":"外来"},"type":{"coding":[{"display":"紹介状"}]},"specimen":{"display":"血清","type":"Specimen"},"section":[{"text":{"div":"<div>腹痛</div>"}}]}"#;
    assert_eq!(cut_and_restore(text), text);
}

#[test]
fn insurance_numbers_and_primitive_extensions() {
    let kept = cut_and_restore(
        r#"{"resourceType":"Coverage","subscriberId":"1","_dependent":{"id":"x"},"class":[{"value":"g"}],"extension":[{"url":"http://x/JP_Coverage_InsuredPersonNumber","valueString":"5"},{"url":"http://x/Other","valueString":"5"}],"subscriber":{"reference":"urn:uuid:p"}}"#,
    );
    assert_eq!(
        kept,
        r#"{"resourceType":"Coverage","subscriberId":null,"_dependent":null,"class":[{"value":null}],"extension":[{"url":"http://x/JP_Coverage_InsuredPersonNumber","valueString":null},{"url":"http://x/Other","valueString":"5"}],"subscriber":{"reference":null}}"#
    );
}

#[test]
fn a_known_number_or_name_is_cut_wherever_it_stands() {
    let node = json::parse(
        r#"{"id":"2021","name":[{"family":"架空","given":["花子"]}],"identifier":[{"value":"00778"}]}"#,
        9,
    )
    .unwrap();
    let marks = Marks::of(&super::super::people::Person::from_resource(&node));
    let text = r#"{"resourceType":"Observation","id":"obs-00778-3","code":{"coding":[{"code":"00778"}]},"effectiveDateTime":"2021-07-01","extension":[{"url":"u","valueUri":"x-1007780"},{"url":"u","valueCode":"架空 花子様"}],"note":[{"text":"00778 の再検"}],"section":[{"text":"架空　花子"}]}"#;
    let (kept, vault) = cut(text, &marks);
    assert_eq!(
        kept,
        r#"{"resourceType":"Observation","id":null,"code":{"coding":[{"code":"00778"}]},"effectiveDateTime":"2021-07-01","extension":[{"url":"u","valueUri":"x-1007780"},{"url":"u","valueCode":null}],"note":[{"text":"00778 の再検"}],"section":[{"text":null}]}"#
    );
    assert_eq!(restore(Some(&kept), Some(&vault)).unwrap(), text);
}

#[test]
fn what_does_not_belong_together_is_not_put_together() {
    assert_eq!(restore(Some("{\"a\":1}"), Some("{\"cut\":{\"/a\":2}}")), None);
    assert_eq!(restore(Some("{\"a\":null}"), Some("{\"cut\":{\"/b\":2}}")), None);
    assert_eq!(restore(Some("{"), Some("{\"cut\":{}}")), None);
    assert_eq!(restore(None, Some("{\"cut\":{\"\":{\"a\": 1}}}")).unwrap(), "{\"a\": 1}");
    assert_eq!(restore(Some("[1]"), None).unwrap(), "[1]");
}
