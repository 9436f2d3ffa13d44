package spf

import (
	"net/netip"
	"regexp"
	"strings"
)

// grammar are the parts of RFC 7208 section 12 that are regular.
type grammar struct {
	macroString, domainEnd, modifier, cidr4, cidr6, dualCIDR *regexp.Regexp
}

func newGrammar() *grammar {
	const (
		expand   = `%\{[slodiphv][0-9]*r?[-.+,/_=]*\}|%[%_-]`
		toplabel = `[0-9a-z]*[a-z][0-9a-z]*|[0-9a-z]+-[0-9a-z-]*[0-9a-z]`
		length4  = `/(?:[0-9]|[12][0-9]|3[0-2])`
		length6  = `/(?:[0-9]|[1-9][0-9]|1[01][0-9]|12[0-8])`
	)
	return &grammar{
		macroString: regexp.MustCompile(`(?i)^(?:%\{[slodiphcrtv][0-9]*r?[-.+,/_=]*\}|%[%_-]|[!-$&-~])*$`),
		domainEnd:   regexp.MustCompile(`(?i)^(?:` + expand + `|[!-$&-~])*(?:\.(?:` + toplabel + `)\.?|` + expand + `)$`),
		modifier:    regexp.MustCompile(`(?i)^([a-z][a-z0-9_.-]*)=(.*)$`),
		cidr4:       regexp.MustCompile(`(?s)^(.*?)(?:` + length4 + `)?$`),
		cidr6:       regexp.MustCompile(`(?s)^(.*?)(?:` + length6 + `)?$`),
		dualCIDR:    regexp.MustCompile(`(?s)^(.*?)(?:` + length4 + `)?(?:/` + length6 + `)?$`),
	}
}

// fault gives the first term of a record that is not of the grammar; ok is
// true if there is none. The library looks at terms only until one matches, but an
// error anywhere makes a record void (RFC 7208 section 4.6).
func (g *grammar) fault(record string) (term string, ok bool) {
	_, terms, _ := strings.Cut(record, " ")
	redirect, exp := false, false
	for term := range strings.SplitSeq(terms, " ") {
		if term == "" {
			continue
		}
		if m := g.modifier.FindStringSubmatch(term); m != nil {
			var twice bool
			switch name := strings.ToLower(m[1]); name {
			case "redirect":
				twice, redirect = redirect, true
			case "exp":
				twice, exp = exp, true
			default:
				if !g.macroString.MatchString(m[2]) {
					return term, false
				}
				continue
			}
			if twice || !g.domainEnd.MatchString(m[2]) {
				return term, false
			}
			continue
		}
		if !g.mechanism(strings.TrimLeft(term[:1], "+-~?") + term[1:]) {
			return term, false
		}
	}
	return "", true
}

// mechanism reports whether a term without its qualifier is a mechanism.
func (g *grammar) mechanism(term string) bool {
	name, arg := term, ""
	if i := strings.IndexAny(term, ":/"); i >= 0 {
		name, arg = term[:i], term[i:]
	}
	switch strings.ToLower(name) {
	case "all":
		return arg == ""
	case "include", "exists":
		return strings.HasPrefix(arg, ":") && g.domainEnd.MatchString(arg[1:])
	case "ptr":
		return arg == "" || arg[0] == ':' && g.domainEnd.MatchString(arg[1:])
	case "a", "mx":
		domain := g.dualCIDR.FindStringSubmatch(arg)[1]
		return domain == "" || domain[0] == ':' && g.domainEnd.MatchString(domain[1:])
	case "ip4":
		ip, err := netip.ParseAddr(strings.TrimPrefix(g.cidr4.FindStringSubmatch(arg)[1], ":"))
		return strings.HasPrefix(arg, ":") && err == nil && ip.Is4()
	case "ip6":
		ip, err := netip.ParseAddr(strings.TrimPrefix(g.cidr6.FindStringSubmatch(arg)[1], ":"))
		return strings.HasPrefix(arg, ":") && err == nil && ip.Is6() && ip.Zone() == ""
	}
	return false
}
