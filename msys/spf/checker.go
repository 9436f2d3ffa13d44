package spf

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	library "blitiri.com.ar/go/spf"
)

// ErrAddress is given for a request without a client's address.
var ErrAddress = errors.New("spf: no client address")

// noRule is the default rule that leaves domains without a record at None.
const noRule = "?all"

// Checker evaluates records. The zero value is ready for use.
type Checker struct {
	// Resolver asks DNS. If nil, net.DefaultResolver.
	Resolver Resolver
	// DefaultRule is evaluated for domains that exist and have no record, as
	// if it were theirs: "a mx -all". If empty or "?all", the result of such
	// a domain is None.
	DefaultRule string
	// Timeout is the most time for a check. If zero, 20 seconds.
	Timeout time.Duration
	// MaxLookups and MaxVoid are the most mechanisms and modifiers that ask
	// DNS, and the most answers without records (RFC 7208 section 4.6.4). If
	// zero, 10 and 2; if MaxVoid is negative, none.
	MaxLookups, MaxVoid int
	// Texts are the texts of Result.Text.
	Texts Texts
}

// Request is what to check.
type Request struct {
	// IP is the client's address.
	IP netip.Addr
	// Helo is the name the client greeted with.
	Helo string
	// MailFrom is the sender, "" for the null sender; for the scope PRA, the
	// purported responsible address.
	MailFrom string
	// Scope says which records count. If zero, those of SPF.
	Scope Scope

	envelope string // for PRA, the sender
	field    string // for PRA, the field that has it
}

// Check evaluates the record of the sender's domain. What DNS answers, or does
// not, is in the result; the error is [ErrAddress] or that of ctx, if that has
// ended, and the value is TempError then.
func (c *Checker) Check(ctx context.Context, r Request) (Result, error) {
	r.IP = r.IP.Unmap().WithZone("")
	res := Result{Value: None, Mechanism: "default", request: r}
	if !r.IP.IsValid() {
		res.Value = TempError
		return res, ErrAddress
	}
	res.Sender, res.Domain = r.identity()
	if res.Domain == "" {
		return res, nil
	}
	timeout := c.Timeout
	if timeout == 0 {
		timeout = 20 * time.Second
	}
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	e := &evaluation{Resolver: c.Resolver, scope: r.Scope, domain: res.Domain, rule: c.DefaultRule, ip: r.IP, sender: res.Sender, helo: r.Helo}
	if e.Resolver == nil {
		e.Resolver = net.DefaultResolver
	}
	if strings.EqualFold(e.rule, noRule) {
		e.rule = ""
	}
	value, why := library.CheckHostWithSender(r.IP.AsSlice(), r.Helo, forLibrary(res.Sender), c.options(limited, e)...)
	res.Value, res.NXDomain = Value(value), e.nxdomain
	if why != nil {
		res.Mechanism = why.Error()
	}
	if e.fault != "" && res.Value == PermError {
		res.Mechanism = "malformed term " + strconv.Quote(e.fault)
	}
	res.Text = c.Texts.text(&res)
	if err := ctx.Err(); err != nil {
		return res, fmt.Errorf("spf: checking %s: %w", res.Domain, err)
	}
	return res, nil
}

func (c *Checker) options(ctx context.Context, e *evaluation) []library.Option {
	o := []library.Option{library.WithContext(ctx), library.WithResolver(e)}
	if c.MaxLookups > 0 {
		o = append(o, library.OverrideLookupLimit(uint(c.MaxLookups)))
	}
	if c.MaxVoid != 0 {
		o = append(o, library.OverrideVoidLookupLimit(uint(max(c.MaxVoid, 0))))
	}
	return o
}

// forLibrary gives a sender as the library takes it, which parts it at the
// first "@": one in a quoted local part becomes "_".
func forLibrary(sender string) string {
	i := strings.LastIndexByte(sender, '@')
	return strings.ReplaceAll(sender[:i], "@", "_") + sender[i:]
}
