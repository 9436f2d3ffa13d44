package gcm

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/delivery"
	"github.com/gomsys/gomsys/msys/httpclnt"
	"github.com/gomsys/gomsys/msys/json"
)

// Options are the options of a driver. A message variable of the name in
// parentheses comes before the option.
type Options struct {
	// URL is where requests go, such as "https://push.example/gcm/send".
	// Required.
	URL string
	// AuthorizationToken is the key that the service knows the sender by
	// (gcm_authorization_token_id). If empty, none is sent.
	AuthorizationToken string
	// ApplicationID is the package that may get notifications which name none
	// (gcm_application_id). If empty, any.
	ApplicationID string
	// DryRun has the service check requests only (gcm_dry_run).
	DryRun bool
	// HTTP has the options of the requests; URL comes before its Host, URI
	// and UseTLS, and its Handler is not used.
	HTTP httpclnt.Options
}

// NewDriver makes a driver. The error says that URL is none.
func NewDriver(o Options) (*httpclnt.Driver, error) {
	u, err := url.Parse(o.URL)
	if err != nil {
		return nil, fmt.Errorf("gcm: %w", err)
	}
	if u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("gcm: %q is no URL of HTTP", o.URL)
	}
	h := o.HTTP
	h.Host, h.URI, h.UseTLS = u.Host, u.RequestURI(), u.Scheme == "https"
	s := &service{o: o}
	h.Handler = httpclnt.Handler{
		BuildRequest:   s.build,
		HandleResponse: s.handle,
		Classify: func(_ context.Context, _ *message.Message, status string) delivery.Status {
			return ClassifyError(status)
		},
		Unreachable: strconv.Itoa(int(Unavailable)),
	}
	if h.MaxBody == 0 {
		h.MaxBody = 16 << 10 // a response that is cut off is no JSON
	}
	return httpclnt.NewDriver(h), nil
}

type service struct{ o Options }

func variable(m *message.Message, key, def string) string {
	if v, _ := m.ContextGet(message.ContextMess, key); v != "" {
		return v
	}
	return def
}

// fail records why a notification failed.
func fail(m *message.Message, code Code, detail string) {
	m.ContextSet(message.ContextMess, delivery.KeyResponseStatus, strconv.Itoa(int(code)))
	m.ContextSet(message.ContextMess, delivery.KeyResponseDetail, detail)
}

// build makes the request of a message's notification.
func (s *service) build(ctx context.Context, sess *httpclnt.Session) (httpclnt.Decision, error) {
	m := sess.Message()
	dryRun := s.o.DryRun
	if v := variable(m, "gcm_dry_run", ""); v != "" {
		dryRun = isTrue(v)
	}
	req, err := NewRequest(m, variable(m, "gcm_application_id", s.o.ApplicationID), dryRun)
	var bad *RequestError
	if errors.As(err, &bad) {
		fail(m, bad.Code, bad.Text)
		return httpclnt.Fail, nil
	}
	if err != nil {
		return httpclnt.Fail, err
	}
	if id := req.registrationID(); id != "" {
		m.ContextSet(message.ContextMess, delivery.KeyDestID, id)
	}
	hooks := sess.Conn().Hooks()
	if hooks.Has("gcm_request_eval") {
		results, err := hooks.CallHook(ctx, "gcm_request_eval", req, m)
		if err != nil {
			return httpclnt.Fail, err
		}
		if n := delivery.HookNumber(results); n == int(httpclnt.Fail) || n == int(delivery.PermFailed) || n == int(delivery.TempFailed) {
			if variable(m, delivery.KeyResponseStatus, "") == "" {
				fail(m, Unavailable, "request refused by policy")
			}
			return httpclnt.Fail, nil
		}
		if err := req.address(variable(m, delivery.KeyDestID, "")); err != nil {
			return httpclnt.Fail, err
		}
	}
	id := req.registrationID()
	if id == "" {
		fail(m, MissingRegistration, "notification has no registration id")
		return httpclnt.Fail, nil
	}
	m.ContextSet(message.ContextMess, delivery.KeyDestID, id)
	return httpclnt.Cont, s.write(sess, req)
}

func (s *service) write(sess *httpclnt.Session, req *Request) error {
	body, err := req.JSON().Append(nil, &json.Format{Compact: true})
	if err != nil {
		return err
	}
	r := sess.Request()
	if _, err := r.AddHeader("Content-Type", "application/json", true); err != nil {
		return err
	}
	if token := variable(sess.Message(), "gcm_authorization_token_id", s.o.AuthorizationToken); token != "" {
		if _, err := r.AddHeader("Authorization", "key="+token, true); err != nil {
			return err
		}
	}
	return r.SetBody(string(body))
}

// handle reads the response.
func (s *service) handle(ctx context.Context, sess *httpclnt.Session) (httpclnt.Decision, error) {
	m := sess.Message()
	status := sess.Response().StatusCode()
	body, _ := sess.Response().Body()
	if status != "200" {
		fail(m, httpCode(status), "HTTP "+status+" "+sess.Response().StatusReason())
		return httpclnt.Done, nil
	}
	resp, err := ParseResponse([]byte(body))
	if err != nil {
		fail(m, Unknown, "response without a result")
		return httpclnt.Done, nil
	}
	if hooks := sess.Conn().Hooks(); hooks.Has("gcm_response_eval") {
		if _, err := hooks.CallHook(ctx, "gcm_response_eval", resp, m); err != nil {
			return httpclnt.Done, err
		}
	}
	if code := resp.Results[0].Code(); code != NoError {
		fail(m, code, resp.Results[0].Error)
		return httpclnt.Done, nil
	}
	m.ContextDelete(message.ContextMess, delivery.KeyResponseStatus)
	return httpclnt.Done, nil
}

// httpCode gives the error that an HTTP status other than 200 stands for.
func httpCode(status string) Code {
	switch {
	case status == "400":
		return InvalidDataKey // the document was not understood
	case status == "429" || status == "503":
		return Unavailable
	case status == "413":
		return MessageTooBig
	case status >= "500" && status < "600":
		return InternalServerError
	}
	return Unknown
}
