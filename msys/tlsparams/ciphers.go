package tlsparams

import (
	"crypto/tls"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Ciphers are the cipher suites that a list selects, for [tls.Config].
type Ciphers struct {
	// Suites are those of TLS up to 1.2; nil is what crypto/tls has by itself.
	Suites []uint16
	// MinVersion is tls.VersionTLS13 for a list that has suites of TLS 1.3
	// only, else 0.
	MinVersion uint16
}

// CipherError says what is wrong with a cipher list.
type CipherError struct {
	List string // the list
	Name string // the name that is unknown, "" if the list selects nothing
}

// Error names the list and what is wrong.
func (e *CipherError) Error() string {
	if e.Name == "" {
		return fmt.Sprintf("tlsparams: cipher list %.100q selects no cipher", e.List)
	}
	return fmt.Sprintf("tlsparams: cipher list %.100q: unknown cipher %.40q", e.List, e.Name)
}

// maxList is the longest cipher list.
const maxList = 16 << 10

// ParseCiphers reads a cipher list as OpenSSL writes it ("HIGH:!aNULL:-RSA",
// "ECDHE+AESGCM", names of suites), parted by colons, commas or blanks. An
// empty list and "DEFAULT" are what crypto/tls has by itself.
//
// The order of a list, "+", "@STRENGTH" and "@SECLEVEL" have no effect, as
// crypto/tls prefers suites by itself. Suites and keywords of OpenSSL that
// crypto/tls lacks select nothing. Suites of TLS 1.3 are always on; a list of
// nothing else forbids the versions before. Unknown names and lists that
// select nothing are a *CipherError. Names have OpenSSL's case.
func ParseCiphers(list string) (Ciphers, error) {
	if len(list) > maxList {
		return Ciphers{}, &CipherError{List: list[:100]}
	}
	p := &cipherParser{all: suites(), chosen: map[uint16]bool{}, killed: map[uint16]bool{}}
	items := strings.FieldsFunc(list, func(r rune) bool { return strings.ContainsRune(":, \t\r\n;", r) })
	for _, item := range items {
		if name := p.item(item); name != "" {
			return Ciphers{}, &CipherError{list, name}
		}
	}
	return p.result(list, len(items) == 0)
}

type cipherParser struct {
	all    []suite
	chosen map[uint16]bool
	killed map[uint16]bool // by "!", for good
	new13  bool            // a suite of TLS 1.3 was named
}

// item takes an item of the list and gives the name in it that is unknown.
func (p *cipherParser) item(item string) (unknown string) {
	if command, ok := strings.CutPrefix(item, "@"); ok {
		level, isLevel := strings.CutPrefix(command, "SECLEVEL=")
		if n, err := strconv.Atoi(level); command == "STRENGTH" || isLevel && err == nil && n >= 0 && n <= 5 {
			return ""
		}
		return item
	}
	prefix := item[0]
	if strings.IndexByte("!-+", prefix) >= 0 {
		if item = item[1:]; item == "" {
			return string(prefix)
		}
	}
	if tls13(item) {
		p.new13 = p.new13 || item[0] == prefix
		return ""
	}
	found, unknown := p.find(item)
	if unknown != "" {
		return unknown
	}
	for _, s := range found {
		switch prefix {
		case '!':
			delete(p.chosen, s.id)
			p.killed[s.id] = true
		case '-':
			delete(p.chosen, s.id)
		case '+':
		default:
			if !p.killed[s.id] {
				p.chosen[s.id] = true
			}
		}
	}
	return ""
}

// find gives the suites that a name or keywords joined by "+" stand for.
func (p *cipherParser) find(names string) (found []suite, unknown string) {
	found = p.all
	for name := range strings.SplitSeq(names, "+") {
		if name == "" {
			return nil, names
		}
		var keep func(suite) bool
		tag, isKeyword := keyword(name)
		switch {
		case name == "ALL":
			continue
		case name == "DEFAULT":
			keep = func(s suite) bool { return s.safe }
		case name == "COMPLEMENTOFDEFAULT":
			keep = func(s suite) bool { return !s.safe }
		case isKeyword:
			keep = func(s suite) bool { return tag != "" && slices.Contains(s.tags, tag) }
		case slices.ContainsFunc(p.all, func(s suite) bool { return s.name == name }):
			keep = func(s suite) bool { return s.name == name }
		case foreign(name):
			keep = func(suite) bool { return false }
		default:
			return nil, name
		}
		var kept []suite
		for _, s := range found {
			if keep(s) {
				kept = append(kept, s)
			}
		}
		found = kept
	}
	return found, ""
}

func (p *cipherParser) result(list string, empty bool) (Ciphers, error) {
	var c Ciphers
	same := true // as DEFAULT
	for _, s := range p.all {
		if p.chosen[s.id] {
			c.Suites = append(c.Suites, s.id)
		}
		same = same && p.chosen[s.id] == s.safe
	}
	switch {
	case empty || same:
		return Ciphers{}, nil
	case len(c.Suites) > 0:
		return c, nil
	case p.new13:
		return Ciphers{MinVersion: tls.VersionTLS13}, nil
	}
	return Ciphers{}, &CipherError{List: list}
}
