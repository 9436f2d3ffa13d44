package openarc

import (
	"strings"

	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
)

// ownResults are the Authentication-Results of a message that the own server
// wrote.
type ownResults struct {
	clauses []string // results, one each: "spf=pass smtp.mailfrom=a.example"
	top     int      // place of the topmost such field in the header, -1 if there is none
}

// findResults gathers the results of all Authentication-Results fields whose
// authserv-id is id, top to bottom.
func findResults(h dkimsig.Header, id string) ownResults {
	own := ownResults{top: -1}
	for i := range h {
		if !strings.EqualFold(h[i].Name, "Authentication-Results") {
			continue
		}
		parts := splitClauses(unfold(h[i].Value()))
		if !strings.EqualFold(serverName(parts[0]), id) {
			continue
		}
		if own.top < 0 {
			own.top = i
		}
		for _, clause := range parts[1:] {
			if clause != "" && !strings.EqualFold(stripComments(clause), "none") {
				own.clauses = append(own.clauses, clause)
			}
		}
	}
	return own
}

// settle takes results of ARC out that are not the chain's, such as those of
// an earlier time that the message came by, and reports whether the chain's is
// there already.
func (o *ownResults) settle(cv CV) (found bool) {
	kept := o.clauses[:0]
	for _, clause := range o.clauses {
		method, rest, _ := strings.Cut(stripComments(clause), "=")
		method, _, _ = strings.Cut(method, "/") // a version may follow
		if strings.EqualFold(strings.Trim(method, blanks), "arc") {
			if value := strings.Fields(rest); len(value) == 0 || !strings.EqualFold(value[0], string(cv)) {
				continue
			}
			found = true
		}
		kept = append(kept, clause)
	}
	o.clauses = kept
	return found
}

// serverName gives the authserv-id of the part in front of the results, behind
// which a version may stand.
func serverName(s string) string {
	s = stripComments(s)
	if quoted, ok := strings.CutPrefix(s, `"`); ok {
		var b strings.Builder
		for i := 0; i < len(quoted) && quoted[i] != '"'; i++ {
			if quoted[i] == '\\' && i+1 < len(quoted) {
				i++
			}
			b.WriteByte(quoted[i])
		}
		return b.String()
	}
	if i := strings.IndexAny(s, blanks); i >= 0 {
		s = s[:i]
	}
	return s
}

// splitClauses parts an unfolded value at the semicolons that are not within
// comments or quoted strings.
func splitClauses(s string) []string {
	var out []string
	start := 0
	scan(s, func(i int, comment, quoted bool) {
		if s[i] == ';' && !comment && !quoted {
			out = append(out, strings.Trim(s[start:i], blanks))
			start = i + 1
		}
	})
	return append(out, strings.Trim(s[start:], blanks))
}

// stripComments takes comments out.
func stripComments(s string) string {
	if !strings.Contains(s, "(") {
		return strings.Trim(s, blanks)
	}
	var b strings.Builder
	scan(s, func(i int, comment, _ bool) {
		if !comment {
			b.WriteByte(s[i])
		}
	})
	return strings.Trim(b.String(), blanks)
}

// scan calls f for each byte and tells whether it belongs to a comment or a
// quoted string.
func scan(s string, f func(i int, comment, quoted bool)) {
	depth, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && (depth > 0 || quoted) && i+1 < len(s):
			f(i, depth > 0, quoted)
			i++
			f(i, depth > 0, quoted)
			continue
		case depth == 0 && s[i] == '"':
			f(i, false, true)
			quoted = !quoted
			continue
		case quoted:
		case s[i] == '(':
			depth++
		case s[i] == ')' && depth > 0:
			f(i, true, false)
			depth--
			continue
		}
		f(i, depth > 0, quoted)
	}
}

// withResult gives the raw field with one more result at its end.
func withResult(raw []byte, clause string) []byte {
	text := strings.TrimRight(string(raw), blanks+";")
	_, value, _ := strings.Cut(text, ":")
	parts := splitClauses(value)
	last := parts[len(parts)-1]
	if len(parts) == 2 && strings.EqualFold(stripComments(last), "none") {
		text = strings.TrimRight(strings.TrimSuffix(text, last), blanks+";")
	}
	line := text[strings.LastIndexByte(text, '\n')+1:]
	sep := "; "
	if len(line)+len(clause)+2 > 78 {
		sep = ";\r\n\t"
	}
	return []byte(text + sep + clause + "\r\n")
}
