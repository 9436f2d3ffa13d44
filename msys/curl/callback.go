package curl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

var errOver = errors.New("curl: the transfer is over")

// call calls a callback: one at a time, none after the transfer.
func (t *transfer) call(f func() error) error {
	t.callbacks.Lock()
	defer t.callbacks.Unlock()
	if t.over {
		return errOver
	}
	return f()
}

// abort ends the transfer with err, from any goroutine.
func (t *transfer) abort(err error) { t.stop(&aborted{err}) }

// aborted is the cause of a transfer's context that a callback or a limit
// ended.
type aborted struct{ error }

func (a *aborted) Unwrap() error { return a.error }

// give gives bytes to the write or header callback, if there is one.
func (t *transfer) give(o Option, p []byte) error {
	f, ok := t.set[o].(WriteFunc)
	if !ok {
		return nil
	}
	return t.call(func() error {
		n, err := f(p)
		if err == nil && n != len(p) {
			err = fail(CodeWriteError, fmt.Errorf("curl: %d of %d bytes were taken", n, len(p)))
		}
		return stopped(err)
	})
}

// stopped marks an error of a callback as one that ends the transfer as it is.
func stopped(err error) error {
	if err == nil {
		return nil
	}
	return &aborted{err}
}

// reader gives what the read callback gives. Its errors end the transfer.
func (t *transfer) reader(read ReadFunc) io.Reader {
	return readerFunc(func(p []byte) (n int, err error) {
		err = t.call(func() (err error) {
			n, err = read(p[:min(len(p), maxWrite)])
			return err
		})
		if err != nil && err != io.EOF && err != errOver {
			t.abort(err)
		}
		return n, err
	})
}

type readerFunc func(p []byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// progress tells the progress callback, if it is wanted.
func (t *transfer) progress() error {
	f, ok := t.set[OptProgressFunction].(ProgressFunc)
	if !ok || !t.set.off(OptNoProgress) {
		return nil
	}
	return t.call(func() error {
		if err := f(t.downLen.Load(), t.down.Load(), t.upLen.Load(), t.up.Load()); err != nil {
			return stopped(err)
		}
		return nil
	})
}

// watch begins to look at the transfer once a second: progress is told, and
// one that is too slow ends. What it returns waits for the end of that.
func (t *transfer) watch(ctx context.Context) (wait func()) {
	_, tells := t.set[OptProgressFunction]
	tells = tells && t.set.off(OptNoProgress)
	limit, seconds := t.set.num(OptLowSpeedLimit, 0), t.set.num(OptLowSpeedTime, 0)
	if !tells && (limit <= 0 || seconds <= 0) {
		return func() {}
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for slow, last := int64(0), int64(0); ; {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if err := t.progress(); err != nil {
				t.stop(err)
				return
			}
			now := t.up.Load() + t.down.Load()
			if slow++; now-last >= limit {
				slow = 0
			}
			if last = now; seconds > 0 && slow >= seconds && limit > 0 {
				t.abort(fail(CodeOperationTimeouted, fmt.Errorf("curl: less than %d bytes a second for %d seconds", limit, seconds)))
				return
			}
		}
	}()
	return func() { <-done }
}
