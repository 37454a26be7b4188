package fetch

import (
	"context"
	"crypto/md5"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

// Request says what to get and what it must be.
type Request struct {
	URL  string
	Path string // of the file to make; its folder must exist
	// Bytes, MD5 and SHA256 (hexadecimal) are what the file must have; 0 and "" are not checked.
	Bytes       int64
	MD5, SHA256 string
	// Stall is how long a connection may bring nothing before it counts as cut; 0 means a minute.
	Stall time.Duration
	// Retries is how often a connection that was cut after it brought something is made again; 0 means 5.
	Retries int
	// Pause is the time before that; 0 means a second.
	Pause time.Duration
}

// partSuffix is of the file that holds what has come so far.
const partSuffix = ".part"

// File gets the file. If progress is not nil it hears, after every piece, of the bytes there are and of those in all
// (-1 if the server does not say); the first time of those that an earlier attempt had left.
func File(ctx context.Context, r Request, progress func(done, total int64)) error {
	if progress == nil {
		progress = func(done, total int64) {}
	}
	if r.Stall == 0 {
		r.Stall = time.Minute
	}
	if r.Retries == 0 {
		r.Retries = 5
	}
	if r.Pause == 0 {
		r.Pause = time.Second
	}
	for again := false; ; again = true {
		resumed, err := r.whole(ctx, progress)
		if err != nil {
			return err
		}
		err = r.check()
		if err == nil {
			break
		}
		if err := os.Remove(r.part()); err != nil {
			return err
		}
		// What an earlier attempt left may be of another file: once more from the start.
		if !resumed || again {
			return err
		}
	}
	return os.Rename(r.part(), r.Path)
}

func (r *Request) part() string { return r.Path + partSuffix }

// errCut is a connection that ended too early, which another one may make good.
type errCut struct{ error }

func (e errCut) Unwrap() error { return e.error }

// whole gets all bytes, over several connections if need be, and says whether some were there before.
func (r *Request) whole(ctx context.Context, progress func(done, total int64)) (resumed bool, err error) {
	had := r.have()
	came := false // something, over a connection of this call
	for tries := 0; ; {
		before := r.have()
		err := r.connect(ctx, progress)
		if err == nil {
			return had > 0, nil
		}
		if ctx.Err() != nil {
			return false, fmt.Errorf("fetching %s: %w; what has come is kept, and the next attempt goes on from there", r.URL, context.Cause(ctx))
		}
		var cut errCut
		if !errors.As(err, &cut) {
			return false, fmt.Errorf("fetching %s: %w", r.URL, err)
		}
		if r.have() != before {
			tries, came = 0, true
		}
		if !came {
			return false, fmt.Errorf("fetching %s: %w", r.URL, cut.error)
		}
		if tries++; tries > r.Retries {
			return false, fmt.Errorf("fetching %s: the connection was cut after %d bytes%s: %w; what has come is kept: try again to go on from there",
				r.URL, r.have(), of(r.Bytes), cut.error)
		}
		select {
		case <-time.After(r.Pause):
		case <-ctx.Done():
		}
	}
}

func of(total int64) string {
	if total <= 0 {
		return ""
	}
	return fmt.Sprintf(" of %d", total)
}

// have is the number of bytes that have come so far.
func (r *Request) have() int64 {
	info, err := os.Stat(r.part())
	if err != nil {
		return 0
	}
	return info.Size()
}

// connect asks for what is missing and appends it.
func (r *Request) connect(ctx context.Context, progress func(done, total int64)) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watchdog := time.AfterFunc(r.Stall, func() { cancel(fmt.Errorf("nothing came for %v", r.Stall)) })
	defer watchdog.Stop()

	q, err := http.NewRequestWithContext(ctx, http.MethodGet, r.URL, nil)
	if err != nil {
		return err
	}
	have := r.have()
	if r.Bytes > 0 && have == r.Bytes {
		progress(have, have)
		return nil
	}
	if r.Bytes > 0 && have > r.Bytes {
		have = 0
	}
	if have > 0 {
		q.Header.Set("Range", fmt.Sprintf("bytes=%d-", have))
	}
	q.Header.Set("Accept-Encoding", "identity") // the bytes as they are: a checksum and a position are of those
	a, err := http.DefaultClient.Do(q)
	if err != nil {
		return errCut{unwrapURL(err)}
	}
	defer a.Body.Close()
	switch {
	case a.StatusCode == http.StatusPartialContent && have > 0:
		from, ok := begins(a.Header.Get("Content-Range"))
		if !ok || from != have {
			return fmt.Errorf("the server was asked for the bytes from %d and sends %q", have, a.Header.Get("Content-Range"))
		}
	case a.StatusCode == http.StatusOK:
		have = 0 // all of it, whatever was asked for
	case a.StatusCode == http.StatusRequestedRangeNotSatisfiable && have > 0:
		// What is here is as long as the file or longer, and of the wrong length if that is known: begin anew.
		if r.Bytes == 0 && strings.TrimPrefix(a.Header.Get("Content-Range"), "bytes */") == strconv.FormatInt(have, 10) {
			return nil
		}
		if err := os.Remove(r.part()); err != nil {
			return err
		}
		return errCut{errors.New("the server has no more bytes than are here")}
	case a.StatusCode == http.StatusServiceUnavailable || a.StatusCode == http.StatusTooManyRequests || a.StatusCode == http.StatusBadGateway ||
		a.StatusCode == http.StatusGatewayTimeout:
		return errCut{fmt.Errorf("the server says %s", a.Status)}
	default:
		return fmt.Errorf("the server says %s", a.Status)
	}
	total := int64(-1)
	if a.ContentLength >= 0 {
		total = have + a.ContentLength
	}
	if r.Bytes > 0 && total >= 0 && total != r.Bytes {
		return fmt.Errorf("the server's file has %d bytes, %d are wanted: it is another file", total, r.Bytes)
	}
	if r.Bytes > 0 {
		total = r.Bytes
	}
	f, err := os.OpenFile(r.part(), os.O_WRONLY|os.O_CREATE, 0o666)
	if err != nil {
		return err
	}
	err = r.append(f, have, total, a.Body, progress, func() { watchdog.Reset(r.Stall) })
	if closing := f.Close(); err == nil {
		err = closing
	}
	var full writeError
	if errors.As(err, &full) {
		return errors.Join(full.error, ignoreMissing(os.Remove(r.part())))
	}
	if stalled := context.Cause(ctx); err != nil && stalled != nil {
		return errCut{stalled}
	}
	return err
}

// writeError is one of the disk.
type writeError struct{ error }

func (e writeError) Unwrap() error { return e.error }

// append writes body to f from byte have on.
func (r *Request) append(f *os.File, have, total int64, body io.Reader, progress func(done, total int64), alive func()) error {
	if r.have() != have {
		if err := f.Truncate(have); err != nil {
			return writeError{err}
		}
	}
	if _, err := f.Seek(have, io.SeekStart); err != nil {
		return writeError{err}
	}
	progress(have, total)
	piece := make([]byte, 128<<10)
	for {
		n, err := body.Read(piece)
		if n > 0 {
			alive()
			if r.Bytes > 0 && have+int64(n) > r.Bytes {
				return fmt.Errorf("the server sends more than the %d bytes that are wanted: it is another file", r.Bytes)
			}
			if _, err := f.Write(piece[:n]); err != nil {
				return writeError{err}
			}
			have += int64(n)
			progress(have, total)
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return errCut{err}
		}
	}
	if total >= 0 && have < total {
		return errCut{io.ErrUnexpectedEOF}
	}
	if err := f.Sync(); err != nil {
		return writeError{err}
	}
	return nil
}

// check holds what has come to what it must be.
func (r *Request) check() error {
	if have := r.have(); r.Bytes > 0 && have != r.Bytes {
		return fmt.Errorf("fetching %s: %d bytes came, %d are wanted", r.URL, have, r.Bytes)
	}
	for _, c := range []struct {
		name, want string
		hash       hash.Hash
	}{{"SHA-256", r.SHA256, sha256.New()}, {"MD5", r.MD5, md5.New()}} {
		if c.want == "" {
			continue
		}
		f, err := os.Open(r.part())
		if err != nil {
			return err
		}
		_, err = io.Copy(c.hash, f)
		f.Close()
		if err != nil {
			return err
		}
		if got := fmt.Sprintf("%x", c.hash.Sum(nil)); !strings.EqualFold(got, c.want) {
			return fmt.Errorf("fetching %s: the file's %s is %s, %s is wanted: it is damaged or another one, and has been removed", r.URL, c.name, got, c.want)
		}
	}
	return nil
}

// begins is where a Content-Range begins: 100 of "bytes 100-199/200".
func begins(header string) (int64, bool) {
	rest, ok := strings.CutPrefix(header, "bytes ")
	first, _, dash := strings.Cut(rest, "-")
	n, err := strconv.ParseInt(first, 10, 64)
	return n, ok && dash && err == nil
}

// unwrapURL is an error of a request without the address, which File's errors have already.
func unwrapURL(err error) error {
	if inner := errors.Unwrap(err); inner != nil {
		return inner
	}
	return err
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
