package datasets

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
)

const mnistName = "mnist"

// mnistBytes is the size of the embedded files together.
func mnistBytes() int64 {
	files, err := mnistFiles.ReadDir(mnistName)
	if err != nil {
		return 0
	}
	total := int64(0)
	for _, f := range files {
		if info, err := f.Info(); err == nil {
			total += info.Size()
		}
	}
	return total
}

// extractMNIST writes the embedded files to their folder, for other programs. A file that is there and right stays.
func extractMNIST(ctx context.Context, progress func(done, total int64)) (string, error) {
	dir, err := Folder(mnistName)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", fmt.Errorf("datasets: %w", err)
	}
	files, err := mnistFiles.ReadDir(mnistName)
	if err != nil {
		return "", err
	}
	done, total := int64(0), mnistBytes()
	for _, f := range files {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		content, err := mnistFiles.ReadFile(mnistName + "/" + f.Name())
		if err != nil {
			return "", err
		}
		path := filepath.Join(dir, f.Name())
		if there, err := os.ReadFile(path); err != nil || !bytes.Equal(there, content) {
			if err := replaceFile(path, content); err != nil {
				return "", fmt.Errorf("datasets: %w", err)
			}
		}
		done += int64(len(content))
		progress(done, total)
	}
	return dir, nil
}

// replaceFile writes a file under a temporary name and renames it, so that it is there as a whole or not at all.
func replaceFile(path string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.part")
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err == nil {
		err = os.Chmod(f.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}
