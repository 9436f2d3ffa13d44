package outbound_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gomsys/gomsys/examples/mailserver/outbound"
	"github.com/gomsys/gomsys/internal/loopback"
	"github.com/gomsys/gomsys/message"
)

// Environment of the process that a test starts to kill it.
const (
	childRole  = "OUTBOUND_TEST_ROLE" // deliver or accept
	childQueue = "OUTBOUND_TEST_QUEUE"
	childRelay = "OUTBOUND_TEST_RELAY"
)

const childConnections = 8

func TestMain(m *testing.M) {
	var err error
	switch os.Getenv(childRole) {
	case "":
		os.Exit(m.Run())
	case "deliver":
		err = childDeliver()
	case "accept":
		err = childAccept()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// childDeliver delivers until it is killed.
func childDeliver() error {
	q, err := outbound.OpenQueue(os.Getenv(childQueue), nil)
	if err != nil {
		return err
	}
	w, err := outbound.NewWorker(q, outbound.Options{
		Driver:      &outbound.Relay{Address: os.Getenv(childRelay)},
		Connections: childConnections, MaxConcurrent: childConnections,
		Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return err
	}
	return w.Run(context.Background())
}

// childAccept queues mail and names what is safe, until it is killed.
func childAccept() error {
	q, err := outbound.OpenQueue(os.Getenv(childQueue), nil)
	if err != nil {
		return err
	}
	for i := 0; ; i++ {
		go func() {
			id := fmt.Sprintf("mail-%d-%d", os.Getpid(), i)
			m, err := message.ParseBytes([]byte("Subject: "+id+"\r\n\r\nx\r\n"), message.Envelope{From: "a@b.example", To: numbered(i)}, nil)
			if err == nil {
				err = q.Put(context.Background(), m, "")
			}
			if err == nil {
				fmt.Println(id)
			}
		}()
		time.Sleep(time.Millisecond) // this process is killed while it works
	}
}

// child starts this test binary in a role.
func child(t *testing.T, role, queue, relay string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childRole+"="+role, childQueue+"="+queue, childRelay+"="+relay)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { kill(cmd) })
	return cmd, bufio.NewScanner(out)
}

// kill ends a process at once, as kill -9 does.
func kill(cmd *exec.Cmd) {
	_ = cmd.Process.Kill() // it may have ended
	_ = cmd.Wait()
}

// smtpSink starts Postfix's smtp-sink and gives its address and a function
// that lists the files of mails that it has received.
func smtpSink(t *testing.T, args ...string) (addr string, files func() []string) {
	t.Helper()
	path, err := exec.LookPath("smtp-sink")
	if err != nil {
		if path = "/usr/sbin/smtp-sink"; !executable(path) {
			t.Skip("smtp-sink, of the Debian package postfix, is not installed")
		}
	}
	dir := t.TempDir()
	addr = loopback.Addr(t)
	if os.Geteuid() == 0 {
		args = append(args, "-u", "root")
	}
	args = append(args, "-d", filepath.Join(dir, "mail."), addr, "100")
	cmd := exec.Command(path, args...)
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { kill(cmd) })
	eventually(t, "smtp-sink listens", func() bool {
		c, err := net.Dial("tcp", addr)
		if err == nil {
			c.Close()
		}
		return err == nil
	})
	return addr, func() []string {
		found, err := filepath.Glob(filepath.Join(dir, "mail.*"))
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
}

func executable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode()&0o111 != 0
}

// TestKilledWorker kills the process that delivers, again and again. Every
// mail arrives; twice, only what was under way.
func TestKilledWorker(t *testing.T) {
	const mails, kills = 240, 4
	addr, files := smtpSink(t)
	path := filepath.Join(t.TempDir(), "queue.db")
	q := openQueue(t, path, nil)
	var wg sync.WaitGroup
	for i := range mails {
		wg.Add(1)
		go func() {
			defer wg.Done()
			put(t, q, newMail(t, "a@b.example", numbered(i), fmt.Sprintf("mail-%d.\r\n", i)))
		}()
	}
	wg.Wait()
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	for i := range kills {
		cmd, _ := child(t, "deliver", path, addr)
		eventually(t, "some of the mail", func() bool { return len(files()) >= (i+1)*mails/(kills+2) })
		kill(cmd)
	}
	q = openQueue(t, path, nil)
	if n := length(t, q); n == 0 || n == mails {
		t.Fatalf("%d mails left: the process was not killed amid them", n)
	}
	run(t, q, outbound.Options{Driver: relayTo(t, addr)})
	eventually(t, "the rest", empty(t, q))
	got := map[string]int{}
	for _, f := range files() {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		_, id, whole := strings.Cut(string(b), "\nmail-")
		if id, _, _ = strings.Cut(id, "."); whole {
			got[id]++
		}
	}
	twice := 0
	for i := range mails {
		n := got[fmt.Sprint(i)]
		if n == 0 {
			t.Errorf("mail %d was lost", i)
		}
		twice += max(n-1, 0)
	}
	t.Logf("%d of %d mails twice after %d kills", twice, mails, kills)
	if twice > kills*childConnections {
		t.Errorf("%d mails twice, more than were under way", twice)
	}
}

// TestKilledServer kills the process that accepts mail: what it has confirmed
// is in the queue.
func TestKilledServer(t *testing.T) {
	path := filepath.Join(t.TempDir(), "queue.db")
	confirmed := map[string]bool{}
	for range 2 {
		cmd, out := child(t, "accept", path, "")
		for range 100 {
			if !out.Scan() {
				t.Fatal("the process ended by itself")
			}
			confirmed[out.Text()] = true
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for out.Scan() { // said before that
			confirmed[out.Text()] = true
		}
		kill(cmd)
	}
	s, q := newSink(t), openQueue(t, path, nil)
	run(t, q, outbound.Options{Driver: relayTo(t, s.addr)})
	eventually(t, "delivery", empty(t, q))
	got := map[string]bool{}
	for _, m := range s.received() {
		_, id, _ := strings.Cut(m.content, "Subject: ")
		id, _, _ = strings.Cut(id, "\r\n")
		got[id] = true
	}
	for id := range confirmed {
		if !got[id] {
			t.Errorf("%s was lost", id)
		}
	}
}
