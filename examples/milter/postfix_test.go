package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/textproto"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gomsys/gomsys/internal/loopback"
)

// postfix is an instance of Postfix of its own: it asks milter, and sends
// mail on to next.
type postfix struct {
	config, queue, log string
	smtp, inject       string // addresses; inject does not ask the milter
}

func startPostfix(t *testing.T, milter, next, inject string) *postfix {
	t.Helper()
	program, err := exec.LookPath("postfix")
	if err != nil {
		t.Skip("postfix is not installed (Debian package postfix)")
	}
	if os.Getuid() != 0 {
		t.Skip("starting Postfix takes root")
	}
	// Postfix's own user must reach the queue
	base, err := os.MkdirTemp("/tmp", "postfix")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(base) })
	p := &postfix{config: filepath.Join(base, "etc"), queue: filepath.Join(base, "queue"), log: filepath.Join(base, "mail.log")}
	data := filepath.Join(base, "data")
	for _, err := range []error{os.Chmod(base, 0o755), os.Mkdir(p.config, 0o755), os.Mkdir(p.queue, 0o755), os.Mkdir(data, 0o700)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.Command("chown", "postfix", data).CombinedOutput(); err != nil {
		t.Fatalf("chown: %v %s", err, out)
	}
	p.smtp, p.inject = loopback.Addr(t), inject
	_, nextPort, _ := net.SplitHostPort(next)
	main := strings.Join([]string{
		"compatibility_level = 3.6",
		"queue_directory = " + p.queue,
		"data_directory = " + data,
		"command_directory = /usr/sbin",
		"daemon_directory = /usr/lib/postfix/sbin",
		"multi_instance_enable = yes",
		"multi_instance_name = postfix-milter-test",
		"maillog_file = " + p.log,
		"maillog_file_prefixes = " + base,
		"myhostname = mx.test",
		"mydestination =",
		"alias_maps =",
		"alias_database =",
		"local_recipient_maps =",
		"inet_interfaces = 127.0.0.1",
		"inet_protocols = ipv4",
		"mynetworks = 127.0.0.0/8",
		"relayhost = [127.0.0.1]:" + nextPort,
		"smtpd_relay_restrictions = permit_mynetworks, reject",
		"smtpd_milters = inet:" + milter,
		"milter_default_action = tempfail",
		"notify_classes =",
		"smtp_tls_security_level = none",
		"smtpd_tls_security_level = may",
		"smtpd_tls_chain_files = " + filepath.Join(p.config, "chain.pem"),
		"smtpd_peername_lookup = no",
	}, "\n") + "\n"
	master := p.smtp + " inet n - n - - smtpd\n" + inject + ` inet n - n - - smtpd
  -o smtpd_milters=
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
`
	for name, text := range map[string]string{"main.cf": main, "master.cf": master, "chain.pem": certificate(t)} {
		if err := os.WriteFile(filepath.Join(p.config, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.Command(program, "-c", p.config, "start").CombinedOutput(); err != nil {
		log, _ := os.ReadFile(p.log)
		t.Fatalf("postfix start: %v\n%s\n%s", err, out, log)
	}
	t.Cleanup(func() {
		if out, err := exec.Command(program, "-c", p.config, "stop").CombinedOutput(); err != nil {
			t.Errorf("postfix stop: %v\n%s", err, out)
		}
		if t.Failed() {
			log, _ := os.ReadFile(p.log)
			t.Logf("Postfix's log:\n%s", log)
		}
	})
	for _, address := range []string{p.smtp, inject} {
		await(t, address)
	}
	return p
}

// certificate makes a throw-away key and certificate.
func certificate(t *testing.T) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"mx.test"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})) +
		string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

// await returns when somebody listens.
func await(t *testing.T, address string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		c, err := net.Dial("tcp", address)
		if err == nil {
			c.Close()
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("nobody listens on %s: %v", address, err)
		}
	}
}

// held lists what the queue holds back.
func (p *postfix) held(t *testing.T) int {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(p.queue, "hold", "*"))
	if err != nil {
		t.Fatal(err)
	}
	return len(files)
}

// smtpClient talks SMTP line by line.
type smtpClient struct {
	t    *testing.T
	conn net.Conn
	*textproto.Conn
}

func (p *postfix) dial(t *testing.T) *smtpClient {
	t.Helper()
	return greet(t, p.smtp)
}

// greet begins a session with the server at an address.
func greet(t *testing.T, address string) *smtpClient {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	conn.SetDeadline(time.Now().Add(30 * time.Second))
	c := &smtpClient{t, conn, textproto.NewConn(conn)}
	t.Cleanup(func() { c.Close() })
	c.reply("220")
	c.say("EHLO mx.example.org", "250")
	return c
}

// secure makes the TLS handshake.
func (c *smtpClient) secure() {
	c.t.Helper()
	secure := tls.Client(c.conn, &tls.Config{InsecureSkipVerify: true})
	if err := secure.Handshake(); err != nil {
		c.t.Fatal(err)
	}
	c.Conn = textproto.NewConn(secure)
}

// reply reads a reply, which must begin with a text; lines are joined by "|".
func (c *smtpClient) reply(want string) {
	c.t.Helper()
	code, text, err := c.ReadResponse(0)
	var protocol *textproto.Error
	if err != nil && !errors.As(err, &protocol) {
		c.t.Fatalf("reading a reply: %v", err)
	}
	if got := fmt.Sprintf("%d %s", code, strings.ReplaceAll(text, "\n", "|")); !strings.HasPrefix(got, want) {
		c.t.Fatalf("reply %q, want %q", got, want)
	}
}

func (c *smtpClient) say(line, want string) {
	c.t.Helper()
	if err := c.PrintfLine("%s", line); err != nil {
		c.t.Fatal(err)
	}
	c.reply(want)
}

// send sends a message whose lines end in LF.
func (c *smtpClient) send(from string, to []string, text, want string) {
	c.t.Helper()
	c.say("MAIL FROM:<"+from+">", "250")
	for _, rcpt := range to {
		c.say("RCPT TO:<"+rcpt+">", "250")
	}
	c.say("DATA", "354")
	w := c.DotWriter()
	io.Copy(w, bytes.NewReader([]byte(text)))
	if err := w.Close(); err != nil {
		c.t.Fatal(err)
	}
	c.reply(want)
}

// afterTrace gives a mail without the Received field that the MTA wrote, which
// must be on top.
func afterTrace(t *testing.T, data string) string {
	t.Helper()
	if !strings.HasPrefix(data, "Received: from mx.example.org (") {
		t.Fatalf("the mail does not begin with the MTA's trace field:\n%s", data)
	}
	for rest := data; ; {
		_, after, ok := strings.Cut(rest, "\r\n")
		if !ok || after == "" || after[0] != ' ' && after[0] != '\t' {
			return after
		}
		rest = after
	}
}
