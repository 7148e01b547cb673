/// What the Arabic catalogue says of incidents and of what ends a chain.
let arabicEndTexts: [Text: String] = [
  .wordIncident: "حادثة",
  .wordReleasedToLiberty: "إخلاء سبيل",
  .wordClosed: "إغلاق",
  .wordDeath: "وفاة",
  .wordBirth: "ولادة",
  .wordEscape: "هروب",
  .wordHospital: "نقل إلى المستشفى",
  .wordInjury: "إصابة",
  .wordSeparation: "انفصال عن الأسرة",
  .wordFound: "عُثر عليه",
  .wordReleasedInError: "أُطلق سراحه خطأً",
  .wordMedical: "طبيب",
  .wordWitness: "شاهد",
  .wordPerson: "الشخص نفسه",
  .wordChildProtection: "مسؤول حماية الأطفال",
  .phaseSuspended: "عهدة معلّقة",
  .phaseEnded: "انتهت عهدته",
  .statusSuspended: "هارب أو مفقود: تبقى المسؤولية على صاحب العهدة المسمّى إلى أن يُعثر عليه",
  .needsOffice: "بانتظار موافقة بصفة %1؛ التالي: amana approve %2 --role %3 --key OFFICER.pem",
  .incidentOfOthers:
    "ليس في التسليم %2 أحد ممن تتحدث عنهم %1: انظر من هم بالأمر amana show --lines، أو حدّد الأسطر بالخيار --lines",
]
