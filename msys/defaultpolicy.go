package msys

import (
	_ "embed"
	"fmt"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/internal/luavm"
	"github.com/gomsys/gomsys/msys/dialect"
)

//go:embed defaultpolicy.lua
var defaultPolicy []byte

// defaultPolicyName is the script that runs a site's custom_policy around the
// checks of its dp_config.
const defaultPolicyName = "msys.default_policy"

// installDefaultPolicy makes the script msys.default_policy available to
// require and Load. A file of that name under Config.Path comes first.
func installDefaultPolicy(l *lua.State) {
	search := func(l *lua.State) int {
		if name, _ := l.ToString(1); name != defaultPolicyName && name != "msys/default_policy" {
			return 0
		}
		if err := dialect.Load(l, defaultPolicy, "@msys/default_policy.lua"); err != nil {
			luavm.Throw(l, 0, "%s", fmt.Sprintf("%s: %v", defaultPolicyName, err))
		}
		return 1
	}
	l.Global("package")
	l.Field(-1, "searchers")
	l.PushGoFunction(luavm.Guard(search))
	l.RawSetInt(-2, l.RawLength(-2)+1)
	l.Pop(2)
}
