package datasets

// CIFAR100 reads a split of CIFAR-100, 50000 colour images to train and 10000 to test, from its binary version:
// train.bin and test.bin in a folder, or the archive cifar-100-binary.tar.gz. dir is the folder or the archive, or a
// folder that holds cifar-100-binary or the archive; "" is the one that [Folder] names. Items are float32 [3, 32, 32],
// channels red, green, blue, (pixel/255 - mean) / std with the mean 0.5071, 0.4865, 0.4409 and the standard deviation
// 0.2673, 0.2564, 0.2762 of the training images' channels, and int64 classes 0 to 99; with Options.Coarse the 20
// groups of 5 classes that the set has too. Errors name the file, what is wrong with it, and how the set is to be had.
func CIFAR100(dir string, split Split, o ...Options) (*Set, error) {
	return cifar100.read(dir, split, chooseChannels(o, cifar100.mean, cifar100.std))
}

var cifar100 = cifar{
	title: "CIFAR-100", name: "cifar100", folder: "cifar-100-binary", labels: 2,
	files: []cifarFile{
		{"train.bin", Train, 50000, "f31298fc616915fa142368359df1c4ca2ae984d6915ca468b998a5ec6aeebf29"},
		{"test.bin", Test, 10000, "d8b1e6b7b3bee4020055f0699b111f60b1af1e262aeb93a0b659061746f8224a"},
	},
	classes: []string{
		"apple", "aquarium_fish", "baby", "bear", "beaver", "bed", "bee", "beetle", "bicycle", "bottle",
		"bowl", "boy", "bridge", "bus", "butterfly", "camel", "can", "castle", "caterpillar", "cattle",
		"chair", "chimpanzee", "clock", "cloud", "cockroach", "couch", "crab", "crocodile", "cup", "dinosaur",
		"dolphin", "elephant", "flatfish", "forest", "fox", "girl", "hamster", "house", "kangaroo", "keyboard",
		"lamp", "lawn_mower", "leopard", "lion", "lizard", "lobster", "man", "maple_tree", "motorcycle", "mountain",
		"mouse", "mushroom", "oak_tree", "orange", "orchid", "otter", "palm_tree", "pear", "pickup_truck", "pine_tree",
		"plain", "plate", "poppy", "porcupine", "possum", "rabbit", "raccoon", "ray", "road", "rocket",
		"rose", "sea", "seal", "shark", "shrew", "skunk", "skyscraper", "snail", "snake", "spider",
		"squirrel", "streetcar", "sunflower", "sweet_pepper", "table", "tank", "telephone", "television", "tiger", "tractor",
		"train", "trout", "tulip", "turtle", "wardrobe", "whale", "willow_tree", "wolf", "woman", "worm"},
	coarse: []string{
		"aquatic_mammals", "fish", "flowers", "food_containers", "fruit_and_vegetables",
		"household_electrical_devices", "household_furniture", "insects", "large_carnivores", "large_man-made_outdoor_things",
		"large_natural_outdoor_scenes", "large_omnivores_and_herbivores", "medium_mammals", "non-insect_invertebrates", "people",
		"reptiles", "small_mammals", "trees", "vehicles_1", "vehicles_2"},
	mean: []float64{0.5071, 0.4865, 0.4409},
	std:  []float64{0.2673, 0.2564, 0.2762},
	download: Download{Name: "cifar-100-binary.tar.gz", URL: cifarPage + "cifar-100-binary.tar.gz", Bytes: 168513733,
		MD5: "03b5dce01913d631647c71ecec9e9cb8", SHA256: "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec"},
}
