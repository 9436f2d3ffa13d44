package osstat

import "golang.org/x/sys/unix"

func statfs(path string) (Stat, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(path, &s); err != nil {
		return Stat{}, err
	}
	unit := uint64(s.Frsize)
	if unit == 0 {
		unit = uint64(s.Bsize)
	}
	return Stat{
		KilobytesTotal:     kilobytes(s.Blocks, unit),
		KilobytesAvailable: kilobytes(s.Bavail, unit),
		ObjectsTotal:       int64(s.Files),
		ObjectsAvailable:   int64(s.Ffree),
	}, nil
}
