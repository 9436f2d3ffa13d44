package icap_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/gomsys/gomsys/msys/scan/icap"
	"github.com/gomsys/gomsys/msys/scan/internal/scantest"
)

// request is what the fake server got.
type request struct {
	Head  string // the ICAP header
	HTTP  string // the encapsulated header blocks, as Encapsulated says
	Body  string
	IEOF  bool
	After bool // the body went on after 100 Continue
}

// server plays an ICAP server.
type server struct {
	*scantest.Server
	t testing.TB

	mu       sync.Mutex
	options  string // fields of the response to OPTIONS
	answer   func(r *request) string
	requests []*request
	asked    int // OPTIONS
}

const usualOptions = "Methods: RESPMOD\r\nPreview: 10\r\nISTag: \"1\"\r\n"

// serve starts a server. answer gives the response to a request; for
// "continue" it is asked again when the rest has come.
func serve(t testing.TB, options string, answer func(r *request) string) *server {
	t.Helper()
	s := &server{t: t, options: options, answer: answer}
	s.Server = scantest.Serve(t, s.handle)
	return s
}

func (s *server) client(o *icap.Options) *icap.Client {
	s.t.Helper()
	c, err := icap.New("icap://"+s.Addr+"/virus_scan", o)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { c.Close() })
	return c
}

func (s *server) got() []*request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}

func (s *server) handle(c net.Conn) {
	r := bufio.NewReader(c)
	for {
		req := &request{}
		head, err := block(r)
		if err != nil {
			return
		}
		req.Head = head
		if strings.HasPrefix(head, "OPTIONS ") {
			s.mu.Lock()
			s.asked++
			options := s.options
			s.mu.Unlock()
			if !strings.HasPrefix(options, "ICAP/") {
				options = "ICAP/1.0 200 OK\r\n" + options + "Encapsulated: null-body=0\r\n\r\n"
			}
			io.WriteString(c, options)
			continue
		}
		if err := req.readHTTP(r); err != nil {
			s.t.Errorf("bad request: %v in %q", err, head)
			return
		}
		if err := req.readChunks(r); err != nil {
			return
		}
		s.mu.Lock()
		s.requests = append(s.requests, req)
		answer := s.answer(req)
		s.mu.Unlock()
		if answer == "continue" {
			io.WriteString(c, "ICAP/1.0 100 Continue\r\n\r\n")
			req.After = true
			if err := req.readChunks(r); err != nil {
				return
			}
			s.mu.Lock()
			answer = s.answer(req)
			s.mu.Unlock()
		}
		if answer == "" {
			return
		}
		io.WriteString(c, answer)
		if s.Closing() {
			return
		}
	}
}

// block reads lines up to an empty one.
func block(r *bufio.Reader) (string, error) {
	var b strings.Builder
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return "", err
		}
		if b.WriteString(line); line == "\r\n" {
			return b.String(), nil
		}
	}
}

// readHTTP reads the header blocks by the offsets of Encapsulated.
func (q *request) readHTTP(r *bufio.Reader) error {
	_, rest, _ := strings.Cut(q.Head, "Encapsulated: ")
	field, _, _ := strings.Cut(rest, "\r\n")
	items := strings.Split(field, ", ")
	name, offset, _ := strings.Cut(items[len(items)-1], "=")
	n, err := strconv.Atoi(offset)
	if err != nil || !strings.HasSuffix(name, "-body") {
		return fmt.Errorf("Encapsulated: %q", field)
	}
	b := make([]byte, n)
	_, err = io.ReadFull(r, b)
	q.HTTP = string(b)
	start := 0
	for _, item := range items[1:] {
		_, offset, _ := strings.Cut(item, "=")
		end, err := strconv.Atoi(offset)
		if err != nil || end > n || !strings.HasSuffix(q.HTTP[start:end], "\r\n\r\n") {
			return fmt.Errorf("Encapsulated: %q for %q", field, q.HTTP)
		}
		start = end
	}
	return err
}

func (q *request) readChunks(r *bufio.Reader) error {
	var body strings.Builder
	body.WriteString(q.Body)
	defer func() { q.Body = body.String() }()
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return err
		}
		size, ext, _ := strings.Cut(strings.TrimSuffix(line, "\r\n"), ";")
		n, err := strconv.ParseInt(size, 16, 32)
		if err != nil {
			return err
		}
		if n == 0 {
			q.IEOF = strings.TrimSpace(ext) == "ieof"
			_, err := r.ReadString('\n')
			return err
		}
		if _, err := io.CopyN(&body, r, n); err != nil {
			return err
		}
		if _, err := r.Discard(2); err != nil {
			return err
		}
	}
}
