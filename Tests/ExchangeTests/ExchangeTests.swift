import Exchange
import Testing

@Test("The room says whether this version carries by wire")
func exchangeSaysWhatItCarries() { #expect(Exchange.isAvailable == false) }
