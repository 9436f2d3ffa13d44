package av_test

import (
	"net"
	"strings"
	"testing"

	lua "github.com/Shopify/go-lua"
	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/internal/loopback"
	"github.com/gomsys/gomsys/msys/scan"
	"github.com/gomsys/gomsys/msys/scan/av"
	"github.com/gomsys/gomsys/msys/scan/clamd"
	"github.com/gomsys/gomsys/msys/scan/internal/scantest"
)

func newSet(t testing.TB, slots ...scan.Slot) *scan.Set {
	t.Helper()
	set, err := scan.NewSet(slots...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := set.Close(); err != nil {
			t.Error(err)
		}
	})
	return set
}

func antivirus(name, addr string) scan.Slot {
	return scan.Slot{Name: name, Kind: scan.Antivirus, Engine: clamd.New(addr, nil)}
}

func always(answer string) func([]byte) string { return func([]byte) string { return answer } }

const show = `
local names = {}
for k, v in pairs(msys.av) do if type(v) == "number" then names[v] = k:gsub("EC_AV_", "") end end
local function show(rc, info, engine, code) print(names[rc], info, engine, code) end
`

// scripts runs the body in validate_data with clamav at addr and second.
func script(t *testing.T, set *scan.Set, body string) string {
	t.Helper()
	_, printed := scantest.Policy(t, []lua.RegistryFunction{av.Library(set)}, "validate_data", `require("msys.av")`+show+body, scantest.Mail)
	return printed
}

func TestScriptsScan(t *testing.T) {
	clean := scantest.NewClamd(t, always("OK"))
	dirty := scantest.NewClamd(t, always("Eicar-Test FOUND"))
	broken := scantest.NewClamd(t, always("whatever"))
	large := scantest.NewClamd(t, always("OK"))
	large.Limit = 10
	for _, tc := range []struct {
		name  string
		slots []scan.Slot
		body  string
		want  string
	}{
		{"no engine", nil, `print(#msys.av.engines(), msys.av.scan() == msys.av.EC_AV_NO_ENGINE)`, "0\ttrue"},
		{"no engine says so", nil, `show(msys.av.scan())`, "NO_ENGINE\tno engine configured\tnil\tnil"},
		{"infected", []scan.Slot{antivirus("clamav", dirty.Addr)}, `show(msys.av.scan("clamav", msg, vctx))`, "INFECTED\tEicar-Test\tclamav\tEicar-Test"},
		{"clean", []scan.Slot{antivirus("clamav", clean.Addr)}, `show(msys.av.scan("clamav", msg, vctx))`, "CLEAN\t\tnil\tOK"},
		{"unknown engine", []scan.Slot{antivirus("clamav", clean.Addr)}, `show(msys.av.scan("csapi"))`, `NO_ENGINE	no engine "csapi" configured	nil	nil`},
		{"empty name", []scan.Slot{antivirus("clamav", clean.Addr)}, `show(msys.av.scan(""))`, `NO_ENGINE	no engine "" configured	nil	nil`},
		{"name too long", nil, `show(msys.av.scan(("x"):rep(41)))`, "NAME_TOO_LONG\tengine name too long\tnil\tnil"},
		{"longest name", nil, `show(msys.av.scan(("x"):rep(40)))`, `NO_ENGINE	no engine "` + strings.Repeat("x", 40) + `" configured	nil	nil`},
		{"nonsense", []scan.Slot{antivirus("clamav", broken.Addr)}, `show(msys.av.scan())`, `ERROR	unusable answer: "stream: whatever"	nil	nil`},
		{"too large", []scan.Slot{antivirus("clamav", large.Addr)}, `show(msys.av.scan())`, "UNSCANNABLE\tINSTREAM size limit exceeded\tclamav\tnil"},
		{"refused", []scan.Slot{antivirus("clamav", loopback.Addr(t))}, `local rc, info, e, code = msys.av.scan(); show(rc, info:match("^connecting"), e, code)`, "ERROR\tconnecting\tnil\tnil"},
		{"second engine", []scan.Slot{antivirus("one", clean.Addr), antivirus("two", dirty.Addr)}, `show(msys.av.scan()); print(table.concat(msys.av.engines(), " "))`, "INFECTED\tEicar-Test\ttwo\tEicar-Test\none two"},
		{"failure counts more than clean", []scan.Slot{antivirus("one", broken.Addr), antivirus("two", clean.Addr)}, `print((msys.av.scan()) == msys.av.EC_AV_ERROR)`, "true"},
		{"infection counts more than failure", []scan.Slot{antivirus("one", broken.Addr), antivirus("two", dirty.Addr)}, `show(msys.av.scan())`, "INFECTED\tEicar-Test\ttwo\tEicar-Test"},
		{"unscannable counts more than failure", []scan.Slot{antivirus("one", large.Addr), antivirus("two", broken.Addr)}, `print((msys.av.scan()) == msys.av.EC_AV_UNSCANNABLE)`, "true"},
		{"spam filters are no antivirus", []scan.Slot{{Name: "cloudmark", Engine: clamd.New(dirty.Addr, nil)}}, `print(#msys.av.engines()); show(msys.av.scan("cloudmark"))`, "0\n" + `NO_ENGINE	no engine "cloudmark" configured	nil	nil`},
		{"wrong types", nil, `print(pcall(msys.av.scan, {})); print(pcall(msys.av.scan, nil, "x")); print(pcall(msys.av.scan, nil, nil, msg))`,
			"false\tbad argument #1 to 'scan' (string expected, got table)\n" +
				"false\tbad argument #2 to 'scan' (msys.core:_ec_message expected, got string)\n" +
				"false\tbad argument #3 to 'scan' (msys.core:_validate_context expected, got msys.core:_ec_message)"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, script(t, newSet(t, tc.slots...), tc.body)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// The first infection ends the scan: the second engine sees no connection.
func TestInfectionEndsScan(t *testing.T) {
	dirty, other := scantest.NewClamd(t, always("Eicar-Test FOUND")), scantest.NewClamd(t, always("OK"))
	got := script(t, newSet(t, antivirus("one", dirty.Addr), antivirus("two", other.Addr)), `show(msys.av.scan())`)
	if want := "INFECTED\tEicar-Test\tone\tEicar-Test"; got != want || other.Conns.Load() != 0 {
		t.Errorf("%q, %d connections to the second engine", got, other.Conns.Load())
	}
}

func TestNoMessage(t *testing.T) {
	for _, callout := range []string{"validate_connect", "validate_rcptto"} {
		_, printed := scantest.Policy(t, []lua.RegistryFunction{av.Library(nil)}, callout, `require("msys.av"); print(pcall(msys.av.scan))`, scantest.Mail)
		if first, _, _ := strings.Cut(printed, "\n"); first != "false\tmsys.av.scan: no message in this context" {
			t.Errorf("%s: %q", callout, printed)
		}
	}
}

func TestScriptsScanParts(t *testing.T) {
	c := scantest.NewClamd(t, func(content []byte) string {
		if string(content) == "attached bytes" {
			return "Eicar-Test FOUND"
		}
		return "OK"
	})
	set := newSet(t, antivirus("clamav", c.Addr))
	_, printed := scantest.Policy(t, []lua.RegistryFunction{av.Library(set)}, "validate_data", `require("msys.av")`+show+`
print(pcall(msys.av.scan_part, nil))
local top = msg:mime()
show(msys.av.scan_part(top))
show(msys.av.scan_part(top.parts))
show(msys.av.scan_part(top.parts.next, "clamav", vctx))
show(msys.av.scan_part(top.parts, "csapi", vctx))
show(msys.av.scan_part(top.parts, ("x"):rep(41)))
show(msys.av.scan_part(msg, "clamav", vctx))
`, scantest.Multipart)
	want := []string{
		"false\tbad argument #1 to 'scan_part' (msys.core:_ec_message_part expected, got nil)",
		"PART_IS_CONTAINER\tthe part is a container\tnil\tnil",
		"CLEAN\t\tnil\tOK",
		"INFECTED\tEicar-Test\tclamav\tEicar-Test",
		`NO_ENGINE	no engine "csapi" configured	nil	nil`,
		"NAME_TOO_LONG\tengine name too long\tnil\tnil",
		"CLEAN\t\tnil\tOK",
	}
	if diff := cmp.Diff(want, strings.Split(printed, "\n")); diff != "" {
		t.Error(diff)
	}
	streams := c.Streams()
	if len(streams) != 3 || string(streams[0]) != "text" || string(streams[2]) != scantest.Multipart {
		t.Errorf("%q", streams)
	}
}

// A connection that ends without an answer.
func TestClosedEarly(t *testing.T) {
	s := scantest.Serve(t, func(c net.Conn) {})
	got := script(t, newSet(t, antivirus("clamav", s.Addr)), `local rc, info, e, code = msys.av.scan(); show(rc, "", e, code)`)
	if want := "ERROR\t\tnil\tnil"; got != want {
		t.Error(got)
	}
}
