package apn

import "github.com/gomsys/gomsys/msys/delivery"

// Code is the number of an error, msys.apn.APNS_*.
type Code int

// Errors of the service.
const (
	NoError            Code = 0
	ProcessingError    Code = 1
	MissingDeviceToken Code = 2
	MissingTopic       Code = 3
	MissingPayload     Code = 4
	InvalidTokenSize   Code = 5
	InvalidTopicSize   Code = 6
	InvalidPayloadSize Code = 7
	InvalidToken       Code = 8
	Shutdown           Code = 10
	Unknown            Code = 255
)

var codes = [...]struct {
	code           Code
	constant, text string
}{
	{NoError, "APNS_NO_ERROR", "no error"},
	{ProcessingError, "APNS_PROCESSING_ERROR", "processing error"},
	{MissingDeviceToken, "APNS_MISSING_DEVICE_TOKEN", "missing device token"},
	{MissingTopic, "APNS_MISSING_TOPIC", "missing topic"},
	{MissingPayload, "APNS_MISSING_PAYLOAD", "missing payload"},
	{InvalidTokenSize, "APNS_INVALID_TOKEN_SIZE", "invalid token size"},
	{InvalidTopicSize, "APNS_INVALID_TOPIC_SIZE", "invalid topic size"},
	{InvalidPayloadSize, "APNS_INVALID_PAYLOAD_SIZE", "invalid payload size"},
	{InvalidToken, "APNS_INVALID_TOKEN", "invalid token"},
	{Shutdown, "APNS_SHUTDOWN", "shutdown"},
	{Unknown, "APNS_UNKNOWN", "unknown error"},
}

// String gives the error in words.
func (c Code) String() string {
	for _, known := range codes {
		if known.code == c {
			return known.text
		}
	}
	return "unknown error"
}

// Status says whether an error is a failure for good; unknown ones are not.
func (c Code) Status() delivery.Status {
	switch {
	case c == NoError:
		return delivery.Success
	case c >= MissingDeviceToken && c <= InvalidToken:
		return delivery.PermFailed
	}
	return delivery.TempFailed
}

// ClassifyStatus reads a DLV_Response_Status: the number of a [Code]. "" is a
// delivery; text that is no number failed for now.
func ClassifyStatus(status string) delivery.Status {
	return delivery.ClassifyCode(status, int(Unknown), func(n int) delivery.Status { return Code(n).Status() })
}

// reasons are the words of the HTTP/2 interface.
var reasons = map[string]Code{
	"BadDeviceToken":     InvalidToken,
	"Unregistered":       InvalidToken,
	"PayloadTooLarge":    InvalidPayloadSize,
	"PayloadEmpty":       MissingPayload,
	"MissingDeviceToken": MissingDeviceToken,
	"MissingTopic":       MissingTopic,
	"Shutdown":           Shutdown,
}

// ReasonCode gives the error that the service means by an HTTP status and its
// word for the reason, such as "BadDeviceToken".
func ReasonCode(status int, reason string) Code {
	if c, ok := reasons[reason]; ok {
		return c
	}
	switch {
	case status == 200:
		return NoError
	case status == 429 || status >= 500 && status < 600:
		return ProcessingError
	}
	return Unknown
}
