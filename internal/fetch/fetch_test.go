package fetch

import (
	"bytes"
	"context"
	"crypto/md5"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// content is n bytes that do not repeat soon.
func content(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i*i>>7 + 3*i)
	}
	return b
}

// request is for the whole of b, with its checksums.
func request(t *testing.T, url string, b []byte) Request {
	t.Helper()
	return Request{URL: url, Path: filepath.Join(t.TempDir(), "set.tar.gz"), Bytes: int64(len(b)), Retries: 2, Pause: time.Millisecond,
		MD5: fmt.Sprintf("%x", md5.Sum(b)), SHA256: fmt.Sprintf("%x", sha256.Sum256(b))}
}

// holds fails the test unless the file's folder has exactly the named files.
func holds(t *testing.T, r Request, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(r.Path))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if !slices.Equal(names, want) {
		t.Errorf("the folder holds %v, want %v", names, want)
	}
}

func same(t *testing.T, path string, want []byte) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s has %d bytes (%v), want %d", path, len(got), err, len(want))
	}
}

// flaky serves b with ranges, and cuts every connection but the last after some bytes.
type flaky struct {
	b     []byte
	cuts  atomic.Int32 // connections still to be cut
	after int
	asked []string // Range headers
}

func (f *flaky) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.asked = append(f.asked, r.Header.Get("Range"))
	if f.cuts.Add(-1) < 0 {
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(f.b))
		return
	}
	from := 0
	if first, ok := strings.CutPrefix(r.Header.Get("Range"), "bytes="); ok {
		from, _ = strconv.Atoi(strings.TrimSuffix(first, "-"))
		w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, len(f.b)-1, len(f.b)))
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(f.b)-from))
	if from > 0 {
		w.WriteHeader(http.StatusPartialContent)
	}
	w.Write(f.b[from : from+f.after])
	w.(http.Flusher).Flush()
	panic(http.ErrAbortHandler) // the connection ends here
}

func TestWhole(t *testing.T) {
	b := content(300_000)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(b))
	}))
	defer server.Close()
	r := request(t, server.URL, b)
	var last, total int64
	calls := 0
	if err := File(t.Context(), r, func(d, all int64) {
		if d < last {
			t.Errorf("progress goes back from %d to %d", last, d)
		}
		last, total = d, all
		calls++
	}); err != nil {
		t.Fatal(err)
	}
	same(t, r.Path, b)
	holds(t, r, "set.tar.gz")
	if last != 300_000 || total != 300_000 || calls < 3 {
		t.Errorf("progress ended at %d of %d after %d calls", last, total, calls)
	}
	// An unknown length and no checksums.
	r = Request{URL: server.URL, Path: filepath.Join(t.TempDir(), "a")}
	if err := File(t.Context(), r, nil); err != nil {
		t.Fatal(err)
	}
	same(t, r.Path, b)
}

func TestCutConnection(t *testing.T) {
	b := content(200_000)
	f := &flaky{b: b, after: 50_000}
	f.cuts.Store(3)
	server := httptest.NewServer(f)
	defer server.Close()
	r := request(t, server.URL, b)
	if err := File(t.Context(), r, nil); err != nil {
		t.Fatal(err)
	}
	same(t, r.Path, b)
	holds(t, r, "set.tar.gz")
	if want := []string{"", "bytes=50000-", "bytes=100000-", "bytes=150000-"}; !slices.Equal(f.asked, want) {
		t.Errorf("asked for %q, want %q", f.asked, want)
	}
}

// TestGivesUp: a server that brings nothing more; what had come stays, and the next attempt goes on.
func TestGivesUp(t *testing.T) {
	b := content(200_000)
	f := &flaky{b: b, after: 50_000}
	f.cuts.Store(1)
	var down atomic.Bool
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if down.Load() {
			http.Error(w, "later", http.StatusServiceUnavailable)
			return
		}
		down.Store(true)
		f.ServeHTTP(w, r)
	}))
	defer server.Close()
	r := request(t, server.URL, b)
	err := File(t.Context(), r, nil)
	if err == nil || !strings.Contains(err.Error(), "cut after 50000 bytes of 200000") || !strings.Contains(err.Error(), "503") ||
		!strings.Contains(err.Error(), server.URL) || !strings.Contains(err.Error(), "go on from there") {
		t.Errorf("error %v", err)
	}
	holds(t, r, "set.tar.gz.part")
	down.Store(false)
	if err := File(t.Context(), r, nil); err != nil {
		t.Fatal(err)
	}
	if last := f.asked[len(f.asked)-1]; last != "bytes=50000-" {
		t.Errorf("asked for %q", last)
	}
	same(t, r.Path, b)
	holds(t, r, "set.tar.gz")
}

func TestWrongChecksum(t *testing.T) {
	b := content(100_000)
	bad := bytes.Clone(b)
	bad[5000] ^= 1
	connections := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		connections++
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(bad))
	}))
	defer server.Close()
	r := request(t, server.URL, b)
	old := []byte("the file that was there")
	if err := os.WriteFile(r.Path, old, 0o666); err != nil {
		t.Fatal(err)
	}
	err := File(t.Context(), r, nil)
	if err == nil || !strings.Contains(err.Error(), "SHA-256 is ") || !strings.Contains(err.Error(), r.SHA256) {
		t.Errorf("error %v", err)
	}
	holds(t, r, "set.tar.gz") // the old one
	same(t, r.Path, old)
	if connections != 1 {
		t.Errorf("%d connections", connections)
	}
	r.SHA256 = ""
	if err := File(t.Context(), r, nil); err == nil || !strings.Contains(err.Error(), "MD5 is ") {
		t.Errorf("error %v", err)
	}
	holds(t, r, "set.tar.gz")
}

// TestForeignPart: what lies there is of another file, which only the checksum shows.
func TestForeignPart(t *testing.T) {
	b := content(100_000)
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Header.Get("Range"))
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(b))
	}))
	defer server.Close()
	for n, want := range map[int][]string{
		60_000:  {"bytes=60000-", ""}, // a part
		100_000: {""},                 // of the right length: the checksum alone is wrong
		140_000: {""},                 // too long
	} {
		asked = nil
		r := request(t, server.URL, b)
		if err := os.WriteFile(r.part(), make([]byte, n), 0o666); err != nil {
			t.Fatal(err)
		}
		if err := File(t.Context(), r, nil); err != nil {
			t.Errorf("%d bytes: %v", n, err)
			continue
		}
		same(t, r.Path, b)
		holds(t, r, "set.tar.gz")
		if !slices.Equal(asked, want) {
			t.Errorf("%d bytes: asked for %q, want %q", n, asked, want)
		}
	}
}

// TestServerWithoutRanges sends everything again.
func TestServerWithoutRanges(t *testing.T) {
	b := content(100_000)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write(b) }))
	defer server.Close()
	r := request(t, server.URL, b)
	if err := os.WriteFile(r.part(), b[:30_000], 0o666); err != nil {
		t.Fatal(err)
	}
	if err := File(t.Context(), r, nil); err != nil {
		t.Fatal(err)
	}
	same(t, r.Path, b)
}

// TestSecondRangeRefused: a part as long as the file where the length was not known.
func TestPartIsWhole(t *testing.T) {
	b := content(1000)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(b))
	}))
	defer server.Close()
	r := Request{URL: server.URL, Path: filepath.Join(t.TempDir(), "a")}
	if err := os.WriteFile(r.part(), b, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := File(t.Context(), r, nil); err != nil {
		t.Fatal(err)
	}
	same(t, r.Path, b)
	holds(t, r, "a")
}

func TestWrongServers(t *testing.T) {
	b := content(1000)
	for name, c := range map[string]struct {
		serve http.HandlerFunc
		want  string
	}{
		"not there": {http.NotFound, "404"},
		"too long":  {func(w http.ResponseWriter, _ *http.Request) { w.Write(make([]byte, 2000)) }, "2000 bytes, 1000 are wanted"},
		"too long, in pieces": {func(w http.ResponseWriter, _ *http.Request) {
			w.Write(make([]byte, 800))
			w.(http.Flusher).Flush()
			w.Write(make([]byte, 800))
		}, "more than the 1000 bytes"},
		"other bytes than asked for": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Range", "bytes 7-999/1000")
			w.WriteHeader(http.StatusPartialContent)
			w.Write(b[7:])
		}, "asked for the bytes from 100"},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(c.serve)
			defer server.Close()
			r := request(t, server.URL, b)
			if err := os.WriteFile(r.part(), b[:100], 0o666); err != nil {
				t.Fatal(err)
			}
			if err := File(t.Context(), r, nil); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), server.URL) {
				t.Errorf("error %v, want %q", err, c.want)
			}
			holds(t, r, "set.tar.gz.part")
		})
	}
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	r := request(t, closed.URL, b)
	if err := File(t.Context(), r, nil); err == nil || !strings.Contains(err.Error(), closed.URL) {
		t.Errorf("nobody listens: %v", err)
	}
	holds(t, r)
}

func TestCancelled(t *testing.T) {
	b := content(200_000)
	begun := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", strconv.Itoa(len(b)))
		w.Write(b[:70_000])
		w.(http.Flusher).Flush()
		close(begun)
		<-r.Context().Done()
	}))
	defer server.Close()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-begun
		time.Sleep(50 * time.Millisecond)
		cancel()
	}()
	r := request(t, server.URL, b)
	if err := File(ctx, r, nil); !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "kept") {
		t.Errorf("error %v", err)
	}
	holds(t, r, "set.tar.gz.part")
}

// TestStalled: a connection over which nothing comes is given up.
func TestStalled(t *testing.T) {
	b := content(200_000)
	connections := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if connections++; connections > 1 {
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(b))
			return
		}
		w.Header().Set("Content-Length", strconv.Itoa(len(b)))
		w.Write(b[:70_000])
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}))
	defer server.Close()
	r := request(t, server.URL, b)
	r.Stall = 200 * time.Millisecond
	if err := File(t.Context(), r, nil); err != nil {
		t.Fatal(err)
	}
	same(t, r.Path, b)
}

// TestFullDisk writes to the device that is always full.
func TestFullDisk(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil || runtime.GOOS != "linux" {
		t.Skip("no /dev/full here")
	}
	b := content(1000)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write(b) }))
	defer server.Close()
	r := request(t, server.URL, b)
	if err := os.Symlink("/dev/full", r.part()); err != nil {
		t.Fatal(err)
	}
	err := File(t.Context(), r, nil)
	if err == nil || !strings.Contains(err.Error(), server.URL) || !strings.Contains(err.Error(), "set.tar.gz.part: no space left on device") {
		t.Errorf("a full disk: %v", err)
	}
	holds(t, r)
}
