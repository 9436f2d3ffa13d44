// Package addr finds the mailboxes in address header fields (RFC 5322 with its
// obsolete syntax, RFC 6532), however broken they are.
//
// It is what the script functions msys.parseRFC2822Addresses and
// msg:address_header use. Parse does not fail: what is not an address is
// skipped. Encoded-words are left alone. All functions are safe for concurrent
// use.
package addr

import (
	"errors"
	"strings"
)

// Address is a mailbox.
type Address struct {
	Name   string // display name, quotes taken off, encoded-words kept
	Local  string // local part as written, quotes included
	Domain string // domain or address literal as written; "" if there is none
}

// DetailSeparator parts user and detail unless another one is asked for.
const DetailSeparator = "+"

// String gives the address without the name: local@domain.
func (a Address) String() string {
	if a.Domain == "" {
		return a.Local
	}
	return a.Local + "@" + a.Domain
}

// User gives the local part before the first separator.
func (a Address) User(separator string) string {
	user, _, _ := strings.Cut(a.Local, separator)
	return user
}

// Detail gives the local part behind the first separator and whether there is
// one.
func (a Address) Detail(separator string) (string, bool) {
	_, detail, ok := strings.Cut(a.Local, separator)
	return detail, ok
}

// Component is a part of an address that can be asked for.
type Component int

const (
	All    Component = iota // local@domain
	Local                   // local part
	User                    // local part before the detail separator
	Detail                  // local part behind it
	Domain                  // domain
)

// ErrComponent reports a name that is not one of a component.
var ErrComponent = errors.New("addr: unknown address component")

// ParseComponent reads "all", "localpart", "user", "detail" or "domain"; "" is
// all.
func ParseComponent(name string) (Component, error) {
	switch name {
	case "", "all":
		return All, nil
	case "localpart":
		return Local, nil
	case "user":
		return User, nil
	case "detail":
		return Detail, nil
	case "domain":
		return Domain, nil
	}
	return 0, ErrComponent
}

// Component gives a part of the address and whether it has that part. If
// separator is "", it is [DetailSeparator].
func (a Address) Component(c Component, separator string) (string, bool) {
	if separator == "" {
		separator = DetailSeparator
	}
	switch c {
	case All:
		return a.String(), true
	case Local:
		return a.Local, a.Local != ""
	case User:
		u := a.User(separator)
		return u, u != ""
	case Detail:
		return a.Detail(separator)
	case Domain:
		return a.Domain, a.Domain != ""
	}
	return "", false
}

// Components gives a part of all addresses in s that have it.
func Components(s string, c Component, separator string) []string {
	var out []string
	for _, a := range Parse(s) {
		if v, ok := a.Component(c, separator); ok {
			out = append(out, v)
		}
	}
	return out
}
