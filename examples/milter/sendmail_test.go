package main

import (
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/internal/loopback"
)

// findSendmail gives the program of Sendmail itself: what SENDMAIL names, or
// what is in the usual places. Other MTAs have a program of that name.
func findSendmail(t *testing.T) string {
	t.Helper()
	places := []string{os.Getenv("SENDMAIL")}
	if places[0] == "" {
		places = []string{"/usr/libexec/sendmail/sendmail", "/usr/lib/sm.bin/sendmail", "/usr/sbin/sendmail"}
	}
	for _, program := range places {
		if _, err := os.Stat(program); err != nil {
			continue
		}
		cmd := sendmailCommand(t, program, "-d0.1", "-bt", "-C", os.DevNull)
		if out, _ := cmd.CombinedOutput(); strings.Contains(string(out), "Version 8.") && strings.Contains(string(out), "MILTER") {
			return program
		}
	}
	if os.Getenv("SENDMAIL") != "" {
		t.Fatalf("SENDMAIL=%s is no Sendmail with milters", places[0])
	}
	t.Skip("Sendmail is not installed (Debian package sendmail-bin); SENDMAIL=PATH names one that is elsewhere")
	return ""
}

// sendmailCommand makes a command of Sendmail, which sleeps for a minute where
// the host's name has no dot: there it gets another name.
func sendmailCommand(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	if name, err := os.Hostname(); err != nil || !strings.Contains(name, ".") {
		if out, err := exec.Command("unshare", "--uts", "hostname", "mx.test").CombinedOutput(); err != nil {
			t.Skipf("this host's name has no dot, and Sendmail cannot be given another: %v %s", err, out)
		}
		args = append([]string{"unshare", "--uts", "sh", "-c", `hostname mx.test && exec "$@"`, "sh"}, args...)
	}
	return exec.Command(args[0], args[1:]...)
}

// sendmailConfig is a configuration that passes all mail on to one server.
const sendmailConfig = `V10/Berkeley
Cwmx.test
Djmx.test
O QueueDirectory=DIR/queue
O DaemonPortOptions=Name=MTA, Family=inet, Addr=127.0.0.1, Port=PORT
O DaemonPortOptions=Name=inject, Family=inet, Addr=127.0.0.1, Port=INJECT, InputMailFilters=
O DeliveryMode=interactive
O EightBitMode=pass8
O PidFile=DIR/pid
O ServiceSwitchFile=DIR/switch
O Timeout.ident=0s
O DontBlameSendmail=safe
O InputMailFilters=policy
O Milter.macros.connect=j, _, {daemon_name}, {daemon_addr}, {if_name}, {if_addr}
O Milter.macros.envfrom=i, {auth_type}, {auth_authen}, {mail_mailer}, {mail_host}, {mail_addr}
O Milter.macros.envrcpt={rcpt_mailer}, {rcpt_host}, {rcpt_addr}
O Milter.macros.eom={msg_id}
Xpolicy, S=inet:MILTER, F=T, T=C:30s;S:30s;R:30s;E:1m
Troot
HReceived: from $s ($_)
	by $j with $r id $i; $b
Scanonify=3
R$*<$*>$*	$2
Sparse=0
R$*	$#relay $@ [127.0.0.1] $: $1
Mrelay, P=[IPC], F=mDFMuXk8, E=\r\n, L=2040, T=DNS/RFC822/SMTP, A=TCP $h NEXT
Mlocal, P=/bin/false, F=lsDFMmn, A=false
Mprog, P=/bin/false, F=lsDFM, A=false
`

// sendmail is an instance of Sendmail of its own.
type sendmail struct{ queue, smtp string }

// startSendmail starts a Sendmail that asks milter, and sends mail on to next.
// It also listens on inject, without asking.
func startSendmail(t *testing.T, milter, next, inject string) *sendmail {
	t.Helper()
	program := findSendmail(t)
	dir := t.TempDir()
	s := &sendmail{queue: filepath.Join(dir, "queue"), smtp: loopback.Addr(t)}
	if err := os.Mkdir(s.queue, 0o700); err != nil {
		t.Fatal(err)
	}
	port := func(address string) string {
		_, p, err := net.SplitHostPort(address)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	config := strings.NewReplacer("DIR", dir, "PORT", port(s.smtp), "INJECT", port(inject), "MILTER", port(milter)+"@127.0.0.1", "NEXT", port(next)).Replace(sendmailConfig)
	for name, text := range map[string]string{"sendmail.cf": config, "switch": "hosts files\naliases files\npasswd files\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := sendmailCommand(t, program, "-bD", "-C", filepath.Join(dir, "sendmail.cf"), "-X", filepath.Join(dir, "traffic"))
	var output strings.Builder
	cmd.Stdout, cmd.Stderr = &output, &output
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		end := time.AfterFunc(20*time.Second, func() { _ = cmd.Process.Kill() })
		defer end.Stop()
		_ = cmd.Wait() // it says that SIGTERM ended it
		if t.Failed() {
			traffic, _ := os.ReadFile(filepath.Join(dir, "traffic"))
			t.Logf("Sendmail's output:\n%s\nand traffic:\n%s", output.String(), traffic)
		}
	})
	await(t, s.smtp)
	await(t, inject)
	return s
}

// held lists what the queue holds back.
func (s *sendmail) held(t *testing.T) int {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(s.queue, "hf*"))
	if err != nil {
		t.Fatal(err)
	}
	return len(files)
}

// The bundled policy inside a real Sendmail.
func TestSendmail(t *testing.T) {
	r, box, next := startBundled(t)
	s := startSendmail(t, r.addr, next, loopback.Addr(t))
	const plain = "Subject: plain\nX-Folded: a\n\tb\nFrom: a@example.org\nDate: Sat, 28 Nov 2026 10:00:00 +0000\nMessage-Id: <1@x>\n\n.dot\ntext\n"
	// Sendmail names the recipient
	playBundled(t, greet(t, s.smtp), box, s.held, "550 5.1.1 <nobody@y.example>... nobody lives here", plain)
}

// What Sendmail's own rules about headers, recipients and replies make of it.
func TestSendmailEdits(t *testing.T) {
	r := start(t, options{}, policyWith(editingScript("daemon_name")))
	box, next := startMailbox(t)
	s := startSendmail(t, r.addr, next, loopback.Addr(t))
	c := greet(t, s.smtp)
	c.send("a@example.org", []string{"b@y.example"}, "Subject: no\n\n", "554 5.7.1 no|never %s")
	if want := "macros\\ttrue\\tMTA\\t127.0.0.1\\tmx.test\\tMAIL FROM:<a@example.org>"; !strings.Contains(r.log.String(), want) {
		t.Errorf("%q is not in\n%s", want, r.log)
	}
	c.send("a@example.org", []string{"b@y.example", "c@y.example"},
		editedBefore, "250")
	got := box.next(t)
	if diff := cmp.Diff(crlf(editedAfter), afterTrace(t, got.data)); diff != "" {
		t.Error(diff)
	}
	slices.Sort(got.to)
	if diff := cmp.Diff([]any{"new@example.org", []string{"c@y.example", "d@y.example"}}, []any{got.from, got.to}); diff != "" {
		t.Error(diff)
	}
	// 421 ends the session; after 521 Sendmail lets the client go on
	c = greet(t, s.smtp)
	c.say("MAIL FROM:<bye@example.org>", "421 4.7.0 come|back 100% later")
	if _, err := c.ReadLine(); !errors.Is(err, io.EOF) {
		t.Errorf("after 421: %v", err)
	}
	c = greet(t, s.smtp)
	c.say("MAIL FROM:<never@example.org>", "521 5.7.1 never")
	c.say("MAIL FROM:<a@example.org>", "521 5.7.1 never")
	c.say("QUIT", "221")
}

// Copies that differ: most recipients share the MTA's message, the others get
// theirs by the listener without milter.
func TestSendmailCopies(t *testing.T) {
	inject := loopback.Addr(t)
	r := start(t, options{inject: inject}, policyWith(`
function mod:validate_data_spool_each_rcpt(m, ac, v)
  if m:rcptto():match("^own") then m:header("X-Own", m:rcptto(), "append") end
  return 0
end`))
	box, next := startMailbox(t)
	c := greet(t, startSendmail(t, r.addr, next, inject).smtp)
	const text = "Subject: x\nFrom: a@b.example\nDate: Sat, 28 Nov 2026 10:00:00 +0000\nMessage-Id: <1@x>\n"
	c.send("a@example.org", []string{"own@y.example", "b@y.example", "c@y.example"}, text+"\nhi\n", "250")
	got := map[string]string{}
	for range 2 {
		m := box.next(t)
		for _, to := range m.to {
			got[to] = m.data
		}
	}
	for _, to := range []string{"b@y.example", "c@y.example"} {
		if diff := cmp.Diff(crlf(text+"\nhi\n"), afterTrace(t, got[to])); diff != "" {
			t.Error(diff)
		}
	}
	if own, want := got["own@y.example"], crlf(text+"X-Own: own@y.example\n\nhi\n"); !strings.HasSuffix(own, want) || strings.Count(own, "X-Own:") != 1 {
		t.Errorf("mail for own:\n%s", own)
	}
}
