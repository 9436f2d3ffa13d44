package spf

import (
	"context"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/vctx"
)

// SenderID checks the senders and the purported responsible addresses of
// sessions, as the module senderid does. Its methods MailFrom, RcptTo and Data
// are for the callouts validate_mailfrom, validate_rcptto and validate_data,
// before scripts. A connection whose variable __bypass_senderid is "true" is
// not checked.
type SenderID struct {
	Checker Checker
	Reporting
	// ContextVariable and ContextPRAVariable are the message variables of the
	// results. If empty, senderid_status and senderid_pra_status.
	ContextVariable, ContextPRAVariable string
	// DefaultPRARule is the default rule for the responsible address; that of
	// the Checker is for the sender. If empty, "?all".
	DefaultPRARule string
	// DelayCheck waits for the first recipient.
	DelayCheck bool
}

// MailFrom checks the sender, unless DelayCheck is set.
func (s *SenderID) MailFrom(ctx context.Context, c *vctx.Context, _ *message.Message) error {
	if s.DelayCheck {
		return nil
	}
	return s.check(ctx, c)
}

// RcptTo checks the sender at the first recipient if DelayCheck is set.
func (s *SenderID) RcptTo(ctx context.Context, c *vctx.Context, _ *message.Message) error {
	if !s.DelayCheck || c.Exists(vctx.MessScope, s.variable()) {
		return nil
	}
	return s.check(ctx, c)
}

func (s *SenderID) variable() string { return or(s.ContextVariable, "senderid_status") }

func (s *SenderID) check(ctx context.Context, c *vctx.Context) error {
	if bypassed(c, "senderid") {
		return nil
	}
	r, err := s.Checker.Check(ctx, requestOf(c, MFrom))
	return s.finish(c, s.variable(), pendingSenderID, r, err)
}

// Data checks the responsible address of the message and adds the header
// fields about it and the sender. A message whose header does not tell a
// responsible address is none.
func (s *SenderID) Data(ctx context.Context, c *vctx.Context, m *message.Message) error {
	if m == nil || bypassed(c, "senderid") {
		return nil
	}
	variable := or(s.ContextPRAVariable, "senderid_pra_status")
	mailbox, field, ok := ResponsibleAddress(m.Header())
	if !ok {
		c.Set(vctx.MessScope, variable, string(None))
		return addPending(c, m, pendingSenderID)
	}
	r := requestOf(c, PRA)
	r.envelope, r.MailFrom, r.field = r.MailFrom, mailbox, field
	pra := s.Checker
	pra.DefaultRule = s.DefaultPRARule
	res, err := pra.Check(ctx, r)
	if err := s.finish(c, variable, pendingSenderID, res, err); err != nil {
		return err
	}
	return addPending(c, m, pendingSenderID)
}
