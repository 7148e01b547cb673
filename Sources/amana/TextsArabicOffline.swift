/// What the Arabic catalogue says where no daemon is, and of what comes from there.
let arabicOfflineTexts: [Text: String] = [
  .offlineWritten:
    "صيغت مسودة %1 للسجل %2 في الملف %3: عدد الأسطر %4. لا شيء مكشوف في الملف سوى الغلاف، ولم يُوقَّع شيء بعد",
  .offlineOfficers: "بانتظار ضباط، عددهم %1؛ التالي: amana approve %2 --key OFFICER.pem",
  .offlineBring: "وافق كل من تلزم موافقته؛ احمل الملف إلى حيث يعمل الخادم: amana import %1",
  .offlineApproved: "وافق الضابط %1 على %2 بصفة %3؛ والموافقة مثبتة في الملف",
  .offlineNotCounted: "هذه الموافقة لن يُعتدّ بها: %1. الملف باقٍ كما كان",
  .offlineTwice: "سبق أن وافق الضابط %1 على %2: يجب أن يوافق ضابط آخر. الملف باقٍ كما كان",
  .offlineKitNeeded:
    "من دون الخادم تلزم حقيبة عمل: نفّذ `amana kit FILE` حيث يعمل الخادم، ثم سمِّها بالخيار --kit",
  .offlineKitBad:
    "حقيبة العمل %1 لا يُعتمد عليها: %2. أعد كتابتها بالأمر `amana kit` وفق سجل الأعضاء الذي تثق به",
  .offlineKitAge: "حقيبة العمل تبيّن ما كانت عليه الحال في %1: وما وقع بعد ذلك يُنظر فيه عند إدخال المسودة",
  .offlineNothing: "لا شيء مناسبًا في حقيبة العمل يبدأ معرّفه بـ %1",
  .draftFileBad: "%1 لا يُعتمد عليه: %2. انسخه مرة أخرى من حيث صيغ",
  .kitWritten:
    "كُتب %1 (%2 بايت): فيه الأسماء والأسطر مكشوفة. احمله كما تحمل السجل نفسه، واحذفه بعد إدخال المسودات",
  .importLeft: "لم تُؤخذ موافقة الضابط %1 بصفة %2: %3",
  .problemOtherAuthority: "المسودة لجهة أخرى",
  .problemRosterUnknown: "لم يعتمد هذا السجل قط سجلَّ الأعضاء الذي تستند إليه المسودة",
]
