/// What the Arabic catalogue says of statements that move nobody.
let arabicTestimonyTexts: [Text: String] = [
  .wordInquiry: "طلب بحث عن شخص",
  .wordInquiryAnswered: "جواب طلب بحث",
  .wordNotKnown: "غير معروف لدى من سُئل",
  .wordWithheld: "محجوب",
  .statusInquiry: "%1 %2 من %3، عدد الأسطر %4: أجب عنه (answer)",
  .inquiriesNone: "لا توجد طلبات بحث صادرة عن هذه الجهة أو موجّهة إليها",
  .inquiryOneLine:
    "يحدّد الخيار --found شخصًا واحدًا: حدّد سطرًا واحدًا من الطلب بالخيار --lines وسطرًا واحدًا بالخيار --found-line",
  .inquiryAnswered: "أُجيب عنه",
  .inquiryOpen: "لم يُجب بعد عن %1 من %2",
  .inquiryOverdue: "تجاوز المهلة: لم يُجب عن %1 من %2",
  .headDue: "المهلة",
  .fieldFor: "باسم من يُسأل",
  .fieldInquiry: "طلب البحث",
  .fieldInquiryLine: "سطر طلب البحث",
  .fieldFinding: "ما وُجد",
  .fieldFound: "المرجع لدى المجيب",
]
