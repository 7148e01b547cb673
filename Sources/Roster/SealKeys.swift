import OpenSSL

extension Authority {
  /// The seal keys of one role that are valid at a moment: whom content for it is sealed to.
  public func sealKeys(_ role: SealRole, at time: UnixTime) -> [KeyRecord] {
    keys.filter { $0.role == role && $0.standing(at: time) == .valid }
  }

  /// The certificates that its courier may present at a moment.
  public func transportCertificates(at time: UnixTime) -> [KeyRecord] {
    keys.filter { $0.certificate?.isValid(at: time) == true && $0.standing(at: time) == .valid }
  }
}
