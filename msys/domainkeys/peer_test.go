package domainkeys_test

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gomsys/gomsys/msys/domainkeys"
)

// The scripts run Mail::DKIM, which answers its own DNS questions from the
// environment here.
const (
	peerPrelude = `
use strict; use warnings;
use Mail::DKIM::DNS; use Net::DNS;
{ no warnings 'redefine';
  *Mail::DKIM::DNS::query = sub { my ($name, $type) = @_;
    return unless $name eq 's1._domainkey.ex.test';
    return Net::DNS::RR->new(name => $name, type => 'TXT', txtdata => [$ENV{DK_KEY} =~ /(.{1,200})/g]) };
}
`
	peerVerifier = peerPrelude + `
use Mail::DKIM::Verifier;
my $v = Mail::DKIM::Verifier->new();
$v->load(*STDIN);
print $v->result;
`
	peerSigner = peerPrelude + `
use Mail::DKIM::Signer; use Mail::DKIM::DkSignature;
my ($file, $canon, $headers) = @ARGV;
my $s = Mail::DKIM::Signer->new(Policy => sub { my $d = shift;
  $d->add_signature(Mail::DKIM::DkSignature->new(Algorithm => 'rsa-sha1', Method => $canon, Domain => 'ex.test', Selector => 's1',
    $headers ? (Headers => $headers) : ()));
  return; }, KeyFile => $file, Domain => 'ex.test', Selector => 's1');
$s->load(*STDIN);
print $s->signature->as_string;
`
)

// peerRun runs a script of Mail::DKIM on a mail.
func peerRun(t *testing.T, script, mail string, args ...string) string {
	t.Helper()
	cmd := exec.Command("perl", append([]string{"-e", script}, args...)...)
	cmd.Env = append(os.Environ(), "DK_KEY=k=rsa; p="+public(rsaKey()))
	cmd.Stdin = strings.NewReader(mail)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatal(err, errs.String())
	}
	return out.String()
}

// TestPeer has Mail::DKIM validate what was signed here, and the other way
// round.
func TestPeer(t *testing.T) {
	if err := exec.Command("perl", "-MMail::DKIM::Verifier", "-MMail::DKIM::DkSignature", "-e", "1").Run(); err != nil {
		t.Skip("Mail::DKIM for Perl is not installed:", err)
	}
	file := filepath.Join(t.TempDir(), "key.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(rsaKey())})
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	mails := map[string]string{
		"no body": strings.SplitAfter(plainMail, "\r\n\r\n")[0],
		"folds":   strings.Replace(plainMail, "To: bob", "X-A:\r\n\ta\r\n \tb \r\nX-A: \tc\r\nTo: \t bob", 1),
	}
	for name, mail := range mails {
		for _, canon := range []domainkeys.Canon{domainkeys.NoFWS, domainkeys.Simple} {
			for _, list := range []string{"", "received:X-A:From:Date"} {
				t.Run(fmt.Sprintf("%s %s %s", name, canon, list), func(t *testing.T) {
					o := options()
					o.Canon = canon
					if list != "" {
						o.Headers = strings.Split(list, ":")
					}
					signed := sign(t, mail, o)
					if got := peerRun(t, peerVerifier, signed); got != "pass" {
						t.Errorf("the peer says %s of\n%s", got, signed)
					}
					theirs := peerRun(t, peerSigner, mail, file, canon.String(), list)
					if got, err := verify(t, strings.ReplaceAll(theirs, "\n", "\r\n")+"\r\n"+mail); got != domainkeys.Good {
						t.Errorf("%s, %v of the peer's %s", got, err, theirs)
					}
				})
			}
		}
	}
}
