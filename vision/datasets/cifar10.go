package datasets

// CIFAR10 reads a split of CIFAR-10, 50000 colour images to train and 10000 to test, from its binary version:
// data_batch_1.bin to data_batch_5.bin and test_batch.bin in a folder, or the archive cifar-10-binary.tar.gz. dir is
// the folder or the archive, or a folder that holds cifar-10-batches-bin or the archive; "" is the one that [Folder]
// names. Items are float32 [3, 32, 32], channels red, green, blue, (pixel/255 - mean) / std with the mean 0.4914, 0.4822,
// 0.4465 and the standard deviation 0.2470, 0.2435, 0.2616 of the training images' channels, and int64 classes 0 to 9.
// Errors name the file, what is wrong with it, and how the set is to be had.
func CIFAR10(dir string, split Split, o ...Options) (*Set, error) {
	return cifar10.read(dir, split, chooseChannels(o, cifar10.mean, cifar10.std))
}

var cifar10 = cifar{
	title: "CIFAR-10", name: "cifar10", folder: "cifar-10-batches-bin", labels: 1,
	files: []cifarFile{
		{"data_batch_1.bin", Train, 10000, "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5"},
		{"data_batch_2.bin", Train, 10000, "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed"},
		{"data_batch_3.bin", Train, 10000, "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67"},
		{"data_batch_4.bin", Train, 10000, "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48"},
		{"data_batch_5.bin", Train, 10000, "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add"},
		{"test_batch.bin", Test, 10000, "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b"},
	},
	classes: []string{"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"},
	mean:    []float64{0.4914, 0.4822, 0.4465},
	std:     []float64{0.2470, 0.2435, 0.2616},
	download: Download{Name: "cifar-10-binary.tar.gz", URL: cifarPage + "cifar-10-binary.tar.gz", Bytes: 170052171,
		MD5: "c32a1d4ab5d03f1284b67883e8d87530", SHA256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"},
}
