package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"github.com/emersion/go-milter"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/vctx"
)

// quarantineKey is the message variable by which policy has the MTA hold a
// message: its value is the reason.
const quarantineKey = "milter_quarantine"

// group is copies that one message in the MTA's queue can stand for.
type group struct {
	copies     []*msys.Message
	quarantine string
}

// sender gives the envelope sender of the group.
func (g *group) sender() string { return g.copies[0].Sender() }

// recipients lists the recipients of the group.
func (g *group) recipients() []string {
	list := make([]string, len(g.copies))
	for i, m := range g.copies {
		list[i] = m.Recipient()
	}
	return list
}

// groupCopies sorts copies by content, sender and quarantine. The largest
// group is first; of equal ones, that of the earliest recipient.
func groupCopies(copies []*msys.Message) ([]*group, error) {
	var groups []*group
	known := map[string]*group{}
	for _, m := range copies {
		quarantine, _ := m.ContextGet(message.ContextMess, quarantineKey)
		key := ""
		if len(copies) > 1 {
			h := sha256.New()
			if _, err := m.WriteTo(h); err != nil {
				return nil, err
			}
			key = fmt.Sprintf("%x %q %q", h.Sum(nil), m.Sender(), quarantine)
		}
		g := known[key]
		if g == nil {
			g = &group{quarantine: quarantine}
			known[key] = g
			groups = append(groups, g)
		}
		g.copies = append(g.copies, m)
	}
	for i, g := range groups {
		if len(g.copies) > len(groups[0].copies) {
			copy(groups[1:i+1], groups[:i])
			groups[0] = g
		}
	}
	return groups, nil
}

// deliver has the MTA make its message what policy made of it. The MTA has
// one content for all recipients: recipients whose copies differ from that of
// most get theirs by SMTP.
func (ss *session) deliver(mail *received, copies []*msys.Message, m *milter.Modifier) (milter.Response, error) {
	groups, err := groupCopies(copies)
	if err != nil {
		return nil, err
	}
	log := ss.s.o.logger.With("queue_id", ss.queueID(), "message", copies[0].ID())
	for _, g := range groups[1:] {
		if ss.s.injector == nil {
			log.Error("policy made copies that differ between recipients, and an MTA keeps one content for all: start with -inject HOST:PORT, or change policy",
				"recipients", g.recipients())
			return tempfail, nil
		}
		if g.quarantine != "" {
			log.Error("policy quarantined the copies of some recipients only, which an MTA cannot do", "recipients", g.recipients())
			return tempfail, nil
		}
	}
	plan, err := newPlan(mail, groups[0])
	if err != nil {
		return nil, err
	}
	if missing := plan.needs() &^ ss.w.actions; missing != 0 {
		log.Error("the MTA does not let this milter do what policy decided", "missing", actionNames(missing))
		return tempfail, nil
	}
	for _, g := range groups[1:] {
		if err := ss.s.injector.send(ss.ctx, g.sender(), g.recipients(), g.copies[0].Message, ss.trace()); err != nil {
			log.Error("copies of some recipients could not be injected", "recipients", g.recipients(), "error", err)
			return tempfail, nil
		}
		log.Info("copies injected", "recipients", g.recipients())
	}
	if err := plan.apply(m, ss.w.leading, ss.conn.aboveHeader()); err != nil {
		return nil, err
	}
	return accept, nil
}

// plan is what the MTA must change about its message.
type plan struct {
	sender      *string
	add, remove []string // recipients
	header      []edit
	body        []byte
	newBody     bool
	quarantine  string
}

// newPlan compares a group with what was received.
func newPlan(mail *received, g *group) (*plan, error) {
	p := &plan{quarantine: g.quarantine, header: diffHeader(mail.header, fieldsOf(g.copies[0].Message))}
	if from := g.sender(); from != mail.from {
		p.sender = &from
	}
	list := g.recipients()
	for _, addr := range list {
		known := func(r recipient) bool { return vctx.SameAddress(r.policy, addr) }
		if !slices.ContainsFunc(mail.rcpts, known) && !slices.Contains(p.add, addr) {
			p.add = append(p.add, addr)
		}
	}
	for _, r := range mail.rcpts {
		kept := func(addr string) bool { return vctx.SameAddress(r.policy, addr) }
		if !slices.ContainsFunc(list, kept) && !slices.Contains(p.remove, r.mta) {
			p.remove = append(p.remove, r.mta)
		}
	}
	var err error
	p.body, p.newBody, err = mail.changedBody(g.copies[0].Message)
	return p, err
}

// needs tells which actions the plan takes.
func (p *plan) needs() milter.OptAction {
	var need milter.OptAction
	set := func(on bool, a milter.OptAction) {
		if on {
			need |= a
		}
	}
	set(p.sender != nil, milter.OptChangeFrom)
	set(len(p.add) > 0, milter.OptAddRcpt)
	set(len(p.remove) > 0, milter.OptRemoveRcpt)
	set(p.newBody, milter.OptChangeBody)
	set(p.quarantine != "", milter.OptQuarantine)
	for _, e := range p.header {
		set(e.kind == editChange, milter.OptChangeHeader)
		set(e.kind != editChange, milter.OptAddHeader)
	}
	return need
}

// pastEnd is an index beyond all fields, where insertion appends. The action
// for adding a field is not the same: Sendmail puts it before a field of the
// same name.
const pastEnd = 1 << 20

// apply sends the modifications. first is the index at which the MTA inserts
// a field above all that it received.
func (p *plan) apply(m *milter.Modifier, leading bool, first int) error {
	var errs []error
	do := func(err error) { errs = append(errs, err) }
	if p.sender != nil {
		do(m.ChangeFrom("<" + *p.sender + ">"))
	}
	for _, rcpt := range p.add {
		do(m.AddRecipient(rcpt))
	}
	for _, rcpt := range p.remove {
		do(m.DeleteRecipient(rcpt))
	}
	for _, e := range p.header {
		name, value := e.field.name, e.field.value
		if !leading && len(value) > 0 && value[0] == ' ' {
			value = value[1:] // the MTA writes one
		}
		switch e.kind {
		case editAppend:
			do(m.InsertHeader(pastEnd, name, value))
		case editInsert:
			do(m.InsertHeader(e.index-1+first, name, value))
		case editChange:
			do(m.ChangeHeader(e.index, name, value))
		}
	}
	if p.newBody {
		for _, chunk := range chunks(p.body) {
			do(m.ReplaceBody(chunk))
		}
	}
	if p.quarantine != "" {
		do(m.Quarantine(vctx.CleanText(p.quarantine)))
	}
	return errors.Join(errs...)
}

// chunks parts a body into the pieces that the protocol allows, none of which
// ends inside a CRLF. An empty body is one piece.
func chunks(body []byte) [][]byte {
	var list [][]byte
	for len(body) > milter.MaxBodyChunk {
		n := milter.MaxBodyChunk
		if body[n-1] == '\r' {
			n--
		}
		list = append(list, body[:n])
		body = body[n:]
	}
	return append(list, body)
}

// actionNames names actions as the milter documentation does.
func actionNames(a milter.OptAction) []string {
	var list []string
	for i, name := range []string{"ADDHDRS", "CHGBODY", "ADDRCPT", "DELRCPT", "CHGHDRS", "QUARANTINE", "CHGFROM"} {
		if a&(1<<i) != 0 {
			list = append(list, "SMFIF_"+name)
		}
	}
	return list
}
