package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/lumen-ml/lumen/internal/fetch"
	"github.com/lumen-ml/lumen/vision/datasets"
)

type dataCommand struct {
	List dataList `cmd:"" help:"List the data sets, and which are here."`
	Get  dataGet  `cmd:"" help:"Put a data set's files into the data folder."`
	Path dataPath `cmd:"" help:"Print the folder of a data set's files."`
}

func (dataCommand) Help() string {
	return `Examples:

  lumen data list
  lumen data get cifar10`
}

type dataList struct {
	JSON bool `name:"json" help:"Print one line of JSON a data set."`
}

func (dataList) Help() string { return "Example:\n\n  lumen data list" }

func (c dataList) Run(t terminal) error {
	if c.JSON {
		e := json.NewEncoder(t.out)
		for _, entry := range datasets.Catalog() {
			if err := e.Encode(entry); err != nil {
				return err
			}
		}
		return nil
	}
	w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "NAME\tHERE\tSIZE\tWHAT")
	for _, e := range datasets.Catalog() {
		here := "no"
		switch {
		case e.Embedded:
			here = "embedded"
		case e.Present:
			here = "yes"
		}
		size := "-"
		if e.Bytes > 0 {
			size = fmt.Sprintf("%.1f MB", float64(e.Bytes)/1e6)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", e.Name, here, size, e.Description)
	}
	return w.Flush()
}

type dataGet struct {
	Name      string `arg:"" help:"The data set, as lumen data list names it."`
	From      string `placeholder:"PATH" help:"Take the files from this folder or archive, not from the net."`
	URL       string `name:"url" placeholder:"ADDRESS" help:"Fetch the archive from this address; default the one that its makers give."`
	Unchecked bool   `help:"Take files that are not the original's, if they have its sizes and possible labels."`
	JSON      bool   `name:"json" help:"Print one line of JSON."`
}

func (dataGet) Help() string {
	return `MNIST is in the binary; this unpacks its original files. CIFAR-10 (cifar10) and CIFAR-100 (cifar100) are fetched from
their makers' page, 170 MB, or taken from a folder or archive that you have. The files go into the folder that
LUMEN_DATA names, or into lumen in the user's cache folder, when their checksums are right; a download that was cut off
goes on from where it stopped.

Examples:

  lumen data get cifar10
  lumen data get cifar10 --from cifar-10-binary.tar.gz
  lumen data get mnist`
}

func (c dataGet) Run(t terminal) error {
	e, err := datasets.Find(c.Name)
	if err != nil {
		return usageError{err}
	}
	if c.From != "" && c.URL != "" {
		return usagef("--from and --url exclude each other: the files come from a folder or archive, or from the net")
	}
	if e.Download == nil && (c.From != "" || c.URL != "") {
		return usagef("%s can be neither fetched nor taken from elsewhere; --from and --url are for cifar10 and cifar100", c.Name)
	}
	path := ""
	switch {
	case c.From != "":
		path, err = c.install(t, e, c.From)
	case e.Download != nil && (!e.Present || c.URL != ""):
		path, err = c.fetch(t, e)
	default:
		path, err = e.Get(t.ctx, nil)
	}
	if err != nil {
		return err
	}
	return printPath(t, c.JSON, c.Name, path)
}

// install puts the files of a folder or archive into place.
func (c dataGet) install(t terminal, e datasets.Entry, from string) (string, error) {
	b := newBar(t.errors, "checking "+e.Name)
	defer b.end()
	return e.Install(t.ctx, from, datasets.InstallOptions{Unchecked: c.Unchecked}, b.update)
}

// fetch gets the archive, and its files out of it.
func (c dataGet) fetch(t terminal, e datasets.Entry) (string, error) {
	dir, err := datasets.Folder(e.Name)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", err
	}
	r := fetch.Request{URL: e.Download.URL, Path: filepath.Join(dir, e.Download.Name), Bytes: e.Download.Bytes, MD5: e.Download.MD5, SHA256: e.Download.SHA256}
	if c.URL != "" {
		r.URL = c.URL
	}
	if c.Unchecked {
		r.Bytes, r.MD5, r.SHA256 = 0, "", ""
	}
	b := newBar(t.errors, "fetching "+e.Name)
	err = fetch.File(t.ctx, r, b.update)
	b.end()
	if err != nil {
		return "", fmt.Errorf("%w; or take it from a folder or archive: lumen data get %s --from PATH", err, e.Name)
	}
	path, err := c.install(t, e, r.Path)
	if err != nil {
		return "", err
	}
	if err := os.Remove(r.Path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	return path, nil
}

type dataPath struct {
	Name string `arg:"" help:"The data set, as lumen data list names it."`
	JSON bool   `name:"json" help:"Print one line of JSON."`
}

func (dataPath) Help() string { return "Example:\n\n  lumen data path fashion-mnist" }

func (c dataPath) Run(t terminal) error {
	e, err := datasets.Find(c.Name)
	if err != nil {
		return usageError{err}
	}
	if e.Path == "" {
		if e.Embedded {
			return fmt.Errorf("%s is in the binary and has no folder; lumen data get %s unpacks its files into one", c.Name, c.Name)
		}
		if e.Download != nil {
			return fmt.Errorf("%s is not here; lumen data get %s fetches it", c.Name, c.Name)
		}
		return fmt.Errorf("%s is not here; lumen data get %s says where it is to be had", c.Name, c.Name)
	}
	return printPath(t, c.JSON, c.Name, e.Path)
}

func printPath(t terminal, asJSON bool, name, path string) error {
	if asJSON {
		return json.NewEncoder(t.out).Encode(map[string]string{"name": name, "path": path})
	}
	_, err := fmt.Fprintln(t.out, path)
	return err
}
