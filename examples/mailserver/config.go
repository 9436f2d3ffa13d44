package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"
)

// commandLineOnly are the flags that cannot stand in a configuration file.
var commandLineOnly = []string{"config", "t", "say"}

// readConfig sets the flags that the configuration file has and the command
// line does not. The keys of the file are the names of the flags; a flag for
// NAME=VALUE is a table. All that is wrong is reported, one error a line.
func readConfig(file string, fs *flag.FlagSet) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("reading the configuration: %w: name a readable file with -config, or leave -config out", err)
	}
	c := &configFile{name: file, content: content}
	var values map[string]any
	if err := toml.Unmarshal(content, &values); err != nil {
		return c.syntaxError(err)
	}
	given := map[string]bool{}
	fs.Visit(func(f *flag.Flag) { given[f.Name] = true })
	for _, key := range slices.Sorted(maps.Keys(values)) {
		f := fs.Lookup(key)
		if f == nil || slices.Contains(commandLineOnly, key) {
			c.fail(fmt.Errorf("unknown key; known are %s", strings.Join(configKeys(fs), ", ")), key)
			continue
		}
		c.set(f, values[key], given[key])
	}
	slices.SortStableFunc(c.faults, func(a, b fault) int { return a.line - b.line })
	var errs []error
	for _, f := range c.faults {
		errs = append(errs, f)
	}
	return errors.Join(errs...)
}

// configKeys lists the keys of a configuration file.
func configKeys(fs *flag.FlagSet) []string {
	var keys []string
	fs.VisitAll(func(f *flag.Flag) {
		if !slices.Contains(commandLineOnly, f.Name) {
			keys = append(keys, f.Name)
		}
	})
	return keys
}

// configFile is a configuration file that is being read.
type configFile struct {
	name    string
	content []byte
	faults  []fault
}

// fault is what is wrong in a line of a configuration file.
type fault struct {
	file string
	line int // 0 if it is not known
	key  string
	err  error
}

// Error gives "file:line: key: what is wrong".
func (f fault) Error() string {
	s := f.file
	if f.line > 0 {
		s += ":" + strconv.Itoa(f.line)
	}
	if f.key != "" {
		s += ": " + f.key
	}
	return s + ": " + f.err.Error()
}

func (f fault) Unwrap() error { return f.err }

// fail notes what is wrong with a key, or with a key in a table.
func (c *configFile) fail(err error, key ...string) {
	c.faults = append(c.faults, fault{c.name, c.line(key...), strings.Join(key, "."), err})
}

func (c *configFile) syntaxError(err error) error {
	f := fault{file: c.name, err: err}
	var decode *toml.DecodeError
	if errors.As(err, &decode) {
		f.line, _ = decode.Position()
		f.key = strings.Join(decode.Key(), ".")
		f.err = fmt.Errorf("not valid TOML: %s", strings.TrimPrefix(decode.Error(), "toml: "))
	}
	return f
}

// line finds a key: a strict decoder that knows no keys, or no keys of the
// table, complains about each and says where it is.
func (c *configFile) line(key ...string) int {
	known := reflect.TypeFor[struct{}]()
	if len(key) > 1 {
		known = reflect.StructOf([]reflect.StructField{{
			Name: "Table", Type: known, Tag: reflect.StructTag("toml:" + strconv.Quote(key[0])),
		}})
	}
	var missing *toml.StrictMissingError
	err := toml.NewDecoder(bytes.NewReader(c.content)).DisallowUnknownFields().Decode(reflect.New(known).Interface())
	if !errors.As(err, &missing) {
		return 0
	}
	for _, e := range missing.Errors {
		if found := e.Key(); len(found) >= len(key) && slices.Equal(found[:len(key)], key) {
			line, _ := e.Position()
			return line
		}
	}
	return 0
}

// set sets a flag, unless the command line has done so: then the value must
// be right all the same.
func (c *configFile) set(f *flag.Flag, value any, given bool) {
	if table, ok := value.(map[string]any); ok && takesPairs(f.Value) {
		for _, name := range slices.Sorted(maps.Keys(table)) {
			text, ok := scalar(table[name])
			if !ok {
				c.fail(fmt.Errorf("a text or a number expected, got %s", kindOf(table[name])), f.Name, name)
			} else if err := assign(f, name+"="+text, given); err != nil {
				c.fail(err, f.Name, name)
			}
		}
		return
	}
	texts, expected := textsOf(f.Value, value)
	if expected != "" {
		c.fail(fmt.Errorf("%s expected, got %s", expected, kindOf(value)), f.Name)
		return
	}
	for _, text := range texts {
		if err := assign(f, text, given); err != nil {
			c.fail(err, f.Name)
		}
	}
}

// assign sets a flag to a text, or only tries to.
func assign(f *flag.Flag, text string, try bool) error {
	target := f.Value
	if t := reflect.TypeOf(f.Value); try && t.Kind() != reflect.Pointer {
		return nil // a function, which cannot be tried
	} else if try {
		target = reflect.New(t.Elem()).Interface().(flag.Value)
	}
	if err := target.Set(text); err != nil {
		return fmt.Errorf("%q: %w", text, err)
	}
	return nil
}

// takesPairs reports whether a flag is of the form NAME=VALUE.
func takesPairs(v flag.Value) bool {
	switch v.(type) {
	case *pairs, *optionValues:
		return true
	}
	return false
}

// textsOf gives what a flag would be set to on the command line, or what is
// expected instead of the value.
func textsOf(v flag.Value, value any) (texts []string, expected string) {
	if g, ok := v.(flag.Getter); ok {
		return single(g.Get(), value)
	}
	if takesPairs(v) {
		return nil, "a table"
	}
	items, ok := value.([]any)
	if !ok {
		items = []any{value}
	}
	for _, item := range items {
		text, ok := item.(string)
		if !ok {
			return nil, "a text in quotes, or a list of them,"
		}
		texts = append(texts, text)
	}
	return texts, ""
}

// single gives the text for a flag that holds one value.
func single(now, value any) (texts []string, expected string) {
	text, _ := scalar(value)
	switch now.(type) {
	case bool:
		_, ok := value.(bool)
		return []string{text}, unless(ok, "true or false")
	case time.Duration:
		_, ok := value.(string)
		return []string{text}, unless(ok, `a time such as "30s" in quotes`)
	case string:
		_, ok := value.(string)
		return []string{text}, unless(ok, "a text in quotes")
	case float64:
		return []string{text}, unless(text != "" && kindOf(value) != "a text", "a number")
	}
	_, ok := value.(int64)
	return []string{text}, unless(ok, "a whole number")
}

func unless(ok bool, expected string) string {
	if ok {
		return ""
	}
	return expected
}

// scalar gives a text, number or truth value as text.
func scalar(value any) (string, bool) {
	switch v := value.(type) {
	case string:
		return v, true
	case int64, float64, bool:
		return fmt.Sprint(v), true
	}
	return "", false
}

// kindOf names the kind of a value for people.
func kindOf(value any) string {
	switch value.(type) {
	case string:
		return "a text"
	case int64:
		return "a whole number"
	case float64:
		return "a number with a fraction"
	case bool:
		return "true or false"
	case []any:
		return "a list"
	case map[string]any:
		return "a table"
	}
	return "a date or time"
}
