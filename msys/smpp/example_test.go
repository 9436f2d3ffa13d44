package smpp_test

import (
	"fmt"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/lualib"
	"github.com/gomsys/gomsys/msys/smpp"
)

func ExampleParseReceipt() {
	r, ok := smpp.ParseReceipt("id:7 sub:001 dlvrd:001 submit date:2506011200 done date:2506011201 stat:DELIVRD err:000 text:Hello")
	fmt.Println(r.ID, r.Stat, r.Text, ok)
	_, ok = smpp.ParseReceipt("STOP")
	fmt.Println(ok)
	// Output:
	// 7 DELIVRD Hello true
	// false
}

func Example_lua() {
	l := lua.NewState()
	lualib.Open(l)
	bind.Preload(l, smpp.Libraries()...)
	bind.OpenPreloaded(l)
	bind.PushObject(l, smpp.NewResponse(smpp.SubmitSM, 0, "abc"))
	l.SetGlobal("pdu")
	err := lua.DoString(l, `
		print(pdu.type_name, msys.smpp.smpp_get_message_id_from_pdu(pdu))
		print(msys.smpp.smpp_data_coding_name(8))
	`)
	if err != nil {
		fmt.Println(err)
	}
	// Output:
	// submit_sm_resp	abc
	// UCS2
}
