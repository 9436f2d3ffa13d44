package tlsparams

import (
	"crypto/tls"
	"errors"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// names gives OpenSSL's names of suites.
func names(ids []uint16) string {
	var out []string
	for _, s := range suites() {
		if slices.Contains(ids, s.id) {
			out = append(out, s.name)
		}
	}
	return strings.Join(out, " ")
}

// TestSuites looks for suites that crypto/tls has and the table lacks.
func TestSuites(t *testing.T) {
	known := map[uint16]int{}
	for _, s := range suites() {
		known[s.id]++
		for _, tag := range s.tags {
			if strings.ToLower(tag) == tag {
				continue // not a keyword itself
			}
			if k, ok := keyword(tag); !ok || k != tag {
				t.Errorf("%s is no keyword", tag)
			}
		}
	}
	for _, s := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		if n := known[s.ID]; n != 1 && s.SupportedVersions[0] != tls.VersionTLS13 {
			t.Errorf("%s is there %d times", s.Name, n)
		}
	}
}

func TestParseCiphers(t *testing.T) {
	for _, tt := range []struct{ list, want string }{
		{"", ""},
		{"DEFAULT", ""},
		{" DEFAULT : !LOW : !EXP ", ""},
		{"DEFAULT:+3DES:@STRENGTH", ""},
		{"AES128-GCM-SHA256", "AES128-GCM-SHA256"},
		{"ECDHE-RSA-AES256-GCM-SHA384:DHE-RSA-AES256-SHA:DHE-RSA-CAMELLIA256-SHA", "ECDHE-RSA-AES256-GCM-SHA384"},
		{"ECDHE+AESGCM", "ECDHE-ECDSA-AES256-GCM-SHA384 ECDHE-RSA-AES256-GCM-SHA384 ECDHE-ECDSA-AES128-GCM-SHA256 ECDHE-RSA-AES128-GCM-SHA256"},
		{"kEECDH+aRSA+AESGCM,CHACHA20+ECDSA", "ECDHE-RSA-AES256-GCM-SHA384 ECDHE-ECDSA-CHACHA20-POLY1305 ECDHE-RSA-AES128-GCM-SHA256"},
		{"HIGH:!aNULL:!kRSA:!SHA1:!SHA256:!ECDSA", "ECDHE-RSA-AES256-GCM-SHA384 ECDHE-RSA-CHACHA20-POLY1305 ECDHE-RSA-AES128-GCM-SHA256"},
		{"RC4-SHA:3DES", "ECDHE-RSA-DES-CBC3-SHA DES-CBC3-SHA RC4-SHA"},
		{"AES256-SHA:-AES256:AES128-SHA", "AES128-SHA"},
		{"AES256-SHA:-AES256:AES256-SHA", "AES256-SHA"},
		{"!AES256:AES256-SHA:AES128-SHA", "AES128-SHA"},
		{"AES128-SHA:TLS_AES_128_GCM_SHA256", "AES128-SHA"},
		{"TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256", "1.3"},
		{"COMPLEMENTOFDEFAULT+AESGCM", "AES256-GCM-SHA384 AES128-GCM-SHA256"},
		{"AES256-SHA @SECLEVEL=1", "AES256-SHA"},

		{"LOW", "none"},
		{"ALL:!ALL", "none"},
		{"DHE-RSA-AES256-SHA", "none"},
		{"!TLS_AES_128_GCM_SHA256", "none"},
		{"@STRENGTH", "none"},
		{"NORMAL:-VERS-SSL3.0", "NORMAL"},
		{"HIGH:aes128", "aes128"},
		{"HIGH:ECDHE-RSA-AES512-SHA", "ECDHE-RSA-AES512-SHA"},
		{"HIGH:!X", "X"},
		{"HIGH:!", "!"},
		{"HIGH:ECDHE+", "ECDHE+"},
		{"+", "+"},
		{"HIGH:@SECLEVEL=9", "@SECLEVEL=9"},
		{"HIGH:@OTHER", "@OTHER"},
		{strings.Repeat("HIGH:", 10000), "none"},
	} {
		c, err := ParseCiphers(tt.list)
		var wrong *CipherError
		got := names(c.Suites)
		switch {
		case errors.As(err, &wrong) && wrong.Name == "":
			got = "none"
		case errors.As(err, &wrong):
			got = wrong.Name
		case err != nil:
			t.Error(err)
		case c.MinVersion == tls.VersionTLS13:
			got = "1.3"
		}
		if got != tt.want {
			t.Errorf("%.60q gives %q, want %q", tt.list, got, tt.want)
		}
	}
}

// TestOpenSSL compares what lists select with the program itself.
func TestOpenSSL(t *testing.T) {
	openssl := func(list string) map[string]bool {
		out, err := exec.Command("openssl", "ciphers", "@SECLEVEL=0:"+list).Output()
		if err != nil {
			t.Skip("openssl is not installed or of another kind:", err)
		}
		set := map[string]bool{}
		for name := range strings.SplitSeq(strings.TrimSpace(string(out)), ":") {
			set[name] = true
		}
		return set
	}
	has := openssl("ALL:COMPLEMENTOFALL")
	for _, list := range []string{
		"ALL", "HIGH", "MEDIUM:AES128-SHA", "HIGH:!aNULL:!MD5", "ECDHE", "EECDH+AESGCM", "RSA", "kRSA", "aRSA", "ECDSA", "RSA:!AES256", "AES", "AES128", "AES256", "AESGCM", "CHACHA20",
		"SHA", "SHA1", "SHA256", "SHA384:AES128-SHA", "TLSv1.2", "TLSv1", "TLSv1.0", "SSLv3", "ALL:!kRSA", "ALL:-SHA:AES128-SHA", "ECDHE+aRSA:RSA+SHA256", "ALL:!ECDHE:+AES128", "HIGH:!CAMELLIA:!ARIA:!DHE:!PSK",
	} {
		theirs := openssl(list)
		c, err := ParseCiphers(list)
		if err != nil {
			t.Errorf("%s: %v", list, err)
			continue
		}
		ids := c.Suites
		for _, s := range suites() {
			if mine := slices.Contains(ids, s.id) || ids == nil && s.safe; has[s.name] && mine != theirs[s.name] {
				t.Errorf("%s: %s is in %v, in OpenSSL's %v", list, s.name, mine, theirs[s.name])
			}
		}
	}
}

// FuzzParseCiphers has lists of any kind: what is selected can be written as
// names and selects the same.
func FuzzParseCiphers(f *testing.F) {
	for _, s := range []string{"DEFAULT", "HIGH:!aNULL", "ECDHE+AESGCM,-AES128:@STRENGTH", "!", "+:-", "TLS_AES_128_GCM_SHA256", "A+B", "-X-:"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, list string) {
		c, err := ParseCiphers(list)
		if err != nil || c.Suites == nil {
			return
		}
		again, err := ParseCiphers(strings.ReplaceAll(names(c.Suites), " ", ":"))
		if err != nil || !slices.Equal(again.Suites, c.Suites) {
			t.Errorf("%q: %v, again %v, %v", list, c, again, err)
		}
	})
}
