package scantest

import (
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gomsys/gomsys/internal/loopback"
)

// Daemon is a real scanner on a loopback port, run by a test.
type Daemon struct {
	Addr string

	t     testing.TB
	name  string
	args  []string
	ready func() bool
	cmd   *exec.Cmd
	mu    sync.Mutex
	log   strings.Builder
}

// Write collects the daemon's output.
func (d *Daemon) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.log.Write(p)
}

// Start starts the daemon and waits until it answers.
func (d *Daemon) Start() {
	d.t.Helper()
	d.cmd = exec.Command(d.name, d.args...)
	d.cmd.Stdout, d.cmd.Stderr = d, d
	d.cmd.WaitDelay = 5 * time.Second
	inGroup(d.cmd)
	if err := d.cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	Eventually(d.t, d.name+" answers", d.ready)
}

// Kill ends the daemon at once, with the processes that it started, and waits
// until nobody listens any more. A test may call it from any goroutine.
func (d *Daemon) Kill() {
	if d.cmd == nil {
		return
	}
	killGroup(d.cmd)
	_ = d.cmd.Wait() // it was killed
	d.cmd = nil
	if !until(func() bool { return !accepts("tcp", d.Addr) }) {
		d.t.Errorf("%s listens although it was killed", d.name)
	}
}

// Suspend stops the daemon with its processes where they are, without their
// noticing: connections are taken by the kernel and nothing is answered.
func (d *Daemon) Suspend() { suspendGroup(d.t, d.cmd) }

// Resume has a suspended daemon go on.
func (d *Daemon) Resume() { resumeGroup(d.cmd) }

// Logged counts how often the text stands in what the daemon has written.
func (d *Daemon) Logged(text string) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return strings.Count(d.log.String(), text)
}

// stop ends the daemon in its own way, or kills it after a while.
func (d *Daemon) stop() {
	if d.cmd == nil {
		return
	}
	cmd := d.cmd
	resumeGroup(cmd) // a test that failed may have left it suspended
	terminate(cmd)
	late := time.AfterFunc(5*time.Second, func() { killGroup(cmd) })
	_ = cmd.Wait() // it was told to end
	late.Stop()
	killGroup(cmd)
	d.cmd = nil
}

// newDaemon makes a daemon that is killed with the test; without its program
// the test is skipped.
func newDaemon(t testing.TB, program, debianPackage string) *Daemon {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		path = filepath.Join("/usr/sbin", program)
		if _, err := os.Stat(path); err != nil {
			t.Skipf("%s is not installed (Debian package %s): not tested with the real one", program, debianPackage)
		}
	}
	d := &Daemon{t: t, name: path, Addr: loopback.Addr(t)}
	d.ready = func() bool { return accepts("tcp", d.Addr) }
	t.Cleanup(func() {
		d.stop()
		if t.Failed() {
			t.Log(d.log.String())
		}
	})
	return d
}

func accepts(network, addr string) bool {
	c, err := net.Dial(network, addr)
	if err != nil {
		return false
	}
	c.Close()
	return true
}

// pong reports whether a spamd answers.
func pong(addr string) bool {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return false
	}
	defer c.Close()
	if _, err := io.WriteString(c, "PING SPAMC/1.2\r\n\r\n"); err != nil {
		return false
	}
	b, err := io.ReadAll(c)
	return err == nil && strings.Contains(string(b), " PONG")
}

// port is the port of the daemon's address.
func (d *Daemon) port() string {
	_, port, err := net.SplitHostPort(d.Addr)
	if err != nil {
		d.t.Fatal(err)
	}
	return port
}

// file writes a file for a daemon.
func file(t testing.TB, path, content string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// VirusName is what RealClamd calls the EICAR test virus.
const VirusName = "Gomsys-Eicar.UNOFFICIAL"

// RealClamd is a clamd that knows one virus and takes streams of up to a
// megabyte.
type RealClamd struct {
	*Daemon
	Socket string
	temp   string
}

// Receives reports whether a stream is under way of which clamd has read
// something: it keeps it in a file.
func (c *RealClamd) Receives() bool {
	files, err := os.ReadDir(c.temp)
	if err != nil {
		c.t.Error(err)
	}
	for _, f := range files {
		if info, err := f.Info(); err == nil && info.Size() > 0 {
			return true
		}
	}
	return false
}

// StartClamd starts the real clamd. Lines of its configuration may be added, or
// given in place of those here.
func StartClamd(t testing.TB, config ...string) *RealClamd {
	t.Helper()
	d := newDaemon(t, "clamd", "clamav-daemon")
	dir := t.TempDir()
	c := &RealClamd{d, filepath.Join(dir, "clamd.ctl"), filepath.Join(dir, "temp")}
	if err := os.Mkdir(c.temp, 0o755); err != nil {
		t.Fatal(err)
	}
	file(t, filepath.Join(dir, "db", "test.ndb"), "Gomsys-Eicar:0:*:"+hex.EncodeToString([]byte(EICAR()))+"\n")
	config = append(config, "Foreground yes", "DatabaseDirectory "+dir+"/db", "TemporaryDirectory "+c.temp, "LocalSocket "+c.Socket,
		"TCPSocket "+d.port(), "TCPAddr 127.0.0.1", "StreamMaxLength 1M", "MaxThreads 4", "SelfCheck 0")
	given := map[string]bool{}
	config = slices.DeleteFunc(config, func(line string) bool {
		key, _, _ := strings.Cut(line, " ")
		defer func() { given[key] = true }()
		return given[key]
	})
	conf := file(t, filepath.Join(dir, "clamd.conf"), strings.Join(config, "\n")+"\n")
	d.args = []string{"--config-file=" + conf}
	d.ready = func() bool { return accepts("tcp", d.Addr) && accepts("unix", c.Socket) }
	d.Start()
	return c
}

// StartSpamd starts the real spamd with two rules: a body with "buy cheap
// watches" scores 7, a subject with "offer" 1.5; spam begins at 5.
func StartSpamd(t testing.TB) *Daemon {
	t.Helper()
	d := newDaemon(t, "spamd", "spamd")
	dir := t.TempDir()
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil { // for the user that it becomes
		t.Fatal(err)
	}
	file(t, filepath.Join(dir, "rules", "rules.cf"), `required_score 5
util_rb_tld com org
body TEST_WATCHES /buy cheap watches/
score TEST_WATCHES 7
describe TEST_WATCHES Advertises watches
header TEST_OFFER Subject =~ /offer/
score TEST_OFFER 1.5
use_bayes 0
report Spam detection software says _SCORE_
add_header all Test _YESNO_
`)
	file(t, filepath.Join(dir, "site", "init.pre"), "loadplugin Mail::SpamAssassin::Plugin::Check\n")
	d.args = []string{"--local", "--nouser-config", "--listen=127.0.0.1:" + d.port(), "--max-children=2", "--min-children=1", "--syslog=stderr",
		"--configpath=" + filepath.Join(dir, "rules"), "--siteconfigpath=" + filepath.Join(dir, "site"), "--pidfile=" + filepath.Join(dir, "pid")}
	if Root() {
		d.args = append(d.args, "--username=nobody")
	}
	d.ready = func() bool { return pong(d.Addr) }
	d.Start()
	return d
}

// StartICAP starts the real c-icap with the services echo and virus_scan, the
// second with clamd behind it.
func StartICAP(t testing.TB, clamd *RealClamd) *Daemon {
	t.Helper()
	d := newDaemon(t, "c-icap", "c-icap")
	modules, err := filepath.Glob("/usr/lib/*/c_icap/virus_scan.so")
	if err != nil || len(modules) == 0 {
		t.Skip("c-icap's virus_scan.so is not installed (Debian package libc-icap-mod-virus-scan): not tested with the real one")
	}
	dir := t.TempDir()
	conf := file(t, filepath.Join(dir, "c-icap.conf"), fmt.Sprintf(`PidFile %[1]s/pid
CommandsSocket %[1]s/ctl
Port 127.0.0.1:%[2]s
StartServers 1
MaxServers 2
MinSpareThreads 2
MaxSpareThreads 10
ThreadsPerChild 10
Timeout 60
KeepAliveTimeout 60
TmpDir %[1]s
InterProcessSharedMemScheme mmap
InterProcessLockingScheme file
ServerLog %[1]s/server.log
AccessLog %[1]s/access.log
ModulesDir %[3]s
ServicesDir %[3]s
LoadMagicFile /etc/c-icap/c-icap.magic
Service echo srv_echo.so
Service antivirus_module virus_scan.so
virus_scan.ScanFileTypes TEXT DATA EXECUTABLE ARCHIVE GIF JPEG MSOFFICE
virus_scan.DefaultEngine clamd
virus_scan.MaxObjectSize 100M
Module common clamd_mod.so
clamd_mod.ClamdSocket %[4]s
`, dir, d.port(), filepath.Dir(modules[0]), clamd.Socket))
	d.args = []string{"-N", "-D", "-d", "1", "-f", conf}
	d.Start()
	return d
}
