// Made from docs/codes/*.json by docs/codes/embed.py: change the lists there.

extension EmbeddedCodes {
  static let countMethod1 = CodeList(
    "count-method", version: 1,
    texts: ["en": "How people were counted", "ar": "طريقة العدّ", "ckb": "شێوازی ژماردن", "kmr": "Awayê hejmartinê"],
    codes: [
      CodeList.Code(
        "head-count",
        texts: ["en": "Counting of heads", "ar": "عدّ الأشخاص", "ckb": "ژماردنی کەسەکان", "kmr": "Hejmartina kesan"]),
      CodeList.Code(
        "roll-call",
        texts: ["en": "Roll call", "ar": "المناداة بالأسماء", "ckb": "بانگکردنی ناوەکان", "kmr": "Bangkirina navan"]),
      CodeList.Code(
        "registration", texts: ["en": "Registration", "ar": "تسجيل", "ckb": "تۆمارکردن", "kmr": "Tomarkirin"]),
      CodeList.Code(
        "biometric-registration",
        texts: [
          "en": "Registration with biometrics", "ar": "تسجيل بالسمات الحيوية", "ckb": "تۆمارکردنی بایۆمەتری",
          "kmr": "Tomarkirina bîyometrîk",
        ]),
      CodeList.Code("estimate", texts: ["en": "Estimate", "ar": "تقدير", "ckb": "خەمڵاندن", "kmr": "Texmîn"]),
    ])
}

extension EmbeddedCodes {
  static let hazard1 = CodeList(
    "hazard", version: 1,
    texts: ["en": "Hazard at a site", "ar": "خطر في الموقع", "ckb": "مەترسی لە شوێنەکەدا", "kmr": "Metirsî li cih"],
    codes: [
      CodeList.Code(
        "explosives",
        texts: [
          "en": "Explosives or mines", "ar": "متفجرات أو ألغام", "ckb": "تەقەمەنی یان مین", "kmr": "Teqemenî an mayîn",
        ]),
      CodeList.Code("fire", texts: ["en": "Fire", "ar": "حريق", "ckb": "ئاگر", "kmr": "Agir"]),
      CodeList.Code("flood", texts: ["en": "Flood", "ar": "فيضان", "ckb": "لافاو", "kmr": "Lehî"]),
      CodeList.Code("disease", texts: ["en": "Disease", "ar": "مرض", "ckb": "نەخۆشی", "kmr": "Nexweşî"]),
      CodeList.Code(
        "structural",
        texts: ["en": "Buildings not safe", "ar": "مبانٍ غير آمنة", "ckb": "بینای ناسەلامەت", "kmr": "Avahiyên ne ewle"]),
      CodeList.Code("unrest", texts: ["en": "Unrest", "ar": "اضطرابات", "ckb": "ئاژاوە", "kmr": "Aloziyên civakî"]),
      CodeList.Code("weapons", texts: ["en": "Weapons", "ar": "أسلحة", "ckb": "چەک", "kmr": "Çek"]),
      CodeList.Code(
        "hazardous-material",
        texts: ["en": "Hazardous material", "ar": "مواد خطرة", "ckb": "ماددەی مەترسیدار", "kmr": "Madeyên xeternak"]),
    ])
}

extension EmbeddedCodes {
  static let registerKind1 = CodeList(
    "register-kind", version: 1,
    texts: [
      "en": "Register handed over", "ar": "السجل المسلَّم", "ckb": "تۆماری ڕادەستکراو", "kmr": "Tomara radestkirî",
    ],
    codes: [
      CodeList.Code("persons", texts: ["en": "Persons", "ar": "الأشخاص", "ckb": "کەسەکان", "kmr": "Kes"]),
      CodeList.Code(
        "admissions", texts: ["en": "Admissions", "ar": "الدخول", "ckb": "وەرگرتنەکان", "kmr": "Wergirtin"]),
      CodeList.Code(
        "medical",
        texts: ["en": "Medical register", "ar": "السجل الطبي", "ckb": "تۆماری پزیشکی", "kmr": "Tomara bijîşkî"]),
      CodeList.Code("property", texts: ["en": "Property", "ar": "الممتلكات", "ckb": "کەلوپەل", "kmr": "Tişt"]),
      CodeList.Code("deaths", texts: ["en": "Deaths", "ar": "الوفيات", "ckb": "مردنەکان", "kmr": "Mirin"]),
      CodeList.Code("births", texts: ["en": "Births", "ar": "الولادات", "ckb": "لەدایکبوونەکان", "kmr": "Jidayikbûn"]),
      CodeList.Code("visits", texts: ["en": "Visits", "ar": "الزيارات", "ckb": "سەردانەکان", "kmr": "Serdan"]),
      CodeList.Code(
        "court", texts: ["en": "Court dates", "ar": "مواعيد المحكمة", "ckb": "وادەکانی دادگا", "kmr": "Demên dadgehê"]),
    ])
}

extension EmbeddedCodes {
  static let registerStatus1 = CodeList(
    "register-status", version: 1,
    texts: [
      "en": "What counting found of a person on the register", "ar": "ما تبيّن عند العدّ بشأن المقيّد في السجل",
      "ckb": "ئەنجامی ژماردن بۆ کەسی ناو تۆمار", "kmr": "Encama hejmartinê ji bo kesê di tomarê de",
    ],
    codes: [
      CodeList.Code(
        "present",
        texts: [
          "en": "On the register and present", "ar": "مقيّد في السجل وحاضر", "ckb": "لە تۆماردایە و ئامادەیە",
          "kmr": "Di tomarê de ye û amade ye",
        ]),
      CodeList.Code(
        "absent",
        texts: [
          "en": "On the register and absent", "ar": "مقيّد في السجل وغائب", "ckb": "لە تۆماردایە و ئامادە نییە",
          "kmr": "Di tomarê de ye û ne amade ye",
        ]),
      CodeList.Code(
        "unregistered",
        texts: [
          "en": "Present and not on the register", "ar": "حاضر وغير مقيّد في السجل", "ckb": "ئامادەیە و لە تۆماردا نییە",
          "kmr": "Amade ye û ne di tomarê de ye",
        ]),
      CodeList.Code(
        "duplicate",
        texts: [
          "en": "Twice on the register", "ar": "مقيّد مرتين في السجل", "ckb": "دوو جار لە تۆماردایە",
          "kmr": "Du caran di tomarê de ye",
        ]),
      CodeList.Code(
        "disputed", texts: ["en": "Disputed", "ar": "محل نزاع", "ckb": "جێی ناکۆکییە", "kmr": "Bi nakokî ye"]),
      CodeList.Code(
        "in-hospital",
        texts: ["en": "In hospital", "ar": "في المستشفى", "ckb": "لە نەخۆشخانەیە", "kmr": "Li nexweşxaneyê ye"]),
      CodeList.Code(
        "born",
        texts: ["en": "Born since", "ar": "وُلد بعد ذلك", "ckb": "دواتر لەدایک بووە", "kmr": "Piştre ji dayik bûye"]),
      CodeList.Code(
        "died", texts: ["en": "Died since", "ar": "توفي بعد ذلك", "ckb": "دواتر مردووە", "kmr": "Piştre miriye"]),
    ])
}

extension EmbeddedCodes {
  static let residualDuty1 = CodeList(
    "residual-duty", version: 1,
    texts: [
      "en": "Duty that stays with the releaser", "ar": "واجب يبقى على الجهة المسلِّمة",
      "ckb": "ئەرکێک کە لای ڕادەستکەر دەمێنێتەوە", "kmr": "Erka ku li cem radestkar dimîne",
    ],
    codes: [
      CodeList.Code(
        "court-dates",
        texts: ["en": "Court dates", "ar": "مواعيد المحكمة", "ckb": "وادەکانی دادگا", "kmr": "Demên dadgehê"]),
      CodeList.Code("complaints", texts: ["en": "Complaints", "ar": "الشكاوى", "ckb": "سکاڵاکان", "kmr": "Gilî"]),
      CodeList.Code(
        "medical-referrals",
        texts: [
          "en": "Medical referrals", "ar": "الإحالات الطبية", "ckb": "ناردن بۆ لای پزیشک", "kmr": "Şandina ba bijîşk",
        ]),
      CodeList.Code("burials", texts: ["en": "Burials", "ar": "الدفن", "ckb": "ناشتن", "kmr": "Veşartina miriyan"]),
      CodeList.Code(
        "payments", texts: ["en": "Payments", "ar": "المدفوعات", "ckb": "پارەدان", "kmr": "Dayîna pereyan"]),
      CodeList.Code(
        "family-visits",
        texts: [
          "en": "Visits of families", "ar": "زيارات العائلات", "ckb": "سەردانی خێزانەکان", "kmr": "Serdana malbatan",
        ]),
      CodeList.Code(
        "investigations", texts: ["en": "Investigations", "ar": "التحقيقات", "ckb": "لێکۆڵینەوەکان", "kmr": "Lêpirsîn"]),
    ])
}

extension EmbeddedCodes {
  static let siteType1 = CodeList(
    "site-type", version: 1,
    texts: ["en": "Type of a site", "ar": "نوع الموقع", "ckb": "جۆری شوێن", "kmr": "Cureya cihî"],
    codes: [
      CodeList.Code("prison", texts: ["en": "Prison", "ar": "سجن", "ckb": "بەندیخانە", "kmr": "Girtîgeh"]),
      CodeList.Code(
        "detention-centre",
        texts: ["en": "Detention centre", "ar": "مركز احتجاز", "ckb": "سەنتەری ڕاگرتن", "kmr": "Navenda girtinê"]),
      CodeList.Code("camp", texts: ["en": "Camp", "ar": "مخيم", "ckb": "کەمپ", "kmr": "Kamp"]),
      CodeList.Code(
        "annex",
        texts: [
          "en": "Annex of another site", "ar": "ملحق بموقع آخر", "ckb": "پاشکۆی شوێنێکی تر", "kmr": "Pêveka cihekî din",
        ]),
      CodeList.Code(
        "hospital-ward",
        texts: [
          "en": "Ward of a hospital", "ar": "جناح في مستشفى", "ckb": "بەشێکی نەخۆشخانە", "kmr": "Beşeke nexweşxaneyê",
        ]),
      CodeList.Code(
        "transit-centre",
        texts: ["en": "Transit centre", "ar": "مركز عبور", "ckb": "سەنتەری تێپەڕین", "kmr": "Navenda derbasbûnê"]),
    ])
}

extension EmbeddedCodes {
  static let store1 = CodeList(
    "store", version: 1,
    texts: ["en": "Stores of a site", "ar": "مخزون الموقع", "ckb": "کۆگای شوێن", "kmr": "Embara cihî"],
    codes: [
      CodeList.Code("food", texts: ["en": "Food", "ar": "غذاء", "ckb": "خۆراک", "kmr": "Xwarin"]),
      CodeList.Code("water", texts: ["en": "Water", "ar": "ماء", "ckb": "ئاو", "kmr": "Av"]),
      CodeList.Code("medicine", texts: ["en": "Medicine", "ar": "أدوية", "ckb": "دەرمان", "kmr": "Derman"]),
      CodeList.Code("fuel", texts: ["en": "Fuel", "ar": "وقود", "ckb": "سووتەمەنی", "kmr": "Sotemenî"]),
      CodeList.Code("bedding", texts: ["en": "Bedding", "ar": "فرش وأغطية", "ckb": "پێخەف", "kmr": "Nivîn"]),
      CodeList.Code(
        "hygiene",
        texts: ["en": "Hygiene articles", "ar": "مواد نظافة", "ckb": "کەرەستەی پاکوخاوێنی", "kmr": "Alavên paqijiyê"]),
      CodeList.Code("cash", texts: ["en": "Cash", "ar": "نقد", "ckb": "پارەی کاش", "kmr": "Pereyê destî"]),
    ])
}
