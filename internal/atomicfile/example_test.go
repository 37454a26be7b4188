package atomicfile_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/lumen-ml/lumen/internal/atomicfile"
)

func ExampleWriteFile() {
	dir, err := os.MkdirTemp("", "atomicfile")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "notes.txt")
	err = atomicfile.WriteFile(path, func(w io.Writer) error {
		_, err := io.WriteString(w, "good")
		return err
	})
	fmt.Println(err)
	err = atomicfile.WriteFile(path, func(w io.Writer) error {
		io.WriteString(w, "half of something bet")
		return errors.New("the power went out")
	})
	fmt.Println(errors.Unwrap(err))
	text, err := os.ReadFile(path)
	fmt.Println(string(text), err)
	// Output:
	// <nil>
	// the power went out
	// good <nil>
}
