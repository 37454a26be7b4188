//go:build !linux

package nd

func preferHugePages([]byte) {}
