//! Diseases (PPR-01, PPR^ZD1): disease-name master number, ICD-10, onset, outcome, suspicion.

use super::segment::{Segment, coded};
use super::visit::common_order;
use super::{Desk, Message, moment, pid};
use crate::calendar::compact;
use crate::person::{Illness, Outcome, Visit};
use crate::registration::OnFile;

pub(super) fn message(desk: &mut Desk<'_>, file: &OnFile, illness: &Illness, seen: &Visit) -> Message {
    let disease = illness.disease;
    let order = desk.order_number();
    let at = moment(seen.day, seen.minute, 20);
    let name = if illness.suspected { format!("{}の疑い", disease.name) } else { disease.name.to_owned() };
    let (when, when_name) = if seen.stay.is_some() { ("A", "入院時") } else { ("O", "外来時") };
    let mut problem = Segment::new("PRB")
        .with(1, "AD")
        .with(2, at.as_str())
        .with(3, coded(disease.management_number, &name, "MDCDX2"))
        .with(4, order.as_str())
        .with(7, compact(illness.onset.max(seen.day)))
        .with(10, format!("{}^^I10^{when}^{when_name}^JHSD0004", disease.icd10))
        .with(16, compact(illness.onset))
        .with(17, name.as_str());
    if illness.suspected {
        problem = problem.with(13, coded("0", "疑い", "99XYZ"));
    }
    if let Some((day, outcome)) = illness.ended {
        let outcome = match outcome {
            Outcome::Cured => coded("F", "完全に回復", "HL70241"),
            Outcome::Died => coded("D", "死亡", "HL70241"),
        };
        problem = problem.with(9, compact(day)).with(14, outcome).with(15, compact(day));
    }
    Message {
        kind: "PPR-01",
        event: "PPR^ZD1^PPR_ZD1",
        day: None,
        segments: vec![pid(desk, file), problem.text(), common_order(desk, seen, "NW", &order, &at).text()],
        order,
        at,
        department: "-",
        condition: 1,
    }
}
