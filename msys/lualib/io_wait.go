package lualib

import (
	"context"
	"errors"

	lua "github.com/Shopify/go-lua"
)

var errBusy = errors.New("the file is in use")

// wait does something with a file. If that can take long, other work of the
// Lua universe goes on meanwhile.
func (lib *ioLibrary) wait(l *lua.State, s *stream, do func() error) error {
	if s.interrupt == nil {
		return do()
	}
	if s.busy {
		return errBusy
	}
	s.busy = true
	defer func() { s.busy = false }()
	return lib.options.block(l, func(ctx context.Context) error {
		stop := context.AfterFunc(ctx, s.interrupt)
		defer stop()
		return do()
	})
}
