// Package modules gives a host all Lua modules of this library in one line:
//
//	rt, err := msys.New(msys.Config{Modules: modules.All(modules.Options{})})
//
// A host that wants fewer names the packages' own Library functions.
package modules

import (
	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/base64"
	"github.com/gomsys/gomsys/msys/idn"
	"github.com/gomsys/gomsys/msys/json"
	"github.com/gomsys/gomsys/msys/qp"
	"github.com/gomsys/gomsys/msys/xml"
)

// Options are the services of the host that modules work with. The zero value
// gives each module its working default.
type Options struct{}

// All returns the modules for Config.Modules.
func All(Options) []lua.RegistryFunction {
	return []lua.RegistryFunction{
		base64.Library(),
		idn.Library(),
		json.Library(),
		qp.Library(),
		xml.Library(),
	}
}
