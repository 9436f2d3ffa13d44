package modules

import (
	"context"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys"
	"github.com/gomsys/gomsys/msys/dkim"
	"github.com/gomsys/gomsys/msys/domainkeys"
	"github.com/gomsys/gomsys/msys/openarc"
	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/av"
	"github.com/gomsys/gomsys/msys/spf"
	"github.com/gomsys/gomsys/vctx"
)

// checkFunc is the shape of msys.Builtin.Run.
type checkFunc = func(ctx context.Context, c *vctx.Context, m *message.Message) error

// Checks are what sessions do by themselves, besides scripts: the modules of
// Momentum's configuration that look at all mail. Each that is nil is off.
//
//	msys.Config{Builtins: modules.Checks{SPF: &spf.Validator{}}.Builtins()}
type Checks struct {
	SPF      *spf.Validator // sets spf_status at MAIL FROM
	SenderID *spf.SenderID  // sets senderid_status, senderid_pra_status

	DKIM       *dkim.Validator      // verifies the data
	DomainKeys *domainkeys.Verifier // sets dk_status
	ARC        *openarc.Verifier    // sets arc_cv

	// Received keeps mail as it was received for its engines.
	Received *scan.Set
	Virus    *av.Auto // scans the data

	SignDomainKeys *domainkeys.Signer // signs after core_final_validation
	SignDKIM       *dkim.Signer       // likewise
	SealARC        *openarc.Sealer    // seals after core_post_final_validation
}

// Builtins gives the checks for msys.Config.Builtins, in the order in which
// one may need another.
func (c Checks) Builtins() []msys.Builtin {
	var list []msys.Builtin
	first := func(name, callout string, run checkFunc) {
		list = append(list, msys.Builtin{Name: name, Callout: callout, Run: run})
	}
	last := func(name, callout string, run checkFunc) {
		list = append(list, msys.Builtin{Name: name, Callout: callout, Last: true, Run: run})
	}
	if c.SPF != nil {
		first("spf", "validate_mailfrom", c.SPF.MailFrom)
		first("spf", "validate_rcptto", c.SPF.RcptTo)
		first("spf", "validate_data", c.SPF.Data)
	}
	if c.SenderID != nil {
		first("senderid", "validate_mailfrom", c.SenderID.MailFrom)
		first("senderid", "validate_rcptto", c.SenderID.RcptTo)
		first("senderid", "validate_data", c.SenderID.Data)
	}
	if c.Received != nil {
		first("received", "validate_data", c.Received.KeepReceived)
	}
	if c.DomainKeys != nil {
		first("domainkeys", "validate_data", c.DomainKeys.Validate)
	}
	if c.DKIM != nil {
		first("dkim", "validate_data", c.DKIM.Data)
	}
	if c.ARC != nil {
		first("arc", "validate_data_spool", c.ARC.Validate)
	}
	if c.Virus != nil {
		first("virus", "validate_data_spool", c.Virus.Run)
	}
	if c.SignDomainKeys != nil {
		last("domainkeys", "core_final_validation", c.SignDomainKeys.AutoSign)
	}
	if c.SignDKIM != nil {
		last("dkim", "core_final_validation", c.SignDKIM.AutoSign)
	}
	if c.SealARC != nil {
		last("arc", "core_post_final_validation", c.SealARC.AutoSeal)
	}
	return list
}
