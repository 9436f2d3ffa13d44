package openarc_test

import (
	"strings"
	"testing"
	"time"

	"github.com/gomsys/gomsys/msys/openarc"
)

// replace changes the field of a name and instance of the chain.
func replace(name, instance, old, new string) func(string) string {
	return func(mail string) string {
		f := fieldOf(mail, name, instance)
		if f == "" || !strings.Contains(f, old) {
			return "no " + old + " in " + name + " " + instance
		}
		return strings.Replace(mail, f, strings.Replace(f, old, new, 1), 1)
	}
}

func remove(name, instance string) func(string) string {
	return func(mail string) string { return strings.Replace(mail, fieldOf(mail, name, instance), "", 1) }
}

func double(name, instance string) func(string) string {
	return func(mail string) string { return fieldOf(mail, name, instance) + mail }
}

const (
	aar = "ARC-Authentication-Results"
	ams = "ARC-Message-Signature"
	as  = "ARC-Seal"
)

// TestRules breaks a good chain of three sets in one way at a time (RFC 8617
// section 5.2) and looks for the reason that is given.
func TestRules(t *testing.T) {
	body := func(old, new string) func(string) string {
		return func(mail string) string { return strings.Replace(mail, old, new, 1) }
	}
	for _, tt := range []struct {
		name   string
		change func(string) string
		want   string // reason, "" for a pass
	}{
		{"unchanged", func(s string) string { return s }, ""},
		{"no chain", func(string) string { return plainMail }, "none"},

		// Step 1 and 3: the sets.
		{"no results", remove(aar, "2"), "openarc: ARC-Authentication-Results i=2: field is missing"},
		{"no message signature", remove(ams, "2"), "openarc: ARC-Message-Signature i=2: field is missing"},
		{"no newest message signature", remove(ams, "3"), "openarc: ARC-Message-Signature i=3: field is missing"},
		{"no seal", remove(as, "1"), "openarc: ARC-Seal i=1: field is missing"},
		{"two results", double(aar, "2"), "openarc: ARC-Authentication-Results i=2: field appears twice"},
		{"two message signatures", double(ams, "1"), "openarc: ARC-Message-Signature i=1: field appears twice"},
		{"two seals", double(as, "3"), "openarc: ARC-Seal i=3: field appears twice"},
		{"gap", func(s string) string { return remove(aar, "2")(remove(ams, "2")(remove(as, "2")(s))) }, "openarc: set 2: field is missing"},
		{"without the first", func(s string) string { return remove(aar, "1")(remove(ams, "1")(remove(as, "1")(s))) }, "openarc: set 1: field is missing"},
		{"only a seal", func(s string) string { return fieldOf(s, as, "1") + plainMail }, "openarc: ARC-Message-Signature i=1: field is missing"},
		{"i=0", replace(as, "1", "i=1;", "i=0;"), "openarc: ARC-Seal i=0: invalid instance"},
		{"i=51", replace(as, "1", "i=1;", "i=51;"), "openarc: ARC-Seal i=51: too many sets"},
		{"i=x", replace(ams, "1", "i=1;", "i=x;"), "openarc: ARC-Message-Signature i=0: invalid instance"},
		{"i=-1", replace(ams, "1", "i=1;", "i=-1;"), "openarc: ARC-Message-Signature i=0: invalid instance"},
		{"i=001", replace(ams, "1", "i=1;", "i=001;"), "openarc: ARC-Message-Signature i=0: invalid instance"},
		{"no i", replace(as, "2", "i=2;", ""), "openarc: ARC-Seal i=0: invalid instance"},
		{"results without i", replace(aar, "2", "i=2;", ""), "openarc: ARC-Authentication-Results i=0: invalid instance"},
		{"results with i behind", replace(aar, "2", "i=2; mx.two.test;", "mx.two.test; i=2;"), "openarc: ARC-Authentication-Results i=0: invalid instance"},
		{"results without semicolon", replace(aar, "2", "i=2;", "i=2"), "openarc: ARC-Authentication-Results i=0: invalid instance"},
		{"results of another set", replace(aar, "2", "i=2;", "i=3;"), "openarc: ARC-Authentication-Results i=3: field appears twice"},

		// Step 2 and 3: what the seals claim.
		{"newest fails", replace(as, "3", "cv=pass", "cv=fail"), "openarc: ARC-Seal i=3: chain failed before"},
		{"first fails", replace(as, "1", "cv=none", "cv=fail"), "openarc: ARC-Seal i=1: chain failed before"},
		{"first passes", replace(as, "1", "cv=none", "cv=pass"), "openarc: ARC-Seal i=1: invalid cv="},
		{"second none", replace(as, "2", "cv=pass", "cv=none"), "openarc: ARC-Seal i=2: invalid cv="},
		{"third none", replace(as, "3", "cv=pass", "cv=none"), "openarc: ARC-Seal i=3: invalid cv="},
		{"no cv", replace(as, "3", "cv=pass;", ""), "openarc: ARC-Seal i=3: invalid cv="},
		{"other cv", replace(as, "3", "cv=pass", "cv=PASS"), "openarc: ARC-Seal i=3: invalid cv="},
		{"seal with h", replace(as, "3", "cv=pass;", "cv=pass; h=from;"), "openarc: ARC-Seal i=3: h= in a seal"},
		{"old seal with h", replace(as, "1", "cv=none;", "cv=none; h=from;"), "openarc: ARC-Seal i=1: h= in a seal"},

		// Step 4: the newest message signature.
		{"subject", body("Subject: a", "Subject: b"), "openarc: ARC-Message-Signature i=3: signature verification failed"},
		{"body", body("Hello", "Hallo"), "openarc: ARC-Message-Signature i=3: signature verification failed"},
		{"white space of the body", body("Hello  Bob, ", "Hello Bob,"), ""},
		{"signature", replace(ams, "3", "b=", "b=AAAA"), "openarc: ARC-Message-Signature i=3: signature verification failed"},
		{"body hash", replace(ams, "3", "bh=", "bh=AAAA"), "openarc: ARC-Message-Signature i=3: signature verification failed"},
		{"bad base64", replace(ams, "3", " b=", " b=!"), "openarc: ARC-Message-Signature i=3: signature data corrupt"},
		{"no b", replace(ams, "3", " b=", " y="), "openarc: ARC-Message-Signature i=3: signature data missing"},
		{"no bh", replace(ams, "3", "bh=", "yh="), "openarc: ARC-Message-Signature i=3: body hash missing"},
		{"no h", replace(ams, "3", "h=From", "y=From"), "openarc: ARC-Message-Signature i=3: header list missing"},
		{"From not signed", replace(ams, "3", "h=From", "h=X-From"), "openarc: ARC-Message-Signature i=3: header list missing required entries"},
		{"seal signed", replace(ams, "3", "h=From", "h=From:arc-seal"), "openarc: ARC-Message-Signature i=3: ARC field in h="},
		{"results signed", replace(ams, "3", "h=From", "h=From:"+aar), "openarc: ARC-Message-Signature i=3: signature verification failed"},
		{"no d", replace(ams, "3", "d=", "y="), "openarc: ARC-Message-Signature i=3: domain tag missing"},
		{"no s", replace(ams, "3", "s=s3", "y=s3"), "openarc: ARC-Message-Signature i=3: selector tag missing"},
		{"no a", replace(ams, "3", " a=", " y="), "openarc: ARC-Message-Signature i=3: signature algorithm missing"},
		{"other a", replace(ams, "3", "ed25519-sha256", "rsa-md5"), "openarc: ARC-Message-Signature i=3: signature algorithm invalid"},
		{"sha1", replace(ams, "3", "ed25519-sha256", "rsa-sha1"), "openarc: ARC-Message-Signature i=3: signature algorithm invalid"},
		{"key of another kind", replace(ams, "3", "ed25519-sha256", "rsa-sha256"), "openarc: ARC-Message-Signature i=3: unable to apply public key"},
		{"other c", replace(ams, "3", "c=relaxed/relaxed", "c=nofws/relaxed"), "openarc: ARC-Message-Signature i=3: invalid header canonicalization"},
		{"other body c", replace(ams, "3", "c=relaxed/relaxed", "c=relaxed/nofws"), "openarc: ARC-Message-Signature i=3: invalid body canonicalization"},
		{"no c", replace(ams, "3", "c=relaxed/relaxed;", ""), "openarc: ARC-Message-Signature i=3: signature verification failed"},
		{"version", replace(ams, "3", " a=", " v=2; a="), "openarc: ARC-Message-Signature i=3: signature verification failed"},
		{"length", replace(ams, "3", "h=From", "l=9999; h=From"), "openarc: ARC-Message-Signature i=3: length tag value exceeds body size"},
		{"bad length", replace(ams, "3", "h=From", "l=x; h=From"), "openarc: ARC-Message-Signature i=3: body length value invalid"},
		{"query", replace(ams, "3", "h=From", "q=http; h=From"), "openarc: ARC-Message-Signature i=3: query method invalid"},
		{"expired", replace(ams, "3", "h=From", "x=1748700000; h=From"), "openarc: ARC-Message-Signature i=3: signature expired"},
		{"future", replace(ams, "3", "t=1", "t=9"), "openarc: ARC-Message-Signature i=3: signature timestamp in the future"},
		{"bad time", replace(ams, "3", "t=1", "t=x"), "openarc: ARC-Message-Signature i=3: signature timestamp invalid"},
		{"tag twice", replace(ams, "3", "h=From", "d=a; h=From"), "openarc: ARC-Message-Signature i=3: signature tag list invalid"},
		{"empty tag", replace(ams, "3", "h=From", "; h=From"), "openarc: ARC-Message-Signature i=3: signature tag list invalid"},
		{"no key", replace(ams, "3", "s=s3", "s=none"), "openarc: ARC-Message-Signature i=3: key not found in DNS"},
		{"selector is no name", replace(ams, "3", "s=s3", "s=../s3"), "openarc: ARC-Message-Signature i=3: key not found in DNS"},
		{"older message signature", replace(ams, "2", "b=", "b=AAAA"), "openarc: ARC-Seal i=3: signature verification failed"},

		// Step 6: the seals.
		{"newest results", replace(aar, "3", "arc=pass", "arc=fail"), "openarc: ARC-Seal i=3: signature verification failed"},
		{"newest seal", replace(as, "3", "b=", "b=AAAA"), "openarc: ARC-Seal i=3: signature verification failed"},
		{"first results", replace(aar, "1", "arc=none", "arc=pass"), "openarc: ARC-Seal i=3: signature verification failed"},
		{"first seal", replace(as, "1", "b=", "b=AAAA"), "openarc: ARC-Seal i=3: signature verification failed"},
		{"white space of results", replace(aar, "1", "i=1; ", "i=1;\r\n   "), ""},
		{"name of results", replace(aar, "1", "ARC-Authentication-Results:", "arc-AUTHENTICATION-results :"), ""},
		{"seal without key", replace(as, "2", "s=s2", "s=none"), "openarc: ARC-Seal i=2: key not found in DNS"},
		{"seal with revoked key", replace(as, "1", "s=s1", "s=gone"), "openarc: ARC-Seal i=1: key revoked"},
		{"seal with slow key", replace(as, "1", "s=s1", "s=slow"), "openarc: ARC-Seal i=1: key DNS query failed"},
		{"seal with key for sha1", replace(as, "1", "s=s1", "s=sha1"), "openarc: ARC-Seal i=1: signature-key hash mismatch"},
		{"seal with another key", replace(as, "1", "s=s1", "s=mask"), "openarc: ARC-Seal i=3: signature verification failed"},
		{"seal without domain", replace(as, "2", " d=", " y="), "openarc: ARC-Seal i=2: domain tag missing"},
		{"seal of the future", replace(as, "2", " t=1", " t=9"), "openarc: ARC-Seal i=2: signature timestamp in the future"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			mail := tt.change(chain3())
			if tt.name != "unchanged" && mail == chain3() || strings.HasPrefix(mail, "no ") {
				t.Fatal("nothing changed", mail[:60])
			}
			want := openarc.Fail
			switch tt.want {
			case "":
				want = openarc.Pass
			case "none":
				want, tt.want = openarc.None, ""
			}
			if cv, reason := verify(t, newVerifier(), mail); cv != want || reason != tt.want {
				t.Errorf("got %s, %q; want %s, %q", cv, reason, want, tt.want)
			}
		})
	}
}

// TestVerifierOptions has chains that depend on what is allowed.
func TestVerifierOptions(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(v *openarc.Verifier)
		want   string
	}{
		{"short key", func(v *openarc.Verifier) { v.MinKeyBits = 1025 }, "openarc: ARC-Seal i=2: signing key too small"},
		{"any key", func(v *openarc.Verifier) { v.MinKeyBits = -1 }, ""},
		{"two sets", func(v *openarc.Verifier) { v.MaxSets = 2 }, "openarc: too many sets"},
		{"three sets", func(v *openarc.Verifier) { v.MaxSets = 3 }, ""},
		{"many sets", func(v *openarc.Verifier) { v.MaxSets = 1000 }, ""},
		{"slow clock", func(v *openarc.Verifier) { v.Now = func() time.Time { return sealedAt.Add(-4 * time.Minute) } }, ""},
		{"slower clock", func(v *openarc.Verifier) { v.Now = func() time.Time { return sealedAt.Add(-6 * time.Minute) } },
			"openarc: ARC-Message-Signature i=3: signature timestamp in the future"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := newVerifier()
			tt.change(v)
			want := openarc.Pass
			if tt.want != "" {
				want = openarc.Fail
			}
			if cv, reason := verify(t, v, chain3()); cv != want || reason != tt.want {
				t.Errorf("got %s, %q; want %s, %q", cv, reason, want, tt.want)
			}
		})
	}
}
