package datasets

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Folder returns where the files of the named set are looked for, and put by Entry.Get: the folder of that name in the
// one that the environment variable LUMEN_DATA names; without it, in the folder lumen of the user's cache. It need not
// exist.
func Folder(name string) (string, error) {
	root := os.Getenv("LUMEN_DATA")
	if root == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("datasets: there is no place for %s: %w; set LUMEN_DATA to a folder", name, err)
		}
		root = filepath.Join(cache, "lumen")
	}
	return filepath.Join(root, name), nil
}

// idxNames are the file names under which the images (dims 3) or labels (dims 1) of a split are known: as MNIST's page
// writes them, as some archives unpack them, and both compressed.
func idxNames(split Split, dims int) []string {
	prefixes := []string{"train"}
	if split == Test {
		prefixes = []string{"t10k", "test"}
	}
	what := "images"
	if dims == 1 {
		what = "labels"
	}
	var names []string
	for _, prefix := range prefixes {
		for _, separator := range []string{"-", "."} {
			plain := fmt.Sprintf("%s-%s%sidx%d-ubyte", prefix, what, separator, dims)
			names = append(names, plain, plain+".gz")
		}
	}
	return names
}

// findIDX is the path of the first of idxNames in dir.
func findIDX(dir string, split Split, dims int) (string, error) {
	if info, err := os.Stat(dir); err != nil {
		return "", fmt.Errorf("datasets: %w", err)
	} else if !info.IsDir() {
		return "", fmt.Errorf("datasets: %s is not a folder: name the one that holds the IDX files", dir)
	}
	names := idxNames(split, dims)
	for _, name := range names {
		path := filepath.Join(dir, name)
		if info, err := os.Stat(path); err == nil && !info.IsDir() {
			return path, nil
		}
	}
	return "", fmt.Errorf("datasets: %s: %w: looked for %s", dir, errNoFile, strings.Join(names, ", "))
}

var errNoFile = errors.New("a file is missing")

// hasIDX reports whether dir holds images and labels of both splits, and how many bytes they take.
func hasIDX(dir string) (bytes int64, ok bool) {
	for _, split := range []Split{Train, Test} {
		for _, dims := range []int{3, 1} {
			path, err := findIDX(dir, split, dims)
			if err != nil {
				return 0, false
			}
			info, err := os.Stat(path)
			if err != nil {
				return 0, false
			}
			bytes += info.Size()
		}
	}
	return bytes, true
}

// isMissing reports whether an error is about a folder or file that is not there.
func isMissing(err error) bool { return errors.Is(err, errNoFile) || errors.Is(err, fs.ErrNotExist) }
