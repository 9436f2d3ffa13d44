package spf

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/vctx"
)

// Reporting says what a check of sessions leaves behind beside the variables.
type Reporting struct {
	// Hostname names the server in header fields. If empty, os.Hostname.
	Hostname string
	// NoReceivedSPF leaves Received-SPF out.
	NoReceivedSPF bool
	// NoAuthResults leaves Authentication-Results out.
	NoAuthResults bool
	// Report is told of every result. If nil, nobody is.
	Report func(c *vctx.Context, r Result)
}

// Validator checks the senders of sessions by SPF, as the module spf_v1 does.
// Its methods MailFrom, RcptTo and Data are for the callouts
// validate_mailfrom, validate_rcptto and validate_data, before scripts. A
// connection whose variable __bypass_spf_v1 is "true" is not checked.
type Validator struct {
	Checker Checker
	Reporting
	// ContextVariable is the message variable of the result. If empty, spf_status.
	ContextVariable string
	// DelayCheck waits for the first recipient.
	DelayCheck bool
}

// The variables that hold header fields until there is a header. They are
// deleted then.
const (
	pendingSPF      = "#spf_v1_fields"
	pendingSenderID = "#senderid_fields"
)

// MailFrom checks the sender, unless DelayCheck is set.
func (v *Validator) MailFrom(ctx context.Context, c *vctx.Context, _ *message.Message) error {
	if v.DelayCheck {
		return nil
	}
	return v.check(ctx, c)
}

// RcptTo checks the sender at the first recipient if DelayCheck is set.
func (v *Validator) RcptTo(ctx context.Context, c *vctx.Context, _ *message.Message) error {
	if !v.DelayCheck || c.Exists(vctx.MessScope, v.variable()) {
		return nil
	}
	return v.check(ctx, c)
}

// Data adds the header fields about the sender.
func (v *Validator) Data(_ context.Context, c *vctx.Context, m *message.Message) error {
	return addPending(c, m, pendingSPF)
}

func (v *Validator) variable() string { return or(v.ContextVariable, "spf_status") }

func (v *Validator) check(ctx context.Context, c *vctx.Context) error {
	if bypassed(c, "spf_v1") {
		return nil
	}
	r, err := v.Checker.Check(ctx, requestOf(c, SPF))
	return v.finish(c, v.variable(), pendingSPF, r, err)
}

// finish sets the variable of a result and keeps its header fields.
func (rep *Reporting) finish(c *vctx.Context, variable, pending string, r Result, err error) error {
	if errors.Is(err, ErrAddress) {
		return nil // a UNIX socket: nothing to check
	}
	c.Set(vctx.MessScope, variable, string(r.Value))
	if rep.Report != nil {
		rep.Report(c, r)
	}
	if fields := rep.fields(r); fields != "" {
		c.Set(vctx.MessScope, pending, c.Get(vctx.MessScope, pending)+fields)
	}
	return err
}

// fields gives the header fields about a result, top to bottom.
func (rep *Reporting) fields(r Result) string {
	host, fields := rep.hostname(), ""
	if !rep.NoAuthResults {
		fields = "Authentication-Results: " + host + "; " + r.AuthResult() + "\r\n"
	}
	if !rep.NoReceivedSPF {
		fields += "Received-SPF: " + r.Received(host) + "\r\n"
	}
	return fields
}

func (rep *Reporting) hostname() string {
	if rep.Hostname != "" {
		return rep.Hostname
	}
	name, err := os.Hostname()
	if err != nil {
		return "localhost"
	}
	return name
}

func bypassed(c *vctx.Context, module string) bool {
	return c.Get(vctx.ConnScope, vctx.KeyBypassPrefix+module) == "true"
}

func requestOf(c *vctx.Context, s Scope) Request {
	return Request{IP: c.Conn().RemoteAddr().IP(), Helo: c.Get(vctx.ConnScope, vctx.KeyEhloDomain), MailFrom: c.MailFrom(), Scope: s}
}

// addPending puts the fields that a variable holds at the top of the header.
func addPending(c *vctx.Context, m *message.Message, pending string) error {
	block, ok := c.Lookup(vctx.MessScope, pending)
	if !ok || m == nil {
		return nil
	}
	c.Delete(vctx.MessScope, pending)
	fields := splitFields(block)
	for i := len(fields) - 1; i >= 0; i-- {
		if err := m.Header().AddRaw([]byte(fields[i])); err != nil {
			return fmt.Errorf("spf: adding header fields: %w", err)
		}
	}
	return nil
}

// splitFields parts a header block before every line that does not begin with
// a tab.
func splitFields(block string) []string {
	var fields []string
	for line := range strings.Lines(block) {
		if strings.HasPrefix(line, "\t") && len(fields) > 0 {
			fields[len(fields)-1] += line
			continue
		}
		fields = append(fields, line)
	}
	return fields
}
