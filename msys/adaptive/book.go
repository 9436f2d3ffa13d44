package adaptive

import (
	"fmt"
	"maps"
	"slices"
)

// book has the rules that hold, by domain. It does not change.
type book struct{ domains map[string]*bookEntry }

type bookEntry struct {
	alias  string
	layers [][]*rule // of the sets that have rules for the domain, the newest first
	config map[string]Setting
}

// entry gives the rules for a domain, nil if there are none.
func (b *book) entry(domain string) *bookEntry {
	e := b.domains[domain]
	if e != nil && e.alias != "" {
		return b.domains[e.alias]
	}
	return e
}

// registration is one rule set and who registered it.
type registration struct {
	owner any
	mode  Mode
	set   compiled
	rules map[string]*rule // of set, by what they say
}

// merge makes the book of registrations in their order. warn is told of
// entries that give way.
func merge(regs []registration, warn func(text, domain string)) *book {
	b := &book{domains: map[string]*bookEntry{}}
	for _, reg := range regs {
		if reg.mode == Replace {
			clear(b.domains)
		}
		for _, domain := range slices.Sorted(maps.Keys(reg.set)) {
			b.put(domain, reg.set[domain], warn)
		}
	}
	return b
}

func (b *book) put(domain string, e compiledEntry, warn func(text, domain string)) {
	old := b.domains[domain]
	switch {
	case e.alias != "":
		if old != nil && old.alias == "" {
			warn("an alias takes the place of a domain's rules", domain)
		}
		b.domains[domain] = &bookEntry{alias: e.alias}
		return
	case old == nil:
		old = &bookEntry{}
	case old.alias != "":
		warn("rules take the place of a domain's alias", domain)
		old = &bookEntry{}
	}
	merged := &bookEntry{layers: old.layers, config: maps.Clone(old.config)}
	if len(e.rules) > 0 {
		merged.layers = append([][]*rule{e.rules}, old.layers...)
	}
	if merged.config == nil {
		merged.config = map[string]Setting{}
	}
	maps.Copy(merged.config, e.config)
	b.domains[domain] = merged
}

// checkAliases refuses aliases of aliases.
func (b *book) checkAliases() error {
	for _, domain := range slices.Sorted(maps.Keys(b.domains)) {
		target := b.domains[domain].alias
		if target == "" {
			continue
		}
		if e := b.domains[target]; e != nil && e.alias != "" {
			return fmt.Errorf("%s: alias of %s, which is an alias itself", domain, target)
		}
	}
	return nil
}
