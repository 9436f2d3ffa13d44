package delivery

import (
	"math"
	"strconv"
	"strings"
)

// Status is what scripts call the state of a delivery; the numbers are those
// of msys.delivery.DELIVERY_*.
type Status int

// States of a delivery.
const (
	Continue   Status = iota // no opinion
	Done                     // the script has seen to it
	Success                  // delivered
	TempFailed               // failed for now
	PermFailed               // failed for good
)

// ClassifyCode reads a DLV_Response_Status that is the number of an error, from
// 0 to most, whose meaning of tells. "" is a delivery; text that is no such
// number failed for now.
func ClassifyCode(status string, most int, of func(code int) Status) Status {
	status = strings.TrimSpace(status)
	if status == "" {
		return Success
	}
	n, err := strconv.ParseFloat(status, 64)
	if err != nil || n != math.Trunc(n) || n < 0 || n > float64(most) {
		return TempFailed
	}
	return of(int(n))
}

// Message variables that describe a delivery, in the message's own scope.
const (
	KeySourceAddr     = "DLV_Source_Addr"
	KeySourceID       = "DLV_Source_ID"
	KeyDestAddr       = "DLV_Dest_Addr"
	KeyDestID         = "DLV_Dest_ID"
	KeyTransactionID  = "DLV_Transaction_ID"
	KeyResponseStatus = "DLV_Response_Status" // absent or "" once delivered
	KeyResponseDetail = "DLV_Response_Status_Detail"
	KeyMsgLength      = "DLV_Msg_Length"
	KeyRemoteIP       = "DLV_Remote_IP_Address"
)

// Classifier reads the value of DLV_Response_Status, whose numbers are those
// of the method. It gives [Success], [TempFailed] or [PermFailed].
type Classifier func(status string) Status

// SMTPStatus is the [Classifier] for SMTP codes and of methods that have none
// of their own: "" and 2xx are delivered, 5xx has failed for good, and all
// else failed for now.
func SMTPStatus(status string) Status {
	status = strings.TrimSpace(status)
	if status == "" {
		return Success
	}
	if i := strings.IndexAny(status, " -"); i > 0 {
		status = status[:i]
	}
	n, err := strconv.Atoi(status)
	switch {
	case err == nil && n >= 200 && n < 300:
		return Success
	case err == nil && n >= 500 && n < 600:
		return PermFailed
	}
	return TempFailed
}
