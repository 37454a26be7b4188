package datasets

import "strconv"

// IDX reads a split of a set in the format of MNIST from a folder: train-images-idx3-ubyte, train-labels-idx1-ubyte,
// t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte (or test- for t10k-), each with or without .gz, with - or . before
// idx. Items are float32 [1, height, width], normalised with MNIST's mean 0.1307 and standard deviation 0.3081 unless
// Options say otherwise, and int64 classes. The classes are named "0", "1" and so on up to the greatest label of both
// splits.
func IDX(dir string, split Split, o ...Options) (*Set, error) {
	return readFolder(dir, split, nil, choose(o, mnistMean, mnistStd))
}

// readFolder is IDX; classes nil means to number them.
func readFolder(dir string, split Split, classes []string, o Options) (*Set, error) {
	if err := split.check(); err != nil {
		return nil, err
	}
	imageFile, err := findIDX(dir, split, 3)
	if err != nil {
		return nil, err
	}
	labelFile, err := findIDX(dir, split, 1)
	if err != nil {
		return nil, err
	}
	labels, _, err := readIDXFile(labelFile, 1)
	if err != nil {
		return nil, err
	}
	if classes == nil && o.Classes == nil {
		if classes, err = numbered(dir, split, labels); err != nil {
			return nil, err
		}
	}
	pixels, dims, err := readIDXFile(imageFile, 3)
	if err != nil {
		return nil, err
	}
	return newSet(imageFile+" and "+labelFile, pixels, labels, [3]int{1, dims[1], dims[2]}, classes, o)
}

// numbered names the classes up to the greatest label. The other split's labels count too if they are there, so that
// both splits of a set have the same classes.
func numbered(dir string, split Split, labels []byte) ([]string, error) {
	other, err := findIDX(dir, Train+Test-split, 1)
	if err == nil {
		more, _, err := readIDXFile(other, 1)
		if err != nil {
			return nil, err
		}
		labels = append(labels[:len(labels):len(labels)], more...)
	}
	var classes []string
	for _, l := range labels {
		for len(classes) <= int(l) {
			classes = append(classes, strconv.Itoa(len(classes)))
		}
	}
	return classes, nil
}
