package msys

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"strings"
	"sync"

	lua "github.com/Shopify/go-lua"

	"github.com/gomsys/gomsys/message"
	"github.com/gomsys/gomsys/msys/bind"
)

// ConfigSource answers msys.config: the host's configuration tree. It must be
// safe for concurrent use.
type ConfigSource interface {
	// Get gives an option's value in a scope (pairs of kind and name, like
	// "domain", "yahoo.com"; empty for the outermost): a string, number,
	// boolean or []string. Names come in lower case. ok is false if it is not
	// set there.
	Get(scope []string, option string) (value any, ok bool)
}

// ConfigWriter is a ConfigSource whose options scripts and the console may
// change.
type ConfigWriter interface {
	ConfigSource
	// Set changes an option; a nil value unsets it.
	Set(scope []string, option string, value any) error
}

// ConfigDefaults is a ConfigSource that knows the defaults of options that
// are set nowhere, for the action eval.
type ConfigDefaults interface {
	Default(option string) (value any, ok bool)
}

// ConfigSpelling is a ConfigSource that knows how an option is written, for
// the text that msys.config returns.
type ConfigSpelling interface {
	Spelling(option string) string
}

// ConfigMap is a ConfigSource in memory. Keys are the option, after its scope
// with slashes: "blackhole", "domain/yahoo.com/max_outbound_connections",
// "binding/b1/domain/d/option". Keys are case-blind.
type ConfigMap struct {
	mu       sync.RWMutex
	values   map[string]any
	spelling map[string]string
}

// NewConfigMap makes a ConfigMap with initial values.
func NewConfigMap(values map[string]any) *ConfigMap {
	m := &ConfigMap{values: map[string]any{}, spelling: map[string]string{}}
	for key, v := range values {
		m.values[strings.ToLower(key)] = v
		option := key[strings.LastIndexByte(key, '/')+1:]
		m.spelling[strings.ToLower(option)] = option
	}
	return m
}

func configKey(scope []string, option string) string {
	return strings.ToLower(strings.Join(append(append([]string(nil), scope...), option), "/"))
}

// Get implements ConfigSource.
func (m *ConfigMap) Get(scope []string, option string) (any, bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	v, ok := m.values[configKey(scope, option)]
	return v, ok
}

// Set implements ConfigWriter.
func (m *ConfigMap) Set(scope []string, option string, value any) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	key := configKey(scope, option)
	if value == nil {
		delete(m.values, key)
		return nil
	}
	m.values[key] = value
	return nil
}

// Spelling implements ConfigSpelling.
func (m *ConfigMap) Spelling(option string) string {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if s, ok := m.spelling[strings.ToLower(option)]; ok {
		return s
	}
	return option
}

// Keys lists the keys that are set, sorted.
func (m *ConfigMap) Keys() []string {
	m.mu.RLock()
	defer m.mu.RUnlock()
	keys := make([]string, 0, len(m.values))
	for k := range m.values {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

var errReadOnlyConfig = errors.New("the configuration is read-only")

// configAction does what msys.config and the console command config ask for.
// set says whether a value was given, for the action set.
func (rt *Runtime) configAction(action string, words []string, value any) (any, string, error) {
	if len(words) == 0 {
		return nil, "", fmt.Errorf("option expected")
	}
	scope, option := words[:len(words)-1], words[len(words)-1]
	if len(scope)%2 != 0 {
		return nil, "", fmt.Errorf("scope '%s' has no name", scope[len(scope)-1])
	}
	src := rt.cfg.ConfigSource
	lower := make([]string, len(scope))
	for i, w := range scope {
		lower[i] = strings.ToLower(w)
	}
	opt := strings.ToLower(option)
	switch action {
	case "get", "show":
		if v, ok := src.Get(lower, opt); ok {
			return v, rt.configText(option, v), nil
		}
	case "eval":
		for s := lower; ; s = s[:len(s)-2] {
			if v, ok := src.Get(s, opt); ok {
				return v, rt.configText(option, v), nil
			}
			if len(s) == 0 {
				break
			}
		}
		if d, ok := src.(ConfigDefaults); ok {
			if v, ok := d.Default(opt); ok {
				return v, rt.configText(option, v), nil
			}
		}
	case "set", "unset":
		w, ok := src.(ConfigWriter)
		if !ok {
			return nil, errReadOnlyConfig.Error(), nil
		}
		if err := w.Set(lower, opt, value); err != nil {
			return nil, err.Error(), nil
		}
		if action == "unset" {
			return true, "", nil
		}
		return value, rt.configText(option, value), nil
	default:
		return nil, "", fmt.Errorf("action '%s' is not one of get, eval, set, unset, show", action)
	}
	return nil, fmt.Sprintf("Option '%s' is not set in scope '%s'.", option, strings.Join(scope, ":")), nil
}

// configText shows an option as the configuration file writes it.
func (rt *Runtime) configText(option string, v any) string {
	if s, ok := rt.cfg.ConfigSource.(ConfigSpelling); ok {
		option = s.Spelling(option)
	}
	switch v := v.(type) {
	case string:
		return fmt.Sprintf("%s = %q", option, v)
	case []string:
		return fmt.Sprintf("%s = (%s)", option, strings.Join(v, " "))
	case float64:
		return option + " = " + bind.FormatNumber(v)
	}
	return fmt.Sprintf("%s = %v", option, v)
}

// luaConfig is msys.config.
func (rt *Runtime) luaConfig(c *bind.Call) int {
	action := c.String(1)
	n := c.NArgs()
	var value any
	if action == "set" {
		if n < 3 {
			c.ArgError(3, "value expected")
		}
		value = bind.Go(c.L, c.Index(n))
		if list, ok := bind.Strings(c.L, c.Index(n)); ok && c.Type(n) != 0 && len(list) != 1 {
			value = list
		}
		n--
	}
	words := make([]string, 0, n-1)
	for i := 2; i <= n; i++ {
		words = append(words, c.OptString(i, "")) // a nil name finds nothing
	}
	v, text, err := rt.configAction(action, words, value)
	if err != nil {
		c.Errorf("msys.config: %s", err)
	}
	return c.Push(v, text)
}

// configCommand is the console command config.
func (rt *Runtime) configCommand(ctx context.Context, cc *commandConstruct) (string, bool, error) {
	action, words := cc.args[1], cc.args[2:]
	if action == "set" || action == "unset" {
		text, allowed, err := rt.mayConfigure(ctx, cc)
		if err != nil || !allowed {
			return text, true, err
		}
	}
	var value any
	if action == "set" && len(words) >= 2 {
		value, words = words[len(words)-1], words[:len(words)-1]
	}
	_, text, err := rt.configAction(action, words, value)
	if err != nil {
		return "", true, fmt.Errorf("msys: config: %w", err)
	}
	return text + "\n", true, nil
}

// mayConfigure asks policy whether the console may change the configuration:
// 1 allows, 0 refuses, and no module means that it may. text is what a refusal
// shows.
func (rt *Runtime) mayConfigure(ctx context.Context, cc *commandConstruct) (text string, allowed bool, err error) {
	response := message.NewECString("")
	allowed = true
	for _, name := range []string{"core_control_allow_writable_config", "core_control_allow_writable_config2"} {
		out, err := rt.dispatch(ctx, rt.hooks.find(name), dispatchOptions{push: func(l *lua.State) int {
			bind.PushObject(l, cc)
			if name == "core_control_allow_writable_config" {
				bind.PushObject(l, response)
				return 2
			}
			l.PushInteger(len(cc.args))
			pushObjects(l, argv{cc}, message.NewECString(""), response)
			return 5
		}})
		if err != nil {
			return "", false, err
		}
		if out.called && out.number == 0 {
			allowed = false
		}
	}
	if text = response.String(); text == "" && !allowed {
		text = ErrNotAuthorized.Error() + "\n"
	}
	return text, allowed, nil
}
