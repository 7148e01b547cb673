// Made from docs/codes/*.json by docs/codes/embed.py: change the lists there.

extension EmbeddedCodes {
  static let disposition1 = CodeList(
    "disposition", version: 1,
    texts: [
      "en": "What became of property", "ar": "مآل الممتلكات", "ckb": "چارەنووسی کەلوپەل", "kmr": "Encama tiştan",
    ],
    codes: [
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
        "destroyed", texts: ["en": "Destroyed", "ar": "أُتلفت", "ckb": "لەناو براوە", "kmr": "Hatiye tunekirin"]),
      CodeList.Code("lost", texts: ["en": "Lost", "ar": "مفقودة", "ckb": "ون بووە", "kmr": "Winda bûye"]),
      CodeList.Code(
        "returned",
        texts: [
          "en": "Returned to its owner", "ar": "أُعيدت إلى صاحبها", "ckb": "بۆ خاوەنەکەی گەڕێنراوەتەوە",
          "kmr": "Ji xwediyê wê re hatiye vegerandin",
        ]),
      CodeList.Code(
        "handed-to-court",
        texts: [
          "en": "Handed to a court", "ar": "سُلّمت إلى محكمة", "ckb": "ڕادەستی دادگا کراوە",
          "kmr": "Ji dadgehê re hatiye radestkirin",
        ]),
      CodeList.Code(
        "forfeited",
        texts: [
          "en": "Forfeited by order", "ar": "صودرت بأمر", "ckb": "بە فەرمان دەستی بەسەردا گیراوە",
          "kmr": "Bi fermanê dest danîne ser",
        ]),
    ])
}

extension EmbeddedCodes {
  static let ownerReceipt1 = CodeList(
    "owner-receipt", version: 1,
    texts: [
      "en": "Receipt of the owner", "ar": "إيصال صاحب الممتلكات", "ckb": "پسووڵەی خاوەن", "kmr": "Meqbûza xwedî",
    ],
    codes: [
      CodeList.Code("given", texts: ["en": "Given", "ar": "أُعطي", "ckb": "دراوە", "kmr": "Hatiye dayîn"]),
      CodeList.Code(
        "refused", texts: ["en": "Refused", "ar": "رُفض", "ckb": "ڕەت کراوەتەوە", "kmr": "Hatiye redkirin"]),
      CodeList.Code(
        "owner-absent",
        texts: [
          "en": "The owner is not there", "ar": "صاحبها غائب", "ckb": "خاوەنەکەی لەوێ نییە", "kmr": "Xwedî ne li wir e",
        ]),
      CodeList.Code("none", texts: ["en": "None", "ar": "لا يوجد", "ckb": "نییە", "kmr": "Tune ye"]),
    ])
}

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
      CodeList.Code(
        "document", texts: ["en": "Other document", "ar": "وثيقة أخرى", "ckb": "بەڵگەنامەی تر", "kmr": "Belgeyeke din"]),
      CodeList.Code(
        "valuables",
        texts: [
          "en": "Jewellery and other valuables", "ar": "مجوهرات وأشياء ثمينة أخرى", "ckb": "زێڕ و شتی بەنرخی تر",
          "kmr": "Zêr û tiştên din ên biha",
        ]),
      CodeList.Code(
        "data-carrier",
        texts: [
          "en": "Data carrier", "ar": "وسيط لحفظ البيانات", "ckb": "ئامرازی ھەڵگرتنی زانیاری",
          "kmr": "Amûra hilanîna daneyan",
        ]),
      CodeList.Code("other", texts: ["en": "Other", "ar": "غير ذلك", "ckb": "شتی تر", "kmr": "Tiştên din"]),
    ])
}

extension EmbeddedCodes {
  static let propertyCondition1 = CodeList(
    "property-condition", version: 1,
    texts: ["en": "Condition of property", "ar": "حالة الممتلكات", "ckb": "باری کەلوپەل", "kmr": "Rewşa tiştan"],
    codes: [
      CodeList.Code("good", texts: ["en": "Good", "ar": "جيدة", "ckb": "باش", "kmr": "Baş"]),
      CodeList.Code("worn", texts: ["en": "Worn", "ar": "مستعملة", "ckb": "بەکارھاتوو", "kmr": "Bikaranînî"]),
      CodeList.Code("damaged", texts: ["en": "Damaged", "ar": "متضررة", "ckb": "زیانپێگەیشتوو", "kmr": "Zirar dîtî"]),
      CodeList.Code("broken", texts: ["en": "Broken", "ar": "مكسورة", "ckb": "شکاو", "kmr": "Şikestî"]),
      CodeList.Code("incomplete", texts: ["en": "Incomplete", "ar": "ناقصة", "ckb": "ناتەواو", "kmr": "Ne temam"]),
      CodeList.Code(
        "not-examined",
        texts: ["en": "Not examined", "ar": "لم تُفحص", "ckb": "نەپشکنراوە", "kmr": "Nehatiye kontrolkirin"]),
    ])
}

extension EmbeddedCodes {
  static let propertyPurpose1 = CodeList(
    "property-purpose", version: 1,
    texts: [
      "en": "Why property changes hands", "ar": "سبب انتقال الممتلكات", "ckb": "ھۆکاری گواستنەوەی کەلوپەل",
      "kmr": "Sedema veguhastina tiştan",
    ],
    codes: [
      CodeList.Code(
        "return-to-owner",
        texts: [
          "en": "Return to its owner", "ar": "إعادتها إلى صاحبها", "ckb": "گەڕاندنەوە بۆ خاوەنەکەی",
          "kmr": "Vegerandina ji xwedî re",
        ]),
      CodeList.Code(
        "transfer-with-owner",
        texts: [
          "en": "It goes with its owner", "ar": "نقلها مع صاحبها", "ckb": "گواستنەوە لەگەڵ خاوەنەکەیدا",
          "kmr": "Veguhastina bi xwedî re",
        ]),
      CodeList.Code("evidence", texts: ["en": "Evidence", "ar": "دليل", "ckb": "بەڵگە", "kmr": "Delîl"]),
      CodeList.Code("examination", texts: ["en": "Examination", "ar": "فحص", "ckb": "پشکنین", "kmr": "Lêkolîn"]),
      CodeList.Code("safekeeping", texts: ["en": "Safekeeping", "ar": "حفظ", "ckb": "پاراستن", "kmr": "Parastin"]),
      CodeList.Code("disposal", texts: ["en": "Disposal", "ar": "إتلاف", "ckb": "لەناوبردن", "kmr": "Tunekirin"]),
    ])
}
