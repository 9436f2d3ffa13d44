package macro_test

import (
	"testing"

	"github.com/gomsys/gomsys/vctx/macro"
)

func BenchmarkExpand(b *testing.B) {
	e := expander(macro.Options{})
	sub := &macro.Subject{Context: session(b, "192.0.2.7:4321", "strong-bad@email.example.com")}
	for name, text := range map[string]string{
		"none":     "550 5.7.1 no macros in this text, which is as long as they usually are",
		"variable": "%{vctx_conn:ehlo_domain}",
		"bare":     "%{mailfrom_localpart}@%{mailfrom_domain}",
		"dnsbl":    "%{spfv1:ir}.zen.example.org",
		"mixed":    "%{i} %{spfv1:ir}.%{spfv1:v} %{vctx_conn:ehlo_domain} %{vctx_conn:no||none} %{nosuch:x} 5%",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if _, err := e.Expand(b.Context(), sub, text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

const mainlogFormat = "%t@%i@%BI@%CI@R@%r@%R@%m@%M@%H@%B@%p@%g@%b@%vctx_mess{k}@%t{%Y-%m-%d}"

func BenchmarkLogFormat(b *testing.B) {
	e, ev := expander(macro.Options{}), delivery()
	f, err := e.Log(mainlogFormat, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("compiled", func(b *testing.B) {
		b.ReportAllocs()
		var line []byte
		for b.Loop() {
			line, _ = f.Append(b.Context(), line[:0], ev)
		}
		b.SetBytes(int64(len(line)))
	})
	b.Run("ExpandLog", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := e.ExpandLog(b.Context(), mainlogFormat, ev); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func TestLogFormatAllocates(t *testing.T) {
	ev := delivery()
	f, err := expander(macro.Options{}).Log(mainlogFormat, nil)
	if err != nil {
		t.Fatal(err)
	}
	line := make([]byte, 0, 1024)
	if n := testing.AllocsPerRun(100, func() { line, _ = f.Append(t.Context(), line[:0], ev) }); n > 1 {
		t.Errorf("%v allocations a line", n)
	}
}
