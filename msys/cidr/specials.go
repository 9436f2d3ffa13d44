package cidr

import (
	"bytes"
	"strconv"
	"strings"
	"time"
)

// special takes a special entry, given without the "$".
func (p *rbldnsd) special(line []byte) error {
	word, rest := line, []byte(nil)
	if i := bytes.IndexAny(line, " \t"); i >= 0 {
		word, rest = line[:i], trimLeft(line[i:])
	}
	if p.skipping && !strings.EqualFold(string(word), "DATASET") {
		return nil
	}
	if len(rest) > maxText {
		return errLong
	}
	switch text := string(rest); {
	case len(word) == 1 && word[0] >= '0' && word[0] <= '9':
		if v := &p.sec.vars[word[0]-'0']; *v == nil {
			*v = &text
		}
	case string(word) == "=":
		if p.sec.base == nil {
			p.sec.base = &text
		}
	case strings.EqualFold(string(word), "MAXRANGE4"):
		return p.maxRange(text)
	case strings.EqualFold(string(word), "TIMESTAMP"):
		return p.timestamp(strings.Fields(text))
	case strings.EqualFold(string(word), "DATASET"):
		return p.dataset(text)
	}
	return nil
}

func (p *rbldnsd) maxRange(text string) error {
	size, err := strconv.ParseUint(text, 10, 64)
	if after, ok := strings.CutPrefix(text, "/"); ok {
		length, ok := decimal(after, 32)
		if !ok {
			return errSpecial
		}
		size, err = 1<<(32-length), nil
	}
	if err != nil || size == 0 {
		return errSpecial
	}
	p.sec.maxRange = min(p.sec.maxRange, size)
	return nil
}

// dataset begins a new section.
func (p *rbldnsd) dataset(text string) error {
	kind, _, _ := strings.Cut(text, " ")
	kind, _, _ = strings.Cut(kind, "\t")
	kind, _, _ = strings.Cut(kind, ":")
	common := p.sec
	for common.parent != nil {
		common = common.parent
	}
	p.sec = newSection(common)
	p.sec.maxRange = common.maxRange
	p.setDefault(defaultA, "")
	switch strings.ToLower(kind) {
	case "ip4set", "ip4trie", "ip4tset", "ip6trie", "ip6tset":
		p.skipping = false
		return nil
	case "dnset", "generic", "acl":
		p.skipping = true
		return nil
	}
	p.skipping = true
	return errSpecial
}

// timestamp takes the time of the data and the time until it is valid.
func (p *rbldnsd) timestamp(args []string) error {
	if len(args) < 1 || len(args) > 2 {
		return errSpecial
	}
	stamp, ok := parseStamp(args[0])
	if !ok {
		return errSpecial
	}
	if stamp.After(p.now) {
		return errFuture
	}
	if len(args) == 1 {
		return nil
	}
	var expires time.Time
	if rel, isRel := strings.CutPrefix(args[1], "+"); isRel {
		d, good := parseSpan(rel)
		if !good || stamp.IsZero() {
			return errSpecial
		}
		expires = stamp.Add(d)
	} else if expires, ok = parseStamp(args[1]); !ok {
		return errSpecial
	}
	if p.expires.IsZero() || !expires.IsZero() && expires.Before(p.expires) {
		p.expires = expires
	}
	return nil
}

// parseStamp reads yyyy:mm:dd[:hh[:mi[:ss]]] in local time, with "-" or
// nothing in place of ":"; "0" and "-" are the zero time.
func parseStamp(s string) (time.Time, bool) {
	if s == "0" || s == "-" {
		return time.Time{}, true
	}
	f := [6]int{1: 1, 2: 1}
	for i := range f {
		width := 2
		if i == 0 {
			width = 4
		}
		if s == "" && i >= 3 {
			break
		}
		if i > 0 && s != "" && (s[0] == ':' || s[0] == '-') {
			s = s[1:]
		}
		if len(s) < width {
			return time.Time{}, false
		}
		n, ok := decimal(s[:width], 9999)
		if !ok {
			return time.Time{}, false
		}
		f[i], s = n, s[width:]
	}
	if s != "" || f[1] < 1 || f[1] > 12 || f[2] < 1 || f[2] > 31 || f[3] > 23 || f[4] > 59 || f[5] > 59 {
		return time.Time{}, false
	}
	return time.Date(f[0], time.Month(f[1]), f[2], f[3], f[4], f[5], 0, time.Local), true
}

// parseSpan reads a number of seconds, or numbers with the units s, m, h, d
// and w.
func parseSpan(s string) (time.Duration, bool) {
	total := time.Duration(0)
	for s != "" {
		i := 0
		for i < len(s) && s[i] >= '0' && s[i] <= '9' {
			i++
		}
		n, ok := decimal(s[:i], 1<<31-1)
		if !ok {
			return 0, false
		}
		unit := time.Second
		if s = s[i:]; s != "" {
			switch s[0] | 0x20 {
			case 's':
			case 'm':
				unit = time.Minute
			case 'h':
				unit = time.Hour
			case 'd':
				unit = 24 * time.Hour
			case 'w':
				unit = 7 * 24 * time.Hour
			default:
				return 0, false
			}
			s = s[1:]
		}
		total += min(time.Duration(n)*unit, 100*365*24*time.Hour)
	}
	return total, total > 0
}
