package apn

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/delivery"
	"github.com/gomsys/gomsys/msys/httpclnt"
	"github.com/gomsys/gomsys/msys/json"
)

// DefaultURL is the service.
const DefaultURL = "https://api.push.apple.com"

// Options are the options of a driver.
type Options struct {
	// URL is the service's address. If empty, [DefaultURL].
	URL string
	// Topic is the application's bundle id. If empty, that of the client
	// certificate counts.
	Topic string
	// Token gives the provider's token (a JSON Web Token) for a request. If
	// nil, the client certificate in HTTP.TLS tells who sends.
	Token func(ctx context.Context) (string, error)
	// Expiry is how long the service tries to deliver (the message variable
	// apn_expiry, in seconds, comes before it). If zero, 7 days; if negative,
	// once.
	Expiry time.Duration
	// HTTP has the options of the requests; URL comes before its Host, URI
	// and UseTLS, and its Handler is not used. If its Client is nil, there is
	// one that speaks HTTP/2 with the configuration TLS.
	HTTP httpclnt.Options
	// Now is the clock. If nil, time.Now.
	Now func() time.Time
}

// NewDriver makes a driver. The error says that URL is none.
func NewDriver(o Options) (*httpclnt.Driver, error) {
	if o.URL == "" {
		o.URL = DefaultURL
	}
	if o.Expiry == 0 {
		o.Expiry = 7 * 24 * time.Hour
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	u, err := url.Parse(o.URL)
	if err != nil {
		return nil, fmt.Errorf("apn: %w", err)
	}
	if u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("apn: %q is no URL of HTTP", o.URL)
	}
	h := o.HTTP
	h.Host, h.UseTLS = u.Host, u.Scheme == "https"
	if h.Client == nil {
		h.Client = &http.Client{Transport: &http.Transport{
			TLSClientConfig: h.TLS, ForceAttemptHTTP2: true, DialContext: h.Dial, IdleConnTimeout: 10 * time.Minute,
		}}
	}
	s := &service{o: o}
	h.Handler = httpclnt.Handler{
		BuildRequest:   s.build,
		HandleResponse: s.handle,
		Classify: func(_ context.Context, _ *message.Message, status string) delivery.Status {
			return ClassifyStatus(status)
		},
		Unreachable: strconv.Itoa(int(ProcessingError)),
	}
	return httpclnt.NewDriver(h), nil
}

type service struct{ o Options }

func variable(m *message.Message, key string) string {
	v, _ := m.ContextGet(message.ContextMess, key)
	return v
}

// fail records why a notification failed.
func fail(m *message.Message, code Code, detail string) {
	m.ContextSet(message.ContextMess, delivery.KeyResponseStatus, strconv.Itoa(int(code)))
	m.ContextSet(message.ContextMess, delivery.KeyResponseDetail, detail)
}

// expiry gives when the service shall give up.
func (s *service) expiry(m *message.Message) time.Time {
	d := s.o.Expiry
	if n, err := strconv.ParseInt(variable(m, "apn_expiry"), 10, 32); err == nil && n >= 0 {
		d = time.Duration(n) * time.Second
	}
	if d <= 0 {
		return time.Unix(0, 0)
	}
	return s.o.Now().Add(d)
}

// build makes the request of a message's notification.
func (s *service) build(ctx context.Context, sess *httpclnt.Session) (httpclnt.Decision, error) {
	m := sess.Message()
	req, err := NewRequest(m, rand.Uint32(), s.expiry(m))
	if err == nil {
		set := func(key, value string) { m.ContextSet(message.ContextMess, key, value) }
		set(delivery.KeyTransactionID, strconv.FormatUint(uint64(req.ID), 10))
		if req.Token() != "" {
			set(delivery.KeyDestID, req.Token())
		}
		var decision httpclnt.Decision
		if decision, err = s.evaluate(ctx, sess, req); err == nil && decision != httpclnt.Cont {
			return decision, nil
		}
	}
	var payload []byte
	if err == nil {
		payload, err = req.Check()
	}
	var bad *RequestError
	if errors.As(err, &bad) {
		fail(m, bad.Code, bad.Text)
		return httpclnt.Fail, nil
	}
	if err != nil {
		return httpclnt.Fail, err
	}
	m.ContextSet(message.ContextMess, delivery.KeyDestID, req.Token())
	return httpclnt.Cont, s.write(ctx, sess.Request(), req, payload)
}

// evaluate lets scripts change the request.
func (s *service) evaluate(ctx context.Context, sess *httpclnt.Session, req *Request) (httpclnt.Decision, error) {
	hooks := sess.Conn().Hooks()
	if !hooks.Has("apn_request_eval") {
		return httpclnt.Cont, nil
	}
	results, err := hooks.CallHook(ctx, "apn_request_eval", req, sess.Message())
	if err != nil {
		return httpclnt.Fail, err
	}
	if n := delivery.HookNumber(results); n == int(httpclnt.Fail) || n == int(delivery.PermFailed) || n == int(delivery.TempFailed) {
		if variable(sess.Message(), delivery.KeyResponseStatus) == "" {
			fail(sess.Message(), ProcessingError, "request refused by policy")
		}
		return httpclnt.Fail, nil
	}
	if req.Token() == "" {
		req.SetToken(variable(sess.Message(), delivery.KeyDestID))
	}
	return httpclnt.Cont, nil
}

func (s *service) write(ctx context.Context, r *httpclnt.Request, req *Request, payload []byte) error {
	fields := []httpclnt.Field{
		{Name: "Content-Type", Value: "application/json"},
		{Name: "apns-expiration", Value: strconv.FormatInt(req.Expiry(), 10)},
	}
	if s.o.Topic != "" {
		fields = append(fields, httpclnt.Field{Name: "apns-topic", Value: s.o.Topic})
	}
	if s.o.Token != nil {
		token, err := s.o.Token(ctx)
		if err != nil {
			return fmt.Errorf("apn: provider token: %w", err)
		}
		fields = append(fields, httpclnt.Field{Name: "Authorization", Value: "bearer " + token})
	}
	for _, f := range fields {
		if _, err := r.AddHeader(f.Name, f.Value, true); err != nil {
			return err
		}
	}
	if err := r.SetMethod("POST"); err != nil {
		return err
	}
	if err := r.SetURI("/3/device/" + req.Token()); err != nil {
		return err
	}
	return r.SetBody(string(payload))
}

// handle reads the response.
func (s *service) handle(ctx context.Context, sess *httpclnt.Session) (httpclnt.Decision, error) {
	m := sess.Message()
	status, _ := strconv.Atoi(sess.Response().StatusCode())
	if status == http.StatusOK {
		m.ContextDelete(message.ContextMess, delivery.KeyResponseStatus)
		return httpclnt.Done, nil
	}
	body, _ := sess.Response().Body()
	reason := ""
	if v, err := json.Parse([]byte(body), nil); err == nil {
		reason = v.Get("reason").Str()
	}
	id, _ := strconv.ParseUint(variable(m, delivery.KeyTransactionID), 10, 32)
	resp := &Response{ID: uint32(id), status: ReasonCode(status, reason)}
	if hooks := sess.Conn().Hooks(); hooks.Has("apn_response_eval") {
		if _, err := hooks.CallHook(ctx, "apn_response_eval", resp); err != nil {
			return httpclnt.Done, err
		}
	}
	if resp.Status() == NoError {
		m.ContextDelete(message.ContextMess, delivery.KeyResponseStatus)
		return httpclnt.Done, nil
	}
	detail := fmt.Sprintf("HTTP %d", status)
	if reason != "" {
		detail += " " + reason
	}
	fail(m, resp.Status(), detail)
	return httpclnt.Done, nil
}
