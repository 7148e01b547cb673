// Made from docs/codes/*.json by docs/codes/embed.py: change the lists there.

extension EmbeddedCodes {
  static let discrepancy1 = CodeList(
    "discrepancy", version: 1,
    texts: [
      "en": "Discrepancy found on receipt", "ar": "اختلاف لوحظ عند الاستلام", "ckb": "جیاوازی لە کاتی وەرگرتندا",
      "kmr": "Cudahî di dema wergirtinê de",
    ],
    codes: [
      CodeList.Code(
        "age", texts: ["en": "The age differs", "ar": "العمر مختلف", "ckb": "تەمەنەکە جیاوازە", "kmr": "Temen cuda ye"]),
      CodeList.Code(
        "sex",
        texts: ["en": "The sex differs", "ar": "الجنس مختلف", "ckb": "ڕەگەزەکە جیاوازە", "kmr": "Zayend cuda ye"]),
      CodeList.Code(
        "nationality",
        texts: [
          "en": "The nationality differs", "ar": "الجنسية مختلفة", "ckb": "ڕەگەزنامەکە جیاوازە",
          "kmr": "Hemwelatîbûn cuda ye",
        ]),
      CodeList.Code(
        "identity",
        texts: [
          "en": "The identity differs", "ar": "الهوية مختلفة", "ckb": "ناسنامەکە جیاوازە", "kmr": "Nasname cuda ye",
        ]),
      CodeList.Code(
        "family",
        texts: [
          "en": "The family differs", "ar": "أفراد الأسرة مختلفون", "ckb": "ئەندامانی خێزان جیاوازن",
          "kmr": "Endamên malbatê cuda ne",
        ]),
      CodeList.Code(
        "health",
        texts: [
          "en": "The state of health differs", "ar": "الحالة الصحية مختلفة", "ckb": "باری تەندروستی جیاوازە",
          "kmr": "Rewşa tenduristiyê cuda ye",
        ]),
      CodeList.Code(
        "property",
        texts: [
          "en": "Property is missing or differs", "ar": "الممتلكات ناقصة أو مختلفة",
          "ckb": "کەلوپەلەکان کەمن یان جیاوازن", "kmr": "Tişt kêm in an cuda ne",
        ]),
      CodeList.Code(
        "injuries",
        texts: [
          "en": "Injuries that the list does not name", "ar": "إصابات غير مذكورة في القائمة",
          "ckb": "برینێک کە لە لیستەکەدا نییە", "kmr": "Birînên ku di lîsteyê de nînin",
        ]),
      CodeList.Code(
        "documents",
        texts: [
          "en": "Documents are missing or differ", "ar": "الوثائق ناقصة أو مختلفة",
          "ckb": "بەڵگەنامەکان کەمن یان جیاوازن", "kmr": "Belge kêm in an cuda ne",
        ]),
    ])
}

extension EmbeddedCodes {
  static let incident1 = CodeList(
    "incident", version: 1, texts: ["en": "Incident", "ar": "حادثة", "ckb": "ڕووداو", "kmr": "Bûyer"],
    codes: [
      CodeList.Code("death", texts: ["en": "Death", "ar": "وفاة", "ckb": "مردن", "kmr": "Mirin"]),
      CodeList.Code("birth", texts: ["en": "Birth", "ar": "ولادة", "ckb": "لەدایکبوون", "kmr": "Jidayikbûn"]),
      CodeList.Code("escape", texts: ["en": "Escape", "ar": "فرار", "ckb": "ھەڵاتن", "kmr": "Rev"]),
      CodeList.Code(
        "hospital",
        texts: [
          "en": "Brought to hospital", "ar": "نقل إلى المستشفى", "ckb": "بردن بۆ نەخۆشخانە",
          "kmr": "Birin nexweşxaneyê",
        ]),
      CodeList.Code("injury", texts: ["en": "Injury", "ar": "إصابة", "ckb": "برینداربوون", "kmr": "Birîndarbûn"]),
      CodeList.Code(
        "separation",
        texts: [
          "en": "Separation of a family", "ar": "تفرّق أفراد الأسرة", "ckb": "لێک دابڕانی خێزان",
          "kmr": "Ji hev veqetîna malbatê",
        ]),
      CodeList.Code("missing", texts: ["en": "Missing", "ar": "فقدان", "ckb": "بێسەروشوێنبوون", "kmr": "Windabûn"]),
      CodeList.Code(
        "found", texts: ["en": "Found again", "ar": "العثور عليه", "ckb": "دۆزینەوە", "kmr": "Dîtina kesê winda"]),
      CodeList.Code(
        "released-in-error",
        texts: [
          "en": "Released in error", "ar": "إطلاق سراح بالخطأ", "ckb": "ئازادکردن بە ھەڵە", "kmr": "Berdana bi şaşî",
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
  static let kind1 = CodeList(
    "kind", version: 1,
    texts: ["en": "Kind of handover", "ar": "نوع التسليم", "ckb": "جۆری ڕادەستکردن", "kmr": "Cureya radestkirinê"],
    codes: [
      CodeList.Code(
        "detainee-transfer",
        texts: [
          "en": "Transfer of detained persons", "ar": "نقل محتجزين", "ckb": "گواستنەوەی ڕاگیراوان",
          "kmr": "Veguhastina girtiyan",
        ]),
      CodeList.Code(
        "family-return",
        texts: [
          "en": "Return of families", "ar": "عودة عائلات", "ckb": "گەڕانەوەی خێزانەکان", "kmr": "Vegera malbatan",
        ]),
      CodeList.Code(
        "third-country-repatriation",
        texts: [
          "en": "Repatriation of foreign nationals", "ar": "إعادة أجانب إلى بلدانهم",
          "ckb": "گەڕاندنەوەی بیانییەکان بۆ وڵاتی خۆیان", "kmr": "Vegerandina biyaniyan bo welatê wan",
        ]),
      CodeList.Code(
        "site-handover",
        texts: [
          "en": "Handover of a site", "ar": "تسليم موقع", "ckb": "ڕادەستکردنی شوێنێک", "kmr": "Radestkirina cihekî",
        ]),
      CodeList.Code(
        "property-handover",
        texts: [
          "en": "Handover of property", "ar": "تسليم ممتلكات", "ckb": "ڕادەستکردنی کەلوپەل",
          "kmr": "Radestkirina tiştan",
        ]),
    ])
}

extension EmbeddedCodes {
  static let libertyMark1 = CodeList(
    "liberty-mark", version: 1,
    texts: [
      "en": "The person's mark at release to liberty", "ar": "علامة الشخص عند إطلاق سراحه",
      "ckb": "نیشانەی کەسەکە لە کاتی ئازادکردندا", "kmr": "Nîşana kesî di dema berdanê de",
    ],
    codes: [
      CodeList.Code("signed", texts: ["en": "Signed", "ar": "وقّع", "ckb": "واژۆی کرد", "kmr": "Îmze kir"]),
      CodeList.Code(
        "thumbprint",
        texts: ["en": "By thumbprint", "ar": "بصم بالإبهام", "ckb": "پەنجەمۆری کرد", "kmr": "Tiliya xwe danî"]),
      CodeList.Code("refused", texts: ["en": "Refused", "ar": "رفض", "ckb": "ڕەتی کردەوە", "kmr": "Red kir"]),
      CodeList.Code("unable", texts: ["en": "Not able to", "ar": "لم يستطع", "ckb": "نەیتوانی", "kmr": "Nikarîbû"]),
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
  static let outcome1 = CodeList(
    "outcome", version: 1, texts: ["en": "Outcome", "ar": "النتيجة", "ckb": "ئەنجام", "kmr": "Encam"],
    codes: [
      CodeList.Code(
        "accepted", texts: ["en": "Accepted", "ar": "مقبول", "ckb": "وەرگیراوە", "kmr": "Hatiye wergirtin"]),
      CodeList.Code(
        "refused", texts: ["en": "Refused", "ar": "مرفوض", "ckb": "ڕەت کراوەتەوە", "kmr": "Hatiye redkirin"]),
      CodeList.Code("missing", texts: ["en": "Not there", "ar": "غائب", "ckb": "لەوێ نەبوو", "kmr": "Ne li wir bû"]),
      CodeList.Code(
        "ended",
        texts: [
          "en": "Custody ended on the way", "ar": "انتهت العهدة في الطريق",
          "ckb": "بەرپرسیارێتییەکە لە ڕێگادا کۆتایی ھات", "kmr": "Berpirsiyarî di rê de qediya",
        ]),
    ])
}

extension EmbeddedCodes {
  static let retentionClass1 = CodeList(
    "retention-class", version: 1,
    texts: [
      "en": "Class of retention", "ar": "فئة مدة الحفظ", "ckb": "پۆلی ماوەی ھەڵگرتن", "kmr": "Pola dema hilanînê",
    ],
    codes: [
      CodeList.Code(
        "custody-record",
        texts: [
          "en": "Custody record", "ar": "قيد العهدة", "ckb": "تۆماری ڕاگرتن و ڕادەستکردن",
          "kmr": "Tomara girtin û radestkirinê",
        ]),
      CodeList.Code(
        "medical", texts: ["en": "Medical record", "ar": "سجل طبي", "ckb": "تۆماری پزیشکی", "kmr": "Tomara bijîşkî"]),
      CodeList.Code(
        "child-protection",
        texts: ["en": "Child protection", "ar": "حماية الطفل", "ckb": "پاراستنی منداڵ", "kmr": "Parastina zarokan"]),
      CodeList.Code("message", texts: ["en": "Message", "ar": "رسالة", "ckb": "نامە", "kmr": "Peyam"]),
    ])
}

extension EmbeddedCodes {
  static let withheldReason1 = CodeList(
    "withheld-reason", version: 1,
    texts: [
      "en": "Reason to withhold a record from a State", "ar": "سبب حجب قيد عن دولة",
      "ckb": "ھۆکاری شاردنەوەی تۆمار لە دەوڵەتێک", "kmr": "Sedema veşartina tomarê ji dewletekê",
    ],
    codes: [
      CodeList.Code(
        "risk-to-person",
        texts: [
          "en": "Telling that State would endanger the person", "ar": "إطلاع تلك الدولة يعرّض الشخص للخطر",
          "ckb": "ئاگادارکردنەوەی ئەو دەوڵەتە کەسەکە دەخاتە مەترسییەوە",
          "kmr": "Agahdarkirina wê dewletê kesî dixe xetereyê",
        ]),
      CodeList.Code(
        "risk-to-family",
        texts: [
          "en": "Telling that State would endanger the family", "ar": "إطلاع تلك الدولة يعرّض الأسرة للخطر",
          "ckb": "ئاگادارکردنەوەی ئەو دەوڵەتە خێزانەکە دەخاتە مەترسییەوە",
          "kmr": "Agahdarkirina wê dewletê malbatê dixe xetereyê",
        ]),
      CodeList.Code(
        "seeks-protection",
        texts: [
          "en": "The person seeks protection from fear of that State", "ar": "يطلب الشخص الحماية خوفًا من تلك الدولة",
          "ckb": "کەسەکە لە ترسی ئەو دەوڵەتە داوای پاراستن دەکات", "kmr": "Kes ji tirsa wê dewletê parastinê dixwaze",
        ]),
      CodeList.Code(
        "child-interest",
        texts: [
          "en": "The best interests of a child", "ar": "مصلحة الطفل الفضلى", "ckb": "بەرژەوەندیی باڵای منداڵ",
          "kmr": "Berjewendiya herî baş a zarok",
        ]),
      CodeList.Code(
        "protected-witness",
        texts: [
          "en": "The person is a protected witness", "ar": "الشخص شاهد مشمول بالحماية",
          "ckb": "کەسەکە شایەتێکی پارێزراوە", "kmr": "Kes şahidekî parastî ye",
        ]),
      CodeList.Code(
        "person-asked",
        texts: [
          "en": "At the person's own request", "ar": "بطلب من الشخص نفسه", "ckb": "لەسەر داوای خودی کەسەکە",
          "kmr": "Li ser daxwaza kesê bi xwe",
        ]),
      CodeList.Code(
        "court-order",
        texts: [
          "en": "By order of a court", "ar": "بأمر من محكمة", "ckb": "بە فەرمانی دادگا", "kmr": "Bi fermana dadgehê",
        ]),
    ])
}
