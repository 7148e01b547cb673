// Made from docs/codes/*.json by docs/codes/embed.py: change the lists there.

extension EmbeddedCodes {
  static let childViews1 = CodeList(
    "child-views", version: 1,
    texts: ["en": "The child's views", "ar": "رأي الطفل", "ckb": "بۆچوونی منداڵ", "kmr": "Dîtina zarok"],
    codes: [
      CodeList.Code(
        "heard-agrees",
        texts: [
          "en": "Heard, and agrees", "ar": "سُمع الطفل وهو موافق", "ckb": "گوێی لێ گیرا و ڕازییە",
          "kmr": "Hat guhdarkirin û razî ye",
        ]),
      CodeList.Code(
        "heard-objects",
        texts: [
          "en": "Heard, and objects", "ar": "سُمع الطفل وهو معترض", "ckb": "گوێی لێ گیرا و ڕازی نییە",
          "kmr": "Hat guhdarkirin û ne razî ye",
        ]),
      CodeList.Code(
        "heard-unsure",
        texts: [
          "en": "Heard, and is unsure", "ar": "سُمع الطفل وهو متردد", "ckb": "گوێی لێ گیرا و دوودڵە",
          "kmr": "Hat guhdarkirin û dudil e",
        ]),
      CodeList.Code(
        "too-young",
        texts: [
          "en": "Too young to be heard", "ar": "أصغر من أن يُسمع رأيه", "ckb": "زۆر بچووکە بۆ ئەوەی گوێی لێ بگیرێت",
          "kmr": "Ji bo guhdarkirinê pir biçûk e",
        ]),
      CodeList.Code(
        "not-heard",
        texts: ["en": "Not heard", "ar": "لم يُسمع رأيه", "ckb": "گوێی لێ نەگیراوە", "kmr": "Nehatiye guhdarkirin"]),
    ])
}

extension EmbeddedCodes {
  static let civilDocument1 = CodeList(
    "civil-document", version: 1,
    texts: [
      "en": "Civil status document", "ar": "وثيقة أحوال مدنية", "ckb": "بەڵگەنامەی باری شارستانی",
      "kmr": "Belgeya rewşa sivîl",
    ],
    codes: [
      CodeList.Code(
        "birth-certificate",
        texts: [
          "en": "Birth certificate", "ar": "شهادة ميلاد", "ckb": "بڕوانامەی لەدایکبوون", "kmr": "Belgeya jidayikbûnê",
        ]),
      CodeList.Code(
        "identity-card",
        texts: ["en": "Identity card", "ar": "بطاقة هوية", "ckb": "کارتی ناسنامە", "kmr": "Karta nasnameyê"]),
      CodeList.Code("passport", texts: ["en": "Passport", "ar": "جواز سفر", "ckb": "پاسپۆرت", "kmr": "Pasaport"]),
      CodeList.Code(
        "family-booklet",
        texts: ["en": "Family booklet", "ar": "دفتر عائلة", "ckb": "دەفتەری خێزان", "kmr": "Defterê malbatê"]),
      CodeList.Code(
        "marriage-certificate",
        texts: ["en": "Marriage certificate", "ar": "عقد زواج", "ckb": "گرێبەستی ھاوسەرگیری", "kmr": "Belgeya zewacê"]),
      CodeList.Code(
        "death-certificate",
        texts: ["en": "Death certificate", "ar": "شهادة وفاة", "ckb": "بڕوانامەی مردن", "kmr": "Belgeya mirinê"]),
    ])
}

extension EmbeddedCodes {
  static let consent1 = CodeList(
    "consent", version: 1, texts: ["en": "Consent", "ar": "الموافقة", "ckb": "ڕەزامەندی", "kmr": "Razîbûn"],
    codes: [
      CodeList.Code("given", texts: ["en": "Given", "ar": "أُعطيت", "ckb": "دراوە", "kmr": "Hatiye dayîn"]),
      CodeList.Code(
        "refused", texts: ["en": "Refused", "ar": "رُفضت", "ckb": "ڕەت کراوەتەوە", "kmr": "Hatiye redkirin"]),
      CodeList.Code(
        "withdrawn", texts: ["en": "Withdrawn", "ar": "سُحبت", "ckb": "کشێنراوەتەوە", "kmr": "Hatiye vekişandin"]),
    ])
}

extension EmbeddedCodes {
  static let consentMethod1 = CodeList(
    "consent-method", version: 1,
    texts: [
      "en": "How consent was given", "ar": "طريقة إعطاء الموافقة", "ckb": "شێوازی دەربڕینی ڕەزامەندی",
      "kmr": "Awayê dayîna razîbûnê",
    ],
    codes: [
      CodeList.Code(
        "written",
        texts: [
          "en": "In writing, signed", "ar": "خطيًا مع التوقيع", "ckb": "بە نووسین و واژۆ", "kmr": "Bi nivîskî û îmze",
        ]),
      CodeList.Code(
        "oral",
        texts: [
          "en": "Orally before a witness", "ar": "شفويًا أمام شاهد", "ckb": "بە زارەکی لەبەردەم شایەتێکدا",
          "kmr": "Bi devkî li ber şahidekî",
        ]),
      CodeList.Code(
        "thumbprint",
        texts: [
          "en": "By the person's mark or thumbprint before a witness", "ar": "بعلامة الشخص أو بصمته أمام شاهد",
          "ckb": "بە نیشانە یان پەنجەمۆری کەسەکە لەبەردەم شایەتێکدا",
          "kmr": "Bi nîşan an şopa tiliya kesî li ber şahidekî",
        ]),
      CodeList.Code(
        "signed-language",
        texts: [
          "en": "In a sign language, with an interpreter", "ar": "بلغة الإشارة مع مترجم",
          "ckb": "بە زمانی ئاماژە لەگەڵ وەرگێڕدا", "kmr": "Bi zimanê nîşanan bi wergêr re",
        ]),
      CodeList.Code("unknown", texts: ["en": "Unknown", "ar": "غير معروف", "ckb": "نەزانراو", "kmr": "Nayê zanîn"]),
    ])
}

extension EmbeddedCodes {
  static let splitFamily1 = CodeList(
    "split-family", version: 1,
    texts: [
      "en": "Why a family does not go together", "ar": "سبب عدم سفر الأسرة معًا",
      "ckb": "ھۆکاری ئەوەی خێزان پێکەوە ناڕوات", "kmr": "Çima malbat bi hev re naçe",
    ],
    codes: [
      CodeList.Code(
        "member-detained",
        texts: [
          "en": "A member is detained", "ar": "أحد أفرادها محتجز", "ckb": "ئەندامێکی ڕاگیراوە",
          "kmr": "Endamekî wê girtî ye",
        ]),
      CodeList.Code(
        "member-missing",
        texts: [
          "en": "A member is missing", "ar": "أحد أفرادها مفقود", "ckb": "ئەندامێکی بێسەروشوێنە",
          "kmr": "Endamekî wê winda ye",
        ]),
      CodeList.Code(
        "member-refuses",
        texts: [
          "en": "A member does not want to go", "ar": "أحد أفرادها لا يريد السفر", "ckb": "ئەندامێکی نایەوێت بڕوات",
          "kmr": "Endamekî wê naxwaze here",
        ]),
      CodeList.Code(
        "member-died",
        texts: [
          "en": "A member has died", "ar": "أحد أفرادها توفي", "ckb": "ئەندامێکی مردووە", "kmr": "Endamekî wê miriye",
        ]),
      CodeList.Code(
        "member-elsewhere",
        texts: [
          "en": "A member is elsewhere", "ar": "أحد أفرادها في مكان آخر", "ckb": "ئەندامێکی لە شوێنێکی ترە",
          "kmr": "Endamekî wê li cihekî din e",
        ]),
      CodeList.Code(
        "other", texts: ["en": "Another reason", "ar": "سبب آخر", "ckb": "ھۆکارێکی تر", "kmr": "Sedemeke din"]),
    ])
}
