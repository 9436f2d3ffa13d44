// Package smpp shows SMPP 3.4 messages to policy: the Lua modules "msys.smpp"
// (for older scripts "msys.mobility") and "msys.mms", and the same for Go. It
// does not speak the protocol: a host that is connected to an SMSC fills a
// [PDU] from what came in, or from what is about to go out, and has the
// runtime call the scripts:
//
//	pdu := smpp.NewShortMessage(smpp.DeliverSM)
//	pdu.Short.SourceAddr.Set("15551234")
//	pdu.Short.ShortMessage.Set("STOP")
//	// the hook smpp_MO_pdu_eval(pdu) runs
//	text := pdu.Short.Octets()
//
// Delivery receipts, which come as text in deliver_sm, are understood by
// [ParseReceipt] (SMPP 3.4 appendix B).
//
// A PDU is used by one goroutine at a time, the texts in it by any.
package smpp
