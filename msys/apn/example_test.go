package apn_test

import (
	"fmt"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/apn"
	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/delivery"
	"github.com/gomsys/gomsys/msys/lualib"
)

func Example() {
	code := apn.ReasonCode(410, "Unregistered")
	fmt.Println(int(code), code, code.Status() == delivery.PermFailed)
	// Output: 8 invalid token true
}

func Example_lua() {
	l := lua.NewState()
	lualib.Open(l)
	bind.Preload(l, apn.Library(), delivery.Library())
	err := lua.DoString(l, `
		require("msys.apn")
		require("msys.delivery")
		print(msys.apn.apn_status_classifier(msys.apn.APNS_SHUTDOWN) == msys.delivery.DELIVERY_TEMPFAILED)
	`)
	fmt.Println(err)
	// Output:
	// true
	// <nil>
}
