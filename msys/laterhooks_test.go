package msys_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/msys"
)

// Functions that a module gets after it was registered are called from then
// on, under all of their names, and those that it loses no more.
func TestHooksDefinedLater(t *testing.T) {
	h := newHost(t, msys.Config{}, `
local mod, step = {}, 0
function mod:validate_connect() return 0 end
msys.registerModule("later", mod)
local function says(text) return function() print(text) return 0 end end
function mod:validate_ehlo()
	step = step + 1
	if step == 1 then mod.validate_mailfrom = says("own")
	elseif step == 2 then mod.validate_mailfrom, mod.validate_mailfrom_hook = nil, says("with _hook")
	elseif step == 3 then mod.validate_mailfrom_hook = false setmetatable(mod, {__index = {validate_mailfrom = says("inherited")}})
	elseif step == 4 then setmetatable(mod, nil)
	elseif step == 5 then rawset(mod, "validate_mailfrom", says("own again")) end
	return 0
end`)
	ctx := context.Background()
	s := h.session()
	for range 6 {
		if _, err := s.Ehlo(ctx, "client.example"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.MailFrom(ctx, "a@b.example"); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]string{"own", "with _hook", "inherited", "own again", "own again"}, h.printed); diff != "" {
		t.Error(diff)
	}
}
