package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// RemoveLeftovers removes the temporary files that killed processes left beside path while they wrote it. Nobody may be
// writing path at the time. A folder that does not exist has none.
func RemoveLeftovers(path string) error {
	if resolved, err := filepath.EvalSymlinks(path); err == nil {
		path = resolved
	}
	folder, prefix := filepath.Split(temporaryPrefix(path))
	if folder == "" {
		folder = "."
	}
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, entry := range entries {
		middle, ok := strings.CutPrefix(entry.Name(), prefix)
		if !ok || !entry.Type().IsRegular() || !isTemporary(middle) {
			continue
		}
		if err := os.Remove(filepath.Join(folder, entry.Name())); err != nil {
			return err
		}
	}
	return nil
}

// isTemporary reports whether s is what create puts behind the prefix: eight hexadecimal digits and the suffix.
func isTemporary(s string) bool {
	digits, ok := strings.CutSuffix(s, suffix)
	return ok && len(digits) == 8 && strings.Trim(digits, "0123456789abcdef") == ""
}
