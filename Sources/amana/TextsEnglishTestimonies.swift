/// What the English catalogue says of statements that move nobody.
let englishTestimonyTexts: [Text: String] = [
  .wordInquiry: "inquiry",
  .wordInquiryAnswered: "inquiry-answered",
  .wordNotKnown: "not known",
  .wordWithheld: "withheld",
  .statusInquiry: "%1 %2 of %3, %4 lines: amana answer",
  .inquiriesNone: "there are no tracing inquiries of or to this authority",
  .inquiryOneLine: "--found names one person: name one line of the inquiry with --lines and one with --found-line",
  .inquiryAnswered: "answered",
  .inquiryOpen: "%1 of %2 not answered yet",
  .inquiryOverdue: "overdue: %1 of %2 not answered",
  .headDue: "due",
  .fieldFor: "asked for",
  .fieldInquiry: "inquiry",
  .fieldInquiryLine: "line of the inquiry",
  .fieldFinding: "finding",
  .fieldFound: "reference there",
]
