import Testing

@testable import amana

/// In which language the command speaks.
@Suite("The language that is preferred") struct PreferredLanguageTests {
  @Test(
    "The first variable that says something decides; one that is set and empty says nothing",
    arguments: [
      ([:], Language.en), (["LANG": "ar_SY.UTF-8"], .ar), (["LC_ALL": "", "LANG": "ar_SY.UTF-8"], .ar),
      (["AMANA_LANG": "", "LC_MESSAGES": "ar", "LANG": "en_US"], .ar), (["LC_ALL": "C", "LANG": "ar_SY.UTF-8"], .en),
      (["AMANA_LANG": "en", "LC_ALL": "ar_IQ"], .en), (["AMANA_LANG": "AR"], .ar), (["LANG": "arn_CL"], .en),
    ])
  func preferred(_ environment: [String: String], _ language: Language) {
    #expect(Language.preferred(by: environment) == language)
  }
}
