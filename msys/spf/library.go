package spf

import (
	"context"
	"slices"
	"strings"

	"github.com/gomsys/gomsys/internal/spfmacro"
)

// What blitiri.com.ar/go/spf (v1.6.0) makes of records against RFC 7208, and
// what is done about it before it sees them:
//
//   - A slash in a domain-spec, or as a delimiter of a macro, is PermError: it
//     takes all that follows for an address length. The slash is replaced by a
//     byte that no record has; macros with one are expanded.
//   - The macro p is always "unknown" (section 7.3). It is expanded.
//
// Its own tests skip both. testdata/library.txt has what would fail without.

// slash stands for a slash in names that go through the library.
const slash = "\x01"

// fromLibrary gives the name that the library asks for.
func fromLibrary(name string) string { return fit(strings.ReplaceAll(name, slash, "/")) }

// forEvaluation gives a record that is of the grammar as the library can take
// it. domain is the one that has it.
func (e *evaluation) forEvaluation(ctx context.Context, record, domain string) string {
	if !strings.Contains(record, "/") && !strings.Contains(strings.ToLower(record), "%{p") {
		return record
	}
	terms := strings.Split(record, " ")
	for i, term := range terms[1:] {
		if from, to := syntax().domainSpec(term); from < to {
			terms[i+1] = term[:from] + e.expand(ctx, term[from:to], strings.TrimSuffix(domain, ".")) + term[to:]
		}
	}
	return strings.Join(terms, " ")
}

// domainSpec gives where a term has a domain-spec that is looked up.
func (g *grammar) domainSpec(term string) (from, to int) {
	if m := g.modifier.FindStringSubmatch(term); m != nil {
		if strings.EqualFold(m[1], "redirect") {
			return len(m[1]) + 1, len(term)
		}
		return 0, 0
	}
	name, spec, found := strings.Cut(term, ":")
	from = len(name) + 1
	switch strings.ToLower(strings.TrimLeft(name, "+-~?")) {
	case "include", "exists", "ptr":
		if found {
			return from, len(term)
		}
	case "a", "mx":
		if found {
			return from, from + len(g.dualCIDR.FindStringSubmatch(spec)[1])
		}
	}
	return 0, 0
}

// expand expands the macros of a domain-spec that the library cannot and
// replaces its slashes.
func (e *evaluation) expand(ctx context.Context, spec, domain string) string {
	var b strings.Builder
	for spec != "" {
		text, rest, found := strings.Cut(spec, "%")
		b.WriteString(strings.ReplaceAll(text, "/", slash))
		if !found {
			break
		}
		end := min(1, len(rest)) // of "%%", "%_" and "%-"
		if strings.HasPrefix(rest, "{") {
			end = strings.IndexByte(rest, '}') + 1
		}
		macro, isMacro, _ := spfmacro.Parse(strings.Trim(rest[:end], "{}"))
		isMacro = isMacro && end > 1 && !strings.ContainsRune(forExplanation, rune(macro.Letter))
		if isMacro && (macro.Letter == 'p' || strings.Contains(macro.Delimiters, "/")) {
			b.WriteString(literal(macro.Expand(e.letter(ctx, macro.Letter, domain))))
		} else {
			b.WriteString("%" + rest[:end])
		}
		spec = rest[end:]
	}
	return b.String()
}

// forExplanation are the letters that are for explanations only.
const forExplanation = "crt"

// literal gives text as a record has it.
func literal(text string) string {
	return strings.NewReplacer("%", "%%", " ", "%_", "/", slash).Replace(text)
}

// letter gives the value of a macro's letter (RFC 7208 section 7.2).
func (e *evaluation) letter(ctx context.Context, letter byte, domain string) string {
	at := strings.LastIndexByte(e.sender, '@')
	switch letter {
	case 's':
		return e.sender
	case 'l':
		return e.sender[:at]
	case 'o':
		return e.sender[at+1:]
	case 'd':
		return domain
	case 'i':
		return spfmacro.DottedIP(e.ip)
	case 'h':
		return e.helo
	case 'p':
		return e.validatedName(ctx, domain)
	}
	if e.ip.Is4() { // v
		return "in-addr"
	}
	return "ip6"
}

// maxPTR is the most names of an address that are looked at (RFC 7208 section
// 4.6.4).
const maxPTR = 10

// validatedName gives the name of the client's address that the macro p stands
// for: the domain, else a name below it, else any, of those that lead back to
// the address; "unknown" if there is none.
func (e *evaluation) validatedName(ctx context.Context, domain string) string {
	if !e.namesKnown {
		e.names, e.namesKnown = e.validatedNames(ctx), true
	}
	below := "." + strings.ToLower(domain)
	best := "unknown"
	for i, name := range e.names {
		switch lower := strings.ToLower(name); {
		case lower == below[1:]:
			return name
		case strings.HasSuffix(lower, below) && !strings.HasSuffix(strings.ToLower(best), below), i == 0:
			best = name
		}
	}
	return best
}

func (e *evaluation) validatedNames(ctx context.Context) []string {
	names, err := e.Resolver.LookupAddr(ctx, e.ip.String())
	if err != nil {
		return nil
	}
	var valid []string
	for _, name := range names[:min(len(names), maxPTR)] {
		name = strings.TrimSuffix(name, ".")
		if !lookable(name) {
			continue
		}
		ips, err := e.Resolver.LookupIPAddr(ctx, name)
		if err != nil {
			continue
		}
		for _, ip := range ips {
			if ip.IP.Equal(e.ip.AsSlice()) && !slices.Contains(valid, name) {
				valid = append(valid, name)
			}
		}
	}
	return valid
}
