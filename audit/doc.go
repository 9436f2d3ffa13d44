// Package audit counts what hosts and keys did in recent time windows, so that
// policy can ask questions such as "how many recipients were refused from this
// /24 within the last hour?". It is the Lua modules "msys.audit" and
// "msys.audit_series", and works as well without Lua.
//
//	a, err := audit.New(&audit.Options{Monitors: []string{"60,1"}})
//	defer a.Close(ctx)
//	err = a.DefineSeries("bad_rcpt", audit.Spec{Type: audit.CIDR, Interval: 5 * time.Minute, Windows: 12})
//	err = a.Add(ctx, "bad_rcpt", audit.Block(peer), 1)
//	n, err := a.SeriesCount(ctx, "bad_rcpt", audit.Block(itsNetwork), 0, 11)
//
// There are three kinds of counts:
//
//   - A series counts what its users add, per address block or per string.
//   - A monitor counts connections, receptions and rejections per address; the
//     server reports them with [Audit.SessionOpened], [Audit.Reception] and
//     [Audit.Rejection].
//   - The session registry counts the sessions that are open now, by service.
//
// Any block of addresses can be asked about, whatever was added.
//
// # Windows
//
// Time is divided into windows of Spec.Interval that begin at multiples of it
// since the Unix epoch, so that all hosts agree. Window 0 is the current one,
// the oldest is Windows-1. A clock that is set back does not bring old windows
// back. Counts within a window saturate at the range of an int32.
//
// # Several hosts
//
// Series with Spec.Replicate, the metrics in Options.ReplicateMetrics and the
// sessions are shared through Options.Store and Options.SessionStore; package
// redisstore, below this one, keeps them in Redis. Additions are collected and
// sent about once a second, reads are answered by the store. When the store
// fails, reads are answered from this host's own counts, without an error, and
// additions wait until it is back.
//
// # Concurrency and limits
//
// All methods may be called from any goroutine. A series, or a monitor's
// metric, holds at most Options.MaxKeys keys; a new key beyond that takes the
// place of an old one. A key of 12 windows takes about 100 bytes.
package audit
