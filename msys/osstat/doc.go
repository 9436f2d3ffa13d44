// Package osstat watches file systems: it samples their free space and free
// inodes in the background, so that readers never wait for a slow disk. It is
// the Lua module "msys.os", and works as well without Lua.
//
//	m := osstat.New(nil)
//	defer m.Close()
//	spool := m.Subscribe("/var/spool/mail", 10*time.Second)
//	st, err := spool.Read(ctx)
//
// Each path has one sampler, at the smallest interval that anybody asked for.
// A sampler stuck in the kernel (a dead network file system) holds one
// goroutine; readers go on getting the last sample.
//
// All methods may be called from any goroutine. A Monitor watches at most
// [Options.MaxPaths] paths.
package osstat
