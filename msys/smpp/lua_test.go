package smpp_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/lualib"
	"github.com/gomsys/gomsys/msys/policykit"
	"github.com/gomsys/gomsys/msys/smpp"
)

// policy does what scripts for telephones do.
const policy = `
	require("msys.core")
	require("msys.smpp")
	require("msys.mms")
	local mod = {}

	function mod:smpp_MT_pdu_eval(pdu)
		if pdu.type == 4 then
			local advert = "* by textfree *"
			msys.core.stringwrite(pdu.u.submit_sm.short_message, advert, #advert)
			pdu.u.submit_sm.sm_length = pdu.u.submit_sm.sm_length + #advert
			pdu.u.submit_sm.source_addr = "12345"
			pdu.u.submit_sm.registered_delivery = 1
		end
		return msys.smpp.SMPP_CONTINUE
	end

	function mod:smpp_MO_pdu_eval(pdu)
		local sm = pdu.u.deliver_sm
		print(pdu.type_name, sm.source_addr.buffer, tostring(sm.destination_addr), sm.data_coding, pdu.u.submit_sm)
		if string.find(sm.short_message.buffer, "viagra") then return 0x66 end
		if msys.smpp.smpp_get_deliver_mo_msg(pdu) == "STOP" then return -1 end
	end

	function mod:smpp_DR_pdu_eval(pdu)
		print("receipt: " .. msys.smpp.smpp_get_deliver_mo_msg(pdu))
		local dr = msys.smpp.smpp_get_vals_from_dr(pdu)
		for _, k in ipairs{"id", "sub", "dlvrd", "submit_date", "done_date", "stat", "err", "text"} do print(k, dr[k]) end
		return msys.smpp.SMPP_CONTINUE
	end

	function mod:smpp_submit_response(msg, pdu)
		local id = msys.smpp.smpp_get_message_id_from_pdu(pdu)
		local status = msys.smpp.smpp_get_submit_status_from_pdu(pdu)
		print("id " .. id, status, pdu.status, pdu.sequence, pdu.u.submit_sm_resp.message_id, pdu.u.submit_sm_resp.command_status)
		if status ~= 0 then return msys.smpp.SMPP_DELIVERED end
		return msys.smpp.SMPP_CONTINUE
	end

	function mod:smpp_MO_conversion(msg)
		local key = msys.smpp.BLOB_KEY_MO_EMAIL_TEXT
		print(msys.smpp.smpp_read_msg_text_blob(msg, key), msys.core.ec_message_blobject_get(msg, key))
		print(msys.smpp.smpp_write_msg_text_blob(msg, "changed by a hook, and more", 17, key))
		print(msys.smpp.smpp_read_msg_text_blob(msg, key).buffer)
		local blob = msys.core.ec_message_blobject_get(msg, key)
		print(tostring(msys.cast(blob.self, 'msys.core:_ec_string')))
		msys.core.ec_blobject_delref(blob)
		msys.core.ec_message_context_set(msg, msys.core.ECMESS_CTX_MESS, msys.smpp.VCTX_KEY_MO_EMAIL_DATA_CODING, "UTF-8")
		return msys.smpp.SMPP_CONTINUE
	end

	msys.registerModule("smpp_hooks", mod)
`

func newKit(t *testing.T) *policykit.Kit {
	t.Helper()
	k := policykit.New(t, &policykit.Options{Modules: smpp.Libraries()})
	k.LoadString("smpp.lua", policy)
	return k
}

// call runs a hook and gives what decided, nil for none.
func call(t *testing.T, k *policykit.Kit, hook string, args ...any) any {
	t.Helper()
	results, err := k.CallHook(context.Background(), hook, args...)
	if err != nil {
		t.Fatal(err)
	}
	if errs := k.Errors(); errs != nil {
		t.Fatal(errs)
	}
	if len(results) == 0 {
		return nil
	}
	return results[0]
}

func TestOutgoing(t *testing.T) {
	k := newKit(t)
	p := smpp.NewShortMessage(smpp.SubmitSM)
	p.Short.ShortMessage.Set("Hello ")
	if got := call(t, k, "smpp_MT_pdu_eval", p); got != 0.0 {
		t.Error(got)
	}
	if got := string(p.Short.Octets()); got != "Hello * by textfree *" || p.Short.SourceAddr.String() != "12345" || p.Short.RegisteredDelivery != 1 {
		t.Errorf("%q %q", got, p.Short.SourceAddr.String())
	}
}

func TestIncoming(t *testing.T) {
	k := newKit(t)
	for text, want := range map[string]any{"Hi": nil, "buy viagra": 102.0, "STOP": -1.0} {
		p := smpp.NewShortMessage(smpp.DeliverSM)
		p.Short.SourceAddr.Set("15551234")
		p.Short.DestinationAddr.Set("12345")
		p.Short.DataCoding = 3
		p.Short.ShortMessage.Set(text)
		if got := call(t, k, "smpp_MO_pdu_eval", p); got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
		if got := k.Printed(); got != "deliver_sm\t15551234\t12345\t3\tnil" {
			t.Error(got)
		}
	}
}

func TestReceiptInLua(t *testing.T) {
	k := newKit(t)
	p := smpp.NewShortMessage(smpp.DeliverSM)
	p.Short.ESMClass = 4
	p.Short.ShortMessage.Set("id:7 sub:001 dlvrd:000 submit date:2506011200 done date:2506011201 stat:UNDELIV err:0A1 text:Hello")
	call(t, k, "smpp_DR_pdu_eval", p)
	want := "receipt: " + p.Short.ShortMessage.String() + "\nid\t7\nsub\t001\ndlvrd\t000\nsubmit_date\t2506011200\ndone_date\t2506011201\nstat\tUNDELIV\nerr\t0A1\ntext\tHello"
	if diff := cmp.Diff(want, k.Printed()); diff != "" {
		t.Error(diff)
	}
	p = smpp.NewShortMessage(smpp.DeliverSM)
	call(t, k, "smpp_DR_pdu_eval", p)
	if got := k.Printed(); !strings.HasSuffix(got, "\nid\tnil\nsub\tnil\ndlvrd\tnil\nsubmit_date\tnil\ndone_date\tnil\nstat\tnil\nerr\tnil\ntext\tnil") {
		t.Error(got)
	}
}

func TestSubmitResponse(t *testing.T) {
	k := newKit(t)
	m := message.New(nil, k.Clock.Now())
	p := smpp.NewResponse(smpp.SubmitSM, 0, "abc")
	p.Sequence = 9
	if got := call(t, k, "smpp_submit_response", m, p); got != 0.0 {
		t.Error(got)
	}
	if got := k.Printed(); got != "id abc\t0\t0\t9\tabc\t0" {
		t.Error(got)
	}
	if got := call(t, k, "smpp_submit_response", m, smpp.NewResponse(smpp.SubmitSM, 0x58, "")); got != 3.0 {
		t.Error(got)
	}
}

func TestConversionTexts(t *testing.T) {
	k := newKit(t)
	m := message.New(nil, k.Clock.Now())
	call(t, k, "smpp_MO_conversion", m)
	if diff := cmp.Diff("nil\tnil\n1\nchanged by a hook\nchanged by a hook", k.Printed()); diff != "" {
		t.Error(diff)
	}
	if text, ok := smpp.Text(m, smpp.TextMOEmail); text != "changed by a hook" || !ok {
		t.Error(text, ok)
	}
	if coding, _ := m.ContextGet(message.ContextMess, smpp.KeyMOEmailDataCoding); coding != "UTF-8" {
		t.Error(coding)
	}
}

// TestFields sets and reads what a PDU has.
func TestFields(t *testing.T) {
	for _, tt := range []struct{ script, want string }{
		{`b.esm_class = 255 print(b.esm_class, b.sar_msg_ref_num, b.sm_length, b.command_id, b.sequence_number, b.nope)`, "255\t0\t5\t4\t0\tnil"},
		{`b.sar_msg_ref_num = 65535 b.command_status = 4294967295 print(b.sar_msg_ref_num, pdu.status)`, "65535\t4294967295"},
		{`b.sm_length = 2 print(b.sm_length, b.short_message)`, "2\thello"},
		{`b.short_message = "other" b.message_payload:write("pay") print(b.short_message.buffer, b.message_payload)`, "other\tpay"},
		{`print(b.sm_length) b.short_message = nil print(#b.short_message, b.sm_length)`, "5\n0\t0"},
		{`pdu.status = 8 pdu.sequence = 7 print(b.command_status, b.sequence_number, tostring(pdu))`, "8\t7\tSMPP_PDU: submit_sm"},
		{`print(pcall(function() b.esm_class = 256 end))`, "false\tbad argument #1 to 'newindex' (number from 0 to 255 expected, got 256)"},
		{`print(pcall(function() b.esm_class = "x" end))`, "false\tbad argument #1 to 'newindex' (number expected, got string)"},
		{`print((pcall(function() b.esm_class = 0/0 end)))`, "false"},
		{`print(pcall(function() b.nope = 1 end))`, "false\tf.lua:1: field 'nope' of msys.smpp:pdu_body cannot be assigned"},
		{`print(pcall(function() b.command_id = 1 end))`, "false\tf.lua:1: field 'command_id' of msys.smpp:pdu_body cannot be assigned"},
		{`print(pcall(function() pdu.type = 1 end))`, "false\tf.lua:1: field 'type' of msys.smpp:SMPP_PDU cannot be assigned"},
		{`print(msys.smpp.smpp_data_coding_name(8), msys.smpp.smpp_data_coding_name(99), msys.smpp.smpp_data_coding_name(pdu))`, "UCS2\tunknown (99)\tDefault"},
		{`print(msys.smpp.smpp_get_deliver_mo_msg(pdu), msys.smpp.smpp_get_message_id_from_pdu(pdu) == "", next(msys.smpp.smpp_get_vals_from_dr(pdu)))`, "nil\ttrue\tnil"},
		{`print(pcall(msys.smpp.smpp_get_message_id_from_pdu, nil))`, "false\tbad argument #1 to 'smpp_get_message_id_from_pdu' (msys.smpp:SMPP_PDU expected, got nil)"},
		{`print(pcall(msys.smpp.smpp_write_msg_text_blob, msys.core.ec_message_new(), "x", 1))`, "false\tbad argument #4 to 'smpp_write_msg_text_blob' (string expected, got nil)"},
		{`local m = msys.core.ec_message_new() msys.smpp.smpp_write_msg_text_blob(m, "all\0", 0, "k") print(#msys.smpp.smpp_read_msg_text_blob(m, "k"))
			msys.smpp.smpp_write_msg_text_blob(m, "all", nil, "k") print(msys.smpp.smpp_read_msg_text_blob(m, "k"))`, "4\nall"},
	} {
		k := policykit.New(t, &policykit.Options{Modules: smpp.Libraries()})
		k.LoadString("f.lua", `local mod = {} function mod:smpp_MT_pdu_eval(pdu) local b = pdu.u.submit_sm `+tt.script+` end msys.registerModule("f", mod)`)
		p := smpp.NewShortMessage(smpp.SubmitSM)
		p.Short.ShortMessage.Set("hello")
		call(t, k, "smpp_MT_pdu_eval", p)
		if diff := cmp.Diff(tt.want, strings.ReplaceAll(k.Printed(), "false\tf.lua:1: bad", "false\tbad")); diff != "" {
			t.Errorf("%s: %s", tt.script, diff)
		}
	}
	p := smpp.NewShortMessage(smpp.SubmitSM)
	k := policykit.New(t, &policykit.Options{Modules: smpp.Libraries()})
	k.LoadString("f.lua", `local mod = {} function mod:smpp_MT_pdu_eval(pdu) pdu.u.submit_sm.sm_length = 2 end msys.registerModule("f", mod)`)
	p.Short.ShortMessage.Set("hello")
	call(t, k, "smpp_MT_pdu_eval", p)
	if got := string(p.Short.Octets()); got != "he" {
		t.Error(got)
	}
}

func TestConstants(t *testing.T) {
	k := policykit.New(t, &policykit.Options{Modules: smpp.Libraries()})
	k.LoadString("c.lua", `
		local s, m = msys.smpp, msys.mms
		print(s.SMPP_CONTINUE, s.SMPP_DELIVERED, s.SMPP_TEMPFAILED, s.SMPP_PERMFAILED, s.SMPP_CONVERT_CONT, s.SMPP_CONVERT_SUPPRESS, s.SMPP_CONVERT_CANCEL)
		print(s.BLOB_KEY_SMS_TEXT, s.BLOB_KEY_MO_EMAIL_TEXT, s.VCTX_KEY_SMS_SRC_ADDRESS, s.VCTX_KEY_SMS_DST_TON)
		print(m.MM7_CONTINUE, m.MM7_TEMP_FAIL, m.MM7_PERM_FAIL, m.MM7_DELIVERED)
		print(msys.mobility == msys.smpp, require("msys.mobility") == msys.smpp, require("msys.smpp") == msys.smpp)
	`)
	want := "0\t3\t1\t2\t0\t1\t2\nSMS_Text\tMO_Email_Text\tSMS_Source_Address\tSMS_Destination_TON\n0\t1\t2\t3\ntrue\ttrue\ttrue"
	if diff := cmp.Diff(want, k.Printed()); diff != "" {
		t.Error(diff)
	}
}

// TestBareState opens the modules in both orders, and at once.
func TestBareState(t *testing.T) {
	for _, script := range []string{
		`assert(require("msys.mobility") == require("msys.smpp"))`,
		`assert(require("msys.smpp") == require("msys.mobility"))`,
		`local m = require("msys.mobility") assert(m.SMPP_DELIVERED == 3 and m == msys.mobility and m == msys.smpp)`,
		`require("msys.smpp") assert(msys.mobility == msys.smpp)`,
	} {
		l := lua.NewState()
		lualib.Open(l)
		bind.Preload(l, smpp.Libraries()...)
		if err := lua.DoString(l, script); err != nil {
			t.Errorf("%s: %v", script, err)
		}
	}
	l := lua.NewState()
	lualib.Open(l)
	bind.Open(l, smpp.Libraries()...)
	if err := lua.DoString(l, `assert(msys.mobility == msys.smpp and msys.mms.MM7_DELIVERED == 3)`); err != nil {
		t.Error(err)
	}
}
