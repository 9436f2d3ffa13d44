package httpclnt

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"os"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/delivery"
)

// transport sends a request and gives the response.
type transport interface {
	// roundTrip sends call.data. Its context has no deadline of its own.
	roundTrip(ctx context.Context, call *call) (*received, error)
	close()
}

// call is a request on its way.
type call struct {
	o               *Options
	data            string
	own             bool   // a script wrote data
	address, server string // where to connect, and the server's name
	origin          string // host and port of the server by name
	connected       func(remote net.Addr)
}

// stage says how far a request came when it failed.
type stage int

const (
	stageDial stage = iota
	stageTLS
	stageSend
	stageReceive
)

// transportError is a failure with the stage that it was in.
type transportError struct {
	stage stage
	err   error
}

func (e *transportError) Error() string { return e.err.Error() }
func (e *transportError) Unwrap() error { return e.err }

// exchange sends the request and makes a reply of the response.
func (e *exchange) exchange(ctx context.Context) (delivery.Reply, error) {
	data, own := e.s.request.final()
	origin, server := e.o.origin(e.c.Attempt().Domain)
	address := origin
	if remote := e.c.Attempt().Remote; remote.IsValid() {
		address = remote.String()
	}
	in, err := e.send.roundTrip(ctx, &call{
		o: &e.o, data: data, own: own, address: address, origin: origin, server: server, connected: e.connected,
	})
	if err != nil {
		return e.unreachable(ctx, err)
	}
	e.s.response.fill(in)
	return e.respond(ctx), nil
}

// connected notes the other end.
func (e *exchange) connected(remote net.Addr) {
	if remote == nil {
		return
	}
	ap, err := netip.ParseAddrPort(remote.String())
	if err != nil {
		return
	}
	ap = netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
	e.c.Attempt().Remote = ap
	e.s.setIP(ap.Addr().String())
	e.m.ContextSet(message.ContextMess, delivery.KeyRemoteIP, ap.Addr().String())
}

// unreachable makes a reply of a failure to get a response.
func (e *exchange) unreachable(ctx context.Context, err error) (delivery.Reply, error) {
	var te *transportError
	if !errors.As(err, &te) {
		te = &transportError{stageReceive, err}
	}
	if ctx.Err() != nil && te.stage < stageSend {
		return delivery.Reply{}, context.Cause(ctx)
	}
	e.o.Logger.Debug("httpclnt: no response", slog.String("message", e.m.ID()), slog.Any("error", err))
	kind := delivery.ConnectionClosed
	timeout := errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded)
	var ne net.Error
	if errors.As(err, &ne) && ne.Timeout() {
		timeout = true
	}
	var record tls.RecordHeaderError
	switch {
	case te.stage == stageDial && timeout:
		kind = delivery.ConnectTimeout
	case te.stage == stageDial:
		kind = delivery.NoValidHosts
	case te.stage == stageTLS || errors.As(err, &record):
		kind = delivery.TLSFailed
	case te.stage == stageSend:
		kind = delivery.SendBodyFailed
	case timeout:
		kind = delivery.NoBodyResponse
	case errors.Is(err, errMalformed):
		kind = delivery.BadResponse
	}
	return e.failed(delivery.Internal(kind)), nil
}

// respond shows the response to scripts and to the handler, and makes a reply
// of what they leave.
func (e *exchange) respond(ctx context.Context) delivery.Reply {
	r := e.s.response
	switch n := e.hook(ctx, "http_response_eval"); {
	case n == int(delivery.PermFailed) || n == int(Fail):
		// A failure that sets no status says nothing.
		if v, _ := e.m.ContextGet(message.ContextMess, delivery.KeyResponseStatus); v != "" {
			return e.decided(ctx)
		}
	case n != 0:
		return e.decided(ctx)
	}
	if f := e.Driver.o.Handler.HandleResponse; f != nil {
		decision, err := f(ctx, e.s)
		if err != nil {
			e.warn("handling the response", slog.Any("error", err))
		} else if decision != Cont {
			return e.decided(ctx)
		}
	}
	line := r.StatusCode()
	if reason := r.StatusReason(); reason != "" {
		line += " " + reason
	}
	status := e.Status(ctx, e.c, r.StatusCode())
	if status == delivery.Success {
		e.m.ContextDelete(message.ContextMess, delivery.KeyResponseStatus)
	} else {
		e.setStatus(r.StatusCode(), cmp.Or(r.StatusReason(), line))
	}
	return e.replyFor(status, "HTTP "+line)
}

// decided makes a reply of the DLV_Response_Status that a script or handler
// left.
func (e *exchange) decided(ctx context.Context) delivery.Reply {
	status, _ := e.m.ContextGet(message.ContextMess, delivery.KeyResponseStatus)
	if status == "" {
		return e.replyFor(delivery.Success, "HTTP "+e.s.response.StatusCode())
	}
	text := "status " + status
	if detail, _ := e.m.ContextGet(message.ContextMess, delivery.KeyResponseDetail); detail != "" {
		text += " " + detail
	}
	return e.replyFor(e.Status(ctx, e.c, status), text)
}
