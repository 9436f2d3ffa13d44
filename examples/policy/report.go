package main

import (
	"encoding/json"
	"fmt"
	"io"
	"sort"
	"strings"
)

// report is what a run found, the object that -json prints.
type report struct {
	Message    string         `json:"message,omitempty"` // the file, if there are several
	Verdict    verdictJSON    `json:"verdict"`
	Callouts   []calloutJSON  `json:"callouts"`
	Log        []text         `json:"log"`
	ESMTP      []string       `json:"esmtp"`
	Tarpit     float64        `json:"tarpit"`
	Recipients []string       `json:"recipients"`
	Messages   []messageJSON  `json:"messages"`
	Injected   []injectedJSON `json:"injected"`
	Error      string         `json:"error"`
}

type verdictJSON struct {
	Action string `json:"action"`
	Code   int    `json:"code"`
	Text   string `json:"text"`
}

type calloutJSON struct {
	Phase   string `json:"phase"`
	Callout string `json:"callout"`
	Script  string `json:"script"`
	Return  string `json:"return"`
	Error   string `json:"error"`
}

type messageJSON struct {
	MailFrom      string            `json:"mailfrom"`
	RcptTo        string            `json:"rcptto"`
	Binding       string            `json:"binding"`
	BindingGroup  string            `json:"binding_group"`
	RoutingDomain string            `json:"routing_domain"`
	Context       map[string]string `json:"context"`
	Discarded     bool              `json:"discarded"`
	Raw           text              `json:"raw"`
}

type injectedJSON struct {
	MailFrom string   `json:"mailfrom"`
	RcptTo   []string `json:"rcptto"`
	Raw      text     `json:"raw"`

	batch string // joins the recipients of one message
}

func newReport() *report {
	return &report{
		Callouts: []calloutJSON{}, Log: []text{}, ESMTP: []string{}, Recipients: []string{},
		Messages: []messageJSON{}, Injected: []injectedJSON{},
	}
}

// writeJSON prints the report as one object.
func (r *report) writeJSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(r); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	return nil
}

// writeText prints the report for a reader.
func (r *report) writeText(w io.Writer) {
	section := func(title string) { fmt.Fprintf(w, "\n%s\n", title) }
	if r.Message != "" {
		fmt.Fprintf(w, "\n== %s\n", r.Message)
	}
	if len(r.Callouts) > 0 {
		section("Callouts")
		for _, c := range r.Callouts {
			outcome := c.Return
			if c.Error != "" {
				outcome = "ERROR " + c.Error
			}
			fmt.Fprintf(w, "  %-22s %-32s %-12s %s\n", c.Phase, c.Callout, c.Script, outcome)
		}
	}
	if len(r.Log) > 0 {
		section("Printed by scripts")
		for _, line := range r.Log {
			fmt.Fprintf(w, "  %s\n", line)
		}
	}
	if len(r.ESMTP) > 0 {
		section("EHLO reply")
		fmt.Fprintf(w, "  %s\n", strings.Join(r.ESMTP, ", "))
	}
	if r.Tarpit > 0 {
		section("Tarpit")
		fmt.Fprintf(w, "  replies delayed by %g s in all\n", r.Tarpit)
	}
	for i, m := range r.Messages {
		title := fmt.Sprintf("Message %d of %d for %s", i+1, len(r.Messages), m.RcptTo)
		if m.Discarded {
			title += " (discarded by policy)"
		}
		section(title)
		m.writeText(w)
	}
	for _, m := range r.Injected {
		section("Injected by a script for " + strings.Join(m.RcptTo, ", "))
		indent(w, head(string(m.Raw)))
	}
	section("Verdict")
	fmt.Fprintf(w, "  %s: %d %s\n", r.Verdict.Action, r.Verdict.Code, r.Verdict.Text)
	if r.Error != "" {
		fmt.Fprintf(w, "  error: %s\n", r.Error)
	}
}

func (m messageJSON) writeText(w io.Writer) {
	fmt.Fprintf(w, "  from %s, binding %s, routing domain %s\n", quoted(m.MailFrom), quoted(m.Binding), quoted(m.RoutingDomain))
	keys := make([]string, 0, len(m.Context))
	for k := range m.Context {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		fmt.Fprintf(w, "  %s = %s\n", k, m.Context[k])
	}
	indent(w, head(string(m.Raw)))
}

func quoted(s string) string {
	if s == "" {
		return "(none)"
	}
	return s
}

// head gives the header block of a message.
func head(raw string) string {
	for _, sep := range []string{"\r\n\r\n", "\n\n"} {
		if i := strings.Index(raw, sep); i >= 0 {
			return raw[:i]
		}
	}
	return raw
}

func indent(w io.Writer, text string) {
	for line := range strings.SplitSeq(strings.TrimRight(text, "\r\n"), "\n") {
		fmt.Fprintf(w, "  | %s\n", strings.TrimRight(line, "\r"))
	}
}
