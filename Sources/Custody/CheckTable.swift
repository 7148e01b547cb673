/// The invariants that this version checks, as one table (custody.md, Invariants).
public enum CheckTable {
  public static let rows: [CheckRow] = [
    CheckRow(
      .v1, .refuses,
      en: "One authority is responsible for each person; whoever is already in custody is not taken in again.",
      ar: "لكل شخص جهة مسؤولة واحدة؛ من هو في العهدة لا يُدخل إليها مرة أخرى.",
      .registration(CustodyChecks.oneCustodian)),
    CheckRow(
      .v2, .answers, en: "No gap: each step cites the step before it, and whoever is born is taken in.",
      ar: "لا فجوة: كل خطوة تشير إلى الخطوة التي قبلها، ومن يولد يُدخل إلى العهدة.",
      .registration(CustodyChecks.noGap)),
    CheckRow(
      .v3, .gates,
      en: "Only the current custodian releases whoever is there, never twice while a release is open; whoever has the "
        + "person reports what befalls them.",
      ar: "لا يسلّم إلا صاحب العهدة الحالي ومن هو حاضر لديه، ولا يسلّم مرتين ما دام التسليم مفتوحًا؛ ومن كان الشخص في يده "
        + "يبلّغ بما يصيبه.",
      .registration(CustodyChecks.releasedByCustodian)),
    CheckRow(
      .v4, .refuses, en: "An outcome answers lines of one exact release, each of them once.",
      ar: "النتيجة تجيب عن أسطر تسليم واحد محدد، ولكل سطر جواب واحد.",
      .registration(CustodyChecks.outcomeAnswersRelease)),
    CheckRow(
      .v5, .refuses,
      en:
        "Nobody is counted twice: released is accepted, refused, missing, recalled, ended and open together; at close "
        + "nobody is open.",
      ar:
        "لا يُعدّ أحد مرتين: المسلَّمون هم المقبولون والمرفوضون والغائبون والمستردّون ومن انتهت عهدتهم ومن لم يُجَب عنهم؛ "
        + "وعند الإغلاق لا يبقى أحد بلا جواب.",
      .registration(CountChecks.nobodyTwice)),
    CheckRow(
      .v6, .refuses, en: "Counts, tallies and roots are recomputed from the lines and must agree.",
      ar: "تُعاد الأعداد والمجاميع والجذور من الأسطر ويجب أن تتطابق.",
      .registration(CountChecks.countsFromLines)),
    CheckRow(
      .v7, .refuses, en: "Exactly one log decides the next step; a contested chain is settled before it moves.",
      ar: "سجل واحد فقط يقرر الخطوة التالية؛ والعهدة المتنازع عليها تُحسم قبل أن تنتقل.",
      .registration(CustodyChecks.oneLogDecides)),
    CheckRow(
      .v8, .refuses,
      en: "A correction cites what it corrects, and changes neither who is responsible nor whom it is about.",
      ar: "التصحيح يشير إلى ما يصححه، ولا يغيّر المسؤول ولا الشخص المعنيّ.",
      .registration(TestimonyChecks.corrections)),
    CheckRow(
      .v9, .refuses,
      en: "Only an intake or an outcome moves responsibility; the custodian named must be the one that follows.",
      ar: "لا تنقل المسؤولية إلا الاستلام الأول أو النتيجة؛ ويجب أن يُسمّى صاحب العهدة الصحيح.",
      .registration(CustodyChecks.responsibilityFollows)),
    CheckRow(
      .v10, .refuses,
      en:
        "A release is closed when every line is answered, by its releaser first; what is complete is never cancelled.",
      ar: "يُغلق التسليم حين يُجاب عن كل سطر، والمسلِّم يغلق أولًا؛ وما اكتمل لا يُلغى أبدًا.",
      .registration(CloseChecks.completedStays)),
    CheckRow(
      .v11, .gatesOrFlags,
      en: "The parties are active, competent authorities of active members under a roster that is not stale.",
      ar: "الأطراف جهات فاعلة مختصة لأعضاء فاعلين، وفق سجل أعضاء غير منتهي الصلاحية.",
      .registration(AuthorityChecks.competentParties)),
    CheckRow(
      .v12, .refuses, en: "Only the authority named for it signs a step or answers it.",
      ar: "لا يوقّع الخطوة ولا يجيب عنها إلا الجهة المسمّاة لها.",
      .registration(AuthorityChecks.namedParty)),
    CheckRow(
      .v13, .refuses, en: "The signer's key was the authority's and valid when it signed.",
      ar: "مفتاح الموقّع كان للجهة وصالحًا وقت التوقيع.", .signature),
    CheckRow(
      .v14, .gatesOrFlags,
      en: "Two officers approve, two keys and two numbers; and whoever else must: a physician, a witness, the person.",
      ar: "يوافق ضابطان، بمفتاحين ورقمين مختلفين؛ ومعهما كل من تلزم موافقته: طبيب أو شاهد أو الشخص نفسه.",
      .registration(AuthorityChecks.enoughOfficers)),
    CheckRow(
      .v15, .answers,
      en: "What a compromised or lost key signed counts only if somebody else had seen it before.",
      ar: "ما وقّعه مفتاح مُخترق أو مفقود لا يُعتدّ به إلا إذا كان غيره قد اطّلع عليه قبل ذلك.", .signature),
    CheckRow(
      .v16, .answers, en: "A key that the roster does not list is answered “not listed”, never “valid”.",
      ar: "المفتاح غير المدرج في سجل الأعضاء يُجاب عنه «غير مدرج»، ولا يُعدّ صالحًا أبدًا.", .signature),
    CheckRow(
      .v17, .gatesOrFlags, en: "Times along a chain do not run backwards beyond the declared clock errors.",
      ar: "الأوقات على امتداد العهدة لا ترجع إلى الوراء بأكثر من خطأ الساعة المعلن.",
      .registration(TimeChecks.monotone)),
    CheckRow(
      .v18, .gatesOrFlags, en: "What is recorded has already occurred; what is recorded late is flagged.",
      ar: "ما يُسجَّل قد وقع فعلًا؛ وما يُسجَّل متأخرًا يوضع عليه تنبيه.",
      .registration(TimeChecks.recordedAfterOccurred)),
    CheckRow(
      .v19, .answers,
      en:
        "A release and a tracing inquiry are answered in time; past that there is an alarm, and nothing moves by itself.",
      ar: "يُجاب عن التسليم وعن طلب البحث عن شخص قبل انقضاء المهلة؛ وبعدها يصدر إنذار، ولا ينتقل شيء من تلقاء نفسه.",
      .timer),
    CheckRow(
      .v20, .refuses, en: "A log only grows: two roots for one size are a fork, and both proofs are kept.",
      ar: "السجل لا ينقص: جذران لحجم واحد انقسام، ويُحتفظ بالدليلين.", .log),
    CheckRow(
      .v21, .flags,
      en: "A log that ended or was restored is sealed and never goes on: what lies beyond moves nobody by itself.",
      ar: "السجل المنتهي أو المستعاد مختوم ولا يُستأنف أبدًا: ما يقع بعده لا ينقل عهدة أحد من تلقاء نفسه.",
      .registration(LogChecks.withinSeal)),
    CheckRow(
      .v22, .refuses, en: "Bytes are decoded strictly; what has two readings is refused with the place.",
      ar: "تُقرأ البيانات قراءة صارمة؛ وما يحتمل قراءتين يُرفض مع ذكر موضعه.", .decoding),
    CheckRow(
      .v23, .refuses, en: "What is kept is what was received, byte for byte.",
      ar: "ما يُحفظ هو ما استُلم، بايتًا ببايت.", .log),
    CheckRow(
      .v24, .refuses, en: "Text holds no control or direction-override characters.",
      ar: "لا يحوي النص محارف تحكّم أو محارف تقلب الاتجاه.", .decoding),
    CheckRow(
      .v25, .gatesOrFlags, en: "Codes stand in the version of the code list that the roster names.",
      ar: "الرموز مدرجة في إصدار قائمة الرموز الذي يسمّيه سجل الأعضاء.",
      .registration(CodeChecks.codesExist)),
    CheckRow(
      .v26, .gatesOrFlags,
      en: "Of whoever is not free it is said when, where, by whom and why, or that it is unknown and why.",
      ar: "كل من ليس حرًّا يُذكر متى وأين ومن حرمه حريته ولماذا، أو يُذكر أن ذلك مجهول وسبب جهله.",
      .registration(ContentChecks.deprivationStated)),
    CheckRow(
      .v27, .gatesOrFlags,
      en: "No child, not even a presumed one, goes to a place for adults; whoever protects children approves.",
      ar: "لا يُرسل طفل، ولا من يُفترض أنه طفل، إلى مكان للبالغين فقط؛ ويوافق المعنيّ بحماية الأطفال.",
      .registration(ContentChecks.childrenProtected)),
    CheckRow(
      .v28, .gatesOrFlags,
      en: "Nobody crosses a border without an assessment and assurances, nor goes on to a third without consent.",
      ar: "لا يعبر أحد حدودًا دون تقييم وضمانات، ولا يُنقل إلى طرف ثالث دون موافقة من سلّمه.",
      .registration(BorderChecks.assessed)),
    CheckRow(
      .v29, .gatesOrFlags, en: "Each adult who returns has consented and has not withdrawn it before departure.",
      ar: "كل بالغ عائد قد وافق ولم يسحب موافقته قبل المغادرة.",
      .registration(ContentChecks.consented)),
    CheckRow(
      .v30, .gatesOrFlags,
      en: "What stands beside a statement is what the statement commits to, and is not erased while it is needed.",
      ar: "ما يرافق البيان هو عينه ما التزم به البيان، ولا يُمحى ما دامت الحاجة إليه قائمة.",
      .registration(CountChecks.annexesMatch)),
    CheckRow(
      .v31, .answers,
      en:
        "Whoever must be notified is told in time, by the one who owes it; what is overdue is seen, with an alarm there.",
      ar:
        "من يجب إخطاره يُخطَر في الوقت، ومن عليه الواجب يخطره بنفسه؛ وما تأخّر يظهر للجميع، ويصدر إنذار عند من عليه الواجب.",
      .timer),
    CheckRow(
      .v32, .answers,
      en:
        "A bundle is verified offline by itself, with every roster that leads from its statements to the one you trust.",
      ar:
        "تُتحقَّق الحزمة بنفسها دون اتصال، ومعها كل سجل أعضاء يصل بياناتها بالسجل الذي تثق به.",
      .bundle),
  ]

  public static func row(_ code: CheckCode) -> CheckRow? { rows.first { $0.code == code } }
}
