package smtpbench

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/counter"
	"github.com/gomsys/gomsys/msys/modules"
	"github.com/gomsys/gomsys/msys/policykit"
)

func TestMail(t *testing.T) {
	m := Mail()
	if len(m) < 4000 || len(m) > 4096 {
		t.Errorf("%d bytes, want about 4 KB", len(m))
	}
	if strings.Contains(m, "\r\n.") || !strings.HasSuffix(m, "\r\n") || strings.Count(m, "\n") != strings.Count(m, "\r\n") {
		t.Error("the message cannot be sent as it is")
	}
}

func TestParseStat(t *testing.T) {
	for _, c := range []struct {
		line string
		want stat
		fail bool
	}{
		{"812 (node) S 811 812 812 0 -1 4194560 9000 0 3 0 150 25 1 2 20 0 11 0 7000", stat{812, 811, 175}, false},
		{"9 (a ) (b) R 1 9 9 0 -1 0 0 0 0 0 7 0 0 0 20 0 1 0 5", stat{9, 1, 7}, false},
		{"812 (node) S 811", stat{}, true},
		{"", stat{}, true},
	} {
		got, err := parseStat([]byte(c.line))
		if !c.fail && got != c.want || c.fail != (err != nil) {
			t.Errorf("%q: %+v, %v", c.line, got, err)
		}
	}
}

// The load generator and the bare server understand each other.
func TestLoad(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	r, w := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- ServeBare(ctx, w) }()
	line := make([]byte, 100)
	n, err := r.Read(line)
	if err != nil {
		t.Fatal(err)
	}
	addr := string(bytes.TrimSpace(bytes.TrimPrefix(line[:n], []byte("address="))))
	for _, each := range []int{1, 5} {
		l := Load{Addr: addr, Connections: 3, PerConnection: each, Duration: 20 * time.Millisecond}
		sent, err := l.Run(ctx)
		if err != nil || sent.Messages < 3 || sent.Elapsed <= 0 {
			t.Errorf("%d on a connection: %+v, %v", each, sent, err)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// A reply that is not as expected ends the load generator with an error.
func TestLoadRefused(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			io.WriteString(c, "554 go away\r\n")
			c.Close()
		}
	}()
	load := Load{Addr: l.Addr().String(), Connections: 1, PerConnection: 1, Duration: time.Minute}
	if _, err := load.Run(context.Background()); err == nil || !strings.Contains(err.Error(), "554 go away") {
		t.Error(err)
	}
}

// The policy that is measured does what it says.
func TestReferencePolicy(t *testing.T) {
	policies, err := fs.Sub(sources, "policies")
	if err != nil {
		t.Fatal(err)
	}
	counters := counter.New(nil)
	kit := policykit.New(t, &policykit.Options{Path: []fs.FS{policies}, Modules: modules.All(modules.Options{Counters: counters})})
	kit.Load("reference")
	s := kit.Session("192.0.2.7:4321")
	s.Connect()
	s.Ehlo("load.example.org")
	s.MailFrom("ann@example.org")
	if got := s.RcptTo("bob@elsewhere.example"); got != "550 5.1.1 no such user" {
		t.Error(got)
	}
	s.RcptTo("bob@example.com")
	if got := s.Data(Mail()); !strings.HasPrefix(got, "250") || len(s.Result.Messages) != 1 {
		t.Fatal(got)
	}
	header, body, _ := strings.Cut(Mail(), "\r\n\r\n")
	if diff := cmp.Diff(header+"\r\nX-Policy: checked\r\n\r\n"+body, s.Raw(0)); diff != "" {
		t.Error(diff)
	}
	if c := counters.Lookup("/bench/connects"); c == nil || c.Load() != 1 {
		t.Errorf("connections counted: %v", c)
	}
}
