package luaio

import (
	"context"
	"time"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/msys/bind"
)

// past is a deadline that ends an operation at once.
var past = time.Unix(1, 0)

// wait runs an operation of the object: if it may take time, so that other
// sessions go on meanwhile. Where waiting is forbidden (a script's init opens
// its logs there) it runs at once.
func (o *Object) wait(l *lua.State, f func(ctx context.Context) error) error {
	if !o.info.Waits || bind.EnvOf(l).NoWait != "" {
		return f(bind.EnvOf(l).Ctx())
	}
	d, ok := o.ref.s.stream.(interface{ SetDeadline(time.Time) error })
	if !ok {
		return bind.Block(l, f)
	}
	return bind.Block(l, func(ctx context.Context) error {
		interrupted := make(chan struct{})
		stop := context.AfterFunc(ctx, func() {
			defer close(interrupted)
			_ = d.SetDeadline(past) // files without deadlines do not block for long
		})
		defer func() {
			if !stop() {
				<-interrupted
				_ = d.SetDeadline(time.Time{})
			}
		}()
		return f(ctx)
	})
}
