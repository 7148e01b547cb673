/// What the Arabic catalogue says of people who could be the same.
let arabicLookAlikeTexts: [Text: String] = [
  .fileNameVariant:
    "قد يكون هذا الاسم هو اسم الصف %1 بتهجئة أخرى، ولا يفرّق بينهما تاريخ الميلاد: تأكد من أنهما شخصان",
  .fileNameTransliterated:
    "قد يكون هذا الاسم هو اسم الصف %1 بحروف لغة أخرى، ولا يفرّق بينهما تاريخ الميلاد: تأكد من أنهما شخصان",
  .alikePerson: "%1، السطر %2 من %3: %4، تاريخ الميلاد %5",
  .alikeBecause: "وجه التشابه: %1",
  .alikeName: "الاسم نفسه",
  .alikeVariant: "الاسم بتهجئة أخرى",
  .alikeTransliteration: "الاسم بحروف لغة أخرى",
  .alikeBorn: "تاريخا ميلاد قد يكونان واحدًا",
  .alikeBornNear: "تاريخا ميلاد غير مؤكدين لا يفصل بينهما أكثر من سنتين",
  .alikeNone: "لا أحد هنا يشبه أحدًا هناك",
  .alikeOnRecord: "لم يُعرض ما سُجّل فيه أنهما شخص واحد (same-as) أو شخصان (not-same-as)، عدد الأزواج: %1",
  .alikeUnnamed: "لم يُقارَن من ليست أسماؤهم هنا، وعددهم: %1",
  .alikeNext: "لا يُدمج شيء؛ تحقّق ثم سجّل ما تبيّن لك: CODE رمز من amana codes list link-basis",
  .alikeAbsent: "لم تُقارن: أسطر %1 لم تصل، فلا يُعرف من تسمّيهم",
]
