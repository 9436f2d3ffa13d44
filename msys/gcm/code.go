package gcm

import "github.com/gomsys/gomsys/msys/delivery"

// Code is the number of an error, msys.gcm.GCM_*.
type Code int

// Errors of the service.
const (
	NoError             Code = 0
	Unavailable         Code = 1
	MissingRegistration Code = 2
	InvalidRegistration Code = 3
	MismatchSenderID    Code = 4
	NotRegistered       Code = 5
	MessageTooBig       Code = 6
	InvalidDataKey      Code = 7
	InvalidTTL          Code = 8
	InternalServerError Code = 9
	InvalidPackageName  Code = 10
	Unknown             Code = 255
)

// codes has the constant and the service's word of each error.
var codes = [...]struct {
	code           Code
	constant, word string
}{
	{NoError, "GCM_NO_ERROR", ""},
	{Unavailable, "GCM_UNAVAILABLE", "Unavailable"},
	{MissingRegistration, "GCM_MISSING_REGISTRATION", "MissingRegistration"},
	{InvalidRegistration, "GCM_INVALID_REGISTRATION", "InvalidRegistration"},
	{MismatchSenderID, "GCM_MISMATCH_SENDER_ID", "MismatchSenderId"},
	{NotRegistered, "GCM_NOT_REGISTERED", "NotRegistered"},
	{MessageTooBig, "GCM_MESSAGE_TOO_BIG", "MessageTooBig"},
	{InvalidDataKey, "GCM_INVALID_DATA_KEY", "InvalidDataKey"},
	{InvalidTTL, "GCM_INVALID_TTL", "InvalidTtl"},
	{InternalServerError, "GCM_INTERNAL_SERVER_ERROR", "InternalServerError"},
	{InvalidPackageName, "GCM_INVALID_PACKAGE_NAME", "InvalidPackageName"},
	{Unknown, "GCM_UNKNOWN", "Unknown"},
	{Unknown, "GCM_UNKNOW", "Unknown"},
}

// ErrorCode gives the number of the service's word for an error, such as
// "NotRegistered": [NoError] for "", [Unknown] for any other word. Case counts.
func ErrorCode(word string) Code {
	for _, c := range codes {
		if c.word == word {
			return c.code
		}
	}
	return Unknown
}

// String gives the service's word.
func (c Code) String() string {
	for _, known := range codes {
		if known.code == c {
			return known.word
		}
	}
	return "Unknown"
}

// Status says whether an error is a failure for good; unknown ones are not.
func (c Code) Status() delivery.Status {
	switch {
	case c == NoError:
		return delivery.Success
	case c == Unavailable || c == InternalServerError:
		return delivery.TempFailed
	case c >= MissingRegistration && c <= InvalidPackageName:
		return delivery.PermFailed
	}
	return delivery.TempFailed
}

// ClassifyError reads a DLV_Response_Status: the number of a [Code]. "" is a
// delivery; text that is no number failed for now.
func ClassifyError(status string) delivery.Status {
	return delivery.ClassifyCode(status, int(Unknown), func(n int) delivery.Status { return Code(n).Status() })
}
