//! What can be asked of `kiban` on the command line, with help that teaches.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Kiban (基盤): receive medical records as the Act allows, know who is who, and hand researchers lawful data.
///
/// 次世代医療基盤法の認定作成事業者のための基盤：受け入れ、名寄せし、加工し、提供する。
#[derive(Debug, Parser)]
#[command(version, max_term_width = 110, after_help = JOURNEY)]
pub(crate) struct Arguments {
    /// The operator's folder (事業者フォルダ), made by `kiban init`.
    #[arg(long, global = true, default_value = ".", value_name = "FOLDER")]
    pub(crate) dir: PathBuf,
    /// The day to act on, such as 2024-06-01; today by default. The gate decides for this day.
    #[arg(long, global = true, value_name = "DAY")]
    pub(crate) on: Option<String>,
    /// Print one JSON object for machines instead of words.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Language of the words.
    #[arg(long, global = true, value_enum, default_value_t = Language::Ja)]
    pub(crate) lang: Language,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const JOURNEY: &str = "The journey of a record:
  kiban init --operator NAME
  kiban provider add hospital-a --name 病院A --filed-on 2023-04-01 --published-on 2023-05-01
  kiban provider notify hospital-a --given-on 2023-06-01
  kiban delivery add FOLDER --provider hospital-a --provided-on 2024-06-01
  kiban intake --all
  kiban link
  kiban link review --serve --by NAME
  kiban snapshot 2024-06
  kiban query 2024-06 \"SELECT count(*) FROM observation\"
  kiban release build --policy policies/research-anonymized.toml --snapshot 2024-06 --project P1
Or see all of it happen on synthetic hospitals: kiban demo";

/// Language of what is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    /// 日本語
    Ja,
    /// English
    En,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make an operator's folder (事業者フォルダの作成).
    Init(Init),
    /// Providers, their filing, notices and objections (提供元・届出・通知・提供停止の求め).
    #[command(subcommand)]
    Provider(Provider),
    /// Receive deliveries: every byte is kept as it came (提供の受領).
    #[command(subcommand)]
    Delivery(Delivery),
    /// Take deliveries in: read, decide, store; prints the receipt (受入). Running it again changes nothing, or takes what
    /// has become allowed since.
    Intake(Intake),
    /// What was held back and why (保留・隔離の一覧).
    Quarantine(Quarantine),
    /// Find out who is who across providers (名寄せ).
    Link(Link),
    /// Name the store as it is now, for ever (スナップショット).
    Snapshot(Snapshot),
    /// Ask a question in SQL over a snapshot (照会).
    Query(Query),
    /// Count persons for feasibility, small cells guarded (集計・実現可能性調査).
    Count(Count),
    /// Build and verify releases (提供データの作成).
    #[command(subcommand)]
    Release(Release),
    /// How easily a release could be seen through, before it is made (再識別リスク).
    #[command(subcommand)]
    Risk(Risk),
    /// Anonymize a table of any kind (表の匿名加工).
    #[command(subcommand)]
    Anonymize(Anonymize),
    /// The append-only proof of what happened (台帳).
    #[command(subcommand)]
    Ledger(Ledger),
    /// See everything happen on synthetic hospitals (デモ).
    Demo(Demo),
}

#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The operator's name (認定作成事業者名).
    #[arg(long)]
    pub(crate) operator: String,
    /// Folder with your own copies of the receipt masters (傷病名・医薬品マスター…), for names, ICD-10 and drug codes.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) masters: Option<PathBuf>,
    /// For demonstrations and tests only: make the secret from a seed, so that everything can be repeated.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) seed: Option<u64>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Provider {
    /// Record or correct a provider and its filing (届出・公表).
    Add {
        /// Short id, such as hospital-a.
        id: String,
        /// Name.
        #[arg(long)]
        name: String,
        /// Day of filing with the ministers.
        #[arg(long, value_name = "DAY")]
        filed_on: Option<String>,
        /// Day the minister published it.
        #[arg(long, value_name = "DAY")]
        published_on: Option<String>,
    },
    /// List providers.
    List,
    /// Record notices: to everyone with --given-on, or from a list with --list.
    Notify {
        /// Provider id.
        id: String,
        /// Day a notice was given to everyone (guardians for those under 16).
        #[arg(long, value_name = "DAY", conflicts_with = "list", required_unless_present = "list")]
        given_on: Option<String>,
        /// CSV: local_id,notice_date,recipient (person or guardian).
        #[arg(long, value_name = "FILE")]
        list: Option<PathBuf>,
    },
    /// Record objections and withdrawals from a list: local_id,name,kana,birth_date,received_on[,withdrawn_on].
    Objections {
        /// Provider id.
        id: String,
        /// CSV.
        #[arg(long, value_name = "FILE")]
        list: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Delivery {
    /// Receive a folder of files.
    Add {
        /// The folder.
        folder: PathBuf,
        /// Its manifest (提供目録); manifest.toml beside the folder is found by itself.
        #[arg(long, value_name = "FILE", conflicts_with_all = ["provider", "provided_on"])]
        manifest: Option<PathBuf>,
        /// Without a manifest: the provider's id.
        #[arg(long, requires = "provided_on")]
        provider: Option<String>,
        /// Without a manifest: the day of provision.
        #[arg(long, value_name = "DAY", requires = "provider")]
        provided_on: Option<String>,
    },
    /// List deliveries.
    List,
}

#[derive(Debug, Args)]
pub(crate) struct Intake {
    /// Delivery id, as `kiban delivery add` printed it.
    #[arg(required_unless_present = "all")]
    pub(crate) delivery: Option<String>,
    /// Every delivery, in the order they came.
    #[arg(long, conflicts_with = "delivery")]
    pub(crate) all: bool,
    /// Exit with 3 if anything is held back.
    #[arg(long)]
    pub(crate) strict: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Quarantine {
    /// Delivery id; all deliveries by default.
    pub(crate) delivery: Option<String>,
    /// Show the paths of files too. SS-MIX2 paths hold patient numbers: for authorised eyes.
    #[arg(long)]
    pub(crate) paths: bool,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Link {
    /// Link everybody anew (全件): the weights are learnt anew too. Without it only what is new is taken in, where that can be.
    #[arg(long)]
    pub(crate) full: bool,
    #[command(subcommand)]
    pub(crate) command: Option<LinkCommand>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum LinkCommand {
    /// Link any table of persons, without an operator's folder (表の名寄せ).
    Table(Table),
    #[command(flatten)]
    Action(LinkAction),
}

#[derive(Debug, Subcommand)]
pub(crate) enum LinkAction {
    /// Pairs waiting for a human (確認待ち), most telling first: numbers and evidence, no names. With --serve, the desk to
    /// look at them and answer, in the browser on this machine.
    Review(Review),
    /// Two subjects are one person (統合): holds in every later linkage.
    Merge(Pair),
    /// Two subjects are two persons (分離): holds in every later linkage.
    Split(Pair),
    /// Take a decision back (判断の取消し): what was decided before stands again at the next linkage.
    Undo {
        /// Decision number, as merge, split, history and the desk show it.
        decision: i64,
        #[command(flatten)]
        word: Word,
    },
    /// Why two subjects are, or are not, one person (判定の理由): from the evidence the last run kept.
    Explain {
        /// Subject number.
        a: i64,
        /// Subject number.
        b: i64,
    },
    /// How a person came to be who they are (名寄せの履歴): who came and went, in which run, by which decision.
    History {
        /// Number of a person or of a subject.
        number: i64,
    },
    /// Draw a random sample of pairs for judging (品質の標本), so that quality can be estimated without bias.
    Sample {
        /// How many pairs, half of them joined.
        size: usize,
        /// Seed: the same seed draws the same pairs.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Write the report on the quality of linkage (品質報告): a page for people, no identity in it.
    Report {
        /// The page to write.
        #[arg(long, value_name = "FILE", default_value = "linkage-quality.html")]
        out: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Review {
    /// Open the desk in the browser on this machine.
    #[arg(long, requires = "by")]
    pub(crate) serve: bool,
    /// Port on localhost; 0 takes a free one.
    #[arg(long, default_value_t = 8471, requires = "serve")]
    pub(crate) port: u16,
    /// Who sits at the desk: every look is recorded under this name.
    #[arg(long, value_name = "NAME")]
    pub(crate) by: Option<String>,
}

#[derive(Debug, Args)]
#[command(after_help = TABLE)]
pub(crate) struct Table {
    /// The table: a Parquet file, one record a row.
    #[arg(value_name = "IN.parquet")]
    pub(crate) table: PathBuf,
    /// What its columns are: a TOML file. Columns it does not name are never read.
    #[arg(long, value_name = "S.toml")]
    pub(crate) schema: PathBuf,
    /// Where the persons go: the record id, cluster_id and confidence, a row for each record.
    #[arg(long, value_name = "OUT.parquet")]
    pub(crate) out: PathBuf,
    /// Write the scored pairs too: a, b, probability, weight, review.
    #[arg(long, value_name = "P.parquet")]
    pub(crate) pairs: Option<PathBuf>,
    /// Write the scored pairs with what each field says for and against, in words and bits.
    #[arg(long, value_name = "P.parquet")]
    pub(crate) explain: Option<PathBuf>,
    /// Join pairs at least this probable.
    #[arg(long, value_name = "PROBABILITY", value_parser = probability)]
    pub(crate) link_above: Option<f64>,
    /// Seed of the random pairs that strangers are learnt from.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) seed: Option<u64>,
}

fn probability(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("this is a number from 0 to 1".to_owned()),
    }
}

const TABLE: &str = "A schema is short:
  record_id = \"rec_id\"
  provider = \"inst_id\"          # optional: who kept the record
  [columns]
  name_kanji = \"name\"
  birth_date = \"birth_date\"
Kinds of columns and two whole examples: examples/link/ and docs/link-table.md.
  kiban link table persons.parquet --schema examples/link/gen_jp.toml --out clusters.parquet --json";

#[derive(Debug, Args)]
pub(crate) struct Pair {
    /// Subject number.
    pub(crate) a: i64,
    /// Subject number.
    pub(crate) b: i64,
    #[command(flatten)]
    pub(crate) word: Word,
}

/// Who says something about people, and why.
#[derive(Debug, Args)]
pub(crate) struct Word {
    /// Who decides.
    #[arg(long, value_name = "NAME")]
    pub(crate) by: String,
    /// Why; kept in the vault only.
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(crate) reason: String,
}

#[derive(Debug, Args)]
pub(crate) struct Snapshot {
    /// Name of the snapshot to take.
    #[arg(required_unless_present = "list")]
    pub(crate) name: Option<String>,
    /// List the snapshots there are.
    #[arg(long)]
    pub(crate) list: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Query {
    /// Snapshot name.
    pub(crate) snapshot: String,
    /// The question. Tables: person, visit, condition, medication, observation, procedure, claim, claim_line, dpc_case,
    /// coverage, allergy, checkup, document, image, death. See docs/tables.md.
    pub(crate) sql: String,
    /// Print CSV.
    #[arg(long)]
    pub(crate) csv: bool,
}

#[derive(Debug, Args)]
#[command(after_help = COUNT)]
pub(crate) struct Count {
    /// Whom to count: a definition (.toml or .json); see examples/statistics/ and docs/statistics.md.
    #[arg(value_name = "COHORT.toml", required_unless_present = "sql", conflicts_with = "sql")]
    pub(crate) cohort: Option<PathBuf>,
    /// Whom to count, in SQL: a file with a SELECT that gives person_id.
    #[arg(long, value_name = "FILE")]
    pub(crate) sql: Option<PathBuf>,
    /// Snapshot name.
    #[arg(long)]
    pub(crate) snapshot: String,
    /// Project id: questions of one project are compared with each other.
    #[arg(long)]
    pub(crate) project: String,
    /// The statistics policy (集計方針): which guard answers pass.
    #[arg(long, value_name = "FILE", default_value = "policies/statistics.toml")]
    pub(crate) policy: PathBuf,
}

const COUNT: &str = "A definition is short:
  [[criterion]]
  sex = \"F\"
  [[criterion]]
  name = \"diabetes\"
  table = \"condition\"
  where = { icd10 = [\"E10-E14\"] }
  at_least = 2
Every question is recorded in the ledger; a question that would tell of a few persons by subtraction is refused.
  kiban count examples/statistics/diabetes.toml --snapshot 2024-06 --project P1";

#[derive(Debug, Subcommand)]
pub(crate) enum Release {
    /// Apply a policy to a snapshot for a project, into a package folder.
    Build {
        /// The policy (加工方針), a TOML file; see policies/.
        #[arg(long, value_name = "FILE")]
        policy: PathBuf,
        /// Snapshot name.
        #[arg(long)]
        snapshot: String,
        /// Project id.
        #[arg(long)]
        project: String,
        /// Name of the release; the policy's kind by default.
        #[arg(long)]
        name: Option<String>,
        /// Seed of what is random.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Who receives it.
        #[arg(long, default_value = "researcher")]
        recipient: String,
    },
    /// Check a package against its checksums.
    Verify {
        /// The package folder.
        package: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Risk {
    /// Run the policy's attackers on what it would release, and on the data as they are (模擬攻撃). Nothing is made. With
    /// --table and --product, on a flat table and its product, without an operator's folder.
    Attack {
        /// The policy (加工方針), a TOML file; see policies/, and examples/anonymize/ for a flat table.
        #[arg(long, value_name = "FILE")]
        policy: PathBuf,
        /// Snapshot name.
        #[arg(long, required_unless_present = "table")]
        snapshot: Option<String>,
        /// Project id: pseudonyms and date shifts given to it before are used.
        #[arg(long, required_unless_present = "table")]
        project: Option<String>,
        /// Seed of what is random.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// List so many persons that each attacker finds most easily, by their number here (of a table: the row). For the
        /// operator only.
        #[arg(long, default_value_t = 0, value_name = "NUMBER")]
        worst: usize,
        /// A flat table as it was.
        #[arg(long, value_name = "IN.csv", requires = "product", conflicts_with_all = ["snapshot", "project"])]
        table: Option<PathBuf>,
        /// Its product: the same rows in the same order.
        #[arg(long, value_name = "OUT.csv", requires = "table")]
        product: Option<PathBuf>,
        /// Folder of the table's hierarchies (階層表); the policy's own by default.
        #[arg(long, value_name = "FOLDER", requires = "table")]
        hierarchies: Option<PathBuf>,
        /// So many people of the table are tried.
        #[arg(long, default_value_t = 1000, value_name = "NUMBER", requires = "table")]
        people: usize,
    },
    /// How easily a row of a flat table is singled out, as it stands: classes, uniques, l and t (一枚の表のリスク). Exits with 1 where
    /// the policy's k is not met.
    Table {
        /// A CSV file with a heading: a raw table or a product.
        #[arg(value_name = "IN.csv")]
        table: PathBuf,
        /// Which columns are quasi-identifiers or sensitive; see examples/anonymize/.
        #[arg(long, value_name = "P.toml")]
        policy: PathBuf,
        /// People of the population the table is a part of: estimates how many rows are alone in it.
        #[arg(long, value_name = "PEOPLE")]
        population: Option<u64>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Anonymize {
    /// Anonymize a flat table by a policy, without an operator's folder (表の匿名加工).
    Table(FlatTable),
}

#[derive(Debug, Args)]
#[command(after_help = FLAT_TABLE)]
pub(crate) struct FlatTable {
    /// The table: a CSV file with a heading.
    #[arg(value_name = "IN.csv")]
    pub(crate) table: PathBuf,
    /// What its columns are and what must hold (加工方針); see examples/anonymize/.
    #[arg(long, value_name = "P.toml")]
    pub(crate) policy: PathBuf,
    /// Where the product goes: the same rows in the same order.
    #[arg(long, value_name = "OUT.csv")]
    pub(crate) out: PathBuf,
    /// Folder of the hierarchies (階層表); the policy's own by default.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) hierarchies: Option<PathBuf>,
    /// k instead of the policy's.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(2..))]
    pub(crate) k: Option<u64>,
    /// Share of rows that may be suppressed, instead of the policy's.
    #[arg(long, value_name = "SHARE", value_parser = probability)]
    pub(crate) suppression_limit: Option<f64>,
    /// End the search for the best levels after counting so often, and tell how far from the best the result may be.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) budget: Option<u64>,
}

const FLAT_TABLE: &str = "A policy is short:
  [columns]
  age = \"quasi-identifier\"       # by its hierarchy, age.csv: 34,30-39,*
  occupation = \"keep\"
  [protect]
  k_anonymity = 5
  suppression_limit = 0.02
A column that is not named is not released. All keys: docs/anonymize-table.md; whole examples: examples/anonymize/.
  kiban anonymize table adult.csv --policy examples/anonymize/adult-k5.toml --hierarchies FOLDER --out OUT.csv";

#[derive(Debug, Subcommand)]
pub(crate) enum Ledger {
    /// Check the whole ledger: chain, tree, signed heads.
    Verify,
}

#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Number of synthetic persons.
    #[arg(long, default_value_t = 400)]
    pub(crate) persons: usize,
    /// Seed: the same seed makes the same world, the same packages, byte for byte.
    #[arg(long, default_value_t = 7)]
    pub(crate) seed: u64,
    /// End after the story instead of showing the reports on localhost.
    #[arg(long)]
    pub(crate) exit: bool,
    /// Port on localhost; 0 takes a free one.
    #[arg(long, default_value_t = 8470)]
    pub(crate) port: u16,
}
