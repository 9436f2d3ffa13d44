package curl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// file does the transfer of a file URL.
func (t *transfer) file(ctx context.Context, u *url.URL) error {
	if u.Host != "" && !strings.EqualFold(u.Host, "localhost") && u.Host != "127.0.0.1" {
		return fail(CodeURLMalformat, fmt.Errorf("curl: file of host %s", u.Host))
	}
	if u.Path == "" || strings.Contains(u.Path, "\x00") {
		return fail(CodeURLMalformat, errors.New("curl: no path"))
	}
	if t.set.method() == "PUT" {
		return t.putFile(ctx, u.Path)
	}
	f, err := t.s.o.Files.Open(u.Path)
	if err != nil {
		return fail(CodeFileCouldntReadFile, err)
	}
	defer f.Close()
	stat, err := f.Stat()
	if err != nil {
		return fail(CodeFileCouldntReadFile, err)
	}
	if stat.IsDir() {
		return fail(CodeFileCouldntReadFile, errors.New("curl: a directory"))
	}
	from, length, err := t.part(stat.Size())
	if err != nil {
		return err
	}
	t.info.done, t.info.downLen = true, length
	t.downLen.Store(length)
	if t.set.flag(OptFileTime) {
		t.info.fileTime = stat.ModTime()
	}
	if !t.wanted(stat.ModTime()) {
		return nil
	}
	if t.set.flag(OptHeader) || t.set.method() == "HEAD" {
		for _, line := range []string{"Content-Length: " + strconv.FormatInt(length, 10), "Accept-ranges: bytes",
			"Last-Modified: " + stat.ModTime().UTC().Format(http.TimeFormat), ""} {
			if err := t.headerLine([]byte(line + "\r\n")); err != nil {
				return err
			}
		}
	}
	if t.set.method() == "HEAD" {
		return nil
	}
	if most := t.set.size(OptMaxFileSize, OptMaxFileSizeLarge, 0); most > 0 && length > most {
		return fail(CodeFileSizeExceeded, fmt.Errorf("curl: %d bytes", length))
	}
	if _, err := io.CopyN(io.Discard, f, from); err != nil {
		return fail(CodeFileCouldntReadFile, err)
	}
	return t.copy(ending(ctx, &counting{r: io.LimitReader(f, length), n: &t.down}))
}

// part gives which part of a file of that size is wanted.
func (t *transfer) part(size int64) (from, length int64, err error) {
	if from = t.set.size(OptResumeFrom, OptResumeFromLarge, 0); from != 0 {
		if from < 0 { // so many bytes of the end
			from = max(size+from, 0)
		}
		if from > size {
			return 0, 0, fail(CodeBadDownloadResume, fmt.Errorf("curl: the file has %d bytes", size))
		}
		return from, size - from, nil
	}
	first, last, ok := strings.Cut(t.set.str(OptRange), "-")
	if !ok {
		return 0, size, nil
	}
	begin, beginErr := strconv.ParseInt(first, 10, 64)
	end, endErr := strconv.ParseInt(last, 10, 64)
	switch {
	case first == "" && endErr == nil: // the last bytes
		from = max(size-end, 0)
		return from, size - from, nil
	case beginErr == nil && last == "":
		end = size - 1
	case beginErr != nil || endErr != nil || end < begin:
		return 0, 0, fail(CodeHTTPRangeError, fmt.Errorf("curl: range %q", t.set.str(OptRange)))
	}
	if begin > size {
		return 0, 0, fail(CodeHTTPRangeError, fmt.Errorf("curl: the file has %d bytes", size))
	}
	return begin, min(end+1, size) - begin, nil
}

// putFile writes a file.
func (t *transfer) putFile(ctx context.Context, path string) (err error) {
	body, _, err := t.data(request{method: "PUT"})
	if err != nil {
		return err
	}
	w, err := t.s.o.Files.Create(path)
	if err != nil {
		return fail(CodeWriteError, err)
	}
	defer func() {
		if closeErr := w.Close(); err == nil && closeErr != nil {
			err = fail(CodeWriteError, closeErr)
		}
	}()
	t.info.done = true
	_, err = io.Copy(w, ending(ctx, body))
	return err
}

// ending gives r until ctx ends.
func ending(ctx context.Context, r io.Reader) io.Reader {
	return readerFunc(func(p []byte) (int, error) {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		return r.Read(p)
	})
}
