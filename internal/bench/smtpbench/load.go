package smtpbench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"
)

// Load says what a load generator does.
type Load struct {
	Addr string
	// Connections are how many clients send at once.
	Connections int
	// PerConnection is how many messages a client sends before it says QUIT
	// and connects anew.
	PerConnection int
	Duration      time.Duration
}

// Sent is what a load generator did.
type Sent struct {
	Messages int
	Elapsed  time.Duration
}

// Run sends messages until the time is over, and ends with an error at the
// first reply that is not as expected.
func (l *Load) Run(ctx context.Context) (Sent, error) {
	ctx, cancel := context.WithTimeout(ctx, l.Duration)
	defer cancel()
	content := []byte(Mail() + ".\r\n")
	counts, errs := make([]int, l.Connections), make([]error, l.Connections)
	began := time.Now()
	var wg sync.WaitGroup
	for i := range l.Connections {
		wg.Go(func() {
			for ctx.Err() == nil && errs[i] == nil {
				var n int
				n, errs[i] = l.session(ctx, content)
				counts[i] += n
			}
			if errs[i] != nil {
				cancel()
			}
		})
	}
	wg.Wait()
	s := Sent{Elapsed: time.Since(began)}
	for _, n := range counts {
		s.Messages += n
	}
	return s, errors.Join(errs...)
}

// session sends the messages of one connection.
func (l *Load) session(ctx context.Context, content []byte) (sent int, err error) {
	c, err := dial(l.Addr)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	if err := c.hello(); err != nil {
		return 0, err
	}
	for sent < l.PerConnection && (sent == 0 || ctx.Err() == nil) {
		if err := c.send(content); err != nil {
			return sent, err
		}
		sent++
	}
	return sent, c.quit()
}

// client is the client's side of an SMTP connection.
type client struct {
	net.Conn
	in *bufio.Reader
}

func dial(addr string) (*client, error) {
	conn, err := net.DialTimeout("tcp", addr, 10*time.Second)
	if err != nil {
		return nil, err
	}
	conn.SetDeadline(time.Now().Add(time.Minute))
	return &client{conn, bufio.NewReader(conn)}, nil
}

func (c *client) hello() error {
	if err := c.reply("the banner", 220); err != nil {
		return err
	}
	return c.command("EHLO load.example.org\r\n", 250)
}

func (c *client) send(content []byte) error {
	for _, step := range []struct {
		line string
		code int
	}{{"MAIL FROM:<ann@example.org>\r\n", 250}, {"RCPT TO:<bob@example.com>\r\n", 250}, {"DATA\r\n", 354}} {
		if err := c.command(step.line, step.code); err != nil {
			return err
		}
	}
	if _, err := c.Write(content); err != nil {
		return err
	}
	return c.reply("the content", 250)
}

// quit ends the session and lets the server close the connection.
func (c *client) quit() error {
	if err := c.command("QUIT\r\n", 221); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, c.in)
	return err
}

func (c *client) command(line string, code int) error {
	if _, err := io.WriteString(c, line); err != nil {
		return err
	}
	return c.reply(strings.TrimSpace(line), code)
}

// reply reads a reply and checks its code.
func (c *client) reply(to string, code int) error {
	for {
		line, err := c.in.ReadSlice('\n')
		switch {
		case err != nil:
			return fmt.Errorf("reply to %s: %w", to, err)
		case len(line) < 4 || string(line[:3]) != fmt.Sprint(code):
			return fmt.Errorf("reply to %s: %d expected, got %q", to, code, line)
		case line[3] != '-':
			return nil
		}
	}
}
