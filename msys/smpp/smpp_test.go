package smpp_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys/smpp"
)

func TestCommandNames(t *testing.T) {
	for c, want := range map[smpp.CommandID]string{
		4: "submit_sm", 5: "deliver_sm", 0x80000004: "submit_sm_resp", 0x103: "data_sm", 0x80000103: "data_sm_resp", 0x80000000: "generic_nack",
		0x15: "enquire_link", 0xB: "outbind", 0x102: "alert_notification", 0x8000000B: "command_0x8000000b", 0x7f: "command_0x0000007f",
	} {
		if got := c.String(); got != want {
			t.Errorf("%#x: %s, want %s", uint32(c), got, want)
		}
	}
}

func TestParseReceipt(t *testing.T) {
	full := smpp.Receipt{ID: "0123456789", Sub: "001", Dlvrd: "001", SubmitDate: "2506011200", DoneDate: "2506011201", Stat: "DELIVRD", Err: "000", Text: "Hello there, id:7"}
	for _, tt := range []struct {
		text string
		want smpp.Receipt
		ok   bool
	}{
		{"id:0123456789 sub:001 dlvrd:001 submit date:2506011200 done date:2506011201 stat:DELIVRD err:000 Text:Hello there, id:7", full, true},
		{full.String(), full, true},
		{" \r\nID:0123456789  SUB:001\tDLVRD:001 Submit_Date:2506011200 Done Date:2506011201 STAT:DELIVRD ERR:000 TEXT:Hello there, id:7", full, true},
		{"id: 7 stat: EXPIRED err: 0A", smpp.Receipt{ID: "7", Stat: "EXPIRED", Err: "0A"}, true},
		{"id:7 sub: dlvrd: stat:UNDELIV err: text:", smpp.Receipt{ID: "7", Stat: "UNDELIV"}, true},
		{"id:7 network:31003 stat:REJECTD extra words err:1", smpp.Receipt{ID: "7", Stat: "REJECTD", Err: "1"}, true},
		{"id:7 id:8 stat:A stat:B", smpp.Receipt{ID: "7", Stat: "A"}, true},
		{"id:a-b:c stat:DELIVRD text:\xff\x00\nsecond line ", smpp.Receipt{ID: "a-b:c", Stat: "DELIVRD", Text: "\xff\x00\nsecond line "}, true},
		{"id:7 sub:001", smpp.Receipt{}, false},
		{"stat:DELIVRD", smpp.Receipt{}, false},
		{"my id:7 has stat:DELIVRD", smpp.Receipt{}, false},
		{"valid:7 stat:DELIVRD", smpp.Receipt{}, false},
		{"STOP", smpp.Receipt{}, false},
		{"", smpp.Receipt{}, false},
	} {
		got, ok := smpp.ParseReceipt(tt.text)
		if diff := cmp.Diff(tt.want, got); diff != "" || ok != tt.ok {
			t.Errorf("%q: %v %s", tt.text, ok, diff)
		}
	}
}

// FuzzParseReceipt checks that a receipt, printed again, is the same.
func FuzzParseReceipt(f *testing.F) {
	f.Add("id:0123456789 sub:001 dlvrd:001 submit date:2506011200 done date:2506011201 stat:DELIVRD err:000 Text:Hello there, id:7")
	f.Add("id: 7 stat: EXPIRED err: 0A")
	f.Add("id:7 sub: dlvrd: stat:UNDELIV text:id:8")
	f.Add("id:id:\r\nstat:\tstat: x submit date:done date:")
	f.Add("text:")
	f.Fuzz(func(t *testing.T, text string) {
		r, ok := smpp.ParseReceipt(text)
		if !ok {
			if r != (smpp.Receipt{}) {
				t.Errorf("no receipt, but %+v", r)
			}
			return
		}
		for _, v := range []string{r.ID, r.Sub, r.Dlvrd, r.SubmitDate, r.DoneDate, r.Stat, r.Err, r.Text} {
			if !strings.Contains(text, v) {
				t.Errorf("%q is not in %q", v, text)
			}
		}
		again, ok := smpp.ParseReceipt(r.String())
		if diff := cmp.Diff(r, again); diff != "" || !ok {
			t.Errorf("%q: %v %s", r.String(), ok, diff)
		}
	})
}

func deliver(esmClass uint8, text string) *smpp.PDU {
	p := smpp.NewShortMessage(smpp.DeliverSM)
	p.Short.ESMClass = esmClass
	p.Short.ShortMessage.Set(text)
	return p
}

func TestTexts(t *testing.T) {
	payload := deliver(0, "")
	payload.Short.MessagePayload.Set("long text")
	submit := smpp.NewShortMessage(smpp.SubmitSM)
	submit.Short.ShortMessage.Set("out")
	for _, tt := range []struct {
		name string
		pdu  *smpp.PDU
		want string
		ok   bool
	}{
		{"plain", deliver(0, "Hi\x00"), "Hi\x00", true},
		{"header", deliver(0x40, "\x05\x00\x03\x01\x02\x01part"), "part", true},
		{"header only", deliver(0x40, "\x02\x00\x00"), "", true},
		{"broken header", deliver(0x40, "\xffpart"), "\xffpart", true},
		{"empty", deliver(0x40, ""), "", true},
		{"payload", payload, "long text", true},
		{"submit", submit, "", false},
		{"response", smpp.NewResponse(smpp.SubmitSM, 0, "7"), "", false},
	} {
		if text, ok := tt.pdu.MOText(); string(text) != tt.want || ok != tt.ok {
			t.Errorf("%s: %q %v", tt.name, text, ok)
		}
	}
}

func TestReceipts(t *testing.T) {
	tlv := deliver(0x04, "not in the form of the appendix")
	tlv.Short.ReceiptedMessageID.Set("77")
	tlv.Short.MessageState = 5
	unflagged := deliver(0, "hello")
	unflagged.Short.ReceiptedMessageID.Set("78")
	for _, tt := range []struct {
		name string
		pdu  *smpp.PDU
		want smpp.Receipt
		id   string
	}{
		{"text", deliver(0x04, "id:7 stat:DELIVRD"), smpp.Receipt{ID: "7", Stat: "DELIVRD"}, "7"},
		{"not flagged", deliver(0, "id:7 stat:DELIVRD"), smpp.Receipt{ID: "7", Stat: "DELIVRD"}, "7"},
		{"lenient", deliver(0x04, "msg id:7 expired"), smpp.Receipt{ID: "7"}, "7"},
		{"parameters", tlv, smpp.Receipt{ID: "77", Stat: "UNDELIV"}, "77"},
		{"no receipt", unflagged, smpp.Receipt{}, "78"},
		{"mo", deliver(0, "STOP"), smpp.Receipt{}, ""},
		{"response", smpp.NewResponse(smpp.SubmitSM, 0, "abc"), smpp.Receipt{}, "abc"},
		{"error", smpp.NewResponse(smpp.SubmitSM, 0x58, ""), smpp.Receipt{}, ""},
	} {
		r, ok := tt.pdu.Receipt()
		if diff := cmp.Diff(tt.want, r); diff != "" || ok != (tt.want != smpp.Receipt{}) || tt.pdu.ID() != tt.id {
			t.Errorf("%s: %v %q %s", tt.name, ok, tt.pdu.ID(), diff)
		}
	}
}

func TestDataCodingName(t *testing.T) {
	for n, want := range map[int]string{0: "Default", 3: "Latin-1", 8: "UCS2", 15: "unknown (15)", -1: "unknown (-1)", 245: "unknown (245)"} {
		if got := smpp.DataCodingName(n); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
}

func BenchmarkParseReceipt(b *testing.B) {
	const text = "id:0123456789 sub:001 dlvrd:001 submit date:2506011200 done date:2506011201 stat:DELIVRD err:000 Text:Hello there"
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := smpp.ParseReceipt(text); !ok {
			b.Fatal("no receipt")
		}
	}
}
