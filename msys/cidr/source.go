package cidr

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"strings"
)

// openFile opens a path or a "file:" URI.
func openFile(_ context.Context, uri string) (io.ReadCloser, error) {
	path := uri
	if rest, ok := strings.CutPrefix(uri, "file:"); ok {
		u, err := url.Parse(uri)
		if err != nil {
			return nil, err
		}
		if path = u.Path; path == "" {
			path = rest
		}
		if u.Host != "" && u.Host != "localhost" {
			return nil, fmt.Errorf("file URI with host %q", u.Host)
		}
	} else if i := strings.Index(uri, "://"); i > 0 {
		return nil, fmt.Errorf("scheme %q is not supported", uri[:i])
	}
	return os.Open(path)
}

// version gives what tells whether a source has changed, "" if nothing does.
func version(r io.Reader) string {
	switch r := r.(type) {
	case interface{ Version() string }:
		return r.Version()
	case interface{ Stat() (fs.FileInfo, error) }:
		if fi, err := r.Stat(); err == nil {
			return fmt.Sprint(fi.Size(), " ", fi.ModTime().UnixNano())
		}
	}
	return ""
}
