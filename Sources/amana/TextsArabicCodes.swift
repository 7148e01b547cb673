/// What the Arabic catalogue says of code lists.
let arabicCodeTexts: [Text: String] = [
  .codesUnknown: "ليس هنا قائمة رموز باسم \"%1\"؛ القوائم الموجودة: %2",
  .codesUnknownVersion: "قائمة الرموز %1 موجودة هنا في الإصدار %2 لا في الإصدار %3",
  .codesNamed: "%1: يسمّي سجل الأعضاء هذا الإصدار هكذا: \"%2\"",
  .codesHold: "%1 صحيح: قائمة الرموز %2، الإصدار %3، عدد الرموز: %4",
  .codesFail: "%1 غير صحيح: %2",
  .codesExported: "كُتبت قوائم الرموز في %1، وعددها: %2",
  .codesNone: "لا يحوي %1 أي قائمة رموز",
  .codesDeprecated: "متروك، لا يُكتب بعد الآن",
  .codesReplaced: "متروك: اكتب %1",
  .headMeaning: "المعنى",
  .headList: "القائمة",
  .headCodes: "الرموز",
  .headSinceVersion: "منذ الإصدار",
]
