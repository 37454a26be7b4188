package atomicfile

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
)

const suffix = ".tmp"

// bufferSize is large enough that a small write costs no system call and small enough not to matter beside the data.
const bufferSize = 64 << 10

// WriteFile replaces the file at path by what write writes, or leaves it untouched and returns an error. A new file gets
// the permissions 0666 less the umask, a replaced one keeps its own. A symbolic link is followed. A path that exists and
// is not a regular file (a folder, a device, a pipe) is refused. The writer given to write is buffered and good until
// write returns.
func WriteFile(path string, write func(io.Writer) error) (err error) {
	defer func() {
		if err != nil {
			err = &fs.PathError{Op: "write", Path: path, Err: cause(err)}
		}
	}()
	target := path
	if resolved, err := filepath.EvalSymlinks(path); err == nil {
		target = resolved
	}
	mode, exists := fs.FileMode(0o666), false
	switch info, err := os.Stat(target); {
	case err == nil && !info.Mode().IsRegular():
		return errors.New("is not a regular file; give the name of a file to create or to replace")
	case err == nil:
		mode, exists = info.Mode().Perm(), true
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}

	f, err := create(target, mode)
	if err != nil {
		return err
	}
	done := false
	defer func() {
		if !done {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if exists {
		// The umask may have taken bits that the old file has.
		if err := f.Chmod(mode); err != nil && !errors.Is(err, errors.ErrUnsupported) {
			return err
		}
	}
	b := bufio.NewWriterSize(f, bufferSize)
	if err := write(b); err != nil {
		return err
	}
	if err := b.Flush(); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), target); err != nil {
		return err
	}
	done = true
	return syncFolder(filepath.Dir(target))
}

// create opens a new file with a temporary name beside target. [os.CreateTemp] would leave it readable by its owner
// alone.
func create(target string, mode fs.FileMode) (*os.File, error) {
	for try := 0; ; try++ {
		name := temporaryPrefix(target) + fmt.Sprintf("%08x", rand.Uint32()) + suffix
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
		if err == nil || !errors.Is(err, fs.ErrExist) || try == 100 {
			return f, err
		}
	}
}

func temporaryPrefix(target string) string {
	folder, name := filepath.Split(target)
	return folder + "." + name + "."
}

// cause is err without the operation and the temporary name that the os package put before it.
func cause(err error) error {
	switch e := err.(type) {
	case *fs.PathError:
		return e.Err
	case *os.LinkError:
		return e.Err
	}
	return err
}
