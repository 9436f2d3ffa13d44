package openarc

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
)

// maxNames is the most names that h= may have.
const maxNames = 1024

// signature is an ARC-Message-Signature or ARC-Seal field.
type signature struct {
	field dkimsig.HeaderField
	tags  dkimsig.Tags
	alg   dkimsig.Algorithm
	data  []byte
	time  int64 // of t=, 0 if absent
	err   error // what is wrong with the field

	// Of an ARC-Message-Signature only.
	header, body dkimsig.Canon
	names        []string
	length       int64 // of l=, -1 if absent
	bodyHash     []byte

	key *dkimsig.PublicKey
}

// parseSignature reads the tags; check looks at what they say.
func parseSignature(f dkimsig.HeaderField) *signature {
	s := &signature{field: f, length: -1}
	value := f.Value()
	tags, err := dkimsig.ParseTags(value)
	s.tags = tags
	if err != nil || emptyTag(value) {
		s.err = dkimsig.TagListInvalid
	}
	if t, ok, wrong := s.seconds("t"); ok && !wrong {
		s.time = t
	}
	return s
}

// emptyTag reports whether there is nothing between two semicolons or before
// the first.
func emptyTag(s string) bool {
	for {
		item, rest, more := strings.Cut(s, ";")
		if !more {
			return false
		}
		if strings.Trim(item, blanks) == "" {
			return true
		}
		s = rest
	}
}

// limits are what a Verifier lets signatures have.
type limits struct {
	now       time.Time
	drift     time.Duration
	minBits   int
	allowSHA1 bool
	rejectARC bool
}

// checkSeal looks at the tags of an ARC-Seal.
func (s *signature) checkSeal(l *limits) error {
	if s.err != nil {
		return s.err
	}
	return s.checkCommon(l)
}

// checkMessage looks at the tags of an ARC-Message-Signature.
func (s *signature) checkMessage(l *limits) error {
	if s.err != nil {
		return s.err
	}
	for _, check := range []func() error{
		func() error { return s.checkCommon(l) },
		func() error { return s.checkExpiry(l) },
		s.checkCanons, func() error { return s.checkNames(l) }, s.checkLength, s.checkQuery, s.decodeBodyHash,
	} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (s *signature) checkCommon(l *limits) (err error) {
	for _, tag := range []struct {
		name           string
		missing, empty dkimsig.Fault
	}{
		{"d", dkimsig.DomainMissing, dkimsig.DomainEmpty},
		{"s", dkimsig.SelectorMissing, dkimsig.SelectorEmpty},
		{"a", dkimsig.AlgorithmMissing, dkimsig.AlgorithmInvalid},
		{"b", dkimsig.DataMissing, dkimsig.DataEmpty},
	} {
		switch v, ok := s.tags.Lookup(tag.name); {
		case !ok:
			return tag.missing
		case v == "":
			return tag.empty
		}
	}
	t, ok, wrong := s.seconds("t")
	switch {
	case wrong:
		return dkimsig.TimestampInvalid
	case ok && t > l.now.Add(l.drift).Unix():
		return dkimsig.TimestampFuture
	}
	if s.alg, ok = dkimsig.ParseAlgorithm(s.tags.Get("a")); !ok || s.alg == dkimsig.RSASHA1 && !l.allowSHA1 {
		return dkimsig.AlgorithmInvalid
	}
	if s.data, err = base64.StdEncoding.DecodeString(dkimsig.StripSpace(s.tags.Get("b"))); err != nil {
		return dkimsig.DataCorrupt
	}
	return nil
}

func (s *signature) seconds(tag string) (n int64, ok, wrong bool) {
	v, ok := s.tags.Lookup(tag)
	if !ok {
		return 0, false, false
	}
	u, err := strconv.ParseUint(v, 10, 62)
	return int64(u), true, err != nil
}

func (s *signature) checkExpiry(l *limits) error {
	x, ok, wrong := s.seconds("x")
	switch {
	case wrong:
		return dkimsig.TimestampInvalid
	case ok && l.now.Add(-l.drift).Unix() >= x:
		return dkimsig.Expired
	case ok && s.tags.Has("t") && x <= s.time:
		return dkimsig.TimestampOrder
	}
	return nil
}

func (s *signature) checkCanons() error {
	c, ok := s.tags.Lookup("c")
	s.header, s.body = dkimsig.ParseCanons(c)
	switch {
	case ok && c == "", s.header == dkimsig.Unknown:
		return dkimsig.HeaderCanonInvalid
	case s.body == dkimsig.Unknown:
		return dkimsig.BodyCanonInvalid
	}
	return nil
}

func (s *signature) checkNames(l *limits) error {
	h, ok := s.tags.Lookup("h")
	switch {
	case !ok:
		return dkimsig.HeaderListMissing
	case h == "":
		return dkimsig.HeaderListEmpty
	case strings.Count(h, ":") >= maxNames:
		return dkimsig.TagListInvalid
	}
	s.names = dkimsig.SplitList(h)
	from := false
	for _, name := range s.names {
		kind := kindOf(name)
		if kind == sealName || kind != "" && l.rejectARC {
			return ErrSignsARC
		}
		from = from || strings.EqualFold(name, "From")
	}
	if !from {
		return dkimsig.HeaderListLacksFrom
	}
	return nil
}

func (s *signature) checkLength() error {
	n, ok, wrong := s.seconds("l")
	switch {
	case wrong:
		return dkimsig.BodyLengthInvalid
	case ok:
		s.length = n
	}
	return nil
}

func (s *signature) checkQuery() error {
	q, ok := s.tags.Lookup("q")
	if !ok {
		return nil
	}
	for _, item := range dkimsig.SplitList(strings.ToLower(q)) {
		if item == "dns" || item == "dns/txt" {
			return nil
		}
	}
	return dkimsig.QueryMethodInvalid
}

func (s *signature) decodeBodyHash() (err error) {
	switch v, ok := s.tags.Lookup("bh"); {
	case !ok:
		return dkimsig.BodyHashMissing
	case v == "":
		return dkimsig.BodyHashEmpty
	default:
		if s.bodyHash, err = base64.StdEncoding.DecodeString(dkimsig.StripSpace(v)); err != nil {
			return dkimsig.BodyHashCorrupt
		}
	}
	return nil
}

// usable tells whether the key may be used for the signature.
func (s *signature) usable(l *limits) error {
	if err := s.key.Allows(s.alg); err != nil {
		return err
	}
	if s.alg.KeyType() == "rsa" && s.key.Bits < l.minBits {
		return dkimsig.KeyTooSmall
	}
	return nil
}

// verifyHeader checks an ARC-Message-Signature, without its body hash.
func (s *signature) verifyHeader(h dkimsig.Header) error {
	digest := h.Digest(s.alg.Hash().New(), s.header, s.names, dkimsig.EmptyValue(s.field.Raw, "b"))
	return s.key.Verify(s.alg, digest, s.data)
}
