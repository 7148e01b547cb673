// Made from docs/codes/*.json by docs/codes/embed.py: change the lists there.

extension EmbeddedCodes {
  static let assessment1 = CodeList(
    "assessment", version: 1,
    texts: [
      "en": "What an assessment of non-refoulement came to", "ar": "نتيجة تقييم خطر الإعادة القسرية",
      "ckb": "ئەنجامی ھەڵسەنگاندنی مەترسیی گەڕاندنەوەی زۆرەملێ",
      "kmr": "Encama nirxandina metirsiya vegerandina bi zorê",
    ],
    codes: [
      CodeList.Code(
        "no-risk-found",
        texts: [
          "en": "No risk was found", "ar": "لم يُعثر على خطر", "ckb": "مەترسی نەدۆزرایەوە", "kmr": "Metirsî nehat dîtin",
        ]),
      CodeList.Code(
        "risk-found",
        texts: ["en": "A risk was found", "ar": "وُجد خطر", "ckb": "مەترسی دۆزرایەوە", "kmr": "Metirsî hat dîtin"]),
      CodeList.Code(
        "risk-mitigated",
        texts: [
          "en": "A risk was found and lessened by measures", "ar": "وُجد خطر وخُفّف بتدابير",
          "ckb": "مەترسی دۆزرایەوە و بە ڕێکار کەم کرایەوە", "kmr": "Metirsî hat dîtin û bi tedbîran hat kêmkirin",
        ]),
      CodeList.Code(
        "pending",
        texts: ["en": "Not concluded yet", "ar": "لم ينتهِ بعد", "ckb": "ھێشتا تەواو نەبووە", "kmr": "Hê neqediyaye"]),
    ])
}

extension EmbeddedCodes {
  static let assurance1 = CodeList(
    "assurance", version: 1,
    texts: ["en": "Form of an assurance", "ar": "شكل التعهد", "ckb": "شێوەی بەڵێننامە", "kmr": "Awayê soznameyê"],
    codes: [
      CodeList.Code(
        "treaty", texts: ["en": "Treaty", "ar": "معاهدة", "ckb": "پەیماننامە", "kmr": "Peymana navneteweyî"]),
      CodeList.Code(
        "memorandum",
        texts: [
          "en": "Memorandum of understanding", "ar": "مذكرة تفاهم", "ckb": "یاداشتی لێکتێگەیشتن",
          "kmr": "Memoranduma lihevkirinê",
        ]),
      CodeList.Code(
        "individual",
        texts: [
          "en": "Assurance for this person", "ar": "تعهد خاص بهذا الشخص", "ckb": "بەڵێننامە بۆ ئەم کەسە",
          "kmr": "Sozname ji bo vî kesî",
        ]),
      CodeList.Code(
        "diplomatic-note",
        texts: [
          "en": "Diplomatic note", "ar": "مذكرة دبلوماسية", "ckb": "یاداشتی دیپلۆماسی", "kmr": "Notaya dîplomatîk",
        ]),
    ])
}

extension EmbeddedCodes {
  static let consularContact1 = CodeList(
    "consular-contact", version: 1,
    texts: [
      "en": "Contact with the consulate", "ar": "الاتصال بالقنصلية", "ckb": "پەیوەندی لەگەڵ کونسوڵخانە",
      "kmr": "Têkiliya bi konsulxaneyê re",
    ],
    codes: [
      CodeList.Code("made", texts: ["en": "Made", "ar": "تم الاتصال", "ckb": "کراوە", "kmr": "Hatiye kirin"]),
      CodeList.Code(
        "declined-by-person",
        texts: [
          "en": "The person declined it", "ar": "رفضه الشخص", "ckb": "کەسەکە ڕەتی کردەوە", "kmr": "Kes ew red kir",
        ]),
      CodeList.Code(
        "not-offered",
        texts: ["en": "Not offered", "ar": "لم يُعرض", "ckb": "پێشنیاز نەکراوە", "kmr": "Nehatiye pêşniyarkirin"]),
      CodeList.Code(
        "no-consulate",
        texts: [
          "en": "There is no consulate", "ar": "لا توجد قنصلية", "ckb": "کونسوڵخانە نییە", "kmr": "Konsulxane tune ye",
        ]),
      CodeList.Code("unknown", texts: ["en": "Unknown", "ar": "غير معروف", "ckb": "نەزانراو", "kmr": "Nayê zanîn"]),
    ])
}

extension EmbeddedCodes {
  static let expectedStatus1 = CodeList(
    "expected-status", version: 1,
    texts: [
      "en": "Expected status on arrival", "ar": "الوضع المتوقع عند الوصول", "ckb": "باری چاوەڕوانکراو لە کاتی گەیشتندا",
      "kmr": "Rewşa ku li gihîştinê tê pêşbînîkirin",
    ],
    codes: [
      CodeList.Code("at-liberty", texts: ["en": "At liberty", "ar": "طليق", "ckb": "ئازاد", "kmr": "Azad"]),
      CodeList.Code(
        "supervised",
        texts: [
          "en": "At liberty under supervision", "ar": "طليق تحت المراقبة", "ckb": "ئازاد لەژێر چاودێریدا",
          "kmr": "Azad di bin çavdêriyê de",
        ]),
      CodeList.Code(
        "prosecution",
        texts: [
          "en": "Prosecution", "ar": "ملاحقة قضائية", "ckb": "بەدواداچوونی دادوەری", "kmr": "Dozgerî û darizandin",
        ]),
      CodeList.Code("detained", texts: ["en": "Detained", "ar": "محتجز", "ckb": "ڕاگیراو", "kmr": "Girtî"]),
      CodeList.Code(
        "in-care",
        texts: [
          "en": "In care", "ar": "في دار رعاية", "ckb": "لەژێر چاودێریی کۆمەڵایەتیدا",
          "kmr": "Di bin lênêrîna civakî de",
        ]),
      CodeList.Code("unknown", texts: ["en": "Unknown", "ar": "غير معروف", "ckb": "نەزانراو", "kmr": "Nayê zanîn"]),
    ])
}

extension EmbeddedCodes {
  static let legalBasis1 = CodeList(
    "legal-basis", version: 1,
    texts: [
      "en": "Basis of a return to the State of nationality", "ar": "أساس الإعادة إلى دولة الجنسية",
      "ckb": "بنەمای گەڕاندنەوە بۆ دەوڵەتی ڕەگەزنامە", "kmr": "Bingeha vegerandinê bo dewleta hemwelatîbûnê",
    ],
    codes: [
      CodeList.Code(
        "consent",
        texts: [
          "en": "Consent of the person", "ar": "موافقة الشخص", "ckb": "ڕەزامەندیی کەسەکە", "kmr": "Razîbûna kesî",
        ]),
      CodeList.Code(
        "deportation-order",
        texts: [
          "en": "Deportation order", "ar": "أمر ترحيل", "ckb": "فەرمانی دیپۆرتکردن", "kmr": "Fermana dersînorkirinê",
        ]),
      CodeList.Code(
        "extradition",
        texts: [
          "en": "Extradition", "ar": "تسليم مطلوب", "ckb": "ڕادەستکردنەوەی داواکراو",
          "kmr": "Radestkirina kesê ku tê xwestin",
        ]),
      CodeList.Code(
        "transfer-of-sentenced",
        texts: [
          "en": "Transfer of a sentenced person", "ar": "نقل محكوم عليه", "ckb": "گواستنەوەی سزادراو",
          "kmr": "Veguhastina kesê cezakirî",
        ]),
      CodeList.Code(
        "court-order",
        texts: ["en": "Order of a court", "ar": "أمر محكمة", "ckb": "فەرمانی دادگا", "kmr": "Fermana dadgehê"]),
    ])
}

extension EmbeddedCodes {
  static let monitoring1 = CodeList(
    "monitoring", version: 1,
    texts: [
      "en": "Access of monitors", "ar": "وصول المراقبين", "ckb": "دەستگەیشتنی چاودێران", "kmr": "Gihîştina çavdêran",
    ],
    codes: [
      CodeList.Code(
        "full", texts: ["en": "At any time", "ar": "في أي وقت", "ckb": "لە ھەر کاتێکدا", "kmr": "Di her demê de"]),
      CodeList.Code(
        "on-request", texts: ["en": "On request", "ar": "عند الطلب", "ckb": "لەسەر داوا", "kmr": "Li ser daxwazê"]),
      CodeList.Code("none", texts: ["en": "None", "ar": "لا وصول", "ckb": "ھیچ", "kmr": "Tune ye"]),
      CodeList.Code("unknown", texts: ["en": "Unknown", "ar": "غير معروف", "ckb": "نەزانراو", "kmr": "Nayê zanîn"]),
    ])
}

extension EmbeddedCodes {
  static let onwardCondition1 = CodeList(
    "onward-condition", version: 1,
    texts: [
      "en": "Condition of going on to a third party", "ar": "شرط النقل إلى طرف ثالث",
      "ckb": "مەرجی گواستنەوە بۆ لایەنی سێیەم", "kmr": "Merca veguhastina bo aliyê sêyem",
    ],
    codes: [
      CodeList.Code(
        "new-assessment",
        texts: [
          "en": "A new assessment of non-refoulement first", "ar": "إجراء تقييم جديد لعدم الإعادة القسرية أولًا",
          "ckb": "سەرەتا ھەڵسەنگاندنێکی نوێ بۆ نەگەڕاندنەوەی زۆرەملێ",
          "kmr": "Pêşî nirxandineke nû ya nevegerandina bi zorê",
        ]),
      CodeList.Code(
        "assurances",
        texts: [
          "en": "The same assurances from the third party", "ar": "التعهدات نفسها من الطرف الثالث",
          "ckb": "ھەمان بەڵێننامە لە لایەنی سێیەم", "kmr": "Heman sozname ji aliyê sêyem",
        ]),
      CodeList.Code(
        "no-death-penalty",
        texts: [
          "en": "No death penalty is asked for or carried out", "ar": "عدم طلب عقوبة الإعدام أو تنفيذها",
          "ckb": "سزای مردن داوا نەکرێت و جێبەجێ نەکرێت", "kmr": "Cezayê mirinê neyê xwestin û neyê bicihanîn",
        ]),
      CodeList.Code(
        "monitoring",
        texts: [
          "en": "Visits by a neutral body", "ar": "زيارات من جهة محايدة", "ckb": "سەردانی لایەنێکی بێلایەن",
          "kmr": "Serdana saziyeke bêalî",
        ]),
      CodeList.Code(
        "return-on-request",
        texts: [
          "en": "Return on request", "ar": "الإعادة عند الطلب", "ckb": "گەڕاندنەوە لەسەر داوا",
          "kmr": "Vegerandin li ser daxwazê",
        ]),
      CodeList.Code(
        "notice-before",
        texts: [
          "en": "Notice before the person goes", "ar": "إشعار قبل نقل الشخص",
          "ckb": "ئاگادارکردنەوە پێش گواستنەوەی کەسەکە", "kmr": "Agahdarkirin berî veguhastina kesî",
        ]),
      CodeList.Code(
        "person-informed",
        texts: [
          "en": "The person is told first and may object", "ar": "إبلاغ الشخص أولًا وإتاحة الاعتراض له",
          "ckb": "سەرەتا کەسەکە ئاگادار بکرێتەوە و بتوانێت ناڕەزایی دەرببڕێت",
          "kmr": "Pêşî kes were agahdarkirin û karibe îtiraz bike",
        ]),
      CodeList.Code(
        "family-together",
        texts: [
          "en": "The family stays together", "ar": "بقاء الأسرة مجتمعة", "ckb": "خێزان پێکەوە بمێنێتەوە",
          "kmr": "Malbat bi hev re bimîne",
        ]),
      CodeList.Code(
        "fair-trial",
        texts: [
          "en": "A fair trial", "ar": "محاكمة عادلة", "ckb": "دادگاییەکی دادپەروەرانە", "kmr": "Darizandineke adil",
        ]),
      CodeList.Code(
        "other",
        texts: [
          "en": "Another condition, in the judicial annex", "ar": "شرط آخر وارد في الملحق القضائي",
          "ckb": "مەرجێکی تر لە پاشکۆی دادوەریدا", "kmr": "Mercekî din, di pêveka dadwerî de",
        ]),
    ])
}

extension EmbeddedCodes {
  static let regime1 = CodeList(
    "regime", version: 1,
    texts: [
      "en": "Who lives at the place", "ar": "من يقيم في المكان", "ckb": "کێ لە شوێنەکەدا دەژی", "kmr": "Kî li cih dijî",
    ],
    codes: [
      CodeList.Code(
        "adults-only", texts: ["en": "Adults only", "ar": "بالغون فقط", "ckb": "تەنیا پێگەیشتوان", "kmr": "Tenê mezin"]),
      CodeList.Code("families", texts: ["en": "Families", "ar": "عائلات", "ckb": "خێزانەکان", "kmr": "Malbat"]),
      CodeList.Code("children", texts: ["en": "Children", "ar": "أطفال", "ckb": "منداڵان", "kmr": "Zarok"]),
      CodeList.Code(
        "mixed",
        texts: [
          "en": "Adults and children who are no family", "ar": "بالغون وأطفال من غير عائلة واحدة",
          "ckb": "پێگەیشتوان و منداڵانی خێزانی جیاواز", "kmr": "Mezin û zarokên ku ne yek malbat in",
        ]),
      CodeList.Code("unknown", texts: ["en": "Unknown", "ar": "غير معروف", "ckb": "نەزانراو", "kmr": "Nayê zanîn"]),
    ])
}

extension EmbeddedCodes {
  static let travelDocument1 = CodeList(
    "travel-document", version: 1,
    texts: ["en": "Travel document", "ar": "وثيقة السفر", "ckb": "بەڵگەنامەی گەشت", "kmr": "Belgeya rêwîtiyê"],
    codes: [
      CodeList.Code("passport", texts: ["en": "Passport", "ar": "جواز سفر", "ckb": "پاسپۆرت", "kmr": "Pasaport"]),
      CodeList.Code(
        "laissez-passer",
        texts: ["en": "Laissez-passer", "ar": "جواز مرور", "ckb": "مۆڵەتی تێپەڕین", "kmr": "Destûrnameya derbasbûnê"]),
      CodeList.Code(
        "emergency-travel-document",
        texts: [
          "en": "Emergency travel document", "ar": "وثيقة سفر طارئة", "ckb": "بەڵگەنامەی گەشتی بەپەلە",
          "kmr": "Belgeya rêwîtiya lezgîn",
        ]),
      CodeList.Code("none", texts: ["en": "None", "ar": "لا توجد", "ckb": "نییە", "kmr": "Tune ye"]),
    ])
}
