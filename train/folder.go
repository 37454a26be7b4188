package train

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/lumen-ml/lumen/internal/atomicfile"
	"github.com/lumen-ml/lumen/internal/kernel"
	"github.com/lumen-ml/lumen/internal/pool"
)

// The names of the files in a run's folder.
const (
	RunFile        = "run.json"
	EventsFile     = "events.jsonl"
	ModelFile      = "model.safetensors"
	LastCheckpoint = "checkpoint-last.safetensors"
	BestCheckpoint = "checkpoint-best.safetensors"
)

// RunInfo is run.json: what a run was made with.
type RunInfo struct {
	Lumen     string          `json:"lumen"`
	Go        string          `json:"go"`
	OS        string          `json:"os"`
	Arch      string          `json:"arch"`
	Path      string          `json:"cpu"` // of the kernels
	Threads   int             `json:"threads"`
	Seed      uint64          `json:"seed"`
	Epochs    int             `json:"epochs"`
	BatchSize int             `json:"batch_size"`
	Optimizer json.RawMessage `json:"optimizer,omitempty"` // type and options
	Schedule  json.RawMessage `json:"schedule,omitempty"`
	Options   json.RawMessage `json:"options,omitempty"`
}

func (c *Config) info() (RunInfo, error) {
	info := RunInfo{Lumen: Version(), Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH,
		Path: kernel.Active().Path, Threads: pool.Threads(), Seed: c.Seed, Epochs: c.Epochs, BatchSize: c.BatchSize,
		Optimizer: describe(c.Optimizer), Schedule: describe(c.Schedule)}
	if c.Options != nil {
		b, err := json.Marshal(c.Options)
		if err != nil {
			return info, fmt.Errorf("train: Config.Options cannot be written to %s: %w", RunFile, err)
		}
		info.Options = b
	}
	return info, nil
}

// describe is an optimizer or a schedule for run.json: its type, and its options as far
// as they can be written.
func describe(v any) json.RawMessage {
	if v == nil {
		return nil
	}
	d := struct {
		Type    string          `json:"type"`
		Options json.RawMessage `json:"options,omitempty"`
	}{Type: strings.TrimPrefix(fmt.Sprintf("%T", v), "*")}
	if b, err := json.Marshal(v); err == nil { // a schedule made of a function has none
		d.Options = b
	}
	b, err := json.Marshal(d)
	if err != nil { // it is made of what has just been marshalled
		panic(err)
	}
	return b
}

// Version is the module's version as the build recorded it, "devel" if it did not.
func Version() string {
	if b, ok := debug.ReadBuildInfo(); ok {
		for _, m := range append(b.Deps, &b.Main) {
			if m.Path == "github.com/lumen-ml/lumen" && m.Version != "" && m.Version != "(devel)" {
				return m.Version
			}
		}
	}
	return "devel"
}

// ReadRun reads run.json of a run's folder.
func ReadRun(dir string) (RunInfo, error) {
	var info RunInfo
	path := filepath.Join(dir, RunFile)
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return info, fmt.Errorf("%s is not a run's folder: it has no %s", dir, RunFile)
	}
	if file, e := os.Stat(dir); err != nil && e == nil && !file.IsDir() {
		return info, fmt.Errorf("%s is a file; the folder of a run is wanted, such as runs/mnist-seed1-1, which has a %s", dir, RunFile)
	}
	if err != nil {
		return info, err
	}
	if err := json.Unmarshal(b, &info); err != nil {
		return info, fmt.Errorf("%s: not the JSON that a run writes: %w", path, err)
	}
	return info, nil
}

// folder is the run's folder while the run goes on.
type folder struct {
	dir    string
	file   *os.File
	log    *bufio.Writer
	lines  int // of events.jsonl, those not yet flushed included
	flush  time.Time
	failed error // the first error of the log: nothing is written after it
}

// create makes the folder of a new run and writes run.json.
func create(dir string, info RunInfo) (*folder, error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for _, e := range entries {
		if !beforeBeginning(e) {
			return nil, fmt.Errorf("%s is not empty (it has %s): give another folder, or continue that run with --resume", dir, e.Name())
		}
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	f, err := openFolder(dir)
	if err != nil {
		return nil, err
	}
	if err := writeJSON(f.path(RunFile), info); err != nil {
		f.file.Close()
		return nil, err
	}
	return f, nil
}

// beforeBeginning reports whether a file is what is left of a run that was killed before
// its run.json was written.
func beforeBeginning(e fs.DirEntry) bool {
	if e.Name() == EventsFile {
		info, err := e.Info()
		return err == nil && info.Mode().IsRegular() && info.Size() == 0
	}
	return e.Type().IsRegular() && strings.HasPrefix(e.Name(), "."+RunFile+".")
}

func writeJSON(path string, v any) error {
	return atomicfile.WriteFile(path, func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(v)
	})
}

// openFolder takes a folder for this run: it opens events.jsonl, which no two runs may,
// and removes what killed processes left half-written.
func openFolder(dir string) (*folder, error) {
	file, err := os.OpenFile(filepath.Join(dir, EventsFile), os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, err
	}
	f := &folder{dir: dir, file: file, log: bufio.NewWriterSize(file, 64<<10), flush: time.Now()}
	if lockedByOther(file) {
		err = fmt.Errorf("%s: another process is training in this folder", dir)
	}
	for _, name := range []string{LastCheckpoint, BestCheckpoint, ModelFile, RunFile} {
		if err == nil {
			err = atomicfile.RemoveLeftovers(f.path(name))
		}
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return f, nil
}

// cut cuts off events.jsonl after its first lines, of which it must have so many, and
// continues it there.
func (f *folder) cut(lines int) error {
	end, err := offsetOf(f.file, lines)
	if err == nil {
		err = f.file.Truncate(end)
	}
	if err == nil {
		_, err = f.file.Seek(end, io.SeekStart)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", f.path(EventsFile), err)
	}
	f.lines = lines
	return nil
}

// has reports whether the folder has one of the files.
func (f *folder) has(names ...string) bool {
	for _, name := range names {
		if _, err := os.Lstat(f.path(name)); err == nil {
			return true
		}
	}
	return false
}

// offsetOf is where line number lines (from 0) begins.
func offsetOf(r io.Reader, lines int) (int64, error) {
	var off int64
	have := 0
	b := bufio.NewReaderSize(r, 64<<10)
	for have < lines {
		part, err := b.ReadSlice('\n')
		off += int64(len(part))
		switch {
		case err == nil:
			have++
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF):
			return 0, fmt.Errorf("it has %d lines, the checkpoint was written after %d: it is not this checkpoint's, or was cut", have, lines)
		default:
			return 0, err
		}
	}
	return off, nil
}

// On writes an event to events.jsonl; what is older than a second is flushed.
func (f *folder) On(e Event) error {
	if passing(e) {
		return f.failed
	}
	line := append(bytes.TrimSpace(JSON(e)), '\n')
	if f.failed == nil {
		_, f.failed = f.log.Write(line)
		f.lines++
	}
	if f.failed == nil && time.Since(f.flush) > time.Second {
		return f.sync(false)
	}
	return f.failed
}

// sync flushes events.jsonl, to the disk itself if durable.
func (f *folder) sync(durable bool) error {
	f.flush = time.Now()
	if f.failed == nil {
		f.failed = f.log.Flush()
	}
	if f.failed == nil && durable {
		f.failed = f.file.Sync()
	}
	return f.failed
}

func (f *folder) close() error {
	err := f.sync(true)
	if e := f.file.Close(); err == nil {
		err = e
	}
	return err
}

func (f *folder) path(name string) string { return filepath.Join(f.dir, name) }
