package bounce

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

const (
	datasourcePrefix = ":datasource:"
	maxRulesBytes    = 16 << 20
	maxRuleLength    = 4096
)

// errNoSource reports datasource rules without a source.
var errNoSource = errors.New("no source for datasource rules")

// loader reads rules.
type loader struct {
	Options
	classes map[int]Class
}

// load reads the rules that a setting names; withDomain tells rules for replies
// from those for bounce mails.
func (l *loader) load(ctx context.Context, setting string, withDomain bool) ([]rule, error) {
	if setting == "" {
		return nil, nil
	}
	var rules []rule
	var err error
	if rest, ok := strings.CutPrefix(setting, datasourcePrefix); ok {
		rules, err = l.query(ctx, rest, withDomain)
	} else {
		rules, err = l.file(setting, withDomain)
	}
	if err != nil {
		return nil, fmt.Errorf("bounce: reading rules from %s: %w", setting, err)
	}
	return rules, nil
}

func (l *loader) query(ctx context.Context, setting string, withDomain bool) ([]rule, error) {
	name, query, ok := strings.Cut(setting, ":")
	if !ok || name == "" || strings.TrimSpace(query) == "" {
		return nil, errors.New("a datasource rule setting has a name and a query")
	}
	if l.Source == nil {
		return nil, errNoSource
	}
	rows, err := l.Source.Rows(ctx, name, query)
	if err != nil {
		return nil, err
	}
	var rules []rule
	for i, row := range rows {
		domain := ""
		if withDomain && len(row) > 0 {
			domain, row = row[0], row[1:]
		}
		if len(row) < 2 {
			l.skip(setting, i+1, "too few columns")
			continue
		}
		rules = l.add(rules, setting, i+1, domain, row[0], row[1])
	}
	return rules, nil
}

func (l *loader) file(path string, withDomain bool) ([]rule, error) {
	f, err := l.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	limited := &io.LimitedReader{R: f, N: maxRulesBytes + 1}
	lines := bufio.NewScanner(limited)
	lines.Buffer(nil, maxRulesBytes)
	var rules []rule
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if n == 1 {
			line = strings.TrimPrefix(line, "\ufeff")
		}
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		domain := ""
		if withDomain {
			var ok bool
			if domain, line, ok = strings.Cut(line, ","); !ok {
				l.skip(path, n, "no code")
				continue
			}
		}
		code, text, _ := strings.Cut(line, ",")
		rules = l.add(rules, path, n, domain, code, text)
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if limited.N == 0 {
		return nil, fmt.Errorf("more than %d bytes", maxRulesBytes)
	}
	return rules, nil
}

// add adds a rule if it is one.
func (l *loader) add(rules []rule, from string, line int, domain, code, text string) []rule {
	n, err := strconv.Atoi(strings.TrimSpace(code))
	_, known := l.classes[n]
	text = strings.TrimSpace(text)
	switch {
	case err != nil:
		l.skip(from, line, "no code")
	case !known:
		l.skip(from, line, "unknown code")
	case len(parsePattern(text)) == 0:
		l.skip(from, line, "empty rule")
	case len(text) > maxRuleLength:
		l.skip(from, line, "rule too long")
	default:
		return append(rules, rule{domain: canonicalDomain(domain), code: n, text: text})
	}
	return rules
}

func (l *loader) skip(from string, line int, reason string) {
	l.Logger.Warn("bounce: rule skipped", "from", from, "line", line, "reason", reason)
}

// canonicalDomain gives a domain in the form in which domains are compared.
func canonicalDomain(domain string) string {
	return strings.TrimSuffix(strings.ToLower(strings.TrimSpace(domain)), ".")
}
