package datasets

import "fmt"

// FashionMNIST returns a split of Zalando's articles of clothing, 60000 images to train and 10000 to test, from the
// folder that Folder("fashion-mnist") names. Items are float32 [1, 28, 28], (pixel/255 - 0.2860) / 0.3530, and int64
// classes 0 to 9.
func FashionMNIST(split Split, o ...Options) (*Set, error) {
	dir, err := Folder(fashionName)
	if err != nil {
		return nil, err
	}
	set, err := readFolder(dir, split, fashionClasses, choose(o, 0.2860, 0.3530))
	if isMissing(err) {
		return nil, fmt.Errorf("%w. %s", err, fashionHelp)
	}
	return set, err
}

const (
	fashionName   = "fashion-mnist"
	fashionSource = "https://github.com/zalandoresearch/fashion-mnist"
	fashionHelp   = "Fashion-MNIST is not part of Lumen: get its four files from " + fashionSource +
		" and put them into a folder fashion-mnist in the one that LUMEN_DATA names"
)

var fashionClasses = []string{"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"}
