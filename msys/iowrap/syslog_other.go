//go:build !unix

package iowrap

import "errors"

func (Syslog) dial(int, int) (Object, error) { return nil, errors.ErrUnsupported }
