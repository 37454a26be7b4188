package atomicfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

// folder fails the test unless dir holds exactly the named files.
func folder(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if strings.Join(names, " ") != strings.Join(want, " ") {
		t.Errorf("the folder holds %q, want %q", names, want)
	}
}

func contents(t *testing.T, path, want string) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s holds %q, want %q", filepath.Base(path), got, want)
	}
}

func TestWriteFileCreatesAndReplaces(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.txt")
	for _, s := range []string{"first, the longer one", "second", "", strings.Repeat("large ", 50_000)} {
		if err := WriteFile(path, text(s)); err != nil {
			t.Fatal(err)
		}
		contents(t, path, s)
		folder(t, dir, "a.txt")
	}
}

// TestOldFileSurvives: whatever goes wrong while the new contents are written, the old ones stay and nothing else does.
func TestOldFileSurvives(t *testing.T) {
	broken := errors.New("the writer broke")
	for _, c := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{"at once", func(io.Writer) error { return broken }},
		{"in the buffer", func(w io.Writer) error { io.WriteString(w, "half"); return broken }},
		{"on the disk", func(w io.Writer) error { w.Write(make([]byte, 10*bufferSize)); return broken }},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "a.txt")
			check := func(want ...string) {
				t.Helper()
				err := WriteFile(path, c.write)
				if !errors.Is(err, broken) {
					t.Errorf("error %v does not wrap the writer's", err)
				}
				if want := "write " + path + ": the writer broke"; err.Error() != want {
					t.Errorf("error %q, want %q", err, want)
				}
				folder(t, dir, want...)
			}
			check()
			if err := WriteFile(path, text("old")); err != nil {
				t.Fatal(err)
			}
			check("a.txt")
			contents(t, path, "old")
		})
	}
}

func TestPanicLeavesNoFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.txt")
	if err := WriteFile(path, text("old")); err != nil {
		t.Fatal(err)
	}
	func() {
		defer func() {
			if got := recover(); got != "out of ideas" {
				t.Errorf("recovered %v, want the writer's panic", got)
			}
		}()
		WriteFile(path, func(w io.Writer) error {
			io.WriteString(w, "half")
			panic("out of ideas")
		})
	}()
	contents(t, path, "old")
	folder(t, dir, "a.txt")
}

// TestFileErrorsNameThePath: a disk's error comes with the path that was asked for, not with the temporary name.
func TestFileErrorsNameThePath(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.txt")
	err := WriteFile(path, func(w io.Writer) error {
		// What the os package returns when the disk is full.
		return &fs.PathError{Op: "write", Path: filepath.Join(dir, ".a.txt.00000000.tmp"), Err: errors.New("no space left on device")}
	})
	if want := "write " + path + ": no space left on device"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	missing := filepath.Join(dir, "no", "such", "a.txt")
	err = WriteFile(missing, text("x"))
	var pathError *fs.PathError
	if !errors.As(err, &pathError) || pathError.Path != missing || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v, want that %s does not exist", err, missing)
	}
	folder(t, dir)
}

func TestOnlyRegularFilesAreReplaced(t *testing.T) {
	dir := t.TempDir()
	sub := filepath.Join(dir, "sub")
	if err := os.Mkdir(sub, 0o755); err != nil {
		t.Fatal(err)
	}
	targets := []string{sub}
	if pipe := namedPipe(t, dir); pipe != "" {
		targets = append(targets, pipe)
	}
	for _, target := range targets {
		before, err := os.Stat(target)
		if err != nil {
			t.Fatal(err)
		}
		err = WriteFile(target, text("x"))
		if err == nil || !strings.Contains(err.Error(), target+": is not a regular file") {
			t.Errorf("error %v, want that %s is not a regular file", err, target)
		}
		after, err := os.Stat(target)
		if err != nil {
			t.Fatal(err)
		}
		if before.Mode() != after.Mode() {
			t.Errorf("%s was %v and is %v", target, before.Mode(), after.Mode())
		}
	}
	if len(targets) == 2 {
		folder(t, dir, "pipe", "sub")
	} else {
		folder(t, dir, "sub")
	}
}

func TestPermissions(t *testing.T) {
	if runtime.GOOS == "windows" || runtime.GOOS == "js" {
		t.Skip("no permission bits here")
	}
	dir := t.TempDir()
	reference := filepath.Join(dir, "reference")
	if err := os.WriteFile(reference, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	want, err := os.Stat(reference)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "a.txt")
	for _, mode := range []fs.FileMode{want.Mode(), 0o600, 0o664} {
		if mode != want.Mode() {
			if err := os.Chmod(path, mode); err != nil {
				t.Fatal(err)
			}
		}
		if err := WriteFile(path, text("x")); err != nil {
			t.Fatal(err)
		}
		if got, err := os.Stat(path); err != nil || got.Mode() != mode {
			t.Errorf("mode %v, want %v (%v)", got.Mode(), mode, err)
		}
	}
}

func TestSymbolicLinkIsFollowed(t *testing.T) {
	dir := t.TempDir()
	real, link := filepath.Join(dir, "real"), filepath.Join(dir, "link")
	if err := os.WriteFile(real, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(real, link); err != nil {
		t.Skip("no symbolic links here:", err)
	}
	if err := WriteFile(link, text("new")); err != nil {
		t.Fatal(err)
	}
	contents(t, real, "new")
	if info, err := os.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the link was replaced: %v, %v", info.Mode(), err)
	}
	folder(t, dir, "link", "real")
}

func TestRemoveLeftovers(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.txt")
	for _, name := range []string{"a.txt", ".a.txt.0123abcd.tmp", ".a.txt.ffffffff.tmp", ".a.txt.mine.tmp", ".b.txt.0123abcd.tmp", ".a.txt.0123abcd"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := RemoveLeftovers(path); err != nil {
		t.Fatal(err)
	}
	folder(t, dir, ".a.txt.0123abcd", ".a.txt.mine.tmp", ".b.txt.0123abcd.tmp", "a.txt")
	if err := RemoveLeftovers(filepath.Join(dir, "missing", "a.txt")); err != nil {
		t.Errorf("a folder that does not exist: %v", err)
	}
	// The names that create makes are the ones that are found again.
	f, err := create(path, 0o666)
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	if err := RemoveLeftovers(path); err != nil {
		t.Fatal(err)
	}
	folder(t, dir, ".a.txt.0123abcd", ".a.txt.mine.tmp", ".b.txt.0123abcd.tmp", "a.txt")
}
