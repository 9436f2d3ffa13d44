package curl_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/gomsys/gomsys/internal/loopback"
	"github.com/gomsys/gomsys/msys/curl"
)

func TestEscape(t *testing.T) {
	for _, tt := range [][2]string{
		{"", ""}, {"abcXYZ019-._~", "abcXYZ019-._~"}, {"a b/~", "a%20b%2F~"}, {"\x00\xff+%", "%00%FF%2B%25"}, {"abcd$%^&*()", "abcd%24%25%5E%26%2A%28%29"},
	} {
		if got := curl.Escape(tt[0]); got != tt[1] {
			t.Errorf("%q: %q", tt[0], got)
		}
		if got := curl.Unescape(tt[1]); got != tt[0] {
			t.Errorf("%q: %q", tt[1], got)
		}
	}
	for _, tt := range [][2]string{{"a%20b%zz", "a b%zz"}, {"a+b", "a+b"}, {"%", "%"}, {"%4", "%4"}, {"%4a%4A", "JJ"}, {"%%41", "%A"}} {
		if got := curl.Unescape(tt[0]); got != tt[1] {
			t.Errorf("%q: %q", tt[0], got)
		}
	}
}

func FuzzEscape(f *testing.F) {
	f.Add("a b/~\x00%2")
	f.Fuzz(func(t *testing.T, s string) {
		if got := curl.Unescape(curl.Escape(s)); got != s {
			t.Fatalf("%q: %q", s, got)
		}
		if got := curl.Unescape(s); len(got) > len(s) {
			t.Fatalf("%q: %q", s, got)
		}
	})
}

func TestSetOptRefuses(t *testing.T) {
	e := newService(t, nil).Easy()
	for _, tt := range []struct {
		option curl.Option
		value  any
	}{
		{4711, "x"}, {0, true}, {curl.OptURL, 1}, {curl.OptPost, 1}, {curl.OptPost, "yes"}, {curl.OptPort, true}, {curl.OptPort, 1.5},
		{curl.OptWriteFunction, curl.ReadFunc(nil)}, {curl.OptSeekFunction, func() {}}, {curl.OptReadFunction, 1},
		{curl.OptHTTPHeader, []string{"X: 1\r\nY: 2"}}, {curl.OptHTTPHeader, "nothing"}, {curl.OptHTTPHeader, []string{"X Y: 1"}},
		{curl.OptUserAgent, "a\r\nX: 1"}, {curl.OptReferer, "a\nb"}, {curl.OptCookie, "a=1\r\n"}, {curl.OptRange, "0-\n"}, {curl.OptEncoding, "x\r"},
		{curl.OptCustomRequest, "GET / HTTP/1.1\r\n"}, {curl.OptCustomRequest, ""},
	} {
		if err := e.SetOpt(tt.option, tt.value); code(err) != curl.CodeBadFunctionArgument {
			t.Errorf("%v %v: %v", tt.option, tt.value, err)
		}
	}
	for _, o := range []curl.Option{curl.OptURL, curl.OptPost, curl.OptPort, curl.OptHTTPHeader, curl.OptWriteFunction} {
		if err := e.SetOpt(o, nil); err != nil {
			t.Error(o, err)
		}
	}
}

func TestNames(t *testing.T) {
	for _, tt := range [][2]string{
		{curl.OptURL.String(), "URL"}, {curl.Option(3).String(), "PORT"}, {curl.Option(4711).String(), "unknown option"},
		{curl.CodeOK.String(), "No error"}, {curl.Code(4711).String(), "Unknown error"}, {curl.CodeGotNothing.String(), "Server returned nothing (no headers, no data)"},
	} {
		if tt[0] != tt[1] {
			t.Errorf("%q, want %q", tt[0], tt[1])
		}
	}
}

func TestClosed(t *testing.T) {
	e := newService(t, nil).Easy()
	for range 2 {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}
	_, infoErr := e.GetInfo(curl.InfoResponseCode)
	for _, err := range []error{e.SetOpt(curl.OptURL, "x"), e.Perform(t.Context()), e.Reset(), e.FetchIntoFile("/tmp/x"), infoErr} {
		if !errors.Is(err, curl.ErrClosed) {
			t.Error(err)
		}
	}
}

func TestReset(t *testing.T) {
	srv := newServer(t)
	_, e, err := fetch(t, nil, map[curl.Option]any{curl.OptURL: srv.URL + "/text", curl.OptPostFields: "x"})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Reset(); err != nil {
		t.Fatal(err)
	}
	if err := e.Perform(t.Context()); code(err) != curl.CodeURLMalformat {
		t.Error(err)
	}
}

// TestBusy starts a transfer while another of the handle runs.
func TestBusy(t *testing.T) {
	e := newService(t, nil).Easy()
	var second error
	setAll(t, e, map[curl.Option]any{curl.OptURL: newServer(t).URL + "/text", curl.OptWriteFunction: curl.WriteFunc(func(p []byte) (int, error) {
		second = e.Perform(t.Context())
		return len(p), nil
	})})
	if err := e.Perform(t.Context()); err != nil || code(second) != curl.CodeBadCallingOrder {
		t.Error(err, second)
	}
}

func TestInfo(t *testing.T) {
	srv := newServer(t)
	before := newService(t, nil).Easy()
	for what, want := range map[curl.Info]any{
		curl.InfoResponseCode: int64(0), curl.InfoEffectiveURL: "", curl.InfoContentType: nil, curl.InfoContentLengthDownload: -1.0,
		curl.InfoFileTime: int64(-1), curl.InfoSSLEngines: []string{}, curl.InfoCookieList: nil, curl.InfoSpeedDownload: 0.0,
	} {
		got, err := before.GetInfo(what)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Error(what, diff, err)
		}
	}
	if _, err := before.GetInfo(12); code(err) != curl.CodeBadFunctionArgument || errors.Unwrap(err).Error() != "unknown CURLINFO type: 12" {
		t.Error(err)
	}

	_, e, err := fetch(t, nil, map[curl.Option]any{
		curl.OptURL: strings.Replace(srv.URL, "://", "://ann:secret@", 1) + "/text", curl.OptPostFields: "abc", curl.OptFileTime: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	for what, want := range map[curl.Info]any{
		curl.InfoResponseCode: int64(200), curl.InfoEffectiveURL: srv.URL + "/text", curl.InfoContentType: "text/plain; charset=utf-8",
		curl.InfoContentLengthDownload: 10.0, curl.InfoContentLengthUpload: 3.0, curl.InfoSizeDownload: 10.0, curl.InfoSizeUpload: 3.0,
		curl.InfoFileTime: lastModified.Unix(), curl.InfoRedirectCount: int64(0), curl.InfoRedirectURL: nil, curl.InfoHTTPConnectCode: int64(0),
		curl.InfoRedirectTime: 0.0, curl.InfoNameLookupTime: 0.0, curl.InfoSSLVerifyResult: int64(0),
	} {
		got, err := e.GetInfo(what)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Error(what, diff, err)
		}
	}
	last := 0.0
	for _, what := range []curl.Info{curl.InfoConnectTime, curl.InfoPreTransferTime, curl.InfoStartTransferTime, curl.InfoTotalTime} {
		got, _ := e.GetInfo(what)
		if s := got.(float64); s <= 0 || s < last {
			t.Error(what, s)
		} else {
			last = s
		}
	}
	for _, what := range []curl.Info{curl.InfoSpeedDownload, curl.InfoSpeedUpload} {
		if got, _ := e.GetInfo(what); got.(float64) <= 0 {
			t.Error(what, got)
		}
	}
	for _, what := range []curl.Info{curl.InfoHeaderSize, curl.InfoRequestSize} {
		if got, _ := e.GetInfo(what); got.(int64) < 100 {
			t.Error(what, got)
		}
	}
	_, e, err = fetch(t, nil, map[curl.Option]any{curl.OptURL: srv.URL + "/loop"})
	if got, _ := e.GetInfo(curl.InfoRedirectURL); err != nil || got != srv.URL+"/loop" {
		t.Error(err, got)
	}
}

func TestHeaders(t *testing.T) {
	srv := newServer(t)
	var lines []string
	body, _, err := fetch(t, nil, map[curl.Option]any{
		curl.OptURL: srv.URL + "/to/302?at=/status/201", curl.OptFollowLocation: true, curl.OptHeader: true,
		curl.OptHeaderFunction: curl.WriteFunc(func(p []byte) (int, error) { lines = append(lines, string(p)); return len(p), nil }),
	})
	if err != nil {
		t.Fatal(err)
	}
	if lines[0] != "HTTP/1.1 302 Found\r\n" || lines[len(lines)-1] != "\r\n" || body != strings.Join(lines, "")+"body of 201" {
		t.Errorf("%q %q", lines, body)
	}
}

func TestProgress(t *testing.T) {
	var last [4]int64
	calls := 0
	_, _, err := fetch(t, nil, map[curl.Option]any{
		curl.OptURL: newServer(t).URL + "/text", curl.OptNoProgress: false, curl.OptPostFields: "abc",
		curl.OptProgressFunction: curl.ProgressFunc(func(dlTotal, dlNow, ulTotal, ulNow int64) error {
			calls++
			last = [4]int64{dlTotal, dlNow, ulTotal, ulNow}
			return nil
		}),
	})
	if err != nil || calls < 2 || last != [4]int64{10, 10, 3, 3} {
		t.Error(err, calls, last)
	}
	_, _, err = fetch(t, nil, map[curl.Option]any{
		curl.OptURL:              newServer(t).URL + "/text",
		curl.OptProgressFunction: curl.ProgressFunc(func(_, _, _, _ int64) error { return errors.New("not wanted") }),
	})
	if err != nil {
		t.Error(err)
	}
}

func TestFile(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a b.txt"), []byte("0123456789"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/etc/passwd", filepath.Join(dir, "out")); err != nil {
		t.Fatal(err)
	}
	o := &curl.Options{Files: curl.Dir(dir)}
	type set = map[curl.Option]any
	for _, tt := range []struct {
		name string
		url  string
		set  set
		want string
		code curl.Code
	}{
		{"whole", "file:///a%20b.txt", nil, "0123456789", 0},
		{"of localhost", "file://localhost/a%20b.txt", nil, "0123456789", 0},
		{"up and down", "file:///../../a%20b.txt", nil, "0123456789", 0},
		{"outside", "file:///etc/passwd", nil, "", curl.CodeFileCouldntReadFile},
		{"outside by a link", "file:///out", nil, "", curl.CodeFileCouldntReadFile},
		{"no path", "file://", nil, "", curl.CodeURLMalformat},
		{"nul", "file:///a%00b", nil, "", curl.CodeURLMalformat},
		{"range", "file:///a%20b.txt", set{curl.OptRange: "2-3"}, "23", 0},
		{"range to the end", "file:///a%20b.txt", set{curl.OptRange: "8-"}, "89", 0},
		{"last bytes", "file:///a%20b.txt", set{curl.OptRange: "-3"}, "789", 0},
		{"range too long", "file:///a%20b.txt", set{curl.OptRange: "8-99"}, "89", 0},
		{"range after the end", "file:///a%20b.txt", set{curl.OptRange: "11-12"}, "", curl.CodeHTTPRangeError},
		{"bad range", "file:///a%20b.txt", set{curl.OptRange: "5-2"}, "", curl.CodeHTTPRangeError},
		{"no range", "file:///a%20b.txt", set{curl.OptRange: "x-y"}, "", curl.CodeHTTPRangeError},
		{"resume", "file:///a%20b.txt", set{curl.OptResumeFrom: 9}, "9", 0},
		{"resume from the end", "file:///a%20b.txt", set{curl.OptResumeFrom: -2}, "89", 0},
		{"resume after the end", "file:///a%20b.txt", set{curl.OptResumeFrom: 11}, "", curl.CodeBadDownloadResume},
		{"too large", "file:///a%20b.txt", set{curl.OptMaxFileSize: 5}, "", curl.CodeFileSizeExceeded},
		{"not changed", "file:///a%20b.txt", set{curl.OptTimeCondition: 1, curl.OptTimeValue: 1 << 40}, "", 0},
		{"head", "file:///a%20b.txt", set{curl.OptNoBody: true}, "", 0},
		{"write outside", "file:///no/such/dir/x", set{curl.OptUpload: true, curl.OptReadFunction: read("x")}, "", curl.CodeWriteError},
	} {
		t.Run(tt.name, func(t *testing.T) {
			all := set{curl.OptURL: tt.url}
			for o, v := range tt.set {
				all[o] = v
			}
			body, _, err := fetch(t, o, all)
			if body != tt.want || code(err) != tt.code {
				t.Errorf("%q %v (%v)", body, err, errors.Unwrap(err))
			}
		})
	}
	if _, _, err := fetch(t, o, set{curl.OptURL: "file:///new", curl.OptUpload: true, curl.OptReadFunction: read("written")}); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(filepath.Join(dir, "new")); string(b) != "written" {
		t.Errorf("%q %v", b, err)
	}
	var headers strings.Builder
	_, e, err := fetch(t, o, set{curl.OptURL: "file:///new", curl.OptNoBody: true, curl.OptFileTime: true,
		curl.OptHeaderFunction: curl.WriteFunc(func(p []byte) (int, error) { return headers.Write(p) })})
	if when, _ := e.GetInfo(curl.InfoFileTime); err != nil || !strings.HasPrefix(headers.String(), "Content-Length: 7\r\n") || when.(int64) <= 0 {
		t.Error(err, headers.String(), when)
	}
}

func TestFetchIntoFile(t *testing.T) {
	srv := newServer(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "doc")
	e := newService(t, nil).Easy()
	list := func() string {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, entry := range entries {
			names = append(names, entry.Name())
		}
		return strings.Join(names, " ")
	}
	into := func(url string) error {
		t.Helper()
		if err := e.FetchIntoFile(path); err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(list(), "doc.") && !strings.Contains(list(), " doc.") {
			t.Error("no temporary file:", list())
		}
		setAll(t, e, map[curl.Option]any{curl.OptURL: url})
		return e.Perform(t.Context())
	}
	var status *curl.FetchError
	if err := into(srv.URL + "/status/404"); !errors.As(err, &status) || status.Status != 404 || err.Error() != "CURL_OK, but http status NOT 200" || list() != "" {
		t.Error(err, list())
	}
	if err := into("http://" + loopback.Addr(t)); code(err) != curl.CodeCouldntConnect || list() != "" {
		t.Error(err, list())
	}
	if err := into(srv.URL + "/text"); err != nil || list() != "doc" {
		t.Error(err, list())
	}
	if b, err := os.ReadFile(path); string(b) != "0123456789" {
		t.Errorf("%q %v", b, err)
	}
	if err := e.Perform(t.Context()); err != nil || list() != "doc" {
		t.Error("the next transfer fetches into a file, too:", err, list())
	}
	for _, end := range []func() error{e.Reset, func() error { return e.FetchIntoFile(path) }, e.Close} {
		if end() != nil {
			t.Error("not ended")
		}
	}
	if list() != "doc" {
		t.Error("temporary files are left:", list())
	}
	if err := newService(t, nil).Easy().FetchIntoFile("/no/such/dir/doc"); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}
