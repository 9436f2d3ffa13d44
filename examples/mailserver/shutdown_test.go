package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// A shutdown ends idle sessions with 421 and lets transactions end first.
func TestShutdown(t *testing.T) {
	r := start(t, options{}, bundledPolicy(t))
	idle, busy, data, gone := r.hello(), r.hello(), r.hello(), r.hello()
	busy.say("MAIL FROM:<a@b.example>")
	for _, line := range []string{"MAIL FROM:<a@b.example>", "RCPT TO:<data@x.example>", "DATA"} {
		data.say(line)
	}
	gone.conn.Close()
	done := make(chan error, 1)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		done <- r.Shutdown(ctx)
	}()
	closing := "421 4.3.2 mx.test is shutting down, try later"
	idle.expect("", closing, "", "closed")
	if c, err := net.Dial("tcp", r.addr); err == nil { // by now the port is closed, or about to be
		c.Close()
	}
	busy.expect("RCPT TO:<busy@x.example>", "250 2.0.0 I'll make sure <busy@x.example> gets this",
		"DATA", "354 Go ahead. End your data with <CR><LF>.<CR><LF>", "Subject: x\r\n\r\n.", "250 2.0.0 OK: queued", "", closing, "", "closed")
	select {
	case err := <-done:
		t.Fatalf("the server ended before a transaction did: %v", err)
	default:
	}
	data.expect("Subject: y\r\n\r\n.", "250 2.0.0 OK: queued", "", closing, "", "closed")
	if err := <-done; err != nil {
		t.Error(err)
	}
	if mails := r.mails(); len(mails) != 2 {
		t.Errorf("%d mails", len(mails))
	}
}

// A session that does not end is cut off when the time is over.
func TestShutdownCutsOff(t *testing.T) {
	r := start(t, options{}, bundledPolicy(t))
	c := r.hello()
	c.say("MAIL FROM:<a@b.example>")
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if err := r.Shutdown(ctx); err == nil || !strings.Contains(err.Error(), "deadline") {
		t.Errorf("shutdown: %v", err)
	}
	c.expect("", "closed")
}

// syncBuffer is a buffer for several goroutines.
type syncBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

// The log is made of records with attributes: one for a message, one for each
// copy that is stored, with the session of both.
func TestLog(t *testing.T) {
	var log syncBuffer
	logger, err := newLogger(&options{logFormat: "json", logLevel: "info"}, &log)
	if err != nil {
		t.Fatal(err)
	}
	r := start(t, options{logger: logger}, bundledPolicy(t))
	c := r.hello()
	for _, line := range []string{"MAIL FROM:<a@b.example>", "RCPT TO:<one@x.example>", "RCPT TO:<two@x.example>", "DATA", "Subject: x\r\n\r\n."} {
		c.say(line)
	}
	c.expect("QUIT", "221 2.0.0 Bye", "", "closed")
	log.mu.Lock()
	defer log.mu.Unlock()
	var stored, messages []map[string]any
	for line := range strings.Lines(log.String()) {
		var record map[string]any
		if err := json.Unmarshal([]byte(line), &record); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		switch record["msg"] {
		case "stored":
			stored = append(stored, record)
		case "message":
			messages = append(messages, record)
		}
	}
	if len(stored) != 2 || len(messages) != 1 {
		t.Fatalf("log:\n%s", log.String())
	}
	m := messages[0]
	if m["action"] != "accept" || m["code"] != 250.0 || m["copies"] != 2.0 || m["bytes"] != 14.0 || m["client"] != "127.0.0.1" || m["session"] == "" {
		t.Errorf("%v", m)
	}
	for i, to := range []string{"one@x.example", "two@x.example"} {
		if s := stored[i]; s["to"] != to || s["from"] != "a@b.example" || s["session"] != m["session"] || s["message"] == "" {
			t.Errorf("%v", s)
		}
	}
}
