package smpp

import (
	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
)

// What callouts return.
const (
	// Continue goes on.
	Continue = 0
	// TempFailed and PermFailed end the processing as a failure.
	TempFailed = 1
	PermFailed = 2
	// Delivered ends it as a success: the script has done the work.
	Delivered = 3
)

// What callouts before and after a conversion return.
const (
	// ConvertContinue converts as usual.
	ConvertContinue = 0
	// ConvertSuppress says that the script has converted.
	ConvertSuppress = 1
	// ConvertCancel drops the message.
	ConvertCancel = 2
)

const (
	moduleName = "msys.smpp"
	olderName  = "msys.mobility"
)

// Libraries returns the Lua modules "msys.smpp", with "msys.mobility" as
// another name of the same table, "msys.mms", and what the texts of messages
// add to "msys.core".
func Libraries() []lua.RegistryFunction {
	libs := []lua.RegistryFunction{{Name: olderName, Function: openOlder}}
	for _, m := range Modules() {
		libs = append([]lua.RegistryFunction{m.Library()}, libs...)
	}
	return libs
}

// openOlder opens msys.smpp and makes its table that of msys.mobility too,
// whichever of the two is asked for first.
func openOlder(l *lua.State) int {
	lua.SubTable(l, lua.RegistryIndex, "_LOADED")
	l.Field(-1, moduleName)
	if l.IsTable(-1) {
		return 1
	}
	l.Pop(2)
	l.PushGlobalTable()
	lua.SubTable(l, -1, "msys")
	l.Field(-1, "smpp")
	if l.IsNil(-1) {
		l.Field(-2, "mobility") // the table that require gives for that name
		l.SetField(-3, "smpp")
	}
	l.SetTop(0)
	l.Global("require")
	l.PushString(moduleName)
	l.Call(1, 1)
	return 1
}

// Modules declares what [Libraries] returns.
func Modules() []*bind.Module {
	return []*bind.Module{smppModule(), mmsModule(), blobModule()}
}

func smppModule() *bind.Module {
	return &bind.Module{
		Name: moduleName, Examples: snippets, Aliases: []string{olderName},
		Doc: "Messages to and from telephones, for a server that is connected to an SMSC. `msys.mobility` is an older name of the same table.",
		Setup: func(c *bind.Call) {
			c.L.PushGlobalTable()
			lua.SubTable(c.L, -1, "msys")
			c.L.PushValue(c.Index(1))
			c.L.SetField(-2, "mobility")
		},
		Consts:  smppConsts(),
		Classes: pduClasses(),
		Funcs:   smppFuncs(),
	}
}

func smppConsts() []bind.Const {
	consts := []bind.Const{
		{Name: "SMPP_CONTINUE", Value: Continue, Doc: "Go on."},
		{Name: "SMPP_TEMPFAILED", Value: TempFailed, Doc: "A temporary failure."},
		{Name: "SMPP_PERMFAILED", Value: PermFailed, Doc: "A permanent failure."},
		{Name: "SMPP_DELIVERED", Value: Delivered, Doc: "Treat the message as delivered."},
		{Name: "SMPP_CONVERT_CONT", Value: ConvertContinue, Doc: "Convert as usual."},
		{Name: "SMPP_CONVERT_SUPPRESS", Value: ConvertSuppress, Doc: "The script has converted."},
		{Name: "SMPP_CONVERT_CANCEL", Value: ConvertCancel, Doc: "Drop the message."},
		{Name: "BLOB_KEY_SMS_TEXT", Value: TextSMS, Doc: "The text of a message to a telephone."},
		{Name: "BLOB_KEY_MO_EMAIL_TEXT", Value: TextMOEmail, Doc: "The text of the mail made from a message of a telephone."},
	}
	for _, k := range []struct{ name, key string }{
		{"SMS_DATA_CODING", KeySMSDataCoding}, {"SMS_DST_FLAG", KeySMSDstFlag}, {"SMS_DST_ADDRESS", KeySMSDstAddress},
		{"SMS_DST_NPI", KeySMSDstNPI}, {"SMS_DST_TON", KeySMSDstTON}, {"SMS_SRC_ADDRESS", KeySMSSrcAddress},
		{"SMS_SRC_NPI", KeySMSSrcNPI}, {"SMS_SRC_TON", KeySMSSrcTON}, {"SMS_REGISTERED_DELIVERY", KeySMSRegisteredDelivery},
		{"MO_EMAIL_FROM_ADDRESS", KeyMOEmailFromAddress}, {"MO_EMAIL_TO_ADDRESS", KeyMOEmailToAddress},
		{"MO_EMAIL_SUBJECT", KeyMOEmailSubject}, {"MO_EMAIL_DATA_CODING", KeyMOEmailDataCoding},
	} {
		consts = append(consts, bind.Const{Name: "VCTX_KEY_" + k.name, Value: k.key, Doc: "The message context variable " + k.key + "."})
	}
	return consts
}

const (
	pduParam = "pdu:msys.smpp:SMPP_PDU"
	msgParam = "msg:msys.core:_ec_message"
)

func smppFuncs() []bind.Func {
	funcs := []bind.Func{
		{
			Name: "smpp_get_message_id_from_pdu", Params: pduParam, Returns: "string",
			Doc: "Gives the id that the SMSC gave a message: of a response, or the one that a delivery receipt is about; \"\" if there is none.",
			Fn:  func(c *bind.Call) int { return c.PushString(bind.Arg[*PDU](c, 1).ID()) },
		},
		{
			Name: "smpp_get_submit_status_from_pdu", Params: pduParam, Returns: "number",
			Doc: "Gives the command status of a response, 0 for success.",
			Fn:  func(c *bind.Call) int { return c.PushNumber(float64(bind.Arg[*PDU](c, 1).Status)) },
		},
		{
			Name: "smpp_get_deliver_mo_msg", Params: pduParam, Returns: "string|nil",
			Doc: "Gives the text of a deliver_sm or data_sm, in the encoding of its data_coding and without a user data header; nil for other PDUs.",
			Fn: func(c *bind.Call) int {
				text, ok := bind.Arg[*PDU](c, 1).MOText()
				if !ok {
					return c.PushNil()
				}
				return c.PushString(string(text))
			},
		},
		{
			Name: "smpp_get_vals_from_dr", Params: pduParam, Returns: "table",
			Doc: "Gives the fields of a delivery receipt as strings: id, sub, dlvrd, submit_date, done_date, stat, err, text. Fields that it lacks are nil; " +
				"what is no receipt gives an empty table.",
			Fn: func(c *bind.Call) int {
				r, _ := bind.Arg[*PDU](c, 1).Receipt()
				vals := map[string]string{}
				for key, value := range map[string]string{"id": r.ID, "sub": r.Sub, "dlvrd": r.Dlvrd, "submit_date": r.SubmitDate,
					"done_date": r.DoneDate, "stat": r.Stat, "err": r.Err, "text": r.Text} {
					if value != "" {
						vals[key] = value
					}
				}
				return c.Push(vals)
			},
		},
		{
			Name: "smpp_read_msg_text_blob", Params: msgParam + ", key:string", Returns: "msys.core:_ec_string|nil",
			Doc: "Gives a copy of the text under BLOB_KEY_SMS_TEXT or BLOB_KEY_MO_EMAIL_TEXT, nil if there is none. It is kept as a message context variable.",
			Fn: func(c *bind.Call) int {
				text, ok := Text(bind.Arg[*message.Message](c, 1), c.String(2))
				if !ok {
					return c.PushNil()
				}
				return c.PushObject(message.NewECString(text))
			},
		},
		{
			Name: "smpp_write_msg_text_blob", Params: msgParam + ", text:string, [len:number], key:string", Returns: "number",
			Doc: "Sets the text under a key to the first len bytes of text, or to all if len is nil or 0, and gives 1.",
			Fn: func(c *bind.Call) int {
				m, text, key := bind.Arg[*message.Message](c, 1), c.String(2), c.String(4)
				if n := c.OptInt(3, 0); n > 0 && n < len(text) {
					text = text[:n]
				}
				SetText(m, key, text)
				return c.PushInt(1)
			},
		},
		{
			Name: "smpp_data_coding_name", Params: "data_coding:number|msys.smpp:SMPP_PDU", Returns: "string",
			Doc: "Gives the name of a data_coding, or of that of a PDU; `unknown (n)` for others.",
			Fn: func(c *bind.Call) int {
				if p, ok := bind.ObjectAt[*PDU](c.L, c.Index(1)); ok {
					if p.Short == nil {
						return c.PushString(DataCodingName(0))
					}
					return c.PushString(DataCodingName(int(p.Short.DataCoding)))
				}
				return c.PushString(DataCodingName(c.Int(1)))
			},
		},
	}
	for i := range funcs {
		funcs[i].Phases, funcs[i].Also, funcs[i].AlsoNote = bind.SMPP, bind.Any, "conversion and log scripts"
	}
	return funcs
}

func mmsModule() *bind.Module {
	return &bind.Module{
		Name: "msys.mms",
		Doc:  "What callouts about MMS (MM7) return.",
		Consts: []bind.Const{
			{Name: "MM7_CONTINUE", Value: Continue, Doc: "Go on."},
			{Name: "MM7_TEMP_FAIL", Value: TempFailed, Doc: "A temporary failure."},
			{Name: "MM7_PERM_FAIL", Value: PermFailed, Doc: "A permanent failure."},
			{Name: "MM7_DELIVERED", Value: Delivered, Doc: "The script has done the work."},
		},
	}
}
