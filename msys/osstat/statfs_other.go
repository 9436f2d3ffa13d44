//go:build !linux && !darwin && !freebsd

package osstat

import "errors"

func statfs(string) (Stat, error) { return Stat{}, errors.ErrUnsupported }
