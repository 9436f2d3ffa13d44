package iowrap

import (
	"net/url"
	"path/filepath"
	"slices"
	"strings"
)

// SchemeOf gives the scheme of a URI in lower case, "" for a plain path. A
// scheme has two characters at least (RFC 3986 section 3.1 allows one, which
// would be a drive).
func SchemeOf(uri string) string {
	i := strings.IndexByte(uri, ':')
	if i < 2 {
		return ""
	}
	scheme := strings.ToLower(uri[:i])
	for i := range len(scheme) {
		c := scheme[i]
		letter := c >= 'a' && c <= 'z'
		if !letter && (i == 0 || !(c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.')) {
			return ""
		}
	}
	return scheme
}

// afterScheme gives what follows "scheme:" and, if it is there, "//".
func afterScheme(uri string) string {
	_, rest, _ := strings.Cut(uri, ":")
	return strings.TrimPrefix(rest, "//")
}

// parameters reads the part of a URI behind its question mark.
func parameters(query string) (url.Values, error) {
	v, err := url.ParseQuery(query)
	if err != nil {
		return nil, ErrInvalidURI
	}
	return v, nil
}

// numbered gives the values of name1, name2, … as long as there are any.
func numbered(v url.Values, name string) []string {
	var keys []string
	for k := range v {
		if n, ok := strings.CutPrefix(k, name); ok && isNumber(n) {
			keys = append(keys, n)
		}
	}
	slices.SortFunc(keys, func(a, b string) int {
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return strings.Compare(a, b)
	})
	var out []string
	for _, k := range keys {
		out = append(out, v.Get(name+k))
	}
	return out
}

func isNumber(s string) bool {
	return s != "" && len(s) < 6 && strings.Trim(s, "0123456789") == "" && s[0] != '0'
}

// absolute cleans paths and makes them absolute.
func absolute(paths []string) ([]string, error) {
	var out []string
	for _, p := range paths {
		abs, err := filepath.Abs(p)
		if err != nil {
			return nil, err
		}
		out = append(out, abs)
	}
	return out, nil
}
