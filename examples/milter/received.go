package main

import (
	"bytes"
	"io"
	"strings"

	"github.com/gomsys/gomsys/message"
)

// received is a message as the MTA tells it, piece by piece.
type received struct {
	from   string      // as policy sees the sender
	rcpts  []recipient // those that policy accepted
	header []field
	body   bytes.Buffer

	leading  bool // values begin with the blank after the colon
	limit    int64
	size     int64
	tooLarge bool
}

// recipient is an accepted recipient: mta is how the MTA names it, policy how
// scripts see it, without a source route for example.
type recipient struct{ mta, policy string }

// field is a header field. The value has what follows the colon, with CRLF
// where it is folded and without the line end.
type field struct{ name, value string }

func (f field) String() string { return f.name + ":" + f.value + "\r\n" }

// addField takes a header field. MTAs write folds as LF or CRLF.
func (r *received) addField(name, value string) {
	value = strings.ReplaceAll(strings.ReplaceAll(value, "\r\n", "\n"), "\n", "\r\n")
	if !r.leading {
		value = " " + value
	}
	if r.grow(len(name) + len(value) + 3) {
		r.header = append(r.header, field{name, value})
	}
}

// addBody takes a piece of the body, whose lines end in CRLF.
func (r *received) addBody(chunk []byte) {
	if r.grow(len(chunk)) {
		r.body.Write(chunk)
	}
}

func (r *received) grow(n int) bool {
	r.size += int64(n)
	r.tooLarge = r.tooLarge || r.size > r.limit
	return !r.tooLarge
}

// reader gives the message as SMTP content.
func (r *received) reader() io.Reader {
	var head bytes.Buffer
	for _, f := range r.header {
		head.WriteString(f.String())
	}
	head.WriteString("\r\n")
	return io.MultiReader(&head, bytes.NewReader(r.body.Bytes()))
}

// fieldsOf gives the header fields of a message. Lines that are no field
// cannot be told to an MTA; what it sent never has any.
func fieldsOf(m *message.Message) []field {
	var list []field
	for _, f := range m.Header().Fields() {
		name, value, ok := strings.Cut(string(f.Raw()), ":")
		if name = strings.TrimRight(name, " \t"); !ok || name == "" {
			continue
		}
		value = strings.TrimSuffix(strings.TrimSuffix(value, "\n"), "\r")
		list = append(list, field{name, strings.ReplaceAll(value, "\x00", " ")}) // NUL ends a value in the protocol
	}
	return list
}

// changedBody gives the body of m unless it is the received one.
func (r *received) changedBody(m *message.Message) (body []byte, changed bool, err error) {
	if body, err = io.ReadAll(m.Body()); err != nil {
		return nil, false, err
	}
	return body, !bytes.Equal(body, r.body.Bytes()), nil
}
