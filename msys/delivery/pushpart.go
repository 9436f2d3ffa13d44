package delivery

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/gomsys/gomsys/message"
)

// PushPart is the part of a multi-channel message that one push service gets.
type PushPart struct {
	// Body is the part's content, decoded, without the fields before it.
	Body []byte

	part  *message.Part
	inner []string // fields at the begin of the content, as "name: value"
}

// MaxPushBody bounds the content of a [PushPart], in bytes.
const MaxPushBody = 1 << 20

// ErrPushBody is for a part that is larger than [MaxPushBody].
var ErrPushBody = errors.New("delivery: push part too large")

// FindPushPart finds the first part of a message with a content type such as
// "message/vnd.msys.gcm"; nil if there is none.
func FindPushPart(m *message.Message, contentType string) (*PushPart, error) {
	p, err := m.MIME(message.ReadOnly)
	if errors.Is(err, message.ErrNoContent) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for ; p != nil; p = p.Thread() {
		if p.Type().MIMEType != contentType {
			continue
		}
		body, err := io.ReadAll(io.LimitReader(p.Decoded(), MaxPushBody+1))
		if err != nil {
			return nil, err
		}
		if len(body) > MaxPushBody {
			return nil, ErrPushBody
		}
		pp := &PushPart{part: p}
		pp.split(body)
		return pp, nil
	}
	return nil, nil
}

// split takes the fields at the begin of the content off. They may be behind
// empty lines, and an empty line may follow them; JSON ends them, too.
func (p *PushPart) split(body []byte) {
	p.Body = body
	rest := body
	for {
		line, after, more := bytes.Cut(rest, []byte("\n"))
		text := strings.TrimRight(string(line), "\r")
		name, _, isField := strings.Cut(text, ":")
		switch {
		case strings.TrimSpace(text) == "" && len(p.inner) == 0:
		case strings.TrimSpace(text) == "":
			p.Body = after
			return
		case !isField || strings.ContainsAny(strings.TrimSpace(name), " \t\"{[") || strings.TrimSpace(name) == "":
			if len(p.inner) > 0 {
				p.Body = rest
			}
			return
		default:
			p.inner = append(p.inner, strings.TrimSpace(text))
		}
		if !more {
			if len(p.inner) > 0 {
				p.Body = nil
			}
			return
		}
		rest = after
	}
}

// Header gives a field of the part, or one that stands at the begin of its
// content, "" if there is none. The name may be in any case.
func (p *PushPart) Header(name string) string {
	if v := strings.TrimSpace(p.part.Header().Get(name)); v != "" {
		return v
	}
	for _, f := range p.inner {
		if n, v, _ := strings.Cut(f, ":"); strings.EqualFold(strings.TrimSpace(n), name) {
			return strings.TrimSpace(v)
		}
	}
	return ""
}
