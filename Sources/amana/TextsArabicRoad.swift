/// What the Arabic catalogue says of roads.
let arabicRoadTexts: [Text: String] = [
  .wordWaypoint: "مرور بموقع",
  .wordStopover: "توقف في الطريق",
  .wordLodged: "إيواء في الطريق",
  .wordArrived: "وصول",
  .wordCarrierChanged: "تغيّر الناقل",
  .wordDetained: "محتجز",
  .wordRestricted: "مقيّد الحركة",
  .wordAtLiberty: "طليق",
  .headDetail: "التفاصيل",
  .transitCarrier: "تنقلهم %1",
  .transitHost: "في مكان تابع لـ %1",
  .transitUnnamed:
    "لا شيء هنا يسمّي %1، التي أبلغت عن «%2»، لهذا الطريق: اسأل الجهة المسلِّمة؛ فإن كان ذلك صحيحًا فإن بيانها لم يصل بعد",
]
