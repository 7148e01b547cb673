// Made from docs/codes/*.json by docs/codes/embed.py: change the lists there.

extension EmbeddedCodes {
  static let propertyCategory1 = CodeList(
    "property-category", version: 1,
    texts: ["en": "Category of property", "ar": "فئة الممتلكات", "ckb": "جۆری کەلوپەل", "kmr": "Cureya tiştan"],
    codes: [
      CodeList.Code(
        "personal-effects",
        texts: ["en": "Personal effects", "ar": "أمتعة شخصية", "ckb": "کەلوپەلی کەسی", "kmr": "Tiştên kesane"]),
      CodeList.Code(
        "identity-document",
        texts: [
          "en": "Identity or travel document", "ar": "وثيقة هوية أو سفر", "ckb": "بەڵگەنامەی ناسنامە یان گەشت",
          "kmr": "Belgeya nasnameyê an rêwîtiyê",
        ]),
      CodeList.Code(
        "civil-document",
        texts: [
          "en": "Civil status document", "ar": "وثيقة أحوال مدنية", "ckb": "بەڵگەنامەی باری شارستانی",
          "kmr": "Belgeya rewşa sivîl",
        ]),
      CodeList.Code("money", texts: ["en": "Money", "ar": "نقود", "ckb": "پارە", "kmr": "Pere"]),
      CodeList.Code(
        "jewellery", texts: ["en": "Jewellery", "ar": "حليّ ومجوهرات", "ckb": "زێڕ و خشڵ", "kmr": "Zêr û xişir"]),
      CodeList.Code(
        "phone",
        texts: [
          "en": "Telephone or SIM card", "ar": "هاتف أو شريحة هاتف", "ckb": "مۆبایل یان سیمکارت",
          "kmr": "Telefon an sîmkart",
        ]),
      CodeList.Code(
        "electronic-device",
        texts: [
          "en": "Other electronic device", "ar": "جهاز إلكتروني آخر", "ckb": "ئامێری ئەلیکترۆنیی تر",
          "kmr": "Amûreke elektronîk a din",
        ]),
      CodeList.Code("clothing", texts: ["en": "Clothing", "ar": "ملابس", "ckb": "جلوبەرگ", "kmr": "Cil û berg"]),
      CodeList.Code(
        "medicine",
        texts: [
          "en": "Medicines and medical aids", "ar": "أدوية ومستلزمات طبية", "ckb": "دەرمان و پێداویستیی پزیشکی",
          "kmr": "Derman û alavên bijîşkî",
        ]),
      CodeList.Code("vehicle", texts: ["en": "Vehicle", "ar": "مركبة", "ckb": "ئۆتۆمبێل", "kmr": "Wesayît"]),
      CodeList.Code(
        "weapon",
        texts: [
          "en": "Weapon or ammunition", "ar": "سلاح أو ذخيرة", "ckb": "چەک یان تەقەمەنی", "kmr": "Çek an cebilxane",
        ]),
      CodeList.Code(
        "evidence", texts: ["en": "Physical evidence", "ar": "أدلة مادية", "ckb": "بەڵگەی ماددی", "kmr": "Delîla madî"]),
      CodeList.Code(
        "digital-evidence",
        texts: ["en": "Digital evidence", "ar": "أدلة رقمية", "ckb": "بەڵگەی دیجیتاڵ", "kmr": "Delîla dîjîtal"]),
      CodeList.Code(
        "register",
        texts: [
          "en": "Register or case file", "ar": "سجل أو ملف قضية", "ckb": "تۆمار یان دۆسیە", "kmr": "Tomar an dosye",
        ]),
      CodeList.Code(
        "stores", texts: ["en": "Stores of a site", "ar": "مخزون موقع", "ckb": "کۆگای شوێنێک", "kmr": "Embara cihekî"]),
      CodeList.Code("other", texts: ["en": "Other", "ar": "غير ذلك", "ckb": "شتی تر", "kmr": "Tiştên din"]),
    ])
}

extension EmbeddedCodes {
  static let propertyDisposition1 = CodeList(
    "property-disposition", version: 1,
    texts: [
      "en": "What became of property", "ar": "مآل الممتلكات", "ckb": "چارەنووسی کەلوپەل", "kmr": "Encama tiştan",
    ],
    codes: [
      CodeList.Code(
        "returned-to-owner",
        texts: [
          "en": "Returned to its owner", "ar": "أُعيدت إلى صاحبها", "ckb": "بۆ خاوەنەکەی گەڕێنراوەتەوە",
          "kmr": "Ji xwediyê wê re hatiye vegerandin",
        ]),
      CodeList.Code(
        "handed-to-family",
        texts: [
          "en": "Handed to the owner's family", "ar": "سُلّمت إلى أسرة صاحبها", "ckb": "دراوە بە خێزانی خاوەنەکەی",
          "kmr": "Ji malbata xwedî re hatiye dayîn",
        ]),
      CodeList.Code(
        "transferred",
        texts: [
          "en": "Transferred to another authority", "ar": "نُقلت إلى جهة أخرى", "ckb": "بۆ دەسەڵاتێکی تر گواستراوەتەوە",
          "kmr": "Ji meqameke din re hatiye veguhastin",
        ]),
      CodeList.Code("kept", texts: ["en": "Kept", "ar": "محفوظة", "ckb": "ھەڵگیراوە", "kmr": "Hatiye hilanîn"]),
      CodeList.Code(
        "confiscated",
        texts: [
          "en": "Confiscated by order", "ar": "صودرت بأمر", "ckb": "بە فەرمان دەستی بەسەردا گیراوە",
          "kmr": "Bi fermanê dest danîne ser",
        ]),
      CodeList.Code(
        "destroyed", texts: ["en": "Destroyed", "ar": "أُتلفت", "ckb": "لەناو براوە", "kmr": "Hatiye tunekirin"]),
      CodeList.Code("lost", texts: ["en": "Lost", "ar": "مفقودة", "ckb": "ون بووە", "kmr": "Winda bûye"]),
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
