// Made from docs/codes/*.json by docs/codes/embed.py: change the lists there.

extension EmbeddedCodes {
  static let basis1 = CodeList(
    "basis", version: 1,
    texts: ["en": "Legal basis", "ar": "الأساس القانوني", "ckb": "بنەمای یاسایی", "kmr": "Bingeha qanûnî"],
    codes: [
      CodeList.Code(
        "agreement",
        texts: [
          "en": "Agreement between the parties", "ar": "اتفاق بين الأطراف", "ckb": "ڕێککەوتنی نێوان لایەنەکان",
          "kmr": "Peymana di navbera aliyan de",
        ]),
      CodeList.Code(
        "law", texts: ["en": "Provision of a law", "ar": "نص قانوني", "ckb": "دەقی یاسا", "kmr": "Bendeke qanûnê"]),
      CodeList.Code(
        "court-order",
        texts: ["en": "Order of a court", "ar": "أمر محكمة", "ckb": "فەرمانی دادگا", "kmr": "Fermana dadgehê"]),
      CodeList.Code(
        "prosecutor-order",
        texts: [
          "en": "Order of a prosecutor", "ar": "أمر النيابة العامة", "ckb": "فەرمانی داواکاری گشتی",
          "kmr": "Fermana dozger",
        ]),
      CodeList.Code(
        "arrest-warrant",
        texts: ["en": "Arrest warrant", "ar": "مذكرة توقيف", "ckb": "فەرمانی دەستگیرکردن", "kmr": "Fermana girtinê"]),
      CodeList.Code(
        "extradition",
        texts: [
          "en": "Extradition request", "ar": "طلب تسليم مطلوب", "ckb": "داوای ڕادەستکردنەوەی داواکراو",
          "kmr": "Daxwaza radestkirina kesê ku tê xwestin",
        ]),
      CodeList.Code(
        "sentence-transfer",
        texts: [
          "en": "Transfer of a sentenced person", "ar": "نقل محكوم عليه", "ckb": "گواستنەوەی سزادراو",
          "kmr": "Veguhastina kesê cezakirî",
        ]),
      CodeList.Code(
        "security-council",
        texts: [
          "en": "Resolution of the UN Security Council", "ar": "قرار لمجلس الأمن التابع للأمم المتحدة",
          "ckb": "بڕیاری ئەنجوومەنی ئاسایشی نەتەوە یەکگرتووەکان",
          "kmr": "Biryara Konseya Ewlehiyê ya Neteweyên Yekbûyî",
        ]),
      CodeList.Code(
        "consent",
        texts: [
          "en": "Consent of the person", "ar": "موافقة الشخص", "ckb": "ڕەزامەندیی کەسەکە", "kmr": "Razîbûna kesî",
        ]),
      CodeList.Code(
        "nationality",
        texts: [
          "en": "Return of a national", "ar": "إعادة مواطن", "ckb": "گەڕاندنەوەی ھاووڵاتی",
          "kmr": "Vegerandina hemwelatiyekî",
        ]),
      CodeList.Code(
        "humanitarian",
        texts: ["en": "Humanitarian reasons", "ar": "أسباب إنسانية", "ckb": "ھۆکاری مرۆیی", "kmr": "Sedemên mirovî"]),
      CodeList.Code(
        "request",
        texts: [
          "en": "Request of the other party", "ar": "طلب الطرف الآخر", "ckb": "داوای لایەنی بەرامبەر",
          "kmr": "Daxwaza aliyê din",
        ]),
    ])
}

extension EmbeddedCodes {
  static let deprivedBy1 = CodeList(
    "deprived-by", version: 1,
    texts: [
      "en": "Who deprived of liberty", "ar": "من حرم من الحرية", "ckb": "ئەو لایەنەی ئازادیی سەندووە",
      "kmr": "Kî azadî jê stand",
    ],
    codes: [
      CodeList.Code(
        "syr-internal-security",
        texts: [
          "en": "Internal security forces of Syria", "ar": "قوى الأمن الداخلي في سوريا",
          "ckb": "ھێزەکانی ئاسایشی ناوخۆی سووریا", "kmr": "Hêzên ewlehiya navxweyî yên Sûriyê",
        ]),
      CodeList.Code(
        "syr-military",
        texts: ["en": "Military of Syria", "ar": "الجيش السوري", "ckb": "سوپای سووریا", "kmr": "Artêşa Sûriyê"]),
      CodeList.Code(
        "self-administration",
        texts: [
          "en": "Autonomous Administration of North and East Syria", "ar": "الإدارة الذاتية لشمال وشرق سوريا",
          "ckb": "ڕێوەبەرایەتیی خۆسەری باکوور و ڕۆژھەڵاتی سووریا",
          "kmr": "Rêveberiya Xweser a Bakur û Rojhilatê Sûriyê",
        ]),
      CodeList.Code(
        "coalition-forces",
        texts: [
          "en": "Forces of the coalition", "ar": "قوات التحالف", "ckb": "ھێزەکانی ھاوپەیمانی",
          "kmr": "Hêzên hevpeymaniyê",
        ]),
      CodeList.Code("unknown", texts: ["en": "Unknown", "ar": "غير معروف", "ckb": "نەزانراو", "kmr": "Nayê zanîn"]),
    ])
}

extension EmbeddedCodes {
  static let grounds1 = CodeList(
    "grounds", version: 1,
    texts: [
      "en": "Grounds for depriving of liberty", "ar": "أسباب الحرمان من الحرية", "ckb": "ھۆکاری بێبەشکردن لە ئازادی",
      "kmr": "Sedema bêparkirina ji azadiyê",
    ],
    codes: [
      CodeList.Code(
        "terrorism-law",
        texts: [
          "en": "Under a law against terrorism", "ar": "بموجب قانون لمكافحة الإرهاب", "ckb": "بەپێی یاسایەکی دژە تیرۆر",
          "kmr": "Li gorî qanûneke dijî terorê",
        ]),
      CodeList.Code(
        "armed-group-membership",
        texts: [
          "en": "Membership of an armed group", "ar": "الانتماء إلى جماعة مسلحة",
          "ckb": "ئەندامێتی لە گرووپێکی چەکداردا", "kmr": "Endamtiya komeke çekdar",
        ]),
      CodeList.Code(
        "security-measure",
        texts: [
          "en": "Security measure without charge", "ar": "تدبير أمني بلا تهمة", "ckb": "ڕێکاری ئەمنی بەبێ تۆمەت",
          "kmr": "Tedbîra ewlehiyê bê sûcdarkirin",
        ]),
      CodeList.Code(
        "accompanying-family",
        texts: [
          "en": "Accompanies a detained family member", "ar": "مرافق لفرد محتجز من أسرته",
          "ckb": "لەگەڵ کەسێکی ڕاگیراوی خێزانەکەیدایە", "kmr": "Bi endamekî malbatê yê girtî re ye",
        ]),
      CodeList.Code(
        "under-investigation",
        texts: [
          "en": "Under investigation", "ar": "قيد التحقيق", "ckb": "لەژێر لێکۆڵینەوەدایە",
          "kmr": "Di bin lêpirsînê de ye",
        ]),
      CodeList.Code("unknown", texts: ["en": "Unknown", "ar": "غير معروف", "ckb": "نەزانراو", "kmr": "Nayê zanîn"]),
    ])
}

extension EmbeddedCodes {
  static let libertyStatus1 = CodeList(
    "liberty-status", version: 1,
    texts: ["en": "Liberty", "ar": "حالة الحرية", "ckb": "باری ئازادی", "kmr": "Rewşa azadiyê"],
    codes: [
      CodeList.Code("detained", texts: ["en": "Detained", "ar": "محتجز", "ckb": "ڕاگیراو", "kmr": "Girtî"]),
      CodeList.Code(
        "restricted",
        texts: ["en": "Liberty restricted", "ar": "مقيّد الحرية", "ckb": "ئازادیی سنووردار", "kmr": "Azadiya sînorkirî"]),
      CodeList.Code("at_liberty", texts: ["en": "At liberty", "ar": "طليق", "ckb": "ئازاد", "kmr": "Azad"]),
    ])
}

extension EmbeddedCodes {
  static let orderedBy1 = CodeList(
    "ordered-by", version: 1,
    texts: [
      "en": "Who ordered the deprivation of liberty", "ar": "من أمر بالحرمان من الحرية",
      "ckb": "ئەو لایەنەی فەرمانی داوە", "kmr": "Kî ferman da",
    ],
    codes: [
      CodeList.Code(
        "syr-court-counter-terrorism",
        texts: [
          "en": "Counter-terrorism court of Syria", "ar": "محكمة مكافحة الإرهاب في سوريا",
          "ckb": "دادگای دژە تیرۆری سووریا", "kmr": "Dadgeha dijî terorê ya Sûriyê",
        ]),
      CodeList.Code(
        "syr-prosecutor",
        texts: [
          "en": "Prosecutor of Syria", "ar": "النيابة العامة في سوريا", "ckb": "داواکاری گشتیی سووریا",
          "kmr": "Dozgeriya giştî ya Sûriyê",
        ]),
      CodeList.Code("no-order", texts: ["en": "No order", "ar": "بلا أمر", "ckb": "بەبێ فەرمان", "kmr": "Bê ferman"]),
      CodeList.Code("unknown", texts: ["en": "Unknown", "ar": "غير معروف", "ckb": "نەزانراو", "kmr": "Nayê zanîn"]),
    ])
}

extension EmbeddedCodes {
  static let provenance1 = CodeList(
    "provenance", version: 1,
    texts: [
      "en": "Where people taken in came from", "ar": "مصدر الداخلين في العهدة", "ckb": "سەرچاوەی وەرگیراوان",
      "kmr": "Ji ku hatine",
    ],
    codes: [
      CodeList.Code(
        "direct",
        texts: [
          "en": "Taken in by this authority itself", "ar": "أدخلته هذه الجهة بنفسها",
          "ckb": "ئەم دەسەڵاتە خۆی وەری گرتووە", "kmr": "Vê meqamê bi xwe girtiye",
        ]),
      CodeList.Code(
        "inherited",
        texts: [
          "en": "Inherited from a predecessor", "ar": "انتقل من الجهة السلف", "ckb": "لە دەسەڵاتی پێشووەوە ماوەتەوە",
          "kmr": "Ji meqama berê maye",
        ]),
      CodeList.Code(
        "non-member",
        texts: [
          "en": "Received from somebody who is no member", "ar": "مستلم من جهة ليست عضوًا",
          "ckb": "لە لایەنێکی نائەندامەوە وەرگیراوە", "kmr": "Ji aliyekî ku ne endam e hatiye wergirtin",
        ]),
      CodeList.Code(
        "unlisted-arrival",
        texts: [
          "en": "Arrived without standing on the list", "ar": "وصل وهو غير مدرج في القائمة",
          "ckb": "گەیشتووە بێ ئەوەی لە لیستەکەدا بێت", "kmr": "Gihîştiye lê ne di lîsteyê de ye",
        ]),
      CodeList.Code(
        "born-in-transit",
        texts: [
          "en": "Born on the way", "ar": "وُلد في الطريق", "ckb": "لە ڕێگادا لەدایک بووە",
          "kmr": "Di rê de ji dayik bûye",
        ]),
    ])
}

extension EmbeddedCodes {
  static let unknownReason1 = CodeList(
    "unknown-reason", version: 1,
    texts: [
      "en": "Why something is not known", "ar": "سبب عدم المعرفة", "ckb": "ھۆکاری نەزانین", "kmr": "Sedema nezanînê",
    ],
    codes: [
      CodeList.Code(
        "not-in-register",
        texts: [
          "en": "Not in the register", "ar": "غير مذكور في السجل", "ckb": "لە تۆمارەکەدا نییە",
          "kmr": "Di tomarê de tune ye",
        ]),
      CodeList.Code(
        "register-lost",
        texts: [
          "en": "The register is lost", "ar": "السجل مفقود", "ckb": "تۆمارەکە ون بووە", "kmr": "Tomar winda bûye",
        ]),
      CodeList.Code(
        "person-cannot-say",
        texts: [
          "en": "The person cannot say", "ar": "لا يستطيع الشخص الإفادة به", "ckb": "کەسەکە ناتوانێت بیڵێت",
          "kmr": "Kes nikare bibêje",
        ]),
      CodeList.Code(
        "person-declines",
        texts: [
          "en": "The person does not want to say", "ar": "لا يرغب الشخص في الإفادة به", "ckb": "کەسەکە نایەوێت بیڵێت",
          "kmr": "Kes naxwaze bibêje",
        ]),
      CodeList.Code(
        "not-applicable",
        texts: ["en": "Does not apply", "ar": "لا ينطبق", "ckb": "لێرە بەکار نایەت", "kmr": "Li vir nayê bikaranîn"]),
      CodeList.Code(
        "not-disclosed",
        texts: [
          "en": "The earlier custodian did not say", "ar": "لم تذكره الجهة السابقة", "ckb": "دەسەڵاتی پێشوو نەیگوتووە",
          "kmr": "Meqama berê negotiye",
        ]),
      CodeList.Code(
        "not-asked",
        texts: ["en": "Nobody has asked", "ar": "لم يسأل عنه أحد", "ckb": "کەس نەیپرسیوە", "kmr": "Kesî nepirsiye"]),
      CodeList.Code(
        "no-record",
        texts: [
          "en": "No record was ever made", "ar": "لم يُدوَّن قط", "ckb": "ھەرگیز تۆمار نەکراوە",
          "kmr": "Qet nehatiye tomarkirin",
        ]),
    ])
}
