package main

import (
	"encoding/json"
	"fmt"
	"text/tabwriter"

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
  lumen data get mnist`
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
	Name string `arg:"" help:"The data set, as lumen data list names it."`
	JSON bool   `name:"json" help:"Print one line of JSON."`
}

func (dataGet) Help() string {
	return "MNIST is in the binary; this unpacks its original files.\n\nExample:\n\n  lumen data get mnist"
}

func (c dataGet) Run(t terminal) error {
	e, err := datasets.Find(c.Name)
	if err != nil {
		return usageError{err}
	}
	path, err := e.Get(t.ctx, nil)
	if err != nil {
		return err
	}
	return printPath(t, c.JSON, c.Name, path)
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
