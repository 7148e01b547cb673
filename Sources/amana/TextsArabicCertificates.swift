/// What the Arabic catalogue says of time stamps and of CMS messages.
let arabicCertificateTexts: [Text: String] = [
  .timeStampRequested:
    "كُتب طلب ختم زمني على توقيع %1 في %2؛ الخطوة التالية: سلّمه إلى هيئة الختم الزمني، ثم amana timestamp attach",
  .timeStampAttached: "حُفظ الختم الزمني إلى جانب %1 وينتقل معه: كان توقيعه موجودًا بحلول %2",
  .timeStampUnreadable: "%1 ليس ختمًا زمنيًا: %2؛ الخطوة التالية: اطلبه من هيئة الختم الزمني مرة أخرى",
  .timeStampLater: "لم يتغير شيء: ثمة ختم زمني محفوظ إلى جانب %1 يثبت مثل ما يثبته هذا أو أكثر",
  .cmsHolds: "صحيح: وُقّع %1 باسم %2 في %3 بواسطة %4",
  .cmsListed: "مفتاح مدرج في سجل الأعضاء",
  .cmsCertified: "شهادة %1",
  .cmsEvent: "ما وُقّع عليه حدث: %1، السجل %2",
  .cmsNoEvent: "ما وُقّع عليه ليس حدثًا يقرؤه amana",
  .cmsUnreadable: "%1 ليس رسالة CMS: %2",
  .cmsRefused: "لم يُقبل %1: %2؛ ولم يُرسل شيء",
  .cmsImported: "حُفظت بوصفها الرسالة %1، مختومة لـ %2: مرفقاها رسالة CMS والحدث",
  .crlUnreadable: "%1 ليس قائمة إبطال شهادات: %2",
  .verifyStatementHolds:
    "صحيح: وقّعته %1، وفق سجل الأعضاء %2. أما أن سجلًا يحفظه في موضعه فلا تثبته إلا حزمة",
  .verifyLinesApart:
    "لم يُعَدّ: أسطره محفوظة إلى جانبه ولم تأت معه؛ تحقق من الحزمة التي تحملها",
  .verifyNoRoster:
    "لا يمكن الحكم: لم يأت معه سجل أعضاء، فلم يُتحقق من أي توقيع. سمِّ ملف سجل الأعضاء الذي تثق به بالخيار --roster",
  .timeStampNotKept: "لم يُحفظ أي ختم زمني إلى جانب %1: انظر amana status، ثم قدّمه مرة أخرى",
  .statementWritten: "كُتب البيان %1 مع الإيصالات المحفوظة له في %2",
]
