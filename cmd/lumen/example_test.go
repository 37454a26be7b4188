package main

import (
	"context"
	"fmt"
	"os"
)

// The data sets, with nothing in the data folder.
func Example() {
	dir, err := os.MkdirTemp("", "lumen")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	before, had := os.LookupEnv("LUMEN_DATA")
	os.Setenv("LUMEN_DATA", dir)
	if had {
		defer os.Setenv("LUMEN_DATA", before)
	} else {
		defer os.Unsetenv("LUMEN_DATA")
	}

	status := run(terminal{context.Background(), os.Stdout, os.Stderr}, []string{"data", "list"})
	fmt.Println("exit status", status)
	// Output:
	// NAME           HERE      SIZE     WHAT
	// mnist          embedded  11.6 MB  handwritten digits, 60000 + 10000 grey images of 28 x 28, 10 classes
	// fashion-mnist  no        -        articles of clothing, 60000 + 10000 grey images of 28 x 28, 10 classes
	// cifar10        no        -        photographs of things and animals, 50000 + 10000 in colour of 32 x 32, 10 classes
	// cifar100       no        -        photographs of things and animals, 50000 + 10000 in colour of 32 x 32, 100 classes
	// exit status 0
}
