package smtpbench

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"sync"
	"time"
)

// Server is a server under test.
type Server struct {
	Name string
	// Refuses says that its policy refuses recipients that are not its own.
	Refuses bool
	// Command makes the process, for the directory dir.
	Command func(dir string) (*exec.Cmd, error)
	// Addr is where it listens. If empty, it prints "address=HOST:PORT".
	Addr string
}

// process is a server that runs.
type process struct {
	cmd  *exec.Cmd
	addr string
	done chan struct{} // closed when it has ended
	out  *output
}

// output keeps what a server printed, and finds its address in it.
type output struct {
	mu    sync.Mutex
	text  bytes.Buffer
	found chan string
}

var addressLine = regexp.MustCompile(`address=(\S+)`)

// follow reads a server's output to its end.
func (o *output) follow(r io.Reader) {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		if m := addressLine.FindSubmatch(lines.Bytes()); m != nil {
			select {
			case o.found <- string(m[1]):
			default:
			}
		}
		o.mu.Lock()
		if o.text.Len() < 1<<16 {
			o.text.Write(append(lines.Bytes(), '\n'))
		}
		o.mu.Unlock()
	}
	io.Copy(io.Discard, r) // a line that is too long
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// startTime is how long a server may take to answer.
const startTime = 30 * time.Second

// start runs the server and waits until it answers as it should.
func (s *Server) start(ctx context.Context, dir string) (*process, error) {
	cmd, err := s.Command(dir)
	if err != nil {
		return nil, err
	}
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	cmd.Stdout, cmd.Stderr = w, w
	ownGroup(cmd)
	if err := cmd.Start(); err != nil {
		return nil, errors.Join(err, r.Close(), w.Close())
	}
	w.Close()
	p := &process{cmd: cmd, addr: s.Addr, done: make(chan struct{}), out: &output{found: make(chan string, 1)}}
	go func() {
		defer close(p.done)
		p.out.follow(r)
		r.Close()
		cmd.Wait()
	}()
	if err := p.ready(ctx, s.Refuses); err != nil {
		p.stop()
		return nil, fmt.Errorf("%s: %w\n%s", s.Name, err, p.out)
	}
	return p, nil
}

// ready waits until the server answers, and checks that it has its policy.
func (p *process) ready(ctx context.Context, refuses bool) error {
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	if p.addr == "" {
		select {
		case p.addr = <-p.out.found:
		case <-p.done:
			return errors.New("ended at once")
		case <-ctx.Done():
			return errors.New("does not say where it listens")
		}
	}
	for {
		c, err := dial(p.addr)
		if err == nil {
			defer c.Close()
			return c.probe(refuses)
		}
		select {
		case <-p.done:
			return errors.New("ended at once")
		case <-ctx.Done():
			return fmt.Errorf("does not answer: %w", err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// probe checks a recipient that policy knows, and one that it does not know.
func (c *client) probe(refuses bool) error {
	if err := c.hello(); err != nil {
		return err
	}
	if err := c.command("MAIL FROM:<ann@example.org>\r\n", 250); err != nil {
		return err
	}
	unknown := 250
	if refuses {
		unknown = 550
	}
	if err := c.command("RCPT TO:<bob@elsewhere.example>\r\n", unknown); err != nil {
		return err
	}
	if err := c.command("RCPT TO:<bob@example.com>\r\n", 250); err != nil {
		return err
	}
	return c.quit()
}

// stop ends the server and what it started.
func (p *process) stop() {
	endGroup(p.cmd, false)
	select {
	case <-p.done:
	case <-time.After(5 * time.Second):
		endGroup(p.cmd, true)
		<-p.done
	}
}
