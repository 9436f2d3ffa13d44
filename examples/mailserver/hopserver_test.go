package main

import (
	"bufio"
	"crypto/tls"
	"maps"
	"net"
	"strings"
	"sync"
	"testing"
)

// hopServer is an SMTP server that takes what it gets and keeps what it hears.
// It offers AUTH, XCLIENT, 8BITMIME and, with a configuration, STARTTLS.
type hopServer struct {
	addr string
	tls  *tls.Config
	wg   sync.WaitGroup

	mu     sync.Mutex
	heard  []string          // commands, "TLS …" for a handshake, and content
	refuse map[string]string // the beginning of a command, and the reply to it, once
	conns  []net.Conn
}

func startHop(t *testing.T, config *tls.Config, refuse map[string]string) *hopServer {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h := &hopServer{addr: l.Addr().String(), tls: config, refuse: maps.Clone(refuse)}
	h.wg.Add(1)
	go func() {
		defer h.wg.Done()
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			h.mu.Lock()
			h.conns = append(h.conns, c)
			h.mu.Unlock()
			h.wg.Add(1)
			go func() { defer h.wg.Done(); defer c.Close(); h.serve(c) }()
		}
	}()
	t.Cleanup(func() {
		l.Close()
		h.mu.Lock()
		for _, c := range h.conns {
			c.Close()
		}
		h.mu.Unlock()
		h.wg.Wait()
	})
	return h
}

func (h *hopServer) note(line string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.heard = append(h.heard, line)
}

// said gives what was heard, one line each.
func (h *hopServer) said() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return strings.Join(h.heard, "\n") + "\n"
}

// reply gives the reply to a command.
func (h *hopServer) reply(line string, secured bool) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	for start, reply := range h.refuse {
		if strings.HasPrefix(line, start) {
			delete(h.refuse, start)
			return reply
		}
	}
	verb, _, _ := strings.Cut(line, " ")
	switch verb {
	case "EHLO":
		if h.tls != nil && !secured {
			return "250-hop.test\r\n250-STARTTLS\r\n250-AUTH PLAIN LOGIN\r\n250-XCLIENT ADDR NAME\r\n250 8BITMIME"
		}
		return "250-hop.test\r\n250-AUTH PLAIN LOGIN\r\n250-XCLIENT ADDR NAME\r\n250 8BITMIME"
	case "STARTTLS", "XCLIENT":
		return "220 go ahead"
	case "AUTH":
		return "235 welcome"
	case "DATA":
		return "354 go on"
	case "QUIT":
		return "221 bye"
	}
	return "250 fine"
}

func (h *hopServer) serve(c net.Conn) {
	in := bufio.NewReader(c)
	secured := false
	write := func(reply string) bool { _, err := c.Write([]byte(reply + "\r\n")); return err == nil }
	write("220 hop.test")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		h.note(line)
		reply := h.reply(line, secured)
		if !write(reply) {
			return
		}
		switch {
		case line == "STARTTLS" && strings.HasPrefix(reply, "220"):
			t := tls.Server(c, h.tls)
			if err := t.Handshake(); err != nil {
				h.note("TLS failed")
				return
			}
			state, peer := t.ConnectionState(), "-"
			if len(state.PeerCertificates) > 0 {
				peer = state.PeerCertificates[0].DNSNames[0]
			}
			h.note("TLS " + tls.CipherSuiteName(state.CipherSuite) + " " + peer)
			c, in, secured = t, bufio.NewReader(t), true
		case strings.HasPrefix(reply, "354"):
			for {
				line, err := in.ReadString('\n')
				if err != nil {
					return
				}
				if line == ".\r\n" {
					break
				}
				h.note("> " + strings.TrimRight(line, "\r\n"))
			}
			if !write(h.reply(".", secured)) {
				return
			}
		case line == "QUIT":
			return
		}
	}
}
