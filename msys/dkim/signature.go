package dkim

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
)

// Signature is a DKIM-Signature field and what is known of it. It does not
// change once Verify has returned.
type Signature struct {
	tags     dkimsig.Tags
	raw      []byte
	identity string // of i=, decoded
	header   dkimsig.Canon
	body     dkimsig.Canon
	alg      dkimsig.Algorithm
	names    []string // of h=
	length   int64    // of l=, -1 if absent
	bodyHash []byte
	data     []byte
	key      *dkimsig.PublicKey
	flags    Flags
	err      error

	// Room for what most signatures have, so that all is one piece of memory.
	room struct {
		tags     [12]dkimsig.Tag
		names    [16]string
		bodyHash [36]byte
		data     [264]byte
	}
}

// Domain gives d= as written, "" if it is missing.
func (s *Signature) Domain() string { return s.tags.Get("d") }

// Selector gives s=, "" if it is missing.
func (s *Signature) Selector() string { return s.tags.Get("s") }

// Identity gives i=, decoded, or "@" and the domain if it is absent.
func (s *Signature) Identity() string {
	if !s.tags.Has("i") {
		return "@" + s.Domain()
	}
	return s.identity
}

// Canons gives the canonicalizations of header and body.
func (s *Signature) Canons() (header, body dkimsig.Canon) { return s.header, s.body }

// Algorithm gives "rsa-sha1", "rsa-sha256", "ed25519-sha256" or "unknown".
func (s *Signature) Algorithm() string {
	if s.alg == "" {
		return "unknown"
	}
	return string(s.alg)
}

// Tag gives a tag of the field as written and whether it is there.
func (s *Signature) Tag(name string) (string, bool) { return s.tags.Lookup(name) }

// KeyBits gives the length of the key and whether a key was found.
func (s *Signature) KeyBits() (int, bool) {
	if s.key == nil {
		return 0, false
	}
	return s.key.Bits, true
}

// Flags gives the signature's flags.
func (s *Signature) Flags() Flags { return s.flags }

// Err gives what is wrong: nil, or a [dkimsig.Fault]. It is nil for a
// signature that was not looked at, which has FlagIgnore.
func (s *Signature) Err() error { return s.err }

// Passed reports whether the signature is good.
func (s *Signature) Passed() bool { return s.flags&FlagPassed != 0 && s.err == nil }

// ErrText gives Err's text, "no signature error" for a good signature and ""
// for one that was not looked at.
func (s *Signature) ErrText() string {
	switch {
	case s.err != nil:
		return s.err.Error()
	case s.Passed():
		return string(dkimsig.NoFault)
	}
	return ""
}

// Result gives "pass", or "fail" with the reason in parentheses.
func (s *Signature) Result() string {
	if s.Passed() {
		return "pass"
	}
	reason := s.ErrText()
	if reason == "" {
		reason = "unknown error"
	}
	return "fail (" + reason + ")"
}

// Signed reports whether fields of that name are signed.
func (s *Signature) Signed(name string) bool {
	return slices.ContainsFunc(s.names, func(n string) bool { return len(n) == len(name) && strings.EqualFold(n, name) })
}

// parse reads a field; what is wrong is in the signature's err.
func parse(f dkimsig.HeaderField, now time.Time, drift time.Duration) *Signature {
	s := &Signature{raw: f.Raw, length: -1, header: dkimsig.Unknown, body: dkimsig.Unknown}
	var err error
	s.tags, err = dkimsig.AppendTags(s.room.tags[:0], f.Value())
	s.alg, _ = dkimsig.ParseAlgorithm(s.tags.Get("a"))
	s.header, s.body = dkimsig.ParseCanons(s.tags.Get("c"))
	if i, ok := s.tags.Lookup("i"); ok {
		s.identity = decodeQP(i)
	}
	if h := s.tags.Get("h"); h != "" {
		s.names = dkimsig.AppendList(s.room.names[:0], h)
	}
	if err != nil {
		s.err = dkimsig.TagListInvalid
		return s
	}
	s.err = s.check(now, drift)
	return s
}

// check gives the first fault of the field.
func (s *Signature) check(now time.Time, drift time.Duration) error {
	if err := s.checkIdentity(); err != nil {
		return err
	}
	if err := s.checkTimes(now, drift); err != nil {
		return err
	}
	if err := s.checkAlgorithm(); err != nil {
		return err
	}
	if err := s.checkHeaders(); err != nil {
		return err
	}
	if err := s.checkLength(); err != nil {
		return err
	}
	if err := s.checkQuery(); err != nil {
		return err
	}
	return s.decodeHashes()
}

// present tells whether a tag is missing or empty.
func (s *Signature) present(tag string, missing, empty dkimsig.Fault) error {
	switch v, ok := s.tags.Lookup(tag); {
	case !ok:
		return missing
	case v == "":
		return empty
	}
	return nil
}

func (s *Signature) checkIdentity() error {
	if err := s.present("d", dkimsig.DomainMissing, dkimsig.DomainEmpty); err != nil {
		return err
	}
	if err := s.present("s", dkimsig.SelectorMissing, dkimsig.SelectorEmpty); err != nil {
		return err
	}
	if err := s.present("v", dkimsig.VersionMissing, dkimsig.VersionEmpty); err != nil {
		return err
	}
	if s.tags.Get("v") != "1" {
		return dkimsig.VersionUnsupported
	}
	domain := s.Domain()
	if (s.tags.Has("i") || strings.Contains(domain, "@")) && !within(identityDomain(s.Identity()), domain) {
		return dkimsig.DomainCoverage
	}
	return nil
}

func identityDomain(identity string) string {
	return identity[strings.LastIndexByte(identity, '@')+1:]
}

// within reports whether a domain is parent or below it.
func within(domain, parent string) bool {
	domain, parent = strings.ToLower(dkimsig.ASCIIName(domain)), strings.ToLower(dkimsig.ASCIIName(parent))
	return domain == parent || strings.HasSuffix(domain, "."+parent)
}

func (s *Signature) checkTimes(now time.Time, drift time.Duration) error {
	t, hasT, errT := s.seconds("t")
	x, hasX, errX := s.seconds("x")
	switch {
	case errT || errX:
		return dkimsig.TimestampInvalid
	case hasX && now.Add(-drift).Unix() >= x:
		return dkimsig.Expired
	case hasT && t > now.Add(drift).Unix():
		return dkimsig.TimestampFuture
	case hasT && hasX && x <= t:
		return dkimsig.TimestampOrder
	}
	return nil
}

func (s *Signature) seconds(tag string) (n int64, ok, wrong bool) {
	v, ok := s.tags.Lookup(tag)
	if !ok {
		return 0, false, false
	}
	u, err := strconv.ParseUint(v, 10, 62)
	return int64(u), true, err != nil
}

func (s *Signature) checkAlgorithm() error {
	switch {
	case s.header == dkimsig.Unknown:
		return dkimsig.HeaderCanonInvalid
	case s.body == dkimsig.Unknown:
		return dkimsig.BodyCanonInvalid
	case !s.tags.Has("a"):
		return dkimsig.AlgorithmMissing
	case s.alg == "":
		return dkimsig.AlgorithmInvalid
	}
	return nil
}

func (s *Signature) checkHeaders() error {
	if err := s.present("h", dkimsig.HeaderListMissing, dkimsig.HeaderListEmpty); err != nil {
		return err
	}
	if !s.Signed("From") {
		return dkimsig.HeaderListLacksFrom
	}
	return nil
}

func (s *Signature) checkLength() error {
	v, ok := s.tags.Lookup("l")
	if !ok {
		return nil
	}
	u, err := strconv.ParseUint(v, 10, 62)
	if err != nil {
		return dkimsig.BodyLengthInvalid
	}
	s.length = int64(u)
	return nil
}

func (s *Signature) checkQuery() error {
	q, ok := s.tags.Lookup("q")
	if !ok {
		return nil
	}
	var err error = dkimsig.QueryMethodInvalid
	for _, item := range dkimsig.SplitList(strings.ToLower(q)) {
		method, option, has := strings.Cut(item, "/")
		switch {
		case method != "dns":
		case !has || option == "txt":
			return nil
		default:
			err = dkimsig.QueryOptionInvalid
		}
	}
	return err
}

func (s *Signature) decodeHashes() (err error) {
	if err = s.present("bh", dkimsig.BodyHashMissing, dkimsig.BodyHashEmpty); err != nil {
		return err
	}
	if s.bodyHash, err = dkimsig.AppendBase64(s.room.bodyHash[:0], s.tags.Get("bh")); err != nil {
		return dkimsig.BodyHashCorrupt
	}
	if err = s.present("b", dkimsig.DataMissing, dkimsig.DataEmpty); err != nil {
		return err
	}
	if s.data, err = dkimsig.AppendBase64(s.room.data[:0], s.tags.Get("b")); err != nil {
		return dkimsig.DataCorrupt
	}
	return nil
}

// decodeQP takes dkim-quoted-printable off (RFC 6376 section 2.11).
func decodeQP(s string) string {
	s = dkimsig.StripSpace(s)
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '=' && i+2 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(n))
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// encodeQP is the opposite of decodeQP; "|" is encoded too.
func encodeQP(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || c == ';' || c == '=' || c == '|' {
			b.Write([]byte{'=', hex[c>>4], hex[c&15]})
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
