package dkim_test

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gomsys/gomsys/msys/dkim"
	"github.com/gomsys/gomsys/msys/dkim/dkimsig"
)

// openDKIM runs Debian's opendkim over mail in files, without a network.
type openDKIM struct {
	t    *testing.T
	path string
	dir  string
}

func newOpenDKIM(t *testing.T) *openDKIM {
	t.Helper()
	path, err := exec.LookPath("opendkim")
	if err != nil {
		if path, err = exec.LookPath("/usr/sbin/opendkim"); err != nil {
			t.Skip("opendkim is not installed")
		}
	}
	o := &openDKIM{t, path, t.TempDir()}
	var keys strings.Builder
	for name, record := range testZone() {
		if record != "SERVFAIL" && !strings.Contains(record, "\n") {
			fmt.Fprintf(&keys, "%s %s\n", name, record)
		}
	}
	o.write("keys", keys.String())
	return o
}

func (o *openDKIM) write(name, text string) string {
	o.t.Helper()
	path := filepath.Join(o.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		o.t.Fatal(err)
	}
	return path
}

func (o *openDKIM) run(config string, files []string) string {
	o.t.Helper()
	conf := o.write("conf", "Syslog no\nRequireSafeKeys no\n"+config)
	out, err := exec.Command(o.path, "-x", conf, "-t", strings.Join(files, ",")).CombinedOutput()
	if err != nil {
		o.t.Fatalf("opendkim: %v\n%s", err, out)
	}
	return string(out)
}

// verify gives what opendkim says of each mail, "" for a good one.
func (o *openDKIM) verify(mails []string) []string {
	o.t.Helper()
	var files []string
	for i, mail := range mails {
		files = append(files, o.write(fmt.Sprintf("%d.eml", i), mail))
	}
	out := o.run("Mode v\nMinimumKeyBits 0\nTestPublicKeys "+filepath.Join(o.dir, "keys")+"\n", files)
	results := make([]string, len(mails))
	for i, file := range files {
		_, line, found := strings.Cut(out, "opendkim: "+file+": ")
		line, _, _ = strings.Cut(line, "\n")
		switch _, reason, failed := strings.Cut(line, " failed: "); {
		case !found:
			results[i] = "no result"
		case failed:
			results[i] = reason
		case !strings.HasSuffix(line, " succeeded"):
			results[i] = line
		}
	}
	return results
}

// sign gives the mail with a signature by opendkim.
func (o *openDKIM) sign(config, mail string, key crypto.Signer) string {
	o.t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		o.t.Fatal(err)
	}
	keyFile := o.write("key.pem", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})))
	out := o.run("Mode s\nDomain ex.test\nKeyFile "+keyFile+"\n"+config, []string{o.write("mail.eml", mail)})
	_, field, found := strings.Cut(out, "DKIM-Signature:")
	if !found {
		o.t.Fatalf("no signature: %s", out)
	}
	return "DKIM-Signature:" + strings.TrimRight(field, "\r\n") + "\r\n" + mail
}

// wholeMail has all fields that opendkim wants and awkward white space.
const wholeMail = "Received: from a\r\n\tby b\r\nFrom: Ann <ann@ex.test>\r\nTo: bob@rcpt.test,\r\n  eve@rcpt.test\r\nSubject: a  folded \r\n subject\r\n" +
	"Date: Fri, 11 Jul 2003 21:00:37 -0700\r\nMessage-ID: <1@ex.test>\r\n\r\nHello  Bob, \r\n\tindented\t \r\n\r\n.dot\r\nbye\r\n\r\n\r\n"

var canons = []dkimsig.Canon{dkimsig.Simple, dkimsig.Relaxed}

// TestOpenDKIMVerifies has signatures made here read by opendkim, and again
// after a change.
func TestOpenDKIMVerifies(t *testing.T) {
	o := newOpenDKIM(t)
	var names, mails, changed []string
	for name, change := range map[string]func(o *dkim.SignOptions){
		"plain":    func(*dkim.SignOptions) {},
		"sha1":     func(o *dkim.SignOptions) { o.Digest = dkimsig.RSASHA1 },
		"ed25519":  func(o *dkim.SignOptions) { o.Selector, o.Key = "ed", edKey() },
		"identity": func(o *dkim.SignOptions) { o.Identity = "ann=;x@mail.ex.test" },
		"length":   func(o *dkim.SignOptions) { o.BodyLength = true },
		"lifetime": func(o *dkim.SignOptions) { o.Lifetime = time.Hour },
		"copies":   func(o *dkim.SignOptions) { o.CopyHeaders = true },
		"oversign": func(o *dkim.SignOptions) { o.Oversign = []string{"From", "Subject", "X-None"} },
		"many":     func(o *dkim.SignOptions) { o.Headers = dkimsig.ParseHeaderList("Received*:To:Subject?:X-None:Date") },
	} {
		for _, header := range canons {
			for _, body := range canons {
				so := options("s1")
				change(so)
				so.HeaderCanon, so.BodyCanon = header, body
				m := parse(t, wholeMail)
				sign(t, m, so)
				mail := content(t, m)
				names = append(names, fmt.Sprint(name, " ", header, "/", body))
				mails = append(mails, mail)
				changed = append(changed, strings.Replace(mail, "To: bob@", "To: rob@", 1))
			}
		}
	}
	for i, result := range o.verify(mails) {
		if result != "" {
			t.Errorf("%s: %s\n%s", names[i], result, mails[i])
		}
	}
	for i, result := range o.verify(changed) {
		if result != string(dkimsig.Mismatch) {
			t.Errorf("%s, changed: %q", names[i], result)
		}
	}
}

// TestOpenDKIMSigns verifies signatures made by opendkim.
func TestOpenDKIMSigns(t *testing.T) {
	o := newOpenDKIM(t)
	bare := "From: a@ex.test\r\nDate: Fri, 11 Jul 2003 21:00:37 -0700\r\nTo: b@ex.test\r\n\r\n"
	for name, config := range map[string]string{
		"plain": "Selector s1\n", "oversign": "Selector s1\nOversignHeaders From,Subject\n", "copies": "Selector s1\nDiagnostics yes\n",
		"lifetime": "Selector s1\nSignatureTTL 3600\n", "ed25519": "Selector ed\nSignatureAlgorithm ed25519-sha256\n",
		"sha1": "Selector s1\nSignatureAlgorithm rsa-sha1\n",
	} {
		for _, header := range canons {
			for _, body := range canons {
				mails := []string{wholeMail}
				if name == "plain" {
					mails = append(mails, bare, bare+"\r\n \r\n\r\n")
				}
				var key crypto.Signer = rsaKey()
				if name == "ed25519" {
					if key = edKey(); header == dkimsig.Simple {
						continue // it does not accept these itself
					}
				}
				for _, mail := range mails {
					signed := o.sign(fmt.Sprintf("%sCanonicalization %s/%s\n", config, header, body), mail, key)
					if res := verify(t, newVerifier(), parse(t, signed)); res.Status != dkim.StatOK {
						t.Errorf("%s %s/%s: %s\n%s", name, header, body, res.Signatures[0].ErrText(), signed)
					}
					if res := verify(t, newVerifier(), parse(t, strings.Replace(signed, "From: ", "From: x", 1))); res.Status != dkim.StatBadSig {
						t.Errorf("%s %s/%s: a changed header passes", name, header, body)
					}
				}
			}
		}
	}
}

// TestOpenDKIMTestMsg verifies what opendkim-testmsg signs.
func TestOpenDKIMTestMsg(t *testing.T) {
	path, err := exec.LookPath("opendkim-testmsg")
	if err != nil {
		if path, err = exec.LookPath("/usr/sbin/opendkim-testmsg"); err != nil {
			t.Skip("opendkim-testmsg is not installed")
		}
	}
	keyFile := filepath.Join(t.TempDir(), "key.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(rsaKey())})
	if err := os.WriteFile(keyFile, text, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "-C", "-d", "ex.test", "-s", "s1", "-k", keyFile)
	cmd.Stdin = strings.NewReader(wholeMail)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %s", err, errs.String())
	}
	if res := verify(t, newVerifier(), parse(t, out.String())); res.Status != dkim.StatOK {
		t.Errorf("%s\n%s", res.Signatures[0].ErrText(), out.String())
	}
}

// TestOpenDKIMFaults compares the words for what is wrong with a signature.
func TestOpenDKIMFaults(t *testing.T) {
	o := newOpenDKIM(t)
	m := parse(t, wholeMail)
	field := sign(t, m, options("s1"))
	good := content(t, m)
	var edits [][2]string
	add := func(old, new string) { edits = append(edits, [2]string{old, new}) }
	for _, selector := range []string{"none", "gone", "v2", "md5", "sha1", "tlsrpt", "dsa", "nokey", "empty"} {
		add("s=s1;", "s="+selector+";")
	}
	add(tagText(field, "d"), "d=")
	add(tagText(field, "v"), "v=2")
	add(tagText(field, "a"), "a=rsa-md5")
	add(tagText(field, "c"), "c=loose/relaxed")
	add(tagText(field, "c"), "c=relaxed/loose")
	add(tagText(field, "h"), "h=Subject:To")
	add(tagText(field, "d"), "d=ex.test; i=@other.test")
	add(tagText(field, "d"), "d=ex.test; q=http")
	add(tagText(field, "d"), "d=ex.test; l=99999")
	add(tagText(field, "d"), "d=ex.test; x=1100000000")
	add("s=s1;", "s=;")
	var mails []string
	for _, e := range edits {
		mails = append(mails, strings.Replace(good, e[0], e[1], 1))
	}
	theirs := o.verify(mails)
	for i, mail := range mails {
		ours := verify(t, newVerifier(), parse(t, mail)).Signatures[0].ErrText()
		if theirs[i] != ours {
			t.Errorf("%q for %q: opendkim says %q, we say %q", edits[i][1], edits[i][0], theirs[i], ours)
		}
	}
}

// tagText gives a tag as it stands in a field.
func tagText(field, name string) string {
	for item := range strings.SplitSeq(field, ";") {
		if item = strings.TrimLeft(item[strings.IndexByte(item, ':')+1:], " \r\n\t"); strings.HasPrefix(item, name+"=") {
			return item
		}
	}
	if i := strings.Index(field, name+"="); i >= 0 {
		text, _, _ := strings.Cut(field[i:], ";")
		return text
	}
	return "(none)"
}
