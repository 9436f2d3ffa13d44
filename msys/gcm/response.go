package gcm

import (
	"errors"

	"github.com/gomsys/gomsys/msys/json"
)

// Response is the service's answer, as gcm_response_eval sees it.
type Response struct {
	// Success and Failure count recipients, CanonicalIDs those that have
	// another registration now.
	Success, Failure, CanonicalIDs int64
	// Results has one for each recipient, at least one.
	Results []Result
}

// Result is what became of one recipient.
type Result struct {
	// MessageID is the service's id of the notification, "" if it failed.
	MessageID string
	// RegistrationID is the recipient's new registration, "" if it is the old
	// one.
	RegistrationID string
	// Error is the service's word for an error, "" if there is none.
	Error string
}

// Code gives the number of the result's error.
func (r Result) Code() Code { return ErrorCode(r.Error) }

var errResponse = errors.New("gcm: response has no results")

// ParseResponse reads the document of an answer.
func ParseResponse(body []byte) (*Response, error) {
	v, err := json.Parse(body, nil)
	if err != nil {
		return nil, err
	}
	r := &Response{Success: v.Get("success").Int(), Failure: v.Get("failure").Int(), CanonicalIDs: v.Get("canonical_ids").Int()}
	for _, e := range v.Get("results").Elements() {
		r.Results = append(r.Results, Result{
			MessageID: e.Get("message_id").Str(), RegistrationID: e.Get("registration_id").Str(), Error: e.Get("error").Str(),
		})
	}
	if len(r.Results) == 0 {
		return nil, errResponse
	}
	return r, nil
}
