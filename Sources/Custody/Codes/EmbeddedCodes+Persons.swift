// Made from docs/codes/*.json by docs/codes/embed.py: change the lists there.

extension EmbeddedCodes {
  static let age1 = CodeList(
    "age", version: 1, texts: ["en": "Age", "ar": "العمر", "ckb": "تەمەن", "kmr": "Temen"],
    codes: [
      CodeList.Code("adult", texts: ["en": "Adult", "ar": "بالغ", "ckb": "پێگەیشتوو", "kmr": "Mezin"]),
      CodeList.Code("child", texts: ["en": "Child", "ar": "طفل", "ckb": "منداڵ", "kmr": "Zarok"]),
      CodeList.Code(
        "child_presumed",
        texts: [
          "en": "Presumed to be a child", "ar": "يُفترض أنه طفل", "ckb": "وەک منداڵ دادەنرێت",
          "kmr": "Wek zarok tê hesibandin",
        ]),
      CodeList.Code(
        "disputed",
        texts: [
          "en": "Age disputed", "ar": "العمر محل نزاع", "ckb": "تەمەنەکەی جێی ناکۆکییە", "kmr": "Temen bi nakokî ye",
        ]),
    ])
}

extension EmbeddedCodes {
  static let ageBasis1 = CodeList(
    "age-basis", version: 1,
    texts: [
      "en": "Basis of the age", "ar": "أساس تحديد العمر", "ckb": "بنەمای دیاریکردنی تەمەن",
      "kmr": "Bingeha diyarkirina temen",
    ],
    codes: [
      CodeList.Code("document", texts: ["en": "A document", "ar": "وثيقة", "ckb": "بەڵگەنامە", "kmr": "Belge"]),
      CodeList.Code(
        "statement",
        texts: [
          "en": "The person's own statement", "ar": "قول الشخص نفسه", "ckb": "قسەی خودی کەسەکە",
          "kmr": "Gotina kesê bi xwe",
        ]),
      CodeList.Code(
        "medical",
        texts: ["en": "A medical examination", "ar": "فحص طبي", "ckb": "پشکنینی پزیشکی", "kmr": "Muayeneya bijîşkî"]),
      CodeList.Code("appearance", texts: ["en": "Appearance", "ar": "المظهر", "ckb": "ڕواڵەت", "kmr": "Xuyang"]),
      CodeList.Code("unknown", texts: ["en": "Unknown", "ar": "غير معروف", "ckb": "نەزانراو", "kmr": "Nayê zanîn"]),
    ])
}

extension EmbeddedCodes {
  static let familyRole1 = CodeList(
    "family-role", version: 1,
    texts: ["en": "Role in the family", "ar": "الصفة في الأسرة", "ckb": "پێگە لە خێزاندا", "kmr": "Cih di malbatê de"],
    codes: [
      CodeList.Code(
        "parent", texts: ["en": "Parent", "ar": "أحد الوالدين", "ckb": "دایک یان باوک", "kmr": "Dê an bav"]),
      CodeList.Code(
        "child", texts: ["en": "Son or daughter", "ar": "ابن أو ابنة", "ckb": "کوڕ یان کچ", "kmr": "Kur an keç"]),
      CodeList.Code("spouse", texts: ["en": "Spouse", "ar": "زوج أو زوجة", "ckb": "ھاوسەر", "kmr": "Hevser"]),
      CodeList.Code(
        "sibling", texts: ["en": "Brother or sister", "ar": "أخ أو أخت", "ckb": "خوشک یان برا", "kmr": "Xwişk an bira"]),
      CodeList.Code(
        "grandparent",
        texts: ["en": "Grandparent", "ar": "جد أو جدة", "ckb": "باپیر یان داپیر", "kmr": "Bapîr an dapîr"]),
      CodeList.Code(
        "guardian", texts: ["en": "Guardian", "ar": "وصيّ", "ckb": "سەرپەرشتیار", "kmr": "Kesê ku lê xwedî derdikeve"]),
    ])
}

extension EmbeddedCodes {
  static let fitToTravel1 = CodeList(
    "fit-to-travel", version: 1,
    texts: ["en": "Fitness to travel", "ar": "القدرة على السفر", "ckb": "توانای گەشتکردن", "kmr": "Karîna rêwîtiyê"],
    codes: [
      CodeList.Code(
        "yes",
        texts: [
          "en": "Fit to travel", "ar": "قادر على السفر", "ckb": "دەتوانێت گەشت بکات", "kmr": "Dikare rêwîtiyê bike",
        ]),
      CodeList.Code(
        "no",
        texts: [
          "en": "Not fit to travel", "ar": "غير قادر على السفر", "ckb": "ناتوانێت گەشت بکات",
          "kmr": "Nikare rêwîtiyê bike",
        ]),
      CodeList.Code(
        "conditions",
        texts: [
          "en": "Fit to travel under conditions", "ar": "قادر على السفر بشروط", "ckb": "بە مەرج دەتوانێت گەشت بکات",
          "kmr": "Bi şert dikare rêwîtiyê bike",
        ]),
    ])
}

extension EmbeddedCodes {
  static let health1 = CodeList(
    "health", version: 1,
    texts: ["en": "State of health", "ar": "الحالة الصحية", "ckb": "باری تەندروستی", "kmr": "Rewşa tenduristiyê"],
    codes: [
      CodeList.Code("good", texts: ["en": "Good", "ar": "جيدة", "ckb": "باش", "kmr": "Baş"]),
      CodeList.Code(
        "treatment",
        texts: [
          "en": "Under treatment", "ar": "قيد العلاج", "ckb": "لەژێر چارەسەردایە", "kmr": "Di bin dermankirinê de ye",
        ]),
      CodeList.Code(
        "urgent",
        texts: [
          "en": "Needs urgent care", "ar": "يحتاج إلى رعاية عاجلة", "ckb": "پێویستی بە چارەسەری خێرایە",
          "kmr": "Lênêrîna lezgîn pêwîst e",
        ]),
      CodeList.Code("unknown", texts: ["en": "Unknown", "ar": "غير معروف", "ckb": "نەزانراو", "kmr": "Nayê zanîn"]),
    ])
}

extension EmbeddedCodes {
  static let nationalityStatus1 = CodeList(
    "nationality-status", version: 1,
    texts: [
      "en": "Standing of a nationality", "ar": "حالة الجنسية", "ckb": "باری ڕەگەزنامە", "kmr": "Rewşa hemwelatîbûnê",
    ],
    codes: [
      CodeList.Code(
        "claimed", texts: ["en": "Claimed", "ar": "حسب الادعاء", "ckb": "بە قسەی خۆی", "kmr": "Li gorî gotinê"]),
      CodeList.Code(
        "verified", texts: ["en": "Verified", "ar": "مؤكدة", "ckb": "پشتڕاست کراوەتەوە", "kmr": "Hatiye piştrastkirin"]),
      CodeList.Code(
        "denied",
        texts: [
          "en": "Denied by that State", "ar": "تنفيها تلك الدولة", "ckb": "ئەو دەوڵەتە ڕەتی دەکاتەوە",
          "kmr": "Ew dewlet red dike",
        ]),
      CodeList.Code("unknown", texts: ["en": "Unknown", "ar": "غير معروف", "ckb": "نەزانراو", "kmr": "Nayê zanîn"]),
    ])
}

extension EmbeddedCodes {
  static let sex1 = CodeList(
    "sex", version: 1,
    texts: ["en": "Sex (ISO/IEC 5218)", "ar": "الجنس", "ckb": "ڕەگەز", "kmr": "Zayend (ISO/IEC 5218)"],
    codes: [
      CodeList.Code("0", texts: ["en": "Not known", "ar": "غير معروف", "ckb": "نەزانراو", "kmr": "Nayê zanîn"]),
      CodeList.Code("1", texts: ["en": "Male", "ar": "ذكر", "ckb": "نێر", "kmr": "Nêr"]),
      CodeList.Code("2", texts: ["en": "Female", "ar": "أنثى", "ckb": "مێ", "kmr": "Mê"]),
      CodeList.Code(
        "9",
        texts: ["en": "Not applicable", "ar": "لا ينطبق", "ckb": "لێرە بەکار نایەت", "kmr": "Li vir nayê bikaranîn"]),
    ])
}

extension EmbeddedCodes {
  static let vulnerability1 = CodeList(
    "vulnerability", version: 1,
    texts: ["en": "Vulnerability", "ar": "حالة ضعف", "ckb": "بارودۆخی لاوازی", "kmr": "Rewşa lawaziyê"],
    codes: [
      CodeList.Code("pregnant", texts: ["en": "Pregnant", "ar": "حامل", "ckb": "دووگیان", "kmr": "Ducanî"]),
      CodeList.Code(
        "disability", texts: ["en": "Disability", "ar": "إعاقة", "ckb": "کەمئەندامی", "kmr": "Astengdarî"]),
      CodeList.Code(
        "chronic-illness",
        texts: ["en": "Chronic illness", "ar": "مرض مزمن", "ckb": "نەخۆشیی درێژخایەن", "kmr": "Nexweşiya domdar"]),
      CodeList.Code("elderly", texts: ["en": "Elderly", "ar": "مسنّ", "ckb": "بەساڵاچوو", "kmr": "Bi temen"]),
      CodeList.Code(
        "nursing", texts: ["en": "Nursing mother", "ar": "أم مرضع", "ckb": "دایکی شیردەر", "kmr": "Dayika ku şîr dide"]),
      CodeList.Code(
        "at-risk",
        texts: [
          "en": "At risk from others", "ar": "معرّض للخطر من الآخرين", "ckb": "لەلایەن کەسانی ترەوە لە مەترسیدایە",
          "kmr": "Ji aliyê kesên din ve di xetereyê de ye",
        ]),
    ])
}
