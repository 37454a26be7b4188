package datasets

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Entry is a set that Lumen knows, as `lumen data list` shows it.
type Entry struct {
	Name        string `json:"name"`        // what it is asked for by: "mnist"
	Description string `json:"description"` // one line
	Source      string `json:"source"`      // who made it, or where its files are from
	Licence     string `json:"licence"`     // as its makers state it
	Bytes       int64  `json:"bytes"`       // of its files; 0 if it is not there
	Embedded    bool   `json:"embedded"`    // in the binary
	Present     bool   `json:"present"`     // Load works: embedded, or complete in Path
	Path        string `json:"path"`        // the folder with its files; "" if there is none

	// Download says where the set's archive is to be had; nil if Lumen knows no such place.
	Download *Download `json:"-"`

	load    func(split Split, o []Options) (*Set, error)
	get     func(ctx context.Context, progress func(done, total int64)) (string, error)
	install func(ctx context.Context, from string, o InstallOptions, progress func(done, total int64)) (string, error)
}

// Download is an archive on the net, at the address that the set's makers give.
type Download struct {
	Name        string // of the file
	URL         string
	Bytes       int64
	MD5, SHA256 string // hexadecimal
}

// InstallOptions are options of Entry.Install.
type InstallOptions struct {
	// To is the folder in which the set's folder is made; "" is the one that Folder names.
	To string
	// Unchecked takes files that are not the original's, if they have its sizes and possible labels.
	Unchecked bool
}

// Load returns a split of the set.
func (e Entry) Load(split Split, o ...Options) (*Set, error) { return e.load(split, o) }

// Get puts the set's files into the folder that [Folder] names, unless they are there, and returns that folder. If
// progress is not nil it hears of the bytes done so far and in all. Cancelled by ctx, it leaves no half-written file
// under a file's name. A set that Lumen does not carry gives an error that says where it is to be had.
func (e Entry) Get(ctx context.Context, progress func(done, total int64)) (string, error) {
	if progress == nil {
		progress = func(done, total int64) {}
	}
	return e.get(ctx, progress)
}

// Install puts the set's files into place from a folder or an archive that the caller has, and returns their folder. It
// checks them against the original's checksums; what is wrong leaves nothing behind, and the files that were there. If
// progress is not nil it hears of the bytes done so far and in all.
func (e Entry) Install(ctx context.Context, from string, o InstallOptions, progress func(done, total int64)) (string, error) {
	if e.install == nil {
		return "", fmt.Errorf("datasets: %s cannot be installed from a folder or archive", e.Name)
	}
	if progress == nil {
		progress = func(done, total int64) {}
	}
	return e.install(ctx, from, o, progress)
}

// Catalog lists the sets that Lumen knows, and after them the other folders with IDX files in the folder that LUMEN_DATA
// names, by name.
func Catalog() []Entry {
	entries := []Entry{mnistEntry(), fashionEntry(),
		cifar10.entry("photographs of things and animals, 50000 + 10000 in colour of 32 x 32, 10 classes"),
		cifar100.entry("photographs of things and animals, 50000 + 10000 in colour of 32 x 32, 100 classes")}
	root := os.Getenv("LUMEN_DATA")
	if root == "" {
		return entries
	}
	folders, err := os.ReadDir(root)
	if err != nil {
		return entries // Load and Get of what was to be there say so
	}
	known := map[string]bool{}
	for _, e := range entries {
		known[e.Name] = true
	}
	for _, folder := range folders {
		dir := filepath.Join(root, folder.Name())
		if bytes, ok := hasIDX(dir); ok && !known[folder.Name()] {
			entries = append(entries, folderEntry(folder.Name(), dir, bytes))
		}
	}
	return entries
}

// Find returns the catalog's entry of that name.
func Find(name string) (Entry, error) {
	var names []string
	for _, e := range Catalog() {
		if e.Name == name {
			return e, nil
		}
		names = append(names, e.Name)
	}
	return Entry{}, fmt.Errorf("datasets: there is no set %q; there are %s, and folders with IDX files in the one that LUMEN_DATA names",
		name, strings.Join(names, ", "))
}

func mnistEntry() Entry {
	e := Entry{Name: mnistName, Embedded: true, Present: true, Bytes: mnistBytes(),
		Description: "handwritten digits, 60000 + 10000 grey images of 28 x 28, 10 classes",
		Source:      "Yann LeCun, Corinna Cortes, Christopher J.C. Burges",
		Licence:     "CC BY-SA 3.0, as commonly stated",
		load:        func(split Split, o []Options) (*Set, error) { return MNIST(split, o...) },
		get:         extractMNIST}
	if dir, err := Folder(mnistName); err == nil {
		if _, ok := hasIDX(dir); ok {
			e.Path = dir
		}
	}
	return e
}

func fashionEntry() Entry {
	e := Entry{Name: fashionName,
		Description: "articles of clothing, 60000 + 10000 grey images of 28 x 28, 10 classes",
		Source:      fashionSource,
		Licence:     "MIT",
		load:        func(split Split, o []Options) (*Set, error) { return FashionMNIST(split, o...) }}
	dir, err := Folder(fashionName)
	if err == nil {
		if e.Bytes, e.Present = hasIDX(dir); e.Present {
			e.Path = dir
		}
	}
	e.get = func(_ context.Context, progress func(done, total int64)) (string, error) {
		if err != nil {
			return "", err
		}
		if !e.Present {
			return "", fmt.Errorf("datasets: %s is not complete. %s", dir, fashionHelp)
		}
		progress(e.Bytes, e.Bytes)
		return dir, nil
	}
	return e
}

func folderEntry(name, dir string, bytes int64) Entry {
	return Entry{Name: name, Present: true, Bytes: bytes, Path: dir,
		Description: "IDX files in a folder",
		Source:      "LUMEN_DATA",
		Licence:     "not known",
		load:        func(split Split, o []Options) (*Set, error) { return IDX(dir, split, o...) },
		get: func(_ context.Context, progress func(done, total int64)) (string, error) {
			progress(bytes, bytes)
			return dir, nil
		}}
}
