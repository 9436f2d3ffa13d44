package dns

import (
	"strings"
	"testing"
	"time"

	wire "github.com/miekg/dns"
)

// packed gives an answer to the question for text.test as a packet.
func packed(t testing.TB, lines ...string) []byte {
	m := new(wire.Msg)
	m.SetQuestion("text.test.", wire.TypeTXT)
	m.Id, m.Response = 4711, true
	for _, line := range lines {
		rr, err := wire.NewRR(line)
		if err != nil {
			t.Fatal(err)
		}
		if rr.Header().Rrtype == wire.TypeSOA {
			m.Ns = append(m.Ns, rr)
		} else {
			m.Answer = append(m.Answer, rr)
		}
	}
	p, err := m.Pack()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// FuzzAnswer reads packets as they come from the network. Whatever comes: no
// panic, an end, and records only where the packet answers the question.
func FuzzAnswer(f *testing.F) {
	f.Add(packed(f, `text.test. 60 TXT "v=spf1 \200\"" "-all"`))
	f.Add(packed(f, "text.test. 60 CNAME a.test.", "a.test. 60 CNAME text.test."))
	f.Add(packed(f, "text.test. 60 CNAME a.test.", `a.test. 4294967295 TXT "x"`))
	f.Add(packed(f, "test. 60 SOA ns. h. 1 1 1 1 60"))
	f.Fuzz(func(t *testing.T, packet []byte) {
		for _, typ := range []Type{TXT, A, AAAA, MX, PTR, NS, CNAME, SOA, SRV} {
			q := newQuestion("text.test.", typ, true)
			q.Id = 4711
			m, err := unpack(q, packet)
			if err != nil {
				continue
			}
			if len(packet) < headerSize || !m.Response || m.Id != q.Id {
				t.Fatal("taken for an answer")
			}
			r, err := readReply(m, "text.test.", typ, 0)
			if err != nil {
				if r.links <= maxAliases {
					t.Fatal(err)
				}
				continue
			}
			if r.ttl < 0 || r.alias != "" && r.links == 0 || len(r.records) > len(m.Answer) {
				t.Fatalf("%+v", r)
			}
			if len(r.records) > 0 && r.ttl > 1<<31*time.Second {
				t.Fatal(r.ttl)
			}
		}
	})
}

// FuzzName checks that every name is either refused or can be asked for, and
// is the name again when the packet is read.
func FuzzName(f *testing.F) {
	for _, s := range []string{"example.com", "a..b", "b\u00fccher.example.", "192.0.2.1", "2001:db8::1", `a\.b`, "a b@c;(d)\"e\"", "_dmarc.x", ".", "xn--a"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		for _, typ := range []Type{A, PTR} {
			asked, err := questionName(fold(name), typ)
			if err != nil {
				continue
			}
			q := newQuestion(asked, typ, false)
			p, err := q.Pack()
			if err != nil {
				t.Fatalf("%q as %q: %v", name, asked, err)
			}
			back := new(wire.Msg)
			if err := back.Unpack(p); err != nil {
				t.Fatalf("%q as %q: %v", name, asked, err)
			}
			if !strings.EqualFold(back.Question[0].Name, asked) {
				t.Errorf("%q was asked for as %q and came back as %q", name, asked, back.Question[0].Name)
			}
		}
	})
}

// FuzzTexts compares the reading of escapes with the bytes on the wire.
func FuzzTexts(f *testing.F) {
	f.Add([]byte("v=spf1 \"quoted\" back\\slash \x00\xff"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, text []byte) {
		m := new(wire.Msg)
		m.SetQuestion("x.", wire.TypeTXT)
		p, err := m.Pack()
		if err != nil {
			t.Fatal(err)
		}
		p[7] = 1 // one answer
		p = append(p, 1, 'x', 0, 0, 16, 0, 1, 0, 0, 0, 60)
		var data []byte
		for rest := text; len(rest) > 0; {
			n := min(len(rest), 255)
			data = append(append(data, byte(n)), rest[:n]...)
			rest = rest[n:]
		}
		if len(data) == 0 {
			data = []byte{0}
		}
		if len(data) > 60000 {
			return
		}
		p = append(append(p, byte(len(data)>>8), byte(len(data))), data...)
		if err := m.Unpack(p); err != nil {
			t.Fatal(err)
		}
		rec, ok := record(m.Answer[0])
		if !ok || rec.Value != string(text) {
			t.Errorf("%q became %q", text, rec.Value)
		}
	})
}
