/// What the Arabic catalogue says of algorithms.
let arabicSignatureTexts: [Text: String] = [
  .signedBy: "خوارزميات التوقيع: %1",
  .verifiedBy: "جرى التحقق بخوارزميات: %1",
  .notVerifiedHere: "لم يمكن التحقق منه على هذا الجهاز: %1",
  .noMLDSA:
    "لا يمكن صنع مفتاح ML-DSA هنا: على هذا الجهاز %1، وML-DSA تحتاج إلى OpenSSL 3.5 أو أحدث. لم يُكتب شيء",
  .problemNotVerifiableHere: "لا يستطيع هذا الجهاز التحقق منه",
]
