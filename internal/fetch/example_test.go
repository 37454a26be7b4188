package fetch_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/lumen-ml/lumen/internal/fetch"
)

// The first half is here already.
func ExampleFile() {
	const text = "a file on the net"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Println("asked for", r.Header.Get("Range"))
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader(text))
	}))
	defer server.Close()
	dir, err := os.MkdirTemp("", "fetch")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "file.txt")
	if err := os.WriteFile(path+".part", []byte(text[:9]), 0o666); err != nil {
		panic(err)
	}

	err = fetch.File(context.Background(), fetch.Request{URL: server.URL, Path: path, Bytes: int64(len(text))}, nil)
	got, reading := os.ReadFile(path)
	fmt.Printf("%q %v %v\n", got, err, reading)
	// Output:
	// asked for bytes=9-
	// "a file on the net" <nil> <nil>
}
