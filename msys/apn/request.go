package apn

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/delivery"
	"github.com/gomsys/gomsys/msys/json"
)

// PartType is the content type of notifications.
const PartType = "message/vnd.msys.apn"

// Limits of the service.
const (
	MaxPayload = 4096 // bytes of JSON
	maxToken   = 200  // hexadecimal digits
)

// Commands of the binary interface, which scripts see.
const (
	commandNotification = 1
	commandError        = 8
)

// Request is a notification on its way, as apn_request_eval sees it. It is
// safe for concurrent use.
type Request struct {
	// ID is the number by which the service names the notification.
	ID uint32

	mu     sync.Mutex
	expiry int64
	token  string
	json   *json.Value
}

// Token gives the device token, in hexadecimal digits.
func (r *Request) Token() string { r.mu.Lock(); defer r.mu.Unlock(); return r.token }

// SetToken sets the device token.
func (r *Request) SetToken(token string) { r.mu.Lock(); defer r.mu.Unlock(); r.token = token }

// Expiry gives when the service gives up, in seconds since 1970; 0 is at once.
func (r *Request) Expiry() int64 { r.mu.Lock(); defer r.mu.Unlock(); return r.expiry }

// SetExpiry sets when the service gives up.
func (r *Request) SetExpiry(unix int64) { r.mu.Lock(); defer r.mu.Unlock(); r.expiry = unix }

// JSON gives the payload. Its changes count until the request is sent.
func (r *Request) JSON() *json.Value { r.mu.Lock(); defer r.mu.Unlock(); return r.json }

// SetJSON replaces the payload.
func (r *Request) SetJSON(v *json.Value) { r.mu.Lock(); defer r.mu.Unlock(); r.json = v }

// RequestError is a notification that cannot be sent.
type RequestError struct {
	Code Code
	Text string
}

func (e *RequestError) Error() string { return "apn: " + e.Text }

// NewRequest makes the request of a message's notification, which expires at
// expiry. The error is a *[RequestError], or one of reading the message. The
// device token may be missing still; see [Request.Check].
func NewRequest(m *message.Message, id uint32, expiry time.Time) (*Request, error) {
	part, err := delivery.FindPushPart(m, PartType)
	if err != nil {
		return nil, fmt.Errorf("apn: reading the notification: %w", err)
	}
	if part == nil || strings.TrimSpace(string(part.Body)) == "" {
		return nil, &RequestError{MissingPayload, "message has no part " + PartType + " with a payload"}
	}
	payload, err := json.Parse(part.Body, nil)
	if err != nil || payload.Kind() != json.KindObject {
		return nil, &RequestError{MissingPayload, "notification is no JSON object"}
	}
	r := &Request{ID: id, expiry: expiry.Unix(), json: payload, token: part.Header("X-Device-Token")}
	if r.token == "" {
		r.token, _ = m.ContextGet(message.ContextMess, delivery.KeyDestID)
	}
	return r, nil
}

// Check gives the payload's text if the request can be sent, else a
// *[RequestError].
func (r *Request) Check() (payload []byte, err error) {
	token := r.Token()
	switch {
	case token == "":
		return nil, &RequestError{MissingDeviceToken, "notification has no device token"}
	case len(token) > maxToken || len(token)%2 != 0:
		return nil, &RequestError{InvalidTokenSize, "device token has a wrong size"}
	case strings.Trim(token, "0123456789abcdefABCDEF") != "":
		return nil, &RequestError{InvalidToken, "device token is not hexadecimal"}
	}
	payload, err = r.JSON().Append(nil, &json.Format{Compact: true, MaxText: MaxPayload})
	if err != nil {
		return nil, &RequestError{InvalidPayloadSize, "payload is larger than 4096 bytes"}
	}
	return payload, nil
}

// Response is an error of the service, as apn_response_eval sees it. It is
// safe for concurrent use.
type Response struct {
	// ID is that of the request.
	ID uint32

	mu     sync.Mutex
	status Code
}

// Status gives the error.
func (r *Response) Status() Code { r.mu.Lock(); defer r.mu.Unlock(); return r.status }

// SetStatus changes the error; [NoError] makes it a delivery.
func (r *Response) SetStatus(c Code) { r.mu.Lock(); defer r.mu.Unlock(); r.status = c }
