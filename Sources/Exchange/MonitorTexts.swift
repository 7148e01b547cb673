/// The languages that a report is written in.
public enum MonitorLanguage: String, CaseIterable, Sendable { case en, ar }

/// Every sentence of a report, by name. Each has its text in each catalogue; %1, %2 … are filled in.
enum MonitorText: String, CaseIterable {
  case head
  case exercise
  case good
  case alarms
  case unreachable
  case log
  case logCosigned
  case place
  case trouble
  case statements
  case since
  case proofs
  case fork
  case rollback
  case checkpoint
  case tiles
  case doubleRelease
  case overdue
  case statement
  case notInLog
  case quorum
  case still

  /// The sentence in a language, filled in.
  func text(_ language: MonitorLanguage, _ values: [String] = []) -> String {
    let text = (language == .ar ? monitorTextsArabic : monitorTextsEnglish)[self] ?? rawValue
    var (result, rest) = ("", text[...])
    while let mark = rest.firstIndex(of: "%") {
      result += rest[..<mark]
      let digits = rest[rest.index(after: mark)...].prefix { $0.isASCII && $0.isNumber }
      let number = Int(digits) ?? 0
      result += number > 0 && number <= values.count ? values[number - 1] : String(rest[mark..<digits.endIndex])
      rest = rest[digits.endIndex...]
    }
    return result + rest
  }
}

/// What the English catalogue says of logs that are watched.
let monitorTextsEnglish: [MonitorText: String] = [
  .head: "What was seen of %1 at %2, under version %3 of the Roster",
  .exercise: "EXERCISE: nothing here is about real custody",
  .good: "Nothing was found wrong.",
  .alarms:
    "ALARMS: %1. Each names its proofs: bring them to the coalition's members and to whoever answers for the log.",
  .unreachable: "Not everything could be looked at: %1 of %2 places. What was seen before is kept.",
  .log: "%1: log %2, %3 entries, %4 of them new; every one leads to the root that its key signed",
  .logCosigned: "  cosigned by %1 of its witnesses; the Roster asks for %2",
  .place: "%1: looked at; %2 statements are new",
  .trouble: "%1: NOT seen (%2): %3",
  .statements: "Statements here: %1, of them new: %2; releases: %3, of them without their slots: %4",
  .since: "  since %1",
  .proofs: "  proofs: %1",
  .fork:
    "FORK: the log %1 signed two trees, of %2 and of %3 entries, of which neither continues the other: it shows different histories "
    + "to different people. Both notes convict it.",
  .rollback:
    "SHRUNK: the log %1 shows %2 entries at %4 and showed %3 there before: it was restored from a backup, or that place shows the past. "
    + "Ask whoever answers for the log.",
  .checkpoint:
    "NOT ITS LOG'S: %1 shows a checkpoint that the log's key did not sign: %2. Take the newest Roster; if it stays so, tell whoever runs that place.",
  .tiles:
    "OTHER FILES: what %2 hands out does not lead to the root that the log %1 signed; the first file that differs is %3. Tell whoever "
    + "runs it; nothing of it was kept.",
  .doubleRelease:
    "RELEASED TWICE: statement %1 of %2 and statement %3 of %4 release the same people: %5 slots stand in both. Two receivers may each "
    + "believe that they hold them. Ask both parties who holds each person now.",
  .overdue:
    "OVERDUE: statement %1 of %2 released people to %3, who was to answer by %4; no answer was seen for %5 of them. Ask %3 where they are.",
  .statement: "NOT VERIFIED: statement %1 from %2 proves nothing: %3. Its bytes are kept as they came.",
  .notInLog:
    "NOT IN THE LOG: the log %2 gave a Receipt for statement %1, and the statement is not among the %3 entries that it shows. Ask whoever "
    + "answers for the log; if it has another tree, it has forked.",
  .quorum:
    "NOT WITNESSED: %3 witnesses cosigned the %2 entries of the log %1, and the Roster asks for %4: nobody else vouches that it shows "
    + "everybody the same.",
  .still: "STANDS STILL: the log %1 has %2 entries since %3. Ask whether its daemon runs.",
]

/// What the Arabic catalogue says of logs that are watched.
let monitorTextsArabic: [MonitorText: String] = [
  .head: "ما شوهد من %1 في %2 وفق الإصدار %3 من سجل الأعضاء",
  .exercise: "تمرين: لا شيء هنا يخص احتجازًا حقيقيًا",
  .good: "لم يُعثر على خلل.",
  .alarms: "إنذارات: %1. يذكر كل منها أدلته: قدّمها إلى أعضاء التحالف وإلى المسؤول عن السجل.",
  .unreachable: "تعذّر الاطلاع على كل شيء: %1 من %2 من الأماكن. وما شوهد من قبل محفوظ.",
  .log: "%1: السجل %2، وعدد قيوده %3، منها جديد %4؛ كل قيد يؤدي إلى الجذر الذي وقّعه مفتاحه",
  .logCosigned: "  وقّع عليه من شهوده %1؛ والمطلوب في سجل الأعضاء %2",
  .place: "%1: اطُّلع عليه؛ البيانات الجديدة %2",
  .trouble: "%1: لم يُشاهَد (%2): %3",
  .statements: "البيانات هنا: %1، منها جديد: %2؛ التسليمات: %3، منها بلا قائمة خاناتها: %4",
  .since: "  منذ %1",
  .proofs: "  الأدلة: %1",
  .fork:
    "تشعّب: وقّع السجل %1 شجرتين، إحداهما من %2 قيدًا والأخرى من %3، ولا تكمل أيٌّ منهما الأخرى: فهو يعرض على أناس مختلفين تاريخين مختلفين. "
    + "والمذكرتان معًا تدينانه.",
  .rollback:
    "تقلّص: يعرض السجل %1 عدد %2 من القيود في %4، وكان يعرض هناك %3: إما استُعيد من نسخة احتياطية وإما يعرض ذلك المكان الماضي. "
    + "اسأل المسؤول عن السجل.",
  .checkpoint:
    "ليست لسجلها: يعرض %1 نقطة تحقق لم يوقّعها مفتاح السجل: %2. خذ أحدث سجل أعضاء؛ فإن بقي الأمر كذلك فأبلغ من يدير ذلك المكان.",
  .tiles:
    "ملفات أخرى: ما يقدّمه %2 لا يؤدي إلى الجذر الذي وقّعه السجل %1؛ وأول ملف يختلف هو %3. أبلغ من يديره؛ ولم يُحفظ منه شيء.",
  .doubleRelease:
    "تسليم مرتين: البيان %1 من %2 والبيان %3 من %4 يسلّمان الأشخاص أنفسهم: في كليهما %5 من الخانات. وقد يظن مستلمان أن كلًّا منهما يحتجزهم. "
    + "اسأل الطرفين عمّن يحتجز كل شخص الآن.",
  .overdue:
    "متأخر: البيان %1 من %2 سلّم أشخاصًا إلى %3، وكان عليه أن يجيب حتى %4؛ ولم يُشاهَد جواب عن %5 منهم. اسأل %3 أين هم.",
  .statement: "لم يُتحقَّق منه: البيان %1 من %2 لا يثبت شيئًا: %3. وبايتاته محفوظة كما وردت.",
  .notInLog:
    "ليس في السجل: أعطى السجل %2 إيصالًا عن البيان %1، والبيان ليس بين القيود التي يعرضها وعددها %3. اسأل المسؤول عن السجل؛ "
    + "فإن كانت له شجرة أخرى فقد تشعّب.",
  .quorum:
    "بلا شهود كافين: وقّع %3 من الشهود على قيود السجل %1 وعددها %2، والمطلوب في سجل الأعضاء %4: فلا أحد غيره يشهد بأنه يعرض للجميع السجل نفسه.",
  .still: "متوقف: للسجل %1 عدد %2 من القيود منذ %3. اسأل هل يعمل برنامجه.",
]
