package datasets

import (
	"bytes"
	"embed"
	"sync"
)

// The four original files: see mnist/README.md.
//
//go:embed mnist/*.gz
var mnistFiles embed.FS

// Mean and standard deviation of the training images' pixels divided by 255, to the digits that everybody writes.
const (
	mnistMean = 0.1307
	mnistStd  = 0.3081
)

var digits = []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}

// MNIST returns a split of the handwritten digits, 60000 images to train and 10000 to test, which are in the binary.
// Items are float32 [1, 28, 28], white on black, (pixel/255 - 0.1307) / 0.3081, and int64 classes 0 to 9. A split is
// unpacked once, when it is first asked for (47 MB and 8 MB), and shared by all later sets.
func MNIST(split Split, o ...Options) (*Set, error) {
	if err := split.check(); err != nil {
		return nil, err
	}
	u, err := unpackedMNIST[split]()
	if err != nil {
		return nil, err
	}
	return newSet("the embedded MNIST", u.pixels, u.labels, u.shape, digits, choose(o, mnistMean, mnistStd))
}

// unpacked is a split as bytes.
type unpacked struct {
	pixels, labels []byte
	shape          [3]int
}

var unpackedMNIST = [...]func() (unpacked, error){
	Train: sync.OnceValues(func() (unpacked, error) { return unpackMNIST("train") }),
	Test:  sync.OnceValues(func() (unpacked, error) { return unpackMNIST("t10k") }),
}

func unpackMNIST(prefix string) (unpacked, error) {
	pixels, dims, err := readEmbedded(prefix+"-images-idx3-ubyte.gz", 3)
	if err != nil {
		return unpacked{}, err
	}
	labels, _, err := readEmbedded(prefix+"-labels-idx1-ubyte.gz", 1)
	if err != nil {
		return unpacked{}, err
	}
	return unpacked{pixels, labels, [3]int{1, dims[1], dims[2]}}, nil
}

func readEmbedded(name string, dims int) ([]byte, []int, error) {
	packed, err := mnistFiles.ReadFile("mnist/" + name)
	if err != nil {
		return nil, nil, err
	}
	return readNamedIDX("embedded "+name, bytes.NewReader(packed), int64(len(packed)), dims)
}
