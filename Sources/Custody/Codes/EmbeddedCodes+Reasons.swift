// Made from docs/codes/*.json by docs/codes/embed.py: change the lists there.

extension EmbeddedCodes {
  static let reason1 = CodeList(
    "reason", version: 1, texts: ["en": "Reason", "ar": "السبب", "ckb": "ھۆکار", "kmr": "Sedem"],
    codes: [
      CodeList.Code(
        "no-capacity",
        texts: [
          "en": "No room to receive", "ar": "لا يوجد مكان للاستقبال", "ckb": "شوێن بۆ وەرگرتن نییە",
          "kmr": "Cih ji bo wergirtinê tune ye",
        ]),
      CodeList.Code(
        "not-competent",
        texts: [
          "en": "Not within the authority's competence", "ar": "ليس من اختصاص هذه الجهة",
          "ckb": "لە دەسەڵاتی ئەم لایەنەدا نییە", "kmr": "Ne di desthilata vê meqamê de ye",
        ]),
      CodeList.Code(
        "wrong-person",
        texts: [
          "en": "Not the person who was announced", "ar": "ليس الشخص المُعلن عنه",
          "ckb": "ئەو کەسە نییە کە ڕاگەیەنرابوو", "kmr": "Ne ew kes e ku hatibû ragihandin",
        ]),
      CodeList.Code(
        "not-present",
        texts: [
          "en": "Not there on arrival", "ar": "غير موجود عند الوصول", "ckb": "لە کاتی گەیشتندا لەوێ نەبوو",
          "kmr": "Di dema gihîştinê de ne li wir bû",
        ]),
      CodeList.Code(
        "identity",
        texts: [
          "en": "Identity in doubt", "ar": "الهوية موضع شك", "ckb": "گومان لە ناسنامەکەی ھەیە",
          "kmr": "Nasname bi guman e",
        ]),
      CodeList.Code(
        "nationality",
        texts: [
          "en": "Nationality not confirmed", "ar": "الجنسية غير مؤكدة", "ckb": "ڕەگەزنامەکەی پشتڕاست نەکراوەتەوە",
          "kmr": "Hemwelatîbûn nehatiye piştrastkirin",
        ]),
      CodeList.Code(
        "health",
        texts: [
          "en": "State of health does not allow it", "ar": "الحالة الصحية لا تسمح بذلك",
          "ckb": "باری تەندروستی ڕێگەی پێ نادات", "kmr": "Rewşa tenduristiyê rê nade",
        ]),
      CodeList.Code(
        "child-safeguards",
        texts: [
          "en": "Safeguards for a child are missing", "ar": "ضمانات حماية الطفل غير متوفرة",
          "ckb": "مەرجەکانی پاراستنی منداڵ دابین نەکراون", "kmr": "Şertên parastina zarok nehatine dabînkirin",
        ]),
      CodeList.Code(
        "consent-missing",
        texts: [
          "en": "Consent is missing", "ar": "الموافقة غير متوفرة", "ckb": "ڕەزامەندی نییە", "kmr": "Razîbûn tune ye",
        ]),
      CodeList.Code(
        "consent-withdrawn",
        texts: [
          "en": "Consent was withdrawn", "ar": "سُحبت الموافقة", "ckb": "ڕەزامەندی کشێنراوەتەوە",
          "kmr": "Razîbûn hatiye vekişandin",
        ]),
      CodeList.Code(
        "risk-of-harm",
        texts: [
          "en": "Risk of torture or other serious harm", "ar": "خطر التعذيب أو أذى جسيم آخر",
          "ckb": "مەترسیی ئەشکەنجە یان زیانێکی گەورەی تر", "kmr": "Metirsiya îşkenceyê an zirareke din a giran",
        ]),
      CodeList.Code(
        "assurances-missing",
        texts: [
          "en": "Assurances are missing or have expired", "ar": "التعهدات غير متوفرة أو انتهت مدتها",
          "ckb": "بەڵێننامەکان نین یان ماوەیان بەسەر چووە", "kmr": "Soznameyên pêwîst tune ne an dema wan qediyaye",
        ]),
      CodeList.Code(
        "documents-missing",
        texts: [
          "en": "Documents are missing", "ar": "الوثائق ناقصة", "ckb": "بەڵگەنامەی پێویست نییە",
          "kmr": "Belgeyên pêwîst tune ne",
        ]),
      CodeList.Code(
        "no-legal-basis",
        texts: [
          "en": "No legal basis", "ar": "لا يوجد أساس قانوني", "ckb": "بنەمای یاسایی نییە",
          "kmr": "Bingeha qanûnî tune ye",
        ]),
      CodeList.Code(
        "court-order",
        texts: [
          "en": "By order of a court", "ar": "بأمر من محكمة", "ckb": "بە فەرمانی دادگا", "kmr": "Bi fermana dadgehê",
        ]),
      CodeList.Code(
        "unsafe-route",
        texts: [
          "en": "The way is not safe", "ar": "الطريق غير آمن", "ckb": "ڕێگاکە سەلامەت نییە", "kmr": "Rê ne ewle ye",
        ]),
      CodeList.Code(
        "road-closed",
        texts: ["en": "The road is closed", "ar": "الطريق مغلق", "ckb": "ڕێگاکە داخراوە", "kmr": "Rê girtî ye"]),
      CodeList.Code(
        "weather", texts: ["en": "Weather", "ar": "أحوال الطقس", "ckb": "باری کەشوھەوا", "kmr": "Rewşa hewayê"]),
      CodeList.Code(
        "no-transport",
        texts: [
          "en": "No means of transport", "ar": "لا توجد وسيلة نقل", "ckb": "ئامرازی گواستنەوە نییە",
          "kmr": "Wesayît ji bo veguhastinê tune ye",
        ]),
      CodeList.Code(
        "transit-refused",
        texts: [
          "en": "A State on the way refused transit", "ar": "رفضت دولة على الطريق السماح بالعبور",
          "ckb": "دەوڵەتێکی سەر ڕێگا ڕێی بە تێپەڕین نەدا", "kmr": "Dewleteke li ser rê destûra derbasbûnê neda",
        ]),
      CodeList.Code(
        "site-closed",
        texts: ["en": "The site is closed", "ar": "الموقع مغلق", "ckb": "شوێنەکە داخراوە", "kmr": "Cih girtî ye"]),
      CodeList.Code(
        "deadline-passed",
        texts: [
          "en": "The deadline has passed", "ar": "انقضت المهلة", "ckb": "ماوەکە بەسەر چووە", "kmr": "Mohlet qediya",
        ]),
      CodeList.Code(
        "already-answered",
        texts: [
          "en": "It was answered before", "ar": "سبق الجواب عنه", "ckb": "پێشتر وەڵام دراوەتەوە",
          "kmr": "Berê hatiye bersivandin",
        ]),
      CodeList.Code(
        "refused-by-receiver",
        texts: [
          "en": "The first receiver refused", "ar": "رفض المستلم الأول", "ckb": "وەرگری یەکەم ڕەتی کردەوە",
          "kmr": "Wergirê yekem red kir",
        ]),
      CodeList.Code(
        "recalled",
        texts: [
          "en": "It was recalled", "ar": "جرى استرجاعه", "ckb": "داوای گەڕاندنەوەی کراوە",
          "kmr": "Vegerandina wê hatiye xwestin",
        ]),
      CodeList.Code(
        "never-released",
        texts: [
          "en": "No release was ever made", "ar": "لم يجرِ أي تسليم", "ckb": "ھەرگیز ڕادەست نەکراوە",
          "kmr": "Qet nehatiye radestkirin",
        ]),
      CodeList.Code(
        "released-twice",
        texts: [
          "en": "Released twice", "ar": "سُلّم مرتين", "ckb": "دوو جار ڕادەست کراوە",
          "kmr": "Du caran hatiye radestkirin",
        ]),
      CodeList.Code(
        "held-elsewhere",
        texts: [
          "en": "Another authority holds the person", "ar": "الشخص في عهدة جهة أخرى",
          "ckb": "کەسەکە لای دەسەڵاتێکی ترە", "kmr": "Kes li cem meqameke din e",
        ]),
      CodeList.Code(
        "count-differs",
        texts: [
          "en": "The numbers differ", "ar": "الأعداد مختلفة", "ckb": "ژمارەکان جیاوازن", "kmr": "Hejmar ji hev cuda ne",
        ]),
      CodeList.Code(
        "duplicate",
        texts: [
          "en": "Entered twice", "ar": "أُدخل مرتين", "ckb": "دوو جار تۆمار کراوە", "kmr": "Du caran hatiye tomarkirin",
        ]),
      CodeList.Code(
        "entered-in-error",
        texts: [
          "en": "Entered in error", "ar": "أُدخل خطأً", "ckb": "بە ھەڵە تۆمار کراوە", "kmr": "Bi şaşî hatiye tomarkirin",
        ]),
      CodeList.Code(
        "correction",
        texts: [
          "en": "Correction of an earlier record", "ar": "تصحيح قيد سابق", "ckb": "ڕاستکردنەوەی تۆمارێکی پێشوو",
          "kmr": "Rastkirina tomareke berê",
        ]),
      CodeList.Code(
        "complaint",
        texts: ["en": "A complaint was made", "ar": "قُدّمت شكوى", "ckb": "سکاڵا کراوە", "kmr": "Gilî hatiye kirin"]),
      CodeList.Code(
        "person-asked",
        texts: [
          "en": "At the person's own request", "ar": "بطلب من الشخص نفسه", "ckb": "لەسەر داوای خودی کەسەکە",
          "kmr": "Li ser daxwaza kesê bi xwe",
        ]),
      CodeList.Code(
        "family-unity",
        texts: [
          "en": "To keep a family together", "ar": "لئلا تتفرق الأسرة", "ckb": "بۆ ئەوەی خێزان لە یەک جیا نەبێتەوە",
          "kmr": "Ji bo ku malbat ji hev cuda nebe",
        ]),
      CodeList.Code(
        "paper-first",
        texts: [
          "en": "Recorded on paper first", "ar": "سُجّل على الورق أولًا", "ckb": "سەرەتا لەسەر کاغەز تۆمار کراوە",
          "kmr": "Pêşî li ser kaxezê hatiye tomarkirin",
        ]),
      CodeList.Code(
        "retention-ended",
        texts: [
          "en": "The retention period has ended", "ar": "انقضت مدة الحفظ", "ckb": "ماوەی ھەڵگرتنی تۆمار بەسەر چووە",
          "kmr": "Dema hilanîna tomarê qediyaye",
        ]),
      CodeList.Code(
        "other",
        texts: [
          "en": "Another reason, given in an annex", "ar": "سبب آخر مذكور في ملحق",
          "ckb": "ھۆکارێکی تر کە لە پاشکۆدا نووسراوە", "kmr": "Sedemeke din, di pêvekê de hatiye nivîsandin",
        ]),
    ])
}
