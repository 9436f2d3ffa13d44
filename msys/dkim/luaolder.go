package dkim

import (
	"math"
	"strings"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
)

// verifyResults are the results of a message as the older functions give
// them.
type verifyResults struct{ *Result }

// verifyStatus is a status of the older functions, as RFC 8601 names it.
type verifyStatus int

const (
	statusNone verifyStatus = iota
	statusPass
	statusFail
	statusPolicy
	statusNeutral
	statusTempError
	statusPermError
)

// String gives the name, "neutral" for an unknown status.
func (s verifyStatus) String() string {
	names := [...]string{"none", "pass", "fail", "policy", "neutral", "temperror", "permerror"}
	if s < 0 || int(s) >= len(names) {
		return "neutral"
	}
	return names[s]
}

// status gives a signature's status.
func (s *Signature) status() verifyStatus {
	switch stat := statOf(s.err); {
	case s.Passed():
		return statusPass
	case s.flags&FlagIgnore != 0:
		return statusNeutral
	case stat == StatBadSig:
		return statusFail
	case stat == StatKeyFail:
		return statusTempError
	}
	return statusPermError
}

func resultsClass() *bind.Class {
	return &bind.Class{
		Name: "msys.validate.dkim:results", Short: "results", Of: (*verifyResults)(nil), Doc: "The results of the signatures of a message.",
		Fields: []bind.Field{{Name: "ref", Type: "number", Doc: "How many hold the results: 1.", Get: func(c *bind.Call) { c.PushInt(1) }}},
	}
}

func (f *face) olderFuncs() []bind.Func {
	const module = "msys.validate.dkim"
	return []bind.Func{
		{
			Name: "get_responsible_domain", Params: "[msg:msys.core:_ec_message], [vctx:any]", Returns: "string|nil", Phases: bind.Any,
			Doc: "Gives the domain of the first address of Sender, else of From, in lower case; nil if there is none.",
			Fn: func(c *bind.Call) int {
				if domain := ResponsibleDomain(message.CalloutMessage(c, 1, module)); domain != "" {
					return c.PushString(domain)
				}
				return c.PushNil()
			},
		},
		{
			Name: "get_verify_results", Params: "[vctx:any]", Returns: "number, msys.validate.dkim:results", Phases: bind.Any,
			Doc: "Verifies the message of the callout and gives the number of its signatures and their results. If the message cannot be read, there are none.",
			Fn: func(c *bind.Call) int {
				res := f.verify(c, message.CalloutMessage(c, 2, module))
				if res == nil {
					res = &Result{Status: StatInternal}
				}
				return c.PushInt(len(res.Signatures)) + c.PushObject(&verifyResults{res})
			},
		},
		{
			Name: "verify_results_get_count", Params: "results:msys.validate.dkim:results", Returns: "number|nil, err:string", Phases: bind.Any,
			Doc: "Gives the number of signatures; nil and a text for nil.",
			Fn: func(c *bind.Call) int {
				if c.IsNil(1) {
					return c.FailText("No verification results to count.")
				}
				return c.PushInt(len(bind.Arg[*verifyResults](c, 1).Signatures))
			},
		},
		resultItemFunc(),
		{
			Name: "verify_status_to_string", Params: "status:number", Returns: "string|nil, err:string", Phases: bind.Any,
			Doc: "Names a status: none, pass, fail, policy, neutral, temperror, permerror; an unknown one is neutral. Gives nil and a text for nil.",
			Fn: func(c *bind.Call) int {
				if c.IsNil(1) {
					return c.FailText("No status code is passed in")
				}
				return c.PushString(verifyStatus(c.Int(1)).String())
			},
		},
		{
			Name: "get_domains", Params: "[msg:msys.core:_ec_message], [vctx:any]", Returns: "table", Phases: bind.Any,
			Doc: "Gives an array of the domains whose signatures are good: those of the identities, in order. As a string it is the domains, parted by spaces.",
			Fn: func(c *bind.Call) int {
				var domains []string
				if res := f.verify(c, message.CalloutMessage(c, 1, module)); res != nil {
					for _, s := range res.Signatures {
						if s.Passed() {
							domains = append(domains, identityDomain(s.Identity()))
						}
					}
				}
				pushDomains(c, domains)
				return 1
			},
		},
	}
}

func resultItemFunc() bind.Func {
	return bind.Func{
		Name: "verify_results_get_item", Params: "results:msys.validate.dkim:results, i:number", Returns: "table|nil, err:string", Phases: bind.Any,
		Doc: "Gives the result number `i` from 0 as a table of status (a number, see verify_status_to_string), diagnostic, query, algorithm, domain, selector and identity; nil and a text if there is none.",
		Fn: func(c *bind.Call) int {
			if c.IsNil(1) {
				return c.FailText("No verification results to get item from")
			}
			res := bind.Arg[*verifyResults](c, 1)
			if c.IsNil(2) {
				return c.FailText("Index value not specified")
			}
			n := c.Number(2)
			if n != math.Trunc(n) || n < 0 || n >= float64(len(res.Signatures)) {
				return c.FailText("Index value is greater than the number of verification results")
			}
			s := res.Signatures[int(n)]
			diagnostic := s.ErrText()
			if s.Passed() {
				diagnostic = "pass"
			}
			c.L.NewTable()
			set := func(name string, v any) {
				bind.Push(c.L, v)
				c.L.SetField(-2, name)
			}
			set("status", int(s.status()))
			set("diagnostic", diagnostic)
			for field, tag := range map[string]string{"query": "q", "algorithm": "a"} {
				if v, ok := s.Tag(tag); ok {
					set(field, v)
				}
			}
			set("domain", s.Domain())
			set("selector", s.Selector())
			set("identity", s.Identity())
			return 1
		},
	}
}

// pushDomains pushes an array that is the joined names as a string.
func pushDomains(c *bind.Call, domains []string) {
	joined := strings.Join(domains, " ")
	c.Push(domains)
	c.L.NewTable()
	c.L.PushGoFunction(func(l *lua.State) int {
		l.PushString(joined)
		return 1
	})
	c.L.SetField(-2, "__tostring")
	c.L.PushGoFunction(func(l *lua.State) int {
		text := ""
		for i := 1; i <= 2; i++ {
			if s, ok := l.ToString(i); ok {
				text += s
			} else {
				text += joined
			}
		}
		l.PushString(text)
		return 1
	})
	c.L.SetField(-2, "__concat")
	c.L.SetMetaTable(-2)
}
