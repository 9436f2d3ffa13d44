package msys

import (
	"context"
	"fmt"

	"github.com/gomsys/gomsys/pcre"
)

// Roles say who may run which console commands; its method Authorize is for
// Config.Authorize. Nothing is allowed that no rule allows. It is safe for
// concurrent use.
type Roles struct{ allow map[string][]*pcre.Regexp }

// NewRoles makes Roles of the patterns that each role allows, by the role's
// name. A pattern is a Perl-compatible regular expression that may match
// anywhere in the command, "^config" for example. A user has the roles of
// their groups, and the one that has the user's own name.
func NewRoles(allow map[string][]string) (*Roles, error) {
	r := &Roles{allow: make(map[string][]*pcre.Regexp, len(allow))}
	for role, patterns := range allow {
		for _, p := range patterns {
			re, err := pcre.Compile(p)
			if err != nil {
				return nil, fmt.Errorf("msys: role %s: pattern %q: %w", role, p, err)
			}
			r.allow[role] = append(r.allow[role], re)
		}
	}
	return r, nil
}

// Authorize gives [ErrNotAuthorized] unless a role of the user allows the
// command.
func (r *Roles) Authorize(_ context.Context, user string, groups []string, line string) error {
	if r.allows(user, line) {
		return nil
	}
	for _, g := range groups {
		if r.allows(g, line) {
			return nil
		}
	}
	return ErrNotAuthorized
}

func (r *Roles) allows(role, line string) bool {
	for _, re := range r.allow[role] {
		if re.MatchString(line) {
			return true
		}
	}
	return false
}
