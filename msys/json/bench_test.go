package json

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"
)

// events is the body of a webhook: many small records, mixed types.
func events() []byte {
	var b bytes.Buffer
	b.WriteByte('[')
	for i := range 200 {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"type":"bounce","bounce_class":"%d","campaign_id":"Example Campaign %d","error_code":"550",`+
			`"ip_address":"192.0.2.%d","message_id":"000443ee14578172%04d","rcpt_meta":{"customKey":"customValue","n":%d},`+
			`"rcpt_tags":["male","US"],"rcpt_to":"recipient%d@example.com","raw_reason":"550 5.1.1 <r@example.com>: no \"such\" user\n",`+
			`"num_retries":%d,"amp_enabled":true,"score":%d.25,"timestamp":145477%04d,"subject":"Grüße \u00fcber alles"}`,
			i%100, i, i, i, i, i, i%7, i, i)
	}
	b.WriteByte(']')
	return b.Bytes()
}

// numbers is a long array.
func numbers() []byte {
	var b bytes.Buffer
	b.WriteByte('[')
	for i := range 5000 {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%d, %.4f", i*i*7919, float64(i)*1.37)
	}
	b.WriteByte(']')
	return b.Bytes()
}

func BenchmarkParse(b *testing.B) {
	for name, doc := range map[string][]byte{"events": events(), "numbers": numbers()} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(doc)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Parse(doc, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+" stdlib", func(b *testing.B) {
			b.SetBytes(int64(len(doc)))
			b.ReportAllocs()
			for b.Loop() {
				var v any
				if err := json.Unmarshal(doc, &v); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkAppend(b *testing.B) {
	for name, doc := range map[string][]byte{"events": events(), "numbers": numbers()} {
		v, err := Parse(doc, nil)
		if err != nil {
			b.Fatal(err)
		}
		var std any
		if err := json.Unmarshal(doc, &std); err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(doc)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := v.Append(nil, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+" stdlib", func(b *testing.B) {
			b.SetBytes(int64(len(doc)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := json.Marshal(std); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
