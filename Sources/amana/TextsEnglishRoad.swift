/// What the English catalogue says of roads.
let englishRoadTexts: [Text: String] = [
  .wordWaypoint: "waypoint",
  .wordStopover: "stopover",
  .wordLodged: "lodged",
  .wordArrived: "arrived",
  .wordCarrierChanged: "carrier-changed",
  .wordDetained: "detained",
  .wordRestricted: "restricted",
  .wordAtLiberty: "at_liberty",
  .headDetail: "details",
  .transitCarrier: "carried by %1",
  .transitHost: "in the place of %1",
  .transitUnnamed:
    "nothing here names %1, who told of %2, for this road: ask the releaser; if that is right, its word is still to come",
]
