import ArgumentParser

/// Makes keys, shows them, changes them, ends them and proves them.
struct KeyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "key", abstract: "Keys: make, list, show, rotate, retire, revoke and prove them.",
    discussion: """
      A key is in a PEM file (a path or file:), in a TPM 2.0 (a PEM file that it has wrapped, or handle:0x81…) or in a \
      PKCS#11 token (pkcs11:…). The TPM needs Debian's package tpm2-openssl, a token pkcs11-provider (Debian 13). \
      keys/README.md says which key is where.
      """,
    subcommands: [
      KeyGenerate.self, KeyList.self, KeyShow.self, KeyRotate.self, KeyRetire.self, KeyRevoke.self, KeyProve.self,
    ])
}
