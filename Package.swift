// swift-tools-version: 6.2
import PackageDescription

/// With AMANA_PURE set, only the rooms without I/O are built: no package is needed and a change is tried in seconds.
let pureOnly = Context.environment["AMANA_PURE"] != nil

let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .strictMemorySafety(),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioExtras: Target.Dependency = .product(name: "NIOExtras", package: "swift-nio-extras")
let nioHTTPTypesHTTP1: Target.Dependency = .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let asyncHTTPClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let configuration: Target.Dependency = .product(name: "Configuration", package: "swift-configuration")

/// Packages that others bring along. Naming a product of each, for a platform that is never built, lets them be pinned
/// here without a warning and costs no build.
let pinned: [Target.Dependency] = [
  ("Algorithms", "swift-algorithms"), ("SwiftASN1", "swift-asn1"),
  ("AsyncAlgorithms", "swift-async-algorithms"), ("Atomics", "swift-atomics"), ("X509", "swift-certificates"),
  ("Collections", "swift-collections"), ("Crypto", "swift-crypto"),
  ("Tracing", "swift-distributed-tracing"), ("StructuredFieldValues", "swift-http-structured-headers"),
  ("Metrics", "swift-metrics"), ("NIOHTTP2", "swift-nio-http2"),
  ("NIOTransportServices", "swift-nio-transport-services"),
  ("Numerics", "swift-numerics"), ("ServiceContextModule", "swift-service-context"), ("SystemPackage", "swift-system"),
].map { .product(name: $0.0, package: $0.1, condition: .when(platforms: [.wasi])) }

let pureTargets: [Target] = [
  .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
  .target(name: "OpenSSL", dependencies: ["COpenSSL"], swiftSettings: strict),
  .target(name: "COSE", dependencies: ["OpenSSL"], swiftSettings: strict),
  .target(name: "TransparencyLog", dependencies: ["COSE", "OpenSSL"], swiftSettings: strict),
  .target(name: "Roster", dependencies: ["COSE", "OpenSSL"], swiftSettings: strict),
  .target(name: "Custody", dependencies: ["TransparencyLog", "Roster", "COSE", "OpenSSL"], swiftSettings: strict),
  .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
  .testTarget(name: "OpenSSLTests", dependencies: ["TestSupport", "OpenSSL"], swiftSettings: strict),
  .testTarget(name: "COSETests", dependencies: ["TestSupport", "COSE", "OpenSSL"], swiftSettings: strict),
  .testTarget(
    name: "TransparencyLogTests", dependencies: ["TestSupport", "TransparencyLog", "COSE", "OpenSSL"],
    swiftSettings: strict),
  .testTarget(name: "RosterTests", dependencies: ["TestSupport", "Roster", "COSE", "OpenSSL"], swiftSettings: strict),
  .testTarget(
    name: "CustodyTests", dependencies: ["TestSupport", "Custody", "TransparencyLog", "Roster", "COSE", "OpenSSL"],
    swiftSettings: strict),
]

let edgeTargets: [Target] = [
  .target(
    name: "ReceiptStore", dependencies: ["Custody", "TransparencyLog", "Roster", "COSE", "OpenSSL", grdb],
    swiftSettings: strict),
  .target(
    name: "ControlAPI",
    dependencies: [
      "Custody", "TransparencyLog", "Roster", "COSE", "OpenSSL", nioCore, nioPosix, nioHTTP1, configuration,
    ],
    swiftSettings: strict),
  .target(
    name: "Exchange",
    dependencies: [
      "ControlAPI", "Custody", "TransparencyLog", "Roster", "COSE", "OpenSSL", asyncHTTPClient, hummingbirdCore,
      httpTypes, lifecycle, logging, nioCore, nioPosix, nioExtras, nioHTTP1, nioHTTPTypesHTTP1, nioSSL, nioTLS,
    ] + pinned, swiftSettings: strict),
  .executableTarget(
    name: "amanad",
    dependencies: [
      "ReceiptStore", "ControlAPI", "Custody", "TransparencyLog", "Roster", "COSE", "OpenSSL",
      hummingbird, hummingbirdCore, httpTypes, nioCore, nioPosix, nioExtras, nioHTTP1, nioHTTPTypesHTTP1, logging,
      lifecycle, unixSignals,
      argumentParser,
    ], swiftSettings: strict),
  .executableTarget(
    name: "amana-courier",
    dependencies: [
      "Exchange", "ControlAPI", "Roster", argumentParser, lifecycle, logging, nioCore, nioPosix, unixSignals,
    ], swiftSettings: strict),
  .executableTarget(
    name: "amana",
    dependencies: ["ControlAPI", "Custody", "TransparencyLog", "Roster", "COSE", "OpenSSL", argumentParser],
    swiftSettings: strict),
  .testTarget(
    name: "ReceiptStoreTests",
    dependencies: ["TestSupport", "ReceiptStore", "Custody", "TransparencyLog", "Roster", "COSE", "OpenSSL"],
    swiftSettings: strict),
  .testTarget(
    name: "ControlAPITests",
    dependencies: ["TestSupport", "ControlAPI", "Custody", "TransparencyLog", "Roster", "COSE", "OpenSSL"],
    swiftSettings: strict),
  .testTarget(
    name: "ExchangeTests",
    dependencies: [
      "TestSupport", "Exchange", "ControlAPI", "Custody", "TransparencyLog", "Roster", "COSE", "OpenSSL",
      asyncHTTPClient, httpTypes, hummingbirdCore, nioCore, nioPosix, nioHTTP1, nioSSL, logging, lifecycle,
    ], swiftSettings: strict),
  .testTarget(
    name: "AmanaTests", dependencies: ["TestSupport", "amana", "Custody", "Roster", "COSE", "OpenSSL"],
    swiftSettings: strict),
  .testTarget(name: "ArchitectureTests", swiftSettings: strict),
  .testTarget(
    name: "EndToEndTests",
    dependencies: [
      "TestSupport", "amana", "amanad", "amana-courier", "ControlAPI", "Custody", "TransparencyLog", "Roster", "COSE",
      "OpenSSL", "ReceiptStore",
      logging,
    ], exclude: ["Transcripts"], swiftSettings: strict),
]

/// Every package that ends up in the resolution, transitive ones included, at one version (docs/dependencies.lock).
let packages: [Package.Dependency] = [
  .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
  .package(url: "https://github.com/apple/swift-log.git", exact: "1.16.2"),
  .package(url: "https://github.com/apple/swift-nio.git", exact: "2.101.2"),
  .package(url: "https://github.com/apple/swift-http-types.git", exact: "1.8.0"),
  .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
  .package(url: "https://github.com/hummingbird-project/hummingbird.git", exact: "2.28.1", traits: []),
  .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", exact: "2.13.0"),
  // What these bring along:
  .package(url: "https://github.com/swift-server/async-http-client.git", exact: "1.37.0"),
  .package(url: "https://github.com/apple/swift-algorithms.git", exact: "1.2.1"),
  .package(url: "https://github.com/apple/swift-asn1.git", exact: "1.7.4"),
  .package(url: "https://github.com/apple/swift-async-algorithms.git", exact: "1.1.4"),
  .package(url: "https://github.com/apple/swift-atomics.git", exact: "1.3.0"),
  .package(url: "https://github.com/apple/swift-certificates.git", exact: "1.21.1"),
  .package(url: "https://github.com/apple/swift-collections.git", exact: "1.6.0"),
  .package(url: "https://github.com/apple/swift-configuration.git", exact: "1.4.0", traits: []),
  .package(url: "https://github.com/apple/swift-crypto.git", exact: "4.5.2"),
  .package(url: "https://github.com/apple/swift-distributed-tracing.git", exact: "1.7.3"),
  .package(url: "https://github.com/apple/swift-http-structured-headers.git", exact: "1.7.0"),
  .package(url: "https://github.com/apple/swift-metrics.git", exact: "2.13.0"),
  .package(url: "https://github.com/apple/swift-nio-extras.git", exact: "1.35.2"),
  .package(url: "https://github.com/apple/swift-nio-http2.git", exact: "1.46.0"),
  .package(url: "https://github.com/apple/swift-nio-ssl.git", exact: "2.37.6"),
  .package(url: "https://github.com/apple/swift-nio-transport-services.git", exact: "1.28.0"),
  .package(url: "https://github.com/apple/swift-numerics.git", exact: "1.1.1"),
  .package(url: "https://github.com/apple/swift-service-context.git", exact: "1.5.1"),
  .package(url: "https://github.com/apple/swift-system.git", exact: "1.8.1"),
]

let package = Package(
  name: "amana",
  defaultLocalization: "en",
  platforms: [.macOS(.v15)],
  products: pureOnly
    ? []
    : [
      .executable(name: "amana", targets: ["amana"]),
      .executable(name: "amanad", targets: ["amanad"]),
      .executable(name: "amana-courier", targets: ["amana-courier"]),
    ],
  dependencies: pureOnly ? [] : packages,
  targets: pureOnly ? pureTargets : pureTargets + edgeTargets,
  swiftLanguageModes: [.v6]
)
