package gcm

import (
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/delivery"
	"github.com/gomsys/gomsys/msys/json"
)

// PartType is the content type of notifications.
const PartType = "message/vnd.msys.gcm"

// Request is a notification on its way, as gcm_request_eval sees it.
type Request struct {
	mu   sync.Mutex
	json *json.Value
}

// JSON gives the document that is sent. Its changes count until the request is
// sent.
func (r *Request) JSON() *json.Value {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.json
}

// SetJSON replaces the document.
func (r *Request) SetJSON(v *json.Value) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.json = v
}

// RequestError is a notification that cannot be sent.
type RequestError struct {
	Code Code
	Text string
}

func (e *RequestError) Error() string { return "gcm: " + e.Text }

// maxTTL is the longest that the service keeps a notification, in seconds.
const maxTTL = 4 * 7 * 24 * 3600

// NewRequest makes the request of a message's notification. The application
// is what restricted_package_name says unless the part has X-Application-ID.
// The error is a *[RequestError], or one of reading the message.
func NewRequest(m *message.Message, application string, dryRun bool) (*Request, error) {
	part, err := delivery.FindPushPart(m, PartType)
	if err != nil {
		return nil, fmt.Errorf("gcm: reading the notification: %w", err)
	}
	if part == nil {
		return nil, &RequestError{InvalidDataKey, "message has no part " + PartType}
	}
	data, err := json.Parse(part.Body, nil)
	if err != nil || data.Kind() != json.KindObject {
		return nil, &RequestError{InvalidDataKey, "notification is no JSON object"}
	}
	doc := &document{v: json.Object()}
	id := part.Header("X-Registration-ID")
	if id == "" {
		id, _ = m.ContextGet(message.ContextMess, delivery.KeyDestID)
	}
	ids := json.Array()
	if id != "" {
		doc.err(ids.Push(json.String(id)))
	}
	doc.set("registration_ids", ids)
	if key := part.Header("X-Collapse-Key"); key != "" {
		doc.set("collapse_key", json.String(key))
	}
	if ttl := part.Header("X-Time-To-Live"); ttl != "" {
		n, err := strconv.ParseInt(ttl, 10, 64)
		if err != nil || n < 0 || n > maxTTL {
			return nil, &RequestError{InvalidTTL, "X-Time-To-Live is no number of seconds up to four weeks"}
		}
		doc.set("time_to_live", json.Int(n))
	}
	if isTrue(part.Header("X-Delay-While-Idle")) {
		doc.set("delay_while_idle", json.Bool(true))
	}
	if v := part.Header("X-Application-ID"); v != "" {
		application = v
	}
	if application != "" {
		doc.set("restricted_package_name", json.String(application))
	}
	if v := part.Header("X-Dry-Run"); v != "" {
		dryRun = isTrue(v)
	}
	if dryRun {
		doc.set("dry_run", json.Bool(true))
	}
	doc.set("data", data)
	if doc.failed != nil {
		return nil, doc.failed
	}
	return &Request{json: doc.v}, nil
}

// document collects the error of building an object.
type document struct {
	v      *json.Value
	failed error
}

func (d *document) set(key string, v *json.Value) { d.err(d.v.Set(key, v)) }

func (d *document) err(err error) {
	if d.failed == nil && err != nil {
		d.failed = fmt.Errorf("gcm: building the request: %w", err)
	}
}

func isTrue(s string) bool {
	switch strings.ToLower(s) {
	case "true", "yes", "on", "1":
		return true
	}
	return false
}

// registrationID gives the recipient of the request.
func (r *Request) registrationID() string { return r.JSON().Get("registration_ids").Index(0).Str() }

// address makes id the recipient of a request that has none.
func (r *Request) address(id string) error {
	if id == "" || r.registrationID() != "" {
		return nil
	}
	return r.JSON().Set("registration_ids", json.Array(json.String(id)))
}
