// Made from docs/codes/*.json by docs/codes/embed.py: change the lists there.

extension EmbeddedCodes {
  static let duty1 = CodeList(
    "duty", version: 1,
    texts: [
      "en": "Who must be notified", "ar": "من يجب إخطاره", "ckb": "کێ دەبێت ئاگادار بکرێتەوە",
      "kmr": "Divê kî bê agahdarkirin",
    ],
    codes: [
      CodeList.Code(
        "family",
        texts: [
          "en": "The family, or whom the person names", "ar": "الأسرة, أو من يسمّيه الشخص",
          "ckb": "خێزان, یان ئەو کەسەی کەسەکە ناوی دەبات", "kmr": "Malbat, an kesê ku kes nav dike",
        ]),
      CodeList.Code(
        "neutral-agency",
        texts: [
          "en": "A neutral agency, such as a tracing agency", "ar": "هيئة محايدة, كوكالة البحث عن المفقودين",
          "ckb": "ڕێکخراوێکی بێلایەن, وەک ئاژانسی گەڕان بەدوای ونبووان",
          "kmr": "Saziyeke bêalî, wek ajansa lêgerîna windayan",
        ]),
      CodeList.Code(
        "state-of-nationality",
        texts: [
          "en": "The State of nationality", "ar": "دولة الجنسية", "ckb": "دەوڵەتی ڕەگەزنامە",
          "kmr": "Dewleta hemwelatiyê",
        ]),
      CodeList.Code(
        "child-protection",
        texts: [
          "en": "Whoever protects children", "ar": "الجهة المعنية بحماية الأطفال", "ckb": "لایەنی پاراستنی منداڵان",
          "kmr": "Aliyê parastina zarokan",
        ]),
    ])
}

extension EmbeddedCodes {
  static let inquirer1 = CodeList(
    "inquirer", version: 1,
    texts: [
      "en": "On whose behalf is asked", "ar": "باسم من يُسأل", "ckb": "بە ناوی کێوە دەپرسرێت",
      "kmr": "Li ser navê kê tê pirsîn",
    ],
    codes: [
      CodeList.Code(
        "person", texts: ["en": "The person", "ar": "الشخص نفسه", "ckb": "کەسەکە خۆی", "kmr": "Kes bi xwe"]),
      CodeList.Code("family", texts: ["en": "The family", "ar": "الأسرة", "ckb": "خێزان", "kmr": "Malbat"]),
      CodeList.Code("lawyer", texts: ["en": "A lawyer", "ar": "محامٍ", "ckb": "پارێزەر", "kmr": "Parêzer"]),
      CodeList.Code("court", texts: ["en": "A court", "ar": "محكمة", "ckb": "دادگا", "kmr": "Dadgeh"]),
      CodeList.Code(
        "authority",
        texts: ["en": "An authority", "ar": "جهة رسمية", "ckb": "دەسەڵاتێکی فەرمی", "kmr": "Desthilateke fermî"]),
      CodeList.Code(
        "neutral-agency",
        texts: ["en": "A neutral agency", "ar": "هيئة محايدة", "ckb": "ڕێکخراوێکی بێلایەن", "kmr": "Saziyeke bêalî"]),
    ])
}

extension EmbeddedCodes {
  static let linkBasis1 = CodeList(
    "link-basis", version: 1,
    texts: [
      "en": "Why two are held to be one person, or two", "ar": "سبب اعتبارهما شخصًا واحدًا أو شخصين",
      "ckb": "بۆچی بە یەک کەس یان بە دوو کەس دادەنرێن", "kmr": "Çima wek kesek an du kes tên dîtin",
    ],
    codes: [
      CodeList.Code(
        "register",
        texts: [
          "en": "An entry of a register", "ar": "قيد في سجل", "ckb": "تۆماری ناو دەفتەر", "kmr": "Tomareke qeydê",
        ]),
      CodeList.Code("document", texts: ["en": "A document", "ar": "وثيقة", "ckb": "بەڵگەنامە", "kmr": "Belgeyek"]),
      CodeList.Code(
        "person-said",
        texts: [
          "en": "The person says so", "ar": "قول الشخص نفسه", "ckb": "کەسەکە خۆی وا دەڵێت",
          "kmr": "Kes bi xwe wisa dibêje",
        ]),
      CodeList.Code(
        "family-said",
        texts: [
          "en": "The family says so", "ar": "قول الأسرة", "ckb": "خێزانەکە وا دەڵێت", "kmr": "Malbat wisa dibêje",
        ]),
      CodeList.Code(
        "officer-knows",
        texts: [
          "en": "An officer knows the person", "ar": "ضابط يعرف الشخص", "ckb": "ئەفسەرێک کەسەکە دەناسێت",
          "kmr": "Efserek kesî nas dike",
        ]),
      CodeList.Code(
        "medical-record",
        texts: ["en": "A medical record", "ar": "سجل طبي", "ckb": "تۆماری پزیشکی", "kmr": "Qeydeke bijîşkî"]),
      CodeList.Code(
        "court-finding",
        texts: ["en": "A court's finding", "ar": "قرار محكمة", "ckb": "بڕیاری دادگا", "kmr": "Biryara dadgehê"]),
      CodeList.Code(
        "other", texts: ["en": "Another reason", "ar": "سبب آخر", "ckb": "ھۆکاری تر", "kmr": "Sedemek din"]),
    ])
}

extension EmbeddedCodes {
  static let noticeMeans1 = CodeList(
    "notice-means", version: 1,
    texts: [
      "en": "How somebody was notified, or why not", "ar": "كيف جرى الإخطار, أو لماذا لم يجرِ",
      "ckb": "چۆن ئاگادار کرایەوە, یان بۆچی نەکرا", "kmr": "Çawa hate agahdarkirin, an çima na",
    ],
    codes: [
      CodeList.Code(
        "in-person", texts: ["en": "In person", "ar": "شخصيًا وجهًا لوجه", "ckb": "بە ئامادەبوون", "kmr": "Rû bi rû"]),
      CodeList.Code(
        "telephone", texts: ["en": "By telephone", "ar": "هاتفيًا", "ckb": "بە تەلەفۆن", "kmr": "Bi telefonê"]),
      CodeList.Code("letter", texts: ["en": "By letter", "ar": "برسالة مكتوبة", "ckb": "بە نامە", "kmr": "Bi nameyê"]),
      CodeList.Code(
        "electronic",
        texts: ["en": "Electronically", "ar": "إلكترونيًا", "ckb": "بە شێوەی ئەلیکترۆنی", "kmr": "Bi awayê elektronîk"]),
      CodeList.Code(
        "through-agency",
        texts: [
          "en": "Through an agency", "ar": "عن طريق هيئة", "ckb": "لە ڕێگەی ڕێکخراوێکەوە", "kmr": "Bi rêya saziyekê",
        ]),
      CodeList.Code(
        "public-notice",
        texts: [
          "en": "By public notice", "ar": "بإعلان عام", "ckb": "بە ئاگاداریی گشتی", "kmr": "Bi ragihandina giştî",
        ]),
      CodeList.Code(
        "declined-by-person",
        texts: [
          "en": "Not told, the person does not want it", "ar": "لم يُخطَر, الشخص لا يريد ذلك",
          "ckb": "ئاگادار نەکرایەوە, کەسەکە نایەوێت", "kmr": "Nehate agahdarkirin, kes naxwaze",
        ]),
      CodeList.Code(
        "withheld-for-safety",
        texts: [
          "en": "Not told, it would endanger somebody", "ar": "لم يُخطَر, الإخطار يعرّض شخصًا للخطر",
          "ckb": "ئاگادار نەکرایەوە, کەسێک دەخاتە مەترسییەوە", "kmr": "Nehate agahdarkirin, dê kesekî bixe xetereyê",
        ]),
      CodeList.Code(
        "not-reached",
        texts: [
          "en": "Tried, and nobody was reached, it is owed still", "ar": "جرت المحاولة ولم يُعثر على أحد, الواجب باقٍ",
          "ckb": "ھەوڵ درا و کەس نەدۆزرایەوە, ئەرکەکە ماوە", "kmr": "Hate ceribandin û kes nehate dîtin, erk maye",
        ]),
    ])
}
