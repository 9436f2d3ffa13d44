package smpp

import "github.com/gomsys/gomsys/message"

// Message context variables by which policy and the host tell each other about
// a message on its way to or from a telephone.
const (
	KeySMSDataCoding         = "SMS_Data_Coding"
	KeySMSDstFlag            = "SMS_Destination_Flag"
	KeySMSDstAddress         = "SMS_Destination_Address"
	KeySMSDstNPI             = "SMS_Destination_NPI"
	KeySMSDstTON             = "SMS_Destination_TON"
	KeySMSSrcAddress         = "SMS_Source_Address"
	KeySMSSrcNPI             = "SMS_Source_NPI"
	KeySMSSrcTON             = "SMS_Source_TON"
	KeySMSRegisteredDelivery = "SMS_Registered_Delivery"
	KeyMOEmailFromAddress    = "MO_Email_From_Address"
	KeyMOEmailToAddress      = "MO_Email_To_Address"
	KeyMOEmailSubject        = "MO_Email_Subject"
	KeyMOEmailDataCoding     = "MO_Email_Data_Coding"
)

// The texts that conversion between mail and SMS works on.
const (
	// TextSMS is the text of a message to a telephone.
	TextSMS = "SMS_Text"
	// TextMOEmail is the text of the mail made from a message of a telephone.
	TextMOEmail = "MO_Email_Text"
)

// Text gives a text of m under TextSMS or TextMOEmail, and whether there is
// one. It is kept as a message context variable, so copies of m have it too.
func Text(m *message.Message, key string) (string, bool) {
	return m.ContextGet(message.ContextMess, key)
}

// SetText sets a text of m. Any bytes will do; they are in the encoding that
// KeySMSDataCoding or KeyMOEmailDataCoding names.
func SetText(m *message.Message, key, text string) { m.ContextSet(message.ContextMess, key, text) }
