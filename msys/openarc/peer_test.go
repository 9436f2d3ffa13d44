package openarc_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gomsys/gomsys/msys/openarc"
)

// peerKeys are what the peers answer their DNS questions from: KEY1 of one.test
// and KEY2 of two.test.
func peerKeys() []string {
	z := testZone()
	return append(os.Environ(), "KEY1="+z["s1._domainkey.one.test"], "KEY2="+z["s2._domainkey.two.test"])
}

func peerRun(t *testing.T, mail, program string, args ...string) string {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Env = peerKeys()
	cmd.Stdin = strings.NewReader(mail)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatal(err, errs.String())
	}
	return strings.ReplaceAll(strings.ReplaceAll(out.String(), "\r\n", "\n"), "\n", "\r\n")
}

const (
	perlPrelude = `
use strict; use warnings;
use Mail::DKIM::DNS; use Net::DNS;
{ no warnings 'redefine';
  *Mail::DKIM::DNS::query = sub { my ($name, $type) = @_;
    my %keys = ('s1._domainkey.one.test' => $ENV{KEY1}, 's2._domainkey.two.test' => $ENV{KEY2});
    return unless $keys{$name};
    return Net::DNS::RR->new(name => $name, type => 'TXT', txtdata => [$keys{$name} =~ /(.{1,200})/g]) };
}
`
	perlVerifier = perlPrelude + `
use Mail::DKIM::ARC::Verifier;
my $v = Mail::DKIM::ARC::Verifier->new();
$v->load(*STDIN);
print $v->result;
`
	perlSealer = perlPrelude + `
use Mail::DKIM::ARC::Signer;
my ($file, $chain) = @ARGV;
my $s = Mail::DKIM::ARC::Signer->new(Algorithm => 'rsa-sha256', Chain => $chain, Domain => 'one.test', SrvId => 'mx.one.test', Selector => 's1', KeyFile => $file);
$s->load(*STDIN);
print join("\n", $s->as_strings), "\n";
`
	pythonPrelude = `
import dkim, os, sys
def txt(name, timeout=5):
    return {b's1._domainkey.one.test': os.environb[b'KEY1'], b's2._domainkey.two.test': os.environb[b'KEY2']}.get(name.rstrip(b'.'))
mail = sys.stdin.buffer.read()
`
	pythonVerifier = pythonPrelude + `
print(dkim.arc_verify(mail, dnsfunc=txt)[0].decode(), end='')
`
	pythonSealer = pythonPrelude + `
for field in dkim.arc_sign(mail, b's1', b'one.test', open(sys.argv[1], 'rb').read(), b'mx.one.test', linesep=b'\r\n'):
    sys.stdout.buffer.write(field.rstrip(b'\r\n') + b'\r\n')
`
)

// implementation is another implementation.
type implementation struct {
	name   string
	verify func(t *testing.T, mail string) string
	seal   func(t *testing.T, mail, keyFile, chain string) string // gives fields
}

func peers(t *testing.T) []implementation {
	var list []implementation
	if err := exec.Command("perl", "-MMail::DKIM::ARC::Signer", "-e", "1").Run(); err == nil {
		list = append(list, implementation{"Mail::DKIM",
			func(t *testing.T, mail string) string { return peerRun(t, mail, "perl", "-e", perlVerifier) },
			func(t *testing.T, mail, key, chain string) string {
				return peerRun(t, mail, "perl", "-e", perlSealer, key, chain)
			}})
	}
	for _, python := range []string{"python3", "/usr/bin/python3"} {
		if err := exec.Command(python, "-c", "import dkim, authres").Run(); err == nil {
			list = append(list, implementation{"dkimpy",
				func(t *testing.T, mail string) string { return peerRun(t, mail, python, "-c", pythonVerifier) },
				func(t *testing.T, mail, key, _ string) string {
					return peerRun(t, mail, python, "-c", pythonSealer, key)
				}})
			break
		}
	}
	if len(list) == 0 {
		t.Skip("neither Mail::DKIM for Perl nor dkimpy is installed")
	}
	return list
}

// TestPeers has other implementations validate and continue chains from here,
// and the other way round.
func TestPeers(t *testing.T) {
	file := filepath.Join(t.TempDir(), "key.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(rsaKey())})
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, p := range peers(t) {
		t.Run(p.name, func(t *testing.T) {
			for name, mail := range map[string]string{
				"two sets": seal(t, plainMail, 2, 1),
				"folded":   seal(t, strings.Replace(plainMail, "To: bob", "MIME-Version:\r\n 1.0\r\nTo: \t bob", 1), 1),
			} {
				if got := p.verify(t, mail); got != "pass" {
					t.Errorf("%s: it says %s of\n%s", name, got, mail)
				}
			}
			if got := p.verify(t, strings.Replace(seal(t, plainMail, 2, 1), "Hello", "Hallo", 1)); got != "fail" {
				t.Error("it says", got, "of a broken chain")
			}
			// They seal no mail without results.
			mail := "Authentication-Results: mx.one.test; arc=none\r\n" + plainMail
			theirs := p.seal(t, mail, file, "none") + plainMail
			v, s := newVerifier(), newSealer()
			v.Now = time.Now // they seal now
			s.Verifier = v
			m := parse(t, theirs)
			if _, err := s.Seal(context.Background(), m, hop(2)); err != nil {
				t.Fatalf("of its chain: %v\n%s", err, theirs)
			}
			ours := content(t, m)
			if got := p.verify(t, ours); got != "pass" {
				t.Errorf("it says %s of its chain, continued:\n%s", got, ours)
			}
			ours = "Authentication-Results: mx.one.test; arc=pass\r\n" + ours
			back := p.seal(t, ours, file, "pass") + ours
			if cv, reason := verify(t, v, back); cv != openarc.Pass || fieldOf(back, as, "3") == "" {
				t.Errorf("of our chain, continued: %s\n%s", reason, back)
			}
		})
	}
}
