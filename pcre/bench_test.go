package pcre

import (
	"fmt"
	"math/rand"
	"regexp"
	"strings"
	"testing"

	"github.com/dlclark/regexp2/v2"
)

// mailPatterns are what mail policies look for.
var mailPatterns = []struct{ name, pattern, short string }{
	{"literal", `unsubscribe`, "To unsubscribe from this list reply with the word remove"},
	{"words", `(?i)\b(?:viagra|cialis|lottery|winner|casino|refinance)\b`, "You are the lucky WINNER of our international lottery!!!"},
	{"keywords", keywords(), "please confirm your account and password to avoid suspend"},
	{"email", `[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}`, "From: Some One <some.one@mail.example.com> via list-out"},
	{"url", `https?://[^\s<>"]+`, "see http://www.example.com/path?query=1 for the details"},
	{"phone", `\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}`, "Call us now: (555) 123-4567 or write to sales department"},
	{"ipv4", `\b(?:\d{1,3}\.){3}\d{1,3}\b`, "Received: from mx.example.com ([192.0.2.17]) by mail.x.org"},
	{"header", `(?m)^(Received|From|To|Subject): .*$`, "Subject: Re: your order number 123456 of last Wednesday aft"},
	{"date", `\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4}`, "Date: Tue, 15 Nov 1994 08:12:31 -0500 (Eastern Standard T)"},
	{"status", `\b[245]\.\d{1,3}\.\d{1,3}\b`, "550 5.1.1 <nobody@example.com>: user unknown in local tab"},
	{"tag", `<[a-z][^>]*>`, "<p class=\"x\">Dear <b>customer</b>, you have a new message"},
	{"spamflag", `(?i)x-spam-flag:\s*yes`, "X-Spam-Level: ***** X-Spam-Flag: YES X-Spam-Score: 12.7"},
}

func keywords() string {
	words := strings.Fields(`account verify password suspend urgent invoice payment transfer bitcoin wallet
		prize claim inherit million dollars beneficiary confidential attorney diplomat consignment
		pharmacy prescription medication weight enlarge discount replica watches mortgage refinance
		credit score loan approval investment guarantee profit forex trading casino bonus jackpot
		click unsubscribe offer limited expires winner congratulations selected`)
	return `(?:` + strings.Join(words, "|") + `)`
}

// mailBody returns about n bytes of text as mail has it.
func mailBody(n int) []byte {
	words := strings.Fields(`the of and to in is you that it he was for on are as with his they at be this
		have from or one had by word but not what all were we when your can said there use an each which she
		do how their if will up other about out many then them these so some her would make like him into time
		has look two more write go see number no way could people my than first water been call who oil its now
		find long down day did get come made may part order meeting report please regards Dear attached`)
	rng := rand.New(rand.NewSource(1))
	var s strings.Builder
	line := 0
	for s.Len() < n {
		switch rng.Intn(400) {
		case 0:
			fmt.Fprintf(&s, "user%d@mail%d.example.com", rng.Intn(1000), rng.Intn(10))
		case 1:
			fmt.Fprintf(&s, "http://www.example.com/%d?id=%d", rng.Intn(100), rng.Intn(100000))
		case 2:
			fmt.Fprintf(&s, "(555) %03d-%04d", rng.Intn(1000), rng.Intn(10000))
		case 3:
			fmt.Fprintf(&s, "192.0.2.%d", rng.Intn(256))
		case 4:
			s.WriteString("\r\nSubject: Re: order\r\n")
			line = 0
		case 5:
			s.WriteString("12 Nov 2024")
		case 6:
			s.WriteString("5.1.1")
		case 7:
			s.WriteString("<a href=x>")
		default:
			s.WriteString(words[rng.Intn(len(words))])
		}
		if line++; line > 12 {
			s.WriteString("\r\n")
			line = 0
		} else {
			s.WriteByte(' ')
		}
	}
	return []byte(s.String()[:n])
}

func BenchmarkBody(b *testing.B) {
	body := mailBody(1 << 20)
	text := string(body)
	for _, p := range mailPatterns {
		b.Run(p.name+"/pcre", func(b *testing.B) {
			re := MustCompile(p.pattern)
			count := len(re.FindAllIndex(body, -1))
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			b.ResetTimer()
			for b.Loop() {
				n := 0
				re.each(body, -1, 1, func([]int) { n++ })
				if n != count {
					b.Fatal(n, count)
				}
			}
		})
		b.Run(p.name+"/regexp", func(b *testing.B) {
			re := regexp.MustCompile(p.pattern)
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				re.FindAllIndex(body, -1)
			}
		})
		b.Run(p.name+"/regexp2", func(b *testing.B) {
			re := regexp2.MustCompile(p.pattern)
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				m, err := re.FindStringMatch(text)
				for m != nil && err == nil {
					m, err = re.FindNextMatch(m)
				}
			}
		})
	}
}

func BenchmarkShort(b *testing.B) {
	for _, p := range mailPatterns {
		short := []byte(p.short)
		b.Run(p.name+"/pcre", func(b *testing.B) {
			re := MustCompile(p.pattern)
			b.ReportAllocs()
			for b.Loop() {
				re.Match(short)
			}
		})
		b.Run(p.name+"/regexp", func(b *testing.B) {
			re := regexp.MustCompile(p.pattern)
			b.ReportAllocs()
			for b.Loop() {
				re.Match(short)
			}
		})
		b.Run(p.name+"/regexp2", func(b *testing.B) {
			re := regexp2.MustCompile(p.pattern)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := re.MatchString(p.short); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkSubmatch(b *testing.B) {
	const line = "Received: from mx.example.com (mx.example.com [192.0.2.17]) by mail.x.org with ESMTP id 4Fq"
	const pattern = `^Received: from (\S+) \((\S+) \[([\d.]+)\]\) by (\S+)`
	b.Run("pcre", func(b *testing.B) {
		re := MustCompile(pattern)
		var loc []int
		b.ReportAllocs()
		for b.Loop() {
			loc, _ = re.MatchAt(loc[:0], []byte(line), 0, 0)
		}
	})
	b.Run("regexp", func(b *testing.B) {
		re := regexp.MustCompile(pattern)
		b.ReportAllocs()
		for b.Loop() {
			re.FindSubmatchIndex([]byte(line))
		}
	})
}

func BenchmarkCompile(b *testing.B) {
	for _, p := range mailPatterns {
		b.Run(p.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Compile(p.pattern); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCatastrophic(b *testing.B) {
	re := MustCompile(`(a+)+$`)
	subject := []byte(strings.Repeat("a", 30) + "b")
	b.ReportAllocs()
	for b.Loop() {
		if re.Match(subject) {
			b.Fatal("matched")
		}
	}
}
