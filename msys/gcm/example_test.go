package gcm_test

import (
	"fmt"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
	"github.com/gomsys/gomsys/msys/delivery"
	"github.com/gomsys/gomsys/msys/gcm"
	"github.com/gomsys/gomsys/msys/lualib"
)

func Example() {
	code := gcm.ErrorCode("NotRegistered")
	fmt.Println(int(code), code.Status() == delivery.PermFailed)
	// Output: 5 true
}

func Example_lua() {
	l := lua.NewState()
	lualib.Open(l)
	bind.Preload(l, gcm.Library(), delivery.Library())
	err := lua.DoString(l, `
		require("msys.gcm")
		require("msys.delivery")
		local code = msys.gcm.gcm_get_result_error_code("Unavailable")
		print(code, msys.gcm.gcm_classify_error(code) == msys.delivery.DELIVERY_TEMPFAILED)
	`)
	fmt.Println(err)
	// Output:
	// 1	true
	// <nil>
}
