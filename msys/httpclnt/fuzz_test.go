package httpclnt

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// FuzzReadResponse compares what is read of a response with net/http, and
// watches the bounds.
func FuzzReadResponse(f *testing.F) {
	for _, s := range []string{
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
		"HTTP/1.0 404 Not Found\n\nbody", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 200\r\nX: a\r\n b\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc", "HTTP/1.1 200 OK\r\n: x\r\n\r\n", "HTTP/2.0 200 OK\r\n\r\n", "\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nabHTTP/1.1 500 x\r\n\r\n", "HTTP/1.1 101 Switching\r\n\r\n",
	} {
		f.Add([]byte(s), "POST")
	}
	o := Options{MaxBody: 100, MaxDrain: 1000}.withDefaults()
	f.Fuzz(func(t *testing.T, data []byte, method string) {
		in, reusable, err := readResponse(bufio.NewReader(bytes.NewReader(data)), method, &o)
		if err != nil {
			return
		}
		if len(in.code) != 3 || len(in.body) > o.MaxBody || len(in.head) > maxHead || !bytes.Contains(data, []byte(in.head)) {
			t.Fatalf("%+v", in)
		}
		// After informational responses the real one is at in.head.
		rest := data[bytes.Index(data, []byte(in.head)):]
		resp, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(rest)), &http.Request{Method: method})
		if err != nil {
			t.Fatalf("net/http refuses %q: %v", rest, err)
		}
		if strconv.Itoa(resp.StatusCode) != in.code {
			t.Fatalf("status %d and %s", resp.StatusCode, in.code)
		}
		for name, values := range resp.Header {
			if got := in.header.get(name); !slices.Equal(values, got) && !slices.Equal(trimAll(values), trimAll(got)) {
				t.Fatalf("%s: %q and %q", name, values, got)
			}
		}
		body, _ := io.ReadAll(resp.Body)
		if want := body[:min(len(body), o.MaxBody)]; !bytes.Equal(want, []byte(in.body)) {
			t.Fatalf("body %q and %q", want, in.body)
		}
		if reusable && resp.Close {
			t.Fatal("a connection that closes is kept")
		}
	})
}

// trimAll forgives how folded lines are joined.
func trimAll(list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = strings.Join(strings.Fields(s), " ")
	}
	return out
}

// FuzzRequest: whatever the fields hold, the request reads back as exactly
// these fields and this body, and nothing more.
func FuzzRequest(f *testing.F) {
	f.Add("POST", "/x", "X-A", "1", "x-a", "2", "body")
	f.Add("PUT", "/x?y", "Content-Length", "99", "X", "a\r\nY: z", "\x00\xff")
	f.Add("GET", "*", "Host", "h", "Host", "i", "")
	f.Add("A B", "/ HTTP/1.1\r\n", "a:b", "\xff", "", "", "")
	f.Fuzz(func(t *testing.T, method, uri, n1, v1, n2, v2, body string) {
		r := &Request{method: "POST", uri: "/", version: "1.1", open: true}
		_ = r.SetMethod(method) // refused ones stay as they were
		_ = r.SetURI(uri)
		for _, fd := range []Field{{n1, v1}, {n2, v2}} {
			if strings.EqualFold(fd.Name, "Transfer-Encoding") {
				continue // the script's own framing
			}
			_, _ = r.AddHeader(fd.Name, fd.Value, false)
		}
		if err := r.SetBody(body); err != nil {
			t.Fatal(err)
		}
		if _, _, err := r.Finalize(true); err != nil {
			t.Fatal(err)
		}
		data, _ := r.Data()
		head, rest, ok := strings.Cut(data, "\r\n\r\n")
		if !ok || rest != body {
			t.Fatalf("body %q in %q", body, data)
		}
		lines := strings.Split(head, "\r\n")
		if lines[0] != r.Method()+" "+r.URI()+" HTTP/1.1" {
			t.Fatalf("request line %q", lines[0])
		}
		length := 0
		var want []string
		for _, fd := range r.Fields() {
			if !strings.EqualFold(fd.Name, "Content-Length") {
				want = append(want, fd.Name+": "+fd.Value)
			}
		}
		var got []string
		for _, line := range lines[1:] {
			if name, value, _ := strings.Cut(line, ": "); strings.EqualFold(name, "Content-Length") {
				length++
				if value != strconv.Itoa(len(body)) {
					t.Fatalf("Content-Length %q for %d bytes", value, len(body))
				}
				continue
			}
			got = append(got, line)
		}
		if length != 1 || !slices.Equal(want, got) {
			t.Fatalf("fields %q, want %q", got, want)
		}
	})
}
