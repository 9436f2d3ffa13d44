package msys

import (
	"context"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message"
)

// BodyAssignment is what policy did about the body of an injected message.
type BodyAssignment int

// The numbers are msys.core.EC_RESTINJ_BODY_*.
const (
	BodyUntouched BodyAssignment = iota // the host makes it
	BodyReplaced                        // policy made it
	BodyError                           // the request fails
)

// InjectionRequest shows policy a request of an HTTP injection interface
// before its recipients are looked at. sess and req are objects that scripts
// can use: JSON objects of package json, or plain values, which scripts see as
// copies. ok is false if policy refuses the request; it has set the response
// in sess then.
func (rt *Runtime) InjectionRequest(ctx context.Context, sess, req any) (ok bool, err error) {
	out, err := rt.call(ctx, "restinj_json_request", func(l *lua.State) int {
		pushObjects(l, sess, req)
		return 2
	})
	return out.number == 0, err
}

// AssignBody lets policy make the body of an injected message, before the
// host expands its template.
func (rt *Runtime) AssignBody(ctx context.Context, m *message.Message, req, recipient, template any) (BodyAssignment, error) {
	return rt.bodyHook(ctx, "restinj_body_assignment", m, req, recipient, template)
}

// BodyAssigned lets policy change the body after that.
func (rt *Runtime) BodyAssigned(ctx context.Context, m *message.Message, req, recipient, template any) (BodyAssignment, error) {
	return rt.bodyHook(ctx, "restinj_post_body_assignment", m, req, recipient, template)
}

func (rt *Runtime) bodyHook(ctx context.Context, name string, m *message.Message, args ...any) (BodyAssignment, error) {
	out, err := rt.dispatch(ctx, rt.hooks.find(name), dispatchOptions{message: m, push: func(l *lua.State) int {
		pushObjects(l, m)
		pushObjects(l, args...)
		return 1 + len(args)
	}})
	if n := BodyAssignment(out.number); n == BodyReplaced || n == BodyError {
		return n, err
	}
	return BodyUntouched, err
}

// InjectionResponse lets policy add to the response about one recipient; m is
// nil if it was refused.
func (rt *Runtime) InjectionResponse(ctx context.Context, m *message.Message, sess, response, req any) error {
	_, err := rt.dispatch(ctx, rt.hooks.find("restinj_recip_response"), dispatchOptions{message: m, push: func(l *lua.State) int {
		pushObjects(l, m, sess, response, req)
		return 4
	}})
	return err
}
