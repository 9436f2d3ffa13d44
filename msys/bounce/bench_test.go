package bounce

import "testing"

func BenchmarkClassifyText(b *testing.B) {
	replies := knownReplies(b)
	size := 0
	for _, r := range replies {
		size += len(r.text)
	}
	run := func(name string, o *Options) {
		c := newClassifier(b, o)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(size / len(replies)))
			i := 0
			for b.Loop() {
				c.ClassifyText(replies[i].text, "example.net")
				i = (i + 1) % len(replies)
			}
		})
	}
	run("full rule set", &Options{CacheSize: -1})
	run("cached", nil)
}

func BenchmarkNew(b *testing.B) {
	var rules []rule
	for _, name := range replyGroups {
		more, err := readGroup(name)
		if err != nil {
			b.Fatal(err)
		}
		rules = append(rules, more...)
	}
	b.ReportAllocs()
	for b.Loop() {
		newWordRuleset(rules)
	}
}
