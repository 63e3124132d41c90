//! The data kinds (データ種別) of the standardized storage and the messages that may lie in each.
//!
//! Source: SS-MIX2 標準化ストレージ仕様書 Ver.1.2g, table of data kinds; care-date fields (診療日) as in formats §2.1.

/// What a visit message says happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Movement {
    /// 担当医の変更
    AttendingDoctor,
    /// 外来診察の受付
    Outpatient,
    /// 入院予定
    AdmissionPlanned,
    /// 入院実施
    Admission,
    /// 外出泊実施
    LeaveStart,
    /// 外出泊帰院実施
    LeaveEnd,
    /// 転科・転棟予定
    TransferPlanned,
    /// 転科・転棟実施
    Transfer,
    /// 退院予定
    DischargePlanned,
    /// 退院実施
    Discharge,
}

/// One data kind.
#[derive(Debug)]
pub(super) struct Kind {
    /// As in paths: `OML-11`.
    pub(super) name: &'static str,
    /// Messages it holds, `code^event`; the last ones withdraw.
    pub(super) messages: &'static [&'static str],
    /// Messages other software writes there; accepted with a warning.
    pub(super) tolerated: &'static [&'static str],
    /// What its PV1 tells.
    pub(super) movement: Option<Movement>,
    /// `observation.category` of its OBX segments.
    pub(super) observations: &'static str,
    /// `procedure.category` of its OBR segments; `None` where an OBR only heads a group of observations.
    pub(super) procedures: Option<&'static str>,
}

const fn kind(name: &'static str, messages: &'static [&'static str], observations: &'static str) -> Kind {
    Kind { name, messages, tolerated: &[], movement: None, observations, procedures: None }
}

const fn visit(name: &'static str, messages: &'static [&'static str], movement: Movement) -> Kind {
    Kind { movement: Some(movement), ..kind(name, messages, "profile") }
}

const fn procedure(
    name: &'static str,
    messages: &'static [&'static str],
    observations: &'static str,
    category: &'static str,
) -> Kind {
    Kind { procedures: Some(category), ..kind(name, messages, observations) }
}

static KINDS: [Kind; 26] = [
    kind("ADT-00", &["ADT^A08", "ADT^A23"], "profile"),
    visit("ADT-01", &["ADT^A54", "ADT^A55"], Movement::AttendingDoctor),
    Kind { tolerated: &["ADT^A01"], ..visit("ADT-12", &["ADT^A04"], Movement::Outpatient) },
    visit("ADT-21", &["ADT^A14", "ADT^A27"], Movement::AdmissionPlanned),
    visit("ADT-22", &["ADT^A01", "ADT^A11"], Movement::Admission),
    visit("ADT-31", &["ADT^A21", "ADT^A52"], Movement::LeaveStart),
    visit("ADT-32", &["ADT^A22", "ADT^A53"], Movement::LeaveEnd),
    visit("ADT-41", &["ADT^A15", "ADT^A26"], Movement::TransferPlanned),
    visit("ADT-42", &["ADT^A02", "ADT^A12"], Movement::Transfer),
    visit("ADT-51", &["ADT^A16", "ADT^A25"], Movement::DischargePlanned),
    visit("ADT-52", &["ADT^A03", "ADT^A13"], Movement::Discharge),
    kind("ADT-61", &["ADT^A60"], "profile"),
    kind("PPR-01", &["PPR^ZD1"], "profile"),
    procedure("OMD", &["OMD^O03"], "diet", "diet"),
    kind("OMP-01", &["RDE^O11"], "order"),
    kind("OMP-11", &["RAS^O17"], "administration"),
    kind("OMP-02", &["RDE^O11"], "order"),
    kind("OMP-12", &["RAS^O17"], "administration"),
    kind("OML-01", &["OML^O33"], "order"),
    kind("OML-11", &["OUL^R22"], "laboratory"),
    procedure("OMG-01", &["OMG^O19"], "imaging", "imaging-order"),
    procedure("OMG-11", &["OMI^Z23"], "imaging", "performed"),
    procedure("OMG-02", &["OMG^O19"], "endoscopy", "order"),
    procedure("OMG-12", &["OMI^Z23"], "endoscopy", "performed"),
    procedure("OMG-03", &["OMG^O19"], "physiology", "order"),
    procedure("OMG-13", &["ORU^R01"], "physiology", "result"),
];

/// Vital signs in the extended storage (拡張ストレージ).
static VITAL_SIGNS: Kind = kind("ORU^R30", &["ORU^R30"], "vital-signs");

/// Messages that several kinds hold, met outside the storage: what all of those kinds have in common.
static OUTSIDE: [Kind; 2] = [
    procedure("OMG^O19", &["OMG^O19"], "order", "order"),
    procedure("OMI^Z23", &["OMI^Z23"], "performed", "performed"),
];

/// How a message fits the kind it was filed under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    /// As prescribed.
    Good,
    /// Not prescribed, but known and unambiguous.
    Tolerated,
    /// Filed under the wrong kind.
    Wrong,
}

impl Kind {
    /// The kind of a folder name.
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        KINDS.iter().find(|kind| kind.name == name)
    }

    /// The kind a message belongs to by itself.
    pub(super) fn of_message(message: &str) -> Option<&'static Self> {
        let mut candidates = OUTSIDE.iter().chain(std::iter::once(&VITAL_SIGNS)).chain(&KINDS);
        candidates.find(|kind| kind.messages.contains(&message))
    }

    /// Whether a message may lie here.
    pub(super) fn fit(&self, message: &str) -> Fit {
        if self.messages.contains(&message) {
            Fit::Good
        } else if self.tolerated.contains(&message) {
            Fit::Tolerated
        } else {
            Fit::Wrong
        }
    }
}

/// Whether an ADT message withdraws what an earlier one said.
pub(super) fn withdraws(message: &str) -> bool {
    const EVENTS: [&str; 10] = ["A23", "A55", "A27", "A11", "A52", "A53", "A26", "A12", "A25", "A13"];
    message.strip_prefix("ADT^").is_some_and(|event| EVENTS.contains(&event))
}

/// (segment, field) that holds the care date (診療日) of a message.
pub(super) fn care_date_field(message: &str) -> Option<(&'static str, usize)> {
    Some(match message {
        "ADT^A04" | "ADT^A01" | "ADT^A11" => ("PV1", 44),
        "ADT^A03" | "ADT^A13" => ("PV1", 45),
        "ADT^A14" | "ADT^A27" | "ADT^A15" | "ADT^A26" => ("PV2", 8),
        "ADT^A16" | "ADT^A25" => ("PV2", 9),
        "ADT^A21" | "ADT^A52" | "ADT^A22" | "ADT^A02" | "ADT^A12" => ("EVN", 6),
        "ADT^A53" => ("PV2", 47),
        "OMD^O03" | "RDE^O11" | "OML^O33" | "OMG^O19" => ("ORC", 9),
        "RAS^O17" => ("RXA", 3),
        "OUL^R22" => ("SPM", 17),
        "OMI^Z23" | "ORU^R01" | "ORU^R30" => ("OBR", 7),
        _ => return None,
    })
}
