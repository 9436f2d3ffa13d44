package pcre

import "context"

// Replace returns src with up to limit matches, all if limit is negative,
// replaced by what fn appends to dst for each; loc holds the offsets of the
// match and its groups, as FindSubmatchIndex returns them, and must not be
// kept. If a limit is hit, ctx ends or fn fails, Replace
// returns src and the error. If nothing matches, it returns src itself.
func (re *Regexp) Replace(ctx context.Context, src []byte, limit int, fn func(dst []byte, loc []int) ([]byte, error)) ([]byte, error) {
	it := re.iter(ctx, src, len(re.names))
	defer it.Close()
	var out []byte
	done := 0
	replaced := false
	for ; limit != 0 && it.Next(); limit-- {
		loc := it.Index()
		if loc[0] < done || loc[1] < loc[0] {
			continue // \K moved the match out of order
		}
		if !replaced {
			replaced = true
			out = make([]byte, 0, len(src)+len(src)/4)
		}
		out = append(out, src[done:loc[0]]...)
		var err error
		if out, err = fn(out, loc); err != nil {
			return src, err
		}
		done = loc[1]
	}
	if it.Err() != nil {
		return src, it.Err()
	}
	if !replaced {
		return src, nil
	}
	return append(out, src[done:]...), nil
}

// ReplaceAll returns a copy of src with every match replaced by template,
// expanded as Expand does. If a limit is hit, it is an unchanged copy.
func (re *Regexp) ReplaceAll(src, template []byte) []byte {
	t := re.template(string(template))
	return re.replaceAll(src, func(dst []byte, loc []int) ([]byte, error) {
		return t.expand(dst, src, loc), nil
	})
}

// replaceAll is Replace without limit and error, returning a copy.
func (re *Regexp) replaceAll(src []byte, fn func(dst []byte, loc []int) ([]byte, error)) []byte {
	out, _ := re.Replace(context.Background(), src, -1, fn)
	if len(src) > 0 && len(out) > 0 && &out[0] == &src[0] {
		return append([]byte(nil), out...)
	}
	return out
}

// ReplaceAllString is like ReplaceAll for strings.
func (re *Regexp) ReplaceAllString(src, template string) string {
	b := bytesOf(src)
	t := re.template(template)
	out, _ := re.Replace(context.Background(), b, -1, func(dst []byte, loc []int) ([]byte, error) {
		return t.expand(dst, b, loc), nil
	})
	return string(out)
}

// ReplaceAllLiteral returns a copy of src with every match replaced by repl as it is.
func (re *Regexp) ReplaceAllLiteral(src, repl []byte) []byte {
	return re.replaceAll(src, func(dst []byte, _ []int) ([]byte, error) {
		return append(dst, repl...), nil
	})
}

// ReplaceAllLiteralString is like ReplaceAllLiteral for strings.
func (re *Regexp) ReplaceAllLiteralString(src, repl string) string {
	out, _ := re.Replace(context.Background(), bytesOf(src), -1, func(dst []byte, _ []int) ([]byte, error) {
		return append(dst, repl...), nil
	})
	return string(out)
}

// ReplaceAllFunc returns a copy of src with every match replaced by what repl
// returns for its text.
func (re *Regexp) ReplaceAllFunc(src []byte, repl func([]byte) []byte) []byte {
	return re.replaceAll(src, func(dst []byte, loc []int) ([]byte, error) {
		return append(dst, repl(src[loc[0]:loc[1]:loc[1]])...), nil
	})
}

// ReplaceAllStringFunc is like ReplaceAllFunc for strings.
func (re *Regexp) ReplaceAllStringFunc(src string, repl func(string) string) string {
	out, _ := re.Replace(context.Background(), bytesOf(src), -1, func(dst []byte, loc []int) ([]byte, error) {
		return append(dst, repl(src[loc[0]:loc[1]])...), nil
	})
	return string(out)
}
