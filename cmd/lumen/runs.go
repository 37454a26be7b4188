package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/lumen-ml/lumen/train"
)

const runsFolder = "runs"

// freeName is the first of runs/PRESET-seedS-1, -2 ... that does not exist.
func freeName(preset string, seed uint64) string {
	for n := 1; ; n++ {
		dir := filepath.Join(runsFolder, fmt.Sprintf("%s-seed%d-%d", preset, seed, n))
		if _, err := os.Lstat(dir); errors.Is(err, os.ErrNotExist) {
			return dir
		}
	}
}

// newestRun is the run of a preset that was written to last.
func newestRun(preset string) (string, error) {
	found, err := filepath.Glob(filepath.Join(runsFolder, preset+"-seed*-*", train.LastCheckpoint))
	if err != nil {
		return "", err
	}
	best := ""
	var newest int64
	for _, f := range found {
		if info, err := os.Stat(f); err == nil && (best == "" || info.ModTime().UnixNano() > newest) {
			best, newest = filepath.Dir(f), info.ModTime().UnixNano()
		}
	}
	if best == "" {
		return "", fmt.Errorf("there is no run of %s under %s to resume; name its folder with --out", preset, runsFolder)
	}
	return best, nil
}
