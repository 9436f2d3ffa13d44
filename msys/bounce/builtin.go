package bounce

import (
	"embed"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// The built-in rules: one file for each group, lines of a code and a pattern
// as in override files, with \< and \> for the edges of words besides.
//
//go:embed rules/*.rules
var ruleFiles embed.FS

// replyGroups are the groups of rules for replies in the order in which they
// are tried: the words of one provider or program, which leave no doubt, before
// those that anybody may use.
var replyGroups = []string{"google", "microsoft", "yahoo", "apple", "gateways", "europe", "america", "asia", "software", "languages", "generic"}

// builtin are the compiled built-in rules.
type builtin struct {
	replies   *ruleset // of foreign servers
	late      *ruleset // of those, where the status code does not say more
	internal  *ruleset // of replies that our own server made
	autoReply *ruleset // of subjects
	challenge *ruleset // of mails that ask something of the sender
	delay     *ruleset // of notices that delivery goes on
}

// loadBuiltin gives the built-in rules, compiled at first use.
var loadBuiltin = sync.OnceValues(func() (*builtin, error) {
	var err error
	group := func(names ...string) *ruleset {
		var rules []rule
		for _, name := range names {
			more, groupErr := readGroup(name)
			if groupErr != nil && err == nil {
				err = groupErr
			}
			rules = append(rules, more...)
		}
		return newWordRuleset(rules)
	}
	b := &builtin{
		replies:   group(replyGroups...),
		late:      group("late"),
		internal:  group("internal"),
		autoReply: group("autoreply"),
		challenge: group("challenge"),
		delay:     group("delay"),
	}
	return b, err
})

func readGroup(name string) ([]rule, error) {
	data, err := ruleFiles.ReadFile("rules/" + name + ".rules")
	if err != nil {
		return nil, fmt.Errorf("bounce: built-in rules: %w", err)
	}
	var rules []rule
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		code, text, _ := strings.Cut(line, ",")
		n, err := strconv.Atoi(code)
		if err != nil || text == "" {
			return nil, fmt.Errorf("bounce: built-in rules %s: bad line %q", name, line)
		}
		rules = append(rules, rule{code: n, text: text})
	}
	return rules, nil
}
