package ctasd

// The names of the lines of an answer, under which they are in the Detail of a
// result.
const (
	FieldSpam  = "X-CTCH-Spam"  // the class of the mail
	FieldVOD   = "X-CTCH-VOD"   // virus outbreak detection
	FieldRefID = "X-CTCH-RefID" // identifies the scan
	FieldError = "X-CTCH-Error" // why there is no result
)

// The values of FieldSpam.
const (
	SpamConfirmed = "Confirmed"
	SpamBulk      = "Bulk"
	SpamSuspected = "Suspected"
	SpamUnknown   = "Unknown"
	SpamNonSpam   = "NonSpam"
)

// The values of FieldVOD.
const (
	VODVirus    = "Virus"
	VODHigh     = "High"
	VODMedium   = "Medium"
	VODUnknown  = "Unknown"
	VODNonVirus = "NonVirus"
)

// The request: where it goes and what stands before the mail.
const (
	path          = "/ctasd/ClassifyMessage_Inline"
	fieldVersion  = "X-CTCH-PVer"
	version       = "0000001"
	fieldMailFrom = "X-CTCH-MailFrom"
	fieldSenderIP = "X-CTCH-SenderIP"
)
