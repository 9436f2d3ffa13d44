//go:build darwin || freebsd

package osstat

import "golang.org/x/sys/unix"

func statfs(path string) (Stat, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(path, &s); err != nil {
		return Stat{}, err
	}
	return Stat{
		KilobytesTotal:     kilobytes(s.Blocks, uint64(s.Bsize)),
		KilobytesAvailable: kilobytes(uint64(max(s.Bavail, 0)), uint64(s.Bsize)),
		ObjectsTotal:       int64(s.Files),
		ObjectsAvailable:   int64(s.Ffree),
	}, nil
}
