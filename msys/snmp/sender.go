package snmp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/gosnmp/gosnmp"
)

// The object identifiers of traps that do not name others.
const (
	// DefaultOID identifies the trap (snmpTrapOID.0).
	DefaultOID = "1.3.6.1.4.1.19552.1.4.7"
	// DefaultVariable identifies its variable.
	DefaultVariable = "1.3.6.1.4.1.19552.1.4.1.0"
)

const (
	sysUpTime   = ".1.3.6.1.2.1.1.3.0"
	snmpTrapOID = ".1.3.6.1.6.3.1.1.4.1.0"
)

const (
	defaultPort      = "162"
	defaultCommunity = "public"
)

// Errors of Send.
var (
	// ErrNoDestination says that there is nobody to send to.
	ErrNoDestination = errors.New("no trap destination configured")
	// ErrDisabled says that Options.Disabled is set.
	ErrDisabled = errors.New("SNMP traps are disabled")
	// ErrOID says that a text is no object identifier in numbers.
	ErrOID = errors.New("invalid OID")
	// ErrNotIPv4 says that an IPAddress is none of IPv4.
	ErrNotIPv4 = errors.New("not an IPv4 address")
)

// Destination is who traps are sent to.
type Destination struct {
	// Addr is an address or a name, with or without a port: "192.0.2.1",
	// "[2001:db8::1]:1162". If there is no port, 162.
	Addr string
	// Community is what the receiver knows us by. If empty, "public".
	Community string
}

// Trap is one message.
type Trap struct {
	// OID identifies the trap. If empty, DefaultOID.
	OID string
	// Variable identifies what Value is a value of. If empty,
	// DefaultVariable.
	Variable string
	// Value is what is told.
	Value Value
}

// Options are the settings of a [Sender]. A nil *Options is all defaults.
type Options struct {
	// Destinations are who Send sends to. If empty, it gives
	// ErrNoDestination.
	Destinations []Destination
	// Disabled makes every call give ErrDisabled.
	Disabled bool
	// Uptime tells how long the system has been up, for sysUpTime.0. If nil,
	// since New.
	Uptime func() time.Duration
	// Timeout bounds the sending to one destination: looking up its name. If
	// zero, 5 seconds.
	Timeout time.Duration
}

// Sender sends traps.
type Sender struct {
	o       Options
	targets []target
}

// target is a checked destination.
type target struct {
	host      string
	port      uint16
	community string
}

// New makes a sender. The error is about a destination's address.
func New(o *Options) (*Sender, error) {
	s := &Sender{}
	if o != nil {
		s.o = *o
	}
	if s.o.Uptime == nil {
		began := time.Now()
		s.o.Uptime = func() time.Duration { return time.Since(began) }
	}
	if s.o.Timeout <= 0 {
		s.o.Timeout = 5 * time.Second
	}
	for _, d := range s.o.Destinations {
		t, err := d.target()
		if err != nil {
			return nil, fmt.Errorf("snmp: %w", err)
		}
		s.targets = append(s.targets, t)
	}
	return s, nil
}

func (d Destination) target() (target, error) {
	host, port, err := net.SplitHostPort(d.Addr)
	if err != nil { // no port
		host, port, err = net.SplitHostPort(net.JoinHostPort(d.Addr, defaultPort))
	}
	n, perr := strconv.ParseUint(port, 10, 16)
	if err != nil || perr != nil || n == 0 || host == "" {
		return target{}, fmt.Errorf("invalid trap destination %q", d.Addr)
	}
	t := target{host, uint16(n), d.Community}
	if t.community == "" {
		t.community = defaultCommunity
	}
	return t, nil
}

// Send sends the trap to all destinations. The error joins what went wrong
// with each; the others have got it.
func (s *Sender) Send(ctx context.Context, t Trap) error {
	return s.send(ctx, t, s.targets)
}

// SendTo sends the trap to one destination instead of the configured ones.
func (s *Sender) SendTo(ctx context.Context, t Trap, d Destination) error {
	to, err := d.target()
	if err != nil {
		return fmt.Errorf("snmp: %w", err)
	}
	return s.send(ctx, t, []target{to})
}

func (s *Sender) send(ctx context.Context, t Trap, to []target) error {
	vars, err := t.variables(s.o.Uptime())
	switch {
	case err != nil:
	case s.o.Disabled:
		err = ErrDisabled
	case len(to) == 0:
		err = ErrNoDestination
	}
	if err != nil {
		return fmt.Errorf("snmp: %w", err)
	}
	var errs []error
	for _, target := range to {
		if err := target.send(ctx, vars, s.o.Timeout); err != nil {
			errs = append(errs, fmt.Errorf("snmp: sending to %s: %w", target.host, err))
		}
	}
	return errors.Join(errs...)
}

// variables gives the variable bindings of the trap.
func (t Trap) variables(uptime time.Duration) ([]gosnmp.SnmpPDU, error) {
	if t.OID == "" {
		t.OID = DefaultOID
	}
	if t.Variable == "" {
		t.Variable = DefaultVariable
	}
	oid, err := parseOID(t.OID)
	if err != nil {
		return nil, err
	}
	variable, err := parseOID(t.Variable)
	if err != nil {
		return nil, err
	}
	told, err := t.Value.variable(variable)
	return []gosnmp.SnmpPDU{
		{Name: sysUpTime, Type: gosnmp.TimeTicks, Value: uint32(uptime / (10 * time.Millisecond))},
		{Name: snmpTrapOID, Type: gosnmp.ObjectIdentifier, Value: oid},
		told,
	}, err
}

func (t target) send(ctx context.Context, vars []gosnmp.SnmpPDU, timeout time.Duration) (err error) {
	g := &gosnmp.GoSNMP{
		Target: t.host, Port: t.port, Transport: "udp", Community: t.community, Version: gosnmp.Version2c,
		Context: ctx, Timeout: timeout, MaxOids: gosnmp.MaxOids,
	}
	if err := g.Connect(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.Conn.Close()) }()
	_, err = g.SendTrap(gosnmp.SnmpTrap{Variables: vars})
	return err
}
